//! One test: attribute, operator, values.

use crate::diagnostic::{Code, Diagnostic};
use crate::okta::lexer::{Kind, NOT_IN_NAMES, Token, unquote};
use crate::okta::operator::Operator;
use crate::okta::parser::{Connective, Parser};
use crate::okta::tree::{Attribute, Predicate};

impl Parser<'_, '_> {
    /// `None` when something is wrong that leaves the rest of the test unread, which has been said.
    pub(super) fn predicate(&mut self) -> Option<Predicate> {
        let attribute = self.attribute()?;
        let operator = self.operator(&attribute)?;
        let values = self.values(operator)?;
        let end = self.tokens[..self.next].last().map_or(attribute.span, |token| token.span);
        Some(Predicate { span: attribute.span.join(end), attribute, operator, values })
    }

    fn attribute(&mut self) -> Option<Attribute> {
        match self.peek() {
            _ if self.at_boundary() => {
                let help = "a test is an attribute, an operator and a value: `eventType eq \"user.session.start\"`";
                self.error_help(Code::FilterSyntax, self.here(), "expected a test", help);
                None
            }
            Some(Token { kind: Kind::Word, span }) => {
                let name = self.written(span).to_owned();
                if self.is_operator_without_attribute(&name) {
                    let message = format!("expected an attribute before `{name}`");
                    self.error(Code::FilterSyntax, span, message);
                    return None;
                }
                self.next += 1;
                let attribute = Attribute { name, span };
                self.check_name(&attribute);
                Some(attribute)
            }
            Some(Token { kind: Kind::Text, span }) if self.operator_at(1).is_some() => {
                self.next += 1;
                Some(Attribute { name: unquote(self.written(span)), span })
            }
            Some(Token { kind: Kind::Text, span }) => {
                let help = "an attribute stands first, and text after its operator";
                self.error_help(Code::FilterSyntax, span, "expected an attribute, not text", help);
                None
            }
            _ => {
                self.error(Code::FilterSyntax, self.here(), "expected an attribute");
                None
            }
        }
    }

    /// `eq "x"` lacks its attribute, while in `in eq "x"` an attribute has an unlucky name.
    fn is_operator_without_attribute(&self, name: &str) -> bool {
        Operator::from_name(name).is_some() && self.operator_at(1).is_none()
    }

    fn check_name(&mut self, attribute: &Attribute) {
        let Attribute { name, span } = attribute;
        let steps = || name.split('.');
        if steps().any(str::is_empty) {
            let message = format!("`{name}` has a dot too many");
            self.error(Code::BadField, *span, message);
        } else if let Some(odd) = name.chars().find(|character| NOT_IN_NAMES.contains(character)) {
            let message = format!("`{odd}` cannot stand in the name of an attribute");
            self.error(Code::BadField, *span, message);
        }
    }

    fn operator(&mut self, attribute: &Attribute) -> Option<Operator> {
        if self.at_boundary() {
            let message = format!("`{}` has no operator", attribute.name);
            let help = "name the attribute again for each value, or list them: `outcome.result in [\"SUCCESS\", \"ALLOW\"]`";
            self.error_help(Code::FilterSyntax, attribute.span, message, help);
            return None;
        }
        if let Some(word) = self.take(Connective::Not) {
            let help = format!("write `not {} …`", attribute.name);
            self.error_help(Code::FilterSyntax, word, "`not` stands before the attribute", &help);
        }
        let Token { kind, span } = self.peek()?;
        let written = self.written(span);
        match kind {
            Kind::Word | Kind::Symbol => {
                self.next += 1;
                Operator::from_name(written).or_else(|| self.unknown_operator(written))
            }
            Kind::OpenList => {
                let help = "tests on one element of an array are written in Sigma: `target[any]:`";
                let message = "filters inside of brackets are not in this language";
                self.error_help(Code::FilterSyntax, span, message, help);
                None
            }
            _ => {
                let message = format!("expected an operator after `{}`", attribute.name);
                self.error(Code::FilterSyntax, span, message);
                None
            }
        }
    }

    /// Reports the operator just read. Goes on with the one that was probably meant.
    fn unknown_operator(&mut self, written: &str) -> Option<Operator> {
        let span = self.tokens[..self.next].last()?.span;
        let meant = Operator::nearest(written);
        let help = match meant {
            Some(operator) => format!("did you mean `{}`?", operator.as_str()),
            None if is_regex(written) => {
                "regular expressions are written in Sigma: `field|re: …`".to_owned()
            }
            None => {
                let known: Vec<_> = Operator::ALL.iter().map(|known| known.as_str()).collect();
                format!("the operators are {}", known.join(", "))
            }
        };
        let message = format!("`{written}` is not an operator");
        self.mistakes.add(Diagnostic::error(Code::UnknownOperator, span, message).help(help));
        meant
    }
}

fn is_regex(written: &str) -> bool {
    ["=~", "~=", "~", "matches", "match", "regex", "re"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(written))
}
