//! Whether leaked credentials are live, which ones they are, what they allow, and what was done with them.
//!
//! ```text
//!  Suspects ─▶ home ─▶ lists of our tenants ─▶ one use, where it was asked for ─▶ Outcome in each finding
//!               │            └── every request in the Account ──┘      └─▶ blast radius, exposure
//!               └── a host that is neither a provider's nor named by a person is never asked
//! ```

mod account;
mod asker;
mod blast;
mod candidates;
mod clue;
mod exposed;
mod home;
mod lists;
mod logs;
mod session;
mod suspect;
mod trying;
mod verdict;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use catalog::Status;
use finding::{BlastRadius, Exposure, Finding, Token, Verification};
use outbound::{Outbound, Settings};
use tokio::runtime::Runtime;

pub(crate) use self::account::Account;
use self::asker::Asker;
pub(crate) use self::blast::blast_radius;
use self::home::Watched;
use self::logs::Logs;
pub(crate) use self::session::SessionUse;
pub(crate) use self::suspect::{Suspects, add};
use crate::args::{VerifyMode, Verifying};
use crate::config::{self, Config};
use crate::connect;
use crate::console::Console;

/// The configuration that is read when nothing names another.
const USUAL: &str = "keyward.toml";

/// What came of one credential.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    /// Whether it is live.
    pub(crate) verification: Verification,
    /// Which one it is.
    pub(crate) token: Option<Token>,
    /// Which it may be.
    pub(crate) candidates: Vec<Token>,
    /// What it allows.
    pub(crate) blast_radius: Option<BlastRadius>,
    /// What was done with it.
    pub(crate) exposure: Option<Exposure>,
    /// The tenant of ours that it is of beyond doubt, by its place in the configuration.
    home: Option<usize>,
    /// Whether it was refused, and so is none of the tokens that it might have been.
    is_none_listed: bool,
    /// Whether it could have been asked about and was not, or there was no answer.
    is_undone: bool,
}

impl Outcome {
    fn new(mode: VerifyMode, status: Status, why: impl Into<String>) -> Self {
        let (mode, status) = (mode.name().to_owned(), status.name().to_owned());
        let verification = Verification { mode, status, why: why.into(), ..Default::default() };
        Self { verification, ..Self::default() }
    }
}

/// Everything that is needed to ask, opened before anything is examined: what is wrong is told before anybody is asked.
pub(crate) struct Verifier<'a> {
    args: &'a Verifying,
    mode: VerifyMode,
    outbound: Outbound,
    watched: Vec<Watched>,
    logs: Logs,
    runtime: Runtime,
    console: Console,
}

impl<'a> Verifier<'a> {
    /// Reads the configuration, if one is needed, with the credentials of its tenants, and opens logs. `paths` are those that are
    /// examined. `None` where nothing is to be verified.
    pub(crate) fn open(
        args: &'a Verifying,
        paths: &[PathBuf],
        console: Console,
    ) -> anyhow::Result<Option<Self>> {
        let Some(mode) = args.mode else { return Ok(None) };
        let path = match (&args.config, mode) {
            (Some(path), _) => Some(path.as_path()),
            (None, VerifyMode::Admin) => Some(Path::new(USUAL)),
            (None, _) => None,
        };
        if mode == VerifyMode::Offline && !args.hosts.is_empty() {
            bail!("`--verify offline` asks no host; `--verify-host` is for admin and live");
        }
        let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
        if paths.iter().any(is_stdin) && args.logs.iter().any(is_stdin) {
            bail!("standard input is examined; `--logs -` has to be a file");
        }
        let config = path.map(|path| config::load(path, console)).transpose()?;
        let asks = config.as_ref().filter(|_| mode > VerifyMode::Offline);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("failed to begin a thread")?;
        Ok(Some(Self {
            args,
            mode,
            outbound: outbound(config.as_ref())?,
            watched: asks.map(watched).transpose()?.unwrap_or_default(),
            logs: Logs::open(&args.logs, asks)?,
            runtime,
            console,
        }))
    }

    /// Verifies what was found, and writes what came of it into the findings. What fails is in the account.
    pub(crate) fn run(&self, suspects: &Suspects, findings: &mut [Finding]) -> Account {
        let mut asker = Asker::new(self);
        let outcomes = self.runtime.block_on(asker.ask(suspects));
        for finding in findings {
            let key = (finding.case.clone(), finding.rule.id.clone());
            let Some(credential) = finding.credential.as_deref_mut() else { continue };
            let Some(outcome) = outcomes.get(&key) else { continue };
            let Outcome { verification, token, candidates, blast_radius, exposure, .. } =
                outcome.clone();
            credential.verification = Some(verification);
            (credential.token, credential.candidates) = (token, candidates);
            (credential.blast_radius, credential.exposure) = (blast_radius, exposure);
        }
        asker.into_account()
    }
}

/// The tenants of a configuration. One whose credential cannot be read ends the run: whoever asks for it has to know.
fn watched(config: &Config) -> anyhow::Result<Vec<Watched>> {
    let outbound = connect::outbound(&config.outbound)?;
    let tenants = config.tenants.iter();
    let watched =
        tenants.map(|one| Ok(Watched::new(one.name.clone(), connect::tenant(one, &outbound)?)));
    watched.collect()
}

/// The way to hosts that a text named: short answers, soon, never in a private network unless the configuration allows it.
fn outbound(config: Option<&Config>) -> anyhow::Result<Outbound> {
    if let Some(config) = config {
        return connect::outbound_for_strangers(&config.outbound);
    }
    let settings = Settings {
        total_timeout: connect::STRANGER_TIMEOUT,
        max_body: connect::STRANGER_BYTES,
        ..Settings::default()
    };
    Outbound::new(&settings).context("failed to set up the way out")
}
