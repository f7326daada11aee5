//! Generated correlations over generated timelines: Keyward and rsigma-eval must find the same rules for the same groups.
//!
//! Left out is what the engines differ in by design: the other one knows a rule by its id alone, counts in whole seconds,
//! lets two events of one second stand in either order, keeps events without the field of a group in a group of their own,
//! reads `temporal` without a condition as any one rule, interpolates percentiles, and fires again at every further event.
//! So rules have ids, times are whole seconds that no two events share, every event has every field, conditions are
//! explicit, percentiles stay out, and sets of (rule, group) are compared.

mod timeline;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use detect::cases::{Phase, Step};
use detect::{Detector, Scope, Settings};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use rsigma_eval::event::JsonEvent;
use rsigma_eval::{CorrelationConfig, CorrelationEngine, TimestampFallback};
use rsigma_parser::parse_sigma_yaml;
use rule::{Lists, Severity, SourceFile};
use serde_json::Value;

use self::timeline::{Case, Shape, case};

/// The values of a group, in the order of `group-by`.
type Groups = BTreeSet<Vec<String>>;

#[test]
fn engines_agree_on_counts() {
    check(&[Shape::Count], 600);
}

#[test]
fn engines_agree_on_values() {
    check(&[Shape::Values, Shape::Numbers], 600);
}

#[test]
fn engines_agree_on_what_comes_together() {
    check(&[Shape::Together, Shape::Ordered], 900);
}

/// Compares the engines on so many cases, the same ones every time.
fn check(shapes: &'static [Shape], n_cases: u32) {
    let config = Config { cases: n_cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let n_fired = Cell::new(0);
    let outcome = TestRunner::new_with_rng(config, rng).run(&case(shapes), |case| {
        let ours = ours(&case).map_err(TestCaseError::fail)?;
        let theirs = theirs(&case).map_err(TestCaseError::fail)?;
        n_fired.set(n_fired.get() + u32::from(!theirs.is_empty()));
        let Case { rules, events, .. } = &case;
        let events: Vec<String> = events.iter().map(Value::to_string).collect();
        prop_assert!(
            ours == theirs,
            "Keyward finds {ours:?}, rsigma-eval {theirs:?}\n{rules}\n{}",
            events.join("\n")
        );
        Ok(())
    });
    if let Err(TestError::Fail(why, _) | TestError::Abort(why)) = outcome {
        panic!("{why}");
    }
    // A comparison in which nothing, or everything, fires shows little.
    let n_fired = n_fired.get();
    assert!((n_cases / 5..n_cases * 19 / 20).contains(&n_fired), "{n_fired} of {n_cases} fire");
}

fn ours(case: &Case) -> Result<Groups, String> {
    let file = SourceFile { path: "rules.yml", text: &case.rules };
    let loaded = rule::load(&[file], &Lists::default());
    let wrong = loaded.diagnostics.iter().find(|(_, d)| d.severity == Severity::Error);
    if let Some((_, wrong)) = wrong {
        return Err(format!("Keyward refuses: {} {}\n{}", wrong.code, wrong.message, case.rules));
    }
    let detector = Arc::new(Detector::of(&loaded.rules, Scope::default()));
    let step = |event: &Value| Step { phase: Phase::Live, text: event.to_string() };
    let steps: Vec<Step> = case.events.iter().map(step).collect();
    let findings = detector.observe_steps(&steps, Settings::default());
    // Base rules to which the correlation does not refer raise findings of their own.
    let findings = findings.iter().filter(|finding| finding.rule.name == "all_of_it");
    let group = |finding: &finding::Finding| {
        let evidence: Vec<_> = finding.evidence.iter().collect();
        let value = |name: &&str| {
            let (_, values) = evidence.iter().find(|(field, _)| field == name)?;
            values.first().cloned()
        };
        case.group_by.iter().map(|name| value(name).unwrap_or_default()).collect()
    };
    Ok(findings.map(group).collect())
}

fn theirs(case: &Case) -> Result<Groups, String> {
    let mut engine = CorrelationEngine::new(CorrelationConfig {
        timestamp_fields: vec!["published".to_owned()],
        timestamp_fallback: TimestampFallback::Skip,
        emit_detections: false,
        ..CorrelationConfig::default()
    });
    let rules = parse_sigma_yaml(&case.rules).map_err(|err| err.to_string())?;
    if let Some(err) = rules.errors.first() {
        return Err(format!("rsigma-eval refuses: {err}\n{}", case.rules));
    }
    engine.add_collection(&rules).map_err(|err| err.to_string())?;
    let mut groups = Groups::new();
    for event in &case.events {
        let results = engine.process_event(&JsonEvent::borrow(event));
        let fired = results.iter().filter_map(|result| result.as_correlation());
        groups.extend(
            fired.map(|body| body.group_key.iter().map(|(_, value)| value.clone()).collect()),
        );
    }
    Ok(groups)
}
