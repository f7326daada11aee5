//! The names of what a body holds; never the values.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::Body;

/// Members of one body that are kept.
const MEMBERS_MAX: usize = 200;

/// How deep members are looked for.
const DEPTH_MAX: usize = 8;

/// Longer names are values that stand in the place of names.
const NAME_BYTES_MAX: usize = 64;

/// What is known of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Members {
    Unknown,
    Empty,
    Known(Vec<String>),
}

impl Members {
    /// Nothing is known.
    pub(super) const fn unknown() -> Self {
        Self::Unknown
    }

    /// There is none.
    pub(super) const fn empty() -> Self {
        Self::Empty
    }

    /// Of a text: JSON, or a form as browsers send it.
    pub(super) fn of_text(text: &str) -> Self {
        let text = text.trim();
        match text.as_bytes() {
            [] => Self::Empty,
            [b'{' | b'[', ..] => of_json(text),
            _ if text.contains('=') && !text.contains(['\n', '<', '{', ' ']) => {
                Self::of_names(text.split('&').filter_map(|pair| Some(pair.split_once('=')?.0)))
            }
            _ => Self::Unknown,
        }
    }

    /// Of names that are known.
    pub(super) fn of_names<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut known: Vec<String> =
            names.filter(|name| is_name(name)).take(MEMBERS_MAX).map(str::to_owned).collect();
        known.sort_unstable();
        known.dedup();
        Self::Known(known)
    }

    /// The names, borrowed.
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Known(names) => names.iter().map(String::as_str).collect(),
            Self::Unknown | Self::Empty => Vec::new(),
        }
    }

    /// The body, by `names` of this.
    pub(super) fn body<'a>(&self, names: &'a [&'a str]) -> Body<'a> {
        match self {
            Self::Unknown => Body::Unknown,
            Self::Empty => Body::Empty,
            Self::Known(_) => Body::Members(names),
        }
    }
}

/// The dotted paths of the leaves of a text of JSON. Elements of arrays have the path of the array.
fn of_json(text: &str) -> Members {
    let mut found = Found { paths: Vec::new(), at: String::new() };
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Inside { found: &mut found, depth: 0 }.deserialize(&mut json);
    match read.and_then(|()| json.end()) {
        Ok(()) => Members::of_paths(found.paths),
        // A template, or cut short: there may be more than was seen.
        Err(_) => Members::Unknown,
    }
}

impl Members {
    fn of_paths(mut paths: Vec<String>) -> Self {
        paths.sort_unstable();
        paths.dedup();
        Self::Known(paths)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.contains(['@', '/', ' '])
}

struct Found {
    paths: Vec<String>,
    at: String,
}

impl Found {
    fn leaf(&mut self) {
        if !self.at.is_empty() && self.paths.len() < MEMBERS_MAX {
            self.paths.push(self.at.clone());
        }
    }
}

struct Inside<'f> {
    found: &'f mut Found,
    depth: usize,
}

impl<'a> DeserializeSeed<'a> for Inside<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth < DEPTH_MAX {
            return deserializer.deserialize_any(self);
        }
        self.found.leaf();
        deserializer.deserialize_ignored_any(IgnoredAny).map(drop)
    }
}

impl<'a> Visitor<'a> for Inside<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.found.leaf();
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        self.found.leaf();
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        self.found.leaf();
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        self.found.leaf();
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        self.found.leaf();
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.found.leaf();
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'a>>(self, mut seq: S) -> Result<(), S::Error> {
        self.found.leaf();
        let Self { found, depth } = self;
        while seq.next_element_seed(Inside { found: &mut *found, depth: depth + 1 })?.is_some() {}
        Ok(())
    }

    fn visit_map<M: MapAccess<'a>>(self, mut map: M) -> Result<(), M::Error> {
        let Self { found, depth } = self;
        let length = found.at.len();
        let mut is_bare = true;
        while let Some(name) = map.next_key::<Cow<'a, str>>()? {
            is_bare = false;
            if !is_name(&name) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if length > 0 {
                found.at.push('.');
            }
            found.at.push_str(&name);
            map.next_value_seed(Inside { found: &mut *found, depth: depth + 1 })?;
            found.at.truncate(length);
        }
        if is_bare {
            found.leaf();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&[&str]>) {
        let members = Members::of_text(text);
        let names = members.names();
        match expected {
            Some(expected) => assert_eq!(names, expected, "{text}"),
            None => assert_eq!(members, Members::Unknown, "{text}"),
        }
    }

    #[test]
    fn names_of_members() {
        check(
            r#"{"profile":{"email":"a@example.com"},"credentials":{"password":{"value":"x"}},"groupIds":["00g1"]}"#,
            Some(&["credentials.password.value", "groupIds", "profile.email"]),
        );
        check(r#"[{"op":"add"},{"op":"set","to":{}}]"#, Some(&["op", "to"]));
        check(
            "grant_type=client_credentials&scope=okta.users.read",
            Some(&["grant_type", "scope"]),
        );
        check(r#"{"ann@example.com":1}"#, Some(&[]));
        check("", Some(&[]));
        check(r#"{"profile":{"#, None);
        check("<xml/>", None);
    }
}
