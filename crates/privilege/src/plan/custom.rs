//! Custom roles: the narrowest, the one with the fewest permissions, and the narrowest without the
//! permission that costs most for least.

use std::collections::BTreeMap;

use catalog::{Confidence, GrantKind, harm, permission, permissions};

use super::need::{Need, not_known};
use super::standard::sufficient;
use super::{Plan, PlanKind, Reason, operations, parted, scope, warning};
use crate::operation::Bundle;
use crate::solve::{Bits, Chosen, Inclusion, Thing, fewest, narrowest};
use crate::{PermissionRule, RoleGrant, RoleRule, Text};

/// A need, and what it asks in numbers.
struct Asked<'a> {
    need: Need<'a>,
    /// Any one of these; empty if nothing is needed, or if it cannot be met.
    alternatives: Vec<Bits>,
    /// Why no custom role meets it.
    why_not: Option<Text>,
}

/// The plans of custom roles; none of them grants anything if no call needs a permission.
pub(super) fn plans(needs: &[Need<'_>]) -> Vec<Plan> {
    let inclusion = inclusion(needs);
    let asked: Vec<_> = needs.iter().map(|need| ask(&inclusion, *need)).collect();
    let demands = demands(&asked);
    let least = narrowest(&inclusion, &demands);
    let few = fewest(&inclusion, &demands);
    let without = without(&inclusion, &asked, &least);
    let mut plans = vec![
        plan(PlanKind::Narrowest, &inclusion, &asked, &least),
        plan(PlanKind::Fewest, &inclusion, &asked, &few),
    ];
    plans.extend(without.map(|(left_out, asked, chosen)| {
        let without = inclusion.name(left_out).clone();
        Plan { without, ..plan(PlanKind::Narrowest, &inclusion, &asked, &chosen) }
    }));
    plans
}

/// Every permission that is known or asked for.
fn inclusion(needs: &[Need<'_>]) -> Inclusion {
    let weight = |name: &str| harm(GrantKind::Permission, name).map_or(1, |harm| harm.weight);
    let known = permissions().iter().map(|one| {
        // What comes along only by inference is granted beside, so that nothing hangs on it.
        let is_known = one.inclusion >= Confidence::Supported;
        let includes = one.includes().filter(|_| is_known).map(Text::Borrowed).collect();
        let is_grantable = one.grantable == catalog::Grantable::Yes;
        (Text::Borrowed(one.name), Thing { includes, weight: weight(one.name), is_grantable })
    });
    let mut all: BTreeMap<_, _> = known.collect();
    for name in needs.iter().flat_map(|need| bundles(need).iter().flatten()) {
        let new = || Thing { includes: Vec::new(), weight: weight(name), is_grantable: true };
        all.entry(name.clone()).or_insert_with(new);
    }
    Inclusion::new(all)
}

fn bundles<'n>(need: &Need<'n>) -> &'n [Bundle] {
    match &need.answer.permission.rule {
        PermissionRule::AnyOf(bundles) => bundles,
        _ => &[],
    }
}

fn ask<'a>(inclusion: &Inclusion, need: Need<'a>) -> Asked<'a> {
    let bits = |bundle: &Bundle| bundle.iter().filter_map(|name| inclusion.number(name)).collect();
    let is_grantable = |bundle: &Bits| bundle.iter().all(|number| inclusion.is_grantable(number));
    let all: Vec<Bits> = bundles(&need).iter().map(bits).collect();
    let alternatives: Vec<_> = all.iter().filter(|bundle| is_grantable(bundle)).cloned().collect();
    let edge = &need.answer.permission;
    let why_not = match &edge.rule {
        _ if need.is_of_another_system() => {
            Some("it takes credentials of another system".to_owned())
        }
        PermissionRule::Ungrantable => Some("no custom role can have what it takes".to_owned()),
        PermissionRule::Unknown => Some(not_known("which permission it takes", &edge.note)),
        PermissionRule::AnyOf(_) if alternatives.is_empty() => Some(ungrantable(inclusion, &all)),
        PermissionRule::AnyOf(_) | PermissionRule::NotNeeded => None,
    };
    let why_not = why_not.map(|why| need.because(&(why + &beside(&need))));
    Asked { need, alternatives, why_not }
}

/// The standard role with the least harm that meets a need which no custom role meets, in words.
fn beside(need: &Need<'_>) -> String {
    let RoleRule::AnyOf(grants) = &need.answer.role.rule else { return String::new() };
    let weight = |grant: &&RoleGrant| harm(GrantKind::Role, &grant.role).map(|harm| harm.weight);
    let (enough, _) = sufficient(grants, need.answer.role.level);
    let least = enough.into_iter().min_by_key(weight);
    least.map_or_else(String::new, |grant| {
        format!(
            "; of the standard roles {} is enough ({})",
            grant.role,
            need.answer.role.level.name()
        )
    })
}

fn ungrantable(inclusion: &Inclusion, alternatives: &[Bits]) -> String {
    let refused = alternatives.iter().flat_map(Bits::iter);
    let name = refused.filter(|number| !inclusion.is_grantable(*number)).map(|n| inclusion.name(n));
    let names: Vec<_> = name.map(Text::as_ref).collect();
    format!("no source confirms that a custom role can have {}", names.join(", "))
}

