//! What a sink was told of a finding, through all names that the finding had.

use finding::{Finding, State};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::QueueError;
use crate::Turn;

/// What was put into the queue for a sink last, of one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// The id under which the finding was told first.
    pub(super) thread: String,
    /// The lane in which it was.
    pub(super) lane: String,
    /// The id that it had last.
    finding: String,
    revision: u32,
    level: i64,
    turn: String,
}

impl Told {
    /// Whether the last that was told is that it is over.
    pub(super) fn has_ended(&self) -> bool {
        [Turn::Withdrawn, Turn::Closed].iter().any(|turn| turn.name() == self.turn)
    }

    /// Whether the finding is other than what was told. That a provisional one was settled is no change by itself. What is settled
    /// may count its revisions anew, and so may what is added to it; that it got worse waits for nothing.
    pub(super) fn is_changed_by(&self, finding: &Finding) -> bool {
        let is_later = finding.id.as_str() != self.finding || finding.revision > self.revision;
        let level = finding.level as i64;
        let has_settled = finding.state == State::Settled;
        is_later || level > self.level || (has_settled && level != self.level)
    }
}

/// What was told of a finding and of those whose place it takes, its own first. From now on it is found under the first.
pub(super) fn threads(
    connection: &Connection,
    sink: &str,
    finding: &Finding,
    now: Timestamp,
) -> Result<Vec<Told>, QueueError> {
    let mut all: Vec<Told> = Vec::new();
    for id in std::iter::once(&finding.id).chain(&finding.replaces) {
        if let Some(told) = find(connection, sink, id.as_str())?
            && !all.iter().any(|known| known.thread == told.thread)
        {
            all.push(told);
        }
    }
    if let Some(first) = all.first().filter(|told| told.thread != finding.id.as_str()) {
        let sql = "insert or ignore into alias (sink, finding, thread, at) values (?1, ?2, ?3, ?4)";
        let row = params![sink, finding.id.as_str(), first.thread, now.as_millisecond()];
        connection.prepare_cached(sql)?.execute(row)?;
    }
    Ok(all)
}

fn find(connection: &Connection, sink: &str, id: &str) -> Result<Option<Told>, QueueError> {
    let sql = "select thread, lane, finding, revision, level, turn from told
        where sink = ?1 and thread = coalesce((select thread from alias where sink = ?1 and finding = ?2), ?2)";
    let mut query = connection.prepare_cached(sql)?;
    Ok(query.query_row([sink, id], told).optional()?)
}

fn told(row: &Row<'_>) -> rusqlite::Result<Told> {
    Ok(Told {
        thread: row.get(0)?,
        lane: row.get(1)?,
        finding: row.get(2)?,
        revision: row.get(3)?,
        level: row.get(4)?,
        turn: row.get(5)?,
    })
}
