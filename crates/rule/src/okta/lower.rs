//! From expression to compiled predicate: what each operator means.

use event::{Number, Path};
use jiff::Timestamp;

use crate::expr::{Check, Expr, Test};
use crate::logic::{Label, Part};
use crate::matcher::{Case, Matcher, Order, Position};
use crate::okta::operator::Operator;
use crate::okta::tree::{Literal, Predicate, Tree};
use crate::span::Span;

impl Tree {
    /// The logic of the expression. `place` turns places in the text into those of its file.
    pub(super) fn part(&self, place: &dyn Fn(Span) -> Span) -> Part {
        let each = |parts: &[Self]| parts.iter().map(|part| part.part(place)).collect();
        match self {
            Self::All(parts) => Part::All(each(parts)),
            Self::Any(parts) => Part::Any(each(parts)),
            Self::Not(word, inner) => Part::Not(Some(place(*word)), Box::new(inner.part(place))),
            Self::Predicate(predicate) => {
                let what = predicate.attribute.name.as_str().into();
                Part::Leaf(Label { what, span: place(predicate.span) }, predicate.lower())
            }
        }
    }
}

impl Predicate {
    /// The compiled test.
    fn lower(&self) -> Expr {
        match self.operator {
            Operator::Present => self.test(Check::Filled),
            Operator::NotEqual => Expr::Not(Box::new(self.equals())),
            Operator::Equal | Operator::In => self.equals(),
            Operator::StartsWith => self.text(Position::Start),
            Operator::EndsWith => self.text(Position::End),
            Operator::Contains => self.text(Position::Anywhere),
            Operator::Greater => self.ordered(Order::Greater),
            Operator::AtLeast => self.ordered(Order::AtLeast),
            Operator::Less => self.ordered(Order::Less),
            Operator::AtMost => self.ordered(Order::AtMost),
        }
    }

    fn test(&self, check: Check) -> Expr {
        Expr::Test(Test { field: Path::parse(&self.attribute.name), check })
    }

    fn literals(&self) -> impl Iterator<Item = &Literal> {
        self.values.iter().map(|value| &value.literal)
    }

    /// Null also stands for a missing attribute, which no matcher can see.
    fn equals(&self) -> Expr {
        let matchers: Vec<_> = self.literals().filter_map(equal).collect();
        let null = self.literals().any(|literal| *literal == Literal::Null);
        match (null, matchers.is_empty()) {
            (false, _) => self.test(Check::Match(matchers)),
            (true, true) => self.test(Check::Null),
            (true, false) => {
                Expr::Any(vec![self.test(Check::Match(matchers)), self.test(Check::Null)])
            }
        }
    }

    fn text(&self, position: Position) -> Expr {
        let matchers = self.literals().filter_map(text_of);
        let matchers = matchers.map(|text| Matcher::text(text, position, Case::Insensitive));
        self.test(Check::Match(matchers.collect()))
    }

    /// A bound that spells a number is one, quoted or not.
    fn ordered(&self, order: Order) -> Expr {
        let bounds = self.literals().filter_map(text_of);
        let matcher = |bound: &str| {
            Matcher::number(order, bound.trim()).unwrap_or_else(|| Matcher::ordered(order, bound))
        };
        self.test(Check::Match(bounds.map(matcher).collect()))
    }
}

fn equal(literal: &Literal) -> Option<Matcher> {
    match literal {
        Literal::Text(text) => Some(Matcher::text(text, Position::Whole, Case::Insensitive)),
        Literal::Number(number) => Matcher::number(Order::Equal, number),
        Literal::Bool(value) => Some(Matcher::Bool(*value)),
        Literal::Null => None,
    }
}

fn text_of(literal: &Literal) -> Option<&str> {
    match literal {
        Literal::Text(text) | Literal::Number(text) => Some(text),
        Literal::Bool(_) | Literal::Null => None,
    }
}

/// What an unquoted word is as a value: a number, a name of JSON, or a time, which is text. `None` if it
/// is none of them.
pub(super) fn literal(word: &str) -> Option<Literal> {
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    match word {
        _ if is("true") => Some(Literal::Bool(true)),
        _ if is("false") => Some(Literal::Bool(false)),
        _ if is("null") => Some(Literal::Null),
        _ if Number::parse(word).is_some() => Some(Literal::Number(word.to_owned())),
        _ if word.parse::<Timestamp>().is_ok() => Some(Literal::Text(word.to_owned())),
        _ => None,
    }
}
