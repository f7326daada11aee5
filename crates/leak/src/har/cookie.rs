//! `Cookie` and `Set-Cookie`: names, values, and how long they live.

use std::ops::Range;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use memchr::memchr;

use crate::context::Form;
use crate::har::found::{Found, Life};
use crate::har::reader::{Reader, named};

impl Reader<'_> {
    /// The cookies of a `Cookie` header.
    pub(crate) fn cookies(self, text: &[u8]) -> Vec<Found> {
        split(text, b";\n").filter_map(|span| self.pair(text, span)).collect()
    }

    /// The cookies of a `Set-Cookie` header. Some recorders join several by line breaks.
    pub(crate) fn set_cookies(self, text: &[u8]) -> Vec<Found> {
        split(text, b"\n").filter_map(|line| self.set_cookie(text, line)).collect()
    }

    fn set_cookie(self, text: &[u8], line: Range<usize>) -> Option<Found> {
        let whole = text.get(line.clone())?;
        let mut parts = split(whole, b";");
        let first = parts.next()?;
        let mut found = self.pair(text, first.start + line.start..first.end + line.start)?;
        found.life = life(whole);
        Some(found)
    }

    fn pair(self, text: &[u8], span: Range<usize>) -> Option<Found> {
        let pair = text.get(span.clone())?;
        let equals = memchr(b'=', pair)?;
        let name = std::str::from_utf8(&pair[..equals]).ok()?.trim();
        let value = trimmed(text, span.start + equals + 1..span.end);
        self.cookie(name, text, value)
    }

    /// One cookie, whose value stands at `span`.
    pub(crate) fn cookie(self, name: &str, text: &[u8], span: Range<usize>) -> Option<Found> {
        let span = unquoted(text, span);
        let value = String::from_utf8_lossy(text.get(span.clone())?).into_owned();
        self.value(span, &value, &named(name, Form::Cookie))
    }
}

/// How long a cookie lives: `Max-Age` before `Expires`.
fn life(text: &[u8]) -> Option<Life> {
    let text = std::str::from_utf8(text).ok()?;
    let attribute = |name: &str| {
        text.split(';').skip(1).find_map(|part| {
            let (key, value) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case(name).then_some(value.trim())
        })
    };
    let seconds = attribute("max-age").and_then(|value| value.parse().ok());
    let until = || attribute("expires").and_then(date).map(Life::Until);
    seconds.map(Life::Seconds).or_else(until)
}

/// A date of HTTP, such as `Thu, 01 Jan 1970 00:00:00 GMT`, with dashes in old cookies.
pub(crate) fn date(text: &str) -> Option<Timestamp> {
    const PARSER: DateTimeParser = DateTimeParser::new();
    let plain = PARSER.parse_timestamp(text).ok();
    plain
        .or_else(|| PARSER.parse_timestamp(text.replace('-', " ")).ok())
        .or_else(|| text.parse().ok())
}

/// The stretches between any of the `marks`.
pub(crate) fn split<'t>(
    text: &'t [u8],
    marks: &'t [u8],
) -> impl Iterator<Item = Range<usize>> + 't {
    let mut at = Some(0);
    std::iter::from_fn(move || {
        let from = at?;
        let rest = text.get(from..)?;
        let end = rest.iter().position(|byte| marks.contains(byte)).map(|len| from + len);
        at = end.map(|end| end + 1);
        Some(from..end.unwrap_or(text.len()))
    })
}

/// A stretch without the blanks at its ends.
pub(crate) fn trimmed(text: &[u8], span: Range<usize>) -> Range<usize> {
    let Some(stretch) = text.get(span.clone()) else { return span };
    let end = span.start + stretch.trim_ascii_end().len();
    let begin = span.end - stretch.trim_ascii_start().len();
    if begin >= end { end..end } else { begin..end }
}

/// A stretch without quotes around it.
pub(crate) fn unquoted(text: &[u8], span: Range<usize>) -> Range<usize> {
    match text.get(span.clone()) {
        Some([b'"', .., b'"'] | [b'\'', .., b'\'']) => span.start + 1..span.end - 1,
        _ => span,
    }
}
