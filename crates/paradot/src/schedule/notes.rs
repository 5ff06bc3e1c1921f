//! Notes that are kept until everything before them has succeeded.

/// Notes in order, each as the bytes that are shown.
#[derive(Default, Debug)]
pub(super) struct Notes {
    lines: Vec<Box<[u8]>>,
}

impl Notes {
    pub(super) fn push(&mut self, line: Box<[u8]>) {
        self.lines.push(line);
    }

    /// Moves all of other notes behind these.
    pub(super) fn append(&mut self, other: &mut Notes) {
        if self.lines.is_empty() {
            std::mem::swap(self, other);
        } else {
            self.lines.append(&mut other.lines);
        }
    }

    pub(super) fn drain(&mut self) -> impl Iterator<Item = Box<[u8]>> {
        self.lines.drain(..)
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.lines.iter().map(|line| line.len() as u64).sum()
    }
}
