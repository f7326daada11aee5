//! `cargo xtask bench scan`: Keyward, other scanners, git and a floor, over the whole history of a repository
//! and over a folder.

mod contest;
mod floor;
mod folder;
mod history;
mod planted;
mod run;
mod text;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use source::git::{Repository, Selection};
use source::{Limits, Piece, Stop, Taker};

use self::contest::{Contestant, Subject, keyward, scanners};
use self::history::History;
use self::run::{Cost, run};
use super::Check;
use crate::repository;

/// How often those who need less than [`SLOW_S`] take turns.
const N_ROUNDS: usize = 5;

/// Who needs longer has one turn only, seconds.
const SLOW_S: f64 = 5.0;

/// Measures scanning a history or a folder of files; whether the targets were met.
pub(crate) fn scan(what: Option<&str>) -> Result<bool> {
    let folder = super::folder()?.join("scan");
    let history = History::build(&folder)?;
    let program = built()?;
    fs::write(folder.join("keyward.key"), "a key for measurements, which protects nothing\n")?;
    let checks = match what {
        None => [
            of_history(&history, &program, &folder)?,
            folder::measure_files(&history, &program, &folder)?,
        ]
        .concat(),
        Some("history") => of_history(&history, &program, &folder)?,
        Some("folders") => folder::measure_files(&history, &program, &folder)?,
        Some(word) => anyhow::bail!("`bench scan` has no part `{word}`"),
    };
    println!("\n{:<52} {:>12} {:>10}", "", "measured", "target");
    for check in &checks {
        println!("{}", check.line());
    }
    Ok(checks.iter().all(Check::is_met))
}

/// Keyward, built as it is shipped.
fn built() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--release", "--package", "keyward"])
        .current_dir(repository::root())
        .status()
        .context("failed to start cargo")?;
    ensure!(status.success(), "keyward does not build");
    let folder = super::folder()?;
    let target = folder.parent().context("no folder for builds")?;
    Ok(target.join("release").join(format!("keyward{}", std::env::consts::EXE_SUFFIX)))
}

fn of_history(history: &History, program: &Path, folder: &Path) -> Result<Vec<Check>> {
    let repository = history.path.display().to_string();
    let subject = Subject::History(&history.path);
    let myself = std::env::current_exe().context("failed to find this program")?;
    let inflate = [
        "-C",
        &repository,
        "cat-file",
        "--batch-all-objects",
        "--unordered",
        "--batch",
        "--buffer",
    ];
    let mut contestants = vec![
        keyward(program, subject, 1, folder),
        keyward(program, subject, 2, folder),
        Contestant::new(
            "git cat-file --batch-all-objects --unordered --batch",
            "git",
            &inflate,
            None,
        ),
    ];
    let inner = [
        ("floor: gix, nothing is looked at", "floor-alone"),
        ("the part of it that reads, nothing is looked at", "sweep-alone"),
    ];
    for (name, chore) in inner {
        for threads in ["1", "2"] {
            let words = ["bench", chore, &repository, threads];
            contestants.push(Contestant::new(
                &format!("{name}, {threads} thread(s)"),
                &myself,
                &words,
                None,
            ));
        }
    }
    let n_own = contestants.len();
    contestants.extend(scanners(subject, folder));
    let costs = measure(&contestants)?;
    print(&contestants, &costs, &history.values);
    let wall = |at: usize| costs[at].wall.as_secs_f64();
    let mut checks = vec![
        Check::at_most("the history over git inflating it", wall(1) / wall(2), 1.0),
        Check::at_most("the history over the floor, 2 threads", wall(1) / wall(4), 3.0),
        Check::at_most("the history over the floor, 1 thread", wall(0) / wall(3), 3.0),
        found(&contestants[1], history),
    ];
    checks.extend(against(&contestants, &costs, 1, n_own));
    Ok(checks)
}

/// Whether all that was planted is found.
#[expect(clippy::cast_precision_loss, reason = "there are few")]
fn found(contestant: &Contestant, history: &History) -> Check {
    let n_found = contestant.found(&history.values).unwrap_or_default();
    Check::at_least("planted credentials found", n_found as f64, history.values.len() as f64)
}

