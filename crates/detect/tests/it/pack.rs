//! The rules of the repository: both engines give the same answers on every sample and every case.
//!
//! Rules that only Keyward can run are left out: filter expressions, derived fields, placeholders, and
//! `fieldref`, which the pack asks of all targets at once.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use detect::cases::{CannotSet, Cases};
use rule::{Check, Lists, Rule, SourceFile, Syntax, Test};
use serde_json::{Value, json};

use crate::engines::{Keyward, Rsigma};

/// Paths below `rules` and texts of files.
type Files = Vec<(String, String)>;

#[test]
fn engines_agree_on_the_pack() {
    let samples = files("json");
    let (cases, rules): (Files, Files) =
        files("yml").into_iter().partition(|(path, _)| rule::is_cases(path));
    let (mut n_compared, mut n_matches) = (0, 0);
    for product in ["okta", "auth0"] {
        let shared = shared(&of(product, &rules));
        n_compared += shared.len();
        n_matches += compare(&shared, &events(product, &samples, &cases));
    }
    assert!(2 * n_compared >= rules.len(), "{n_compared} of {} rules are compared", rules.len());
    assert!(n_matches >= n_compared, "each rule has a case in which it matches");
}

/// The files of that kind under `rules`, in order.
fn files(ending: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut paths = Vec::new();
    gather(&root, ending, &mut paths);
    paths.sort();
    let below = |path: &PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
    paths.iter().map(|path| (below(path), fs::read_to_string(path).unwrap())).collect()
}

fn gather(folder: &Path, ending: &str, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, ending, paths);
        } else if path.extension().is_some_and(|found| found == ending) {
            paths.push(path);
        }
    }
}

fn of(folder: &str, files: &Files) -> Files {
    files.iter().filter(|(path, _)| path.starts_with(folder)).cloned().collect()
}

/// The rules that both engines can run, and their texts.
fn shared(files: &Files) -> Vec<(Rule, String)> {
    let sources: Vec<_> = files.iter().map(|(path, text)| SourceFile { path, text }).collect();
    let rules = rule::load(&sources, &Lists::default()).rules.into_iter();
    let with_text = rules.map(|rule| {
        let text = files[rule.origin.file].1.clone();
        (rule, text)
    });
    with_text.filter(|(rule, _)| is_shared(rule)).collect()
}

fn is_shared(rule: &Rule) -> bool {
    let is_ours =
        |test: &Test| test.field.is_derived() || matches!(test.check, Check::SameAs { .. });
    let mut has_ours = false;
    rule.expr.visit_tests(&mut |test| has_ours |= is_ours(test));
    let is_alone = rule.alerts && rule.correlation.is_none() && rule.asks.is_empty();
    !has_ours
        && is_alone
        && rule.portable
        && rule.placeholders.is_empty()
        && matches!(rule.syntax, Syntax::Sigma(_))
}

/// Every sample of a product, and every event of the cases of its rules.
fn events(product: &str, samples: &Files, cases: &Files) -> Vec<String> {
    let sample = |base: &str| {
        let found = samples.iter().find(|(path, _)| *path == format!("samples/{base}.json"));
        Ok::<_, CannotSet>(found.map(|(_, text)| text.clone()).unwrap())
    };
    let of_cases = of(product, cases);
    let of_cases = of_cases.iter().flat_map(|(_, text)| Cases::load(text).cases);
    let of_cases = of_cases.flat_map(|case| case.events(sample).unwrap());
    let of_cases = of_cases.map(|step| step.text);
    let of_samples = of(&format!("samples/{product}"), samples).into_iter().map(|(_, text)| text);
    let mut seen = HashSet::new();
    of_samples.chain(of_cases).filter(|text| seen.insert(without_time(text))).collect()
}

/// What no rule of one event asks for is left out: a timeline repeats its events.
fn without_time(event: &str) -> String {
    let mut record: Value = serde_json::from_str(event).unwrap();
    for place in ["", "/data"] {
        let Some(fields) = record.pointer_mut(place).and_then(Value::as_object_mut) else {
            continue;
        };
        fields.retain(|name, _| !["uuid", "published", "log_id", "_id", "date"].contains(&&**name));
    }
    record.to_string()
}

/// Compares the engines, and returns how often a rule matched.
fn compare(rules: &[(Rule, String)], events: &[String]) -> usize {
    let keyward = Keyward::run(rules.iter().map(|(rule, _)| rule));
    let texts: Vec<_> =
        rules.iter().map(|(rule, text)| (rule.name.clone(), text.clone())).collect();
    let rsigma = Rsigma::load(&texts).unwrap();
    let mut n_matches = 0;
    for event in events {
        let ours = keyward.matches(event);
        let theirs = rsigma.matches(&record(event));
        assert_eq!(ours, theirs, "Keyward and rsigma-eval differ on {event}");
        n_matches += ours.len();
    }
    n_matches
}

/// An event with the fields that rules name: those of Auth0 stand below `data`.
fn record(event: &str) -> Value {
    let record: Value = serde_json::from_str(event).unwrap();
    let is_bare = record.get("eventType").is_none() && record.get("data").is_none();
    if is_bare { json!({ "data": record }) } else { record }
}
