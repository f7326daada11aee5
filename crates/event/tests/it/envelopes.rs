//! What is recognized, and what stands inside envelopes.

use event::Event;

use super::{read, read_pieces};

/// Compares the events of an input with lines of `line: product record`.
fn check(input: &str, expected: &str) {
    let tell = |event: &Event<'_>| {
        format!("{} {}", event.product().map_or("-", |product| product.name()), event.text())
    };
    let expected: String =
        expected.trim().lines().map(|line| line.trim().to_owned() + "\n").collect();
    assert_eq!(read(input.as_bytes(), tell), expected, "{input}");
    assert_eq!(read_pieces(input.as_bytes(), 5, tell), expected, "in pieces: {input}");
}

/// An input that is one event of unknown product, as it stands.
fn check_unknown(input: &str) {
    check(input, &format!("1: - {input}"));
}

/// Puts text into a JSON string.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

const OKTA: &str = r#"{"uuid":"1","eventType":"user.session.start","actor":{"id":"00u1"}}"#;
const OTHER_OKTA: &str = r#"{"eventType":"user.session.end","published":"2026-11-22T10:20:30Z"}"#;
const AUTH0: &str = r#"{"log_id":"1","data":{"type":"s","date":"2026-11-22T10:20:30Z"}}"#;
const BARE: &str = r#"{"type":"s","date":"2026-11-22T10:20:30Z","log_id":"2"}"#;
const OTHER: &str = r#"{"eventName":"ConsoleLogin","eventType":"AwsApiCall"}"#;

