//! What the answers rest on, and what was not read.

use std::collections::{BTreeMap, BTreeSet};

use privilege::{Answer, EvidenceKind};

use super::{PLACES_MAX, push_beyond, push_table};
use crate::privilege::need::{Needed, known, words};
use crate::render::page::{Block, Line, Page};
use crate::render::stretch;

pub(super) fn write_unread(needed: &Needed, page: &mut Page) {
    let usage = &needed.read.usage;
    let inputs =
        needed.read.faults.iter().map(|(path, why)| vec![Line::plain(path), Line::plain(why)]);
    let lines = usage.faults.iter();
    let lines = lines.map(|(place, why)| vec![needed.at(place), Line::plain(why)]);
    let rows: Vec<_> = inputs.chain(lines).take(PLACES_MAX).collect();
    if !rows.is_empty() {
        page.push(Block::Heading(2, "What was not read".to_owned()));
        let beyond = needed.n_unread().saturating_sub(rows.len() as u64);
        push_table(["place", "why"], rows, page);
        push_beyond(beyond, "has up to 1,000", page);
    }
    let rows: Vec<_> = usage
        .passed_over
        .iter()
        .take(PLACES_MAX)
        .map(|(place, text)| vec![needed.at(place), Line::code(text)])
        .collect();
    if !rows.is_empty() {
        page.push(Block::Heading(2, "What looks like a call and was not counted".to_owned()));
        let beyond = usage.n_passed_over.saturating_sub(rows.len() as u64);
        push_table(["place", "text"], rows, page);
        push_beyond(beyond, "has up to 1,000", page);
    }
}

/// What the answers rest on: inputs, the time they cover, and what is known of the APIs.
pub(super) fn write_grounds(needed: &Needed, page: &mut Page) {
    page.push(Block::Heading(2, "What this rests on".to_owned()));
    let inputs = needed.read.inputs.iter().take(PLACES_MAX);
    let inputs = inputs.map(|(path, form)| Line::plain(path).and(format!(" ({})", form.name())));
    let mut facts = vec![("read".to_owned(), words::chained(inputs, ", "))];
    let beyond = needed.read.inputs.len().saturating_sub(PLACES_MAX);
    if beyond > 0 {
        facts.push((String::new(), Line::plain(format!("and {beyond} more"))));
    }
    for (kind, (first, last)) in &needed.read.usage.windows {
        let name = kind.name().replace('_', " ");
        let text = format!("{name}, {}", stretch(*first, *last));
        facts.push(("window".to_owned(), Line::plain(text)));
    }
    facts.extend(known::facts(needed.base.release(), needed.least));
    page.push(Block::Facts(facts));
    write_sources(needed, page);
    if needed
        .read
        .usage
        .entries
        .iter()
        .any(|entry| entry.evidence.contains(&EvidenceKind::AuditLog))
    {
        page.push(Block::Warning(Line::plain(
            "The vendor's audit log has no reads and goes back 90 days at most: what it does not show may be used all the same.",
        )));
    }
}

/// Where the answers are from, each source once with the kinds of answers it gave.
fn write_sources(needed: &Needed, page: &mut Page) {
    let mut sources: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (_, answer) in needed.calls() {
        let Answer { scope, permission, role, .. } = answer;
        let edges = [
            ("scopes", &scope.source, &scope.date),
            ("permissions", &permission.source, &permission.date),
            ("roles", &role.source, &role.date),
        ];
        for (what, source, date) in edges.into_iter().filter(|(_, source, _)| !source.is_empty()) {
            sources.entry((source, date)).or_default().insert(what);
        }
    }
    let item = |((source, date), what): (&(&str, &str), &BTreeSet<&str>)| {
        let what: Vec<_> = what.iter().copied().collect();
        Line::plain(format!("{source}, checked {date}: {}", what.join(", ")))
    };
    if !sources.is_empty() {
        let items = sources.iter().map(item).collect();
        page.push(Block::List { numbered: false, items });
    }
}
