//! Paths to what is called: opened, decompressed, recognized, read, resolved and counted.

mod passage;
mod tree;

use std::io::Read as _;

use anyhow::bail;
use privilege::{Base, Collector, Feed, Form, Hint, Usage, check_assumptions};

use self::passage::Passage;
use crate::args::Calls;
use crate::console::Console;
use crate::input::{self, Progress, Source, Stop};

/// Bytes by which a form is recognized.
const HEAD_BYTES: usize = 64 << 10;

/// Bytes that are read at once.
const PIECE_BYTES: usize = 256 << 10;

/// What was read, and what was not.
pub(crate) struct Read {
    /// The calls.
    pub(crate) usage: Usage,
    /// Inputs that could not be opened or read to their end, or gave nothing: name and why.
    pub(crate) faults: Vec<(String, String)>,
    /// Inputs that were read, with their form.
    pub(crate) inputs: Vec<(String, Form)>,
}

/// Reads every input. Fails if none could be read, or if what was given beside makes no sense.
pub(crate) fn read(args: &Calls, base: &Base, console: Console) -> anyhow::Result<Read> {
    if args.files().filter(|path| path.as_os_str() == "-").count() > 1 {
        bail!("standard input, `-`, can be read once only");
    }
    check_assumptions(base, &args.assume).map_err(|why| anyhow::anyhow!("--assume: {why}"))?;
    let found = tree::expand(&args.paths);
    let progress = Progress::of(&found.sources, console.shows_progress());
    let mut reading = Reading {
        args,
        base,
        collector: Collector::new(base, Hint { product: args.provider }),
        faults: found.faults.into_iter().map(|fault| (fault.path, fault.why)).collect(),
        inputs: Vec::new(),
        has_meant: false,
    };
    for (number, source) in found.sources.iter().enumerate() {
        console.detail(format_args!("reading {}", source.name));
        let asked = if found.given.contains(&number) { Asked::Given } else { Asked::Found };
        if let Err(why) = reading.source(source, asked, &progress) {
            reading.faults.push((source.name.clone(), why));
        }
    }
    progress.finish();
    reading.finish()
}

/// How an input came to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// It was given by name.
    Given,
    /// It lies below a folder that was given.
    Found,
}

struct Reading<'r> {
    args: &'r Calls,
    base: &'r Base,
    collector: Collector<'r>,
    faults: Vec<(String, String)>,
    inputs: Vec<(String, Form)>,
    /// Whether a call was seen of the credential that is asked for.
    has_meant: bool,
}

impl Reading<'_> {
    /// Reads one input. Fails with a lower-case fragment if it gives nothing or breaks off.
    fn source(&mut self, source: &Source, asked: Asked, progress: &Progress) -> Result<(), String> {
        let mut opened = input::open(source, progress, &Stop::default())?;
        let mut piece = head(&mut opened.reader);
        let form = self.args.input.unwrap_or_else(|| Form::recognize(&source.name, &piece));
        if is_binary(&piece, form) {
            let what = "is no text: it holds NUL bytes".to_owned();
            return if asked == Asked::Found { Ok(()) } else { Err(what) };
        }
        if asked == Asked::Found && form == Form::OpenApi && !names_a_vendor(&piece) {
            // It describes what the program offers, not what it calls.
            return Ok(());
        }
        self.collector.begin(&source.name);
        let is_empty = piece.is_empty();
        let mut feed = Feed::new(form, self.base).named(&source.name);
        let mut passage = Passage::new(self.args.credential.as_deref(), &mut self.collector);
        while !piece.is_empty() {
            feed.push(&piece, &mut passage);
            next(&mut opened.reader, &mut piece);
        }
        feed.finish(&mut passage);
        let is_told = passage.is_told;
        self.has_meant |= passage.has_meant;
        if is_told || asked == Asked::Given {
            self.inputs.push((source.name.clone(), form));
        }
        match opened.trouble.take() {
            Some(why) => Err(why),
            None if asked == Asked::Given && is_empty => Err("is empty".to_owned()),
            None if asked == Asked::Given && !is_told => {
                Err(format!("no call was found in it, read as {}", form.name()))
            }
            None => Ok(()),
        }
    }

    fn finish(mut self) -> anyhow::Result<Read> {
        let is_unread = self.inputs.is_empty();
        if let (true, Some((path, why))) = (is_unread, self.faults.first()) {
            bail!("no input could be read: `{path}`: {why}");
        }
        if !self.has_meant && self.faults.is_empty() {
            let path = self.args.paths.first().map(|path| path.display().to_string());
            let why = match &self.args.credential {
                Some(id) => format!("no call of the credential `{id}` was found"),
                None => "no call was found".to_owned(),
            };
            self.faults.push((path.unwrap_or_default(), why));
        }
        Ok(Read { usage: self.collector.finish(), faults: self.faults, inputs: self.inputs })
    }
}

/// The first bytes, by which the form is told.
fn head(reader: &mut dyn std::io::Read) -> Vec<u8> {
    let mut head = Vec::with_capacity(PIECE_BYTES);
    // It never fails; where it breaks off is told when it has ended.
    let _ = reader.take(HEAD_BYTES as u64).read_to_end(&mut head);
    head
}

/// Replaces the piece with the next; an empty one is the end.
fn next(reader: &mut dyn std::io::Read, piece: &mut Vec<u8>) {
    piece.resize(PIECE_BYTES, 0);
    let count = loop {
        match reader.read(piece) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break 0,
            Ok(count) => break count,
        }
    };
    piece.truncate(count);
}

/// Whether it is no text. Logs may hold NUL bytes: a crash leaves them.
fn is_binary(head: &[u8], form: Form) -> bool {
    !matches!(form, Form::AccessLog | Form::AuditLog) && memchr::memchr(0, head).is_some()
}

/// Whether Okta or Auth0 is named.
fn names_a_vendor(head: &[u8]) -> bool {
    let head = head.to_ascii_lowercase();
    ["okta", "auth0"].iter().any(|name| memchr::memmem::find(&head, name.as_bytes()).is_some())
}

#[cfg(test)]
mod tests;
