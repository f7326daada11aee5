//! Scopes: exact where the description says all of them, else the least that is enough.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Confidence, GrantKind, harm};

use super::need::{Need, not_known};
use super::{Plan, PlanKind, Reason, operations, parted, warning};
use crate::solve::{Bits, Inclusion, Thing, narrowest};
use crate::{ScopeRule, Text};

/// The plan for programs of Auth0, where scopes are all there is.
pub(super) fn plan(needs: &[Need<'_>]) -> Plan {
    let (covered, uncovered): (Vec<_>, Vec<_>) =
        needs.iter().copied().partition(|need| why_not(need).is_none());
    let why = |need: &Need<'_>| Some((need.id, need.because(&why_not(need)?)));
    let levels = covered.iter().map(|need| need.answer.scope.level);
    let level = levels.min().unwrap_or(Confidence::Documented);
    Plan {
        scopes: reasons(&covered),
        level,
        warnings: warning::rests_on(&covered),
        ..parted(PlanKind::Scopes, &covered, uncovered.iter().filter_map(why).collect())
    }
}

fn why_not(need: &Need<'_>) -> Option<String> {
    let edge = &need.answer.scope;
    match edge.rule {
        _ if need.is_of_another_system() => {
            Some("it takes credentials of another system".to_owned())
        }
        ScopeRule::Open | ScopeRule::AllOf(_) | ScopeRule::AnyOf(_) => None,
        ScopeRule::Unreachable => Some("no scope is named for it".to_owned()),
        ScopeRule::Unknown => Some(not_known("which scope it takes", &edge.note)),
    }
}

/// The scopes that an access token needs for all of these, in order of name; a scope to read is left out
/// where the one to manage the same is there.
pub(super) fn reasons(needs: &[Need<'_>]) -> Vec<Reason> {
    let asked: Vec<_> = needs.iter().map(|need| (*need, sets(need))).collect();
    let names: BTreeSet<_> =
        asked.iter().flat_map(|(_, sets)| sets.iter().flatten().cloned()).collect();
    let inclusion = inclusion(&names);
    let asked: Vec<_> =
        asked.into_iter().map(|(need, sets)| (need, bits(&inclusion, &sets))).collect();
    let demands: BTreeSet<_> = asked.iter().map(|(_, sets)| sets.clone()).collect();
    let open: Vec<_> = demands.into_iter().filter(|sets| !sets.is_empty()).collect();
    let chosen = narrowest(&inclusion, &open);
    let given = inclusion.closure_of(&chosen.set);
    let met: Vec<(Need<'_>, &Bits)> = asked
        .iter()
        .filter_map(|(need, sets)| Some((*need, sets.iter().find(|set| set.is_subset(&given))?)))
        .collect();
    chosen.set.iter().map(|number| reason(&inclusion, &met, number)).collect()
}

fn reason(inclusion: &Inclusion, met: &[(Need<'_>, &Bits)], number: usize) -> Reason {
    let brings = inclusion.closure(number);
    let needs: Vec<_> =
        met.iter().filter(|(_, set)| set.meets(brings)).map(|(need, _)| *need).collect();
    let levels = needs.iter().map(|need| need.answer.scope.level);
    Reason {
        name: inclusion.name(number).clone(),
        level: levels.min().unwrap_or(Confidence::Unknown),
        operations: operations(needs.iter()),
        limit: Text::Borrowed(""),
    }
}

/// The sets of scopes of which one is needed.
fn sets(need: &Need<'_>) -> Vec<Vec<Text>> {
    match &need.answer.scope.rule {
        ScopeRule::AllOf(scopes) if !scopes.is_empty() => vec![scopes.clone()],
        ScopeRule::AnyOf(scopes) => scopes.iter().map(|scope| vec![scope.clone()]).collect(),
        _ => Vec::new(),
    }
}

fn bits(inclusion: &Inclusion, sets: &[Vec<Text>]) -> Vec<Bits> {
    let number = |scope: &Text| inclusion.number(scope);
    sets.iter().map(|set| set.iter().filter_map(number).collect()).collect()
}

fn inclusion(names: &BTreeSet<Text>) -> Inclusion {
    let one = |name: &Text| {
        let weight = harm(GrantKind::Scope, name).map_or(1, |harm| harm.weight);
        let includes = read_of(name).into_iter().collect();
        (name.clone(), Thing { includes, weight, is_grantable: true })
    };
    Inclusion::new(names.iter().map(one).collect::<BTreeMap<_, _>>())
}

/// The scope to read what `okta.….manage` manages, which comes with it. Source: Okta guide "Implement OAuth for Okta",
/// section on scopes, checked 2026-11-22.
fn read_of(scope: &str) -> Option<Text> {
    let family = scope.strip_prefix("okta.")?.strip_suffix(".manage")?;
    Some(format!("okta.{family}.read").into())
}
