//! Quoted-printable of mail (RFC 2045, section 6.7).
//!
//! `KEY=00…` looks the same as an escaped byte, so a paragraph counts only as a whole: every `=` in it must be
//! an escape or a soft line break, and one must be of a kind that nobody writes by chance.

use std::ops::Range;

use memchr::memchr_iter;

use super::map::{Escaped, is_word, pair, unescape};
use super::{Encoding, Layer};

/// Whether an escape or a soft line break stands near. A run swallows the digits of one: `=3D00…`.
pub(super) fn is_near(near: &[u8]) -> bool {
    memchr_iter(b'=', near).any(|at| read(&near[at..]).is_some())
}

/// Undoes it in `span`. `None` when it is something else.
pub(super) fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    is_quoted(&text[span.clone()]).then_some(())?;
    let decoded = unescape(text, &span, [b'='; 2], read)?;
    Some(decoded.into_layer(Encoding::QuotedPrintable))
}

/// Whether a paragraph is written so.
fn is_quoted(paragraph: &[u8]) -> bool {
    let mut n_sure = 0_usize;
    let mut dense = 0_usize;
    let mut last_end = usize::MAX;
    for at in memchr_iter(b'=', paragraph) {
        let Some(escaped) = read(&paragraph[at..]) else {
            return false;
        };
        dense = if at == last_end { dense + 1 } else { 0 };
        last_end = at + escaped.len;
        n_sure += usize::from(is_sure(paragraph, at, &escaped) || dense == 8);
    }
    n_sure > 0
}

/// An escaped `=`, byte of UTF-8 or blank at the end of a line, or a soft break within or between words.
fn is_sure(paragraph: &[u8], at: usize, escaped: &Escaped) -> bool {
    match *escaped.bytes() {
        [] => at > 0 && paragraph.len() > at + escaped.len,
        [byte] => byte == b'=' || byte >= 0x80,
        _ => false,
    }
}

/// The escape at the begin of `text`, which is `=`. Control characters but blanks are none.
pub(super) fn read(text: &[u8]) -> Option<Escaped> {
    let rest = text.get(1..)?;
    let n_blanks = rest.iter().take(8).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    match &rest[n_blanks..] {
        [b'\n', ..] => return Some(Escaped::nothing(2 + n_blanks)),
        [b'\r', b'\n', ..] => return Some(Escaped::nothing(3 + n_blanks)),
        _ => {}
    }
    let byte = pair(rest)?;
    (byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r')).then(|| Escaped::byte(byte, 3))
}

/// Whether the soft break at the begin of `text` stands within a word that began before it.
pub(super) fn joins_words(before: &[u8], text: &[u8]) -> bool {
    let Some(escaped) = read(text).filter(|escaped| escaped.bytes().is_empty()) else {
        return false;
    };
    before.last().is_some_and(|byte| is_word(*byte))
        && text.get(escaped.len).is_some_and(|byte| is_word(*byte))
}
