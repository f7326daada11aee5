//! One tenant in the configuration: how its log is read, and what pushes.

use std::path::Path;
use std::time::Duration;

use archive::SourceId;
use catalog::Product;
use outbound::Origin;
use toml::de::DeValue;

use super::form::{Form, Share, Wrong, one_of};
use super::mistake::{Code, Mistake};
use super::secret::SecretFrom;
use super::section::Section;
use crate::args::When;
use crate::connect;

/// A tenant to watch.
#[derive(Debug, Clone)]
pub(crate) struct Tenant {
    /// Its name in findings, notes and metrics: lower-case letters, digits, `-`, `_` and `.`.
    pub(crate) name: String,
    /// Okta or Auth0.
    pub(crate) provider: Product,
    /// Where its API is.
    pub(crate) origin: Origin,
    /// With what its log is read.
    pub(crate) access: Access,
    /// With what `revoke` and `respond` change things; `None` if they may not.
    pub(crate) act: Option<Access>,
    /// Reading page by page, the record.
    pub(crate) poll: Poll,
    /// Reading what lies before the record; `None` if nothing of it is wanted.
    pub(crate) backfill: Option<Backfill>,
    /// Looking again for what the record lacks.
    pub(crate) sweep: Sweep,
    /// Reading what it holds.
    pub(crate) inventory: Inventory,
    /// How long the provider keeps its log.
    pub(crate) retention: Duration,
    /// What may push.
    pub(crate) receivers: Vec<Receiver>,
}

/// A credential, by how it is used.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    /// An Okta service app: OAuth with a private key.
    ServiceApp {
        /// The id of the app.
        client_id: String,
        /// The private key, PEM or JWK.
        key: SecretFrom,
        /// The id of the key, if the app has several.
        key_id: Option<String>,
        /// What to ask for.
        scopes: Vec<String>,
        /// Whether tokens are bound to a key of their own.
        dpop: bool,
    },
    /// An Okta API token, with all rights of whoever made it.
    ApiToken {
        /// The token.
        token: SecretFrom,
    },
    /// An Auth0 application of the kind machine to machine.
    ClientCredentials {
        /// The id of the application.
        client_id: String,
        /// Its secret.
        secret: SecretFrom,
        /// The API; that of the tenant if it is not said.
        audience: Option<String>,
    },
}

impl Access {
    /// Whether both are one app, or one token.
    fn is_same(&self, other: &Self) -> bool {
        let token = |access: &Self| match access {
            Self::ApiToken { token } => Some(token.clone()),
            Self::ServiceApp { .. } | Self::ClientCredentials { .. } => None,
        };
        let is_one_app = self.client_id().is_some() && self.client_id() == other.client_id();
        is_one_app || (token(self).is_some() && token(self) == token(other))
    }

    /// The id of the app; `None` for a token.
    pub(crate) fn client_id(&self) -> Option<&str> {
        match self {
            Self::ServiceApp { client_id, .. } | Self::ClientCredentials { client_id, .. } => {
                Some(client_id)
            }
            Self::ApiToken { .. } => None,
        }
    }

    /// Where its secret is kept.
    pub(crate) fn kept(&self) -> &SecretFrom {
        match self {
            Self::ServiceApp { key, .. } => key,
            Self::ApiToken { token } => token,
            Self::ClientCredentials { secret, .. } => secret,
        }
    }
}

/// How the record is read.
#[derive(Debug, Clone)]
pub(crate) struct Poll {
    /// Whether it is.
    pub(crate) enabled: bool,
    /// How far back it begins, at the very first start.
    pub(crate) since: When,
    /// Between two requests while events come.
    pub(crate) fastest: Duration,
    /// Between two requests while nothing comes.
    pub(crate) slowest: Duration,
    /// How much of the rate limit may be used, half of it by what reads times past.
    pub(crate) share: f64,
    /// How much is read again where a cursor is no longer taken.
    pub(crate) overlap: Duration,
    /// How long the log may be out of sight before that is an alarm.
    pub(crate) blind: Duration,
}

/// What is read of the time before the record.
#[derive(Debug, Clone)]
pub(crate) struct Backfill {
    /// How far back.
    pub(crate) since: When,
}

