//! Each type of rule against a plain statement of what it means: at every event all events are looked at again.
//!
//! A reference says whether a rule holds at the last of some events of one group, given all of them in the order of time. What
//! groups and findings are is the same for all types and stands here once.

use std::collections::{BTreeMap, BTreeSet};

use detect::Settings;
use finding::Fingerprint;
use proptest::prelude::*;

use super::log::{Entry, SPOTS, tidy_log};
use super::rules::{Rules, rule};
use super::run::{Tally, detector, excerpts_of, found, try_on};

/// The id of the rule that is looked at.
const ID: &str = "0d4e7b52-6f5d-4a55-8f43-5d2a6f3c1b00";

/// What stands under `correlation:`, its window in seconds, and what it means.
struct Law {
    text: &'static str,
    span: i64,
    /// Whether it holds at the last event. Events are in order, all of one user.
    holds: fn(&[&Entry], i64) -> bool,
    /// In how many of the 60 cases something must be found.
    at_least: u32,
}

/// Compares the rule with its reference: the same findings, by rule, group and first event.
fn check(law: &Law) {
    let tally = Tally::default();
    let text = format!("{}, group-by: [entity.user], timespan: {}s", law.text, law.span);
    // A sequence names its groups itself.
    let text = if text.contains("type: sequence") {
        text.replace("group-by: [entity.user]", "group-by: [who]")
    } else {
        text
    };
    let detector = detector(&Rules(vec![rule(0, "", &text)]).text());
    try_on(60, &tidy_log(3..40), |entries| {
        let found = found(&detector, &Settings::default(), &excerpts_of(&detector, &entries));
        let ours = found.0.iter().filter(|one| one.rule.name == "r0");
        let ours: BTreeSet<String> = ours.map(|one| one.id.as_str().to_owned()).collect();
        let theirs = expected(law, &entries);
        tally.add(!theirs.is_empty());
        let names: Vec<_> =
            found.0.iter().map(|one| (&one.rule.name, one.time, &one.events)).collect();
        prop_assert_eq!(ours, theirs, "{}\n{:?}", text, names);
        Ok(())
    });
    tally.is_at_least(law.at_least);
}

/// The ids of the findings that a rule must make.
fn expected(law: &Law, entries: &[Entry]) -> BTreeSet<String> {
    let mut groups: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        groups.entry(entry.user.unwrap()).or_default().push(entry);
    }
    let span = law.span * 1000;
    let mut ids = BTreeSet::new();
    for (user, events) in groups {
        let mut last_hold: Option<i64> = None;
        for at in 0..events.len() {
            if !(law.holds)(&events[..=at], span) {
                continue;
            }
            let event = events[at];
            if last_hold.is_none_or(|last| event.time() > last + span) {
                ids.insert(Fingerprint::of_finding(ID, user, &event.id()).as_str().to_owned());
            }
            last_hold = Some(event.time());
        }
    }
    ids
}

/// Whether the last event is of one of these kinds.
fn is_last(events: &[&Entry], kinds: &[usize]) -> bool {
    events.last().is_some_and(|last| kinds.contains(&last.kind))
}

/// The events of some kinds that are no older than the span.
fn window<'e>(events: &[&'e Entry], span: i64, kinds: &[usize]) -> Vec<&'e Entry> {
    let now = events.last().map_or(0, |last| last.time());
    let is_in = |one: &&&Entry| kinds.contains(&one.kind) && one.time() >= now - span;
    events.iter().filter(is_in).copied().collect()
}

fn different<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    values.collect::<BTreeSet<_>>().len()
}

fn numbers(events: &[&Entry]) -> Vec<f64> {
    let mut numbers: Vec<f64> = events.iter().filter_map(|one| one.bytes.map(f64::from)).collect();
    numbers.sort_by(f64::total_cmp);
    numbers
}

/// The number in the middle.
fn middle(numbers: &[f64]) -> f64 {
    let half = numbers.len() / 2;
    if numbers.len() % 2 == 1 {
        numbers[half]
    } else {
        f64::midpoint(numbers[half - 1], numbers[half])
    }
}

#[test]
fn event_count_counts_the_window() {
    check(&Law {
        text: "type: event_count, rules: [started, answered], condition: {gte: 3}",
        span: 20,
        holds: |events, span| is_last(events, &[0, 1]) && window(events, span, &[0, 1]).len() >= 3,
        at_least: 30,
    });
}

