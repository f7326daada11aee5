//! What one event tells of a credential: that it was used, or that something happened to it.

use std::collections::HashMap;
use std::sync::LazyLock;

use catalog::{ApiOperation, Product, Role, api_operations, card_call, card_event};
use event::{Entity, Event, Outcome, Path};
use jiff::Timestamp;

use crate::change::is_change;
use crate::{Change, Provider};

/// What Okta calls an app that acts by itself. Its older logs say it without `Entity`.
/// Source: Okta System Log reference and event examples, checked 2026-11-22.
const APP_KINDS: [&str; 2] = ["PublicClientAppEntity", "PublicClientApp"];

/// One use of a credential.
pub(crate) struct Deed {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) is_failure: bool,
    pub(crate) is_write: bool,
    pub(crate) address: Option<String>,
    pub(crate) network: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) targets: Vec<String>,
    pub(crate) scopes: Vec<String>,
    /// Of Auth0: the operation of the Management API, as the catalog names it.
    pub(crate) operation: Option<&'static str>,
}

impl Deed {
    /// The use that an event tells of; `None` for all that people do without a token.
    pub(crate) fn of(provider: Provider, event: &Event<'_>) -> Option<Self> {
        let id = match provider {
            Provider::Okta => okta_id(event),
            Provider::Auth0 => auth0_id(event),
        }?;
        let kind = event.kind().unwrap_or_default();
        let targets =
            event.targets().into_iter().filter(|target| target.id.as_deref() != Some(&id));
        Some(Self {
            is_failure: event.outcome() == Some(Outcome::Failure),
            is_write: is_change(event),
            address: event.ip(),
            network: network(event),
            user_agent: event.entity(Role::UserAgent),
            targets: targets.map(named).collect(),
            scopes: scopes(provider, event),
            operation: operation(provider, event),
            id,
            kind,
        })
    }
}

/// The API token, or the app that acts by itself.
fn okta_id(event: &Event<'_>) -> Option<String> {
    event.token().or_else(|| {
        let kind = event.entity(Role::ActorType)?;
        APP_KINDS.contains(&kind.as_str()).then(|| event.entity(Role::ActorId)).flatten()
    })
}

/// The client, where no person is behind what it does.
fn auth0_id(event: &Event<'_>) -> Option<String> {
    event.client().filter(|_| event.entity(Role::ActorId).is_none())
}

/// Whose network an event came from: `AS64496 Example Carrier`, as far as it tells.
pub(crate) fn network(event: &Event<'_>) -> Option<String> {
    let number = event.entity(Role::Asn)?;
    let owner = event.entity(Role::AsOrg).unwrap_or_default();
    Some(format!("AS{number} {owner}").trim_end().to_owned())
}

/// A target as people tell it.
fn named(target: Entity) -> String {
    let what = target.name.or(target.display).or(target.id).unwrap_or_default();
    format!("{} {what}", target.kind.unwrap_or_default()).trim().to_owned()
}

/// The scopes that an access token was asked for.
fn scopes(provider: Provider, event: &Event<'_>) -> Vec<String> {
    static OKTA: LazyLock<Path> =
        LazyLock::new(|| Path::parse("debugContext.debugData.requestedScopes"));
    static AUTH0: LazyLock<Path> = LazyLock::new(|| Path::parse("data.scope"));
    let path = match provider {
        Provider::Okta => &*OKTA,
        Provider::Auth0 => &*AUTH0,
    };
    let mut scopes = Vec::new();
    event.visit(path, &mut |value| {
        let text = value.to_text().unwrap_or_default();
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        scopes.extend(words.map(str::to_owned));
        std::ops::ControlFlow::Continue(())
    });
    scopes
}

/// Method, in lower case, and path below the root of a call of Auth0's Management API.
fn call(event: &Event<'_>) -> Option<(String, String)> {
    static METHOD: LazyLock<Path> = LazyLock::new(|| Path::parse("data.details.request.method"));
    static PATH: LazyLock<Path> = LazyLock::new(|| Path::parse("data.details.request.path"));
    let method = event.text_at(&METHOD)?.to_ascii_lowercase();
    let path = event.text_at(&PATH)?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_prefix("/api").unwrap_or(path).strip_prefix("/v2/")?;
    Some((method, path.to_owned()))
}

