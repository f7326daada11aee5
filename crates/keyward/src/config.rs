//! The configuration: one TOML file, every key checked, every mistake told with its place.
//!
//! Keys are read where they are used to build a type, and the reading notes each of them: a key that nothing asked for is a
//! mistake, and the table in `docs/configuration.md` is compared with what was noted.

mod apart;
mod form;
mod mask;
mod mistake;
mod route;
mod secret;
mod section;
mod sink;
mod tenant;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use finding::Level;
use toml::de::{DeTable, DeValue};

use self::form::{Form, HostName, Wrong, one_of};
pub(crate) use self::mistake::{Code, Mistake};
pub(crate) use self::secret::{SecretFrom, read_bounded};
use self::section::{Notes, Section};
pub(crate) use self::sink::{Mail, Sink, Way};
pub(crate) use self::tenant::{Access, Inventory, Poll, Receiver, ReceiverKind, Sweep, Tenant};
use crate::args::{Relevel, RuleSet, Size};
use crate::console::Console;
use crate::kept;

/// Largest configuration that is read.
const MOST_BYTES: u64 = 1 << 20;

/// Where things are kept unless it is said, as TOML.
const DATA: &str = "\"keyward-data\"";

/// Everything that `keyward run` is told. Paths are those of the file, joined with its folder.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The folder of the intake, the findings and the state.
    pub(crate) data: PathBuf,
    /// Where receivers and metrics listen.
    pub(crate) listen: SocketAddr,
    /// With what receivers prove who they are; `None` is plain HTTP.
    pub(crate) tls: Option<Tls>,
    /// Whether other machines may be answered without TLS, for what stands behind a proxy that ends it.
    pub(crate) allow_plain: bool,
    /// What opens metrics, as `Authorization: Bearer`; without any they are for this machine alone.
    pub(crate) page_secrets: Vec<SecretFrom>,
    /// Names by which pages are asked for, beside those of this machine.
    pub(crate) page_hosts: Vec<String>,
    /// What receivers bear.
    pub(crate) limits: Limits,
    /// How to log.
    pub(crate) log: Log,
    /// What is kept.
    pub(crate) intake: Kept,
    /// What to look for.
    pub(crate) detect: Detection,
    /// Where findings go.
    pub(crate) findings: Findings,
    /// How to get out.
    pub(crate) outbound: Outward,
    /// Whom to watch, by different names.
    pub(crate) tenants: Vec<Tenant>,
    /// Who is told of findings, by different names.
    pub(crate) sinks: Vec<Sink>,
    /// Who is told of which; without any, every sink of all.
    pub(crate) routes: Vec<::sink::Route>,
}

/// Certificate and key of the listener.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    /// The chain, PEM.
    pub(crate) certificate: PathBuf,
    /// The private key, PEM.
    pub(crate) key: PathBuf,
}

/// What receivers bear.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of one body.
    pub(crate) body_bytes: usize,
    /// Connections at a time.
    pub(crate) connections: u32,
    /// Posts a second of one receiver.
    pub(crate) posts_per_second: u32,
}

/// How to log.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    /// Text or JSON.
    pub(crate) format: LogFormat,
    /// What is worth a line.
    pub(crate) level: LogLevel,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

/// The least weight of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogLevel {
    /// What failed.
    Error,
    /// What should be looked at.
    Warn,
    /// What happened.
    Info,
    /// What helps to see why.
    Debug,
}

/// What the intake keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    /// For how long; `None` for good.
    pub(crate) keep: Option<Duration>,
    /// Memory to know repeated events by.
    pub(crate) memory_bytes: usize,
}

/// What to look for, and how much may be remembered for that.
#[derive(Debug, Clone)]
pub(crate) struct Detection {
    /// The rules, adjusted.
    pub(crate) rules: RuleSet,
    /// A table of the names of users and devices.
    pub(crate) users: Option<PathBuf>,
    /// How much later than a newer one an event may come.
    pub(crate) lateness: Duration,
    /// Bytes for what rules remember, about.
    pub(crate) memory_bytes: usize,
    /// Bytes for events that wait for earlier ones, about.
    pub(crate) pending_bytes: usize,
    /// Groups of one rule that are remembered.
    pub(crate) rule_groups: usize,
    /// Events or values of one group that are remembered.
    pub(crate) group_values: usize,
    /// How often the state is saved.
    pub(crate) save_every: Duration,
}

