//! A plan and what came of it, for people and for programs.

use idp::Action;
use serde_json::{Value, json};

use super::desk::Desk;
use super::evidence::call_json;
use super::execute::Made;
use super::order::Way;
use super::plan::{Plan, Step};
use super::proof::{Proof, Verdict, What, told_of};
use super::{Outcome, Told};
use crate::exit::Exit;
use crate::render::moment;
use crate::render::page::{Block, Line, Page, Tone};

/// The shape of what is printed as JSON.
const SCHEMA: &str = "keyward.revocation/1";

/// The page of a plan.
pub(crate) fn plan(plan: &Plan, desk: &Desk, told: &Told) -> Page {
    let tenant = &desk.tenant;
    let mut page = Page::new(title(plan));
    let mut facts = vec![(
        "tenant".to_owned(),
        Line::plain(format!("{} ({}, {})", tenant.name, tenant.provider.name(), tenant.origin)),
    )];
    facts.extend(plan.facts.iter().map(|fact| (fact.name.to_owned(), Line::plain(&fact.value))));
    let last = told.last_use.map(|at| Line::plain(format!("{} UTC, by the log", moment(at))));
    facts.extend(last.map(|line| ("last used".to_owned(), line)));
    facts.push(("with".to_owned(), Line::plain(&told.credential)));
    page.push(Block::Facts(facts));
    let lacks = told.lacks.iter().filter(|_| !plan.is_done());
    plan.gaps.iter().chain(lacks).for_each(|gap| page.push(Block::Warning(Line::told(gap))));
    page.push(Block::Heading(2, "Who depends on it".to_owned()));
    page.push(match told.dependents.as_slice() {
        [] => Block::Paragraph(Line::plain(&told.unseen)),
        lines => list(lines.iter().map(|line| Line::told(line)), "nobody is known"),
    });
    page.push(Block::Heading(2, "What is called".to_owned()));
    page.push(calls(&plan.steps));
    let bodies = plan.steps.iter().filter(|step| !step.is_done).filter_map(body);
    let bodies: Vec<Line> = bodies.collect();
    if !bodies.is_empty() {
        page.push(list(bodies.into_iter(), ""));
    }
    page.push(Block::Heading(2, "What may break".to_owned()));
    let todo = || plan.steps.iter().filter(|step| !step.is_done);
    let none = if plan.is_unread { "not known" } else { "nothing: it is so already" };
    page.push(list(todo().map(|step| Line::told(step.action.row().breaks)), none));
    page.push(Block::Heading(2, "What takes it back".to_owned()));
    page.push(list(todo().map(|step| Line::told(&step.undo())), none));
    page.push(Block::Heading(2, "What will show it".to_owned()));
    let own = super::proof::is_tried(&plan.order.target, desk.provider());
    let own =
        own.then(|| Line::told("the credential itself, tried once: `--secret-file` names it"));
    page.push(list(todo().flat_map(|step| signs(&step.action)).chain(own), none));
    page
}

/// What it comes to, in a few words.
fn title(plan: &Plan) -> String {
    let target = &plan.order.target;
    match (plan.order.way, &plan.order.zone) {
        (Way::Gentle, Some(zone)) => format!("Bind {target} to zone `{zone}`"),
        (Way::Gentle, None) if plan.makes_secret() => {
            format!("Give `{}` a second secret", target.client().unwrap_or_default())
        }
        _ => format!("Shut off {target}"),
    }
}

/// What a call sends, where it sends anything.
fn body(step: &Step) -> Option<Line> {
    let call = step.action.call();
    let body = call.body.filter(|body| body != "{}")?;
    Some(
        Line::code(format!("{} {}", call.method.as_str(), call.path)).and(" sends ").and_code(body),
    )
}

/// What is looked at once a call was made.
fn signs(action: &Action) -> Vec<Line> {
    let look = action.look();
    let object = look.map(|look| {
        let says = told_of(&look.expected);
        Line::code(format!("GET {}", look.path)).and(": ").and_line(Line::told(&says))
    });
    let event = action.row().event.map(|kind| {
        let line = Line::code(kind).and(" in the log");
        match action.about() {
            Some(whose) => {
                line.and(", which names ").and_code(whose).and(" alone and counts beside the other")
            }
            None => line,
        }
    });
    object.into_iter().chain(event).collect()
}

fn list(items: impl Iterator<Item = Line>, none: &str) -> Block {
    let mut items: Vec<Line> = items.collect();
    items.dedup();
    if items.is_empty() {
        items.push(Line::plain(none));
    }
    Block::List { numbered: false, items }
}

