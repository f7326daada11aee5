//! What `entity.*` and `time.*` read from events of each product.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use super::{ENTITIES, Field, PARTS};
use crate::{End, Event, Form, Framer, Place, Rejected, Sink};

struct Show<'f>(&'f [&'f str], String);

impl Sink for Show<'_> {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        for name in self.0 {
            let field = Field::parse(name).unwrap();
            field.visit(&event, &mut |text| {
                let _ = writeln!(self.1, "{name}: {text}");
                ControlFlow::Continue(())
            });
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        let _ = writeln!(self.1, "rejected: {}", rejected.why);
    }
}

fn tell(input: &str, names: &[&str]) -> String {
    let mut show = Show(names, String::new());
    Framer::new(Form::recognize(input.as_bytes())).feed(input.as_bytes(), End::Here, &mut show);
    show.1
}

/// Compares all that is told of an event under `entity.` and `time.`.
fn check(input: &str, expected: &str) {
    let entities = ENTITIES.iter().map(|(name, _)| format!("entity.{name}"));
    let names: Vec<_> =
        entities.chain(PARTS.iter().map(|(name, _)| format!("time.{name}"))).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let told = tell(input, &names).replace("entity.", "");
    assert_eq!(told.trim_end(), expected.trim(), "{input}");
}

/// Compares one field.
fn check_one(input: &str, name: &str, expected: &str) {
    let expected =
        if expected.is_empty() { String::new() } else { format!("{name}: {expected}\n") };
    assert_eq!(tell(input, &[name]), expected, "{name} of {input}");
}

fn okta(actor: &str, target: &str) -> String {
    format!(r#"{{"uuid":"1","eventType":"a.b","actor":{actor},"target":{target}}}"#)
}

#[test]
fn okta_events_tell() {
    check(
        r#"{"uuid":"1","eventType":"application.user_membership.add","published":"2026-11-23T09:20:30.123Z",
        "actor":{"id":"00u1","type":"User","alternateId":"Ada@Example.com","displayName":"Ada"},
        "client":{"id":"0oa1","ipAddress":"192.0.2.7","userAgent":{"rawUserAgent":"curl","os":"Linux"},
        "geographicalContext":{"country":"France","city":"Lyon","geolocation":{"lat":45.7,"lon":4.8}}},
        "securityContext":{"asNumber":64500,"asOrg":"example"},"device":{"id":"guo1"},
        "authenticationContext":{"externalSessionId":"102a","rootSessionId":"idx1"},
        "transaction":{"detail":{"requestApiTokenId":"00T1"}},"outcome":{"result":"SUCCESS"},
        "target":[{"id":"0ua2","type":"AppUser","alternateId":"bob"},{"id":"0oa2","type":"AppInstance",
        "alternateId":"Wiki","displayName":"Wiki app"},{"id":"00u2","type":"User","alternateId":"Bob@example.com"}]}"#,
        "
user: ada@example.com
user_id: 00u1
target_user: bob@example.com
user_domain: example.com
target_user_id: 00u2
ip: 192.0.2.7
network: AS64500
asn: 64500
as_org: example
country: France
city: Lyon
latitude: 45.7
longitude: 4.8
os: Linux
user_agent: curl
session: 102a
root_session: idx1
token: 00T1
client: 0oa1
app: 0oa2
app_name: Wiki app
device: guo1
type: application.user_membership.add
outcome: success
provider: okta
time.hour: 9
time.weekday: mon
time.hour_of_week: mon-09",
    );
}

#[test]
fn what_is_missing_null_or_called_unknown_is_none() {
    check(
        r#"{"uuid":"1","eventType":"a.b","published":"long ago","actor":{"id":"unknown","alternateId":"unknown"},
        "client":{"id":"","ipAddress":null},"securityContext":{"asNumber":null},"target":null,"device":null,
        "authenticationContext":{"externalSessionId":"unknown"}}"#,
        "
type: a.b
provider: okta",
    );
    check(r#"{"a":1,"actor":{"id":"1"}}"#, "");
}

