//! Auth0: clients that sign in by themselves, their grants, and the Management API.

use inventory::{Card, CardKind, Grant, SecretRow, Snapshot};
use serde::Deserialize;

use super::okta::key;
use super::reading::{Question, Reading};
use super::row::Key;

/// No secrets: whoever reads them leaves a record in the log, and nobody needs them here.
pub(super) const FIELDS: &str = "fields=client_id,name,app_type,global,grant_types,token_endpoint_auth_method,\
                      client_authentication_methods&include_fields=true";

#[derive(Debug, Deserialize)]
pub(super) struct Client {
    #[serde(rename = "client_id")]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    app_type: String,
    #[serde(default)]
    global: bool,
    #[serde(default)]
    grant_types: Vec<String>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(rename = "client_authentication_methods")]
    methods: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Debug, Deserialize)]
struct Granted {
    id: Option<String>,
    client_id: String,
    audience: String,
    #[serde(default)]
    scope: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Interface {
    identifier: String,
    #[serde(default)]
    is_system: bool,
    token_lifetime: Option<u64>,
    #[serde(default)]
    scopes: Vec<Scope>,
}

#[derive(Debug, Deserialize)]
struct Scope {
    value: String,
}

pub(super) async fn read(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    let about = |what, operation, query| Question { what, operation, ids: &[], query };
    let clients = reading.numbered(about("clients", "get_clients", FIELDS)).await;
    let grants = reading.numbered(about("client grants", "get_client-grants", "")).await;
    let interfaces: Option<Vec<Interface>> =
        reading.numbered(about("resource servers", "get_resource-servers", "")).await;
    let has_grants = grants.is_some();
    let grants: Vec<Granted> = grants.unwrap_or_default();
    let interfaces = interfaces.unwrap_or_default();
    for client in clients.unwrap_or_default() {
        if is_machine(&client, &grants) {
            let mut card = card(reading, snapshot, client).await;
            if !has_grants {
                card.gaps.push("its scopes could not be read".to_owned());
            }
            add_grants(&mut card, &grants, &interfaces);
            snapshot.cards.push(card);
        }
    }
    let management = interfaces.into_iter().find(|interface| is_management(interface, snapshot));
    if let Some(management) = management {
        let settings = &mut snapshot.settings;
        settings.management_lifetime_s = management.token_lifetime;
        settings.management_scopes =
            management.scopes.into_iter().map(|scope| scope.value).collect();
        settings.management_audience = Some(management.identifier);
    }
}

/// One client, with its grants.
pub(super) async fn client(reading: &mut Reading<'_>, snapshot: &Snapshot, client: Client) -> Card {
    let query = format!("client_id={}", client.id);
    let (what, operation) = ("client grants", "get_client-grants");
    let grants = reading.numbered(Question { what, operation, ids: &[], query: &query }).await;
    let mut card = card(reading, snapshot, client).await;
    match grants {
        Some(grants) => add_grants(&mut card, &grants, &[]),
        None => card.gaps.push("its scopes could not be read".to_owned()),
    }
    card
}

/// The clients that may sign in by themselves, without their grants.
pub(super) async fn clients(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    let asked = Question { what: "clients", operation: "get_clients", ids: &[], query: FIELDS };
    let clients: Option<Vec<Client>> = reading.numbered(asked).await;
    for client in clients.unwrap_or_default() {
        if is_machine(&client, &[]) {
            let card = card(reading, snapshot, client).await;
            snapshot.cards.push(card);
        }
    }
}

/// Whether it signs in by itself: it may, or it has a grant of its own. The client that stands for the tenant does not.
fn is_machine(client: &Client, grants: &[Granted]) -> bool {
    let may = client.app_type == "non_interactive"
        || client.grant_types.iter().any(|kind| kind == "client_credentials");
    !client.global && (may || grants.iter().any(|grant| grant.client_id == client.id))
}

/// Every tenant has one system interface of this path: its Management API, under the canonical name of the tenant.
fn is_management(interface: &Interface, snapshot: &Snapshot) -> bool {
    let is_named = interface.identifier.ends_with("/api/v2/");
    is_named && (interface.is_system || interface.identifier.contains(&snapshot.host))
}

async fn card(reading: &mut Reading<'_>, snapshot: &Snapshot, client: Client) -> Card {
    let kind = CardKind::MachineClient;
    let mut card = Card::new(snapshot.provider, &snapshot.tenant, kind, &client.id);
    let by_key = client.methods.as_ref();
    let by_key = by_key.is_some_and(|methods| methods.contains_key("private_key_jwt"));
    card.name = client.name;
    card.method = match client.token_endpoint_auth_method {
        Some(method) => method,
        None if by_key => "private_key_jwt".to_owned(),
        None => String::new(),
    };
    if by_key {
        let ids: &[&str] = &[&client.id];
        let what = "keys of clients";
        let keys =
            reading.list::<Key>(Question { what, operation: "get_credentials", ids, query: "" });
        match keys.await {
            Some(keys) => card.keys = keys.into_iter().map(key).collect(),
            None => card.gaps.push("its keys could not be read".to_owned()),
        }
    } else if card.method != "none" {
        // There is one, of which the interface tells nothing but its value.
        card.secrets = vec![SecretRow { status: "ACTIVE".to_owned(), ..SecretRow::default() }];
    }
    card
}

fn add_grants(card: &mut Card, grants: &[Granted], interfaces: &[Interface]) {
    for grant in grants.iter().filter(|grant| grant.client_id == card.id) {
        let mut scopes = grant.scope.clone();
        scopes.sort();
        scopes.dedup();
        card.grants.push(Grant { id: grant.id.clone(), audience: grant.audience.clone(), scopes });
        let interface = interfaces.iter().find(|one| one.identifier == grant.audience);
        let lifetime = interface.and_then(|one| one.token_lifetime);
        card.token_lifetime_s = card.token_lifetime_s.max(lifetime);
    }
}
