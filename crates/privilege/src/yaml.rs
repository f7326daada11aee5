//! YAML as a tree that knows where everything stands, read within limits.
//!
//! Built from the events of `saphyr-parser`, iteratively: neither depth nor aliases can exhaust the
//! stack or the memory. Plain scalars are resolved by the core schema of YAML 1.2.2 (section 10.3),
//! so `on`, `yes` and `no` are text.

mod build;

use std::fmt;

pub use self::build::parse;

/// Longest file that is read, in bytes. The largest description of an API has 5 MB.
pub const MAX_BYTES: usize = 32 << 20;

/// Deepest nesting that is read. Descriptions of APIs reach 30.
pub const MAX_DEPTH: usize = 100;

/// Most values of a file, counted after aliases are replaced by what they name; every 64 bytes of
/// text count as one more.
pub const MAX_NODES: usize = 4_000_000;

/// Where a value begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// From 1; 0 where it is not known.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

/// One value and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it begins; an alias keeps the place where it is used.
    pub mark: Mark,
    /// What it is.
    pub data: Data,
}

/// The kinds of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Nothing at all, `null` or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A plain number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// A list, in order.
    List(Vec<Node>),
    /// A mapping in the order of the file; keys are scalars and differ.
    Map(Vec<(Node, Node)>),
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub mark: Mark,
    /// What, in a lower-case fragment.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mark {
            Mark { line: 0, .. } => f.write_str(&self.what),
            Mark { line, column } => write!(f, "line {line}, column {column}: {}", self.what),
        }
    }
}

impl std::error::Error for Mistake {}

impl Node {
    /// The text of a scalar as written, whatever it stands for; `None` for null.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Bool(true) => Some("true"),
            Data::Bool(false) => Some("false"),
            Data::Number(text) | Data::Text(text) => Some(text),
            Data::Null | Data::List(_) | Data::Map(_) => None,
        }
    }

    /// The elements, if it is a list.
    pub fn list(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(nodes) => Some(nodes),
            _ => None,
        }
    }

    /// The entries, if it is a mapping.
    pub fn map(&self) -> Option<&[(Self, Self)]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value under `key`, if it is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let entries = self.map()?;
        entries.iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// Whether it is null.
    pub const fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// What it is, for messages: `text`, `a number`, `a list`, …
    pub const fn kind(&self) -> &'static str {
        match self.data {
            Data::Null => "nothing",
            Data::Bool(_) => "true or false",
            Data::Number(_) => "a number",
            Data::Text(_) => "text",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }

    /// A mistake at its place.
    pub fn mistake(&self, what: impl Into<String>) -> Mistake {
        Mistake { mark: self.mark, what: what.into() }
    }

    /// A value of JSON, whose places are not known: line and column are 0.
    pub fn from_json(value: serde_json::Value) -> Self {
        use serde_json::Value;
        let text = |text| Self { mark: Mark::default(), data: Data::Text(text) };
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(truth) => Data::Bool(truth),
            Value::Number(number) => Data::Number(number.to_string()),
            Value::String(text) => Data::Text(text),
            Value::Array(values) => Data::List(values.into_iter().map(Self::from_json).collect()),
            Value::Object(entries) => {
                let entry = |(name, value)| (text(name), Self::from_json(value));
                Data::Map(entries.into_iter().map(entry).collect())
            }
        };
        Self { mark: Mark::default(), data }
    }

    /// The same without places. Keys become text; numbers that JSON cannot write do too.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.data {
            Data::Null => Value::Null,
            Data::Bool(truth) => Value::Bool(*truth),
            Data::Number(text) => {
                text.parse().map_or_else(|_| Value::from(text.as_str()), Value::Number)
            }
            Data::Text(text) => Value::from(text.as_str()),
            Data::List(nodes) => nodes.iter().map(Self::to_json).collect(),
            Data::Map(entries) => {
                let key = |node: &Self| node.text().unwrap_or("null").to_owned();
                entries.iter().map(|(name, value)| (key(name), value.to_json())).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests;
