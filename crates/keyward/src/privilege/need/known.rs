//! What the answers rest on: the release of what is built in, and what was laid over it.

use catalog::Confidence;
use privilege::Release;
use serde_json::{Value, json};

use crate::render::page::Line;

/// For programs.
pub(in crate::privilege) fn json(release: &Release, least: Option<Confidence>) -> Value {
    json!({
        "release": release.name,
        "date": release.date,
        "specs": release.specs,
        "evidence": release.evidence,
        "faults": release.faults,
        "min_confidence": least.map(Confidence::name),
    })
}

/// For people.
pub(in crate::privilege) fn facts(
    release: &Release,
    least: Option<Confidence>,
) -> Vec<(String, Line)> {
    let built_in = Line::plain(format!("{}, checked {}", release.name, release.date));
    let mut facts = vec![("known".to_owned(), built_in)];
    let over = [
        ("newer", &release.specs),
        ("tried out", &release.evidence),
        ("not used", &release.faults),
    ];
    for (name, what) in over.into_iter().filter(|(_, what)| !what.is_empty()) {
        facts.push((name.to_owned(), Line::plain(what.join(", "))));
    }
    facts.extend(least.map(|least| {
        let text = format!("what is known less well than {} counts as unknown", least.name());
        ("demanded".to_owned(), Line::plain(text))
    }));
    facts
}
