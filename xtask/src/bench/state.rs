//! What memory costs: bytes a value, and the time that saving and restoring it takes.
//!
//! Each measurement runs in a process of its own, so that what it holds can be told apart.

use std::fmt::Write;
use std::io::{self, Read};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use detect::{Engine, Settings};

use super::{Check, memory, ours};
use lab::clock::{Millis, midnight, published};

/// The rules that remember.
const RULES: &str = include_str!("state/rules.yml");

/// How many users, with so many values each, in so many rules of first sights.
const SEEN: (u32, u32, u32) = (1_000_000, 5, 4);

/// How many users, with so many events each, all of which are kept.
const KEPT: (u32, u32) = (100_000, 10);

/// Fills the memory of both kinds and says what it took.
pub(super) fn measure() -> Result<Vec<Check>> {
    let seen = memory::child(&["state-alone", "seen"])?;
    let kept = memory::child(&["state-alone", "kept"])?;
    let [&[bytes, held, saved, saving, restoring], &[kept_bytes, kept_held, ..]] =
        [&seen[..], &kept[..]]
    else {
        anyhow::bail!("a measurement of memory did not say what it measured");
    };
    let (users, values, rules) = SEEN;
    let n_values = f64::from(users * values * rules);
    let n_kept = f64::from(KEPT.0 * KEPT.1);
    println!(
        "first sights: {users} users, {values} values, {rules} rules: {:.0} MB counted, {:.0} MB held, {:.0} MB saved",
        bytes / 1e6,
        held / 1e6,
        saved / 1e6
    );
    Ok(vec![
        Check::at_most("bytes a remembered value, counted", bytes / n_values, 24.0),
        Check::at_most("bytes a remembered value, held", held / n_values, 24.0),
        Check::at_most("a million users, MB held", held / 1e6, 600.0),
        Check::at_most("saving them, s", saving, 3.0),
        Check::at_most("restoring them, s", restoring, 3.0),
        Check::at_most("bytes a kept value, counted", kept_bytes / n_kept, 250.0),
        Check::at_most("bytes a kept value, held", kept_held / n_kept, 250.0),
    ])
}

/// One measurement: prints bytes counted, bytes held, bytes saved, seconds to save, seconds to restore.
pub(super) fn alone(what: &str) -> Result<()> {
    let detector = ours::detector_of(RULES)?;
    let mut visits = match what {
        "seen" => Visits::new("user.session.start", SEEN.0, SEEN.1),
        _ => Visits::new("user.authentication.sso", KEPT.0, KEPT.1),
    };
    let before = memory::held_bytes().context("this system does not tell its memory")?;
    let ours::Watched { engine, .. } = ours::watch(&detector, &mut visits, 1, &mut |_| {})?;
    let held = memory::held_bytes().unwrap_or_default() - before;
    let counted = engine.bytes();
    let start = memory::worked_seconds();
    let saved = engine.save();
    let saving = memory::worked_seconds() - start;
    drop(engine);
    let start = memory::worked_seconds();
    let (again, _) = Engine::restore(Arc::clone(&detector), Settings::default(), &saved)?;
    let restoring = memory::worked_seconds() - start;
    ensure!(again.save() == saved, "what was restored is not what was saved");
    println!("{counted} {held} {} {saving} {restoring}", saved.len());
    Ok(())
}

/// Short events: user after user, round after round, each time with values that the user never had.
struct Visits {
    event_type: &'static str,
    n_users: u32,
    n_rounds: u32,
    number: u32,
    text: String,
    n_read: usize,
}

const FIRST: Millis = midnight(2026, 11, 2);

impl Visits {
    fn new(event_type: &'static str, n_users: u32, n_rounds: u32) -> Self {
        Self { event_type, n_users, n_rounds, number: 0, text: String::new(), n_read: 0 }
    }

    fn refill(&mut self) {
        self.text.clear();
        self.n_read = 0;
        while self.text.len() < 64 << 10 && self.number < self.n_users * self.n_rounds {
            let (user, round) = (self.number % self.n_users, self.number / self.n_users);
            let at = published(FIRST + i64::from(self.number) * 10);
            let Self { event_type, number, .. } = self;
            let _ = writeln!(
                self.text,
                r#"{{"actor":{{"id":"00u{user:014}5d7","type":"User","alternateId":"u{user:07}@example.com"}},"client":{{"userAgent":{{"rawUserAgent":"browser {round}"}},"ipAddress":"2001:db8:{round:x}:{:x}::1"}},"eventType":"{event_type}","outcome":{{"result":"SUCCESS"}},"published":"{at}","securityContext":{{"asNumber":{}}},"debugContext":{{"debugData":{{"dtHash":"{number:064x}"}}}},"uuid":"{number:032x}"}}"#,
                user % 65_536,
                64_496 + round,
            );
            self.number += 1;
        }
    }
}

impl Read for Visits {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.n_read == self.text.len() {
            self.refill();
        }
        let n = (&self.text.as_bytes()[self.n_read..]).read(buffer)?;
        self.n_read += n;
        Ok(n)
    }
}