/// How what the record lacks is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Sweep {
    /// Whether it is.
    pub(crate) enabled: bool,
    /// How often.
    pub(crate) every: Duration,
    /// How old a time must be before it is asked for again; at least an hour.
    pub(crate) delay: Duration,
}

/// How tokens, apps and administrators are read.
#[derive(Debug, Clone)]
pub(crate) struct Inventory {
    /// Whether they are.
    pub(crate) enabled: bool,
    /// How often.
    pub(crate) every: Duration,
}

/// One way by which events are pushed.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    /// In what form.
    pub(crate) kind: ReceiverKind,
    /// The path of the address, with its first slash.
    pub(crate) path: String,
    /// What the sender says to be let in; the second is for rotation.
    pub(crate) secrets: Vec<SecretFrom>,
    /// The header that says it; `None` is `Authorization`.
    pub(crate) header: Option<String>,
}

/// The form in which events are pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReceiverKind {
    /// Okta's event hooks.
    OktaHook,
    /// Amazon `EventBridge`, over HTTPS.
    EventBridge,
    /// Auth0's log streams, in all three of their formats.
    Auth0Stream,
    /// Splunk's HTTP Event Collector.
    Hec,
}

const KINDS: [(&str, ReceiverKind); 4] = [
    ("okta-hook", ReceiverKind::OktaHook),
    ("eventbridge", ReceiverKind::EventBridge),
    ("auth0-stream", ReceiverKind::Auth0Stream),
    ("hec", ReceiverKind::Hec),
];

impl ReceiverKind {
    /// Its name in the configuration.
    pub(crate) fn name(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }
}

impl Form for ReceiverKind {
    const WHAT: &'static str = "\"okta-hook\", \"eventbridge\", \"auth0-stream\" or \"hec\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        one_of::<Self, _>(value, &KINDS)
    }
}

impl Form for When {
    const WHAT: &'static str = "span such as \"30d\", or time";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| Wrong::kind::<Self>(value))?;
        text.parse().map_err(|why| Wrong::new(format!("is wrong: {why}")))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    ServiceApp,
    ApiToken,
    ClientCredentials,
}

impl Form for Method {
    const WHAT: &'static str = "\"service-app\", \"api-token\" or \"client-credentials\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let methods = [
            ("service-app", Self::ServiceApp),
            ("api-token", Self::ApiToken),
            ("client-credentials", Self::ClientCredentials),
        ];
        one_of::<Self, _>(value, &methods)
    }
}

impl Method {
    /// The keys that mean something for it.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::ServiceApp => &["client-id", "key", "key-id", "scopes", "dpop"],
            Self::ApiToken => &["token"],
            Self::ClientCredentials => &["client-id", "secret", "audience"],
        }
    }
}

/// How long the log of a provider is kept whose plans differ: as in the smallest. Source: Auth0 log retention, checked 2026-11-22.
const FEWEST_DAYS: i64 = 1;

/// How long a provider keeps its log, unless it is said.
fn usual_retention(product: Product) -> Duration {
    let days = connect::provider(product).ok().and_then(idp::Provider::retention_days);
    Duration::from_hours(24 * days.unwrap_or(FEWEST_DAYS).unsigned_abs())
}

impl Tenant {
    /// Whose log it is.
    pub(crate) fn source(&self) -> SourceId {
        SourceId { provider: self.provider.name().to_owned(), tenant: self.name.clone() }
    }

    /// Reads it. `None` if something that is needed is missing, which is then written down.
    pub(super) fn read(mut table: Section<'_>, folder: &Path) -> Option<Self> {
        let name = table.need::<String>("name").filter(|name| check_name(&table, name));
        let provider = table.need("provider");
        let origin = table.need("url");
        let access = table.section("read");
        let access = read_access(access, (provider, LOG_SCOPE), folder);
        let act = read_act(table.section("act"), provider, folder);
        check_apart(&table, access.as_ref(), act.as_ref());
        let poll = read_poll(table.section("poll"));
        let backfill = read_backfill(table.section("backfill"));
        let sweep = read_sweep(table.section("sweep"));
        let inventory = read_inventory(table.section("inventory"), poll.enabled);
        let kept = table.value("retention");
        let receivers = table.sections("receiver");
        let of_tenant = name.as_deref().unwrap_or_default();
        let receivers =
            receivers.into_iter().filter_map(|one| read_receiver(one, of_tenant, folder)).collect();
        table.finish();
        let (name, provider, origin) = (name?, provider?, origin?);
        let retention = kept.unwrap_or_else(|| usual_retention(provider));
        Some(Self {
            name,
            provider,
            origin,
            access: access?,
            act,
            poll,
            backfill,
            sweep,
            inventory,
            retention,
            receivers,
        })
    }
}

