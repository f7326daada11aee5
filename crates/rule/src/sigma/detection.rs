//! What stands under `detection`, with its places.

use super::condition::Condition;
use super::modifier::Modifier;
use crate::expr::Expr;
use crate::span::Span;

/// What stands under `detection`, in the order of the file.
#[derive(Debug, Clone)]
pub struct Detection {
    /// The selections.
    pub selections: Vec<Selection>,
    /// The conditions, of which any must hold.
    pub conditions: Vec<Condition>,
    /// Whether every condition could be read; else a selection may only seem unused.
    pub(crate) is_whole: bool,
}

/// A named part of a detection.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Its lines as they stand in the file, without their common indentation.
    pub text: String,
    /// What it asks.
    pub body: Body,
}

/// What a selection asks.
#[derive(Debug, Clone)]
pub enum Body {
    /// All of these: a mapping.
    All(Vec<Body>),
    /// Any of these: a list.
    Any(Vec<Body>),
    /// One field and its values.
    Item(Box<Item>),
    /// Something about elements of an array.
    Block(Block),
    /// Selections of an element with a condition of their own.
    Nested(Box<Detection>),
}

/// One field, its modifiers and its values.
#[derive(Debug, Clone)]
pub struct Item {
    /// The field. `None` is a search through all values of the event; inside a
    /// block, the empty text is the element itself.
    pub field: Option<String>,
    /// The modifiers, in the order of the file.
    pub modifiers: Vec<Modifier>,
    /// The values, placeholders filled in; empty when a placeholder has none.
    pub values: Vec<Value>,
    /// Where the key stands; the values of a search, where they stand.
    pub span: Span,
    /// What it compiles to.
    pub(crate) expr: Expr,
}

/// One value of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As it is written.
    pub text: String,
    /// What it stands for.
    pub kind: ValueKind,
    /// Where it stands, or its placeholder.
    pub span: Span,
}

/// What a value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Null: the field is null or missing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number,
    /// Text.
    Text,
}

impl Value {
    pub(crate) fn described(&self) -> String {
        match self.kind {
            ValueKind::Null => "null".to_owned(),
            _ => format!("`{}`", self.text),
        }
    }
}

/// A question about the elements of an array, each for itself.
#[derive(Debug, Clone)]
pub struct Block {
    /// The array.
    pub array: String,
    /// Which elements must fulfil it.
    pub each: Each,
    /// Where the key stands.
    pub span: Span,
    /// What is asked of an element; fields begin there.
    pub body: Box<Body>,
}

/// Which elements must fulfil a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// `[any]`: at least one.
    Any,
    /// `[all]`: all, and there is at least one.
    All,
    /// `[all_or_empty]`: all; there may be none.
    AllOrEmpty,
    /// `[none]`: none.
    None,
}

impl Each {
    pub(crate) const ALL: [(&'static str, Self); 4] = [
        ("[any]", Self::Any),
        ("[all]", Self::All),
        ("[all_or_empty]", Self::AllOrEmpty),
        ("[none]", Self::None),
    ];
}

impl Item {
    /// How the values are compared: `eq`, `contains`, `re`, `fieldref startswith`, `not lt`, …
    pub fn operator(&self) -> String {
        let is_kind = |modifier: &&Modifier| {
            !matches!(modifier, Modifier::Neq | Modifier::All | Modifier::Expand | Modifier::Cased)
        };
        let mut words: Vec<_> = self.modifiers.iter().filter(is_kind).map(|m| m.as_str()).collect();
        if words.is_empty() {
            words.push(if self.field.is_some() { "eq" } else { "contains" });
        }
        if self.modifiers.contains(&Modifier::Neq) {
            words.insert(0, "not");
        }
        words.join(" ")
    }
}
