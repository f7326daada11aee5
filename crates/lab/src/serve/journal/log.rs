//! One tenant's log: lines in packed blocks, with the two orders in which they are asked for.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use jiff::Timestamp;

use super::block::{Block, LINES};
use crate::{Entry, Product};

/// When a line happened and when it was written, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// `published`, `date`.
    pub(crate) time: i64,
    /// When it could first be read.
    pub(crate) written: i64,
}

/// A log. Lines are numbered from 0 in the order in which they were written.
#[derive(Default, Clone)]
pub(crate) struct Log {
    blocks: Vec<Block>,
    /// Lines of the block that is not full, each with its line feed.
    open: String,
    lines: Vec<Line>,
    /// The numbers of lines in the order of time.
    by_time: Vec<u32>,
    /// The ids, for a log that is asked for by them: Auth0's.
    ids: Vec<Box<str>>,
    by_id: HashMap<Box<str>, u32>,
}

impl Log {
    /// Writes the next line. Auth0's API gives each id once, whatever befell the record.
    pub(super) fn push(&mut self, entry: &Entry) {
        let number = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        if entry.product == Product::Auth0 && !self.keep_id(&entry.id, number) {
            return;
        }
        let line =
            Line { time: entry.time.as_millisecond(), written: entry.written.as_millisecond() };
        self.lines.push(line);
        let place =
            self.by_time.partition_point(|&other| self.lines[other as usize].time <= line.time);
        self.by_time.insert(place, number);
        self.open.push_str(&entry.json);
        self.open.push('\n');
        if self.lines.len().is_multiple_of(LINES) {
            self.blocks.push(Block::new(&self.open));
            self.open.clear();
        }
    }

    /// Whether the id is new.
    fn keep_id(&mut self, id: &str, number: u32) -> bool {
        if self.by_id.contains_key(id) {
            return false;
        }
        self.ids.push(id.into());
        self.by_id.insert(id.into(), number);
        true
    }

    /// How many lines there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The line of that number.
    pub(crate) fn line(&self, number: usize) -> Option<Line> {
        self.lines.get(number).copied()
    }

    /// The id of the line of that number, where ids are kept.
    pub(crate) fn id(&self, number: usize) -> Option<&str> {
        self.ids.get(number).map(AsRef::as_ref)
    }

    /// The number of the line of that id, where ids are kept.
    pub(crate) fn number_of(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).map(|&number| number as usize)
    }

    /// The number of the first line that was written at that moment or later.
    pub(crate) fn first_written(&self, from: Timestamp) -> usize {
        let from = from.as_millisecond();
        self.lines.partition_point(|line| line.written < from)
    }

    /// The numbers of the lines that happened in `[from, until)`, in the order of time.
    pub(crate) fn between(&self, from: Timestamp, until: Timestamp) -> &[u32] {
        let first = self.place_of(from.as_millisecond());
        let last = self.place_of(until.as_millisecond());
        self.by_time.get(first..last).unwrap_or(&[])
    }

    fn place_of(&self, time: i64) -> usize {
        self.by_time.partition_point(|&number| self.lines[number as usize].time < time)
    }

    /// How much memory the lines take, in bytes.
    pub(crate) fn size(&self) -> usize {
        let blocks: usize = self.blocks.iter().map(Block::size).sum();
        blocks + self.open.len() + self.lines.len() * (size_of::<Line>() + size_of::<u32>())
    }

    /// A reader of lines, for one request.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { log: self, unpacked: None }
    }
}

/// Reads lines by number and keeps the last block unpacked.
pub(crate) struct Reader<'l> {
    log: &'l Log,
    unpacked: Option<(usize, Rc<Unpacked>)>,
}

struct Unpacked {
    bytes: Vec<u8>,
    lines: Vec<Range<usize>>,
}

impl Reader<'_> {
    /// Calls `take` with the line, without its line feed. No line, no call.
    pub(crate) fn with<T>(&mut self, number: usize, take: impl FnOnce(&str) -> T) -> Option<T> {
        let block = self.block(number / LINES);
        let range = block.lines.get(number % LINES)?.clone();
        std::str::from_utf8(block.bytes.get(range)?).ok().map(take)
    }

    fn block(&mut self, idx: usize) -> Rc<Unpacked> {
        if let Some((at, unpacked)) = &self.unpacked
            && *at == idx
        {
            return Rc::clone(unpacked);
        }
        let bytes = match self.log.blocks.get(idx) {
            Some(block) => block.unpack(),
            None if idx == self.log.blocks.len() => self.log.open.clone().into_bytes(),
            None => Vec::new(),
        };
        let unpacked = Rc::new(Unpacked { lines: line_ranges(&bytes), bytes });
        self.unpacked = Some((idx, Rc::clone(&unpacked)));
        unpacked
    }
}

fn line_ranges(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut from = 0;
    let mut ranges = Vec::with_capacity(LINES);
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        ranges.push(from..from + line.len().saturating_sub(1));
        from += line.len();
    }
    ranges
}
