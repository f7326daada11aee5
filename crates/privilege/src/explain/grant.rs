//! What to grant so that a refused call works: scope, permission or role, resources.

use catalog::{Confidence, Product};
use serde_json::json;

use super::{Exchange, Sent};
use crate::terraform::{Grantee, Terraform, grants};
use crate::{
    ApiCall, Base, Method, Operation, OperationId, PermissionRule, Plan, PlanKind, Reason,
    ResourceSet, RoleGrant, RoleRule, ScopeRule, Text,
};

/// What to grant.
#[derive(Debug, Clone)]
pub struct Remedy {
    /// Scopes: all of them for Okta, one of them for Auth0 where there are several.
    pub scopes: Vec<Text>,
    /// Permissions of a custom role, alternatives, narrowest first.
    pub permissions: Vec<Vec<Text>>,
    /// Standard roles, any of which suffices instead.
    pub roles: Vec<RoleGrant>,
    /// What a resource set must hold, as paths.
    pub resources: Vec<String>,
    /// How well it is known that these suffice.
    pub level: Confidence,
    /// Where from; may be empty.
    pub source: Text,
    /// The calls that grant it.
    pub calls: Vec<ApiCall>,
    /// Where to click.
    pub console: Vec<Text>,
    /// Terraform for what is named, to be merged into what there is; empty where nothing is sure.
    pub terraform: String,
}

/// What is known of the operation, in the order of the layers.
struct Needs<'b> {
    scopes: Vec<Text>,
    scope_level: (Confidence, Text),
    permissions: &'b [Vec<Text>],
    /// Without the super admin where another suffices.
    roles: Vec<&'b RoleGrant>,
    role_level: (Confidence, Text),
}

impl Remedy {
    /// What helps against a cause of this layer; `None` where no grant does, or none is known.
    pub(super) fn find(
        base: &Base,
        product: Product,
        exchange: &Exchange,
        id: Option<OperationId>,
        layer: &str,
        least: Confidence,
    ) -> Option<Self> {
        let operation = id.map(|id| base.operation(id));
        let needs = Needs::of(exchange, operation, least);
        let grantee =
            if exchange.credential == Some(Sent::ApiToken) { Grantee::Group } else { Grantee::App };
        let (mut remedy, plan) = match layer {
            "scope" if needs.scopes.is_empty() => return None,
            "scope" => of_scope(product, &needs, id),
            "role" => of_role(operation?, &needs, id, &exchange.path, grantee)?,
            "resource-set" => (of_resources(&exchange.path), None),
            _ => return None,
        };
        if let Some(plan) = plan {
            remedy.terraform = grants(base, &plan, "integration", grantee);
        }
        Some(remedy)
    }

    fn empty(level: (Confidence, Text)) -> Self {
        Self {
            scopes: Vec::new(),
            permissions: Vec::new(),
            roles: Vec::new(),
            resources: Vec::new(),
            level: level.0,
            source: level.1,
            calls: Vec::new(),
            console: Vec::new(),
            terraform: String::new(),
        }
    }
}

impl<'b> Needs<'b> {
    fn of(exchange: &Exchange, operation: Option<&'b Operation>, least: Confidence) -> Self {
        let known = |level: Confidence| level >= least;
        let mut needs = Self {
            scopes: exchange
                .missing_scopes
                .iter()
                .map(|scope| Text::Owned(scope.clone()))
                .collect(),
            scope_level: (Confidence::Documented, "the answer names it".into()),
            permissions: &[],
            roles: Vec::new(),
            role_level: (Confidence::Unknown, "".into()),
        };
        let Some(operation) = operation else { return needs };
        let scope = &operation.scope;
        if let ScopeRule::AllOf(scopes) | ScopeRule::AnyOf(scopes) = &scope.rule
            && needs.scopes.is_empty()
            && known(scope.level)
        {
            needs.scopes.clone_from(scopes);
            needs.scope_level = (scope.level, scope.source.clone());
        }
        if let PermissionRule::AnyOf(bundles) = &operation.permission.rule
            && known(operation.permission.level)
        {
            needs.permissions = bundles;
            needs.role_level = (operation.permission.level, operation.permission.source.clone());
        }
        if let RoleRule::AnyOf(roles) = &operation.role.rule
            && known(operation.role.level)
        {
            let lesser: Vec<_> = roles.iter().filter(|role| role.role != "SUPER_ADMIN").collect();
            needs.roles = if lesser.is_empty() { roles.iter().collect() } else { lesser };
            if needs.permissions.is_empty() {
                needs.role_level = (operation.role.level, operation.role.source.clone());
            }
        }
        needs
    }
}

fn of_scope(
    product: Product,
    needs: &Needs<'_>,
    id: Option<OperationId>,
) -> (Remedy, Option<Plan>) {
    let mut remedy = Remedy::empty(needs.scope_level.clone());
    remedy.scopes.clone_from(&needs.scopes);
    if product == Product::Auth0 {
        let one = "read the grant first: the list that is sent replaces the one that is there";
        let scopes: Vec<_> = needs.scopes.iter().take(1).collect();
        remedy.calls = vec![
            ApiCall::bare(Method::Get, "/api/v2/client-grants?client_id={clientId}", one),
            ApiCall::with(
                Method::Patch,
                "/api/v2/client-grants/{grantId}",
                "add the scope to those of the application's grant",
                json!({"scope": ["…those it has", scopes]}),
            ),
        ];
        remedy.console = vec![
            "Applications > Applications > the application > APIs > Auth0 Management API: tick the permission, then Update".into(),
        ];
    } else {
        let grant = |scope: &Text| {
            ApiCall::with(
                Method::Post,
                "/api/v1/apps/{appId}/grants",
                format!("grant {scope}; only a super admin can"),
                json!({"scopeId": scope, "issuer": "https://{yourOktaDomain}"}),
            )
        };
        remedy.calls = needs.scopes.iter().map(grant).collect();
        remedy.console =
            vec!["Applications > the app > Okta API Scopes: grant the scope; then ask for a new token with it".into()];
    }
    let kind = if product == Product::Auth0 { PlanKind::Scopes } else { PlanKind::Narrowest };
    let level = needs.scope_level.0;
    let take = if product == Product::Auth0 { 1 } else { needs.scopes.len() };
    let scopes = needs.scopes.iter().take(take).map(|name| reason(name, id, level)).collect();
    let plan = Plan { scopes, ..plan(kind, id, level) };
    (remedy, id.map(|_| plan))
}

