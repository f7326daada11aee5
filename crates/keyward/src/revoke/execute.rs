//! Carrying a plan out: each call after it is on record, each end of one on record after it.

use std::time::Duration;

use archive::Audit;
use idp::{Acted, Action, Error, Executing, Intent, Retry, Trail, TrailError};
use jiff::Timestamp;
use outbound::Secret;
use serde_json::{Value, json};

use super::desk::{self, Desk};
use super::order::Target;
use super::plan::Plan;

/// The longest wait for a rate limit.
const LONGEST: Duration = Duration::from_mins(2);

/// How often a call that was refused for the rate is made again.
const AGAIN: u32 = 3;

/// Who does it and why, for the record.
#[derive(Debug, Clone)]
pub(crate) struct Whose {
    /// Who.
    pub(crate) by: String,
    /// Why; empty if nobody said.
    pub(crate) because: String,
    /// The incident that it belongs to.
    pub(crate) incident: Option<String>,
}

/// A call that was made, or had nothing to do.
pub(crate) struct Made {
    /// What was done.
    pub(crate) action: Action,
    /// Its number on record; `None` if it was not called, since it was so already.
    pub(crate) seq: Option<u64>,
    /// The status of the answer.
    pub(crate) status: Option<u16>,
    /// Whether there was nothing (any more) to do it to.
    pub(crate) was_gone: bool,
    /// When it ended.
    pub(crate) at: Timestamp,
    /// Why it failed.
    pub(crate) error: Option<String>,
    /// The id of what was made.
    pub(crate) created: Option<String>,
    /// The id of the user whose token ended itself; `None` for everything else, and where it was not told.
    pub(crate) owner: Option<String>,
}

/// What came of a plan.
pub(crate) struct Carried {
    /// The calls that were come to, in order. One that failed is the last.
    pub(crate) made: Vec<Made>,
    /// The secret that was made.
    pub(crate) secret: Option<Secret>,
    /// What went wrong beside the calls.
    pub(crate) troubles: Vec<String>,
}

/// A call that was made.
struct Called {
    seq: u64,
    ended: Result<Acted, Error>,
    /// Why its end is not on record, if it is not.
    unwritten: Option<String>,
}

impl Carried {
    /// Whether anything was sent that may have changed something.
    pub(crate) fn has_called(&self) -> bool {
        self.made.iter().any(|one| one.seq.is_some())
    }
}

/// The record, while calls are made for one tenant.
struct Ledger<'d> {
    audit: &'d Audit,
    tenant: &'d str,
    whose: &'d Whose,
}

impl Trail for Ledger<'_> {
    fn begin(&mut self, intent: &Intent) -> Result<u64, TrailError> {
        let mut entry = json!(intent);
        if let Value::Object(members) = &mut entry {
            members.insert("what".into(), json!("call"));
            members.insert("tenant".into(), json!(self.tenant));
            members.insert("by".into(), json!(self.whose.by));
            members.insert("because".into(), json!(self.whose.because));
            members.insert("incident".into(), json!(self.whose.incident));
        }
        let line = self.audit.append(Timestamp::now(), &entry);
        line.map(|line| line.seq).map_err(|source| TrailError { source: Box::new(source) })
    }
}

impl Ledger<'_> {
    /// Writes the end of a call down.
    fn end(&self, seq: u64, ended: &Result<Acted, Error>) -> Result<(), archive::AuditError> {
        let entry = match ended {
            Ok(acted) => json!({
                "what": "end", "call": seq, "status": acted.status, "was_gone": acted.was_gone,
                "made": acted.made, "error": null,
            }),
            Err(error) => json!({"what": "end", "call": seq, "error": error.to_string()}),
        };
        self.audit.append(Timestamp::now(), &entry).map(drop)
    }
}

