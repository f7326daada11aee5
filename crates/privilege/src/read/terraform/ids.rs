//! Ids among the values of a resource. Other values, which may be secrets, are never kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Ids of one resource that are kept; none has as many.
const MAX_IDS: usize = 16;

/// Longer values are no ids, in bytes.
const MAX_BYTES: usize = 100;

/// `id` and every value whose name ends in `_id`.
#[derive(Debug, Default)]
pub(in crate::read) struct Ids(Vec<(String, String)>);

/// No ids.
pub(in crate::read) static NONE: Ids = Ids(Vec::new());

impl Ids {
    /// What stands for the parameters of a path: (name, id), the name in braces where the id is not known.
    pub(in crate::read) fn of_path<'p>(&self, path: &'p str) -> Vec<(&'p str, String)> {
        let last = path.rfind('{');
        let mut found = Vec::new();
        let mut before = "";
        let mut at = 0;
        for segment in path.split('/') {
            if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                let own = if last == Some(at) { self.get("id") } else { None };
                let id = self.get(&snake(name)).or_else(|| self.get(&owner(before))).or(own);
                found.push((name, id.unwrap_or(segment).to_owned()));
            }
            before = segment;
            at += segment.len() + 1;
        }
        found
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, id)| id.as_str())
    }
}

/// `group_id` for `groupId`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    match out.as_str() {
        "application_id" => "app_id".to_owned(),
        // The id of what the path is of, which the segment before tells.
        "id" => String::new(),
        _ => out,
    }
}

/// `user_id` behind a segment `users`.
fn owner(segment: &str) -> String {
    segment
        .strip_suffix('s')
        .map_or_else(String::new, |one| format!("{}_id", one.replace('-', "_")))
}

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Ids;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the values of a resource")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ids, A::Error> {
        let mut ids = Ids::default();
        while let Some(name) = map.next_key::<String>()? {
            if (name != "id" && !name.ends_with("_id")) || ids.0.len() == MAX_IDS {
                map.next_value::<IgnoredAny>()?;
            } else if let Id(Some(id)) = map.next_value()? {
                ids.0.push((name, id));
            }
        }
        Ok(ids)
    }

    fn visit_unit<E>(self) -> Result<Ids, E> {
        Ok(Ids::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Ids, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Ids::default())
    }
}

/// A text that can be an id.
struct Id(Option<String>);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<serde_json::Value>::deserialize(deserializer)?;
        let is_id = |text: &str| {
            let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.|@".contains(&byte);
            !text.is_empty() && text.len() <= MAX_BYTES && text.bytes().all(is_letter)
        };
        Ok(Self(
            text.as_ref()
                .and_then(|text| text.as_str())
                .filter(|text| is_id(text))
                .map(str::to_owned),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    fn check(values: &str, path: &str, expected: &str) {
        let ids: Ids = serde_json::from_str(values).unwrap();
        assert_eq!(format!("{:?}", ids.of_path(path)), expected);
    }

    #[test]
    fn ids_are_found_by_the_name_of_the_parameter() {
        let path = "/api/v1/apps/{appId}/groups/{groupId}";
        let both = r#"[("appId", "0oa1"), ("groupId", "00g1")]"#;
        check(r#"{"app_id":"0oa1","group_id":"00g1","id":"x"}"#, path, both);
        check(r#"{"app_id":"0oa1","id":"00g1"}"#, path, both);
        check(r#"{"id":"00g1"}"#, path, r#"[("appId", "{appId}"), ("groupId", "00g1")]"#);
        let user = "/api/v1/users/{id}";
        check(r#"{"id":"00u1","user_id":"00u2"}"#, user, r#"[("id", "00u2")]"#);
        check(r#"{"id":"auth0|1"}"#, "/api/v2/users/{id}", r#"[("id", "auth0|1")]"#);
        check("null", user, r#"[("id", "{id}")]"#);
        check(r#"{"id":"a/b"}"#, user, r#"[("id", "{id}")]"#);
        check(r#"{"id":7,"x":[{"id":1}]}"#, "/api/v1/users", "[]");
    }
}
