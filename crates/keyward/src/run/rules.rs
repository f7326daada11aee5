//! The rules of a running program: loaded whole or not at all, watched, and loaded again when their files change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};
use detect::{Admins, Detector, Scope, Settings};
use event::Aliases;
use tokio::time::sleep;

use super::stop::Stop;
use crate::config::Detection;
use crate::pack::BUILTIN;
use crate::ruleset::files::read_text;
use crate::ruleset::{self, Loaded};

/// How often the files are looked at.
const LOOKED_AT: Duration = Duration::from_secs(3);

/// Rules, lists and names, ready to be run.
#[derive(Debug)]
pub(crate) struct Rules {
    loaded: Loaded,
    names: Aliases,
}

impl Rules {
    /// Loads everything. Fails if any of it cannot be used, with every reason.
    pub(crate) fn load(detection: &Detection) -> anyhow::Result<Self> {
        let loaded = ruleset::load(&detection.rules)?;
        let faults = loaded.unusable();
        if !faults.is_empty() {
            let each = faults.iter().map(|fault| format!("{}: {}", fault.path, fault.why));
            bail!("rules that cannot be used: {}", each.collect::<Vec<_>>().join("; "));
        }
        let names = detection.users.as_deref().map(names).transpose()?.unwrap_or_default();
        let rules = Self { loaded, names };
        rules.check_fed()?;
        Ok(rules)
    }

    /// Fails if a rule refers to another that is not there.
    fn check_fed(&self) -> anyhow::Result<()> {
        let detector = Detector::of(&self.loaded.rules, Scope::default());
        let Some(unfed) = detector.unfed().first() else { return Ok(()) };
        bail!("the rule `{}` refers to `{}`, which is not there", unfed.rule, unfed.source)
    }

    /// What finds in the events of a tenant, under its name in the configuration.
    pub(crate) fn detector(&self, tenant: &str) -> Arc<Detector> {
        let scope = Scope { tenant: Some(tenant.to_owned()), ..Scope::default() };
        Arc::new(Detector::of(&self.loaded.rules, scope).with_aliases(self.names.clone()))
    }

    /// Who is an administrator, as far as lists say.
    pub(crate) fn admins(&self) -> Admins {
        Admins::of(&self.loaded.lists)
    }

    /// How much may be remembered of one tenant. The seed only spreads what is kept in tables.
    pub(crate) fn settings(&self, detection: &Detection, seed: u64) -> Settings {
        Settings {
            total_bytes: detection.memory_bytes,
            rule_groups: detection.rule_groups,
            group_values: detection.group_values,
            seed,
            admins: self.admins(),
        }
    }

    /// All rules, those included that do not run.
    pub(crate) fn all(&self) -> impl Iterator<Item = &rule::Rule> {
        self.loaded.rules.iter()
    }

    /// How many rules raise findings.
    pub(crate) fn n_running(&self) -> usize {
        let runs = |rule: &&rule::Rule| rule.not_runnable.is_none() && rule.alerts;
        self.loaded.rules.iter().filter(runs).count()
    }

    /// Rules that cannot be run as they are, since nobody filled their placeholders, say.
    pub(crate) fn n_idle(&self) -> usize {
        self.loaded.rules.iter().filter(|rule| rule.not_runnable.is_some()).count()
    }
}

/// The names of users and devices.
fn names(path: &Path) -> anyhow::Result<Aliases> {
    let text = read_text(path).map_err(|why| anyhow::anyhow!("{why}"));
    let text = text.with_context(|| format!("failed to read `{}`", path.display()))?;
    Aliases::parse(&text).map_err(|bad| match bad.first() {
        Some(first) => anyhow::anyhow!("`{}` is no table of names: {first}", path.display()),
        None => anyhow::anyhow!("`{}` is no table of names", path.display()),
    })
}

/// Loads rules again when their files change, or when somebody asks for it.
pub(crate) struct Reload<F> {
    detection: Detection,
    stop: Stop,
    /// Gives fresh rules to whoever detects.
    give: F,
    known: Stamps,
    /// Whether the files could not be used when they were loaded last, so that older rules are in use.
    is_stale: Arc<AtomicBool>,
}

/// What tells files from what they were before: their size, and when they were changed.
type Stamps = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

impl<F: FnMut(Rules) + Send> Reload<F> {
    pub(crate) fn new(detection: &Detection, stop: &Stop, give: F) -> Self {
        let known = stamps(detection);
        Self {
            detection: detection.clone(),
            stop: stop.clone(),
            give,
            known,
            is_stale: Arc::default(),
        }
    }