/// Where findings go.
#[derive(Debug, Clone)]
pub(crate) struct Findings {
    /// A file of JSON Lines, beside the store.
    pub(crate) file: Option<PathBuf>,
    /// What is printed on standard output.
    pub(crate) stdout: Stdout,
}

/// What is printed of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stdout {
    /// For people.
    Text,
    /// One object a line.
    Jsonl,
    /// Nothing.
    Off,
}

/// How to get out.
#[derive(Debug, Clone)]
pub(crate) struct Outward {
    /// A proxy for everything; its address may hold a credential.
    pub(crate) proxy: Option<SecretFrom>,
    /// Certificates of authorities to trust beside those of the machine, PEM.
    pub(crate) ca: Vec<PathBuf>,
    /// Whether hosts may have private addresses.
    pub(crate) allow_private: bool,
    /// How long until there is a connection.
    pub(crate) connect_timeout: Duration,
    /// How long until there is a whole answer.
    pub(crate) timeout: Duration,
}

impl Config {
    /// The folder of the intake.
    pub(crate) fn intake_folder(&self) -> PathBuf {
        self.data.join(kept::INTAKE)
    }

    /// The store of findings.
    pub(crate) fn findings_store(&self) -> PathBuf {
        self.data.join(kept::FINDINGS)
    }

    /// What waits for sinks.
    pub(crate) fn sinks_queue(&self) -> PathBuf {
        self.data.join("sinks.db")
    }

    /// Who is told what, and when.
    pub(crate) fn sink_plan(&self) -> ::sink::Plan {
        let policies = self.sinks.iter().map(|sink| sink.policy.clone());
        ::sink::Plan { policies: policies.collect(), routes: self.routes.clone() }
    }

    /// The tenant of a name; without a name the only one there is.
    pub(crate) fn tenant(&self, name: Option<&str>) -> anyhow::Result<&Tenant> {
        let names = || self.tenants.iter().map(|one| one.name.as_str()).collect::<Vec<_>>();
        match (name, self.tenants.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => bail!("which tenant? There are `{}`", names().join("`, `")),
            (Some(name), all) => all.iter().find(|one| one.name == name).with_context(|| {
                format!("no tenant `{name}`, there are `{}`", names().join("`, `"))
            }),
        }
    }
}

/// Reads the file. Its mistakes are drawn on standard error.
pub(crate) fn load(path: &Path, console: Console) -> anyhow::Result<Config> {
    let text = read_text(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let config = parse(&text, folder).map_err(|mistakes| told(path, &text, &mistakes, console))?;
    apart::check(&config, path)?;
    for (one, other) in apart::shared(&config) {
        console.warn(format_args!(
            "the tenants `{one}` and `{other}` have the same `url`: they share one rate limit, of which they take the smaller `poll.share` together"
        ));
    }
    Ok(config)
}

/// Reads of the file where things are kept, and nothing else: what is wrong with a tenant does not matter for that.
pub(crate) fn load_data(path: &Path, console: Console) -> anyhow::Result<PathBuf> {
    let text = read_text(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    parse_data(&text, folder).map_err(|mistakes| told(path, &text, &mistakes, console))
}

/// The same without a word: `None` if it cannot be used.
pub(crate) fn load_quietly(path: &Path) -> Option<Config> {
    let text = read_text(path).ok()?;
    parse(&text, path.parent().unwrap_or(Path::new(""))).ok()
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let bytes = read_bounded(path, MOST_BYTES)
        .with_context(|| format!("failed to read the configuration `{}`", path.display()))?;
    String::from_utf8(bytes)
        .with_context(|| format!("the configuration `{}` is no text", path.display()))
}

/// Draws mistakes, and says how many there are.
fn told(path: &Path, text: &str, mistakes: &[Mistake], console: Console) -> anyhow::Error {
    let name = path.display().to_string();
    for mistake in mistakes {
        console.always(|out| mistake.write(&name, text, out));
    }
    anyhow::anyhow!("`{name}` cannot be used as it is, {}", counted(mistakes.len()))
}

fn counted(n: usize) -> String {
    if n == 1 { "1 mistake".to_owned() } else { format!("{n} mistakes") }
}

/// Reads the text, whose paths count from a folder. Fails with everything that is wrong, in the order of the file.
pub(crate) fn parse(text: &str, folder: &Path) -> Result<Config, Vec<Mistake>> {
    let notes = Notes::default();
    let table = parse_toml(text)?;
    let config = read(Section::file(&notes, &table), folder);
    in_order(notes, config)
}

fn parse_data(text: &str, folder: &Path) -> Result<PathBuf, Vec<Mistake>> {
    let notes = Notes::default();
    let table = parse_toml(text)?;
    let mut file = Section::file(&notes, &table);
    let data = folder.join(file.or::<PathBuf>("data", DATA));
    drop(file);
    in_order(notes, data)
}

fn in_order<T>(notes: Notes, read: T) -> Result<T, Vec<Mistake>> {
    let mut mistakes = notes.mistakes.into_inner();
    mistakes.sort_by_key(|mistake| mistake.span.start);
    if mistakes.is_empty() { Ok(read) } else { Err(mistakes) }
}

fn parse_toml(text: &str) -> Result<DeTable<'_>, Vec<Mistake>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let malformed = errors.iter().map(|error| {
        let at = error.span().unwrap_or(0..0);
        Mistake::new(Code::Syntax, at, error.message().to_lowercase())
    });
    let malformed: Vec<_> = malformed.collect();
    if malformed.is_empty() { Ok(table.into_inner()) } else { Err(malformed) }
}

