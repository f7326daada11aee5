//! Carrying a plan out: each call after it is on record, each end of one on record after it.

use std::time::Duration;

use anyhow::Context;
use idp::{Acted, Action, Error, Executing, Retry};
use jiff::Timestamp;

use super::desk::{self, Desk};
use super::evidence::Reserved;
use super::ledger::Ledger;
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
    /// Whether a secret was made and is in its file.
    pub(crate) has_kept: bool,
    /// What went wrong beside the calls.
    pub(crate) troubles: Vec<String>,
}

/// A call that was made.
struct Called {
    seq: u64,
    ended: Result<Acted, Error>,
    /// Whether a secret came of it and is in its file.
    has_kept: bool,
    /// Why its end is not on record, or its secret not kept.
    troubles: Vec<String>,
}

impl Carried {
    /// Whether anything was sent that may have changed something.
    pub(crate) fn has_called(&self) -> bool {
        self.made.iter().any(|one| one.seq.is_some())
    }
}

/// Makes the calls of a plan, one after the other, and stops at the first that fails. A secret that is made goes into the file
/// that was reserved for it, before anything else is done. `again`: though an earlier call for one has no known end.
pub(crate) async fn carry_out(
    plan: &Plan,
    desk: &Desk,
    (whose, again): (&Whose, bool),
    mut reserved: Option<Reserved>,
) -> anyhow::Result<Carried> {
    let actor = desk.actor(&plan.order.target, &plan.scopes()).await?;
    let owner = match plan.order.target {
        Target::CurrentToken => desk::owner(&actor).await,
        _ => None,
    };
    let once = reserved.is_some() && !again;
    let mut ledger = Ledger { audit: &desk.audit, tenant: &desk.tenant.name, whose, once };
    let mut carried = Carried { made: Vec::new(), has_kept: false, troubles: Vec::new() };
    for step in &plan.steps {
        if step.is_done {
            carried.made.push(nothing(&step.action));
            continue;
        }
        let called = call(&mut ledger, &actor, &step.action, reserved.as_mut()).await;
        let Called { seq, ended, has_kept, troubles } = match called {
            // This call was not made. Before the first one nothing was done; after it, what was done must still be told.
            Err(error) if !carried.has_called() => return Err(error),
            Err(error) => {
                let error = Some(format!("{error:#}"));
                carried.made.push(Made { error, ..nothing(&step.action) });
                break;
            }
            Ok(called) => called,
        };
        let made = Made { owner: owner.clone(), ..told(&step.action, seq, ended) };
        carried.has_kept |= has_kept;
        let is_over = made.error.is_some() || !troubles.is_empty();
        carried.made.push(made);
        carried.troubles.extend(troubles);
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
    mut reserved: Option<&mut Reserved>,
) -> anyhow::Result<Called> {
    let mut n_waits = 0;
    loop {
        let executing = Executing::begin(ledger, actor, action)?;
        let seq = executing.number();
        let ended = actor.act(executing).await;
        let kept = keep(&ended, reserved.as_deref_mut());
        let unwritten = ledger.end(seq, &ended).err().map(|error| {
            format!("call {seq} was made, and its end could not be written down: {error:#}")
        });
        let has_kept = matches!(kept, Some(Ok(())));
        let lost = kept.and_then(Result::err).map(|error| format!("{error:#}"));
        let troubles: Vec<String> = lost.into_iter().chain(unwritten).collect();
        let wait = match &ended {
            Err(error @ Error::RateLimited { .. }) if n_waits < AGAIN && troubles.is_empty() => {
                error.retry()
            }
            _ => return Ok(Called { seq, ended, has_kept, troubles }),
        };
        n_waits += 1;
        if let Retry::After(wait) = wait {
            tokio::time::sleep(wait.min(LONGEST)).await;
        }
    }
}

/// Puts the secret that was made where it is to be; `None` where none was asked for, or nothing was made.
fn keep(
    ended: &Result<Acted, Error>,
    reserved: Option<&mut Reserved>,
) -> Option<anyhow::Result<()>> {
    let (acted, reserved) = (ended.as_ref().ok()?, reserved?);
    let secret = acted.secret.as_ref();
    let shown = secret.context("the provider did not show the new secret: it is in no file");
    Some(shown.and_then(|secret| reserved.keep(secret)))
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

fn told(action: &Action, seq: u64, ended: Result<Acted, Error>) -> Made {
    let made = Made { seq: Some(seq), was_gone: false, ..nothing(action) };
    match ended {
        Ok(acted) => {
            let Acted { status, was_gone, at, made: created, .. } = acted;
            if was_gone && action.name().contains(".user.") {
                // A list of sessions ends; a user who is not there was named wrongly.
                let error = Some("there is no such user (404)".to_owned());
                return Made { status: Some(status), error, ..made };
            }
            let at = at.unwrap_or(made.at);
            Made { status: Some(status), was_gone, at, created, ..made }
        }
        Err(error) => Made { error: Some(error.to_string()), ..made },
    }
}
