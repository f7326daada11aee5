//! Text with gaps, as Sigma writes it: `*` for any text, `?` for one character.

use crate::matcher::Case;

/// One token of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Token {
    /// This character.
    Char(char),
    /// Any one character.
    One,
    /// Any text, the empty one included.
    Any,
}

/// A pattern over whole texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    tokens: Box<[Token]>,
    case: Case,
}

impl Glob {
    /// A pattern from its tokens. Where case does not matter, both sides are compared in lower case.
    pub fn new(tokens: &[Token], case: Case) -> Self {
        let mut folded = Vec::with_capacity(tokens.len());
        for &token in tokens {
            match token {
                Token::Char(c) if case == Case::Insensitive => {
                    folded.extend(c.to_lowercase().map(Token::Char));
                }
                Token::Any if folded.last() == Some(&Token::Any) => {}
                token => folded.push(token),
            }
        }
        Self { tokens: folded.into(), case }
    }

    /// Whether the whole text fits. Takes at most text length times pattern length steps.
    pub fn matches(&self, text: &str) -> bool {
        match self.case {
            Case::Sensitive => self.fits(&text.chars().collect::<Vec<_>>()),
            Case::Insensitive => {
                self.fits(&text.chars().flat_map(char::to_lowercase).collect::<Vec<_>>())
            }
        }
    }

    /// Greedy, going back only to the last `*`.
    fn fits(&self, text: &[char]) -> bool {
        let (mut token, mut at) = (0, 0);
        let mut retry = None;
        loop {
            match self.tokens.get(token) {
                Some(Token::Any) => {
                    retry = Some((token + 1, at));
                    token += 1;
                    continue;
                }
                Some(Token::One) if at < text.len() => {
                    (token, at) = (token + 1, at + 1);
                    continue;
                }
                Some(Token::Char(c)) if text.get(at) == Some(c) => {
                    (token, at) = (token + 1, at + 1);
                    continue;
                }
                None if at == text.len() => return true,
                _ => {}
            }
            let Some((after, from)) = retry else { return false };
            if from >= text.len() {
                return false;
            }
            retry = Some((after, from + 1));
            (token, at) = (after, from + 1);
        }
    }
}
