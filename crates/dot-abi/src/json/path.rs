//! Where something stands inside of a value.

use std::fmt;

/// A step into a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Segment<'a> {
    /// A field, by its name in JSON.
    Field(&'a str),
    /// An item of a list, set or tuple, or an entry of a map that is an array of pairs.
    Index(usize),
    /// An entry of a map, by its key.
    Key(&'a str),
}

/// The steps from the whole value to a part of it. Shown as `items[2].name`; the whole is `$`.
#[derive(Clone, Debug, Default)]
pub struct Path<'a> {
    segments: Vec<Segment<'a>>,
}

impl<'a> Path<'a> {
    /// Goes into a part.
    pub fn push(&mut self, segment: Segment<'a>) {
        self.segments.push(segment);
    }

    /// Comes back out of it.
    pub fn pop(&mut self) {
        self.segments.pop();
    }

    /// The number of steps.
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    /// Whether it is the whole value.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            return f.write_str("$");
        }
        for (index, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Field(name) if index == 0 => f.write_str(name)?,
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Index(_) | Segment::Key(_) if index == 0 => write!(f, "${segment}")?,
                _ => write!(f, "{segment}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Segment::Field(name) => f.write_str(name),
            Segment::Index(index) => write!(f, "[{index}]"),
            Segment::Key(key) => write!(f, "[{}]", serde_json::Value::from(*key)),
        }
    }
}
