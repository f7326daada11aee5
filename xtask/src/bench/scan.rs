//! `cargo xtask bench scan`: Keyward, other scanners, git and a floor over the whole history of a repository.

mod contest;
mod floor;
mod history;
mod planted;
mod run;
mod text;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, ensure};
use source::git::{Repository, Selection};
use source::{Limits, Piece, Stop, Taker};

use self::contest::{Contestant, scanners};
use self::history::History;
use self::run::{Cost, run};
use super::folder;

/// How often those who need less than [`SLOW_S`] take turns.
const N_ROUNDS: usize = 5;

/// Who needs longer has one turn only, seconds.
const SLOW_S: f64 = 20.0;

/// Measures scanning a history; whether the targets were met.
pub(crate) fn history(folder_of_history: Option<&str>) -> Result<bool> {
    let folder = match folder_of_history {
        Some(folder) => PathBuf::from(folder),
        None => folder()?.join("scan"),
    };
    let history = History::build(&folder)?;
    let repository = history.path.display().to_string();
    let myself = std::env::current_exe().context("failed to find this program")?;
    let mut contestants = vec![Contestant::new(
        "git cat-file --batch-all-objects --unordered --batch",
        "git",
        &[
            "-C",
            &repository,
            "cat-file",
            "--batch-all-objects",
            "--unordered",
            "--batch",
            "--buffer",
        ],
        None,
    )];
    for (name, chore) in [
        ("floor: gix, nothing is looked at", "floor-alone"),
        ("Keyward's reader, nothing is looked at", "sweep-alone"),
    ] {
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
    contestants.extend(scanners(&history.path, &folder));
    let costs = measure(&contestants)?;
    println!(
        "\n{:<62} {:>9} {:>9} {:>9} {:>7}",
        "best of the rounds", "wall s", "CPU s", "peak MB", "found"
    );
    for (contestant, cost) in contestants.iter().zip(&costs) {
        let found =
            contestant.found(&history.values).map_or(String::new(), |found| found.to_string());
        let Cost { wall, processor, peak_mb } = cost;
        println!(
            "{:<62} {:>9.3} {:>9.2} {peak_mb:>9.0} {found:>7}",
            contestant.name,
            wall.as_secs_f64(),
            processor.as_secs_f64()
        );
    }
    println!("planted: {}", history.values.len());
    Ok(true)
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

/// Decodes a repository as gix does, for [`history`].
pub(crate) fn floor_alone(repository: &str, threads: &str) -> Result<bool> {
    let bytes = floor::traverse(Path::new(repository), threads.parse()?)?;
    println!("{bytes}");
    Ok(true)
}

/// Reads a repository as a scan does, and looks at nothing, for [`history`].
pub(crate) fn sweep_alone(repository: &str, threads: &str) -> Result<bool> {
    let repository = Repository::open(Path::new(repository))?;
    let limits = Limits { threads: threads.parse()?, ..Limits::default() };
    let taker = Counter::default();
    let account = repository.sweep(&Selection::All, &limits, &taker, &Stop::default());
    ensure!(account.unread_count == 0, "{:?}", account.unread);
    println!("{} {} {}", account.blobs, account.bytes, taker.0.into_inner());
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
