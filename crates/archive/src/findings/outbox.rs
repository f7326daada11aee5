//! What happened to findings, in order, for whoever tells others of it.
//!
//! A row is written in the transaction that changes the finding, so that nothing is told that is not kept, and nothing kept
//! that is not told. Whoever reads keeps its own place, and lets rows go that it has passed on.

use rusqlite::{Connection, Row, params};

use super::FindingsError;

/// Something that happened to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Its place; later news has a higher one, and none is given twice.
    pub seq: u64,
    /// The id of the finding.
    pub id: String,
    /// What happened.
    pub event: NewsEvent,
    /// The finding as it was then, as JSON.
    pub json: String,
}

/// What can happen to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewsEvent {
    /// It was added, or revised; if it was withdrawn its state says so.
    Put,
    /// A person closed it.
    Closed,
    /// A person opened it again.
    Reopened,
}

impl NewsEvent {
    fn name(self) -> &'static str {
        match self {
            Self::Put => "put",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "closed" => Self::Closed,
            "reopened" => Self::Reopened,
            _ => Self::Put,
        }
    }
}

/// The tables. The name tells a store from one that was made anew, in which places begin again.
pub(super) const TABLES: &str = "
create table if not exists outbox (
    seq integer primary key autoincrement,
    id text not null,
    event text not null,
    json text not null
);
create table if not exists outbox_name (name text not null);
insert into outbox_name select lower(hex(randomblob(16))) where not exists (select 1 from outbox_name);
";

/// Writes down what happened to the finding as it stands now.
pub(super) fn add(connection: &Connection, id: &str, event: NewsEvent) -> rusqlite::Result<()> {
    let sql = "insert into outbox (id, event, json) select id, ?2, json from finding where id = ?1";
    connection.prepare_cached(sql)?.execute(params![id, event.name()])?;
    Ok(())
}

/// By which a reader knows that it is the same store as before.
pub(super) fn name(connection: &Connection) -> Result<String, FindingsError> {
    Ok(connection.query_row("select name from outbox_name", [], |row| row.get(0))?)
}

/// What happened after a place, in order, at most so much.
pub(super) fn after(
    connection: &Connection,
    seq: u64,
    most: u32,
) -> Result<Vec<News>, FindingsError> {
    let sql = "select seq, id, event, json from outbox where seq > ?1 order by seq limit ?2";
    let mut query = connection.prepare_cached(sql)?;
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    Ok(query.query_map(params![seq, most], news)?.collect::<Result<_, _>>()?)
}

fn news(row: &Row<'_>) -> rusqlite::Result<News> {
    Ok(News {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        id: row.get(1)?,
        event: NewsEvent::named(&row.get::<_, String>(2)?),
        json: row.get(3)?,
    })
}

/// Lets go of everything up to a place, that included.
pub(super) fn forget(connection: &Connection, seq: u64) -> Result<(), FindingsError> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    connection.execute("delete from outbox where seq <= ?1", [seq])?;
    Ok(())
}
