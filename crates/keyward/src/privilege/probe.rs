//! `keyward privilege probe`

use std::fs;
use std::io::Write;
use std::path::Path;

use ::privilege::{Evidence, Fault, Probe as Made, probe, read_evidence};
use anyhow::{Context, bail};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::asked::Asked;
use super::need::words;
use crate::args::{PrivilegeFormat, Probe};
use crate::console::Console;
use crate::exit::Exit;
use crate::output::Out;
use crate::privilege::{Told, spare, tell};
use crate::render::page::{Block, Line, Page};
use crate::render::plural;

/// Runs it.
pub(crate) fn run(args: &Probe, console: Console, _now: Timestamp) -> anyhow::Result<Exit> {
    spare(&args.report, args.calls.files().chain(&args.results))?;
    match &args.results {
        Some(path) => read_results(path, args, console),
        None if args.calls.paths.is_empty() => {
            bail!("nothing to do: give what is called, or `--results`")
        }
        None => write_script(args, console),
    }
}

/// Prints what a probe found as evidence. Fails if none of it can be used.
fn read_results(path: &Path, args: &Probe, console: Console) -> anyhow::Result<Exit> {
    let text =
        fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    let (evidence, faults) = read_evidence(&text);
    for Fault { line, what } in &faults {
        console.warn(format_args!("{}:{line}: {what}", path.display()));
    }
    if evidence.trials.is_empty() {
        bail!("`{}` holds no result of a probe", path.display());
    }
    let exit = if faults.is_empty() { Exit::Clean } else { Exit::Partial };
    let document = serde_json::to_value(&evidence)?;
    match args.report.format {
        // The document itself, so that it can be kept with `-o` and given to `--evidence`.
        PrivilegeFormat::Text | PrivilegeFormat::Json => {
            print(args, console, &format!("{document:#}\n"))?;
        }
        _ => {
            let json = json!({"verb": "probe", "evidence": document, "exit": exit});
            let told = Told { page: shown(&evidence), json, findings: Vec::new(), hcl: None };
            tell(&told, &args.report, console)?;
        }
    }
    Ok(exit)
}

fn print(args: &Probe, console: Console, text: &str) -> anyhow::Result<()> {
    let mut out = Out::open(args.report.output.output.as_deref(), console.color())?;
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn shown(evidence: &Evidence) -> Page {
    let mut page = Page::new(format!("What was tried out in {}", evidence.org));
    let join = |names: &std::collections::BTreeSet<String>| {
        names.iter().cloned().collect::<Vec<_>>().join(" + ")
    };
    let rows = evidence.conclusions().into_iter().map(|(operation, conclusion)| {
        let suffice = conclusion.suffice.iter().map(join).chain(conclusion.roles_suffice.clone());
        let lack = conclusion.lack.iter().map(join).chain(conclusion.roles_lack.clone());
        let suffice = if conclusion.needs_none {
            "no role at all".to_owned()
        } else {
            suffice.collect::<Vec<_>>().join(", ")
        };
        let lack = lack.collect::<Vec<_>>().join(", ");
        vec![Line::code(operation), Line::plain(suffice), Line::plain(lack)]
    });
    let columns = ["operation", "suffices", "does not"].map(str::to_owned).to_vec();
    page.push(Block::Table { columns, rows: rows.collect() });
    page
}

/// Prints the script; what it leaves out goes to standard error.
fn write_script(args: &Probe, console: Console) -> anyhow::Result<Exit> {
    let asked = Asked::load(&args.calls, console)?;
    let made = probe(&asked.base, &asked.read.usage, &asked.answers, asked.plans.first());
    let Some(made) = made else {
        bail!(
            "of every call that was read a source says what it needs: there is nothing to try out"
        );
    };
    let exit = asked.exit();
    if args.report.format == PrivilegeFormat::Text {
        for (id, why) in &made.skipped {
            console
                .warn(format_args!("{} is not tried: {why}", words::operation(&asked.base, *id)));
        }
        for call in &made.unknown {
            console.warn(format_args!("{call} is not tried: it is in no description"));
        }
        print(args, console, &made.script)?;
        return Ok(exit);
    }
    let page = page(&asked, &made);
    let json = object(&asked, &made, exit);
    tell(&Told { page, json, findings: Vec::new(), hcl: None }, &args.report, console)?;
    Ok(exit)
}

fn page(asked: &Asked, made: &Made) -> Page {
    let mut page = Page::new("What to try out in an organization");
    let summary = format!(
        "The script makes a throw-away app and calls {} in {}, each with other grants. Save it, read it, run it as a super admin in a test organization, and give its results to `--results`.",
        plural(made.operations.len() as u64, "operation"),
        plural(made.n_rounds as u64, "round"),
    );
    page.push(Block::Paragraph(super::advice::text(&summary)));
    let variables = made.variables.iter().map(Line::code).collect();
    page.push(Block::Heading(2, "Ids to give it".to_owned()));
    page.push(Block::List { numbered: false, items: variables });
    if !made.skipped.is_empty() {
        page.push(Block::Heading(2, "What it does not try".to_owned()));
        let row = |(id, why): &(::privilege::OperationId, ::privilege::Text)| {
            vec![Line::code(words::operation(&asked.base, *id)), Line::plain(why.as_ref())]
        };
        let columns = ["operation", "why"].map(str::to_owned).to_vec();
        page.push(Block::Table { columns, rows: made.skipped.iter().map(row).collect() });
    }
    if !made.unknown.is_empty() {
        page.push(Block::Heading(2, "What is in no description".to_owned()));
        let items = made.unknown.iter().map(Line::code).collect();
        page.push(Block::List { numbered: false, items });
    }
    page.push(Block::Heading(2, "The script".to_owned()));
    page.push(Block::Code { language: "sh", text: made.script.clone() });
    page
}

fn object(asked: &Asked, made: &Made, exit: Exit) -> Value {
    let id = |id| words::operation(&asked.base, id);
    let skipped = made.skipped.iter().map(|(one, why)| json!({"operation": id(*one), "why": why}));
    json!({
        "verb": "probe",
        "operations": made.operations.iter().map(|one| id(*one)).collect::<Vec<_>>(),
        "rounds": made.n_rounds,
        "variables": made.variables,
        "skipped": skipped.collect::<Vec<_>>(),
        "unknown": made.unknown,
        "script": made.script,
        "input": asked.json(),
        "exit": exit,
    })
}
