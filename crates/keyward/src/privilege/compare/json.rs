//! Differences as JSON: `keyward.privilege/1`, verb `compare`.

use jiff::Timestamp;
use privilege::{Difference, Exclusion, Place, Standing, Witness};
use serde_json::{Map, Value, json};

use super::Compared;
use crate::exit::Exit;
use crate::privilege::need::{known, words};

/// The whole report.
pub(super) fn json(compared: &Compared, exit: Exit) -> Value {
    let Compared { read, grants, comparison, excluded, .. } = compared;
    let inputs = read.inputs.iter().map(|(path, form)| json!({"path": path, "form": form.name()}));
    let list = |is_meant: fn(Standing) -> bool| -> Vec<_> {
        compared.open(is_meant).map(|one| difference(compared, one)).collect()
    };
    let accepted = comparison.differences.iter().filter(|one| one.exclusion.is_some());
    let exclusions = |list: &[Exclusion]| list.iter().map(exclusion).collect::<Vec<_>>();
    json!({
        "verb": "compare",
        "knowledge": known::json(compared.base.release(), compared.least),
        "principal": {
            "kind": grants.principal.kind.name(),
            "id": grants.principal.id,
            "label": grants.principal.label,
        },
        "inputs": inputs.collect::<Vec<_>>(),
        "evidence": comparison.witnesses.iter().map(witness).collect::<Vec<_>>(),
        "operations": comparison.n_operations,
        "allowed": comparison.n_allowed,
        "level": comparison.level.map(catalog::Confidence::name),
        "missing": list(|standing| standing == Standing::Missing),
        "excess": list(|standing| matches!(standing, Standing::Excess(_))),
        "cannot_tell": list(|standing| standing == Standing::CannotTell),
        "accepted": accepted.map(|one| difference(compared, one)).collect::<Vec<_>>(),
        "exclusions": {"expired": exclusions(&excluded.expired), "idle": exclusions(&excluded.idle)},
        "contradictions": places(&comparison.contradictions),
        "blind_spots": comparison.blind_spots,
        "gaps": comparison.gaps,
        "unread": unread(compared),
        "undetermined": comparison.n_undetermined,
        "exit": exit,
    })
}

fn difference(compared: &Compared, one: &Difference) -> Value {
    let operations: Vec<_> =
        one.operations.iter().map(|id| words::operation(&compared.base, *id)).collect();
    let evidence: Vec<_> = one.evidence.iter().map(|kind| kind.name()).collect();
    let beyond = one.beyond.as_ref().map(|beyond| {
        let levels =
            beyond.levels.iter().map(|(level, count)| (level.name().to_owned(), (*count).into()));
        let levels: Map<String, Value> = levels.collect();
        json!({"operations": beyond.n_operations, "writes": beyond.n_writes, "levels": levels})
    });
    json!({
        "verdict": one.verdict.name(),
        "certainty": match one.verdict {
            Standing::Excess(certainty) => Some(certainty.name()),
            Standing::Missing | Standing::CannotTell => None,
        },
        "layer": one.layer.name(),
        "name": one.name,
        "severity": one.severity.name(),
        "level": one.level.name(),
        "why": one.why,
        "instead": one.instead,
        "operations": operations,
        "beyond": beyond,
        "evidence": evidence,
        "count": one.count,
        "refused": one.n_refused,
        "first": one.seen.map(|(first, _)| time(first)),
        "last": one.seen.map(|(_, last)| time(last)),
        "path": one.place.as_ref().map(|place| &place.path),
        "line": one.place.as_ref().map(|place| place.line),
        "exclusion": one.exclusion.as_ref().map(exclusion),
    })
}

fn exclusion(one: &Exclusion) -> Value {
    json!({
        "grant": one.grant,
        "layer": one.layer.map(privilege::Layer::name),
        "reason": one.reason,
        "until": one.until.to_string(),
        "path": one.place.path,
        "line": one.place.line,
    })
}

fn witness(witness: &Witness) -> Value {
    json!({
        "evidence": witness.kind.name(),
        "calls": witness.count,
        "first": witness.window.map(|(first, _)| time(first)),
        "last": witness.window.map(|(_, last)| time(last)),
    })
}

fn unread(compared: &Compared) -> Value {
    let faults = compared.read.faults.iter();
    let mut all: Vec<_> =
        faults.map(|(path, why)| json!({"path": path, "line": 0, "what": why})).collect();
    all.extend(places(&compared.unread));
    all.extend(places(&compared.read.usage.faults));
    json!({"count": compared.n_unread(), "places": all})
}

fn places(places: &[(Place, String)]) -> Vec<Value> {
    let one = |(place, what): &(Place, String)| json!({"path": place.path, "line": place.line, "what": what});
    places.iter().map(one).collect()
}

fn time(time: Timestamp) -> String {
    finding::rfc3339(time)
}
