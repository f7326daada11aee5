//! Quoted-printable of mail (RFC 2045, section 6.7).
//!
//! `KEY=00…` looks the same as an escaped byte, so a paragraph counts only as a whole: every `=` in it must be
//! an escape or a soft line break, and one must be of a kind that nobody writes by chance.

use std::ops::Range;

use memchr::memchr_iter;

use super::map::{Escaped, is_word, pair, unescape};
use super::{Encoding, Layer};

/// Bytes of the shortest line that is taken for one with a soft break. Mail breaks at 76.
const LINE_MIN: usize = 50;

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
    let (mut n_sure, mut n_dense, mut last_end) = (0_usize, 0_usize, usize::MAX);
    for at in memchr_iter(b'=', paragraph) {
        let Some(escaped) = read(&paragraph[at..]) else {
            // The window may end within an escape.
            return n_sure > 0 && at + 3 > paragraph.len();
        };
        n_dense = if at == last_end { n_dense + 1 } else { 0 };
        last_end = at + escaped.len;
        n_sure += usize::from(is_sure(paragraph, at, &escaped) || n_dense == 8);
    }
    n_sure > 0
}

/// Whether an escape at `at` is none by chance: an escaped `=`, a character of UTF-8 in capitals, or a soft
/// break of a long line. `KEY=ab…` and `KEY=` at the end of a line are read as escapes as well.
fn is_sure(paragraph: &[u8], at: usize, escaped: &Escaped) -> bool {
    let is_character = |rest: &[u8]| {
        matches!(rest, [b'=', b'C'..=b'F', _, b'=', b'8' | b'9' | b'A' | b'B', low, ..]
            if rest[2].is_ascii_hexdigit() && low.is_ascii_hexdigit())
    };
    match *escaped.bytes() {
        [] => !paragraph[at.saturating_sub(LINE_MIN)..at].contains(&b'\n') && at >= LINE_MIN,
        [b'='] => paragraph[at + 2] == b'D',
        _ => is_character(&paragraph[at..]),
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