/// Makes the calls of a plan, one after the other, and stops at the first that fails.
pub(crate) async fn carry_out(plan: &Plan, desk: &Desk, whose: &Whose) -> anyhow::Result<Carried> {
    let actor = desk.actor(&plan.order.target, &plan.scopes()).await?;
    let owner = match plan.order.target {
        Target::CurrentToken => desk::owner(&actor).await,
        _ => None,
    };
    let mut ledger = Ledger { audit: &desk.audit, tenant: &desk.tenant.name, whose };
    let mut carried = Carried { made: Vec::new(), secret: None, troubles: Vec::new() };
    for step in &plan.steps {
        if step.is_done {
            carried.made.push(nothing(&step.action));
            continue;
        }
        let called = call(&mut ledger, &actor, &step.action).await;
        let Called { seq, ended, unwritten } = match called {
            // This call was not made. Before the first one nothing was done; after it, what was done must still be told.
            Err(error) if !carried.has_called() => return Err(error),
            Err(error) => {
                let error = Some(format!("{error:#}"));
                carried.made.push(Made { error, ..nothing(&step.action) });
                break;
            }
            Ok(called) => called,
        };
        let (made, secret) = told(&step.action, seq, ended);
        let made = Made { owner: owner.clone(), ..made };
        carried.secret = secret.or(carried.secret);
        let is_over = made.error.is_some() || unwritten.is_some();
        carried.made.push(made);
        carried.troubles.extend(unwritten);
        if is_over {
            break;
        }
    }
    Ok(carried)
}

/// One call, again while it is refused for the rate alone: such a call was not carried out. Fails if none was made.
async fn call(
    ledger: &mut Ledger<'_>,
    actor: &idp::Tenant,
    action: &Action,
) -> anyhow::Result<Called> {
    let mut n_waits = 0;
    loop {
        let executing = Executing::begin(ledger, actor, action)?;
        let seq = executing.number();
        let ended = actor.act(executing).await;
        let unwritten = ledger.end(seq, &ended).err().map(|error| {
            format!("call {seq} was made, and its end could not be written down: {error:#}")
        });
        let wait = match &ended {
            Err(error @ Error::RateLimited { .. }) if n_waits < AGAIN && unwritten.is_none() => {
                error.retry()
            }
            _ => return Ok(Called { seq, ended, unwritten }),
        };
        n_waits += 1;
        if let Retry::After(wait) = wait {
            tokio::time::sleep(wait.min(LONGEST)).await;
        }
    }
}

pub(super) fn nothing(action: &Action) -> Made {
    Made {
        action: action.clone(),
        seq: None,
        status: None,
        was_gone: true,
        at: Timestamp::now(),
        error: None,
        created: None,
        owner: None,
    }
}

fn told(action: &Action, seq: u64, ended: Result<Acted, Error>) -> (Made, Option<Secret>) {
    let made = Made { seq: Some(seq), was_gone: false, ..nothing(action) };
    match ended {
        Ok(acted) => {
            let Acted { status, was_gone, at, made: created, secret } = acted;
            if was_gone && action.name().contains(".user.") {
                // A list of sessions ends; a user who is not there was named wrongly.
                let error = Some("there is no such user (404)".to_owned());
                return (Made { status: Some(status), error, ..made }, None);
            }
            let at = at.unwrap_or(made.at);
            (Made { status: Some(status), was_gone, at, created, ..made }, secret)
        }
        Err(error) => (Made { error: Some(error.to_string()), ..made }, None),
    }
}

/// Whether the record has the same call with an end that it succeeded.
pub(crate) fn was_carried_out(audit: &Audit, action: &Action) -> bool {
    let lines = audit.read().map(|read| read.lines).unwrap_or_default();
    let path = action.call().path;
    let ended_well = |seq: u64| {
        let mut ends = lines.iter().map(|line| &line.entry);
        ends.any(|end| end["call"] == seq && end["status"].is_u64())
    };
    lines.iter().any(|line| {
        let entry = &line.entry;
        let is_same = entry["action"] == action.name() && entry["path"] == path;
        entry["what"] == "call" && is_same && ended_well(line.seq)
    })
}

/// Numbers of calls on record that would make the same secret and whose end is not known. Fails if the record cannot be relied upon.
pub(crate) fn open_calls(audit: &Audit, action: &Action) -> Result<Vec<u64>, archive::AuditError> {
    let lines = audit.read()?.lines;
    let path = action.call().path;
    let ended = |seq: u64| lines.iter().any(|line| line.entry["call"] == seq);
    let same = lines.iter().filter(|line| {
        let entry = &line.entry;
        entry["what"] == "call" && entry["action"] == action.name() && entry["path"] == path
    });
    Ok(same.map(|line| line.seq).filter(|seq| !ended(*seq)).collect())
}
