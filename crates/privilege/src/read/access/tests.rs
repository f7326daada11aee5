use super::read;
use crate::read::seen;

/// Reads lines and shows what was seen in them.
fn check(text: &str, expected: &str) {
    let shown = seen::show(|taker| read(text.as_bytes(), 1, taker));
    assert_eq!(shown.trim_end(), expected.trim_end(), "{text}");
}

#[test]
fn ncsa_common_and_combined() {
    check(
        "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/users?limit=200 HTTP/1.1\" 200 12\n",
        "1 GET /api/v1/users?limit=200 -> 200 at 2026-11-22T09:35:24Z",
    );
    check(
        "192.0.2.1 - payroll [22/Nov/2026:09:35:24 +0100] \"POST /api/v1/groups HTTP/2.0\" 403 9 \"-\" \"curl/8 \\\"x\\\"\"\n",
        "1 POST /api/v1/groups -> 403 at 2026-11-22T08:35:24Z by payroll",
    );
}

#[test]
fn the_virtual_host_is_the_host() {
    check(
        "acme.okta.com:443 192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/apps HTTP/1.1\" 200 12\n",
        "1 GET https://acme.okta.com:443/api/v1/apps -> 200 at 2026-11-22T09:35:24Z",
    );
}

#[test]
fn load_balancers_envoy_nginx_and_squid() {
    check(
        "https 2026-11-22T09:35:24.186641Z app/egress/50dc 192.0.2.1:2817 198.51.100.7:443 0.086 0.048 0.037 201 201 0 57 \"POST https://acme.okta.com:443/api/v1/users?activate=true HTTP/1.1\" \"curl/8\" - -\n",
        "1 POST https://acme.okta.com:443/api/v1/users?activate=true -> 201 at 2026-11-22T09:35:24.186641Z",
    );
    check(
        "[2026-11-22T09:35:24.300Z] \"GET /api/v1/groups HTTP/2\" 200 - 0 1234 5 4 \"192.0.2.9\" \"sync/1\" \"cc21d9b0\" \"acme.okta.com\" \"198.51.100.7:443\"\n",
        "1 GET https://acme.okta.com/api/v1/groups -> 200 at 2026-11-22T09:35:24.3Z",
    );
    check(
        "\"192.0.2.1, 192.0.2.2\" [22/Nov/2026:09:35:24 +0000] \"DELETE /api/v1/users/00u1 HTTP/1.1\" 204 0 0.1 \"sync\"\n",
        "1 DELETE /api/v1/users/00u1 -> 204 at 2026-11-22T09:35:24Z",
    );
    check(
        "1763804124.450 684 192.0.2.1 TCP_MISS/200 1234 GET https://acme.okta.com/api/v1/users - HIER_DIRECT/198.51.100.7 application/json\n",
        "1 GET https://acme.okta.com/api/v1/users -> 200 at 2025-11-22T09:35:24.45Z",
    );
}

