//! The record as a page: what comes next, and the report.

use catalog::{STEPS, guidance};
use jiff::Timestamp;

use super::incident::{Evidence, Incident, State, Step};
use crate::args::StepName;
use crate::render::page::{Block, Line, Page, Tone};
use crate::render::{moment, plural};

/// What is said of a step where the catalog has no page for the kind of credential.
const USUAL: [&str; 8] = [
    "Shut the credential off; bind it to a zone or add a new one first where programs must go on.",
    "Read what was done with it since it lay open, the changes first, and from which addresses.",
    "Add up the roles and scopes that it had, those of groups as well, and what else holds the same value.",
    "Put something narrower in its place: a service app with the scopes and the role that its calls need.",
    "Give the new one to everybody who used the old one, and watch for those who were forgotten.",
    "Bind to network zones, shorten lifetimes, and take away the roles that nothing needs.",
    "Keep the new one in a vault that is read at run time, one for each program.",
    "Scan before each commit, and run the rules that tell of its use from elsewhere.",
];

/// What a step is about, for that kind of credential.
pub(super) fn guide(incident: &Incident, name: StepName) -> &'static str {
    let at = StepName::ALL.iter().position(|one| *one == name).unwrap_or_default();
    let page = incident.subject.kind.as_deref().and_then(guidance);
    let text = page.and_then(|page| page.steps.get(at)).or_else(|| USUAL.get(at));
    text.copied().unwrap_or_default()
}

/// What stands, and what comes next.
pub(super) fn overview(incident: &Incident) -> Page {
    let mut page = head(incident);
    page.push(steps(incident));
    let text = if let Some(name) = incident.next() {
        page.push(Block::Heading(2, format!("Next: {}", called(name))));
        page.push(Block::Paragraph(Line::told(guide(incident, name))));
        commands(incident, name)
    } else {
        page.push(Block::Paragraph(Line::plain("Every step is done or left out.")));
        format!("keyward respond {} report -o {0}.md", incident.id)
    };
    page.push(Block::Code { language: "sh", text });
    page
}

/// How far a step is, and where to go on.
pub(super) fn standing(incident: &Incident, name: StepName) -> Line {
    let step = incident.steps.iter().find(|step| step.name == name.name());
    let state = step.map_or("unknown", |step| step.state.name());
    let line = Line::plain(format!("The step is {state}. "));
    match incident.next() {
        Some(next) => line
            .and(format!("Next is {}: ", next.name()))
            .and_code(format!("keyward respond {}", incident.id)),
        None => line
            .and("Every step is done or left out: ")
            .and_code(format!("keyward respond {} report -o {0}.md", incident.id)),
    }
}

/// Everything, for whoever asks later.
pub(super) fn report(incident: &Incident, now: Timestamp) -> Page {
    let mut page = head(incident);
    let as_of = format!("This report is of {} UTC. Times are UTC throughout.", moment(now));
    page.push(Block::Paragraph(Line::plain(as_of)));
    page.push(steps(incident));
    page.push(Block::Heading(2, "Timeline".to_owned()));
    let row = |entry: &super::incident::Entry| {
        vec![Line::plain(moment(entry.at)), Line::plain(&entry.source), Line::told(&entry.says)]
    };
    page.push(Block::Table {
        columns: ["time (UTC)", "from", "what"].map(str::to_owned).into(),
        rows: incident.timeline().into_iter().map(row).collect(),
    });
    for (name, step) in StepName::ALL.into_iter().zip(&incident.steps) {
        write_step(incident, (name, step), &mut page);
    }
    page
}

fn head(incident: &Incident) -> Page {
    let mut page = Page::new(format!("{} ({})", incident.title, incident.id));
    let fact = |name: &str, value: Line| (name.to_owned(), value);
    let mut facts = vec![
        fact("tenant", Line::plain(&incident.tenant)),
        fact("about", Line::told(&incident.subject.told())),
        fact("begun", Line::plain(format!("{} UTC by {}", moment(incident.opened), incident.by))),
    ];
    let last = incident.steps.iter().flat_map(|step| &step.evidence).max_by_key(|one| one.at);
    facts.extend(last.map(|one| {
        fact("last step", Line::plain(format!("{} UTC by {}", moment(one.at), one.by)))
    }));
    let since = incident.subject.since;
    facts.extend(
        since.map(|since| fact("open since", Line::plain(format!("{} UTC", moment(since))))),
    );
    let text = |pointer: &str| incident.finding.as_ref()?.pointer(pointer)?.as_str();
    for (name, pointer) in [
        ("finding", "/id"),
        ("level", "/level"),
        ("credential", "/credential/type"),
        ("verified when found", "/credential/verification/status"),
        ("place", "/place/path"),
    ] {
        facts.extend(text(pointer).map(|value| fact(name, Line::plain(value))));
    }
    let line = incident.finding.as_ref().and_then(|finding| finding.pointer("/place/line"));
    facts.extend(line.map(|line| fact("line", Line::plain(line.to_string()))));
    for (name, pointer) in [
        ("repository", "/place/repository"),
        ("commit", "/place/commit/id"),
        ("author", "/place/commit/author"),
    ] {
        facts.extend(text(pointer).map(|value| fact(name, Line::plain(value))));
    }
    page.push(Block::Facts(facts));
    page
}

