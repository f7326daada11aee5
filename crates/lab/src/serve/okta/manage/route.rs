//! Which request does what, by which scope.

use crate::record::kind::Kind;
use crate::serve::scribe::kinds;

/// One row of the table.
#[derive(Debug)]
pub(super) struct Route {
    method: &'static str,
    /// Steps of the path; `*` is an id.
    path: &'static str,
    /// The scope that it takes.
    pub(super) scope: &'static str,
    /// What it does.
    pub(super) does: Does,
}

/// What a request does.
#[derive(Debug, Clone, Copy)]
pub(super) enum Does {
    /// Answers a list.
    List,
    /// Answers who has a role.
    Assignees,
    /// Answers an object.
    Read,
    /// Changes something.
    Change(Change),
}

/// A change, the event that it leaves, and what kind of thing the event says it is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) way: Way,
    /// `None` where it is not known which event it leaves: then none is left.
    pub(super) kind: Option<&'static Kind>,
    pub(super) about: &'static str,
}

/// How something changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The object above the last two steps gets that status.
    Status(&'static str),
    /// A new object in a list, whose id begins so.
    Create(&'static str),
    /// What the body says replaces what the object said.
    Replace,
    /// The object goes.
    Delete,
    /// The object goes, if it is switched off.
    DeleteInactive,
    /// A person joins a group.
    Join,
    /// Every session of a person ends.
    ClearSessions,
    /// All refresh tokens of a list go; below a person those of that person.
    ClearTokens,
    /// Nothing but the event.
    Told,
}

/// What was found for a request.
pub(super) enum Found {
    /// This.
    Route(&'static Route),
    /// The path, with another verb.
    OtherMethod,
    /// Nothing.
    Nothing,
}

/// What a token does to itself. It takes no scope and no role.
pub(super) const SELF_REVOKE: Change =
    Change { way: Way::Delete, kind: Some(&kinds::TOKEN_REVOKE), about: "Token" };

/// Finds the row of a request.
pub(super) fn find(method: &str, steps: &[&str]) -> Found {
    let fits = |route: &&Route| {
        let path: Vec<&str> = route.path.split('/').collect();
        path.len() == steps.len()
            && path.iter().zip(steps).all(|(own, step)| *own == "*" || own == step)
    };
    let mut routes = ROUTES.iter().filter(fits).peekable();
    if routes.peek().is_none() {
        return Found::Nothing;
    }
    routes.find(|route| route.method == method).map_or(Found::OtherMethod, Found::Route)
}

const fn list(path: &'static str, scope: &'static str) -> Route {
    Route { method: "GET", path, scope, does: Does::List }
}

const fn read(path: &'static str, scope: &'static str) -> Route {
    Route { method: "GET", path, scope, does: Does::Read }
}

const fn change(
    (method, path): (&'static str, &'static str),
    scope: &'static str,
    way: Way,
    kind: &'static Kind,
    about: &'static str,
) -> Route {
    Route { method, path, scope, does: Does::Change(Change { way, kind: Some(kind), about }) }
}

/// The end of refresh tokens. Which event that leaves is not known.
const fn tokens(path: &'static str, scope: &'static str, way: Way) -> Route {
    let change = Change { way, kind: None, about: "AppInstance" };
    Route { method: "DELETE", path, scope, does: Does::Change(change) }
}

const USERS: &str = "okta.users.manage";
const APPS: &str = "okta.apps.manage";
const CLIENTS: &str = "okta.clients.manage";
const TOKENS: &str = "okta.apiTokens.manage";
const ROLES: &str = "okta.roles.manage";
const GROUPS: &str = "okta.groups.manage";

/// All of them. Source of paths and scopes: Okta OpenAPI 2026.06.3; of events: `catalog/okta_event_operations.tsv`.
static ROUTES: &[Route] = &[
    list("api/v1/users", "okta.users.read"),
    read("api/v1/users/*", "okta.users.read"),
    list("api/v1/users/*/groups", "okta.users.read"),
    list("api/v1/users/*/roles", "okta.roles.read"),
    list("api/v1/users/*/factors", "okta.users.read"),
    list("api/v1/groups/*/roles", "okta.roles.read"),
    list("integrations/api/v1/api-services", "okta.oauthIntegrations.read"),
    list("api/v1/policies/*/rules", "okta.policies.read"),
    read("api/v1/org/settings/clientPrivilegesSetting", "okta.orgs.read"),
    Route {
        method: "GET",
        path: "api/v1/iam/assignees/users",
        scope: "okta.roles.read",
        does: Does::Assignees,
    },
    change(
        ("POST", "api/v1/users/*/lifecycle/activate"),
        USERS,
        Way::Status("ACTIVE"),
        &kinds::USER_ACTIVATE,
        "User",
    ),
    change(
        ("POST", "api/v1/users/*/lifecycle/deactivate"),
        USERS,
        Way::Status("DEPROVISIONED"),
        &kinds::USER_DEACTIVATE,
        "User",
    ),
    change(
        ("POST", "api/v1/users/*/lifecycle/suspend"),
        USERS,
        Way::Status("SUSPENDED"),
        &kinds::USER_SUSPEND,
        "User",
    ),
    change(
        ("POST", "api/v1/users/*/lifecycle/unsuspend"),
        USERS,
        Way::Status("ACTIVE"),
        &kinds::USER_UNSUSPEND,
        "User",
    ),
    change(
        ("POST", "api/v1/users/*/lifecycle/unlock"),
        USERS,
        Way::Status("ACTIVE"),
        &kinds::USER_UNLOCK,
        "User",
    ),
    change(
        ("POST", "api/v1/users/*/lifecycle/expire_password"),
        USERS,
        Way::Status("PASSWORD_EXPIRED"),
        &kinds::PASSWORD_EXPIRE,
        "User",
    ),
    change(
        ("POST", "api/v1/users/*/lifecycle/reset_factors"),
        USERS,
        Way::Told,
        &kinds::FACTORS_RESET,
        "User",
    ),
    change(
        ("DELETE", "api/v1/users/*/sessions"),
        USERS,
        Way::ClearSessions,
        &kinds::SESSIONS_CLEAR,
        "User",
    ),
    change(("POST", "api/v1/users/*/roles"), ROLES, Way::Create("ra1"), &kinds::ROLE_GRANT, "User"),
    change(("DELETE", "api/v1/users/*/roles/*"), ROLES, Way::Delete, &kinds::ROLE_REVOKE, "User"),
    list("oauth2/v1/clients/*/roles", "okta.roles.read"),
    change(
        ("POST", "oauth2/v1/clients/*/roles"),
        ROLES,
        Way::Create("ra1"),
        &kinds::CLIENT_ROLE_GRANT,
        "PublicClientApp",
    ),
    change(
        ("DELETE", "oauth2/v1/clients/*/roles/*"),
        ROLES,
        Way::Delete,
        &kinds::CLIENT_ROLE_REVOKE,
        "PublicClientApp",
    ),
    list("api/v1/groups", "okta.groups.read"),
    read("api/v1/groups/*", "okta.groups.read"),
    list("api/v1/groups/*/users", "okta.groups.read"),
    change(("PUT", "api/v1/groups/*/users/*"), GROUPS, Way::Join, &kinds::GROUP_JOIN, "UserGroup"),
    change(
        ("DELETE", "api/v1/groups/*/users/*"),
        GROUPS,
        Way::Delete,
        &kinds::GROUP_LEAVE,
        "UserGroup",
    ),
    list("api/v1/apps", "okta.apps.read"),
    read("api/v1/apps/*", "okta.apps.read"),
    change(("POST", "api/v1/apps"), APPS, Way::Create("0oa"), &kinds::APP_CREATE, "AppInstance"),
    change(("PUT", "api/v1/apps/*"), APPS, Way::Replace, &kinds::APP_UPDATE, "AppInstance"),
    change(
        ("DELETE", "api/v1/apps/*"),
        APPS,
        Way::DeleteInactive,
        &kinds::APP_DELETE,
        "AppInstance",
    ),
    change(
        ("POST", "api/v1/apps/*/lifecycle/activate"),
        APPS,
        Way::Status("ACTIVE"),
        &kinds::APP_ACTIVATE,
        "AppInstance",
    ),
    change(
        ("POST", "api/v1/apps/*/lifecycle/deactivate"),
        APPS,
        Way::Status("INACTIVE"),
        &kinds::APP_DEACTIVATE,
        "AppInstance",
    ),
    list("api/v1/apps/*/tokens", "okta.apps.read"),
    read("api/v1/apps/*/tokens/*", "okta.apps.read"),
    tokens("api/v1/apps/*/tokens", APPS, Way::ClearTokens),
    tokens("api/v1/apps/*/tokens/*", APPS, Way::Delete),
    list("api/v1/users/*/clients/*/tokens", "okta.users.read"),
    tokens("api/v1/users/*/clients/*/tokens", USERS, Way::ClearTokens),
    list("api/v1/apps/*/grants", "okta.appGrants.read"),
    read("api/v1/apps/*/grants/*", "okta.appGrants.read"),
    change(
        ("POST", "api/v1/apps/*/grants"),
        "okta.appGrants.manage",
        Way::Create("oag"),
        &kinds::CONSENT_GRANT,
        "PublicClientApp",
    ),
    change(
        ("DELETE", "api/v1/apps/*/grants/*"),
        "okta.appGrants.manage",
        Way::Delete,
        &kinds::CONSENT_REVOKE,
        "PublicClientApp",
    ),
    list("api/v1/apps/*/credentials/secrets", "okta.apps.read"),
    change(
        ("POST", "api/v1/apps/*/credentials/secrets"),
        APPS,
        Way::Create("ocs"),
        &kinds::CREDENTIAL_CREATE,
        "PublicClientApp",
    ),
    change(
        ("POST", "api/v1/apps/*/credentials/secrets/*/lifecycle/activate"),
        APPS,
        Way::Status("ACTIVE"),
        &kinds::CREDENTIAL_ACTIVATE,
        "PublicClientApp",
    ),
    change(
        ("POST", "api/v1/apps/*/credentials/secrets/*/lifecycle/deactivate"),
        APPS,
        Way::Status("INACTIVE"),
        &kinds::CREDENTIAL_DEACTIVATE,
        "PublicClientApp",
    ),
    change(
        ("DELETE", "api/v1/apps/*/credentials/secrets/*"),
        APPS,
        Way::DeleteInactive,
        &kinds::CREDENTIAL_DELETE,
        "PublicClientApp",
    ),
    read("api/v1/apps/*/credentials/secrets/*", "okta.apps.read"),
    list("api/v1/apps/*/credentials/jwks", "okta.apps.read"),
    read("api/v1/apps/*/credentials/jwks/*", "okta.apps.read"),
    change(
        ("POST", "api/v1/apps/*/credentials/jwks"),
        APPS,
        Way::Create("pks"),
        &kinds::CREDENTIAL_CREATE,
        "PublicClientApp",
    ),
    change(
        ("POST", "api/v1/apps/*/credentials/jwks/*/lifecycle/activate"),
        APPS,
        Way::Status("ACTIVE"),
        &kinds::CREDENTIAL_ACTIVATE,
        "PublicClientApp",
    ),
    change(
        ("POST", "api/v1/apps/*/credentials/jwks/*/lifecycle/deactivate"),
        APPS,
        Way::Status("INACTIVE"),
        &kinds::CREDENTIAL_DEACTIVATE,
        "PublicClientApp",
    ),
    change(
        ("DELETE", "api/v1/apps/*/credentials/jwks/*"),
        APPS,
        Way::DeleteInactive,
        &kinds::CREDENTIAL_DELETE,
        "PublicClientApp",
    ),
    change(
        ("DELETE", "oauth2/v1/clients/*"),
        CLIENTS,
        Way::Delete,
        &kinds::CLIENT_DELETE,
        "PublicClientApp",
    ),
    list("api/v1/api-tokens", "okta.apiTokens.read"),
    read("api/v1/api-tokens/*", "okta.apiTokens.read"),
    change(("PUT", "api/v1/api-tokens/*"), TOKENS, Way::Replace, &kinds::TOKEN_UPDATE, "Token"),
    change(("DELETE", "api/v1/api-tokens/*"), TOKENS, Way::Delete, &kinds::TOKEN_REVOKE, "Token"),
    list("api/v1/zones", "okta.networkZones.read"),
    read("api/v1/zones/*", "okta.networkZones.read"),
    list("api/v1/policies", "okta.policies.read"),
    list("api/v1/principal-rate-limits", "okta.principalRateLimits.read"),
    read("api/v1/sessions/*", "okta.sessions.read"),
    change(
        ("DELETE", "api/v1/sessions/*"),
        "okta.sessions.manage",
        Way::Delete,
        &kinds::SESSION_END,
        "User",
    ),
];
