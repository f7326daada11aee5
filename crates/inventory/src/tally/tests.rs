//! What events tell of credentials, and that it does not matter in how many pieces they come.

use std::fmt::Write as _;

use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use serde_json::{Value, json};

use super::Tally;
use crate::{Provider, Snapshot, Use};

struct Desk<'t>(&'t mut Tally);

impl Sink for Desk<'_> {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        self.0.observe("acme", &event);
    }

    fn rejected(&mut self, rejected: Rejected) {
        unreachable!("{rejected:?}");
    }
}

fn tally(events: &[Value]) -> Tally {
    let mut tally = Tally::new();
    for event in events {
        let line = event.to_string();
        Framer::new(Form::recognize(line.as_bytes())).feed(
            line.as_bytes(),
            End::Here,
            &mut Desk(&mut tally),
        );
    }
    tally
}

const TOKEN: &str = "00T1aaaaaaaaaaaaaaaa";
const APP: &str = "0oa1aaaaaaaaaaaaaaaa";

fn okta(second: u32, kind: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut event = json!({
        "uuid": format!("u{second}"), "eventType": kind, "published": format!("2026-11-22T10:00:{second:02}Z"),
        "actor": {"id": "00u1", "type": "User", "alternateId": "ada@example.com"},
        "client": {"ipAddress": "192.0.2.7", "userAgent": {"rawUserAgent": "sync/1.0"}},
        "securityContext": {"asNumber": 64500, "asOrg": "example"}, "outcome": {"result": "SUCCESS"},
        "transaction": {"detail": {}}, "target": [],
    });
    change(&mut event);
    event
}

fn by_token(event: &mut Value) {
    event["transaction"]["detail"]["requestApiTokenId"] = json!(TOKEN);
}

fn auth0(second: u32, kind: &str, data: &Value) -> Value {
    let mut event = json!({"log_id": format!("l{second}"), "type": kind, "date": format!("2026-11-22T10:00:{second:02}.000Z")});
    event.as_object_mut().unwrap().extend(data.as_object().unwrap().clone());
    event
}

/// Everything that was counted, in a form that is read.
fn told(tally: &Tally) -> String {
    let mut out = String::new();
    let mut uses: Vec<(&String, &Use)> = tally.tenants["acme"].uses.iter().collect();
    uses.sort_by_key(|(id, _)| *id);
    for (id, used) in uses {
        let Use { count, writes, failures, .. } = used;
        writeln!(out, "{id}: {count} events, {writes} writes, {failures} failures").unwrap();
        let rolls = [
            ("address", &used.addresses),
            ("network", &used.networks),
            ("agent", &used.user_agents),
            ("type", &used.event_types),
            ("operation", &used.operations),
            ("target", &used.targets),
            ("scope", &used.scopes),
        ];
        for (name, roll) in rolls {
            for (value, seen) in roll.ranked() {
                writeln!(out, "  {name} {value} x{}", seen.count).unwrap();
            }
        }
        for change in &used.changes {
            let by = change.by.as_deref().unwrap_or("-");
            writeln!(out, "  {} by {by} from {}", change.what, change.ip.as_deref().unwrap_or("-"))
                .unwrap();
        }
    }
    out
}

#[track_caller]
fn check(events: &[Value], expected: &str) {
    assert_eq!(told(&tally(events)).trim_end(), expected.trim(), "{events:#?}");
}

#[test]
fn what_is_done_with_a_token_is_counted_as_its_use() {
    check(
        &[
            okta(1, "user.lifecycle.suspend", |event| {
                by_token(event);
                event["target"] =
                    json!([{"id": "00u2", "type": "User", "alternateId": "bob@example.com"}]);
            }),
            okta(2, "user.lifecycle.suspend", |event| {
                by_token(event);
                event["outcome"]["result"] = json!("FAILURE");
            }),
            okta(3, "user.session.start", |_| {}),
        ],
        "
00T1aaaaaaaaaaaaaaaa: 2 events, 1 writes, 1 failures
  address 192.0.2.7 x2
  network AS64500 example x2
  agent sync/1.0 x2
  type user.lifecycle.suspend x2
  target User bob@example.com x1",
    );
}

