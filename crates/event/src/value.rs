//! What a field holds: JSON's own kinds, with text and numbers left as they stand until someone looks.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::doc::Node;

/// The value of a field.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// Present and null.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number<'a>),
    /// A string.
    Text(Text<'a>),
    /// An object; its members are reached by longer paths.
    Object(Node<'a>),
    /// An array as a whole; look-ups by path yield its elements instead.
    Array(Node<'a>),
}

impl<'a> Value<'a> {
    /// The value as text: strings without quotes and escapes, numbers and booleans as they are written.
    /// `None` for null, objects and arrays.
    pub fn to_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Text(text) => Some(text.decode()),
            Self::Number(number) => Some(Cow::Borrowed(number.0)),
            Self::Bool(true) => Some(Cow::Borrowed("true")),
            Self::Bool(false) => Some(Cow::Borrowed("false")),
            Self::Null | Self::Object(_) | Self::Array(_) => None,
        }
    }

    /// The value as a number: numbers, and strings that spell one.
    pub fn to_number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.to_f64()),
            Self::Text(text) => Number::parse(text.decode().trim()).map(Number::to_f64),
            _ => None,
        }
    }
}

/// The text of a string, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// Text that stands for itself.
    pub fn plain(text: &'a str) -> Self {
        Self { raw: text, escaped: false }
    }

    /// The inside of a JSON string. `None` if JSON does not allow it: a control character or a wrong escape.
    pub fn json(raw: &'a str) -> Option<Self> {
        let bytes = raw.as_bytes();
        let mut escaped = false;
        let mut i = 0;
        while let Some(&byte) = bytes.get(i) {
            if byte < 0x20 {
                return None;
            }
            if byte == b'\\' {
                escaped = true;
                i += escape_len(bytes.get(i + 1..)?)?;
            }
            i += 1;
        }
        Some(Self { raw, escaped })
    }

    /// The text with escapes undone; borrowed where there are none.
    pub fn decode(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    /// The text, if nothing in it is escaped.
    #[inline]
    pub fn as_plain(self) -> Option<&'a str> {
        if self.escaped { None } else { Some(self.raw) }
    }
}

/// Bytes of the escape after its backslash.
fn escape_len(rest: &[u8]) -> Option<usize> {
    match rest.first()? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(1),
        b'u' if rest.get(1..5)?.iter().all(u8::is_ascii_hexdigit) => Some(5),
        _ => None,
    }
}

/// Undoes JSON escapes. A surrogate without its partner becomes U+FFFD, so that nothing is dropped.
pub(crate) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (decoded, taken) = decode_escape(after);
        out.push(decoded);
        rest = after.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The character of an escape, and how many bytes after the backslash it took.
fn decode_escape(after: &str) -> (char, usize) {
    match after.as_bytes().first() {
        Some(b'b') => ('\u{8}', 1),
        Some(b'f') => ('\u{c}', 1),
        Some(b'n') => ('\n', 1),
        Some(b'r') => ('\r', 1),
        Some(b't') => ('\t', 1),
        Some(b'u') => decode_unicode(after),
        Some(_) => {
            after.chars().next().map_or((char::REPLACEMENT_CHARACTER, 0), |c| (c, c.len_utf8()))
        }
        None => (char::REPLACEMENT_CHARACTER, 0),
    }
}

fn decode_unicode(after: &str) -> (char, usize) {
    let Some(first) = hex4(after, 1) else { return (char::REPLACEMENT_CHARACTER, 1) };
    if let Some(decoded) = char::from_u32(first) {
        return (decoded, 5);
    }
    let second = after.get(5..7).filter(|&s| s == "\\u").and_then(|_| hex4(after, 7));
    match second {
        Some(low @ 0xDC00..=0xDFFF) if first < 0xDC00 => {
            let code = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
        }
        _ => (char::REPLACEMENT_CHARACTER, 5),
    }
}

fn hex4(text: &str, at: usize) -> Option<u32> {
    u32::from_str_radix(text.get(at..at + 4)?, 16).ok()
}

/// A number as it is written. Compared by value: `1`, `1.0` and `1e0` are equal.
#[derive(Debug, Clone, Copy)]
pub struct Number<'a>(&'a str);

impl<'a> Number<'a> {
    /// A number by JSON's grammar.
    pub fn parse(text: &'a str) -> Option<Self> {
        let digits = |s: &'a str| s.trim_start_matches(|c: char| c.is_ascii_digit());
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let after_int = digits(unsigned);
        let int_len = unsigned.len() - after_int.len();
        if int_len == 0 || (int_len > 1 && unsigned.starts_with('0')) {
            return None;
        }
        let after_fraction = match after_int.strip_prefix('.') {
            Some(rest) if digits(rest).len() < rest.len() => digits(rest),
            Some(_) => return None,
            None => after_int,
        };
        let after_exponent = match after_fraction.strip_prefix(['e', 'E']) {
            Some(rest) => {
                let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
                if digits(rest).len() == rest.len() {
                    return None;
                }
                digits(rest)
            }
            None => after_fraction,
        };
        after_exponent.is_empty().then_some(Self(text))
    }

    /// The text of the number.
    pub fn as_str(self) -> &'a str {
        self.0
    }

    /// The nearest double.
    pub fn to_f64(self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// Compares by value; integers beyond 2^53 exactly.
    pub fn compare(self, other: Number<'_>) -> Option<Ordering> {
        match (self.0.parse::<i64>(), other.0.parse::<i64>()) {
            (Ok(a), Ok(b)) => Some(a.cmp(&b)),
            _ => self.to_f64().partial_cmp(&other.to_f64()),
        }
    }
}
