use std::time::Duration;

use super::stage::stage;
use super::{Attack, FILES, attacks, script};
use crate::clock::{DAY, Millis, SECOND, midnight};
use crate::entry::{Entry, Product};
use crate::world::World;

const BEGIN: Millis = midnight(2026, 11, 20);

fn staged(attack: &Attack, seed: u64, within: Option<Duration>) -> Vec<Entry> {
    stage(attack, &World::new(seed, 30), BEGIN, within)
}

/// From the first event to the last.
fn takes(events: &[Entry]) -> Millis {
    let time = |entry: Option<&Entry>| entry.map_or(0, |entry| entry.time.as_millisecond());
    time(events.last()) - time(events.first())
}

/// A file that cannot be read would be left out without a word.
#[test]
fn every_file_is_read() {
    for (name, text) in FILES {
        if let Err(error) = script::read(text) {
            panic!("{name}: {error}");
        }
    }
    assert!(FILES.is_sorted());
    assert_eq!(attacks().len(), FILES.len());
}

#[test]
fn every_type_of_event_is_one_that_the_provider_has() {
    for attack in attacks() {
        for entry in staged(attack, 1, None) {
            let event: serde_json::Value = serde_json::from_str(&entry.json).unwrap();
            let of = |key: &str| event[key].as_str().unwrap_or_default();
            let is_known = match entry.product {
                Product::Okta => catalog::okta_event_type(of("eventType")).is_some(),
                _ => catalog::auth0_log_type(of("type")).is_some(),
            };
            assert!(is_known, "{}: {}", attack.name, entry.json);
            assert_eq!(entry.product, attack.provider, "{}", attack.name);
        }
    }
}

/// A word in angle brackets that nothing stands for would stay as it is.
#[test]
fn every_word_stands_for_something() {
    for attack in attacks() {
        for entry in staged(attack, 2, None) {
            assert!(!entry.json.contains('<'), "{}: {}", attack.name, entry.json);
        }
    }
}

#[test]
fn the_seed_decides_every_byte() {
    for attack in attacks() {
        assert!(staged(attack, 1, None) == staged(attack, 1, None), "{}", attack.name);
        assert!(staged(attack, 1, None) != staged(attack, 2, None), "{}", attack.name);
    }
}

/// However long it takes, the same happens in the same order.
#[test]
fn an_attack_takes_as_long_as_it_is_told() {
    for attack in attacks() {
        let own = staged(attack, 1, None);
        let slow = staged(attack, 1, Some(Duration::from_hours(72)));
        let fast = staged(attack, 1, Some(Duration::from_secs(1)));
        let within = (3 * DAY - DAY / 10)..(3 * DAY + 60 * SECOND);
        assert!(within.contains(&takes(&slow)), "{}: {}", attack.name, takes(&slow));
        assert!(takes(&fast) < takes(&own), "{}", attack.name);
        assert_eq!((own.len(), own.len()), (slow.len(), fast.len()), "{}", attack.name);
    }
}
