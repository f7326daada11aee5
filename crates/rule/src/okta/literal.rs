//! The values of tests, and what tests compile to.

use event::{Number, Path};

use crate::expr::{Check, Expr, Test};
use crate::matcher::{Case, Matcher, Order, Position};

/// A value of a test.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Number(String),
    Bool(bool),
    Null,
}

/// What a test compiles to; `None` when the operator does not go with the value.
pub(super) fn compile(field: &str, operator: &str, literals: &[Literal]) -> Option<Expr> {
    let path = Path::parse(field);
    let test = |check| Expr::Test(Test { field: path.clone(), check });
    let Some(first) = literals.first() else { return Some(test(Check::Filled)) };
    let equal = |literal: &Literal| match literal.equal() {
        Some(matcher) => test(Check::Match(vec![matcher])),
        None => test(Check::Null),
    };
    let matcher = match operator {
        "eq" => return Some(equal(first)),
        "ne" => return Some(Expr::Not(Box::new(equal(first)))),
        "in" => {
            let matchers: Vec<_> = literals.iter().filter_map(Literal::equal).collect();
            let has_null = matchers.len() < literals.len();
            let matching = test(Check::Match(matchers));
            let null = test(Check::Null);
            return Some(if has_null { Expr::Any(vec![matching, null]) } else { matching });
        }
        "sw" => first.text(Position::Start),
        "ew" => first.text(Position::End),
        "co" => first.text(Position::Anywhere),
        "gt" => first.ordered(Order::Greater),
        "ge" => first.ordered(Order::AtLeast),
        "lt" => first.ordered(Order::Less),
        _ => first.ordered(Order::AtMost),
    };
    matcher.map(|matcher| test(Check::Match(vec![matcher])))
}

/// A value without quotes: a number, `true`, `false`, `null`, or a time.
pub(super) fn bare(word: &str) -> Option<Literal> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        "null" => Some(Literal::Null),
        _ if Number::parse(word).is_some() => Some(Literal::Number(word.to_owned())),
        _ if word.parse::<jiff::Timestamp>().is_ok() => Some(Literal::Text(word.to_owned())),
        _ => None,
    }
}

impl Literal {
    /// What must equal it; `None` for null.
    fn equal(&self) -> Option<Matcher> {
        match self {
            Self::Text(text) => Some(Matcher::text(text, Position::Whole, Case::Insensitive)),
            Self::Number(number) => Matcher::number(Order::Equal, number),
            Self::Bool(value) => Some(Matcher::Bool(*value)),
            Self::Null => None,
        }
    }

    fn text(&self, position: Position) -> Option<Matcher> {
        match self {
            Self::Text(text) => Some(Matcher::text(text, position, Case::Insensitive)),
            Self::Number(_) | Self::Bool(_) | Self::Null => None,
        }
    }

    /// Numbers, quoted or not, compare as numbers; other text as times if both
    /// sides are, else by its characters.
    fn ordered(&self, order: Order) -> Option<Matcher> {
        match self {
            Self::Text(text) => {
                Some(Matcher::number(order, text).unwrap_or_else(|| Matcher::ordered(order, text)))
            }
            Self::Number(number) => Matcher::number(order, number),
            Self::Bool(_) | Self::Null => None,
        }
    }

    pub(super) fn into_text(self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::Bool(value) => value.to_string(),
            Self::Null => "null".to_owned(),
        }
    }
}
