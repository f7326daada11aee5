//! A plan: what to grant so that a set of calls works.

use catalog::Confidence;

use crate::{OperationId, Text};

/// What to grant so that a set of calls works, and no more.
#[derive(Debug, Clone)]
pub struct Plan {
    /// By which aim it was made.
    pub kind: PlanKind,
    /// Scopes for a service app, in order of name; empty for a token or where none is needed.
    pub scopes: Vec<Reason>,
    /// Permissions of one custom role, in order of name; empty for a plan of standard roles.
    pub permissions: Vec<Reason>,
    /// Standard roles, in order of name; empty for a custom role.
    pub roles: Vec<Reason>,
    /// What the role is bound to.
    pub resources: ResourceSet,
    /// Operations that it allows, as far as is known.
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