fn read(mut file: Section<'_>, folder: &Path) -> Config {
    let data = folder.join(file.or::<PathBuf>("data", DATA));
    let listen = file.or("listen", "\"127.0.0.1:8484\"");
    let allow_plain = file.or("allow-plain", "false");
    let page_secrets = file.value::<Vec<SecretFrom>>("page-secrets").unwrap_or_default();
    let page_secrets = page_secrets.into_iter().map(|secret| secret.below(folder)).collect();
    let page_hosts = file.value::<Vec<HostName>>("page-hosts").unwrap_or_default();
    let mut config = Config {
        data,
        listen,
        allow_plain,
        page_secrets,
        page_hosts: page_hosts.into_iter().map(|name| name.0).collect(),
        tls: read_tls(file.section("tls"), folder),
        limits: read_limits(file.section("limits")),
        log: read_log(file.section("log")),
        intake: read_kept(file.section("intake")),
        detect: read_detection(file.section("detect"), folder),
        findings: read_findings(file.section("findings"), folder),
        outbound: read_outward(file.section("outbound"), folder),
        tenants: read_tenants(&mut file, folder),
        sinks: read_sinks(&mut file, folder),
        routes: Vec::new(),
    };
    let routes = file.sections("route").into_iter();
    config.routes = routes.filter_map(|one| route::read(one, &config.sinks)).collect();
    file.finish();
    config
}

fn read_tls(mut table: Section<'_>, folder: &Path) -> Option<Tls> {
    let certificate = table.value::<PathBuf>("certificate");
    let key = table.value::<PathBuf>("key");
    if table.has("certificate") != table.has("key") {
        let message = "`certificate` and `key` go together";
        table.mistake(Mistake::new(Code::Conflict, table.at.clone(), message));
    }
    table.finish();
    Some(Tls { certificate: folder.join(certificate?), key: folder.join(key?) })
}

fn read_limits(mut table: Section<'_>) -> Limits {
    let limits = Limits {
        body_bytes: table.or::<Size>("body", "\"16MiB\"").bytes,
        connections: table.or("connections", "512"),
        posts_per_second: table.or("posts-per-second", "5000"),
    };
    table.finish();
    limits
}

fn read_log(mut table: Section<'_>) -> Log {
    let log = Log { format: table.or("format", "\"text\""), level: table.or("level", "\"info\"") };
    table.finish();
    log
}

fn read_kept(mut table: Section<'_>) -> Kept {
    let keep = table.value("keep");
    let memory_bytes = table.or::<Size>("memory", "\"256MiB\"").bytes;
    table.finish();
    Kept { keep, memory_bytes }
}

