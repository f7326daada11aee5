//! YAML as a tree that knows where everything stands.
//!
//! Built from the events of `saphyr-parser`, iteratively and within limits: a
//! file cannot exhaust the stack or the memory, whatever it holds. Scalars keep
//! their text and are resolved by the core schema of YAML 1.2.2 (section 10.3),
//! so `on`, `off`, `yes` and `no` are text.

mod build;
mod origin;
mod scalar;

pub use self::build::parse;
pub(crate) use self::origin::Origin;
pub(crate) use self::scalar::resolve;
pub use self::scalar::{Resolved, Scalar};
use crate::diagnostic::Diagnostic;
use crate::span::Span;

/// Longest file that is read, in bytes. Real rules have 1 to 10 KB.
pub const MAX_BYTES: usize = 1 << 20;

/// Deepest nesting that is read. Real rules reach 6.
pub const MAX_DEPTH: usize = 64;

/// Most nodes of one file, counted after aliases are replaced by what they name.
pub const MAX_NODES: usize = 50_000;

/// One value of a file and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From the first to past the last character, without surrounding blanks.
    pub span: Span,
    /// What it is.
    pub data: Data,
}

/// The three kinds of YAML values.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Text, a number, a truth value or nothing.
    Scalar(Scalar),
    /// A list, in order.
    Seq(Vec<Node>),
    /// A mapping in the order of the file; keys are scalars and differ.
    Map(Vec<(Node, Node)>),
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The documents up to the first mistake in syntax, in order; empty ones left out.
    pub documents: Vec<Node>,
    /// Mistakes in syntax, repeated keys, limits that were met.
    pub diagnostics: Vec<Diagnostic>,
}

impl Node {
    /// The text of a scalar, whatever it resolves to, save null.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Scalar(scalar) if scalar.resolved != Resolved::Null => Some(&scalar.text),
            _ => None,
        }
    }

    /// The entries, if it is a mapping.
    pub fn map(&self) -> Option<&[(Node, Node)]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn seq(&self) -> Option<&[Node]> {
        match &self.data {
            Data::Seq(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// The value under `key`, if it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The key and the value under `key`, if it is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<(&Node, &Node)> {
        let entries = self.map()?;
        entries.iter().find(|(name, _)| name.text() == Some(key)).map(|(name, value)| (name, value))
    }

    /// Whether it is null: nothing at all, `null` or `~`.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(scalar) if scalar.resolved == Resolved::Null)
    }

    /// `text`, `a number`, `a list`, …: what it is, for messages.
    pub fn kind(&self) -> &'static str {
        match &self.data {
            Data::Scalar(scalar) => scalar.kind(),
            Data::Seq(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }

    /// Where the characters of a scalar stand in `source`, the text of its file.
    pub(crate) fn origin<'s>(&self, source: &'s str) -> Origin<'s> {
        Origin::new(source, self.span, self.text().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
