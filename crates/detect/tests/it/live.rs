//! Events as they arrive: what settles is what a saved log of them gives.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use detect::{Detector, Engine, Live, PENDING_BYTES, Scope, Settings, Sorter, Spill};
use finding::{Finding, State};
use jiff::Timestamp;
use proptest::prelude::*;
use rule::{Lists, SourceFile};

const RULES: &str = "
title: Three refusals
id: 00000000-0000-4000-8000-000000000001
name: three
level: medium
correlation: {type: event_count, rules: [refused], group-by: [entity.user], timespan: 60s, condition: {gte: 3}}
---
title: Refusals and then a success
id: 00000000-0000-4000-8000-000000000002
name: broken
level: high
correlation: {type: temporal_ordered, rules: [three, entered], group-by: [entity.user], timespan: 60s, generate: true}
---
title: No success after a refusal
id: 00000000-0000-4000-8000-000000000003
name: gave_up
level: low
correlation: {type: absence, rules: [refused, entered], group-by: [entity.user], timespan: 60s}
---
title: New address
id: 00000000-0000-4000-8000-000000000004
name: new_address
level: low
correlation: {type: new_value, rules: [entered], group-by: [entity.user], field: entity.ip, min-history: 1m, history: 5m}
---
title: Refused
name: refused
logsource: {product: okta}
detection: {s: {eventType: user.session.start, outcome.result: FAILURE}, condition: s}
---
title: Entered
name: entered
logsource: {product: okta}
detection: {s: {eventType: user.session.start, outcome.result: SUCCESS}, condition: s}
";

fn detector() -> Arc<Detector> {
    let loaded = rule::load(&[SourceFile { path: "r.yml", text: RULES }], &Lists::default());
    assert_eq!(loaded.rules.len(), 6, "{:?}", loaded.diagnostics);
    Arc::new(Detector::of(&loaded.rules, Scope::default()))
}

/// An event: when, who, from which of few addresses, and whether it went well.
type Seed = (i64, u8, u8, bool);

fn text(number: usize, (second, user, address, is_good): Seed) -> String {
    let time = at(second);
    let result = if is_good { "SUCCESS" } else { "FAILURE" };
    format!(
        r#"{{"uuid":"e{number:04}","published":"{time:.3}","eventType":"user.session.start","outcome":{{"result":"{result}"}},
        "actor":{{"alternateId":"u{user}@example.com","type":"User"}},"client":{{"ipAddress":"192.0.2.{address}"}}}}"#
    )
}

struct Nowhere;

impl Spill for Nowhere {
    fn write(&mut self, _: &[u8]) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    fn open(&mut self) -> std::io::Result<Vec<Box<dyn std::io::Read>>> {
        Ok(Vec::new())
    }
}

/// What a saved log gives once time has passed.
fn saved(detector: &Arc<Detector>, rows: &[Vec<u8>], end: i64) -> BTreeMap<String, Finding> {
    let mut engine = Engine::new(Arc::clone(detector), Settings::default());
    let (mut nowhere, mut findings) = (Nowhere, BTreeMap::new());
    let mut sorter = Sorter::new(&mut nowhere, usize::MAX);
    for row in rows {
        sorter.add(row, 0, false).unwrap();
    }
    let mut keep = |finding: Finding| {
        findings.insert(finding.id.to_string(), finding);
    };
    sorter.finish(&mut |one| engine.take(one, &mut keep)).unwrap();
    engine.advance(end, &mut keep);
    findings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The last word about everything that settles is what the saved log gives, and what was raised on arrival is settled,
    /// replaced or taken back; what has settled is neither.
    #[test]
    fn what_settles_is_what_a_saved_log_gives(
        seeds in proptest::collection::vec((0i64..600, 0u8..3, 0u8..3, proptest::bool::weighted(0.3)), 1..60),
        delays in proptest::collection::vec(0i64..120, 60),
    ) {
        let detector = detector();
        let rows: Vec<_> =
            seeds.iter().enumerate().map(|(n, seed)| detector.excerpts(&text(n, *seed))).collect();
        let mut arrivals: Vec<_> = (0..rows.len()).collect();
        arrivals.sort_by_key(|&n| seeds[n].0 + delays[n]);
        let end = Timestamp::from_second(1_790_100_000).unwrap();
        let mut live =
            Live::new(&detector, &Settings::default(), Duration::from_mins(2), PENDING_BYTES);
        let (mut settled, mut open) = (BTreeMap::new(), BTreeMap::new());
        let mut keep = |finding: Finding| {
            for id in &finding.replaces {
                open.remove(&id.to_string());
                assert!(!settled.contains_key(&id.to_string()), "{id} is replaced");
            }
            match finding.state {
                State::Provisional => {
                    open.insert(finding.id.to_string(), finding);
                }
                State::Withdrawn => {
                    let id = finding.id.to_string();
                    assert!(!settled.contains_key(&id), "{id} is withdrawn");
                    open.remove(&id);
                }
                State::Settled => {
                    open.remove(&finding.id.to_string());
                    settled.insert(finding.id.to_string(), Finding { replaces: Vec::new(), ..finding });
                }
            }
        };
        for n in arrivals {
            live.observe(&rows[n], &mut keep);
        }
        live.settle(end, &mut keep);
        prop_assert_eq!(open, BTreeMap::new());
        prop_assert_eq!(settled, saved(&detector, &rows, end.as_microsecond()));
    }
}

