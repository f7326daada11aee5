//! Who and what is in the organization when it is served: the world, and the credentials that were made for it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::org::{App, CELL, Service};
use crate::random::Random;
use crate::serve::clock::{earlier, later};
use crate::serve::keys::Keys;
use crate::serve::okta::app::ServiceApp;
use crate::serve::okta::tokens::{ApiTokens, IDLE};
use crate::serve::store::Store;
use crate::world::{Part, World};

/// Ids of the tokens whose secrets were made at the start.
pub(crate) const GOOD_TOKEN: &str = "00Tlabtoken000000001";
pub(crate) const OLD_TOKEN: &str = "00Tlabtoken000000002";

/// People whose refresh tokens the apps hold that can have some.
const SIGNED_IN: usize = 2;

/// Fills the lists of an organization.
pub(crate) fn populate(
    world: &World,
    apps: &[ServiceApp],
    keys: &Keys,
    now: Timestamp,
) -> (Store, ApiTokens) {
    let mut filling = Filling {
        store: Store::default(),
        random: Random::new(world.seed ^ 0xd1ec_7011),
        created: earlier(now, Duration::from_hours(400 * 24)).to_string(),
        now,
    };
    filling.people(world);
    filling.groups(world);
    filling.apps(world, apps);
    filling.policies(world);
    filling.console();
    filling.settings();
    filling.tokens(world);
    let mut tokens = ApiTokens::default();
    tokens.give(GOOD_TOKEN, &keys.okta_api_token);
    tokens.give(OLD_TOKEN, &keys.okta_expired_token);
    if let Some(program) = world.tokens.first() {
        tokens.give(&program.id, &keys.okta_program_token);
    }
    (filling.store, tokens)
}

struct Filling {
    store: Store,
    random: Random,
    created: String,
    now: Timestamp,
}

impl Filling {
    /// The first who may everything never enrolled a key.
    fn people(&mut self, world: &World) {
        let first = world.with(Part::SuperAdmin).first().copied();
        for (number, (person, staff)) in world.org.people.iter().zip(&world.staff).enumerate() {
            let has_key = staff.part == Part::SuperAdmin && Some(number) != first;
            let (first, last) = person.name.split_once(' ').unwrap_or((&person.name, ""));
            self.store.add(
                "users",
                json!({
                    "id": person.id, "status": "ACTIVE", "created": self.created,
                    "activated": self.created, "statusChanged": self.created, "lastUpdated": self.created,
                    "type": {"id": "otylabuser0000000005d7"},
                    "profile": {"firstName": first, "lastName": last, "login": person.login,
                        "email": person.login, "mobilePhone": null, "secondEmail": null},
                    "credentials": {"provider": {"type": "OKTA", "name": "OKTA"}},
                }),
            );
            self.factors(&person.id, has_key);
            if let Some((kind, label)) = role(staff.part) {
                self.role(&format!("users/{}/roles", person.id), kind, label);
            }
            let session = self.random.id("102", 25, "");
            let expires = later(self.now, Duration::from_hours(2)).to_string();
            self.store.add(
                "sessions",
                json!({
                    "id": session, "userId": person.id, "login": person.login, "status": "ACTIVE",
                    "createdAt": self.now.to_string(), "expiresAt": expires, "mfaActive": true,
                    "amr": ["pwd", "mfa", "kba"], "idp": {"id": "00olab00000000005d7", "type": "OKTA"},
                }),
            );
        }
    }

    /// Everybody pushes; some have a key besides.
    fn factors(&mut self, person: &str, has_key: bool) {
        let key = has_key.then_some(("fwf", "webauthn", "FIDO"));
        for (prefix, kind, vendor) in [("opf", "push", "OKTA")].into_iter().chain(key) {
            let id = format!("{prefix}{}", person.get(3..).unwrap_or_default());
            let created = &self.created;
            self.store.add(
                format!("users/{person}/factors"),
                json!({"id": id, "factorType": kind, "provider": vendor, "vendorName": vendor,
                    "status": "ACTIVE", "created": created, "lastUpdated": created}),
            );
        }
    }

    /// What is set for the whole organization. The object has a name of its own here, which the store finds it by.
    fn settings(&mut self) {
        let name = "clientPrivilegesSetting";
        self.store.add("org/settings", json!({"id": name, name: false}));
    }

