//! Finding the records of an input: JSON Lines, arrays, concatenated JSON.
//!
//! A [`Framer`] works on whatever bytes its caller holds and says how many it used up. It never
//! stops at a bad record: that is rejected with its place, and reading goes on behind it.

mod encoding;
mod form;
mod lost;
mod rejected;
mod sink;
mod wrapper;

use memchr::{memchr, memchr_iter};

use self::encoding::{BOM, ENCODING_BYTES, is_utf16};
pub use self::form::Form;
use self::lost::{Layout, Search};
pub use self::rejected::{Place, Rejected, Tally, Why};
use self::sink::Desk;
pub use self::sink::Sink;
use self::wrapper::Opening;
use crate::csv::{Found, Table};
use crate::doc::Doc;
use crate::event::Memory;
use crate::open;
use crate::scan::{Marks, Newlines, Scan, Scanner};

/// What the next byte is to the framer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The start of a record, or what stands between records.
    Reading,
    /// Part of a line that was given up.
    Line,
    /// Part of a broken record of a stream, or of what was wrong between two.
    Lost,
    /// The first byte of a record of a stream that was given up.
    GivenUp,
    /// Part of a run of NUL bytes, or what follows it.
    Nul,
    /// Part of an input that cannot be read at all.
    Deaf,
}

/// Bytes of what may follow a list of records in the object around it.
const TAIL_BYTES: usize = 16 << 10;

