//! Differences for people: what is missing, what is too much, what cannot be told, and what all that rests on.

use std::fmt::Write as _;

use catalog::Confidence;
use finding::Level;
use privilege::{Difference, Layer, PrincipalKind, Standing};

use super::Compared;
use crate::privilege::need::{known, words};
use crate::render::page::{Block, Line, Page, Span, Tone};
use crate::render::plural;

/// Operations that a row names before it counts the rest.
const NAMED_MAX: usize = 4;

/// Places of one kind that a page names before it counts the rest.
const PLACES_MAX: usize = 50;

/// Which direction is meant.
type Meant = fn(Standing) -> bool;

/// The whole page.
pub(super) fn page(compared: &Compared) -> Page {
    let mut page = Page::new("What is granted against what the calls need");
    page.push(Block::Paragraph(summary(compared)));
    let sections: [(&str, Meant); 3] = [
        ("Missing", |standing| standing == Standing::Missing),
        ("More than the calls need", |standing| matches!(standing, Standing::Excess(_))),
        ("What cannot be told", |standing| standing == Standing::CannotTell),
    ];
    for (title, is_meant) in sections {
        let all: Vec<_> = compared.open(is_meant).collect();
        write_differences(compared, title, &all, &mut page);
    }
    write_accepted(compared, &mut page);
    write_places(
        "Grants that cannot be right as they stand",
        &compared.comparison.contradictions,
        &mut page,
    );
    write_lines("What the dumps leave open", &compared.comparison.gaps, &mut page);
    write_unread(compared, &mut page);
    write_grounds(compared, &mut page);
    page
}

/// `Service app 0oa1 (Payroll sync): 1 grant is missing, 2 are too much. Of 33 operations that need something 31 work …`
fn summary(compared: &Compared) -> Line {
    let principal = &compared.grants.principal;
    let kind = match principal.kind {
        PrincipalKind::Token if compared.grants.is_owner => "Owner",
        PrincipalKind::Token => "API token",
        PrincipalKind::ServiceApp => "Service app",
        PrincipalKind::MachineToMachine => "Machine-to-machine application",
    };
    let mut line = Line::plain(format!("{kind} "));
    if !principal.id.is_empty() {
        line = line.and_code(&principal.id);
    }
    if !principal.label.is_empty() {
        line = line.and(format!(" ({})", principal.label));
    }
    let comparison = &compared.comparison;
    let accepted = comparison.differences.iter().filter(|one| one.exclusion.is_some());
    let n_accepted = accepted.count();
    let count = |is_meant: Meant| compared.n_counted(is_meant);
    let parts = [
        (Tone::Bad, count(|standing| standing == Standing::Missing), "missing"),
        (Tone::Warn, count(|standing| matches!(standing, Standing::Excess(_))), "in excess"),
        (Tone::Warn, count(|standing| standing == Standing::CannotTell), "not to be told"),
    ];
    line = line.and(": ");
    let mut is_first = true;
    for (tone, count, what) in parts.into_iter().filter(|(_, count, _)| *count > 0) {
        line = line.and(if is_first { "" } else { ", " }).and_mark(tone, format!("{count} {what}"));
        is_first = false;
    }
    if is_first {
        let nothing = match n_accepted {
            0 => "nothing missing, nothing in excess",
            _ => "nothing else missing, nothing else in excess",
        };
        line = line.and_mark(Tone::Good, nothing);
    }
    if n_accepted > 0 {
        let accepted = plural(n_accepted as u64, "difference");
        line = line.and(", ").and_mark(Tone::Warn, format!("{accepted} accepted by exclusions"));
    }
    line = line.and(format!(
        ". Of {} that need something {} work with what is granted",
        plural(comparison.n_operations as u64, "operation"),
        comparison.n_allowed,
    ));
    if let Some(level) = comparison.level {
        line = line.and(", as far as is ");
        line.0.push(words::level(level));
    }
    line.and(".")
}

fn write_differences(compared: &Compared, title: &str, all: &[&Difference], page: &mut Page) {
    if all.is_empty() {
        return;
    }
    page.push(Block::Heading(2, title.to_owned()));
    let is_excess = all.iter().any(|one| matches!(one.verdict, Standing::Excess(_)));
    let mut columns = vec!["grant", "why", "instead", "calls", "known"];
    if is_excess {
        columns.splice(1..1, ["harm"]);
        columns.push("how sure");
    }
    let rows = all.iter().map(|one| {
        let mut row = vec![
            grant(one),
            why(one),
            instead(one),
            calls(compared, one),
            Line(vec![words::level(one.level)]),
        ];
        if let Standing::Excess(certainty) = one.verdict {
            row.insert(1, Line(vec![harm(one.severity)]));
            row.push(Line::plain(certainty.name()));
        }
        row
    });
    page.push(Block::Table {
        columns: columns.into_iter().map(str::to_owned).collect(),
        rows: rows.collect(),
    });
}

/// `scope okta.users.read`
fn grant(one: &Difference) -> Line {
    let line = Line::plain(format!("{} ", one.layer.name()));
    match one.layer {
        Layer::Credential => line.and(&one.name),
        _ => line.and_code(&one.name),
    }
}

