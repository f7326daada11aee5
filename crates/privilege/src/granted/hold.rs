//! What the facts come to for one principal, and what they leave open or contradict.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use catalog::RoleTargets;

use super::{AssignedRole, Assignee, Assignment, Granted, ScopeGrant, Targets};
use crate::Place;

/// What one principal holds.
#[derive(Debug, Clone, Default)]
pub struct Grants {
    /// Who.
    pub principal: Principal,
    /// The principal is the user to whom tokens belong: no dump has a token of that id.
    pub is_owner: bool,
    /// Scopes, in order of name. Of an API token none: it has no such layer.
    pub scopes: Vec<Held>,
    /// Standard roles, in order of name.
    pub roles: Vec<HeldRole>,
    /// Custom roles, each with its resource set.
    pub custom: Vec<HeldPermissions>,
    /// No dump says which scopes it has, not even that it has none.
    pub scopes_unsaid: bool,
    /// No dump says which roles it has, not even that it has none.
    pub roles_unsaid: bool,
    /// What the dumps leave open, so that nothing can be said to be all, and which call would say it.
    pub gaps: Vec<String>,
    /// What else whoever reads this must know.
    pub remarks: Vec<String>,
    /// What cannot be right as it stands.
    pub contradictions: Vec<(Place, String)>,
}

/// Whose grants they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Principal {
    /// What kind.
    pub kind: PrincipalKind,
    /// Id of the token, the user or the client; may be empty in a page by hand.
    pub id: String,
    /// What people call it; may be empty.
    pub label: String,
}

/// What kind of credential calls.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// An API token of Okta: it can do what its owner can.
    #[default]
    Token,
    /// A service app of Okta: scopes and roles.
    ServiceApp,
    /// A machine-to-machine application of Auth0: scopes alone.
    MachineToMachine,
}

/// A scope that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// Where that stands.
    pub place: Place,
}

/// A standard role that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRole {
    /// Its constant, such as `USER_ADMIN`.
    pub name: String,
    /// What it is bound to.
    pub targets: Targets,
    /// By a group or a setting; empty if it is held directly.
    pub via: String,
    /// Where that stands.
    pub place: Place,
}

/// A custom role that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPermissions {
    /// Its label, or its id where it has none.
    pub name: String,
    /// Its permissions; `None` if the dumps do not have them.
    pub permissions: Option<BTreeSet<String>>,
    /// Paths of its resource set; `None` if the dumps do not have them.
    pub resources: Option<BTreeSet<String>>,
    /// Label or id of the resource set; empty if it has none.
    pub resource_set: String,
    /// By a group; empty if it is held directly.
    pub via: String,
    /// Where that stands.
    pub place: Place,
}

/// The dumps tell of none or of several principals, and none was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    /// The id that was asked for, if one was.
    pub asked: Option<String>,
    /// Whose grants there are, in order.
    pub principals: Vec<Principal>,
}

impl PrincipalKind {
    /// The name in reports and in pages by hand.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::ServiceApp => "service_app",
            Self::MachineToMachine => "m2m",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Token, Self::ServiceApp, Self::MachineToMachine]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.principals.iter().map(|one| one.id.as_str()).take(20).collect();
        match (&self.asked, ids.as_slice()) {
            (_, []) => f.write_str("no grant of a token, a service app or an application was read"),
            (Some(asked), ids) => {
                write!(f, "nothing is granted to `{asked}`, only to {}", ids.join(", "))
            }
            (None, ids) => {
                let n = self.principals.len();
                write!(
                    f,
                    "grants of {n} principals were read, one must be chosen: {}",
                    ids.join(", ")
                )
            }
        }
    }
}

impl std::error::Error for Ambiguous {}

impl Granted {
    /// What a credential holds: the one of that id (a token's, a client's, or a user's, whose token is meant), or
    /// the only one there is.
    pub fn of(&self, credential: Option<&str>) -> Result<Grants, Ambiguous> {
        let principals = self.principals();
        let chosen = match credential {
            Some(id) => self.named(id, &principals),
            None if principals.len() == 1 => principals.first().cloned(),
            None => None,
        };
        match chosen {
            Some(principal) => Ok(self.grants(principal)),
            None => Err(Ambiguous { asked: credential.map(str::to_owned), principals }),
        }
    }

