//! What a finding shows as its reason.

use std::sync::Arc;

use detect::{Detector, Scope, Watch};
use rule::{Lists, SourceFile};

/// The evidence of a rule with one selection, as JSON.
fn check(selection: &str, event: &str, expected: &str) {
    let text = format!("title: t\nsigma-version: 3\ndetection: {{s: {selection}, condition: s}}\n");
    let loaded = rule::load(&[SourceFile { path: "t.yml", text: &text }], &Lists::default());
    let watches = loaded.rules.iter().map(Watch::of).collect();
    let detector = Arc::new(Detector::new(watches, Scope::default()));
    let findings = detector.observe_text(event);
    let shown: Vec<_> =
        findings.iter().map(|f| serde_json::to_string(&f.evidence).unwrap()).collect();
    assert_eq!(shown, [expected], "{selection} {:?}", loaded.diagnostics);
}

#[test]
fn elements_are_shown_under_the_path_of_their_array() {
    check(
        "{'target[any]': {type: user}}",
        r#"{"target": [{"type": "User"}]}"#,
        r#"{"target.type":["User"]}"#,
    );
    check("{'tags[any]': b}", r#"{"tags": ["a", "b"]}"#, r#"{"tags":["b"]}"#);
}
