//! Places in a text.

use std::ops::Range;

/// A stretch of a text, in bytes from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte, always on a character boundary of the text it belongs to.
    pub start: usize,
    /// One past the last byte; equal to `start` for a place between characters.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest stretch that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes as a range, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// Where the stretch begins in `text`, as people count.
    ///
    /// Costs a walk over the text up to there.
    pub fn place(self, text: &str) -> Place {
        let before = text.get(..self.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Place {
            line: 1 + before.bytes().filter(|byte| *byte == b'\n').count(),
            column: 1 + before[line_start..].chars().count(),
        }
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line, 1 for the first.
    pub line: usize,
    /// The character in the line, 1 for the first.
    pub column: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_not_bytes() {
        let text = "a\nüb";
        let at = text.find('b').unwrap();
        assert_eq!(Span::new(at, at + 1).place(text), Place { line: 2, column: 2 });
        assert_eq!(Span::new(99, 99).place(text), Place { line: 2, column: 3 });
    }
}
