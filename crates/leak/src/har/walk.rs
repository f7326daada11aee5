//! A document of JSON walked through: runs of neighboring members, and where they stand in the tree.
//!
//! Members that stand together are seen together, so that a `value` knows its `name` in whichever order
//! they come. What is larger than a run may be comes in windows that overlap.

use std::io::{self, Write};
use std::ops::Range;

use crate::har::lexer::{Broken, Lexer, PART_BYTES, Token, Trouble, whole_escapes};
use crate::har::text;

/// Bytes of one run, about.
const RUN_BYTES: usize = PART_BYTES;

/// Members of one run.
const RUN_MEMBERS: usize = 512;

/// Bytes by which windows overlap; longer values may be missed in strings beyond [`PART_BYTES`].
const OVERLAP_BYTES: usize = 512 << 10;

/// Longest name that is kept.
const NAME_MAX: usize = 256;

/// A step from the root of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// To the member of that name; names are cut at 256 bytes.
    Key(String),
    /// To the element of that number.
    Element(u64),
}

/// A member of an object, or an element of an array.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its name, decoded; `None` for an element.
    pub(crate) name: Option<String>,
    /// The bytes of the name, without quotes.
    pub(crate) name_span: Range<usize>,
    /// The bytes of the value, without quotes. Empty for what holds others.
    pub(crate) span: Range<usize>,
    /// What the value is.
    pub(crate) value: Value,
}

/// What a member's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    /// A string.
    String,
    /// A number, `true`, `false` or `null`.
    Scalar,
    /// An object or array, whose own members follow.
    Holder,
}

/// Members that stand together.
#[derive(Clone, Copy)]
pub(crate) struct Run<'l> {
    /// Where they stand.
    pub(crate) path: &'l [Step],
    /// The members, in order.
    pub(crate) members: &'l [Member],
    held: (&'l [u8], usize),
}

impl<'l> Run<'l> {
    /// The bytes of a stretch of the run.
    pub(crate) fn bytes(&self, span: &Range<usize>) -> &'l [u8] {
        let (bytes, base) = self.held;
        bytes.get(span.start - base..span.end - base).unwrap_or_default()
    }

    /// The member of that name that is no holder.
    pub(crate) fn member(&self, name: &str) -> Option<&'l Member> {
        let has = |member: &&Member| {
            member.value != Value::Holder && member.name.as_deref() == Some(name)
        };
        self.members.iter().find(has)
    }

    /// The text of the member of that name.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let raw = self.bytes(&self.member(name)?.span);
        Some(String::from_utf8_lossy(&text::json(raw).bytes).into_owned())
    }
}

/// A part of a string that is too large for a run.
pub(crate) struct Window<'l> {
    /// Where the string stands.
    pub(crate) path: &'l [Step],
    /// Its name, decoded.
    pub(crate) name: Option<&'l str>,
    /// The bytes as they stand.
    pub(crate) raw: &'l [u8],
    /// Where they begin.
    pub(crate) offset: usize,
    /// Up to where the window is not seen again.
    pub(crate) settled: usize,
}

/// A stretch to be written otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The stretch.
    pub(crate) span: Range<usize>,
    /// What takes its place.
    pub(crate) with: Vec<u8>,
}

