//! Sightings to [`Usage`]: each is resolved and counted.
//!
//! Whatever is read, no more is kept than the limits allow; what is beyond them is counted. No secret is
//! kept.

mod named;
mod redact;
mod tally;
mod token;

use catalog::Product;
use rustc_hash::FxHashMap;

use self::redact::{shown, told};
use self::tally::{Room, Tally, blank};
use crate::resolve::{Exact, Strictness, request_shape};
use crate::{
    Asked, Base, EvidenceKind, Fault, Hint, Method, Misfit, OperationId, Outcome, Param, Place,
    Sighting, Taker, Text, Usage, Via,
};

/// Declared calls that are entries of their own; what comes after is counted by operation, as calls in
/// logs are.
const MAX_DECLARED: usize = 20_000;
/// Distinct misfits that are entries of their own.
const MAX_MISFITS: usize = 10_000;
/// Faults, and things passed over, that are kept.
const MAX_PLACES: usize = 1_000;

/// Takes what readers see, and counts it.
#[derive(Debug)]
pub struct Collector<'b> {
    base: &'b Base,
    hint: Hint,
    path: String,
    usage: Usage,
    tallies: Vec<Tally>,
    room: Room,
    n_sightings: u64,
    n_declared: usize,
    /// Entries of operations that were called by a path as it should be, by number of the operation.
    plain: Vec<Option<u32>>,
    /// Other entries.
    others: FxHashMap<String, usize>,
    n_misfits: usize,
}

impl<'b> Collector<'b> {
    /// Which resolves by this base. `hint` is for requests whose host tells nothing.
    pub fn new(base: &'b Base, hint: Hint) -> Self {
        let n_operations = base.operations().count();
        Self {
            base,
            hint,
            path: String::new(),
            usage: Usage::default(),
            tallies: Vec::new(),
            room: Room::new(),
            n_sightings: 0,
            n_declared: 0,
            plain: vec![None; n_operations],
            others: FxHashMap::default(),
            n_misfits: 0,
        }
    }

    /// What comes next is from the input of that name.
    pub fn begin(&mut self, path: &str) {
        path.clone_into(&mut self.path);
    }

    /// How many calls were taken, and how many things that could not be read.
    pub const fn n_taken(&self) -> u64 {
        self.n_sightings + self.usage.n_faults
    }

    /// Everything that was counted.
    pub fn finish(self) -> Usage {
        let mut usage = self.usage;
        usage.entries = self.tallies.into_iter().map(Tally::finish).collect();
        usage
    }

    fn place(&self, line: u64) -> Place {
        Place { path: self.path.clone(), line }
    }

    /// A call that stands for itself.
    fn declare(&mut self, sighting: &Sighting<'_>) {
        self.n_declared += 1;
        match sighting.asked {
            Asked::Request { method, target } => {
                let resolved = self.base.resolve(self.hint, method, target);
                let at = self.push(sighting, resolved.outcome);
                self.fill(at, sighting, &resolved.params);
                self.tallies[at].query(resolved.query, &mut self.room);
            }
            Asked::Named { names, ids } => {
                let at = self.push(sighting, self.base.resolve_names(self.hint, names));
                self.fill_named(at, sighting, ids);
            }
        }
    }

