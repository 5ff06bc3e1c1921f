//! Rows of cells as text: what `Csv.*` reads and writes.

use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, WriterBuilder};

/// The rows of a table that is read from its start. Lines without anything are no rows.
pub(super) struct Rows<'t> {
    reader: Reader,
    rest: &'t [u8],
    /// The line that the rest begins on.
    line: usize,
    /// The cells of the row that was read last, one behind the other without quotes.
    content: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

/// A row.
pub(super) struct Row<'r> {
    content: &'r [u8],
    ends: &'r [usize],
    line: usize,
}

impl<'t> Rows<'t> {
    pub(super) fn new(text: &'t str, separator: u8) -> Rows<'t> {
        // Tables that come out of spreadsheets often begin with a mark of their encoding.
        let rest = text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes();
        let reader = ReaderBuilder::new().delimiter(separator).build();
        Rows { reader, rest, line: 1, content: vec![0; 1024], ends: vec![0; 64] }
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Option<Row<'_>> {
        self.skip_empty_lines();
        let line = self.line;
        let (mut content, mut ends) = (0, 0);
        loop {
            let (result, read, written, ended) = self.reader.read_record(
                self.rest,
                self.content.get_mut(content..).unwrap_or_default(),
                self.ends.get_mut(ends..).unwrap_or_default(),
            );
            self.pass(read);
            content += written;
            ends += ended;
            match result {
                // The end of the text is told by an empty rest, which is what is left now.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.content.resize(self.content.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    return Some(Row { content: self.content.get(..content)?, ends: self.ends.get(..ends)?, line });
                }
                ReadRecordResult::End => return None,
            }
        }
    }

    fn skip_empty_lines(&mut self) {
        let empty = self.rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        self.pass(empty);
    }

    fn pass(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.rest = rest;
    }
}

impl<'r> Row<'r> {
    /// The line that it begins on.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// The number of cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of all cells.
    pub(super) fn size(&self) -> usize {
        self.content.len()
    }

    /// The cell at an index.
    pub(super) fn get(&self, index: usize) -> Option<&'r str> {
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.part(start..*self.ends.get(index)?)
    }

    /// The cells in order.
    pub(super) fn cells(&self) -> impl Iterator<Item = &'r str> {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }

    fn part(&self, range: Range<usize>) -> Option<&'r str> {
        std::str::from_utf8(self.content.get(range)?).ok()
    }
}

/// Appends a row and a line end; cells stand in quotes where they must.
pub(super) fn put_row(cells: &[String], separator: u8, out: &mut String) {
    let writer = WriterBuilder::new().delimiter(separator).build();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push(char::from(separator));
        }
        // A line with nothing on it would be no row.
        if writer.should_quote(cell.as_bytes()) || (cell.is_empty() && cells.len() == 1) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(cell);
        }
    }
    out.push('\n');
}