fn demands(asked: &[Asked<'_>]) -> Vec<Vec<Bits>> {
    let open = asked.iter().filter(|one| one.why_not.is_none() && !one.alternatives.is_empty());
    let mut demands: Vec<_> = open.map(|one| one.alternatives.clone()).collect();
    demands.sort_unstable();
    demands.dedup();
    demands
}

/// The permission whose few operations cost most, the needs without those, and what is left to grant;
/// `None` if that is not worth a plan of its own.
fn without<'a>(
    inclusion: &Inclusion,
    asked: &[Asked<'a>],
    whole: &Chosen,
) -> Option<(usize, Vec<Asked<'a>>, Chosen)> {
    let demands = demands(asked);
    let spare = |number: usize| -> Vec<Vec<Bits>> {
        let left = demands.iter().map(|sets| sparing(inclusion, sets, number));
        left.filter(|sets| !sets.is_empty()).collect()
    };
    let tries = whole.set.iter().map(|number| (number, narrowest(inclusion, &spare(number))));
    let (number, chosen) =
        tries.min_by_key(|(number, chosen)| (inclusion.harm(&chosen.set), *number))?;
    let left: Vec<_> = asked.iter().map(|one| leave_out(inclusion, one, number)).collect();
    let n_met = |asked: &[Asked<'_>]| asked.iter().filter(|one| one.why_not.is_none()).count();
    let (before, after) = (inclusion.harm(&whole.set), inclusion.harm(&chosen.set));
    // Worth a look where a quarter of the harm goes with less than half of the operations.
    let is_worth = after * 4 <= before * 3 && n_met(&left) * 2 > n_met(asked);
    (is_worth && !chosen.set.is_empty()).then_some((number, left, chosen))
}

/// The alternatives that do without one permission, and without whatever includes it.
fn sparing(inclusion: &Inclusion, alternatives: &[Bits], left_out: usize) -> Vec<Bits> {
    let spares = |bundle: &&Bits| !inclusion.closure_of(bundle).contains(left_out);
    alternatives.iter().filter(spares).cloned().collect()
}

/// A need as it is if one permission, and whatever includes it, is not granted.
fn leave_out<'a>(inclusion: &Inclusion, asked: &Asked<'a>, left_out: usize) -> Asked<'a> {
    let alternatives = sparing(inclusion, &asked.alternatives, left_out);
    let is_lost = alternatives.is_empty() && !asked.alternatives.is_empty();
    let lost =
        || asked.need.because(&format!("left out, for it takes {}", inclusion.name(left_out)));
    let why_not = asked.why_not.clone().or_else(|| is_lost.then(lost));
    Asked { need: asked.need, alternatives, why_not }
}

fn plan(kind: PlanKind, inclusion: &Inclusion, asked: &[Asked<'_>], chosen: &Chosen) -> Plan {
    let met = |one: &&Asked<'_>| one.why_not.is_none();
    let covered: Vec<_> = asked.iter().filter(met).map(|one| one.need).collect();
    let permissions = reasons(inclusion, asked, &chosen.set);
    let levels = covered.iter().map(|need| need.answer.permission.level);
    let level = levels.chain(permissions.iter().map(|reason| reason.level)).min();
    let scopes = scope::reasons(&covered);
    let uncovered: Vec<_> =
        asked.iter().filter_map(|one| Some((one.need.id, one.why_not.clone()?))).collect();
    let mut plan = Plan {
        permissions,
        level: weakest(level, &scopes),
        scopes,
        warnings: warning::rests_on(&covered),
        ..parted(kind, &covered, uncovered)
    };
    if !chosen.is_proved {
        plan.warnings.push("the search was cut short: a smaller role may exist".into());
    }
    plan
}

/// The weaker of a level and those of scopes.
pub(super) fn weakest(level: Option<Confidence>, scopes: &[Reason]) -> Confidence {
    let levels = level.into_iter().chain(scopes.iter().map(|scope| scope.level));
    levels.min().unwrap_or(Confidence::Documented)
}

/// Why each permission is granted: the needs that it meets, alone or with others.
fn reasons(inclusion: &Inclusion, asked: &[Asked<'_>], set: &Bits) -> Vec<Reason> {
    let given = inclusion.closure_of(set);
    let met: Vec<(Need<'_>, &Bits)> = asked
        .iter()
        .filter(|one| one.why_not.is_none())
        .filter_map(|one| {
            Some((one.need, one.alternatives.iter().find(|bundle| bundle.is_subset(&given))?))
        })
        .collect();
    set.iter().map(|number| reason(inclusion, &met, number)).collect()
}

fn reason(inclusion: &Inclusion, met: &[(Need<'_>, &Bits)], number: usize) -> Reason {
    let brings = inclusion.closure(number);
    let needs: Vec<_> =
        met.iter().filter(|(_, bundle)| bundle.meets(brings)).map(|(need, _)| *need).collect();
    let name = inclusion.name(number).clone();
    let known = permission(&name);
    // Where only what comes with it is asked for, it is known no better than that this comes with it.
    let is_asked = met.iter().any(|(_, bundle)| bundle.contains(number));
    let by_inclusion = known.filter(|_| !is_asked).map(|known| known.inclusion);
    let levels = needs.iter().map(|need| need.answer.permission.level).chain(by_inclusion);
    let limit = known.map_or("", |known| known.resources);
    Reason {
        level: levels.min().unwrap_or(Confidence::Unknown),
        operations: operations(needs.iter()),
        limit: limit.into(),
        name,
    }
}
