//! What may be changed: actions as the catalog has them, made into calls.

use std::collections::BTreeMap;
use std::fmt;

use catalog::{Expects, Strength};
use outbound::Method;
use serde_json::Value;
use thiserror::Error;

/// The longest name that goes into a path, in bytes. Ids of both providers are far shorter.
const MOST_BYTES: usize = 256;

/// One thing that may be done to a tenant: an action of `catalog/actions.tsv` with what is meant by each of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    row: &'static catalog::Action,
    names: BTreeMap<String, String>,
}

/// Why something is no action.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadAction {
    /// The catalog does not know it.
    #[error("there is no action `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// It does not say what is meant.
    #[error("`{action}` needs to know which {name}")]
    Missing {
        /// The action.
        action: &'static str,
        /// Such as `token`.
        name: String,
    },
    /// That cannot be an id: it would lead elsewhere than meant.
    #[error("`{value}` is no id of a {name}")]
    Unfit {
        /// Such as `token`.
        name: String,
        /// What was given.
        value: String,
    },
}

/// A request that an action comes to. It holds no credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What it does.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// JSON text; `None` for none.
    pub body: Option<String>,
}

/// What is read to see whether an action worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Path and query.
    pub path: String,
    /// The scope that it takes.
    pub scope: &'static str,
    /// What is to be seen.
    pub expected: Expected,
}

/// What is to be seen after an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Nothing of that id.
    Gone,
    /// A list without the object of this id.
    Absent(String),
    /// An empty list.
    Empty,
    /// An object with this status.
    Status(&'static str),
    /// A token that is bound to this zone and no other.
    Zone(String),
}

impl Action {
    /// An action by its name in the catalog, such as `okta.token.delete`, with what is meant, such as `("token", "00T…")`.
    ///
    /// Fails if the catalog does not know it, if a name that it needs is not given, and if an id cannot be one.
    pub fn new(name: &str, names: &[(&str, &str)]) -> Result<Self, BadAction> {
        let row =
            catalog::action(name).ok_or_else(|| BadAction::Unknown { name: name.to_owned() })?;
        let names =
            names.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        let action = Self { row, names };
        action.check_names()?;
        Ok(action)
    }

    fn check_names(&self) -> Result<(), BadAction> {
        let missing =
            |name: &str| BadAction::Missing { action: self.row.name, name: name.to_owned() };
        let check = self.row.check.map_or("", |check| check.path);
        for name in placeholders(self.row.path).chain(placeholders(check)) {
            let value = self.names.get(name).ok_or_else(|| missing(name))?;
            if !is_id(value) {
                return Err(BadAction::Unfit { name: name.to_owned(), value: value.clone() });
            }
        }
        let mut in_body = placeholders(self.row.body.unwrap_or(""));
        match in_body.find(|name| !self.names.contains_key(*name)) {
            Some(name) => Err(missing(name)),
            None => Ok(()),
        }
    }

    /// The facts about it.
    pub fn row(&self) -> &'static catalog::Action {
        self.row
    }

    /// Its name in the catalog.
    pub fn name(&self) -> &'static str {
        self.row.name
    }

    /// What is left afterward.
    pub fn strength(&self) -> Strength {
        self.row.strength
    }

    /// What is meant by a name, such as `token`.
    pub fn meant(&self, name: &str) -> Option<&str> {
        self.names.get(name).map(String::as_str)
    }

    /// The ids that it is about, in order of their names.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let in_path = |name: &&String| self.row.path.contains(&format!("{{{name}}}"));
        self.names.iter().filter(move |(name, _)| in_path(name)).map(|(_, value)| value.as_str())
    }

    /// The id that its event names where that is not the last one of the path, but what it belongs to.
    pub fn about(&self) -> Option<&str> {
        placeholders(self.row.about?).next().and_then(|name| self.meant(name))
    }

    /// What takes it back, with what is meant.
    pub fn undo(&self) -> String {
        self.filled(self.row.undo, str::to_owned)
    }

    /// The request that it comes to.
    pub fn call(&self) -> Call {
        let method = match self.row.method {
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            _ => Method::Get,
        };
        Call { method, path: self.filled(self.row.path, escaped), body: self.body() }
    }

    /// What to read to see whether it worked; `None` where nothing can be read.
    pub fn look(&self) -> Option<Look> {
        let check = self.row.check?;
        let filled = |text: &str| self.filled(text, str::to_owned);
        let expected = match check.expects {
            Expects::Gone => Expected::Gone,
            Expects::Empty => Expected::Empty,
            Expects::Absent(id) => Expected::Absent(filled(id)),
            Expects::Status(word) => Expected::Status(word),
            Expects::Zone(id) => Expected::Zone(filled(id)),
        };
        Some(Look { path: self.filled(check.path, escaped), scope: check.scope, expected })
    }

    /// The body, filled as a tree, so that no text in it can be anything else than text.
    fn body(&self) -> Option<String> {
        let mut body: Value = serde_json::from_str(self.row.body?).ok()?;
        self.fill(&mut body);
        Some(body.to_string())
    }

    fn fill(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.filled(text, str::to_owned),
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Object(members) => members.values_mut().for_each(|item| self.fill(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text with what is meant in place of each name, once: what is put in is not looked at again.
    fn filled(&self, text: &str, write: impl Fn(&str) -> String) -> String {
        let mut whole = String::with_capacity(text.len() + 32);
        let mut rest = text;
        while let Some((before, from)) = rest.split_once('{') {
            let Some((name, after)) = from.split_once('}') else { break };
            whole += before;
            match self.names.get(name) {
                Some(value) => whole += &write(value),
                None => whole.extend(["{", name, "}"]),
            }
            rest = after;
        }
        whole + rest
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row.does)
    }
}

/// The names in braces in a path, or in the strings of a body.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|part| {
        let (name, _) = part.split_once('}')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        is_name.then_some(name)
    })
}

