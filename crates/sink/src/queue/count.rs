//! How much waits, and how much went which way.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Queue, QueueError};

/// How long what was sent is remembered, in milliseconds: 30 days.
const REMEMBERED: i64 = 30 * 24 * 60 * 60 * 1000;

/// How long it is remembered what was told of a finding, so that its end can be told as well: 400 days.
const FOLLOWED: i64 = 400 * 24 * 60 * 60 * 1000;

/// How one sink does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages that wait, those under way included.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    pub oldest: Option<Timestamp>,
    /// Dead letters.
    pub dead: u64,
    /// Messages that were taken by the receiver, since the queue began.
    pub sent: u64,
    /// Attempts that failed and are made again.
    pub failed: u64,
    /// Messages that were given up.
    pub given_up: u64,
    /// Findings that went with the message of another.
    pub folded: u64,
    /// Messages that a silence kept back.
    pub silenced: u64,
    /// Why the head of some lane was not taken last; `None` if none failed.
    pub trouble: Option<String>,
}

impl Queue {
    /// How a sink does.
    pub fn counts(&self, sink: &str) -> Result<Counts, QueueError> {
        let connection = self.connection();
        let sql =
            "select count(*), min(queued) from delivery where sink = ?1 and state = 'waiting'";
        let waits = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?));
        let (waiting, oldest) = connection.prepare_cached(sql)?.query_row([sink], waits)?;
        let sql = "select count(*) from delivery where sink = ?1 and state = 'dead'";
        let dead = connection.prepare_cached(sql)?.query_row([sink], |row| row.get(0))?;
        let sql = "select why from delivery where sink = ?1 and is_head = 1 and why is not null
            order by due desc limit 1";
        let mut query = connection.prepare_cached(sql)?;
        let trouble = query.query_row([sink], |row| row.get(0)).optional()?;
        let counter = |what: &str| counter(&connection, sink, what);
        Ok(Counts {
            waiting,
            oldest: oldest.map(super::time),
            dead,
            sent: counter("sent")?,
            failed: counter("failed")?,
            given_up: counter("given_up")?,
            folded: counter("folded")?,
            silenced: counter("silenced")?,
            trouble,
        })
    }

    /// How much waits for sinks other than these: nobody sends it until there is a sink of that name again.
    pub fn waiting_for_others(&self, sinks: &[&str]) -> Result<Vec<(String, u64)>, QueueError> {
        let connection = self.connection();
        let sql = "select sink, count(*) from delivery where state = 'waiting' group by sink order by sink";
        let mut query = connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let all: Vec<(String, u64)> = rows.collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|(sink, _)| !sinks.contains(&sink.as_str())).collect())
    }

    /// Forgets what is long past. Dead letters and what waits stay.
    pub fn prune(&self, now: Timestamp) -> Result<(), QueueError> {
        let now = now.as_millisecond();
        let past = now.saturating_sub(REMEMBERED);
        self.write(|transaction| {
            let sql = "delete from delivery where ended < ?1 and state <> 'dead'";
            transaction.execute(sql, [past])?;
            transaction.execute("delete from gathering where until < ?1", [now])?;
            transaction.execute("delete from silenced where at < ?1", [past])?;
            let past = now.saturating_sub(FOLLOWED);
            transaction.execute("delete from told where at < ?1", [past])?;
            transaction.execute("delete from alias where at < ?1", [past])?;
            // A dead letter keeps its key for as long as it is there.
            let sql = "delete from keyed where at < ?1 and not exists (
                select 1 from delivery where delivery.sink = keyed.sink and delivery.base = keyed.base)";
            transaction.execute(sql, [past])?;
            Ok(())
        })
    }
}

fn counter(connection: &Connection, sink: &str, what: &str) -> rusqlite::Result<u64> {
    let sql = "select n from counter where sink = ?1 and what = ?2";
    let n = connection.prepare_cached(sql)?.query_row([sink, what], |row| row.get(0));
    Ok(n.optional()?.unwrap_or(0))
}

/// Counts one more of something.
pub(super) fn add(connection: &Connection, sink: &str, what: &str) -> Result<(), QueueError> {
    let sql = "insert into counter (sink, what, n) values (?1, ?2, 1)
        on conflict (sink, what) do update set n = n + 1";
    connection.prepare_cached(sql)?.execute(params![sink, what])?;
    Ok(())
}
