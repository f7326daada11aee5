//! One operation, and the three edges that lead from it: to scopes, to permissions, to roles.

use std::borrow::Cow;

use catalog::{Confidence, Product};

use crate::Method;

/// A name from the catalog, or from a file that was laid over it.
pub type Text = Cow<'static, str>;

/// The number of an operation in a [`Base`](crate::Base); means nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationId(pub(crate) u32);

/// One operation of an API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Okta or Auth0.
    pub product: Product,
    /// Which of the vendor's APIs: `management`, `authn`, `oauth`, `governance`, …
    pub api: Text,
    /// Its verb.
    pub method: Method,
    /// The path's template, such as `/api/v1/users/{userId}`.
    pub path: Text,
    /// The vendor's name of it, such as `getUser`.
    pub id: Text,
    /// The chapter of the vendor's reference.
    pub tag: Text,
    /// Path of the method in the vendor's libraries where it differs from `id`; may be empty.
    pub sdk: Text,
    /// What it accepts.
    pub credentials: Credentials,
    /// `ga`, `limited`, `early`, `beta`, or empty.
    pub lifecycle: Text,
    /// The vendor advises against it.
    pub deprecated: bool,
    /// Only on Okta Identity Engine.
    pub identity_engine: bool,
    /// To scopes.
    pub scope: Edge<ScopeRule>,
    /// To permissions of custom roles. Auth0 has none.
    pub permission: Edge<PermissionRule>,
    /// To standard roles. Auth0 has none for programs.
    pub role: Edge<RoleRule>,
}

impl Operation {
    /// A name that no other API has: that of its own, a colon, and the vendor's name.
    pub(crate) fn qualified_name(&self) -> String {
        let name = if self.id.is_empty() { &self.sdk } else { &self.id };
        format!("{}:{name}", self.api)
    }
}

/// Which credentials an operation accepts. All false: one of a kind that is not told here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is accepted or not, in any combination")]
pub struct Credentials {
    /// Access tokens of the organization.
    pub oauth: bool,
    /// API tokens (`SSWS`).
    pub token: bool,
    /// None at all.
    pub none: bool,
    /// Those of another system: a client's own secret, Access Gateway's, Privileged Access's.
    pub other: bool,
}

/// A statement, how well it is known, and where from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge<R> {
    /// What is stated.
    pub rule: R,
    /// How well it is known.
    pub level: Confidence,
    /// Why, in a few words; may be empty.
    pub note: Text,
    /// Where from.
    pub source: Text,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: Text,
}

/// Which scopes an access token needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeRule {
    /// No credential is asked for.
    Open,
    /// No scope reaches it: it cannot be done with an access token.
    Unreachable,
    /// All of these.
    AllOf(Vec<Text>),
    /// Any one of these; others may unlock more fields.
    AnyOf(Vec<Text>),
    /// Not said.
    Unknown,
}

impl ScopeRule {
    /// The scopes that it names; empty where it names none.
    pub fn names(&self) -> &[Text] {
        match self {
            Self::AllOf(names) | Self::AnyOf(names) => names,
            Self::Open | Self::Unreachable | Self::Unknown => &[],
        }
    }

    /// Whether both name the same scopes, in any order. Which of several are needed does not count:
    /// descriptions do not say it.
    pub(crate) fn names_same(&self, other: &Self) -> bool {
        let sorted = |rule: &Self| {
            let mut names = rule.names().to_vec();
            names.sort_unstable();
            names
        };
        let same_kind = std::mem::discriminant(self) == std::mem::discriminant(other);
        sorted(self) == sorted(other) && (same_kind || !self.names().is_empty())
    }
}

/// Permissions that are needed together.
pub type Bundle = Vec<Text>;

/// Which permissions a custom role needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PermissionRule {
    /// None is asked for.
    NotNeeded,
    /// No custom role can have what it takes.
    Ungrantable,
    /// Any one of these bundles, narrowest first.
    AnyOf(Vec<Bundle>),
    /// Not known.
    Unknown,
}

/// Which standard roles suffice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleRule {
    /// None is asked for.
    NotNeeded,
    /// Any one of these.
    AnyOf(Vec<RoleGrant>),
    /// Not known.
    Unknown,
}

/// A standard role that suffices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGrant {
    /// Such as `USER_ADMIN`.
    pub role: Text,
    /// Only within the groups or apps that the assignment targets.
    pub within_targets: bool,
    /// Another limit: `self`, `OIDC`, `app-policies`; empty for none.
    pub limit: Text,
}
