//! Shapes as snapshots, identities as properties.

mod reading;

use std::sync::Arc;

use insta::assert_snapshot;
use proptest::prelude::*;

use crate::{
    Belonging, Claims, Commit, Credential, Discovery, Disparity, End, Evidence, Finding,
    Fingerprint, History, Level, Occurrence, Place, Position, Rule, Shown, Subject, TEXT_MAX,
    event_id, rfc3339,
};

fn rule() -> Arc<Rule> {
    Arc::new(Rule {
        id: "6f3c2f0a-6a0f-4f6e-9f0b-2d7a3f1c9b55".into(),
        name: "okta_api_token_created".into(),
        title: "Okta API Token Created".into(),
        status: Some("test".into()),
        attack: vec!["T1098.001".into()],
    })
}

fn occurrence() -> Occurrence {
    let mut evidence = Evidence::default();
    evidence.add("outcome.result", "SUCCESS");
    evidence.add("eventType", "system.api_token.create");
    Occurrence {
        event_id: "b7c1d1d0-0f1d-4c4e-8a57-3a6f6a8f0a11".into(),
        time: Some("2026-11-20T08:15:30.5Z".parse().unwrap()),
        provider: Some("okta".into()),
        tenant: None,
        subject: Subject {
            user: Some("mallory@example.com".into()),
            ip: Some("203.0.113.7".into()),
            ..Subject::default()
        },
        evidence,
        place: Some(Place::new("logs/a.jsonl", Position::Line(3))),
    }
}

fn json(finding: &Finding) -> String {
    serde_json::to_string_pretty(finding).unwrap()
}

