//! Whatever stands in a filter expression: nothing panics, places lie in it, and what parses runs.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rule::Severity;

fuzz_target!(|text: &str| {
    let (expr, diagnostics) = rule::parse_filter(text);
    let has_error = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(expr.is_none(), has_error, "{diagnostics:?}");
    for diagnostic in &diagnostics {
        for label in &diagnostic.labels {
            assert!(text.get(label.span.range()).is_some(), "{diagnostic:?}");
        }
    }
    if let Some(expr) = expr {
        fuzz::with_events(|event| {
            expr.matches(event);
            expr.evidence(event, &mut |_, _| {});
        });
    }
});
