//! Inputs that are one object around a list of records: `CloudTrail` files, pages of Microsoft Graph.
//!
//! As a whole such an object may be longer than any record may be, so its list is opened while it is read.

use super::End;

/// What the bytes of an object begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// The list, whose first record stands behind that many bytes.
    List(usize),
    /// Too little to tell.
    Cut,
    /// Something else.
    Other,
}

/// How far behind the bracket of the object the list may begin. A page's link to the next one may take some
/// thousand bytes.
const WINDOW: usize = 16 << 10;

/// Looks for a list of records at the start of an object.
pub(super) fn opening(bytes: &[u8], end: End) -> Opening {
    let window = bytes.get(..WINDOW).unwrap_or(bytes);
    let mut head = Head { bytes: window, at: 1 };
    match head.list() {
        Ok(true) => Opening::List(head.at),
        Err(Ended) if end == End::More && window.len() < WINDOW => Opening::Cut,
        Ok(false) | Err(Ended) => Opening::Other,
    }
}

/// The bytes were not enough.
struct Ended;

struct Head<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Head<'b> {
    /// Moves to the first record of the list. Returns whether there is one.
    fn list(&mut self) -> Result<bool, Ended> {
        let mut is_page = false;
        loop {
            if self.next()? != b'"' {
                return Ok(false);
            }
            let key = self.string()?;
            let is_list = key == b"Records" || is_page && key == b"value";
            is_page = key.starts_with(b"@odata.");
            if !is_list && !is_page || self.next()? != b':' {
                return Ok(false);
            }
            let first = self.next()?;
            if is_list {
                let at = self.at;
                let opens = first == b'[' && matches!(self.next()?, b'{' | b']');
                self.at = at;
                return Ok(opens);
            }
            if first == b'"' {
                self.string()?;
            } else if !first.is_ascii_digit() {
                return Ok(false);
            }
            while self.next()? != b',' {
                if !self.bytes.get(self.at - 1).is_some_and(u8::is_ascii_digit) {
                    return Ok(false);
                }
            }
        }
    }

    /// The next byte that is no blank.
    fn next(&mut self) -> Result<u8, Ended> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let byte = rest.get(blanks).copied().ok_or(Ended)?;
        self.at += blanks + 1;
        Ok(byte)
    }

    /// The string behind its opening quote. Keys and links hold no escapes.
    fn string(&mut self) -> Result<&'b [u8], Ended> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let len = memchr::memchr(b'"', rest).ok_or(Ended)?;
        self.at += len + 1;
        Ok(&rest[..len])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, is_list: bool) {
        let list = text.find('[').filter(|_| is_list).map(|at| Opening::List(at + 1));
        let expected = list.unwrap_or(Opening::Other);
        assert_eq!(opening(text.as_bytes(), End::Here), expected, "{text}");
        for len in 1..text.len() {
            let found = opening(&text.as_bytes()[..len], End::More);
            assert!(found == Opening::Cut || found == expected, "{}", &text[..len]);
        }
    }

    #[test]
    fn lists_of_records_are_told_by_what_stands_before_them() {
        check("{\"Records\":[{\"a\":1}", true);
        check("{ \"Records\" : [\n {\"a\":1}", true);
        check("{\"Records\":[]}", true);
        check("{\"@odata.context\":\"https://x\",\"value\":[{", true);
        check("{\"@odata.count\":12,\"@odata.nextLink\":\"x\",\"value\":[{", true);
        check("{\"Records\":[1,2]}", false);
        check("{\"Records\":{\"a\":1}}", false);
        check("{\"value\":[{\"a\":1}]}", false);
        check("{\"a\":1,\"Records\":[{}]}", false);
        check("{\"@odata.count\":null,\"value\":[{}]}", false);
        check("{}", false);
    }
}
