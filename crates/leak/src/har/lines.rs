//! Texts of no form of their own: XML, YAML, logs, tables of comma-separated values, headers as they were sent.
//!
//! What stands there under a name for secrets is read by that name, with quotes or without.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2_iter, memmem};

use crate::context::Form;
use crate::har::cookie::{split, trimmed};
use crate::har::found::{Cover, Found, What};
use crate::har::label;
use crate::har::private;
use crate::har::reader::{Reader, named};
use crate::har::text;
use crate::har::values::plain;

/// Longest name, with the words before it.
const NAME_MAX: usize = 48;

/// Longest value.
const VALUE_MAX: usize = 64 << 10;

/// Columns of a table.
const COLUMNS_MAX: usize = 256;

/// Headers that are read as such wherever a line begins with them.
const HEADERS: [&str; 5] =
    ["proxy-authorization", "authorization", "set-cookie", "cookie", "x-api-key"];

/// Schemes of credentials.
const SCHEMES: [&[u8]; 4] = [b"bearer ", b"basic ", b"dpop ", b"ssws "];

impl Reader<'_> {
    /// What a text without any form holds under names.
    pub(crate) fn lines(self, text: &[u8]) -> Vec<Found> {
        let text = &*label::masked(text);
        let is_script = is_script(text);
        let mut found = self.elements(text);
        found.extend(self.assigned(text, is_script));
        if !is_script {
            found.extend(self.sent(text));
        }
        found.extend(self.schemes(text));
        found.extend(self.table(text));
        found
    }

    /// `<name>value</name>`, and `<key>name</key><string>value</string>`.
    fn elements(self, text: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        let mut key = None;
        for open in memchr_iter(b'<', text) {
            let Some((tag, span)) = element(text, open) else { continue };
            let raw = &text[span.clone()];
            let name = match tag.as_str() {
                "key" | "name" | "Name" => {
                    key = Some(String::from_utf8_lossy(raw).into_owned());
                    continue;
                }
                "string" | "value" | "Value" => key.take().unwrap_or(tag),
                _ => tag,
            };
            if !private::may_be(&name) {
                continue;
            }
            let decoded = text::html(raw);
            let one = self.plainly(&name, &decoded.bytes, 0..decoded.bytes.len());
            found.extend(one.map(|one| one.outside(&decoded).moved(span.start)));
        }
        found
    }

    /// `name: value` and `name=value`.
    fn assigned(self, text: &[u8], is_script: bool) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        let mut end = 0;
        for mark in memchr2_iter(b':', b'=', text) {
            if mark < end {
                continue;
            }
            let Some(name) = name_before(text, mark) else { continue };
            let Some(value) = value_after(text, mark) else { continue };
            let word = first_word(text, value.clone());
            let line = line_of_own(text, mark).then_some(value).filter(|_| !is_script);
            let tried = line
                .into_iter()
                .chain([word])
                .filter(|span| !span.is_empty() && (!is_script || is_literal(&text[span.clone()])));
            let mut tried = tried.filter_map(|span| self.plainly(&name, text, span));
            if let Some(one) = tried.next() {
                end = one.span.end;
                found.push(one);
            }
        }
        found
    }

    /// Headers as they are sent, each on a line or in quotes.
    fn sent(self, text: &[u8]) -> Vec<Found> {
        let mut found = Vec::new();
        for colon in memchr_iter(b':', text) {
            let Some(name) = HEADERS.iter().find(|name| ends_with(&text[..colon], name)) else {
                continue;
            };
            let begin = colon - name.len();
            let before = begin.checked_sub(1).map(|at| text[at]);
            let end = match before {
                None | Some(b'\n' | b'\r' | b' ' | b'\t') => {
                    memchr::memchr2(b'\n', b'\r', &text[colon..])
                }
                Some(quote @ (b'"' | b'\'' | b'`')) => {
                    memchr::memchr2(quote, b'\n', &text[colon..])
                }
                Some(_) => continue,
            };
            let end = end.map_or(text.len(), |len| colon + len);
            let span = trimmed(text, colon + 1..end);
            let value = &text[span.clone()];
            // What is quoted is a literal of a script.
            if value.is_empty() || matches!(value[0], b'"' | b'\'' | b'`') || is_hidden(value) {
                continue;
            }
            let has_equals = memchr(b'=', value).is_some();
            if name.ends_with("cookie") && !has_equals {
                continue;
            }
            let one = self.header(name, value);
            found.extend(one.into_iter().map(|one| one.moved(span.start)));
        }
        found
    }

    /// `Bearer …` and its like.
    fn schemes(self, text: &[u8]) -> Vec<Found> {
        const SHORTEST: usize = 12;
        let mut found = Vec::new();
        for blank in memchr_iter(b' ', text) {
            let is_scheme = |scheme: &&&[u8]| {
                let begin = (blank + 1).checked_sub(scheme.len());
                let word = begin.and_then(|begin| text.get(begin..=blank));
                word.is_some_and(|word| word.eq_ignore_ascii_case(scheme))
            };
            if SCHEMES.iter().find(is_scheme).is_none() {
                continue;
            }
            let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"-._~+/=|:%".contains(byte);
            let len = text[blank + 1..].iter().take_while(is_part).count();
            let span = blank + 1..blank + 1 + len;
            let value = &text[span.clone()];
            if len < SHORTEST || !value.iter().any(u8::is_ascii_digit) || is_hidden(value) {
                continue;
            }
            let value = String::from_utf8_lossy(value).into_owned();
            let context = named("authorization", Form::Header);
            found.extend(self.value(span, &value, &context));
        }
        found
    }

    /// Comma-separated values, whose first line names the columns.
    fn table(self, text: &[u8]) -> Vec<Found> {
        let mut lines = split(text, b"\n");
        let Some(head) = lines.next().filter(|head| head.len() <= COLUMNS_MAX * NAME_MAX) else {
            return Vec::new();
        };
        let head = &text[trimmed(text, head)];
        let Some(mark) = [b',', b';', b'\t', b'|'].into_iter().find(|mark| head.contains(mark))
        else {
            return Vec::new();
        };
        let columns = cells(head, mark);
        let names: Vec<String> = columns
            .iter()
            .map(|span| String::from_utf8_lossy(&head[span.clone()]).into_owned())
            .collect();
        let is_name =
            |name: &String| name.len() <= NAME_MAX && !name.contains([':', '=', '<', '{']);
        if !names.iter().all(is_name) || !names.iter().any(|name| private::may_be(name)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for line in lines {
            let line = trimmed(text, line);
            let row = &text[line.clone()];
            for (name, span) in names.iter().zip(cells(row, mark)) {
                if private::may_be(name) {
                    let one = self.plainly(name, row, span);
                    found.extend(one.map(|one| one.moved(line.start)));
                }
            }
        }
        found
    }

    /// A value under a name.
    fn plainly(self, name: &str, text: &[u8], span: Range<usize>) -> Option<Found> {
        let raw = text.get(span.clone())?;
        if raw.is_empty() || raw.len() > VALUE_MAX || is_hidden(raw) {
            return None;
        }
        let value = String::from_utf8_lossy(raw).into_owned();
        self.value(span, &value, &named(name, Form::Assigned))
    }

    /// What a field of passwords holds, whatever it is called.
    pub(crate) fn typed(self, value: &[u8]) -> Option<Found> {
        let shown = String::from_utf8_lossy(value).into_owned();
        if shown.trim().is_empty() || is_hidden(value) {
            return None;
        }
        let found = self.value(0..value.len(), &shown, &named("password", Form::Assigned));
        Some(found.unwrap_or(Found {
            span: 0..value.len(),
            hidden: 0..value.len(),
            value: shown,
            what: What::Private("PASSWORD"),
            cover: Cover::Plain,
            life: None,
        }))
    }
}

