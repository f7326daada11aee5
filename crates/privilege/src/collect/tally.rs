//! One entry while it is counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rustc_hash::FxHashSet;

use super::redact::{HIDDEN, is_harmless, is_secret};
use super::token::{has_token, is_client};
use crate::resolve::{decoded, is_placeholder};
use crate::{Body, Entry, Sighting, Text};

/// Distinct ids that are kept of a parameter.
const MAX_IDS: usize = 1_000;
/// Names of query parameters that are kept of an entry, and values of each.
const MAX_QUERY: usize = 100;
/// Members of bodies, and credentials, that are kept of an entry.
const MAX_NAMES: usize = 1_000;
/// Longest id, name or value that is kept, in bytes.
const MAX_BYTES: usize = 256;
/// Values that stand for whoever asks, and are no ids.
const SELF: &str = "me";

/// Room for ids, names and values, of all entries together.
#[derive(Debug)]
pub(super) struct Room {
    bytes: usize,
}

impl Room {
    /// 64 MiB; what a value takes beside its text counts.
    pub(super) const fn new() -> Self {
        Self { bytes: 64 << 20 }
    }

    /// Takes room for a value; whether there was some.
    const fn take(&mut self, value: &str) -> bool {
        let n = value.len() + 32;
        let fits = n <= self.bytes;
        if fits {
            self.bytes -= n;
        }
        fits
    }
}

/// An entry, and its sets in the form that is quickest to fill.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) entry: Entry,
    ids: Vec<Ids>,
    query: Vec<(Box<str>, FxHashSet<Box<str>>)>,
    credentials: FxHashSet<Box<str>>,
    /// Whether ids may be those of clients of Auth0.
    is_auth0: bool,
}

#[derive(Debug)]
struct Ids {
    name: Text,
    is_secret: bool,
    /// Whether some call names no id for it, or more than fit.
    is_open: bool,
    values: FxHashSet<Box<str>>,
}

impl Tally {
    /// Of an entry that has counted nothing; `params` are the names of the operation's parameters.
    pub(super) fn new(entry: Entry, params: Vec<Text>, is_auth0: bool) -> Self {
        let ids = params.into_iter().map(|name| Ids {
            is_secret: is_secret(&name),
            name,
            is_open: false,
            values: FxHashSet::default(),
        });
        let ids = ids.collect();
        Self { entry, ids, query: Vec::new(), credentials: FxHashSet::default(), is_auth0 }
    }

    /// Counts one call.
    pub(super) fn count(&mut self, sighting: &Sighting<'_>, room: &mut Room) {
        let entry = &mut self.entry;
        entry.count += 1;
        entry.n_refused += u64::from(matches!(sighting.status, Some(401 | 403)));
        entry.evidence.insert(sighting.evidence);
        if let Some(time) = sighting.time {
            widen(&mut entry.seen, time);
        }
        match sighting.body {
            Body::Unknown => entry.body_unknown = true,
            Body::Empty => {}
            Body::Members(members) => {
                for member in members {
                    let fits = member.len() <= MAX_BYTES
                        && entry.body.len() < MAX_NAMES
                        && !has_token(member, false);
                    if entry.body.contains(*member) {
                        continue;
                    }
                    if fits && room.take(member) {
                        entry.body.insert((*member).to_owned());
                    } else {
                        entry.body_unknown = true;
                    }
                }
            }
        }
        if let Some(credential) = sighting.credential {
            let is_shown = is_client(credential) || !has_token(credential, false);
            let credential = if is_shown { credential } else { HIDDEN };
            keep(&mut self.credentials, MAX_NAMES, credential, room);
        }
    }

    /// Keeps what stands for the parameter of that place, unless it is a secret.
    pub(super) fn id(&mut self, at: usize, value: &str, room: &mut Room) {
        let Some(ids) = self.ids.get_mut(at) else { return };
        if ids.is_secret && !value.is_empty() && self.entry.input.contains(value) {
            self.entry.input = self.entry.input.replace(value, HIDDEN);
        }
        let is_full = ids.values.len() >= MAX_IDS && ids.is_open;
        if is_full || ids.values.contains(value) {
            return;
        }
        let is_id = !value.is_empty()
            && !ids.is_secret
            && value != SELF
            && !value.contains(HIDDEN)
            && !is_placeholder(value)
            && !has_token(value, self.is_auth0);
        let is_kept = is_id && keep(&mut ids.values, MAX_IDS, &decoded(value), room);
        ids.is_open |= !is_kept;
    }

