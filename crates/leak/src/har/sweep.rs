//! Values found again wherever they recur, in whatever they are encoded.
//!
//! Needles are the last bytes of values, which chance makes; what they hit is compared whole. A text is
//! swept as it stands, then again with all escapes undone once, and so on. Base64 and hexadecimal are
//! decoded where a needle of that form hits, and wherever they hold something readable.

use std::borrow::Cow;
use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use base64::Engine;

use crate::har::text::{self, PLAIN, Packed, Text, URL, is_base64, is_readable};
use crate::har::values::{ROUNDS, Reach, Value, Values, plain};
use crate::har::walk::Edit;

/// Bytes of a value by which it is found.
const NEEDLE_BYTES: usize = 12;

/// Shortest base64 that is decoded for a look.
const PACKED_MIN: usize = 16;

/// How deep base64 and hexadecimal lie in each other.
const DEPTH_MAX: usize = 4;

/// Finds values.
#[derive(Debug)]
pub(crate) struct Sweep {
    needles: AhoCorasick,
    targets: Vec<Target>,
    values: Vec<(Vec<u8>, u32)>,
    labels: Vec<(String, Reach)>,
}

/// What a needle stands for.
#[derive(Debug, Clone, Copy)]
enum Target {
    /// The end of a value as it is, by its number.
    Value(u32),
    /// The end of one in base64, and at which of four places in its group the needle begins.
    Base64(u8),
    /// The end of one in hexadecimal digits.
    Hex,
}

impl Sweep {
    /// Gets ready for `values`.
    pub(crate) fn new(values: &Values) -> Result<Self, BuildError> {
        let mut plan = Plan::default();
        for value in values.list().iter().filter(|value| value.reach > Reach::Place) {
            plan.add(value);
        }
        let needles = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&plan.needles)?;
        Ok(Self { needles, targets: plan.targets, values: plan.values, labels: plan.labels })
    }

    /// Where values stand in a text, and what takes their place: sorted, none over another.
    pub(crate) fn edits(&self, text: &[u8]) -> Vec<Edit> {
        if self.values.is_empty() { Vec::new() } else { self.deep(text, 0) }
    }

    fn deep(&self, text: &[u8], depth: usize) -> Vec<Edit> {
        let mut edits = self.level(text, depth);
        let mut levels: Vec<Text<'static>> = Vec::new();
        for _ in 0..ROUNDS {
            let bytes = levels.last().map_or(text, |level| &level.bytes);
            let next = text::any(bytes);
            if next.is_plain() {
                break;
            }
            let next = next.into_owned();
            if let Some(last) = levels.last_mut() {
                last.bytes = Cow::Borrowed(b"");
            }
            levels.push(next);
            let bytes = levels.last().map_or(text, |level| &level.bytes);
            let found = self.level(bytes, depth);
            edits.extend(found.into_iter().map(|edit| outside(edit, &levels, text)));
        }
        apart(edits)
    }

    /// What stands in a text without any escape undone.
    fn level(&self, text: &[u8], depth: usize) -> Vec<Edit> {
        let mut edits = Vec::new();
        let mut packed: Vec<Range<usize>> = Vec::new();
        let mut run = 0..0;
        let mut hex_runs: Vec<Range<usize>> = Vec::new();
        for hit in self.needles.find_overlapping_iter(text) {
            match self.targets.get(hit.pattern().as_usize()) {
                Some(Target::Value(value)) => edits.extend(self.value(text, hit.end(), *value)),
                Some(Target::Base64(phase)) => {
                    if hit.end() > run.end || hit.start() < run.start {
                        run = run_around(text, hit.range(), is_base64);
                    }
                    let from =
                        run.start + (hit.start() + 4 - usize::from(*phase) - run.start % 4) % 4;
                    let span = from.min(run.end)..run.end;
                    if packed.last() != Some(&span) {
                        packed.push(span);
                    }
                }
                Some(Target::Hex) if hex_runs.last().is_none_or(|run| run.end < hit.end()) => {
                    let run = run_around(text, hit.range(), |byte| byte.is_ascii_hexdigit());
                    edits.extend(self.hex(text, run.clone(), hit.start(), depth));
                    hex_runs.push(run);
                }
                Some(Target::Hex) | None => {}
            }
        }
        for span in readable_hex(text).into_iter().filter(|span| !spans_over(&hex_runs, span)) {
            edits.extend(self.hex(text, span.clone(), span.start, depth));
        }
        packed.extend(readable_base64(text));
        packed.sort_by_key(|span| (span.start, span.end));
        packed.dedup();
        edits.extend(packed.into_iter().flat_map(|span| self.base64(text, span, depth)));
        apart(edits)
    }

    /// The value that ends at `end`, if it is all there.
    fn value(&self, text: &[u8], end: usize, number: u32) -> Option<Edit> {
        let (bytes, label) = self.values.get(number as usize)?;
        let (label, reach) = self.labels.get(*label as usize)?;
        let span = end.checked_sub(bytes.len())?..end;
        let is_word = |at: Option<usize>| {
            let byte = at.and_then(|at| text.get(at));
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        let within = is_word(span.start.checked_sub(1)) || is_word(Some(end));
        let fits = text.get(span.clone()) == Some(bytes) && !(*reach == Reach::Words && within);
        let with = if is_bare_number(text, &span) { format!("\"{label}\"") } else { label.clone() };
        fits.then(|| Edit { span, with: with.into_bytes() })
    }

    fn base64(&self, text: &[u8], span: Range<usize>, depth: usize) -> Vec<Edit> {
        let Some(raw) = text.get(span.clone()).filter(|_| depth < DEPTH_MAX) else {
            return Vec::new();
        };
        // One character more than whole groups stands for nothing.
        let raw = if raw.len() % 4 == 1 { &raw[..raw.len() - 1] } else { raw };
        let Some(packed) = Packed::read(raw) else { return Vec::new() };
        let edits = self.deep(&packed.bytes, depth + 1);
        repacked(&packed, &edits).into_iter().map(|edit| moved(edit, span.start)).collect()
    }

    fn hex(&self, text: &[u8], run: Range<usize>, hit: usize, depth: usize) -> Vec<Edit> {
        let from = run.start + (hit - run.start) % 2;
        let raw = text.get(from..run.end).unwrap_or_default();
        if depth >= DEPTH_MAX {
            return Vec::new();
        }
        let edits = self.deep(&unhex(raw), depth + 1).into_iter().map(|edit| Edit {
            span: from + edit.span.start * 2..from + edit.span.end * 2,
            with: hex(&edit.with),
        });
        edits.collect()
    }
}