/// The name of the element that opens at `open` without its prefix, and where its text stands.
fn element(text: &[u8], open: usize) -> Option<(String, Range<usize>)> {
    const DATA: &[u8] = b"<![CDATA[";
    let rest = &text[open + 1..];
    let is_name =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.' | b':');
    let len = rest.iter().take(NAME_MAX).take_while(is_name).count();
    let close = len + memchr(b'>', rest.get(len..rest.len().min(len + (4 << 10)))?)?;
    if len == 0 || rest[close - 1] == b'/' {
        return None;
    }
    let mut begin = open + 1 + close + 1;
    let end = if text[begin..].starts_with(DATA) {
        begin += DATA.len();
        begin + memmem::find(&text[begin..], b"]]>")?
    } else {
        begin + memchr(b'<', &text[begin..])?
    };
    let name = String::from_utf8_lossy(&rest[..len]).into_owned();
    let name = name.rsplit(':').next().unwrap_or_default().to_owned();
    let span = trimmed(text, begin..end);
    let is_leaf = text[end..].starts_with(b"</") || text[end..].starts_with(b"]]>");
    (is_leaf && !span.is_empty()).then_some((name, span))
}

/// The name before a mark, with the words before it: `Client secret`, `o:Password`.
fn name_before(text: &[u8], mark: usize) -> Option<String> {
    let before = &text[mark.saturating_sub(NAME_MAX)..mark];
    let before = before.trim_ascii_end();
    let before = before.strip_suffix(b"\\\"").unwrap_or(before);
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    let is_part = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'$' | b'.' | b' ')
    };
    let len = before.iter().rev().take_while(is_part).count();
    let name = std::str::from_utf8(&before[before.len() - len..]).ok()?.trim();
    private::may_be(name).then(|| name.to_owned())
}

