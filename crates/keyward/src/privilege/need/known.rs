//! What the answers rest on: the release of what is built in, and what was laid over it.

use serde_json::{Value, json};

use crate::args::Knowledge;
use crate::render::page::Line;

/// The release of what is built in, and when it was checked.
const RELEASE: (&str, &str) = ("Okta 2026.06.3, Auth0 2026-08-20", "2026-11-22");

/// The knowledge of a run.
pub(super) struct Known {
    specs: Vec<String>,
    evidence: Vec<String>,
    least: Option<&'static str>,
}

impl Known {
    /// That which the arguments name.
    pub(super) fn new(args: &Knowledge) -> Self {
        let names = |paths: &[std::path::PathBuf]| {
            paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>()
        };
        Self {
            specs: names(&args.spec),
            evidence: names(&args.evidence),
            least: args.min_confidence.map(catalog::Confidence::name),
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        json!({
            "release": RELEASE.0,
            "date": RELEASE.1,
            "specs": self.specs,
            "evidence": self.evidence,
            "min_confidence": self.least,
        })
    }

    /// For people.
    pub(super) fn facts(&self) -> Vec<(String, Line)> {
        let mut facts = vec![(
            "known".to_owned(),
            Line::plain(format!("{}, checked {}", RELEASE.0, RELEASE.1)),
        )];
        let over = [("newer", &self.specs), ("tried out", &self.evidence)];
        for (name, files) in over.into_iter().filter(|(_, files)| !files.is_empty()) {
            facts.push((name.to_owned(), Line::plain(files.join(", "))));
        }
        facts.extend(self.least.map(|level| {
            let text = format!("what is known less well than {level} counts as unknown");
            ("demanded".to_owned(), Line::plain(text))
        }));
        facts
    }
}
