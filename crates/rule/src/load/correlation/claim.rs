//! Expressions over numbers: `failures >= 20 and successes < failures * 0.1`.
//!
//! From the weakest: `or`, `and`, `not`, a comparison, `+` and `-`, `*` and `/`, a sign, parentheses.

mod token;

pub(super) use self::token::is_name;
use self::token::{Token, Word, tokens};
use super::form::unknown_name;
use crate::correlation::{Amount, Claim, Comparison};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::yaml::{Node, Origin};

/// Deepest nesting of parentheses, signs and `not`.
const MAX_DEPTH: usize = 32;

/// Most words, which bounds how deep a chain of operators can become.
const MAX_WORDS: usize = 500;

/// Reads a claim about numbers of these names. `None` when something is wrong with it, which is said.
pub(super) fn parse(
    node: &Node,
    source: &str,
    names: &[String],
    out: &mut Vec<Diagnostic>,
) -> Option<Claim> {
    let Some(text) = node.text() else {
        let message = format!("the condition must be text, not {}", node.kind());
        out.push(Diagnostic::error(Code::WrongShape, node.span, message));
        return None;
    };
    let mut parser =
        Parser { origin: node.origin(source), text, words: Vec::new(), next: 0, depth: 0, names };
    parser.whole().map_err(|mistake| out.push(mistake)).ok()
}

/// Which aggregates a claim names.
pub(super) fn mark(claim: &Claim, used: &mut [bool]) {
    match claim {
        Claim::Compare(left, _, right) => {
            mark_amount(left, used);
            mark_amount(right, used);
        }
        Claim::Not(inner) => mark(inner, used),
        Claim::All(parts) | Claim::Any(parts) => parts.iter().for_each(|part| mark(part, used)),
    }
}

fn mark_amount(amount: &Amount, used: &mut [bool]) {
    match amount {
        Amount::Number(_) => {}
        Amount::Aggregate(at) => used[*at] = true,
        Amount::Add(left, right)
        | Amount::Subtract(left, right)
        | Amount::Multiply(left, right)
        | Amount::Divide(left, right) => {
            mark_amount(left, used);
            mark_amount(right, used);
        }
    }
}

/// What a part of an expression is.
enum Part {
    Claim(Claim),
    Amount(Amount),
}

struct Parser<'t> {
    text: &'t str,
    origin: Origin<'t>,
    words: Vec<Word>,
    next: usize,
    depth: usize,
    names: &'t [String],
}

type Result<T> = std::result::Result<T, Diagnostic>;

