//! What stands at the edges: ties, the ends of windows, missing and huge values, absurd times, late events.

use std::fmt::Write;
use std::sync::Arc;

use detect::{Engine, Settings};
use finding::Finding;
use serde_json::{Value, json};

use super::log::{BEGIN, KINDS};
use super::rules::{Rules, rule};
use super::run::{Found, detector, found, sorted, sweep};

/// An event so many milliseconds after the beginning, changed by some fields.
fn event(id: &str, at: i64, kind: usize, changes: &[(&str, Value)]) -> String {
    let time = jiff::Timestamp::from_millisecond(BEGIN + at).unwrap();
    let mut event = json!({
        "uuid": id,
        "published": time.to_string(),
        "eventType": KINDS[kind],
        "actor": {"alternateId": "ada@example.com", "type": "User"},
        "client": {"ipAddress": "192.0.2.1"},
    });
    for (pointer, value) in changes {
        if let Some(place) = event.pointer_mut(pointer) {
            *place = value.clone();
        } else {
            event[pointer.trim_start_matches('/')] = value.clone();
        }
    }
    event.to_string()
}

/// `started` at these milliseconds, by numbered ids.
fn starts(times: &[i64]) -> Vec<String> {
    let one = |(number, at): (usize, &i64)| event(&format!("e{number}"), *at, 0, &[]);
    times.iter().enumerate().map(one).collect()
}

/// What a rule finds: its level, its events, its measure, in one line each.
fn story(correlation: &str, events: &[String]) -> Vec<String> {
    findings(correlation, events).iter().map(told).collect()
}

fn findings(correlation: &str, events: &[String]) -> Vec<Finding> {
    let detector = detector(&Rules(vec![rule(0, "", correlation)]).text());
    let row = sweep(&detector, &events.join("\n"), 1);
    let found = found(&detector, &Settings::default(), &sorted(&[(row, false)], usize::MAX));
    found.0.into_iter().filter(|one| one.rule.name == "r0").collect()
}

fn told(finding: &Finding) -> String {
    let mut line = format!("{} {}", finding.level, finding.events.join(" "));
    for (field, values) in finding.evidence.iter() {
        if field == "measured" || field == "target[User].id" {
            let _ = write!(line, ", {field} {}", values.join(" "));
        }
    }
    line
}

const THREE: &str = "type: event_count, rules: [started], group-by: [entity.user], timespan: 10s, condition: {gte: 3}";

#[test]
fn both_ends_of_a_window_belong_to_it() {
    assert_eq!(story(THREE, &starts(&[0, 5000, 10_000])), ["medium e0 e1 e2, measured 3"]);
    assert!(story(THREE, &starts(&[0, 5000, 10_001])).is_empty());
    let ordered = "type: temporal_ordered, rules: [started, answered], group-by: [entity.user], timespan: 10s";
    let at = |at| [event("a", 0, 0, &[]), event("b", at, 1, &[])];
    assert_eq!(story(ordered, &at(10_000)), ["medium a b, measured 2"]);
    assert!(story(ordered, &at(10_001)).is_empty());
}

#[test]
fn a_burst_is_one_finding_and_a_pause_makes_two() {
    let burst: Vec<i64> = (0..30).map(|n| n * 4000).collect();
    let found = findings(THREE, &starts(&burst));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].event_count, found[0].revision), (30, 28));
    // It last holds at 2 s, and holds again at exactly 12 s, or a millisecond later.
    let pause = |after: i64| starts(&[0, 1000, 2000, after, after, after]);
    assert_eq!(story(THREE, &pause(12_000)).len(), 1);
    assert_eq!(story(THREE, &pause(12_001)).len(), 2);
}

