//! Files in the form of Okta's own catalogue of detections.
//!
//! Their logic stands under `detection.okta_systemlog`, by engine, as filter
//! text. What they hold for other tools is named and passed over.

use super::document::{Read, expressions};
use super::header::title_span;
use crate::about::About;
use crate::diagnostic::{Code, Diagnostic};
use crate::okta::Expression;
use crate::sigma::read::Context;
use crate::yaml::Node;

/// The key under which filter text for the System Log stands.
const SYSTEM_LOG: &str = "okta_systemlog";

/// Keys under `detection` that are text for people.
const PROSE: &[&str] = &["explanation", "comments", "false_positives", "note", "notes"];

/// Keys under `detection` by which a file of this form is known, even without
/// logic for the System Log: they hold the languages of other tools.
const OTHER_LANGUAGES: &[&str] = &[
    "splunk",
    "sigma",
    "datadog",
    "elastic",
    "kql",
    "eql",
    "sentinel",
    "chronicle",
    "yara_l",
    "panther",
    "sumologic",
    "sql",
    "osquery",
    "tenant_logs",
];

/// Whether a document is in this form rather than Sigma's.
pub(super) fn is_form(document: &Node) -> bool {
    let Some(detection) = document.get("detection") else {
        // Checks for osquery stand beside the detections, without this key.
        return document.get("query").is_some() && document.get("platform").is_some();
    };
    if detection.get("condition").is_some() {
        return false;
    }
    let known = |(key, _): &(Node, Node)| {
        let name = key.text().unwrap_or_default();
        PROSE.contains(&name) || OTHER_LANGUAGES.contains(&name)
    };
    detection.get(SYSTEM_LOG).is_some()
        || detection.map().is_some_and(|entries| !entries.is_empty() && entries.iter().all(known))
}

/// Reads the logic of such a file. A file without logic is a rule that cannot be run.
pub(super) fn read(document: &Node, context: &mut Context<'_>) -> Option<Read> {
    let others = other_languages(document).join(", ");
    let system_log = document.get("detection").and_then(|detection| detection.get(SYSTEM_LOG));
    let mut notes = Vec::new();
    let expressions = match system_log {
        Some(node) => engines(node, &mut notes, context)?,
        None => Vec::new(),
    };
    let mut not_runnable = None;
    if expressions.is_empty() {
        let reason = match others.as_str() {
            "" => "the file holds no logic".to_owned(),
            others => format!("the file holds logic for {others} only"),
        };
        let at = title_span(document);
        context.out.push(Diagnostic::warning(Code::NothingToRun, at, reason.clone()));
        not_runnable = Some(reason);
    } else if !others.is_empty() {
        let note = format!("logic for {others} is ignored");
        let at = document.entry("detection").map_or(title_span(document), |(key, _)| key.span);
        context.out.push(Diagnostic::note(Code::OtherLanguage, at, note.clone()));
        notes.push(note);
    }
    Some(Read { not_runnable, notes, ..Read::filter(expressions) })
}

/// The filter expressions of every engine.
fn engines(
    node: &Node,
    notes: &mut Vec<String>,
    context: &mut Context<'_>,
) -> Option<Vec<Expression>> {
    let Some(entries) = node.map() else {
        return if is_empty(node) { Some(Vec::new()) } else { expressions(node, context) };
    };
    let mut all = Some(Vec::new());
    let mut names = Vec::new();
    let is_logic = |(engine, node): &&(Node, Node)| !is_empty(node) && !is_other(engine);
    for (engine, node) in entries.iter().filter(is_logic) {
        names.push(engine.text().unwrap_or_default());
        let more = expressions(node, context);
        all = all.zip(more).map(|(all, more)| [all, more].concat());
    }
    if names.len() > 1 {
        notes.push(format!("matches what any engine's filter matches: {}", names.join(", ")));
    }
    all
}

fn is_other(key: &Node) -> bool {
    key.text().is_some_and(|name| OTHER_LANGUAGES.contains(&name))
}

fn is_empty(node: &Node) -> bool {
    node.text().is_some_and(|text| text.trim().is_empty())
        || node.is_null()
        || node.seq().is_some_and(<[Node]>::is_empty)
}

fn other_languages(document: &Node) -> Vec<&str> {
    let Some(detection) = document.get("detection") else {
        return document.get("query").iter().map(|_| "osquery").collect();
    };
    let entries = detection.map().unwrap_or_default();
    let names = entries.iter().filter_map(|(key, _)| key.text());
    let beside = names.filter(|name| *name != SYSTEM_LOG && !PROSE.contains(name));
    // Some files have them a step too deep, among the engines.
    let engines = detection.get(SYSTEM_LOG).and_then(Node::map).unwrap_or_default();
    let within = engines.iter().map(|(key, _)| key).filter(|key| is_other(key));
    beside.chain(within.filter_map(Node::text)).collect()
}

/// The id of such a file; some have a word in its place, several of them the same.
pub(super) fn id(id: String, name: &str) -> String {
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == '-';
    if id.len() >= 32 && id.chars().all(is_hex) { id } else { name.to_owned() }
}

/// Some of these files say what is innocent under `detection`.
pub(super) fn add_falsepositives(document: &Node, about: &mut About) {
    let nested = document.get("detection").and_then(|detection| detection.get("false_positives"));
    let Some(nested) = nested.filter(|_| about.falsepositives.is_empty()) else { return };
    let nodes = nested.seq().unwrap_or(std::slice::from_ref(nested));
    about.falsepositives =
        nodes.iter().filter_map(Node::text).map(|text| text.trim().to_owned()).collect();
}
