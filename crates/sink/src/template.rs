//! What a message says below its headline, in a user's own words.
//!
//! Plain text with placeholders: `{subject} did it from {address}`. It has neither conditions nor loops, so that what is read can be
//! filled. What a finding says stands in for placeholders as text: each medium escapes it together with everything else.

mod fill;
mod value;

use finding::visible;
use thiserror::Error;

pub use self::fill::Own;
use self::value::{NAMES, Value};

/// Bytes of the largest template.
pub const TEMPLATE_MAX: usize = 16 << 10;

/// Likeness from which a name is suggested, from 0 to 1.
const ENOUGH: f64 = 0.75;

/// A user's own text for the body of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    rows: Vec<Row>,
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// Whether it is a title: `# What to do`.
    is_title: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(Value),
}

/// Why a text is no template, at one place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadTemplate {
    /// It has a placeholder that there is not.
    #[error("line {line}, column {column}: there is no placeholder `{{{name}}}`{}", meant(*near))]
    Unknown {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// What stands between the braces.
        name: String,
        /// One that may be meant.
        near: Option<&'static str>,
    },
    /// A brace stands alone.
    #[error(
        "line {line}, column {column}: a brace alone is no placeholder; `{{{{` and `}}}}` stand for themselves"
    )]
    Brace {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
    },
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// It is longer than [`TEMPLATE_MAX`].
    #[error("it is longer than {} KiB", TEMPLATE_MAX >> 10)]
    Long,
}

fn meant(near: Option<&str>) -> String {
    near.map(|near| format!(", did you mean `{{{near}}}`?")).unwrap_or_default()
}

impl Template {
    /// Reads it; fails with everything that is wrong, in the order of the text.
    pub fn parse(text: &str) -> Result<Self, Vec<BadTemplate>> {
        if text.len() > TEMPLATE_MAX {
            return Err(vec![BadTemplate::Long]);
        }
        if text.trim().is_empty() {
            return Err(vec![BadTemplate::Empty]);
        }
        let mut bad = Vec::new();
        let rows = (1..).zip(text.lines()).map(|(line, text)| row(text, line, &mut bad)).collect();
        if bad.is_empty() { Ok(Self { rows }) } else { Err(bad) }
    }

    /// The names of all placeholders.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }
}

fn row(text: &str, line: usize, bad: &mut Vec<BadTemplate>) -> Row {
    let title = text.strip_prefix("# ");
    let (first, text) = if title.is_some() { (3, title.unwrap_or(text)) } else { (1, text) };
    Row { is_title: title.is_some(), pieces: pieces(text, line, first, bad) }
}

/// The pieces of a line whose first character stands in that column.
fn pieces(text: &str, line: usize, first: usize, bad: &mut Vec<BadTemplate>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let column = first + text[..text.len() - rest.len() + at].chars().count();
        rest = &rest[at..];
        let doubled = ["{{", "}}"].into_iter().find(|pair| rest.starts_with(pair));
        if let Some(pair) = doubled {
            plain.push_str(&pair[1..]);
            rest = &rest[2..];
            continue;
        }
        let inside = rest.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let Some((name, after)) = inside.filter(|(name, _)| !name.contains('{')) else {
            bad.push(BadTemplate::Brace { line, column });
            rest = &rest[1..];
            continue;
        };
        push_plain(&mut pieces, &mut plain);
        match value::named(name) {
            Some(value) => pieces.push(Piece::Value(value)),
            None => bad.push(unknown(name, line, column)),
        }
        rest = after;
    }
    plain.push_str(rest);
    push_plain(&mut pieces, &mut plain);
    pieces
}

fn push_plain(pieces: &mut Vec<Piece>, plain: &mut String) {
    if !plain.is_empty() {
        let text = std::mem::take(plain).replace('\t', "    ");
        pieces.push(Piece::Text(visible(&text).into_owned()));
    }
}

fn unknown(name: &str, line: usize, column: usize) -> BadTemplate {
    let likeness = |one: &str| strsim::jaro_winkler(one, &name.trim().to_lowercase());
    let near = Template::names().max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    let near = near.filter(|near| likeness(near) >= ENOUGH);
    BadTemplate::Unknown { line, column, name: crate::message::line(name, 40), near }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn told(text: &str) -> String {
        let bad = Template::parse(text).expect_err("it is no template");
        bad.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_what_may_be_meant() {
        assert_snapshot!(told("{subject} from {adress}\n# Ünd {Why}\n  {why} {{x}} {first\n} { {level}\n{nothing_like_it}"), @r"
        line 1, column 16: there is no placeholder `{adress}`, did you mean `{address}`?
        line 2, column 7: there is no placeholder `{Why}`, did you mean `{why}`?
        line 3, column 15: a brace alone is no placeholder; `{{` and `}}` stand for themselves
        line 4, column 1: a brace alone is no placeholder; `{{` and `}}` stand for themselves
        line 4, column 3: a brace alone is no placeholder; `{{` and `}}` stand for themselves
        line 5, column 1: there is no placeholder `{nothing_like_it}`
        ");
        assert_eq!(told(" \n"), "it is empty");
        assert_eq!(told(&"x".repeat(TEMPLATE_MAX + 1)), "it is longer than 16 KiB");
    }

    #[test]
    fn the_example_is_that_of_the_documentation() {
        let example = include_str!("../../../examples/messages/team.txt");
        assert!(include_str!("../../../docs/sink-kinds.md").contains(example));
        Template::parse(example).unwrap();
    }

    #[test]
    fn every_placeholder_is_documented_and_every_documented_one_is_there() {
        let page = include_str!("../../../docs/sink-kinds.md");
        let documented =
            page.lines().filter_map(|line| line.strip_prefix("| `{")?.split('}').next());
        assert_eq!(documented.collect::<Vec<_>>(), Template::names().collect::<Vec<_>>());
    }
}