/// Whether a text can be one step of a path and mean an object: no step more, no parameter, and none of the words that stand
/// for whoever asks.
fn is_id(text: &str) -> bool {
    let is_word = matches!(text, "." | ".." | "current" | "me" | "lifecycle");
    let is_plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '@' | '|' | '+' | ':')
    };
    !text.is_empty() && text.len() <= MOST_BYTES && !is_word && text.chars().all(is_plain)
}

/// An id as it stands in a path.
fn escaped(text: &str) -> String {
    use fmt::Write as _;
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn action(name: &str, names: &[(&str, &str)]) -> Action {
        Action::new(name, names).unwrap()
    }

    #[test]
    fn an_action_is_a_call_and_a_look() {
        let delete = action("okta.token.delete", &[("token", "00T1")]);
        let call = delete.call();
        assert_eq!((call.method, call.path.as_str()), (Method::Delete, "/api/v1/api-tokens/00T1"));
        assert_eq!((call.body, delete.look().unwrap().expected), (None, Expected::Gone));
        let ended = action("auth0.user.end-sessions", &[("user", "auth0|5f7c")]);
        assert_eq!(ended.call().path, "/api/v2/users/auth0%7C5f7c/sessions");
    }

    #[test]
    fn a_body_is_filled_as_text_alone() {
        let names = [
            ("token", "00T1"),
            ("name", "{zone}\", \"x\": \""),
            ("user", "00u1"),
            ("zone", "nzo1"),
        ];
        let call = action("okta.token.bind", &names).call();
        let body: Value = serde_json::from_str(&call.body.unwrap()).unwrap();
        assert_eq!(body["name"], "{zone}\", \"x\": \"");
        assert_eq!(body["network"]["include"][0], "nzo1");
        assert_eq!(body.as_object().unwrap().len(), 3);
    }

    #[test]
    fn what_could_mean_something_else_is_no_id() {
        for value in ["", "current", "me", "..", "a/b", "a?b", "a%2fb", "a b", "a#b", "ü", "{x}"] {
            let refused = Action::new("okta.token.delete", &[("token", value)]);
            assert!(matches!(refused, Err(BadAction::Unfit { .. })), "{value}");
        }
        let missing = Action::new("okta.key.delete", &[("client", "0oa1")]).unwrap_err();
        assert_eq!(missing.to_string(), "`okta.key.delete` needs to know which key");
        assert!(Action::new("okta.user.delete", &[]).is_err());
    }

    /// Every row of the catalog can be built from ids, and is then without names.
    #[test]
    fn every_row_makes_a_call() {
        let ids: Vec<(&str, &str)> =
            ["token", "client", "secret", "key", "user", "session", "grant", "zone", "name"]
                .map(|name| (name, "x1"))
                .into();
        for row in catalog::actions() {
            let action = action(row.name, &ids);
            let (call, look) = (action.call(), action.look());
            let texts = [Some(call.path), look.map(|look| look.path), Some(action.undo())];
            assert!(texts.iter().flatten().all(|text| !text.contains('{')), "{}", row.name);
            assert_eq!(call.method.as_str(), row.method);
        }
    }

    proptest! {
        #[test]
        fn an_id_stays_one_step_of_its_path(id in "\\PC{0,40}") {
            if let Ok(action) = Action::new("okta.token.delete", &[("token", &id)]) {
                let path = action.call().path;
                let step = path.strip_prefix("/api/v1/api-tokens/").unwrap();
                prop_assert!(!step.is_empty() && !step.contains(['/', '?', '#']));
            }
        }
    }
}
