//! `keyward scan`: leaked credentials in files, archives and git history.

pub(crate) mod baseline;
mod deliver;
mod explain;
pub(crate) mod found;
mod history;
mod ignore;
mod interrupt;
pub(crate) mod key;
mod looker;
mod neighbors;
mod plan;
mod position;
mod resume;
mod sight;
mod summary;
pub(crate) mod tell;

use std::collections::HashSet;
use std::env;
use std::num::NonZeroUsize;
use std::panic;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use anyhow::{Context, bail};
use finding::Finding;
use jiff::Timestamp;
use leak::Scanner;
use source::git::Repository;
use source::{Account, Limits, Stop, Why, files, git};

use self::found::{Findings, Telling};
use self::looker::{Held, Looker, Looking};
use self::plan::Planner;
use self::resume::Resume;
pub(crate) use self::summary::{Summary, why};
use crate::args::{Scan, VerifyMode};
use crate::console::Console;
use crate::exit::Exit;
use crate::input::Progress;
use crate::output::spare_files;
use crate::verify::Verifier;

/// Looks through what was asked for and prints what is found.
pub(crate) fn run(args: &Scan, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    if let Some(kind) = &args.explain {
        return explain::run(kind, args.telling.format, &args.telling.output, console);
    }
    spare(args)?;
    Planner::check(args)?;
    let verifying = &args.verifying;
    if verifying.mode == Some(VerifyMode::Offline) && !verifying.logs.is_empty() {
        bail!("`--verify offline` matches no token; `--logs` is for admin and live");
    }
    let verifier = Verifier::open(verifying, &args.paths, console)?;
    let desk = tell::Desk::open(&args.telling, console, now)?;
    let resume = resume(args)?;
    let stop = Stop::default();
    interrupt::watch(&stop)?;
    tell_of_faults(console);

    let scanner = Scanner::new();
    let telling = Telling {
        key: desk.kept.key.clone(),
        shows: args.telling.show_secrets,
        keeps: verifier.is_some(),
    };
    let progress = console.shows_progress().then(Progress::to_come);
    let looking = Looking {
        scanner: &scanner,
        telling: &telling,
        now,
        disregards_ignores: args.telling.disregard_ignores,
        resume: resume.as_ref(),
        progress: progress.as_ref(),
    };
    let mut summary = Summary::default();
    let mut findings = Findings::default();
    if args.plan {
        findings.make_plans();
    }
    if verifier.is_some() {
        findings.keep_suspects();
    }
    let found = look(args, looking, &stop, &mut findings, &mut summary);
    if let Some(progress) = &progress {
        progress.finish();
    }
    let mut found = found?;
    summary.stopped_early = stop.is_set();
    if let Some(resume) = &resume {
        if summary.stopped_early { resume.save(&summary.account)? } else { resume.delete()? }
    }
    if let Some(verifier) = &verifier {
        let mut suspects = findings.take_suspects();
        let told = found.iter().filter(|finding| desk.tells(finding));
        let told: HashSet<_> = told.map(|one| (one.case.clone(), one.rule.id.clone())).collect();
        suspects.retain(|key, _| told.contains(key));
        summary.verification = Some(verifier.run(&suspects, &mut found));
    }
    match findings.into_plans() {
        None => desk.tell(found, summary),
        Some(plans) => {
            let planner = Planner::new(plans, args.telling.format);
            desk.tell_by(Box::new(planner), found, summary)
        }
    }
}

/// Has a fault of ours say where it is and nothing else: what it was about may be a credential.
fn tell_of_faults(console: Console) {
    panic::set_hook(Box::new(move |fault| {
        let at = fault.location().map(|at| format!(", at {}:{}", at.file(), at.line()));
        console.warn(format_args!("a fault in keyward{}", at.unwrap_or_default()));
    }));
}