/// Whether a text can be the name of a tenant or a sink.
pub(super) fn is_name(text: &str) -> bool {
    let is_plain =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    text.chars().all(is_plain) && !text.starts_with('.')
}

fn check_name(table: &Section<'_>, name: &str) -> bool {
    let is_name = is_name(name);
    if !is_name {
        let message = format!("`{name}` is no name for a tenant");
        let mistake = Mistake::new(Code::WrongValue, table.place("name"), message);
        table.mistake(mistake.help("use lower-case letters, digits, `-`, `_` and `.`"));
    }
    is_name
}

/// What a service app asks for that reads, and one that acts: the scopes of the calls at hand.
const LOG_SCOPE: &str = r#"["okta.logs.read"]"#;
const NO_SCOPE: &str = "[]";

/// The credential that changes things, if there is one.
fn read_act(table: Section<'_>, provider: Option<Product>, folder: &Path) -> Option<Access> {
    if !table.is_there() {
        table.finish();
        return None;
    }
    read_access(table, (provider, NO_SCOPE), folder)
}

/// A credential that reads never acts: whoever steals it from the collector gets no more than the log.
fn check_apart(table: &Section<'_>, read: Option<&Access>, act: Option<&Access>) {
    let (Some(read), Some(act)) = (read, act) else { return };
    if !read.is_same(act) {
        return;
    }
    let message = "`act` has the credential of `read`";
    let help = "give what acts an app of its own; the one that reads may then only read";
    table.mistake(Mistake::new(Code::Conflict, table.place("act"), message).help(help));
}

