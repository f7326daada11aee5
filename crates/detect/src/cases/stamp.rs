//! Time and id of the events of a case, at the places where their product has them.

use catalog::{Product, Role};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::rfc3339;
use jiff::Timestamp;
use serde_json::Value;

use super::edit::{self, CannotSet};

/// Where events of a product that the catalog does not know may have their time and id.
const ELSEWHERE: [(Role, &[&str]); 2] = [
    (
        Role::Time,
        &["eventTime", "createdDateTime", "activityDateTime", "@timestamp", "timestamp", "time"],
    ),
    (Role::Id, &["eventID", "_document_id", "uuid", "id"]),
];

/// The places of one sample.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    times: Vec<String>,
    ids: Vec<String>,
}

impl Stamp {
    /// Finds the places of a sample, given as text and as a tree.
    pub(super) fn of(sample: &str, tree: &Value) -> Self {
        let product = product(sample);
        let places = |role| places(product, role, tree);
        Self { times: places(Role::Time), ids: places(Role::Id) }
    }

    /// Puts a time and an id into an event made from the sample. Ids of higher numbers come later
    /// in the order of events of one time.
    pub(super) fn put(
        &self,
        tree: &mut Value,
        time: Timestamp,
        number: usize,
    ) -> Result<(), CannotSet> {
        for path in &self.times {
            let is_number = edit::get(tree, path).is_some_and(Value::is_number);
            let time =
                if is_number { time.as_millisecond().into() } else { Value::String(rfc3339(time)) };
            edit::set(tree, path, time)?;
        }
        for path in &self.ids {
            let is_uuid = edit::get(tree, path).and_then(Value::as_str).is_some_and(is_uuid);
            let before = if is_uuid { "00000000-0000-4000-8000-" } else { "" };
            edit::set(tree, path, format!("{before}{number:012}").into())?;
        }
        Ok(())
    }
}

fn is_uuid(id: &str) -> bool {
    id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

/// The paths at which the sample has a role, or could have it.
fn places(product: Option<Product>, role: Role, tree: &Value) -> Vec<String> {
    let known = product.and_then(|product| catalog::entity_paths(product, role));
    let elsewhere = || ELSEWHERE.iter().find(|(known, _)| *known == role);
    let paths: Vec<&str> = match &known {
        Some(known) => known.paths.iter().map(|place| place.path).collect(),
        None => elsewhere().map(|(_, paths)| paths.to_vec()).unwrap_or_default(),
    };
    // A bare Auth0 record is what others have under `data`.
    let is_bare = tree.get("data").is_none();
    let inside = |path: &&str| {
        let bare = path.strip_prefix("data.").filter(|_| is_bare);
        bare.unwrap_or(path).to_owned()
    };
    let mut all: Vec<_> = paths.iter().map(inside).collect();
    all.dedup();
    let first = all.first().cloned().filter(|_| known.is_some());
    all.retain(|path| edit::get(tree, path).is_some());
    if all.is_empty() { first.into_iter().collect() } else { all }
}

/// Whose event a text is.
fn product(text: &str) -> Option<Product> {
    let mut found = Found(None);
    Framer::new(Form::Stream).feed(text.as_bytes(), End::Here, &mut found);
    found.0
}

struct Found(Option<Product>);

impl Sink for Found {
    fn event(&mut self, event: Event<'_>, _: Place) {
        self.0 = event.product();
    }

    fn rejected(&mut self, _: Rejected) {}
}
