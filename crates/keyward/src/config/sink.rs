//! Sinks in the configuration: who is told of findings, by what way, and how they want to be told.

use std::path::{Path, PathBuf};

use outbound::{HeaderName, Origin, Peer, Secret};
use sink::{Endpoint, Hours, Mailbox, Patience, Policy, Security};
use toml::de::DeValue;

use super::form::{Form, HostName, Listed, Wrong, one_of};
use super::mistake::{Code, Mistake};
use super::secret::SecretFrom;
use super::section::Section;

/// Somebody or something that is told of findings.
#[derive(Debug, Clone)]
pub(crate) struct Sink {
    /// Its name: lower-case letters, digits, `-`, `_` and `.`.
    pub(crate) name: String,
    /// How it is reached.
    pub(crate) way: Way,
    /// When it is told, and of how much at a time.
    pub(crate) policy: Policy,
    /// How often it is tried.
    pub(crate) patience: Patience,
    /// A file with the body of messages in the user's own words.
    pub(crate) template: Option<PathBuf>,
}

/// How a sink is reached.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// A signed post of JSON.
    Webhook {
        /// Where to.
        url: Endpoint,
        /// With what it is signed.
        secret: SecretFrom,
        /// What opens it, if something has to.
        token: Option<SecretFrom>,
        /// The header that says it; `None` is `Authorization: Bearer`.
        header: Option<HeaderName>,
    },
    /// A channel of Slack, by a bot that can edit what it posted.
    Slack {
        /// The token of the bot.
        token: SecretFrom,
        /// The id or name of the channel.
        channel: String,
        /// Where the API is, if it is not Slack's own.
        api: Option<Origin>,
    },
    /// A channel of Slack, by an address that takes messages and edits none.
    SlackWebhook {
        /// The address, which is a credential.
        webhook: SecretFrom,
    },
    /// A channel or chat of Teams, by the address of a workflow.
    Teams {
        /// The address, which is a credential.
        webhook: SecretFrom,
    },
    /// A service of `PagerDuty`.
    PagerDuty {
        /// Its integration key.
        key: SecretFrom,
        /// Where the API is, if it is not that of the United States.
        api: Option<Origin>,
    },
    /// Mail.
    Mail(Mail),
    /// A collector of syslog over TLS.
    Syslog {
        /// The collector.
        server: Peer,
        /// As which host messages come; `None` names none.
        hostname: Option<String>,
        /// Under which facility.
        facility: Facility,
    },
    /// A file of JSON Lines.
    File {
        /// Which.
        path: PathBuf,
    },
    /// Posts of OCSF.
    Ocsf {
        /// Where to.
        url: Endpoint,
        /// What opens it; none if nothing has to.
        token: Option<SecretFrom>,
        /// The header that says it; `None` is `Authorization: Bearer`.
        header: Option<HeaderName>,
    },
}

/// How mail is sent, and to whom.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    /// The server.
    pub(crate) server: Peer,
    /// When encryption begins.
    pub(crate) tls: Security,
    /// Who signs in, and with what; nobody if the server asks for nobody.
    pub(crate) login: Option<(String, SecretFrom)>,
    /// Who writes.
    pub(crate) from: Mailbox,
    /// To whom.
    pub(crate) to: Vec<Mailbox>,
}

impl Form for Endpoint {
    const WHAT: &'static str = "address such as \"https://alerts.example.com/keyward\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| Wrong::kind::<Self>(value))?;
        Self::parse(&Secret::new(text)).map_err(|why| Wrong::new(why.to_string()))
    }
}

impl Form for Mailbox {
    const WHAT: &'static str = "mail address such as \"oncall@example.com\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| Wrong::kind::<Self>(value))?;
        text.parse().map_err(|why: sink::BadMailbox| Wrong::new(why.to_string()))
    }
}

impl Listed for Mailbox {
    const LIST: &'static str = "list of mail addresses";
}

impl Form for HeaderName {
    const WHAT: &'static str = "name of a header";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| Wrong::kind::<Self>(value))?;
        text.parse().map_err(|_| Wrong::value::<Self>())
    }
}

impl Form for Hours {
    const WHAT: &'static str = "hours such as \"mon-fri 22:00-07:00 Europe/Berlin\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let text = value.as_str().ok_or_else(|| Wrong::kind::<Self>(value))?;
        text.parse().map_err(|why| Wrong::new(format!("is wrong: {why}")))
    }
}

impl Form for Security {
    const WHAT: &'static str = "\"starttls\", \"implicit\" or \"none\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let words =
            [("starttls", Self::StartTls), ("implicit", Self::Implicit), ("none", Self::None)];
        one_of::<Self, _>(value, &words)
    }
}

/// A facility of syslog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Facility(pub(crate) u8);

