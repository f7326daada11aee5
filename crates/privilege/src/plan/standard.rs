//! Standard roles only: as few as can be, and once more without the one that costs most for least.

use std::collections::BTreeSet;

use catalog::{Confidence, GrantKind, admin_role, harm};

use super::custom::weakest;
use super::need::{Need, not_known};
use super::{Plan, PlanKind, Reason, operations, parted, scope, warning};
use crate::solve::{MAX_ROLES, fewest_roles};
use crate::{RoleGrant, RoleRule, Text};

/// The role that can do everything, and is therefore the answer to nothing unless a source says so.
const SUPER: &str = "SUPER_ADMIN";

/// That role without limits.
static SUPER_GRANT: RoleGrant =
    RoleGrant { role: Text::Borrowed(SUPER), within_targets: false, limit: Text::Borrowed("") };

/// A need, and which roles meet it.
#[derive(Clone)]
struct Asked<'a> {
    need: Need<'a>,
    roles: Vec<&'a RoleGrant>,
    /// How well it is known that they do.
    level: Confidence,
    why_not: Option<Text>,
}

/// The plans of standard roles.
pub(super) fn plans(needs: &[Need<'_>]) -> Vec<Plan> {
    let asked: Vec<_> = needs.iter().map(|need| ask(*need)).collect();
    let forcing: Vec<_> =
        asked.iter().filter(|one| one.takes_super()).map(|one| one.need).collect();
    let whole = if forcing.is_empty() { asked.clone() } else { with_super(&asked) };
    let chosen = choose(&whole);
    let without = without(&asked, &chosen);
    let mut first = plan(&whole, &chosen);
    first.warnings.extend(forced_by(&forcing));
    let others = without.map(|(role, asked, chosen)| Plan {
        without: role.to_owned().into(),
        ..plan(&asked, &chosen)
    });
    [Some(first), others].into_iter().flatten().collect()
}

/// Which calls are the reason for the role that can do everything.
fn forced_by(forcing: &[Need<'_>]) -> Option<Text> {
    let name =
        |need: &Need<'_>| format!("{} {}", need.operation.method.name(), need.operation.path);
    let names: Vec<_> = forcing.iter().map(name).collect();
    (!names.is_empty()).then(|| format!("{SUPER} is needed for {}", names.join(", ")).into())
}

fn ask(need: Need<'_>) -> Asked<'_> {
    let edge = &need.answer.role;
    let (roles, why_not) = match &edge.rule {
        _ if need.is_of_another_system() => {
            (Vec::new(), Some("it takes credentials of another system".to_owned()))
        }
        RoleRule::NotNeeded => (Vec::new(), None),
        RoleRule::Unknown => (Vec::new(), Some(not_known("which role it takes", &edge.note))),
        RoleRule::AnyOf(grants) => sufficient(grants, edge.level),
    };
    Asked { need, roles, level: edge.level, why_not: why_not.map(|why| need.because(&why)) }
}

impl Asked<'_> {
    fn takes_super(&self) -> bool {
        self.roles.iter().any(|grant| grant.role == SUPER)
    }
}

/// The roles of a rule that may be granted for it: not the one that can do everything if there is another,
/// none with a limit of its own if there is one without, none that is no longer assigned.
pub(super) fn sufficient(
    grants: &[RoleGrant],
    level: Confidence,
) -> (Vec<&RoleGrant>, Option<String>) {
    let is_former = |grant: &RoleGrant| admin_role(&grant.role).is_some_and(|one| !one.is_current);
    let lesser: Vec<_> =
        grants.iter().filter(|grant| grant.role != SUPER && !is_former(grant)).collect();
    let free: Vec<_> = lesser.iter().copied().filter(|grant| grant.limit.is_empty()).collect();
    if !free.is_empty() || !lesser.is_empty() {
        return (if free.is_empty() { lesser } else { free }, None);
    }
    if level >= Confidence::Documented && !grants.is_empty() {
        return (grants.iter().collect(), None);
    }
    let why = "no standard role is known for it; that it takes SUPER_ADMIN is not documented";
    (Vec::new(), Some(why.to_owned()))
}

/// The needs where the role that can do everything is granted anyway: it meets them all. Source: comparison of
/// administrator roles, in which it has every task, checked 2026-11-22.
fn with_super<'a>(asked: &[Asked<'a>]) -> Vec<Asked<'a>> {
    let mut all = asked.to_vec();
    for one in &mut all {
        let is_met = matches!(one.need.answer.role.rule, RoleRule::NotNeeded);
        if is_met || one.need.is_of_another_system() {
            continue;
        }
        if !one.takes_super() {
            one.level = Confidence::Documented;
        }
        one.roles = vec![&SUPER_GRANT];
        one.why_not = None;
    }
    all
}

