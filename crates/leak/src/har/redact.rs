//! A copy of a recording that is safe to share.
//!
//! Three passes: gather every value that must not leave; copy, with a label in place of each wherever it
//! recurs; look through the copy as if it were a recording of its own. What the last finds is a reason
//! to throw the copy away.

use std::collections::BTreeMap;
use std::io::{Read, Write};

use crate::har::address::host;
use crate::har::found::{Cover, Found};
use crate::har::lexer::{Broken, Lexer, Trouble};
use crate::har::reader::Reader;
use crate::har::recording::{
    ENTRY_STEPS, Sighting, entry, path_below_entry, read_run, read_window,
};
use crate::har::scan::provider;
use crate::har::sweep::{Sweep, apart};
use crate::har::text::{self, Packed};
use crate::har::values::Values;
use crate::har::walk::{Edit, Run, Step, Value, Visit, Window, walk};
use crate::har::{Break, HarError};
use crate::scanner::Scanner;
use crate::secret::Key;

/// Places that [`Redactor::left`] names.
const LEFT_MAX: usize = 100;

/// Knows every value of a recording that must not leave.
#[derive(Debug)]
pub struct Redactor<'s> {
    scanner: &'s Scanner,
    key: &'s Key,
    values: Values,
    sweep: Sweep,
}

/// Something that is left in a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The word of the label it should have: `OKTA_SESSION_COOKIE`.
    pub word: String,
    /// Where it stands in the copy, in bytes.
    pub offset: u64,
    /// The entry.
    pub entry: Option<u64>,
    /// Where in the entry.
    pub part: String,
}

impl<'s> Redactor<'s> {
    /// Reads a recording for what must not leave it. Fails when it cannot be read to its end: what is
    /// not understood cannot be made safe.
    pub fn gather(
        scanner: &'s Scanner,
        key: &'s Key,
        input: &mut dyn Read,
    ) -> Result<Self, HarError> {
        let mut gather = Gather { whose: Whose::new(scanner), key, values: Values::default() };
        walk(Lexer::new(input), &mut gather, None).map_err(error)?;
        let values = gather.values;
        let sweep = match Sweep::new(&values) {
            Ok(sweep) if values.beyond == 0 => sweep,
            _ => return Err(HarError::TooMany { beyond: values.beyond }),
        };
        Ok(Self { scanner, key, values, sweep })
    }

    /// How many different values there are.
    pub fn values(&self) -> usize {
        self.values.list().len()
    }

    /// Writes the copy. Gives how many places were labelled, by the label's word.
    pub fn rewrite(
        &self,
        input: &mut dyn Read,
        out: &mut dyn Write,
    ) -> Result<BTreeMap<String, u64>, HarError> {
        let mut rewrite = Rewrite::new(self);
        walk(Lexer::new(input), &mut rewrite, Some(out)).map_err(error)?;
        Ok(rewrite.labelled)
    }

    /// What is left in a copy, the first hundred places; none makes it safe.
    pub fn left(&self, copy: &mut dyn Read) -> Result<Vec<Left>, HarError> {
        let mut rewrite = Rewrite::new(self);
        walk(Lexer::new(copy), &mut rewrite, None).map_err(error)?;
        Ok(rewrite.left)
    }
}

fn error(broken: Broken) -> HarError {
    let offset = broken.offset as u64;
    match broken.why {
        Trouble::CutShort => HarError::Broken { offset, why: Break::CutShort },
        Trouble::Syntax | Trouble::LongName => HarError::Broken { offset, why: Break::Syntax },
        Trouble::TooDeep => HarError::Broken { offset, why: Break::TooDeep },
        Trouble::Io(source) | Trouble::Write(source) => HarError::Io { offset, source },
    }
}

/// Whose entry it is that is being read.
#[derive(Clone, Copy)]
struct Whose<'s> {
    scanner: &'s Scanner,
    provider: Option<&'static str>,
}

impl<'s> Whose<'s> {
    fn new(scanner: &'s Scanner) -> Self {
        Self { scanner, provider: None }
    }

    fn reader(self) -> Reader<'s> {
        Reader { provider: self.provider, ..Reader::new(self.scanner) }
    }

    fn begin(&mut self, path: &[Step]) {
        if path.len() == ENTRY_STEPS && entry(path).is_some() {
            self.provider = None;
        }
    }

    fn note(&mut self, run: Run<'_>) {
        if path_below_entry(run.path, None) == "request"
            && let Some(host) = run.text("url").as_deref().and_then(host)
        {
            self.provider = provider(&host);
        }
    }
}

struct Gather<'s> {
    whose: Whose<'s>,
    key: &'s Key,
    values: Values,
}

impl Gather<'_> {
    fn add(&mut self, sightings: &[Sighting]) {
        for sighting in sightings {
            self.values.add(&sighting.found, self.key);
        }
    }
}