/// Keyward at one place against all scanners from another on.
fn against(contestants: &[Contestant], costs: &[Cost], ours: usize, theirs: usize) -> Vec<Check> {
    let own = costs[ours];
    let mut checks = Vec::new();
    for (contestant, cost) in contestants.iter().zip(costs).skip(theirs) {
        let times = cost.wall.as_secs_f64() / own.wall.as_secs_f64();
        checks.push(Check::at_least(format!("times faster than {}", contestant.name), times, 1.0));
        if contestant.name.starts_with("kingfisher") {
            let name = format!("memory of {}, times ours", contestant.name);
            checks.push(Check::at_least(name, cost.peak_mb / own.peak_mb, 1.0));
        }
    }
    checks
}

fn print(contestants: &[Contestant], costs: &[Cost], values: &[String]) {
    let head = ["wall s", "CPU s", "peak MB", "found"];
    println!(
        "\n{:<62} {:>9} {:>9} {:>9} {:>7}",
        "best of the rounds", head[0], head[1], head[2], head[3]
    );
    for (contestant, cost) in contestants.iter().zip(costs) {
        let found = contestant.found(values).map_or(String::new(), |found| found.to_string());
        let Cost { wall, processor, peak_mb } = cost;
        let (wall, processor) = (wall.as_secs_f64(), processor.as_secs_f64());
        println!("{:<62} {wall:>9.3} {processor:>9.2} {peak_mb:>9.0} {found:>7}", contestant.name);
    }
    println!("planted: {}", values.len());
}

/// Lets all take turns; the best of each.
fn measure(contestants: &[Contestant]) -> Result<Vec<Cost>> {
    let mut best: Vec<Option<Cost>> = vec![None; contestants.len()];
    for round in 0..N_ROUNDS {
        eprintln!("round {} of {N_ROUNDS}", round + 1);
        for (contestant, best) in contestants.iter().zip(&mut best) {
            if best.is_some_and(|best| best.wall.as_secs_f64() > SLOW_S) {
                continue;
            }
            let cost = run(&contestant.program, &contestant.words)?;
            *best = Some(best.map_or(cost, |best| best.best(cost)));
        }
    }
    best.into_iter().collect::<Option<_>>().context("nothing was measured")
}

/// Decodes a repository as gix does, for [`scan`].
pub(crate) fn floor_alone(repository: &str, threads: &str) -> Result<bool> {
    let bytes = floor::traverse(Path::new(repository), threads.parse()?)?;
    println!("{bytes}");
    Ok(true)
}

/// Reads a repository as a scan does, and looks at nothing, for [`scan`].
pub(crate) fn sweep_alone(repository: &str, threads: &str) -> Result<bool> {
    let repository = Repository::open(Path::new(repository))?;
    let limits = Limits { threads: threads.parse()?, ..Limits::default() };
    let taker = Counter::default();
    let account = repository.sweep(&Selection::All, &limits, &taker, &Stop::default());
    ensure!(account.unread_count == 0, "{:?}", account.unread);
    println!("{} {} {}", account.blobs, account.bytes, taker.0.into_inner());
    Ok(true)
}

/// Looks up where blobs stood, those whose ids a file lists; prints how long it took.
pub(crate) fn places_alone(repository: &str, list: &str, threads: &str) -> Result<bool> {
    let ids: Vec<String> = fs::read_to_string(list)?.lines().map(str::to_owned).collect();
    let limits = Limits { threads: threads.parse()?, ..Limits::default() };
    let begin = Instant::now();
    let repository = Repository::open(Path::new(repository))?;
    let places = repository.places(&ids, &limits, &Stop::default());
    let n_places: usize = places.values().map(Vec::len).sum();
    println!("{} ids, {n_places} places, {:.3} s", ids.len(), begin.elapsed().as_secs_f64());
    Ok(true)
}

/// Looks at the length of what it is given.
#[derive(Default)]
struct Counter(AtomicU64);

impl Taker for Counter {
    fn take(&self, piece: Piece<'_>) {
        self.0.fetch_add(piece.bytes.len() as u64, Ordering::Relaxed);
    }
}
