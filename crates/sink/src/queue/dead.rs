//! Dead letters, and findings that are told again.

use jiff::Timestamp;
use rusqlite::{Row, params};
use serde::Serialize;

use super::enqueue::{self, Message};
use super::{Queue, QueueError, follow, take};
use crate::{Alert, Plan, Policy, Turn};

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dead {
    /// Its number.
    pub number: u64,
    /// To whom.
    pub sink: String,
    /// The id of the finding.
    pub finding: String,
    /// Its revision.
    pub revision: u32,
    /// Its level.
    pub level: String,
    /// The name of its rule.
    pub rule: String,
    /// What happened to it.
    pub turn: String,
    /// Findings that would have gone with it.
    pub n_folded: u64,
    /// How often it was sent.
    pub n_attempts: u32,
    /// Why it was not taken last.
    pub why: String,
    /// Since when it waited.
    pub queued: Timestamp,
    /// When it was given up.
    pub ended: Timestamp,
}

/// Which dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Letters {
    /// All.
    All,
    /// Those of a sink.
    Of(String),
    /// Those of these numbers.
    Numbers(Vec<u64>),
}

impl Letters {
    fn are(&self, dead: &Dead) -> bool {
        match self {
            Self::All => true,
            Self::Of(sink) => dead.sink == *sink,
            Self::Numbers(numbers) => numbers.contains(&dead.number),
        }
    }
}

impl Queue {
    /// Dead letters, the oldest first.
    pub fn dead(&self, which: &Letters) -> Result<Vec<Dead>, QueueError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select number, sink, finding, revision, level, rule, turn,
                (select count(*) from delivery with_it where with_it.folded_into = one.number),
                n_attempts, coalesce(why, ''), queued, coalesce(ended, 0)
            from delivery one where state = 'dead' order by place",
        )?;
        let all: Vec<Dead> = query.query_map([], dead)?.collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|one| which.are(one)).collect())
    }

    /// Lets dead letters wait again, at the end of their lanes and under the same keys. How many.
    pub fn replay(&self, which: &Letters, now: Timestamp) -> Result<usize, QueueError> {
        let letters = self.dead(which)?;
        self.write_durably(|transaction| {
            let sql = "update delivery set state = 'waiting', n_attempts = 0, why = null, ended = null, due = ?2,
                    place = (select max(place) + 1 from delivery),
                    is_head = not exists (select 1 from delivery other where other.sink = delivery.sink
                        and other.lane = delivery.lane and other.state = 'waiting')
                where number = ?1 and state = 'dead'";
            let mut n = 0;
            for letter in &letters {
                let row = params![letter.number, now.as_millisecond()];
                n += transaction.prepare_cached(sql)?.execute(row)?;
            }
            Ok(n)
        })
    }

    /// Throws dead letters away. How many.
    pub fn drop_dead(&self, which: &Letters, now: Timestamp) -> Result<usize, QueueError> {
        let letters = self.dead(which)?;
        self.write_durably(|transaction| {
            for letter in &letters {
                let number = i64::try_from(letter.number).unwrap_or_default();
                take::end(transaction, number, "dropped", Some(&letter.why), now)?;
            }
            Ok(letters.len())
        })
    }

    /// Tells some sinks of a finding as it is now, whatever they were told before: under a key of its own, so that a receiver that
    /// knows the finding takes it again.
    pub fn resend(
        &self,
        plan: &Plan,
        sinks: &[&str],
        alert: &Alert,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let is_meant = |policy: &&Policy| sinks.contains(&policy.sink.as_str());
        self.write_durably(|transaction| {
            for policy in plan.policies.iter().filter(is_meant) {
                let told = follow::threads(transaction, &policy.sink, &alert.finding, now)?;
                let told = told.first();
                let id = alert.finding.id.as_str();
                let thread = told.map_or(id, |told| told.thread.as_str());
                let lane =
                    told.map_or_else(|| enqueue::lane(&alert.finding), |told| told.lane.clone());
                // Whoever asks for it wants it now, and by itself.
                let policy =
                    &Policy { quiet: None, fold: std::time::Duration::ZERO, ..policy.clone() };
                let message =
                    Message { alert, turn: Turn::Raised, thread, lane: &lane, policy, now };
                enqueue::enqueue(transaction, &message)?;
            }
            Ok(())
        })
    }

    /// The sinks that were told of a finding.
    pub fn told(&self, finding: &str) -> Result<Vec<String>, QueueError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select sink from told where thread = ?1
            union select sink from alias where finding = ?1 order by sink",
        )?;
        let sinks = query.query_map([finding], |row| row.get(0))?;
        Ok(sinks.collect::<Result<_, _>>()?)
    }
}

fn dead(row: &Row<'_>) -> rusqlite::Result<Dead> {
    let level = take::level(row.get(4)?);
    Ok(Dead {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        sink: row.get(1)?,
        finding: row.get(2)?,
        revision: row.get(3)?,
        level: level.map(|level| level.name().to_owned()).unwrap_or_default(),
        rule: row.get(5)?,
        turn: row.get(6)?,
        n_folded: row.get(7)?,
        n_attempts: row.get(8)?,
        why: row.get(9)?,
        queued: super::time(row.get(10)?),
        ended: super::time(row.get(11)?),
    })
}
