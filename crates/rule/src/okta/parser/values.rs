//! What an attribute is tested against: one value, a list, or several in parentheses.

use crate::diagnostic::{Code, Diagnostic};
use crate::okta::MAX_VALUES;
use crate::okta::lexer::{Kind, Token, unquote};
use crate::okta::lower::literal;
use crate::okta::operator::Operator;
use crate::okta::parser::{Connective, Parser};
use crate::okta::tree::{Literal, Value};
use crate::span::Span;

impl Parser<'_, '_> {
    /// `None` when something is wrong that leaves the rest of the test unread, which has been said.
    pub(super) fn values(&mut self, operator: Operator) -> Option<Vec<Value>> {
        let kind = self.peek().map(|token| token.kind);
        match (operator, kind) {
            (Operator::Present, _) => {
                self.count()?;
                Some(Vec::new())
            }
            (Operator::In, Some(Kind::OpenList)) => self.list(operator),
            (Operator::In, Some(Kind::Open)) => {
                let help = "write `in [\"SUCCESS\", \"ALLOW\"]`";
                self.error_help(Code::FilterSyntax, self.here(), "a list stands in brackets", help);
                None
            }
            (Operator::In, _) => {
                let help = "write `in [\"SUCCESS\", \"ALLOW\"]`";
                self.error_help(Code::FilterSyntax, self.here(), "expected a list", help);
                None
            }
            (_, Some(Kind::Open)) => self.alternatives(operator),
            (_, Some(Kind::OpenList)) => {
                let message = format!("`{}` takes one value", operator.as_str());
                let help = "a list stands after `in`";
                self.error_help(Code::OperandKind, self.here(), message, help);
                None
            }
            _ => Some(vec![self.value(operator)?]),
        }
    }

    /// `["SUCCESS", "ALLOW"]`.
    fn list(&mut self, operator: Operator) -> Option<Vec<Value>> {
        let values = self.enclosed(operator, Kind::CloseList);
        if values.is_none() {
            self.skip_list();
        }
        values
    }

    /// `("SUCCESS" or "ALLOW")`, as some of Okta's own detections have it, though its API refuses it.
    fn alternatives(&mut self, operator: Operator) -> Option<Vec<Value>> {
        let open = self.here();
        if !operator.takes_alternatives() {
            let message = format!("`{}` takes one value", operator.as_str());
            let help = "write one test for each value";
            self.error_help(Code::OperandKind, open, message, help);
            return None;
        }
        let start = self.next;
        let Some(values) = self.enclosed(operator, Kind::Close) else {
            // From the parenthesis on, so that what stands in it is passed over as a whole.
            self.next = start;
            return None;
        };
        if values.is_empty() {
            return Some(values);
        }
        let span = self.tokens[..self.next].last().map_or(open, |close| open.join(close.span));
        let message = "Okta itself does not take several values in parentheses";
        let help = "use `in [\"…\", \"…\"]`, or one test for each value joined by `or`";
        let warning = Diagnostic::warning(Code::SeveralValues, span, message);
        self.mistakes.add(warning.help(help));
        Some(values)
    }

    /// Values between brackets, separated by `,` or, in parentheses, by `or`.
    fn enclosed(&mut self, operator: Operator, close: Kind) -> Option<Vec<Value>> {
        let open = self.here();
        self.next += 1;
        let mut values = Vec::new();
        if let Some(end) = self.take_kind(close) {
            let help = "give at least one value; no event could fulfil the test";
            self.error_help(Code::EmptyList, open.join(end), "the list is empty", help);
            return Some(values);
        }
        loop {
            values.push(self.value(operator)?);
            if self.take_kind(close).is_some() {
                return Some(values);
            }
            self.separator(open, close)?;
        }
    }

    fn separator(&mut self, open: Span, close: Kind) -> Option<()> {
        let (taken, wanted) = match close {
            Kind::Close => (self.take(Connective::Or), "expected `or` or `)`"),
            _ => (self.take_kind(Kind::Comma), "expected `,` or `]`"),
        };
        if taken.is_none() {
            let mistake = Diagnostic::error(Code::FilterSyntax, self.here(), wanted);
            self.mistakes.add(mistake.label(open, "opened here"));
        }
        taken.map(|_| ())
    }

    /// Passes over the rest of a broken list, unless its end is missing.
    fn skip_list(&mut self) {
        let rest = &self.tokens[self.next..];
        let ends = |token: &Token| matches!(token.kind, Kind::OpenList | Kind::CloseList);
        match rest.iter().position(ends) {
            Some(at) if rest[at].kind == Kind::CloseList => self.next += at + 1,
            _ => {}
        }
    }

    fn value(&mut self, operator: Operator) -> Option<Value> {
        self.count()?;
        let value = match self.peek() {
            Some(Token { kind: Kind::Text, span }) => {
                self.next += 1;
                Value { literal: Literal::Text(unquote(self.written(span))), span }
            }
            Some(Token { kind: Kind::Word, span }) if self.connective().is_none() => {
                let literal = literal(self.written(span));
                match literal {
                    Some(literal) => {
                        self.next += 1;
                        Value { literal, span }
                    }
                    None => self.unquoted(),
                }
            }
            _ => {
                let message =
                    "expected a value: text in quotes, a number, `true`, `false` or `null`";
                self.error(Code::FilterSyntax, self.here(), message);
                return None;
            }
        };
        self.check_kind(operator, &value);
        Some(value)
    }

    /// Text without quotes: all words up to the next connective or the next test.
    fn unquoted(&mut self) -> Value {
        let mut span = self.here();
        self.next += 1;
        while let Some(Token { kind: Kind::Word, span: word }) = self.peek()
            && self.connective().is_none()
            && self.operator_at(0).is_none()
            && self.operator_at(1).is_none()
        {
            span = span.join(word);
            self.next += 1;
        }
        let text = self.written(span).to_owned();
        let message = format!("the text `{text}` stands without quotes");
        let help = format!("write `\"{text}\"`");
        self.error_help(Code::FilterQuotes, span, message, &help);
        Value { literal: Literal::Text(text), span }
    }

    fn check_kind(&mut self, operator: Operator, value: &Value) {
        let (name, written) = (operator.as_str(), self.written(value.span));
        let is_text = matches!(value.literal, Literal::Text(_));
        let is_number = matches!(value.literal, Literal::Number(_));
        if operator.needs_text() && !is_text {
            let message = format!("`{name}` looks into text, and `{written}` is none");
            let help = format!("write `\"{written}\"` if the text is meant");
            self.error_help(Code::OperandKind, value.span, message, &help);
        } else if operator.needs_order() && !is_text && !is_number {
            let message = format!("`{name}` compares numbers, times and text, not `{written}`");
            self.error(Code::OperandKind, value.span, message);
        }
    }

    /// Counts one more value or test without one; `None` when there are too many.
    fn count(&mut self) -> Option<()> {
        self.n_values += 1;
        if self.n_values > MAX_VALUES {
            self.give_up(self.here(), format!("more than {MAX_VALUES} values"));
            return None;
        }
        Some(())
    }
}
