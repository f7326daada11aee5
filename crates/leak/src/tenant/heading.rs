//! What stands over a name and says whose it is: `provider "okta" {`, `auth0:`, `[okta]`, `<Auth0Provider …>`.

use std::ops::Range;

use crate::tenant::value::Cursor;

/// Bytes under a heading that are read.
const REACH: usize = 4 << 10;

/// Headings that are opened in one text; each costs a walk of [`REACH`].
const OPENED_MAX: usize = 2_000;

/// `okta` or `auth0` among the words of a name, the first that stands there.
pub(super) fn provider(words: &str) -> Option<&'static str> {
    words.split(' ').find_map(|word| match word {
        "okta" => Some("okta"),
        "auth0" => Some("auth0"),
        _ => None,
    })
}

/// The headings that are open where a walk through the text is.
#[derive(Debug, Default)]
pub(super) struct Headings {
    open: Vec<(Range<usize>, &'static str)>,
    n_opened: usize,
}

impl Headings {
    /// Opens one when the name is a heading.
    pub(super) fn open(&mut self, text: &[u8], name: &Range<usize>, provider: &'static str) {
        if self.n_opened < OPENED_MAX
            && let Some(under) = under(text, name)
        {
            self.n_opened += 1;
            self.open.push((under, provider));
        }
    }

    /// The provider that the innermost heading over `at` names.
    pub(super) fn over(&mut self, at: usize) -> Option<&'static str> {
        self.open.retain(|(under, _)| under.end > at);
        self.open.iter().rev().find(|(under, _)| under.contains(&at)).map(|(_, provider)| *provider)
    }
}

/// What stands under the name, when it is a heading.
fn under(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let end = text.len().min(name.end + REACH);
    let before = text[..name.start].last();
    let mut cursor = Cursor { text: &text[..end], at: name.end };
    if before == Some(&b'<') {
        let len = memchr::memmem::find(&text[name.end..end], b">").unwrap_or(end - name.end);
        return Some(name.end..name.end + len);
    }
    if before == Some(&b'[') && cursor.accept(b"]") {
        let len = memchr::memmem::find(&text[cursor.at..end], b"\n[").unwrap_or(end - cursor.at);
        return Some(cursor.at..cursor.at + len);
    }
    cursor.skip(|byte| b"\"'`\\ \t:=(>&".contains(byte));
    if cursor.accept(b"{") {
        return Some(cursor.at..closed(&text[..end], cursor.at, [b'{', b'}']));
    }
    let line = &text[name.end..cursor.at];
    if let Some(paren) = line.iter().position(|byte| *byte == b'(') {
        let begin = name.end + paren + 1;
        return Some(begin..closed(&text[..end], begin, [b'(', b')']));
    }
    let is_key = line.contains(&b':') && matches!(text.get(cursor.at), Some(b'\r' | b'\n'));
    is_key.then(|| cursor.at..indented_end(&text[..end], name.start, cursor.at))
}

/// Where the pair of brackets closes that is open at `at`.
fn closed(text: &[u8], at: usize, [opening, closing]: [u8; 2]) -> usize {
    let mut depth = 1_usize;
    let closing = memchr::memchr2_iter(opening, closing, &text[at..]).find(|place| {
        depth = if text[at + place] == opening { depth + 1 } else { depth - 1 };
        depth == 0
    });
    closing.map_or(text.len(), |place| at + place)
}

/// Where the lines after `at` end that are indented deeper than that of `name`.
fn indented_end(text: &[u8], name: usize, at: usize) -> usize {
    let window = name.saturating_sub(256);
    let begin =
        memchr::memrchr(b'\n', &text[window..name]).map_or(window, |newline| window + newline + 1);
    let indent = name - begin;
    let mut end = at;
    for line in text[at..].split_inclusive(|byte| *byte == b'\n') {
        let n_blanks = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let is_empty = line.trim_ascii().is_empty();
        if !is_empty && n_blanks <= indent {
            break;
        }
        end += line.len();
    }
    end
}