/// The operation of a call of Auth0's Management API. Okta's events tell of none but by their type.
fn operation(provider: Provider, event: &Event<'_>) -> Option<&'static str> {
    if provider == Provider::Okta {
        return None;
    }
    let (method, path) = call(event)?;
    let steps: Vec<&str> = path.split('/').collect();
    let rows = OPERATIONS.get(&(steps.first().copied()?, steps.len()))?;
    let fits = |row: &&&ApiOperation| {
        let own = row.path.strip_prefix(ROOT).unwrap_or_default().split('/');
        row.method.eq_ignore_ascii_case(&method)
            && own.zip(&steps).all(|(own, step)| own.starts_with('{') || own == *step)
    };
    // A step that is named goes before one that may be any.
    let found = rows.iter().filter(fits).min_by_key(|row| row.path.matches('{').count())?;
    Some(found.id)
}

/// Where the operations of Auth0's Management API begin.
const ROOT: &str = "/api/v2/";

/// Those operations by the first step of their path and the number of its steps.
static OPERATIONS: LazyLock<HashMap<(&str, usize), Vec<&ApiOperation>>> = LazyLock::new(|| {
    let mut all: HashMap<(&str, usize), Vec<&ApiOperation>> = HashMap::new();
    let auth0 = api_operations().iter().filter(|row| row.product == Product::Auth0);
    for row in auth0.filter(|row| row.api == "management" && !row.id.is_empty()) {
        let Some(path) = row.path.strip_prefix(ROOT) else { continue };
        let first = path.split('/').next().unwrap_or_default();
        all.entry((first, path.split('/').count())).or_default().push(row);
    }
    all
});

/// Calls `sink` with each credential to which something happened, and what.
pub(crate) fn changes(
    provider: Provider,
    event: &Event<'_>,
    at: Timestamp,
    sink: &mut dyn FnMut(&str, Change),
) {
    let (ids, what) = match provider {
        Provider::Okta => of_okta(event),
        Provider::Auth0 => of_auth0(event),
    }
    .unwrap_or_default();
    for id in ids {
        let actor = event.actor().unwrap_or_default();
        let by_id = actor.id.or_else(|| event.client());
        let change = Change {
            at,
            event: event.id().unwrap_or_default(),
            what: what.to_owned(),
            event_type: event.kind().unwrap_or_default(),
            by: actor.name.or_else(|| by_id.clone()),
            by_id,
            ip: event.ip(),
        };
        sink(&id, change);
    }
}

fn of_okta(event: &Event<'_>) -> Option<(Vec<String>, &'static str)> {
    let kind = event.kind_text()?;
    let what = card_event(Product::Okta, &kind)?.what;
    if event.outcome() == Some(Outcome::Failure) && !what.starts_with("refused") {
        return None;
    }
    let is_card = |id: &String| is_card(id);
    let mut ids: Vec<String> =
        event.targets().into_iter().filter_map(|target| target.id).filter(is_card).collect();
    // A token that was refused names itself as what was used.
    ids.extend(event.token().filter(|_| ids.is_empty() && what.starts_with("refused")));
    ids.dedup();
    Some((ids, what))
}

/// Whether an id is that of a token or a client.
fn is_card(id: &str) -> bool {
    catalog::object_id(id.as_bytes()).is_some_and(|kind| ["00T", "0oa"].contains(&kind.prefix))
}

fn of_auth0(event: &Event<'_>) -> Option<(Vec<String>, &'static str)> {
    static MADE: LazyLock<Path> =
        LazyLock::new(|| Path::parse("data.details.response.body.client_id"));
    static ASKED: LazyLock<Path> =
        LazyLock::new(|| Path::parse("data.details.request.body.client_id"));
    if event.outcome() == Some(Outcome::Failure) {
        return None;
    }
    let (method, path) = call(event)?;
    let what = card_call(Product::Auth0, &method, &path)?.what;
    let mut steps = path.split('/');
    let named = if steps.next() == Some("clients") { steps.next() } else { None };
    let id =
        named.map(str::to_owned).or_else(|| event.text_at(&MADE)).or_else(|| event.text_at(&ASKED));
    Some((id.into_iter().collect(), what))
}