    /// Everybody who holds something, groups apart: clients, then users by their tokens.
    fn principals(&self) -> Vec<Principal> {
        let mut kinds: BTreeMap<&str, PrincipalKind> = BTreeMap::new();
        for scope in &self.scopes {
            kinds.insert(&scope.client, kind_of(scope));
        }
        for assignment in &self.assignments {
            match &assignment.assignee {
                Assignee::Client(id) => kinds.entry(id).or_insert(PrincipalKind::ServiceApp),
                Assignee::User(id) => kinds.entry(id).or_insert(PrincipalKind::Token),
                Assignee::Unsaid | Assignee::Group(_) => continue,
            };
        }
        for declared in &self.declared {
            kinds.insert(&declared.id, declared.kind);
        }
        if kinds.is_empty() && self.assignments.iter().any(|one| one.assignee == Assignee::Unsaid) {
            kinds.insert("", PrincipalKind::Token);
        }
        if kinds.is_empty() {
            return self.tokens.iter().map(|token| token_of(&token.id, &token.name)).collect();
        }
        let principal = |(id, kind): (&str, PrincipalKind)| Principal {
            kind,
            id: id.to_owned(),
            label: self.labels.get(id).cloned().unwrap_or_default(),
        };
        kinds.into_iter().map(principal).collect()
    }

    fn named(&self, id: &str, principals: &[Principal]) -> Option<Principal> {
        let token = || self.tokens.iter().find(|token| token.id == id || token.name == id);
        let known =
            principals.iter().find(|one| one.id == id || (one.label == id && !id.is_empty()));
        known.cloned().or_else(|| token().map(|token| token_of(&token.id, &token.name)))
    }

    fn grants(&self, principal: Principal) -> Grants {
        let is_owner = self.is_owner(&principal);
        let mut grants = Grants { principal, is_owner, ..Grants::default() };
        if grants.principal.kind == PrincipalKind::Token {
            grants.remarks.push(
                "an API token can do what its owner can, at any time; it is narrowed by narrowing its owner alone".to_owned(),
            );
        } else {
            self.hold_scopes(&mut grants);
        }
        if grants.principal.kind != PrincipalKind::MachineToMachine {
            self.hold_roles(&mut grants);
            self.hold_settings(&mut grants);
        }
        self.say_unsaid(&mut grants);
        grants.scopes.sort_by(|one, other| one.name.cmp(&other.name));
        grants.roles.sort_by(|one, other| one.name.cmp(&other.name));
        grants.custom.sort_by(|one, other| one.name.cmp(&other.name));
        grants
    }

    /// Notes which kind of grant no dump tells of. An empty list may be the answer to any question.
    fn say_unsaid(&self, grants: &mut Grants) {
        if self.declared.contains(&grants.principal) || self.n_empty_lists > 0 {
            return;
        }
        let Principal { kind, id, .. } = &grants.principal;
        let owner = self.owner(&grants.principal);
        let is_own = |one: &&Assignment| match &one.assignee {
            Assignee::User(id) | Assignee::Client(id) => *id == owner,
            Assignee::Unsaid => true,
            Assignee::Group(_) => false,
        };
        let (has_roles, has_scopes) = (
            self.assignments.iter().any(|one| is_own(&one)),
            self.scopes.iter().any(|scope| scope.client == *id),
        );
        grants.scopes_unsaid = *kind != PrincipalKind::Token && !has_scopes;
        grants.roles_unsaid = *kind != PrincipalKind::MachineToMachine && !has_roles;
        if grants.scopes_unsaid {
            grants.gaps.push(format!(
                "no scope of {id} is in the dumps (GET /api/v1/apps/{{appId}}/grants)"
            ));
        }
        if grants.roles_unsaid {
            let call = match kind {
                PrincipalKind::ServiceApp => format!("GET /oauth2/v1/clients/{owner}/roles"),
                _ => format!("GET /api/v1/users/{owner}/roles"),
            };
            grants.gaps.push(format!("no role of {owner} is in the dumps ({call})"));
        }
    }

    fn hold_scopes(&self, grants: &mut Grants) {
        let mut states: BTreeMap<&str, (bool, bool, &Place)> = BTreeMap::new();
        for scope in self.scopes.iter().filter(|scope| scope.client == grants.principal.id) {
            let state = states.entry(&scope.scope).or_insert((false, false, &scope.place));
            state.0 |= scope.is_active;
            state.1 |= !scope.is_active;
        }
        for (name, (is_active, is_inactive, place)) in states {
            if is_active && is_inactive {
                let what = format!("{name} is granted and revoked; it is taken for granted");
                grants.contradictions.push((place.clone(), what));
            }
            if is_active {
                grants.scopes.push(Held { name: name.to_owned(), place: place.clone() });
            }
        }
    }

