//! What a plan grants, as calls of the API.

use serde_json::{Value, json};

use crate::terraform::ids;
use crate::{ApiCall, Method, Plan, Reason, ResourceSet};

/// Who gets a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A service app, by its client id.
    Client,
    /// A group.
    Group,
}

impl Subject {
    const fn roles(self) -> &'static str {
        match self {
            Self::Client => "/oauth2/v1/clients/{clientId}/roles",
            Self::Group => "/api/v1/groups/{groupId}/roles",
        }
    }
}

/// A service app of Okta with its scopes and roles.
pub(super) fn service_app_calls(plan: &Plan, name: &str, from: &[String]) -> Vec<ApiCall> {
    let mut client = json!({
        "application_type": "service",
        "grant_types": ["client_credentials"],
        "response_types": ["token"],
        "jwks": {"keys": [{"kty": "RSA", "use": "sig", "kid": "{kid}", "e": "AQAB", "n": "{n}"}]},
    });
    if !from.is_empty() {
        client["network"] = json!({"connection": "ZONE", "include": ["{zoneId}"]});
    }
    let app = json!({
        "name": "oidc_client",
        "label": name,
        "signOnMode": "OPENID_CONNECT",
        "credentials": {"oauthClient": {"token_endpoint_auth_method": "private_key_jwt"}},
        "settings": {"oauthClient": client},
    });
    let setting = "look first: must say `\"clientPrivilegesSetting\": false`";
    let mut calls =
        vec![ApiCall::bare(Method::Get, "/api/v1/org/settings/clientPrivilegesSetting", setting)];
    calls.extend(zone_call(name, from));
    calls.push(ApiCall::with(
        Method::Post,
        "/api/v1/apps",
        "the app, with the public half of its key",
        app,
    ));
    calls.extend(scope_calls(&plan.scopes));
    calls.extend(roles_calls(plan, name, Subject::Client));
    calls
}

/// Scopes for an app, granted one by one.
pub(super) fn scope_calls(scopes: &[Reason]) -> Vec<ApiCall> {
    let grant = |reason: &Reason| {
        let body = json!({"scopeId": reason.name, "issuer": "https://{yourOktaDomain}"});
        let what = format!("grant {}", reason.name);
        ApiCall::with(Method::Post, "/api/v1/apps/{appId}/grants", what, body)
    };
    scopes.iter().map(grant).collect()
}

/// An application of Auth0 with its client grant.
pub(super) fn auth0_calls(plan: &Plan, name: &str) -> Vec<ApiCall> {
    let app =
        json!({"name": name, "app_type": "non_interactive", "grant_types": ["client_credentials"]});
    let scopes: Vec<_> = plan.scopes.iter().map(|reason| &reason.name).collect();
    let grant = json!({"client_id": "{clientId}", "audience": "https://{yourTenant}/api/v2/", "scope": scopes});
    vec![
        ApiCall::with(Method::Post, "/api/v2/clients", "the application", app),
        ApiCall::with(Method::Post, "/api/v2/client-grants", "its scopes, and no more", grant),
    ]
}

/// A zone of addresses; none for no address.
pub(crate) fn zone_call(name: &str, from: &[String]) -> Option<ApiCall> {
    let gateway = |address: &String| json!({"type": "CIDR", "value": address});
    let gateways: Value = from.iter().map(gateway).collect();
    let body = json!({"type": "IP", "name": format!("{name} egress"), "status": "ACTIVE", "gateways": gateways});
    (!from.is_empty())
        .then(|| ApiCall::with(Method::Post, "/api/v1/zones", "the addresses it calls from", body))
}

/// The roles of a plan for a client or a group, with resource set or targets.
pub(crate) fn roles_calls(plan: &Plan, name: &str, subject: Subject) -> Vec<ApiCall> {
    let mut calls = Vec::new();
    if !plan.permissions.is_empty() {
        calls.extend(custom_calls(plan, name, subject));
    }
    calls.extend(plan.roles.iter().flat_map(|role| standard_calls(role, &plan.resources, subject)));
    calls
}

fn custom_calls(plan: &Plan, name: &str, subject: Subject) -> Vec<ApiCall> {
    let permissions: Vec<_> = plan.permissions.iter().map(|reason| &reason.name).collect();
    let role = json!({"label": name, "description": format!("What {name} needs, and no more"), "permissions": permissions});
    let set = json!({"label": name, "description": format!("What {name} works on, and no more"), "resources": resources(&plan.resources)});
    let given = match subject {
        Subject::Client => ApiCall::with(
            Method::Post,
            subject.roles(),
            "give the role to the app, bound to the resource set",
            json!({"type": "CUSTOM", "role": "{roleId}", "resource-set": "{resourceSetId}"}),
        ),
        Subject::Group => ApiCall::with(
            Method::Post,
            "/api/v1/iam/resource-sets/{resourceSetId}/bindings",
            "give the role to the group, bound to the resource set",
            json!({"role": "{roleId}", "members": ["https://{yourOktaDomain}/api/v1/groups/{groupId}"]}),
        ),
    };
    vec![
        ApiCall::with(Method::Post, "/api/v1/iam/roles", "the role", role),
        ApiCall::with(Method::Post, "/api/v1/iam/resource-sets", "what it works on", set),
        given,
    ]
}

/// Resources as URLs or ORNs; a placeholder where the calls do not say them.
fn resources(set: &ResourceSet) -> Vec<String> {
    if !set.paths.is_empty() {
        return set.paths.iter().map(|path| format!("https://{{yourOktaDomain}}{path}")).collect();
    }
    if set.orns.is_empty() { vec!["{resource}".to_owned()] } else { set.orns.clone() }
}

fn standard_calls(role: &Reason, set: &ResourceSet, subject: Subject) -> Vec<ApiCall> {
    let name = role.name.split(['*', '(']).next().unwrap_or_default();
    let what = format!("assign {name}");
    let mut calls = vec![ApiCall::with(Method::Post, subject.roles(), what, json!({"type": name}))];
    let targets = catalog::admin_role(name).map(|role| role.targets);
    let below = format!("{}/{{roleAssignmentId}}/targets", subject.roles());
    let target = |path: String| {
        let what =
            format!("limit {name} to it; the first target takes the rest of the organization away");
        ApiCall::bare(Method::Put, path, what)
    };
    match targets {
        Some(catalog::RoleTargets::Groups) => calls.extend(
            ids(set, "/api/v1/groups/").iter().map(|id| target(format!("{below}/groups/{id}"))),
        ),
        Some(catalog::RoleTargets::Apps) => calls.extend(
            ids(set, "/api/v1/apps/")
                .iter()
                .map(|id| target(format!("{below}/catalog/apps/{{appName}}/{id}"))),
        ),
        _ => {}
    }
    calls
}
