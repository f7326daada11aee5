//! What is read of a configuration, and what is said of a wrong one.

use std::path::Path;

use insta::assert_snapshot;

use super::*;

/// A configuration that uses everything there is.
const WHOLE: &str = r#"
data = "d"
listen = "127.0.0.1:9000"

[tls]
certificate = "cert.pem"
key = "key.pem"

[detect]
rules = ["builtin", "mine"]
level = { okta_api_token_created = "high" }

[[tenant]]
name = "acme"
provider = "okta"
url = "https://acme.okta.com"
read = { method = "service-app", client-id = "0oa1", key = { env = "KEY" } }
act = { method = "service-app", client-id = "0oa2", key = { env = "ACT" } }
backfill = { since = "30d" }

[[tenant.receiver]]
kind = "okta-hook"
secrets = [{ file = "hook" }, { command = ["pass", "hook"] }]

[[tenant]]
name = "acme-customers"
provider = "auth0"
url = "https://acme.us.auth0.com"
read = { method = "client-credentials", client-id = "c", secret = { file = "/s" } }

[[sink]]
name = "siem"
kind = "webhook"
url = "https://alerts.example.com/keyward"
secret = { file = "hook" }

[[route]]
sinks = ["siem"]
level = "high"
"#;

fn drawn(text: &str) -> String {
    let mistakes = parse(text, Path::new("")).expect_err("the configuration is wrong");
    let mut out = Vec::new();
    for mistake in mistakes {
        mistake.write("keyward.toml", text, &mut out).unwrap();
    }
    anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
}

#[test]
fn paths_count_from_the_folder_of_the_file() {
    let config = parse(WHOLE, Path::new("/etc/keyward")).unwrap();
    assert_eq!(config.data, Path::new("/etc/keyward/d"));
    let rules = [Path::new("builtin"), Path::new("/etc/keyward/mine")];
    assert_eq!(config.detect.rules.rules, rules);
    let receiver = &config.tenants[0].receivers[0];
    assert_eq!(receiver.secrets[0], SecretFrom::File("/etc/keyward/hook".into()));
    assert_eq!(receiver.path, "/acme/okta-hook");
    let Access::ClientCredentials { secret, .. } = &config.tenants[1].access else { panic!() };
    assert_eq!(*secret, SecretFrom::File("/s".into()));
    assert_eq!(config.tenants[1].retention.as_secs(), 24 * 60 * 60);
}