    fn hold_roles(&self, grants: &mut Grants) {
        let owner = self.owner(&grants.principal);
        let is_client = grants.principal.kind == PrincipalKind::ServiceApp;
        let mut n_unsaid = 0;
        let mut states: BTreeMap<(&AssignedRole, Option<&str>, String), (bool, &Assignment)> =
            BTreeMap::new();
        for assignment in &self.assignments {
            let via = match &assignment.assignee {
                Assignee::Client(id) if is_client && *id == owner => String::new(),
                Assignee::User(id) if !is_client && *id == owner => String::new(),
                Assignee::Unsaid => String::new(),
                Assignee::Group(id) if !is_client => {
                    format!("group {}", self.labels.get(id).unwrap_or(id))
                }
                _ => continue,
            };
            n_unsaid += usize::from(assignment.assignee == Assignee::Unsaid);
            let key = (&assignment.role, assignment.resource_set.as_deref(), via);
            let contradicts =
                states.get(&key).is_some_and(|(is_active, _)| *is_active != assignment.is_active);
            if contradicts {
                let what = format!(
                    "{} is assigned and not; it is taken for assigned",
                    self.role_name(&assignment.role)
                );
                grants.contradictions.push((assignment.place.clone(), what));
            }
            let state = states.entry(key).or_insert((false, assignment));
            state.0 |= assignment.is_active;
        }
        for ((_, _, via), (is_active, assignment)) in states {
            if is_active {
                self.hold_role(assignment, via, grants);
            }
        }
        if n_unsaid > 0 && !grants.principal.id.is_empty() {
            let who = &grants.principal.id;
            grants.gaps.push(format!("whose {n_unsaid} of the roles are is not in the dumps; they are taken for those of {who}"));
        }
        let is_declared = self.declared.contains(&grants.principal);
        if !is_client && !is_declared && !self.has_group_roles() {
            grants.gaps.push(
                "roles that the owner has by a group are not in the dumps, for a user's own list has direct ones only \
                 (GET /api/v1/users/{userId}/groups, and GET /api/v1/groups/{groupId}/roles for each of them)"
                    .to_owned(),
            );
        }
    }

    /// Whether the roles of groups were asked for: some group has one, or the groups were listed and there are as many
    /// answers about groups, empty ones included.
    fn has_group_roles(&self) -> bool {
        let of_group = |one: &Assignment| match &one.assignee {
            Assignee::Group(id) => Some(id.clone()),
            _ => None,
        };
        let with_roles: BTreeSet<String> = self.assignments.iter().filter_map(of_group).collect();
        let n_answered = with_roles.len() + self.n_empty_lists;
        match self.groups.len() {
            0 => !with_roles.is_empty(),
            n_groups => n_answered >= n_groups,
        }
    }

    fn hold_role(&self, assignment: &Assignment, via: String, grants: &mut Grants) {
        let place = assignment.place.clone();
        let id = match &assignment.role {
            AssignedRole::Standard(name) => {
                let targets = self.targets_of(assignment);
                if let Some(what) = catalog::admin_role(name).map(|row| row.targets)
                    && targets == Targets::Unsaid
                    && matches!(what, RoleTargets::Groups | RoleTargets::Apps)
                {
                    let what = what.name();
                    grants.remarks.push(format!("whether {name} is limited to some {what} is not in the dumps (ask for the roles with expand=targets/groups, or .../targets/{what})"
                    ));
                }
                return grants.roles.push(HeldRole { name: name.clone(), targets, via, place });
            }
            AssignedRole::Custom(id) => id,
        };
        let name = self.role_name(&assignment.role);
        let known = self.custom_roles.get(id);
        if known.is_none() && !self.custom_roles.is_empty() {
            let what =
                format!("custom role {name} is assigned, and no role of that id is in the dumps");
            grants.contradictions.push((place.clone(), what));
        } else if known.is_none_or(|role| role.permissions.is_none()) {
            let what = format!(
                "the permissions of custom role {name} are not in the dumps (GET /api/v1/iam/roles/{{roleId}}/permissions)"
            );
            grants.gaps.push(what);
        }
        for permission in known.iter().flat_map(|role| &role.conditional) {
            grants.remarks.push(format!(
                "{permission} in custom role {name} is limited to some attributes of profiles"
            ));
        }
        let permissions = known.and_then(|role| role.permissions.clone());
        let set = assignment.resource_set.as_deref();
        let known = set.and_then(|set| self.resource_sets.get(set));
        match set {
            None if self.declared.contains(&grants.principal) => {
                grants.remarks.push(format!("what custom role {name} is bound to is not said"));
            }
            None => {
                let what = format!("custom role {name} has no resource set, so it reaches nothing");
                grants.contradictions.push((place.clone(), what));
            }
            Some(set) if known.is_none() && !self.resource_sets.is_empty() => {
                let what = format!("custom role {name} is bound to resource set {set}, which is not in the dumps");
                grants.contradictions.push((place.clone(), what));
            }
            Some(set) if known.is_none_or(|known| known.paths.is_none()) => grants.gaps.push(format!(
                "what resource set {set} holds is not in the dumps (GET /api/v1/iam/resource-sets/{set}/resources)"
            )),
            Some(_) => {}
        }
        grants.custom.push(HeldPermissions {
            name,
            permissions,
            resources: known.and_then(|known| known.paths.clone()),
            resource_set: label_or(
                known.map(|known| known.label.as_str()),
                set.unwrap_or_default(),
            ),
            via,
            place,
        });
    }

