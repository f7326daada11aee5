//! The command line: what may be said, and how it is read.

mod har;
mod init;
mod kept;
mod lab;
mod manual;
mod privilege;
mod pull;
mod reach;
mod respond;
mod revoke;
mod rules;
mod run;
mod scan;
mod sink;
mod size;
mod time;
mod tokens;
mod verify;
mod whom;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{ArgAction, Args, ColorChoice, Parser, Subcommand, ValueEnum};
use finding::Level;

pub(crate) use crate::args::har::{Har, HarRedact, HarScan};
pub(crate) use crate::args::init::Init;
pub(crate) use crate::args::kept::{
    Ahead, EXPORT_HELP, Export, FINDINGS_HELP, Findings, FindingsClose, FindingsList,
    FindingsReopen, FindingsShow, Where,
};
pub(crate) use crate::args::lab::{LAB_HELP, Lab};
pub(crate) use crate::args::manual::{COMPLETIONS_HELP, Completions, MAN_HELP, Man};
pub(crate) use crate::args::privilege::{
    Account, Calls, Compare, Explain403, Kb, KbDiff, KbShow, Knowledge, Need, Plan, Privilege,
    PrivilegeFormat, Probe, Report,
};
pub(crate) use crate::args::pull::{Doctor, DoctorFormat, Pull};
pub(crate) use crate::args::reach::{Reach, Whose};
pub(crate) use crate::args::respond::{
    About, RESPOND_HELP, ReportFormat, Respond, RespondNote, RespondReport, RespondStart,
    RespondStep, RespondVerb, StepName,
};
pub(crate) use crate::args::revoke::{Doing, REVOKE_HELP, Revoke, RevokeFormat};
pub(crate) use crate::args::rules::{Check, Eject, Explain, List, Relevel, RuleSet, Rules, Test};
pub(crate) use crate::args::run::Run;
pub(crate) use crate::args::scan::{LeakFormat, Scan, Telling};
pub(crate) use crate::args::sink::{
    SINK_HELP, SilenceAdd, SilenceEnd, SilenceList, Sink, SinkDead, SinkLetters, SinkList,
    SinkResend, SinkSilence, SinkTest,
};
pub(crate) use crate::args::size::Size;
pub(crate) use crate::args::time::{Span, When};
pub(crate) use crate::args::tokens::{
    Known, TOKENS_HELP, Tokens, TokensFormat, TokensList, TokensOrder, TokensShow,
};
pub(crate) use crate::args::verify::{VerifyMode, Verifying};
pub(crate) use crate::args::whom::{What, Whom};
use crate::render::Format;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const KEYWARD_HELP: &str = "\
Examples:
  keyward detect logs/
  keyward find 'eventType eq \"system.api_token.create\"' logs/
  keyward scan --git . .
  keyward privilege need calls.txt
  keyward rules list

Exit codes:
  0  everything was examined, nothing was found
  1  everything was examined, something was found
  2  nothing was examined: bad usage, no rule or no input could be used
  3  partly examined: silence proves nothing, see what was not read";

const DETECT_HELP: &str = "\
Examples:
  keyward detect examples/takeover.jsonl
  keyward detect --since 7d --fail-on high logs/ 'archive/2026-*.json.gz'
  keyward detect --warm logs/2026-10/ logs/2026-11/
  keyward detect --state okta.state logs/today.jsonl
  keyward detect --timeline user:ada@example.com logs/
  zcat export.gz | keyward detect --rules builtin --rules mine/ -f jsonl -

Exit codes:
  0  everything was examined, nothing reached --fail-on
  1  everything was examined, something did
  2  nothing was examined: bad usage, no rule or no input could be used
  3  partly examined: silence proves nothing, see what was not read";

const FIND_HELP: &str = "\
Examples:
  keyward find 'eventType eq \"user.session.start\" and outcome.result eq \"FAILURE\"' logs/
  keyward find 'eventType sw \"policy.\"' logs/ | keyward detect -

Exit codes:
  0  everything was examined, no event matches
  1  everything was examined, some event matches
  2  nothing was examined: bad usage, or no input could be read
  3  partly examined: silence proves nothing, see what was not read";

const SCAN_HELP: &str = "\
Examples:
  keyward scan .
  keyward scan --git . --since 30d --format sarif -o leaks.sarif
  keyward scan --staged
  keyward scan --format html -o leaks.html export.zip chat.db logs/
  keyward scan . --write-baseline keyward.baseline --because 'made for tests' --until 2027-06-30
  keyward scan --explain okta_api_token
  keyward scan --git . --verify admin --config keyward.toml

A comment `# keyward:ignore` at the end of a line keeps silent about that line, alone on a line about the
next; `keyward:ignore okta_api_token` about that type alone.

Exit codes:
  0  everything was examined, nothing reached --fail-on
  1  everything was examined, something did
  2  nothing was examined: bad usage, or no input could be read
  3  partly examined: silence proves nothing, see what was not read";

const RULES_HELP: &str = "\
Examples:
  keyward rules list
  keyward rules explain auth0_api_explorer_token_copied
  keyward rules check mine/ && keyward rules test mine/";

