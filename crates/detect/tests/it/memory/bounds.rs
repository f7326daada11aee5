//! Streams in which nothing repeats: what is remembered stays within its limits, and what was forgotten is said.

use std::sync::Arc;

use detect::{Engine, Settings};

use super::log::{BEGIN, Entry};
use super::rules::{Rules, all_types, rule};
use super::run::{Found, detector, excerpts_of};

/// What one event can add before there is room made for it.
const OF_ONE_EVENT: usize = 60_000;

/// An event of somebody and something that was never seen before, a second after the one before it.
fn stranger(number: usize) -> Entry {
    let name = |kind: &str| -> &'static str { format!("{kind}{number}").leak() };
    let ip = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
    Entry {
        number,
        at: Some(BEGIN + i64::try_from(number).unwrap() * 1000),
        kind: number % 3,
        user: Some(name("u")),
        ip: ip.leak(),
        failed: false,
        bytes: Some(7),
        spot: Some(number % 4),
        targets: vec![name("a"), name("b")],
        token: Some(name("t")),
    }
}

fn settings(total_bytes: usize) -> Settings {
    Settings { total_bytes, rule_groups: 100, group_values: 10, ..Settings::default() }
}

/// Feeds strangers and returns what was found and the most that was remembered.
fn flood(rules: &Rules, entries: &[Entry], settings: Settings) -> (Found, Engine, usize) {
    let detector = detector(&rules.text());
    let mut engine = Engine::new(Arc::clone(&detector), settings);
    let (mut found, mut most) = (Found::default(), 0);
    for one in excerpts_of(&detector, entries) {
        found.feed(&mut engine, &[one]);
        most = most.max(engine.bytes());
    }
    (found, engine, most)
}

fn is_said(found: &Found) -> bool {
    found.0.iter().any(|one| one.evidence.iter().any(|(field, _)| field == "incomplete"))
}

#[test]
fn groups_are_bounded_in_total() {
    let entries: Vec<Entry> = (0..1500).map(stranger).collect();
    for (group, n) in [("group-by: [entity.user], ", 1), ("group-by: ['target[User].id'], ", 2)] {
        let rules = all_types(n, group, "1d");
        let roomy = Settings { rule_groups: usize::MAX, ..settings(300_000) };
        let (mut found, mut engine, most) = flood(&rules, &entries, roomy);
        assert!(most <= 300_000 + OF_ONE_EVENT, "{most} bytes with {group}");
        let n_evicted: u64 = engine.evicted().iter().map(|(_, n)| n).sum();
        assert!(n_evicted > 1000, "{n_evicted} with {group}");
        found.wait(&mut engine);
        assert!(is_said(&found), "with {group}");
        assert!(engine.save().len() < 3_000_000);
    }
}

#[test]
fn groups_are_bounded_by_rule() {
    let text = "type: new_value, rules: [started, answered, opened], group-by: [entity.user], field: client.ipAddress, timespan: 1h";
    let entries: Vec<Entry> = (0..2000).map(stranger).collect();
    let rules = Rules(vec![rule(0, "", text)]);
    let (_, engine, _) = flood(&rules, &entries, settings(1 << 30));
    let learning = engine.learning();
    assert!((90..=101).contains(&learning[0].n_subjects), "{learning:?}");
    assert_eq!(engine.evicted()[0].1 + learning[0].n_subjects, 2000);
}

#[test]
fn values_are_bounded_by_group() {
    // All of one user, and no two from one address.
    let entries: Vec<Entry> =
        (0..2000).map(|number| Entry { user: Some("ada"), kind: 0, ..stranger(number) }).collect();
    let (mut found, mut engine, most) =
        flood(&all_types(3, "group-by: [entity.user], ", "1d"), &entries, settings(1 << 30));
    // An episode names a hundred events.
    assert!(most < 2_000_000, "{most}");
    found.wait(&mut engine);
    let is_of = |name: &str| found.0.iter().find(|one| one.rule.name == name);
    let summed = is_of("r4").expect("a sum over more than fits");
    assert!(summed.evidence.iter().any(|(field, _)| field == "incomplete"), "{summed:?}");
}

#[test]
fn what_holds_ends_early_when_there_is_no_room() {
    // Each event begins an episode that would last a day.
    let text = "type: event_count, rules: [started, answered, opened], group-by: [entity.user], timespan: 1d, condition: {gte: 1}";
    let entries: Vec<Entry> = (0..2000).map(stranger).collect();
    let rules = Rules(vec![rule(0, "", text)]);
    let (mut found, mut engine, most) = flood(&rules, &entries, settings(200_000));
    assert!(most <= 200_000 + OF_ONE_EVENT, "{most}");
    found.wait(&mut engine);
    assert_eq!(found.ids().len(), 2000, "every one of them is found all the same");
    assert!(is_said(&found));
}

#[test]
fn timers_that_nothing_waits_for_are_dropped() {
    // Each event begins sixteen waits that the next one ends, and their timers would be due in a day.
    let text =
        "type: absence, rules: [started, answered], group-by: ['target[User].id'], timespan: 1d";
    let rules = Rules(vec![rule(0, "", text)]);
    let detector = detector(&rules.text());
    let mut engine = Engine::new(Arc::clone(&detector), settings(1 << 30));
    let targets: Vec<&'static str> = (0..16).map(|n| &*format!("t{n}").leak()).collect();
    let entry = |number| Entry { kind: number % 2, targets: targets.clone(), ..stranger(number) };
    let entries: Vec<Entry> = (0..8400).map(entry).collect();
    Found::default().feed(&mut engine, &excerpts_of(&detector, &entries));
    // 67,200 were set, and 65,536 of them looked over.
    assert!(engine.n_waiting() < 2000, "{}", engine.n_waiting());
}
