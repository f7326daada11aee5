use super::read;
use crate::read::seen;

fn check(text: &str, expected: &str) {
    let shown = seen::show(|taker| read(text.as_bytes(), 1, taker));
    assert_eq!(shown.trim_end(), expected.trim_end(), "{text}");
}

#[test]
fn entries_of_browsers() {
    check(
        r#"{"log": {"version": "1.2", "creator": {"name": "x"}, "entries": [
  {"startedDateTime": "2026-11-22T09:35:24.000Z",
   "request": {"method": "POST", "url": "https://acme.okta.com/api/v1/users?activate=false",
     "headers": [{"name": "Authorization", "value": "SSWS 00secret"}],
     "postData": {"mimeType": "application/json", "text": "{\"profile\":{\"login\":\"a\"}}"}},
   "response": {"status": 200, "content": {"text": "{}"}}},
  {"request": {"method": "GET", "url": "https://acme.okta.com/api/v1/users/me"}},
  {"request": {"method": "OPTIONS", "url": "https://acme.okta.com/api/v1/users"}},
  {"request": "?"}
]}}"#,
        r#"
2 POST https://acme.okta.com/api/v1/users?activate=false body ["profile.login"] -> 200 at 2026-11-22T09:35:24Z
7 GET https://acme.okta.com/api/v1/users/me no body
8 passed over: OPTIONS https://acme.okta.com/api/v1/users
9 fault: this entry has no request that can be read"#
            .trim_start(),
    );
}

#[test]
fn a_recording_that_is_cut_short_is_read_up_to_there() {
    check(
        "{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"/api/v1/apps\"}},\n{\"request\":",
        "1 GET /api/v1/apps no body\n2 fault: the document breaks off here, at byte 11 of the line",
    );
    check("{\"log\":{}}", "1 fault: no entries of a recording are in it");
    check("[1]", "1 fault: this is not what stands in such a document");
}

#[test]
fn cassettes() {
    check(
        "---
http_interactions:
- request:
    method: post
    uri: https://acme.okta.com/api/v1/groups
    body:
      encoding: UTF-8
      string: '{\"profile\":{\"name\":\"x\"}}'
  response:
    status:
      code: 403
      message: Forbidden
  recorded_at: 2026-11-22T09:35:24Z
",
        "3 POST https://acme.okta.com/api/v1/groups body [\"profile.name\"] -> 403 at 2026-11-22T09:35:24Z",
    );
    check(
        r#"{"interactions":[{"request":{"method":"GET","uri":"https://acme.okta.com/api/v1/apps","body":null},"response":{"status":{"code":200,"message":"OK"}}}]}"#,
        "1 GET https://acme.okta.com/api/v1/apps no body -> 200",
    );
    check(
        "interactions:\n- request: {method: GET, url: /api/v1/users, body: ''}\n  response: {code: 200}\n",
        "2 GET /api/v1/users no body -> 200",
    );
    check("interactions: [\n", "2 fault: while parsing a node, did not find expected node content");
}
