//! Everything that a tenant has, as its API answers it: lists of objects, by their path.

use std::collections::BTreeMap;

use serde_json::Value;

/// Lists by the path below the name and version of the API, such as `users` or `apps/0oa…/grants`.
#[derive(Debug, Default)]
pub(crate) struct Store {
    lists: BTreeMap<String, Vec<Value>>,
}

impl Store {
    /// The list at a path; empty where there is none.
    pub(crate) fn list(&self, path: &str) -> &[Value] {
        self.lists.get(path).map_or(&[], Vec::as_slice)
    }

    /// The object of that id in a list.
    pub(crate) fn get(&self, path: &str, id: &str) -> Option<&Value> {
        self.list(path).iter().find(|item| is(item, id))
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, path: &str, id: &str) -> Option<&mut Value> {
        self.lists.get_mut(path)?.iter_mut().find(|item| is(item, id))
    }

    /// Adds an object at the end.
    pub(crate) fn add(&mut self, path: impl Into<String>, item: Value) {
        self.lists.entry(path.into()).or_default().push(item);
    }

    /// Takes an object out.
    pub(crate) fn remove(&mut self, path: &str, id: &str) -> Option<Value> {
        let list = self.lists.get_mut(path)?;
        let at = list.iter().position(|item| is(item, id))?;
        Some(list.remove(at))
    }

    /// Takes out what does not hold; how many those were.
    pub(crate) fn keep(&mut self, path: &str, holds: impl Fn(&Value) -> bool) -> usize {
        let Some(list) = self.lists.get_mut(path) else { return 0 };
        let before = list.len();
        list.retain(holds);
        before - list.len()
    }
}

/// Whether that is the object of an id, a key id or a login.
fn is(item: &Value, id: &str) -> bool {
    let names = [&item["id"], &item["kid"], &item["client_id"], &item["profile"]["login"]];
    names.into_iter().any(|name| name == id)
}

/// Text of a member; empty where there is none.
pub(crate) fn text<'v>(item: &'v Value, name: &str) -> &'v str {
    item.get(name).and_then(Value::as_str).unwrap_or("")
}

/// What people call an object.
pub(crate) fn name_of(item: &Value) -> String {
    let profile = &item["profile"];
    if let (Some(first), Some(last)) = (profile["firstName"].as_str(), profile["lastName"].as_str())
    {
        return format!("{first} {last}");
    }
    let names = [&item["label"], &item["name"], &profile["name"], &item["scopeId"], &item["kid"]];
    let name = names.into_iter().find_map(Value::as_str);
    name.unwrap_or_else(|| text(item, "id")).to_owned()
}
