//! What waits for each sink, durable in one `SQLite` file.
//!
//! A message lies in a *lane*, that of its sink and case, and only the head of a lane may be sent. It waits until it was taken,
//! or becomes a dead letter; then the next one of its lane is the head. Whoever sends takes a message, sends it, and says how
//! that ended; between the two nothing is folded into it any more.

mod accept;
mod count;
mod dead;
mod enqueue;
mod follow;
mod silences;
mod take;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use thiserror::Error;

pub use self::accept::{Happened, News};
pub use self::count::Counts;
pub use self::dead::{Dead, Letters};
pub(crate) use self::take::{Ending, Taken};

/// Why the queue could not do something.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QueueError {
    /// `SQLite` failed.
    #[error("the queue of sinks failed")]
    Store(#[from] rusqlite::Error),
    /// What lies in it cannot be read, or what should cannot be written.
    #[error("an entry of the queue of sinks cannot be used")]
    Entry(#[from] serde_json::Error),
    /// The file was made by a later version.
    #[error("the queue of sinks has version {found}; known is {known}")]
    Version {
        /// Of the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
}

/// The version of the tables.
const VERSION: i64 = 2;

/// How long one process waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
create table delivery (
    number integer primary key autoincrement,
    sink text not null,
    lane text not null,
    place integer not null,
    state text not null,
    is_head integer not null,
    finding text not null,
    thread text not null,
    revision integer not null,
    level integer not null,
    rule text not null,
    turn text not null,
    base text not null,
    key text not null,
    alert text not null,
    gathers integer not null,
    folded_into integer,
    queued integer not null,
    due integer not null,
    n_attempts integer not null default 0,
    why text,
    ended integer,
    unique (sink, key)
);
create index delivery_due on delivery (sink, due) where is_head = 1;
create index delivery_place on delivery (place);
create index delivery_lane on delivery (sink, lane, place) where state = 'waiting';
create index delivery_folded on delivery (folded_into) where folded_into is not null;
create index delivery_dead on delivery (sink) where state = 'dead';
create index delivery_base on delivery (sink, base);
create index delivery_ended on delivery (ended) where ended is not null;
create table told (
    sink text not null,
    thread text not null,
    lane text not null,
    finding text not null,
    revision integer not null,
    level integer not null,
    turn text not null,
    n_sent integer not null default 0,
    handle text,
    said text,
    at integer not null,
    primary key (sink, thread)
) without rowid;
create table alias (
    sink text not null,
    finding text not null,
    thread text not null,
    at integer not null,
    primary key (sink, finding)
) without rowid;
create table gathering (
    sink text not null,
    rule text not null,
    lane text not null,
    until integer not null,
    level integer not null,
    primary key (sink, rule, lane)
) without rowid;
create table silence (
    number integer primary key autoincrement,
    terms text not null,
    because text not null,
    by_whom text not null,
    since integer not null,
    until integer not null,
    n_silenced integer not null default 0
);
create table silenced (
    number integer primary key autoincrement,
    silence integer not null,
    finding text not null,
    revision integer not null,
    level text not null,
    title text not null,
    at integer not null
);
create index silenced_by on silenced (silence);
create table counter (
    sink text not null,
    what text not null,
    n integer not null,
    primary key (sink, what)
) without rowid;
create table position (source text primary key, seq integer not null) without rowid;
";

/// How often something was told under a key, which outlasts what was sent. Queues of version 1 did not keep it: what they still have
/// is counted, by the highest number that stands behind a key.
const KEYED: &str = "
create table keyed (
    sink text not null,
    base text not null,
    n integer not null,
    at integer not null,
    primary key (sink, base)
) without rowid;
insert into keyed (sink, base, n, at)
    select sink, base, max(cast(substr(key, length(base) + length('.again-') + 1) as integer)) + 1, max(queued)
    from delivery group by sink, base;
";

/// The queue of all sinks.
#[derive(Debug)]
pub struct Queue {
    connection: Mutex<Connection>,
}

impl Queue {
    /// Opens a queue, or begins one, for its owner alone.
    pub fn open(path: &Path) -> Result<Self, QueueError> {
        make_private(path);
        Self::with(Connection::open(path)?)
    }

    /// A queue that vanishes with the process.
    pub fn in_memory() -> Result<Self, QueueError> {
        Self::with(Connection::open_in_memory()?)
    }

    fn with(connection: Connection) -> Result<Self, QueueError> {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.set_prepared_statement_cache_capacity(64);
        let queue = Self { connection: Mutex::new(connection) };
        queue.write_durably(|transaction| {
            let found = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if found > VERSION {
                return Err(QueueError::Version { found, known: VERSION });
            }
            if found < 1 {
                transaction.execute_batch(TABLES)?;
            }
            if found < VERSION {
                transaction.execute_batch(KEYED)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
            }
            Ok(())
        })?;
        Ok(queue)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something as a whole or not at all; it and everything before it is durable afterwards, whatever becomes of the machine.
    fn write_durably<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, QueueError>,
    ) -> Result<T, QueueError> {
        let mut connection = self.connection();
        connection.pragma_update(None, "synchronous", "full")?;
        let done = write(&mut connection, work);
        connection.pragma_update(None, "synchronous", "normal")?;
        done
    }

    /// Does something as a whole or not at all. The end of this process does not undo it; if the machine ends, messages that were
    /// sent last may be sent again.
    fn write<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, QueueError>,
    ) -> Result<T, QueueError> {
        write(&mut self.connection(), work)
    }
}

fn write<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, QueueError>,
) -> Result<T, QueueError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

/// A time of the queue, which has milliseconds.
fn time(at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or_default()
}

/// The file is for its owner alone; `SQLite` gives the files beside it the same rights.
#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    // Where this fails, opening the queue says why.
    let mut options = std::fs::OpenOptions::new();
    let _ = options.write(true).create(true).truncate(false).mode(0o600).open(path);
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_of_version_1_gives_no_key_a_second_time() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        let sql = "insert into delivery (sink, lane, place, state, is_head, finding, thread, revision, level, rule, turn,
                base, key, alert, gathers, queued, due)
            values ('a', 'l', ?1, 'sent', 0, 'f', 'f', 1, 1, 'r', 'raised', ?2, ?3, '', 0, ?1, ?1)";
        // The first row of the first was forgotten already.
        for row in [(1, "f.1", "f.1.again-3"), (2, "g.1", "g.1")] {
            connection.execute(sql, row).unwrap();
        }
        let queue = Queue::with(connection).unwrap();
        let n = |base: &str| -> i64 {
            let sql = "select n from keyed where base = ?1";
            queue.connection().query_row(sql, [base], |row| row.get(0)).unwrap()
        };
        assert_eq!((n("f.1"), n("g.1")), (4, 1));
    }
}
