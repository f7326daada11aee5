//! Sightings, counted.

use std::fmt::Write as _;

use insta::assert_snapshot;
use privilege::{
    Asked, Base, Body, Collector, EvidenceKind, Fault, Form, Hint, Method, Sighting, Taker, Usage,
    read,
};

use crate::resolve::told_outcome;

fn sighting(evidence: EvidenceKind, method: Method, target: &str) -> Sighting<'_> {
    Sighting {
        asked: Asked::Request { method: Some(method), target },
        evidence,
        line: 1,
        input: target,
        label: "",
        body: Body::Unknown,
        status: None,
        time: None,
        credential: None,
    }
}

fn collected(sightings: &[Sighting<'_>]) -> Usage {
    let mut collector = Collector::new(Base::builtin(), Hint::default());
    collector.begin("calls.txt");
    for sighting in sightings {
        collector.sighting(sighting);
    }
    collector.finish()
}

/// Counts, inputs, what they come to, ids and queries.
fn shown(usage: &Usage) -> String {
    let mut text = String::new();
    for entry in &usage.entries {
        let _ = write!(text, "{}× {}: {}", entry.count, entry.input, told_outcome(&entry.outcome));
        let _ = write!(text, " ids {:?}", entry.ids);
        let _ = write!(text, "{}", if entry.ids_incomplete { " and others" } else { "" });
        let _ = writeln!(text, " query {:?}", entry.query);
    }
    text
}

fn of_log(requests: &[(Method, &str)]) -> Usage {
    let sightings: Vec<_> = requests
        .iter()
        .map(|(method, target)| sighting(EvidenceKind::AccessLog, *method, target))
        .collect();
    collected(&sightings)
}

#[test]
fn calls_of_a_log_are_counted_by_operation() {
    let usage = of_log(&[
        (Method::Get, "/api/v1/groups/00g1/users?limit=2"),
        (Method::Get, "/api/v1/groups/00g2/users?limit=3&after=xyz"),
        (Method::Get, "/api/v1/groups/00g2/users/"),
        (Method::Get, "/api/v1/users/me"),
        (Method::Get, "/api/v1/users/joe%40example.com"),
    ]);
    assert_snapshot!(shown(&usage), @r#"
    3× /api/v1/groups/00g1/users?limit=2: listGroupUsers ids {"groupId": {"00g1", "00g2"}} query {"after": {"…"}, "limit": {"2", "3"}}
    2× /api/v1/users/me: getUser ids {"userId": {"joe@example.com"}} and others query {}
    "#);
}

#[test]
fn misfits_of_a_log_are_counted_by_what_they_have_in_common() {
    let usage = of_log(&[
        (Method::Put, "/api/v1/users/00u1/lifecycle/suspend"),
        (Method::Put, "/api/v1/users/00u2/lifecycle/suspend"),
        (Method::Get, "/login/login.htm?token=abc"),
        (Method::Get, "/login/login.htm?token=def"),
        (Method::Post, "/api/v1/users/00u1/lifecycle/expire_password?tempPassword=true"),
        (Method::Post, "/api/v1/users/00u1/lifecycle/expire_password"),
        (Method::Post, "/api/v1/users/00u2/lifecycle/expire_password?tempPassword=true"),
        (Method::Put, "/api/v1/users/00u1"),
        (Method::Put, "/api/v1/users/00u2"),
        (Method::Options, "/api/v1/users"),
        (Method::Get, "/users/00u1"),
    ]);
    assert_snapshot!(shown(&usage), @r#"
    2× /api/v1/users/00u1/lifecycle/suspend: wrong verb: suspendUser ids {"userId": {"00u1"}} and others query {}
    2× /login/login.htm?token=…: elsewhere ids {} and others query {}
    2× /api/v1/users/00u1/lifecycle/expire_password?tempPassword=true: expirePasswordWithTempPassword legacy: `tempPassword` is no parameter of it any more; POST /api/v1/users/{userId}/lifecycle/expire_password_with_temp_password is current ids {"userId": {"00u1", "00u2"}} query {"tempPassword": {"true"}}
    1× /api/v1/users/00u1/lifecycle/expire_password: expirePassword ids {"userId": {"00u1"}} query {}
    2× /api/v1/users/00u1: replaceUser risky: replaces the whole user: properties that are not sent are emptied; POST on the same path changes only what is sent ids {"userId": {"00u1", "00u2"}} query {}
    1× /api/v1/users: elsewhere ids {} query {}
    1× /users/00u1: elsewhere ids {} query {}
    "#);
}

#[test]
fn declared_calls_stand_for_themselves() {
    let mut call = sighting(EvidenceKind::Declared, Method::Post, "/api/v1/users/{userId}");
    call.label = "change user name (similar to create user)";
    let usage = collected(&[call.clone(), call]);
    assert_snapshot!(shown(&usage), @r#"
    1× /api/v1/users/{userId}: updateUser ids {} and others query {}
    1× /api/v1/users/{userId}: updateUser ids {} and others query {}
    "#);
    assert_eq!(usage.entries[0].label, "change user name (similar to create user)");
    assert_eq!(usage.entries[0].place.to_string(), "calls.txt:1");
}

#[test]
fn names_lead_to_operations() {
    let ids = [("userId", "00u1")];
    let named = |names| Sighting {
        asked: Asked::Named { names, ids: &ids },
        ..sighting(EvidenceKind::AuditLog, Method::Get, "user.lifecycle.suspend")
    };
    let usage = collected(&[
        named(&["suspendUser"]),
        named(&["suspendUser"]),
        named(&["updateUser", "replaceUser"]),
        named(&["noSuchName"]),
    ]);
    assert_snapshot!(shown(&usage), @r#"
    2× user.lifecycle.suspend: suspendUser by name ids {"userId": {"00u1"}} query {}
    1× user.lifecycle.suspend: one of updateUser replaceUser ids {"userId": {"00u1"}} query {}
    1× user.lifecycle.suspend: unknown ids {"userId": {"00u1"}} query {}
    "#);
}

#[test]
fn nothing_grows_without_bounds() {
    let mut collector = Collector::new(Base::builtin(), Hint::default());
    for nth in 0..20_100 {
        let letters: String =
            format!("{nth}").bytes().map(|digit| char::from(digit + 49)).collect();
        let path = format!("/api/v1/{letters}?{letters}={nth}");
        if nth < 11_000 {
            collector.sighting(&sighting(EvidenceKind::AccessLog, Method::Get, &path));
        }
        let path =
            format!("/api/v1/groups/00g{nth}?limit={nth}&{nth}=1&expand={}", "x".repeat(500));
        let mut call = sighting(EvidenceKind::AccessLog, Method::Get, &path);
        let credential = format!("00T{nth}");
        call.credential = Some(&credential);
        collector.sighting(&call);
        collector.sighting(&sighting(EvidenceKind::Declared, Method::Get, "/api/v1/groups"));
        collector.fault(Fault { line: nth, what: "?".to_owned() });
        collector.passed_over(nth, "x");
    }
    let usage = collector.finish();
    assert_eq!((usage.faults.len(), usage.n_faults), (1_000, 20_100));
    assert_eq!((usage.passed_over.len(), usage.n_passed_over), (1_000, 20_100));
    // 10,000 misfits and one for all others, 20,000 declared calls and one for the rest, one group.
    assert_eq!(usage.entries.len(), 10_000 + 1 + 20_000 + 1 + 1);
    assert_eq!(usage.entries.iter().map(|entry| entry.count).sum::<u64>(), 11_000 + 2 * 20_100);
    let group = usage.entries.iter().find(|entry| !entry.ids.is_empty()).unwrap();
    assert_eq!((group.ids["groupId"].len(), group.ids_incomplete), (1_000, true));
    assert_eq!((group.query.len(), group.query["limit"].len()), (100, 100));
    assert!(group.query["expand"].is_empty(), "too long to be kept");
    assert_eq!(group.credentials.len(), 1_000);
}

#[test]
fn no_secret_is_kept() {
    let secrets = ["s3cr3t", "00abcdefSECRET"];
    let targets = [
        "https://joe:s3cr3t@acme.okta.com/api/v1/users?sessionToken=00abcdefSECRET",
        "/api/v1/sessions/00abcdefSECRET",
        "/api/v1/authn?stateToken=00abcdefSECRET&password=s3cr3t#s3cr3t",
        "/api/v1/nonsense?client_secret=s3cr3t",
    ];
    for evidence in [EvidenceKind::AccessLog, EvidenceKind::Declared] {
        for target in targets {
            let mut call = sighting(evidence, Method::Post, target);
            let input = format!("curl -H 'Authorization: SSWS 00abcdefSECRET' {target}");
            call.input = &input;
            let told = format!("{:?}", collected(&[call]));
            for secret in secrets {
                assert!(!told.contains(secret), "{target}: {told}");
            }
        }
    }
}

/// A value of the shape of a token, which is none.
const TOKEN: &str = "00aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6kL9n";
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2UifQ.c2lnbmF0dXJl";

#[test]
fn a_token_in_a_label_or_path_is_printed_nowhere() {
    fn check(form: Form, text: &str) {
        for secret in [TOKEN, JWT] {
            let text = text.replace("TOKEN", secret);
            let mut collector = Collector::new(Base::builtin(), Hint::default());
            collector.begin("calls");
            read(form, text.as_bytes(), 1, Base::builtin(), &mut collector);
            let usage = collector.finish();
            assert!(usage.entries.len() + usage.passed_over.len() > 0, "{text}");
            let kept = format!("{usage:?}");
            let part = &secret[secret.len() - 20..];
            assert!(!kept.contains(part), "{text}: {kept}");
        }
    }
    for line in [
        "login sessionToken: TOKEN POST /api/v1/sessions",
        "- login {\"sessionToken\":\"TOKEN\"} POST: /api/v1/sessions",
        "- login POST: /api/v1/sessions (stateToken=TOKEN)",
        "- login {\"credentials\":{\"password\":{\"value\":\"TOKEN\"}}} POST: /api/v1/users",
        "password is TOKEN then POST /api/v1/authn",
        "api key TOKEN GET /api/v1/users",
        "- x-api-key: TOKEN GET /api/v1/users",
        "- Cookie: sid=TOKEN GET /api/v1/users",
        "GET /api/v1/users/TOKEN",
        "GET /api/v1/groups/TOKEN",
        "GET /api/v1/authn/recovery/TOKEN",
        "POST /api/v1/authn/recovery/TOKEN",
        "GET /api/v1/TOKEN/users",
        "GET /api/v1/users/TOKEN/x/groups",
        "GET /api/v1/users/00u1/TOKEN",
        "GET /TOKEN/api/v1/users",
        "GET /api/v1/users/%TOKEN",
        "GET /api/v1/users?TOKEN",
        "GET /api/v1/users?expand=TOKEN",
        "GET /api/v2/clients/TOKEN",
        "see /api/v1/users/TOKEN in the prose",
    ] {
        check(Form::Lines, line);
        check(Form::Lines, &format!("- {} {line}", "much before it, ".repeat(11)));
    }
    check(Form::Curl, "curl https://acme.okta.com/api/v1/users/TOKEN");
    check(Form::Curl, "curl -H 'Cookie: sid=TOKEN' https://acme.okta.com/api/v1/TOKEN/users");
    check(Form::Code, "fetch('https://acme.okta.com/api/v1/users/TOKEN', {method: 'GET'})");
    check(
        Form::AccessLog,
        "192.0.2.1 - - [22/Nov/2026:10:00:00 +0000] \"GET /api/v1/users/TOKEN HTTP/1.1\" 200 1\n",
    );
    check(
        Form::Har,
        r#"{"log":{"version":"1.2","entries":[{"request":{"method":"POST",
        "url":"https://acme.okta.com/api/v1/groups/TOKEN","headers":[],
        "postData":{"mimeType":"application/json","text":"{\"TOKEN\":1}"}},
        "response":{"status":200}}]}}"#,
    );
}

#[test]
fn what_looks_like_a_token_is_no_id() {
    let path = format!("/api/v1/groups/{TOKEN}/users");
    let usage = of_log(&[(Method::Get, &path), (Method::Get, "/api/v1/groups/00g1/users")]);
    assert_snapshot!(shown(&usage), @r#"2× /api/v1/groups/…/users: listGroupUsers ids {"groupId": {"00g1"}} and others query {}"#);
    assert!(usage.entries[0].ids_open.contains("groupId"));
    let client = "/api/v2/clients/aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF";
    let usage = of_log(&[(Method::Get, client)]);
    assert!(usage.entries[0].ids["id"].contains(&client[16..]), "{usage:?}");
}