#[test]
fn the_level_rises_with_what_is_measured() {
    let raise = format!("{THREE}, raise: [{{level: high, gte: 4}}, {{level: critical, gte: 5}}]");
    let level = |n: i64| story(&raise, &starts(&(0..n).collect::<Vec<_>>()));
    assert_eq!(level(3), ["medium e0 e1 e2, measured 3"]);
    assert_eq!(level(4), ["high e0 e1 e2 e3, measured 4"]);
    assert_eq!(level(5), ["critical e0 e1 e2 e3 e4, measured 5"]);
}

#[test]
fn events_of_one_time_stand_in_the_order_of_their_ids() {
    let ordered = "type: temporal_ordered, rules: [started, answered], group-by: [entity.user], timespan: 10s";
    let tie = |first: &str, second: &str| [event(first, 0, 0, &[]), event(second, 0, 1, &[])];
    assert_eq!(story(ordered, &tie("a", "b")), ["medium a b, measured 2"]);
    assert!(story(ordered, &tie("b", "a")).is_empty());
    let any = "type: temporal, rules: [started, answered], group-by: [entity.user], timespan: 10s";
    assert_eq!(story(any, &tie("b", "a")), ["medium a b, measured 2"]);
}

#[test]
fn one_event_is_one_stage() {
    let rules = "type: sequence, rules: [started], timespan: 10s, stages: [\
        {rule: started, bind: {who: entity.user}}, {rule: started, match: {who: entity.user}}]";
    assert!(story(rules, &starts(&[0])).is_empty());
    assert_eq!(story(rules, &starts(&[0, 1])), ["medium e0 e1, measured 2"]);
}

#[test]
fn an_event_is_in_the_group_of_each_of_its_values() {
    let by_target = "type: event_count, rules: [started], group-by: ['target[User].id'], timespan: 10s, condition: {gte: 2}";
    let user = |id: &str| json!({"type": "User", "id": id});
    let with = |id: &str, at: i64, users: &[&str]| {
        let targets: Vec<Value> = users.iter().map(|id| user(id)).collect();
        event(id, at, 0, &[("/target", json!(targets))])
    };
    let found = story(by_target, &[with("a", 0, &["x", "y"]), with("b", 1, &["y", "z"])]);
    assert_eq!(found, ["medium a b, measured 2, target[User].id y"]);
    // Twice the same value is one value.
    assert!(story(by_target, &[with("a", 0, &["x", "x"])]).is_empty());
    // Whoever has none is in no group.
    assert!(story(by_target, &[with("a", 0, &[]), with("b", 1, &[])]).is_empty());
}

#[test]
fn what_lacks_a_part_of_the_key_is_in_no_group() {
    for nobody in [json!(null), json!(""), json!({}), json!([])] {
        let change = [("/actor/alternateId", nobody.clone())];
        let events: Vec<String> = (0..5).map(|n| event(&format!("e{n}"), n, 0, &change)).collect();
        assert!(story(THREE, &events).is_empty(), "{nobody}");
    }
}

#[test]
fn huge_values_are_told_apart_and_not_kept() {
    let user = |last: char| json!(format!("{}{last}", "x".repeat(1 << 20)));
    let events: Vec<String> = (0..4)
        .map(|n| {
            event(
                &format!("e{n}"),
                n,
                0,
                &[("/actor/alternateId", user(if n == 3 { 'b' } else { 'a' }))],
            )
        })
        .collect();
    let found = findings(THREE, &events);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].events, ["e0", "e1", "e2"]);
    assert!(serde_json::to_string(&found[0]).unwrap().len() < 4000);
}

