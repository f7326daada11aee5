//! Taking a step: what Keyward can do of it, and what people write down.

use std::time::Duration;

use anyhow::{Context, bail};
use catalog::Product;
use inventory::{Exposing, Whose as By};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::incident::{Evidence, Incident, State};
use super::page::guide;
use crate::args::{RespondStep, StepName};
use crate::exit::Exit;
use crate::kept::FRESH;
use crate::render::moment;
use crate::render::page::{Block, Line, Page};
use crate::revoke::{
    Desk, Execution, NoSuch, Order, Outcome, Plan, Target, Verdict, Way, Whose, dependents,
    made_text, next, plan_page, proof_text, told, walk,
};

/// How far back the log is read where nobody knows since when a credential lay open. Source: Okta keeps 90 days.
const FURTHEST: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Addresses that are named of an exposure.
const NAMED: usize = 10;

/// What came of a step.
pub(super) struct Taken {
    /// How the program ends.
    pub(super) exit: Exit,
    /// What is told beside the record.
    pub(super) page: Option<Page>,
}

/// Takes a step, or writes down that it was taken.
pub(super) async fn take(
    incident: &mut Incident,
    args: &RespondStep,
    desk: &Desk,
    by: &str,
) -> anyhow::Result<Taken> {
    if args.done || args.skip {
        let state = if args.done { State::Done } else { State::Skipped };
        incident.advance(args.name, state, evidence(by, notes(args), None));
        return Ok(Taken { exit: Exit::Clean, page: None });
    }
    match args.name {
        StepName::Revoke => shut_off(incident, args, desk, by).await,
        StepName::Rotate if args.execute || args.new_secret_file.is_some() => {
            shut_off(incident, args, desk, by).await
        }
        StepName::Audit if args.execute => audit(incident, args, desk, by),
        StepName::BlastRadius if args.execute => blast_radius(incident, args, desk, by).await,
        StepName::Dependents if args.execute => dependents_of(incident, args, desk, by),
        StepName::Harden if args.execute => harden(incident, args, desk, by).await,
        StepName::SecretStore | StepName::Detection if args.execute => {
            bail!("nothing of this step can be done from here: do it, then `--done --note '…'`")
        }
        name => {
            let mut page = Page::new(name.name());
            page.push(Block::Paragraph(Line::told(guide(incident, name))));
            page.push(Block::Paragraph(Line::told(
                "Nothing was done. `--execute` does what can be done from here; `--done --note '…'` says that it was done elsewhere.",
            )));
            Ok(Taken { exit: Exit::Clean, page: Some(page) })
        }
    }
}

fn evidence(by: &str, says: Vec<String>, file: Option<String>) -> Evidence {
    Evidence { at: Timestamp::now(), by: by.to_owned(), says, file }
}

fn notes(args: &RespondStep) -> Vec<String> {
    args.note.iter().cloned().collect()
}

fn order(incident: &Incident, args: &RespondStep) -> anyhow::Result<Order> {
    let way = match (args.gentle, args.now) {
        (true, _) => Way::Gentle,
        (false, true) => Way::Now,
        (false, false) => Way::Plain,
    };
    let subject = incident.subject.or(&args.about);
    let unknown = "it is not known which credential is meant: `--token`, `--client` with `--secret` or `--key`, \
                   `--session` or `--user` says it";
    let mut order = subject.order(way, args.zone.clone()).context(unknown)?;
    if args.name == StepName::Rotate {
        let client = order.target.client().map(str::to_owned);
        let client = client.context(
            "only a client secret can be made anew from here: a token takes its owner's browser, then `--done --note '…'`",
        )?;
        order.way = Way::Gentle;
        order.target = Target::Secret { client, id: None };
    }
    Ok(order)
}

/// The steps that change something: by the same plan, record and proof as `keyward revoke`.
async fn shut_off(
    incident: &mut Incident,
    args: &RespondStep,
    desk: &Desk,
    by: &str,
) -> anyhow::Result<Taken> {
    let order = order(incident, args)?;
    desk.spare(&order.target, false).await?;
    if args.execute && incident.subject.is_inferred && incident.subject.or(&args.about).is_inferred
    {
        bail!(
            "that the leak is {} is inferred: name it (`--token …`) if you are sure",
            order.target
        );
    }
    let named = order.target.clone();
    let plan = Plan::make(order, desk).await?;
    if plan.order.target != named {
        // It was named by a beginning, or by another name.
        desk.spare(&plan.order.target, false).await?;
    }
    let told = told(&plan, desk, incident.known_until()).await?;
    if !args.execute {
        let mut page = plan_page(&plan, desk, &told);
        page.push(Block::Paragraph(next(&plan, &told)));
        return Ok(Taken { exit: told.exit(&plan), page: Some(page) });
    }
    told.check(&plan)?;
    if !plan.facts.is_empty() {
        // Once it is gone nobody can read it any more.
        incident.known = facts(&plan);
        incident.known.extend(told.dependents);
    }
    let because = args.note.clone().unwrap_or_else(|| incident.title.clone());
    let whose = Whose { by: by.to_owned(), because, incident: Some(incident.id.clone()) };
    let execution = Execution {
        whose: &whose,
        wait: Duration::try_from(args.wait.0).unwrap_or_default(),
        evidence: None,
        secret_file: args.new_secret_file.as_deref(),
        again: false,
    };
    let outcome = crate::revoke::execute(&plan, desk, &execution).await?;
    Ok(write_down(incident, args, &outcome, by))
}

