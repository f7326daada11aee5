//! What a role is bound to: as little as the ids in the calls allow, in both forms.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Bound, Resource, RoleTargets, admin_role, bound, bounds};

use super::{Plan, Reason, ResourceSet};
use crate::{Answer, AnsweredBy, Entry, OperationId, Question, Text, Usage};

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
    /// With the permissions that take no less.
    wholes: BTreeMap<&'static str, BTreeSet<&'a str>>,
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
    /// The permissions for whose own calls they are enough.
    own: BTreeSet<&'a str>,
    /// What to know if they stay.
    note: Option<&'static str>,
}

impl<'a> Draft<'a> {
    fn note(&mut self, text: String) {
        self.notes.insert(text);
    }

    fn bind(&mut self, calls: &Calls<'a>, reason: &'a Reason, bound: &'static Bound) {
        let is_answered = bound.if_answered.is_none_or(|(question, answer)| {
            calls.are_answered(&reason.operations, question, answer)
        });
        let seen = match bound.by_any {
            _ if !is_answered => None,
            true => calls.any_ids(bound.parameter),
            false => calls.own_ids(&reason.operations, bound.parameter),
        };
        let whole = bound.whole.map(|whole| whole.resource);
        match (bound.part, seen) {
            (Some(part), Some(ids)) => {
                // Where there are parts, the note is about them.
                let parts = self.part(part.resource, whole.unwrap_or_default(), bound.note, ids);
                if !bound.by_any || bound.if_answered.is_some() {
                    parts.own.insert(&reason.name);
                }
                return;
            }
            (Some(part), None) if !is_answered => {
                self.note(unanswered(&reason.name, whole.unwrap_or("all"), part, bound));
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
        if let Some(whole) = whole {
            self.wholes.entry(whole).or_default().insert(&reason.name);
        }
    }

    fn part(
        &mut self,
        part: &'static str,
        whole: &'static str,
        note: Option<&'static str>,
        ids: BTreeSet<&'a str>,
    ) -> &mut Parts<'a> {
        let parts = self.parts.entry(part).or_default();
        parts.whole = whole;
        parts.note = parts.note.or(note);
        parts.ids.extend(ids);
        parts
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

    /// Which permissions make the set wider than others need it, and how to keep those narrow.
    fn widened(&self) -> Vec<String> {
        let told = self.parts.iter().filter_map(|(part, parts)| {
            let forcing = self.wholes.get(parts.whole).filter(|forcing| !forcing.is_empty())?;
            let spared: Vec<_> = parts.own.difference(forcing).copied().collect();
            let resource =
                |name: &str| catalog::resources().iter().find(|one| one.resource == name);
            let (whole, part) = (resource(parts.whole)?, resource(part)?);
            let forcing = forcing.iter().copied().collect::<Vec<_>>().join(" and ");
            (!spared.is_empty()).then(|| {
                format!(
                    "all of {} is for {forcing}; {} could be bound to {} in a second custom role, \
                     without {forcing}",
                    form(whole),
                    spared.join(" and "),
                    shown(part, &parts.ids)
                )
            })
        });
        told.collect()
    }

    /// Without parts of what is whole; whole where there are too many parts.
    fn finish(mut self) -> ResourceSet {
        let n_parts: usize = self.parts.values().map(|parts| parts.ids.len()).sum();
        if n_parts + self.wholes.len() > MAX_RESOURCES {
            let wholes = self.parts.values().map(|parts| (parts.whole, BTreeSet::new()));
            self.wholes.extend(wholes);
            self.note(format!("the calls name more than the {MAX_RESOURCES} resources of one set"));
        }
        self.notes.extend(self.widened());
        let wholes = &self.wholes;
        self.parts.retain(|_, parts| !wholes.contains_key(parts.whole));
        let told = self.parts.values().filter_map(|parts| parts.note);
        self.notes.extend(told.map(str::to_owned));
        let mut set = ResourceSet::default();
        for resource in catalog::resources() {
            if self.wholes.contains_key(resource.resource) {
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

    /// Whether each call of these operations has that answer to that question, and not by a guess.
    fn are_answered(&self, operations: &[OperationId], question: &str, answer: &str) -> bool {
        let is_of =
            |one: &&Answer| one.operation.is_some_and(|id| operations.binary_search(&id).is_ok());
        let is_sure = |one: &Question| {
            one.name == question
                && one.answer.as_deref() == Some(answer)
                && one.answered_by != Some(AnsweredBy::Words)
        };
        self.answers.iter().filter(is_of).all(|one| one.questions.iter().any(is_sure))
    }

    /// The ids that stand for a parameter in calls of these operations, if each of them names one; calls
    /// that name theirs in the body apart, which are about the same ones.
    fn own_ids(&self, operations: &[OperationId], parameter: &str) -> Option<BTreeSet<&'a str>> {
        let answers = bounds().iter().filter(|bound| bound.parameter == parameter);
        let answers: Vec<_> = answers.filter_map(|bound| bound.if_answered).collect();
        let in_body = |id: OperationId| {
            answers.iter().any(|(question, answer)| self.are_answered(&[id], question, answer))
        };
        let by_path: Vec<_> = operations.iter().copied().filter(|id| !in_body(*id)).collect();
        let mut all = BTreeSet::new();
        for entry in self.entries(&by_path) {
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

/// Why a permission takes the whole, and what answer would narrow it.
fn unanswered(permission: &str, whole: &str, part: &Resource, bound: &Bound) -> String {
    let (question, answer) = bound.if_answered.unwrap_or_default();
    format!(
        "{permission} takes {whole} unless {question}={answer} is so: then {} for each is enough",
        form(part)
    )
}

/// Ids that a note names before it counts the rest.
const SHOWN_MAX: usize = 3;

fn shown(resource: &Resource, ids: &BTreeSet<&str>) -> String {
    let forms: Vec<_> =
        ids.iter().take(SHOWN_MAX).map(|id| with_id(form(resource), Some(id))).collect();
    let beyond = ids.len().saturating_sub(SHOWN_MAX);
    let more = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
    forms.join(", ") + &more
}

fn form(resource: &Resource) -> &'static str {
    if resource.path.is_empty() { resource.orn } else { resource.path }
}

/// Puts a resource into the set, with an id for the last parameter of its forms.
fn add(set: &mut ResourceSet, resource: &Resource, id: Option<&&str>) {
    if !resource.path.is_empty() {
        set.paths.push(with_id(resource.path, id));
    }
    set.orns.push(with_id(resource.orn, id));
}

fn with_id(text: &str, id: Option<&&str>) -> String {
    match (id, text.rfind('{')) {
        (Some(id), Some(at)) => match text[at..].find('}') {
            Some(end) => format!("{}{id}{}", &text[..at], &text[at + end + 1..]),
            None => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}
