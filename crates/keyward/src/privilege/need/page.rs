//! What calls need, for people: the answer first, then what is wrong, then what it was made of.

mod credential;
mod ground;
mod question;
mod wrong;

use std::collections::{BTreeMap, BTreeSet};

use catalog::Confidence;
use privilege::{Answer, Entry, EvidenceKind, Verdict};

use super::{Needed, grants, words};
use crate::render::page::{Block, Line, Page, Span, Tone};
use crate::render::{plural, stretch};

/// Places of one kind that a page names before it counts the rest.
const PLACES_MAX: usize = 50;

/// Rows of one table; the other formats have all.
const ROWS_MAX: usize = 500;

/// The whole page.
pub(super) fn page(needed: &Needed) -> Page {
    let mut page = Page::new("What the calls need");
    page.push(Block::Paragraph(summary(needed)));
    if let Some(lack) = needed.lack_of_calls() {
        page.push(Block::Warning(Line::plain(lack)));
    }
    grants::write(&needed.base, &needed.plans, &mut page);
    wrong::write_wrong(needed, &mut page);
    wrong::write_refused(needed, &mut page);
    credential::write_credentials(needed, &mut page);
    question::write_questions(needed, &mut page);
    wrong::write_undetermined(needed, &mut page);
    write_calls(needed, &mut page);
    ground::write_unread(needed, &mut page);
    ground::write_grounds(needed, &mut page);
    page
}

