//! Private keys between PEM lines, however the lines are broken: for real, by escapes, by quotes, not at all.
//!
//! *Source.* RFC 7468; RFC 1421 section 4.6 for keys with headers.

use std::ops::Range;

/// Characters of base64 that a key of 16,384 bits needs less than.
const BODY_MAX: usize = 32 << 10;

/// Bytes that are read at most, with breaks, indentation and quotes.
const TEXT_MAX: usize = 128 << 10;

/// Characters of base64 that every RSA and EC private key needs more than.
const BODY_MIN: usize = 100;

/// How every Ed25519 key in PKCS #8 begins, which has 64 characters.
const ED25519: &str = "MC4CAQAw";

/// A private key between its PEM lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pem {
    /// From `-----BEGIN` through the end line; to where it stops when that is missing.
    pub(crate) span: Range<usize>,
    /// What its first line says: `PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`.
    pub(crate) label: String,
    /// The base64 within, without breaks, padded as it has to be: some carriers eat the signs that end a line.
    pub(crate) body: String,
    /// Where the base64 stands: from its first character to its last, with breaks.
    pub(crate) body_span: Range<usize>,
    /// It cannot be used without a passphrase.
    pub(crate) is_encrypted: bool,
}

/// The private key whose `-----BEGIN` stands at `at`.
///
/// Breaks may be real ones with any indentation, marks of a diff, a comment or a quotation, escapes such as `\n`,
/// blanks, or strings that are put together. `None` for public keys and certificates, for keys that neither provider
/// takes (OpenSSH, DSA, PGP), and for what holds no key: placeholders, elisions. Costs at most 128 KiB.
pub(crate) fn pem(text: &[u8], at: usize) -> Option<Pem> {
    let end = text.len().min(at.checked_add(TEXT_MAX)?);
    let window = text.get(at..end)?;
    let (label, after) = label(window)?;
    let mut reader = Reader {
        text: window,
        at: after,
        mark: mark(text, at),
        body: String::new(),
        first: after,
        last: after,
        lines: Vec::new(),
        has_gap: false,
        is_encrypted: label.starts_with("ENCRYPTED"),
    };
    let stop = reader.read();
    let end = match stop {
        Stop::End(end) => end,
        Stop::Elided => return None,
        Stop::Other => reader.cut_to_width(),
    };
    let Reader { body, first, last, is_encrypted, .. } = reader;
    let body = padded(&body);
    is_key(&body).then(|| Pem {
        span: at..at + end,
        label: label.to_owned(),
        body,
        body_span: at + first..at + last,
        is_encrypted,
    })
}

/// What the first line says, if it is that of a private key that a provider takes, and where it ends.
fn label(window: &[u8]) -> Option<(&'static str, usize)> {
    const LABELS: [&str; 4] =
        ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"];
    let rest = window.strip_prefix(b"-----BEGIN ")?;
    LABELS.into_iter().find_map(|label| {
        let after = rest.strip_prefix(label.as_bytes())?.strip_prefix(b"-----")?;
        Some((label, window.len() - after.len()))
    })
}

/// What stands before `-----BEGIN` on its line, if that is a mark which every line repeats: `+` of a diff, `>`, `#`, `//`.
fn mark(text: &[u8], at: usize) -> &[u8] {
    let before = &text[at.saturating_sub(64)..at];
    let begin = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let mark = before[begin..].trim_ascii();
    let is_mark = |byte: &u8| matches!(byte, b'+' | b'-' | b'>' | b'#' | b'/' | b'*' | b'|' | b';');
    if mark.len() <= 4 && mark.iter().all(is_mark) { mark } else { b"" }
}

/// Whether so much base64 can be a key: long enough, and not one character over and over.
fn is_key(body: &str) -> bool {
    let mut seen = [false; 128];
    body.bytes().for_each(|byte| seen[usize::from(byte & 0x7f)] = true);
    let n_letters = seen.iter().filter(|seen| **seen).count();
    let is_long = body.len() >= BODY_MIN || body.len() >= 60 && body.starts_with(ED25519);
    is_long && n_letters >= 20
}

fn padded(body: &str) -> String {
    let letters = body.trim_end_matches('=');
    let padding = match letters.len() % 4 {
        2 => "==",
        3 => "=",
        _ => "",
    };
    letters.to_owned() + padding
}

