//! Whatever stands under `correlation:`: nothing panics, places lie in the file, and what loads is whole: every number
//! of a rule, a variable or an aggregate is one that there is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rule::correlation::{Correlation, Counted, Key, Memory};
use rule::{Lists, SourceFile};

/// Rules to refer to, before whatever is tried.
const BASES: &str = "title: a\nname: a\nlogsource: {product: okta}\n\
                     detection: {s: {eventType: x, user.admin: 'yes'}, condition: s}\n---\n\
                     title: b\nname: b\nlogsource: {product: auth0}\n\
                     detection: {s: {data.type: y}, condition: s}\n---\n\
                     title: c\nname: c\n\
                     correlation: {type: event_count, rules: [a, b], group-by: [entity.user], \
                     timespan: 1h, condition: {gte: 2}}\n---\n";

fuzz_target!(|tried: &str| {
    let documents = format!("{BASES}{tried}");
    let correlation =
        format!("{BASES}title: t\nname: t\ncorrelation:\n  {}", tried.replace('\n', "\n  "));
    for text in [documents, correlation] {
        check(&text);
    }
});

fn check(text: &str) {
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
        if let Some(correlation) = &rule.correlation {
            whole(correlation);
        }
        for mutant in rule.mutants() {
            assert!(text.get(mutant.span.range()).is_some(), "{mutant:?}");
            if let Some(correlation) = &mutant.correlation {
                whole(correlation);
            }
        }
    }
}

/// Whether everything in a correlation is about what it has.
fn whole(correlation: &Correlation) {
    let n_sources = correlation.sources.len();
    let key = |key: &Key| {
        assert_eq!((key.fields.len(), key.inherited.len()), (n_sources, n_sources));
    };
    correlation.group_by.iter().for_each(key);
    assert!(n_sources > 0 && !correlation.timespan.is_zero());
    match &correlation.test {
        Memory::Distinct { values, .. } => values.iter().for_each(key),
        Memory::Aggregate { value, .. } => key(value),
        Memory::NewValue(new) => new.values.iter().for_each(key),
        Memory::RareValue(rare) => rare.values.iter().for_each(key),
        Memory::Baseline(baseline) => {
            baseline.values.iter().for_each(key);
            assert!(!baseline.bucket.is_zero() && baseline.n_buckets > 0);
        }
        Memory::Travel(travel) => travel.except_same.iter().for_each(key),
        Memory::Score { weights, .. } => assert_eq!(weights.len(), n_sources),
        Memory::Ratio(ratio) => {
            for aggregate in &ratio.aggregates {
                assert_eq!(aggregate.sources.len(), n_sources);
                if let Counted::Distinct(one) | Counted::Sum(one) = &aggregate.what {
                    key(one);
                }
            }
        }
        Memory::Sequence(sequence) => {
            let n_variables = sequence.variables.len();
            assert!(sequence.group.iter().all(|variable| *variable < n_variables));
            for stage in &sequence.stages {
                assert!(!stage.sources.is_empty());
                assert!(stage.sources.iter().all(|source| *source < n_sources));
                for (variable, one) in
                    stage.matches.iter().chain(&stage.differs).chain(&stage.binds)
                {
                    assert!(*variable < n_variables);
                    key(one);
                }
            }
        }
        Memory::Count(_)
        | Memory::Temporal { .. }
        | Memory::Absence { .. }
        | Memory::TimeSlot(_) => {}
    }
}
