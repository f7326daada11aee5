//! Correlations of Sigma, held against `rsigma-parser`.
//!
//! That parser looks at one document at a time: it neither resolves names nor says what can never hold.

use std::fmt::Write;

use rsigma_parser::{ConditionOperator, CorrelationCondition, CorrelationRule, parse_sigma_yaml};
use rule::correlation::{Comparison, Correlation, Memory, Range, Which};
use rule::{Lists, SourceFile, load};

const BASES: &str = "---\ntitle: a\nname: a\nlevel: low\nlogsource: {product: okta}\n\
                     detection: {s: {x: 1}, condition: s}\n---\ntitle: b\nname: b\nlevel: low\n\
                     logsource: {product: okta}\ndetection: {s: {x: 2}, condition: s}\n";

fn document(body: &str) -> String {
    format!("title: t\nname: t\nlevel: low\ncorrelation: {{{body}}}\n{BASES}")
}

fn show_bounds(bounds: impl Iterator<Item = (&'static str, f64)>) -> String {
    let mut bounds: Vec<_> = bounds.map(|(sign, bound)| format!("{sign} {bound}")).collect();
    bounds.sort();
    bounds.join(", ")
}

fn range(range: &Range) -> String {
    show_bounds(range.0.iter().map(|(comparison, bound)| {
        let sign = match comparison {
            Comparison::Gt => "gt",
            Comparison::Gte => "gte",
            Comparison::Lt => "lt",
            Comparison::Lte => "lte",
            Comparison::Eq => "eq",
            Comparison::Neq => "neq",
        };
        (sign, *bound)
    }))
}

/// The correlation as Keyward reads it; `None` if it does not.
fn ours(body: &str) -> Option<String> {
    let text = document(body);
    let loaded = load(&[SourceFile { path: "t.yml", text: &text }], &Lists::default());
    let rule = loaded.rules.iter().find(|rule| rule.name == "t")?;
    let Correlation { sources, group_by, timespan, test, generate, .. } =
        rule.correlation.as_deref()?;
    let words: Vec<_> = sources.iter().map(|source| source.word.as_str()).collect();
    let groups: Vec<_> = group_by.iter().map(|key| key.name.as_str()).collect();
    let mut shown = format!("{words:?} by {groups:?} in {} {generate}", timespan.as_secs());
    let fields = |keys: &[rule::correlation::Key]| {
        keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>()
    };
    match test {
        Memory::Count(bounds) => write!(shown, " count {}", range(bounds)).unwrap(),
        Memory::Distinct { values, range: bounds } => {
            write!(shown, " {:?} {}", fields(values), range(bounds)).unwrap();
        }
        Memory::Aggregate { value, range: bounds, .. } => {
            write!(shown, " {:?} {}", fields(std::slice::from_ref(value)), range(bounds)).unwrap();
        }
        Memory::Temporal { ordered, which } => match which {
            Which::Number(bounds) => write!(shown, " {ordered} {}", range(bounds)).unwrap(),
            Which::Expression(_) => shown.push_str(" expression"),
        },
        _ => shown.push_str(" of ours"),
    }
    Some(shown)
}

fn theirs(body: &str) -> Option<String> {
    let collection = parse_sigma_yaml(&document(body)).ok()?;
    let rule = collection.correlations.first()?;
    let CorrelationRule { rules, group_by, timespan, generate, .. } = rule;
    let mut shown = format!("{rules:?} by {group_by:?} in {} {generate}", timespan.seconds);
    let kind = rule.correlation_type.as_str();
    match &rule.condition {
        CorrelationCondition::Extended(_) => shown.push_str(" expression"),
        CorrelationCondition::Threshold { predicates, field, .. } => {
            let sign = |operator: ConditionOperator| match operator {
                ConditionOperator::Gt => "gt",
                ConditionOperator::Gte => "gte",
                ConditionOperator::Lt => "lt",
                ConditionOperator::Lte => "lte",
                ConditionOperator::Eq => "eq",
                ConditionOperator::Neq => "neq",
            };
            #[expect(clippy::cast_precision_loss, reason = "the numbers of these tests are small")]
            let bounds =
                predicates.iter().map(|(operator, bound)| (sign(*operator), *bound as f64));
            let bounds = show_bounds(bounds);
            match (kind, field) {
                ("event_count", _) => write!(shown, " count {bounds}").unwrap(),
                ("temporal", _) => write!(shown, " false {bounds}").unwrap(),
                ("temporal_ordered", _) => write!(shown, " true {bounds}").unwrap(),
                (_, field) => {
                    let fields = field.clone().unwrap_or_default();
                    write!(shown, " {fields:?} {bounds}").unwrap();
                }
            }
        }
    }
    Some(shown)
}

#[test]
fn what_both_speak_is_read_alike() {
    for body in [
        "type: event_count, rules: [a], group-by: [u], timespan: 5m, condition: {gte: 10}",
        "type: event_count, rules: a, group-by: u, timespan: 90s, condition: {gt: 10, lte: 20}",
        "type: event_count, rules: [a, b], timespan: 2h, condition: {eq: 3}, generate: true",
        "type: event_count, rules: [a], timespan: 1M, condition: {neq: 3}",
        "type: event_count, rules: [a], timeframe: 1y, condition: {lt: 3}",
        "type: value_count, rules: [a], group-by: [u, v.w], timespan: 1w, condition: {field: f, gte: 3}",
        "type: value_count, rules: [a], timespan: 1d, condition: {field: [f, g], gte: 3}",
        "type: value_sum, rules: [a], timespan: 1d, condition: {field: f, gte: 3}",
        "type: value_avg, rules: [a], timespan: 1d, condition: {field: f, lt: 3}",
        "type: value_median, rules: [a], timespan: 1d, condition: {field: f, gte: 3}",
        "type: value_percentile, rules: [a], timespan: 1d, condition: {field: f, percentile: 95, gt: 3}",
        "type: value_percentile, rules: [a], timespan: 1d, condition: {field: f, gt: 3}",
        "type: temporal, rules: [a, b], timespan: 1d, condition: {gte: 1}",
        "type: temporal, rules: [a, b], timespan: 1d, condition: a and not b",
        "type: temporal, rules: [a, b], timespan: 1d, condition: 1 of *",
        "type: temporal, rules: [a, b], timespan: 1d, condition: (a or b)",
        "type: temporal_ordered, rules: [a, b], timespan: 1d, condition: {gte: 2}",
        "type: temporal, rules: [a, b], group-by: [w], aliases: {w: {a: x, b: y}}, timespan: 1d, condition: {gte: 2}",
    ] {
        let read = ours(body);
        assert!(read.is_some(), "{body}");
        assert_eq!(read, theirs(body), "{body}");
    }
}

#[test]
fn what_neither_speaks_is_refused_by_both() {
    for body in [
        "rules: [a], timespan: 5m, condition: {gte: 10}",
        "type: event_counts, rules: [a], timespan: 5m, condition: {gte: 10}",
        "type: event_count, rules: [a], condition: {gte: 10}",
        "type: event_count, rules: [a], timespan: 5, condition: {gte: 10}",
        "type: event_count, rules: [a], timespan: 5x, condition: {gte: 10}",
        "type: event_count, rules: [a], timespan: m, condition: {gte: 10}",
        "type: event_count, rules: [a], timespan: 5m",
        "type: event_count, rules: [a], timespan: 5m, condition: {}",
        "type: event_count, rules: [a], timespan: 5m, condition: {gte: many}",
        "type: event_count, rules: [a], timespan: 5m, condition: {gte: 2.5}",
        "type: event_count, rules: [a], timespan: 5m, condition: [10]",
        "type: temporal, rules: [a, b], timespan: 5m, condition: a and",
    ] {
        assert_eq!((ours(body), theirs(body)), (None, None), "{body}");
    }
}

/// A row of `docs/sigma-differences.md` on correlations, a correlation, whether Keyward reads it, whether the other does.
type Difference = (&'static str, &'static str, bool, bool);

const DIFFERENCES: &[Difference] = &[
    ("types beyond Sigma", "type: new_value, rules: [a], timespan: 5m, field: f", true, false),
    // Both read it, and mean something else: all of them, and any of them.
    (TEMPORAL_ALONE, "type: temporal, rules: [a, b], timespan: 5m", true, true),
    (
        "rules that are not there",
        "type: event_count, rules: [c], timespan: 5m, condition: {gte: 5}",
        false,
        true,
    ),
    ("no `rules`", "type: event_count, timespan: 5m, condition: {gte: 5}", false, true),
    (
        "keys that it does not know",
        "type: event_count, rules: [a], timespan: 5m, group_by: [u], condition: {gte: 5}",
        false,
        true,
    ),
    (
        "`window`, `gap`",
        "type: event_count, rules: [a], timespan: 5m, window: tumbling, condition: {gte: 5}",
        false,
        true,
    ),
    (
        "`window`, `gap`",
        "type: event_count, rules: [a], timespan: 5m, window: session, gap: 1m, condition: {gte: 5}",
        false,
        true,
    ),
    (
        "fractions as bounds",
        "type: value_avg, rules: [a], timespan: 5m, condition: {field: f, gte: 2.5}",
        true,
        false,
    ),
    (
        "bounds below 0",
        "type: event_count, rules: [a], timespan: 5m, condition: {gte: -1}",
        false,
        true,
    ),
    (
        "bounds that exclude each other",
        "type: event_count, rules: [a], timespan: 5m, condition: {gt: 5, lt: 6}",
        false,
        true,
    ),
    (
        "a count below 1",
        "type: event_count, rules: [a], timespan: 5m, condition: {lt: 1}",
        false,
        true,
    ),
    (
        "`value_count` without a field",
        "type: value_count, rules: [a], timespan: 5m, condition: {gte: 5}",
        false,
        true,
    ),
    (
        "an expression for a count",
        "type: event_count, rules: [a], timespan: 5m, condition: a",
        false,
        true,
    ),
    (
        "an expression with an order",
        "type: temporal_ordered, rules: [a, b], timespan: 5m, condition: a and b",
        false,
        true,
    ),
    (
        "an expression that holds from the start",
        "type: temporal, rules: [a, b], timespan: 5m, condition: b or not a",
        false,
        true,
    ),
    (
        "names in an expression that are not under `rules`",
        "type: temporal, rules: [a, b], timespan: 5m, condition: a and c",
        false,
        true,
    ),
    (
        "more rules than there are",
        "type: temporal, rules: [a], timespan: 5m, condition: {gte: 2}",
        false,
        true,
    ),
    (
        "an alias without a field for a rule",
        "type: temporal, rules: [a, b], timespan: 5m, aliases: {w: {a: x}}, group-by: [w]",
        false,
        true,
    ),
    (
        "a window of no time",
        "type: event_count, rules: [a], timespan: 0s, condition: {gte: 5}",
        false,
        true,
    ),
];

const TEMPORAL_ALONE: &str = "`temporal` without a condition";

/// Rows on what is found, not on what is read: the tests of `detect` hold them.
const ON_FINDING: &[&str] = &["tenants"];

#[test]
fn known_differences() {
    for (row, body, we_read, they_read) in DIFFERENCES.iter().copied() {
        let (ours, theirs) = (ours(body), theirs(body));
        assert_eq!((ours.is_some(), theirs.is_some()), (we_read, they_read), "{row}: {body}");
        assert_ne!(ours, theirs, "{row}: both read the same");
    }
    let (_, alone, ..) = DIFFERENCES.iter().find(|(row, ..)| *row == TEMPORAL_ALONE).unwrap();
    assert!(ours(alone).unwrap().ends_with("gte 2") && theirs(alone).unwrap().ends_with("gte 1"));
}

#[test]
fn the_document_has_a_row_for_each_difference() {
    let document = include_str!("../../../../docs/sigma-differences.md");
    let (_, section) = document.split_once("\n## Correlations\n").unwrap();
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = section.lines().filter_map(|line| line.strip_prefix("| "));
    let rows: Vec<_> = lines.filter_map(|cells| cells.split(" | ").next()).collect();
    let mut names: Vec<_> = DIFFERENCES.iter().map(|(row, ..)| *row).collect();
    names.dedup();
    names.extend(ON_FINDING);
    assert_eq!(rows[1..], names);
}