    /// Takes note that a call names no ids, or that they were not looked at.
    pub(super) fn no_ids(&mut self) {
        self.ids.iter_mut().for_each(|ids| ids.is_open = true);
        self.entry.ids_incomplete = true;
    }

    /// Keeps what stands for the parameter of that place, or of that name where the places are not known.
    pub(super) fn param(&mut self, at: usize, name: &str, value: &str, room: &mut Room) {
        if at < self.ids.len() {
            self.id(at, value, room);
        } else {
            self.named_id(name, value, room);
        }
    }

    /// Keeps an id of a parameter by name.
    pub(super) fn named_id(&mut self, name: &str, value: &str, room: &mut Room) {
        let at = self.ids.iter().position(|ids| ids.name == name).unwrap_or_else(|| {
            let is_secret = is_secret(name);
            self.ids.push(Ids {
                name: name.to_owned().into(),
                is_secret,
                is_open: false,
                values: FxHashSet::default(),
            });
            self.ids.len() - 1
        });
        self.id(at, value, room);
    }

    /// Keeps the parameters of a query, values only where they are harmless.
    pub(super) fn query(&mut self, query: &str, room: &mut Room) {
        if query.is_empty() {
            return;
        }
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).take(MAX_QUERY);
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.query_value(name, value, room);
        }
    }

    fn query_value(&mut self, name: &str, value: &str, room: &mut Room) {
        // What is too long is not kept at all.
        let is_shown = is_harmless(name) && (value.len() > MAX_BYTES || !has_token(value, false));
        let name = if has_token(name, false) { HIDDEN } else { name };
        let place = self.query.iter().position(|(known, _)| **known == *name);
        let has_room = self.query.len() < MAX_QUERY && name.len() <= MAX_BYTES;
        let Some(at) = place.or_else(|| has_room.then_some(self.query.len())) else { return };
        if at == self.query.len() && room.take(name) {
            self.query.push((name.into(), FxHashSet::default()));
        }
        let Some((_, values)) = self.query.get_mut(at) else { return };
        let is_told = is_shown || value.is_empty();
        let value = if is_told { decoded(value) } else { HIDDEN.into() };
        keep(values, MAX_QUERY, &value, room);
    }

    /// The entry with everything that was kept.
    pub(super) fn finish(self) -> Entry {
        let mut entry = self.entry;
        for ids in &self.ids {
            entry.ids_incomplete |= ids.is_open;
            entry.ids_open.extend(ids.is_open.then(|| ids.name.to_string()));
        }
        for ids in self.ids.into_iter().filter(|ids| !ids.values.is_empty()) {
            entry.ids.entry(ids.name.into_owned()).or_default().extend(strings(ids.values));
        }
        let query = self.query.into_iter();
        entry.query =
            query.map(|(name, values)| (name.into(), strings(values).collect())).collect();
        entry.credentials = strings(self.credentials).collect();
        entry
    }
}

/// An entry that has counted nothing.
pub(super) fn blank(
    input: String,
    place: crate::Place,
    label: String,
    outcome: crate::Outcome,
) -> Entry {
    Entry {
        input,
        place,
        label,
        outcome,
        count: 0,
        n_refused: 0,
        evidence: BTreeSet::new(),
        seen: None,
        ids: BTreeMap::new(),
        ids_incomplete: false,
        ids_open: BTreeSet::new(),
        query: BTreeMap::new(),
        body: BTreeSet::new(),
        body_unknown: false,
        credentials: BTreeSet::new(),
    }
}

fn widen(window: &mut Option<(Timestamp, Timestamp)>, time: Timestamp) {
    *window = Some(window.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
}

/// Whether the set has the value now.
fn keep(set: &mut FxHashSet<Box<str>>, limit: usize, value: &str, room: &mut Room) -> bool {
    if set.contains(value) {
        return true;
    }
    let fits = set.len() < limit && value.len() <= MAX_BYTES;
    fits && room.take(value) && set.insert(value.into())
}

fn strings(set: FxHashSet<Box<str>>) -> impl Iterator<Item = String> {
    set.into_iter().map(String::from)
}
