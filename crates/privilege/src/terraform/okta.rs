//! What an integration with Okta needs: app or account, role, resource set, grants.

use catalog::RoleTargets;

use super::value::Value;
use super::{Block, Made, Terraform};
use crate::{Base, OperationId, Plan, Reason, ResourceSet};

const ORG_URL: &str = "local.org_url";
const ORG_ID: &str = "data.okta_org_metadata.org.id";

/// Most resources that one resource set holds. Source: Okta management API specification 2026.06.3.
const MAX_RESOURCES: usize = 1000;

/// What goes before and after the making of a token whose owner may not make it.
const LENT: (&str, &str) =
    ("assign READ_ONLY_ADMIN to the service user, ", "take READ_ONLY_ADMIN away from it, ");

/// Operations that a remark names before it counts the rest.
const MAX_NAMED: usize = 3;

/// Who gets a role.
pub(crate) enum Holder<'a> {
    /// A service app.
    App(&'a Made),
    /// A group, all members of it.
    Group(&'a Made),
}

impl Terraform {
    /// A service app with the scopes and the role of a plan.
    pub(super) fn okta_app(&mut self, base: &Base, plan: &Plan, name: &str, from: &[String]) {
        self.okta_org();
        let zone = self.network_zone(name, from);
        let app = self.service_app(name, zone.as_ref());
        self.api_scopes(base, name, &app, &plan.scopes);
        self.roles(base, plan, name, &Holder::App(&app));
    }

    /// The provider, the organization's address and its id.
    pub(crate) fn okta_org(&mut self) {
        self.provider("okta", "okta/okta", "~> 6.12");
        self.push(Block::new("data", &["okta_org_metadata", "org"]));
        let url = Value::reference("data.okta_org_metadata.org.domains.organization");
        self.push(Block::new("locals", &[]).set("org_url", url));
    }

    /// The provider that the document needs.
    pub(super) fn provider(&mut self, name: &'static str, source: &str, version: &str) {
        let provider =
            Value::Object(vec![("source", Value::text(source)), ("version", Value::text(version))]);
        let providers = Block::new("required_providers", &[]).set(name, provider);
        self.push(Block::new("terraform", &[]).block(providers));
    }

    /// A zone of these addresses; none for no address.
    pub(crate) fn network_zone(&mut self, name: &str, from: &[String]) -> Option<Made> {
        let mut gateways = from.to_vec();
        gateways.sort();
        gateways.dedup();
        (!gateways.is_empty()).then(|| {
            self.resource("okta_network_zone", name, |zone| {
                zone.set("name", Value::text(format!("{name} egress")))
                    .set("type", Value::text("IP"))
                    .set("gateways", Value::texts(gateways))
            })
        })
    }

    /// An app that signs in with a private key, of which Okta gets the public half.
    pub(crate) fn service_app(&mut self, name: &str, zone: Option<&Made>) -> Made {
        for (variable, description) in [
            ("jwk_kid", "Key id (kid) of the integration's public key"),
            ("jwk_n", "Modulus (n) of the integration's public RSA key, base64url"),
        ] {
            self.variable(variable, description);
        }
        let key = Block::new("jwks", &[])
            .set("kty", Value::text("RSA"))
            .set("kid", Value::reference("var.jwk_kid"))
            .set("e", Value::text("AQAB"))
            .set("n", Value::reference("var.jwk_n"));
        self.resource("okta_app_oauth", name, |app| {
            let app = app
                .set("label", Value::text(name))
                .set("type", Value::text("service"))
                .set("grant_types", Value::texts(["client_credentials"]))
                .set("response_types", Value::texts(["token"]))
                .set("token_endpoint_auth_method", Value::text("private_key_jwt"))
                .set("omit_secret", Value::Bool(true))
                .set("admin_note", Value::Lines(note(name)))
                .block(key);
            match zone {
                Some(zone) => app.block(in_zone(zone)),
                None => app,
            }
        })
    }

    /// A single-page app: public, no secret, PKCE required; and its origin.
    pub(crate) fn public_app(&mut self, name: &str) -> Made {
        for (variable, description) in [
            (
                "redirect_uri",
                "Where the app takes the code, such as https://app.example.com/login/callback",
            ),
            ("origin", "The app's origin, such as https://app.example.com"),
        ] {
            self.variable(variable, description);
        }
        self.resource("okta_trusted_origin", name, |origin| {
            origin
                .set("name", Value::text(name))
                .set("origin", Value::reference("var.origin"))
                .set("scopes", Value::texts(["CORS"]))
        });
        self.resource("okta_app_oauth", name, |app| {
            app.set("label", Value::text(name))
                .set("type", Value::text("browser"))
                .set("grant_types", Value::texts(["authorization_code"]))
                .set("response_types", Value::texts(["code"]))
                .set("redirect_uris", Value::list([Value::reference("var.redirect_uri")]))
                .set("token_endpoint_auth_method", Value::text("none"))
                .set("pkce_required", Value::Bool(true))
        })
    }

    /// The group of the people who may use an app, which exists already.
    pub(crate) fn people(&mut self, name: &str) -> Made {
        self.variable("people_group", "Name of the group of the people who use the app");
        let made = Made { kind: "data.okta_group", name: super::identifier(name) };
        let group = Block::new("data", &["okta_group", &made.name]);
        self.push(group.set("name", Value::reference("var.people_group")));
        made
    }

    fn variable(&mut self, name: &str, description: &str) {
        let variable = Block::new("variable", &[name])
            .set("type", Value::reference("string"))
            .set("description", Value::text(description));
        self.push(variable);
    }

    /// The scopes that a service app may ask for.
    pub(crate) fn api_scopes(&mut self, base: &Base, name: &str, app: &Made, scopes: &[Reason]) {
        if scopes.is_empty() {
            return;
        }
        self.resource("okta_app_oauth_api_scope", name, |grant| {
            grant
                .set("app_id", app.attribute("id"))
                .set("issuer", Value::reference(ORG_URL))
                .set("scopes", reasons(base, scopes))
        });
    }

    /// The roles of a plan, bound to its resources, given to a holder.
    pub(crate) fn roles(&mut self, base: &Base, plan: &Plan, name: &str, holder: &Holder<'_>) {
        if !plan.permissions.is_empty() {
            let role = self.custom_role(base, name, &plan.permissions);
            let set = self.resource_set(name, &plan.resources);
            self.assign_custom(name, &role, &set, holder);
        }
        let groups = ids(&plan.resources, "/api/v1/groups/");
        let apps = ids(&plan.resources, "/api/v1/apps/");
        for role in &plan.roles {
            self.assign_standard(name, role, &groups, &apps, holder);
        }
    }

    /// A role of its own.
    pub(crate) fn custom_role(&mut self, base: &Base, name: &str, permissions: &[Reason]) -> Made {
        self.resource("okta_admin_role_custom", name, |role| {
            role.set("label", Value::text(name))
                .set("description", Value::text(format!("What {name} needs, and no more")))
                .set("permissions", reasons(base, permissions))
        })
    }

    /// What a role reaches. Where nothing is known of that, a variable must say it.
    pub(crate) fn resource_set(&mut self, name: &str, resources: &ResourceSet) -> Made {
        let (attribute, value) = self.resources(resources);
        let notes = resources.notes.iter().map(ToString::to_string);
        let made = self.resource("okta_resource_set", name, |set| {
            let set = notes.fold(set, Block::under);
            set.set("label", Value::text(name))
                .set("description", Value::text(format!("What {name} works on, and no more")))
                .set(attribute, value)
        });
        if resources.paths.len().max(resources.orns.len()) > MAX_RESOURCES {
            let text = format!(
                "A resource set holds {MAX_RESOURCES} resources: make several of this one."
            );
            self.push(Block::remarks([text]));
        }
        made
    }

    fn resources(&mut self, resources: &ResourceSet) -> (&'static str, Value) {
        let sorted = |texts: &[String]| {
            let mut texts = texts.to_vec();
            texts.sort();
            texts
        };
        if !resources.paths.is_empty() {
            let paths = sorted(&resources.paths).into_iter();
            return ("resources", Value::list(paths.map(|path| Value::joined(ORG_URL, path))));
        }
        if !resources.orns.is_empty() {
            return (
                "resources_orn",
                Value::list(sorted(&resources.orns).iter().map(|orn| in_org(orn))),
            );
        }
        let variable = Block::new("variable", &["resources"])
            .set("type", Value::reference("list(string)"))
            .set(
                "description",
                Value::text("URLs of what the role reaches; the calls did not say it"),
            );
        self.push(variable);
        ("resources", Value::reference("var.resources"))
    }

    fn assign_custom(&mut self, name: &str, role: &Made, set: &Made, holder: &Holder<'_>) {
        match holder {
            Holder::App(app) => self.resource("okta_app_oauth_role_assignment", name, |given| {
                given
                    .set("client_id", app.attribute("client_id"))
                    .set("type", Value::text("CUSTOM"))
                    .set("role", role.attribute("id"))
                    .set("resource_set", set.attribute("id"))
            }),
            Holder::Group(group) => {
                let id = format!("{}.id", group.address());
                let href = Value::reference(format!("\"${{{ORG_URL}}}/api/v1/groups/${{{id}}}\""));
                self.resource("okta_admin_role_custom_assignments", name, |given| {
                    given
                        .set("resource_set_id", set.attribute("id"))
                        .set("custom_role_id", role.attribute("id"))
                        .set("members", Value::list([href]))
                })
            }
        };
    }

    fn assign_standard(
        &mut self,
        name: &str,
        role: &Reason,
        groups: &[String],
        apps: &[String],
        holder: &Holder<'_>,
    ) {
        let targets = catalog::admin_role(base_role(&role.name))
            .map_or(RoleTargets::None, |role| role.targets);
        let label = format!("{name} {}", role.name);
        let why = because(role);
        match holder {
            Holder::App(app) => {
                self.resource("okta_app_oauth_role_assignment", &label, |given| {
                    let given = given.under(why);
                    let given = match (targets, groups.is_empty() && apps.is_empty()) {
                        (RoleTargets::Groups | RoleTargets::Apps, false) => given.under(
                            "The provider has no resource for targets of a client's role: see the API calls.",
                        ),
                        _ => given,
                    };
                    given
                        .set("client_id", app.attribute("client_id"))
                        .set("type", Value::text(base_role(&role.name)))
                });
            }
            Holder::Group(group) => {
                let list = |kind: RoleTargets, ids: &[String]| {
                    let fits = targets == kind && !ids.is_empty();
                    fits.then(|| Value::texts(ids.iter().cloned()))
                };
                self.resource("okta_group_role", &label, |given| {
                    given
                        .under(why)
                        .set("group_id", group.attribute("id"))
                        .set("role_type", Value::text(base_role(&role.name)))
                        .set_if("target_group_list", list(RoleTargets::Groups, groups))
                        .set_if("target_app_list", list(RoleTargets::Apps, apps))
                });
            }
        }
    }

    /// A user for an integration alone, and the group that holds the role.
    pub(crate) fn service_user(&mut self, name: &str) -> Made {
        let variable =
            Block::new("variable", &["service_login"]).set("type", Value::reference("string")).set(
                "description",
                Value::text("Login and address of the service user, in a mailbox that is read"),
            );
        self.push(variable);
        let user = self.resource("okta_user", name, |user| {
            user.set("first_name", Value::text(name))
                .set("last_name", Value::text("service account"))
                .set("login", Value::reference("var.service_login"))
                .set("email", Value::reference("var.service_login"))
        });
        let group = self.resource("okta_group", name, |group| {
            group.set("name", Value::text(format!("{name} service account"))).set(
                "description",
                Value::text(format!("Holds the admin role of {name}; one member")),
            )
        });
        self.resource("okta_group_memberships", name, |members| {
            members
                .set("group_id", group.attribute("id"))
                .set("users", Value::list([user.attribute("id")]))
                .set("track_all_users", Value::Bool(true))
        });
        group
    }

    /// The token's settings, once a person has made it.
    pub(crate) fn api_token(&mut self, name: &str, zone: Option<&Made>, is_lent: bool) {
        let address = format!("okta_api_token.{}[0]", super::identifier(name));
        let (lend, give_back) = if is_lent { LENT } else { ("", "") };
        self.push(Block::remarks([
            format!("A token cannot be created here. Apply, {lend}sign in as the service user, create the token,"),
            format!("{give_back}then:"),
            format!("  terraform import -var api_token_id=00T... '{address}' 00T..."),
            "Destroying this resource revokes the token.".to_owned(),
        ]));
        let variable = Block::new("variable", &["api_token_id"])
            .set("type", Value::reference("string"))
            .set(
                "description",
                Value::text("Id of the token (00T...), not its value; empty until there is one"),
            )
            .set("default", Value::text(""));
        self.push(variable);
        self.resource("okta_api_token", name, |token| {
            let token = token
                .set("count", Value::reference("var.api_token_id == \"\" ? 0 : 1"))
                .set("id", Value::reference("var.api_token_id"))
                .set("name", Value::text(name));
            match zone {
                Some(zone) => token.block(in_zone(zone)),
                None => token,
            }
        });
    }
}

/// What an administrator reads who finds the app.
fn note(name: &str) -> String {
    let name = name.replace('\n', " ");
    format!(
        "Calls the API for {name}.\n\
         Its scopes and its role are what those calls need; Terraform has the reason beside each.\n\
         Grant more only when its calls change.\n"
    )
}

fn in_zone(zone: &Made) -> Block {
    Block::new("network", &[])
        .set("connection", Value::text("ZONE"))
        .set("include", Value::list([zone.attribute("id")]))
}

/// An ORN with the organization's id where `{orgId}` stands.
fn in_org(orn: &str) -> Value {
    use super::value::Part;
    match orn.split_once("{orgId}") {
        None => Value::text(orn),
        Some((before, after)) => Value::Template(vec![
            Part::Text(before.to_owned()),
            Part::Expression(ORG_ID.to_owned()),
            Part::Text(after.to_owned()),
        ]),
    }
}

/// Names in order, each with the calls that need it.
pub(super) fn reasons(base: &Base, reasons: &[Reason]) -> Value {
    let mut sorted: Vec<_> = reasons.iter().collect();
    sorted.sort_by(|one, other| one.name.cmp(&other.name));
    let entry = |reason: &&Reason| {
        let why = format!("{}: {}", reason.level.name(), operations(base, &reason.operations));
        (Value::text(reason.name.clone()), why)
    };
    Value::List(sorted.iter().map(entry).collect())
}

fn operations(base: &Base, ids: &[OperationId]) -> String {
    let mut names: Vec<_> = ids.iter().map(|id| base.operation(*id).id.as_ref()).collect();
    names.sort_unstable();
    names.dedup();
    let more = names.len().saturating_sub(MAX_NAMED);
    let first = names[..names.len() - more].join(", ");
    if more == 0 { first } else { format!("{first} and {more} more") }
}

fn because(role: &Reason) -> String {
    let limit = if role.limit.is_empty() { String::new() } else { format!(" ({})", role.limit) };
    let count = role.operations.len();
    format!("{}{limit}: {}, for {count} operations", role.name, role.level.name())
}

/// The role's name without the marks of a limit.
fn base_role(name: &str) -> &str {
    name.split(['*', '(']).next().unwrap_or(name)
}

/// Ids below a path, in order, each once.
pub(crate) fn ids(resources: &ResourceSet, below: &str) -> Vec<String> {
    let paths = resources.paths.iter().filter_map(|path| path.strip_prefix(below));
    let mut ids: Vec<_> =
        paths.filter_map(|rest| rest.split('/').next()).map(str::to_owned).collect();
    ids.retain(|id| !id.is_empty());
    ids.sort();
    ids.dedup();
    ids
}
