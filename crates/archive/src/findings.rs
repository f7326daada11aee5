//! The store of findings: what was found last of each, and what people decided about it.
//!
//! One `SQLite` file. A finding is its JSON as an engine wrote it, under its id; decisions are kept beside it and never change it.

mod decision;
mod filter;
mod outbox;
mod row;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use thiserror::Error;

pub use self::decision::{Decided, Decision};
pub use self::filter::{Filter, Whether};
pub use self::outbox::{News, NewsEvent};
pub use self::row::Stored;
use self::row::{Head, Place};
use crate::disk;

/// Why the store could not do something.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FindingsError {
    /// `SQLite` failed.
    #[error("the store of findings failed")]
    Store(#[from] rusqlite::Error),
    /// A text is no finding.
    #[error("is no finding: {why}")]
    NoFinding {
        /// What is wrong.
        why: String,
    },
    /// Its file was removed or replaced by another while it was open: nobody would find what is put into it.
    #[error("the store of findings `{path}` was removed or replaced by another")]
    Gone {
        /// Where it was.
        path: PathBuf,
    },
    /// The file was made by a later version.
    #[error("the store of findings has version {found}; known is {known}")]
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
create table if not exists finding (
    id text primary key,
    revision integer not null,
    state text not null,
    strength integer not null,
    level integer not null,
    kind text not null,
    rule text not null,
    provider text,
    tenant text,
    time integer,
    case_id text,
    json text not null
) without rowid;
create index if not exists finding_time on finding (time);
create table if not exists replaced (id text primary key, by_id text not null) without rowid;
create table if not exists decision (
    number integer primary key,
    id text not null,
    what text not null,
    because text not null,
    by_whom text not null,
    at integer not null,
    until integer,
    level integer not null
);
create index if not exists decision_id on decision (id);
";

/// The store of findings.
#[derive(Debug)]
pub struct Findings {
    connection: Mutex<Connection>,
    file: Option<StoreFile>,
}

/// The file of a store, and what told it from all others when it was opened.
#[derive(Debug)]
struct StoreFile {
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

/// What became of a finding that was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was not there.
    Added,
    /// It took the place of an earlier revision.
    Revised,
    /// The same, or a later one, was there.
    Kept,
}

impl Findings {
    /// Opens a store, or begins one.
    pub fn open(path: &Path) -> Result<Self, FindingsError> {
        make_private(path);
        let store = Self::with(Connection::open(path)?)?;
        let identity = disk::identity(path).ok().flatten();
        Ok(Self { file: Some(StoreFile { path: path.to_owned(), identity }), ..store })
    }

    /// A store that vanishes with the process.
    pub fn in_memory() -> Result<Self, FindingsError> {
        Self::with(Connection::open_in_memory()?)
    }

    fn with(connection: Connection) -> Result<Self, FindingsError> {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > VERSION {
            return Err(FindingsError::Version { found, known: VERSION });
        }
        if found < VERSION {
            connection.execute_batch(TABLES)?;
            connection.execute_batch(outbox::TABLES)?;
            connection.pragma_update(None, "user_version", VERSION)?;
        }
        Ok(Self { connection: Mutex::new(connection), file: None })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a finding, given as its JSON. What is settled is replaced by a later settled revision alone; what is not, by anything
    /// settled or later. What is added to a settled finding before that has settled takes its place only if it is worse, until
    /// anything settled comes. Putting the same again changes nothing.
    pub fn put(&self, json: &str) -> Result<Put, FindingsError> {
        let mut puts = self.put_all(&[json])?;
        Ok(puts.pop().unwrap_or(Put::Kept))
    }

    /// Keeps findings, all or none: they are durable afterwards, in a file that is still there.
    pub fn put_all<J: AsRef<str>>(&self, findings: &[J]) -> Result<Vec<Put>, FindingsError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let puts = findings.iter().map(|json| put(&transaction, json.as_ref()));
        let puts = puts.collect::<Result<_, _>>()?;
        transaction.commit()?;
        self.file.as_ref().map_or(Ok(()), StoreFile::check)?;
        Ok(puts)
    }

    /// A finding, by its id.
    pub fn get(&self, id: &str) -> Result<Option<Stored>, FindingsError> {
        let connection = self.connection();
        let sql = format!("{} where finding.id = ?1", row::SELECT);
        Ok(connection.query_row(&sql, [id], row::stored).optional()?)
    }

    /// The ids that begin with a text, at most `most` of them.
    pub fn ids(&self, prefix: &str, most: u32) -> Result<Vec<String>, FindingsError> {
        let connection = self.connection();
        let sql =
            "select id from finding where substr(id, 1, length(?1)) = ?1 order by id limit ?2";
        let mut query = connection.prepare(sql)?;
        let ids = query.query_map(params![prefix, most], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Findings in the order of their time, the newest first; those without a time come last.
    pub fn list(&self, filter: &Filter, now: Timestamp) -> Result<Vec<Stored>, FindingsError> {
        filter.run(&self.connection(), now)
    }

    /// Closes a finding: it is looked at and done with, until a time if one is given, and as long as its level does not rise.
    /// Whether there is one of that id.
    pub fn close(
        &self,
        id: &str,
        because: &str,
        by: &str,
        at: Timestamp,
        until: Option<Timestamp>,
    ) -> Result<bool, FindingsError> {
        let decision = Decision::closed(because, by, at, until);
        self.decide(id, &decision)
    }

    /// Opens a finding again. Whether there is one of that id.
    pub fn reopen(
        &self,
        id: &str,
        because: &str,
        by: &str,
        at: Timestamp,
    ) -> Result<bool, FindingsError> {
        self.decide(id, &Decision::reopened(because, by, at))
    }

    fn decide(&self, id: &str, decision: &Decision) -> Result<bool, FindingsError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let is_there = decision.write(&transaction, id)?;
        outbox::add(&transaction, id, decision.decided.into())?;
        transaction.commit()?;
        Ok(is_there)
    }

    /// By which a reader of [`Self::news`] knows that it is the same store as before: in another one places begin again.
    pub fn name(&self) -> Result<String, FindingsError> {
        outbox::name(&self.connection())
    }

    /// What happened to findings after a place, in order, at most so much; from the beginning after 0.
    pub fn news(&self, after: u64, most: u32) -> Result<Vec<News>, FindingsError> {
        outbox::after(&self.connection(), after, most)
    }

    /// Lets go of the news up to a place, that included.
    pub fn forget_news(&self, until: u64) -> Result<(), FindingsError> {
        outbox::forget(&self.connection(), until)
    }

    /// What was decided about a finding, in order.
    pub fn decisions(&self, id: &str) -> Result<Vec<Decision>, FindingsError> {
        Ok(decision::all(&self.connection(), id)?)
    }
}

impl StoreFile {
    /// Whether its path still leads to it, as far as the system says.
    fn check(&self) -> Result<(), FindingsError> {
        let is_gone = match disk::identity(&self.path) {
            Ok(found) => found.is_some() && found != self.identity,
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if is_gone { Err(FindingsError::Gone { path: self.path.clone() }) } else { Ok(()) }
    }
}

fn put(connection: &Connection, json: &str) -> Result<Put, FindingsError> {
    let head = Head::read(json)?;
    for replaced in &head.replaces {
        let sql = "insert or replace into replaced (id, by_id) values (?1, ?2)";
        connection.execute(sql, [replaced, &head.id])?;
    }
    let there = Place::of(connection, &head.id)?;
    let rank = match &there {
        Some(there) if head.follows(there) => there.rank,
        Some(there) if there.rank >= head.rank() => return Ok(Put::Kept),
        _ => head.rank(),
    };
    head.write(connection, json, rank)?;
    outbox::add(connection, &head.id, NewsEvent::Put)?;
    Ok(if there.is_some() { Put::Revised } else { Put::Added })
}

/// The file is for its owner alone; `SQLite` gives the files beside it the same rights.
#[cfg(unix)]
pub(crate) fn make_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    // Where this fails, opening the store says why.
    let mut options = std::fs::OpenOptions::new();
    let _ = options.write(true).create(true).truncate(false).mode(0o600).open(path);
}

#[cfg(not(unix))]
pub(crate) fn make_private(_: &Path) {}
