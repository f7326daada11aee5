//! A program as tokens: words, texts and signs, without comments.

use super::language::Language;

/// A program longer than that is not read: 4 MiB.
pub(super) const BYTES_MAX: usize = 4 << 20;

/// How deep texts may stand in texts.
const MAX_DEPTH: u8 = 8;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword; of PHP and PowerShell with its `$`.
    Word,
    /// The inside of a text, without its quotes.
    Text,
    /// A sign, one byte.
    Sign(u8),
}

/// A part of a program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: u32,
    start: u32,
    end: u32,
}

/// The tokens of a program.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    source: &'a str,
    all: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// Cuts a program, of at most [`BYTES_MAX`], into tokens.
    pub(super) fn of(source: &'a str, language: Language) -> Self {
        let mut lexer =
            Lexer { bytes: source.as_bytes(), at: 0, line: 0, language, all: Vec::new() };
        while lexer.at < lexer.bytes.len() {
            lexer.next();
        }
        Self { source, all: lexer.all }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The text of a token; empty beyond the end.
    pub(super) fn text(&self, at: usize) -> &'a str {
        let span = self.all.get(at).map(|token| token.start as usize..token.end as usize);
        span.and_then(|span| self.source.get(span)).unwrap_or_default()
    }

    pub(super) fn get(&self, at: usize) -> Option<Token> {
        self.all.get(at).copied()
    }

    /// Lines before the token.
    pub(super) fn line(&self, at: usize) -> u32 {
        self.all.get(at).map_or(0, |token| token.line)
    }

    pub(super) fn is_text(&self, at: usize) -> bool {
        self.get(at).is_some_and(|token| token.kind == Kind::Text)
    }

    /// The word there; `None` for other tokens.
    pub(super) fn word(&self, at: usize) -> Option<&'a str> {
        self.get(at).filter(|token| token.kind == Kind::Word).map(|_| self.text(at))
    }

    pub(super) fn is_sign(&self, at: usize, sign: u8) -> bool {
        self.get(at).is_some_and(|token| token.kind == Kind::Sign(sign))
    }

    /// The sign there; 0 for other tokens.
    pub(super) fn sign(&self, at: usize) -> u8 {
        match self.get(at) {
            Some(Token { kind: Kind::Sign(sign), .. }) => sign,
            _ => 0,
        }
    }

    /// Where the bracket closes that opens there; the end if it does not.
    pub(super) fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..self.len() {
            match self.sign(at) {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at;
                    }
                }
                _ => {}
            }
            if at - open > MAX_BRACKET {
                break;
            }
        }
        self.len()
    }

    /// Where the bracket opens that closes there, at most so many tokens before.
    pub(super) fn opening(&self, close: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for at in (close.saturating_sub(MAX_BRACKET)..=close).rev() {
            match self.sign(at) {
                b')' | b']' | b'}' => depth += 1,
                b'(' | b'[' | b'{' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

/// Tokens between brackets that are looked at.
const MAX_BRACKET: usize = 400;

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    language: Language,
    all: Vec<Token>,
}

impl Lexer<'_> {
    fn next(&mut self) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens joined by blanks; texts in quotes.
    fn check(ending: &str, source: &str, expected: &str) {
        let tokens = Tokens::of(source, Language::of_ending(ending).unwrap());
        let shown: Vec<_> = (0..tokens.len())
            .map(|at| {
                let text = tokens.text(at);
                if tokens.is_text(at) { format!("“{text}”") } else { text.to_owned() }
            })
            .collect();
        assert_eq!(shown.join(" "), expected, "{source}");
    }

    #[test]
    fn comments_are_left_out() {
        check("js", "a // b\n/* c\n */ d", "a d");
        check("py", "a # b\nd", "a d");
        check(
            "py",
            "def f():\n    \"\"\"GET /x\"\"\"\n    x = \"\"\"a\"\"\"",
            "def f ( ) : x = “a”",
        );
        check("vb", "a ' b\nd", "a d");
        check("php", "$a = 1; // b\n# c\n", "$a = 1 ;");
    }

    #[test]
    fn texts_have_their_quotes() {
        check("js", "f('a\\'b', \"c\", `d${e(`f`)}g`)", "f ( “a\\'b” , “c” , “d${e(`f`)}g” )");
        check("go", "f(`a\nb`, 'c')", "f ( “a\nb” , “c” )");
        check("rs", "fn f<'a>(x: &'a str) { \"b\" }", "fn f < ' a > ( x : & ' a str ) { “b” }");
        check("js", "a = 'open\nb", "a = “open” b");
        check("js", "x = /['\"]/g; y = a / b", "x = g ; y = a / b");
        check("js", "`${", "“${”");
        check("js", "'\\", "“\\”");
    }

    #[test]
    fn lines_are_counted() {
        let tokens = Tokens::of("a\n`b\nc` d", Language::of_ending("js").unwrap());
        assert_eq!((tokens.line(1), tokens.line(2)), (1, 2));
    }

    proptest::proptest! {
        #[test]
        fn every_program_has_tokens(source in "[a-z'\"`${}()\\[\\]/\\\\*# \n]{0,60}") {
            for (_, language) in [("js", "js"), ("py", "py"), ("rs", "rs"), ("php", "php")] {
                let tokens = Tokens::of(&source, Language::of_ending(language).unwrap());
                for at in 0..tokens.len() {
                    tokens.text(at);
                    tokens.closing(at);
                    tokens.opening(at);
                }
            }
        }
    }
}
