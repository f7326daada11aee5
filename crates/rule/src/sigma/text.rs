//! Text as Sigma writes it: `*` and `?` are wildcards, `\` takes their meaning.

use crate::glob::{Glob, Token};
use crate::matcher::{Case, Matcher, Position};

/// Reads text with wildcards.
///
/// `\*`, `\?` and `\\` stand for the second character; a backslash before any
/// other character stands for itself. Source: Sigma 2.1.0, "Escaping".
pub(crate) fn parse(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        tokens.push(match character {
            '*' => Token::Any,
            '?' => Token::One,
            '\\' => match characters.next_if(|next| matches!(next, '*' | '?' | '\\')) {
                Some(escaped) => Token::Char(escaped),
                None => Token::Char('\\'),
            },
            character => Token::Char(character),
        });
    }
    tokens
}

/// The text, if it has no wildcards.
pub(crate) fn literal(tokens: &[Token]) -> Option<String> {
    let character = |token: &Token| match token {
        Token::Char(character) => Some(*character),
        Token::One | Token::Any => None,
    };
    tokens.iter().map(character).collect()
}

/// Text with wildcards at a position. Wildcards at the ends of plain text become a position.
pub(crate) fn matcher(tokens: &[Token], position: Position, case: Case) -> Matcher {
    let open_start = matches!(position, Position::End | Position::Anywhere);
    let open_end = matches!(position, Position::Start | Position::Anywhere);
    let stripped = strip(tokens);
    let starts = open_start || tokens.first() == Some(&Token::Any);
    let ends = open_end || tokens.last() == Some(&Token::Any);
    match literal(stripped) {
        Some(text) if !text.is_empty() || stripped.len() == tokens.len() => {
            let position = match (starts, ends) {
                (false, false) => Position::Whole,
                (false, true) => Position::Start,
                (true, false) => Position::End,
                (true, true) => Position::Anywhere,
            };
            Matcher::text(&text, position, case)
        }
        _ => {
            let start = starts.then_some(Token::Any);
            let end = ends.then_some(Token::Any);
            let whole: Vec<_> =
                start.into_iter().chain(stripped.iter().copied()).chain(end).collect();
            Matcher::Glob(Glob::new(&whole, case))
        }
    }
}

/// The tokens without stars at their ends.
fn strip(tokens: &[Token]) -> &[Token] {
    let is_star = |token: &Token| *token == Token::Any;
    let start = tokens.iter().take_while(|token| is_star(token)).count();
    let end = tokens[start..].iter().rev().take_while(|token| is_star(token)).count();
    &tokens[start..tokens.len() - end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_follow_the_specification() {
        let check = |text: &str, expected: &str| {
            let shown: String = parse(text)
                .into_iter()
                .map(|token| match token {
                    Token::Char(character) => character,
                    Token::One => '⁇',
                    Token::Any => '…',
                })
                .collect();
            assert_eq!(shown, expected, "{text}");
        };
        check(r"a\b", r"a\b");
        check(r"a\\b", r"a\b");
        check(r"\*", "*");
        check(r"\\*", r"\…");
        check(r"\\\*", r"\*");
        check(r"\\\", r"\\");
        check(r"\\\\", r"\\");
        check(r"\", r"\");
        check("*a?", "…a⁇");
    }

    #[test]
    fn wildcards_at_the_ends_become_positions() {
        let check = |text: &str, position, expected: &str| {
            let shown = match matcher(&parse(text), position, Case::Insensitive) {
                Matcher::Text { needle, position, .. } => format!("{position:?} {needle}"),
                other => format!("{other:?}"),
            };
            assert!(shown.starts_with(expected), "{text}: {shown}");
        };
        check("A", Position::Whole, "Whole a");
        check("A*", Position::Whole, "Start a");
        check("**A", Position::Whole, "End a");
        check("*A*", Position::Whole, "Anywhere a");
        check("*A", Position::Start, "Anywhere a");
        check("", Position::Whole, "Whole ");
        check("", Position::Anywhere, "Anywhere ");
        check("*", Position::Whole, "Glob");
        check("a*b", Position::Whole, "Glob");
        check("?", Position::End, "Glob");
    }
}
