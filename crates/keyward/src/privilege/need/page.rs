//! What calls need, for people: the answer first, then what is wrong, then what it was made of.

use std::collections::{BTreeMap, BTreeSet};

use catalog::{Confidence, Product};
use privilege::{
    Answer, AnsweredBy, Entry, EvidenceKind, PermissionRule, Question, RoleRule, ScopeRule, Verdict,
};

use super::{Needed, grants, known, words};
use crate::render::page::{Block, Line, Page, Span, Tone};
use crate::render::{plural, stretch};

/// Places of one kind that a page names before it counts the rest.
const PLACES_MAX: usize = 50;

/// The whole page.
pub(super) fn page(needed: &Needed) -> Page {
    let mut page = Page::new("What the calls need");
    page.push(Block::Paragraph(summary(needed)));
    grants::write(&needed.base, &needed.plans, &mut page);
    write_wrong(needed, &mut page);
    write_refused(needed, &mut page);
    write_credentials(needed, &mut page);
    write_questions(needed, &mut page);
    write_undetermined(needed, &mut page);
    write_calls(needed, &mut page);
    write_unread(needed, &mut page);
    write_grounds(needed, &mut page);
    page
}

/// `48 calls to 33 operations. 25 need no token. 6 are not right as they stand.`
fn summary(needed: &Needed) -> Line {
    let calls: u64 = needed.calls().map(|(entry, _)| entry.count).sum();
    let operations: BTreeSet<_> =
        needed.calls().filter_map(|(_, answer)| answer.operation).collect();
    let head =
        format!("{} to {}.", plural(calls, "call"), plural(operations.len() as u64, "operation"));
    let count =
        |keep: fn(&Answer) -> bool| needed.calls().filter(|(_, answer)| keep(answer)).count();
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
            | Verdict::Unreadable
    )
}

/// Whether a question about it has no answer.
fn is_open(answer: &Answer) -> bool {
    answer.questions.iter().any(|question| question.answer.is_none())
}

fn write_wrong(needed: &Needed, page: &mut Page) {
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
    page.push(Block::Table {
        columns: columns(["call", "place", "verdict", "meant", "why"]),
        rows: wrong.iter().map(row).collect(),
    });
}

/// Calls that logs say were refused, with what allows them.
fn write_refused(needed: &Needed, page: &mut Page) {
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
    page.push(Block::Table {
        columns: columns(["call", "place", "refused", "scope", "permission", "role"]),
        rows,
    });
}

/// Calls that need no token, and those that only one kind of credential can make.
fn write_credentials(needed: &Needed, page: &mut Page) {
    let sections: [(&str, &str, &[Verdict]); 5] = [
        ("What needs no token", "", &[Verdict::NoToken]),
        (
            "What needs a token of an administrator, or not",
            "No scope reaches these: where they need a token it is an API token (SSWS).",
            &[Verdict::TokenRequired, Verdict::TokenUnless, Verdict::NoTokenIf],
        ),
        (
            "What an access token cannot do",
            "These take an API token (SSWS) only, so an integration that moves to OAuth has to do without them.",
            &[Verdict::TokenOnly],
        ),
        ("What an API token cannot do", "These take an access token only.", &[Verdict::OauthOnly]),
        (
            "What takes a credential of another kind",
            "A client's own secret, or a token of another product of the vendor.",
            &[Verdict::OtherCredential],
        ),
    ];
    for (title, text, verdicts) in sections {
        // Auth0 has no API tokens, so that nothing is to be said of what they cannot do.
        let is_okta = |answer: &Answer| {
            answer.operation.is_none_or(|id| needed.base.operation(id).product == Product::Okta)
        };
        let told = |answer: &Answer| verdicts.contains(&answer.verdict) && is_okta(answer);
        let calls: Vec<_> = needed.calls().filter(|(_, answer)| told(answer)).collect();
        if calls.is_empty() {
            continue;
        }
        page.push(Block::Heading(2, title.to_owned()));
        if !text.is_empty() {
            page.push(Block::Paragraph(Line::plain(text)));
        }
        page.push(credentials(needed, &calls, verdicts.len() > 1));
    }
}

fn credentials(needed: &Needed, calls: &[(&Entry, &Answer)], differ: bool) -> Block {
    let row = |(entry, answer): &(&Entry, &Answer)| {
        let mut row = vec![needed.place(entry), call(entry)];
        row.extend(differ.then(|| verdict(answer)));
        row
    };
    let names = if differ { vec!["place", "call", "verdict"] } else { vec!["place", "call"] };
    Block::Table {
        columns: names.into_iter().map(str::to_owned).collect(),
        rows: calls.iter().map(row).collect(),
    }
}

/// The call as written, behind what people call it where that is not part of it.
fn call(entry: &Entry) -> Line {
    let label = entry.label.split(" (").next().unwrap_or_default();
    if entry.label.is_empty() || entry.input.contains(label) {
        return Line::code(&entry.input);
    }
    Line::plain(format!("{} ", entry.label)).and_code(&entry.input)
}

