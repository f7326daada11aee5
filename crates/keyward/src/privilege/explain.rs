//! `keyward privilege explain`

use std::fs::File;
use std::io::{self, Read};
use std::iter;
use std::path::Path;

use ::privilege::{Base, Cause, Explanation, Remedy, Sent, explain, remarks};
use anyhow::Context;
use catalog::Confidence;
use serde_json::{Value, json};

use super::api_calls;
use crate::args::Explain403;
use crate::console::Console;
use crate::exit::Exit;
use crate::privilege::{Told, knowledge, spare, tell};
use crate::render::page::{Block, Line, Page, Tone};

/// More than anybody pastes.
const MAX_BYTES: u64 = 4 << 20;

/// Runs it.
pub(crate) fn run(args: &Explain403, console: Console) -> anyhow::Result<Exit> {
    spare(&args.report, iter::once(&args.path).chain(args.knowledge.files()))?;
    let base = knowledge::load(&args.knowledge, console)?;
    let text = read(&args.path)?;
    let least = args.knowledge.min_confidence.unwrap_or(Confidence::Unknown);
    let told = explain(&base, &text, least);
    let is_whole = !told.causes.is_empty() && base.release().faults.is_empty();
    let exit = if is_whole { Exit::Clean } else { Exit::Partial };
    let page = page(&base, &told);
    let hcl = told.remedy.as_ref().map(|remedy| fragment(&remedy.terraform));
    let json = object(&told, exit);
    tell(&Told { page, json, findings: Vec::new(), hcl }, &args.report, console)?;
    Ok(exit)
}

