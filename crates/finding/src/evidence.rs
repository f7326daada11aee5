//! What was seen: the fields a rule looked at and the values that matched.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// Values kept for one field.
pub const VALUES_MAX: usize = 8;

/// Fields kept in one finding.
pub const FIELDS_MAX: usize = 32;

/// Characters kept of one value.
pub const TEXT_MAX: usize = 200;

/// The fields that made a rule match, each with the values that did.
///
/// Bounded, and honest about it: of one field at most [`VALUES_MAX`] values are kept,
/// then one entry `… 3 more`; a value longer than [`TEXT_MAX`] characters is cut and
/// ends in `… (4096 bytes)`; fields beyond [`FIELDS_MAX`] are counted under the field `…`.
/// Fields are sorted by name, values stay in the order they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    fields: BTreeMap<String, Values>,
    fields_left_out: usize,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Values {
    kept: Vec<String>,
    left_out: usize,
}

impl Evidence {
    /// Adds a value that matched; one that is already there is not repeated.
    pub fn add(&mut self, field: &str, value: &str) {
        if let Some(values) = self.fields.get_mut(field) {
            values.add(value);
        } else if self.fields.len() < FIELDS_MAX {
            self.fields.entry(field.to_owned()).or_default().add(value);
        } else {
            self.fields_left_out += 1;
        }
    }

    /// Evidence as [`Self::iter`] showed it, in its order; marks of what was left out are taken for that.
    pub fn as_shown(fields: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        let mut evidence = Self::default();
        for (field, values) in fields {
            match values.first().and_then(|mark| left_out(mark)) {
                Some(n) if evidence.fields.len() == FIELDS_MAX && field == "…" => {
                    evidence.fields_left_out = n;
                }
                _ => {
                    evidence.fields.insert(field, Values::as_shown(values));
                }
            }
        }
        evidence
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Fields with the values as they are shown, marks of what was left out included.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Vec<String>)> {
        let kept = self.fields.iter().map(|(field, values)| (field.as_str(), values.shown()));
        let left_out = (self.fields_left_out > 0).then(|| ("…", vec![more(self.fields_left_out)]));
        kept.chain(left_out)
    }
}

impl Values {
    fn add(&mut self, value: &str) {
        let value = cut(value);
        if self.kept.contains(&value) {
            return;
        }
        if self.kept.len() < VALUES_MAX {
            self.kept.push(value);
        } else {
            self.left_out += 1;
        }
    }

    fn as_shown(mut kept: Vec<String>) -> Self {
        let beyond = kept.get(VALUES_MAX).and_then(|mark| left_out(mark));
        if beyond.is_some() {
            kept.truncate(VALUES_MAX);
        }
        Self { kept, left_out: beyond.unwrap_or(0) }
    }

    fn shown(&self) -> Vec<String> {
        let left_out = (self.left_out > 0).then(|| more(self.left_out));
        self.kept.iter().cloned().chain(left_out).collect()
    }
}

fn more(count: usize) -> String {
    format!("… {count} more")
}

/// How many [`more`] said.
fn left_out(mark: &str) -> Option<usize> {
    mark.strip_prefix("… ")?.strip_suffix(" more")?.parse().ok()
}

/// The text itself, or its beginning and a mark that says how long it was.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT_MAX) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
    }
}

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Evidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Shown)
    }
}

/// Reads fields in their order, upon which the mark of what was left out depends.
struct Shown;

impl<'de> Visitor<'de> for Shown {
    type Value = Evidence;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields, each with its values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Evidence, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Evidence::as_shown(fields))
    }
}
