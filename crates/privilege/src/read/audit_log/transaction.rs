//! One request of Okta and everything that it caused.
//!
//! A request logs an event for each thing that it changed: adding a user to a group also assigns the
//! group's apps. All of them have the same transaction, and only one operation was called.

use std::collections::VecDeque;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::{Asked, Base, Body, EvidenceKind, Hint, OperationId, Sighting, Taker, Text};

/// Transactions that are open at a time. Events of one stand close to each other.
const MAX_OPEN: usize = 10_000;

/// Events of one transaction that are weighed; a request that changes thousands of users logs as many.
const MAX_CAUSES: usize = 64;

/// What one event tells of its request.
#[derive(Debug)]
pub(super) struct Cause {
    pub(super) line: u64,
    pub(super) time: Option<Timestamp>,
    /// The event type.
    pub(super) kind: String,
    /// The event type stands for these operations, or one of them; empty if that is not known.
    pub(super) operations: Vec<OperationId>,
    /// Only those can have caused it.
    pub(super) is_exact: bool,
    /// Operations of the request's path; empty if that is not told, or is no path of an API.
    pub(super) by_path: Vec<OperationId>,
    /// Path and query of the request, masked.
    pub(super) target: Option<String>,
    pub(super) credential: Option<String>,
    pub(super) is_denied: bool,
    /// Kinds and ids of what was acted upon.
    pub(super) objects: Vec<(String, String)>,
}

/// Transactions whose events are still being gathered, oldest first.
#[derive(Debug, Default)]
pub(super) struct Transactions {
    open: VecDeque<(String, Vec<Cause>)>,
    /// Numbers of the open ones; the front one has the number `n_closed`.
    numbers: FxHashMap<String, usize>,
    n_closed: usize,
}

impl Transactions {
    /// Adds an event to its transaction; one without is a call of its own.
    pub(super) fn add(
        &mut self,
        transaction: Option<String>,
        cause: Cause,
        base: &Base,
        taker: &mut dyn Taker,
    ) {
        let Some(mut key) = transaction else {
            tell(base, vec![cause], taker);
            return;
        };
        if self.causes(&key).is_some_and(|causes| !causes.iter().all(|known| agree(known, &cause)))
        {
            // Exports that were put together may repeat an id; another path is another request.
            key.push(' ');
            key.push_str(cause.target.as_deref().unwrap_or_default());
        }
        if let Some(causes) = self.causes(&key) {
            if causes.len() < MAX_CAUSES {
                causes.push(cause);
            }
            return;
        }
        if self.open.len() == MAX_OPEN {
            self.close(base, taker);
        }
        self.numbers.insert(key.clone(), self.n_closed + self.open.len());
        self.open.push_back((key, vec![cause]));
    }

    fn causes(&mut self, key: &str) -> Option<&mut Vec<Cause>> {
        let number = *self.numbers.get(key)?;
        self.open.get_mut(number - self.n_closed).map(|(_, causes)| causes)
    }

    /// Tells of every open transaction.
    pub(super) fn close_all(&mut self, base: &Base, taker: &mut dyn Taker) {
        while !self.open.is_empty() {
            self.close(base, taker);
        }
    }

    fn close(&mut self, base: &Base, taker: &mut dyn Taker) {
        if let Some((key, causes)) = self.open.pop_front() {
            self.numbers.remove(&key);
            self.n_closed += 1;
            tell(base, causes, taker);
        }
    }
}

/// Whether both may tell of the same request.
fn agree(one: &Cause, other: &Cause) -> bool {
    one.target.is_none() || other.target.is_none() || one.target == other.target
}

