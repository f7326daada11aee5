//! From text to tokens. Whatever is wrong with a token is said, and the token goes on to the parser.

use event::Text;

use crate::diagnostic::{Code, Diagnostic};
use crate::okta::mistakes::Mistakes;
use crate::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An attribute, an operator, a number, `true`, …
    Word,
    /// Quoted text.
    Text,
    /// A run of `=<>!&|~`, none of which the language has.
    Symbol,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenList,
    /// `]`
    CloseList,
    /// `,`
    Comma,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// Quotes that are not the straight double one, and what ends them.
const ODD_QUOTES: &[(char, &[char])] = &[
    ('“', &['”', '“', '"']),
    ('”', &['”', '“', '"']),
    ('„', &['“', '”', '"']),
    ('«', &['»']),
    ('‘', &['’', '‘', '\'']),
    ('’', &['’', '‘', '\'']),
    ('\'', &['\'', '’']),
    ('`', &['`', '\'']),
];

/// Characters of words that the name of an attribute cannot have.
pub(super) const NOT_IN_NAMES: [char; 4] = ['+', '/', '@', '%'];

pub(super) fn tokens(text: &str, mistakes: &mut Mistakes) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), mistakes };
    while let Some(character) = lexer.rest().chars().next() {
        lexer.step(character);
    }
    lexer.tokens
}

/// The text of a token in straight quotes, without escapes.
pub(super) fn unquote(written: &str) -> String {
    let mut characters = written.chars();
    characters.next();
    characters.next_back();
    let inner = characters.as_str();
    Text::json(inner).map_or_else(|| inner.to_owned(), |text| text.decode().into_owned())
}

struct Lexer<'t, 'm> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    mistakes: &'m mut Mistakes,
}