    fn fill(&mut self, at: usize, sighting: &Sighting<'_>, params: &[Param<'_>]) {
        let tally = &mut self.tallies[at];
        tally.count(sighting, &mut self.room);
        for (nth, param) in params.iter().enumerate() {
            tally.param(nth, &param.name, param.value, &mut self.room);
        }
    }

    fn fill_named(&mut self, at: usize, sighting: &Sighting<'_>, ids: &[(&str, &str)]) {
        let tally = &mut self.tallies[at];
        let operation = likely(&tally.entry.outcome);
        let names = operation.map_or(&[][..], |id| self.base.index().params(id));
        tally.count(sighting, &mut self.room);
        for (name, value) in ids {
            match names.iter().position(|known| known == name) {
                Some(nth) => tally.id(nth, value, &mut self.room),
                None => tally.named_id(name, value, &mut self.room),
            }
        }
        if !names.is_empty() && ids.is_empty() {
            tally.no_ids();
        }
    }

    /// One of many calls.
    fn count(&mut self, sighting: &Sighting<'_>) {
        match sighting.asked {
            Asked::Request { method, target } => self.count_request(sighting, method, target),
            Asked::Named { names, ids } => {
                let outcome = self.base.resolve_names(self.hint, names);
                let at = match &outcome {
                    Outcome::Operation(id, Via::Name) => self.plain_entry(*id, sighting, &outcome),
                    _ => self.other_entry(format!("named {names:?}"), sighting, || outcome.clone()),
                };
                self.fill_named(at, sighting, ids);
            }
        }
    }

    fn count_request(&mut self, sighting: &Sighting<'_>, method: Option<Method>, target: &str) {
        let (base, hint) = (self.base, self.hint);
        let Some(exact) = base.exact(hint, method, target) else {
            self.count_misfit(sighting, method, target);
            return;
        };
        let at = match exact.quirk(base) {
            None => self.plain_entry(exact.id, sighting, &Outcome::Operation(exact.id, Via::Path)),
            Some(note) => self.entry_of(format!("{:?} {note}", exact.id), sighting, || {
                base.resolve_as(Strictness::Recorded, hint, method, target).outcome
            }),
        };
        self.count_exact(at, sighting, &exact);
    }

    fn count_exact(&mut self, at: usize, sighting: &Sighting<'_>, exact: &Exact<'_>) {
        let tally = &mut self.tallies[at];
        tally.count(sighting, &mut self.room);
        for (nth, value) in exact.values().enumerate() {
            tally.id(nth, value, &mut self.room);
        }
        tally.query(exact.query(), &mut self.room);
    }

    fn count_misfit(&mut self, sighting: &Sighting<'_>, method: Option<Method>, target: &str) {
        let (base, hint) = (self.base, self.hint);
        let key = request_shape(method, target);
        let mut params = Vec::new();
        let at = self.other_entry(key, sighting, || {
            let resolved = base.resolve_as(Strictness::Recorded, hint, method, target);
            params = resolved.params;
            resolved.outcome
        });
        self.fill(at, sighting, &params);
        // Only the first of a kind is looked at closely.
        let tally = &mut self.tallies[at];
        if tally.entry.count > 1 {
            tally.no_ids();
        }
    }

    fn plain_entry(
        &mut self,
        id: OperationId,
        sighting: &Sighting<'_>,
        outcome: &Outcome,
    ) -> usize {
        let slot = self.plain.get(id.0 as usize).copied().flatten();
        if let Some(at) = slot {
            return at as usize;
        }
        let at = self.push(sighting, outcome.clone());
        if let Some(slot) = self.plain.get_mut(id.0 as usize) {
            *slot = u32::try_from(at).ok();
        }
        at
    }

    /// An entry of a kind of request, as long as there are not too many kinds.
    fn other_entry(
        &mut self,
        key: String,
        sighting: &Sighting<'_>,
        outcome: impl FnOnce() -> Outcome,
    ) -> usize {
        let is_known = self.others.contains_key(&key);
        if !is_known && self.n_misfits >= MAX_MISFITS {
            return self.overflow(sighting);
        }
        self.n_misfits += usize::from(!is_known);
        self.entry_of(key, sighting, outcome)
    }

    fn entry_of(
        &mut self,
        key: String,
        sighting: &Sighting<'_>,
        outcome: impl FnOnce() -> Outcome,
    ) -> usize {
        if let Some(&at) = self.others.get(&key) {
            return at;
        }
        let at = self.push(sighting, outcome());
        self.others.insert(key, at);
        at
    }

    /// The entry of whatever is beyond the limit.
    fn overflow(&mut self, sighting: &Sighting<'_>) -> usize {
        if let Some(&at) = self.others.get("") {
            return at;
        }
        let at = self.push(sighting, Outcome::Misfit(Misfit::UnknownPath { nearest: None }));
        let entry = &mut self.tallies[at].entry;
        entry.input =
            format!("(requests of other kinds, after {MAX_MISFITS} kinds that fit no operation)");
        entry.label.clear();
        self.others.insert(String::new(), at);
        at
    }

    fn push(&mut self, sighting: &Sighting<'_>, outcome: Outcome) -> usize {
        let names = likely(&outcome).map_or_else(Vec::new, |id| self.kept_names(id));
        let input = shown(sighting.input);
        let is_auth0 =
            likely(&outcome).is_some_and(|id| self.base.operation(id).product == Product::Auth0);
        let entry = blank(input, self.place(sighting.line), shown(sighting.label), told(outcome));
        self.tallies.push(Tally::new(entry, names, is_auth0));
        self.tallies.len() - 1
    }

    /// Names of an operation's parameters. A user is always `userId`, which the vendor calls `id` and
    /// `userIdOrLogin` as well.
    fn kept_names(&self, id: OperationId) -> Vec<Text> {
        let mut names = self.base.index().params(id).to_vec();
        let is_of_user = |name: &Text| {
            let path = &self.base.operation(id).path;
            matches!(&**name, "id" | "userIdOrLogin")
                && path.contains(&format!("/users/{{{name}}}"))
        };
        for name in names.iter_mut().filter(|name| is_of_user(name)) {
            *name = "userId".into();
        }
        names
    }
}

impl Taker for Collector<'_> {
    fn sighting(&mut self, sighting: &Sighting<'_>) {
        self.n_sightings += 1;
        if let Some(time) = sighting.time {
            let window = self.usage.windows.entry(sighting.evidence).or_insert((time, time));
            *window = (window.0.min(time), window.1.max(time));
        }
        let is_declared =
            matches!(sighting.evidence, EvidenceKind::Declared | EvidenceKind::Source);
        if is_declared && self.n_declared < MAX_DECLARED {
            self.declare(sighting);
        } else {
            self.count(sighting);
        }
    }

    fn fault(&mut self, fault: Fault) {
        self.usage.n_faults += 1;
        if self.usage.faults.len() < MAX_PLACES {
            let place = self.place(fault.line);
            self.usage.faults.push((place, shown(&fault.what)));
        }
    }

    fn passed_over(&mut self, line: u64, text: &str) {
        self.usage.n_passed_over += 1;
        if self.usage.passed_over.len() < MAX_PLACES {
            let place = self.place(line);
            self.usage.passed_over.push((place, shown(text)));
        }
    }
}

/// The operation whose parameters the request has.
fn likely(outcome: &Outcome) -> Option<OperationId> {
    match outcome {
        Outcome::Operation(id, _) => Some(*id),
        Outcome::Misfit(Misfit::WrongVerb { allowed }) => allowed.first().copied(),
        Outcome::Misfit(Misfit::NoVerb { candidates }) => candidates.first().copied(),
        Outcome::Misfit(_) => None,
    }
}
