//! `keyward privilege plan`

use ::privilege::{
    Base, Found, Granted, Known, Migration, OnBehalf, OperationId, TokenLife, Weight, applicable,
    migration, on_behalf, plans, read_tokens, with_access_token,
};
use anyhow::bail;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::asked::Asked;
use super::compare::grants::texts;
use super::need::{grants, json::one_plan, words};
use super::{advice, api_calls};
use crate::args::Plan;
use crate::console::Console;
use crate::exit::Exit;
use crate::privilege::{Told, spare, tell};
use crate::render::page::{Block, Line, Page, Tone};

const NO_PLAN: &str = "no call needs a grant that is known, so there is nothing to plan: see `keyward privilege need`";

/// Runs it.
pub(crate) fn run(args: &Plan, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    spare(&args.report, args.calls.files().chain(&args.granted))?;
    let mut asked = Asked::load(&args.calls, console)?;
    let own = with_access_token(&asked.answers);
    let all = plans(&asked.base, &asked.read.usage, &own);
    asked.plans = applicable(&asked.base, &asked.read.usage, &own, all);
    let (granted, tokens, is_whole) = read_granted(args, console);
    let exit = if is_whole { asked.exit() } else { Exit::Partial };
    let told = if args.on_behalf {
        let Some(app) = on_behalf(&asked.base, &asked.plans, &asked.answers, &args.name) else {
            bail!(NO_PLAN)
        };
        Told {
            page: on_behalf_page(&asked, &app, &args.name),
            json: on_behalf_object(&asked, &app, &args.name, exit),
            findings: Vec::new(),
            hcl: Some(asked.with_caveats(app.plan, &app.terraform)),
        }
    } else {
        let known = Known {
            usage: &asked.read.usage,
            answers: &asked.answers,
            granted: &granted,
            tokens: &tokens,
            now,
        };
        let way = migration(&asked.base, &asked.plans, known, &args.name, &args.from);
        let Some(way) = way else { bail!(NO_PLAN) };
        Told {
            page: page(&asked, &way, &args.name),
            json: object(&asked, &way, &args.name, exit),
            findings: Vec::new(),
            hcl: Some(asked.with_caveats(way.plan, &way.terraform)),
        }
    };
    tell(&told, &args.report, console)?;
    Ok(exit)
}

/// What dumps say is granted, and of the lives of tokens; and whether all of it was read.
fn read_granted(args: &Plan, console: Console) -> (Granted, Vec<TokenLife>, bool) {
    let (mut granted, mut tokens) = (Granted::default(), Vec::new());
    let unread = texts(&args.granted, console, &mut |name, text| {
        granted.read(name, text);
        tokens.extend(read_tokens(text));
    });
    for (place, what) in granted.faults.iter().chain(&unread) {
        console.warn(format_args!("{place}: {what}"));
    }
    let is_whole = unread.is_empty() && granted.n_faults == 0;
    (granted, tokens, is_whole)
}

fn page(asked: &Asked, way: &Migration<'_>, name: &str) -> Page {
    let mut page = Page::new(format!("From an API token to an app: {name}"));
    asked.push_gaps(&mut page);
    push_found(&way.found, &asked.base, &mut page);
    advice::push("Before you begin", "check", &way.advice, &mut page);
    grants::write(&asked.base, std::slice::from_ref(way.plan), &mut page);
    advice::push("Steps", "step", &way.advice, &mut page);
    push_made(&way.terraform, &way.calls, &mut page);
    advice::push("The way back", "rollback", &way.advice, &mut page);
    advice::push("What to know", "note", &way.advice, &mut page);
    page
}

fn push_made(terraform: &str, calls: &[::privilege::ApiCall], page: &mut Page) {
    page.push(Block::Heading(2, "Make it with Terraform".to_owned()));
    page.push(Block::Code { language: "hcl", text: terraform.to_owned() });
    page.push(Block::Heading(2, "Or by the API".to_owned()));
    page.push(api_calls::block(calls));
}

fn push_found(found: &[Found], base: &Base, page: &mut Page) {
    if found.is_empty() {
        return;
    }
    page.push(Block::Heading(2, "What was found".to_owned()));
    for found in found {
        let tone = match found.weight {
            Weight::Blocks => Tone::Bad,
            Weight::Warns => Tone::Warn,
            Weight::Tells => Tone::Good,
        };
        let line = Line(Vec::new()).and_mark(tone, found.about.clone()).and(": ");
        let text = advice::text(&found.text);
        page.push(Block::Paragraph(Line([line.0, text.0].concat())));
        let item = |id: &OperationId| Line::code(words::operation(base, *id));
        let items: Vec<_> = found.operations.iter().map(item).collect();
        if !items.is_empty() {
            page.push(Block::List { numbered: false, items });
        }
    }
}

fn object(asked: &Asked, way: &Migration<'_>, name: &str, exit: Exit) -> Value {
    let base = &*asked.base;
    json!({
        "verb": "plan",
        "name": name,
        "product": way.product.name(),
        "on_behalf": false,
        "plan": one_plan(base, way.plan),
        "other_plans": way.others.iter().map(|plan| one_plan(base, plan)).collect::<Value>(),
        "found": way.found.iter().map(|found| found_object(base, found)).collect::<Value>(),
        "terraform": way.terraform,
        "api": api_calls::json(&way.calls),
        "advice": advice::json(&way.advice),
        "input": asked.json(),
        "exit": exit,
    })
}

fn found_object(base: &Base, found: &Found) -> Value {
    json!({
        "weight": found.weight.name(),
        "about": found.about,
        "text": found.text,
        "operations": found.operations.iter().map(|id| words::operation(base, *id)).collect::<Vec<_>>(),
        "level": found.level.name(),
    })
}

fn on_behalf_page(asked: &Asked, app: &OnBehalf<'_>, name: &str) -> Page {
    let mut page = Page::new(format!("Calls on behalf of whoever signs in: {name}"));
    asked.push_gaps(&mut page);
    push_found(&app.found, &asked.base, &mut page);
    advice::push("What to know", "note", &app.advice, &mut page);
    advice::push("Steps", "step", &app.advice, &mut page);
    grants::write(&asked.base, std::slice::from_ref(app.plan), &mut page);
    page.push(Block::Heading(2, "The sign-in, request by request".to_owned()));
    page.push(Block::Code { language: "http", text: app.flow.clone() });
    push_made(&app.terraform, &app.calls, &mut page);
    page
}

fn on_behalf_object(asked: &Asked, app: &OnBehalf<'_>, name: &str, exit: Exit) -> Value {
    let base = &*asked.base;
    json!({
        "verb": "plan",
        "name": name,
        "product": "okta",
        "on_behalf": true,
        "plan": one_plan(base, app.plan),
        "other_plans": app.others.iter().map(|plan| one_plan(base, plan)).collect::<Value>(),
        "found": app.found.iter().map(|found| found_object(base, found)).collect::<Value>(),
        "flow": app.flow,
        "terraform": app.terraform,
        "api": api_calls::json(&app.calls),
        "advice": advice::json(&app.advice),
        "input": asked.json(),
        "exit": exit,
    })
}
