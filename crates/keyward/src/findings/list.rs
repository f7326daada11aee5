//! `keyward findings list`.

use std::io::{self, Write};

use anyhow::Context;
use archive::{Decided, Filter, Findings, Stored, Whether};
use finding::Level;
use jiff::Timestamp;
use serde_json::Value;

use super::{open, text, to_json};
use crate::args::{FindingsList, ListFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::known;
use crate::output::Out;
use crate::render::{level_style, moment, write_json};
use crate::sanitize::visible;

/// Characters of an id that are shown: enough to tell it from others.
const ID_SHOWN: usize = 12;

/// Lists what was asked for.
pub(super) fn run(args: &FindingsList, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let store = open(&args.place, console)?;
    let found = store.list(&filter(args, now), now).context("failed to read the store")?;
    if found.is_empty() {
        check_names(args, &store)?;
    }
    let mut out = Out::open(args.print.output.output.as_deref(), console.color())?;
    print(&found, args.print.format, now, &mut out).context("failed to print")?;
    Ok(if found.is_empty() { Exit::Clean } else { Exit::Found })
}

/// Fails if a rule or a tenant was asked for that there is not.
fn check_names(args: &FindingsList, store: &Findings) -> anyhow::Result<()> {
    let Some(config) = known::config(&args.place) else { return Ok(()) };
    if let Some(rule) = &args.rule {
        known::check_rule(&config, Some(store), rule, |name| name == rule)?;
    }
    if let Some(tenant) = &args.tenant {
        known::check_tenant(&config, Some(store), tenant, |name| name == tenant)?;
    }
    Ok(())
}

fn filter(args: &FindingsList, now: Timestamp) -> Filter {
    let whether = match (args.all, args.closed) {
        (true, _) => Whether::Any,
        (_, true) => Whether::Closed,
        _ => Whether::Open,
    };
    Filter {
        whether,
        least_level: args.level.map(|level| level.to_string()),
        rule: args.rule.clone(),
        tenant: args.tenant.clone(),
        provider: None,
        state: args.state.clone(),
        case: args.case.clone(),
        since: args.since.map(|since| since.resolve(now)),
        until: args.until.map(|until| until.resolve(now)),
        most: args.limit,
    }
}

fn print(found: &[Stored], format: ListFormat, now: Timestamp, out: &mut Out) -> io::Result<()> {
    match format {
        ListFormat::Text => {
            for one in found {
                write_line(one, now, out)?;
            }
        }
        ListFormat::Jsonl => {
            for one in found {
                write_json(&to_json(one, now), out)?;
                out.write_all(b"\n")?;
            }
        }
        ListFormat::Json => {
            let all: Vec<_> = found.iter().map(|one| to_json(one, now)).collect();
            let all = serde_json::json!({"schema": "keyward.findings/1", "findings": all});
            write_json(&all, out)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

/// One finding: id, when, how bad, what, about whom.
fn write_line(stored: &Stored, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    let json = to_json(stored, now);
    let id: String = stored.id.chars().take(ID_SHOWN).collect();
    let time = text(&json, "/time").parse().map_or_else(|_| "-".to_owned(), moment);
    let level = text(&json, "/level");
    let style = level.parse().map(|level: Level| level_style(level)).unwrap_or_default();
    let (title, state) = (visible(text(&json, "/rule/title")), text(&json, "/state"));
    write!(out, "{}  {time:<19}  {style}{level:<13}{style:#}  {title}", visible(&id))?;
    if let Some(who) = subject(&json) {
        write!(out, "  {}", visible(who))?;
    }
    if state != "settled" {
        write!(out, "  {}", visible(state))?;
    }
    match &stored.decision {
        Some(decision) if stored.is_closed(now) => {
            write!(out, "  closed by {}: {}", visible(&decision.by), visible(&decision.because))?;
        }
        Some(decision) if decision.decided == Decided::Reopened => write!(out, "  reopened")?,
        _ => {}
    }
    writeln!(out)
}

/// Whom it is about, by the first identity that is known.
pub(super) fn subject(json: &Value) -> Option<&str> {
    let fields = ["user", "target", "client", "token", "session", "ip", "user_id", "device"];
    let subject = json.get("subject")?;
    fields.into_iter().find_map(|field| subject.get(field)?.as_str())
}
