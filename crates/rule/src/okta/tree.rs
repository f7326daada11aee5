//! An expression with the places of its parts.

use crate::okta::operator::Operator;
use crate::span::Span;

/// An expression. Parentheses that change nothing are not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// All of these hold; at least two.
    All(Vec<Tree>),
    /// Any of these holds; at least two.
    Any(Vec<Tree>),
    /// This does not hold. The place is that of the word `not`.
    Not(Span, Box<Tree>),
    /// A test of one attribute.
    Predicate(Predicate),
}

/// A test of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// What is tested.
    pub attribute: Attribute,
    /// How.
    pub operator: Operator,
    /// Against what: any of these. Empty exactly for `pr`, one unless the expression lists several.
    pub values: Vec<Value>,
    /// From the attribute to the last value, closing bracket included.
    pub span: Span,
}

/// The attribute that a test names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The path, such as `client.ipAddress` or `target[0].id`, without quotes.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// A value that an attribute is tested against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// What it is.
    pub literal: Literal,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// Text, without quotes and escapes. Dates are text too.
    Text(String),
    /// A number as it is written, by JSON's grammar.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl Literal {
    /// As it is written, text without quotes and escapes.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Number(text) => text.clone(),
            Self::Bool(value) => value.to_string(),
            Self::Null => "null".to_owned(),
        }
    }
}

impl Tree {
    /// Calls `sink` with each test in order, and whether an odd number of `not` stands before it.
    pub fn visit_predicates<'t>(&'t self, sink: &mut dyn FnMut(&'t Predicate, bool)) {
        self.visit(false, sink);
    }

    fn visit<'t>(&'t self, negated: bool, sink: &mut dyn FnMut(&'t Predicate, bool)) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.visit(negated, sink);
                }
            }
            Self::Not(_, inner) => inner.visit(!negated, sink),
            Self::Predicate(predicate) => sink(predicate, negated),
        }
    }
}
