//! `keyward run`: collect from tenants, keep what comes, and detect as it comes, until told to stop.
//!
//! ```text
//!  collector, back-fill, sweep of each tenant ─┐
//!  receivers ──────────────────────────────────┴─▶ intake ─▶ detection ─▶ findings ─▶ sinks
//!  reload of rules ────────────────────────────────────────────▲
//! ```
//!
//! Everything that runs is a task that is told to stop and then ends; the intake is closed after the last of them.

mod backfill;
mod checkpoint;
mod collector;
pub(crate) mod condition;
pub(crate) mod deliver;
mod detection;
mod doubt;
pub(crate) mod guides;
mod keeping;
mod learning;
mod listen;
mod logs;
mod metrics;
mod outlet;
mod places;
mod pushed;
pub(crate) mod rules;
mod sight;
mod statement;
mod stock;
pub(crate) mod stop;
mod sweep;
mod tamper;
mod tasks;
mod tenants;
#[cfg(test)]
mod tests;
mod watching;

use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Context;
use archive::{Intake, RealDisk, Settings};
use jiff::Timestamp;

use self::condition::Condition;
use self::deliver::Delivering;
use self::guides::Guides;
use self::learning::Learning;
use self::listen::Listener;
use self::logs::Log;
use self::metrics::Metrics;
use self::places::Places;
use self::pushed::Pushed;
use self::rules::{Reload, Rules};
use self::stop::stopping;
use self::tasks::{Tasks, until_told};
use self::tenants::Collecting;
use self::watching::Watching;
use crate::args::Run;
use crate::config::{self, Config};
use crate::connect;
use crate::console::Console;
use crate::exit::Exit;

/// Runs until told to stop.
pub(crate) fn run(args: &Run, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let config = config::load(&args.config, console)?;
    let log = logs::begin(&config.log)?;
    let ended = run_with(args, &config, console, now, &log);
    log.end();
    ended
}