/// `48 calls to 33 operations. 25 need no token. 6 are not right as they stand.`
fn summary(needed: &Needed) -> Line {
    // A call that several operations fit has an answer for each.
    let calls: BTreeMap<_, _> =
        needed.calls().map(|(entry, answer)| (answer.entry, entry.count)).collect();
    let calls: u64 = calls.values().sum();
    let operations: BTreeSet<_> =
        needed.calls().filter_map(|(_, answer)| answer.operation).collect();
    let head =
        format!("{} to {}.", plural(calls, "call"), plural(operations.len() as u64, "operation"));
    let count = |keep: fn(&Answer) -> bool| {
        let kept = needed.calls().filter(|(_, answer)| keep(answer));
        kept.map(|(_, answer)| answer.entry).collect::<BTreeSet<_>>().len()
    };
    let parts = [
        (count(|answer| answer.verdict == Verdict::NoToken), "needs no token", "need no token"),
        (count(is_wrong), "is not right as it stands", "are not right as they stand"),
        (count(is_open), "depends on an answer to a question", "depend on an answer to a question"),
        (needed.n_undetermined(), "is not determined", "are not determined"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let parts = parts.map(|(count, one, many)| {
        let verb = if count == 1 { one } else { many };
        format!(" {count} {verb}.")
    });
    let elsewhere = Some(needed.n_elsewhere()).filter(|count| *count > 0);
    let elsewhere = elsewhere.map(|n| format!(" {} went elsewhere.", plural(n, "more call")));
    Line(vec![Span::Strong(head)]).and(parts.chain(elsewhere).collect::<String>())
}

/// Whether a call has to be written otherwise.
fn is_wrong(answer: &Answer) -> bool {
    matches!(
        answer.verdict,
        Verdict::RiskyVerb
            | Verdict::WrongVerb
            | Verdict::WrongPath
            | Verdict::LegacyForm
            | Verdict::NotInSpec
            | Verdict::Ambiguous
            | Verdict::UnknownHost
            | Verdict::Unreadable
    )
}

/// Whether a question about it has no answer.
fn is_open(answer: &Answer) -> bool {
    answer.questions.iter().any(|question| question.answer.is_none())
}

fn write_calls(needed: &Needed, page: &mut Page) {
    let row = |(entry, answer): (&Entry, &Answer)| {
        let operation = answer.operation.map(|id| Line::code(words::operation(&needed.base, id)));
        vec![
            call(entry),
            needed.place(entry),
            seen(entry),
            verdict(answer),
            operation.unwrap_or_default(),
            words::scope(&answer.scope),
            words::permission(&answer.permission),
            words::role(&answer.role),
            Line::told(&notes(answer).join("; ")),
        ]
    };
    let calls = needed.calls().filter(|(_, answer)| answer.verdict != Verdict::NoToken);
    let rows: Vec<_> = calls.map(row).collect();
    if rows.is_empty() {
        return;
    }
    page.push(Block::Heading(2, "Every call that may need a token".to_owned()));
    page.push(Block::Paragraph(Line::plain(
        "Three answers a call, each with how well it is known: the scope of an access token, the permission of a \
         custom role, the standard roles of which one suffices. A star: within the groups or apps that the role is \
         assigned for. A super administrator can do everything, and is named only where nobody else can.",
    )));
    let columns =
        ["call", "place", "seen", "verdict", "operation", "scope", "permission", "role", "note"];
    push_table(columns, rows, page);
}

/// The call as written, behind what people call it where that is not part of it.
fn call(entry: &Entry) -> Line {
    let label = entry.label.split(" (").next().unwrap_or_default();
    if entry.label.is_empty() || entry.input.contains(label) {
        return Line::code(&entry.input);
    }
    Line::plain(format!("{} ", entry.label)).and_code(&entry.input)
}

/// What is noted of a call, and why an answer is only inferred, each once.
fn notes(answer: &Answer) -> Vec<&str> {
    let Answer { scope, permission, role, .. } = answer;
    let edges = [
        (scope.level, &scope.note),
        (permission.level, &permission.note),
        (role.level, &role.note),
    ];
    let weak = edges.into_iter().filter(|(level, _)| *level <= Confidence::Inferred);
    let mut notes: Vec<&str> = answer.notes.iter().map(AsRef::as_ref).collect();
    for (_, note) in weak {
        let note = note.trim_end_matches('.');
        if !note.is_empty() && !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
}

/// How often it was seen, by which witnesses, when, and how often it was refused; nothing of what somebody declared.
fn seen(entry: &Entry) -> Line {
    if entry.evidence.iter().all(|kind| *kind == EvidenceKind::Declared) && entry.count == 1 {
        return Line::default();
    }
    let names = entry.evidence.iter().map(|kind| kind.name().replace('_', " "));
    let witnesses = format!(" ({})", names.collect::<Vec<_>>().join(", "));
    let refused = (entry.n_refused > 0).then(|| format!(", {} refused", entry.n_refused));
    let seen = entry.seen.map(|(first, last)| format!(", {}", stretch(first, last)));
    let more: String = [refused, seen].into_iter().flatten().collect();
    Line::plain(plural(entry.count, "time") + &witnesses + &more)
}

fn verdict(answer: &Answer) -> Line {
    let tone = match answer.verdict {
        Verdict::Ok | Verdict::NoToken => Tone::Good,
        Verdict::TokenOnly
        | Verdict::OauthOnly
        | Verdict::TokenRequired
        | Verdict::TokenUnless
        | Verdict::NoTokenIf
        | Verdict::OtherCredential
        | Verdict::RiskyVerb
        | Verdict::LegacyForm => Tone::Warn,
        Verdict::WrongVerb
        | Verdict::WrongPath
        | Verdict::NotInSpec
        | Verdict::Ambiguous
        | Verdict::UnknownHost
        | Verdict::Unreadable => Tone::Bad,
        Verdict::Elsewhere => Tone::Faint,
    };
    Line::default().and_mark(tone, answer.verdict_name())
}

/// A table of at most so many rows that somebody may read them; what is beyond is counted.
fn push_table<const N: usize>(columns: [&str; N], mut rows: Vec<Vec<Line>>, page: &mut Page) {
    let beyond = rows.len().saturating_sub(ROWS_MAX) as u64;
    rows.truncate(ROWS_MAX);
    page.push(Block::Table { columns: columns.map(str::to_owned).to_vec(), rows });
    push_beyond(beyond, "has all", page);
}

/// Says how much there is beyond what is shown, and what `--format json` has of it.
fn push_beyond(count: u64, has: &str, page: &mut Page) {
    if count > 0 {
        let line = Line::plain(format!("{count} more are not shown; ")).and_code("--format json");
        page.push(Block::Paragraph(line.and(format!(" {has}."))));
    }
}