    /// Every page that tells of targets adds to them.
    fn targets_of(&self, assignment: &Assignment) -> Targets {
        let same = self.assignments.iter().filter(|other| {
            other.role == assignment.role
                && other.assignee == assignment.assignee
                && other.is_active
        });
        same.fold(Targets::Unsaid, |mut targets, other| {
            match (&mut targets, &other.targets) {
                (_, Targets::Unsaid) => {}
                (Targets::Unsaid, said) => targets = said.clone(),
                // Two assignments of one role, one of them unbound, reach all.
                (_, Targets::All) | (Targets::All, _) => targets = Targets::All,
                (_, Targets::Only { groups, apps }) => targets.add(groups.clone(), apps.clone()),
            }
            targets
        })
    }

    fn hold_settings(&self, grants: &mut Grants) {
        if grants.principal.kind != PrincipalKind::ServiceApp {
            return;
        }
        match &self.public_client_app_admins {
            Some((true, place)) => grants.roles.push(HeldRole {
                name: "SUPER_ADMIN".to_owned(),
                targets: Targets::All,
                via: "the setting Public client app admins".to_owned(),
                place: place.clone(),
            }),
            Some((false, _)) => {}
            None => {
                let what = "whether Public client app admins is on is not said; if it is, every service app is a super \
                            administrator (GET /api/v1/org/settings/clientPrivilegesSetting)";
                let is_declared = self.declared.contains(&grants.principal);
                let said = if is_declared { &mut grants.remarks } else { &mut grants.gaps };
                said.push(what.to_owned());
            }
        }
    }

    /// Whether a principal is known as a user and not as a token. A page by hand may name either.
    fn is_owner(&self, principal: &Principal) -> bool {
        let Principal { kind, id, .. } = principal;
        let is_token = self.tokens.iter().any(|token| token.id == *id);
        let is_declared = self.declared.contains(principal) && !id.starts_with("00u");
        *kind == PrincipalKind::Token && !id.is_empty() && !is_token && !is_declared
    }

    /// The id by which roles are assigned: a token's owner, a client itself.
    fn owner(&self, principal: &Principal) -> String {
        let token = self.tokens.iter().find(|token| token.id == principal.id);
        token.map_or_else(|| principal.id.clone(), |token| token.owner.clone())
    }

    fn role_name(&self, role: &AssignedRole) -> String {
        match role {
            AssignedRole::Standard(name) => name.clone(),
            AssignedRole::Custom(id) if id.is_empty() => "(unnamed)".to_owned(),
            AssignedRole::Custom(id) => {
                label_or(self.custom_roles.get(id).map(|role| role.label.as_str()), id)
            }
        }
    }
}

fn label_or(label: Option<&str>, id: &str) -> String {
    label.filter(|label| !label.is_empty()).unwrap_or(id).to_owned()
}

fn kind_of(scope: &ScopeGrant) -> PrincipalKind {
    if scope.audience.is_empty() {
        PrincipalKind::ServiceApp
    } else {
        PrincipalKind::MachineToMachine
    }
}

fn token_of(id: &str, name: &str) -> Principal {
    Principal { kind: PrincipalKind::Token, id: id.to_owned(), label: name.to_owned() }
}
