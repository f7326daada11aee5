//! Generated rules over generated events: Keyward and rsigma-eval must agree.

use std::cell::Cell;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::engines::{Keyward, Rsigma};
use crate::generate::{event, item_rule, rule, value_rule};

/// How often the engines were asked, and how often a rule matched.
#[derive(Default)]
struct Tally {
    n_asked: Cell<usize>,
    n_matches: Cell<usize>,
}

#[test]
fn engines_agree_on_generated_rules() {
    check(800, &(vec(rule(), 1..4), vec(event(), 1..6)));
}

#[test]
fn engines_agree_on_each_item() {
    check(1800, &(vec(item_rule(), 1..3), vec(event(), 1..10)));
}

#[test]
fn engines_agree_on_wildcards_and_escapes() {
    let keys = select(vec!["kind", "kind|contains", "kind|cased", "kind|contains|cased"]);
    let rule = (keys, r"[abAé*?\\]{0,6}").prop_map(|(key, value)| vec![value_rule(key, &value)]);
    let event = r"[abAéÉ*?\\]{0,6}".prop_map(|text| json!({ "kind": text }));
    check(1000, &(rule, vec(event, 1..6)));
}

/// Compares the engines on so many rules and events, the same ones every time.
fn check(n_cases: u32, cases: &impl Strategy<Value = (Vec<String>, Vec<Value>)>) {
    let config = Config { cases: n_cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let tally = Tally::default();
    let outcome = TestRunner::new_with_rng(config, rng)
        .run(cases, |(rules, events)| compare(&rules, &events, &tally));
    match outcome {
        Ok(()) => tally.assert_balanced(),
        Err(TestError::Fail(why, _) | TestError::Abort(why)) => panic!("{why}"),
    }
}

fn compare(rules: &[String], events: &[Value], tally: &Tally) -> Result<(), TestCaseError> {
    let named = |(number, text): (usize, &String)| (format!("rule_{number}"), text.clone());
    let named: Vec<_> = rules.iter().enumerate().map(named).collect();
    let refused = |who: &str, why: &str| {
        TestCaseError::fail(format!("{who} refuses: {why}\n{}", rules.join("\n")))
    };
    let keyward = Keyward::load(&named).map_err(|why| refused("Keyward", &why))?;
    let rsigma = Rsigma::load(&named).map_err(|why| refused("rsigma-eval", &why))?;
    for event in events {
        let text = event.to_string();
        let (ours, theirs) = (keyward.matches(&text), rsigma.matches(event));
        tally.count(rules.len(), ours.len());
        prop_assert!(
            ours == theirs,
            "Keyward matches {ours:?}, rsigma-eval {theirs:?}\n{text}\n{}",
            rules.join("\n")
        );
    }
    Ok(())
}

impl Tally {
    fn count(&self, asked: usize, matches: usize) {
        self.n_asked.set(self.n_asked.get() + asked);
        self.n_matches.set(self.n_matches.get() + matches);
    }

    /// A comparison in which nothing, or everything, matches shows little.
    fn assert_balanced(&self) {
        let percent = 100 * self.n_matches.get() / self.n_asked.get();
        assert!(
            (10..=90).contains(&percent),
            "{percent} % of the questions are answered by a match"
        );
    }
}
