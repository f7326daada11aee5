//! `keyward tokens list`.

use std::cmp::Reverse;
use std::io::{self, Write};

use anyhow::Context;
use inventory::Card;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::gather::gather;
use super::{Tenant, csv, exit, problem_name, table, worst};
use crate::args::{TokensFormat, TokensList, TokensOrder};
use crate::console::Console;
use crate::exit::Exit;
use crate::known;
use crate::output::Out;
use crate::render::write_json;

/// A card, and where it is from.
pub(super) type Row<'t> = (&'t Tenant, &'t Card);

/// Lists what was asked for.
pub(super) fn run(args: &TokensList, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let now = args.known.as_of.map_or(now, |as_of| as_of.resolve(now));
    if let Some(problem) = args.problem.as_deref().filter(|name| !name.is_empty()) {
        let names: Vec<_> = catalog::postures().iter().map(|one| one.name.to_owned()).collect();
        known::check("problem", problem, &names, |known| known == problem)?;
    }
    let gathered = gather(&args.known, console, now)?;
    let rows = rows(args, &gathered.tenants, now);
    let mut out = Out::open(args.output.output.as_deref(), console.color())?;
    print(args.format, &gathered.tenants, &rows, &mut out, now).context("failed to print")?;
    let is_whole = gathered.is_whole && gathered.tenants.iter().all(Tenant::is_whole);
    let is_weak = gathered.tenants.iter().any(|tenant| !tenant.posture.findings.is_empty());
    if args.format != TokensFormat::Text {
        console.note(|out| tell_rest(&gathered.tenants, out));
    }
    Ok(exit(is_whole, is_weak))
}

fn print(
    format: TokensFormat,
    tenants: &[Tenant],
    rows: &[Row<'_>],
    out: &mut Out,
    now: Timestamp,
) -> io::Result<()> {
    match format {
        TokensFormat::Text => {
            table::write(rows, now, out)?;
            tell_rest(tenants, out)?;
        }
        TokensFormat::Json => {
            write_json(&to_json(tenants, rows), out)?;
            out.write_all(b"\n")?;
        }
        TokensFormat::Csv => csv::write(rows, out)?,
    }
    out.flush()
}

/// What is weak beside tokens, and what was not looked at.
fn tell_rest(tenants: &[Tenant], out: &mut dyn Write) -> io::Result<()> {
    tenants.iter().try_for_each(|tenant| table::write_rest(tenant, out))
}

/// Those that were asked for, in the order that was asked for.
fn rows<'t>(args: &TokensList, tenants: &'t [Tenant], now: Timestamp) -> Vec<Row<'t>> {
    let all = tenants.iter().flat_map(|one| one.snapshot.cards.iter().map(move |card| (one, card)));
    let mut rows: Vec<Row<'t>> = all.filter(|row| is_asked(args, row, now)).collect();
    let name = |row: &Row<'_>| (row.1.name.to_lowercase(), row.1.id.clone());
    rows.sort_by_cached_key(name);
    match args.sort {
        TokensOrder::Name => {}
        TokensOrder::Problems => rows.sort_by_cached_key(|(tenant, card)| {
            let problems = || tenant.problems(card);
            Reverse((worst(problems()), problems().count()))
        }),
        TokensOrder::Owner => rows.sort_by_cached_key(|(_, card)| owner(card)),
        TokensOrder::Created => {
            rows.sort_by_key(|(_, card)| card.created.as_ref().map(|made| made.value.at));
        }
        TokensOrder::LastUse => {
            rows.sort_by_key(|(_, card)| card.last_use.as_ref().map(|last| last.value));
        }
        TokensOrder::Expires => rows
            .sort_by_key(|(_, card)| card.expires.as_ref().map_or(Timestamp::MAX, |end| end.value)),
        TokensOrder::Events => rows.sort_by_key(|(_, card)| Reverse(card.use_.count)),
    }
    rows
}

/// Who owns it; who made it, of what has no owner.
pub(super) fn owner(card: &Card) -> Option<String> {
    let made = card.created.as_ref().map(|made| &made.value);
    let maker = || made.and_then(|made| made.by.clone().or_else(|| made.by_id.clone()));
    match &card.owner {
        Some(owner) => Some(owner.login.clone().unwrap_or_else(|| owner.id.clone())),
        None => maker(),
    }
}

fn is_asked(args: &TokensList, (tenant, card): &Row<'_>, now: Timestamp) -> bool {
    let is_kind = args.kind.as_deref().is_none_or(|kind| kind == card.kind.as_str());
    let has_problem = args.problem.as_deref().is_none_or(|name| {
        tenant.problems(card).any(|finding| name.is_empty() || problem_name(finding) == name)
    });
    let is_stale = args
        .stale
        .is_none_or(|span| card.last_use.as_ref().is_none_or(|last| last.value <= now - span.0));
    is_kind && has_problem && is_stale
}

/// `keyward.tokens/1`.
fn to_json(tenants: &[Tenant], rows: &[Row<'_>]) -> Value {
    let tokens: Vec<Value> = rows.iter().map(|(tenant, card)| card_json(tenant, card)).collect();
    let tenants: Vec<Value> = tenants.iter().map(tenant_json).collect();
    json!({"schema": "keyward.tokens/1", "tenants": tenants, "tokens": tokens})
}

fn tenant_json(tenant: &Tenant) -> Value {
    let snapshot = &tenant.snapshot;
    let about = |finding: &&finding::Finding| {
        finding.subject.token.is_none() && finding.subject.client.is_none()
    };
    let problems: Vec<_> = tenant.posture.findings.iter().filter(about).collect();
    let unexamined = tenant.posture.unexamined.iter();
    let unexamined = unexamined.map(|one| json!({"check": one.check, "why": one.why}));
    json!({
        "tenant": snapshot.tenant, "provider": snapshot.provider, "host": snapshot.host,
        "listed_at": snapshot.is_listed().then_some(snapshot.at), "log": snapshot.log,
        "problems": problems, "gaps": snapshot.gaps, "unexamined": unexamined.collect::<Vec<_>>(),
    })
}

/// A card with the names of its problems.
pub(super) fn card_json(tenant: &Tenant, card: &Card) -> Value {
    let mut json = json!(card);
    if let Value::Object(members) = &mut json {
        let problems: Vec<&str> = tenant.problems(card).map(problem_name).collect();
        members.insert("problems".to_owned(), json!(problems));
    }
    json
}