#[test]
fn value_count_counts_different_values() {
    check(&Law {
        text: "type: value_count, rules: [started, answered], condition: {field: client.ipAddress, gte: 3}",
        span: 30,
        holds: |events, span| {
            let window = window(events, span, &[0, 1]);
            is_last(events, &[0, 1]) && different(window.iter().map(|one| one.ip)) >= 3
        },
        at_least: 25,
    });
    check(&Law {
        text: "type: value_count, rules: [started], condition: {field: 'target[User].id', eq: 2}",
        span: 10,
        holds: |events, span| {
            let window = window(events, span, &[0]);
            let has_any = events.last().is_some_and(|last| !last.targets.is_empty());
            // Each value of an event is taken in by itself.
            let before = &window[..window.len().saturating_sub(1)];
            let n_before = different(before.iter().flat_map(|one| &one.targets));
            let n_now = different(window.iter().flat_map(|one| &one.targets));
            is_last(events, &[0]) && has_any && n_now == 2 && n_before <= 2
        },
        at_least: 25,
    });
}

#[test]
fn values_are_added_up() {
    check(&Law {
        text: "type: value_sum, rules: [started], condition: {field: client.bytes, gt: 10}",
        span: 20,
        holds: |events, span| {
            let has_number = events.last().is_some_and(|last| last.bytes.is_some());
            let sum: f64 = numbers(&window(events, span, &[0])).iter().sum();
            is_last(events, &[0]) && has_number && sum > 10.0
        },
        at_least: 25,
    });
    check(&Law {
        text: "type: value_avg, rules: [started], condition: {field: client.bytes, gt: 5}",
        span: 20,
        holds: |events, span| {
            let has_number = events.last().is_some_and(|last| last.bytes.is_some());
            let numbers = numbers(&window(events, span, &[0]));
            let sum: f64 = numbers.iter().sum();
            let n = numbers.iter().map(|_| 1.0).sum::<f64>();
            is_last(events, &[0]) && has_number && sum / n > 5.0
        },
        at_least: 25,
    });
}

#[test]
fn values_are_put_in_order() {
    check(&Law {
        text: "type: value_median, rules: [started], condition: {field: client.bytes, gte: 5}",
        span: 60,
        holds: |events, span| {
            let has_number = events.last().is_some_and(|last| last.bytes.is_some());
            is_last(events, &[0])
                && has_number
                && middle(&numbers(&window(events, span, &[0]))) >= 5.0
        },
        at_least: 25,
    });
    check(&Law {
        text: "type: value_percentile, rules: [started], condition: {field: client.bytes, percentile: 75, gt: 5}",
        span: 60,
        holds: |events, span| {
            let has_number = events.last().is_some_and(|last| last.bytes.is_some());
            let numbers = numbers(&window(events, span, &[0]));
            // The least number that three quarters of them do not exceed.
            let is_it = |number: &&f64| {
                numbers.iter().filter(|other| other <= number).count() * 4 >= numbers.len() * 3
            };
            is_last(events, &[0])
                && has_number
                && numbers.iter().find(is_it).is_some_and(|it| *it > 5.0)
        },
        at_least: 25,
    });
}

#[test]
fn temporal_wants_rules_in_any_order() {
    check(&Law {
        text: "type: temporal, rules: [started, answered, opened]",
        span: 20,
        holds: |events, span| {
            is_last(events, &[0, 1, 2])
                && different(window(events, span, &[0, 1, 2]).iter().map(|one| one.kind)) == 3
        },
        at_least: 20,
    });
    check(&Law {
        text: "type: temporal, rules: [started, answered, opened], condition: 'started and not (answered or opened)'",
        span: 5,
        holds: |events, span| {
            let has = |kind| !window(events, span, &[kind]).is_empty();
            is_last(events, &[0, 1, 2]) && has(0) && !has(1) && !has(2)
        },
        at_least: 30,
    });
}

/// Whether the last event ends a row of events of these kinds, within the span.
fn ends_row(events: &[&Entry], span: i64, kinds: &[usize]) -> bool {
    let Some(((kind, before), last)) = kinds.split_last().zip(events.last()) else { return false };
    if last.kind != *kind {
        return false;
    }
    let start = last.time() - span;
    let mut wanted = before.iter().rev();
    let mut next = wanted.next();
    // From the end backwards the latest that fits is as good as any.
    for event in events.iter().rev().skip(1).take_while(|one| one.time() >= start) {
        if next == Some(&event.kind) {
            next = wanted.next();
        }
    }
    next.is_none()
}