/// Tells of the one call behind these events.
fn tell(base: &Base, mut causes: Vec<Cause>, taker: &mut dyn Taker) {
    causes.sort_by_key(|cause| (cause.time, !cause.is_exact));
    let called = called(base, &causes);
    let is_known = !called.is_empty();
    let first = causes.iter().find(|cause| shares(&cause.operations, &called)).or(causes.first());
    let Some(first) = first else { return };
    if !is_known {
        let target = first.target.as_deref().unwrap_or("no path");
        taker.passed_over(
            first.line,
            &format!("{} ({target}): no operation is known for it", first.kind),
        );
        return;
    }
    let target = causes.iter().find(|cause| shares(&cause.by_path, &called));
    let target = target.and_then(|cause| cause.target.as_deref());
    let input = match (called.as_slice(), target) {
        ([one], Some(target)) => format!("{} {target}", base.operation(*one).method.name()),
        (_, Some(target)) => target.to_owned(),
        (_, None) => first.kind.clone(),
    };
    let names: Vec<_> = called.iter().map(|&id| base.operation(id).qualified_name()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut ids = ids(base, &called, &causes);
    if let Some(target) = target {
        let hint = Hint { product: Some(catalog::Product::Okta) };
        for param in base.resolve(hint, None, target).params {
            // The path knows better than the kind of the target.
            ids.retain(|(name, _)| *name != param.name);
            ids.push((param.name, param.value));
        }
    }
    let missing: Vec<_> = missing(base, &called, &ids);
    if !ids.is_empty() {
        ids.extend(missing.iter().map(|(name, braced)| (name.clone(), braced.as_str())));
    }
    let ids: Vec<(&str, &str)> = ids.iter().map(|(name, id)| (name.as_ref(), *id)).collect();
    let asked = match (called.as_slice(), target) {
        ([one], Some(target)) => {
            Asked::Request { method: Some(base.operation(*one).method), target }
        }
        _ => Asked::Named { names: &names, ids: &ids },
    };
    taker.sighting(&Sighting {
        asked,
        evidence: EvidenceKind::AuditLog,
        line: first.line,
        input: &input,
        label: &first.kind,
        body: Body::Unknown,
        status: causes.iter().any(|cause| cause.is_denied).then_some(403),
        time: first.time,
        credential: causes.iter().find_map(|cause| cause.credential.as_deref()),
    });
}

/// The operation that was called; several if the events do not tell them apart; empty if none is known.
fn called(base: &Base, causes: &[Cause]) -> Vec<OperationId> {
    let by_path = causes.iter().map(|cause| &cause.by_path).find(|found| !found.is_empty());
    let by_event = causes.iter().map(|cause| &cause.operations).find(|found| !found.is_empty());
    let Some(mut called) = by_path.or(by_event).cloned() else { return Vec::new() };
    let mut is_confirmed = false;
    for cause in causes {
        if shares(&cause.operations, &called) {
            called.retain(|id| cause.operations.contains(id));
            is_confirmed = true;
        }
    }
    if is_confirmed {
        return called;
    }
    if called.len() > 1 && causes.iter().any(|cause| tells_change(&cause.kind)) {
        called.retain(|&id| !base.operation(id).method.is_read());
    } else if called.len() > 1 {
        // Okta logs refusals of reads as well.
        called.clear();
    }
    if called.is_empty() { by_event.cloned().unwrap_or_default() } else { called }
}

/// Whether a word of an event type tells that something was changed: `update`, `created`.
fn tells_change(kind: &str) -> bool {
    const CHANGES: [&str; 16] = [
        "activate",
        "add",
        "assign",
        "change",
        "create",
        "deactivate",
        "delete",
        "disable",
        "enable",
        "grant",
        "overwrite",
        "register",
        "remove",
        "reset",
        "revoke",
        "update",
    ];
    let is_one = |word: &str| {
        let stem = word.strip_suffix('d').unwrap_or(word);
        CHANGES.iter().any(|change| [word, stem, stem.trim_end_matches('e')].contains(change))
    };
    kind.split(['.', '_']).any(is_one)
}

fn shares(one: &[OperationId], other: &[OperationId]) -> bool {
    one.iter().any(|id| other.contains(id))
}

/// Parameters of these operations of which no id is known, each with its placeholder.
fn missing(base: &Base, called: &[OperationId], ids: &[(Text, &str)]) -> Vec<(Text, String)> {
    let mut missing: Vec<(Text, String)> = Vec::new();
    for segment in called.iter().flat_map(|&id| base.operation(id).path.split('/')) {
        let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            continue;
        };
        let is_known = ids.iter().any(|(known, _)| known == name)
            || missing.iter().any(|(known, _)| known == name);
        if !is_known {
            missing.push((name.to_owned().into(), segment.to_owned()));
        }
    }
    missing
}

/// Ids for the parameters of these operations, told by the kind of what was acted upon.
fn ids<'c>(base: &Base, called: &[OperationId], causes: &'c [Cause]) -> Vec<(Text, &'c str)> {
    let is_parameter = |name: &str| {
        let braced = format!("{{{name}}}");
        called.iter().any(|&id| base.operation(id).path.contains(&braced))
    };
    let mut ids: Vec<(Text, &str)> = Vec::new();
    for (kind, id) in causes.iter().flat_map(|cause| &cause.objects) {
        for name in catalog::target_parameters(kind) {
            if is_parameter(name) && !ids.iter().any(|known| *known == (name.into(), id)) {
                ids.push((name.into(), id));
            }
        }
    }
    ids
}