fn run_with(
    args: &Run,
    config: &Config,
    console: Console,
    now: Timestamp,
    log: &Log,
) -> anyhow::Result<Exit> {
    let rules = Rules::load(&config.detect)?;
    if args.check {
        return check(config, console);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("failed to begin threads")?;
    runtime.block_on(run_all(config, rules, console, now, log))
}

/// Reads every credential, and speaks to nobody.
fn check(config: &Config, console: Console) -> anyhow::Result<Exit> {
    let outbound = connect::outbound(&config.outbound)?;
    for tenant in &config.tenants {
        connect::tenant(tenant, &outbound)?;
    }
    connect::outlets(config)?;
    listen::settings(config)?;
    for doubt in doubt::of_sinks(config) {
        console.warn(doubt);
    }
    console.note(|out| writeln!(out, "The configuration can be used."));
    Ok(Exit::Clean)
}

async fn run_all(
    config: &Config,
    rules: Rules,
    console: Console,
    now: Timestamp,
    log: &Log,
) -> anyhow::Result<Exit> {
    private_folder(&config.data)?;
    let intake = open_intake(config)?;
    let outbound = connect::outbound(&config.outbound)?;
    let (stopper, stop) = stopping();
    say_beginning(config, &rules);
    let (guides, learning) = (Guides::of_rules(&rules), Learning::of(&rules));
    let delivering = Delivering::begin(config, guides.clone(), stopper.clone())?;
    let watching = Watching::begin(config, &intake, rules, console.color(), stopper.clone())?;
    let mut tasks = Tasks::new();
    let collecting = Collecting {
        intake: &intake,
        outbound: &outbound,
        stop: &stop,
        account: watching.account.clone(),
        now,
        learning,
        logs: RefCell::default(),
    };
    let conditions = collect(config, &collecting, &mut tasks)?;
    stock::begin(config, &intake, &outbound, &stop, &mut tasks)?;
    let metrics = Metrics {
        intake: intake.clone(),
        conditions: conditions.clone(),
        account: watching.account.clone(),
        sinks: delivering.sinks(config),
        log: log.clone(),
    };
    let listener = Listener::open(config, &intake, Arc::new(metrics), &stop).await?;
    tasks.add("listener".to_owned(), listener.run());
    let mut detect_with = watching.reloading();
    let give = move |rules| {
        guides.take(&rules);
        detect_with(rules);
    };
    let reload = Reload::new(&config.detect, &stop, give);
    let is_stale = reload.staleness();
    tasks.add("reload".to_owned(), reload.run());
    let pushed = Pushed::new(config, &conditions, &watching.account, &intake, &stop, now);
    tasks.add("watch over what is pushed".to_owned(), pushed.run());
    tasks.add("watch over what is kept".to_owned(), Places::of(config, &stop).run());
    tasks.add("signals".to_owned(), until_told(stopper.clone(), stop.clone()));
    let is_whole = tasks.join(&stopper, &stop).await;
    let account = watching.account.clone();
    let is_examined = tokio::task::block_in_place(|| close(watching, &intake));
    // What detection found last is told as well.
    let is_told = tokio::task::block_in_place(|| delivering.end());
    let is_stale = is_stale.load(Ordering::Relaxed);
    for source in statement::sources(&conditions, account.reports(Timestamp::now())) {
        source.log();
    }
    if is_stale {
        tracing::error!("older rules were in use at the end: their files cannot be used");
    }
    Ok(ended(&conditions, is_whole && is_examined && is_told && !is_stale))
}

/// Lets detection save what it remembers, and closes the intake; whether everything could be examined that was looked at.
fn close(watching: Watching, intake: &Intake) -> bool {
    let account = watching.account.clone();
    let is_saved = watching.end().is_ok();
    intake.close();
    let seen = account.seen();
    if let Some(saved) = seen.saved {
        let (examined, kept) = (saved.position.0, intake.end().0);
        tracing::info!(examined, kept, "batches that were examined; the next start goes on there");
    }
    if seen.unprinted > 0 {
        tracing::error!(count = seen.unprinted, "findings were not printed; the store has them");
    }
    is_saved && seen.lost_frames == 0 && seen.unprinted == 0
}

fn say_beginning(config: &Config, rules: &Rules) {
    tracing::info!(
        rules = rules.n_running(),
        idle = rules.n_idle(),
        tenants = config.tenants.len(),
        data = %config.data.display(),
        "keyward runs"
    );
}

/// Begins to collect from every tenant that is polled.
fn collect(
    config: &Config,
    collecting: &Collecting<'_>,
    tasks: &mut Tasks,
) -> anyhow::Result<Vec<Condition>> {
    let mut conditions = Vec::new();
    for tenant in &config.tenants {
        let condition = Condition::new(tenant.source());
        if tenant.poll.enabled {
            collecting.begin(tenant, &condition, tasks)?;
        }
        conditions.push(condition);
    }
    Ok(conditions)
}

/// How the run ended: silence proves nothing about a tenant that was out of sight at the end.
fn ended(conditions: &[Condition], is_whole: bool) -> Exit {
    let mut exit = if is_whole { Exit::Clean } else { Exit::Partial };
    for condition in conditions {
        if let Some(why) = condition.state().trouble() {
            tracing::error!(tenant = condition.source.tenant, "not watched at the end: {why}");
            exit = Exit::Partial;
        }
        let rejected = condition.state().rejected;
        if rejected > 0 {
            let tenant = &condition.source.tenant;
            tracing::error!(tenant, rejected, "events that came could not be read");
            exit = Exit::Partial;
        }
    }
    tracing::info!(exit = exit.code(), "stopped");
    exit
}

fn open_intake(config: &Config) -> anyhow::Result<Intake> {
    let folder = config.intake_folder();
    let failed = || format!("failed to open the intake in `{}`", folder.display());
    let disk = RealDisk::at(folder.clone()).with_context(failed)?;
    let settings = Settings {
        index_bytes: config.intake.memory_bytes,
        keep: config.intake.keep,
        ..Settings::default()
    };
    let intake = Intake::open(Arc::new(disk), settings).with_context(failed)?;
    let opened = intake.opened();
    if opened.cut_bytes > 0 {
        tracing::info!(
            bytes = opened.cut_bytes,
            "what was being written at the last end was cut; nobody was told it was kept"
        );
    }
    for damaged in &opened.damaged {
        tracing::error!("part of the intake cannot be read: {}", outbound::chain(damaged));
    }
    Ok(intake)
}

/// The folder of everything that is kept, for the owner alone.
pub(crate) fn private_folder(path: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).with_context(|| format!("failed to make the folder `{}`", path.display()))
}
