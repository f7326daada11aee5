//! From tokens to the tree: `or` of `and` of `not` of tests and groups.
//!
//! A mistake costs the test it stands in. Reading goes on at the next `and`, `or` or `)`, so that every
//! other mistake is found as well.

use crate::diagnostic::{Code, Diagnostic};
use crate::okta::MAX_DEPTH;
use crate::okta::lexer::{Kind, Token};
use crate::okta::lower::literal;
use crate::okta::mistakes::Mistakes;
use crate::okta::operator::Operator;
use crate::okta::tree::Tree;
use crate::span::Span;

mod predicate;
mod values;

pub(super) struct Parser<'t, 'm> {
    text: &'t str,
    tokens: Vec<Token>,
    next: usize,
    depth: usize,
    n_values: usize,
    mistakes: &'m mut Mistakes,
}

/// The words between tests, in any case and also as symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Connective {
    And,
    Or,
    Not,
}

impl Connective {
    fn as_str(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
            Self::Not => "not",
        }
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let word = [Self::And, Self::Or, Self::Not];
        let word = word.into_iter().find(|word| word.as_str().eq_ignore_ascii_case(text));
        word.or(match text {
            "&" | "&&" => Some(Self::And),
            "|" | "||" => Some(Self::Or),
            "!" => Some(Self::Not),
            _ => None,
        })
    }
}

impl<'t, 'm> Parser<'t, 'm> {
    pub(super) fn new(text: &'t str, tokens: Vec<Token>, mistakes: &'m mut Mistakes) -> Self {
        Self { text, tokens, next: 0, depth: 0, n_values: 0, mistakes }
    }

    /// The whole expression; `None` when something is wrong with it, which has been said.
    pub(super) fn whole(&mut self) -> Option<Tree> {
        let tree = self.any();
        // Only a `)` ends an expression before the text does.
        while let Some(stray) = self.take_kind(Kind::Close) {
            self.error(Code::FilterBracket, stray, "this closes nothing");
            let _ = self.take(Connective::And).or_else(|| self.take(Connective::Or));
            if self.peek().is_some_and(|token| token.kind != Kind::Close) {
                self.any();
            }
        }
        tree
    }

    fn any(&mut self) -> Option<Tree> {
        let mut parts = vec![self.all()];
        while self.take(Connective::Or).is_some() {
            parts.push(self.all());
        }
        join(parts, Tree::Any)
    }

    fn all(&mut self) -> Option<Tree> {
        let mut parts = vec![self.not()];
        while self.goes_on() {
            parts.push(self.not());
        }
        join(parts, Tree::All)
    }

    /// Whether an `and` follows. Where it is missing between two tests it is taken for there.
    fn goes_on(&mut self) -> bool {
        while self.take(Connective::And).is_none() {
            match self.peek() {
                _ if self.at_boundary() => return false,
                Some(Token { kind: Kind::Word | Kind::Symbol | Kind::Open, span })
                    if literal(self.written(span)).is_none() =>
                {
                    let message = "two tests stand side by side without `and` or `or`";
                    self.error(Code::MissingConnective, span, message);
                    return true;
                }
                Some(Token { span, .. }) => {
                    self.error(Code::FilterSyntax, span, "expected `and`, `or` or the end");
                    self.skip();
                }
                None => return false,
            }
        }
        true
    }

    fn not(&mut self) -> Option<Tree> {
        if let Some(word) = self.take(Connective::Not) {
            let inner = self.deeper(word, Self::not)?;
            return Some(Tree::Not(word, Box::new(inner)));
        }
        match self.take_kind(Kind::Open) {
            Some(open) => self.deeper(open, |parser| parser.group(open)),
            None => self.test(),
        }
    }

    fn group(&mut self, open: Span) -> Option<Tree> {
        let inner = self.any();
        if self.take_kind(Kind::Close).is_none() {
            self.error(Code::FilterBracket, open, "this is not closed");
        }
        inner
    }

    fn test(&mut self) -> Option<Tree> {
        let predicate = self.predicate();
        if predicate.is_none() {
            self.skip();
        }
        predicate.map(Tree::Predicate)
    }

    fn deeper(&mut self, at: Span, inner: impl FnOnce(&mut Self) -> Option<Tree>) -> Option<Tree> {
        if self.depth == MAX_DEPTH {
            self.give_up(at, format!("nested deeper than {MAX_DEPTH} levels"));
            return None;
        }
        self.depth += 1;
        let tree = inner(self);
        self.depth -= 1;
        tree
    }

    /// Ends the reading: says why, and passes over what is left.
    fn give_up(&mut self, at: Span, message: String) {
        self.mistakes.close(Diagnostic::error(Code::TooComplex, at, message));
        self.next = self.tokens.len();
    }

    /// Passes over the rest of a broken test, groups and lists in it as a whole.
    fn skip(&mut self) {
        let mut n_open = 0_usize;
        while let Some(token) = self.peek() {
            match token.kind {
                Kind::Open | Kind::OpenList => n_open += 1,
                Kind::Close if n_open == 0 => return,
                Kind::Close | Kind::CloseList => n_open = n_open.saturating_sub(1),
                _ if n_open == 0 && self.at_boundary() => return,
                _ => {}
            }
            self.next += 1;
        }
    }

    /// Whether a test must end here: at `and`, `or`, `)` or the end.
    fn at_boundary(&self) -> bool {
        match self.peek() {
            None => true,
            Some(token) => {
                let connective = self.connective();
                token.kind == Kind::Close || connective.is_some_and(|word| word != Connective::Not)
            }
        }
    }

    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.next).copied()
    }

    fn written(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The connective that comes next.
    fn connective(&self) -> Option<Connective> {
        let token = self.peek()?;
        let may_be = matches!(token.kind, Kind::Word | Kind::Symbol);
        may_be.then(|| Connective::from_text(self.written(token.span))).flatten()
    }

    /// Takes a connective and says where it stands. A symbol in its place is reported.
    fn take(&mut self, wanted: Connective) -> Option<Span> {
        let token = self.peek()?;
        if self.connective()? != wanted {
            return None;
        }
        self.next += 1;
        if token.kind == Kind::Symbol {
            let message = format!("`{}` is not an operator", self.written(token.span));
            let help = format!("did you mean `{}`?", wanted.as_str());
            let mistake = Diagnostic::error(Code::UnknownOperator, token.span, message);
            self.mistakes.add(mistake.help(help));
        }
        Some(token.span)
    }

    fn take_kind(&mut self, kind: Kind) -> Option<Span> {
        let token = self.peek().filter(|token| token.kind == kind)?;
        self.next += 1;
        Some(token.span)
    }

    /// The operator that the token `ahead` of the next one names.
    fn operator_at(&self, ahead: usize) -> Option<Operator> {
        let token = self.tokens.get(self.next + ahead)?;
        let is_word = token.kind == Kind::Word;
        is_word.then(|| Operator::from_name(self.written(token.span))).flatten()
    }

    /// The place of the next token, or behind the last one.
    fn here(&self) -> Span {
        let end = self.text.trim_end().len();
        self.peek().map_or(Span::new(end, end), |token| token.span)
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.mistakes.add(Diagnostic::error(code, span, message));
    }

    fn error_help(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        self.mistakes.add(Diagnostic::error(code, span, message).help(help));
    }
}

/// Joins parts if there are several; `None` if one of them is broken.
fn join(parts: Vec<Option<Tree>>, join: fn(Vec<Tree>) -> Tree) -> Option<Tree> {
    let mut parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
    if parts.len() == 1 { parts.pop() } else { Some(join(parts)) }
}
