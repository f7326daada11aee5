//! What is granted: read from answers of the API or a page by hand, told by shape, not by file name.
//!
//! Here are the facts as they were read; what they come to for one principal is [`Grants`].

mod dump;
mod hand;
mod hold;
mod record;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use self::hold::{
    Ambiguous, Grants, Held, HeldPermissions, HeldRole, Principal, PrincipalKind,
};
use crate::Place;

/// Faults that are kept with their place; the others are counted.
const FAULTS_MAX: usize = 1_000;

/// Records that are kept; what comes behind is a fault. An org has at most some ten thousand.
const RECORDS_MAX: usize = 200_000;

/// What dumps and pages by hand say is granted, to anybody.
#[derive(Debug, Clone, Default)]
pub struct Granted {
    /// API tokens, in order of reading.
    pub tokens: Vec<ApiToken>,
    /// Scopes of clients.
    pub scopes: Vec<ScopeGrant>,
    /// Roles of users, groups and clients.
    pub assignments: Vec<Assignment>,
    /// Custom roles, by id.
    pub custom_roles: BTreeMap<String, CustomRole>,
    /// Resource sets, by id.
    pub resource_sets: BTreeMap<String, Resources>,
    /// The setting "Public client app admins", which makes every service app a super administrator.
    pub public_client_app_admins: Option<(bool, Place)>,
    /// Principals of pages by hand, which tell everything that is granted to them.
    pub declared: Vec<Principal>,
    /// Groups that were listed, by id.
    pub groups: BTreeSet<String>,
    /// Lists that hold nothing: roles of a group without any look like that.
    pub n_empty_lists: usize,
    /// Names for ids, such as those of apps.
    pub labels: BTreeMap<String, String>,
    /// What could not be read or used, with its place, at most 1,000; `n_faults` has the number.
    pub faults: Vec<(Place, String)>,
    /// How many things could not be read or used.
    pub n_faults: u64,
    /// How many records were read.
    pub n_records: usize,
}

/// An API token, as the list of tokens has it. The value is never there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Such as `00T…`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whose it is: it can do what that user can, at any time.
    pub owner: String,
    /// Where it stands.
    pub place: Place,
}

/// A scope that a client may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeGrant {
    /// The client's id.
    pub client: String,
    /// Such as `okta.users.read` or `read:users`.
    pub scope: String,
    /// Whether it counts.
    pub is_active: bool,
    /// Of Auth0: the API; empty for Okta.
    pub audience: String,
    /// Where it stands.
    pub place: Place,
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Who has it.
    pub assignee: Assignee,
    /// Which.
    pub role: AssignedRole,
    /// The resource set that a custom role is bound to, by id; `None` where it is not said.
    pub resource_set: Option<String>,
    /// What a standard role is bound to.
    pub targets: Targets,
    /// Whether it counts.
    pub is_active: bool,
    /// Where it stands.
    pub place: Place,
}

/// Who has a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assignee {
    /// A user, by id.
    User(String),
    /// Everybody in a group, by its id.
    Group(String),
    /// A service app, by its client id.
    Client(String),
    /// The dump does not say.
    Unsaid,
}

/// A role by its name or id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssignedRole {
    /// Such as `HELP_DESK_ADMIN`.
    Standard(String),
    /// A custom role, by id; empty where it is not said.
    Custom(String),
}

/// What a standard role is bound to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Targets {
    /// The dump does not say; the role may be bound to some or to none.
    #[default]
    Unsaid,
    /// To nothing: it reaches all.
    All,
    /// To these groups and apps, by id.
    Only {
        /// Ids of groups.
        groups: BTreeSet<String>,
        /// Ids or names of apps.
        apps: BTreeSet<String>,
    },
}

/// A custom role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomRole {
    /// What people call it; may be empty.
    pub label: String,
    /// Its permissions; `None` if no dump has them.
    pub permissions: Option<BTreeSet<String>>,
    /// Permissions that are limited to some attributes of profiles.
    pub conditional: BTreeSet<String>,
}

/// What a resource set holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// What people call it; may be empty.
    pub label: String,
    /// Paths such as `/api/v1/groups/{id}/users`, or ORNs that have no such form; `None` if no dump has them.
    pub paths: Option<BTreeSet<String>>,
}

impl Granted {
    /// Reads one file: JSON if it begins like that, otherwise the form by hand. Files add up.
    ///
    /// What cannot be read becomes a fault; the rest of the file is read still.
    pub fn read(&mut self, path: &str, text: &str) {
        match text.trim_start().as_bytes().first() {
            Some(b'[' | b'{') => dump::read(self, path, text),
            Some(_) => hand::read(self, path, text),
            None => self.fault(Place { path: path.to_owned(), line: 0 }, "empty"),
        }
    }

    fn fault(&mut self, place: Place, what: impl Into<String>) {
        self.n_faults += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push((place, what.into()));
        }
    }
}

impl Targets {
    /// Adds what another page says of the same assignment.
    fn add(&mut self, groups: BTreeSet<String>, apps: BTreeSet<String>) {
        if groups.is_empty() && apps.is_empty() {
            return;
        }
        match self {
            Self::Only { groups: known, apps: known_apps } => {
                known.extend(groups);
                known_apps.extend(apps);
            }
            Self::Unsaid | Self::All => *self = Self::Only { groups, apps },
        }
    }
}

/// The text at a path of keys; `None` if a step is missing or it is no text.
fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    keys.iter().try_fold(value, |value, key| value.get(key))?.as_str()
}
