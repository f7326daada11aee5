//! Answers of the API as JSON: one or many in a file, lists or single objects, pages of lists.

use memchr::memchr_iter;
use rustc_hash::FxHashMap;
use serde_json::Value;
use serde_json::value::RawValue;

use super::record::{self, Around};
use super::{Granted, RECORDS_MAX, text};
use crate::Place;

/// Lists in lists that are followed: pages that were put together, folders of answers.
const DEEPEST: u8 = 6;

/// The keys under which answers hold their lists.
const LISTS: [&str; 7] =
    ["roles", "permissions", "resource-sets", "resources", "members", "client_grants", "value"];

/// Reads every document of a file.
pub(super) fn read(granted: &mut Granted, path: &str, whole: &str) {
    let mut reader = Reader { granted, path, lines: Lines { whole, offset: 0, line: 1 } };
    let mut documents = serde_json::Deserializer::from_str(whole).into_iter::<&RawValue>();
    let mut n_documents = 0_u64;
    for document in &mut documents {
        match document {
            Ok(document) => reader.value(document, &Around::default(), 0),
            Err(error) => {
                let line = error.line() as u64;
                reader
                    .fault(line, format!("no JSON, and what follows is not read: {}", why(&error)));
                return;
            }
        }
        n_documents += 1;
    }
    if n_documents == 0 {
        reader.fault(0, "empty");
    }
}

/// What is wrong, without the place that is said beside it.
fn why(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

struct Reader<'g, 't> {
    granted: &'g mut Granted,
    path: &'t str,
    lines: Lines<'t>,
}

impl<'t> Reader<'_, 't> {
    fn value(&mut self, raw: &'t RawValue, around: &Around, depth: u8) {
        let line = self.lines.of(raw.get());
        if depth > DEEPEST {
            return self.fault(line, "lists nest too deeply");
        }
        match raw.get().as_bytes().first() {
            Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
                Ok(items) if items.is_empty() => self.granted.n_empty_lists += 1,
                Ok(items) => items.into_iter().for_each(|item| self.value(item, around, depth + 1)),
                Err(error) => self.fault(line, why(&error)),
            },
            Some(b'{') => self.object(raw, line, around, depth),
            _ => self.fault(line, "neither a list nor an object"),
        }
    }

    fn object(&mut self, raw: &'t RawValue, line: u64, around: &Around, depth: u8) {
        match serde_json::from_str::<FxHashMap<String, &RawValue>>(raw.get()) {
            Ok(members) if is_list(&members) => {
                let links =
                    members.get("_links").and_then(|raw| serde_json::from_str(raw.get()).ok());
                let links: Value = links.unwrap_or_default();
                for key in LISTS {
                    let Some(list) = members.get(key).filter(|list| list.get().starts_with('['))
                    else {
                        continue;
                    };
                    let around = Around::list(key, &links, around);
                    self.value(list, &around, depth + 1);
                }
            }
            Ok(_) => self.record(raw, line, around),
            Err(error) => self.fault(line, why(&error)),
        }
    }

    fn record(&mut self, raw: &RawValue, line: u64, around: &Around) {
        let value: Value = match serde_json::from_str(raw.get()) {
            Ok(value) => value,
            Err(error) => return self.fault(line, why(&error)),
        };
        if self.granted.n_records >= RECORDS_MAX {
            return self.fault(line, format!("more than {RECORDS_MAX} records"));
        }
        self.granted.n_records += 1;
        let place = Place { path: self.path.to_owned(), line };
        match record::tell(&value, around) {
            Some(record) => record::add(self.granted, record, place),
            None => self.granted.fault(place, format!("no grant: {}", sketch(&value))),
        }
    }

    fn fault(&mut self, line: u64, what: impl Into<String>) {
        self.granted.fault(Place { path: self.path.to_owned(), line }, what);
    }
}

/// Whether an object is an answer that holds lists, and no record. A role may have `permissions` as well.
fn is_list(members: &FxHashMap<String, &RawValue>) -> bool {
    let is_array = |key: &&str| members.get(*key).is_some_and(|raw| raw.get().starts_with('['));
    LISTS.iter().any(is_array) && !members.contains_key("id")
}

/// The first keys of an object, to know it by.
fn sketch(value: &Value) -> String {
    let keys = value.as_object().into_iter().flat_map(|object| object.keys()).take(4);
    let keys: Vec<String> = keys.map(|key| key.chars().take(40).collect()).collect();
    match text(value, &["errorCode"]).or_else(|| text(value, &["error"])) {
        Some(code) => {
            format!("the API refused to answer ({})", code.chars().take(40).collect::<String>())
        }
        None if keys.is_empty() => "an empty object".to_owned(),
        None => format!("an object with {}", keys.join(", ")),
    }
}

/// Lines of offsets that mostly ascend.
struct Lines<'t> {
    whole: &'t str,
    offset: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line, from 1, on which a part of the whole begins.
    fn of(&mut self, part: &str) -> u64 {
        let at = (part.as_ptr() as usize).saturating_sub(self.whole.as_ptr() as usize);
        let at = at.min(self.whole.len());
        if at < self.offset {
            (self.offset, self.line) = (0, 1);
        }
        let between = &self.whole.as_bytes()[self.offset..at];
        self.line += memchr_iter(b'\n', between).count() as u64;
        self.offset = at;
        self.line
    }
}