/// What stands behind a mark on its line; for `|` and `>` the line below.
fn value_after(text: &[u8], mark: usize) -> Option<Range<usize>> {
    let line_from = |from: usize| {
        let rest = &text[from..text.len().min(from + VALUE_MAX)];
        let len = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        trimmed(text, from..from + len)
    };
    let mut span = line_from(mark + 1);
    if matches!(&text[span.clone()], b"|" | b">" | b"|-" | b">-") {
        let below = memchr(b'\n', &text[span.end..])?;
        span = line_from(span.end + below + 1);
    }
    let value = &text[span.clone()];
    // Literals are read elsewhere, and so are addresses.
    let is_other = value.starts_with(b"//")
        || matches!(value.first(), None | Some(b'"' | b'\'' | b'`' | b'<' | b'=' | b'{' | b'\\'));
    (!is_other).then_some(span)
}

/// Whether nothing but a name stands before the mark on its line.
fn line_of_own(text: &[u8], mark: usize) -> bool {
    let begin = memchr::memrchr(b'\n', &text[..mark]).map_or(0, |at| at + 1);
    let before = text[begin..mark].trim_ascii();
    let before = before.strip_prefix(b"- ").unwrap_or(before);
    let before = before.strip_prefix(b"export ").unwrap_or(before);
    before.len() <= NAME_MAX
        && !before.iter().any(|byte| byte.is_ascii_whitespace() || b"<>(,;&?/".contains(byte))
}

/// The first word of a stretch, without what only sets it off.
fn first_word(text: &[u8], span: Range<usize>) -> Range<usize> {
    let value = &text[span.clone()];
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`<>&".contains(byte);
    let mut len = value.iter().position(ends).unwrap_or(value.len());
    // `password=a,user=b`
    let next =
        (0..len).find(|at| matches!(value[*at], b',' | b';') && begins_pair(&value[at + 1..len]));
    len = next.unwrap_or(len);
    let is_mark = |byte: u8| b",;.)}\\".contains(&byte);
    while len > 0 && is_mark(value[len - 1]) {
        len -= 1;
    }
    span.start..span.start + len
}

fn begins_pair(text: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.');
    let len = text.iter().take_while(is_name).count();
    text.is_empty() || (len > 0 && matches!(text.get(len), Some(b'=' | b':')))
}

/// The cells of a row, without quotes.
fn cells(row: &[u8], mark: u8) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let (mut from, mut is_quoted) = (0, false);
    for (at, byte) in row.iter().chain([&mark]).enumerate() {
        if *byte == b'"' {
            is_quoted = !is_quoted;
        }
        if (*byte == mark && !is_quoted) || at == row.len() {
            cells.push(crate::har::cookie::unquoted(row, trimmed(row, from..at)));
            from = at + 1;
        }
        if cells.len() >= COLUMNS_MAX {
            break;
        }
    }
    cells
}

/// Whether a text is code, in which what follows a name without quotes is an expression.
fn is_script(text: &[u8]) -> bool {
    const MARKS: [&[u8]; 6] = [b"function", b"=>", b"return ", b"const ", b"window.", b"document."];
    MARKS.iter().any(|mark| memmem::find(text, mark).is_some())
}

/// Whether what stands in a script is no expression.
fn is_literal(value: &[u8]) -> bool {
    const SHORTEST: usize = 8;
    value.len() >= SHORTEST
        && value.iter().any(u8::is_ascii_digit)
        && !value.iter().any(|byte| b"(){}[].+?!|;,".contains(byte))
}

/// Whether a value is or holds a label, in whatever it is written.
fn is_hidden(value: &[u8]) -> bool {
    const STARS: &[u8] = b"************";
    if memmem::find(value, STARS).is_some() || value.iter().all(|byte| *byte == b'*') {
        return true;
    }
    let shown = plain(value);
    let is_piece = std::str::from_utf8(&shown).is_ok_and(label::is_piece);
    is_piece || memmem::find(&label::masked(&shown), STARS).is_some()
}

fn ends_with(text: &[u8], name: &str) -> bool {
    let begin = text.len().checked_sub(name.len());
    begin.is_some_and(|begin| text[begin..].eq_ignore_ascii_case(name.as_bytes()))
}
