//! A program as tokens: words, texts and signs, without comments.

mod lexer;

use self::lexer::Lexer;
use super::language::Language;

/// A program longer than that is not read: 4 MiB.
pub(super) const BYTES_MAX: usize = 4 << 20;

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
