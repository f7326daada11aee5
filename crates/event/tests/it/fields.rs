//! What paths lead to, and which mistakes are met on the way.

use std::ops::ControlFlow;

use event::{Event, Path, Value};

use super::read;

/// The values at a path as JSON; `absent` if it leads nowhere; the mistake met, if any.
fn tell(event: &Event<'_>, path: &str) -> String {
    let mut values = Vec::new();
    let present = event.visit(&Path::parse(path), &mut |value| {
        values.push(match value {
            Value::Null => "null".to_owned(),
            Value::Text(text) => format!("{:?}", text.decode()),
            Value::Object(node) | Value::Array(node) => node.text().to_owned(),
            value => value.to_text().unwrap_or_default().into_owned(),
        });
        ControlFlow::Continue(())
    });
    let values = if present { values.join(" ") } else { "absent".to_owned() };
    match event.fault() {
        Some(fault) => format!("{values} ({fault})"),
        None => values,
    }
}

fn check(record: &str, cases: &[(&str, &str)]) {
    for (path, expected) in cases {
        let told = read(record.as_bytes(), |event| tell(event, path));
        let told: Vec<&str> =
            told.lines().map(|line| &line[line.find(' ').unwrap() + 1..]).collect();
        assert_eq!(told, [*expected], "{path} of {record}");
    }
}

#[test]
fn paths_lead_through_objects_and_any_element() {
    check(
        r#"{"a":{"b":[{"c":1},{"c":[2,3]},{"d":4}, 5, [{"c":6}]]},"n":null,"e":[],"o":{}}"#,
        &[
            ("a.b.c", "1 2 3 6"),
            ("a.b{}.c", "1 2 3 6"),
            ("a.b[].c", "1 2 3 6"),
            ("a.b[*].c", "1 2 3 6"),
            ("a.b.d", "4"),
            ("a.b.0.c", "1"),
            ("a.b[1].c", "2 3"),
            ("a.b[1].c[0]", "2"),
            ("a.b[-2]", "5"),
            ("a.b.9", "absent"),
            ("a.b[-9]", "absent"),
            ("a.b.x", "absent"),
            ("n", "null"),
            ("n.x", "absent"),
            ("e", ""),
            ("e.x", "absent"),
            ("o", "{}"),
            ("x", "absent"),
        ],
    );
}

#[test]
fn elements_are_picked_by_their_type() {
    check(
        r#"{"t":[{"type":"User","id":1,"d":{"x":5}},{"Type":"App","id":2},{"id":3},7,null,
        [{"type":"us\u0065r","id":4}],{"type":null,"id":8},{"type":["User"],"id":9}],
        "one":{"type":"User","id":6,"in":[{"type":"a b","id":7}]},"none":null,"text":"User","x[y]":1}"#,
        &[
            ("t[User].id", "1 4"),
            ("t[user].id", "1 4"),
            ("t[App].id", "2"),
            ("t[User].d.x", "5"),
            ("t[Group].id", "absent"),
            ("t[User][0].id", "absent"),
            ("t[0][User].id", "1"),
            ("t[1][User].id", "absent"),
            ("t[App]", r#"{"Type":"App","id":2}"#),
            ("one[User].id", "6"),
            ("one[User].in[A B].id", "7"),
            ("one[App].id", "absent"),
            ("none[User].id", "absent"),
            ("text[User]", "absent"),
            ("x[y]", "1"),
        ],
    );
    check(
        r#"{"t":[{"type":"\q","id":1}]}"#,
        &[("t[a].id", "absent (expected a JSON string at byte 14)")],
    );
    let okta = r#"{"eventType":"a.b","uuid":"1","target":[{"type":"User","id":"1"},{"type":"Token","id":"2"}]}"#;
    check(okta, &[("target[token].id", "\"2\"")]);
    let auth0 = r#"{"type":"s","date":"x","log_id":"1","details":[{"type":"u","id":1}]}"#;
    check(auth0, &[("data.details[u].id", "1"), ("details[u].id", "1")]);
}

