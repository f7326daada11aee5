//! Finding back into a stream behind a broken record.
//!
//! Brackets tell nothing there any more. What does is the layout: a record begins where the broken one
//! began on its line, or with the same keys. Objects inside the broken record do neither.

use memchr::{memchr, memchr2_iter, memrchr};

use crate::frame::End;

/// Where the bytes read so far stand on their lines, and how records begin.
#[derive(Debug)]
pub(super) struct Layout {
    /// Offset at which the current line begins.
    line_start: u64,
    /// Only blanks so far on that line.
    is_blank: bool,
    /// The last byte that was no blank.
    last: u8,
    /// How the last record began.
    opening: Option<Opening>,
}

/// How a record begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Opening {
    /// The offset of the record that brought the keys.
    offset: Option<u64>,
    /// The byte of the line at which it begins, if only blanks stand before it.
    column: Option<u64>,
    /// The first key as it is written, and the second one if the first value is a plain string; empty
    /// where they are not known.
    keys: [Box<[u8]>; 2],
    /// Those of the last record that began in another way: the one that breaks may be a stranger.
    others: [Box<[u8]>; 2],
    /// What the others were before.
    older: [Box<[u8]>; 2],
}

/// How many bytes of a record are looked at for its keys.
const WINDOW: usize = 4096;

/// What a search came to.
pub(super) enum Search {
    /// A record begins behind that many bytes.
    Found(usize),
    /// None begins in that many bytes; what follows needs more bytes to tell, if there are any.
    Not(usize),
}

impl Opening {
    fn change(&mut self, offset: u64, keys: [Box<[u8]>; 2]) {
        let before = std::mem::replace(&mut self.keys, keys);
        if self.offset.replace(offset) != Some(offset) {
            self.older = std::mem::replace(&mut self.others, before);
        } else if self.keys == self.others {
            // More of the same record has arrived, and it is no stranger.
            self.others = std::mem::take(&mut self.older);
        }
    }
}

impl Layout {
    /// The layout of an input from an offset on, which is taken for the start of a line.
    pub(super) fn at(offset: u64) -> Self {
        Self { line_start: offset, is_blank: true, last: b'\n', opening: None }
    }

    /// Notes bytes that are done with; `offset` is that of the first.
    pub(super) fn pass(&mut self, offset: u64, bytes: &[u8]) {
        let line = match memrchr(b'\n', bytes) {
            Some(newline) => {
                self.line_start = offset + newline as u64 + 1;
                self.is_blank = true;
                &bytes[newline + 1..]
            }
            None => bytes,
        };
        self.is_blank &= is_blank(line);
        if let Some(last) = bytes.trim_ascii_end().last() {
            self.last = *last;
        }
    }

    /// Notes how a record begins.
    pub(super) fn begin(&mut self, offset: u64, bytes: &[u8]) {
        let usual = self.opening.get_or_insert_default();
        usual.column = self.is_blank.then(|| offset - self.line_start);
        let [first, second] = keys(bytes);
        // A record that breaks before its first key is over is taken to begin like the one before.
        if !first.is_empty() && [first, second] != usual.keys.each_ref().map(|key| &**key) {
            usual.change(offset, [first, second].map(Box::from));
        }
    }

    /// Searches for the next record.
    pub(super) fn search(&self, offset: u64, bytes: &[u8], end: End) -> Search {
        let mut line_start = self.line_start;
        let mut first = self.is_blank.then(|| indent(bytes));
        for at in memchr2_iter(b'\n', b'{', bytes) {
            let here = offset + at as u64;
            if bytes[at] == b'\n' {
                line_start = here + 1;
                first = Some(at + 1 + indent(&bytes[at + 1..]));
                continue;
            }
            let column = (first == Some(at)).then(|| here - line_start);
            let usual = self.opening.as_ref().and_then(|usual| usual.column);
            if column.is_some() && (column == usual || self.opening.is_none()) {
                return Search::Found(at);
            }
            let last = bytes[..at].trim_ascii_end().last().copied().unwrap_or(self.last);
            let may_begin =
                matches!(last, b',' | b'[' | b'}') && (column.is_none() || usual.is_none());
            if !may_begin {
                continue;
            }
            if end == End::More && bytes.len() - at < WINDOW {
                return Search::Not(at);
            }
            if self.has_usual_keys(&bytes[at..]) {
                return Search::Found(at);
            }
        }
        Search::Not(bytes.len())
    }

    fn has_usual_keys(&self, bytes: &[u8]) -> bool {
        let Some(usual) = &self.opening else { return true };
        let [first, second] = keys(bytes);
        [&usual.keys, &usual.others].into_iter().any(|[usual_first, usual_second]| {
            let is_second = usual_second.is_empty() || **usual_second == *second;
            !usual_first.is_empty() && **usual_first == *first && is_second
        })
    }
}

/// Blanks at the start of a line.
fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count()
}

fn is_blank(line: &[u8]) -> bool {
    indent(line) == line.len()
}

/// The first keys of an object, as they are written; empty where they cannot be told at a glance.
fn keys(bytes: &[u8]) -> [&[u8]; 2] {
    let bytes = &bytes[..bytes.len().min(WINDOW)];
    let Some((first, rest)) = bytes.split_first().and_then(|(_, rest)| key(rest)) else {
        return [&[]; 2];
    };
    let value = string(rest.trim_ascii_start());
    let rest = value.and_then(|(_, rest)| rest.trim_ascii_start().strip_prefix(b","));
    let second = rest.and_then(key).map_or(&[][..], |(second, _)| second);
    [first, second]
}

/// A key at the start of the bytes, and what follows its colon.
fn key(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (key, rest) = string(bytes.trim_ascii_start())?;
    Some((key, rest.trim_ascii_start().strip_prefix(b":")?))
}

/// A string without escapes at the start of the bytes, and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_prefix(b"\"")?;
    let end = memchr(b'"', rest)?;
    let (string, rest) = rest.split_at(end);
    (!string.contains(&b'\\')).then_some((string, &rest[1..]))
}
