//! Okta: tokens, service apps, integrations of vendors, settings.

use inventory::{Card, CardKind, Creation, Grant, KeyRow, Known, SecretRow, Snapshot};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, Unit};
use serde::Deserialize;

use super::console;
use super::people::People;
use super::reading::{Question, Reading};
use super::row::{ApiToken, App, Bound, Integration, Key, RoleRow, ScopeGrant, Secret, time};

/// How long an access token of the organization's own server lives; it cannot be set.
/// Source: Okta "Implement OAuth for Okta with a service app", checked 2026-11-22.
const TOKEN_LIFETIME_S: u64 = 3_600;

/// Pages as large as the lists allow.
const LARGE: &str = "limit=200";

pub(super) async fn read(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    let mut people = People::default();
    tokens(reading, snapshot).await;
    let apps = service_apps_of(reading, snapshot).await;
    integrations(reading, snapshot).await;
    people.read_owners(reading, &mut snapshot.cards).await;
    snapshot.admins = people.admins(reading).await;
    snapshot.console = console::read(reading, &apps).await;
    settings(reading, snapshot).await;
}

/// The apps that sign in by themselves.
pub(super) async fn service_apps(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    service_apps_of(reading, snapshot).await;
}

/// The same; returns all apps.
async fn service_apps_of(reading: &mut Reading<'_>, snapshot: &mut Snapshot) -> Vec<App> {
    let all = plain(reading, ("apps", "listApplications"), LARGE).await;
    let apps: Vec<App> = all.unwrap_or_default();
    for app in apps.iter().filter(|app| is_service(app)) {
        let card = service_app(reading, snapshot, app).await;
        snapshot.cards.push(card);
    }
    apps
}

/// A list about nothing in particular.
async fn plain<T: serde::de::DeserializeOwned>(
    reading: &mut Reading<'_>,
    (what, operation): (&str, &'static str),
    query: &str,
) -> Option<Vec<T>> {
    reading.list(Question { what, operation, ids: &[], query }).await
}

pub(super) async fn tokens(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    let rows = plain(reading, ("api tokens", "listApiTokens"), LARGE).await;
    for row in rows.unwrap_or_default() {
        snapshot.cards.push(token(&snapshot.tenant, row));
    }
}

fn token(tenant: &str, row: ApiToken) -> Card {
    let mut card = Card::new(inventory::Provider::Okta, tenant, CardKind::ApiToken, &row.id);
    let expires = time(row.expires_at.as_ref());
    card.window_s = row.token_window.as_deref().and_then(seconds);
    card.last_use = expires.zip(card.window_s).and_then(|(end, window)| used(end, window));
    card.expires = expires.map(Known::by_api);
    card.created = time(row.created.as_ref()).map(|at| made(at, None));
    card.owner = row.user_id.map(|id| inventory::Owner { id, ..Default::default() });
    card.network = row.network.map(|bound| bound.network()).unwrap_or_default();
    card.name = row.name;
    card
}

/// The interface does not tell when a token was used. Each use sets its end anew, a window ahead; so does its creation.
/// Source: Okta "API token management" and examples of its interface, checked 2026-11-22.
fn used(end: Timestamp, window_s: u64) -> Option<Known<Timestamp>> {
    let window = SignedDuration::from_secs(i64::try_from(window_s).ok()?);
    let at = end.checked_sub(window).ok()?;
    Some(Known::inferred(at, &format!("its end less {}", inventory::days(window_s))))
}

/// The seconds of a period such as `P30D` or `PT5M`. Days have 24 hours.
fn seconds(period: &str) -> Option<u64> {
    let span: Span = period.parse().ok()?;
    let total = span.total((Unit::Second, SpanRelativeTo::days_are_24_hours())).ok()?;
    #[expect(clippy::cast_sign_loss, reason = "looked at just before")]
    (0.0..1e10).contains(&total).then_some(total as u64)
}

fn made(at: Timestamp, by_id: Option<String>) -> Known<Creation> {
    Known::by_api(Creation { at, by: None, by_id, ip: None })
}

/// Whether an app signs in by itself.
fn is_service(app: &App) -> bool {
    let client = &app.settings.client;
    client.application_type == "service"
        || client.grant_types.iter().any(|kind| kind == "client_credentials")
}

pub(super) async fn service_app(reading: &mut Reading<'_>, snapshot: &Snapshot, app: &App) -> Card {
    let client = &app.credentials.client;
    let id = client.client_id.as_deref().unwrap_or(&app.id);
    let mut card = Card::new(snapshot.provider, &snapshot.tenant, CardKind::ServiceApp, id);
    card.name.clone_from(&app.label);
    card.status.clone_from(&app.status);
    card.method.clone_from(&client.token_endpoint_auth_method);
    card.created = time(app.created.as_ref()).map(|at| made(at, None));
    let network = app.settings.client.network.as_ref();
    card.network = network.map(Bound::network).unwrap_or_default();
    card.token_lifetime_s = Some(TOKEN_LIFETIME_S);
    let mut ask = Ask { reading, card: &mut card };
    let grants = ask.list("scopes", "listScopeConsentGrants", &app.id).await;
    let secrets = ask.list("secrets", "listOAuth2ClientSecrets", &app.id).await;
    let keys = ask.list("keys", "listJwk", &app.id).await;
    let roles: Vec<RoleRow> = ask.list("roles", "listRolesForClient", id).await;
    card.grants = granted(grants);
    card.secrets = secrets.into_iter().map(secret).collect();
    card.keys = keys.into_iter().map(key).collect();
    let is_active = |row: &RoleRow| row.status != "INACTIVE";
    card.roles = roles.into_iter().filter(is_active).map(Into::into).collect();
    card
}

/// Lists about one app. What is not read is a gap of the snapshot and of the card.
struct Ask<'r, 't> {
    reading: &'r mut Reading<'t>,
    card: &'r mut Card,
}

impl Ask<'_, '_> {
    async fn list<T: serde::de::DeserializeOwned>(
        &mut self,
        what: &str,
        operation: &'static str,
        id: &str,
    ) -> Vec<T> {
        let whole = format!("{what} of apps");
        let question = Question { what: &whole, operation, ids: &[id], query: "" };
        let rows = self.reading.list(question).await;
        if rows.is_none() {
            self.card.gaps.push(format!("its {what} could not be read"));
        }
        rows.unwrap_or_default()
    }
}

/// Scopes by the server that gives them.
fn granted(rows: Vec<ScopeGrant>) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    for row in rows.into_iter().filter(|row| row.status != "REVOKED" && !row.scope_id.is_empty()) {
        match grants.iter_mut().find(|grant| grant.audience == row.issuer) {
            Some(grant) => grant.scopes.push(row.scope_id),
            None => {
                grants.push(Grant { id: None, audience: row.issuer, scopes: vec![row.scope_id] });
            }
        }
    }
    for grant in &mut grants {
        grant.scopes.sort();
        grant.scopes.dedup();
    }
    grants
}