#[test]
fn what_happens_to_a_token_or_an_app_is_a_change_and_no_use() {
    let about = |id: &str, kind: &str| json!([{"id": id, "type": kind}]);
    check(
        &[
            okta(1, "system.api_token.create", |event| event["target"] = about(TOKEN, "Token")),
            okta(2, "system.api_token.revoke", |event| {
                event["target"] = about(TOKEN, "Token");
                event["outcome"]["result"] = json!("FAILURE");
            }),
            okta(3, "app.oauth2.client.privilege.grant", |event| {
                event["target"] = about(APP, "PublicClientApp");
            }),
            okta(4, "application.lifecycle.update", |event| {
                event["target"] = about("00g1", "Group");
            }),
        ],
        "
00T1aaaaaaaaaaaaaaaa: 0 events, 0 writes, 0 failures
  created by ada@example.com from 192.0.2.7
0oa1aaaaaaaaaaaaaaaa: 0 events, 0 writes, 0 failures
  role granted by ada@example.com from 192.0.2.7",
    );
}

#[test]
fn an_app_is_the_actor_of_what_it_does_itself() {
    check(
        &[okta(1, "app.oauth2.token.grant.access_token", |event| {
            event["actor"] =
                json!({"id": APP, "type": "PublicClientAppEntity", "displayName": "Sync"});
            event["debugContext"] =
                json!({"debugData": {"requestedScopes": "okta.users.read,okta.groups.read"}});
            event["target"] = json!([{"id": APP, "type": "PublicClientApp"}]);
        })],
        "
0oa1aaaaaaaaaaaaaaaa: 1 events, 0 writes, 0 failures
  address 192.0.2.7 x1
  network AS64500 example x1
  agent sync/1.0 x1
  type app.oauth2.token.grant.access_token x1
  scope okta.groups.read x1
  scope okta.users.read x1",
    );
}

#[test]
fn clients_of_auth0_are_counted_where_no_person_is_behind_them() {
    let request = |method: &str, path: &str| json!({"request": {"method": method, "path": path}});
    check(
        &[
            auth0(
                1,
                "seccft",
                &json!({"client_id": "c1", "scope": "read:users", "ip": "192.0.2.8"}),
            ),
            auth0(
                2,
                "sapi",
                &json!({"client_id": "c1", "details": request("patch", "/api/v2/users/auth0%7C1")}),
            ),
            auth0(3, "s", &json!({"client_id": "c2", "user_id": "auth0|1"})),
            auth0(
                4,
                "sapi",
                &json!({"client_id": "dash", "user_id": "auth0|9", "user_name": "ada@example.com",
                "ip": "198.51.100.7", "details": request("post", "/api/v2/clients/c1/rotate-secret")}),
            ),
        ],
        "
c1: 2 events, 1 writes, 0 failures
  address 192.0.2.8 x1
  type sapi x1
  type seccft x1
  operation patch_users_by_id x1
  target users auth0|1 x1
  scope read:users x1
  secret rotated by ada@example.com from 198.51.100.7",
    );
}

#[test]
fn pieces_in_any_order_merge_to_the_whole() {
    let events: Vec<Value> = (0..40)
        .map(|n| {
            okta(n, "user.lifecycle.suspend", |event| {
                by_token(event);
                event["client"]["ipAddress"] = json!(format!("192.0.2.{}", n % 5));
            })
        })
        .collect();
    let whole = tally(&events);
    for size in [1, 3, 7, 39] {
        let mut merged = Tally::new();
        for piece in events.chunks(size).rev() {
            merged.merge(tally(piece));
        }
        assert_eq!(merged, whole, "{size}");
    }
}

#[test]
fn memory_is_bounded_and_what_was_seen_last_stays() {
    let events: Vec<Value> = (0..59)
        .map(|n| {
            okta(n, "user.lifecycle.suspend", |event| {
                by_token(event);
                event["client"]["userAgent"]["rawUserAgent"] = json!(format!("agent{n}"));
            })
        })
        .collect();
    let agents = &tally(&events).tenants["acme"].uses[TOKEN].user_agents;
    assert_eq!((agents.len(), agents.n_dropped), (16, 43));
    assert!(agents.seen.contains_key("agent58") && !agents.seen.contains_key("agent0"));
}

#[test]
fn what_only_the_log_knows_has_a_card_and_says_so() {
    let mut tally = tally(&[okta(1, "user.lifecycle.suspend", by_token)]);
    let told = tally.tenants.remove("acme").unwrap();
    let mut snapshot = Snapshot::of_log("acme", told.coverage).unwrap();
    assert_eq!((snapshot.provider, snapshot.is_listed()), (Provider::Okta, false));
    snapshot.join(told.coverage, told.uses);
    let card = snapshot.card(TOKEN).unwrap();
    assert_eq!(card.gaps, ["known from the log alone"]);
    let back: Snapshot = serde_json::from_value(json!(snapshot)).unwrap();
    assert_eq!(back, snapshot);
}