/// What looks at a document. Edits are sorted and do not overlap.
pub(crate) trait Visit {
    /// Looks at a run.
    fn run(&mut self, run: Run<'_>) -> Vec<Edit>;
    /// Looks at a window of a long string. Only what begins before `settled` counts.
    fn window(&mut self, window: Window<'_>) -> Vec<Edit>;
    /// The object or array at `path` begins.
    fn begin(&mut self, _path: &[Step]) {}
    /// The object or array at `path` ends.
    fn end(&mut self, _path: &[Step]) {}
}

/// Walks through a document and, where there is an `out`, writes it there with the edits made. Gives
/// its length in bytes.
pub(crate) fn walk(
    lexer: Lexer<'_>,
    visit: &mut dyn Visit,
    out: Option<&mut dyn Write>,
) -> Result<usize, Broken> {
    let mut walk = Walk {
        lexer,
        visit,
        copy: Copy { out, written: 0 },
        path: Vec::new(),
        counts: Vec::new(),
        key: None,
        members: Vec::new(),
        long: None,
    };
    match walk.all() {
        Ok(()) => Ok(walk.lexer.position()),
        Err(broken) => {
            walk.torn(broken.offset);
            Err(broken)
        }
    }
}

struct Walk<'r, 'v, 'o> {
    lexer: Lexer<'r>,
    visit: &'v mut dyn Visit,
    copy: Copy<'o>,
    path: Vec<Step>,
    /// Of each open array, how many elements there were; `None` for an object.
    counts: Vec<Option<u64>>,
    key: Option<(String, Range<usize>)>,
    members: Vec<Member>,
    /// Where the window of a long string begins.
    long: Option<usize>,
}

impl Walk<'_, '_, '_> {
    fn all(&mut self) -> Result<(), Broken> {
        while let Some((token, span)) = self.lexer.next()? {
            self.token(token, span)?;
        }
        self.flush()?;
        let end = self.lexer.position();
        self.copy.to(&self.lexer, end, &[]).map_err(|error| failed(end, error))
    }

    fn token(&mut self, token: Token, span: Range<usize>) -> Result<(), Broken> {
        match token {
            Token::Key => {
                let raw = self.lexer.bytes(span.clone());
                self.key = Some((name(raw), span));
                Ok(())
            }
            Token::String => self.member(span, Value::String),
            Token::Scalar => self.member(span, Value::Scalar),
            Token::Part { is_last } => self.part(span, is_last),
            Token::ObjectBegin => self.begin(span, None),
            Token::ArrayBegin => self.begin(span, Some(0)),
            Token::ObjectEnd | Token::ArrayEnd => self.end(),
        }
    }

    fn member(&mut self, span: Range<usize>, value: Value) -> Result<(), Broken> {
        self.count();
        let (name, name_span) = self.taken_key(span.start);
        self.members.push(Member { name, name_span, span, value });
        let first = self.members.first().map_or(0, |member| member.name_span.start);
        let is_full =
            self.members.len() >= RUN_MEMBERS || self.lexer.position() - first > RUN_BYTES;
        if is_full { self.flush() } else { Ok(()) }
    }

    fn taken_key(&mut self, at: usize) -> (Option<String>, Range<usize>) {
        match self.key.take() {
            Some((name, span)) => (Some(name), span),
            None => (None, at..at),
        }
    }

    /// One more element, if this is an array.
    fn count(&mut self) {
        if let Some(Some(count)) = self.counts.last_mut() {
            *count += 1;
        }
    }

