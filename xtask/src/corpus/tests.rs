use std::collections::BTreeMap;

use serde_json::Value;

use super::{KeyOrder, write_corpus};

const N: usize = 4_000;

fn corpus(seed: u64, order: KeyOrder) -> String {
    let mut out = Vec::new();
    write_corpus(&mut out, N, seed, order).unwrap();
    String::from_utf8(out).unwrap()
}

fn events(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_seed_decides_every_byte() {
    assert!(corpus(1, KeyOrder::Api) == corpus(1, KeyOrder::Api), "two runs differ");
    assert!(corpus(1, KeyOrder::Api) != corpus(2, KeyOrder::Api), "the seed is not used");
}

#[test]
fn the_order_of_keys_changes_nothing_else() {
    let [api, shuffled] = [KeyOrder::Api, KeyOrder::Shuffled].map(|order| corpus(1, order));
    assert!(api != shuffled, "nothing was shuffled");
    assert!(events(&api) == events(&shuffled), "the events differ");
}

#[test]
fn lines_have_the_length_and_the_shape_of_busy_tenants() {
    let lines = corpus(3, KeyOrder::Api);
    let mut places = Vec::new();
    for line in lines.lines() {
        assert!((2_000..=2_500).contains(&line.len()), "{} bytes: {line}", line.len());
        places.push(line.find(r#""eventType""#).unwrap() * 100 / line.len());
        assert!(line.starts_with(r#"{"actor":{"#), "{line}");
    }
    let mean = places.iter().sum::<usize>() / places.len();
    assert!((30..=40).contains(&mean), "eventType stands at {mean} % of the line");
}

#[test]
fn events_come_in_time_order_and_are_all_different() {
    let events = events(&corpus(4, KeyOrder::Api));
    let times: Vec<&str> =
        events.iter().map(|event| event["published"].as_str().unwrap()).collect();
    assert!(times.is_sorted());
    let mut ids: Vec<&str> = events.iter().map(|event| event["uuid"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), N);
}

#[test]
fn the_mix_is_that_of_a_tenant_at_work() {
    let mut per_thousand: BTreeMap<String, usize> = BTreeMap::new();
    for event in events(&corpus(5, KeyOrder::Api)) {
        *per_thousand.entry(event["eventType"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let share = |prefix: &str| {
        let of_kind = per_thousand.iter().filter(|(kind, _)| kind.starts_with(prefix));
        of_kind.map(|(_, n)| n * 1_000 / N).sum::<usize>()
    };
    assert!((150..300).contains(&share("policy.evaluate_sign_on")));
    assert!((80..200).contains(&share("user.authentication.auth_via_mfa")));
    assert!((100..250).contains(&share("user.authentication.sso")));
    assert!((150..320).contains(&share("app.oauth2.")));
    assert!((20..80).contains(&share("user.session.start")));
    assert!(per_thousand.len() > 110, "only {} event types", per_thousand.len());
}

#[test]
fn every_event_type_is_one_that_okta_has() {
    for event in events(&corpus(7, KeyOrder::Api)) {
        let event_type = event["eventType"].as_str().unwrap();
        assert!(catalog::okta_event_type(event_type).is_some(), "{event_type}");
    }
}

#[test]
fn every_address_is_one_kept_for_documentation() {
    let kept = ["192.0.2.", "198.51.100.", "203.0.113."];
    for event in events(&corpus(6, KeyOrder::Api)) {
        let ip = event["client"]["ipAddress"].as_str().unwrap();
        assert!(kept.iter().any(|prefix| ip.starts_with(prefix)), "{ip}");
    }
}