const INIT_HELP: &str = "\
Examples:
  keyward init
  keyward init --url https://acme.okta.com --dir keyward/

Exit codes:
  0  everything was written
  2  nothing was: bad usage, or a file exists";

const RUN_HELP: &str = "\
Examples:
  keyward run --config keyward.toml
  keyward run --check
  kill -HUP PID       # read rules and lists again; changes of their files are seen by themselves

Exit codes:
  0  stopped as told, and every tenant was in sight
  2  nothing was begun: bad configuration, rules or credentials that cannot be read
  3  stopped, and some tenant was out of sight, or something failed on the way";

const PULL_HELP: &str = "\
Examples:
  keyward pull --since 30d -o log.jsonl
  keyward pull --tenant acme --since 2026-11-01 --until 2026-11-08 -o week.jsonl
  keyward pull --url https://acme.okta.com --client-id 0oa1 --credential-file key.pem -o log.jsonl
  keyward pull --filter 'eventType sw \"system.api_token.\"' | keyward detect -

Exit codes:
  0  fetched to the end
  2  nothing was fetched
  3  partly fetched, or some of it could not be read";

const DOCTOR_HELP: &str = "\
Examples:
  keyward doctor
  keyward doctor --url https://acme.okta.com --credential-env OKTA_TOKEN

Exit codes:
  0  everything was looked at, and nothing is to be mended
  1  everything was looked at, and something is
  2  nothing was looked at: bad usage or configuration
  3  something could not be found out";

/// Detect attacks on Okta and Auth0 tenants, find their leaked credentials, and work out what credentials need.
#[derive(Debug, Parser)]
#[command(name = "keyward", version, styles = STYLES, after_help = KEYWARD_HELP)]
#[command(max_term_width = 100)]
pub(crate) struct Command {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,

    /// What to say beside results.
    #[command(flatten)]
    pub(crate) voice: Voice,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run rules over saved logs
    #[command(after_help = DETECT_HELP)]
    Detect(Box<Detect>),
    /// Print the events that an Okta filter expression matches
    #[command(after_help = FIND_HELP)]
    Find(Find),
    /// Find leaked credentials of Okta and Auth0 in files, archives and git history
    #[command(after_help = SCAN_HELP)]
    Scan(Box<Scan>),
    /// Find credentials in recordings of browsers (HAR), or copy one without them
    #[command(subcommand)]
    Har(Har),
    /// Work out which scopes, permissions and roles an integration needs, and no more
    #[command(subcommand)]
    Privilege(Box<Privilege>),
    /// Check, test, list, explain or write out rules
    #[command(subcommand, after_help = RULES_HELP)]
    Rules(Rules),
    /// Fetch the log of a tenant once
    #[command(after_help = PULL_HELP)]
    Pull(Box<Pull>),
    /// Check credentials, their scopes and roles, clock, rate limit and rules
    #[command(after_help = DOCTOR_HELP)]
    Doctor(Box<Doctor>),
    /// Write a first configuration, and the Terraform of Keyward's own app
    #[command(after_help = INIT_HELP)]
    Init(Init),
    /// Collect from live tenants, and detect as events come, until stopped
    #[command(after_help = RUN_HELP)]
    Run(Run),
    /// Write what the intake of `run` holds, as JSON Lines with a checksum
    #[command(after_help = EXPORT_HELP)]
    Export(Export),
    /// List, show, close and reopen what `run` found
    #[command(subcommand, after_help = FINDINGS_HELP)]
    Findings(Findings),
    /// List API tokens, service apps and clients for machines, and show the story of one
    #[command(subcommand, after_help = TOKENS_HELP)]
    Tokens(Tokens),
    /// Take the eight steps after a leak, one by one and on record, and report them
    #[command(after_help = RESPOND_HELP)]
    Respond(Box<Respond>),
    /// Shut off a token, secret, session or app: a plan, then calls on record, with proof
    #[command(subcommand, after_help = REVOKE_HELP)]
    Revoke(Box<Revoke>),
    /// List sinks, test them, tell again, replay dead letters, and keep silent for a time
    #[command(subcommand, after_help = SINK_HELP)]
    Sink(Sink),
    /// Serve an organization at work, with or without an attack on it, or write its log
    #[command(after_help = LAB_HELP)]
    Lab(Box<Lab>),
    /// Print what makes a shell complete verbs, flags and their values
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(Completions),
    /// Print a page of the manual, or write all of them
    #[command(after_help = MAN_HELP)]
    Man(Man),
}

/// Flags of every verb: what is said on standard error, and color.
#[derive(Debug, Clone, Args)]
pub(crate) struct Voice {
    /// When to use color
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output",
        display_order = 901
    )]
    pub(crate) color: ColorChoice,

    /// Do not draw a progress bar
    #[arg(long, global = true, help_heading = "Output", display_order = 902)]
    pub(crate) no_progress: bool,

    /// Say more on standard error
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Output", display_order = 903)]
    pub(crate) verbose: u8,

    /// Say less on standard error: no account of what was read, twice: no warnings
    #[arg(short, long, global = true, action = ArgAction::Count, help_heading = "Output", display_order = 904)]
    pub(crate) quiet: u8,
}

