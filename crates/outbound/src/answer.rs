//! What a server said.

use std::fmt;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::HeaderMap;

/// A whole answer of any status but a redirect. `Debug` shows no header and no body: both can hold tokens.
#[derive(Clone)]
pub struct Answer {
    /// The status, 200 to 599 without the redirects.
    pub status: u16,
    /// All headers, in the order in which they came.
    pub headers: HeaderMap,
    /// As it was sent; nothing is decompressed, since nothing compressed was asked for.
    pub body: Vec<u8>,
    /// When the server says that it answered, to the second. `None` if it does not say so readably.
    pub date: Option<Timestamp>,
}

impl Answer {
    pub(crate) fn new(status: u16, headers: HeaderMap, body: Vec<u8>) -> Self {
        let date = headers.get("date").and_then(|value| value.to_str().ok()).and_then(parse_date);
        Self { status, headers, body, date }
    }

    /// The first header of a name, if it is readable text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All headers of a name that are readable text, in order.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// The preferred form of HTTP, which is that of mail. Source: RFC 9110 section 5.6.7.
fn parse_date(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::parse_date;

    #[test]
    fn the_date_of_an_answer_is_read() {
        let read = parse_date("Sun, 22 Nov 2026 12:40:01 GMT").unwrap();
        assert_eq!(read.to_string(), "2026-11-22T12:40:01Z");
        assert_eq!(parse_date("yesterday"), None);
    }
}
