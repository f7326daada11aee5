//! Lines that a backslash at their end joins to the next: shells, Dockerfiles, properties, string literals.

use std::ops::Range;

use memchr::{memchr, memrchr};

use super::map::{Escaped, is_word, unescape};
use super::{Encoding, Layer, stretch};

/// Whether the run's line is cut at the run: a backslash ends it there, or the line before it.
pub(super) fn is_near(text: &[u8], run: &Range<usize>) -> bool {
    read(&text[run.end..]).is_some() || ends_cut(&text[..line_begin(text, run.start)])
}

/// Where the blanks before `at` begin, when they begin a line; else `at`.
fn line_begin(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(super::BEFORE);
    let n_blanks =
        text[from..at].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    at - n_blanks
}

/// Whether `text` ends in a line that a backslash joins to the next.
fn ends_cut(text: &[u8]) -> bool {
    let Some(line) = text.strip_suffix(b"\n") else { return false };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    line.ends_with(b"\\")
}

/// The joined lines around the run.
pub(super) fn stretch(text: &[u8], run: &Range<usize>) -> Range<usize> {
    let window = stretch::window(text, run);
    let line = stretch::line(text, run);
    let (mut start, mut end) = (line.start, line.end);
    while start > window.start && ends_cut(&text[window.start..start]) {
        start = memrchr(b'\n', &text[window.start..start - 1])
            .map_or(window.start, |at| window.start + at + 1);
    }
    while end < window.end && text[..end].ends_with(b"\\") {
        let Some(next) = memchr(b'\n', &text[end..window.end]).map(|at| end + at + 1) else {
            break;
        };
        end = memchr(b'\n', &text[next..window.end]).map_or(window.end, |at| next + at);
        end = if end > next && text[end - 1] == b'\r' { end - 1 } else { end };
    }
    start..end
}

/// Joins the lines of `span`. `None` when none is cut.
pub(super) fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    let decoded = unescape(text, &span, [b'\\'; 2], read)?;
    Some(decoded.into_layer(Encoding::Continuation))
}

/// The cut at the begin of `text`: a backslash, the line's end and the indentation of the next.
pub(super) fn read(text: &[u8]) -> Option<Escaped> {
    let rest = text.strip_prefix(b"\\")?;
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let n_blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    Some(Escaped::nothing(text.len() - rest.len() + n_blanks))
}

/// Whether the cut at the begin of `text` stands within a word that began before it.
pub(super) fn joins_words(before: &[u8], text: &[u8]) -> bool {
    let Some(escaped) = read(text) else { return false };
    before.last().is_some_and(|byte| is_word(*byte))
        && text.get(escaped.len).is_some_and(|byte| is_word(*byte))
}
