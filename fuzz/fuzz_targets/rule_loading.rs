//! Whatever a rule file holds: nothing panics, places lie in the file, and a rule that loads runs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rule::{Lists, SourceFile};

fuzz_target!(|text: &str| {
    let files = [SourceFile { path: "rule.yml", text }];
    let loaded = rule::load(&files, &Lists::default());
    for (_, diagnostic) in &loaded.diagnostics {
        for label in &diagnostic.labels {
            assert!(text.get(label.span.range()).is_some(), "{diagnostic:?}");
        }
    }
    for rule in &loaded.rules {
        rule::lint(rule);
        rule.stages();
        fuzz::with_events(|event| {
            let matches = rule.expr.matches(event);
            rule.expr.evidence(event, &mut |_, _| {});
            assert_eq!(rule.expr.matches(event), matches);
        });
    }
});