impl Visit for Gather<'_> {
    fn run(&mut self, run: Run<'_>) -> Vec<Edit> {
        self.whose.note(run);
        let sightings = read_run(self.whose.reader(), run);
        self.add(&sightings);
        Vec::new()
    }

    fn window(&mut self, window: Window<'_>) -> Vec<Edit> {
        let sightings = read_window(self.whose.reader(), &window);
        self.add(&sightings);
        Vec::new()
    }

    fn begin(&mut self, path: &[Step]) {
        self.whose.begin(path);
    }
}

struct Rewrite<'r> {
    redactor: &'r Redactor<'r>,
    whose: Whose<'r>,
    labelled: BTreeMap<String, u64>,
    left: Vec<Left>,
}

impl<'r> Rewrite<'r> {
    fn new(redactor: &'r Redactor<'r>) -> Self {
        Self {
            redactor,
            whose: Whose::new(redactor.scanner),
            labelled: BTreeMap::new(),
            left: Vec::new(),
        }
    }

    /// The label of a value in its place.
    fn cover(&self, found: &Found) -> Edit {
        let label = self.redactor.values.label(found, self.redactor.key);
        let (span, with) = match &found.cover {
            Cover::Plain => (found.hidden.clone(), label.into_bytes()),
            Cover::Quoted => (found.hidden.clone(), format!("\"{label}\"").into_bytes()),
            Cover::Packed(groups) => (groups.span.clone(), groups.with(label.as_bytes())),
        };
        Edit { span, with }
    }

    /// Edits of one string: what was found there, and what recurs there.
    fn edits(&mut self, raw: &[u8], offset: usize, found: Vec<Edit>) -> Vec<Edit> {
        let text = text::json(raw);
        let swept = self.redactor.sweep.edits(&text.bytes).into_iter().map(|edit| {
            let span = text.origin(edit.span);
            Edit { span: span.start + offset..span.end + offset, with: edit.with }
        });
        // What was found knows better what it is: it comes first.
        apart(found.into_iter().chain(swept).collect())
    }

    fn count(&mut self, edits: &[Edit], path: &[Step], name: Option<&str>) {
        for edit in edits {
            let word = word(&edit.with);
            *self.labelled.entry(word.clone()).or_default() += 1;
            if self.left.len() < LEFT_MAX {
                self.left.push(Left {
                    word,
                    offset: edit.span.start as u64,
                    entry: entry(path),
                    part: path_below_entry(path, name),
                });
            }
        }
    }
}

/// The word of a label, be it in base64.
fn word(with: &[u8]) -> String {
    let word = |text: &[u8]| {
        let text = String::from_utf8_lossy(text).into_owned();
        let word = text.split_once('[').and_then(|(_, rest)| rest.split_once(':'));
        word.map(|(word, _)| word.to_owned())
    };
    let packed = || word(&Packed::read(with)?.bytes);
    word(with).or_else(packed).unwrap_or_else(|| "ENCODED".to_owned())
}

impl Visit for Rewrite<'_> {
    fn run(&mut self, run: Run<'_>) -> Vec<Edit> {
        self.whose.note(run);
        let sightings = read_run(self.whose.reader(), run);
        let mut covers: Vec<Edit> =
            sightings.iter().map(|sighting| self.cover(&sighting.found)).collect();
        covers.sort_by_key(|edit| edit.span.start);
        let mut all = Vec::new();
        for member in run.members {
            let name = self.edits(run.bytes(&member.name_span), member.name_span.start, Vec::new());
            let (from, to) = (member.span.start, member.span.end);
            let first = covers.partition_point(|edit| edit.span.start < from);
            let last = covers.partition_point(|edit| edit.span.start < to);
            let found = covers.get(first..last).unwrap_or_default().to_vec();
            let is_time = member.name.as_deref() == Some("startedDateTime");
            let value = match member.value {
                Value::String if !is_time => self.edits(run.bytes(&member.span), from, found),
                _ => found,
            };
            self.count(&name, run.path, member.name.as_deref());
            self.count(&value, run.path, member.name.as_deref());
            all.extend(name);
            all.extend(value.into_iter().map(|edit| written(edit, member.value)));
        }
        all
    }

    fn window(&mut self, window: Window<'_>) -> Vec<Edit> {
        let sightings = read_window(self.whose.reader(), &window);
        let covers = sightings.iter().map(|sighting| self.cover(&sighting.found)).collect();
        let mut edits = self.edits(window.raw, window.offset, covers);
        edits.retain(|edit| edit.span.start < window.settled);
        self.count(&edits, window.path, window.name);
        edits.into_iter().map(|edit| written(edit, Value::String)).collect()
    }

    fn begin(&mut self, path: &[Step]) {
        self.whose.begin(path);
    }
}

/// An edit as it is written within JSON.
fn written(edit: Edit, value: Value) -> Edit {
    if value != Value::String || !edit.with.contains(&b'"') {
        return edit;
    }
    let quoted = |byte: &u8| if *byte == b'"' { vec![b'\\', b'"'] } else { vec![*byte] };
    Edit { with: edit.with.iter().flat_map(quoted).collect(), span: edit.span }
}