/// Everything that was asked for, one source after the other.
fn look(
    args: &Scan,
    looking: Looking<'_>,
    stop: &Stop,
    findings: &mut Findings,
    summary: &mut Summary,
) -> anyhow::Result<Vec<Finding>> {
    let limits = limits(args);
    let since = args.since.map(|since| since.resolve(looking.now));
    let seconds = since.map(Timestamp::as_second);
    let selected = seconds.map_or(git::Selection::All, git::Selection::Since);
    let mut all = Vec::new();
    if !args.paths.is_empty() {
        let looker = Looker::new(looking);
        let selection = files::Selection { since: since.map(Into::into) };
        let mut account = files::sweep(&args.paths, &selection, &limits, &looker, stop);
        if !stop.is_set() {
            miss_nothing(&args.paths, &mut account);
        }
        summary.account.add(account);
        let mut held = take(looker, summary);
        neighbors::join_files(&mut held);
        all.extend(sight::in_files(held, findings));
    }
    for path in &args.git {
        let looker = Looker::new(looking);
        let Some(repository) = open(path, summary) else { continue };
        summary.account.add(repository.sweep(&selected, &limits, &looker, stop));
        let held = take(looker, summary);
        let ends = (&limits, stop);
        all.extend(history::findings(held, path, &repository, ends, findings));
    }
    if args.staged {
        let looker = Looker::new(looking);
        summary.account.add(staged(&limits, &looker, stop)?);
        let mut held = take(looker, summary);
        neighbors::join_files(&mut held);
        all.extend(sight::in_files(held, findings));
    }
    Ok(all)
}

/// Notes paths below which there was no file to examine: silence about them proves nothing.
fn miss_nothing(paths: &[PathBuf], account: &mut Account) {
    let is_known = |why: &Why| matches!(why, Why::Older | Why::Known);
    let is_nothing = account.files + account.unread_count == 0;
    if is_nothing && !account.skipped.keys().any(is_known) {
        for path in paths {
            account.miss(path.display().to_string(), Why::Missing, "there is no file to examine");
        }
    }
}

/// Hands over what is about to be committed in the repository around the current folder.
///
/// Fails when there is none: a hook that looked at nothing must not pass.
fn staged(limits: &Limits, looker: &Looker<'_>, stop: &Stop) -> anyhow::Result<Account> {
    let repository = Repository::open(Path::new("."))?;
    // Git tells hooks so which index it is about to commit, as under `git commit FILE`.
    let index = env::var_os("GIT_INDEX_FILE").map(PathBuf::from);
    Ok(repository.staged(index.as_deref(), limits, looker, stop)?)
}

/// What a looker found; what it noted beside that goes to the account.
fn take(looker: Looker<'_>, summary: &mut Summary) -> Held {
    let mut held = looker.into_held();
    summary.account.add(std::mem::take(&mut held.account));
    summary.unexamined.add(held.unexamined);
    summary.partly.append(&mut held.partly);
    summary.beyond += held.n_beyond;
    summary.untold.by_comments += held.n_ignored;
    held
}

/// The repository at a path. One that cannot be opened is noted.
fn open(path: &Path, summary: &mut Summary) -> Option<Repository> {
    let name = path.display().to_string();
    match Repository::open(path) {
        Ok(repository) => Some(repository),
        Err(error) => {
            let error = anyhow::Error::from(error);
            summary.account.miss(name, Why::Failed, format!("{error:#}"));
            None
        }
    }
}

fn limits(args: &Scan) -> Limits {
    let cores = || available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let default = Limits::default();
    let file_bytes = args.max_file_bytes.map(|size| size.bytes as u64);
    Limits {
        threads: args.threads.unwrap_or_else(cores).get(),
        file_bytes: file_bytes.unwrap_or(default.file_bytes),
        blob_bytes: file_bytes.unwrap_or(default.blob_bytes),
        hidden: args.hidden,
        ignores: !args.no_ignore,
        ..default
    }
}

fn resume(args: &Scan) -> anyhow::Result<Option<Resume>> {
    let rules = || format!("{} {}", env!("CARGO_PKG_VERSION"), catalog::credentials().len());
    args.resume.as_deref().map(|path| Resume::open(path, &rules())).transpose()
}

/// Fails when a file of results is one that is to be read, or two of them are one.
fn spare(args: &Scan) -> anyhow::Result<()> {
    let telling = &args.telling;
    let files = [
        telling.output.output.as_deref(),
        telling.summary.as_deref(),
        telling.write_baseline.as_deref(),
        args.resume.as_deref(),
    ];
    let is_file = |path: &&Path| path.is_file();
    let read = args.paths.iter().chain(&args.verifying.logs);
    let read = read.map(AsRef::as_ref).filter(is_file);
    let key = telling.key_file.as_deref();
    spare_files(&files, read.chain(key)).context("nothing was read")
}
