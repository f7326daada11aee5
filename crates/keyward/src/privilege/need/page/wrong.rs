//! Calls that have to be written otherwise, were refused, or of which something is not known.

use privilege::{Answer, Entry, PermissionRule, RoleRule, ScopeRule};

use super::{call, is_wrong, push_table, verdict};
use crate::privilege::need::{Needed, words};
use crate::render::page::{Block, Line, Page};
use crate::render::plural;

pub(super) fn write_wrong(needed: &Needed, page: &mut Page) {
    let wrong: Vec<_> = needed.calls().filter(|(_, answer)| is_wrong(answer)).collect();
    if wrong.is_empty() {
        return;
    }
    page.push(Block::Heading(2, "What is not right with the calls".to_owned()));
    let row = |(entry, answer): &(&Entry, &Answer)| {
        let meant = answer.operation.map(|id| Line::code(words::call(&needed.base, id)));
        vec![
            call(entry),
            needed.place(entry),
            verdict(answer),
            meant.unwrap_or_default(),
            Line::told(&answer.notes.join("; ")),
        ]
    };
    let rows = wrong.iter().map(row).collect();
    push_table(["call", "place", "verdict", "meant", "why"], rows, page);
}

/// Calls that logs say were refused, with what allows them.
pub(super) fn write_refused(needed: &Needed, page: &mut Page) {
    let row = |(entry, answer): (&Entry, &Answer)| {
        vec![
            call(entry),
            needed.place(entry),
            Line::plain(format!("{} of {}", entry.n_refused, plural(entry.count, "time"))),
            words::scope(&answer.scope),
            words::permission(&answer.permission),
            words::role(&answer.role),
        ]
    };
    let refused = needed.calls().filter(|(entry, _)| entry.n_refused > 0);
    let rows: Vec<_> = refused.map(row).collect();
    if rows.is_empty() {
        return;
    }
    page.push(Block::Heading(2, "What was refused".to_owned()));
    page.push(Block::Paragraph(
        Line::plain("Answered with 401 or 403. ")
            .and_code("keyward privilege explain")
            .and(" says of an answer that is pasted what it lacked."),
    ));
    push_table(["call", "place", "refused", "scope", "permission", "role"], rows, page);
}

/// What no source says; with `--min-confidence` also what is said too weakly.
pub(super) fn write_undetermined(needed: &Needed, page: &mut Page) {
    let rows: Vec<_> = needed
        .calls()
        .filter(|(_, answer)| {
            answer.verdict.is_understood() && answer.is_undetermined(&needed.base)
        })
        .map(|(entry, answer)| {
            let unknown = unknown_edges(answer);
            let names: Vec<_> = unknown.iter().map(|(name, _)| *name).collect();
            let notes: Vec<_> =
                unknown.iter().map(|(_, note)| *note).filter(|note| !note.is_empty()).collect();
            vec![
                needed.place(entry),
                Line::code(&entry.input),
                Line::plain(names.join(", ")),
                Line::told(&notes.join("; ")),
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    page.push(Block::Heading(2, "What is not determined".to_owned()));
    let why = needed.least.map_or_else(
        || "No source says what these need.".to_owned(),
        |least| format!("Not all that these need is known as well as demanded: {}.", least.name()),
    );
    page.push(Block::Paragraph(
        Line::plain(format!("{why} It is neither nothing nor everything: try it out with "))
            .and_code("keyward privilege probe")
            .and(" and pass the results as ")
            .and_code("--evidence")
            .and("."),
    ));
    push_table(["place", "call", "unknown", "why"], rows, page);
}

/// Which of the three answers are not known, with what is noted there.
fn unknown_edges(answer: &Answer) -> Vec<(&'static str, &str)> {
    let Answer { scope, permission, role, .. } = answer;
    let edges = [
        (scope.rule == ScopeRule::Unknown, "scope", &scope.note),
        (permission.rule == PermissionRule::Unknown, "permission", &permission.note),
        (role.rule == RoleRule::Unknown, "role", &role.note),
    ];
    let unknown = edges.into_iter().filter(|(is_unknown, ..)| *is_unknown);
    unknown.map(|(_, name, note)| (name, note.as_ref())).collect()
}