fn calls(steps: &[Step]) -> Block {
    if steps.is_empty() {
        return Block::Paragraph(Line::plain("No call."));
    }
    let columns = ["call", "scope", "it does", "strength"].map(str::to_owned).into();
    let row = |step: &Step| {
        let (call, row) = (step.action.call(), step.action.row());
        let does = Line::plain(row.does);
        let does = if step.is_done { does.and_mark(Tone::Good, " (so already)") } else { does };
        vec![
            Line::code(format!("{} {}", call.method.as_str(), call.path)),
            row.scope.map_or_else(|| Line::plain("its own"), Line::code),
            does,
            Line::plain(row.strength.name()),
        ]
    };
    Block::Table { columns, rows: steps.iter().map(row).collect() }
}

/// What is added once it was carried out.
pub(super) fn outcome(outcome: &Outcome, page: &mut Page) {
    page.push(Block::Heading(2, "What was done".to_owned()));
    page.push(list(outcome.made.iter().map(made_line), "nothing was called"));
    page.push(Block::Heading(2, "What shows it".to_owned()));
    page.push(list(outcome.proofs.iter().map(proof_line), "nothing was to be shown"));
    for trouble in &outcome.troubles {
        page.push(Block::Warning(Line::plain(trouble)));
    }
    if let Some(path) = &outcome.evidence {
        let line = Line::plain("The evidence is in ").and_code(path.display().to_string());
        page.push(Block::Paragraph(line.and(".")));
    }
    if let Some(path) = &outcome.secret_file {
        let line = Line::plain("The new secret is in ").and_code(path.display().to_string());
        page.push(Block::Paragraph(line.and("; it is shown nowhere else.")));
    }
}

/// What was done, as words alone.
pub(crate) fn made_text(made: &Made) -> String {
    made_line(made).words()
}

/// A proof, as words alone.
pub(crate) fn proof_text(proof: &Proof) -> String {
    proof_line(proof).words()
}

/// What was done, on one line.
fn made_line(made: &Made) -> Line {
    let does = Line::plain(made.action.row().does);
    let number = made.seq.map(|seq| format!(", call {seq} of the record")).unwrap_or_default();
    match (&made.error, made.seq, made.was_gone) {
        (Some(error), ..) => does.and_mark(Tone::Bad, format!(": failed: {error}{number}")),
        (None, None, _) => does.and(": nothing was called, it was so already"),
        (None, Some(_), true) => does.and(format!(": it was gone before{number}")),
        (None, Some(_), false) => {
            let status = made.status.unwrap_or_default();
            does.and_mark(Tone::Good, format!(": done ({status}){number}"))
        }
    }
}

/// A proof, on one line.
fn proof_line(proof: &Proof) -> Line {
    let what = match proof.what {
        What::Object => "the provider",
        What::Event => "the log",
        What::Credential => "the credential",
    };
    let tone = match proof.verdict {
        Verdict::Proven => Tone::Good,
        Verdict::Unknown => Tone::Warn,
        Verdict::Contradicted => Tone::Bad,
    };
    let head = Line::default().and_mark(tone, proof.verdict.name());
    head.and(format!(" by {what}: ")).and_line(Line::told(&proof.says))
}

/// The same as one object.
pub(super) fn to_json(
    plan: &Plan,
    desk: &Desk,
    told: &Told,
    (outcome, exit): (Option<&Outcome>, Exit),
) -> Value {
    let facts: Vec<Value> = plan.facts.iter().map(|fact| json!([fact.name, fact.value])).collect();
    json!({
        "schema": SCHEMA,
        "tenant": desk.tenant.name,
        "provider": desk.tenant.provider.name(),
        "url": desk.tenant.origin.to_string(),
        "target": {"kind": plan.order.target.kind(), "says": plan.order.target.to_string()},
        "credential": told.credential,
        "lacks": told.lacks,
        "last_use": told.last_use.map(|at| at.to_string()),
        "facts": facts,
        "gaps": plan.gaps,
        "dependents": told.dependents,
        "unseen": told.unseen,
        "plan": plan.steps.iter().map(step_json).collect::<Vec<_>>(),
        "executed": outcome.is_some(),
        "calls": outcome.map(|it| it.made.iter().map(call_json).collect::<Vec<_>>()),
        "proofs": outcome.map(|it| it.proofs.iter().map(Proof::to_json).collect::<Vec<_>>()),
        "troubles": outcome.map(|it| &it.troubles),
        "evidence": outcome.and_then(|it| it.evidence.as_ref()),
        "exit": exit,
    })
}

fn step_json(step: &Step) -> Value {
    let (call, row) = (step.action.call(), step.action.row());
    json!({
        "action": row.name, "does": row.does, "method": call.method.as_str(), "path": call.path,
        "body": call.body, "scope": row.scope, "strength": row.strength.name(),
        "breaks": row.breaks, "undo": step.undo(), "is_done": step.is_done,
        "source": row.source, "date": row.date,
    })
}
