//! A finding as the store has it.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Deserialize;

use super::FindingsError;
use super::decision::{Decided, Decision};

/// What is read out of a finding's JSON, to find it again.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) id: String,
    kind: String,
    level: String,
    rule: RuleName,
    time: Option<Timestamp>,
    provider: Option<String>,
    tenant: Option<String>,
    state: String,
    revision: i64,
    #[serde(default)]
    pub(super) replaces: Vec<String>,
    case: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RuleName {
    name: String,
}

/// Levels from the lowest.
pub(super) const LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];

/// The place of a level among [`LEVELS`].
pub(super) fn level(name: &str) -> Option<i64> {
    LEVELS.iter().zip(0..).find(|(one, _)| **one == name).map(|(_, at)| at)
}

impl Head {
    pub(super) fn read(json: &str) -> Result<Self, FindingsError> {
        let no = |why: String| FindingsError::NoFinding { why };
        let head: Self = serde_json::from_str(json).map_err(|error| no(error.to_string()))?;
        if level(&head.level).is_none() {
            return Err(no(format!("`{}` is no level", head.level)));
        }
        Ok(head)
    }

    /// What is settled is stronger than what is not; of equals the later revision is. A weak setting is settled as soon as it is
    /// seen, and withdrawn once it is mended, which is later and no weaker.
    pub(super) fn rank(&self) -> (i64, i64) {
        (i64::from(self.state == "settled" || self.kind == "posture"), self.revision)
    }

    /// Whether it goes on from what settled: worse than that, and not settled itself yet, which nobody may have to wait for; or
    /// settled after such a rise, be it as it was before.
    pub(super) fn follows(&self, there: &Place) -> bool {
        let is_provisional = self.state == "provisional";
        there.is_settled()
            && if is_provisional {
                level(&self.level) > Some(there.level)
            } else {
                there.is_provisional && self.rank() == there.rank
            }
    }

    /// In the place of what is there, with a rank that is its own or that of what it goes on from.
    pub(super) fn write(
        &self,
        connection: &Connection,
        json: &str,
        rank: (i64, i64),
    ) -> rusqlite::Result<()> {
        let sql = "insert or replace into finding (id, revision, state, strength, level, kind, rule, provider, tenant, time, case_id, json)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        let (strength, revision) = rank;
        let time = self.time.map(Timestamp::as_millisecond);
        let Self { id, state, kind, provider, tenant, case, .. } = self;
        let (rule, level) = (&self.rule.name, level(&self.level));
        connection.prepare(sql)?.execute(params![
            id, revision, state, strength, level, kind, rule, provider, tenant, time, case, json
        ])?;
        Ok(())
    }
}

/// What stands under an id already.
pub(super) struct Place {
    /// That of what settled last, as long as anything did.
    pub(super) rank: (i64, i64),
    level: i64,
    is_provisional: bool,
}

impl Place {
    pub(super) fn of(connection: &Connection, id: &str) -> rusqlite::Result<Option<Self>> {
        let sql = "select strength, revision, level, state from finding where id = ?1";
        let place = connection.prepare_cached(sql)?.query_row([id], |row| {
            let is_provisional = row.get::<_, String>(3)? == "provisional";
            Ok(Self { rank: (row.get(0)?, row.get(1)?), level: row.get(2)?, is_provisional })
        });
        place.optional()
    }

    fn is_settled(&self) -> bool {
        self.rank.0 > 0
    }
}

/// A finding that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its id.
    pub id: String,
    /// Its JSON, as it was put.
    pub json: String,
    /// The last decision about it.
    pub decision: Option<Decision>,
    /// The id of a finding that took its place, if one did.
    pub replaced_by: Option<String>,
    /// Its level among all five, from 0.
    pub(super) level: i64,
}

impl Stored {
    /// Whether it is closed at some time: the last decision says so, did not expire, and its level did not rise since.
    pub fn is_closed(&self, now: Timestamp) -> bool {
        self.decision.as_ref().is_some_and(|decision| {
            decision.decided == Decided::Closed
                && decision.until.is_none_or(|until| now < until)
                && self.level <= decision.level
        })
    }
}

/// What [`stored`] reads.
pub(super) const SELECT: &str = "select finding.id, finding.json, finding.level, replaced.by_id,
        decision.what, decision.because, decision.by_whom, decision.at, decision.until, decision.level
    from finding
    left join replaced on replaced.id = finding.id
    left join decision on decision.number = (select max(number) from decision where id = finding.id)";

pub(super) fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let has_decision = row.get::<_, Option<String>>(4)?.is_some();
    Ok(Stored {
        id: row.get(0)?,
        json: row.get(1)?,
        level: row.get(2)?,
        replaced_by: row.get(3)?,
        decision: if has_decision { Some(Decision::read(row, 4)?) } else { None },
    })
}