fn of_role(
    operation: &Operation,
    needs: &Needs<'_>,
    id: Option<OperationId>,
    path: &str,
    grantee: Grantee,
) -> Option<(Remedy, Option<Plan>)> {
    let mut remedy = Remedy::empty(needs.role_level.clone());
    remedy.permissions = needs.permissions.to_vec();
    remedy.roles = needs.roles.iter().map(|role| (*role).clone()).collect();
    let level = needs.role_level.0;
    if let Some(bundle) = needs.permissions.first() {
        let add = |permission: &Text| {
            ApiCall::bare(
                Method::Post,
                format!("/api/v1/iam/roles/{{roleId}}/permissions/{permission}"),
                "add the permission to the caller's custom role",
            )
        };
        remedy.calls = bundle.iter().map(add).collect();
        remedy.console = vec![
            "Security > Administrators > Roles: add the permission to the role".into(),
            "Security > Administrators > Resources: see that its resource set holds the object"
                .into(),
        ];
        let permissions = bundle.iter().map(|name| reason(name, id, level)).collect();
        let named = resources(path).into_iter().filter(|path| !path.contains('{'));
        let resources = ResourceSet { paths: named.collect(), ..ResourceSet::default() };
        let plan = Plan { permissions, resources, ..plan(PlanKind::Narrowest, id, level) };
        return Some((remedy, Some(plan)));
    }
    let role = needs.roles.first()?;
    remedy.calls = vec![assign(&role.role, &operation.id, grantee)];
    remedy.console = vec![clicks(&role.role, grantee)];
    let roles = vec![reason(&role.role, id, level)];
    let plan = Plan { roles, ..plan(PlanKind::Standard, id, level) };
    Some((remedy, Some(plan)))
}

fn assign(role: &Text, operation: &str, grantee: Grantee) -> ApiCall {
    let path = match grantee {
        Grantee::App => "/oauth2/v1/clients/{clientId}/roles",
        Grantee::Group => "/api/v1/groups/{groupId}/roles",
    };
    let what = format!("assign {role}, one of the roles that suffice for {operation}");
    ApiCall::with(Method::Post, path, what, json!({"type": role}))
}

fn clicks(role: &str, grantee: Grantee) -> Text {
    let title = catalog::admin_role(role).map_or(role, |known| known.title);
    let way = match grantee {
        Grantee::App => "Applications > the app > Admin roles > Edit assignments",
        Grantee::Group => {
            "Security > Administrators > Add administrator > the group of the token's owner"
        }
    };
    format!("{way}: {title}").into()
}

fn of_resources(path: &str) -> Remedy {
    let source = "Okta documentation, Role assignments";
    let mut remedy = Remedy::empty((Confidence::Supported, source.into()));
    remedy.resources = resources(path);
    let additions: Vec<_> =
        remedy.resources.iter().map(|path| format!("https://{{yourOktaDomain}}{path}")).collect();
    remedy.calls = vec![ApiCall::with(
        Method::Patch,
        "/api/v1/iam/resource-sets/{resourceSetId}/resources",
        "put the objects into the role's resource set",
        json!({"additions": additions}),
    )];
    remedy.console =
        vec!["Security > Administrators > Resources: the role's resource set > Edit".into()];
    let named = remedy.resources.iter().filter(|path| !path.contains('{')).cloned();
    let set = ResourceSet { paths: named.collect(), ..ResourceSet::default() };
    let mut document = Terraform::default();
    document.resource_set("integration", &set);
    remedy.terraform = document.text();
    remedy
}

/// What a resource set must hold for a path: the group and its members, the app; for users the
/// groups that they are in, or all of them.
fn resources(path: &str) -> Vec<String> {
    let segments: Vec<_> = path.split('/').skip(1).collect();
    let id = |at: usize| {
        let id = segments.get(at).filter(|id| catalog::object_id(id.as_bytes()).is_some());
        id.copied().unwrap_or("{id}")
    };
    match segments.get(2).copied() {
        Some("groups") => {
            let group = format!("/api/v1/groups/{}", id(3));
            let members = (segments.get(4) == Some(&"users")).then(|| format!("{group}/users"));
            std::iter::once(group).chain(members).collect()
        }
        Some("apps") => vec![format!("/api/v1/apps/{}", id(3))],
        _ => vec!["/api/v1/groups/{groupId}/users".to_owned()],
    }
}

fn reason(name: &Text, id: Option<OperationId>, level: Confidence) -> Reason {
    let operations = id.into_iter().collect();
    Reason { name: name.clone(), operations, level, limit: "".into() }
}

fn plan(kind: PlanKind, id: Option<OperationId>, level: Confidence) -> Plan {
    Plan {
        kind,
        without: "".into(),
        scopes: Vec::new(),
        permissions: Vec::new(),
        roles: Vec::new(),
        resources: ResourceSet::default(),
        covered: id.into_iter().collect(),
        uncovered: Vec::new(),
        level,
        warnings: Vec::new(),
    }
}
