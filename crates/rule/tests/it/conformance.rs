//! What matches, by the corpus under `testdata/`.

use std::path::Path;

use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use rule::yaml::Node;
use rule::{Expr, Lists, Rule, Severity, SourceFile, load};

struct Verdict<'e> {
    expr: &'e Expr,
    seen: Option<bool>,
}

impl Sink for Verdict<'_> {
    fn event(&mut self, event: Event<'_>, _: Place) {
        self.seen = Some(self.expr.matches(&event));
    }

    fn rejected(&mut self, rejected: Rejected) {
        panic!("{}", rejected.why);
    }
}

fn matches(expr: &Expr, event: &str) -> bool {
    let mut verdict = Verdict { expr, seen: None };
    Framer::new(Form::Stream).feed(event.as_bytes(), End::Here, &mut verdict);
    verdict.seen.unwrap()
}

/// The events under one of the keys that Sigma does not know.
fn events<'r>(rule: &'r Rule, key: &str) -> impl Iterator<Item = &'r str> {
    let node = rule.about.custom.iter().find(|(name, _)| name == key).map(|(_, node)| node);
    node.and_then(Node::seq).unwrap().iter().map(|node| node.text().unwrap())
}

#[test]
fn events_match_as_the_corpus_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut wrong = Vec::new();
    let mut n_events = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "yml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let loaded = load(&[SourceFile { path: name, text: &text }], &Lists::default());
        let errors: Vec<_> = loaded
            .diagnostics
            .iter()
            .filter(|(_, said)| said.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        for rule in &loaded.rules {
            for (key, expected) in [("matching", true), ("other", false)] {
                for event in events(rule, key) {
                    n_events += 1;
                    if matches(&rule.expr, event) != expected {
                        wrong.push(format!("{name}: {}: {key}: {event}", rule.title));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(n_events > 300, "{n_events}");
}