fn steps(incident: &Incident) -> Block {
    let row = |(number, (name, step)): (usize, (StepName, &Step))| {
        let last = step.evidence.last();
        vec![
            Line::plain((number + 1).to_string()),
            Line::plain(name.name()),
            mark(step.state),
            Line::told(last.and_then(|one| one.says.first()).map_or("", String::as_str)),
        ]
    };
    let named = StepName::ALL.into_iter().zip(&incident.steps).enumerate();
    Block::Table {
        columns: ["", "step", "state", "last"].map(str::to_owned).into(),
        rows: named.map(row).collect(),
    }
}

fn mark(state: State) -> Line {
    let tone = match state {
        State::Done => Tone::Good,
        State::Begun => Tone::Warn,
        State::Open => Tone::Bad,
        State::Skipped => Tone::Faint,
    };
    Line::default().and_mark(tone, state.name())
}

fn write_step(incident: &Incident, (name, step): (StepName, &Step), page: &mut Page) {
    let number = StepName::ALL.iter().position(|one| *one == name).unwrap_or_default() + 1;
    page.push(Block::Heading(2, format!("{number}. {}", called(name))));
    page.push(Block::Paragraph(Line::plain("State: ").and_line(mark(step.state)).and(".")));
    let guide = Line::told(guide(incident, name));
    page.push(Block::Paragraph(Line::plain("Guidance: ").and_line(guide)));
    for (at, evidence) in step.evidence.iter().enumerate() {
        page.push(Block::Paragraph(Line::plain(format!(
            "{} UTC, {}:",
            moment(evidence.at),
            evidence.by
        ))));
        page.push(list(evidence, step.evidence.get(at + 1..).unwrap_or_default()));
    }
    if step.evidence.is_empty() {
        page.push(Block::Paragraph(Line::plain("Nothing is written down.")));
    }
}

/// What was written down, but for what was written down again when the step was taken once more.
fn list(evidence: &Evidence, later: &[Evidence]) -> Block {
    let is_repeated = |line: &&String| later.iter().any(|one| one.says.contains(line));
    let (again, own): (Vec<_>, Vec<_>) = evidence.says.iter().partition(is_repeated);
    let mut items: Vec<Line> = own.into_iter().map(|line| Line::told(line)).collect();
    let again = (!again.is_empty()).then(|| plural(again.len() as u64, "line"));
    items.extend(
        again.map(|lines| Line::plain(format!("{lines} as below, where it was taken again"))),
    );
    let file = evidence.file.as_ref();
    items.extend(file.map(|file| Line::plain("more in ").and_code(file.as_str())));
    Block::List { numbered: false, items }
}

fn title(name: StepName) -> String {
    let at = StepName::ALL.iter().position(|one| *one == name).unwrap_or_default();
    STEPS.get(at).copied().unwrap_or_default().to_owned()
}

/// The same with the word for it on the command line, where that is another.
fn called(name: StepName) -> String {
    let title = title(name);
    if title.eq_ignore_ascii_case(name.name()) {
        title
    } else {
        format!("{title} ({})", name.name())
    }
}

/// What to say on the command line to take a step.
fn commands(incident: &Incident, name: StepName) -> String {
    let (id, step) = (&incident.id, name.name());
    let done = format!("keyward respond {id} step {step} --done --note '…'");
    match name {
        StepName::Revoke => {
            let gentle = match incident.subject.token {
                Some(_) => format!(
                    "keyward respond {id} step {step} --gentle --zone nzo…   # first, where programs must go on: from that zone alone\n"
                ),
                None => String::new(),
            };
            format!(
                "keyward respond {id} step {step}   # the plan: what is called, and who depends on it\n\
                 keyward respond {id} step {step} --execute --secret-file FILE   # with what leaked, to prove that it is dead\n{gentle}{done}"
            )
        }
        StepName::Audit | StepName::BlastRadius | StepName::Dependents | StepName::Harden => {
            format!("keyward respond {id} step {step} --execute\n{done}")
        }
        StepName::Rotate if incident.subject.client.is_some() => {
            format!(
                "keyward respond {id} step {step}\nkeyward respond {id} step {step} --new-secret-file FILE --execute\n{done}"
            )
        }
        StepName::Rotate | StepName::SecretStore | StepName::Detection => done,
    }
}
