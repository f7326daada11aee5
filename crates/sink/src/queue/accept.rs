//! From what happened to findings to what waits for sinks.

use finding::{Finding, State};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::enqueue::{self, Message};
use super::follow::{self, Told};
use super::{Queue, QueueError, silences};
use crate::{Alert, Plan, Policy, Silence, Turn};

/// Something that happened to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The finding as it is now, and what to think of it.
    pub alert: Alert,
    /// What happened.
    pub happened: Happened,
}

/// What can happen to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// An engine raised, revised or withdrew it.
    Found,
    /// A person closed it.
    Closed,
    /// A person opened it again.
    Reopened,
}

impl Queue {
    /// Up to where the news of a source was accepted; 0 at first.
    pub fn position(&self, source: &str) -> Result<u64, QueueError> {
        let sql = "select seq from position where source = ?1";
        let seq = self.connection().query_row(sql, [source], |row| row.get::<_, i64>(0));
        Ok(seq.optional()?.unwrap_or_default().unsigned_abs())
    }

    /// Accepts news in their order, and how far in its source that is: all of it or nothing, durable afterwards. Every sink that they
    /// concern is told later, at a time that depends on `now`.
    pub fn accept(
        &self,
        plan: &Plan,
        news: &[News],
        source: &str,
        until: u64,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        self.write_durably(|transaction| {
            let silences = silences::in_force(transaction, now)?;
            for one in news {
                for policy in &plan.policies {
                    let accepting = Accepting { transaction, plan, policy, now };
                    accepting.accept(one, &silences)?;
                }
            }
            let sql = "insert or replace into position (source, seq) values (?1, ?2)";
            let until = i64::try_from(until).unwrap_or(i64::MAX);
            transaction.execute(sql, rusqlite::params![source, until])?;
            Ok(())
        })
    }
}

/// News on its way to one sink.
struct Accepting<'a> {
    transaction: &'a Connection,
    plan: &'a Plan,
    policy: &'a Policy,
    now: Timestamp,
}

impl Accepting<'_> {
    fn accept(&self, news: &News, silences: &[Silence]) -> Result<(), QueueError> {
        let Self { transaction, plan, policy, now } = *self;
        let (finding, sink) = (&news.alert.finding, policy.sink.as_str());
        let threads = follow::threads(transaction, sink, finding, now)?;
        let told = threads.first();
        let Some(turn) = turn(told, finding, news.happened) else { return Ok(()) };
        if turn == Turn::Raised && !plan.concerns(finding, sink, now) {
            return Ok(());
        }
        if matches!(turn, Turn::Raised | Turn::Changed)
            && let Some(silence) = silences.iter().find(|one| one.terms.mean(finding))
        {
            return silences::note(transaction, silence, sink, finding, now);
        }
        let thread = told.map_or(finding.id.as_str(), |told| told.thread.as_str());
        let lane = told.map_or_else(|| enqueue::lane(finding), |told| told.lane.clone());
        let message = Message { alert: &news.alert, turn, thread, lane: &lane, policy, now };
        enqueue::enqueue(transaction, &message)?;
        self.end_others(news, threads.get(1..).unwrap_or_default())
    }

    /// Of several findings that became one, all but the first end.
    fn end_others(&self, news: &News, others: &[Told]) -> Result<(), QueueError> {
        for told in others.iter().filter(|told| !told.has_ended()) {
            let message = Message {
                alert: &news.alert,
                turn: Turn::Withdrawn,
                thread: &told.thread,
                lane: &told.lane,
                policy: self.policy,
                now: self.now,
            };
            enqueue::enqueue(self.transaction, &message)?;
        }
        Ok(())
    }
}

/// What happened to a finding since a sink was told of it last; `None` if that is nothing.
fn turn(told: Option<&Told>, finding: &Finding, happened: Happened) -> Option<Turn> {
    let is_withdrawn = finding.state == State::Withdrawn;
    let Some(told) = told else {
        let is_new = happened != Happened::Closed && !is_withdrawn;
        return is_new.then_some(Turn::Raised);
    };
    match happened {
        Happened::Closed => (!told.has_ended()).then_some(Turn::Closed),
        Happened::Found if is_withdrawn => (!told.has_ended()).then_some(Turn::Withdrawn),
        Happened::Found | Happened::Reopened if told.has_ended() => Some(Turn::Raised),
        Happened::Reopened => None,
        Happened::Found => told.is_changed_by(finding).then_some(Turn::Changed),
    }
}
