//! Writing an expression as Okta would read it.

use std::fmt;

use crate::okta::lexer::is_plain;
use crate::okta::operator::Operator;
use crate::okta::parser::Connective;
use crate::okta::tree::{Literal, Predicate, Tree, Value};

impl fmt::Display for Tree {
    /// One line, words in lower case, parentheses only where they matter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => join(parts, " and ", f),
            Self::Any(parts) => join(parts, " or ", f),
            Self::Not(_, inner) => {
                f.write_str("not ")?;
                operand(inner, matches!(**inner, Self::All(_) | Self::Any(_)), f)
            }
            Self::Predicate(predicate) => write!(f, "{predicate}"),
        }
    }
}

fn join(parts: &[Tree], word: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (idx, part) in parts.iter().enumerate() {
        if idx > 0 {
            f.write_str(word)?;
        }
        let grouped = match part {
            Tree::Any(_) => true,
            Tree::All(_) => word == " and ",
            Tree::Not(..) | Tree::Predicate(_) => false,
        };
        operand(part, grouped, f)?;
    }
    Ok(())
}

fn operand(tree: &Tree, grouped: bool, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if grouped { write!(f, "({tree})") } else { write!(f, "{tree}") }
}

impl fmt::Display for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.attribute.name;
        if is_plain(name) && Connective::from_text(name).is_none() {
            f.write_str(name)?;
        } else {
            quoted(name, f)?;
        }
        write!(f, " {}", self.operator.as_str())?;
        match (self.operator, self.values.as_slice()) {
            (Operator::In, values) => enclosed(values, [" [", ", ", "]"], f),
            (_, []) => Ok(()),
            (_, [value]) => write!(f, " {}", value.literal),
            (_, values) => enclosed(values, [" (", " or ", ")"], f),
        }
    }
}

fn enclosed(values: &[Value], marks: [&str; 3], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let [open, between, close] = marks;
    for (idx, value) in values.iter().enumerate() {
        f.write_str(if idx == 0 { open } else { between })?;
        write!(f, "{}", value.literal)?;
    }
    f.write_str(close)
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quoted(text, f),
            Self::Number(number) => f.write_str(number),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Null => f.write_str("null"),
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
            other => write!(f, "{other}")?,
        }
    }
    f.write_str("\"")
}
