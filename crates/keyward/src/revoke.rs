//! `keyward revoke`: credentials shut off, by a plan, on record, with proof.
//!
//! ```text
//!  Order ─▶ Plan (asks, changes nothing) ── --execute ──▶ calls, each on record first ─▶ proofs ─▶ evidence
//! ```

pub(crate) mod dependents;
mod desk;
mod evidence;
mod execute;
mod ledger;
mod list;
mod log;
mod order;
mod page;
mod plan;
mod proof;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::Timestamp;

use self::dependents::Dependents;
pub(crate) use self::desk::Desk;
use self::evidence::Reserved;
pub(crate) use self::execute::{Made, Whose};
pub(crate) use self::log::{Walked, walk};
pub(crate) use self::order::{Order, Target, Way};
pub(crate) use self::page::{made_text, plan as plan_page, proof_text};
pub(crate) use self::plan::{NoSuch, Plan, there, url_encoded};
use self::proof::Proof;
pub(crate) use self::proof::Verdict;
use crate::args::{Doing, Revoke, RevokeFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::findings::whoever;
use crate::output::Out;
use crate::render::page::{Block, Line, text};
use crate::render::write_json;

/// What a plan is told with beside itself.
pub(crate) struct Told {
    /// Whose credential makes the calls.
    pub(crate) credential: String,
    /// When it was used last, by the log.
    pub(crate) last_use: Option<Timestamp>,
    /// What it lacks to make the calls.
    pub(crate) lacks: Option<String>,
    /// Who uses what is shut off, one line each.
    pub(crate) dependents: Vec<String>,
    /// What is said where nobody is known to use it.
    pub(crate) unseen: String,
}

/// What came of a plan that was carried out.
pub(crate) struct Outcome {
    /// The calls.
    pub(crate) made: Vec<Made>,
    /// What was seen afterward.
    pub(crate) proofs: Vec<Proof>,
    /// When it began.
    pub(crate) begun: Timestamp,
    /// When it ended.
    pub(crate) ended: Timestamp,
    /// Where the evidence lies.
    pub(crate) evidence: Option<PathBuf>,
    /// Where the secret lies that was made.
    pub(crate) secret_file: Option<PathBuf>,
    /// What went wrong beside the calls.
    pub(crate) troubles: Vec<String>,
}

impl Outcome {
    /// What it comes to: something that shows that it did not help beats what is not known.
    pub(crate) fn exit(&self) -> Exit {
        let worst = |verdict| self.proofs.iter().any(|proof| proof.verdict == verdict);
        let has_failed = self.made.iter().any(|one| one.error.is_some())
            || !self.troubles.is_empty()
            || self.made.len() > self.proofs.len();
        match (has_failed, worst(Verdict::Contradicted), worst(Verdict::Unknown)) {
            (true, ..) | (false, false, true) => Exit::Partial,
            (false, true, _) => Exit::Found,
            (false, false, false) => Exit::Clean,
        }
    }
}

/// Where the parts of an execution are said to go.
pub(crate) struct Execution<'e> {
    /// Who does it, and why.
    pub(crate) whose: &'e Whose,
    /// How long to look for the event.
    pub(crate) wait: Duration,
    /// Where the evidence goes, if not below the data.
    pub(crate) evidence: Option<&'e Path>,
    /// Where a secret goes that is made.
    pub(crate) secret_file: Option<&'e Path>,
    /// Whether a secret is made though an earlier call for one has no known end.
    pub(crate) again: bool,
}

/// Plans, and does it if that is asked for.
pub(crate) fn run(verb: &Revoke, console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to begin a thread")?;
    runtime.block_on(revoke(verb, console))
}

async fn revoke(verb: &Revoke, console: Console) -> anyhow::Result<Exit> {
    let (doing, order) = (verb.doing(), Order::of(verb));
    let desk = Desk::open(doing, console)?;
    desk.spare(&order.target, doing.own).await?;
    let plan = Plan::make(order.clone(), &desk).await?;
    if plan.order.target != order.target {
        // It was named by a beginning, or by another name.
        desk.spare(&plan.order.target, doing.own).await?;
    }
    let told = told(&plan, &desk, None).await?;
    if !doing.execute {
        print(&plan, &desk, &told, (None, doing))?;
        return Ok(told.exit(&plan));
    }
    told.check(&plan)?;
    let whose = Whose {
        by: doing.by.clone().unwrap_or_else(whoever),
        because: doing.because.clone().unwrap_or_default(),
        incident: None,
    };
    let (secret_file, again) = match verb {
        Revoke::Secret(args) => (args.new_secret_file.as_deref(), args.again),
        _ => (None, false),
    };
    let wait = Duration::try_from(doing.wait.0).unwrap_or_default();
    let evidence = doing.evidence.as_deref();
    let execution = Execution { whose: &whose, wait, evidence, secret_file, again };
    let outcome = execute(&plan, &desk, &execution).await?;
    print(&plan, &desk, &told, (Some(&outcome), doing))?;
    Ok(outcome.exit())
}

impl Told {
    /// How a plan ends that was not carried out.
    pub(crate) fn exit(&self, plan: &Plan) -> Exit {
        if self.lacks.is_some() && !plan.is_done() { Exit::Partial } else { plan.exit() }
    }