/// `keyward detect`
#[derive(Debug, Args)]
pub(crate) struct Detect {
    /// What to read.
    #[command(flatten)]
    pub(crate) input: Input,

    /// Name of the tenant in findings, instead of what the events say
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(crate) tenant: Option<String>,

    /// Go on with what this file remembers of earlier runs, if it exists, and keep it there
    #[arg(long, value_name = "FILE", help_heading = "Memory")]
    pub(crate) state: Option<PathBuf>,

    /// With --state: how far behind the last event of this run those of the next may begin and still
    /// count in their order
    #[arg(long, value_name = "SPAN", default_value = "1h", help_heading = "Memory")]
    pub(crate) lateness: Span,

    /// Learn from these earlier logs first, without findings: files, folders or globs
    #[arg(long, value_name = "PATH", help_heading = "Memory")]
    pub(crate) warm: Vec<PathBuf>,

    /// Know users and devices by the names of this table, CSV of `kind,id,name` with the kinds
    /// `user` and `device`
    #[arg(long, value_name = "FILE", help_heading = "Memory")]
    pub(crate) users: Option<PathBuf>,

    /// How much rules with memory may remember.
    #[command(flatten)]
    pub(crate) memory: Memory,

    /// Threads that match events [default: one a core]
    #[arg(long, value_name = "N", help_heading = "Input", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,

    /// What to look for.
    #[command(flatten)]
    pub(crate) rules: RuleSet,

    /// How to print findings: text, json, jsonl, sarif (2.1.0) or ocsf (1.5.0)
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: Format,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,

    /// Write what was read, rejected and found to this file, as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) summary: Option<PathBuf>,

    /// Print an incident report about one subject instead: `user:…`, `ip:…`, `session:…`, `token:…`
    /// or `client:…`, as text or json
    #[arg(long, value_name = "SUBJECT", help_heading = "Output")]
    pub(crate) timeline: Option<Whom>,

    /// Findings about one subject are one case until there are none for so long
    #[arg(long, value_name = "SPAN", default_value = "1h", help_heading = "Output")]
    pub(crate) case_gap: Span,

    /// Least level that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "low", help_heading = "Output")]
    pub(crate) fail_on: Level,
}

/// How much rules with memory may remember.
#[derive(Debug, Clone, Args)]
pub(crate) struct Memory {
    /// Remember that much, about; beyond it what was quiet longest is forgotten, which is said
    #[arg(long = "memory", value_name = "SIZE", default_value = "1GiB", help_heading = "Memory")]
    pub(crate) total: Size,

    /// Remember so many groups (users, sessions, addresses …) of one rule
    #[arg(long, value_name = "N", default_value = "2000000", help_heading = "Memory")]
    #[arg(value_parser = at_least_one)]
    pub(crate) rule_groups: usize,

    /// Remember so many events or values of one group
    #[arg(long, value_name = "N", default_value = "1000", help_heading = "Memory")]
    #[arg(value_parser = at_least_one)]
    pub(crate) group_values: usize,

    /// Sort that much in memory, the rest in a temporary file
    #[arg(long, value_name = "SIZE", default_value = "48MiB", help_heading = "Memory")]
    pub(crate) pending: Size,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number: &usize| *number > 0);
    number.ok_or_else(|| "expected a number above 0".to_owned())
}

/// `keyward find`
#[derive(Debug, Args)]
pub(crate) struct Find {
    /// An Okta filter expression, such as 'outcome.result eq "DENY"'
    pub(crate) expression: String,

    /// What to read.
    #[command(flatten)]
    pub(crate) input: Input,

    /// How to print events: as they stand, one a line (text, jsonl), or as one object (json)
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: ListFormat,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,

    /// Write what was read and rejected to this file, as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) summary: Option<PathBuf>,
}

/// What to read.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// Log files, folders, globs, or `-` for standard input: JSON in any arrangement or Okta's
    /// CSV export, plain, gzip or zstd
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,

    /// Skip events before this time: `2h`, `30d`, `2026-11-20` or RFC 3339
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub(crate) since: Option<When>,

    /// Skip events at this time and after
    #[arg(long, value_name = "TIME", help_heading = "Input")]
    pub(crate) until: Option<When>,

    /// Reject longer events
    #[arg(long, value_name = "SIZE", default_value = "16MiB", help_heading = "Input")]
    pub(crate) max_event_bytes: Size,
}

/// Most threads of a run; more only take memory.
const MAX_THREADS: usize = 256;

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MAX_THREADS);
    number.ok_or_else(|| format!("expected a number from 1 to {MAX_THREADS}"))
}

/// Where results go.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Output {
    /// Write results to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
}

/// How and where to print lists.
#[derive(Debug, Args)]
pub(crate) struct Print {
    /// How to print: text, json or jsonl
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub(crate) format: ListFormat,

    /// Where to print.
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A format for what is not findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
    /// One JSON object a line.
    Jsonl,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Command;

    #[test]
    fn the_command_line_is_consistent() {
        Command::command().debug_assert();
    }
}