fn why(one: &Difference) -> Line {
    let mut text = one.why.clone();
    if let Some(beyond) = one.beyond.as_ref().filter(|beyond| beyond.n_operations > 0) {
        let more = plural(beyond.n_operations as u64, "operation");
        let _ = write!(text, "; it allows {more} more, {} of them writes", beyond.n_writes);
        let guessed = beyond.levels.get(&Confidence::Inferred).copied().unwrap_or(0);
        if guessed > 0 {
            let _ = write!(text, " ({guessed} by inference)");
        }
    }
    Line::plain(text)
}

/// Alternatives of names that go together.
fn instead(one: &Difference) -> Line {
    let mut line = Line::default();
    for (number, names) in one.instead.iter().enumerate() {
        line = line.and(if number == 0 { "" } else { "; or " });
        for (number, name) in names.iter().enumerate() {
            line = line.and(if number == 0 { "" } else { " and " }).and_code(name);
        }
    }
    line
}

/// How often, what, and how many of the calls were refused.
fn calls(compared: &Compared, one: &Difference) -> Line {
    if one.operations.is_empty() {
        return Line::plain("none");
    }
    let names =
        one.operations.iter().take(NAMED_MAX).map(|id| words::operation(&compared.base, *id));
    let mut line = Line::plain(format!("{}: ", one.count));
    for (number, name) in names.enumerate() {
        line = line.and(if number == 0 { "" } else { ", " }).and_code(name);
    }
    let more = one.operations.len().saturating_sub(NAMED_MAX);
    if more > 0 {
        line = line.and(format!(" and {more} more"));
    }
    line
}

fn harm(level: Level) -> Span {
    let tone = match level {
        Level::Critical | Level::High => Tone::Bad,
        Level::Medium => Tone::Warn,
        Level::Low | Level::Informational => Tone::Faint,
    };
    Span::Mark(tone, level.name().to_owned())
}

fn write_accepted(compared: &Compared, page: &mut Page) {
    let all = &compared.comparison.differences;
    let rows: Vec<_> = all
        .iter()
        .filter_map(|one| {
            let exclusion = one.exclusion.as_ref()?;
            let until = exclusion.until.to_string();
            Some(vec![
                Line::plain(one.verdict.name()),
                grant(one),
                Line::plain(&exclusion.reason),
                Line::plain(until),
            ])
        })
        .collect();
    if !rows.is_empty() {
        page.push(Block::Heading(2, "Accepted".to_owned()));
        let columns = ["verdict", "grant", "reason", "until"].map(str::to_owned).to_vec();
        page.push(Block::Table { columns, rows });
    }
    for one in &compared.excluded.expired {
        let text = format!(
            "{}: the exclusion of {} ended on {}, so it counts again",
            one.place, one.grant, one.until
        );
        page.push(Block::Warning(Line::plain(text)));
    }
    for one in &compared.excluded.idle {
        let text = format!("{}: the exclusion of {} fits nothing", one.place, one.grant);
        page.push(Block::Warning(Line::plain(text)));
    }
}

fn write_places(title: &str, places: &[(privilege::Place, String)], page: &mut Page) {
    let lines: Vec<_> = places.iter().map(|(place, what)| format!("{place}: {what}")).collect();
    write_lines(title, &lines, page);
}

fn write_lines(title: &str, lines: &[String], page: &mut Page) {
    if lines.is_empty() {
        return;
    }
    page.push(Block::Heading(2, title.to_owned()));
    let mut items: Vec<_> = lines.iter().take(PLACES_MAX).map(Line::plain).collect();
    let more = lines.len().saturating_sub(PLACES_MAX);
    if more > 0 {
        items.push(Line::plain(format!("and {more} more")));
    }
    page.push(Block::List { numbered: false, items });
}

fn write_unread(compared: &Compared, page: &mut Page) {
    let faults = compared.read.faults.iter().map(|(path, why)| format!("{path}: {why}"));
    let places = compared.unread.iter().chain(&compared.read.usage.faults);
    let places = places.map(|(place, what)| format!("{place}: {what}"));
    write_lines("What could not be read", &faults.chain(places).collect::<Vec<_>>(), page);
}

/// What was read, and what that cannot show.
fn write_grounds(compared: &Compared, page: &mut Page) {
    page.push(Block::Heading(2, "What this rests on".to_owned()));
    let facts = compared.comparison.witnesses.iter().map(|witness| {
        let window = witness.window.map(|(first, last)| {
            format!(", {} to {}", finding::rfc3339(first), finding::rfc3339(last))
        });
        let text = format!("{}{}", plural(witness.count, "call"), window.unwrap_or_default());
        (witness.kind.name().replace('_', " "), Line::plain(text))
    });
    let mut facts: Vec<_> = facts.collect();
    facts.extend(known::facts(compared.base.release(), compared.least));
    page.push(Block::Facts(facts));
    let items: Vec<_> = compared.comparison.blind_spots.iter().map(Line::plain).collect();
    if !items.is_empty() {
        page.push(Block::List { numbered: false, items });
    }
}