fn write_down(incident: &mut Incident, args: &RespondStep, outcome: &Outcome, by: &str) -> Taken {
    let mut says: Vec<String> = outcome.made.iter().map(made_text).collect();
    says.extend(outcome.proofs.iter().map(proof_text));
    says.extend(outcome.troubles.iter().cloned());
    says.extend(notes(args));
    for made in outcome.made.iter().filter(|made| made.seq.is_some()) {
        incident.tell(made.at, "call", made_text(made));
    }
    for proof in outcome.proofs.iter().filter(|proof| proof.verdict == Verdict::Proven) {
        let at = |name: &str| proof.event.as_ref()?.get(name)?.as_str()?.parse().ok();
        if let Some(at) = at("published").or_else(|| at("date")) {
            incident.tell(at, "log", proof.says.clone());
        }
    }
    let exit = outcome.exit();
    // What failed, could not be seen whole or was not even there is not done.
    let is_whole = exit == Exit::Clean && outcome.troubles.is_empty();
    let state = if is_whole { State::Done } else { State::Begun };
    let file = outcome.evidence.as_ref().map(|path| path.display().to_string());
    let mut page = Page::new(args.name.name());
    page.push(Block::List {
        numbered: false,
        items: says.iter().map(|line| Line::told(line)).collect(),
    });
    incident.advance(args.name, state, evidence(by, says, file));
    Taken { exit, page: Some(page) }
}

/// What was done with it since it lay open.
fn audit(
    incident: &mut Incident,
    args: &RespondStep,
    desk: &Desk,
    by: &str,
) -> anyhow::Result<Taken> {
    let subject = incident.subject.or(&args.about);
    let token = subject.token.clone().map(By::Token);
    let whose: Vec<By> = token
        .into_iter()
        .chain(subject.client.clone().map(By::Client))
        .chain(subject.session.clone().map(By::Session))
        .collect();
    if whose.is_empty() {
        bail!(
            "the log tells uses of tokens, apps and sessions: name one (`--token`, `--client`, `--session`)"
        );
    }
    let since = incident.known_until().or_else(|| Timestamp::now().checked_sub(FURTHEST).ok());
    let since = since.unwrap_or(Timestamp::MIN);
    let mut exposing = Exposing::new(whose, since);
    let walked = walk(desk, None, &mut |event| exposing.observe(event))?;
    let walked = walked.context(
        "no intake lies in the folder of data: `keyward run` collects, `keyward pull` fetches",
    )?;
    // An intake that has ended says nothing of what came after.
    let is_fresh = walked.heard.is_some_and(|at| Timestamp::now().duration_since(at) <= FRESH);
    let is_whole =
        walked.n_lost == 0 && is_fresh && walked.begins.is_some_and(|begins| begins <= since);
    let exposure = exposing.finish("the time that the record says", is_whole, "the intake");
    let mut says = vec![format!(
        "{} events since {} UTC, {} of them changes; most reads leave no event",
        exposure.events,
        moment(since),
        exposure.writes
    )];
    let types = exposure.types.iter().map(|(kind, count)| format!("`{kind}` {count}"));
    let types: Vec<_> = types.collect();
    says.extend((!types.is_empty()).then(|| types.join(", ")));
    says.extend(exposure.addresses.iter().take(NAMED).map(|one| {
        let network = one.network.as_deref().unwrap_or("unknown network");
        format!("never seen before: {} ({network}), first {} UTC", one.ip, moment(one.first))
    }));
    if !is_whole {
        let begins = walked.begins.map_or_else(|| "nowhere".to_owned(), moment);
        let ends = walked.ends.map_or_else(|| "nowhere".to_owned(), moment);
        says.push(format!("not the whole time: the intake begins {begins} and ends {ends}"));
        if walked.begins.is_none_or(|begins| begins > since) {
            says.push("no address was compared with those before: the intake has none".to_owned());
        }
    }
    if let Some(first) = &exposure.first_foreign {
        let says = format!("first use from {}, never seen before: `{}`", first.ip, first.kind);
        incident.tell(first.time, "log", says);
    }
    if let Some(last) = exposure.last {
        incident.tell(last, "log", "the last event that was made with it, so far");
    }
    let state = if is_whole { State::Done } else { State::Begun };
    let exit = if is_whole { Exit::Clean } else { Exit::Partial };
    Ok(told_and(incident, args, by, (says, state, exit)))
}