#[test]
fn okta_events_are_recognized_with_little() {
    for beside in [r#""uuid":"1""#, r#""actor":null"#, r#""published":"x""#, r#""outcome":{}"#] {
        let event = format!(r#"{{"eventType":"a.b",{beside}}}"#);
        check(&event, &format!("1: okta {event}"));
    }
    check_unknown(r#"{"eventType":"a.b"}"#);
    check_unknown(r#"{"eventType":"AwsApiCall","uuid":"1"}"#);
    check_unknown(r#"{"eventType":null,"uuid":"1"}"#);
}

#[test]
fn auth0_events_are_recognized_in_each_form() {
    check(&format!("{AUTH0}\n{BARE}\n"), &format!("1: auth0 {AUTH0}\n2: auth0 {BARE}"));
    check(&format!("[{AUTH0},{BARE}]"), &format!("1: auth0 {AUTH0}\n1: auth0 {BARE}"));
    check(
        &format!(r#"{{"logs":[{AUTH0},{AUTH0}]}}"#),
        &format!("1: auth0 {AUTH0}\n1: auth0 {AUTH0}"),
    );
    check(
        &format!(r#"{{"start":0,"limit":50,"length":1,"total":1,"logs":[{BARE}]}}"#),
        &format!("1: auth0 {BARE}"),
    );
    check(r#"{"start":0,"limit":50,"length":0,"total":0,"logs":[]}"#, "");
    let inner_id = r#"{"data":{"type":"fp","log_id":"1"}}"#;
    check(inner_id, &format!("1: auth0 {inner_id}"));
    let old = r#"{"_id":"1","date":"2020-11-22T10:20:30Z","type":"fp"}"#;
    check(old, &format!("1: auth0 {old}"));
}

const AWS: &str = r#"{"eventVersion":"1.09","eventType":"AwsApiCall","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","eventID":"1"}"#;
const ENTRA: &str = r#"{"id":"1","createdDateTime":"2026-11-22T10:20:30Z","userPrincipalName":"ada@example.com","appId":"a1","ipAddress":"192.0.2.7"}"#;
const ENTRA_AUDIT: &str = r#"{"id":"2","activityDisplayName":"Set domain authentication","initiatedBy":{"user":{"id":"1"}}}"#;
const GITHUB: &str =
    r#"{"@timestamp":1795342830123,"action":"git.clone","actor":"ada","org":"acme"}"#;

#[test]
fn cloud_trail_is_recognized() {
    check(AWS, &format!("1: aws {AWS}"));
    check(&format!(r#"{{"Records":[{AWS},{AWS}]}}"#), &format!("1: aws {AWS}\n1: aws {AWS}"));
    check(
        &format!("{{\n\"Records\": [\n{AWS},\n{AWS}\n]}}"),
        &format!("3: aws {AWS}\n4: aws {AWS}"),
    );
    check(
        &format!(r#"{{"detail-type":"AWS API Call via CloudTrail","detail":{AWS}}}"#),
        &format!("1: aws {AWS}"),
    );
    check(
        &format!(r#"{{"logGroup":"x","logEvents":[{{"id":"1","message":{}}}]}}"#, quoted(AWS)),
        &format!("1: aws {AWS}"),
    );
    let notice = r#"{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","userIdentity":{}}"#;
    check_unknown(notice);
}

#[test]
fn entra_is_recognized() {
    for event in [ENTRA, ENTRA_AUDIT] {
        let told = format!("1: entra {event}");
        check(event, &told);
        check(&format!(r#"{{"@odata.context":"x","value":[{event}]}}"#), &told);
        check(&format!(r#"{{"value":[{event}]}}"#), &told);
        let settings = format!(
            r#"{{"time":"x","category":"SignInLogs","tenantId":"t1","properties":{event}}}"#
        );
        check(&settings, &told);
        check(&format!(r#"{{"records":[{settings}]}}"#), &told);
    }
    let columns = r#"{"TimeGenerated":"x","CreatedDateTime":"x","UserPrincipalName":"ada@example.com","AppId":"a1","IPAddress":"192.0.2.7"}"#;
    check(columns, &format!("1: entra {columns}"));
    let service = r#"{"createdDateTime":"x","servicePrincipalId":"s1","appId":"a1","status":{"errorCode":0}}"#;
    check(service, &format!("1: entra {service}"));
    check_unknown(r#"{"id":"1","createdDateTime":"x","userPrincipalName":"ada@example.com"}"#);
    check_unknown(r#"{"id":"1","createdDateTime":"x","appId":"a1","appDisplayName":"Wiki"}"#);
    check_unknown(r#"{"activityDisplayName":"Set domain authentication","id":"1"}"#);
}

#[test]
fn github_is_recognized() {
    check(GITHUB, &format!("1: github {GITHUB}"));
    check(&format!("[{GITHUB},{GITHUB}]"), &format!("1: github {GITHUB}\n1: github {GITHUB}"));
    let with_data =
        r#"{"created_at":1,"_document_id":"d1","action":"org.add_member","data":{"a":1}}"#;
    check(with_data, &format!("1: github {with_data}"));
    check_unknown(r#"{"@timestamp":1,"action":"clone","actor":"ada","org":"acme"}"#);
    check_unknown(r#"{"@timestamp":1,"action":"git.clone","actor":"ada"}"#);
}

#[test]
fn event_hooks_are_opened() {
    let hook = |events: &str| {
        format!(
            r#"{{"eventType":"com.okta.event_hook","eventTypeVersion":"1.0","cloudEventsVersion":"0.1",
            "eventId":"1","source":"https://acme.okta.com/api/v1/eventHooks/who1","data":{{"events":{events}}}}}"#
        )
    };
    check(
        &hook(&format!("[{OKTA}, {OTHER_OKTA}]")),
        &format!("1: okta {OKTA}\n1: okta {OTHER_OKTA}"),
    );
    check(&hook("[]"), "");
    check(&hook("[null, 7]"), "1: is no JSON object (!)\n1: is no JSON object (!)");
    check(
        &hook(&format!("[{OKTA}, 7, {OKTA}]")),
        &format!("1: okta {OKTA}\n1: is no JSON object (!)\n1: okta {OKTA}"),
    );
    check(
        &hook(&format!("[{OKTA} {OKTA}]")),
        &format!("1: okta {OKTA}\n1: the envelope breaks off among its records (!)"),
    );
}

#[test]
fn event_bridge_is_opened() {
    let bridge = |detail: &str| {
        format!(
            r#"{{"version":"0","id":"1","detail-type":"SystemLog","source":"x","resources":[],"detail":{detail}}}"#
        )
    };
    check(&bridge(OKTA), &format!("1: okta {OKTA}"));
    check(&bridge(AUTH0), &format!("1: auth0 {AUTH0}"));
    check(&bridge(BARE), &format!("1: auth0 {BARE}"));
    check(&bridge(OTHER), &format!("1: - {OTHER}"));
    check(
        &format!("{}{}\n{}", bridge(OKTA), bridge(AUTH0), bridge(OTHER_OKTA)),
        &format!("1: okta {OKTA}\n1: auth0 {AUTH0}\n2: okta {OTHER_OKTA}"),
    );
}

#[test]
fn event_grid_is_opened() {
    let grid = |data: &str| {
        format!(
            r#"[{{"id":"1","topic":"/subscriptions/1","subject":"s","eventType":"auth0.log","eventTime":"x",
            "data":{data},"dataVersion":"1","metadataVersion":"1"}}]"#
        )
    };
    let cloud = |data: &str| {
        format!(
            r#"{{"id":"1","source":"x","specversion":"1.0","type":"com.auth0.log","data":{data}}}"#
        )
    };
    for data in [AUTH0, BARE] {
        check(&grid(data), &format!("1: auth0 {data}"));
        check(&cloud(data), &format!("1: auth0 {data}"));
    }
    check_unknown(&cloud(OTHER));
}

#[test]
fn splunk_is_opened() {
    let collector = |event: &str| format!(r#"{{"time":1795342830.5,"host":"h","event":{event}}}"#);
    check(&collector(OKTA), &format!("1: okta {OKTA}"));
    check(&collector(&quoted(OKTA)), &format!("1: okta {OKTA}"));
    check(&collector(&quoted(AUTH0)), &format!("1: auth0 {AUTH0}"));
    check(&collector(&quoted(OTHER)), &format!("1: - {OTHER}"));
    check_unknown(&collector(&quoted("no JSON")));
    check_unknown(&collector(&quoted("{\"cut\":")));
    check(&format!("{0}{0}", collector(OKTA)), &format!("1: okta {OKTA}\n1: okta {OKTA}"));

    let extracted =
        r#""eventType":"user.session.start","uuid":"1","actor.id":"00u1","target{}.id":["a","b"]"#;
    let export = |raw: &str| {
        format!(r#"{{"preview":false,"offset":0,"result":{{"_time":"x",{extracted}{raw}}}}}"#)
    };
    check(&export(&format!(r#","_raw":{}"#, quoted(OKTA))), &format!("1: okta {OKTA}"));
    check(&export(""), &format!("1: okta {{\"_time\":\"x\",{extracted}}}"));
    check(
        &format!(r#"{{"preview":false,"results":[{{"_raw":{0}}},{{"_raw":{0}}}]}}"#, quoted(OKTA)),
        &format!("1: okta {OKTA}\n1: okta {OKTA}"),
    );
    check(&format!(r#"{{"_time":"x","_raw":{}}}"#, quoted(OKTA)), &format!("1: okta {OKTA}"));
}

#[test]
fn elastic_is_opened() {
    let hit = |source: &str| format!(r#"{{"_index":"logs","_id":"1","_source":{source}}}"#);
    check(&hit(OKTA), &format!("1: okta {OKTA}"));
    check(&hit(AUTH0), &format!("1: auth0 {AUTH0}"));
    let common = r#"{"@timestamp":"x","okta":{"event_type":"a.b"},"event":{"action":"a.b"},"host":{"name":"h"}}"#;
    check(&hit(common), &format!("1: - {common}"));
    check(
        &hit(&format!(r#"{{"okta":{{}},"event":{{"action":"a.b","original":{}}}}}"#, quoted(OKTA))),
        &format!("1: okta {OKTA}"),
    );
    check(&hit(&format!(r#"{{"event.original":{}}}"#, quoted(OKTA))), &format!("1: okta {OKTA}"));
    check(
        &hit(&format!(r#"{{"message":{},"tags":[]}}"#, quoted(AUTH0))),
        &format!("1: auth0 {AUTH0}"),
    );
    check(
        &format!(r#"{{"@timestamp":"x","message":{}}}"#, quoted(OKTA)),
        &format!("1: okta {OKTA}"),
    );
    let search =
        format!(r#"{{"took":1,"hits":{{"total":2,"hits":[{},{}]}}}}"#, hit(OKTA), hit(OTHER));
    check(&search, &format!("1: okta {OKTA}\n1: - {OTHER}"));
}

#[test]
fn other_lists_are_opened() {
    check(&format!(r#"{{"Records":[{OTHER},{OTHER}]}}"#), &format!("1: - {OTHER}\n1: - {OTHER}"));
    check(&format!(r#"{{"records":[{OTHER}]}}"#), &format!("1: - {OTHER}"));
    check(&format!(r#"{{"@odata.context":"x","value":[{OTHER}]}}"#), &format!("1: - {OTHER}"));
    check(
        &format!(r#"{{"logGroup":"x","logEvents":[{{"id":"1","message":{}}}]}}"#, quoted(OKTA)),
        &format!("1: okta {OKTA}"),
    );
    check(
        &format!(r#"{{"Records":[{{"messageId":"1","body":{}}}]}}"#, quoted(AUTH0)),
        &format!("1: auth0 {AUTH0}"),
    );
    check(
        &format!(r#"{{"mine":1,"events":[{OKTA},{OTHER}]}}"#),
        &format!("1: okta {OKTA}\n1: - {OTHER}"),
    );
}

#[test]
fn base64_is_said() {
    let said = "1: holds its records in base64; decode it first (!)";
    check(r#"{"requestId":"1","timestamp":1,"records":[{"data":"eyJhIjoxfQ=="}]}"#, said);
    check(r#"{"awslogs":{"data":"H4sIAAAAAAAA"}}"#, said);
}

#[test]
fn envelopes_stand_in_envelopes() {
    let bridge = format!(r#"{{"detail-type":"x","detail":{OKTA}}}"#);
    let hit = format!(r#"{{"_index":"i","_source":{{"time":1,"event":{bridge}}}}}"#);
    check(&hit, &format!("1: okta {OKTA}"));
    check(&format!(r#"{{"message":{}}}"#, quoted(&bridge)), &format!("1: okta {OKTA}"));
    let five = (0..5)
        .fold(OKTA.to_owned(), |inner, _| format!(r#"{{"detail-type":"x","detail":{inner}}}"#));
    let innermost = format!(r#"{{"detail-type":"x","detail":{OKTA}}}"#);
    check(&five, &format!("1: - {innermost}"));
}

#[test]
fn what_looks_like_an_envelope_stays_one_event() {
    check_unknown(r#"{"data":{"a":1},"id":1}"#);
    check_unknown(r#"{"event":{"a":1}}"#);
    check_unknown(
        r#"{"event":{"action":"x"},"host":{"name":"h"},"source":{"ip":"192.0.2.1"},"user":{}}"#,
    );
    check_unknown(r#"{"event":"login","time":1}"#);
    check_unknown(r#"{"data":[{"a":1},{"a":2}],"logs":["a","b"]}"#);
    check_unknown(r#"{"logs":["a","b"]}"#);
    check_unknown(r#"{"records":[{"a":1}],"name":"x"}"#);
    check_unknown(r#"{"detail":{"a":1}}"#);
    check_unknown(r#"{"message":"{\"a\":1}","level":"info"}"#);
    check_unknown(r#"{"result":{"a":1},"id":1}"#);
    check_unknown(r#"{"_source":{"a":1}}"#);
    check_unknown(r#"{"_id":"1","type":"note","date":"2026-11-22"}"#);
    check_unknown(r#"{"@timestamp":1,"action":"git.clone","data":{"id":1,"type":2}}"#);
    check_unknown(r#"{"category":"SignInLogs","properties":{"id":"1"},"time":"x"}"#);
    check_unknown("{}");
}
