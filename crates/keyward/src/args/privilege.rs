//! `keyward privilege`: what calls need, what is granted, and how to get from one to the other.

use std::path::PathBuf;

use catalog::Confidence;
use clap::{Args, Subcommand, ValueEnum};

use super::Output;

const NEED_HELP: &str = "\
Examples:
  keyward privilege need calls.txt
  keyward privilege need --format markdown -o permissions.md src/ access.log.gz
  keyward privilege need --format hcl --name payroll -o permissions.tf calls.txt
  keyward privilege need --min-confidence supported --format sarif calls.txt
  grep -h okta.com proxy/*.log | keyward privilege need --input access-log -

Exit codes:
  0  every call was understood and answered
  2  nothing was examined: bad usage, or no input could be read
  3  something could not be read, resolved or answered: see which";

const COMPARE_HELP: &str = "\
Examples:
  keyward privilege compare --granted granted/ src/
  keyward privilege compare --granted permissions.yml --exclusions accepted.yml calls.txt
  keyward privilege compare --granted granted/ --credential 00Tpayroll0000000001 system-log.jsonl

Exit codes:
  0  what is granted is what is needed
  1  something is granted and not needed, or needed and not granted
  2  nothing was examined: bad usage, or no input could be read
  3  something could not be read, resolved or answered: see which";

const EXPLAIN_HELP: &str = "\
Examples:
  keyward privilege explain refusal.txt
  curl -si -H @token.txt https://acme.okta.com/api/v1/logs | keyward privilege explain

Paste what you have: the request's verb and address, the status, the headers, the body. Values of tokens are
not needed, and are never printed.

Exit codes:
  0  it is plain what the refusal means
  2  nothing was examined: bad usage, or the input could not be read
  3  it is not plain, or part of it could not be read";

const ACCOUNT_HELP: &str = "\
Examples:
  keyward privilege account --name payroll --from 198.51.100.0/24 calls.txt
  keyward privilege account --name payroll --format hcl -o account.tf calls.txt

Exit codes:
  0  every call was understood and answered
  2  nothing was examined: bad usage, or no input could be read
  3  something could not be read, resolved or answered: see which";

const PLAN_HELP: &str = "\
Examples:
  keyward privilege plan --name payroll calls.txt
  keyward privilege plan --name payroll --granted granted/ --format markdown -o runbook.md src/
  keyward privilege plan --on-behalf calls.txt

Exit codes:
  0  every call was understood and answered
  2  nothing was examined: bad usage, or no input could be read
  3  something could not be read, resolved or answered: see which";

const PROBE_HELP: &str = "\
Examples:
  keyward privilege probe calls.txt -o probe.sh
  keyward privilege probe --results results.jsonl -o evidence.json
  keyward privilege need --evidence evidence.json calls.txt

Keyward runs nothing and opens no connection: look at the script, then run it in an organization for tests.

Exit codes:
  0  the script has all that is to be tried out, or every result could be read
  2  nothing was written: bad usage, no input could be read, or there is nothing to try out
  3  something could not be read or tried out: see which";

const SHOW_HELP: &str = "\
Examples:
  keyward privilege kb show createUser
  keyward privilege kb show 'PUT /api/v1/groups/{groupId}/users/{userId}'
  keyward privilege kb show okta.users.manage HELP_DESK_ADMIN user.lifecycle.create

Exit codes:
  0  every name is known
  2  none is
  3  some are, or a file of --spec or --evidence could not be used";

const DIFF_HELP: &str = "\
Examples:
  keyward privilege kb diff builtin management.yaml
  keyward privilege kb diff old.yaml new.yaml --format markdown

Exit codes:
  0  they say the same
  1  they differ
  2  one of them could not be used";

/// `keyward privilege`
#[derive(Debug, Subcommand)]
pub(crate) enum Privilege {
    /// Say what the calls of an integration need, and what to grant
    #[command(after_help = NEED_HELP)]
    Need(Need),
    /// Compare what is granted with what the calls need
    #[command(after_help = COMPARE_HELP)]
    Compare(Compare),
    /// Say what a refusal (403, 400, an empty list) means, and what to grant
    #[command(alias = "explain-403", after_help = EXPLAIN_HELP)]
    Explain(Explain403),
    /// Write the account that makes an API token which can do no more than the calls need
    #[command(after_help = ACCOUNT_HELP)]
    Account(Account),
    /// Plan the way from an API token to a service app
    #[command(after_help = PLAN_HELP)]
    Plan(Plan),
    /// Write the script that tries out in an organization what no document says, or read its results
    #[command(after_help = PROBE_HELP)]
    #[command(mut_arg("paths", |paths| paths.required(false)))]
    Probe(Probe),
    /// Look things up: operations, scopes, permissions, roles, events
    #[command(subcommand)]
    Kb(Kb),
}

/// What is called, and by which knowledge it is judged.
#[derive(Debug, Args)]
pub(crate) struct Calls {
    /// What is called: lists, logs, recordings, plans of Terraform, code; folders, globs, or `-` for standard input
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// The form of the inputs, where it is not recognized: lines, curl, har, access-log, postman, openapi, audit-log, terraform, code
    #[arg(long, value_name = "FORM", value_parser = form, help_heading = "Reading")]
    pub(crate) input: Option<::privilege::Form>,

    /// Whose API is called, where no host says: okta or auth0
    #[arg(long, value_name = "PRODUCT", value_parser = product, help_heading = "Reading")]
    pub(crate) provider: Option<catalog::Product>,

    /// Only calls of this credential: an API token's id or a client's id
    #[arg(long, value_name = "ID", help_heading = "Reading")]
    pub(crate) credential: Option<String>,

    /// Answer a question that the answer depends on, as NAME=ANSWER
    #[arg(long, value_name = "NAME=ANSWER", value_parser = assumption, help_heading = "Answers")]
    pub(crate) assume: Vec<(String, String)>,

    /// What is known, and from where.
    #[command(flatten)]
    pub(crate) knowledge: Knowledge,
}

impl Calls {
    /// Every file that is read for them.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.paths.iter().chain(self.knowledge.files())
    }
}

impl Knowledge {
    /// Every file that is read for it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.spec.iter().chain(&self.evidence)
    }
}

/// What is known, and from where.
#[derive(Debug, Args)]
pub(crate) struct Knowledge {
    /// Lay a newer OpenAPI description over what is built in
    #[arg(long, value_name = "FILE", help_heading = "Answers")]
    pub(crate) spec: Vec<PathBuf>,

    /// Results of `privilege probe`, which outrank what is built in
    #[arg(long, value_name = "FILE", help_heading = "Answers")]
    pub(crate) evidence: Vec<PathBuf>,

    /// Take what is known less well for unknown: inferred, supported, documented or confirmed
    #[arg(long, value_name = "LEVEL", value_parser = confidence, help_heading = "Answers")]
    pub(crate) min_confidence: Option<Confidence>,
}

/// How a report is printed.
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// How to print: text, json, markdown, html; need and compare also sarif (2.1.0); need, explain, account and plan also hcl (Terraform)
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: PrivilegeFormat,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A format for reports about privileges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrivilegeFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// For tickets and documents.
    #[value(alias = "md")]
    Markdown,
    /// One page that needs nothing else.
    Html,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Terraform.
    #[value(alias = "terraform", alias = "tf")]
    Hcl,
}

/// `keyward privilege need`
#[derive(Debug, Args)]
pub(crate) struct Need {
    /// What is called.
    #[command(flatten)]
    pub(crate) calls: Calls,

    /// What the integration is called, for Terraform
    #[arg(long, value_name = "NAME", default_value = "integration", help_heading = "Plan")]
    #[arg(value_parser = integration)]
    pub(crate) name: String,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

/// `keyward privilege compare`
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// What is called.
    #[command(flatten)]
    pub(crate) calls: Calls,

    /// What is granted: answers of the API as JSON (roles, grants, tokens, resource sets), or YAML by hand
    #[arg(long, value_name = "FILE", required = true, help_heading = "Granted")]
    pub(crate) granted: Vec<PathBuf>,

    /// Differences that are accepted, with reason and last day
    #[arg(long, value_name = "FILE", help_heading = "Granted")]
    pub(crate) exclusions: Option<PathBuf>,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

/// `keyward privilege explain`
#[derive(Debug, Args)]
pub(crate) struct Explain403 {
    /// Request and answer as pasted: request line, status, headers, body; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) path: PathBuf,

    /// What is known, and from where.
    #[command(flatten)]
    pub(crate) knowledge: Knowledge,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

/// `keyward privilege account`
#[derive(Debug, Args)]
pub(crate) struct Account {
    /// What is called.
    #[command(flatten)]
    pub(crate) calls: Calls,

    /// What the integration is called
    #[arg(long, value_name = "NAME", default_value = "integration", help_heading = "Plan")]
    #[arg(value_parser = integration)]
    pub(crate) name: String,

    /// Addresses from which the token is used, as CIDR
    #[arg(long, value_name = "CIDR", value_parser = cidr, help_heading = "Plan")]
    pub(crate) from: Vec<String>,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

/// `keyward privilege plan`
#[derive(Debug, Args)]
pub(crate) struct Plan {
    /// What is called.
    #[command(flatten)]
    pub(crate) calls: Calls,

    /// What the integration is called
    #[arg(long, value_name = "NAME", default_value = "integration", help_heading = "Plan")]
    #[arg(value_parser = integration)]
    pub(crate) name: String,

    /// Addresses from which the app calls, as CIDR
    #[arg(long, value_name = "CIDR", value_parser = cidr, help_heading = "Plan")]
    pub(crate) from: Vec<String>,

    /// Plan for calls on behalf of people who are signed in, instead of the program's own
    #[arg(long, help_heading = "Plan")]
    pub(crate) on_behalf: bool,

    /// What is known of the token: answers of the API as JSON (api-tokens, roles)
    #[arg(long, value_name = "FILE", help_heading = "Plan")]
    pub(crate) granted: Vec<PathBuf>,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

/// `keyward privilege probe`
#[derive(Debug, Args)]
pub(crate) struct Probe {
    /// What is called.
    #[command(flatten)]
    pub(crate) calls: Calls,

    /// Read the results that the script wrote and print them as evidence for --evidence
    #[arg(long, value_name = "FILE", help_heading = "Probe")]
    pub(crate) results: Option<PathBuf>,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

/// `keyward privilege kb`
#[derive(Debug, Subcommand)]
pub(crate) enum Kb {
    /// Print an operation, scope, permission, role or event with its edges and sources
    #[command(after_help = SHOW_HELP)]
    Show(KbShow),
    /// Compare two OpenAPI descriptions, or one with what is built in (`builtin`)
    #[command(after_help = DIFF_HELP)]
    Diff(KbDiff),
}

/// `keyward privilege kb show`
#[derive(Debug, Args)]
pub(crate) struct KbShow {
    /// Such as `createUser`, `POST /api/v1/users`, `okta.users.manage`, `HELP_DESK_ADMIN`, `user.lifecycle.create`
    #[arg(value_name = "NAME", required = true)]
    pub(crate) names: Vec<String>,

    /// What is known, and from where.
    #[command(flatten)]
    pub(crate) knowledge: Knowledge,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

/// `keyward privilege kb diff`
#[derive(Debug, Args)]
pub(crate) struct KbDiff {
    /// An OpenAPI description, or `builtin`
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,

    /// An OpenAPI description, or `builtin`
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,

    /// How the report is printed.
    #[command(flatten)]
    pub(crate) report: Report,
}

fn form(text: &str) -> Result<::privilege::Form, String> {
    let names = || ::privilege::Form::ALL.map(::privilege::Form::name).join(", ");
    ::privilege::Form::from_name(text).ok_or_else(|| format!("must be one of {}", names()))
}

fn product(text: &str) -> Result<catalog::Product, String> {
    let known = catalog::Product::from_name(text).filter(|product| product.is_cataloged());
    known.ok_or_else(|| "must be okta or auth0".to_owned())
}

fn confidence(text: &str) -> Result<Confidence, String> {
    let names = || Confidence::ALL.map(Confidence::name).join(", ");
    Confidence::from_name(text).ok_or_else(|| format!("must be one of {}", names()))
}

fn cidr(text: &str) -> Result<String, String> {
    let (address, bits) =
        text.split_once('/').ok_or("must be an address and a length, such as 198.51.100.0/24")?;
    let address: std::net::IpAddr =
        address.parse().map_err(|_| "has no address of IPv4 or IPv6")?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits: u8 = bits.parse().map_err(|_| "has no length behind the address")?;
    if bits > most {
        return Err(format!("is longer than {most}"));
    }
    if bits == 0 {
        return Err("is the whole internet: a zone of it narrows nothing".to_owned());
    }
    let network = network(address, bits);
    if network != address {
        return Err(format!(
            "has bits behind its length: {network}/{bits} for the network, {address}/{most} for the one address"
        ));
    }
    Ok(format!("{address}/{bits}"))
}

/// The first address of the network, which is one of `bits` bits, at least one.
fn network(address: std::net::IpAddr, bits: u8) -> std::net::IpAddr {
    use std::net::IpAddr;
    match address {
        IpAddr::V4(one) => {
            let mask = u32::MAX << 32_u8.saturating_sub(bits).min(31);
            IpAddr::V4((one.to_bits() & mask).into())
        }
        IpAddr::V6(one) => {
            let mask = u128::MAX << 128_u8.saturating_sub(bits).min(127);
            IpAddr::V6((one.to_bits() & mask).into())
        }
    }
}

/// Most characters of an integration's name. It is the label of an app.
const NAME_CHARS_MAX: usize = 100;

fn integration(text: &str) -> Result<String, String> {
    match () {
        () if text.trim().is_empty() => Err("must not be empty".to_owned()),
        () if text.chars().any(char::is_control) => Err("has control characters".to_owned()),
        () if text.chars().count() > NAME_CHARS_MAX => {
            Err(format!("is longer than {NAME_CHARS_MAX} characters"))
        }
        () => Ok(text.to_owned()),
    }
}

fn assumption(text: &str) -> Result<(String, String), String> {
    let (name, answer) = text.split_once('=').ok_or("must be NAME=ANSWER")?;
    Ok((name.to_owned(), answer.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_of_the_whole_internet_and_bits_behind_the_length_are_refused() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let found = cidr(text);
            match expected {
                Ok(expected) => assert_eq!(found.as_deref(), Ok(expected)),
                Err(part) => {
                    assert!(found.as_ref().is_err_and(|why| why.contains(part)), "{found:?}");
                }
            }
        };
        check("198.51.100.0/24", Ok("198.51.100.0/24"));
        check("198.51.100.7/32", Ok("198.51.100.7/32"));
        check("128.0.0.0/1", Ok("128.0.0.0/1"));
        check("2001:db8::/32", Ok("2001:db8::/32"));
        check("0.0.0.0/0", Err("whole internet"));
        check("::/0", Err("whole internet"));
        check("198.51.100.1/24", Err("198.51.100.0/24 for the network, 198.51.100.1/32"));
        check("2001:db8::1/64", Err("2001:db8::/64 for the network"));
        check("198.51.100.0/33", Err("longer than 32"));
    }

    #[test]
    fn names_that_no_app_can_have_are_refused() {
        assert_eq!(integration("\u{fc}mlaut").as_deref(), Ok("\u{fc}mlaut"));
        for name in ["", "  ", "a\nb", "a\u{1b}[2J", &"x".repeat(101)] {
            assert!(integration(name).is_err(), "{name:?}");
        }
    }
}