    /// Whether older rules are in use than those in the files, now and later.
    pub(crate) fn staleness(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_stale)
    }

    /// Watches until it is time to stop.
    pub(crate) async fn run(mut self) {
        let mut hangups = Hangups::new();
        while let Some(is_asked) = self.stop.or(asked(&mut hangups)).await {
            let now = stamps(&self.detection);
            if is_asked || now != self.known {
                self.known = now;
                self.reload().await;
            }
        }
    }

    /// Loads and gives on what can be used; else the old rules stay.
    async fn reload(&mut self) {
        let detection = self.detection.clone();
        let loaded = tokio::task::spawn_blocking(move || Rules::load(&detection)).await;
        self.is_stale.store(!matches!(loaded, Ok(Ok(_))), Ordering::Relaxed);
        match loaded {
            Ok(Ok(rules)) => {
                tracing::info!(rules = rules.n_running(), "rules were loaded again");
                (self.give)(rules);
            }
            Ok(Err(error)) => tracing::error!("the old rules stay in use: {error:#}"),
            Err(error) => tracing::error!("the old rules stay in use: loading failed: {error}"),
        }
    }
}

/// Waits for the next look; whether somebody asked for it.
async fn asked(hangups: &mut Hangups) -> bool {
    tokio::select! {
        () = hangups.next() => true,
        () = sleep(LOOKED_AT) => false,
    }
}

/// SIGHUP, where there is one.
pub(super) struct Hangups {
    #[cfg(unix)]
    signals: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    #[cfg(unix)]
    pub(super) fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};

        let signals = signal(SignalKind::hangup());
        let signals = signals.inspect_err(|error| tracing::warn!("SIGHUP is not heard: {error}"));
        Self { signals: signals.ok() }
    }

    #[cfg(not(unix))]
    pub(super) fn new() -> Self {
        Self {}
    }

    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signals) = &mut self.signals {
            signals.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// All files that the rules come from, as they are now. One that cannot be looked at has the size zero and no time.
fn stamps(detection: &Detection) -> Stamps {
    let mut stamps = Stamps::new();
    let users = detection.users.as_deref();
    for path in detection.rules.files().chain(users).filter(|path| *path != Path::new(BUILTIN)) {
        add_stamps(path, &mut stamps);
    }
    stamps
}

fn add_stamps(path: &Path, stamps: &mut Stamps) {
    let about = std::fs::metadata(path);
    let is_folder = about.as_ref().is_ok_and(std::fs::Metadata::is_dir);
    let stamp = about.map_or((0, None), |about| (about.len(), about.modified().ok()));
    stamps.insert(path.to_owned(), stamp);
    if is_folder {
        let below = std::fs::read_dir(path).into_iter().flatten().flatten();
        below.for_each(|entry| add_stamps(&entry.path(), stamps));
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::args::RuleSet;
    use crate::run::stop::stopping;

    const RULE: &str = "\
title: Session Started
id: 3c1f1b7e-0000-4000-8000-00000000000a
status: test
logsource: {product: okta, service: okta}
detection:
  start: {eventType: user.session.start}
  condition: start
level: low
";

    fn detection(folder: &Path) -> Detection {
        Detection {
            rules: RuleSet { rules: vec![folder.to_owned()], ..RuleSet::default() },
            users: None,
            lateness: Duration::ZERO,
            memory_bytes: 1 << 20,
            pending_bytes: 1 << 20,
            rule_groups: 10,
            group_values: 10,
            save_every: Duration::from_secs(1),
        }
    }

    /// How many rules run after a file was written; `None` if the old ones stay.
    async fn after(name: &str, text: &str) -> Option<usize> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.yml"), RULE).unwrap();
        let (_stopper, stop) = stopping();
        let mut given = None;
        let reload = Reload::new(&detection(folder.path()), &stop, |rules: Rules| {
            given = Some(rules.n_running());
        });
        fs::write(folder.path().join(name), text).unwrap();
        let staleness = reload.staleness();
        tokio::select! {
            () = reload.run() => {}
            () = sleep(LOOKED_AT * 5) => {}
        }
        assert_eq!(staleness.load(Ordering::Relaxed), given.is_none());
        given
    }

    #[tokio::test(start_paused = true)]
    async fn rules_are_loaded_again_when_their_files_change() {
        let second = RULE.replace("00000000000a", "00000000000b").replace("Started", "Begun");
        assert_eq!(after("b.yml", &second).await, Some(2));
        assert_eq!(after("b.yml", "title: [").await, None);
    }
}
