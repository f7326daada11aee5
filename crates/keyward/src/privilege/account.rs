//! `keyward privilege account`

use ::privilege::{
    Account as Made, Base, Operation, OperationId, account, applicable, plans, with_api_token,
};
use anyhow::bail;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::asked::Asked;
use super::need::{grants, json::one_plan, words};
use super::{advice, api_calls};
use crate::args::Account;
use crate::console::Console;
use crate::exit::Exit;
use crate::privilege::{Told, spare, tell};
use crate::render::page::{Block, Line, Page};

/// Runs it.
pub(crate) fn run(args: &Account, console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    spare(&args.report, args.calls.files())?;
    let mut asked = Asked::load(&args.calls, console)?;
    let own = with_api_token(&asked.answers);
    let all = plans(&asked.base, &asked.read.usage, &own);
    asked.plans = applicable(&asked.base, &asked.read.usage, &own, all);
    let made = account(&asked.base, &asked.plans, &asked.answers, &args.name, &args.from);
    let Some(made) = made else {
        bail!(
            "no call needs a role of Okta's, so no token is needed; Auth0 has no such tokens: see `keyward privilege need`"
        );
    };
    let exit = asked.exit();
    let page = page(&asked, &made, &args.name);
    let json = object(&asked, &made, &args.name, exit);
    let hcl = Some(asked.with_token_caveats(made.plan, &made.terraform));
    tell(&Told { page, json, findings: Vec::new(), hcl }, &args.report, console)?;
    Ok(exit)
}

fn page(asked: &Asked, made: &Made<'_>, name: &str) -> Page {
    let base = &*asked.base;
    let mut page = Page::new(format!("The account for an API token of {name}"));
    let owner = "A token can do what its owner can, at any time. So the owner is a service user whose group holds one role, and nothing else.";
    page.push(Block::Paragraph(Line::plain(owner)));
    asked.push_gaps(&mut page);
    push_operations("These take no API token; no account helps", &made.impossible, base, &mut page);
    grants::write(base, &[without_scopes(made)], &mut page);
    advice::push("What to know", "note", &made.advice, &mut page);
    page.push(Block::Heading(2, "Make it with Terraform".to_owned()));
    page.push(Block::Code { language: "hcl", text: made.terraform.clone() });
    page.push(Block::Heading(2, "Or by the API".to_owned()));
    page.push(api_calls::block(&made.calls));
    advice::push("Then, by hand", "step", &made.advice, &mut page);
    push_trials(made, base, &mut page);
    push_operations("These need no token at all: send none", &made.open, base, &mut page);
    page
}

/// A token has no scopes: what the owner's role is.
fn without_scopes(made: &Made<'_>) -> ::privilege::Plan {
    ::privilege::Plan { scopes: Vec::new(), ..made.plan.clone() }
}

fn push_operations(title: &str, ids: &[OperationId], base: &Base, page: &mut Page) {
    if !ids.is_empty() {
        page.push(Block::Heading(3, title.to_owned()));
        let item = |id: &OperationId| Line::code(words::operation(base, *id));
        page.push(Block::List { numbered: false, items: ids.iter().map(item).collect() });
    }
}

fn push_trials(made: &Made<'_>, base: &Base, page: &mut Page) {
    let (works, refused) = made.trials(base);
    let call = |operation: &Operation| {
        Line::code(format!("{} {}", operation.method.name(), operation.path))
    };
    let facts = [("must work", works), ("must be refused", refused)];
    let facts = facts
        .iter()
        .filter_map(|(name, operation)| Some(((*name).to_owned(), call((*operation)?))));
    page.push(Block::Facts(facts.collect()));
}

fn object(asked: &Asked, made: &Made<'_>, name: &str, exit: Exit) -> Value {
    let base = &*asked.base;
    let ids = |ids: &[OperationId]| -> Value {
        ids.iter().map(|id| Value::from(words::operation(base, *id))).collect()
    };
    json!({
        "verb": "account",
        "name": name,
        "plan": one_plan(base, &without_scopes(made)),
        "other_plans": made.others.iter().map(|plan| one_plan(base, plan)).collect::<Value>(),
        "creator": made.creator.name(),
        "impossible": ids(&made.impossible),
        "no_token": ids(&made.open),
        "terraform": made.terraform,
        "api": api_calls::json(&made.calls),
        "advice": advice::json(&made.advice),
        "input": asked.json(),
        "exit": exit,
    })
}
