//! What is written is read back as it was.

use std::sync::Arc;

use jiff::Timestamp;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::{credential, in_history, json, leak, occurrence, rule};
use crate::{
    Address, BlastRadius, Claims, Companion, Credential, End, Evidence, Exposure, Finding,
    Fingerprint, History, Kind, Level, Occurrence, Place, Position, Recording, Rule, Shown, State,
    Subject, Token, Use, Verification,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,12}", "[a-z…]{0,3}", Just("… 3 more".to_owned()), "\\PC{190,230}"]
}

/// To the millisecond, as findings tell time.
fn time() -> impl Strategy<Value = Timestamp> {
    (-9_000_000_000_000i64..9_000_000_000_000)
        .prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

fn subject() -> impl Strategy<Value = Subject> {
    let known = || option::of(text());
    let all = (known(), known(), known(), known(), known(), known(), known(), known());
    all.prop_map(|(user, user_id, target, ip, session, token, client, device)| Subject {
        user,
        user_id,
        target,
        ip,
        session,
        token,
        client,
        device,
    })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    vec((prop_oneof!["[a-c]", "[a-z…]{0,3}"], text()), 0..80).prop_map(|added| {
        let mut evidence = Evidence::default();
        for (field, value) in added {
            evidence.add(&field, &value);
        }
        evidence
    })
}

fn place() -> impl Strategy<Value = Place> {
    let position =
        prop_oneof![any::<u64>().prop_map(Position::Line), any::<u64>().prop_map(Position::Offset)];
    let end = (any::<u64>(), any::<u64>()).prop_map(|(line, column)| End { line, column });
    let recording = (option::of(any::<u64>()), text()).prop_map(|(entry, url)| {
        let recording = Recording { entry, url, ..Recording::default() };
        (recording != Recording::default()).then(|| Box::new(recording))
    });
    let rest = (option::of(any::<u64>()), option::of(end), history(), recording);
    (text(), position, rest).prop_map(|(path, position, (column, end, history, recording))| Place {
        path,
        position,
        column,
        end,
        history,
        recording,
    })
}

fn history() -> impl Strategy<Value = Option<Box<History>>> {
    let in_commit =
        (option::of(time()), text(), any::<bool>()).prop_map(|(last_seen, on, current)| {
            let known = in_history(1).history.map(|history| *history).unwrap();
            Some(Box::new(History { last_seen, on, current, ..known }))
        });
    let outside =
        text().prop_map(|repository| Some(Box::new(History { repository, ..History::default() })));
    prop_oneof![Just(None), in_commit, outside]
}

/// What asking about a credential may have shown.
fn shown() -> impl Strategy<Value = Credential> {
    let verification =
        (option::of(time()), option::of(text()), text()).prop_map(|(at, host, why)| {
            let (mode, status) = ("live".to_owned(), "dead".to_owned());
            Verification { mode, status, at, host, why }
        });
    let token = (option::of(text()), option::of(time()), any::<bool>())
        .prop_map(|(name, created, certain)| Token { name, created, certain, ..Token::default() });
    let radius = (vec(text(), 0..3), option::of(any::<u64>())).prop_map(|(allows, operations)| {
        BlastRadius { allows, operations, ..BlastRadius::default() }
    });
    let tokens = vec(token, 0..3).prop_map(|mut tokens| (tokens.pop(), tokens));
    let all = (option::of(verification), tokens, option::of(radius), option::of(exposure()));
    all.prop_map(|(verification, (token, candidates), blast_radius, exposure)| Credential {
        verification,
        token,
        candidates,
        blast_radius,
        exposure,
        ..credential()
    })
}

fn exposure() -> impl Strategy<Value = Exposure> {
    let address = (text(), option::of(text()), option::of(any::<bool>()), time(), any::<u64>());
    let address = address.prop_map(|(ip, network, new_network, first, events)| Address {
        ip,
        network,
        new_network,
        first,
        last: first,
        events,
        writes: 0,
    });
    let first = (time(), text()).prop_map(|(time, ip)| {
        let (kind, id) = ("app.oauth2.token.grant".to_owned(), String::new());
        Use { time, kind, ip, id }
    });
    let counts = (any::<u64>(), any::<u64>(), any::<bool>());
    let lists = (vec(address, 0..3), btree_map(text(), any::<u64>(), 0..3), option::of(first));
    (time(), option::of(time()), counts, lists).prop_map(|(since, last, counts, lists)| {
        let ((events, addresses_beyond, complete), (addresses, types, first_foreign)) =
            (counts, lists);
        let (begins, why, writes, known_addresses) = ("then".into(), String::new(), 0, 1);
        Exposure {
            since,
            begins,
            events,
            writes,
            last,
            types,
            known_addresses,
            addresses,
            addresses_beyond,
            first_foreign,
            complete,
            why,
        }
    })
}

fn held() -> impl Strategy<Value = Option<Box<Credential>>> {
    let claims = (option::of(text()), vec(text(), 0..3), option::of(time())).prop_map(
        |(issuer, scopes, expires)| Claims { issuer, scopes, expires, ..Claims::default() },
    );
    let parts =
        (vec(text(), 0..3), option::of(time()), option::of(any::<bool>()), option::of(claims));
    let found = (parts, text(), shown()).prop_map(|(parts, life, known)| {
        let (layers, expires, valid_at_capture, claims) = parts;
        let companion =
            Companion { what: "client_id".into(), value: life.clone(), why: String::new() };
        let companions = if life.is_empty() { vec![] } else { vec![companion] };
        Some(Box::new(Credential {
            layers,
            expires,
            valid_at_capture,
            life,
            companions,
            claims,
            ..known
        }))
    });
    prop_oneof![Just(None), found]
}

fn named() -> impl Strategy<Value = Rule> {
    (text(), text(), option::of(text()), vec(text(), 0..3)).prop_map(
        |(id, title, status, attack)| Rule { id, name: "n".into(), title, status, attack },
    )
}

/// What of a finding is a word or a number.
fn standing() -> impl Strategy<Value = (Kind, State, Level, u32, u64, bool)> {
    let kinds = [Kind::Detection, Kind::Leak, Kind::Privilege, Kind::Posture];
    let states = [State::Provisional, State::Settled, State::Withdrawn];
    (
        prop::sample::select(kinds.to_vec()),
        prop::sample::select(states.to_vec()),
        prop::sample::select(Level::ALL.to_vec()),
        any::<u32>(),
        any::<u64>(),
        any::<bool>(),
    )
}

fn finding() -> impl Strategy<Value = Finding> {
    let what = (named(), subject(), evidence(), option::of(place()), held());
    let when = (option::of(time()), option::of(time()), vec(text(), 0..4), option::of(text()));
    (standing(), what, when).prop_map(|(standing, what, (time, last, replaced, tenant))| {
        let (kind, state, level, revision, event_count, late) = standing;
        let (rule, subject, evidence, place, credential) = what;
        let event = Occurrence { time, tenant, subject, evidence, place, ..occurrence() };
        let replaces = replaced.iter().map(|id| Fingerprint::of_finding("r", "", id)).collect();
        let known = Finding::of_event(Arc::new(rule), level, event);
        Finding { kind, state, revision, replaces, last, event_count, late, credential, ..known }
    })
}

proptest! {
    #[test]
    fn a_finding_is_read_as_it_was_written(finding in finding()) {
        let written = json(&finding);
        let read: Finding = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(json(&read), written);
        prop_assert_eq!(read, finding);
    }
}

#[test]
fn times_are_read_to_the_millisecond() {
    let exact = "2026-11-22T10:00:00.1239Z".parse().ok();
    let event = Occurrence { time: exact, ..occurrence() };
    let written = json(&Finding::of_event(rule(), Level::Low, event));
    let read: Finding = serde_json::from_str(&written).unwrap();
    assert_eq!(read.time.unwrap().to_string(), "2026-11-22T10:00:00.123Z");
    assert_eq!(json(&read), written);
}

#[test]
fn a_value_that_was_shown_is_not_read_back() {
    let shown = Credential { secret: Some(Shown::new("hunter2hunter2")), ..credential() };
    let read: Finding = serde_json::from_str(&json(&leak(shown, in_history(1)))).unwrap();
    assert_eq!(read.credential.as_deref(), Some(&credential()));
}

/// What does not read as a finding, with what serde says of it.
#[track_caller]
fn check_refused(from: &str, to: &str, expected: &str) {
    let written = json(&Finding::of_event(rule(), Level::Low, occurrence()));
    let changed = written.replacen(from, to, 1);
    assert_ne!(changed, written);
    let error = serde_json::from_str::<Finding>(&changed).unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn another_shape_is_refused() {
    check_refused("keyward.finding/1", "keyward.finding/2", "no `keyward.finding/1`");
    check_refused("8304da9a", "8304DA9A", "no 32 lower-case hex digits");
    check_refused("\"low\"", "\"severe\"", "unknown variant `severe`");
    check_refused("\"revision\"", "\"version\"", "missing field `revision`");
}
