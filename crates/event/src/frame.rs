//! Finding the records of an input: JSON Lines, arrays, concatenated JSON.
//!
//! A [`Framer`] works on whatever bytes its caller holds and says how many it used up. It never
//! stops at a bad record: that is rejected with its place, and reading goes on behind it.

use std::fmt;

use memchr::{memchr, memchr_iter};

use crate::doc::Doc;
use crate::event::{Event, Memory};
use crate::open;
use crate::scan::{Break, Marks, Newlines, Scan, Scanner};

/// How records stand in an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Each record on a line of its own, so that a bad line costs one line.
    Lines,
    /// Records follow each other, over as many lines as they like: arrays, pretty-printed or concatenated.
    Stream,
    /// A table with a header; see `csv`.
    Csv,
}

impl Form {
    /// Recognizes the form from the first bytes of an input. The more bytes, the surer; 64 KiB do.
    pub fn recognize(start: &[u8]) -> Self {
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        match start.first() {
            Some(b'{') => Self::of_objects(start),
            Some(b'[') => Self::Stream,
            Some(b'"' | b'a'..=b'z' | b'A'..=b'Z') if looks_like_csv(start) => Self::Csv,
            _ => Self::Lines,
        }
    }

    /// Lines, if the first line is a whole record, or the second begins like one.
    fn of_objects(start: &[u8]) -> Self {
        let mut lines =
            start.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let first = lines.next().unwrap_or_default();
        let scan = Scanner::default().scan(first, Newlines::End, &mut Marks::default());
        match lines.next() {
            _ if matches!(scan, Scan::Complete { .. }) => Self::Lines,
            None => Self::Lines,
            Some(second) if second.starts_with(b"{") => Self::Lines,
            Some(_) => Self::Stream,
        }
    }

    fn newlines(self) -> Newlines {
        if self == Self::Lines { Newlines::End } else { Newlines::Allowed }
    }
}

/// Whether the first line is a header with columns that Okta's export has.
fn looks_like_csv(start: &[u8]) -> bool {
    let end = memchr(b'\n', start).unwrap_or(start.len());
    let header = String::from_utf8_lossy(&start[..end]).to_ascii_lowercase();
    let column = |name: &str| header.split(',').any(|c| c.trim().trim_matches('"') == name);
    header.contains(',') && ["event_type", "eventtype", "uuid"].into_iter().any(column)
}

/// Where a record stands in its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Bytes before the record.
    pub offset: u64,
    /// Line on which it begins, from 1.
    pub line: u64,
}

/// A record that was not read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Where it begins.
    pub place: Place,
    /// Why it was not read.
    pub why: Why,
}

/// Why a record was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Why {
    /// It does not begin with `{`.
    NotAnObject,
    /// The line ends before the record does.
    LineEnd,
    /// The input ends before the record does.
    InputEnd,
    /// It nests deeper than [`crate::MAX_DEPTH`].
    TooDeep,
    /// Its last bracket does not match the first.
    WrongBracket,
    /// It is not UTF-8.
    NotUtf8,
    /// It is longer than the limit.
    TooLong,
    /// A row of a table has not as many columns as the header.
    WrongColumns,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAnObject => "is no JSON object",
            Self::LineEnd => "the line ends inside the record",
            Self::InputEnd => "the input ends inside the record",
            Self::TooDeep => "nests deeper than 128 levels",
            Self::WrongBracket => "closes with the wrong bracket",
            Self::NotUtf8 => "is not UTF-8",
            Self::TooLong => "is longer than the limit",
            Self::WrongColumns => "has not the columns of the header",
        })
    }
}

/// What a framer has met so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Events read; an envelope counts for each event in it.
    pub events: u64,
    /// Records rejected.
    pub rejected: u64,
    /// Lines ended.
    pub lines: u64,
}

/// Receives what a framer finds.
pub trait Sink {
    /// An event, and where its record stands.
    fn event(&mut self, event: Event<'_>, place: Place);
    /// A record that was not read.
    fn rejected(&mut self, rejected: Rejected);
}

/// Finds records in the bytes of one input, piece by piece.
#[derive(Debug)]
pub struct Framer {
    form: Form,
    scanner: Scanner,
    marks: Marks,
    memory: Memory,
    place: Place,
    tally: Tally,
    /// Inside a record that is too long, or behind one that broke: skip to the end of the line.
    skipping: bool,
}

impl Framer {
    /// A framer for an input of that form, at the start of the input.
    pub fn new(form: Form) -> Self {
        Self::at(form, Place { offset: 0, line: 1 })
    }