/// Why the base64 ends.
enum Stop {
    /// The end line, and where that ends.
    End(usize),
    /// Something is left out.
    Elided,
    /// Anything else.
    Other,
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    mark: &'t [u8],
    body: String,
    first: usize,
    last: usize,
    lines: Vec<Line>,
    /// Blanks stand between letters of this line.
    has_gap: bool,
    is_encrypted: bool,
}

/// A line of base64.
struct Line {
    /// Length of the body when it ends.
    len: usize,
    /// Where it ends.
    end: usize,
    /// Blanks stand between its letters, as in prose.
    has_gap: bool,
}

impl Reader<'_> {
    fn read(&mut self) -> Stop {
        self.skip_headers();
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                _ if self.is_break() => self.skip_break(),
                b' ' | b'\t' => self.at += 1,
                b'"' | b'\'' | b'`' => {
                    if !self.skip_between_strings() {
                        return Stop::Other;
                    }
                }
                b'\\' if matches!(self.text.get(self.at + 1), Some(b'"' | b'\'')) => self.at += 1,
                b'-' => return self.end_line(),
                _ if is_base64(byte) && self.body.len() < BODY_MAX => self.push(byte),
                b'.' | b'*' | 0xe2 => return Stop::Elided,
                _ => return Stop::Other,
            }
        }
        Stop::Other
    }

    fn push(&mut self, byte: u8) {
        let begin = self.lines.last().map_or(0, |line| line.len);
        if self.body.is_empty() {
            self.first = self.at;
        } else if self.body.len() > begin && self.at > self.last {
            self.has_gap = true;
        }
        self.body.push(char::from(byte));
        self.at += 1;
        self.last = self.at;
    }

    fn close_line(&mut self) {
        let begin = self.lines.last().map_or(0, |line| line.len);
        if self.body.len() > begin {
            let has_gap = std::mem::take(&mut self.has_gap);
            self.lines.push(Line { len: self.body.len(), end: self.last, has_gap });
        }
    }

    /// A real break or an escaped one begins here.
    fn is_break(&self) -> bool {
        matches!(self.text[self.at], b'\n' | b'\r') || self.escape().is_some()
    }

    /// Bytes of the escape of a break that begins here: `\n`, `\\r`, `\u000a`, a backslash that joins lines.
    fn escape(&self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let n_slashes = rest.iter().take(8).take_while(|byte| **byte == b'\\').count();
        let after = &rest[n_slashes..];
        let is_unicode =
            |hex: &[u8]| hex.eq_ignore_ascii_case(b"u000a") || hex.eq_ignore_ascii_case(b"u000d");
        match after.first() {
            _ if n_slashes == 0 => None,
            Some(b'n' | b'r' | b't') => Some(n_slashes + 1),
            Some(b'\n' | b'\r' | b' ') | None => Some(n_slashes),
            Some(b'u') if after.get(..5).is_some_and(is_unicode) => Some(n_slashes + 5),
            Some(b'x') if after.get(..3).is_some_and(|hex| hex.eq_ignore_ascii_case(b"x0a")) => {
                Some(n_slashes + 3)
            }
            _ => None,
        }
    }

    fn skip_break(&mut self) {
        self.close_line();
        let is_newline = self.text[self.at] == b'\n';
        self.at += self.escape().unwrap_or(1);
        if is_newline {
            self.skip_mark();
        }
    }

    /// Skips what begins every line. A line that lacks it is let pass.
    fn skip_mark(&mut self) {
        let rest = &self.text[self.at..];
        let n_blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        // In a diff that takes a key away, the end line begins with six hyphens; a list's item with five.
        let (mark, line) = (self.mark, &rest[n_blanks..]);
        let is_end = line.starts_with(b"-----END");
        if !mark.is_empty() && line.starts_with(mark) && !is_end {
            self.at += n_blanks + mark.len();
        }
    }

    /// From a quote that closes one string to behind the quote that opens the next. `false` when there is no next.
    fn skip_between_strings(&mut self) -> bool {
        let rest = &self.text[self.at + 1..];
        let is_between = |byte: &&u8| {
            matches!(
                byte,
                b' ' | b'\t'
                    | b'\r'
                    | b'\n'
                    | b'+'
                    | b'.'
                    | b'&'
                    | b','
                    | b'\\'
                    | b'_'
                    | b'('
                    | b')'
            )
        };
        let n_between = rest.iter().take(512).take_while(is_between).count();
        let opens = matches!(rest.get(n_between), Some(b'"' | b'\'' | b'`'));
        if opens {
            self.at += n_between + 2;
            self.close_line();
        }
        opens
    }

    /// `Proc-Type: 4,ENCRYPTED` and what else stands before the base64 of old keys, each on a line.
    fn skip_headers(&mut self) {
        for _ in 0..16 {
            self.skip_blanks();
            let rest = &self.text[self.at..];
            let rest = &rest[..rest.len().min(200)];
            let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r' | b'\\' | b'"');
            let line = &rest[..rest.iter().position(is_end).unwrap_or(rest.len())];
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
            let n_name = line.iter().take_while(is_name).count();
            if n_name == 0 || line.get(n_name) != Some(&b':') {
                return;
            }
            self.is_encrypted |= memchr::memmem::find(line, b"ENCRYPTED").is_some();
            self.at += line.len();
        }
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                _ if self.is_break() => self.skip_break(),
                b' ' | b'\t' => self.at += 1,
                _ => return,
            }
        }
    }

    fn end_line(&self) -> Stop {
        let rest = &self.text[self.at..];
        if !rest.starts_with(b"-----END") {
            return if rest.starts_with(b"---") { Stop::Other } else { Stop::Elided };
        }
        let line = &rest[8..rest.len().min(64)];
        let dashes = memchr::memchr(b'-', line).map_or(0, |at| {
            at + line[at..].iter().take(5).take_while(|byte| **byte == b'-').count()
        });
        Stop::End(self.at + 8 + dashes)
    }

    /// Without an end line, the body ends with the first line shorter than the first; what follows is other text.
    fn cut_to_width(&mut self) -> usize {
        self.close_line();
        let Some(width) = self.lines.first().map(|line| line.len).filter(|_| self.lines.len() > 1)
        else {
            return self.last;
        };
        let (mut len, mut end) = (0, self.first);
        for line in &self.lines {
            let n_letters = line.len - len;
            if n_letters > width || line.has_gap {
                break;
            }
            (len, end) = (line.len, line.end);
            if n_letters < width {
                break;
            }
        }
        self.body.truncate(len);
        self.last = end;
        end
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines of base64, each different; the last is shorter.
    fn lines(n: usize) -> Vec<String> {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let line = |idx: usize| letters[idx..].to_owned() + &letters[..idx];
        let mut lines: Vec<String> = (0..n).map(line).collect();
        lines.push("+LastLin0123456789==".to_owned());
        lines
    }

    fn key(label: &str, breaks: &str) -> String {
        let body = lines(3).join(breaks);
        format!("-----BEGIN {label}-----{breaks}{body}{breaks}-----END {label}-----")
    }

    fn read(text: &str) -> Option<Pem> {
        pem(text.as_bytes(), text.find("-----BEGIN").unwrap())
    }

    /// `text` holds the key of [`lines`], whole, up to its end line or to the last letter.
    fn check_whole(text: &str) {
        let read = read(text).unwrap_or_else(|| panic!("none in {text}"));
        assert_eq!(read.body, lines(3).concat(), "{text}");
        let end = text.rfind("-----END").map_or(text.find("789==").unwrap() + 5, |at| {
            at + text[at..].rfind("KEY-----").unwrap() + 8
        });
        let begin = text.find("-----BEGIN").unwrap();
        assert_eq!(read.span, begin..end, "{text}");
        let body = &text[read.body_span];
        assert!(body.starts_with("ABC") && body.ends_with("789=="), "{body}");
    }

    #[test]
    fn a_key_is_read_however_its_lines_are_broken() {
        for breaks in [
            "\n", "\r\n", "\n      ", "\n\t", "\\n", "\\r\\n", "\\\\n", " ", "", "\\\n", "\\u000a",
            "\\x0A", "\n\n",
        ] {
            check_whole(&format!("k: {} # after", key("PRIVATE KEY", breaks)));
        }
        for (mark, after) in
            [("+", "+x"), ("-", " y"), ("> ", ""), ("# ", "# z"), ("// ", "run();"), (" * ", "*/")]
        {
            let text = key("RSA PRIVATE KEY", &format!("\n{mark}"));
            check_whole(&format!("first\n{mark}{text}\n{after}"));
        }
        check_whole(&format!("keys:\n  - {}\n", key("PRIVATE KEY", "\n    ")));
        for join in
            ["\\n\" +\n  \"", "\\n\"\n \"", "\", \"", "\\n' .\n '", "\" & _\r\n \"", "\\\",\\\""]
        {
            check_whole(&format!("x = \"{}\";", key("EC PRIVATE KEY", join)));
        }
    }

    #[test]
    fn a_key_without_its_end_line_is_cut_where_it_ends() {
        let cut = |breaks: &str, after: &str| {
            let whole = key("PRIVATE KEY", breaks);
            let at = whole.find("-----END").unwrap();
            format!("{}{after}", &whole[..at - breaks.len()])
        };
        for after in ["", "\n", "\n\nSome words that follow it\n", "\"", "\nkey: value", "</key>"] {
            check_whole(&cut("\n", after));
        }
        check_whole(&cut("\\n", "\""));
        check_whole(&cut("\n  ", "\n  other: 1"));
    }

    #[test]
    fn padding_is_put_right() {
        fn check(letters: usize, padding: &str, expected: usize) {
            let body = lines(2).concat()[..letters].to_owned() + padding;
            let text = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
            assert_eq!(read(&text).unwrap().body.len(), expected);
        }
        check(120, "", 120);
        check(118, "", 120);
        check(118, "=", 120);
        check(118, "==", 120);
        check(119, "=", 120);
        check(117, "", 117);
    }

    #[test]
    fn labels_and_headers_tell() {
        fn check(text: &str, expected: Option<(&str, bool)>) {
            let read = read(text).map(|pem| (pem.label, pem.is_encrypted));
            let expected = expected.map(|(label, is_encrypted)| (label.to_owned(), is_encrypted));
            assert_eq!(read, expected, "{text}");
        }
        for label in ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"] {
            check(&key(label, "\n"), Some((label, false)));
        }
        check(&key("ENCRYPTED PRIVATE KEY", "\\n"), Some(("ENCRYPTED PRIVATE KEY", true)));
        for label in [
            "OPENSSH PRIVATE KEY",
            "DSA PRIVATE KEY",
            "PUBLIC KEY",
            "CERTIFICATE",
            "PGP PRIVATE KEY BLOCK",
        ] {
            check(&key(label, "\n"), None);
        }
        for breaks in ["\n", "\\n", "\r\n"] {
            let headers =
                ["", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-256-CBC,0123456789ABCDEF", "", "ABC"]
                    .join(breaks);
            let old = key("RSA PRIVATE KEY", breaks).replacen(&format!("{breaks}ABC"), &headers, 1);
            check(&old, Some(("RSA PRIVATE KEY", true)));
            check_whole(&old);
        }
    }

    #[test]
    fn placeholders_are_no_keys() {
        fn check(body: &str) {
            let text = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
            assert_eq!(read(&text), None, "{body}");
        }
        check("");
        check("...");
        check("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC...");
        check(&format!("{}\n...", lines(2).concat()));
        check(&format!("{}\n\u{2026}", lines(2).concat()));
        check(&"x".repeat(400));
        check("<your private key>");
        check("${PRIVATE_KEY}");
        check("${{ secrets.KEY }}");
        check(&lines(0).concat());
        let short = format!("{ED25519}{}", &lines(1)[0][..56]);
        let text = format!("-----BEGIN PRIVATE KEY-----\n{short}\n-----END PRIVATE KEY-----");
        assert_eq!(read(&text).unwrap().body, short);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>, text in "[-+A-Za-z \n\\\\\"'rnEND:.]{0,300}", at in 0..50_usize) {
            let _ = pem(&bytes, at);
            let _ = pem(&[b"-----BEGIN PRIVATE KEY-----", &bytes[..]].concat(), 0);
            let text = format!("+-----BEGIN PRIVATE KEY-----{text}");
            if let Some(read) = pem(text.as_bytes(), 1) {
                prop_assert!(read.span.end <= text.len() && read.body_span.end <= read.span.end);
            }
        }
    }
}
