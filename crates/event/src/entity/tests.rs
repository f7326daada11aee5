//! What events of each product and envelope tell about who, whom, where and when.

use std::fmt::Write as _;

use catalog::Role;

use super::Entity;
use crate::{End, Event, Form, Framer, Place, Rejected, Sink};

struct Show(String);

impl Sink for Show {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        let out = &mut self.0;
        let mut line = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = writeln!(out, "{name}: {value}");
            }
        };
        line("id", event.id());
        line("kind", event.kind());
        line("time", event.time().map(|time| time.to_string()));
        line("actor", event.actor().map(show));
        for target in event.targets() {
            line("target", Some(show(target)));
        }
        line("outcome", event.outcome().map(|outcome| outcome.name().to_owned()));
        line("ip", event.ip());
        line("session", event.session());
        line("token", event.token());
        line("client", event.client());
        line("device", event.device());
        line("tenant", event.tenant());
    }

    fn rejected(&mut self, rejected: Rejected) {
        let _ = writeln!(self.0, "rejected: {}", rejected.why);
    }
}

fn show(entity: Entity) -> String {
    let part = |part: Option<String>| part.unwrap_or("-".into());
    let Entity { id, kind, name, display } = entity;
    format!("{} | {} | {} | {}", part(id), part(kind), part(name), part(display))
}

fn check(input: &str, expected: &str) {
    let mut show = Show(String::new());
    Framer::new(Form::recognize(input.as_bytes())).feed(input.as_bytes(), End::Here, &mut show);
    assert_eq!(show.0.trim_end(), expected.trim(), "{input}");
}

#[test]
fn okta_events_tell() {
    check(
        r#"{"uuid":"7f0e","eventType":"user.session.start","published":"2026-11-22T10:20:30.123Z",
        "actor":{"id":"00u1","type":"User","alternateId":"ada@example.com","displayName":"Ada"},
        "client":{"id":"0oa1","ipAddress":"192.0.2.7"},"device":{"id":"guo1"},
        "authenticationContext":{"externalSessionId":"102a"},
        "transaction":{"detail":{"requestApiTokenId":"00T1"}},"outcome":{"result":"CHALLENGE"},
        "target":[{"id":"00u2","type":"User","alternateId":"bob@example.com","displayName":null},
                  {"id":"unknown","type":"AppInstance"}, {"id":null}]}"#,
        "
id: 7f0e
kind: user.session.start
time: 2026-11-22T10:20:30.123Z
actor: 00u1 | User | ada@example.com | Ada
target: 00u2 | User | bob@example.com | -
target: - | AppInstance | - | -
outcome: CHALLENGE
ip: 192.0.2.7
session: 102a
token: 00T1
client: 0oa1
device: guo1",
    );
}

#[test]
fn what_is_null_empty_or_called_unknown_is_none() {
    check(
        r#"{"uuid":"1","eventType":"a.b","published":null,"actor":{"id":"unknown","type":null},
        "client":{"id":"","ipAddress":null},"request":{"ipChain":[{"ip":"198.51.100.1"},{"ip":"192.0.2.1"}]},
        "authenticationContext":{"externalSessionId":"Unknown"},"target":null,"outcome":{"result":"DENY"}}"#,
        "
id: 1
kind: a.b
outcome: failure
ip: 198.51.100.1",
    );
}

#[test]
fn auth0_events_tell_bare_and_wrapped() {
    let data = r#"{"type":"sapi","date":"2026-11-22T10:20:30.123Z","log_id":"900a",
        "ip":"192.0.2.7","client_id":"c1","tenant_name":"acme","user_id":"auth0|0",
        "details":{"session_id":"s1","request":{"path":"/api/v2/users/auth0%7C9/roles?page=1","auth":
        {"user":{"user_id":"auth0|1","email":"ada@example.com","name":"Ada"},"credentials":{"jti":"j1"}}}}}"#;
    let expected = "
id: 900a
kind: sapi
time: 2026-11-22T10:20:30.123Z
actor: auth0|1 | - | ada@example.com | Ada
target: auth0|9 | users | - | -
outcome: success
ip: 192.0.2.7
session: s1
token: j1
client: c1
tenant: acme";
    check(data, expected);
    check(&format!(r#"{{"log_id":"900a","data":{data}}}"#), expected);
}

#[test]
fn auth0_codes_tell_the_outcome() {
    let event = |code: &str| format!(r#"{{"log_id":"1","data":{{"type":"{code}"}}}}"#);
    check(&event("fp"), "id: 1\nkind: fp\noutcome: failure");
    check(&event("pwd_leak"), "id: 1\nkind: pwd_leak\noutcome: warning");
    check(&event("gd_start_auth"), "id: 1\nkind: gd_start_auth");
    check(&event("nobody_knows"), "id: 1\nkind: nobody_knows");
}

#[test]
fn envelopes_name_the_tenant() {
    let bridge = |source: &str, detail: &str| {
        format!(r#"{{"detail-type":"x","source":"{source}","detail":{detail}}}"#)
    };
    let okta = r#"{"uuid":"1","eventType":"a.b"}"#;
    let auth0 = r#"{"log_id":"1","data":{"type":"x"}}"#;
    check(&bridge("aws.partner/okta.com/acme/logs", okta), "id: 1\nkind: a.b\ntenant: acme");
    check(
        &bridge(
            "aws.partner/auth0.com/acme-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f/auth0.logs",
            auth0,
        ),
        "id: 1\nkind: x\ntenant: acme",
    );
    check(
        &bridge("aws.partner/auth0.com/acme-eu/auth0.logs", auth0),
        "id: 1\nkind: x\ntenant: acme-eu",
    );
    check(&bridge("aws.partner/okta.com//logs", okta), "id: 1\nkind: a.b");
    check(&bridge("aws.s3", okta), "id: 1\nkind: a.b");
    check(
        &format!(
            r#"{{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0",
            "source":"https://acme.okta.com/api/v1/eventHooks/who1","data":{{"events":[{okta}]}}}}"#
        ),
        "id: 1\nkind: a.b\ntenant: acme.okta.com",
    );
}

#[test]
fn events_of_unknown_product_tell_only_their_time() {
    check(
        r#"{"eventTime":"2026-11-22T10:20:30Z","actor":{"id":"1"},"source":"https://acme.okta.com"}"#,
        "time: 2026-11-22T10:20:30Z",
    );
    check(r#"{"@timestamp":1795342830123}"#, "time: 2026-11-22T10:20:30.123Z");
    check(r#"{"published":"long ago","time":"1795342830"}"#, "time: 2026-11-22T10:20:30Z");
    check(r#"{"actor":{"id":"1"}}"#, "");
}

#[test]
fn every_role_in_the_catalog_has_its_places() {
    for &role in Role::ALL {
        for product in catalog::Product::ALL {
            let places = super::place::Places::usual(product, role).map(|places| places.known);
            assert_eq!(places, catalog::entity_paths(product, role), "{}", role.name());
        }
    }
}
