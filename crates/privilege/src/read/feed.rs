//! Pieces that end anywhere, to whole lines or a whole document.

use memchr::{memchr, memchr_iter, memrchr};

use super::access;
use super::framing::{LINE_BYTES_MAX, too_long};
use super::read;
use crate::{Base, Fault, Form, Taker};

/// Forms that must be whole are read up to this size: 256 MiB.
pub const DOCUMENT_BYTES_MAX: usize = 256 << 20;

/// Reads one input that comes in pieces. Holds one line of a form that is lines, or the whole document.
#[derive(Debug)]
pub struct Feed<'b> {
    form: Form,
    base: &'b Base,
    /// Whether pieces are read as they come; not known before the first.
    is_lines: Option<bool>,
    /// What has come of a line that is not complete, or of the document.
    held: Vec<u8>,
    /// The number of the line that `held` begins with.
    line: u64,
    /// The rest of the line, or of the document, is passed over.
    skips: bool,
}

impl<'b> Feed<'b> {
    /// A feed at the start of an input of that form.
    pub fn new(form: Form, base: &'b Base) -> Self {
        Self { form, base, is_lines: None, held: Vec::new(), line: 1, skips: false }
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8], taker: &mut dyn Taker) {
        if *self.is_lines.get_or_insert_with(|| is_lines(self.form, bytes)) {
            self.push_lines(bytes, taker);
        } else if !self.skips {
            self.hold(bytes, taker);
        }
    }

    /// Takes the end: reads what is left.
    pub fn finish(mut self, taker: &mut dyn Taker) {
        if !self.held.is_empty() {
            self.read_held(taker);
        }
    }

    fn push_lines(&mut self, mut bytes: &[u8], taker: &mut dyn Taker) {
        if self.skips {
            let Some(end) = memchr(b'\n', bytes) else { return };
            self.skips = false;
            self.line += 1;
            bytes = &bytes[end + 1..];
        }
        if !self.held.is_empty() {
            let end = memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1);
            self.held.extend_from_slice(&bytes[..end]);
            bytes = &bytes[end..];
            if self.held.ends_with(b"\n") {
                self.read_held(taker);
            } else {
                return self.bound(taker);
            }
        }
        let end = memrchr(b'\n', bytes).map_or(0, |end| end + 1);
        let (lines, rest) = bytes.split_at(end);
        read(self.form, lines, self.line, self.base, taker);
        self.line += memchr_iter(b'\n', lines).count() as u64;
        self.held.extend_from_slice(rest);
        self.bound(taker);
    }

    fn read_held(&mut self, taker: &mut dyn Taker) {
        read(self.form, &self.held, self.line, self.base, taker);
        self.line += memchr_iter(b'\n', &self.held).count() as u64;
        self.held.clear();
    }

    /// Gives up a line that is too long.
    fn bound(&mut self, taker: &mut dyn Taker) {
        if self.held.len() > LINE_BYTES_MAX {
            taker.fault(too_long(self.line));
            self.held.clear();
            self.skips = true;
        }
    }

    /// Keeps a part of a document, or gives the document up.
    fn hold(&mut self, bytes: &[u8], taker: &mut dyn Taker) {
        if self.held.len() + bytes.len() <= DOCUMENT_BYTES_MAX {
            return self.held.extend_from_slice(bytes);
        }
        let what = format!("{} of more than 256 MiB is not read", self.form.name());
        taker.fault(Fault { line: 0, what });
        self.held = Vec::new();
        self.skips = true;
    }
}

/// Whether an input of that form with that start can be read line by line.
fn is_lines(form: Form, start: &[u8]) -> bool {
    form.is_lines() && !(form == Form::AccessLog && access::is_document(start))
}
