//! Control sequences of terminals (ECMA-48), which colored output leaves in logs: `ESC[1;32m`.

use std::ops::Range;

use memchr::memchr;

use super::map::{Escaped, is_word, unescape};
use super::{Encoding, Layer};

const ESC: u8 = 0x1b;

/// Bytes before a run in which a sequence may stand that concerns it.
const REACH: usize = 24;

/// Bytes of the longest sequence that is taken for one.
const LEN_MAX: usize = 64;

/// Whether a sequence stands near: in a run, right behind it, or before it, which begins at `run`.
pub(super) fn is_near(near: &[u8], run: usize) -> bool {
    memchr(ESC, &near[run.saturating_sub(REACH)..]).is_some()
}

/// Leaves the sequences of `span` out. `None` when there are none.
pub(super) fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    let decoded = unescape(text, &span, [ESC; 2], read)?;
    Some(decoded.into_layer(Encoding::Ansi))
}

/// The sequence at the begin of `text`, which is an escape character: `ESC[` parameters and a letter, or
/// `ESC]` to the bell (titles and links).
pub(super) fn read(text: &[u8]) -> Option<Escaped> {
    let rest = text.get(2..)?;
    let len = match text[1] {
        b'[' => rest.iter().take(LEN_MAX).position(|byte| matches!(byte, 0x40..=0x7e))?,
        b']' => memchr(0x07, &rest[..rest.len().min(LEN_MAX * 8)])?,
        b'(' | b')' => 0,
        _ => return None,
    };
    (len < rest.len()).then(|| Escaped::nothing(2 + len + 1))
}

/// Sequences in a row that are passed over.
const SEQUENCES_MAX: usize = 16;

/// Whether the sequences at the begin of `text` stand within a word that began before them.
pub(super) fn joins_words(before: &[u8], mut text: &[u8]) -> bool {
    if !before.last().is_some_and(|byte| is_word(*byte)) {
        return false;
    }
    for _ in 0..SEQUENCES_MAX {
        let Some(escaped) = text.starts_with(&[ESC]).then(|| read(text)).flatten() else { break };
        text = &text[escaped.len..];
    }
    text.first().is_some_and(|byte| is_word(*byte))
}