#[test]
fn absurd_times_count_as_none() {
    let times =
        ["1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "-0044-03-15T12:00:00Z", "soon", ""];
    for time in times {
        let mut events = starts(&[0, 1, 2]);
        // It would make all others late, or count with the others of its time.
        events
            .extend((0..3).map(|n| event(&format!("x{n}"), 0, 0, &[("/published", json!(time))])));
        assert_eq!(story(THREE, &events), ["medium e0 e1 e2, measured 3"], "{time}");
    }
}

#[test]
fn events_without_time_are_matched_by_rules_without_memory() {
    let detector = detector(super::rules::BASES);
    let events =
        [event("a", 0, 3, &[("/published", json!("2999-01-01T00:00:00Z"))]), event("b", 0, 3, &[])];
    let row = sweep(&detector, &events.join("\n"), 1);
    let found = found(&detector, &Settings::default(), &sorted(&[(row, false)], usize::MAX));
    let found = found.0.iter().filter(|one| one.rule.name == "granted");
    let found: Vec<_> = found.map(|one| (&*one.events[0], one.time.is_some(), one.late)).collect();
    assert_eq!(found, [("a", false, false), ("b", true, false)]);
}

#[test]
fn what_is_waited_for_stays_open_at_the_end_of_a_log() {
    let absence =
        "type: absence, rules: [started, answered], group-by: [entity.user], timespan: 10s";
    let detector = detector(&Rules(vec![rule(0, "", absence)]).text());
    let mut engine = Engine::new(Arc::clone(&detector), Settings::default());
    let mut log = Found::default();
    let feed = |engine: &mut Engine, found: &mut Found, event: String| {
        let row = sweep(&detector, &event, 1);
        found.feed(engine, &sorted(&[(row, false)], usize::MAX));
    };
    feed(&mut engine, &mut log, event("a", 0, 0, &[]));
    // At its very end what is waited for may still come.
    feed(&mut engine, &mut log, event("b", 10_000, 2, &[]));
    engine.report_open(&mut |finding| panic!("{finding:?}"));
    assert_eq!(engine.n_waiting(), 1);
    let mut cancelled =
        Engine::restore(Arc::clone(&detector), Settings::default(), &engine.save()).unwrap().0;
    feed(&mut cancelled, &mut log, event("c", 10_000, 1, &[]));
    log.wait(&mut cancelled);
    assert!(log.0.iter().all(|one| one.rule.name != "r0"));
    feed(&mut engine, &mut log, event("d", 10_001, 2, &[]));
    log.wait(&mut engine);
    let found: Vec<_> = log.0.iter().filter(|one| one.rule.name == "r0").map(told).collect();
    assert_eq!(found, ["medium a, measured 1"]);
}

#[test]
fn late_events_are_matched_and_not_remembered() {
    let detector = detector(&Rules(vec![rule(0, "", THREE)]).text());
    let mut engine = Engine::new(Arc::clone(&detector), Settings::default());
    let mut all = Found::default();
    let events = [(0, 0), (9000, 0), (1000, 0), (2000, 3), (9500, 3)];
    for (number, (at, kind)) in events.into_iter().enumerate() {
        let row = sweep(&detector, &event(&format!("e{number}"), at, kind, &[]), 1);
        all.feed(&mut engine, &sorted(&[(row, false)], usize::MAX));
    }
    let late: Vec<_> =
        all.0.iter().map(|one| (&*one.rule.name, &*one.events[0], one.late)).collect();
    assert_eq!(late, [("granted", "e3", true), ("granted", "e4", false)]);
    assert_eq!((engine.counts().taken, engine.counts().late, engine.counts().timeless), (5, 2, 0));
    engine.report_open(&mut |finding| panic!("{finding:?}"));
}

#[test]
fn an_event_of_the_last_time_that_comes_again_is_not_counted_again() {
    let detector = detector(&Rules(vec![rule(0, "", THREE)]).text());
    let log = starts(&[0, 1]).join("\n");
    let excerpts = sorted(&[(sweep(&detector, &log, 1), false)], usize::MAX);
    let mut engine = Engine::new(Arc::clone(&detector), Settings::default());
    let mut found = Found::default();
    found.feed(&mut engine, &excerpts);
    let (mut engine, _) =
        Engine::restore(Arc::clone(&detector), Settings::default(), &engine.save()).unwrap();
    found.feed(&mut engine, &excerpts);
    found.wait(&mut engine);
    assert!(found.0.is_empty(), "{found:?}");
    assert_eq!(engine.counts().late, 2);
}
