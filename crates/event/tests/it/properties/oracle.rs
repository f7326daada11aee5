//! What look-ups should find, over a tree that someone else has read.

use serde_json::Value;

/// One step of a path.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// `.name`
    Name(String),
    /// `.3`: an element of an array, a member of an object.
    Number(usize),
    /// `[3]` or `[-1]`
    Index(i64),
    /// `[]`, which says what paths do anyway.
    Each,
    /// `[Word]`
    OfType(String),
}

/// The path as it is written.
pub(super) fn path(steps: &[Step]) -> String {
    let write = |step: &Step| match step {
        Step::Name(name) => format!(".{name}"),
        Step::Number(number) => format!(".{number}"),
        Step::Index(index) => format!("[{index}]"),
        Step::Each => "[]".to_owned(),
        Step::OfType(word) => format!("[{word}]"),
    };
    let text: String = steps.iter().map(write).collect();
    text.trim_start_matches('.').to_owned()
}

/// Every value at a path, arrays at its end opened; `None` if it leads nowhere.
pub(super) fn visit(record: &Value, steps: &[Step]) -> Option<Vec<Value>> {
    let mut reached = reach(record, steps);
    let is_long = steps.iter().filter(|step| !matches!(step, Step::Each)).count() > 1;
    if reached.is_empty() && is_long && begins_nowhere(record, steps) {
        reached.extend(member(record, &path(steps)));
    }
    let mut values = Vec::new();
    for value in &reached {
        open(value, &mut values);
    }
    (!reached.is_empty()).then_some(values)
}

/// Whether the record has no member with which the path could begin.
fn begins_nowhere(record: &Value, steps: &[Step]) -> bool {
    match steps.iter().find(|step| !matches!(step, Step::Each)) {
        Some(Step::Name(name)) => member(record, name).is_none(),
        Some(Step::Number(number)) => member(record, &number.to_string()).is_none(),
        _ => false,
    }
}

fn reach<'v>(value: &'v Value, steps: &[Step]) -> Vec<&'v Value> {
    let Some((step, rest)) = steps.split_first() else { return vec![value] };
    let element = |array: &'v [Value], index: i64| {
        let len = i64::try_from(array.len()).unwrap();
        let index = if index < 0 { len + index } else { index };
        usize::try_from(index).ok().and_then(|index| array.get(index))
    };
    match (value, step) {
        (_, Step::Each) => reach(value, rest),
        (Value::Array(array), Step::Number(number)) => {
            array.get(*number).map_or(vec![], |found| reach(found, rest))
        }
        (Value::Array(array), Step::Index(index)) => {
            element(array, *index).map_or(vec![], |found| reach(found, rest))
        }
        (Value::Array(array), Step::Name(name)) if name.parse::<usize>().is_ok() => {
            let element = name.parse().ok().and_then(|index: usize| array.get(index));
            element.map_or(vec![], |found| reach(found, rest))
        }
        (Value::Object(_), Step::OfType(word)) => {
            let kind = member(value, "type").and_then(Value::as_str);
            let is_so = kind.is_some_and(|kind| kind.to_lowercase() == word.to_lowercase());
            if is_so { reach(value, rest) } else { vec![] }
        }
        (Value::Array(array), Step::Name(_) | Step::OfType(_)) => {
            array.iter().flat_map(|element| reach(element, steps)).collect()
        }
        (Value::Object(_), Step::Name(name)) => {
            member(value, name).map_or(vec![], |found| reach(found, rest))
        }
        (Value::Object(_), Step::Number(number)) => {
            member(value, &number.to_string()).map_or(vec![], |found| reach(found, rest))
        }
        _ => vec![],
    }
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    let other_case = || {
        let mut others =
            members.iter().filter(|(key, _)| key.to_lowercase() == name.to_lowercase());
        others.next().map(|(_, value)| value)
    };
    members.get(name).or_else(other_case)
}

fn open(value: &Value, values: &mut Vec<Value>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| open(element, values)),
        value => values.push(value.clone()),
    }
}

/// Every value that is neither object nor array, in order.
pub(super) fn leaves(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(elements) => elements.iter().flat_map(leaves).collect(),
        Value::Object(members) => members.values().flat_map(leaves).collect(),
        value => vec![value.clone()],
    }
}