/// Needles as they are gathered.
#[derive(Default)]
struct Plan {
    needles: Vec<Vec<u8>>,
    targets: Vec<Target>,
    values: Vec<(Vec<u8>, u32)>,
    labels: Vec<(String, Reach)>,
}

impl Plan {
    fn add(&mut self, value: &Value) {
        let label = self.labels.len() as u32;
        self.labels.push((value.label.clone(), value.reach));
        let plain = plain(&value.bytes);
        let plus: Vec<u8> =
            plain.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
        let mut forms = vec![value.bytes.clone(), plain, plus];
        forms.sort();
        forms.dedup();
        for form in forms {
            self.encoded(&form);
            let number = self.values.len() as u32;
            self.needle(&form, |_| Target::Value(number));
            self.values.push((form, label));
        }
    }

    /// The needles of a value in base64, at each place in a group, and in hexadecimal.
    fn encoded(&mut self, form: &[u8]) {
        for before in 0..3 {
            let bytes = [&[0; 2][..before.min(2)], form].concat();
            let first = (before * 8).div_ceil(6);
            let last = bytes.len() * 8 / 6;
            for engine in [&PLAIN, &URL] {
                let all = engine.encode(&bytes);
                let core = all.as_bytes().get(first..last).unwrap_or_default();
                self.needle(core, |skipped| Target::Base64(((first + skipped) % 4) as u8));
            }
        }
        let lower = hex(form);
        self.needle(&lower, |_| Target::Hex);
        self.needle(&lower.to_ascii_uppercase(), |_| Target::Hex);
    }

    fn needle(&mut self, text: &[u8], target: impl Fn(usize) -> Target) {
        let skipped = text.len().saturating_sub(NEEDLE_BYTES);
        if !text.is_empty() {
            self.needles.push(text[skipped..].to_vec());
            self.targets.push(target(skipped));
        }
    }
}

/// Whether a stretch is a number of JSON, in place of which a label needs quotes.
fn is_bare_number(text: &[u8], span: &Range<usize>) -> bool {
    let number = text.get(span.clone()).unwrap_or_default();
    let before = text.get(..span.start).unwrap_or_default().trim_ascii_end().last();
    let after = text.get(span.end..).unwrap_or_default().trim_ascii_start().first();
    number.iter().all(u8::is_ascii_digit)
        && matches!(before, Some(b':' | b',' | b'['))
        && matches!(after, Some(b',' | b'}' | b']'))
}

/// The stretch of such bytes that a hit lies in.
fn run_around(text: &[u8], hit: Range<usize>, is: impl Fn(u8) -> bool) -> Range<usize> {
    let before = text[..hit.start].iter().rev().take_while(|byte| is(**byte)).count();
    let after = text[hit.end..].iter().take_while(|byte| is(**byte)).count();
    hit.start - before..hit.end + after
}