#[test]
fn objects_with_the_usual_names() {
    check(
        r#"{"time":"2026-11-22T09:35:24Z","method":"GET","path":"/api/v1/users","status":200}"#,
        "1 GET /api/v1/users -> 200 at 2026-11-22T09:35:24Z",
    );
    check(
        r#"{"httpRequest":{"requestMethod":"PUT","requestUrl":"https://acme.okta.com/api/v1/groups/00g1/users/00u1","status":204},"timestamp":"2026-11-22T09:35:24Z"}"#,
        "1 PUT https://acme.okta.com/api/v1/groups/00g1/users/00u1 -> 204 at 2026-11-22T09:35:24Z",
    );
    check(
        r#"{"@timestamp":"2026-11-22T09:35:24Z","http":{"request":{"method":"post"},"response":{"status_code":403}},"url":{"path":"/api/v1/users","query":"activate=false","domain":"acme.okta.com"},"client_id":"0oa1"}"#,
        "1 POST https://acme.okta.com/api/v1/users?activate=false -> 403 at 2026-11-22T09:35:24Z by 0oa1",
    );
    check(
        r#"{"request":"GET /api/v1/apps HTTP/1.1","status":"200","time_local":"22/Nov/2026:09:35:24 +0000","host":"web-1"}"#,
        "1 GET /api/v1/apps -> 200 at 2026-11-22T09:35:24Z",
    );
    check(
        r#"{"log":"192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/apps HTTP/1.1\" 200 1\n","stream":"stdout"}"#,
        "1 GET /api/v1/apps -> 200 at 2026-11-22T09:35:24Z",
    );
    check(r#"{"level":"info","msg":"started"}"#, "1 passed over: a record without a request");
    check(
        r#"{"uri":"/api/v1/users","ts":1763804124.0}"#,
        "1 ? /api/v1/users at 2025-11-22T09:35:24Z",
    );
}

#[test]
fn lines_of_programs_and_containers() {
    check(
        "2026-11-22 09:35:24,123 INFO sync - GET https://acme.okta.com/api/v1/users?limit=5 -> 200 (12 ms)\n",
        "1 GET https://acme.okta.com/api/v1/users?limit=5 -> 200 at 2026-11-22T09:35:24Z",
    );
    check(
        "2026-11-22T09:35:24.5Z stdout F {\"method\":\"GET\",\"path\":\"/api/v1/groups\"}\n",
        "1 GET /api/v1/groups",
    );
    check(
        "2026-11-22T09:35:24.5Z stdout F 192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/apps HTTP/1.1\" 200 1\n",
        "1 GET /api/v1/apps -> 200 at 2026-11-22T09:35:24Z",
    );
}

#[test]
fn documents_of_objects() {
    let one = r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"/api/v1/users"}}"#;
    check(&format!("[\n {one},\n {one}\n]"), "2 GET /api/v1/users\n3 GET /api/v1/users");
    check("{\n\"method\":\"GET\",\n\"path\":\"/api/v1/apps\"}\n", "1 GET /api/v1/apps");
    check(
        &format!("[\n {one},\n {{\"method\":"),
        "2 GET /api/v1/users\n3 fault: the document breaks off here, at byte 11 of the line",
    );
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    check(
        "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/users HTTP/1.1\" 200 12\nhello\n192.0.2.1 - - [22/Nov/2026:09:35:25 +0000] \"GET /api/v1/us",
        "1 GET /api/v1/users -> 200 at 2026-11-22T09:35:24Z\n2 fault: is no line of a log of requests\n3 fault: the last line breaks off",
    );
    check("{\"method\":\"GET\",\"path\":\"/api", "1 fault: the last line breaks off");
    check("{\"method\":GET}\n", "1 fault: is no JSON, at byte 11");
}

#[test]
fn connections_and_other_verbs_are_passed_over() {
    check(
        "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"-\" 408 0\n",
        "1 passed over: a connection without a request",
    );
    check(
        "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"CONNECT acme.okta.com:443 HTTP/1.1\" 200 0\n",
        "1 passed over: CONNECT acme.okta.com:443",
    );
    check(r#"{"method":"OPTIONS","url":"/api/v1/users"}"#, "1 passed over: OPTIONS /api/v1/users");
}

#[test]
fn secrets_are_not_kept() {
    check(
        "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/users?q=ann&sessionToken=20111abc HTTP/1.1\" 200 12\n",
        "1 GET /api/v1/users?q=…&sessionToken=… -> 200 at 2026-11-22T09:35:24Z",
    );
    check(
        "192.0.2.1 - - [22/Nov/2026:09:35:24 +0000] \"GET /welcome/HXl6bDqfB8wsxGbeM9Kp HTTP/1.1\" 200 12\n",
        "1 GET /welcome/{id} -> 200 at 2026-11-22T09:35:24Z",
    );
}
