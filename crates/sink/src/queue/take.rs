//! Messages out of their lanes, and what became of them.

use std::collections::HashSet;

use finding::{Finding, Level};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Queue, QueueError, count};
use crate::{Alert, Delivery, Folded, Key, Receipt, Turn};

/// A message that is to be sent now.
#[derive(Debug)]
pub(crate) struct Taken {
    /// Under which its end is told.
    pub(crate) number: i64,
    /// What is sent.
    pub(crate) delivery: Delivery,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// The receiver has it.
    Sent(Receipt),
    /// It is to be sent again, not before that.
    Later {
        /// Why it was not taken.
        why: String,
        /// When to send it again.
        due: Timestamp,
    },
    /// It is given up.
    Dead {
        /// Why it was not taken.
        why: String,
    },
}

/// A row that may be sent.
struct Head {
    finding: String,
    thread: String,
    turn: String,
    key: String,
    alert: String,
    n_attempts: u32,
}

/// What the receiver answered before, in a thread.
#[derive(Default)]
struct Before {
    n_sent: u64,
    receipt: Option<Receipt>,
}

impl Queue {
    /// Takes the message that waits longest for a sink, of those that may be sent now and are not under way.
    pub(crate) fn take(
        &self,
        sink: &str,
        now: Timestamp,
        under_way: &HashSet<i64>,
    ) -> Result<Option<Taken>, QueueError> {
        while let Some(number) = self.first(sink, now.as_millisecond(), under_way)? {
            let taken = self.write(|transaction| take(transaction, sink, number, now))?;
            if taken.is_some() {
                return Ok(taken);
            }
        }
        Ok(None)
    }

    fn first(
        &self,
        sink: &str,
        now: i64,
        under_way: &HashSet<i64>,
    ) -> Result<Option<i64>, QueueError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select number from delivery where sink = ?1 and is_head = 1 and due <= ?2 order by due, place limit ?3",
        )?;
        let most = under_way.len() as u64 + 1;
        let numbers = query.query_map(params![sink, now, most], |row| row.get(0))?;
        let free = |number: &Result<i64, _>| {
            number.as_ref().map_or(true, |number| !under_way.contains(number))
        };
        Ok(numbers.into_iter().find(free).transpose()?)
    }

    /// When the next message of a sink may be sent, of those that are not under way; `None` if none waits.
    pub(crate) fn next_due(
        &self,
        sink: &str,
        under_way: &HashSet<i64>,
    ) -> Result<Option<Timestamp>, QueueError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select number, due from delivery where sink = ?1 and is_head = 1 order by due limit ?2",
        )?;
        let most = under_way.len() as u64 + 1;
        let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
        for head in query.query_map(params![sink, most], read)? {
            let (number, due) = head?;
            if !under_way.contains(&number) {
                return Ok(Some(super::time(due)));
            }
        }
        Ok(None)
    }

    /// Writes down how an attempt ended.
    pub(crate) fn settle(
        &self,
        sink: &str,
        number: i64,
        ending: &Ending,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        self.write(|transaction| {
            count::add(transaction, sink, ending.counted())?;
            match ending {
                Ending::Sent(receipt) => {
                    note_receipt(transaction, number, receipt)?;
                    end(transaction, number, "sent", None, now)
                }
                Ending::Dead { why } => end(transaction, number, "dead", Some(why), now),
                Ending::Later { why, due } => {
                    let sql = "update delivery set due = ?2, why = ?3 where number = ?1";
                    transaction.execute(sql, params![number, due.as_millisecond(), why])?;
                    Ok(())
                }
            }
        })
    }
}

impl Ending {
    fn counted(&self) -> &'static str {
        match self {
            Self::Sent(_) => "sent",
            Self::Later { .. } => "failed",
            Self::Dead { .. } => "given_up",
        }
    }
}

/// Takes a message; `None` if it turns out that there is nothing to send.
fn take(
    connection: &Connection,
    sink: &str,
    number: i64,
    now: Timestamp,
) -> Result<Option<Taken>, QueueError> {
    let Some(head) = head(connection, number)? else { return Ok(None) };
    let (alert, folded) = match content(connection, number, &head) {
        Err(QueueError::Entry(_)) => {
            count::add(connection, sink, "given_up")?;
            end(connection, number, "dead", Some("the queue holds something unreadable"), now)?;
            return Ok(None);
        }
        content => content?,
    };
    let before = before(connection, sink, &head.thread)?;
    let turn = match Turn::named(&head.turn) {
        // Whoever heard nothing of it cannot be told that it is over, unless an answer got lost.
        Some(Turn::Withdrawn | Turn::Closed)
            if before.n_sent == 0 && head.thread != head.finding =>
        {
            end(connection, number, "moot", None, now)?;
            return Ok(None);
        }
        Some(Turn::Changed) | None if before.n_sent == 0 => Turn::Raised,
        turn => turn.unwrap_or(Turn::Changed),
    };
    let sql = "update delivery set n_attempts = n_attempts + 1, gathers = 0 where number = ?1";
    connection.prepare_cached(sql)?.execute([number])?;
    let delivery = Delivery {
        alert,
        key: Key::kept(head.key),
        turn,
        folded,
        sent: before.receipt,
        n_attempt: head.n_attempts.saturating_add(1),
    };
    Ok(Some(Taken { number, delivery }))
}

