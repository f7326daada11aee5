//! The words of an expression over numbers.

use std::ops::Range;

use crate::correlation::Comparison;

/// A word and where it stands in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) token: Token,
    pub(super) at: Range<usize>,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    And,
    Or,
    Not,
    Name(String),
    Number(f64),
    Compare(Comparison),
    Plus,
    Minus,
    Times,
    Divide,
    Open,
    Close,
}

/// Whether a name can stand in an expression: letters, digits and `_`, a digit not first, and no operator.
pub(in super::super) fn is_name(text: &str) -> bool {
    let is_word = text.chars().all(is_of_word) && !text.starts_with(|c: char| c.is_ascii_digit());
    !text.is_empty() && is_word && matches!(word(text), Some(Token::Name(_)))
}

/// The words of a text; else where there is something that is none.
pub(super) fn tokens(text: &str) -> Result<Vec<Word>, Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let len = length(&text[start..], first);
        let at = start..start + len;
        start += len;
        if first.is_whitespace() {
            continue;
        }
        match word(&text[at.clone()]) {
            Some(token) => words.push(Word { token, at }),
            None => return Err(at),
        }
    }
    Ok(words)
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// How many bytes the next word has.
fn length(text: &str, first: char) -> usize {
    let is_sign = |character: char| matches!(character, '<' | '>' | '=' | '!');
    let is_part: fn(char) -> bool = match first {
        _ if first.is_ascii_digit() => |character| is_of_word(character) || character == '.',
        _ if is_of_word(first) => is_of_word,
        _ if is_sign(first) => |character| matches!(character, '<' | '>' | '=' | '!'),
        _ => return first.len_utf8(),
    };
    text.find(|character| !is_part(character)).unwrap_or(text.len())
}

fn word(text: &str) -> Option<Token> {
    Some(match text {
        "+" => Token::Plus,
        "-" => Token::Minus,
        "*" => Token::Times,
        "/" => Token::Divide,
        "(" => Token::Open,
        ")" => Token::Close,
        _ if text.eq_ignore_ascii_case("and") => Token::And,
        _ if text.eq_ignore_ascii_case("or") => Token::Or,
        _ if text.eq_ignore_ascii_case("not") => Token::Not,
        _ if text.starts_with(|c: char| c.is_ascii_digit()) => {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let number: f64 = is_plain.then(|| text.parse().ok()).flatten()?;
            Token::Number(number.is_finite().then_some(number)?)
        }
        _ if text.starts_with(is_of_word) => Token::Name(text.to_owned()),
        _ => Token::Compare(Comparison::from_sign(text)?),
    })
}