#[test]
fn every_mistake_has_its_place_and_a_suggestion() {
    let text = r#"
lisen = "127.0.0.1:1"
[detect]
lateness = "one hour"
[[tenant]]
name = "acme"
provider = "Okta"
url = "http://acme.okta.com"
[tenant.read]
method = "api-token"
token = "00abcdefghijklmnopqrstuvwxyz"
client-id = "0oa1"
"#;
    assert_snapshot!(drawn(text), @r#"
    error[C002]: unknown key `lisen`
     --> keyward.toml:2:1
      |
    2 | lisen = *************
      | ^^^^^
      |
      = help: did you mean `listen`?

    error[C003]: `lateness` has a value that it cannot have
     --> keyward.toml:4:12
      |
    4 | lateness = "one hour"
      |            ^^^^^^^^^^
      |
      = help: it takes: span such as "2h"

    error[C003]: `provider` has a value that it cannot have
     --> keyward.toml:7:12
      |
    7 | provider = "Okta"
      |            ^^^^^^
      |
      = help: it takes: "okta" or "auth0"; did you mean `okta`?

    error[C003]: `url` is neither `https` nor a loopback address
     --> keyward.toml:8:7
      |
    8 | url = "http://acme.okta.com"
      |       ^^^^^^^^^^^^^^^^^^^^^^

    error[C006]: `token` is a credential in the configuration itself
      --> keyward.toml:11:9
       |
    11 | token = ******************************
       |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: say where it is kept: `{ file = "…" }`, `{ env = "…" }` or `{ command = ["…"] }`

    error[C005]: `client-id` means nothing for this method
      --> keyward.toml:12:13
       |
    12 | client-id = "0oa1"
       |             ^^^^^^
       |
       = help: it takes `token`
    "#);
}

/// A tenant, for what needs one.
const TENANT: &str = r#"
[[tenant]]
name = "a"
provider = "okta"
url = "https://acme.okta.com"
read = { method = "api-token", token = { env = "T" } }
"#;

#[test]
fn what_is_wrong_with_sinks_and_routes_is_told() {
    let text = r#"[[sink]]
name = "oncall"
kind = "pagerduty"
webhook = { env = "W" }
[[sink]]
name = "mail"
kind = "mail"
server = "mail.example.com"
from = "keyward at example.com"
to = ["oncall@example.com"]
user = "keyward"
quiet = "22:00-25:00"
[[route]]
sinks = ["onkall"]
level = "loud"
"#;
    assert_snapshot!(drawn(&(text.to_owned() + TENANT)), @r##"
    error[C004]: `key` is missing, which this kind of sink needs
     --> keyward.toml:3:8
      |
    3 | kind = "pagerduty"
      |        ^^^^^^^^^^^

    error[C005]: `webhook` means nothing for this kind of sink
     --> keyward.toml:4:11
      |
    4 | webhook = { env = "W" }
      |           ^^^^^^^^^^^^^
      |
      = help: it takes `key`, `url`

    error[C005]: `user` and `password` go together
     --> keyward.toml:5:1
      |
    5 | [[sink]]
      | ^^^^^^^^

    error[C003]: `from` is no mail address such as `oncall@example.com`
     --> keyward.toml:9:8
      |
    9 | from = "keyward at example.com"
      |        ^^^^^^^^^^^^^^^^^^^^^^^^

    error[C003]: `quiet` is wrong: `25:00` is no time of the day such as `07:30`
      --> keyward.toml:12:9
       |
    12 | quiet = "22:00-25:00"
       |         ^^^^^^^^^^^^^

    error[C003]: there is no sink `onkall`
      --> keyward.toml:14:9
       |
    14 | sinks = ["onkall"]
       |         ^^^^^^^^^^

    error[C003]: `level` has a value that it cannot have
      --> keyward.toml:15:9
       |
    15 | level = "loud"
       |         ^^^^^^
       |
       = help: it takes: level: informational, low, medium, high or critical
    "##);
}

#[test]
fn the_address_of_a_webhook_under_the_wrong_key_is_not_drawn() {
    let sink = |url: &str| {
        format!("[[sink]]\nname = \"a\"\nkind = \"webhook\"\nurl = \"{url}\"\n{TENANT}")
    };
    for url in [
        "https://hooks.slack.com/services/T0/B0/hush",
        "https://acme.webhook.office.com/webhookb2/hush",
        "https://prod-1.westeurope.logic.azure.com:443/workflows/hush?sig=hush",
        "http://events.pagerduty.com/integration/hush/enqueue",
        "xoxb-hush",
    ] {
        // The secret is missing, and some are no address: the sink is drawn.
        let drawn = drawn(&sink(url).replace("[[sink]]", "[[sink]]\nfold = \"x\""));
        assert!(!drawn.contains("hush") && drawn.contains("secret"), "{drawn}");
    }
    let drawn = drawn(&sink("http://hooks.slack.com/services/hush"));
    assert!(!drawn.contains("hush") && drawn.contains("http://hooks.slack.com***"), "{drawn}");
}

#[test]
fn a_facility_is_named() {
    let sink = |keys: &str| {
        format!(
            "[[sink]]\nname = \"a\"\nkind = \"syslog\"\nserver = \"logs.example.com\"\n{keys}\n{TENANT}"
        )
    };
    let read = |keys: &str| {
        let config = parse(&sink(keys), Path::new("")).unwrap();
        let Way::Syslog { hostname, facility, .. } = &config.sinks[0].way else { panic!() };
        (hostname.clone(), facility.0)
    };
    assert_eq!(read(""), (None, 10));
    let host = Some("keyward.example.com".to_owned());
    assert_eq!(read("hostname = \"keyward.example.com\"\nfacility = \"local7\""), (host, 23));
    let drawn = drawn(&sink("facility = \"locale7\"\nhostname = \"a b\""));
    assert!(
        drawn.contains("did you mean `local7`?") && drawn.contains("`hostname` has a value"),
        "{drawn}"
    );
}

/// The sinks of the examples are read as `run --check` reads them, with one of each kind.
#[test]
fn the_examples_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let text = std::fs::read_to_string(folder.join("sinks.toml")).unwrap();
    let config = parse(&text, &folder).unwrap();
    let kinds: HashSet<_> =
        config.sinks.iter().map(|sink| std::mem::discriminant(&sink.way)).collect();
    assert_eq!(kinds.len(), 9);
    let page = include_str!("../../../../docs/sinks.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let config = parse(&(example.to_owned() + TENANT), Path::new("")).unwrap();
    assert_eq!((config.sinks.len(), config.routes.len()), (2, 2));
}

#[test]
fn what_is_not_toml_is_said_without_its_values() {
    assert_snapshot!(drawn("token = \"00abc\nlisten = 1\n"), @r#"
    error[C001]: invalid basic string, expected `"`
     --> keyward.toml:1:15
      |
    1 | token = ******
      |               ^
    "#);
    assert_snapshot!(drawn("data = 1\n"), @r"
    error[C004]: there is no tenant to watch
     --> keyward.toml:1:1
      |
    1 | data = 1
      | ^
      |
      = help: add a table `[[tenant]]` with `name`, `provider` and `url`

    error[C003]: `data` is a number
     --> keyward.toml:1:8
      |
    1 | data = 1
      |        ^
      |
      = help: it takes: text
    ");
}

#[test]
fn settings_that_do_not_go_together_are_told() {
    let text = r#"
[tls]
certificate = "a"
[[tenant]]
name = "a"
provider = "okta"
url = "https://acme.okta.com"
read = { method = "client-credentials", client-id = "c", secret = { env = "S" }, token = { env = "T" } }
poll = { fastest = "2m" }
sweep = { delay = "5m" }
"#;
    assert_snapshot!(drawn(text), @r#"
    error[C005]: `certificate` and `key` go together
     --> keyward.toml:2:1
      |
    2 | [tls]
      | ^^^^^

    error[C005]: this method is for auth0, the tenant is of okta
     --> keyward.toml:8:19
      |
    8 | read = { method = "client-credentials", client-id = "c", secret = { env = "S" }, token = { env = "T" } }
      |                   ^^^^^^^^^^^^^^^^^^^^

    error[C005]: `token` means nothing for this method
     --> keyward.toml:8:90
      |
    8 | read = { method = "client-credentials", client-id = "c", secret = { env = "S" }, token = { env = "T" } }
      |                                                                                          ^^^^^^^^^^^^^
      |
      = help: it takes `client-id`, `secret`, `audience`

    error[C005]: `fastest` must be above zero and no longer than `slowest`
     --> keyward.toml:9:20
      |
    9 | poll = { fastest = "2m" }
      |                    ^^^^

    error[C003]: `delay` must be at least an hour: the provider may be late itself
      --> keyward.toml:10:19
       |
    10 | sweep = { delay = "5m" }
       |                   ^^^^
    "#);
}

/// The rows of the table in the documentation, as the types would write them.
#[test]
fn the_documentation_has_every_key_with_its_form_and_default() {
    let notes = Notes::default();
    let table = DeTable::parse(WHOLE).unwrap();
    read(Section::file(&notes, table.get_ref()), Path::new(""));
    let keys = notes.keys.into_inner();
    let page = include_str!("../../../../docs/configuration.md");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let cells = |row: &str| {
        let cells: Vec<_> =
            row.trim_matches('|').split(" | ").map(|one| one.trim().to_owned()).collect();
        cells[..3].join(" | ")
    };
    let documented: Vec<_> = rows.iter().map(|row| cells(row)).collect();
    let expected: Vec<_> = keys.iter().map(row).collect();
    for (documented, expected) in documented.iter().zip(&expected) {
        assert_eq!(documented, expected, "docs/configuration.md");
    }
    assert_eq!(documented.len(), expected.len(), "rows of docs/configuration.md");
}

fn row(key: &section::Key) -> String {
    let default = match key.default {
        Some(default) => format!("`{default}`"),
        None if key.is_needed => "needed".to_owned(),
        None => "none".to_owned(),
    };
    format!("`{}` | {} | {default}", key.path, key.form)
}

#[test]
fn what_acts_is_not_what_reads() {
    let text = r#"
[[tenant]]
name = "a"
provider = "okta"
url = "https://acme.okta.com"
read = { method = "service-app", client-id = "0oa1", key = { env = "KEY" } }
act = { method = "service-app", client-id = "0oa1", key = { env = "ACT" } }
"#;
    assert_snapshot!(drawn(text), @r#"
    error[C005]: `act` has the credential of `read`
     --> keyward.toml:7:7
      |
    7 | act = { method = "service-app", client-id = "0oa1", key = { env = "ACT" } }
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: give what acts an app of its own; the one that reads may then only read
    "#);
    let whole = parse(WHOLE, Path::new("")).unwrap();
    assert_eq!(whole.tenants[0].act.as_ref().unwrap().client_id(), Some("0oa2"));
    assert!(whole.tenants[1].act.is_none());
}