/// Names of facilities, from 0. Source: RFC 5427 section 3.
const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp", "ntp", "audit", "console", "cron2", "local0", "local1", "local2", "local3", "local4",
    "local5", "local6", "local7",
];

impl Form for Facility {
    const WHAT: &'static str = "facility such as \"authpriv\" or \"local4\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let mut number = 0..;
        let words = FACILITIES.map(|name| (name, Self(number.next().unwrap_or_default())));
        one_of::<Self, _>(value, &words)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Webhook,
    Slack,
    Teams,
    PagerDuty,
    Mail,
    Syslog,
    File,
    Ocsf,
}

const KINDS: [(&str, Kind); 8] = [
    ("webhook", Kind::Webhook),
    ("slack", Kind::Slack),
    ("teams", Kind::Teams),
    ("pagerduty", Kind::PagerDuty),
    ("mail", Kind::Mail),
    ("syslog", Kind::Syslog),
    ("file", Kind::File),
    ("ocsf", Kind::Ocsf),
];

impl Form for Kind {
    const WHAT: &'static str = "\"webhook\", \"slack\", \"teams\", \"pagerduty\", \"mail\", \"syslog\", \"file\" or \"ocsf\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        one_of::<Self, _>(value, &KINDS)
    }
}

impl Kind {
    /// The keys that mean something for it, those that it needs first.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Webhook => &["url", "secret", "token", "header"],
            Self::Slack => &["token", "channel", "webhook", "url", "template"],
            Self::Teams => &["webhook", "template"],
            Self::PagerDuty => &["key", "url"],
            Self::Mail => &["server", "from", "to", "tls", "user", "password", "template"],
            Self::Syslog => &["server", "hostname", "facility"],
            Self::File => &["path"],
            Self::Ocsf => &["url", "token", "header"],
        }
    }
}

/// Every key that belongs to some kind, as it was read.
struct Told {
    url: Option<Endpoint>,
    secret: Option<SecretFrom>,
    token: Option<SecretFrom>,
    channel: Option<String>,
    webhook: Option<SecretFrom>,
    key: Option<SecretFrom>,
    server: Option<String>,
    tls: Security,
    user: Option<String>,
    password: Option<SecretFrom>,
    from: Option<Mailbox>,
    to: Option<Vec<Mailbox>>,
    path: Option<PathBuf>,
    header: Option<HeaderName>,
    hostname: Option<HostName>,
    facility: Facility,
}

impl Sink {
    /// Reads it. `None` if something that is needed is missing, which is then written down.
    pub(super) fn read(mut table: Section<'_>, folder: &Path) -> Option<Self> {
        let name = table.need::<String>("name").filter(|name| check_name(&table, name));
        let kind = table.need::<Kind>("kind");
        let told = Told::read(&mut table, folder);
        let template = table.value::<PathBuf>("template").map(|path| folder.join(path));
        let quiet = table.value("quiet");
        let fold = table.or("fold", "\"5m\"");
        let usual = Patience::default();
        let patience = Patience {
            attempts: table.or("attempts", "60"),
            longest: table.or("longest-wait", "\"5m\""),
            deadline: table.or("deadline", "\"2m\""),
            ..usual
        };
        let (name, kind) = (name?, kind?);
        let fits = check_keys(&table, kind);
        let way = told.way(kind, &table);
        table.finish();
        let policy = Policy { sink: name.clone(), quiet, fold };
        fits.then_some(Self { name, way: way?, policy, patience, template })
    }
}

impl Told {
    fn read(table: &mut Section<'_>, folder: &Path) -> Self {
        let mut secret = |key| {
            let secret = table.value::<SecretFrom>(key);
            secret.map(|secret| secret.below(folder))
        };
        let (one, token, webhook) = (secret("secret"), secret("token"), secret("webhook"));
        let (key, password) = (secret("key"), secret("password"));
        Self {
            url: table.value("url"),
            secret: one,
            token,
            channel: table.value("channel"),
            webhook,
            key,
            server: table.value("server"),
            tls: table.or("tls", "\"starttls\""),
            user: table.value("user"),
            password,
            from: table.value("from"),
            to: table.value("to"),
            path: table.value::<PathBuf>("path").map(|path| folder.join(path)),
            header: table.value("header"),
            hostname: table.value("hostname"),
            facility: table.or("facility", "\"authpriv\""),
        }
    }