/// Every question once, with the calls that it is about.
fn write_questions(needed: &Needed, page: &mut Page) {
    let mut questions: Vec<(&Question, Vec<&Entry>)> = Vec::new();
    for (entry, question) in needed
        .calls()
        .flat_map(|(entry, answer)| answer.questions.iter().map(move |one| (entry, one)))
    {
        let same = |(known, _): &&mut (&Question, Vec<&Entry>)| *known == question;
        match questions.iter_mut().find(same) {
            Some((_, entries)) => entries.push(entry),
            None => questions.push((question, vec![entry])),
        }
    }
    if questions.is_empty() {
        return;
    }
    page.push(Block::Heading(2, "Questions".to_owned()));
    page.push(Block::Paragraph(
        Line::plain("The answer depends on what the calls carry. Say it with ")
            .and_code("--assume NAME=ANSWER")
            .and("."),
    ));
    let rows = questions.iter().map(|(question, entries)| {
        let places = entries.iter().take(PLACES_MAX).map(|entry| needed.place(entry));
        vec![
            Line::code(question.name.as_ref()),
            Line::told(&question.text),
            words::chained(
                question.options.iter().map(|(name, text)| words::named(name, text)),
                "; ",
            ),
            taken(question),
            words::chained(places, ", "),
        ]
    });
    page.push(Block::Table {
        columns: columns(["name", "question", "answers", "taken", "place"]),
        rows: rows.collect(),
    });
}

/// The answer that was taken, and how it came about.
fn taken(question: &Question) -> Line {
    let Some(answer) = &question.answer else {
        return match &question.presumed {
            Some(presumed) => Line::code(presumed.as_ref())
                .and(", ")
                .and_mark(Tone::Warn, "for want of an answer"),
            None => Line::default().and_mark(Tone::Warn, "none"),
        };
    };
    let by = match question.answered_by {
        Some(AnsweredBy::Assumption) => ", as you said",
        Some(AnsweredBy::Request) => ", as the call says",
        Some(AnsweredBy::Words) => ", guessed from the words beside the call",
        None => "",
    };
    Line::code(answer.as_ref()).and(by)
}

/// What no source says; with `--min-confidence` also what is said too weakly.
fn write_undetermined(needed: &Needed, page: &mut Page) {
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
    page.push(Block::Paragraph(
        Line::plain("No source says what these need. It is neither nothing nor everything: try it out with ")
            .and_code("keyward privilege probe")
            .and(" and pass the results as ")
            .and_code("--evidence")
            .and("."),
    ));
    page.push(Block::Table { columns: columns(["place", "call", "unknown", "why"]), rows });
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
    page.push(Block::Heading(2, "Every call that needs a grant".to_owned()));
    page.push(Block::Paragraph(Line::plain(
        "Three answers a call, each with how well it is known: the scope of an access token, the permission of a \
         custom role, the standard roles of which one suffices. A star: within the groups or apps that the role is \
         assigned for. A super administrator can do everything, and is named only where nobody else can.",
    )));
    page.push(Block::Table {
        columns: columns([
            "call",
            "place",
            "seen",
            "verdict",
            "operation",
            "scope",
            "permission",
            "role",
            "note",
        ]),
        rows,
    });
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
        | Verdict::Unreadable => Tone::Bad,
        Verdict::Elsewhere => Tone::Faint,
    };
    Line::default().and_mark(tone, answer.verdict_name())
}

fn write_unread(needed: &Needed, page: &mut Page) {
    let usage = &needed.read.usage;
    let inputs =
        needed.read.faults.iter().map(|(path, why)| vec![Line::plain(path), Line::plain(why)]);
    let lines = usage.faults.iter();
    let lines = lines.map(|(place, why)| vec![needed.at(place), Line::plain(why)]);
    let rows: Vec<_> = inputs.chain(lines).take(PLACES_MAX).collect();
    if !rows.is_empty() {
        page.push(Block::Heading(2, "What was not read".to_owned()));
        let beyond = needed.n_unread().saturating_sub(rows.len() as u64);
        page.push(Block::Table { columns: columns(["place", "why"]), rows });
        push_beyond(beyond, page);
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
        page.push(Block::Table { columns: columns(["place", "text"]), rows });
        push_beyond(beyond, page);
    }
}

fn push_beyond(count: u64, page: &mut Page) {
    if count > 0 {
        let text = format!("{count} more are not shown; ");
        page.push(Block::Paragraph(
            Line::plain(text).and_code("--format json").and(" has up to 1,000."),
        ));
    }
}

/// What the answers rest on: inputs, the time they cover, and what is known of the APIs.
fn write_grounds(needed: &Needed, page: &mut Page) {
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

fn columns<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(str::to_owned).to_vec()
}