    /// The Admin Console asks for two factors, but for none that cannot be phished.
    fn console(&mut self) {
        let policy = "rstlabconsole0000001";
        let created = &self.created;
        self.store.add(
            "policies",
            json!({"id": policy, "name": "Okta Admin Console", "type": "ACCESS_POLICY", "status": "ACTIVE",
                "system": true, "created": created, "lastUpdated": created}),
        );
        self.store.add(
            format!("policies/{policy}/rules"),
            json!({"id": "rullabconsole0000001", "name": "Administrators", "type": "ACCESS_POLICY",
                "status": "ACTIVE", "priority": 1, "system": false, "created": created,
                "lastUpdated": created, "conditions": null,
                "actions": {"appSignOn": {"access": "ALLOW", "verificationMethod": {
                    "type": "ASSURANCE", "factorMode": "2FA", "reauthenticateIn": "PT2H",
                    "constraints": [{"knowledge": {"types": ["password"], "required": true}}]}}}}),
        );
    }

    fn role(&mut self, path: &str, kind: &str, label: &str) {
        let id = self.random.id("ra1", 20, CELL);
        self.store.add(
            path,
            json!({"id": id, "type": kind, "label": label, "status": "ACTIVE",
                "created": self.created, "lastUpdated": self.created, "assignmentType": "USER"}),
        );
    }

    /// Everybody is in the first group; every other one has each person by lot.
    fn groups(&mut self, world: &World) {
        for (number, group) in world.org.groups.iter().enumerate() {
            self.store.add(
                "groups",
                json!({"id": group.id, "type": "OKTA_GROUP", "objectClass": ["okta:user_group"],
                    "created": self.created, "lastUpdated": self.created,
                    "profile": {"name": group.name, "description": null}}),
            );
            for person in &world.org.people {
                if number == 0 || self.random.chance(2_500) {
                    let path = format!("groups/{}/users", group.id);
                    self.store.add(path, json!({"id": person.id}));
                }
            }
        }
    }

    fn apps(&mut self, world: &World, service_apps: &[ServiceApp]) {
        for app in &world.org.apps {
            self.app(app);
        }
        for service in &world.org.services {
            self.service(service);
        }
        for app in service_apps {
            self.service_app(app);
        }
        let signed_in = world.org.people.iter().take(SIGNED_IN).map(|person| person.id.as_str());
        let apps = world.org.apps.iter().filter(|app| app.sign_on == "OPENID_CONNECT");
        for (number, app) in apps.enumerate() {
            self.refresh_tokens((number, &app.id), signed_in.clone());
        }
    }

