//! A plan: what to grant so that a set of calls works.
//!
//! ```text
//!  Answers ──▶ Needs ─┬─ permissions ─ solve ─▶ narrowest, fewest ─┐
//!                     ├─ roles ─────── solve ─▶ standard ──────────┼─▶ each once more, without what
//!                     └─ scopes ────── solve ─▶ scopes of each ────┘   costs most for least
//! ```

mod beside;
mod custom;
mod need;
mod resource;
mod scope;
mod standard;
mod warning;

use catalog::{Confidence, Product};

pub use crate::plan::beside::applicable;
use crate::plan::need::{Need, needs};
use crate::{Answer, Base, OperationId, Text, Usage};

/// What to grant so that a set of calls works, and no more.
#[derive(Debug, Clone)]
pub struct Plan {
    /// By which aim it was made.
    pub kind: PlanKind,
    /// The permission or role that it does without, at the price of a few operations, which `uncovered`
    /// names; empty for a plan that covers all it can.
    pub without: Text,
    /// Scopes for a service app, in order of name; empty for a token or where none is needed.
    pub scopes: Vec<Reason>,
    /// Permissions of one custom role, in order of name; empty for a plan of standard roles.
    pub permissions: Vec<Reason>,
    /// Standard roles, in order of name; those beside a custom role, where there is one.
    pub roles: Vec<Reason>,
    /// What the role is bound to.
    pub resources: ResourceSet,
    /// Operations that it allows in every way in which they are called, as far as is known.
    pub covered: Vec<OperationId>,
    /// Operations that it does not allow, or of which that is not known, with why.
    pub uncovered: Vec<(OperationId, Text)>,
    /// The weakest edge that the plan rests on.
    pub level: Confidence,
    /// What whoever applies it must know.
    pub warnings: Vec<Text>,
}

/// By which aim a plan is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanKind {
    /// A custom role that can do the least.
    Narrowest,
    /// A custom role with the fewest permissions.
    Fewest,
    /// Standard roles only.
    Standard,
    /// Scopes alone, where roles do not exist (Auth0).
    Scopes,
}

/// Something to grant, and why.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The scope, permission or role.
    pub name: Text,
    /// The operations that need it.
    pub operations: Vec<OperationId>,
    /// The weakest edge among those.
    pub level: Confidence,
    /// Within targets, or another limit; may be empty.
    pub limit: Text,
}

/// What a role is bound to.
#[derive(Debug, Clone, Default)]
pub struct ResourceSet {
    /// In the form of a URL's path, such as `/api/v1/groups/{id}/users`.
    pub paths: Vec<String>,
    /// The same as ORNs, with `{orgId}` where the organization's id goes.
    pub orns: Vec<String>,
    /// Why it is as wide as it is; may be empty.
    pub notes: Vec<Text>,
}

impl PlanKind {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Narrowest => "narrowest",
            Self::Fewest => "fewest",
            Self::Standard => "standard",
            Self::Scopes => "scopes",
        }
    }
}

/// The plans for a set of answers: for Okta the narrowest custom role, the fewest permissions, the fewest
/// standard roles, then what a custom role or standard roles are without the grant that costs most for
/// least, where that is worth it; for Auth0 the scopes. None where nothing is called.
pub fn plans(base: &Base, usage: &Usage, answers: &[Answer]) -> Vec<Plan> {
    let (okta, auth0): (Vec<_>, Vec<_>) =
        needs(base, answers).into_iter().partition(|need| need.operation.product == Product::Okta);
    let mut plans = Vec::new();
    if !okta.is_empty() {
        plans.extend(custom::plans(&okta));
        plans.extend(standard::plans(&okta));
        plans.sort_by_key(|plan| (!plan.without.is_empty(), plan.kind));
    }
    if !auth0.is_empty() {
        plans.push(scope::plan(&auth0));
    }
    for plan in &mut plans {
        plan.resources = resource::resources(plan, usage, answers);
        warning::powers(plan);
    }
    plans
}

/// A plan that grants nothing yet, for these needs without those that it cannot meet. An operation with
/// one need that is met and another that is not counts as not covered; the reason says which need that is.
fn parted(kind: PlanKind, met: &[Need<'_>], mut uncovered: Vec<(OperationId, Text)>) -> Plan {
    uncovered.dedup();
    let mut covered = operations(met.iter());
    covered.retain(|id| uncovered.iter().all(|(one, _)| one != id));
    Plan {
        kind,
        without: Text::Borrowed(""),
        scopes: Vec::new(),
        permissions: Vec::new(),
        roles: Vec::new(),
        resources: ResourceSet::default(),
        covered,
        uncovered,
        level: Confidence::Documented,
        warnings: Vec::new(),
    }
}

/// Operations of needs, each once, in order.
fn operations<'n>(needs: impl Iterator<Item = &'n Need<'n>>) -> Vec<OperationId> {
    let mut ids: Vec<_> = needs.map(|need| need.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
