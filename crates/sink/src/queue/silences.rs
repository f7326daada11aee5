//! Silences, and what they kept back.

use finding::Finding;
use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{Queue, QueueError, count};
use crate::{Silence, Silenced, Terms};

impl Queue {
    /// Begins a silence; its number. A silence that is over at once silences nothing.
    pub fn silence(
        &self,
        terms: &Terms,
        because: &str,
        by: &str,
        since: Timestamp,
        until: Timestamp,
    ) -> Result<u64, QueueError> {
        let terms = serde_json::to_string(terms)?;
        self.write_durably(|transaction| {
            let sql = "insert into silence (terms, because, by_whom, since, until) values (?1, ?2, ?3, ?4, ?5)";
            let (since, until) = (since.as_millisecond(), until.as_millisecond());
            transaction.execute(sql, params![terms, because, by, since, until])?;
            Ok(transaction.last_insert_rowid().unsigned_abs())
        })
    }

    /// Ends a silence before its time. Whether there is one of that number that holds.
    pub fn end_silence(&self, number: u64, now: Timestamp) -> Result<bool, QueueError> {
        self.write_durably(|transaction| {
            let sql = "update silence set until = ?2 where number = ?1 and until > ?2";
            Ok(transaction.execute(sql, params![number, now.as_millisecond()])? > 0)
        })
    }

    /// All silences, the latest first.
    pub fn silences(&self) -> Result<Vec<Silence>, QueueError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select number, terms, because, by_whom, since, until, n_silenced from silence order by number desc",
        )?;
        let rows = query.query_map([], silence)?.collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().collect::<Result<_, serde_json::Error>>().map_err(QueueError::from)
    }

    /// What a silence kept back of late, in order.
    pub fn silenced(&self, silence: u64) -> Result<Vec<Silenced>, QueueError> {
        let connection = self.connection();
        let mut query = connection.prepare_cached(
            "select silence, finding, revision, level, title, max(at) from silenced
            where silence = ?1 group by finding, revision order by min(number)",
        )?;
        let read = |row: &Row<'_>| {
            Ok(Silenced {
                silence: row.get::<_, i64>(0)?.unsigned_abs(),
                finding: row.get(1)?,
                revision: row.get(2)?,
                level: row.get(3)?,
                title: row.get(4)?,
                at: super::time(row.get(5)?),
            })
        };
        Ok(query.query_map(params![silence], read)?.collect::<Result<_, _>>()?)
    }
}

fn silence(row: &Row<'_>) -> rusqlite::Result<Result<Silence, serde_json::Error>> {
    let terms: String = row.get(1)?;
    let terms: Terms = match serde_json::from_str(&terms) {
        Ok(terms) => terms,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(Silence {
        number: row.get::<_, i64>(0)?.unsigned_abs(),
        terms,
        because: row.get(2)?,
        by: row.get(3)?,
        since: super::time(row.get(4)?),
        until: super::time(row.get(5)?),
        n_silenced: row.get(6)?,
    }))
}

/// Those that hold now.
pub(super) fn in_force(
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<Silence>, QueueError> {
    let sql = "select number, terms, because, by_whom, since, until, n_silenced from silence
        where since <= ?1 and until > ?1 order by number";
    let mut query = connection.prepare_cached(sql)?;
    let rows = query.query_map([now.as_millisecond()], silence)?.collect::<Result<Vec<_>, _>>()?;
    rows.into_iter().collect::<Result<_, serde_json::Error>>().map_err(QueueError::from)
}

/// Writes down that a sink is not told of something.
pub(super) fn note(
    connection: &Connection,
    silence: &Silence,
    sink: &str,
    finding: &Finding,
    now: Timestamp,
) -> Result<(), QueueError> {
    count::add(connection, sink, "silenced")?;
    let sql = "update silence set n_silenced = n_silenced + 1 where number = ?1";
    connection.prepare_cached(sql)?.execute([silence.number])?;
    let sql = "insert into silenced (silence, finding, revision, level, title, at)
        values (?1, ?2, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(sql)?.execute(params![
        silence.number,
        finding.id.as_str(),
        finding.revision,
        finding.level.name(),
        finding.rule.title,
        now.as_millisecond(),
    ])?;
    Ok(())
}