fn read_access(
    mut table: Section<'_>,
    (provider, scopes): (Option<Product>, &'static str),
    folder: &Path,
) -> Option<Access> {
    let method = table.need::<Method>("method");
    let client_id = table.value("client-id");
    let key = table.value::<SecretFrom>("key").map(|key| key.below(folder));
    let key_id = table.value("key-id");
    let scopes = table.or("scopes", scopes);
    let dpop = table.or("dpop", "true");
    let token = table.value::<SecretFrom>("token").map(|token| token.below(folder));
    let secret = table.value::<SecretFrom>("secret").map(|secret| secret.below(folder));
    let audience = table.value("audience");
    let method = method?;
    let fits = check_provider(&table, method, provider) & check_keys(&table, method);
    let access = match method {
        Method::ServiceApp => {
            let (client_id, key) = (told(&table, "client-id", client_id), told(&table, "key", key));
            Access::ServiceApp { client_id: client_id?, key: key?, key_id, scopes, dpop }
        }
        Method::ApiToken => Access::ApiToken { token: told(&table, "token", token)? },
        Method::ClientCredentials => {
            let client_id = told(&table, "client-id", client_id);
            let secret = told(&table, "secret", secret);
            Access::ClientCredentials { client_id: client_id?, secret: secret?, audience }
        }
    };
    table.finish();
    fits.then_some(access)
}

/// The value, or a mistake more if the key is not there.
fn told<T>(table: &Section<'_>, key: &str, value: Option<T>) -> Option<T> {
    if !table.has(key) {
        let message = format!("`{key}` is missing, which this method needs");
        table.mistake(Mistake::new(Code::Missing, table.place("method"), message));
    }
    value
}

fn check_provider(table: &Section<'_>, method: Method, provider: Option<Product>) -> bool {
    let meant = match method {
        Method::ServiceApp | Method::ApiToken => Product::Okta,
        Method::ClientCredentials => Product::Auth0,
    };
    let Some(provider) = provider.filter(|provider| *provider != meant) else { return true };
    let message =
        format!("this method is for {}, the tenant is of {}", meant.name(), provider.name());
    table.mistake(Mistake::new(Code::Conflict, table.place("method"), message));
    false
}

/// Keys that belong to another method are mistakes: whoever wrote them meant something.
fn check_keys(table: &Section<'_>, method: Method) -> bool {
    let all = [Method::ServiceApp, Method::ApiToken, Method::ClientCredentials];
    let others = all.iter().flat_map(|other| other.keys());
    let mut strange: Vec<_> =
        others.filter(|key| !method.keys().contains(key) && table.has(key)).collect();
    strange.sort_unstable();
    strange.dedup();
    for key in &strange {
        let message = format!("`{key}` means nothing for this method");
        let help = format!("it takes `{}`", method.keys().join("`, `"));
        table.mistake(Mistake::new(Code::Conflict, table.place(key), message).help(help));
    }
    strange.is_empty()
}

fn read_poll(mut table: Section<'_>) -> Poll {
    let poll = Poll {
        enabled: table.or("enabled", "true"),
        since: table.or("since", "\"7d\""),
        fastest: table.or("fastest", "\"10s\""),
        slowest: table.or("slowest", "\"60s\""),
        share: table.or::<Share>("share", "0.4").0,
        overlap: table.or("overlap", "\"1h\""),
        blind: table.or("blind", "\"15m\""),
    };
    if poll.fastest.is_zero() || poll.fastest > poll.slowest {
        let message = "`fastest` must be above zero and no longer than `slowest`";
        table.mistake(Mistake::new(Code::Conflict, table.place("fastest"), message));
    }
    table.finish();
    poll
}

fn read_backfill(mut table: Section<'_>) -> Option<Backfill> {
    let since = table.value("since");
    if table.is_there() && since.is_none() && !table.has("since") {
        let message = "`since` is missing: how far back to read";
        table.mistake(Mistake::new(Code::Missing, table.at.clone(), message));
    }
    table.finish();
    Some(Backfill { since: since? })
}

fn read_sweep(mut table: Section<'_>) -> Sweep {
    let sweep = Sweep {
        enabled: table.or("enabled", "true"),
        every: table.or("every", "\"1h\""),
        delay: table.or("delay", "\"1h\""),
    };
    if sweep.delay < Duration::from_hours(1) {
        let message = "`delay` must be at least an hour: the provider may be late itself";
        table.mistake(Mistake::new(Code::WrongValue, table.place("delay"), message));
    }
    if sweep.every < Duration::from_mins(1) {
        let message = "`every` must be at least a minute";
        table.mistake(Mistake::new(Code::WrongValue, table.place("every"), message));
    }
    table.finish();
    sweep
}

/// Whom nobody polls is not asked for anything else either, unless it is said.
fn read_inventory(mut table: Section<'_>, is_polled: bool) -> Inventory {
    let enabled = table.value("enabled").unwrap_or(is_polled);
    let inventory = Inventory { enabled, every: table.or("every", "\"1h\"") };
    if inventory.every < Duration::from_mins(1) {
        let message = "`every` must be at least a minute";
        table.mistake(Mistake::new(Code::WrongValue, table.place("every"), message));
    }
    table.finish();
    inventory
}

fn read_receiver(mut table: Section<'_>, tenant: &str, folder: &Path) -> Option<Receiver> {
    let kind = table.need::<ReceiverKind>("kind");
    let path = table.value::<String>("path");
    let secrets = table.need::<Vec<SecretFrom>>("secrets");
    let header = table.value("header");
    let is_path =
        path.as_ref().is_none_or(|path| path.starts_with('/') && !path.contains(['?', '#']));
    if !is_path {
        let message = "`path` must begin with a slash, and hold neither `?` nor `#`";
        table.mistake(Mistake::new(Code::WrongValue, table.place("path"), message));
    }
    if secrets.as_ref().is_some_and(|secrets| secrets.is_empty() || secrets.len() > 2) {
        let message = "`secrets` must hold one, or two while one takes the place of the other";
        table.mistake(Mistake::new(Code::WrongValue, table.place("secrets"), message));
    }
    table.finish();
    let (kind, secrets) = (kind?, secrets?);
    let path = path.unwrap_or_else(|| format!("/{tenant}/{}", kind.name()));
    let secrets = secrets.into_iter().map(|secret| secret.below(folder)).collect();
    Some(Receiver { kind, path, secrets, header })
}