#[test]
fn a_finding_has_the_documented_shape() {
    assert_snapshot!(json(&Finding::of_event(rule(), Level::Medium, occurrence())), @r#"
    {
      "schema": "keyward.finding/1",
      "id": "8304da9a6b02fbcdba1c2fdf13c44007",
      "kind": "detection",
      "level": "medium",
      "rule": {
        "id": "6f3c2f0a-6a0f-4f6e-9f0b-2d7a3f1c9b55",
        "name": "okta_api_token_created",
        "title": "Okta API Token Created",
        "status": "test",
        "attack": [
          "T1098.001"
        ]
      },
      "time": "2026-11-20T08:15:30.500Z",
      "provider": "okta",
      "tenant": null,
      "subject": {
        "user": "mallory@example.com",
        "ip": "203.0.113.7"
      },
      "state": "settled",
      "revision": 1,
      "replaces": [],
      "case": "2fe53daad03f9f82c55e86ec79024420",
      "first": "2026-11-20T08:15:30.500Z",
      "last": "2026-11-20T08:15:30.500Z",
      "event_count": 1,
      "events": [
        "b7c1d1d0-0f1d-4c4e-8a57-3a6f6a8f0a11"
      ],
      "evidence": {
        "eventType": [
          "system.api_token.create"
        ],
        "outcome.result": [
          "SUCCESS"
        ]
      },
      "late": false,
      "place": {
        "path": "logs/a.jsonl",
        "line": 3
      }
    }
    "#);
}

#[test]
fn what_is_unknown_is_null_or_left_out() {
    let event = Occurrence { event_id: "e".into(), ..Occurrence::default() };
    assert_snapshot!(json(&Finding::of_event(Arc::default(), Level::Low, event)), @r#"
    {
      "schema": "keyward.finding/1",
      "id": "c6a24ed80687d418c48cd8b3c4e310ee",
      "kind": "detection",
      "level": "low",
      "rule": {
        "id": "",
        "name": "",
        "title": "",
        "status": null,
        "attack": []
      },
      "time": null,
      "provider": null,
      "tenant": null,
      "subject": {},
      "state": "settled",
      "revision": 1,
      "replaces": [],
      "case": "dd5c0c8787448c5e2f8d9d7406960977",
      "first": null,
      "last": null,
      "event_count": 1,
      "events": [
        "e"
      ],
      "evidence": {},
      "late": false
    }
    "#);
}

#[test]
fn levels_are_ordered_and_read_in_any_case() {
    assert!(Level::ALL.is_sorted());
    for level in Level::ALL {
        assert_eq!(level.name().to_uppercase().parse(), Ok(level));
    }
    let unknown = "severe".parse::<Level>().unwrap_err();
    assert_snapshot!(unknown, @"unknown level `severe`, expected one of informational, low, medium, high, critical");
}

#[test]
fn evidence_is_bounded_and_says_what_it_left_out() {
    let mut evidence = Evidence::default();
    for n in 0..11 {
        evidence.add("target.displayName", &format!("app {n}"));
        evidence.add("outcome.result", "SUCCESS");
    }
    evidence.add("url", &"ä".repeat(TEXT_MAX + 1));
    for n in 0..40 {
        evidence.add(&format!("z{n:02}"), "");
    }
    let shown: Vec<_> = evidence.iter().filter(|(field, _)| !field.starts_with('z')).collect();
    assert_snapshot!(format!("{shown:#?}").replace(&"ä".repeat(TEXT_MAX), "<200 ä>"), @r#"
    [
        (
            "outcome.result",
            [
                "SUCCESS",
            ],
        ),
        (
            "target.displayName",
            [
                "app 0",
                "app 1",
                "app 2",
                "app 3",
                "app 4",
                "app 5",
                "app 6",
                "app 7",
                "… 3 more",
            ],
        ),
        (
            "url",
            [
                "<200 ä>… (402 bytes)",
            ],
        ),
        (
            "…",
            [
                "… 11 more",
            ],
        ),
    ]
    "#);
}

#[test]
fn a_value_of_exactly_the_limit_is_whole() {
    let mut evidence = Evidence::default();
    let whole = "x".repeat(TEXT_MAX);
    evidence.add("f", &whole);
    assert_eq!(evidence.iter().collect::<Vec<_>>(), [("f", vec![whole])]);
}

#[test]
fn an_event_without_an_id_is_named_by_its_bytes() {
    assert_snapshot!(event_id(br#"{"a":1}"#), @"sha256:8be55422914e4554cb2a23e49cfeaa2c");
    assert_eq!(event_id(b" {\"a\":1}\r\n"), event_id(br#"{"a":1}"#));
    assert_ne!(event_id(br#"{"a": 1}"#), event_id(br#"{"a":1}"#));
}

#[test]
fn a_case_is_the_strongest_identity_whatever_its_letter_case() {
    let case = |subject| {
        let event = Occurrence { event_id: "e".into(), subject, ..Occurrence::default() };
        Finding::of_event(rule(), Level::Low, event).case
    };
    let user = |name: &str, ip: &str| Subject {
        user: Some(name.into()),
        ip: Some(ip.into()),
        ..Subject::default()
    };
    assert_eq!(case(user("A@example.com", "192.0.2.1")), case(user("a@example.com", "192.0.2.2")));
    assert_ne!(case(user("a", "192.0.2.1")), case(user("b", "192.0.2.1")));
    let client = Subject { client: Some("a".into()), ..Subject::default() };
    assert_ne!(case(client), case(user("a", "192.0.2.1")));
}

#[test]
fn times_are_utc_with_milliseconds() {
    assert_eq!(
        rfc3339("2026-11-22T10:00:00.1234+01:00".parse().unwrap()),
        "2026-11-22T09:00:00.123Z"
    );
}

proptest! {
    #[test]
    fn an_id_depends_on_rule_group_and_event_alone(
        a in ("[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"),
        b in ("[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"),
    ) {
        let id = |(rule, group, event): &(String, String, String)| Fingerprint::of_finding(rule, group, event);
        prop_assert_eq!(a == b, id(&a) == id(&b));
        prop_assert!(id(&a).as_str().len() == 32);
    }

    #[test]
    fn an_id_knows_nothing_of_tenant_file_time_or_title(
        tenant in proptest::option::of(".*"),
        path in ".*",
        line in 0u64..9,
        second in 0i64..4_000_000_000,
        title in ".*",
    ) {
        let known = Finding::of_event(rule(), Level::Low, occurrence());
        let rule = Arc::new(Rule { title, ..Rule::clone(&rule()) });
        let place = Some(Place::new(path, Position::Line(line)));
        let time = jiff::Timestamp::from_second(second).ok();
        let event = Occurrence { time, tenant, place, ..occurrence() };
        prop_assert_eq!(Finding::of_event(rule, Level::High, event).id, known.id);
    }
}

#[test]
fn megabytes_in_the_place_of_a_name_are_cut() {
    let long = "x".repeat(10 << 20);
    let subject = Subject { user: Some(long.clone()), ..Subject::default() };
    let tenant = Some(long.clone());
    let event = Occurrence { event_id: long, subject, tenant, ..occurrence() };
    let finding = Finding::of_event(rule(), Level::Medium, event);
    let cut = format!("{}… (10485760 bytes)", "x".repeat(TEXT_MAX));
    assert_eq!(finding.subject.user.as_ref(), Some(&cut));
    assert_eq!(finding.tenant.as_ref(), Some(&cut));
    assert_eq!(finding.events, [cut]);
}

fn credential() -> Credential {
    Credential {
        kind: "okta_api_token".into(),
        fingerprint: "5f1c".repeat(8),
        mask: "00ab…MN".into(),
        length: 42,
        confidence: "certain".into(),
        why: vec!["header `Authorization: SSWS`".into()],
        tenant: Some(Belonging {
            host: "acme.okta.com".into(),
            nearness: "block".into(),
            why: "in the same line".into(),
        }),
        validity: "unknown".into(),
        ..Credential::default()
    }
}

fn leak(credential: Credential, place: Place) -> Finding {
    let discovery = Discovery {
        credential,
        place,
        time: None,
        provider: Some("okta".into()),
        subject: Subject::default(),
        count: 1,
    };
    let rule = Rule { id: "okta_api_token".into(), ..Rule::default() };
    Finding::of_leak(Arc::new(rule), Level::Critical, discovery)
}

fn in_history(line: u64) -> Place {
    let time = "2026-11-01T09:00:00Z".parse().ok();
    let commit = Commit { id: "c0ffee".into(), author: "Ada <ada@example.com>".into(), time };
    let history = History {
        repository: "app".into(),
        commit: Some(commit),
        first_seen: time,
        last_seen: None,
        object: "abad1dea".into(),
        holds: "blob".into(),
        on: "refs/heads/main".into(),
        current: true,
    };
    let at = Place::new("app/deploy.sh", Position::Line(line));
    let end = Some(End { line, column: 59 });
    Place { column: Some(17), end, history: Some(Box::new(history)), ..at }
}

#[test]
fn a_leak_has_the_documented_shape() {
    assert_snapshot!(json(&leak(credential(), in_history(3))), @r#"
    {
      "schema": "keyward.finding/1",
      "id": "605ed86733ef859f70e56d49ac7ad91a",
      "kind": "leak",
      "level": "critical",
      "rule": {
        "id": "okta_api_token",
        "name": "",
        "title": "",
        "status": null,
        "attack": []
      },
      "time": "2026-11-01T09:00:00.000Z",
      "provider": "okta",
      "tenant": "acme.okta.com",
      "subject": {},
      "state": "settled",
      "revision": 1,
      "replaces": [],
      "case": "c05613fc60019529bf68a4bc9fc08d9b",
      "first": "2026-11-01T09:00:00.000Z",
      "last": null,
      "event_count": 1,
      "events": [],
      "evidence": {},
      "late": false,
      "place": {
        "path": "app/deploy.sh",
        "line": 3,
        "column": 17,
        "end": {
          "line": 3,
          "column": 59
        },
        "repository": "app",
        "commit": {
          "id": "c0ffee",
          "author": "Ada <ada@example.com>",
          "time": "2026-11-01T09:00:00.000Z"
        },
        "first_seen": "2026-11-01T09:00:00.000Z",
        "object": "abad1dea",
        "holds": "blob",
        "on": "refs/heads/main",
        "current": true
      },
      "credential": {
        "type": "okta_api_token",
        "fingerprint": "5f1c5f1c5f1c5f1c5f1c5f1c5f1c5f1c",
        "mask": "00ab…MN",
        "length": 42,
        "confidence": "certain",
        "why": [
          "header `Authorization: SSWS`"
        ],
        "tenant": {
          "host": "acme.okta.com",
          "nearness": "block",
          "why": "in the same line"
        },
        "validity": "unknown"
      }
    }
    "#);
}

#[test]
fn a_leak_is_told_by_value_and_place() {
    let at = |path: &str, line, column| Place {
        column: Some(column),
        ..Place::new(path, Position::Line(line))
    };
    let one = leak(credential(), at("a", 1, 1));
    let other = Credential { fingerprint: "0".repeat(32), ..credential() };
    for place in [at("b", 1, 1), at("a", 2, 1), at("a", 1, 2)] {
        let moved = leak(credential(), place);
        assert!(moved.id != one.id && moved.case == one.case);
    }
    let changed = leak(other, at("a", 1, 1));
    assert!(changed.id != one.id && changed.case != one.case);
    assert_eq!(leak(credential(), in_history(3)).id, leak(credential(), in_history(9)).id);
}

#[test]
fn a_value_that_was_asked_for_is_in_json_alone() {
    let shown = Credential { secret: Some(Shown::new("hunter2hunter2")), ..credential() };
    let finding = leak(shown, in_history(1));
    assert!(json(&finding).contains("hunter2"));
    assert!(!format!("{finding:?}").contains("hunter2"));
}

#[test]
fn what_a_token_says_at_length_is_cut() {
    let claims = Claims {
        issuer: Some("x".repeat(10 << 20)),
        scopes: vec!["y".repeat(1 << 20); 60],
        ..Claims::default()
    };
    let cut = leak(Credential { claims: Some(claims), ..credential() }, in_history(1));
    let claims = cut.credential.unwrap().claims.unwrap();
    assert_eq!(claims.issuer.unwrap().chars().take_while(|c| *c == 'x').count(), TEXT_MAX);
    assert_eq!((claims.scopes.len(), claims.scopes[50].as_str()), (51, "… 10 more"));
}

fn disparity() -> Disparity {
    let mut evidence = Evidence::default();
    evidence.add("why", "no operation that is called takes it");
    Disparity {
        principal: "0oa1".into(),
        layer: "scope".into(),
        grant: "okta.apps.manage".into(),
        provider: Some("okta".into()),
        subject: Subject { client: Some("0oa1".into()), ..Subject::default() },
        evidence,
        place: Some(Place::new("grants.json", Position::Line(7))),
        count: 0,
        seen: None,
    }
}

#[test]
fn a_privilege_has_the_documented_shape() {
    let rule = Rule { id: "privilege.excess".into(), ..Rule::default() };
    assert_snapshot!(json(&Finding::of_privilege(Arc::new(rule), Level::High, disparity())), @r#"
    {
      "schema": "keyward.finding/1",
      "id": "7e2440391129d62e287ac5a34a28114d",
      "kind": "privilege",
      "level": "high",
      "rule": {
        "id": "privilege.excess",
        "name": "",
        "title": "",
        "status": null,
        "attack": []
      },
      "time": null,
      "provider": "okta",
      "tenant": null,
      "subject": {
        "client": "0oa1"
      },
      "state": "settled",
      "revision": 1,
      "replaces": [],
      "case": "c888ab40f9e155196b330f55ced79eec",
      "first": null,
      "last": null,
      "event_count": 0,
      "events": [],
      "evidence": {
        "why": [
          "no operation that is called takes it"
        ]
      },
      "late": false,
      "place": {
        "path": "grants.json",
        "line": 7
      }
    }
    "#);
}

#[test]
fn a_privilege_is_told_by_rule_principal_kind_and_name() {
    let finding = |id: &str, disparity| {
        Finding::of_privilege(
            Arc::new(Rule { id: id.into(), ..Rule::default() }),
            Level::Low,
            disparity,
        )
    };
    let one = finding("a", disparity());
    let moved = Disparity {
        place: None,
        count: 9,
        seen: None,
        evidence: Evidence::default(),
        ..disparity()
    };
    assert_eq!(finding("a", moved).id, one.id);
    let role = Disparity { layer: "role".into(), ..disparity() };
    let other = Disparity { grant: "okta.apps.read".into(), ..disparity() };
    for (id, changed) in [("a", role), ("a", other), ("b", disparity())] {
        let changed = finding(id, changed);
        assert!(changed.id != one.id && changed.case == one.case);
    }
    let somebody = Disparity { principal: "0oa2".into(), ..disparity() };
    assert_ne!(finding("a", somebody).case, one.case);
}