#[test]
fn a_provisional_finding_needs_no_waiting() {
    let detector = detector();
    let mut live =
        Live::new(&detector, &Settings::default(), Duration::from_hours(1), PENDING_BYTES);
    let mut states = Vec::new();
    for n in 0..3 {
        let row = detector.excerpts(&text(n, (i64::try_from(n).unwrap(), 1, 1, false)));
        live.observe(&row, &mut |finding| states.push((finding.rule.name.clone(), finding.state)));
    }
    assert_eq!(states, [("three".to_owned(), State::Provisional)]);
    assert_eq!(live.n_waiting(), 3);
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

/// What is said of a rule, as `state first..last revision`, until time has passed. A number between the events is up to where
/// everything is settled then.
fn words(rule: &str, arrivals: &[Result<Seed, i64>]) -> Vec<String> {
    let detector = detector();
    let mut live =
        Live::new(&detector, &Settings::default(), Duration::from_mins(2), PENDING_BYTES);
    let mut words = Vec::new();
    let mut keep = |finding: Finding| {
        let Finding { state, revision, first, last, replaces, .. } = &finding;
        assert_eq!(replaces.len(), 0);
        let second = |time: &Option<Timestamp>| time.unwrap().as_second() - 1_790_000_000;
        if finding.rule.name == rule {
            words.push(format!("{state:?} {}..{} {revision}", second(first), second(last)));
        }
    };
    for (number, arrival) in arrivals.iter().enumerate() {
        match arrival {
            Ok(seed) => live.observe(&detector.excerpts(&text(number, *seed)), &mut keep),
            Err(second) => live.settle(at(*second), &mut keep),
        }
    }
    live.settle(at(100_000), &mut keep);
    words
}

#[test]
fn what_was_added_to_a_settled_finding_and_is_refuted_does_not_have_the_last_word() {
    let entered = |second, address| Ok((second, 1, address, true));
    let arrivals = [entered(160, 0), entered(220, 1), Err(413), entered(567, 0), entered(509, 0)];
    assert_eq!(
        words("new_address", &arrivals),
        [
            "Provisional 220..220 1",
            "Settled 220..220 1",
            "Provisional 220..567 2",
            "Settled 220..220 1"
        ]
    );
}

#[test]
fn nothing_is_added_to_what_has_ended_because_it_came_out_of_order() {
    let refused = |second| Ok((second, 1, 1, false));
    let ahead = Ok((50, 2, 1, false));
    let arrivals = [ahead, refused(0), refused(1), refused(2), Err(65)];
    let again = [refused(105), refused(106), refused(107)];
    assert_eq!(
        words("three", &[&arrivals[..], &again].concat()),
        ["Provisional 0..2 1", "Settled 0..2 1", "Provisional 105..107 1", "Settled 105..107 1"]
    );
}

#[test]
fn what_comes_behind_the_watermark_is_late_and_settled_state_stays() {
    let detector = detector();
    let mut live =
        Live::new(&detector, &Settings::default(), Duration::from_secs(10), PENDING_BYTES);
    for (n, second) in [0, 1, 100, 2].into_iter().enumerate() {
        let row = detector.excerpts(&text(n, (second, 1, 1, false)));
        live.observe(&row, &mut |finding| assert_ne!(finding.rule.name, "three"));
    }
    assert_eq!(live.settled().counts().late, 1);
}
