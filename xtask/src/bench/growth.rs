//! What an event costs with the whole pack: for few people and for a million, in a young memory and in an old one.
//!
//! Logs are written while they are read; what writing takes is measured alone and subtracted. Each log is run over in a
//! process of its own. Counted is the time that the thread works, so that a busy machine does not count.

use std::io::Read;

use anyhow::Result;

use super::{Check, memory, ours};
use crate::corpus::crowd::{Crowd, Size};
use crate::corpus::{self, KeyOrder};

/// What one run took.
#[derive(Debug, Clone, Copy)]
struct Run {
    size: Size,
    /// Seconds to write the log, to write and read it, and for memory after that.
    writing: f64,
    reading: f64,
    remembering: f64,
    n_findings: f64,
    /// Bytes of memory, as the engine counts them.
    state: f64,
    /// The most that the process held, kilobytes.
    peak: f64,
}

const SMALL: Size = Size { events: 300_000, users: 5_000, days: 10 };
const LARGE: Size = Size { events: 10_000_000, users: 1_000_000, days: 10 };

/// Runs over logs of many sizes, prints the tables.
pub(super) fn measure() -> Result<Vec<Check>> {
    let pack = ours::Pack::load()?;
    println!("whole pack: {} rules that alert, {} with memory", pack.len(), pack.n_remembering());
    println!("{HEADER}");
    let small = best_of(3, SMALL)?;
    let large = run(LARGE)?;
    println!("\nby users\n{HEADER}");
    for users in [1_000, 10_000, 100_000, 1_000_000] {
        run(Size { events: 500_000, users, days: 10 })?;
    }
    println!("\nby age, 50,000 events a day, 5,000 people\n{HEADER}");
    for days in [1, 10, 30] {
        run(Size { events: 50_000 * days, users: 5_000, days })?;
    }
    Ok(vec![
        Check::at_least("whole pack, 300,000 events, events/s", 1.0 / small.cost(), 300_000.0),
        Check::at_least("whole pack, 10,000,000 events, events/s", 1.0 / large.cost(), 300_000.0),
        Check::at_most("cost of a million users over 5,000", large.cost() / small.cost(), 2.0),
    ])
}

const HEADER: &str = "     events      users   days  write s   read s  remember s  events/s  findings  state MB   peak MB";

fn best_of(n: usize, size: Size) -> Result<Run> {
    let mut best = run(size)?;
    for _ in 1..n {
        let next = run(size)?;
        if next.cost() < best.cost() {
            best = next;
        }
    }
    Ok(best)
}

/// Runs in a process of its own and prints a line of the table.
fn run(size: Size) -> Result<Run> {
    let Size { events, users, days } = size;
    let numbers = [events, users, days].map(|number| number.to_string());
    let [events, users, days] = &numbers;
    let told = memory::child(&["growth-alone", events, users, days])?;
    let [writing, reading, remembering, n_findings, state, peak] = told[..] else {
        anyhow::bail!("a run did not say what it took");
    };
    let run = Run { size, writing, reading, remembering, n_findings, state, peak };
    println!("{}", run.line());
    Ok(run)
}

impl Run {
    /// Seconds an event takes, without writing it.
    fn cost(&self) -> f64 {
        (self.reading - self.writing + self.remembering) / f64::from(self.size.events)
    }

    fn line(&self) -> String {
        let Size { events, users, days } = self.size;
        format!(
            "{events:>11} {users:>10} {days:>6} {:>8.2} {:>8.2} {:>11.2} {:>9.0} {:>9} {:>9.1} {:>9.1}",
            self.writing,
            self.reading - self.writing,
            self.remembering,
            1.0 / self.cost(),
            self.n_findings,
            self.state / 1e6,
            self.peak * 1024.0 / 1e6
        )
    }
}

/// One run: prints seconds to write, to write and read, and to remember, findings, bytes of state, peak kilobytes.
pub(super) fn alone(events: u32, users: u32, days: u32) -> Result<()> {
    let size = Size { events, users, days };
    let log = || Crowd::new(size, corpus::SEED, KeyOrder::Api);
    let start = memory::worked_seconds();
    let mut nothing = vec![0; 1 << 20];
    let mut unread = log();
    while unread.read(&mut nothing)? > 0 {}
    drop((unread, nothing));
    let writing = memory::worked_seconds() - start;
    let detector = ours::Pack::load()?.whole();
    let mut n_findings = 0;
    let ours::Watched { engine, reading, remembering } =
        ours::watch(&detector, &mut log(), 1, &mut |_| n_findings += 1)?;
    let (bytes, peak) = (engine.bytes(), memory::peak_kilobytes().unwrap_or_default());
    println!("{writing} {reading} {remembering} {n_findings} {bytes} {peak}");
    Ok(())
}