impl Parser<'_> {
    fn whole(&mut self) -> Result<Claim> {
        match tokens(self.text) {
            Ok(words) => self.words = words,
            Err(at) => {
                let span = self.origin.span(at);
                let message = "this is neither a name, a number nor an operator";
                return Err(Diagnostic::error(Code::BadExpression, span, message));
            }
        }
        if self.words.len() > MAX_WORDS {
            let message = format!("an expression of more than {MAX_WORDS} words is not read");
            return Err(Diagnostic::error(Code::TooComplex, self.here(), message));
        }
        let start = self.here();
        let part = self.any()?;
        let claim = self.claim(part, start)?;
        if self.next < self.words.len() {
            return Err(self.mistake("expected an operator or the end"));
        }
        Ok(claim)
    }

    fn any(&mut self) -> Result<Part> {
        self.chain(&Token::Or, Claim::Any, Self::all)
    }

    fn all(&mut self) -> Result<Part> {
        self.chain(&Token::And, Claim::All, Self::not)
    }

    fn chain(
        &mut self,
        operator: &Token,
        join: fn(Vec<Claim>) -> Claim,
        operand: fn(&mut Self) -> Result<Part>,
    ) -> Result<Part> {
        let start = self.here();
        let first = operand(self)?;
        if self.peek() != Some(operator) {
            return Ok(first);
        }
        let mut claims = vec![self.claim(first, start)?];
        while self.take(operator) {
            let start = self.here();
            let part = operand(self)?;
            claims.push(self.claim(part, start)?);
        }
        Ok(Part::Claim(join(claims)))
    }

    fn not(&mut self) -> Result<Part> {
        if !self.take(&Token::Not) {
            return self.compare();
        }
        let start = self.here();
        let part = self.deeper(Self::not)?;
        Ok(Part::Claim(Claim::Not(Box::new(self.claim(part, start)?))))
    }

    fn compare(&mut self) -> Result<Part> {
        let start = self.here();
        let left = self.sum()?;
        let Some(Token::Compare(comparison)) = self.peek().cloned() else { return Ok(left) };
        let left = self.amount(left, start)?;
        self.next += 1;
        let start = self.here();
        let right = self.sum()?;
        let right = self.amount(right, start)?;
        if matches!(self.peek(), Some(Token::Compare(_))) {
            return Err(self.mistake("two comparisons are joined by `and`"));
        }
        Ok(Part::Claim(Claim::Compare(left, comparison, right)))
    }

    fn sum(&mut self) -> Result<Part> {
        self.arithmetic(
            &[(Token::Plus, Amount::Add), (Token::Minus, Amount::Subtract)],
            Self::product,
        )
    }

    fn product(&mut self) -> Result<Part> {
        let operators = [(Token::Times, Amount::Multiply as Join), (Token::Divide, Amount::Divide)];
        self.arithmetic(&operators, Self::sign)
    }

    fn arithmetic(
        &mut self,
        operators: &[(Token, Join)],
        operand: fn(&mut Self) -> Result<Part>,
    ) -> Result<Part> {
        let start = self.here();
        let mut left = operand(self)?;
        loop {
            let found = operators.iter().find(|(token, _)| self.peek() == Some(token));
            let Some((_, join)) = found else { return Ok(left) };
            let first = self.amount(left, start)?;
            self.next += 1;
            let start = self.here();
            let right = operand(self)?;
            let right = self.amount(right, start)?;
            left = Part::Amount(join(Box::new(first), Box::new(right)));
        }
    }

    fn sign(&mut self) -> Result<Part> {
        if !self.take(&Token::Minus) {
            return self.primary();
        }
        let start = self.here();
        let part = self.deeper(Self::sign)?;
        let amount = self.amount(part, start)?;
        let zero = Box::new(Amount::Number(0.0));
        Ok(Part::Amount(Amount::Subtract(zero, Box::new(amount))))
    }

    fn primary(&mut self) -> Result<Part> {
        match self.peek().cloned() {
            Some(Token::Number(number)) => {
                self.next += 1;
                Ok(Part::Amount(Amount::Number(number)))
            }
            Some(Token::Name(name)) => {
                let at = self.names.iter().position(|known| *known == name);
                let known: Vec<_> = self.names.iter().map(String::as_str).collect();
                let at =
                    at.ok_or_else(|| unknown_name(&name, self.here(), "`aggregates`", &known))?;
                self.next += 1;
                Ok(Part::Amount(Amount::Aggregate(at)))
            }
            Some(Token::Open) => {
                let open = self.here();
                self.next += 1;
                let inner = self.deeper(Self::any)?;
                if self.take(&Token::Close) {
                    return Ok(inner);
                }
                Err(self.mistake("expected `)`").label(open, "this is not closed"))
            }
            _ => Err(self.mistake("expected a number or the name of an aggregate")),
        }
    }

    fn claim(&self, part: Part, start: Span) -> Result<Claim> {
        match part {
            Part::Claim(claim) => Ok(claim),
            Part::Amount(_) => {
                let message = "this is a number and says nothing";
                let help = "compare it, such as `failures >= 20`";
                let span = self.since(start);
                Err(Diagnostic::error(Code::BadExpression, span, message).help(help))
            }
        }
    }

    fn amount(&self, part: Part, start: Span) -> Result<Amount> {
        match part {
            Part::Amount(amount) => Ok(amount),
            Part::Claim(_) => {
                let message = "this is true or false, and a number must stand here";
                Err(Diagnostic::error(Code::BadExpression, self.since(start), message))
            }
        }
    }

    fn deeper(&mut self, inner: fn(&mut Self) -> Result<Part>) -> Result<Part> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err(Diagnostic::error(Code::TooComplex, self.here(), message));
        }
        let part = inner(self);
        self.depth -= 1;
        part
    }

    fn peek(&self) -> Option<&Token> {
        self.words.get(self.next).map(|word| &word.token)
    }

    fn take(&mut self, token: &Token) -> bool {
        let is_next = self.peek() == Some(token);
        self.next += usize::from(is_next);
        is_next
    }

    /// The place of the next word, or of the end of the text.
    fn here(&self) -> Span {
        let end = self.text.trim_end().len();
        self.origin.span(self.words.get(self.next).map_or(end..end, |word| word.at.clone()))
    }

    /// From a place to the end of the last word that was taken.
    fn since(&self, start: Span) -> Span {
        let last = self.next.checked_sub(1).and_then(|last| self.words.get(last));
        last.map_or(start, |word| start.join(self.origin.span(word.at.clone())))
    }

    fn mistake(&self, message: &str) -> Diagnostic {
        Diagnostic::error(Code::BadExpression, self.here(), message)
    }
}

type Join = fn(Box<Amount>, Box<Amount>) -> Amount;

impl Comparison {
    /// The comparison as expressions write it.
    fn from_sign(sign: &str) -> Option<Self> {
        Some(match sign {
            ">" => Self::Gt,
            ">=" => Self::Gte,
            "<" => Self::Lt,
            "<=" => Self::Lte,
            "=" | "==" => Self::Eq,
            "!=" | "<>" => Self::Neq,
            _ => return None,
        })
    }
}
