//! A plan that can be applied as it is: a custom role, and beside it standard roles for what no custom
//! role allows.

use std::collections::BTreeSet;

use catalog::{GrantKind, Product, harm};

use super::need::{Need, needs};
use super::warning::GREAT_HARM;
use super::{Plan, PlanKind, Reason, plans, scope};
use crate::{Answer, Base, OperationId, Text, Usage};

/// The plans, of which the first is fit to be applied.
///
/// Where no custom role allows anything, that is the plan of standard roles. Where a custom role leaves
/// operations out, it has the standard roles that allow them beside it, unless such a role is far-reaching:
/// then they stay left out, and why is said. It has the scopes of all operations, those left out as well.
pub fn applicable(
    base: &Base,
    usage: &Usage,
    answers: &[Answer],
    mut plans: Vec<Plan>,
) -> Vec<Plan> {
    let is_custom = |plan: &Plan| plan.kind == PlanKind::Narrowest;
    if plans.first().is_some_and(|plan| is_custom(plan) && plan.permissions.is_empty())
        && let Some(at) = plans.iter().position(|plan| !plan.roles.is_empty())
    {
        plans[..=at].rotate_right(1);
    }
    let Some(first) = plans.first_mut().filter(|plan| plan.kind != PlanKind::Scopes) else {
        return plans;
    };
    if is_custom(first) && !first.permissions.is_empty() {
        add_roles(base, usage, answers, first);
    }
    let all: Vec<Need<'_>> = needs(base, answers);
    let okta = all.into_iter().filter(|need| need.operation.product == Product::Okta);
    first.scopes = scope::reasons(&okta.collect::<Vec<_>>());
    plans
}

/// Adds the standard roles that allow what a plan leaves out.
fn add_roles(base: &Base, usage: &Usage, answers: &[Answer], plan: &mut Plan) {
    let left: BTreeSet<_> = plan.uncovered.iter().map(|(id, _)| *id).collect();
    let is_left = |answer: &&Answer| answer.operation.is_some_and(|id| left.contains(&id));
    let rest: Vec<_> = answers.iter().filter(is_left).cloned().collect();
    let is_whole = |plan: &Plan| plan.kind == PlanKind::Standard && plan.without.is_empty();
    let Some(standard) = plans(base, usage, &rest).into_iter().find(is_whole) else { return };
    let (wide, narrow): (Vec<_>, Vec<_>) = standard.roles.into_iter().partition(is_wide);
    let allowed: BTreeSet<_> = narrow.iter().flat_map(|role| &role.operations).copied().collect();
    let is_allowed = |id: &OperationId| allowed.contains(id) && standard.covered.contains(id);
    plan.uncovered.retain(|(id, _)| !is_allowed(id));
    for (id, why) in &mut plan.uncovered {
        if let Some(role) = wide.iter().find(|role| role.operations.contains(id)) {
            *why = Text::Owned(format!("{why}; {} is not given for it, as it is wide", role.name));
        }
    }
    plan.covered.extend(left.iter().filter(|id| is_allowed(id)));
    plan.covered.sort_unstable();
    plan.covered.dedup();
    if let Some(least) = narrow.iter().map(|role| role.level).min() {
        plan.level = plan.level.min(least);
    }
    plan.roles = narrow;
}

fn is_wide(role: &Reason) -> bool {
    let name = role.name.split(['*', '(']).next().unwrap_or(&role.name);
    harm(GrantKind::Role, name).is_none_or(|harm| harm.weight >= GREAT_HARM)
}

#[cfg(test)]
mod tests;
