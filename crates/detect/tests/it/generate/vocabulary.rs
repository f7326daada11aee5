//! Words, numbers and fields that rules and events share.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// Single values in events, null now and then.
pub(crate) const SINGLE: [&str; 5] =
    ["kind", "outcome.result", "outcome.reason", "session", "eventType"];

/// Fields that hold no null wherever an event has them. Some are reached through arrays.
pub(crate) const FILLED: [&str; 7] = [
    "actor.id",
    "actor.displayName",
    "tags",
    "target.type",
    "target.id",
    "target.detail.name",
    "groups.id",
];

/// Fields of every event.
pub(crate) const PRESENT: [&str; 3] = ["kind", "outcome.result", "tags"];

/// Texts of events. `1`, `0`, `yes` and `no` are left out, which rsigma-eval takes for booleans; so are
/// numbers in a form that JSON does not have.
const WORDS: [&str; 22] = [
    "",
    "alice",
    "Bob",
    "bob@example.com",
    "user.session.start",
    "policy.lifecycle.update",
    "User Agent",
    "42",
    "1.5",
    "-7",
    "true",
    "null",
    r"c:\temp\*",
    "what?",
    r"a\\b",
    "Émile",
    "straße",
    "日本",
    "🔑 key",
    "it's",
    "say \"hi\"",
    "# 100%: no, - x",
];

/// Texts of rules with backslashes that escape something, or do not.
const BACKSLASHES: [&str; 9] = [
    r"c:\temp\*",
    r"c:\temp\\*",
    r"c:\temp\\\*",
    r"a\\b",
    r"a\\\\b",
    r"a\b",
    r"\",
    r"what\?",
    r"*\?",
];

/// Values that YAML reads as something else than text, or might.
const PLAIN: [&str; 20] = [
    "42",
    "-7",
    "1.5",
    "0",
    "5",
    "1000",
    "0x2A",
    "0o52",
    "1e3",
    "42.0",
    "true",
    "false",
    "True",
    "FALSE",
    "yes",
    "on",
    "alice",
    "2026-11-22",
    "12:30",
    "1_000",
];

/// A text of an event.
pub(crate) fn text() -> impl Strategy<Value = String> {
    (select(&WORDS[..]), 0..3).prop_map(|(word, case)| match case {
        0 => word.to_owned(),
        1 => word.to_uppercase(),
        _ => word.to_lowercase(),
    })
}

/// A value of an event that is neither null nor made of others. Numbers are written as Rust writes them.
pub(crate) fn scalar() -> impl Strategy<Value = Value> {
    let numbers = vec![json!(42), json!(-7), json!(0), json!(5), json!(1000), json!(1.5)];
    prop_oneof![
        6 => text().prop_map(Value::from),
        3 => select(numbers),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

/// The same, or null.
pub(crate) fn nullable() -> impl Strategy<Value = Value> {
    prop_oneof![9 => scalar(), 1 => Just(Value::Null)]
}

/// Text of a rule without wildcards: a word or a piece of one, escaped.
pub(crate) fn literal() -> impl Strategy<Value = String> {
    prop_oneof![4 => text(), 3 => piece()].prop_map(|text| text.chars().map(escape).collect())
}

/// Text of a rule that may have wildcards.
pub(crate) fn pattern() -> impl Strategy<Value = String> {
    let wild = (any::<Index>(), select(vec!["*", "?", "**"]));
    let wild = prop::collection::vec(wild, 1..3);
    let holed = (prop_oneof![text(), piece()], wild).prop_map(|(text, holes)| holed(&text, holes));
    prop_oneof![5 => literal(), 4 => holed, 1 => select(&BACKSLASHES[..]).prop_map(str::to_owned)]
}

/// A word without some characters at its ends.
fn piece() -> impl Strategy<Value = String> {
    (text(), 0..4_usize, 0..4_usize).prop_map(|(word, front, back)| {
        let kept = word.chars().count().saturating_sub(front + back);
        word.chars().skip(front).take(kept).collect()
    })
}

/// Puts a `*` before a character, or a `?` in its place.
fn holed(text: &str, holes: Vec<(Index, &str)>) -> String {
    let mut parts: Vec<String> = text.chars().map(escape).collect();
    for (at, wild) in holes {
        match wild {
            "?" if !parts.is_empty() => {
                wild.clone_into(at.get_mut(&mut parts));
            }
            _ => parts.insert(at.index(parts.len() + 1), wild.to_owned()),
        }
    }
    parts.concat()
}

fn escape(character: char) -> String {
    match character {
        '*' | '?' | '\\' => format!("\\{character}"),
        _ => character.to_string(),
    }
}

/// A value of a rule as YAML: text in quotes, or something without.
pub(crate) fn value() -> impl Strategy<Value = String> {
    prop_oneof![1 => pattern().prop_map(|text| quote(&text)), 1 => plain()]
}

/// A value of a rule that stands in YAML without quotes.
pub(crate) fn plain() -> impl Strategy<Value = String> {
    select(&PLAIN[..]).prop_map(str::to_owned)
}

/// Text as a YAML scalar in quotes.
pub(crate) fn quote(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}