/// The names of the roles to grant.
fn choose<'a>(asked: &[Asked<'a>]) -> BTreeSet<&'a str> {
    let open = || asked.iter().filter(|one| one.why_not.is_none() && !one.roles.is_empty());
    let named: BTreeSet<&str> =
        open().flat_map(|one| one.roles.iter().map(|grant| grant.role.as_ref())).collect();
    let named: Vec<_> = named.into_iter().take(MAX_ROLES).collect();
    let bit = |grant: &&RoleGrant| named.iter().position(|name| *name == grant.role);
    let mask =
        |one: &Asked<'_>| one.roles.iter().filter_map(bit).fold(0, |mask, at| mask | 1 << at);
    let demands: Vec<u32> = open().map(mask).filter(|mask| *mask != 0).collect();
    let weight = |name: &&str| u64::from(harm(GrantKind::Role, name).map_or(1, |one| one.weight));
    let weights: Vec<_> = named.iter().map(weight).collect();
    let chosen = fewest_roles(&demands, &weights).unwrap_or_default();
    named
        .iter()
        .enumerate()
        .filter(|(at, _)| chosen & (1 << at) != 0)
        .map(|(_, name)| *name)
        .collect()
}

fn total(roles: &BTreeSet<&str>) -> u64 {
    let weight = |name: &&str| u64::from(harm(GrantKind::Role, name).map_or(1, |one| one.weight));
    roles.iter().map(weight).sum()
}

/// The role whose few operations cost most, the needs without those, and what is left to grant; `None` if
/// that is not worth a plan of its own.
fn without<'a>(
    asked: &[Asked<'a>],
    whole: &BTreeSet<&'a str>,
) -> Option<(&'a str, Vec<Asked<'a>>, BTreeSet<&'a str>)> {
    let tries = whole.iter().map(|role| {
        let left: Vec<_> = asked.iter().map(|one| leave_out(one, role)).collect();
        let chosen = choose(&left);
        (total(&chosen), *role, left, chosen)
    });
    let (after, role, left, chosen) = tries.min_by_key(|(harm, role, ..)| (*harm, *role))?;
    let n_met = |asked: &[Asked<'_>]| asked.iter().filter(|one| one.why_not.is_none()).count();
    let is_worth = after * 4 <= total(whole) * 3 && n_met(&left) * 2 > n_met(asked);
    (is_worth && !chosen.is_empty()).then_some((role, left, chosen))
}

fn leave_out<'a>(asked: &Asked<'a>, role: &str) -> Asked<'a> {
    let roles: Vec<_> = asked.roles.iter().copied().filter(|grant| grant.role != role).collect();
    let is_lost = roles.is_empty() && !asked.roles.is_empty();
    let lost = || asked.need.because(&format!("left out, for it takes {role}"));
    let why_not = asked.why_not.clone().or_else(|| is_lost.then(lost));
    Asked { roles, why_not, ..asked.clone() }
}

fn plan(asked: &[Asked<'_>], chosen: &BTreeSet<&str>) -> Plan {
    let is_met = |one: &Asked<'_>| {
        let has = |grant: &&RoleGrant| chosen.contains(grant.role.as_ref());
        one.why_not.is_none() && (one.roles.is_empty() || one.roles.iter().any(has))
    };
    let met = || asked.iter().filter(|one| is_met(one));
    let covered: Vec<_> = met().map(|one| one.need).collect();
    let missed = Text::Borrowed("too many roles are named to weigh them all");
    let why =
        |one: &Asked<'_>| (one.need.id, one.why_not.clone().unwrap_or_else(|| missed.clone()));
    let level = met().map(|one| one.level).min();
    let scopes = scope::reasons(&covered);
    let uncovered = asked.iter().filter(|one| !is_met(one)).map(why).collect();
    Plan {
        roles: chosen.iter().map(|role| reason(asked, role)).collect(),
        level: weakest(level, &scopes),
        scopes,
        warnings: warning::rests_on(&covered),
        ..parted(PlanKind::Standard, &covered, uncovered)
    }
}

/// Why one role is granted, and within which limits it is enough.
fn reason(asked: &[Asked<'_>], role: &str) -> Reason {
    let met: Vec<_> = asked
        .iter()
        .filter(|one| one.why_not.is_none() && one.roles.iter().any(|grant| grant.role == role))
        .collect();
    let limits: BTreeSet<&str> = met
        .iter()
        .flat_map(|one| one.roles.iter().filter(|grant| grant.role == role))
        .flat_map(|grant| {
            [if grant.within_targets { "within its targets" } else { "" }, grant.limit.as_ref()]
        })
        .filter(|limit| !limit.is_empty())
        .collect();
    let levels = met.iter().map(|one| one.level);
    Reason {
        name: role.to_owned().into(),
        level: levels.min().unwrap_or(Confidence::Unknown),
        operations: operations(met.iter().map(|one| &one.need)),
        limit: limits.into_iter().collect::<Vec<_>>().join(", ").into(),
    }
}
