//! The store of what is known of credentials: what providers list, and what the log tells of each.
//!
//! One `SQLite` file. What was done with a credential is added up piece by piece, each together with how far the log was read, so
//! that after a crash nothing is counted twice and nothing is left out.

mod piece;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use inventory::{Snapshot, Tally};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use thiserror::Error;

use crate::Position;

/// Why the store could not do something.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CardsError {
    /// `SQLite` failed.
    #[error("the store of credentials failed")]
    Store(#[from] rusqlite::Error),
    /// What lies in it cannot be read.
    #[error("the store of credentials holds what cannot be read")]
    Unreadable(#[from] serde_json::Error),
    /// The file was made by a later version.
    #[error("the store of credentials has version {found}; known is {known}")]
    Version {
        /// Of the file.
        found: i64,
        /// Of this program.
        known: i64,
    },
}

/// The version of the tables.
const VERSION: i64 = 1;

/// How long one process waits for another that writes.
const PATIENCE: Duration = Duration::from_secs(10);

const TABLES: &str = "
create table if not exists snapshot (
    tenant text primary key,
    json text not null
) without rowid;
create table if not exists card_use (
    tenant text not null,
    id text not null,
    json text not null,
    primary key (tenant, id)
) without rowid;
create table if not exists coverage (
    tenant text primary key,
    json text not null
) without rowid;
create table if not exists place (one integer primary key check (one = 1), position integer not null);
";

/// The store of what is known of credentials.
#[derive(Debug)]
pub struct Cards {
    connection: Mutex<Connection>,
}

impl Cards {
    /// Opens a store, or begins one.
    pub fn open(path: &Path) -> Result<Self, CardsError> {
        crate::findings::make_private(path);
        Self::with(Connection::open(path)?)
    }

    /// A store that vanishes with the process.
    pub fn in_memory() -> Result<Self, CardsError> {
        Self::with(Connection::open_in_memory()?)
    }

    fn with(connection: Connection) -> Result<Self, CardsError> {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > VERSION {
            return Err(CardsError::Version { found, known: VERSION });
        }
        if found < VERSION {
            connection.execute_batch(TABLES)?;
            connection.pragma_update(None, "user_version", VERSION)?;
        }
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a tenant lists, in place of what it listed before; of what it lists no more the last card stays.
    /// What the log tells is not part of it.
    pub fn put_snapshot(&self, snapshot: &Snapshot) -> Result<(), CardsError> {
        let mut snapshot = snapshot.clone();
        if let Some(earlier) = piece::snapshot(&self.connection(), &snapshot.tenant)? {
            snapshot.keep(&earlier);
        }
        let json = serde_json::to_string(&snapshot)?;
        let sql = "insert or replace into snapshot (tenant, json) values (?1, ?2)";
        self.connection().execute(sql, params![snapshot.tenant, json])?;
        Ok(())
    }

    /// Adds what a piece of the intake tells, and keeps how far that is: both or neither.
    pub fn absorb(&self, piece: Tally, until: Position) -> Result<(), CardsError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        piece::add(&transaction, piece)?;
        let sql = "insert or replace into place (one, position) values (1, ?1)";
        transaction.execute(sql, [i64::try_from(until.0).unwrap_or(i64::MAX)])?;
        Ok(transaction.commit()?)
    }

    /// How far the intake was read; `None` if nothing was.
    pub fn position(&self) -> Result<Option<Position>, CardsError> {
        let connection = self.connection();
        let sql = "select position from place where one = 1";
        let position: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
        Ok(position.map(|position| Position(u64::try_from(position).unwrap_or(0))))
    }

    /// Forgets what the log told, for it is to be read again from the beginning.
    pub fn forget_uses(&self) -> Result<(), CardsError> {
        let sql = "begin immediate; delete from card_use; delete from coverage; delete from place; commit;";
        Ok(self.connection().execute_batch(sql)?)
    }

    /// The tenants of which something is known, in order of name.
    pub fn tenants(&self) -> Result<Vec<String>, CardsError> {
        let connection = self.connection();
        let sql = "select tenant from snapshot union select tenant from coverage order by 1";
        let mut query = connection.prepare(sql)?;
        let names = query.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Everything that is known of a tenant: its lists, joined with what the log tells. `None` if nothing is.
    ///
    /// A tenant that was never listed has cards of its log alone.
    pub fn tenant(&self, name: &str) -> Result<Option<Snapshot>, CardsError> {
        let connection = self.connection();
        let coverage = piece::coverage(&connection, name)?.unwrap_or_default();
        let listed = piece::snapshot(&connection, name)?;
        let Some(mut snapshot) = listed.or_else(|| Snapshot::of_log(name, coverage)) else {
            return Ok(None);
        };
        snapshot.join(coverage, piece::uses(&connection, name)?);
        Ok(Some(snapshot))
    }
}
