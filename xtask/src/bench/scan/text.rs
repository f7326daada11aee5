//! Files as they are in repositories: source code, settings, documents, lock files, bundles, pictures.

use std::fmt::Write;

use lab::random::Random;

const NOUNS: &[&str] = &[
    "account",
    "action",
    "address",
    "audit",
    "batch",
    "billing",
    "cache",
    "channel",
    "client",
    "cluster",
    "config",
    "connection",
    "context",
    "cursor",
    "customer",
    "database",
    "device",
    "document",
    "endpoint",
    "entry",
    "event",
    "factor",
    "filter",
    "grant",
    "group",
    "handler",
    "header",
    "identity",
    "index",
    "invoice",
    "item",
    "job",
    "key",
    "label",
    "ledger",
    "limit",
    "listener",
    "locale",
    "logger",
    "member",
    "message",
    "metric",
    "module",
    "network",
    "notification",
    "order",
    "organization",
    "owner",
    "page",
    "payload",
    "payment",
    "permission",
    "policy",
    "pool",
    "product",
    "profile",
    "project",
    "provider",
    "queue",
    "record",
    "region",
    "report",
    "request",
    "resource",
    "response",
    "result",
    "role",
    "route",
    "rule",
    "schedule",
    "schema",
    "scope",
    "sender",
    "service",
    "session",
    "setting",
    "shard",
    "shipment",
    "signal",
    "snapshot",
    "source",
    "status",
    "storage",
    "stream",
    "subject",
    "subscription",
    "target",
    "template",
    "tenant",
    "ticket",
    "timeout",
    "token",
    "topic",
    "tracker",
    "transaction",
    "transfer",
    "trigger",
    "user",
    "validator",
    "value",
    "version",
    "webhook",
    "widget",
    "worker",
];

const VERBS: &[&str] = &[
    "add",
    "apply",
    "build",
    "check",
    "clear",
    "close",
    "collect",
    "compute",
    "copy",
    "create",
    "decode",
    "delete",
    "dispatch",
    "emit",
    "encode",
    "fetch",
    "filter",
    "find",
    "flush",
    "format",
    "handle",
    "import",
    "init",
    "load",
    "lock",
    "merge",
    "move",
    "normalize",
    "notify",
    "open",
    "parse",
    "poll",
    "publish",
    "pull",
    "push",
    "queue",
    "read",
    "refresh",
    "register",
    "release",
    "remove",
    "render",
    "replace",
    "request",
    "reset",
    "resolve",
    "retry",
    "rotate",
    "save",
    "schedule",
    "send",
    "sort",
    "start",
    "stop",
    "store",
    "sync",
    "track",
    "update",
    "validate",
    "verify",
    "watch",
    "wrap",
    "write",
];

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    TypeScript,
    Python,
    Yaml,
    Markdown,
    Lock,
}

const LANGUAGES: &[(Language, &str)] = &[
    (Language::TypeScript, "ts"),
    (Language::TypeScript, "ts"),
    (Language::TypeScript, "tsx"),
    (Language::Python, "py"),
    (Language::Python, "py"),
    (Language::Yaml, "yaml"),
    (Language::Markdown, "md"),
];

/// A file that has versions.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    language: Language,
    pub(crate) lines: Vec<String>,
}

impl File {
    /// A new file of a random kind and length.
    pub(crate) fn new(random: &mut Random, number: usize) -> Self {
        let (language, extension) = *random.pick(LANGUAGES);
        let path = format!(
            "{}/{}/{}_{number}.{extension}",
            random.pick(&["src", "lib", "services", "packages", "docs", "deploy"]),
            noun(random),
            noun(random)
        );
        // Most files are short, a few are long.
        let n_lines = 20 + random.below(40) * random.below(40) / 2;
        Self { path, language, lines: (0..n_lines).map(|_| line(random, language)).collect() }
    }

    /// A lock file of a package manager: long, and full of hashes.
    pub(crate) fn lock(random: &mut Random) -> Self {
        let lines = (0..2_500).map(|_| line(random, Language::Lock)).collect();
        Self { path: "package-lock.json".to_owned(), language: Language::Lock, lines }
    }

    /// Changes a few lines.
    pub(crate) fn edit(&mut self, random: &mut Random) {
        for _ in 0..=random.below(3) {
            let begin = random.below(self.lines.len());
            let end = self.lines.len().min(begin + random.below(6));
            let new: Vec<String> =
                (0..=random.below(6)).map(|_| line(random, self.language)).collect();
            self.lines.splice(begin..end, new);
        }
    }

    pub(crate) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }
}

/// A word of the trade. Those that may name a credential come once in some kilobytes, as in most repositories:
/// a scanner has to look closer there.
fn noun(random: &mut Random) -> &'static str {
    let words: &[&str] = if random.chance(25) { &["secret", "password"] } else { NOUNS };
    let word: &&str = random.pick(words);
    word
}

/// A name like `customerInvoiceStatus`.
fn camel(random: &mut Random) -> String {
    let mut name = String::from(*random.pick(VERBS));
    for _ in 0..=random.below(2) {
        let word = noun(random);
        name.push_str(&word[..1].to_uppercase());
        name.push_str(&word[1..]);
    }
    name
}

/// A name like `customer_invoice_status`.
fn snake(random: &mut Random) -> String {
    let n_words = 1 + random.below(3);
    (0..n_words).map(|_| noun(random)).collect::<Vec<_>>().join("_")
}

