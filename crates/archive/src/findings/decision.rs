//! What people decide about findings.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::outbox::NewsEvent;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// It is looked at and done with.
    Closed,
    /// It is to be looked at again.
    Reopened,
}

impl From<Decided> for NewsEvent {
    fn from(decided: Decided) -> Self {
        match decided {
            Decided::Closed => Self::Closed,
            Decided::Reopened => Self::Reopened,
        }
    }
}

/// A decision about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What was decided.
    pub decided: Decided,
    /// Why, for people.
    pub because: String,
    /// Who decided.
    pub by: String,
    /// When, to the millisecond.
    pub at: Timestamp,
    /// Until when it holds; `None` for good.
    pub until: Option<Timestamp>,
    /// The level that the finding had, from 0.
    #[serde(skip)]
    pub(super) level: i64,
}

impl Decision {
    pub(super) fn closed(because: &str, by: &str, at: Timestamp, until: Option<Timestamp>) -> Self {
        let (because, by) = (because.to_owned(), by.to_owned());
        Self { decided: Decided::Closed, because, by, at, until, level: 0 }
    }

    pub(super) fn reopened(because: &str, by: &str, at: Timestamp) -> Self {
        Self { decided: Decided::Reopened, ..Self::closed(because, by, at, None) }
    }

    /// Writes it down for the finding as it is. Whether there is one.
    pub(super) fn write(&self, connection: &Connection, id: &str) -> rusqlite::Result<bool> {
        let sql = "insert into decision (id, what, because, by_whom, at, until, level)
            select id, ?2, ?3, ?4, ?5, ?6, level from finding where id = ?1";
        let until = self.until.map(Timestamp::as_millisecond);
        let (what, at) = (what(self.decided), self.at.as_millisecond());
        let n_rows =
            connection.execute(sql, params![id, what, self.because, self.by, at, until])?;
        Ok(n_rows > 0)
    }

    /// Reads it from six columns of a row.
    pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        let time = |at: i64| Timestamp::from_millisecond(at).unwrap_or_default();
        let is_closed = row.get::<_, String>(first)? == what(Decided::Closed);
        Ok(Self {
            decided: if is_closed { Decided::Closed } else { Decided::Reopened },
            because: row.get(first + 1)?,
            by: row.get(first + 2)?,
            at: time(row.get(first + 3)?),
            until: row.get::<_, Option<i64>>(first + 4)?.map(time),
            level: row.get(first + 5)?,
        })
    }
}

fn what(decided: Decided) -> &'static str {
    match decided {
        Decided::Closed => "closed",
        Decided::Reopened => "reopened",
    }
}

/// All decisions about a finding, in order.
pub(super) fn all(connection: &Connection, id: &str) -> rusqlite::Result<Vec<Decision>> {
    let sql = "select what, because, by_whom, at, until, level from decision where id = ?1 order by number";
    let mut query = connection.prepare(sql)?;
    query.query_map([id], |row| Decision::read(row, 0))?.collect()
}
