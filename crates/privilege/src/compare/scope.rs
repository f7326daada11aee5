//! Scopes: of service apps and of applications of Auth0. The edges to them are exact.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use catalog::Confidence;
use finding::Level;

use super::need::{Need, difference};
use super::{Certainty, Compared, Difference, Layer, Standing, witness};
use crate::{OperationId, ScopeRule};

pub(super) fn compare(compared: &Compared<'_>, differences: &mut Vec<Difference>) {
    let held: BTreeSet<&str> = compared
        .grants
        .scopes
        .iter()
        .map(|scope| scope.name.as_str())
        .filter(|name| compared.reach.is_scope(name))
        .collect();
    missing(compared, &held, differences);
    excess(compared, &held, differences);
}

/// Whether what is held is enough; `None` where the rule is not known or asks nothing of scopes.
fn suffices(compared: &Compared<'_>, need: &Need<'_>, held: &BTreeSet<&str>) -> Option<bool> {
    let has = |scope: &str| {
        held.iter().any(|name| compared.reach.scopes_of(name).any(|one| one == scope))
    };
    match &need.answer.scope.rule {
        ScopeRule::AllOf(scopes) => Some(scopes.iter().all(|scope| has(scope))),
        ScopeRule::AnyOf(scopes) => Some(scopes.iter().any(|scope| has(scope))),
        ScopeRule::Open | ScopeRule::Unreachable | ScopeRule::Unknown => None,
    }
}

fn missing(compared: &Compared<'_>, held: &BTreeSet<&str>, differences: &mut Vec<Difference>) {
    let mut lacking: BTreeMap<(String, Vec<Vec<String>>), Vec<&Need<'_>>> = BTreeMap::new();
    let has = |scope: &str| {
        held.iter().any(|name| compared.reach.scopes_of(name).any(|one| one == scope))
    };
    let mut unknown = Vec::new();
    for need in &compared.needs.all {
        let scope = &need.answer.scope;
        match &scope.rule {
            _ if suffices(compared, need, held) == Some(true) => {}
            ScopeRule::AllOf(scopes) => {
                for scope in scopes.iter().filter(|scope| !has(scope)) {
                    lacking.entry((scope.to_string(), Vec::new())).or_default().push(need);
                }
            }
            ScopeRule::AnyOf(scopes) => {
                let mut names = scopes.iter().map(ToString::to_string);
                let first = names.next().unwrap_or_default();
                lacking
                    .entry((first, names.map(|name| vec![name]).collect()))
                    .or_default()
                    .push(need);
            }
            ScopeRule::Unknown => unknown.push(need),
            ScopeRule::Open | ScopeRule::Unreachable => {}
        }
    }
    // Whoever manages may read.
    let reads: Vec<_> = lacking
        .keys()
        .filter_map(|(name, _)| Some(format!("{}.read", name.strip_suffix(".manage")?)))
        .collect();
    for read in reads {
        let manage = format!("{}.manage", read.trim_end_matches(".read"));
        let needs = lacking.remove(&(read, Vec::new())).unwrap_or_default();
        lacking.entry((manage, Vec::new())).or_default().extend(needs);
    }
    for ((name, instead), needs) in lacking {
        let level =
            needs.iter().map(|need| need.answer.scope.level).min().unwrap_or(Confidence::Unknown);
        let found = difference(Standing::Missing, Layer::Scope, name, needs.iter().copied());
        differences.push(refusable(
            Difference {
                why: "operations that are called need it".to_owned(),
                instead,
                level,
                ..found
            },
            &needs,
        ));
    }
    if !unknown.is_empty() {
        differences.push(Difference {
            why: "no source says which scope these operations take".to_owned(),
            level: Confidence::Unknown,
            ..difference(Standing::CannotTell, Layer::Scope, "a scope", unknown)
        });
    }
}

