//! Pieces that end anywhere, to whole lines or a whole document.

use memchr::{memchr, memchr_iter};

use super::access;
use super::audit_log::AuditLog;
use super::code::{self, Language};
use super::framing::{Ends, LINE_BYTES_MAX, too_long};
use super::read;
use crate::{Base, Fault, Form, Taker};

/// Forms that must be whole are read up to this size: 256 MiB.
pub const DOCUMENT_BYTES_MAX: usize = 256 << 20;

/// Reads one input that comes in pieces. Holds one line, or one event, of a form that is read as it comes; of others
/// the whole document.
#[derive(Debug)]
pub struct Feed<'b> {
    form: Form,
    base: &'b Base,
    way: Way,
    ends: Ends,
    /// What has come of a line that is not complete, or of the document.
    held: Vec<u8>,
    /// The number of the line that `held` begins with.
    line: u64,
    /// The rest of the line, or of the document, is passed over.
    skips: bool,
    /// Of a program, if its name tells.
    language: Option<Language>,
}

/// How an input is read.
#[derive(Debug)]
enum Way {
    /// Not known before more has come.
    Open,
    Lines,
    Events(Box<AuditLog>),
    Document,
}

impl<'b> Feed<'b> {
    /// A feed at the start of an input of that form.
    pub fn new(form: Form, base: &'b Base) -> Self {
        let ends = match form {
            Form::Lines => Ends::BehindCommands,
            _ => Ends::AtLines,
        };
        Self {
            form,
            base,
            way: Way::Open,
            ends,
            held: Vec::new(),
            line: 1,
            skips: false,
            language: None,
        }
    }

    /// The same for an input of that name, which tells the language of a program.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let name = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        self.language = name.rsplit_once('.').and_then(|(_, ending)| Language::of_ending(ending));
        self
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8], taker: &mut dyn Taker) {
        match &mut self.way {
            Way::Lines => self.push_lines(bytes, taker),
            Way::Events(log) => log.push(bytes, self.base, taker),
            Way::Document if self.skips => {}
            Way::Document => self.hold(bytes, taker),
            Way::Open => {
                self.held.extend_from_slice(bytes);
                if tells(self.form, &self.held) {
                    self.begin(taker);
                }
            }
        }
    }

    /// Takes the end: reads what is left.
    pub fn finish(mut self, taker: &mut dyn Taker) {
        if matches!(self.way, Way::Open) {
            self.begin(taker);
        }
        if let Way::Events(log) = self.way {
            log.finish(self.base, taker);
        } else if !self.held.is_empty() && !self.skips {
            self.read_held(taker);
        }
    }

    /// Begins with what has come by now.
    fn begin(&mut self, taker: &mut dyn Taker) {
        let held = std::mem::take(&mut self.held);
        self.way = match self.form {
            Form::AuditLog => Way::Events(Box::new(AuditLog::new(self.line))),
            Form::AccessLog if access::is_document(&held) => Way::Document,
            form if form.is_lines() => Way::Lines,
            _ => Way::Document,
        };
        self.push(&held, taker);
    }

    fn push_lines(&mut self, mut bytes: &[u8], taker: &mut dyn Taker) {
        if self.skips {
            let Some(end) = memchr(b'\n', bytes) else { return };
            self.skips = false;
            self.line += 1;
            bytes = &bytes[end + 1..];
        }
        if self.held.is_empty() {
            let done = self.read_lines(bytes, taker);
            self.held.extend_from_slice(&bytes[done..]);
        } else {
            self.held.extend_from_slice(bytes);
            let held = std::mem::take(&mut self.held);
            let done = self.read_lines(&held, taker);
            self.held = held;
            self.held.drain(..done);
        }
        if self.held.len() > LINE_BYTES_MAX && memchr(b'\n', &self.held).is_none() {
            taker.fault(too_long(self.line));
            self.held.clear();
            self.skips = true;
        }
    }

    /// Reads the lines that are whole; how many bytes they are.
    fn read_lines(&mut self, bytes: &[u8], taker: &mut dyn Taker) -> usize {
        let done = self.ends.whole(bytes);
        read(self.form, &bytes[..done], self.line, self.base, taker);
        self.line += count_lines(&bytes[..done]);
        done
    }

    /// Reads the line, or the document, that is held.
    fn read_held(&self, taker: &mut dyn Taker) {
        match self.form {
            Form::Code => code::read(self.language, &self.held, self.line, self.base, taker),
            form => read(form, &self.held, self.line, self.base, taker),
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

/// Whether the start of an input is enough to tell lines from a document.
fn tells(form: Form, start: &[u8]) -> bool {
    let is_long = start.len() > LINE_BYTES_MAX;
    form != Form::AccessLog
        || is_long
        || match start.trim_ascii_start() {
            [] => false,
            [b'[', rest @ ..] => !rest.trim_ascii_start().is_empty(),
            line @ [b'{', ..] => memchr(b'\n', line).is_some(),
            _ => true,
        }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