/// Finds records in the bytes of one input, piece by piece.
#[derive(Debug)]
pub struct Framer {
    form: Form,
    mode: Mode,
    scanner: Scanner,
    marks: Marks,
    memory: Memory,
    place: Place,
    tally: Tally,
    layout: Layout,
    /// Made with the first row: making it takes longer than most records do.
    table: Option<Box<Table>>,
    max_record_bytes: usize,
    /// Lists around the records of a stream that are not closed yet, and the object around them.
    open_lists: usize,
    /// Inside an object around the list of records.
    is_wrapped: bool,
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
            mode: Mode::Reading,
            scanner: Scanner::default(),
            marks: Marks::default(),
            memory: Memory::of_paths(),
            place,
            tally: Tally::default(),
            layout: Layout::at(place.offset),
            table: None,
            max_record_bytes: usize::MAX,
            open_lists: 0,
            is_wrapped: false,
        }
    }

    /// Rejects records longer than that, even where they could be held.
    #[must_use]
    pub fn with_limit(mut self, max_record_bytes: usize) -> Self {
        self.max_record_bytes = max_record_bytes;
        self
    }

    /// Moves to another place of the input, as if everything before it had been read.
    pub fn seek(&mut self, place: Place) {
        self.mode = Mode::Reading;
        self.place = place;
        self.tally = Tally::default();
        self.layout = Layout::at(place.offset);
        self.open_lists = 0;
        self.is_wrapped = false;
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
        if let Some(table) = &mut self.table {
            table.shrink();
        }
    }

    /// Reads the records in `bytes` and returns how many bytes are done with. The rest is the beginning
    /// of a record and must be passed again, with more bytes behind it; at the end there is no rest.
    pub fn feed(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        if self.place.offset == 0 && self.mode == Mode::Reading {
            if end == End::More && bytes.len() < ENCODING_BYTES {
                return 0;
            }
            if is_utf16(bytes) {
                self.lose(Why::Utf16, Mode::Deaf, sink);
            }
        }
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let done = match self.mode {
                Mode::Reading => self.next(rest, end, sink),
                _ => self.skip(rest, end, sink),
            };
            if done == 0 {
                break;
            }
            self.pass(&rest[..done]);
            at += done;
        }
        if end == End::Here && self.form == Form::Stream && self.open_lists > 0 {
            self.reject(Why::ListEnd, sink);
        }
        at
    }

    /// Reads what begins at the first byte.
    #[inline]
    fn next(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        match bytes[0] {
            b'{' if self.form != Form::Csv => self.record(bytes, end, sink),
            b'\n' => {
                self.count_lines(b"\n");
                1
            }
            0 => self.lose(Why::NulBytes, Mode::Nul, sink),
            0xef if bytes.starts_with(BOM) => BOM.len(),
            0xef if end == End::More && BOM.starts_with(bytes) => 0,
            _ if self.form == Form::Csv => self.row(bytes, end, sink),
            b' ' | b'\t' | b'\r' | b',' => 1,
            b'[' => {
                self.open_lists += 1;
                1
            }
            b']' => {
                self.open_lists = self.open_lists.saturating_sub(1);
                1
            }
            b'}' | b'"' if self.is_wrapped && self.open_lists <= 1 => self.unwrap(bytes, end, sink),
            _ => self.lose(Why::NotAnObject, self.form.behind_broken(), sink),
        }
    }

    /// Gives up the record at the start of the bytes that are passed next, because it is too long to be
    /// held: the caller has reached its limit. Reading goes on behind its line or, in a stream, where
    /// another record seems to begin.
    pub fn give_up(&mut self, sink: &mut dyn Sink) {
        if self.mode == Mode::Reading {
            self.reject(Why::TooLong, sink);
        }
        self.table.get_or_insert_default().waste(self.max_record_bytes);
        self.mode = if self.form == Form::Stream { Mode::GivenUp } else { Mode::Line };
    }

    /// Moves behind bytes that are done with.
    fn pass(&mut self, bytes: &[u8]) {
        if self.form == Form::Stream {
            self.layout.pass(self.place.offset, bytes);
        }
        self.place.offset += bytes.len() as u64;
    }

    fn count_lines(&mut self, bytes: &[u8]) {
        let lines = memchr_iter(b'\n', bytes).count() as u64;
        self.place.line += lines;
        self.tally.lines += lines;
    }

    /// Steps over bytes that belong to no record, and reads on if there are none.
    fn skip(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        let all = (bytes.len(), false);
        let (len, is_over) = match self.mode {
            Mode::Line => memchr(b'\n', bytes).map_or(all, |len| (len, true)),
            Mode::Nul => bytes.iter().position(|&byte| byte != 0).map_or(all, |len| (len, true)),
            Mode::Lost => match self.layout.search(self.place.offset, bytes, end) {
                Search::Found(len) => (len, true),
                Search::Not(len) => (len, false),
            },
            Mode::GivenUp => {
                self.mode = Mode::Lost;
                (1, false)
            }
            Mode::Deaf => all,
            Mode::Reading => (0, true),
        };
        self.count_lines(&bytes[..len]);
        if is_over {
            self.mode = Mode::Reading;
        }
        if is_over && len == 0 { self.next(bytes, end, sink) } else { len }
    }

    /// Steps behind what follows a list of records in the object around it.
    fn unwrap(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        let window = bytes.get(..TAIL_BYTES).unwrap_or(bytes);
        let rest = [b"{", window].concat();
        match self.scanner.scan(&rest, Newlines::Allowed, &mut self.marks) {
            Scan::Complete { len } => {
                (self.open_lists, self.is_wrapped) = (0, false);
                let len = len - 1;
                self.count_lines(&bytes[..len]);
                len
            }
            Scan::Cut if end == End::More && window.len() < TAIL_BYTES => 0,
            Scan::Cut | Scan::Broken { .. } => {
                self.lose(Why::NotAnObject, self.form.behind_broken(), sink)
            }
        }
    }

    fn record(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        if self.form == Form::Stream && self.open_lists == 0 && !self.is_wrapped {
            match wrapper::opening(bytes, end) {
                Opening::List(len) => {
                    (self.open_lists, self.is_wrapped) = (2, true);
                    self.count_lines(&bytes[..len]);
                    return len;
                }
                Opening::Cut => return 0,
                Opening::Other => {}
            }
        }
        if self.form == Form::Stream {
            self.layout.begin(self.place.offset, bytes);
        }
        match self.scanner.scan(bytes, self.form.newlines(), &mut self.marks) {
            Scan::Complete { len } if len > self.max_record_bytes => {
                self.reject(Why::TooLong, sink);
                self.count_lines(&bytes[..len]);
                len
            }
            Scan::Complete { len } => {
                let record = &bytes[..len];
                self.read(record, sink);
                if self.form != Form::Lines {
                    self.count_lines(record);
                }
                len
            }
            Scan::Cut if end == End::More => 0,
            Scan::Cut => self.lose(Why::InputEnd, self.form.behind_broken(), sink),
            Scan::Broken { why, .. } => self.lose(why.into(), self.form.behind_broken(), sink),
        }
    }

    fn read(&mut self, record: &[u8], sink: &mut dyn Sink) {
        let place = self.place;
        let Ok(text) = simdutf8::basic::from_utf8(record) else {
            return self.reject(Why::NotUtf8, sink);
        };
        let doc = Doc::new(text, &self.marks);
        let mut desk = Desk { place, tally: &mut self.tally, sink };
        open::open(&doc, &self.memory, &mut desk);
    }

    /// Reads a row of a table.
    fn row(&mut self, bytes: &[u8], end: End, sink: &mut dyn Sink) -> usize {
        let table = self.table.get_or_insert_default();
        let len = match table.read(bytes, end, self.place.offset) {
            Found::Cut => return 0,
            Found::NoTable { why } => return self.lose(why, Mode::Deaf, sink),
            Found::Empty { len } => len,
            Found::Header { len, missing } => {
                if let Some(columns) = missing {
                    self.reject(Why::MissingColumns(columns), sink);
                }
                len
            }
            Found::Event { len } if len > self.max_record_bytes => {
                self.reject(Why::TooLong, sink);
                len
            }
            Found::Event { len } => {
                let json = std::mem::take(&mut table.json);
                self.scanner.scan(&json, Newlines::End, &mut self.marks);
                self.read(&json, sink);
                self.table.get_or_insert_default().json = json;
                len
            }
            Found::Broken { len, why } => {
                self.reject(why, sink);
                len
            }
        };
        self.count_lines(&bytes[..len]);
        len
    }

    /// Counts what is not read.
    fn reject(&mut self, why: Why, sink: &mut dyn Sink) {
        // Behind a mistake brackets tell nothing.
        self.open_lists = 0;
        self.tally.rejected += 1;
        sink.rejected(Rejected { place: self.place, why });
    }

    /// Counts what is not read, and steps over its first byte. The mode decides where reading goes on.
    fn lose(&mut self, why: Why, mode: Mode, sink: &mut dyn Sink) -> usize {
        self.reject(why, sink);
        self.mode = mode;
        1
    }
}

impl Form {
    fn newlines(self) -> Newlines {
        if self == Self::Lines { Newlines::End } else { Newlines::Allowed }
    }

    /// A broken line costs that line; elsewhere lines mean little.
    fn behind_broken(self) -> Mode {
        if self == Self::Stream { Mode::Lost } else { Mode::Line }
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