fn head(connection: &Connection, number: i64) -> Result<Option<Head>, QueueError> {
    let sql = "select finding, thread, turn, key, alert, n_attempts from delivery
        where number = ?1 and is_head = 1";
    let read = |row: &Row<'_>| {
        Ok(Head {
            finding: row.get(0)?,
            thread: row.get(1)?,
            turn: row.get(2)?,
            key: row.get(3)?,
            alert: row.get(4)?,
            n_attempts: row.get(5)?,
        })
    };
    Ok(connection.prepare_cached(sql)?.query_row([number], read).optional()?)
}

/// What is told, and what is told with it.
fn content(
    connection: &Connection,
    number: i64,
    head: &Head,
) -> Result<(Alert, Vec<Folded>), QueueError> {
    Ok((serde_json::from_str(&head.alert)?, folded(connection, number)?))
}

fn before(connection: &Connection, sink: &str, thread: &str) -> Result<Before, QueueError> {
    let sql = "select n_sent, handle, said from told where sink = ?1 and thread = ?2";
    let read = |row: &Row<'_>| {
        let said: Option<String> = row.get(2)?;
        let handle = row.get(1)?;
        Ok(Before { n_sent: row.get(0)?, receipt: said.map(|said| Receipt { handle, said }) })
    };
    let before = connection.prepare_cached(sql)?.query_row([sink, thread], read).optional()?;
    Ok(before.unwrap_or_default())
}

fn folded(connection: &Connection, number: i64) -> Result<Vec<Folded>, QueueError> {
    let sql = "select alert from delivery where folded_into = ?1 order by place";
    let mut query = connection.prepare_cached(sql)?;
    let mut all = Vec::new();
    for alert in query.query_map([number], |row| row.get::<_, String>(0))? {
        let Finding { id, level, time, rule, .. } = serde_json::from_str::<Alert>(&alert?)?.finding;
        all.push(Folded { id, level, time, title: rule.title.clone() });
    }
    Ok(all)
}

/// Keeps what the receiver answered, for the next message about the same finding, and about those that were told with it.
fn note_receipt(connection: &Connection, number: i64, receipt: &Receipt) -> Result<(), QueueError> {
    let sql = "update told set n_sent = n_sent + 1, handle = coalesce(?2, handle), said = ?3
        where (sink, thread) = (select sink, thread from delivery where number = ?1)";
    let row = params![number, receipt.handle, receipt.said];
    connection.prepare_cached(sql)?.execute(row)?;
    let sql = "update told set n_sent = n_sent + 1
        where (sink, thread) in (select sink, thread from delivery where folded_into = ?1)";
    connection.prepare_cached(sql)?.execute([number])?;
    Ok(())
}

/// Ends a message and those that went with it, and makes the next one the head of their lane. What is not a dead letter needs its
/// content no more.
pub(super) fn end(
    connection: &Connection,
    number: i64,
    state: &str,
    why: Option<&str>,
    now: Timestamp,
) -> Result<(), QueueError> {
    let keeps = state == "dead";
    let sql = "update delivery set state = ?2, why = ?3, ended = ?4, is_head = 0,
            alert = case when ?5 then alert else '' end where number = ?1";
    let row = params![number, state, why, now.as_millisecond(), keeps];
    connection.prepare_cached(sql)?.execute(row)?;
    if !keeps {
        let sql = "update delivery set state = ?2, ended = ?3, alert = '' where folded_into = ?1";
        connection.prepare_cached(sql)?.execute(params![number, state, now.as_millisecond()])?;
    }
    let sql = "update delivery set is_head = 1 where number = (
        select next.number from delivery ended
        join delivery next on next.sink = ended.sink and next.lane = ended.lane and next.state = 'waiting'
        where ended.number = ?1 order by next.place limit 1)";
    connection.prepare_cached(sql)?.execute([number])?;
    Ok(())
}

/// The level of a row.
pub(super) fn level(number: i64) -> Option<Level> {
    Level::ALL.into_iter().find(|level| *level as i64 == number)
}
