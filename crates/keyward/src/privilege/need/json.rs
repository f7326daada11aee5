//! What calls need, as JSON: `keyward.privilege/1`, verb `need`.

use jiff::Timestamp;
use privilege::{
    Answer, AnsweredBy, Base, Edge, Entry, PermissionRule, Place, Plan, Question, Reason, RoleRule,
    ScopeRule, Text,
};
use serde_json::{Map, Value, json};

use super::{Needed, known, words};
use crate::exit::Exit;

/// The whole report.
pub(super) fn json(needed: &Needed, exit: Exit) -> Value {
    let Needed { base, read, answers, plans, .. } = needed;
    let usage = &read.usage;
    let inputs = read.inputs.iter().map(|(path, form)| json!({"path": path, "form": form.name()}));
    let operations = answers.iter().filter_map(|answer| {
        let entry = usage.entries.get(answer.entry)?;
        Some(operation(base, entry, answer))
    });
    let windows = usage.windows.iter().map(|(kind, (first, last))| {
        json!({"evidence": kind.name(), "first": time(*first), "last": time(*last)})
    });
    json!({
        "verb": "need",
        "knowledge": known::json(base.release(), needed.least),
        "inputs": inputs.collect::<Vec<_>>(),
        "windows": windows.collect::<Vec<_>>(),
        "operations": operations.collect::<Vec<_>>(),
        "plans": plans.iter().map(|plan| one_plan(base, plan)).collect::<Vec<_>>(),
        "unread": unread(needed),
        "passed_over": {
            "count": usage.n_passed_over,
            "places": places(&usage.passed_over, "text"),
        },
        "warnings": needed.lack_of_calls().into_iter().collect::<Vec<_>>(),
        "undetermined": needed.n_undetermined(),
        "exit": exit,
    })
}

fn operation(base: &Base, entry: &Entry, answer: &Answer) -> Value {
    let evidence: Vec<_> = entry.evidence.iter().map(|kind| kind.name()).collect();
    json!({
        "input": entry.input,
        "line": entry.place.line,
        "path": entry.place.path,
        "label": entry.label,
        "count": entry.count,
        "refused": entry.n_refused,
        "first": entry.seen.map(|(first, _)| time(first)),
        "last": entry.seen.map(|(_, last)| time(last)),
        "evidence": evidence,
        "credentials": entry.credentials,
        "verdict": answer.verdict_name(),
        "operation": answer.operation.map(|id| {
            let operation = base.operation(id);
            json!({
                "provider": operation.product.name(),
                "api": operation.api,
                "id": operation.id,
                "method": operation.method.name(),
                "path": operation.path,
            })
        }),
        "scope": edge(&answer.scope, scope(&answer.scope.rule)),
        "permission": edge(&answer.permission, permission(&answer.permission.rule)),
        "role": edge(&answer.role, role(&answer.role.rule)),
        "questions": answer.questions.iter().map(question).collect::<Vec<_>>(),
        "ids": entry.ids,
        "ids_incomplete": entry.ids_open,
        "notes": answer.notes,
    })
}

/// The rule, with what is known of how well it is known.
fn edge<R>(edge: &Edge<R>, mut rule: Map<String, Value>) -> Value {
    rule.insert("level".to_owned(), edge.level.name().into());
    for (key, text) in [("note", &edge.note), ("source", &edge.source), ("date", &edge.date)] {
        rule.insert(key.to_owned(), text.as_ref().into());
    }
    Value::Object(rule)
}

fn rule(name: &str, key: &str, value: Value) -> Map<String, Value> {
    [("rule".to_owned(), name.into()), (key.to_owned(), value)].into_iter().collect()
}

fn scope(scope: &ScopeRule) -> Map<String, Value> {
    let (name, scopes): (_, &[Text]) = match scope {
        ScopeRule::AllOf(scopes) => ("all_of", scopes),
        ScopeRule::AnyOf(scopes) => ("any_of", scopes),
        ScopeRule::Open => ("open", &[]),
        ScopeRule::Unreachable => ("unreachable", &[]),
        ScopeRule::Unknown => ("unknown", &[]),
    };
    rule(name, "scopes", json!(scopes))
}

fn permission(permission: &PermissionRule) -> Map<String, Value> {
    let (name, bundles): (_, &[Vec<Text>]) = match permission {
        PermissionRule::AnyOf(bundles) => ("any_of", bundles),
        PermissionRule::NotNeeded => ("not_needed", &[]),
        PermissionRule::Ungrantable => ("ungrantable", &[]),
        PermissionRule::Unknown => ("unknown", &[]),
    };
    rule(name, "permissions", json!(bundles))
}

fn role(role: &RoleRule) -> Map<String, Value> {
    let (name, grants): (_, &[_]) = match role {
        RoleRule::AnyOf(grants) => ("any_of", grants),
        RoleRule::NotNeeded => ("not_needed", &[]),
        RoleRule::Unknown => ("unknown", &[]),
    };
    let grants = grants.iter().map(|grant| {
        json!({"role": grant.role, "within_targets": grant.within_targets, "limit": grant.limit})
    });
    rule(name, "roles", grants.collect())
}

fn question(question: &Question) -> Value {
    let options = question.options.iter().map(|(name, text)| json!({"name": name, "text": text}));
    json!({
        "name": question.name,
        "text": question.text,
        "options": options.collect::<Vec<_>>(),
        "answer": question.answer,
        "answered_by": question.answered_by.map(AnsweredBy::name),
        "presumed": question.presumed,
    })
}

pub(in crate::privilege) fn one_plan(base: &Base, plan: &Plan) -> Value {
    let reasons = |reasons: &[Reason]| -> Vec<_> {
        reasons.iter().map(|reason| one_reason(base, reason)).collect()
    };
    let id = |id| words::operation(base, id);
    let uncovered = plan.uncovered.iter();
    let uncovered = uncovered.map(|(one, why)| json!({"operation": id(*one), "why": why}));
    json!({
        "kind": plan.kind.name(),
        "without": plan.without,
        "scopes": reasons(&plan.scopes),
        "permissions": reasons(&plan.permissions),
        "roles": reasons(&plan.roles),
        "resources": {
            "paths": plan.resources.paths,
            "orns": plan.resources.orns,
            "notes": plan.resources.notes,
        },
        "covered": plan.covered.iter().map(|one| id(*one)).collect::<Vec<_>>(),
        "uncovered": uncovered.collect::<Vec<_>>(),
        "level": plan.level.name(),
        "warnings": plan.warnings,
    })
}

fn one_reason(base: &Base, reason: &Reason) -> Value {
    let operations: Vec<_> =
        reason.operations.iter().map(|id| words::operation(base, *id)).collect();
    json!({
        "name": reason.name,
        "level": reason.level.name(),
        "operations": operations,
        "limit": reason.limit,
    })
}

fn unread(needed: &Needed) -> Value {
    let inputs = needed.read.faults.iter();
    let mut all: Vec<_> =
        inputs.map(|(path, why)| json!({"path": path, "line": 0, "what": why})).collect();
    all.extend(places(&needed.read.usage.faults, "what"));
    json!({"count": needed.n_unread(), "places": all})
}

fn places(places: &[(Place, String)], key: &str) -> Vec<Value> {
    let one = |(place, text): &(Place, String)| json!({"path": place.path, "line": place.line, key: text});
    places.iter().map(one).collect()
}

fn time(time: Timestamp) -> String {
    finding::rfc3339(time)
}
