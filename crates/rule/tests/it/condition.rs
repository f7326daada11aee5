//! The grammar of conditions, held against that of `rsigma-parser`.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rsigma_parser::{ConditionExpr, Quantifier, SelectorPattern, parse_condition};
use rule::sigma::{Count, Logic, Names};
use rule::{Lists, Severity, SourceFile, Syntax, load};

/// The condition as Keyward reads it, chains flattened; `None` if it does not.
fn ours(condition: &str) -> Option<String> {
    let text = format!(
        "title: t\ndetection:\n  a: {{x: 1}}\n  b: {{x: 2}}\n  c_1: {{x: 3}}\n  c_2: {{x: 4}}\n  \
         condition: '{condition}'\n"
    );
    let loaded = load(&[SourceFile { path: "t.yml", text: &text }], &Lists::default());
    let failed = loaded.diagnostics.iter().any(|(_, said)| said.severity == Severity::Error);
    assert_eq!(loaded.rules.is_empty(), failed);
    match &loaded.rules.first()?.syntax {
        Syntax::Sigma(detection) => Some(show(&detection.conditions[0].logic)),
        Syntax::Filter(_) | Syntax::Correlation => unreachable!(),
    }
}

fn show(logic: &Logic) -> String {
    match logic {
        Logic::All(parts) => chain("and", parts.iter().map(show)),
        Logic::Any(parts) => chain("or", parts.iter().map(show)),
        Logic::Not(_, inner) => format!("not[{}]", show(inner)),
        Logic::Selection(name, _) => name.clone(),
        Logic::Of(count, names, _) => {
            let count = match count {
                Count::All => "all".to_owned(),
                Count::AtLeast(count) => count.to_string(),
            };
            let names = match names {
                Names::Them => "them",
                Names::Pattern(pattern) => pattern,
            };
            format!("{count} of {names}")
        }
    }
}

fn theirs(condition: &str) -> Option<String> {
    fn show(expr: &ConditionExpr) -> String {
        match expr {
            ConditionExpr::And(parts) => chain("and", parts.iter().map(show)),
            ConditionExpr::Or(parts) => chain("or", parts.iter().map(show)),
            ConditionExpr::Not(inner) => format!("not[{}]", show(inner)),
            ConditionExpr::Identifier(name) => name.clone(),
            ConditionExpr::Selector { quantifier, pattern } => {
                let count = match quantifier {
                    Quantifier::All => "all".to_owned(),
                    Quantifier::Any => "1".to_owned(),
                    Quantifier::Count(count) => count.to_string(),
                };
                let names = match pattern {
                    SelectorPattern::Them => "them",
                    SelectorPattern::Pattern(pattern) => pattern,
                };
                format!("{count} of {names}")
            }
        }
    }
    parse_condition(condition).ok().as_ref().map(show)
}

/// The names that a condition uses on their own, as words between marks.
fn names_nothing(shown: &str) -> bool {
    let known =
        ["a", "b", "c_1", "c_2", "and", "or", "not", "all", "1", "2", "of", "them", "c_*", ""];
    let of = shown.matches(" of ").count();
    let numbers =
        shown.split(['[', ']', ' ']).filter(|word| ["1", "2", "all"].contains(word)).count();
    let targets =
        shown.split(['[', ']', ' ']).filter(|word| ["them", "c_*"].contains(word)).count();
    numbers != of
        || targets != of
        || !shown.split(['[', ']', ' ']).all(|word| known.contains(&word))
}

/// A chain in brackets; chains of the same kind inside it are taken apart.
fn chain(operator: &str, parts: impl Iterator<Item = String>) -> String {
    let inner = |part: String| {
        let same = part.strip_prefix(operator).and_then(|rest| rest.strip_prefix('['));
        same.and_then(|rest| rest.strip_suffix(']')).map(str::to_owned).unwrap_or(part)
    };
    format!("{operator}[{}]", parts.map(inner).collect::<Vec<_>>().join(" "))
}

fn check(condition: &str) {
    assert_eq!(ours(condition), theirs(condition), "{condition}");
}

/// Runs a property over the same cases every time.
fn run(cases: u32, strategy: &impl Strategy<Value = String>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(strategy, |condition| {
            check(&condition);
            Ok(())
        })
        .unwrap();
}

#[test]
fn well_formed_conditions_read_alike() {
    let leaf = prop_oneof![
        "(a|b|c_1|c_2)",
        "(1|2|any|all) of (c_\\*|\\*|them|c\\*2|\\*_1)".prop_filter("too many", |text| {
            !(text.starts_with('2') && (text.ends_with("c*2") || text.ends_with("_1")))
        }),
    ];
    let strategy = leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("not {inner}")),
            inner.clone().prop_map(|inner| format!("({inner})")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| parts.join(" and ")),
            prop::collection::vec(inner, 2..4).prop_map(|parts| parts.join("  or ")),
        ]
    });
    run(2000, &strategy);
}

#[test]
fn near_misses_are_refused_alike() {
    let word = "( |a|b|c_1|not |and |or |\\(|\\)|1 of |all of |any of |them|c_\\*|of |2 |not\\(|or\\(|\\)and )";
    let strategy = prop::collection::vec(word, 1..9).prop_map(|words| words.concat());
    // Names of selections that are not there are the parser's business with us, and not with them.
    let strategy = strategy.prop_filter("unknown names", |condition: &String| {
        theirs(condition).is_none_or(|shown| !names_nothing(&shown))
    });
    run(4000, &strategy);
}

/// What is read differently, on purpose.
#[test]
fn known_differences() {
    let differs = |condition: &str, ours_is: Option<&str>, theirs_is: Option<&str>| {
        assert_eq!(ours(condition).as_deref(), ours_is, "{condition}");
        assert_eq!(theirs(condition).as_deref(), theirs_is, "{condition}");
    };
    // Old rules write operators in capitals.
    differs("a AND NOT b", Some("and[a not[b]]"), None);
    // A condition that always holds is a mistake.
    differs("0 of c_*", None, Some("0 of c_*"));
    // So is one that never does.
    differs("3 of c_*", None, Some("3 of c_*"));
    differs("1 of d_*", None, Some("1 of d_*"));
}