fn read_detection(mut table: Section<'_>, folder: &Path) -> Detection {
    let mut paths = |key| {
        let paths = table.value::<Vec<PathBuf>>(key).unwrap_or_default();
        paths
            .into_iter()
            .map(|path| if is_builtin(&path) { path } else { folder.join(path) })
            .collect()
    };
    let rules = RuleSet {
        rules: paths("rules"),
        filters: paths("filters"),
        lists: paths("lists"),
        disable: table.value("disable").unwrap_or_default(),
        level: relevels(table.entries("level")),
    };
    let detection = Detection {
        rules,
        users: table.value::<PathBuf>("users").map(|path| folder.join(path)),
        lateness: table.or("lateness", "\"1h\""),
        memory_bytes: table.or::<Size>("memory", "\"1GiB\"").bytes,
        pending_bytes: table.or::<Size>("pending", "\"48MiB\"").bytes,
        rule_groups: table.or::<u32>("rule-groups", "2000000") as usize,
        group_values: table.or::<u32>("group-values", "1000") as usize,
        save_every: table.or("save-every", "\"30s\""),
    };
    table.finish();
    detection
}

/// Whether it stands for the built-in rules.
fn is_builtin(path: &Path) -> bool {
    path == Path::new("builtin")
}

fn relevels(entries: Vec<(String, Level)>) -> Vec<Relevel> {
    entries.into_iter().map(|(rule, level)| Relevel { rule, level }).collect()
}

fn read_findings(mut table: Section<'_>, folder: &Path) -> Findings {
    let findings = Findings {
        file: table.value::<PathBuf>("file").map(|path| folder.join(path)),
        stdout: table.or("stdout", "\"text\""),
    };
    table.finish();
    findings
}

fn read_outward(mut table: Section<'_>, folder: &Path) -> Outward {
    let proxy = table.value::<SecretFrom>("proxy");
    let ca = table.value::<Vec<PathBuf>>("ca").unwrap_or_default();
    let outward = Outward {
        proxy: proxy.map(|proxy| proxy.below(folder)),
        ca: ca.into_iter().map(|path| folder.join(path)).collect(),
        allow_private: table.or("allow-private", "false"),
        connect_timeout: table.or("connect-timeout", "\"10s\""),
        timeout: table.or("timeout", "\"60s\""),
    };
    table.finish();
    outward
}

fn read_tenants(file: &mut Section<'_>, folder: &Path) -> Vec<Tenant> {
    let sections = file.sections("tenant");
    if sections.is_empty() && !file.has("tenant") {
        let message = "there is no tenant to watch";
        let mistake = Mistake::new(Code::Missing, 0..0, message);
        file.mistake(mistake.help("add a table `[[tenant]]` with `name`, `provider` and `url`"));
    }
    let mut names = HashSet::new();
    let mut tenants = Vec::new();
    for section in sections {
        let at = section.place("name");
        let Some(tenant) = Tenant::read(section, folder) else { continue };
        if !names.insert(tenant.name.clone()) {
            let message = format!("there are two tenants `{}`", tenant.name);
            file.mistake(Mistake::new(Code::Conflict, at.clone(), message));
        }
        tenants.push(tenant);
    }
    tenants
}

fn read_sinks(file: &mut Section<'_>, folder: &Path) -> Vec<Sink> {
    let mut sinks: Vec<Sink> = Vec::new();
    for section in file.sections("sink") {
        let at = section.place("name");
        let Some(sink) = Sink::read(section, folder) else { continue };
        if sinks.iter().any(|other| other.name == sink.name) {
            let message = format!("there are two sinks `{}`", sink.name);
            file.mistake(Mistake::new(Code::Conflict, at, message));
        }
        sinks.push(sink);
    }
    sinks
}

impl Form for LogFormat {
    const WHAT: &'static str = "\"text\" or \"json\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        one_of::<Self, _>(value, &[("text", Self::Text), ("json", Self::Json)])
    }
}

impl Form for LogLevel {
    const WHAT: &'static str = "\"error\", \"warn\", \"info\" or \"debug\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let levels = [
            ("error", Self::Error),
            ("warn", Self::Warn),
            ("info", Self::Info),
            ("debug", Self::Debug),
        ];
        one_of::<Self, _>(value, &levels)
    }
}

impl Form for Stdout {
    const WHAT: &'static str = "\"text\", \"jsonl\" or \"off\"";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let words = [("text", Self::Text), ("jsonl", Self::Jsonl), ("off", Self::Off)];
        one_of::<Self, _>(value, &words)
    }
}
