//! What a role is bound to: as little as the ids in the calls allow, in both forms.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Bound, Resource, RoleTargets, admin_role, bound};

use super::{Plan, Reason, ResourceSet};
use crate::{Answer, Entry, OperationId, Text, Usage};

/// How many resources one set can hold. Source: `OpenAPI` description of Okta 2026.06.3, resource sets,
/// checked 2026-11-22.
const MAX_RESOURCES: usize = 1_000;

/// The parameters of paths that name what a standard role can be targeted at.
const GROUP: &str = "groupId";
const APP: &str = "appId";

/// What the roles of a plan are bound to.
pub(super) fn resources(plan: &Plan, usage: &Usage, answers: &[Answer]) -> ResourceSet {
    let calls = Calls { plan, usage, answers };
    let mut draft = Draft::default();
    for reason in &plan.permissions {
        match bound(&reason.name) {
            Some(bound) => draft.bind(&calls, reason, bound),
            None => draft.note(format!("to what {} is bound is not known", reason.name)),
        }
    }
    for reason in &plan.roles {
        draft.target(&calls, reason);
    }
    draft.finish()
}

/// What is known so far.
#[derive(Default)]
struct Draft<'a> {
    wholes: BTreeSet<&'static str>,
    /// By name of the part.
    parts: BTreeMap<&'static str, Parts<'a>>,
    notes: BTreeSet<String>,
}

/// Parts of one kind.
#[derive(Default)]
struct Parts<'a> {
    /// What they are parts of; empty if that cannot be taken instead.
    whole: &'static str,
    ids: BTreeSet<&'a str>,
    /// What to know if they stay.
    note: Option<&'static str>,
}

impl<'a> Draft<'a> {
    fn note(&mut self, text: String) {
        self.notes.insert(text);
    }

    fn bind(&mut self, calls: &Calls<'a>, reason: &Reason, bound: &'static Bound) {
        let seen = if bound.by_any {
            calls.any_ids(bound.parameter)
        } else {
            calls.own_ids(&reason.operations, bound.parameter)
        };
        let whole = bound.whole.map(|whole| whole.resource);
        match (bound.part, seen) {
            (Some(part), Some(ids)) => {
                // Where there are parts, the note is about them.
                self.part(part.resource, whole.unwrap_or_default(), bound.note, ids);
                return;
            }
            (Some(part), None) => {
                let all = whole.unwrap_or("all");
                let form = form(part);
                self.note(format!(
                    "{all}, for the calls do not say which: {form} for each is enough"
                ));
            }
            (None, _) => {
                let note =
                    bound.note.or(whole.is_none().then_some("to what it is bound is not known"));
                self.notes.extend(note.map(|note| format!("{}: {note}", reason.name)));
            }
        }
        self.wholes.extend(whole);
    }

    fn part(
        &mut self,
        part: &'static str,
        whole: &'static str,
        note: Option<&'static str>,
        ids: BTreeSet<&'a str>,
    ) {
        let parts = self.parts.entry(part).or_default();
        parts.whole = whole;
        parts.note = parts.note.or(note);
        parts.ids.extend(ids);
    }

    /// The targets of a standard role, where its calls name them all.
    fn target(&mut self, calls: &Calls<'a>, reason: &Reason) {
        let (parameter, what) = match admin_role(&reason.name).map(|role| role.targets) {
            Some(RoleTargets::Groups) => (GROUP, "one group, without rights over its members"),
            Some(RoleTargets::Apps) => (APP, "one app"),
            _ => return,
        };
        match calls.any_ids(parameter) {
            Some(ids) => {
                self.part(what, "", None, ids);
                self.note(format!(
                    "targets of {}: whoever is outside them is out of reach",
                    reason.name
                ));
            }
            None => self.note(format!(
                "{} covers everything unless its assignment has targets",
                reason.name
            )),
        }
    }

    /// Without parts of what is whole; whole where there are too many parts.
    fn finish(mut self) -> ResourceSet {
        let n_parts: usize = self.parts.values().map(|parts| parts.ids.len()).sum();
        if n_parts + self.wholes.len() > MAX_RESOURCES {
            self.wholes.extend(self.parts.values().map(|parts| parts.whole));
            self.note(format!("the calls name more than the {MAX_RESOURCES} resources of one set"));
        }
        let wholes = &self.wholes;
        self.parts.retain(|_, parts| !wholes.contains(parts.whole));
        let told = self.parts.values().filter_map(|parts| parts.note);
        self.notes.extend(told.map(str::to_owned));
        let mut set = ResourceSet::default();
        for resource in catalog::resources() {
            if self.wholes.contains(resource.resource) {
                add(&mut set, resource, None);
            }
            if let Some(parts) = self.parts.get(resource.resource) {
                for id in &parts.ids {
                    add(&mut set, resource, Some(id));
                }
            }
        }
        set.notes = self.notes.into_iter().map(Text::Owned).collect();
        set
    }
}

/// The calls that a plan is for.
struct Calls<'a> {
    plan: &'a Plan,
    usage: &'a Usage,
    answers: &'a [Answer],
}

impl<'a> Calls<'a> {
    fn entries(&self, operations: &[OperationId]) -> impl Iterator<Item = &'a Entry> {
        // Operations of plans stand in order.
        let is_of = |answer: &&Answer| {
            answer.operation.is_some_and(|id| operations.binary_search(&id).is_ok())
        };
        let of_them = self.answers.iter().filter(is_of);
        of_them.filter_map(|answer| self.usage.entries.get(answer.entry))
    }

    /// The ids that stand for a parameter in calls of these operations, if each of them names one.
    fn own_ids(&self, operations: &[OperationId], parameter: &str) -> Option<BTreeSet<&'a str>> {
        let mut all = BTreeSet::new();
        for entry in self.entries(operations) {
            all.extend(ids(entry, parameter)?);
        }
        (!all.is_empty()).then_some(all)
    }

    /// The ids that stand for a parameter in any call of the plan, if all that name one say which.
    fn any_ids(&self, parameter: &str) -> Option<BTreeSet<&'a str>> {
        let named = self.entries(&self.plan.covered).filter(|one| one.ids.contains_key(parameter));
        let mut all = BTreeSet::new();
        for entry in named {
            all.extend(ids(entry, parameter)?);
        }
        (!all.is_empty()).then_some(all)
    }
}

/// The ids of an entry for one parameter; `None` unless they are all, and look like ids.
fn ids<'a>(entry: &'a Entry, parameter: &str) -> Option<Vec<&'a str>> {
    let ids = entry.ids.get(parameter).filter(|_| !entry.ids_open.contains(parameter))?;
    let is_plain = |id: &&String| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !id.is_empty() && id.bytes().all(fits)
    };
    ids.iter().all(|id| is_plain(&id)).then(|| ids.iter().map(String::as_str).collect())
}

fn form(resource: &Resource) -> &'static str {
    if resource.path.is_empty() { resource.orn } else { resource.path }
}

/// Puts a resource into the set, with an id for the last parameter of its forms.
fn add(set: &mut ResourceSet, resource: &Resource, id: Option<&&str>) {
    let filled = |text: &str| match (id, text.rfind('{')) {
        (Some(id), Some(at)) => match text[at..].find('}') {
            Some(end) => format!("{}{id}{}", &text[..at], &text[at + end + 1..]),
            None => text.to_owned(),
        },
        _ => text.to_owned(),
    };
    if !resource.path.is_empty() {
        set.paths.push(filled(resource.path));
    }
    set.orns.push(filled(resource.orn));
}