#[test]
fn temporal_ordered_wants_their_order() {
    check(&Law {
        text: "type: temporal_ordered, rules: [started, answered, opened]",
        span: 60,
        holds: |events, span| ends_row(events, span, &[0, 1, 2]),
        at_least: 20,
    });
    check(&Law {
        text: "type: temporal_ordered, rules: [started, answered, opened], condition: {gte: 2}",
        span: 5,
        holds: |events, span| {
            [[0, 1], [0, 2], [1, 2]].iter().any(|kinds| ends_row(events, span, kinds))
        },
        at_least: 25,
    });
}

#[test]
fn score_adds_weights() {
    check(&Law {
        text: "type: score, rules: [started, answered, opened], weights: {started: 40, answered: 30, opened: 20}, condition: {gte: 60}",
        span: 10,
        holds: |events, span| {
            let weight =
                |kind, weight| if window(events, span, &[kind]).is_empty() { 0 } else { weight };
            is_last(events, &[0, 1, 2]) && weight(0, 40) + weight(1, 30) + weight(2, 20) >= 60
        },
        at_least: 25,
    });
}

#[test]
fn ratio_compares_numbers() {
    check(&Law {
        text: "type: ratio, rules: [started, opened], aggregates: {a: {rule: started}, b: {rule: opened}, \
               c: {rule: started, distinct: client.ipAddress}, d: {rule: started, sum: client.bytes}}, \
               condition: a >= 2 and (b / a < 0.5 or c > 2 or d > 12)",
        span: 30,
        holds: |events, span| {
            let (a, b) = (window(events, span, &[0]), window(events, span, &[2]));
            let ips = different(a.iter().map(|one| one.ip));
            let sum: f64 = numbers(&a).iter().sum();
            is_last(events, &[0, 2])
                && a.len() >= 2
                && (b.len() * 2 < a.len() || ips > 2 || sum > 12.0)
        },
        at_least: 25,
    });
}

#[test]
fn new_value_is_the_first_of_its_kind() {
    check(&Law {
        text: "type: new_value, rules: [started], field: client.ipAddress, min-history: 1m, min-events: 3",
        span: 10,
        holds: |events, _| {
            let all: Vec<_> = events.iter().filter(|one| one.kind == 0).collect();
            let Some((last, before)) = all.split_last() else { return false };
            let minutes = last.time() / 60_000 - all[0].time() / 60_000;
            is_last(events, &[0])
                && before.len() >= 3
                && minutes >= 1
                && before.iter().all(|one| one.ip != last.ip)
        },
        at_least: 5,
    });
}

#[test]
fn rare_value_is_one_of_few() {
    check(&Law {
        text: "type: rare_value, rules: [started], field: client.ipAddress, history: 10d, min-events: 3, condition: {lte: 2}",
        span: 10,
        holds: |events, _| {
            let all: Vec<_> = events.iter().filter(|one| one.kind == 0).collect();
            let same = all.iter().filter(|one| Some(one.ip) == all.last().map(|last| last.ip));
            is_last(events, &[0]) && all.len() > 3 && same.count() <= 2
        },
        at_least: 20,
    });
}

#[test]
fn travel_is_too_fast() {
    check(&Law {
        text: "type: impossible_travel, rules: [started, answered], condition: {gt: 900}, distance: 100",
        span: 60,
        holds: |events, span| {
            let mut located = events.iter().rev().filter(|one| one.kind < 2);
            let here = located.next().filter(|here| here.spot.is_some());
            let there = located.find(|one| one.spot.is_some());
            let (Some(here), Some(there)) = (here, there) else { return false };
            // All places are at most 60 km or at least 700 km apart, which takes longer than the minute that counts.
            let is_far = [here, there].map(|one| one.spot.map(|spot| spot.min(2)));
            is_last(events, &[0, 1]) && here.time() - there.time() <= span && is_far[0] != is_far[1]
        },
        at_least: 25,
    });
    assert!((SPOTS[2].0 - SPOTS[3].0).abs() < 0.2 && (SPOTS[2].1 - SPOTS[3].1).abs() < 0.5);
}

