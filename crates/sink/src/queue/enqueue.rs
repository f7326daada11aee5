//! One message into the lane of its case.

use finding::{Finding, Kind, Level};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{QueueError, count};
use crate::{Alert, Key, Policy, Turn};

/// Findings that one message gathers beside its own; then it goes out, and the next one gathers.
pub(super) const GATHERED_MAX: i64 = 99;

/// Something to tell a sink.
pub(super) struct Message<'a> {
    pub(super) alert: &'a Alert,
    pub(super) turn: Turn,
    /// The id under which the finding was told first.
    pub(super) thread: &'a str,
    pub(super) lane: &'a str,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
}

/// When a message is sent.
enum When {
    /// As soon as its lane and its sink allow.
    At(i64),
    /// When those that come until then are gathered with it.
    Gathering(i64),
    /// With another one.
    With(i64),
}

/// The lane of what is told of a finding for the first time: its case, or for weak settings all of the tenant. Those of one reading
/// are found at once, and are told together.
pub(super) fn lane(finding: &Finding) -> String {
    if finding.kind != Kind::Posture {
        return finding.case.to_string();
    }
    let named = |name: &Option<String>| name.clone().unwrap_or_default();
    format!("posture.{}.{}", named(&finding.provider), named(&finding.tenant))
}

/// Puts a message into its lane.
pub(super) fn enqueue(connection: &Connection, message: &Message<'_>) -> Result<(), QueueError> {
    let when = if message.turn == Turn::Raised { gather(connection, message)? } else { None };
    let when = when.unwrap_or_else(|| When::At(message.due(message.now)));
    if let When::At(due) = when {
        hurry(connection, message, due)?;
    }
    insert(connection, message, &when)?;
    tell(connection, message)?;
    if let When::With(_) = when {
        count::add(connection, &message.policy.sink, "folded")?;
    }
    Ok(())
}

impl Message<'_> {
    fn finding(&self) -> &Finding {
        &self.alert.finding
    }

    fn level(&self) -> i64 {
        self.finding().level as i64
    }

    fn is_weakness(&self) -> bool {
        self.finding().kind == Kind::Posture
    }

    /// By what findings of a lane are gathered: their rule, or that they are weak settings.
    fn gathered_by(&self) -> &str {
        if self.is_weakness() { "posture" } else { &self.finding().rule.name }
    }

    /// When it may be sent, if it is not sent before a time: not in hours that are quiet, unless it is critical.
    fn due(&self, earliest: Timestamp) -> i64 {
        let quiet = self.policy.quiet.as_ref().filter(|_| self.finding().level < Level::Critical);
        let end = quiet.and_then(|hours| hours.end(earliest));
        end.unwrap_or(earliest).as_millisecond()
    }

    /// With what comes until then.
    fn gathering(&self, until: i64) -> When {
        When::Gathering(self.due(Timestamp::from_millisecond(until).unwrap_or(self.now)))
    }
}

/// Whether findings of the same rule and case, or weak settings of the same tenant, are being gathered, and what that means for this
/// one; `None` if it begins to, or goes by itself, as what was told before does. Of weak settings the first waits for the others, too:
/// nobody gets up for them, and those of a first reading come all at once.
fn gather(connection: &Connection, message: &Message<'_>) -> Result<Option<When>, QueueError> {
    if message.policy.fold.is_zero() || was_told(connection, message)? {
        return Ok(None);
    }
    let (sink, rule) = (&message.policy.sink, message.gathered_by());
    let Ok(fold) = i64::try_from(message.policy.fold.as_millis()) else { return Ok(None) };
    let now = message.now.as_millisecond();
    let sql = "select until from gathering
        where sink = ?1 and rule = ?2 and lane = ?3 and until > ?4 and level >= ?5";
    let key = params![sink, rule, message.lane, now, message.level()];
    let until: Option<i64> =
        connection.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()?;
    let Some(until) = until else {
        let sql = "insert or replace into gathering (sink, rule, lane, until, level)
            values (?1, ?2, ?3, ?4, ?5)";
        let until = now.saturating_add(fold);
        let row = params![sink, rule, message.lane, until, message.level()];
        connection.prepare_cached(sql)?.execute(row)?;
        return Ok(message.is_weakness().then(|| message.gathering(until)));
    };
    let Some((gatherer, n_gathered)) = gatherer(connection, message)? else {
        return Ok(Some(message.gathering(until)));
    };
    if n_gathered + 1 >= GATHERED_MAX {
        let sql = "update delivery set due = min(due, ?2), gathers = 0 where number = ?1";
        let due = message.due(message.now);
        connection.prepare_cached(sql)?.execute(params![gatherer, due])?;
    }
    Ok(Some(When::With(gatherer)))
}