fn sentence(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..6 + random.below(8) {
        let word = if random.chance(3_000) { *random.pick(VERBS) } else { noun(random) };
        let _ = write!(text, "{}{word}", if text.is_empty() { "" } else { " the " });
    }
    text
}

/// One line in a language.
pub(crate) fn line(random: &mut Random, language: Language) -> String {
    match language {
        Language::TypeScript => typescript(random),
        Language::Python => python(random),
        Language::Yaml => yaml(random),
        Language::Markdown => sentence(random) + ".",
        Language::Lock => lock(random),
    }
}

fn typescript(random: &mut Random) -> String {
    let (a, b, c) = (camel(random), camel(random), snake(random));
    match random.below(12) {
        0 => format!("import {{ {a}, {b} }} from \"../{}/{c}\";", noun(random)),
        1 => format!("export async function {a}({b}: string, {c}: number): Promise<void> {{"),
        2 => format!(
            "  const {a} = await this.{b}({{ id: {c}.id, limit: {} }});",
            random.below(1_000)
        ),
        3 => format!("  if (!{a} || {b}.length > {}) {{", random.below(100)),
        4 => format!("    throw new Error(`{} ${{{a}}}`);", sentence(random)),
        5 => "  }".to_owned(),
        6 => format!("    return {a}.map(({c}) => {b}({c})).filter(Boolean);"),
        7 => format!("  // {}", sentence(random)),
        8 => format!("  logger.info(\"{c}\", {{ {a}, requestId: \"{}\" }});", random.uuid('4')),
        9 => String::new(),
        10 => {
            format!("    expect({a}).toEqual({{ {c}: \"{b}\", total: {} }});", random.below(9_999))
        }
        _ => format!("      <{} className=\"{c}\" onClick={{{a}}} key={{{b}}} />", noun(random)),
    }
}

fn python(random: &mut Random) -> String {
    let (a, b, c) = (snake(random), snake(random), snake(random));
    match random.below(9) {
        0 => format!("from {a}.{b} import {c}"),
        1 => format!(
            "def {}_{a}(self, {b}: str, *, {c}: int = {}) -> dict:",
            random.pick(VERBS),
            random.below(99)
        ),
        2 => format!("    {a} = self._{b}.get(\"{c}\", {})", random.below(999)),
        3 => format!("    if {a} is None or len({b}) > {}:", random.below(999)),
        4 => format!("        raise ValueError(f\"{} {{{a}}}\")", sentence(random)),
        5 => format!("    \"\"\"{}.\"\"\"", sentence(random)),
        6 => format!("    return [{c}.{a} for {c} in {b} if {c}]"),
        7 => String::new(),
        _ => format!("        self.{a}[{b}] = {c}  # {}", sentence(random)),
    }
}

fn yaml(random: &mut Random) -> String {
    let (a, b) = (snake(random), snake(random));
    match random.below(6) {
        0 => format!("  - name: {a}"),
        1 => format!("    image: registry.example.com/{a}/{b}@sha256:{}", random.hex(64)),
        2 => format!("    {a}: {}", random.below(65_536)),
        3 => format!("      value: \"{b}\""),
        4 => format!("    # {}", sentence(random)),
        _ => format!("  {a}: {{ {b}: true, revision: {} }}", random.hex(40)),
    }
}

fn lock(random: &mut Random) -> String {
    let name = snake(random).replace('_', "-");
    let version = format!("{}.{}.{}", random.below(20), random.below(30), random.below(30));
    match random.below(4) {
        0 => format!("    \"node_modules/{name}\": {{"),
        1 => format!(
            "      \"resolved\": \"https://packages.example.com/{name}/-/{name}-{version}.tgz\","
        ),
        2 => format!("      \"integrity\": \"sha512-{}==\",", random.id("", 86, "")),
        _ => format!(
            "      \"version\": \"{version}\", \"engines\": {{ \"node\": \">={}\" }} }},",
            random.below(22)
        ),
    }
}

/// Code without line ends, as a bundler writes it.
pub(crate) fn bundle(random: &mut Random, bytes: usize) -> String {
    let mut text = String::from("!function(){");
    while text.len() < bytes {
        let (a, b) = (camel(random), camel(random));
        let _ = write!(
            text,
            "var {a}=t({}),n=e.{b}(function(t){{return t.{a}?\"{b}\":{}}});",
            random.below(9_999),
            random.below(99)
        );
    }
    text.push_str("}();");
    text
}

/// Records as JSON.
pub(crate) fn records(random: &mut Random, bytes: usize) -> String {
    let mut text = String::from("[\n");
    while text.len() < bytes {
        let (a, b) = (snake(random), snake(random));
        let _ = writeln!(
            text,
            "  {{\"id\": \"{}\", \"{a}\": \"{}\", \"{b}\": {}, \"hash\": \"{}\"}},",
            random.uuid('4'),
            sentence(random),
            random.below(1_000_000),
            random.hex(40)
        );
    }
    text.push_str("  {}\n]\n");
    text
}

/// Bytes that mean nothing, with the beginning of a picture.
pub(crate) fn picture(random: &mut Random, bytes: usize) -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    while picture.len() < bytes {
        picture.extend((random.below(usize::MAX) as u64).to_le_bytes());
    }
    picture
}

/// What a commit says.
pub(crate) fn message(random: &mut Random) -> String {
    format!("{} {}\n\n{}.\n", random.pick(VERBS), snake(random), sentence(random))
}