impl<'t> Lexer<'t, '_> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn step(&mut self, character: char) {
        match character {
            blank if blank.is_whitespace() => self.at += blank.len_utf8(),
            '(' => self.take(Kind::Open, 1),
            ')' => self.take(Kind::Close, 1),
            '[' => self.take(Kind::OpenList, 1),
            ']' => self.take(Kind::CloseList, 1),
            ',' => self.take(Kind::Comma, 1),
            '"' => self.quoted(),
            '#' => self.comment(),
            '/' if self.rest().starts_with("//") => self.comment(),
            symbol if is_symbol(symbol) => self.take(Kind::Symbol, self.run(is_symbol)),
            word if is_word(word) => self.take(Kind::Word, word_len(self.rest())),
            odd => match ODD_QUOTES.iter().find(|(open, _)| *open == odd) {
                Some((_, ends)) => self.oddly_quoted(odd, ends),
                None => self.stray(odd),
            },
        }
    }

    fn take(&mut self, kind: Kind, len: usize) {
        let span = Span::new(self.at, self.at + len);
        self.tokens.push(Token { kind, span });
        self.at += len;
    }

    /// Bytes until the first character that does not belong.
    fn run(&self, belongs: fn(char) -> bool) -> usize {
        self.rest().find(|character| !belongs(character)).unwrap_or(self.rest().len())
    }

    fn add(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        self.mistakes.add(Diagnostic::error(code, span, message).help(help));
    }

    /// Text ends at its quote. Without one it ends with the line, so that the next line is still read.
    fn quoted(&mut self) {
        let start = self.at;
        let mut at = start + 1;
        while let Some(character) = self.text[at..].chars().next() {
            match character {
                '"' => return self.take(Kind::Text, at + 1 - start),
                '\n' | '\r' => break,
                '\\' => at += self.escape(at),
                control if control < ' ' => {
                    self.control(control, at);
                    at += 1;
                }
                other => at += other.len_utf8(),
            }
        }
        self.add(
            Code::FilterText,
            Span::new(start, at),
            "this text has no closing quote",
            "end it with `\"`; a line break inside of text is written `\\n`",
        );
        self.take(Kind::Text, at - start);
    }

    /// Bytes of the escape at `at`; one that JSON lacks is reported.
    fn escape(&mut self, at: usize) -> usize {
        let rest = &self.text[at..];
        let is_unicode = || {
            let digits = rest.as_bytes().get(2..6);
            digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        };
        match rest.chars().nth(1) {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => return 2,
            Some('u') if is_unicode() => return 6,
            _ => {}
        }
        let followed = rest.chars().nth(1).filter(|next| *next >= ' ');
        let len = 1 + followed.map_or(0, char::len_utf8);
        let span = Span::new(at, at + len);
        let message = format!("`{}` is not an escape of JSON", &rest[..len]);
        self.add(Code::FilterText, span, message, "a backslash itself is written `\\\\`");
        len
    }

    fn control(&mut self, control: char, at: usize) {
        let message =
            format!("text cannot hold the control character U+{:04X}", u32::from(control));
        let help = format!("write it as `\\u{:04x}`", u32::from(control));
        self.add(Code::FilterText, Span::new(at, at + 1), message, &help);
    }

    fn oddly_quoted(&mut self, open: char, ends: &[char]) {
        let inside = self.at + open.len_utf8();
        let line_end =
            self.text[inside..].find(['\n', '\r']).map_or(self.text.len(), |n| inside + n);
        let line = &self.text[inside..line_end];
        let len = match line.char_indices().find(|(_, character)| ends.contains(character)) {
            Some((end, close)) => open.len_utf8() + end + close.len_utf8(),
            None => open.len_utf8() + line.len(),
        };
        let message = format!("text stands in double quotes `\"`, not in `{open}`");
        let help =
            "replace both quotes; word processors and web pages turn straight quotes into others";
        self.add(Code::FilterQuotes, Span::new(self.at, self.at + len), message, help);
        self.take(Kind::Text, len);
    }

    fn comment(&mut self) {
        let len = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        self.add(
            Code::FilterCharacter,
            Span::new(self.at, self.at + len),
            "an expression has no comments",
            "in a rule file, put the comment before the key",
        );
        self.at += len;
    }

    fn stray(&mut self, first: char) {
        let len = self.run(is_stray);
        let message = if first.is_control() || !first.is_ascii() {
            format!("the character U+{:04X} means nothing here", u32::from(first))
        } else {
            format!("`{first}` means nothing here")
        };
        self.add(
            Code::FilterCharacter,
            Span::new(self.at, self.at + len),
            message,
            "remove it, or put it into quotes if it belongs to a value",
        );
        self.at += len;
    }
}

fn is_symbol(character: char) -> bool {
    "=<>!&|~".contains(character)
}

/// Whether a character may stand in an unquoted word. More than attributes may have, so that an address
/// without its quotes is one word.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || "_-$.:+/@*%{}".contains(character)
}

fn is_stray(character: char) -> bool {
    !character.is_whitespace()
        && !is_word(character)
        && !is_symbol(character)
        && !"()[],\"#".contains(character)
        && !ODD_QUOTES.iter().any(|(open, _)| *open == character)
}

/// Whether the name of an attribute needs no quotes.
pub(super) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && word_len(name) == name.len()
        && !name.contains(NOT_IN_NAMES)
        && !name.split('.').any(str::is_empty)
}

/// Bytes of the word that the text begins with. An index such as `[0]` belongs to the word before it,
/// unless that word is `in`.
fn word_len(text: &str) -> usize {
    let mut len = 0;
    loop {
        let rest = &text[len..];
        len += rest.find(|character| !is_word(character)).unwrap_or(rest.len());
        match index_len(&text[len..]) {
            Some(index) if !text[..len].eq_ignore_ascii_case("in") => len += index,
            _ => return len,
        }
    }
}

/// Bytes of `[0]`, `[-1]`, `[*]` or `[]`, if the text begins so.
fn index_len(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?.split_once(']')?.0;
    let digits = inside.strip_prefix('-').unwrap_or(inside);
    let is_index =
        inside == "*" || inside != "-" && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_index.then_some(inside.len() + 2)
}
