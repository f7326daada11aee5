//! Words, values and marks.

use std::ops::Range;

use event::Text;

/// One token and its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A field, an operator or a bare value.
    Word,
    /// A quoted text, escapes undone.
    Text(String),
    /// A quoted text that does not end, or has an escape that JSON does not know.
    BadText(&'static str),
    /// `(`, `)`, `[`, `]` or `,`.
    Mark(char),
}

/// The tokens of a text. Never fails: what fits nowhere becomes a word.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let start = at;
        at += character.len_utf8();
        let kind = match character {
            blank if blank.is_whitespace() => continue,
            '(' | ')' | '[' | ']' | ',' => Kind::Mark(character),
            '"' => {
                let (kind, length) = quoted(&text[at..]);
                at += length;
                kind
            }
            _ => {
                at = start + word(&text[start..]);
                Kind::Word
            }
        };
        tokens.push(Token { kind, range: start..at });
    }
    tokens
}

/// Bytes of the word at the beginning. An index such as `[0]` or `[]` belongs
/// to it, save after `in`.
fn word(text: &str) -> usize {
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',' | '"');
        end += rest.find(ends).unwrap_or(rest.len());
        match index(&text[end..]) {
            Some(length) if end > 0 && !text[..end].eq_ignore_ascii_case("in") => end += length,
            _ => return end,
        }
    }
}

/// Bytes of the index at the beginning, if there is one.
fn index(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let close = inside.find(']')?;
    let number = inside[..close].trim_start_matches('-');
    let fits = number.bytes().all(|byte| byte.is_ascii_digit()) || number == "*";
    fits.then_some(close + 2)
}

/// What follows a quotation mark: the text, and its bytes with the closing mark.
fn quoted(text: &str) -> (Kind, usize) {
    let mut escaped = false;
    let close = text.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    let Some(close) = close else { return (Kind::BadText("this text does not end"), text.len()) };
    let kind = match Text::json(&text[..close]) {
        Some(inner) => Kind::Text(inner.decode().into_owned()),
        None => Kind::BadText("this text has an escape or a control character that JSON forbids"),
    };
    (kind, close + 1)
}
