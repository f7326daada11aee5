use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use serde_json::Value;

use super::{Crowd, Size};
use lab::record::render::KeyOrder;

const SMALL: Size = Size { events: 5_000, users: 500, days: 2 };

fn text(size: Size, seed: u64, order: KeyOrder) -> String {
    let mut text = String::new();
    Crowd::new(size, seed, order).read_to_string(&mut text).unwrap();
    text
}

fn events(size: Size) -> Vec<Value> {
    let text = text(size, 1, KeyOrder::Api);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_seed_decides_every_byte() {
    let [one, again] = [(); 2].map(|()| text(SMALL, 1, KeyOrder::Api));
    assert!(one == again, "two runs differ");
    assert!(one != text(SMALL, 2, KeyOrder::Api), "the seed is not used");
}

#[test]
fn no_gap_is_left_open() {
    for order in [KeyOrder::Api, KeyOrder::Shuffled] {
        let text = text(SMALL, 1, order);
        let line = text.lines().find(|line| line.contains("@@"));
        assert_eq!(line, None);
    }
}

#[test]
fn there_are_as_many_events_as_asked_for_all_different_and_of_known_types() {
    let events = events(SMALL);
    assert_eq!(events.len(), 5_000);
    let ids: BTreeSet<&str> = events.iter().map(|event| event["uuid"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5_000);
    for event in &events {
        let event_type = event["eventType"].as_str().unwrap();
        assert!(catalog::okta_event_type(event_type).is_some(), "{event_type}");
    }
}

#[test]
fn lines_have_the_length_of_busy_tenants() {
    let text = text(SMALL, 1, KeyOrder::Api);
    let lengths: Vec<usize> = text.lines().map(str::len).collect();
    let mean = lengths.iter().sum::<usize>() / lengths.len();
    assert!((2_100..2_450).contains(&mean), "{mean} bytes on the average");
    assert!(lengths.iter().all(|length| (1_800..2_800).contains(length)));
}

#[test]
fn times_are_in_order_but_for_some_seconds_and_span_the_days() {
    let events = events(SMALL);
    let times: Vec<&str> =
        events.iter().map(|event| event["published"].as_str().unwrap()).collect();
    assert!(!times.is_sorted(), "no disorder");
    let n_late = times.windows(2).filter(|pair| pair[0] > pair[1]).count();
    assert!(n_late * 10 < times.len(), "{n_late} are late");
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    assert!(first.starts_with("2026-11-02"), "{first}");
    assert!(["2026-11-03", "2026-11-04"].iter().any(|day| last.starts_with(day)), "{last}");
}

#[test]
fn people_keep_their_machines_and_a_session_its_network() {
    let mut hashes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut networks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut users = BTreeSet::new();
    for event in events(Size { events: 8_000, users: 150, days: 3 }) {
        let user = event["actor"]["alternateId"].as_str().unwrap().to_owned();
        let session = event["authenticationContext"]["externalSessionId"].as_str().unwrap();
        if event["securityContext"]["isProxy"] == true || event["actor"]["type"] != "User" {
            continue;
        }
        if let Some(hash) = event["debugContext"]["debugData"]["dtHash"].as_str() {
            hashes.entry(user.clone()).or_default().insert(hash.to_owned());
        }
        if session != "unknown" {
            let network = event["securityContext"]["asNumber"].to_string();
            networks.entry(session.to_owned()).or_default().insert(network);
        }
        users.insert(user);
    }
    assert!(users.len() > 140, "only {} people", users.len());
    assert!(hashes.values().all(|of_user| of_user.len() == 1));
    assert!(networks.values().all(|of_session| of_session.len() == 1));
}

#[test]
fn the_mix_does_not_depend_on_how_many_people_there_are() {
    let share = |users| {
        let events = events(Size { events: 8_000, users, days: 1 });
        let of_kind = events.iter().filter(|event| event["eventType"] == "user.session.start");
        of_kind.count() * 1_000 / events.len()
    };
    assert!(share(100).abs_diff(share(10_000)) < 8, "{} and {}", share(100), share(10_000));
}
