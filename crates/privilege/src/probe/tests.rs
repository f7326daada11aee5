use super::*;
use crate::{Collector, EvidenceKind, Sighting, Taker, answers, plans};

/// The probe for requests.
fn probe_of(requests: &[(Method, &str)]) -> Option<Probe> {
    let base = Base::builtin();
    let mut collector = Collector::new(base, crate::Hint { product: Some(Product::Okta) });
    collector.begin("calls.txt");
    for (method, target) in requests {
        collector.sighting(&Sighting {
            asked: crate::Asked::Request { method: Some(*method), target },
            evidence: EvidenceKind::Declared,
            line: 1,
            input: target,
            label: "",
            body: crate::Body::Unknown,
            status: None,
            time: None,
            credential: None,
        });
    }
    let usage = collector.finish();
    let answers = answers(base, &usage, &Vec::new());
    probe(base, &usage, &answers, plans(base, &usage, &answers).first())
}

#[test]
fn what_is_inferred_is_tried_with_each_set_of_grants() {
    let made = probe_of(&[
        (Method::Get, "/api/v1/users/{userId}/factors"),
        (Method::Delete, "/api/v1/users/{userId}/factors/{factorId}"),
        (Method::Get, "/api/v1/users"),
    ])
    .unwrap();
    assert_eq!(made.operations.len(), 2, "of users a source tells");
    assert_eq!(
        made.variables,
        BTreeSet::from(["PROBE_ID_FACTOR".to_owned(), "PROBE_ID_USER".to_owned()])
    );
    let begin = made.script.find("\nbegin 'okta.users.manage' 'okta.users.read'\n").unwrap();
    insta::assert_snapshot!(&made.script[begin..]);
}

#[test]
fn nothing_is_tried_with_a_super_admin_or_without_an_object() {
    let all: Vec<_> = Base::builtin()
        .operations()
        .filter(|(_, operation)| {
            operation.product == Product::Okta && operation.api == "management"
        })
        .map(|(_, operation)| (operation.method, operation.path.clone()))
        .collect();
    let requests: Vec<_> = all.iter().map(|(method, path)| (*method, path.as_ref())).collect();
    let made = probe_of(&requests).unwrap();
    assert!(!made.script.contains("SUPER_ADMIN"));
    assert!(made.n_rounds <= MAX_ROUNDS && !made.skipped.is_empty());
    let tries = made.script.lines().filter(|line| line.trim_start().starts_with("try '"));
    for line in tries {
        let mut words = line.trim_start().split(' ').skip(3);
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        assert!(method == "GET" || target.contains("\"${PROBE_"), "{line}");
    }
    let lines = |start: &str| {
        made.script.lines().filter(|line| line.trim_start().starts_with(start)).count()
    };
    assert_eq!(lines("elif ! has PROBE_"), lines("if ! may_write; then"));
}

#[test]
fn nothing_is_left_to_try_where_all_is_documented() {
    assert!(probe_of(&[(Method::Post, "/api/v1/authn")]).is_none());
    assert!(probe_of(&[]).is_none());
}

#[test]
fn parameters_become_variables_by_what_they_name() {
    let check = |before: &str, parameter: &str, expected: Option<&str>| {
        assert_eq!(variable(before, parameter).as_deref(), expected);
    };
    check("/api/v1/users/", "id", Some("PROBE_ID_USER"));
    check("/api/v1/groups/", "groupId", Some("PROBE_ID_GROUP"));
    check("/x/", "a-b$(c)", Some("PROBE_ID_ABC"));
    check("/x/", "$", None);
    assert_eq!(parts("/a/{b"), None);
    assert_eq!(parts("/a}/b"), None);
}

#[test]
fn a_parameter_with_the_name_of_a_setting_is_not_that_setting() {
    let settings = HEAD_VARIABLES;
    for parameter in ["wait", "waitId", "throwAway", "OKTA_API_TOKEN", "oktaApiToken"] {
        let variable = variable("/x/", parameter).unwrap();
        assert!(variable.starts_with("PROBE_ID_") && !settings.contains(&variable.as_str()));
    }
}

const HEAD_VARIABLES: [&str; 4] =
    ["OKTA_ORG_URL", "OKTA_API_TOKEN", "PROBE_WAIT", "PROBE_THROW_AWAY"];

#[test]
fn calls_that_are_not_tried_stand_in_the_script() {
    let made = probe_of(&[
        (Method::Get, "/api/v1/users/{userId}/factors"),
        (Method::Get, "/api/v1/nothing/like\nrm -rf it"),
        (Method::Post, "/api/v1/users"),
    ])
    .unwrap();
    assert_eq!(made.unknown, ["calls.txt:1: /api/v1/nothing/like\nrm -rf it"]);
    let remarks: Vec<_> = made.script.lines().skip_while(|line| *line != "# Not tried:").collect();
    let remarks: Vec<_> = remarks.into_iter().take_while(|line| line.starts_with('#')).collect();
    assert_eq!(remarks.len(), 1 + made.skipped.len() + made.unknown.len(), "{remarks:?}");
    assert!(
        made.script
            .contains("#   calls.txt:1: /api/v1/nothing/like rm -rf it: in no description\n")
    );
}

#[test]
fn words_of_a_shell_stay_words() {
    assert_eq!(shell::quote("it's $(x) `y`"), r"'it'\''s $(x) `y`'");
    assert!(shell::is_plain("okta.users.read") && !shell::is_plain("a\nb") && !shell::is_plain(""));
}
