//! `keyward tokens show`.

use std::io::Write;

use anyhow::{Context, bail};
use inventory::{Card, Moment, timeline};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::gather::gather;
use super::list::card_json;
use super::{Tenant, advice, detections, exit, page, problem_name};
use crate::args::TokensShow;
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::write_json;
use crate::sanitize::visible;

/// Shows one.
pub(super) fn run(args: &TokensShow, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let now = args.known.as_of.map_or(now, |as_of| as_of.resolve(now));
    let gathered = gather(&args.known, console, now)?;
    let (tenant, card) = one(&gathered.tenants, &args.id)?;
    let mut moments = timeline(card);
    moments.extend(detections::of(&args.known, card, console, now)?);
    moments.sort();
    let mut out = Out::open(args.output.output.as_deref(), console.color())?;
    if args.format == "json" {
        write_json(&to_json(tenant, card, &moments), &mut out).context("failed to print")?;
        out.write_all(b"\n").context("failed to print")?;
    } else {
        page::write(tenant, card, &moments, now, &mut out).context("failed to print")?;
    }
    out.flush().context("failed to print")?;
    let is_whole = gathered.is_whole && tenant.is_whole() && card.gaps.is_empty();
    Ok(exit(is_whole, tenant.problems(card).next().is_some()))
}

/// The one whose id is that, or begins so if no other does.
fn one<'t>(tenants: &'t [Tenant], id: &str) -> anyhow::Result<(&'t Tenant, &'t Card)> {
    let all = || {
        tenants
            .iter()
            .flat_map(|tenant| tenant.snapshot.cards.iter().map(move |card| (tenant, card)))
    };
    if let Some(found) = all().find(|(_, card)| card.id == id) {
        return Ok(found);
    }
    let mut begin = all().filter(|(_, card)| card.id.starts_with(id));
    match (begin.next(), begin.next()) {
        (Some(found), None) => Ok(found),
        (Some(_), Some(_)) => bail!("several ids begin with `{id}`: {}", several(all(), id)),
        (None, _) => bail!(
            "no token, app or client has an id that begins with `{id}`; `keyward tokens list` has them"
        ),
    }
}

/// Those whose ids begin so, by name.
fn several<'t>(all: impl Iterator<Item = (&'t Tenant, &'t Card)>, id: &str) -> String {
    const NAMED: usize = 10;
    let named: Vec<String> = all
        .filter(|(_, card)| card.id.starts_with(id))
        .map(|(_, card)| format!("{} \"{}\"", visible(&card.id), visible(&card.name)))
        .collect();
    let beyond = named.len().saturating_sub(NAMED);
    let rest = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
    format!("{}{rest}", named.into_iter().take(NAMED).collect::<Vec<_>>().join(", "))
}

/// `keyward.token/1`.
fn to_json(tenant: &Tenant, card: &Card, moments: &[Moment]) -> Value {
    let problems: Vec<Value> = tenant
        .problems(card)
        .map(|finding| {
            let known = catalog::posture(problem_name(finding));
            json!({
                "finding": finding,
                "why": known.map(|known| known.why),
                "innocent": known.map(|known| &known.innocent),
                "first": known.map(|known| advice(known, &finding.subject)),
            })
        })
        .collect();
    let snapshot = &tenant.snapshot;
    json!({
        "schema": "keyward.token/1", "token": card_json(tenant, card), "timeline": moments,
        "problems": problems, "log": snapshot.log,
        "listed_at": snapshot.is_listed().then_some(snapshot.at), "gaps": snapshot.gaps,
    })
}
