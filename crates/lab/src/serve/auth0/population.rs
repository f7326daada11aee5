//! Who and what is in the tenant when it is served.

use serde_json::{Value, json};

use crate::random::Random;
use crate::serve::auth0::client::{AUDIENCE, clients};
use crate::serve::keys::Keys;
use crate::serve::store::Store;
use crate::world::World;

/// Fills the lists of a tenant.
pub(super) fn populate(world: &World, keys: &Keys, mut random: Random) -> (Store, Random) {
    let mut store = Store::default();
    for client in clients(keys) {
        store.add(
            "clients",
            application(&client.client_id, &client.name, "non_interactive", &client.secret),
        );
        if let Some(scopes) = &client.scopes {
            store.add("client-grants", grant(&client.client_id, AUDIENCE, scopes, &mut random));
        }
    }
    for machine in &world.tenant.machines {
        let secret = random.id("", 64, "");
        store.add("clients", application(&machine.id, machine.name, "non_interactive", &secret));
        let scopes: Vec<String> = machine.scope.split(' ').map(str::to_owned).collect();
        store.add("client-grants", grant(&machine.id, machine.audience, &scopes, &mut random));
    }
    interfaces(world, &mut store);
    let portal = &world.tenant.portal;
    let secret = random.id("", 64, "");
    store.add("clients", application(&portal.id, portal.name, "regular_web", &secret));
    for customer in &world.tenant.customers {
        let id = random.hex(24);
        store.add(
            "grants",
            json!({"id": id, "clientID": portal.id, "user_id": customer.id,
                "audience": "https://acme.us.auth0.com/userinfo", "scope": ["openid", "profile", "email"]}),
        );
    }
    (store, random)
}

/// The Management API, as every tenant has it, and those that machines sign in for.
fn interfaces(world: &World, store: &mut Store) {
    let operations = catalog::api_operations().iter();
    let management =
        operations.filter(|row| row.product == catalog::Product::Auth0 && row.api == "management");
    let scopes: std::collections::BTreeSet<&str> =
        management.flat_map(catalog::ApiOperation::scopes).collect();
    let scopes: Vec<Value> = scopes.into_iter().map(|scope| json!({"value": scope})).collect();
    store.add(
        "resource-servers",
        json!({"id": "labmanagement0000000001", "name": "Auth0 Management API", "identifier": AUDIENCE,
            "is_system": true, "token_lifetime": 86_400, "token_lifetime_for_web": 7_200,
            "signing_alg": "RS256", "scopes": scopes}),
    );
    let audiences: std::collections::BTreeSet<&str> =
        world.tenant.machines.iter().map(|machine| machine.audience).collect();
    for (number, audience) in audiences.into_iter().filter(|one| *one != AUDIENCE).enumerate() {
        store.add(
            "resource-servers",
            json!({"id": format!("labinterface{number:012}"), "name": audience, "identifier": audience,
                "is_system": false, "token_lifetime": 3_600, "signing_alg": "RS256", "scopes": []}),
        );
    }
}

fn application(id: &str, name: &str, kind: &str, secret: &str) -> Value {
    json!({
        "client_id": id, "name": name, "tenant": "acme", "global": false, "app_type": kind,
        "is_first_party": true, "token_endpoint_auth_method": "client_secret_post",
        "grant_types": if kind == "regular_web" { json!(["authorization_code", "refresh_token"]) } else { json!(["client_credentials"]) },
        "client_secret": secret,
    })
}

fn grant(client_id: &str, audience: &str, scopes: &[String], random: &mut Random) -> Value {
    let id = random.id("cgr_", 16, "");
    json!({"id": id, "client_id": client_id, "audience": audience, "scope": scopes})
}
