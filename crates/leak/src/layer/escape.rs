//! Backslash escapes, as JSON, JavaScript, C, Java, Python, YAML, shells and loggers write them.

use std::ops::Range;

use super::map::{Escaped, digit, number, unescape};
use super::{Encoding, Layer};

/// Undoes them in `span`. `None` when there are none.
pub(super) fn decode(text: &[u8], span: Range<usize>) -> Option<Layer> {
    let decoded = unescape(text, &span, [b'\\'; 2], read)?;
    Some(decoded.into_layer(Encoding::Escape))
}

/// The escape at the begin of `text`, which is a backslash.
///
/// A letter that means nothing keeps its backslash; other signs lose it, as `\-` and `\_` in Markdown.
pub(super) fn read(text: &[u8]) -> Option<Escaped> {
    let rest = text.get(1..)?;
    let named = |byte| Some(Escaped::byte(byte, 2));
    match *rest.first()? {
        b'n' => named(b'\n'),
        b'r' => named(b'\r'),
        b't' => named(b'\t'),
        b'b' => named(0x08),
        b'f' => named(0x0c),
        b'v' => named(0x0b),
        b'a' => named(0x07),
        b'e' => named(0x1b),
        b'u' => unicode(rest),
        b'U' => number(&rest[1..], 8).map(|code| Escaped::character(code, 10)),
        b'x' => hexadecimal(&rest[1..]),
        b'0'..=b'7' => octal(rest),
        b'\n' => Some(Escaped::nothing(2)),
        b'\r' if rest.get(1) == Some(&b'\n') => Some(Escaped::nothing(3)),
        sign if sign.is_ascii_punctuation() || sign == b' ' => named(sign),
        _ => None,
    }
}

/// `u002d`, `u{2d}`, `uuu002d` as Java takes it, and pairs of surrogates. A lone one becomes U+FFFD.
fn unicode(text: &[u8]) -> Option<Escaped> {
    if let [_, b'{', digits @ ..] = text {
        return braced(digits).map(|(code, len)| Escaped::character(code, 4 + len));
    }
    let n_us = text.iter().take(8).take_while(|byte| **byte == b'u').count();
    let len = 1 + n_us + 4;
    let high = number(&text[n_us..], 4)?;
    let low = text.get(len - 1..).and_then(|rest| rest.strip_prefix(b"\\u"));
    let low = low.and_then(|digits| number(digits, 4)).filter(|low| (0xdc00..0xe000).contains(low));
    match (high, low) {
        (0xd800..0xdc00, Some(low)) => {
            Some(Escaped::character(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), len + 6))
        }
        _ => Some(Escaped::character(high, len)),
    }
}

/// One to eight digits to a closing brace: the number and how many digits.
fn braced(text: &[u8]) -> Option<(u32, usize)> {
    let len = text.iter().take(9).position(|byte| *byte == b'}')?;
    (len > 0).then_some(())?;
    Some((number(text, len)?, len))
}

/// `2d` behind `\x`, `{2d}` as Perl has it. One digit will do; bytes from 80 on stay bytes, for they are
/// mostly parts of UTF-8.
fn hexadecimal(text: &[u8]) -> Option<Escaped> {
    if let [b'{', digits @ ..] = text {
        return braced(digits).map(|(code, len)| Escaped::character(code, 4 + len));
    }
    let n_digits = text.iter().take(2).take_while(|byte| digit(**byte).is_some()).count();
    let byte = u8::try_from(number(text, n_digits)?).ok()?;
    (n_digits > 0).then(|| Escaped::byte(byte, 2 + n_digits))
}

/// One to three octal digits, as far as they fit a byte.
fn octal(text: &[u8]) -> Option<Escaped> {
    let (mut n_digits, mut value) = (0, 0_u32);
    for byte in text.iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')) {
        let next = value << 3 | u32::from(byte - b'0');
        if next > 0xff {
            break;
        }
        (n_digits, value) = (n_digits + 1, next);
    }
    u8::try_from(value).ok().map(|byte| Escaped::byte(byte, 1 + n_digits))
}
