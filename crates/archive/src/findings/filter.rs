//! Which findings are asked for.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::FindingsError;
use super::row::{SELECT, Stored, level, stored};

/// Which findings are asked for; as it is by default, all that are open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Open ones, closed ones or both.
    pub whether: Whether,
    /// The least level, by its name.
    pub least_level: Option<String>,
    /// The name of the rule.
    pub rule: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The state: `provisional`, `settled` or `withdrawn`. Without it, those that were withdrawn are left out.
    pub state: Option<String>,
    /// The case.
    pub case: Option<String>,
    /// The earliest time of a finding.
    pub since: Option<Timestamp>,
    /// Finds only what was before that.
    pub until: Option<Timestamp>,
    /// How many at most.
    pub most: Option<usize>,
}

/// Open findings or closed ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whether {
    /// Those that nobody closed.
    #[default]
    Open,
    /// Those that somebody closed.
    Closed,
    /// All.
    Any,
}

impl Filter {
    pub(super) fn run(
        &self,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Vec<Stored>, FindingsError> {
        let mut conditions = vec!["replaced.by_id is null".to_owned()];
        let mut values = Vec::new();
        let mut ask = |condition: &str, value: Value| {
            values.push(value);
            conditions.push(format!("{condition} ?{}", values.len()));
        };
        for (column, text) in [
            ("finding.rule =", &self.rule),
            ("finding.tenant =", &self.tenant),
            ("finding.provider =", &self.provider),
            ("finding.case_id =", &self.case),
        ] {
            if let Some(text) = text {
                ask(column, Value::Text(text.clone()));
            }
        }
        match &self.state {
            Some(state) => ask("finding.state =", Value::Text(state.clone())),
            None => ask("finding.state <>", Value::Text("withdrawn".into())),
        }
        if let Some(least) = self.least_level.as_deref().and_then(level) {
            ask("finding.level >=", Value::Integer(least));
        }
        if let Some(since) = self.since {
            ask("finding.time >=", Value::Integer(since.as_millisecond()));
        }
        if let Some(until) = self.until {
            ask("finding.time <", Value::Integer(until.as_millisecond()));
        }
        let conditions = conditions.join(" and ");
        let sql = format!("{SELECT} where {conditions} order by finding.time desc, finding.id");
        let mut query = connection.prepare(&sql)?;
        let rows = query.query_map(params_from_iter(values), stored)?;
        let is_asked = |one: &rusqlite::Result<Stored>| match (one, self.whether) {
            (Ok(one), Whether::Open) => !one.is_closed(now),
            (Ok(one), Whether::Closed) => one.is_closed(now),
            _ => true,
        };
        let most = self.most.unwrap_or(usize::MAX);
        Ok(rows.filter(is_asked).take(most).collect::<Result<_, _>>()?)
    }
}