    fn begin(&mut self, span: Range<usize>, count: Option<u64>) -> Result<(), Broken> {
        self.count();
        let key = self.key.clone();
        if self.key.is_some() {
            let (name, name_span) = self.taken_key(span.start);
            let at = span.start;
            self.members.push(Member { name, name_span, span: at..at, value: Value::Holder });
        }
        self.flush()?;
        let step = match (key, self.counts.last()) {
            (Some((name, _)), _) => Some(Step::Key(name)),
            (None, Some(Some(count))) => Some(Step::Element(count.saturating_sub(1))),
            (None, _) => None,
        };
        self.path.extend(step);
        self.counts.push(count);
        self.visit.begin(&self.path);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Broken> {
        self.flush()?;
        self.visit.end(&self.path);
        self.counts.pop();
        self.path.truncate(self.counts.len().saturating_sub(1));
        Ok(())
    }

    /// Hands the members over, and lets go of their bytes.
    fn flush(&mut self) -> Result<(), Broken> {
        let end = self.lexer.position();
        let run = Run { path: &self.path, members: &self.members, held: self.lexer.held() };
        let edits = if self.members.is_empty() { Vec::new() } else { self.visit.run(run) };
        self.members.clear();
        self.copy.to(&self.lexer, end, &edits).map_err(|error| failed(end, error))?;
        self.lexer.keep_from(end);
        Ok(())
    }

    /// One more part of a long string.
    fn part(&mut self, span: Range<usize>, is_last: bool) -> Result<(), Broken> {
        let from = if let Some(from) = self.long {
            from
        } else {
            self.flush_before(span.start)?;
            span.start
        };
        let settled = if is_last { span.end } else { self.settled(from, span.end) };
        let edits = self.window(from..span.end, settled);
        let settled = edits.iter().map(|edit| edit.span.end).fold(settled, usize::max);
        self.copy.to(&self.lexer, settled, &edits).map_err(|error| failed(settled, error))?;
        self.lexer.keep_from(settled);
        self.long = (!is_last).then_some(settled);
        if is_last {
            self.count();
            self.key = None;
        }
        Ok(())
    }

    fn flush_before(&mut self, at: usize) -> Result<(), Broken> {
        let run = Run { path: &self.path, members: &self.members, held: self.lexer.held() };
        let edits = if self.members.is_empty() { Vec::new() } else { self.visit.run(run) };
        self.members.clear();
        self.copy.to(&self.lexer, at, &edits).map_err(|error| failed(at, error))
    }

    /// Up to where a window counts: behind that comes the overlap with the next. A multiple of four from the
    /// begin, which groups of base64 need, and in no escape.
    fn settled(&self, from: usize, to: usize) -> usize {
        let raw = self.lexer.bytes(from..to);
        let len = (to - from).saturating_sub(OVERLAP_BYTES).max(1) / 4 * 4;
        from + whole_escapes(raw, len)
    }

    fn window(&mut self, span: Range<usize>, settled: usize) -> Vec<Edit> {
        let window = Window {
            path: &self.path,
            name: self.key.as_ref().map(|(name, _)| name.as_str()),
            raw: self.lexer.bytes(span.clone()),
            offset: span.start,
            settled,
        };
        let mut edits = self.visit.window(window);
        edits.retain(|edit| edit.span.start < settled);
        edits
    }

    /// Looks at what was read of a text that breaks off: members so far, and the string that has no end.
    fn torn(&mut self, offset: usize) {
        let from = self.long.unwrap_or_else(|| {
            self.members.last().map_or(self.copy.written, |member| member.span.end)
        });
        if !self.members.is_empty() {
            let run = Run { path: &self.path, members: &self.members, held: self.lexer.held() };
            self.visit.run(run);
        }
        let to = offset.min(from + PART_BYTES + OVERLAP_BYTES);
        if from < to {
            self.window(from..to, to);
        }
        while !self.counts.is_empty() {
            self.visit.end(&self.path);
            self.counts.pop();
            self.path.truncate(self.counts.len().saturating_sub(1));
        }
    }
}

fn failed(offset: usize, error: io::Error) -> Broken {
    Broken { offset, why: Trouble::Write(error) }
}

fn name(raw: &[u8]) -> String {
    let mut name = String::from_utf8_lossy(&text::json(raw).bytes).into_owned();
    if name.len() > NAME_MAX {
        let end = (0..=NAME_MAX).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
        name.truncate(end);
    }
    name
}

/// The copy that is being written.
struct Copy<'w> {
    out: Option<&'w mut dyn Write>,
    /// Up to where the document is written.
    written: usize,
}

impl Copy<'_> {
    /// Writes on to `end`, with the edits made.
    fn to(&mut self, lexer: &Lexer<'_>, end: usize, edits: &[Edit]) -> io::Result<()> {
        if let Some(out) = &mut self.out {
            let mut at = self.written;
            for edit in edits.iter().filter(|edit| edit.span.start >= self.written) {
                out.write_all(lexer.bytes(at..edit.span.start))?;
                out.write_all(&edit.with)?;
                at = edit.span.end;
            }
            out.write_all(lexer.bytes(at..end))?;
        }
        self.written = end;
        Ok(())
    }
}
