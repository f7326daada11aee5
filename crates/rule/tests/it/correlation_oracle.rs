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
        "type: event_count, rules: [a], timespan: 5m, condition: [10]",
        "type: temporal, rules: [a, b], timespan: 5m, condition: a and",
    ] {
        assert_eq!((ours(body), theirs(body)), (None, None), "{body}");
    }
}

/// Each row of `docs/sigma-differences.md` on correlations.
#[test]
fn known_differences() {
    let check = |body: &str, we_read: bool, they_read: bool| {
        let read = (ours(body).is_some(), theirs(body).is_some());
        assert_eq!(read, (we_read, they_read), "{body}");
    };
    let window = "rules: [a], timespan: 5m";
    check(&format!("type: new_value, {window}, field: f"), true, false);
    check(&format!("type: event_count, {window}, condition: {{gte: 2.5}}"), false, false);
    check(&format!("type: value_avg, {window}, condition: {{field: f, gte: 2.5}}"), true, false);
    check(&format!("type: event_count, {window}, condition: {{gte: -1}}"), false, true);
    check(&format!("type: event_count, {window}, condition: {{gt: 5, lt: 6}}"), false, true);
    check(&format!("type: event_count, {window}, condition: {{lt: 1}}"), false, true);
    check(&format!("type: event_count, {window}, condition: a"), false, true);
    check(&format!("type: value_count, {window}, condition: {{gte: 5}}"), false, true);
    check(
        &format!("type: event_count, {window}, group_by: [u], condition: {{gte: 5}}"),
        false,
        true,
    );
    check(
        &format!("type: event_count, {window}, window: tumbling, condition: {{gte: 5}}"),
        false,
        true,
    );
    check("type: event_count, rules: [c], timespan: 5m, condition: {gte: 5}", false, true);
    check("type: event_count, timespan: 5m, condition: {gte: 5}", false, true);
    check("type: event_count, rules: [a], timespan: 0s, condition: {gte: 5}", false, true);
    check("type: temporal, rules: [a, b], timespan: 5m, condition: c or not a", false, true);
    check("type: temporal, rules: [a], timespan: 5m, condition: {gte: 2}", false, true);
    check("type: temporal_ordered, rules: [a, b], timespan: 5m, condition: a and b", false, true);
    let alias = "aliases: {w: {a: x}}, group-by: [w]";
    check(&format!("type: temporal, rules: [a, b], timespan: 5m, {alias}"), false, true);
    // Both read it, and mean something else: all of them, and any of them.
    let both = "type: temporal, rules: [a, b], timespan: 5m";
    assert!(ours(both).unwrap().ends_with("gte 2") && theirs(both).unwrap().ends_with("gte 1"));
}
