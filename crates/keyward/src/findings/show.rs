//! `keyward findings show`.

use std::io::{self, Write};

use anyhow::Context;
use archive::{Decided, Decision, Stored};
use jiff::Timestamp;
use serde_json::Value;

use super::{open, text, to_json, whole};
use crate::args::{FindingsShow, ListFormat};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::{moment, write_json};
use crate::sanitize::visible;

/// Shows findings one after the other.
pub(super) fn run(args: &FindingsShow, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let store = open(&args.place, console)?;
    let mut found = Vec::new();
    for id in whole(&store, &args.ids)? {
        let failed = "failed to read the store";
        let decisions = store.decisions(&id).context(failed)?;
        found.extend(store.get(&id).context(failed)?.map(|one| (one, decisions)));
    }
    let mut out = Out::open(args.print.output.output.as_deref(), console.color())?;
    print(&found, args.print.format, now, &mut out).context("failed to print")?;
    Ok(Exit::Clean)
}

fn print(
    found: &[(Stored, Vec<Decision>)],
    format: ListFormat,
    now: Timestamp,
    out: &mut Out,
) -> io::Result<()> {
    match format {
        ListFormat::Text => {
            for (number, (stored, decisions)) in found.iter().enumerate() {
                if number > 0 {
                    writeln!(out)?;
                }
                write_all(stored, decisions, now, out)?;
            }
        }
        ListFormat::Jsonl => {
            for (stored, decisions) in found {
                write_json(&with_decisions(stored, decisions, now), out)?;
                out.write_all(b"\n")?;
            }
        }
        ListFormat::Json => {
            let all: Vec<_> =
                found.iter().map(|(one, decisions)| with_decisions(one, decisions, now)).collect();
            let all = serde_json::json!({"schema": "keyward.findings/1", "findings": all});
            write_json(&all, out)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

fn with_decisions(stored: &Stored, decisions: &[Decision], now: Timestamp) -> Value {
    let mut json = to_json(stored, now);
    if let Value::Object(members) = &mut json {
        members.insert("decisions".into(), serde_json::json!(decisions));
    }
    json
}

fn write_all(
    stored: &Stored,
    decisions: &[Decision],
    now: Timestamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    let json = to_json(stored, now);
    writeln!(out, "{}", visible(text(&json, "/rule/title")))?;
    write_fact("id", &stored.id, out)?;
    write_fact("rule", text(&json, "/rule/name"), out)?;
    for name in ["level", "state", "provider", "tenant", "first", "last", "case"] {
        write_fact(name, text(&json, &format!("/{name}")), out)?;
    }
    for part in ["subject", "evidence"] {
        let members = json.get(part).and_then(Value::as_object);
        for (name, value) in members.into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            write_fact(name, &value, out)?;
        }
    }
    let count = json.get("event_count").and_then(Value::as_u64).unwrap_or_default();
    write_fact("events", &count.to_string(), out)?;
    for event in json.get("events").and_then(Value::as_array).into_iter().flatten() {
        write_fact("", event.as_str().unwrap_or_default(), out)?;
    }
    write_fact("replaced by", stored.replaced_by.as_deref().unwrap_or_default(), out)?;
    write_fact("closed", if stored.is_closed(now) { "yes" } else { "no" }, out)?;
    decisions.iter().try_for_each(|decision| write_fact("", &told(decision), out))
}

fn told(decision: &Decision) -> String {
    let what = match decision.decided {
        Decided::Closed => "closed",
        Decided::Reopened => "reopened",
    };
    let until = decision.until.map(|until| format!(" until {}", moment(until)));
    let Decision { because, by, at, .. } = decision;
    format!("{} {what} by {by}{}: {because}", moment(*at), until.unwrap_or_default())
}

/// One line of a table; nothing if there is nothing to tell.
fn write_fact(name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {name:<12}  {}", visible(value))
}
