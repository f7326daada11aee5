//! Percent encoding of URLs and forms (RFC 3986, section 2.1), with `%uXXXX` of old JavaScript.

use std::ops::Range;

use super::map::{Escaped, is_word, number, pair, unescape};
use super::{Encoding, Layer, stretch};

/// Undoes it in `span`. `None` when nothing is encoded.
pub(super) fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    let form = form_begin(&text[span.clone()]);
    let end = span.end;
    let decoded = unescape(text, &span, [b'%', b'+'], |rest| match rest {
        [b'+', ..] => (end - rest.len() >= span.start + form).then(|| Escaped::byte(b' ', 1)),
        _ => read(rest),
    })?;
    Some(decoded.into_layer(Encoding::Percent))
}

/// The escape at the begin of `text`, which is a percent sign.
pub(super) fn read(text: &[u8]) -> Option<Escaped> {
    let rest = text.get(1..)?;
    if let [b'u' | b'U', digits @ ..] = rest {
        return number(digits, 4).map(|code| Escaped::character(code, 6));
    }
    pair(rest).map(|byte| Escaped::byte(byte, 3))
}

/// Where in `word` a `+` begins to stand for a blank: behind the first `?` or `name=`. The length where never.
fn form_begin(word: &[u8]) -> usize {
    word.iter().position(|byte| matches!(byte, b'?' | b'=')).unwrap_or(word.len())
}

/// Whether `+` stands beside the run as the blank of a form: `header=SSWS+00…`.
pub(super) fn is_form_blank(text: &[u8], run: &Range<usize>) -> bool {
    let is_beside = text[..run.start].ends_with(b"+") || text[run.end..].starts_with(b"+");
    if !is_beside {
        return false;
    }
    let from = run.start.saturating_sub(super::BEFORE).max(stretch::window(text, run).start);
    let before = &text[from..run.start];
    let Some(equals) =
        before.iter().rposition(|byte| matches!(byte, b'=' | b'/' | b' ' | b'"' | b'\n'))
    else {
        return false;
    };
    before[equals] == b'=' && equals > 0 && is_word(before[equals - 1])
}