/// The text, as far as it is UTF-8.
fn read(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().lock().take(MAX_BYTES).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("failed to read `{}`", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn page(base: &Base, told: &Explanation) -> Page {
    let mut page = Page::new(title(told));
    let facts = found(base, told);
    if !facts.is_empty() {
        page.push(Block::Facts(facts));
    }
    if told.causes.is_empty() {
        let what = "The text holds no status, error code or list that is known here. Paste the status line, the `www-authenticate` header and the body.";
        page.push(Block::Warning(Line::plain(what)));
        return page;
    }
    page.push(Block::Heading(2, "What it means".to_owned()));
    page.push(Block::List { numbered: true, items: told.causes.iter().map(cause).collect() });
    if let Some(remedy) = &told.remedy {
        push_remedy(remedy, &mut page);
    }
    let checks: Vec<_> = told.causes.iter().filter(|cause| !cause.check.is_empty()).collect();
    if !checks.is_empty() {
        page.push(Block::Heading(2, "How to make sure".to_owned()));
        let check = |cause: &&Cause| Line::plain(format!("{}: {}", cause.layer, cause.check));
        page.push(Block::List { numbered: false, items: checks.iter().map(check).collect() });
    }
    for note in &told.notes {
        page.push(Block::Paragraph(Line::plain(sentence(note))));
    }
    page
}

fn title(told: &Explanation) -> String {
    match told.causes.first() {
        None => "Nothing to explain was found".to_owned(),
        Some(cause) => match cause.layer.as_ref() {
            "scope" => "A scope is missing".to_owned(),
            "role" => "A role or permission is missing".to_owned(),
            "resource-set" => "The role does not reach everything".to_owned(),
            "credential" => "The credential is wrong".to_owned(),
            "rate-limit" => "Too many calls".to_owned(),
            _ => "No matter of privileges".to_owned(),
        },
    }
}

fn found(base: &Base, told: &Explanation) -> Vec<(String, Line)> {
    let exchange = &told.exchange;
    let mut facts = Vec::new();
    let mut fact = |name: &str, line: Line| facts.push((name.to_owned(), line));
    if !told.request.is_empty() {
        fact("request", Line::code(told.request.clone()));
    }
    if !told.misfit.is_empty() {
        fact("but", Line::plain("").and_mark(Tone::Bad, told.misfit.clone()));
    }
    if let Some(id) = told.operation {
        let operation = base.operation(id);
        fact("operation", Line::code(operation.id.clone()).and(format!(" ({})", operation.tag)));
    }
    if let Some(status) = exchange.status {
        fact("status", Line::plain(status.to_string()));
    }
    if !exchange.codes.is_empty() {
        fact("code", Line::code(exchange.codes.join(", ")));
    }
    if let Some(list) = exchange.list {
        fact("list", Line::plain(format!("{list} entries")));
    }
    if !exchange.missing_scopes.is_empty() {
        fact("missing scope", Line::code(exchange.missing_scopes.join(", ")));
    }
    if !exchange.asked_scopes.is_empty() {
        fact("scopes asked for", Line::code(exchange.asked_scopes.join(", ")));
    }
    if let Some(sent) = exchange.credential {
        fact("credential", Line::plain(sent.name()));
    }
    if let Some(mode) = exchange.mode {
        fact("mode of the SDK", Line::plain(mode.name()));
    }
    facts
}

fn cause(cause: &Cause) -> Line {
    let tone = if cause.level >= Confidence::Supported { Tone::Good } else { Tone::Warn };
    Line(Vec::new())
        .and_mark(Tone::Bad, cause.layer.clone())
        .and(format!(": {}. To do: {}. (", cause.means, cause.remedy))
        .and_mark(tone, cause.level.name())
        .and(format!("; {}, {})", cause.source, cause.date))
}

fn push_remedy(remedy: &Remedy, page: &mut Page) {
    page.push(Block::Heading(2, "What to grant".to_owned()));
    let mut facts = Vec::new();
    let mut fact = |name: &str, line: Line| facts.push((name.to_owned(), line));
    if !remedy.scopes.is_empty() {
        fact("scope", Line::code(remedy.scopes.join(", ")));
    }
    for bundle in &remedy.permissions {
        fact("permission", Line::code(bundle.join(" + ")));
    }
    for role in &remedy.roles {
        let within = if role.within_targets { ", within its targets" } else { "" };
        let limit =
            if role.limit.is_empty() { String::new() } else { format!(" ({})", role.limit) };
        fact("or role", Line::code(role.role.clone()).and(format!("{limit}{within}")));
    }
    for path in &remedy.resources {
        fact("resource", Line::code(path.clone()));
    }
    let tone = if remedy.level >= Confidence::Supported { Tone::Good } else { Tone::Warn };
    let source = Line(Vec::new()).and_mark(tone, remedy.level.name()).and(source(&remedy.source));
    fact("known", source);
    page.push(Block::Facts(facts));
    push_code("In Terraform", "hcl", &fragment(&remedy.terraform), page);
    if !remedy.calls.is_empty() {
        page.push(Block::Heading(3, "By the API".to_owned()));
        page.push(api_calls::block(&remedy.calls));
    }
    if !remedy.console.is_empty() {
        page.push(Block::Heading(3, "In the console".to_owned()));
        let items = remedy.console.iter().map(|step| Line::plain(step.clone())).collect();
        page.push(Block::List { numbered: false, items });
    }
}

/// Terraform of a remedy under what keeps whoever merges it from taking grants away; empty stays empty.
fn fragment(terraform: &str) -> String {
    if terraform.is_empty() {
        return String::new();
    }
    remarks(
        "A fragment for a configuration that you have, not to be applied as it stands:",
        &[
            "add its lines to the lists of your own resources; a list that is replaced takes grants away".to_owned(),
            "`local.org_url` is the organization's address, and `integration` the name of your app, group or role".to_owned(),
        ],
        terraform,
    )
}

fn push_code(title: &str, language: &'static str, text: &str, page: &mut Page) {
    if !text.is_empty() {
        page.push(Block::Heading(3, title.to_owned()));
        page.push(Block::Code { language, text: text.to_owned() });
    }
}

fn source(source: &str) -> String {
    if source.is_empty() { String::new() } else { format!(": {source}") }
}

fn sentence(note: &str) -> String {
    let mut chars = note.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn object(told: &Explanation, exit: Exit) -> Value {
    let exchange = &told.exchange;
    json!({
        "verb": "explain",
        "product": told.product.name(),
        "request": told.request,
        "misfit": told.misfit,
        "status": exchange.status,
        "codes": exchange.codes,
        "entries": exchange.list,
        "missing_scopes": exchange.missing_scopes,
        "asked_scopes": exchange.asked_scopes,
        "credential": exchange.credential.map(Sent::name),
        "mode": exchange.mode.map(::privilege::Mode::name),
        "causes": told.causes.iter().map(cause_object).collect::<Value>(),
        "grant": told.remedy.as_ref().map(remedy_object),
        "notes": told.notes,
        "exit": exit,
    })
}

fn cause_object(cause: &Cause) -> Value {
    json!({
        "layer": cause.layer, "means": cause.means, "remedy": cause.remedy, "check": cause.check,
        "level": cause.level.name(), "source": cause.source, "date": cause.date,
    })
}

fn remedy_object(remedy: &Remedy) -> Value {
    let role = |role: &::privilege::RoleGrant| json!({"role": role.role, "within_targets": role.within_targets, "limit": role.limit});
    json!({
        "scopes": remedy.scopes,
        "permissions": remedy.permissions,
        "roles": remedy.roles.iter().map(role).collect::<Value>(),
        "resources": remedy.resources,
        "level": remedy.level.name(),
        "source": remedy.source,
        "api": api_calls::json(&remedy.calls),
        "console": remedy.console,
        "terraform": remedy.terraform,
    })
}
