//! String literals that a program puts together: `"00ab" + "cdef"`, and one below the other in C and Python.

use std::ops::Range;

use super::map::{Escaped, is_word, unescape};
use super::{Encoding, Layer};

/// Bytes of the longest joint: operators and blanks between two quotes.
const JOINT_MAX: usize = 160;

/// Whether the run is joined to a word before or behind it.
pub(super) fn is_near(text: &[u8], run: &Range<usize>) -> bool {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'');
    if text.get(run.end).is_some_and(is_quote) && joins_words(&text[..run.end], &text[run.end..]) {
        return true;
    }
    let low = run.start.saturating_sub(JOINT_MAX);
    let Some((quote, before)) = text[low..run.start].split_last() else { return false };
    is_quote(quote)
        && before.iter().rposition(is_quote).is_some_and(|at| {
            let (before, joint) = text.split_at(low + at);
            joins_words(before, joint)
        })
}

/// Puts the literals of `span` together. `None` when there are no two.
pub(super) fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    let decoded = unescape(text, &span, [b'"', b'\''], read)?;
    Some(decoded.into_layer(Encoding::Concatenation))
}

/// The joint at the begin of `text`, which is a quote: to the next quote, over one operator or the end of a line.
pub(super) fn read(text: &[u8]) -> Option<Escaped> {
    let between = text.get(1..text.len().min(JOINT_MAX))?;
    let len = between.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let between = &between[..len];
    let is_joint = match between.trim_ascii() {
        b"" => between.contains(&b'\n'),
        operator => {
            matches!(operator, b"+" | b"." | b".." | b"&" | b"||" | b"~" | b"<>" | b"++" | b"\\")
        }
    };
    // `-H '…' \` and `'https://…'` below it are two arguments of a command.
    let next = text.get(len + 2..)?;
    let is_address = next.starts_with(b"https://") || next.starts_with(b"http://");
    (is_joint && !is_address).then(|| Escaped::nothing(len + 2))
}

/// Whether the joint at the begin of `text` stands within a word that began before it.
pub(super) fn joins_words(before: &[u8], text: &[u8]) -> bool {
    let Some(escaped) = read(text) else { return false };
    before.last().is_some_and(|byte| is_word(*byte))
        && text.get(escaped.len).is_some_and(|byte| is_word(*byte))
}