    fn refresh_tokens<'p>(
        &mut self,
        (place, app): (usize, &str),
        people: impl Iterator<Item = &'p str>,
    ) {
        for (number, person) in people.enumerate() {
            let id = format!("oarlab{place:04}{number:010}");
            let expires = later(self.now, Duration::from_hours(7 * 24)).to_string();
            self.store.add(
                format!("apps/{app}/tokens"),
                json!({"id": id, "status": "ACTIVE", "created": self.created, "lastUpdated": self.created,
                    "expiresAt": expires, "issuer": format!("https://{}", crate::org::TENANT),
                    "clientId": app, "userId": person, "scopes": ["openid", "offline_access"]}),
            );
        }
    }

    fn app(&mut self, app: &App) {
        self.store.add(
            "apps",
            json!({"id": app.id, "name": app.slug, "label": app.name, "status": "ACTIVE",
                "created": self.created, "lastUpdated": self.created, "signOnMode": app.sign_on}),
        );
    }

    fn service(&mut self, service: &Service) {
        self.oidc(&service.id, service.name, false);
        for scope in service.scopes.split(' ') {
            self.grant(&service.id, scope);
        }
        self.role(
            &format!("clients/{}/roles", service.id),
            "READ_ONLY_ADMIN",
            "Read-Only Administrator",
        );
    }

    fn service_app(&mut self, app: &ServiceApp) {
        self.oidc(&app.client_id, &app.name, app.needs_dpop);
        for scope in &app.scopes {
            self.grant(&app.client_id, scope);
        }
        let label = match app.role.as_deref() {
            Some("SUPER_ADMIN") => "Super Administrator",
            _ => "Read-Only Administrator",
        };
        if let Some(role) = &app.role {
            self.role(&format!("clients/{}/roles", app.client_id), role, label);
        }
        for (key, is_active) in &app.keys {
            let mut item = serde_json::to_value(key).unwrap_or_default();
            item["id"] = json!(self.random.id("pks", 20, CELL));
            item["status"] = json!(if *is_active { "ACTIVE" } else { "INACTIVE" });
            item["created"] = json!(self.created);
            self.store.add(format!("apps/{}/credentials/jwks", app.client_id), item);
        }
    }

    fn oidc(&mut self, id: &str, label: &str, needs_dpop: bool) {
        self.store.add(
            "apps",
            json!({"id": id, "name": "oidc_client", "label": label, "status": "ACTIVE",
                "created": self.created, "lastUpdated": self.created, "signOnMode": "OPENID_CONNECT",
                "credentials": {"oauthClient": {"client_id": id, "token_endpoint_auth_method": "private_key_jwt"}},
                "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"],
                    "response_types": ["token"], "dpop_bound_access_tokens": needs_dpop}}}),
        );
        let secret = json!({
            "id": self.random.id("ocs", 20, CELL), "status": "ACTIVE", "created": self.created,
            "lastUpdated": self.created, "secret_hash": self.random.hex(22),
        });
        self.store.add(format!("apps/{id}/credentials/secrets"), secret);
    }

    fn grant(&mut self, app: &str, scope: &str) {
        let id = self.random.id("oag", 20, CELL);
        self.store.add(
            format!("apps/{app}/grants"),
            json!({"id": id, "status": "ACTIVE", "created": self.created, "lastUpdated": self.created,
                "issuer": format!("https://{}", crate::org::TENANT), "clientId": app, "scopeId": scope, "source": "ADMIN"}),
        );
    }

    fn policies(&mut self, world: &World) {
        for policy in &world.org.policies {
            self.store.add(
                "policies",
                json!({"id": policy.id, "name": policy.name, "type": "ACCESS_POLICY", "status": "ACTIVE",
                    "system": false, "created": self.created, "lastUpdated": self.created}),
            );
        }
        for (id, name, gateway) in [
            ("nzolab00000000000001", "Offices", "198.51.100.0/24"),
            ("nzolab00000000000002", "Servers", "203.0.113.0/24"),
        ] {
            self.store.add(
                "zones",
                json!({"id": id, "name": name, "type": "IP", "status": "ACTIVE", "usage": "POLICY",
                    "gateways": [{"type": "CIDR", "value": gateway}], "proxies": null,
                    "created": self.created, "lastUpdated": self.created}),
            );
        }
    }

    /// The tokens of programs, and those that a client of the lab holds: one that works and one that nobody used for 31 days.
    fn tokens(&mut self, world: &World) {
        let person =
            |number: usize| world.org.people.get(number).map_or("", |person| person.id.as_str());
        let owner = person(world.with(Part::SuperAdmin).first().copied().unwrap_or(0)).to_owned();
        let idle = Duration::from_hours(31 * 24);
        let mut add = |id: &str, name: &str, owner: &str, used: Timestamp, network: Value| {
            self.store.add(
                "api-tokens",
                json!({"id": id, "name": name, "userId": owner, "clientName": "Okta API",
                    "created": self.created, "lastUpdated": used.to_string(),
                    "expiresAt": later(used, IDLE).to_string(), "tokenWindow": "P30D", "network": network}),
            );
        };
        let anywhere = || json!({"connection": "ANYWHERE"});
        for (number, token) in world.tokens.iter().enumerate() {
            let name = format!("Program {}", number + 1);
            let zone = json!({"connection": "ZONE", "include": ["nzolab00000000000002"]});
            let network = if number == 1 { zone } else { anywhere() };
            add(&token.id, &name, person(token.owner), self.now, network);
        }
        add(GOOD_TOKEN, "Keyward", &owner, self.now, anywhere());
        add(OLD_TOKEN, "Keyward, forgotten", &owner, earlier(self.now, idle), anywhere());
    }
}

/// The standard role of those who administer something.
fn role(part: Part) -> Option<(&'static str, &'static str)> {
    match part {
        Part::SuperAdmin => Some(("SUPER_ADMIN", "Super Administrator")),
        Part::AppAdmin => Some(("APP_ADMIN", "Application Administrator")),
        Part::HelpDesk => Some(("HELP_DESK_ADMIN", "Help Desk Administrator")),
        Part::Employee => None,
    }
}