/// What it could do.
async fn blast_radius(
    incident: &mut Incident,
    args: &RespondStep,
    desk: &Desk,
    by: &str,
) -> anyhow::Result<Taken> {
    let order = order(incident, args)?;
    let plan = match Plan::make(order, desk).await {
        // The log may have forgotten what the record still knows.
        Err(error) if error.is::<NoSuch>() && !incident.known.is_empty() => None,
        // What cannot be read is not gone.
        plan => Some(plan?).filter(|plan| !plan.is_gone || incident.known.is_empty()),
    };
    let (mut says, is_whole): (Vec<_>, _) = match &plan {
        None => {
            let before = incident.known.iter();
            (before.map(|line| format!("before it was shut off: {line}")).collect(), true)
        }
        Some(plan) => {
            let gaps = plan.gaps.iter().map(|gap| format!("not known: {gap}"));
            (facts(plan).into_iter().chain(gaps).collect(), plan.gaps.is_empty())
        }
    };
    let radius = incident.finding.as_ref().and_then(|it| it.pointer("/credential/blast_radius"));
    says.extend(radius.into_iter().flat_map(lines_of));
    let state = if is_whole { State::Done } else { State::Begun };
    let exit = if is_whole { Exit::Clean } else { Exit::Partial };
    Ok(told_and(incident, args, by, (says, state, exit)))
}

/// What a plan tells of what it shuts off, one line each.
fn facts(plan: &Plan) -> Vec<String> {
    plan.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect()
}

/// What a finding says of the reach of a credential, one line each.
fn lines_of(radius: &Value) -> Vec<String> {
    let members = radius.as_object().into_iter().flatten();
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            (!items.is_empty()).then(|| items.join(", "))
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    members.filter_map(|(name, value)| Some(format!("{name}: {}", text(value)?))).collect()
}

/// Who must be moved.
fn dependents_of(
    incident: &mut Incident,
    args: &RespondStep,
    desk: &Desk,
    by: &str,
) -> anyhow::Result<Taken> {
    let order = order(incident, args)?;
    let dependents = dependents::of(&order.target, desk, incident.known_until());
    let mut says = dependents.lines;
    if says.is_empty() {
        says.push(dependents.unseen);
    }
    // Who they are shows in the log; whether they were moved, people know.
    Ok(told_and(incident, args, by, (says, State::Begun, Exit::Clean)))
}

/// What else is as open.
async fn harden(
    incident: &mut Incident,
    args: &RespondStep,
    desk: &Desk,
    by: &str,
) -> anyhow::Result<Taken> {
    if desk.tenant.provider != Product::Okta {
        bail!(
            "what else is open in a tenant of Auth0 `keyward tokens list` tells: look there, then `--done --note '…'`"
        );
    }
    let seen = desk.see("/api/v1/api-tokens?limit=200", "okta.apiTokens.read").await;
    let seen = seen.context("the tokens of the tenant could not be listed")?;
    let tokens = crate::revoke::there(seen);
    let tokens = tokens.as_ref().and_then(Value::as_array);
    let tokens = tokens.context("the provider's answer is no list of tokens")?;
    let open = tokens.iter().filter(|token| {
        token.pointer("/network/connection").and_then(Value::as_str) != Some("ZONE")
    });
    let text = |token: &Value, name: &str| token[name].as_str().unwrap_or("?").to_owned();
    let mut says: Vec<String> = open
        .map(|token| {
            format!("works from anywhere: token `{}` ({})", text(token, "id"), text(token, "name"))
        })
        .collect();
    if tokens.len() >= 200 {
        says.push("the first 200 tokens were looked at; `keyward tokens list` has all".to_owned());
    }
    if says.is_empty() {
        says.push("every token is bound to a network zone".to_owned());
    }
    Ok(told_and(incident, args, by, (says, State::Begun, Exit::Clean)))
}

fn told_and(
    incident: &mut Incident,
    args: &RespondStep,
    by: &str,
    (mut says, state, exit): (Vec<String>, State, Exit),
) -> Taken {
    says.extend(notes(args));
    let mut page = Page::new(args.name.name());
    page.push(Block::List {
        numbered: false,
        items: says.iter().map(|line| Line::told(line)).collect(),
    });
    incident.advance(args.name, state, evidence(by, says, None));
    Taken { exit, page: Some(page) }
}
