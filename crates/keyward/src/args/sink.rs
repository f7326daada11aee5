//! What may be asked about sinks.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use finding::{Kind, Level};
use sink::{Glob, Terms};

use crate::args::{Ahead, Print, Where};
use crate::console::Console;
use crate::{kept, known};

pub(crate) const SINK_HELP: &str = "\
Examples:
  keyward sink list
  keyward sink test oncall
  keyward sink dead
  keyward sink replay --sink oncall
  keyward sink resend 3f2a --sink oncall
  keyward sink silence add --rule 'okta_api_token_*' --until 4h --because 'tokens are rotated tonight'

Exit codes:
  0  done; of list and dead: nothing is wrong
  1  of list: a sink fails or has dead letters; of dead: there are some
  2  nothing was done: bad usage or configuration, no queue, or no such finding
  3  of test: the sink did not take it";

/// `keyward sink …`
#[derive(Debug, Subcommand)]
pub(crate) enum Sink {
    /// List sinks, where they lead, and how they do
    List(SinkList),
    /// Send a message that says it is a test, and show the answer
    Test(SinkTest),
    /// Tell of a finding again, under a key of its own
    Resend(SinkResend),
    /// List dead letters: messages that were given up
    Dead(SinkDead),
    /// Let dead letters wait again
    Replay(SinkLetters),
    /// Throw dead letters away
    Drop(SinkLetters),
    /// Keep some findings from being told for a time
    #[command(subcommand)]
    Silence(SinkSilence),
}

/// The configuration that names the sinks.
#[derive(Debug, Clone, Args)]
pub(crate) struct Named {
    /// The configuration
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "keyward.toml",
        help_heading = "Input"
    )]
    pub(crate) config: PathBuf,
}

/// `keyward sink list`
#[derive(Debug, Args)]
pub(crate) struct SinkList {
    /// Whose sinks.
    #[command(flatten)]
    pub(crate) named: Named,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward sink test`
#[derive(Debug, Args)]
pub(crate) struct SinkTest {
    /// Name of the sink in the configuration
    pub(crate) name: String,

    /// Whose sink.
    #[command(flatten)]
    pub(crate) named: Named,
}

/// `keyward sink resend`
#[derive(Debug, Args)]
pub(crate) struct SinkResend {
    /// Id of the finding, or as much of its beginning as tells it from others
    pub(crate) finding: String,

    /// Only this sink; several times for several [default: those that were told, else those that routes name]
    #[arg(long = "sink", value_name = "NAME")]
    pub(crate) sinks: Vec<String>,

    /// Whose sinks.
    #[command(flatten)]
    pub(crate) named: Named,
}

/// `keyward sink dead`
#[derive(Debug, Args)]
pub(crate) struct SinkDead {
    /// Only those of this sink
    #[arg(long, value_name = "NAME")]
    pub(crate) sink: Option<String>,

    /// Where the queue lies.
    #[command(flatten)]
    pub(crate) place: Where,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward sink replay` and `drop`
#[derive(Debug, Args)]
pub(crate) struct SinkLetters {
    /// Numbers of dead letters
    #[arg(value_name = "NUMBER", required_unless_present_any = ["sink", "all"])]
    pub(crate) numbers: Vec<u64>,

    /// All of this sink
    #[arg(long, value_name = "NAME", conflicts_with = "numbers")]
    pub(crate) sink: Option<String>,

    /// All of them
    #[arg(long, conflicts_with_all = ["numbers", "sink"])]
    pub(crate) all: bool,

    /// Where the queue lies.
    #[command(flatten)]
    pub(crate) place: Where,
}

/// `keyward sink silence …`
#[derive(Debug, Subcommand)]
pub(crate) enum SinkSilence {
    /// Begin a silence
    Add(SilenceAdd),
    /// List silences, and what they kept back
    List(SilenceList),
    /// End a silence before its time
    End(SilenceEnd),
}

/// `keyward sink silence add`
#[derive(Debug, Args)]
pub(crate) struct SilenceAdd {
    /// Why, for those who wonder
    #[arg(long, value_name = "TEXT")]
    pub(crate) because: String,

    /// Until when: `4h` from now, `2026-11-20` or RFC 3339
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Ahead,

    /// Who says so [default: the user of this machine]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,

    /// Which findings.
    #[command(flatten)]
    pub(crate) which: Which,

    /// Where the queue lies.
    #[command(flatten)]
    pub(crate) place: Where,
}

/// Which findings are meant: those to which all of it applies.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Which {
    /// Of rules with this name or id, with `*` and `?`; several times for several
    #[arg(long, value_name = "NAME", help_heading = "Findings")]
    rule: Vec<Glob>,

    /// Of tenants with this name
    #[arg(long, value_name = "NAME", help_heading = "Findings")]
    tenant: Vec<Glob>,

    /// About this user, address, client, token, session or device
    #[arg(long, value_name = "NAME", help_heading = "Findings")]
    subject: Vec<Glob>,

    /// Of this kind: detection, leak, privilege or posture
    #[arg(long, value_name = "KIND", help_heading = "Findings", value_parser = kind)]
    kind: Vec<Kind>,

    /// Of this level or below
    #[arg(long, value_name = "LEVEL", help_heading = "Findings")]
    up_to: Option<Level>,

    /// Every finding
    #[arg(long, help_heading = "Findings")]
    everything: bool,
}

impl Which {
    /// Fails if a rule or a tenant is named that there is not. What is not known cannot be told from a typing mistake.
    pub(crate) fn check(&self, place: &Where, console: Console) -> anyhow::Result<()> {
        let Some(config) = known::config(place) else { return Ok(()) };
        let store = kept::findings(place, console).ok();
        let store = store.map(|path| archive::Findings::open(&path)).transpose()?;
        for rule in &self.rule {
            known::check_rule(&config, store.as_ref(), &rule.to_string(), |name| rule.is(name))?;
        }
        for tenant in &self.tenant {
            let asked = tenant.to_string();
            known::check_tenant(&config, store.as_ref(), &asked, |name| tenant.is(name))?;
        }
        Ok(())
    }

    /// As the queue keeps it.
    pub(crate) fn terms(&self) -> Terms {
        Terms {
            level: None,
            up_to: self.up_to,
            kinds: self.kind.clone(),
            tenants: self.tenant.clone(),
            rules: self.rule.clone(),
            subjects: self.subject.clone(),
        }
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == text);
    found.ok_or_else(|| "expected detection, leak, privilege or posture".to_owned())
}

/// `keyward sink silence list`
#[derive(Debug, Args)]
pub(crate) struct SilenceList {
    /// Those that are over as well
    #[arg(long)]
    pub(crate) all: bool,

    /// Where the queue lies.
    #[command(flatten)]
    pub(crate) place: Where,

    /// How and where to print.
    #[command(flatten)]
    pub(crate) print: Print,
}

/// `keyward sink silence end`
#[derive(Debug, Args)]
pub(crate) struct SilenceEnd {
    /// Its number
    pub(crate) number: u64,

    /// Where the queue lies.
    #[command(flatten)]
    pub(crate) place: Where,
}
