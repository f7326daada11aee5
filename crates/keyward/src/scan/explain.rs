//! `keyward scan --explain TYPE`: what a type of credential can do, how long it lives, what to do.

use std::io::{self, Write};

use anstyle::Style;
use anyhow::bail;
use catalog::{Credential, Guidance, STEPS, credential, credentials, guidance, nearest_credential};
use serde_json::{Value, json};

use crate::args::{LeakFormat, Output};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::write_json;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// The word that asks for all types.
const ALL: &str = "list";

/// Prints what is known of a type, or the list of types.
pub(super) fn run(
    kind: &str,
    format: LeakFormat,
    output: &Output,
    console: Console,
) -> anyhow::Result<Exit> {
    let rows: Vec<_> = match credential(kind) {
        Some(row) => vec![row],
        None if kind == ALL => credentials().iter().collect(),
        None => bail!("{}", unknown(kind)),
    };
    let mut out = Out::open(output.output.as_deref(), console.color())?;
    match format {
        LeakFormat::Text if kind == ALL => write_list(&rows, &mut out)?,
        LeakFormat::Text => rows.iter().try_for_each(|row| write_page(row, &mut out))?,
        LeakFormat::Json | LeakFormat::Jsonl => {
            for row in rows {
                write_json(&to_json(row), &mut out)?;
                writeln!(out)?;
            }
        }
        LeakFormat::Sarif | LeakFormat::Html => bail!("`--explain` prints text or json"),
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn unknown(kind: &str) -> String {
    let meant = nearest_credential(kind).map(|near| format!("; did you mean `{}`?", near.kind));
    let meant = meant.unwrap_or_else(|| format!("; `--explain {ALL}` names them"));
    format!("no type of credential is called `{kind}`{meant}")
}

fn write_list(rows: &[&Credential], out: &mut dyn Write) -> io::Result<()> {
    let width = rows.iter().map(|row| row.kind.len()).max().unwrap_or(0);
    for row in rows {
        writeln!(out, "{BOLD}{:<width$}{BOLD:#}  {:<13}  {}", row.kind, row.level, row.title)?;
    }
    Ok(())
}

fn write_page(row: &Credential, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}", row.title)?;
    let facts = [
        ("type", row.kind),
        ("level", row.level),
        ("works", row.life),
        ("owner", row.owner),
        ("ended by", row.revoke),
    ];
    for (word, text) in facts {
        writeln!(out, "  {DIM}{word:<8}{DIM:#}  {text}")?;
    }
    if let Some(guidance) = guidance(row.kind) {
        write_guidance(guidance, out)?;
    }
    writeln!(out, "\n{DIM}Source: {}, checked {}{DIM:#}", row.source, row.date)
}

fn write_guidance(guidance: &Guidance, out: &mut dyn Write) -> io::Result<()> {
    for (heading, items) in guidance.sections() {
        writeln!(out, "\n{BOLD}{heading}{BOLD:#}")?;
        items.iter().try_for_each(|item| writeln!(out, "- {item}"))?;
    }
    writeln!(out, "\n{BOLD}What to do{BOLD:#}")?;
    for (number, (name, step)) in STEPS.iter().zip(guidance.steps).enumerate() {
        writeln!(out, "{}. {BOLD}{name}{BOLD:#}: {step}", number + 1)?;
    }
    Ok(())
}

fn to_json(row: &Credential) -> Value {
    let mut page = json!({
        "schema": "keyward.credential_type/1",
        "type": row.kind,
        "provider": row.provider,
        "family": row.family,
        "title": row.title,
        "level": row.level,
        "life": row.life,
        "life_s": row.life_s,
        "owner": row.owner,
        "revoke": row.revoke,
        "source": row.source,
        "date": row.date,
    });
    if let Some(guidance) = guidance(row.kind) {
        let steps = STEPS.iter().zip(guidance.steps);
        let steps: Vec<_> = steps.map(|(name, text)| json!({"name": name, "text": text})).collect();
        page["guidance"] = json!({
            "attacker": guidance.attacker,
            "impact": guidance.impact,
            "needs": guidance.needs,
            "live": guidance.live,
            "steps": steps,
            "sources": guidance.sources,
        });
    }
    page
}
