//! What a rule says about itself.

use super::Subject;
use crate::diagnostic::{Code, Diagnostic};
use crate::rule::Syntax;

/// Longest title, in characters, as the conventions of `SigmaHQ` have it.
/// Source: `SigmaHQ` rule convention, checked 2026-11-22.
const LONGEST_TITLE: usize = 110;

/// Keys of Sigma, and those that this project adds.
const KEYS: &[&str] = &[
    "title",
    "id",
    "related",
    "name",
    "taxonomy",
    "status",
    "description",
    "license",
    "references",
    "author",
    "date",
    "modified",
    "logsource",
    "detection",
    "fields",
    "falsepositives",
    "level",
    "tags",
    "scope",
    "sigma-version",
    "explanation",
    "response",
    "prevention",
    "lists",
    "allow",
    "correlation",
    "generate",
    "levels",
];

fn warn(subject: &Subject<'_>, code: Code, message: &str, help: &str) -> Diagnostic {
    Diagnostic::warning(code, subject.title(), message).help(help)
}

pub(super) fn attack(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if subject.rule.attack.techniques.is_empty() {
        let message = "the rule names no ATT&CK technique";
        out.push(warn(subject, Code::NoAttack, message, "add a tag such as `attack.t1098`"));
    }
}

pub(super) fn falsepositives(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if subject.rule.about.falsepositives.is_empty() {
        let message = "the rule does not say what is innocent";
        out.push(warn(subject, Code::NoFalsePositives, message, "add `falsepositives`"));
    }
}

pub(super) fn description(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    if subject.rule.about.description.is_none() {
        let message = "the rule does not say what it finds";
        out.push(warn(subject, Code::NoDescription, message, "add a `description`"));
    }
}

pub(super) fn id(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let rule = subject.rule;
    let hex = rule.id.bytes().filter(u8::is_ascii_hexdigit).count();
    let dashes = rule.id.match_indices('-').map(|(at, _)| at).collect::<Vec<_>>();
    // Okta's own catalogue writes ids without dashes.
    let is_catalogue = matches!(rule.syntax, Syntax::Filter(_)) && rule.id.len() == 32;
    let is_uuid = rule.id.len() == 36 && dashes == [8, 13, 18, 23];
    if hex != 32 || !(is_uuid || is_catalogue) {
        let message =
            if rule.id == rule.name { "the rule has no id" } else { "the id is not a UUID" };
        out.push(warn(subject, Code::OddId, message, "give it a random UUID, which never changes"));
    }
}

pub(super) fn title(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let length = subject.rule.title.chars().count();
    if length > LONGEST_TITLE {
        let message = format!("the title has {length} characters, more than {LONGEST_TITLE}");
        out.push(Diagnostic::warning(Code::LongTitle, subject.title(), message));
    }
}

pub(super) fn misspelled_key(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (key, node) in &subject.rule.about.custom {
        let likeness = |known: &&&str| strsim::jaro_winkler(key, known);
        let nearest = KEYS.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        let nearest = nearest.filter(|known| **known != key && likeness(known) > 0.93);
        if let Some(nearest) = nearest {
            let message = format!("the key `{key}` is not one of Sigma's");
            let diagnostic = Diagnostic::warning(Code::MisspelledKey, node.span, message);
            out.push(diagnostic.help(format!("did you mean `{nearest}`?")));
        }
    }
}

pub(super) fn unknown_attack(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let mut say = |message: String| {
        out.push(Diagnostic::warning(Code::UnknownAttack, subject.title(), message));
    };
    for name in &subject.rule.attack.techniques {
        match catalog::technique(name).map(|technique| technique.replaced_by) {
            None => say(format!("ATT&CK has no technique `{name}`")),
            Some(Some(successor)) => say(format!("the technique `{name}` is now `{successor}`")),
            Some(None) => {}
        }
    }
    for name in &subject.rule.attack.tactics {
        if catalog::tactic(name).is_none() {
            say(format!("ATT&CK has no tactic `{name}`"));
        }
    }
}

pub(super) fn dates(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let about = &subject.rule.about;
    for (name, date) in [("date", &about.date), ("modified", &about.modified)] {
        let Some(date) = date else { continue };
        if date.len() != 10 || date.parse::<jiff::civil::Date>().is_err() {
            let message = format!("the {name} `{date}` is not written as 2026-01-31");
            out.push(Diagnostic::warning(Code::OddDate, subject.title(), message));
        }
    }
}
