//! How records stand in an input, recognized by its first bytes.

use memchr::memchr;

use super::End;
use super::encoding::is_utf16;
use super::wrapper::{Opening, opening};
use crate::scan::{Marks, Newlines, Scan, Scanner};

/// How records stand in an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Each record on a line of its own, so that a bad line costs one line.
    Lines,
    /// Records follow each other, over as many lines as they like: arrays, pretty-printed or concatenated.
    Stream,
    /// The table that the System Log page of Okta's console exports, with a header.
    Csv,
}

impl Form {
    /// Recognizes the form from the first bytes of an input. The more bytes, the surer; 64 KiB do.
    pub fn recognize(start: &[u8]) -> Self {
        if is_utf16(start) {
            // Only who reads an input from its start can tell, so that it must be read in one piece.
            return Self::Stream;
        }
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
        match start.first() {
            Some(b'{') => Self::of_objects(start),
            Some(b'[') => Self::Stream,
            Some(b'"' | b'a'..=b'z' | b'A'..=b'Z') if looks_like_csv(start) => Self::Csv,
            _ => Self::Lines,
        }
    }

    /// Lines, if the first line is one record, or the second begins like one.
    fn of_objects(start: &[u8]) -> Self {
        let lines = start.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        let mut lines = lines.filter(|line| !line.is_empty());
        let first = lines.next().unwrap_or_default();
        let scan = Scanner::default().scan(first, Newlines::End, &mut Marks::default());
        if let Scan::Complete { len, .. } = scan {
            let behind = first.get(len..).unwrap_or_default().trim_ascii_start();
            return if matches!(behind.first(), Some(b'{' | b',')) {
                Self::Stream
            } else {
                Self::Lines
            };
        }
        if matches!(opening(start, End::More), Opening::List(_)) {
            return Self::Stream;
        }
        match lines.next() {
            // An open envelope, rather than a line that was cut short.
            Some(_) if first.ends_with(b"[") || first.ends_with(b"{") => Self::Stream,
            Some(second) if !second.starts_with(b"{") => Self::Stream,
            _ => Self::Lines,
        }
    }
}

/// Whether the first line is a header with columns that Okta's export has.
fn looks_like_csv(start: &[u8]) -> bool {
    let end = memchr(b'\n', start).unwrap_or(start.len());
    let header = String::from_utf8_lossy(&start[..end]).to_ascii_lowercase();
    let column = |name: &str| header.split(',').any(|c| c.trim().trim_matches('"') == name);
    header.contains(',') && ["event_type", "eventtype", "uuid"].into_iter().any(column)
}

#[cfg(test)]
mod tests {
    use super::Form;

    fn check(start: &str, expected: Form) {
        assert_eq!(Form::recognize(start.as_bytes()), expected, "{start}");
    }

    #[test]
    fn forms_are_recognized() {
        check("{\"a\":1}\n{\"a\":2}\n", Form::Lines);
        check("\u{feff}\n\n {\"a\":1}\n", Form::Lines);
        check("{\"a\":1", Form::Lines);
        check("{\"a\":1\n{\"a\":2}\n", Form::Lines);
        check("{\"a\":1}]\n", Form::Lines);
        check("", Form::Lines);
        check("[{\"a\":1}]", Form::Stream);
        check("[\n", Form::Stream);
        check("{\"a\":1}{\"a\":2}", Form::Stream);
        check("{\"a\":1}, {\"a\":2}", Form::Stream);
        check("{\n  \"a\": 1\n}", Form::Stream);
        check("{\"logs\": [\n{\"a\":1},\n{\"a\":2}]}", Form::Stream);
        check("{\"Records\":[{\"a\":1},{\"a\":", Form::Stream);
        check("{\"Records\":[{\"a\":1}]}\n{\"Records\":[{\"a\":", Form::Lines);
        check("timestamp,event_type,uuid\n", Form::Csv);
        check("\u{feff}\"timestamp\",\"event_type\"\r\n", Form::Csv);
        check("uuid of the thing\n", Form::Lines);
        check("name,address\n", Form::Lines);
    }
}