fn secret(row: Secret) -> SecretRow {
    let created = time(row.created.as_ref());
    SecretRow { id: row.id, created, status: row.status, hash: row.hash }
}

pub(super) fn key(row: Key) -> KeyRow {
    let created = time(row.created.as_ref());
    let Key { id, kid, status, kty, n, x, .. } = row;
    KeyRow { id, kid, created, status, kty, public: n.or(x) }
}

/// What vendors made and the organization installed: their scopes are fixed, and they sign in with a secret.
async fn integrations(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    let asked = ("integrations of vendors", "listApiServiceIntegrationInstances");
    let rows: Option<Vec<Integration>> = plain(reading, asked, "").await;
    for row in rows.unwrap_or_default() {
        let mut card =
            Card::new(snapshot.provider, &snapshot.tenant, CardKind::ServiceApp, &row.id);
        let operation = "listApiServiceIntegrationInstanceSecrets";
        let mut ask = Ask { reading, card: &mut card };
        let secrets = ask.list("secrets", operation, &row.id).await;
        card.secrets = secrets.into_iter().map(secret).collect();
        card.created = time(row.created_at.as_ref()).map(|at| made(at, row.created_by));
        card.name = if row.name.is_empty() { row.kind } else { row.name };
        "client_secret".clone_into(&mut card.method);
        card.token_lifetime_s = Some(TOKEN_LIFETIME_S);
        let grant = Grant { id: None, audience: String::new(), scopes: row.granted_scopes };
        card.grants = vec![grant];
        snapshot.cards.push(card);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientPrivileges {
    client_privileges_setting: Option<bool>,
}

async fn settings(reading: &mut Reading<'_>, snapshot: &mut Snapshot) {
    let what = "the setting `Public client app admins`";
    let question = Question { what, operation: "getClientPrivilegesSetting", ids: &[], query: "" };
    let setting: Option<ClientPrivileges> = reading.one(question).await;
    snapshot.settings.public_client_app_admins =
        setting.and_then(|setting| setting.client_privileges_setting);
}