    /// A framer that starts at a later place.
    pub fn at(form: Form, place: Place) -> Self {
        Self {
            form,
            scanner: Scanner::default(),
            marks: Marks::default(),
            memory: Memory::default(),
            place,
            tally: Tally::default(),
            skipping: false,
        }
    }

    /// Moves to another place of the input, as if everything before it had been read.
    pub fn seek(&mut self, place: Place) {
        self.place = place;
        self.tally = Tally::default();
        self.skipping = false;
    }

    /// Where the next byte will be read.
    pub fn place(&self) -> Place {
        self.place
    }

    /// What was met since the start or the last [`Self::seek`].
    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Gives back memory that an unusually large record took.
    pub fn shrink(&mut self) {
        self.marks.shrink();
    }

    /// Reads the records in `bytes` and returns how many bytes are done with. The rest is the beginning
    /// of a record and must be passed again, with more bytes behind it; at the end there is no rest.
    pub fn feed(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let done = match rest[0] {
                _ if self.skipping => self.skip_line(rest),
                b'{' => self.record(rest, end, sink),
                b'\n' => self.newline(),
                b' ' | b'\t' | b'\r' | b',' | b'[' | b']' => 1,
                0xef if rest.starts_with(b"\xef\xbb\xbf") => 3,
                _ => self.reject(0, Why::NotAnObject, sink),
            };
            if done == 0 {
                break;
            }
            self.place.offset += done as u64;
            at += done;
        }
        at
    }

    /// Gives up the record at the start of `bytes`, which is too long to be held: the caller has reached
    /// its limit. Everything up to the end of the line is skipped.
    pub fn give_up(&mut self, sink: &mut dyn Sink) {
        self.reject(0, Why::TooLong, sink);
    }

    fn newline(&mut self) -> usize {
        self.place.line += 1;
        self.tally.lines += 1;
        1
    }

    fn skip_line(&mut self, bytes: &[u8]) -> usize {
        match memchr(b'\n', bytes) {
            Some(0) => {
                self.skipping = false;
                self.newline()
            }
            Some(before) => before,
            None => bytes.len(),
        }
    }

    fn record(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        match self.scanner.scan(bytes, self.form.newlines(), &mut self.marks) {
            Scan::Complete { len, ascii } => {
                let record = &bytes[..len];
                self.read(record, ascii, sink);
                self.count_lines(record);
                len
            }
            Scan::Cut if end == End::More => 0,
            Scan::Cut => self.reject(0, Why::InputEnd, sink),
            Scan::Broken { at, why } => self.reject(at, why.into(), sink),
        }
    }

    fn read(&mut self, record: &[u8], ascii: bool, sink: &mut dyn Sink) {
        let place = self.place;
        let _ = ascii;
        let Ok(text) = simdutf8::basic::from_utf8(record) else {
            self.tally.rejected += 1;
            return sink.rejected(Rejected { place, why: Why::NotUtf8 });
        };
        let doc = Doc::new(text, &self.marks);
        let tally = &mut self.tally;
        open::open(doc, &self.memory, &mut |event| {
            tally.events += 1;
            sink.event(event, place);
        });
    }

    fn count_lines(&mut self, record: &[u8]) {
        if self.form != Form::Lines {
            let lines = memchr_iter(b'\n', record).count() as u64;
            self.place.line += lines;
            self.tally.lines += lines;
        }
    }

    /// Counts a record as not read. Returns how many bytes to step over; the rest of the line is skipped.
    fn reject(&mut self, at: usize, why: Why, sink: &mut dyn Sink) -> usize {
        self.tally.rejected += 1;
        sink.rejected(Rejected { place: self.place, why });
        self.skipping = true;
        at.max(1)
    }
}

/// Whether more bytes will follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The input goes on behind these bytes.
    More,
    /// The input ends with these bytes.
    Here,
}

impl From<Break> for Why {
    fn from(why: Break) -> Self {
        match why {
            Break::LineEnd => Self::LineEnd,
            Break::TooDeep => Self::TooDeep,
            Break::WrongBracket => Self::WrongBracket,
        }
    }
}