#[test]
fn keys_match_exactly_first_and_then_in_any_case() {
    check(
        r#"{"Ab":1,"aB":2,"ab":3,"É":4,"x":{"Y":5,"y":6},"a\u0062c":7,"D\u0045":8}"#,
        &[
            ("ab", "3"),
            ("Ab", "1"),
            ("AB", "1"),
            ("é", "4"),
            ("x.y", "6"),
            ("X.Y", "5"),
            ("abc", "7"),
            ("ABC", "7"),
            ("dE", "8"),
        ],
    );
}

#[test]
fn the_first_of_repeated_keys_counts() {
    check(
        r#"{"a":1,"a":2,"b":{"c":3,"c":4},"b":{"c":5,"d":6}}"#,
        &[("a", "1"), ("b.c", "3"), ("b.d", "absent")],
    );
}

#[test]
fn a_path_may_be_one_key() {
    check(
        r#"{"a.b":1,"c":{"d":2},"c.d":3,"target{}.id":4,"E.G":6}"#,
        &[("a.b", "1"), ("c.d", "2"), ("target{}.id", "4"), ("e.g", "6")],
    );
}

#[test]
fn values_keep_their_kind() {
    check(
        r#"{"s":"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","t":true,"f":false,"i":-12,"d":1.50e3,"l":"\ud800x"}"#,
        &[
            ("s", r#""a\"\\/\u{8}\u{c}\n\r\té😀""#),
            ("t", "true"),
            ("f", "false"),
            ("i", "-12"),
            ("d", "1.50e3"),
            ("l", "\"\u{fffd}x\""),
        ],
    );
}

#[test]
fn auth0_records_read_wrapped_or_bare() {
    let data = r#"{"type":"s","date":"x","log_id":"1","details":{"a":1}}"#;
    let wrapped = format!(r#"{{"log_id":"2","data":{data}}}"#);
    for record in [data, &wrapped] {
        check(
            record,
            &[
                ("data.type", "\"s\""),
                ("type", "\"s\""),
                ("data.details.a", "1"),
                ("details.a", "1"),
            ],
        );
    }
    check(data, &[("log_id", "\"1\""), ("data", data)]);
    check(&wrapped, &[("log_id", "\"2\""), ("data.log_id", "\"1\""), ("data", data)]);
}

fn with_debug_data(data: &str) -> String {
    format!(r#"{{"eventType":"a.b","uuid":"1","debugContext":{{"debugData":{data}}}}}"#)
}

#[test]
fn maps_in_strings_read_like_objects() {
    check(
        &with_debug_data(
            r#"{"behaviors":"{New Geo-Location=NEGATIVE, New Device=POSITIVE, a: b=UNKNOWN}",
            "risk":"{reasons=Anomalous Device, New City, level=HIGH}",
            "securityConditions":"[{result=true, condition=level == 'LOW'}, {result=false, condition=x}]"}"#,
        ),
        &[
            ("okta.behaviors.New Device", "\"POSITIVE\""),
            ("okta.behaviors.new device", "\"POSITIVE\""),
            ("okta.behaviors.a: b", "\"UNKNOWN\""),
            ("okta.behaviors.Velocity", "absent"),
            ("okta.risk.level", "\"HIGH\""),
            ("okta.risk.reasons", "\"Anomalous Device, New City\""),
            ("okta.security_conditions.result", "\"true\" \"false\""),
            ("debugContext.debugData.risk", "\"{reasons=Anomalous Device, New City, level=HIGH}\""),
        ],
    );
    check(&with_debug_data(r#"{"risk":"Risk{level=LOW}"}"#), &[("okta.risk.level", "\"LOW\"")]);
    check(&with_debug_data(r#"{"risk":"{level=}"}"#), &[("okta.risk.level", "\"\"")]);
    check(&with_debug_data(r#"{"risk":"HIGH"}"#), &[("okta.risk.level", "absent")]);
    check(&with_debug_data(r#"{"risk":null}"#), &[("okta.risk.level", "absent")]);
}

#[test]
fn json_in_strings_reads_like_objects() {
    check(
        &with_debug_data(
            r#"{"logOnlySecurityData":"{\"risk\":{\"level\":\"LOW\"},\"behaviors\":{\"New IP\":\"POSITIVE\"}}",
            "tunnels":"[{\"anonymous\":true,\"type\":\"VPN\"},{\"type\":\"TOR\"}]",
            "threatDetections":"{\"Password Spray\":\"HIGH\"}","riskChange":"{\"broken\":"}"#,
        ),
        &[
            ("okta.behaviors.New IP", "\"POSITIVE\""),
            ("okta.risk.level", "\"LOW\""),
            ("okta.log_only.risk.level", "\"LOW\""),
            ("okta.tunnels.type", "\"VPN\" \"TOR\""),
            ("okta.tunnels.0.anonymous", "true"),
            ("okta.threats.Password Spray", "\"HIGH\""),
            ("okta.risk_change.broken", "absent"),
        ],
    );
}

#[test]
fn structured_twins_come_before_strings() {
    check(
        r#"{"eventType":"a.b","uuid":"1","securityContext":{"risk":{"level":"MEDIUM","reasons":["a","b"]},
        "userBehaviors":[{"id":"1","name":"New Device","result":"NEGATIVE"},{"name":"X","result":null}]},
        "debugContext":{"debugData":{"risk":"{level=HIGH, issuer=OKTA}","behaviors":"{New Device=POSITIVE}"}}}"#,
        &[
            ("okta.risk.level", "\"MEDIUM\""),
            ("okta.risk.reasons", "\"a\" \"b\""),
            ("okta.risk.issuer", "\"OKTA\""),
            ("okta.behaviors.New Device", "\"NEGATIVE\""),
            ("okta.behaviors.X", "null"),
        ],
    );
}

#[test]
fn changes_read_alike_wherever_they_stand() {
    check(
        r#"{"eventType":"a.b","uuid":"1","target":[{"type":"Policy"},{"changeDetails":{"from":{"status":"MONITORING",
        "policyRuleActionJson":"{\"appSignOn\":{\"access\":\"DENY\"}}"},"to":{"status":"ENFORCED","priority":1}}}],
        "debugContext":{"debugData":{"oldStatus":"x","newStatus":"y","oldPolicyRuleName":"A","newPolicyRuleName":null,
        "oldPolicyRuleRequirementsJson":"{\"verificationMethod\":{\"factorMode\":\"2FA\"}}",
        "newDomainFederationSettings":"domain=example.com, issuerUri=urn:example"}}}"#,
        &[
            ("okta.change.from.status", "\"MONITORING\""),
            ("okta.change.to.status", "\"ENFORCED\""),
            ("okta.change.to.priority", "1"),
            ("okta.change.from.appSignOn.access", "\"DENY\""),
            ("okta.change.to.appSignOn.access", "absent"),
            ("okta.change.from.policyRuleName", "\"A\""),
            ("okta.change.to.policyRuleName", "null"),
            ("okta.change.from.verificationMethod.factorMode", "\"2FA\""),
            ("okta.change.to.issuerUri", "\"urn:example\""),
            ("okta.change.from.issuerUri", "absent"),
            ("okta.change.to", r#"{"status":"ENFORCED","priority":1}"#),
        ],
    );
}

#[test]
fn mistakes_are_met_where_a_path_leads() {
    check(
        r#"{"a":1,"b":tru,"c":"\q","d":{"e":1 "f":2},"g":[1,,2],"h":01,"i":{"j":1,},"k":{"l" 1},"m":{n:1},"o":2}"#,
        &[
            ("a", "1"),
            ("o", "2"),
            ("b", " (expected a JSON value at byte 11)"),
            ("c", " (expected a JSON string at byte 19)"),
            ("d.e", "1"),
            ("d.f", "absent (expected `,` or a closing bracket at byte 35)"),
            ("g", "1 (expected a value at byte 49)"),
            ("g[0]", "1"),
            ("h", " (expected a JSON value at byte 57)"),
            ("i.j", "1"),
            ("i.x", "absent (expected a key at byte 71)"),
            ("k.l", "absent (expected `:` at byte 82)"),
            ("m.n", "absent (expected a key at byte 90)"),
        ],
    );
    check(
        "{\"a\":\"x\ny\",\n\"b\":1}",
        &[("a", " (expected a JSON string at byte 5)"), ("b", "1")],
    );
}

#[test]
fn a_mistake_ends_the_members_behind_it() {
    check(
        r#"{"a":1,"b":2 "c":3,"d":4}"#,
        &[
            ("a", "1 (expected `,` or a closing bracket at byte 13)"),
            ("b", "2 (expected `,` or a closing bracket at byte 13)"),
            ("c", "absent (expected `,` or a closing bracket at byte 13)"),
            ("d", "absent (expected `,` or a closing bracket at byte 13)"),
        ],
    );
    check(
        r#"{"a":1,"b"}"#,
        &[("a", "1 (expected `:` at byte 10)"), ("b", "absent (expected `:` at byte 10)")],
    );
    check(r#"{"a":[1}}"#, &[("a", "1 (expected `,` or a closing bracket at byte 7)")]);
    let okta = r#"{"eventType":"a.b","actor":{"id":"1"},"a":1 "b":2}"#;
    let fault = "absent (expected `,` or a closing bracket at byte 44)";
    check(okta, &[("actor.id", "\"1\""), ("a", "1"), ("b", fault)]);
    check(r#"{"a":1;"b":2}"#, &[("b", "absent (expected `,` or a closing bracket at byte 7)")]);
}

#[test]
fn mistakes_are_met_through_derived_fields() {
    let record = with_debug_data(
        r#"{"risk":"\x","tunnels":[{"type":"a"} {"type":"b"}],"riskChange":"{oops}"}"#,
    );
    check(
        &record,
        &[
            ("okta.risk.level", "absent (expected a JSON string at byte 66)"),
            ("okta.tunnels.type", "\"a\" (expected `,` or a closing bracket at byte 95)"),
            ("okta.risk_change.x", "absent"),
        ],
    );
}

#[test]
fn every_value_can_be_looked_at() {
    let record = br#"{"a":[1,{"b":"two"}],"c":null,"d":{"e":"th\u0072ee"}}"#;
    let told = read(record, |event| {
        let mut seen = Vec::new();
        let found = event.any_value(&mut |value| {
            seen.push(value.to_text().map_or("-".to_owned(), std::borrow::Cow::into_owned));
            seen.last().is_some_and(|text| text == "three")
        });
        format!("{} {found}", seen.join(" "))
    });
    assert_eq!(told, "1: 1 two - three true\n");
}

#[test]
fn elements_are_events_of_their_own() {
    let record = br#"{"eventType":"a.b","uuid":"1","target":[{"type":"User","id":"1"},7,{"type":"Group","id":"2"}]}"#;
    let told = read(record, |event| {
        let mut ids = Vec::new();
        event.visit_elements(&Path::parse("target"), &mut |element| {
            let plain = element.text_at(&Path::parse(""));
            ids.push(element.text_at(&Path::parse("id")).or(plain).unwrap_or_default());
            ControlFlow::Continue(())
        });
        ids.join(" ")
    });
    assert_eq!(told, "1: 1 7 2\n");
}

/// What one look-up finds is remembered for the next, and must not be taken for another's.
#[test]
fn a_look_up_does_not_change_what_the_next_one_finds() {
    let told = |record: &str, paths: &[&str]| {
        read(record.as_bytes(), |event| {
            paths.iter().map(|path| tell(event, path)).collect::<Vec<_>>().join(" | ")
        })
    };
    let flat = told(r#"{"a.b":null}"#, &["a", "a.b", "a", "a.b"]);
    assert!(flat.ends_with("absent | null | absent | null\n"), "{flat}");
    let below = told(r#"{"a.b":{"c":1}}"#, &["a.b", "a.b.c"]);
    assert!(below.ends_with("| absent\n"), "{below}");
    let nested = told(r#"{"a":{"b":{"c":1,"d":2}}}"#, &["a.b.c", "a.b", "a.b.d", "a.x.d", "a.x"]);
    assert!(nested.ends_with("| 2 | absent | absent\n"), "{nested}");
}