    /// Fails if what the plan takes is lacking.
    pub(crate) fn check(&self, plan: &Plan) -> anyhow::Result<()> {
        match &self.lacks {
            Some(lacks) if !plan.is_done() => bail!("nothing was called: {lacks}"),
            _ => Ok(()),
        }
    }
}

/// What a plan is told with, to be made for what lay open since some time, if that is known. Signs in, to see whether it may be
/// carried out. Fails if there is no token where one is to end itself.
pub(crate) async fn told(
    plan: &Plan,
    desk: &Desk,
    open: Option<Timestamp>,
) -> anyhow::Result<Told> {
    let scopes = plan.scopes();
    let own = plan.order.target == Target::CurrentToken;
    let (credential, lacks) = match desk.second(&scopes) {
        _ if own => (desk.token_itself().map(|_| "the token itself".to_owned())?, None),
        Ok(actor) => {
            let lacks = desk.lacks(&actor, &scopes).await;
            let credential = if lacks.is_some() {
                format!("{}, which may not do it", actor.describe())
            } else {
                format!("{}, signed in for {}", actor.describe(), scopes.join(", "))
            };
            (credential, lacks)
        }
        Err(error) => ("nothing yet".to_owned(), Some(format!("{error:#}"))),
    };
    let Dependents { mut lines, unseen, used } = dependents::of(&plan.order.target, desk, open);
    if let (Some(zone), Some(used)) = (&plan.zone, &used) {
        lines.push(zone.cut_off(&used.addresses));
    }
    let last_use = used.and_then(|used| used.last);
    Ok(Told { credential, lacks, last_use, dependents: lines, unseen })
}

/// Carries a plan out, looks at what came of it, and writes the evidence.
pub(crate) async fn execute(
    plan: &Plan,
    desk: &Desk,
    execution: &Execution<'_>,
) -> anyhow::Result<Outcome> {
    desk.prepare()?;
    let reserved = reserve(plan, execution)?;
    let begun = Timestamp::now();
    let whose = (execution.whose, execution.again);
    let carried = execute::carry_out(plan, desk, whose, reserved).await?;
    let mut outcome = Outcome {
        made: carried.made,
        proofs: Vec::new(),
        begun,
        ended: begun,
        evidence: None,
        secret_file: execution.secret_file.filter(|_| carried.has_kept).map(Path::to_owned),
        troubles: carried.troubles,
    };
    if plan.is_unread {
        outcome.troubles.push(UNREAD.to_owned());
    }
    // What was done must be told, whatever fails from here on.
    let what = (&plan.order.target, outcome.made.as_slice());
    outcome.proofs = proof::prove(what, desk, execution.wait, begun).await;
    outcome.ended = Timestamp::now();
    match evidence::write((plan, &outcome), desk, execution.whose, execution.evidence) {
        Ok(path) => outcome.evidence = Some(path),
        Err(error) => outcome.troubles.push(format!("{error:#}")),
    }
    Ok(outcome)
}

/// Fails if a secret is to be made and would not be: it could not be kept, or one may have been made before. Looked at again as
/// the call begins.
pub(crate) fn check_secret(
    plan: &Plan,
    desk: &Desk,
    execution: &Execution<'_>,
) -> anyhow::Result<()> {
    if reserve(plan, execution)?.is_none() || execution.again {
        return Ok(());
    }
    plan.steps.iter().try_for_each(|step| ledger::check_open(&desk.audit, &step.action))
}

/// A secret is only made where it can be kept: its room on the disk is taken before.
fn reserve(plan: &Plan, execution: &Execution<'_>) -> anyhow::Result<Option<Reserved>> {
    if !plan.makes_secret() {
        return Ok(None);
    }
    let path = execution.secret_file.context(
        "the new secret is shown once, and nothing can sign in without it: `--new-secret-file` says where to keep it",
    )?;
    Reserved::at(path).map(Some)
}

fn print(
    plan: &Plan,
    desk: &Desk,
    told: &Told,
    (outcome, doing): (Option<&Outcome>, &Doing),
) -> anyhow::Result<()> {
    let mut out = Out::open(doing.output.output.as_deref(), desk.console.color())?;
    let exit = outcome.map_or_else(|| told.exit(plan), Outcome::exit);
    match doing.format {
        RevokeFormat::Json => {
            write_json(&page::to_json(plan, desk, told, (outcome, exit)), &mut out)?;
            out.write_all(b"\n")?;
        }
        RevokeFormat::Text => {
            let mut page = page::plan(plan, desk, told);
            match outcome {
                Some(outcome) => page::outcome(outcome, &mut page),
                None => page.push(Block::Paragraph(next(plan, told))),
            }
            text(&page, &mut out)?;
        }
    }
    out.flush().context("failed to print")
}

/// What is said where the calls are not known.
const UNREAD: &str = "What is to be called is not known: what the calls are made of could not be read. Nothing was called.";

/// What is said below a plan that was not carried out.
pub(crate) fn next(plan: &Plan, told: &Told) -> Line {
    if plan.is_unread {
        return Line::plain(UNREAD);
    }
    if plan.is_done() {
        return Line::plain("Nothing is to be done.");
    }
    if told.lacks.is_some() {
        return Line::told(
            "Nothing was called, and `--execute` would call nothing: see above what is lacking.",
        );
    }
    Line::told("Nothing was called. `--execute` does it, with each call on record first.")
}
