//! What a run was like: what was read, what was not and why.

use std::collections::BTreeMap;
use std::io::{self, Write};

use indicatif::{HumanBytes, HumanCount};

use crate::sanitize::visible;
use crate::summary::{Fault, Reject, Sample, Summary};

/// Tenants that the account names.
const TENANTS_SHOWN: usize = 5;

/// What a run was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What rules found.
    Findings,
    /// The events that match one expression.
    Matches,
    /// Nothing but that they were read.
    Read,
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
        Outcome::Read => String::new(),
    };
    writeln!(out, "Read {examined} in {read} ({bytes}){rest}.")?;
    let unknown = events.products.get("unknown").copied().unwrap_or(0);
    if outcome == Outcome::Findings && unknown > 0 {
        writeln!(out, "Of no product that is known: {}.", plural(unknown, "event"))?;
    }
    for line in remembered(summary).into_iter().chain(not_examined(summary)) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What rules with memory made of the events, and what they do not know yet.
fn remembered(summary: &Summary) -> Vec<String> {
    let Summary { events, learned_from, memory, .. } = summary;
    let mut lines = Vec::new();
    if learned_from.inputs > 0 {
        let (events, inputs) =
            (plural(learned_from.events, "event"), plural(learned_from.inputs, "input"));
        lines.push(format!("Learned from {events} in {inputs} before."));
    }
    let counted = [
        (events.without_time, "Matched, but without a usable time, so not remembered"),
        (events.late, "Matched, but before what is remembered, so not remembered"),
        (events.pushed, "Remembered before older ones may come, for want of room"),
        (events.repeated, "Came more than once, counted once"),
    ];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        lines.push(format!("{what}: {}.", plural(count, "event")));
    }
    if events.tenants.len() > 1 {
        lines.push(tenants_line(&events.tenants));
    }
    let (rules, learning, subjects) = memory.still_learning();
    if rules > 0 {
        let (rules, learning) = (plural(rules, "rule"), HumanCount(learning));
        let subjects = plural(subjects, "subject");
        lines.push(format!(
            "Still learning: {rules}, for {learning} of {subjects}; silent for them."
        ));
    }
    for rule in &memory.forgotten {
        let groups = plural(rule.groups, "group");
        lines.push(format!("Forgotten for want of room: {groups} of `{}`.", visible(&rule.name)));
    }
    if memory.waiting > 0 {
        let events = plural(memory.waiting, "event");
        lines.push(format!("Waiting for what must follow when the log ends: {events}."));
    }
    if let Some(state) = &memory.state
        && let Some(why) = &state.refused
    {
        let line = format!("Memory of earlier runs not used: {} {why}.", state.path);
        lines.push(visible(&line).into_owned());
    }
    lines
}

/// `Of 2 tenants, told apart: a 12 events, b 3 events.`
fn tenants_line(tenants: &BTreeMap<String, u64>) -> String {
    let named = tenants.iter().take(TENANTS_SHOWN).map(|(tenant, count)| {
        let tenant = if tenant.is_empty() { "others" } else { tenant };
        format!("{} {}", visible(tenant), plural(*count, "event"))
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let more = tenants.len().saturating_sub(TENANTS_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("Of {} tenants, told apart: {named}{more}.", tenants.len())
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
