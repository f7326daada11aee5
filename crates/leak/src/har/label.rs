//! What stands in a copy in place of a value: `[OKTA_SESSION_COOKIE:9f3c2a10]`.
//!
//! The digits are a keyed fingerprint: the same value has the same label everywhere and in every copy
//! made with the same key, and says nothing about the value to whoever lacks the key.

use std::borrow::Cow;

use memchr::memchr_iter;

use crate::secret::{Key, Secret};

/// Hex digits of a label.
const DIGITS: usize = 8;

/// Longest word of a label.
const WORD_MAX: usize = 64;

/// The label of a value; `word` says what it is.
pub(crate) fn label(word: &str, value: &str, key: &Key) -> String {
    let fingerprint = Secret::new(value).fingerprint(key);
    format!("[{word}:{}]", fingerprint.get(..DIGITS).unwrap_or_default())
}

/// Whether a value is a label, or a token whose signature is one.
pub(crate) fn is_label(value: &str) -> bool {
    let value = value.trim();
    let last = match value.rsplit_once('.') {
        Some((before, last)) if before.starts_with("eyJ") => last,
        _ => value,
    };
    is_plain_label(last)
}

fn is_plain_label(text: &str) -> bool {
    !text.is_empty() && label_len(text.as_bytes()) == Some(text.len())
}

/// The length of the label at the begin of a text.
fn label_len(text: &[u8]) -> Option<usize> {
    let is_word = |byte: &&u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_';
    let inner = text.strip_prefix(b"[")?;
    let word = inner.iter().take(WORD_MAX).take_while(is_word).count();
    let digits = inner.get(word..)?.strip_prefix(b":")?;
    let is_label = word > 0
        && digits.get(..DIGITS)?.iter().all(u8::is_ascii_hexdigit)
        && digits.get(DIGITS) == Some(&b']');
    is_label.then_some(word + DIGITS + 3)
}

/// Whether a text is what is seen of a label by whoever takes it for a name and a value: `WORD:9f3c2a10]`.
pub(crate) fn is_piece(text: &str) -> bool {
    let text = text.trim().trim_start_matches('[').trim_end_matches(']');
    let digits = text.rsplit_once(':').map_or(text, |(_, digits)| digits);
    digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a reason names a label, as in ``called `OKTA_PASSWORD:9f3c2a10` ``.
pub(crate) fn is_named(why: &str) -> bool {
    why.split('`')
        .skip(1)
        .step_by(2)
        .flat_map(|name| name.split('.'))
        .any(|name| name.contains(':') && is_piece(name))
}

/// A text of the same length in which no label can be taken for a name or a value.
pub(crate) fn masked(text: &[u8]) -> Cow<'_, [u8]> {
    let mut masked = Cow::Borrowed(text);
    for at in memchr_iter(b'[', text) {
        if let Some(len) = label_len(&text[at..]) {
            masked.to_mut()[at..at + len].fill(b'*');
        }
    }
    masked
}
