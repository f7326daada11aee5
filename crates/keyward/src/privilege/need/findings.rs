//! Calls that have to be written otherwise, or of which something is not known, for code scanning: each at its line.

use std::sync::Arc;

use finding::{Disparity, Evidence, Finding, Level, Place, Position, Rule};
use privilege::{Answer, Entry, Verdict};

use super::{Needed, words};

/// A finding for each such call.
pub(super) fn findings(needed: &Needed) -> Vec<Finding> {
    needed.calls().filter_map(|(entry, answer)| one(needed, entry, answer)).collect()
}

fn one(needed: &Needed, entry: &Entry, answer: &Answer) -> Option<Finding> {
    let (name, title, level) = match answer.verdict {
        Verdict::WrongVerb => {
            ("wrong_verb", "A call with a verb that its path does not take", Level::Medium)
        }
        Verdict::WrongPath => {
            ("wrong_path", "A call whose path is not quite that of an operation", Level::Medium)
        }
        Verdict::NotInSpec => {
            ("not_in_spec", "A call to an operation that no description has", Level::Medium)
        }
        Verdict::Ambiguous => {
            ("verb_not_said", "A call of which the verb is not said", Level::Medium)
        }
        Verdict::UnknownHost => (
            "unknown_host",
            "A call to a host that is not known to be Okta's or Auth0's",
            Level::Medium,
        ),
        Verdict::Unreadable => ("unreadable", "A call that cannot be read", Level::Medium),
        Verdict::RiskyVerb => ("risky_verb", "A call that does more than it seems", Level::Medium),
        Verdict::LegacyForm => ("legacy_form", "A call in an older form", Level::Low),
        _ if answer.is_undetermined(&needed.base) => {
            ("undetermined", "A call of which it is not known what it needs", Level::Low)
        }
        _ => return None,
    };
    let rule = Rule {
        id: format!("privilege.need.{name}"),
        name: format!("privilege_{name}"),
        title: title.to_owned(),
        ..Rule::default()
    };
    let mut evidence = Evidence::default();
    evidence.add("call", &entry.input);
    if let Some(id) = answer.operation {
        evidence.add("meant", &words::call(&needed.base, id));
    }
    answer.notes.iter().for_each(|note| evidence.add("why", note));
    Some(Finding::of_privilege(Arc::new(rule), level, disparity(entry, evidence)))
}

/// A call of a file takes the place of who holds something, and its text that of what is held.
fn disparity(entry: &Entry, evidence: Evidence) -> Disparity {
    let place = Place::new(entry.place.path.clone(), Position::Line(entry.place.line.max(1)));
    Disparity {
        principal: entry.place.path.clone(),
        layer: "call".to_owned(),
        grant: entry.input.clone(),
        evidence,
        place: Some(place),
        count: entry.count,
        seen: entry.seen,
        ..Disparity::default()
    }
}