/// What was refused matters more; what went through although it should not have cannot be told.
pub(super) fn refusable(mut found: Difference, needs: &[&Need<'_>]) -> Difference {
    let n_passed: u64 = needs.iter().map(|need| need.n_passed()).sum();
    if found.n_refused > 0 {
        found.severity = Level::Medium;
        let _ = write!(found.why, "; refused: {} of {}", found.n_refused, found.count);
    }
    if n_passed > 0 && found.n_refused == 0 {
        found.verdict = Standing::CannotTell;
        let _ = write!(
            found.why,
            "; yet {n_passed} of {} went through: the dumps do not hold everything that is granted, or another \
             credential made them",
            found.count
        );
    }
    if needs.iter().all(|need| need.is_one_of_several()) {
        found.verdict = Standing::CannotTell;
        found.why.push_str(
            "; yet other operations fit these calls as well: `--assume operation=…` says which are meant",
        );
    }
    found
}

fn excess(compared: &Compared<'_>, held: &BTreeSet<&str>, differences: &mut Vec<Difference>) {
    let satisfied: Vec<_> = compared
        .needs
        .all
        .iter()
        .filter(|need| suffices(compared, need, held) == Some(true))
        .collect();
    let holds = |kept: &BTreeSet<&str>| {
        satisfied.iter().all(|need| suffices(compared, need, kept) == Some(true))
    };
    let mut widest_first: Vec<(usize, &str)> =
        held.iter().map(|name| (compared.reach.of_scope(name).len(), *name)).collect();
    widest_first.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
    let mut kept = held.clone();
    for (_, name) in widest_first {
        let mut without = kept.clone();
        without.remove(name);
        let users: Vec<&Need<'_>> =
            satisfied.iter().copied().filter(|need| uses(compared, need, name)).collect();
        if let Some(found) = judge(compared, name, &users, &without, &kept, &holds) {
            if found.verdict != Standing::CannotTell {
                kept = without;
                kept.extend(
                    compared.reach.scopes_of(name).nth(1).filter(|_| !found.instead.is_empty()),
                );
            }
            differences.push(found);
        }
    }
}

fn uses(compared: &Compared<'_>, need: &Need<'_>, name: &str) -> bool {
    let (ScopeRule::AllOf(scopes) | ScopeRule::AnyOf(scopes)) = &need.answer.scope.rule else {
        return false;
    };
    scopes.iter().any(|scope| compared.reach.scopes_of(name).any(|one| one == scope))
}

/// What is to be said of a scope that is held; `None` if it is needed as it is.
fn judge(
    compared: &Compared<'_>,
    name: &str,
    users: &[&Need<'_>],
    without: &BTreeSet<&str>,
    kept: &BTreeSet<&str>,
    holds: &dyn Fn(&BTreeSet<&str>) -> bool,
) -> Option<Difference> {
    let unlocks = |need: &&&Need<'_>| matches!(need.answer.scope.rule, ScopeRule::AnyOf(_));
    let is_enough = holds(without);
    if is_enough && users.iter().any(|need| unlocks(&need)) {
        return Some(cannot_tell(
            compared,
            name,
            users,
            "another scope that is held is enough for the calls, but this one unlocks more fields, and which are read is not known",
        ));
    }
    let narrower = compared.reach.scopes_of(name).nth(1);
    let with_narrower = narrower.map(|narrower| {
        let mut set = without.clone();
        set.insert(narrower);
        set
    });
    let would_do = !is_enough && with_narrower.is_some_and(|set| holds(&set));
    if !is_enough && !would_do {
        return None;
    }
    let wider = kept
        .iter()
        .find(|other| **other != name && compared.reach.scopes_of(other).any(|one| one == name));
    if let Some(wider) = wider.filter(|_| is_enough) {
        return Some(redundant(compared, name, users, wider));
    }
    let why = match would_do {
        true => "the operations that are called only read",
        false if users.is_empty() => "no operation that is called takes it",
        false => "everything that is called works without it",
    };
    let instead =
        narrower.filter(|_| would_do).map(|name| vec![name.to_owned()]).into_iter().collect();
    Some(surplus(compared, name, users, why.to_owned(), instead))
}

/// A scope that comes with another adds nothing, and taking it away takes nothing.
fn redundant(compared: &Compared<'_>, name: &str, users: &[&Need<'_>], wider: &str) -> Difference {
    Difference {
        why: format!("it comes with {wider}"),
        severity: Level::Informational,
        level: Confidence::Documented,
        place: compared.place_of_scope(name),
        ..difference(
            Standing::Excess(Certainty::Certain),
            Layer::Scope,
            name,
            users.iter().copied(),
        )
    }
}

fn surplus(
    compared: &Compared<'_>,
    name: &str,
    users: &[&Need<'_>],
    why: String,
    instead: Vec<Vec<String>>,
) -> Difference {
    let operations = compared.reach.of_scope(name);
    let only_reads = compared.beyond_scope(&operations).n_writes == 0;
    let is_blind = witness::is_audit_log_alone(compared.needs);
    let verdict = match compared.certainty {
        Some(certainty) if !(is_blind && only_reads) => Standing::Excess(certainty),
        _ => Standing::CannotTell,
    };
    let (mut why, mut instead) = (why, instead);
    if is_blind && only_reads {
        "the audit log shows no reads, so whether it is used cannot be told".clone_into(&mut why);
    } else if is_blind {
        let (n_writes, n_logged) = witness::logged_writes(compared.base, &operations);
        let _ = write!(
            why,
            "; of its {n_writes} writes {n_logged} leave an event that is known, its reads none"
        );
        if instead.is_empty() {
            instead.extend(compared.reach.scopes_of(name).nth(1).map(|name| vec![name.to_owned()]));
        }
    }
    Difference {
        why,
        instead,
        severity: compared.reach.severity(name, &operations),
        level: Confidence::Documented,
        beyond: Some(compared.beyond_scope(&operations)),
        place: compared.place_of_scope(name),
        ..difference(verdict, Layer::Scope, name, users.iter().copied())
    }
}

fn cannot_tell(compared: &Compared<'_>, name: &str, users: &[&Need<'_>], why: &str) -> Difference {
    let operations = compared.reach.of_scope(name);
    Difference {
        why: why.to_owned(),
        severity: compared.reach.severity(name, &operations),
        level: Confidence::Inferred,
        beyond: Some(compared.beyond_scope(&operations)),
        place: compared.place_of_scope(name),
        ..difference(Standing::CannotTell, Layer::Scope, name, users.iter().copied())
    }
}

impl Compared<'_> {
    fn beyond_scope(&self, operations: &[OperationId]) -> super::Beyond {
        let level = |id| self.base.operation(id).scope.level;
        self.reach.beyond(operations, &self.needs.operations(), level)
    }

    fn place_of_scope(&self, name: &str) -> Option<crate::Place> {
        self.grants.scopes.iter().find(|held| held.name == name).map(|held| held.place.clone())
    }
}
