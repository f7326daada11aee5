//! Setting and taking away fields of a JSON tree by dotted paths.

use std::fmt;

use serde_json::{Map, Value};

/// A path that leads through a value which has no members, or past the end of an array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannotSet {
    /// The path, or the name of a sample that is no JSON.
    pub path: String,
}

impl fmt::Display for CannotSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing can be changed at `{}`", self.path)
    }
}

impl std::error::Error for CannotSet {}

/// Sets a field, at most as deep as events nest. Objects on the way are made where nothing or null stands; an index may be one past the
/// end of an array.
pub(super) fn set(tree: &mut Value, path: &str, value: Value) -> Result<(), CannotSet> {
    let mut place = tree;
    if path.split('.').count() > usize::from(event::MAX_DEPTH) {
        return Err(CannotSet {
            path: format!("{}…", path.chars().take(40).collect::<String>())
        });
    }
    for step in path.split('.') {
        place = enter(place, step).ok_or_else(|| CannotSet { path: path.to_owned() })?;
    }
    *place = value;
    Ok(())
}

fn enter<'t>(tree: &'t mut Value, step: &str) -> Option<&'t mut Value> {
    if tree.is_null() {
        *tree = Value::Object(Map::new());
    }
    match tree {
        Value::Object(members) => Some(members.entry(step).or_insert(Value::Null)),
        Value::Array(elements) => {
            let index: usize = step.parse().ok()?;
            if index == elements.len() {
                elements.push(Value::Null);
            }
            elements.get_mut(index)
        }
        _ => None,
    }
}

/// Takes a field away. A path that leads nowhere is a mistake: the case would not test what it says.
pub(super) fn unset(tree: &mut Value, path: &str) -> Result<(), CannotSet> {
    let wrong = || CannotSet { path: path.to_owned() };
    let (parent, last) = match path.rsplit_once('.') {
        Some((parent, last)) => (get_mut(tree, parent).ok_or_else(wrong)?, last),
        None => (tree, path),
    };
    match parent {
        Value::Object(members) => members.shift_remove(last).map(|_| ()).ok_or_else(wrong),
        Value::Array(elements) => {
            let index = last.parse().ok().filter(|&index: &usize| index < elements.len());
            index.map(|index| drop(elements.remove(index))).ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

fn get_mut<'t>(tree: &'t mut Value, path: &str) -> Option<&'t mut Value> {
    path.split('.').try_fold(tree, |tree, step| match tree {
        Value::Object(members) => members.get_mut(step),
        Value::Array(elements) => elements.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The value at a path.
pub(super) fn get<'t>(tree: &'t Value, path: &str) -> Option<&'t Value> {
    path.split('.').try_fold(tree, |tree, step| match tree {
        Value::Object(members) => members.get(step),
        Value::Array(elements) => elements.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}
