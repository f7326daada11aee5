//! Cutting a program: comments left out, texts with what stands in them.

use super::{Kind, Token};
use crate::read::code::language::Language;

/// How deep texts may stand in texts.
const MAX_DEPTH: u8 = 8;

/// Cuts a program into tokens.
pub(super) struct Lexer<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) line: u32,
    pub(super) language: Language,
    pub(super) all: Vec<Token>,
}

impl Lexer<'_> {
    /// Reads what begins here.
    pub(super) fn next(&mut self) {
        let rest = &self.bytes[self.at..];
        let byte = rest[0];
        if byte == b'\n' {
            self.line += 1;
            self.at += 1;
        } else if byte.is_ascii_whitespace() {
            self.at += 1;
        } else if let Some(length) = self.comment(rest) {
            self.pass(length);
        } else if self.opens_text(rest) {
            self.text();
        } else if byte == b'/' && self.language.has_patterns && self.is_pattern() {
            self.pattern();
        } else if is_word(byte) || (byte == b'$' && rest.get(1).is_some_and(|next| is_word(*next)))
        {
            let length = 1 + rest[1..].iter().take_while(|byte| is_word(**byte)).count();
            self.push(Kind::Word, self.at, self.at + length);
            self.at += length;
        } else {
            self.push(Kind::Sign(byte), self.at, self.at + 1);
            self.at += 1;
        }
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.all.push(Token { kind, line: self.line, start: start as u32, end: end as u32 });
    }

    /// Moves on, and counts lines.
    fn pass(&mut self, length: usize) {
        let end = (self.at + length).min(self.bytes.len());
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.at..end]).count() as u32;
        self.at = end;
    }

    /// How long the comment is that begins here.
    fn comment(&self, rest: &[u8]) -> Option<usize> {
        let find = |mark: &str, from: usize| {
            memchr::memmem::find(rest.get(from..)?, mark.as_bytes())
                .map(|at| from + at + mark.len())
        };
        if let Some((open, close)) = self.language.block_comment
            && rest.starts_with(open.as_bytes())
        {
            return Some(find(close, open.len()).unwrap_or(rest.len()));
        }
        let is_line = |mark: &&&str| rest.starts_with(mark.as_bytes());
        self.language.line_comments.iter().find(is_line)?;
        Some(memchr::memchr(b'\n', rest).unwrap_or(rest.len()))
    }

    fn opens_text(&self, rest: &[u8]) -> bool {
        match rest[0] {
            b'"' => true,
            b'\'' => self.language.has_single_quotes || is_character(rest),
            b'`' => self.language.has_backticks,
            _ => false,
        }
    }

    /// Reads a text, with what stands in it.
    fn text(&mut self) {
        let quote = self.bytes[self.at];
        let is_triple = self.language.has_triple_quotes
            && self.bytes[self.at..].starts_with(&[quote; 3])
            && quote != b'`';
        let open = if is_triple { 3 } else { 1 };
        let start = self.at + open;
        let end = if is_triple {
            memchr::memmem::find(&self.bytes[start..], &[quote; 3])
                .map_or(self.bytes.len(), |at| start + at)
        } else {
            text_end(self.bytes, start, quote, 0)
        };
        let is_doc = self.language.has_docstrings && is_triple && self.begins_statement();
        if !is_doc {
            self.push(Kind::Text, start, end);
        }
        // An unclosed text ends with its line.
        let closed = if self.bytes.get(end) == Some(&quote) { open } else { 0 };
        self.pass(end + closed - self.at);
    }

    /// Whether nothing that takes a value stands before, as before docstrings.
    fn begins_statement(&self) -> bool {
        self.all.last().is_none_or(|last| {
            last.line < self.line
                && !matches!(last.kind, Kind::Sign(b'=' | b'(' | b',' | b'+' | b'['))
        })
    }

    /// Whether a slash opens a pattern: no value stands before it.
    fn is_pattern(&self) -> bool {
        let Some(last) = self.all.last() else { return true };
        match last.kind {
            Kind::Text | Kind::Sign(b')' | b']' | b'}' | b'>' | b'<') => false,
            Kind::Sign(_) => true,
            Kind::Word => {
                let word = &self.bytes[last.start as usize..last.end as usize];
                [&b"return"[..], b"typeof", b"case"].contains(&word)
            }
        }
    }

    fn pattern(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let mut at = 0;
        while let Some(&byte) = rest.get(at) {
            match byte {
                b'\n' => break,
                b'\\' => at += 2,
                b'/' => {
                    at += 1;
                    break;
                }
                _ => at += 1,
            }
        }
        self.pass(1 + at.min(rest.len()));
    }
}

/// Where the text ends that began at `start`: at its quote, or at the line's end.
fn text_end(bytes: &[u8], start: usize, quote: u8, depth: u8) -> usize {
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\n' if quote != b'`' => return at,
            b'$' if quote == b'`' && bytes.get(at + 1) == Some(&b'{') && depth < MAX_DEPTH => {
                at = braces_end(bytes, at + 2, depth + 1);
            }
            byte if byte == quote => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Behind the brace that closes what began at `start`, texts in it skipped.
fn braces_end(bytes: &[u8], start: usize, depth: u8) -> usize {
    let mut open = 1_usize;
    let mut at = start;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' => open += 1,
            b'}' => {
                open -= 1;
                if open == 0 {
                    return at;
                }
            }
            b'\'' | b'"' | b'`' if depth < MAX_DEPTH => {
                at = (text_end(bytes, at, byte, depth) + 1).min(bytes.len());
            }
            b'\n' if open > 4 => return at,
            _ => {}
        }
    }
    bytes.len()
}

/// `'a'` or `'\n'`, and no lifetime or apostrophe.
fn is_character(rest: &[u8]) -> bool {
    matches!(rest, [_, b'\\', ..] | [_, _, b'\'', ..])
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