#[test]
fn baseline_is_what_is_usual() {
    check(&Law {
        text: "type: baseline, rules: [started], bucket: 1m, history: 30m, method: mean, floor: 2, min-samples: 2, condition: {gt: 0.9}",
        span: 10,
        holds: |events, _| {
            let bucket = |one: &Entry| one.time() / 60_000;
            let all: Vec<_> =
                events.iter().filter(|one| one.kind == 0).map(|one| bucket(one)).collect();
            let (Some(first), Some(now)) = (all.first(), all.last()) else { return false };
            let count =
                |of: i64| all.iter().filter(|other| **other == of).map(|_| 1.0).sum::<f64>();
            let past: Vec<f64> = (*first.max(&(now - 30))..*now).map(count).collect();
            let n = past.iter().map(|_| 1.0).sum::<f64>();
            let mean = past.iter().sum::<f64>() / n;
            let spread = (past.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
            is_last(events, &[0])
                && past.len() >= 2
                && count(*now) >= 2.0
                && (count(*now) - mean) / spread.max(1.0) > 0.9
        },
        at_least: 8,
    });
}

#[test]
fn time_slot_is_a_part_of_the_week() {
    check(&Law {
        text: "type: time_slot, rules: [started], slot: {zone: UTC, days: [mon], hours: '09:01-09:03'}, condition: inside",
        span: 10,
        holds: |events, _| {
            let minute = events.last().map_or(0, |last| (last.time() - super::log::BEGIN) / 60_000);
            is_last(events, &[0]) && (1..3).contains(&minute)
        },
        at_least: 25,
    });
}

#[test]
fn sequence_follows_its_keys() {
    check(&Law {
        text: "type: sequence, rules: [started, answered, opened], stages: [\
               {rule: started, bind: {who: entity.user, ip: client.ipAddress}}, \
               {rule: answered, match: {who: entity.user}, differ: {ip: client.ipAddress}}, \
               {rule: opened, match: {who: entity.user}, within: 30s}]",
        span: 120,
        holds: |events, span| {
            let Some((last, before)) = events.split_last().filter(|(last, _)| last.kind == 2)
            else {
                return false;
            };
            let fits = |at: usize, second: &&&Entry| {
                second.kind == 1
                    && last.time() - second.time() <= 30_000
                    && before[..at].iter().any(|first| {
                        first.kind == 0
                            && first.ip != second.ip
                            && first.time() >= last.time() - span
                    })
            };
            before.iter().enumerate().any(|(at, second)| fits(at, &second))
        },
        at_least: 15,
    });
}

/// What is waited for holds when its time has run out, so it has a check of its own.
#[test]
fn absence_is_found_once_its_time_has_run_out() {
    let text = "type: absence, rules: [started, answered], lookback: 5s, group-by: [entity.user], timespan: 10s";
    let detector = detector(&Rules(vec![rule(0, "", text)]).text());
    let tally = Tally::default();
    try_on(60, &tidy_log(3..40), |entries| {
        let found = found(&detector, &Settings::default(), &excerpts_of(&detector, &entries));
        let ours = found.0.iter().filter(|one| one.rule.name == "r0");
        let ours: BTreeSet<String> = ours.map(|one| one.id.as_str().to_owned()).collect();
        let mut theirs = BTreeSet::new();
        for user in ["ada@example.com", "bo@example.com"] {
            let mut last_hold = None;
            for (at, one) in entries.iter().enumerate().filter(|(_, one)| one.kind == 0) {
                let cancels = |(other, it): (usize, &Entry)| {
                    let early = other < at && it.time() >= one.time() - 5_000;
                    let late = other > at && it.time() <= one.time() + 10_000;
                    it.kind == 1 && it.user == Some(user) && (early || late)
                };
                if one.user != Some(user) || entries.iter().enumerate().any(cancels) {
                    continue;
                }
                if last_hold.is_none_or(|last| one.time() > last + 10_000) {
                    theirs.insert(Fingerprint::of_finding(ID, user, &one.id()).as_str().to_owned());
                }
                last_hold = Some(one.time());
            }
        }
        tally.add(!theirs.is_empty());
        prop_assert_eq!(ours, theirs);
        Ok(())
    });
    tally.is_at_least(40);
}