#[test]
fn users_are_known_by_login_and_else_by_id() {
    check_one(&okta(r#"{"id":"00U1","alternateId":"unknown"}"#, "[]"), "entity.user", "00U1");
    check_one(&okta(r#"{"id":"00u1","alternateId":"\u0041\u00c4"}"#, "[]"), "entity.user", "aä");
    check_one(&okta(r#"{"id":"00u1","alternateId":null}"#, "[]"), "entity.user_id", "00u1");
    check_one(&okta("null", "null"), "entity.user", "");
}

#[test]
fn the_user_acted_on_is_the_first_who_is_not_the_actor() {
    let check = |target: &str, name: &str, id: &str| {
        let event = okta(r#"{"id":"00u1","type":"User","alternateId":"ada@example.com"}"#, target);
        check_one(&event, "entity.target_user", name);
        check_one(&event, "entity.target_user_id", id);
    };
    let ada = r#"{"id":"00u1","type":"User","alternateId":"Ada@example.com"}"#;
    let bob = r#"{"id":"00u2","type":"User","alternateId":"bob@example.com"}"#;
    check(&format!("[{ada},{bob}]"), "bob@example.com", "00u2");
    check(&format!("[{bob},{ada}]"), "bob@example.com", "00u2");
    check(&format!("[{ada}]"), "ada@example.com", "00u1");
    check(ada, "ada@example.com", "00u1");
    check(r#"[{"id":"00u2","type":"User","alternateId":"unknown"}]"#, "00u2", "00u2");
    check(r#"[{"id":null,"type":"User"}]"#, "", "");
    check(r#"[{"id":"0ua9","type":"AppUser","alternateId":"Jay"}]"#, "jay", "0ua9");
    check(
        r#"[{"id":"0ua9","type":"AppUser","alternateId":"ADA@example.com"}]"#,
        "ada@example.com",
        "00u1",
    );
    let app_user = r#"{"id":"0ua9","type":"AppUser","alternateId":"jay"}"#;
    check(&format!("[{app_user},{ada}]"), "ada@example.com", "00u1");
    check(r#"[{"id":"0oa1","type":"AppInstance"}]"#, "", "");
}

#[test]
fn networks_are_systems_and_else_parts_of_addresses() {
    let event = |ip: &str, asn: &str| {
        format!(
            r#"{{"uuid":"1","eventType":"a.b","client":{{"ipAddress":"{ip}"}},"securityContext":{{"asNumber":{asn}}}}}"#
        )
    };
    let check = |ip: &str, asn: &str, expected: &str| {
        check_one(&event(ip, asn), "entity.network", expected);
    };
    check("192.0.2.7", "64500", "AS64500");
    check("192.0.2.7", "\"AS64500\"", "AS64500");
    check("192.0.2.7", "0", "192.0.2.0/24");
    check("192.0.2.7", "null", "192.0.2.0/24");
    check("192.0.2.7:443", "null", "192.0.2.0/24");
    check("2001:db8:1:2::3", "null", "2001:db8:1::/48");
    check("[2001:db8:1:2::3]:443", "null", "2001:db8:1::/48");
    check("::ffff:192.0.2.7", "null", "192.0.2.0/24");
    check("cloudformation.amazonaws.com", "null", "");
    check("", "null", "");
}

#[test]
fn a_session_is_its_own_root_where_none_is_named() {
    let event =
        r#"{"uuid":"1","eventType":"a.b","authenticationContext":{"externalSessionId":"102a"}}"#;
    check_one(event, "entity.root_session", "102a");
}

#[test]
fn identity_providers_of_okta_are_known_by_one_id() {
    let target = r#"[{"id":"0oa1","type":"IdP"}]"#;
    let changed =
        format!(r#"{{"uuid":"1","eventType":"system.idp.lifecycle.update","target":{target}}}"#);
    check_one(&changed, "entity.idp", "0oa1");
    let used = r#"{"uuid":"1","eventType":"user.authentication.auth_via_IDP","target":[{"id":"0oa1","type":"AppInstance"}],
        "authenticationContext":{"issuer":{"id":"https://idp.example.com/saml"}}}"#;
    check_one(used, "entity.idp", "0oa1");
    check_one(used, "entity.app", "");
    let client = okta("null", r#"[{"id":"0oa2","type":"PublicClientApp"}]"#);
    check_one(&client, "entity.app", "0oa2");
}

fn auth0(kind: &str, data: &str) -> String {
    format!(
        r#"{{"log_id":"1","data":{{"type":"{kind}","log_id":"1","date":"2026-11-22T23:00:00Z",{data}}}}}"#
    )
}

#[test]
fn sign_ins_of_auth0_tell() {
    check(
        &auth0(
            "s",
            r#""user_name":"Ada@example.com","user_id":"auth0|1","client_id":"c1","client_name":"Shop",
            "connection":"db","connection_id":"con_1","ip":"192.0.2.7","tenant_name":"acme",
            "location_info":{"country_name":"France"},"details":{"session_id":"s1"}"#,
        ),
        "
user: ada@example.com
user_id: auth0|1
user_domain: example.com
ip: 192.0.2.7
network: 192.0.2.0/24
country: France
session: s1
root_session: s1
client: c1
app: c1
app_name: Shop
tenant: acme
type: s
idp: con_1
outcome: success
provider: auth0
time.hour: 23
time.weekday: sun
time.hour_of_week: sun-23",
    );
}

#[test]
fn calls_of_auth0_tell_what_they_are_about() {
    let call = |path: &str, body: &str| {
        auth0(
            "sapi",
            &format!(
                r#""client_id":"c1","connection_id":"con_9","details":{{"request":{{"path":"{path}",
                "auth":{{"user":{{"user_id":"auth0|1","email":"ada@example.com"}}}}}},"response":{{"body":{body}}}}}"#
            ),
        )
    };
    let check = |path: &str, body: &str, expected: [&str; 4]| {
        let names = ["entity.target_user", "entity.target_user_id", "entity.app", "entity.idp"];
        for (name, expected) in names.into_iter().zip(expected) {
            check_one(&call(path, body), name, expected);
        }
    };
    check("/api/v2/users/auth0%7C2", "{}", ["auth0|2", "auth0|2", "", ""]);
    let bob = r#"{"email":"Bob@example.com","user_id":"auth0|2"}"#;
    check("/api/v2/users/auth0%7C2", bob, ["bob@example.com", "auth0|2", "", ""]);
    check("/v2/users", bob, ["bob@example.com", "auth0|2", "", ""]);
    check("/api/v2/users/auth0%7C1/roles", "{}", ["ada@example.com", "auth0|1", "", ""]);
    check("/api/v2/clients/c2", "{}", ["", "", "c2", ""]);
    check("/api/v2/clients", r#"{"client_id":"c3"}"#, ["", "", "c3", ""]);
    check("/api/v2/client-grants", r#"{"id":"cgr_1","client_id":"c3"}"#, ["", "", "c3", ""]);
    check("/api/v2/connections/con_2", "{}", ["", "", "", "con_2"]);
    check("/api/v2/connections", r#"{"id":"con_3"}"#, ["", "", "", "con_3"]);
}

#[test]
fn names_that_mean_nothing_are_refused() {
    for name in ["entity.", "entity.users", "entity.User", "time.day", "time."] {
        let message = Field::parse(name).unwrap_err().to_string();
        assert_eq!(message, format!("unknown field `{name}`"));
    }
    assert!(matches!(Field::parse("entity"), Ok(Field::Path(_))));
}

#[test]
fn paths_tell_every_value() {
    let event = okta(
        "null",
        r#"[{"type":"User","id":"1"},{"type":"User","id":null},{"type":"User","id":3}]"#,
    );
    assert_eq!(tell(&event, &["target[User].id"]), "target[User].id: 1\ntarget[User].id: 3\n");
}

#[test]
fn the_manual_has_every_name() {
    let manual = include_str!("../../../../docs/rules.md");
    let entities = ENTITIES.iter().map(|(name, _)| format!("`entity.{name}`"));
    for name in entities.chain(PARTS.iter().map(|(name, _)| format!("`time.{name}`"))) {
        assert!(manual.contains(&name), "{name}");
    }
}