    /// The way of a kind. `None` if what it needs is missing, which is written down.
    fn way(self, kind: Kind, table: &Section<'_>) -> Option<Way> {
        Some(match kind {
            Kind::Webhook => {
                let (url, secret) =
                    (needed(table, "url", self.url), needed(table, "secret", self.secret));
                let Self { token, header, .. } = self;
                Way::Webhook { url: url?, secret: secret?, token, header }
            }
            Kind::Slack => return self.slack(table),
            Kind::Teams => Way::Teams { webhook: needed(table, "webhook", self.webhook)? },
            Kind::PagerDuty => Way::PagerDuty {
                key: needed(table, "key", self.key)?,
                api: self.url.map(|url| url.origin().clone()),
            },
            Kind::Mail => Way::Mail(self.mail(table)?),
            Kind::Syslog => Way::Syslog {
                server: peer(table, self.server, sink::SYSLOG_PORT)?,
                hostname: self.hostname.map(|name| name.0),
                facility: self.facility,
            },
            Kind::File => Way::File { path: needed(table, "path", self.path)? },
            Kind::Ocsf => Way::Ocsf {
                url: needed(table, "url", self.url)?,
                token: self.token,
                header: self.header,
            },
        })
    }

    fn slack(self, table: &Section<'_>) -> Option<Way> {
        if let Some(webhook) = self.webhook {
            for key in ["token", "channel", "url"].iter().filter(|key| table.has(key)) {
                let message = format!("`{key}` means nothing beside `webhook`");
                table.mistake(Mistake::new(Code::Conflict, table.place(key), message));
            }
            return Some(Way::SlackWebhook { webhook });
        }
        let token = needed(table, "token", self.token);
        let channel = needed(table, "channel", self.channel);
        Some(Way::Slack {
            token: token?,
            channel: channel?,
            api: self.url.map(|url| url.origin().clone()),
        })
    }

    fn mail(self, table: &Section<'_>) -> Option<Mail> {
        let port = if self.tls == Security::Implicit { SMTPS_PORT } else { SUBMISSION_PORT };
        let server = peer(table, self.server, port);
        let (from, to) = (needed(table, "from", self.from), needed(table, "to", self.to));
        if table.has("user") != table.has("password") {
            let message = "`user` and `password` go together";
            table.mistake(Mistake::new(Code::Conflict, table.at.clone(), message));
        }
        Some(Mail {
            server: server?,
            tls: self.tls,
            login: self.user.zip(self.password),
            from: from?,
            to: to?,
        })
    }
}

/// Submission of mail. Source: RFC 6409 section 3.1.
const SUBMISSION_PORT: u16 = 587;

/// Submission of mail over implicit TLS. Source: RFC 8314 section 3.3.
const SMTPS_PORT: u16 = 465;

/// A server, at a port that is the usual one if none is said.
fn peer(table: &Section<'_>, text: Option<String>, port: u16) -> Option<Peer> {
    let read = Peer::parse(&needed(table, "server", text)?, port);
    read.map_err(|why| {
        let message = format!("`server` {why}");
        table.mistake(Mistake::new(Code::WrongValue, table.place("server"), message));
    })
    .ok()
}

fn check_name(table: &Section<'_>, name: &str) -> bool {
    let is_name = super::tenant::is_name(name);
    if !is_name {
        let message = format!("`{name}` is no name for a sink");
        let mistake = Mistake::new(Code::WrongValue, table.place("name"), message);
        table.mistake(mistake.help("use lower-case letters, digits, `-`, `_` and `.`"));
    }
    is_name
}

/// The value, or a mistake more if the key is not there.
fn needed<T>(table: &Section<'_>, key: &str, value: Option<T>) -> Option<T> {
    if !table.has(key) {
        let message = format!("`{key}` is missing, which this kind of sink needs");
        table.mistake(Mistake::new(Code::Missing, table.place("kind"), message));
    }
    value
}

/// Keys that belong to another kind are mistakes: whoever wrote them meant something.
fn check_keys(table: &Section<'_>, kind: Kind) -> bool {
    let others = KINDS.iter().flat_map(|(_, other)| other.keys());
    let mut strange: Vec<_> =
        others.filter(|key| !kind.keys().contains(key) && table.has(key)).collect();
    strange.sort_unstable();
    strange.dedup();
    for key in &strange {
        let message = format!("`{key}` means nothing for this kind of sink");
        let help = format!("it takes `{}`", kind.keys().join("`, `"));
        table.mistake(Mistake::new(Code::Conflict, table.place(key), message).help(help));
    }
    strange.is_empty()
}

impl Sink {
    /// Every credential that it needs.
    pub(super) fn secrets(&self) -> Vec<&SecretFrom> {
        match &self.way {
            Way::Webhook { secret, token, .. } => [secret].into_iter().chain(token).collect(),
            Way::Slack { token: one, .. }
            | Way::SlackWebhook { webhook: one }
            | Way::Teams { webhook: one }
            | Way::PagerDuty { key: one, .. } => vec![one],
            Way::Mail(Mail { login, .. }) => login.iter().map(|(_, password)| password).collect(),
            Way::Ocsf { token, .. } => token.iter().collect(),
            Way::Syslog { .. } | Way::File { .. } => Vec::new(),
        }
    }
}