fn was_told(connection: &Connection, message: &Message<'_>) -> Result<bool, QueueError> {
    let sql = "select exists (select 1 from told where sink = ?1 and thread = ?2)";
    let mut query = connection.prepare_cached(sql)?;
    Ok(query.query_row([message.policy.sink.as_str(), message.thread], |row| row.get(0))?)
}

/// The message that gathers, if there is one that was not taken yet, and how many are with it.
fn gatherer(
    connection: &Connection,
    message: &Message<'_>,
) -> Result<Option<(i64, i64)>, QueueError> {
    let sql = "select number, (select count(*) from delivery with_it where with_it.folded_into = one.number)
        from delivery one
        where sink = ?1 and lane = ?2 and (rule = ?3 or ?4) and state = 'waiting' and gathers = 1 and n_attempts = 0
        order by place desc limit 1";
    let rule = &message.finding().rule.name;
    let key = params![message.policy.sink, message.lane, rule, message.is_weakness()];
    let mut query = connection.prepare_cached(sql)?;
    Ok(query.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Messages of the lane that wait without need go out before this one: those that gather, and, if it is critical, those that wait
/// for the end of quiet hours.
fn hurry(connection: &Connection, message: &Message<'_>, due: i64) -> Result<(), QueueError> {
    let is_critical = message.finding().level == Level::Critical;
    let sql = "update delivery set due = ?3
        where sink = ?1 and lane = ?2 and state = 'waiting' and n_attempts = 0 and due > ?3 and (gathers = 1 or ?4)";
    let row = params![message.policy.sink, message.lane, due, is_critical];
    connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn insert(connection: &Connection, message: &Message<'_>, when: &When) -> Result<(), QueueError> {
    let (state, due, gathers, folded_into) = match *when {
        When::At(due) => ("waiting", due, false, None),
        When::Gathering(due) => ("waiting", due, true, None),
        When::With(other) => ("folded", message.now.as_millisecond(), false, Some(other)),
    };
    let finding = message.finding();
    let (base, key) = key(connection, message)?;
    let sql = "insert into delivery (sink, lane, place, state, is_head, finding, thread, revision, level, rule,
            turn, base, key, alert, gathers, folded_into, queued, due)
        values (?1, ?2, (select coalesce(max(place), 0) + 1 from delivery), ?3,
            ?3 = 'waiting' and not exists (select 1 from delivery where sink = ?1 and lane = ?2 and state = 'waiting'),
            ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
    connection.prepare_cached(sql)?.execute(params![
        message.policy.sink,
        message.lane,
        state,
        finding.id.as_str(),
        message.thread,
        finding.revision,
        message.level(),
        finding.rule.name,
        message.turn.name(),
        base,
        key,
        serde_json::to_string(message.alert)?,
        gathers,
        folded_into,
        message.now.as_millisecond(),
        due,
    ])?;
    Ok(())
}

/// The key, and what it would be if nothing had been told under that before. A thread other than that of the finding ends under a
/// key of its own.
fn key(connection: &Connection, message: &Message<'_>) -> Result<(String, String), QueueError> {
    let finding = message.finding();
    let mut base = Key::of(finding, message.turn).as_str().to_owned();
    if message.turn == Turn::Withdrawn && finding.state != finding::State::Withdrawn {
        base = format!("{}.by.{base}", message.thread);
    }
    let sql = "insert into keyed (sink, base, n, at) values (?1, ?2, 1, ?3)
        on conflict (sink, base) do update set n = n + 1, at = ?3 returning n - 1";
    let mut query = connection.prepare_cached(sql)?;
    let row = params![message.policy.sink, base, message.now.as_millisecond()];
    let n: u64 = query.query_row(row, |row| row.get(0))?;
    let key = if n == 0 { base.clone() } else { format!("{base}.again-{n}") };
    Ok((base, key))
}

/// Notes what the sink will have been told.
fn tell(connection: &Connection, message: &Message<'_>) -> Result<(), QueueError> {
    let finding = message.finding();
    let sql = "insert into told (sink, thread, lane, finding, revision, level, turn, at)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        on conflict (sink, thread) do update set
            finding = ?4, revision = ?5, level = ?6, turn = ?7, at = ?8";
    connection.prepare_cached(sql)?.execute(params![
        message.policy.sink,
        message.thread,
        message.lane,
        finding.id.as_str(),
        finding.revision,
        message.level(),
        message.turn.name(),
        message.now.as_millisecond(),
    ])?;
    Ok(())
}
