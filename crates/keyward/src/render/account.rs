//! What a run was like: what was read, what was not and why.

use std::io::{self, Write};

use indicatif::{HumanBytes, HumanCount};

use crate::sanitize::visible;
use crate::summary::{Fault, Reject, Sample, Summary};

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What rules found.
    Findings,
    /// The events that match one expression.
    Matches,
}

/// Says what was read, then what was not and why.
pub(crate) fn write_account(
    summary: &Summary,
    outcome: Outcome,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Summary { inputs, events, rules, findings, .. } = summary;
    let (examined, read) = (plural(events.examined, "event"), plural(inputs.read, "input"));
    let bytes = HumanBytes(inputs.bytes);
    let rest = match outcome {
        Outcome::Findings => format!(" with {}", plural(rules.loaded, "rule")),
        Outcome::Matches => format!("; {} matched", HumanCount(findings.total)),
    };
    writeln!(out, "Read {examined} in {read} ({bytes}){rest}.")?;
    let unknown = events.products.get("unknown").copied().unwrap_or(0);
    if outcome == Outcome::Findings && unknown > 0 {
        writeln!(out, "Of neither Okta nor Auth0: {}.", plural(unknown, "event"))?;
    }
    for line in not_examined(summary) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn not_examined(summary: &Summary) -> Vec<String> {
    let Summary { inputs, events, rules, stopped_early, .. } = summary;
    let mut lines = Vec::new();
    if events.outside > 0 {
        lines.push(format!("Outside the time asked for: {}.", plural(events.outside, "event")));
    }
    let at = |path: &str, why: &str| visible(&format!("  {path}: {why}")).into_owned();
    let faults = |sample: &Sample<Fault>| {
        sample.first.iter().map(|fault| at(&fault.path, &fault.why)).collect()
    };
    let rejects = |sample: &Sample<Reject>| {
        let first = sample.first.iter();
        first.map(|one| at(&format!("{}:{}", one.path, one.line), &one.why)).collect()
    };
    section(&mut lines, "Not read", "input", inputs.faults.count, faults(&inputs.faults));
    section(&mut lines, "Not read", "record", events.rejected.count, rejects(&events.rejected));
    section(&mut lines, "Read in part", "event", events.faulty.count, rejects(&events.faulty));
    section(
        &mut lines,
        "Nothing to run",
        "rule",
        rules.not_runnable.count,
        faults(&rules.not_runnable),
    );
    let what = "Rules, filters or lists not loaded";
    section(&mut lines, what, "file", rules.faults.count, faults(&rules.faults));
    if *stopped_early {
        lines.push("Stopped before the end of the input.".to_owned());
    }
    lines
}

fn section(lines: &mut Vec<String>, what: &str, noun: &str, count: u64, examples: Vec<String>) {
    if count == 0 {
        return;
    }
    let unnamed = count - examples.len() as u64;
    lines.push(format!("{what}: {}.", plural(count, noun)));
    lines.extend(examples);
    if unnamed > 0 {
        lines.push(format!("  and {} more", HumanCount(unnamed)));
    }
}

/// A number and what it counts: `1 event`, `3,012 events`.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", HumanCount(count))
}