/// Stretches of base64 that hold something readable.
fn readable_base64(text: &[u8]) -> Vec<Range<usize>> {
    const HEAD: usize = 32;
    let mut spans = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let len = text[at..].iter().take_while(|byte| is_base64(**byte)).count();
        if len >= PACKED_MIN {
            let run = &text[at..at + len];
            let reads = |from: &usize| {
                let head = &run[*from..run.len().min(from + HEAD)];
                Packed::read(&head[..head.len() / 4 * 4]).is_some_and(|one| is_readable(&one.bytes))
            };
            spans.extend((0..4).filter(reads).take(2).map(|from| at + from..at + len));
        }
        at += len + 1;
    }
    spans
}

/// Stretches of hexadecimal digits that hold something readable.
fn readable_hex(text: &[u8]) -> Vec<Range<usize>> {
    const SHORTEST: usize = 32;
    let mut spans = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let len = text[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if len >= SHORTEST {
            let head = &text[at..at + SHORTEST];
            let reads = |from: &usize| is_readable(&unhex(&head[*from..]));
            spans.extend((0..2).find(reads).map(|from| at + from..at + len));
        }
        at += len + 1;
    }
    spans
}

/// Bytes as pairs of hexadecimal digits.
fn hex(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pair = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    bytes.iter().flat_map(pair).collect()
}

/// What pairs of hexadecimal digits stand for.
fn unhex(raw: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
    raw.as_chunks().0.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}

fn spans_over(runs: &[Range<usize>], span: &Range<usize>) -> bool {
    runs.iter().any(|run| run.start <= span.start && run.end >= span.end)
}

/// Whether a run is base64 or hexadecimal of something readable, in which values are looked for.
pub(crate) fn is_packed(run: &[u8]) -> bool {
    const HEAD: usize = 20;
    let is_text = |packed: Packed<'_>| is_readable(&packed.bytes);
    // What was edited may have padding within it; its head reads all the same.
    let head = run.get(..HEAD).unwrap_or(run);
    let head = head.split(|byte| *byte == b'=').next().unwrap_or_default();
    let is_hex = run.iter().all(u8::is_ascii_hexdigit) && is_readable(&unhex(run));
    is_hex || Packed::read(run).is_some_and(is_text) || Packed::read(head).is_some_and(is_text)
}

/// Edits of what stood in base64 as edits of the base64.
pub(crate) fn repacked(packed: &Packed<'_>, edits: &[Edit]) -> Vec<Edit> {
    let mut repacked = Vec::new();
    let mut edits = edits.iter().peekable();
    while let Some(first) = edits.next() {
        let mut span = first.span.clone();
        let mut middle = first.with.clone();
        // What shares a group is edited together.
        while let Some(next) =
            edits.next_if(|next| next.span.start / 3 * 3 < span.end.div_ceil(3) * 3)
        {
            middle
                .extend_from_slice(packed.bytes.get(span.end..next.span.start).unwrap_or_default());
            middle.extend_from_slice(&next.with);
            span.end = next.span.end;
        }
        let groups = packed.groups(&span);
        repacked.push(Edit { with: groups.with(&middle), span: groups.span });
    }
    repacked
}

fn moved(edit: Edit, offset: usize) -> Edit {
    Edit { span: edit.span.start + offset..edit.span.end + offset, with: edit.with }
}

/// An edit of a decoded text as one of the text, written in its manner.
fn outside(edit: Edit, levels: &[Text<'static>], text: &[u8]) -> Edit {
    let span = levels.iter().rev().fold(edit.span.clone(), |span, level| level.origin(span));
    let raw = text.get(span.clone()).unwrap_or_default();
    // Quotes would need the manner of each level in between.
    let edit = match edit.with.as_slice() {
        [b'"', inner @ .., b'"'] => Edit { with: inner.to_vec(), ..edit },
        _ => edit,
    };
    let with = if raw.contains(&b'%') {
        escaped(&edit.with, |byte| format!("%{byte:02X}"))
    } else if memchr::memmem::find(raw, b"&#").is_some() {
        escaped(&edit.with, |byte| format!("&#{byte};"))
    } else {
        edit.with
    };
    Edit { span, with }
}

/// Base64 marks escaped, which a query would read otherwise.
fn escaped(with: &[u8], write: impl Fn(u8) -> String) -> Vec<u8> {
    let is_mark = |byte: u8| matches!(byte, b'+' | b'/' | b'=');
    let one = |byte: &u8| if is_mark(*byte) { write(*byte).into_bytes() } else { vec![*byte] };
    with.iter().flat_map(one).collect()
}

/// Edits in order of place; of those that overlap the first and longest is kept, and covers all of them.
pub(crate) fn apart(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort_by_key(|edit| (edit.span.start, std::cmp::Reverse(edit.span.end)));
    let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match kept.last_mut() {
            Some(last) if edit.span.start < last.span.end => {
                last.span.end = last.span.end.max(edit.span.end);
            }
            _ => kept.push(edit),
        }
    }
    kept
}
