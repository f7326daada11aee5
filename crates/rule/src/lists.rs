//! Values for placeholders.

mod file;

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::{self, Node};

/// Lists of values by name, for the placeholders of rules.
///
/// Values are Sigma text: `*` and `?` are wildcards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lists {
    lists: BTreeMap<String, Vec<String>>,
}

impl Lists {
    /// Reads a YAML mapping of names to lists of values, or to single values.
    ///
    /// An entry that is neither is left out and said. Null stands for an empty list.
    pub fn parse(text: &str) -> (Self, Vec<Diagnostic>) {
        let mut parsed = yaml::parse(text);
        let mut lists = Self::default();
        for document in &parsed.documents {
            lists.read(document, &mut parsed.diagnostics);
        }
        (lists, parsed.diagnostics)
    }

    /// Puts a list under a name, in place of what was there.
    pub fn insert(&mut self, name: impl Into<String>, values: Vec<String>) {
        self.lists.insert(name.into(), values);
    }

    /// The values under a name. Names are told apart by case.
    pub fn values(&self, name: &str) -> Option<&[String]> {
        self.lists.get(name).map(Vec::as_slice)
    }

    /// The names, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.lists.keys().map(String::as_str)
    }

    /// Takes over the entries of a mapping, says what is wrong with the others.
    pub(crate) fn read(&mut self, node: &Node, out: &mut Vec<Diagnostic>) {
        let Some(entries) = node.map() else {
            if !node.is_null() {
                let message = format!("expected names with lists of values, found {}", node.kind());
                out.push(Diagnostic::error(Code::BadList, node.span, message));
            }
            return;
        };
        for (key, value) in entries {
            match (key.text(), values(value)) {
                (Some(name), Ok(values)) => self.insert(name, values),
                (name, Err(wrong)) => {
                    let name = name.unwrap_or_default();
                    let message =
                        format!("the values of `{name}` must be text, not {}", wrong.kind());
                    out.push(Diagnostic::error(Code::BadList, wrong.span, message));
                }
                (None, Ok(_)) => {
                    let message = "a list of values needs a name";
                    out.push(Diagnostic::error(Code::BadList, key.span, message));
                }
            }
        }
    }
}

/// The values of one list, or the node that is none.
fn values(node: &Node) -> Result<Vec<String>, &Node> {
    if node.is_null() {
        return Ok(Vec::new());
    }
    let text = |node: &'_ Node| node.text().map(str::to_owned);
    match node.seq() {
        Some(nodes) => nodes.iter().map(|node| text(node).ok_or(node)).collect(),
        None => text(node).map(|text| vec![text]).ok_or(node),
    }
}

impl<S: Into<String>> FromIterator<(S, Vec<String>)> for Lists {
    fn from_iter<I: IntoIterator<Item = (S, Vec<String>)>>(entries: I) -> Self {
        Self { lists: entries.into_iter().map(|(name, values)| (name.into(), values)).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_leniently() {
        let (lists, diagnostics) = Lists::parse("a: [x, 2]\nb: y\nc:\nd: {e: f}\ng: [[h]]\n");
        let shown: Vec<_> = lists.names().map(|name| (name, lists.values(name).unwrap())).collect();
        insta::assert_debug_snapshot!(shown, @r#"
        [
            (
                "a",
                [
                    "x",
                    "2",
                ],
            ),
            (
                "b",
                [
                    "y",
                ],
            ),
            (
                "c",
                [],
            ),
        ]
        "#);
        let messages: Vec<_> = diagnostics.iter().map(|d| d.message.as_str()).collect();
        insta::assert_debug_snapshot!(messages, @r#"
        [
            "the values of `d` must be text, not a mapping",
            "the values of `g` must be text, not a list",
        ]
        "#);
    }
}
