//! Placeholders: `%name%` under `expand`, and values that are only `{name}`.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::lists::Lists;
use crate::span::Span;
use crate::yaml::{Data, Node};

/// Most texts that the placeholders of one value may stand for.
const MAX_TEXTS: usize = 100_000;

/// A placeholder of a rule and where its values come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Its name.
    pub name: String,
    /// Where the values come from.
    pub from: From,
    /// How many there are. Where there is none, what is compared with it never matches.
    pub n_values: usize,
}

/// Where the values of a placeholder come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The lists that the caller passed.
    Lists,
    /// The default under `lists:` in the rule.
    Rule,
}

/// The placeholders of one document, as they are met.
pub(crate) struct Placeholders<'l> {
    lists: &'l Lists,
    defaults: Lists,
    bound: BTreeMap<String, Bound>,
}

/// Why the placeholders of a value could not be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfilled {
    /// Nobody gives values for this one.
    Unbound(String),
    /// Their values make too many combinations.
    TooMany,
}

impl<'l> Placeholders<'l> {
    pub(crate) fn new(lists: &'l Lists, defaults: Lists) -> Self {
        Self { lists, defaults, bound: BTreeMap::new() }
    }

    /// The placeholders that were met, in alphabetical order.
    pub(crate) fn into_bound(self) -> Vec<Bound> {
        self.bound.into_values().collect()
    }

    /// The values of a placeholder: those of the caller go before the default.
    pub(crate) fn values(&mut self, name: &str) -> Result<&[String], Unfilled> {
        let (from, values) = match self.lists.values(name) {
            Some(values) => (From::Lists, values),
            None => match self.defaults.values(name) {
                Some(values) => (From::Rule, values),
                None => return Err(Unfilled::Unbound(name.to_owned())),
            },
        };
        let bound = Bound { name: name.to_owned(), from, n_values: values.len() };
        self.bound.insert(name.to_owned(), bound);
        Ok(values)
    }

    /// Notes that the rule asks for a list, if somebody gives it.
    pub(crate) fn note(&mut self, name: &str) {
        // Without values there is nothing to note.
        let _ = self.values(name);
    }

    /// Every text that a value with `%name%` stands for.
    pub(crate) fn fill(&mut self, template: &[Piece]) -> Result<Vec<String>, Unfilled> {
        let mut texts = vec![String::new()];
        for piece in template {
            match piece {
                Piece::Text(text) => texts.iter_mut().for_each(|whole| whole.push_str(text)),
                Piece::Name(name) => {
                    let values = self.values(name)?;
                    if texts.len().saturating_mul(values.len()) > MAX_TEXTS {
                        return Err(Unfilled::TooMany);
                    }
                    let with = |whole: &String| {
                        values.iter().map(move |v| format!("{whole}{v}")).collect::<Vec<_>>()
                    };
                    texts = texts.iter().flat_map(with).collect();
                }
            }
        }
        Ok(texts)
    }
}

impl Unfilled {
    /// What to say about it.
    pub(crate) fn at(self, span: Span) -> Diagnostic {
        let Self::Unbound(name) = self else {
            let message = "the placeholders stand for too many combinations of values";
            return Diagnostic::error(Code::TooComplex, span, message);
        };
        let message = format!("the placeholder `{name}` has no values");
        let help = format!(
            "give it some in a file for `--lists`, or a default under `lists:`: `{name}: []`"
        );
        Diagnostic::error(Code::UnboundPlaceholder, span, message).help(help)
    }
}

/// A piece of a value under `expand`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Name(String),
}

/// The pieces of a value under `expand`; `\%` is a plain percent sign.
pub(crate) fn pieces(value: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = value;
    while let Some(at) = rest.find('%') {
        let (before, after) = (&rest[..at], &rest[at + 1..]);
        if let Some(before) = before.strip_suffix('\\') {
            text.push_str(before);
            text.push('%');
            rest = after;
        } else if let Some((name, after)) = after.split_once('%').filter(|(name, _)| is_name(name))
        {
            text.push_str(before);
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Name(name.to_owned()));
            rest = after;
        } else {
            text.push_str(&rest[..=at]);
            rest = after;
        }
    }
    text.push_str(rest);
    if !text.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// The name, if the value is only `{name}`, quoted or read by YAML as a mapping without a value.
///
/// A null that is written, as in `{type: null}`, is a value: inside a block it asks for a missing field.
pub(crate) fn braced(node: &Node) -> Option<&str> {
    let name = match &node.data {
        Data::Map(entries) => match entries.as_slice() {
            [(name, value)] if is_nothing(value) => name.text()?,
            _ => return None,
        },
        Data::Scalar(_) => return braced_text(node.text()?),
        Data::Seq(_) => return None,
    };
    is_name(name).then_some(name)
}

/// The name, if the text is only `{name}`.
pub(crate) fn braced_text(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}').filter(|name| is_name(name))
}

fn is_nothing(node: &Node) -> bool {
    matches!(&node.data, Data::Scalar(scalar) if scalar.text.is_empty() && !scalar.quoted)
}

fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    !text.is_empty() && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &str) {
        let lists = Lists::from_iter([
            ("a", vec!["1".to_owned(), "2*".to_owned()]),
            ("b", vec!["x".to_owned(), "y".to_owned()]),
            ("none", Vec::new()),
        ]);
        let mut placeholders = Placeholders::new(&lists, Lists::default());
        let filled = placeholders.fill(&pieces(value));
        assert_eq!(format!("{filled:?}"), expected, "{value}");
    }

    #[test]
    fn braces_around_a_name_are_a_placeholder() {
        let check = |yaml: &str, expected: Option<&str>| {
            let parsed = crate::yaml::parse(yaml);
            assert_eq!(braced(&parsed.documents[0]), expected, "{yaml}");
        };
        check("{name}", Some("name"));
        check("'{name}'", Some("name"));
        check("{name: }", Some("name"));
        check("{name: null}", None);
        check("{name: ''}", None);
        check("{a, b}", None);
        check("'{two words}'", None);
    }

    #[test]
    fn every_combination_is_filled_in() {
        check("%a%", r#"Ok(["1", "2*"])"#);
        check("<%a%-%b%>", r#"Ok(["<1-x>", "<1-y>", "<2*-x>", "<2*-y>"])"#);
        check("100%", r#"Ok(["100%"])"#);
        check(r"\%a%b%", r#"Ok(["%ax", "%ay"])"#);
        check("% a %", r#"Ok(["% a %"])"#);
        check("%%a%", r#"Ok(["%1", "%2*"])"#);
        check("%none%", "Ok([])");
        check("", r#"Ok([""])"#);
        check("%c%", r#"Err(Unbound("c"))"#);
        check(&"%a%".repeat(20), "Err(TooMany)");
    }
}
