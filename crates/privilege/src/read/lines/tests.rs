use super::read;
use crate::read::seen;

/// Reads a text and shows what was seen in it.
fn check(text: &str, expected: &str) {
    let shown = seen::show(|taker| read(text.as_bytes(), 1, taker));
    assert_eq!(shown.trim_end(), expected.trim_end(), "{text}");
}

#[test]
fn loose_lines_with_labels_and_remarks() {
    check(
        "- create user POST: /api/v1/users?activate=false",
        "1 POST /api/v1/users?activate=false | create user",
    );
    check(
        "* resend code: POST: /api/v1/authn/factors/{factorId}/lifecycle/resend",
        "1 POST /api/v1/authn/factors/{factorId}/lifecycle/resend | resend code",
    );
    check(
        "  - rename POST: /api/v1/users/{userId} (another body, without the ?activate=false)",
        "1 POST /api/v1/users/{userId} | rename (another body, without the ?activate=false)",
    );
    check("GET /api/v1/users/:id — read one", "1 GET /api/v1/users/:id | read one");
    check("1. `DELETE /api/v1/groups/<groupId>`.", "1 DELETE /api/v1/groups/<groupId>");
    check("GET /api/v1/users HTTP/1.1", "1 GET /api/v1/users");
}

#[test]
fn paths_with_two_slashes_do_not_vanish() {
    check("GET //api/v1/users", "1 GET //api/v1/users");
    check("- read GET: //api//v1//users//00u1", "1 GET //api//v1//users//00u1 | read");
    check("- //api//v1//users", "1 ? //api//v1//users");
    check("GET //acme.okta.com/api/v1/users", "1 GET //acme.okta.com/api/v1/users");
    check("x = 1 //GET what is /meant", "");
    check("ftp://api/v1/users GET", "");
}

#[test]
fn paths_are_not_cut_at_odd_characters() {
    for path in [
        "/api/v1/groups/a|b/users",
        "/api/v1/groups/00g'x'/users",
        "/api/v1/groups/00g\"x/users",
        "/api/v1/groups/00g)x/users",
        "/api/v1/groups/a,b/users",
        "/api/v1/users/..;/groups",
        "/api/v1/groups;x=y/users",
        "/api/v1/groups\\/users",
    ] {
        check(&format!("GET {path}"), &format!("1 GET {path}"));
    }
    check("|/api/v1/groups|GET|groups/all|", "1 GET /api/v1/groups | groups/all");
    check("GET,/api/v1/users,https://example.com/x", "1 GET /api/v1/users");
    check("{\"url\":\"/api/v1/users\",\"verb\":\"GET\"}", "1 passed over: /api/v1/users");
}

#[test]
fn a_verb_without_a_path_is_said() {
    check("GET", "1 fault: `GET` without a path");
    check(
        "- POST:\n- `PUT`\nget\n# GET\nGET it",
        "1 fault: `POST` without a path\n2 fault: `PUT` without a path",
    );
}

#[test]
fn urls_hosts_and_variables() {
    check("GET https://acme.okta.com/api/v1/apps", "1 GET https://acme.okta.com/api/v1/apps");
    check("PUT {{url}}/api/v1/groups/{{id}}", "1 PUT {{url}}/api/v1/groups/{{id}}");
    check("get ${ORG}/api/v1/users", "1 GET ${ORG}/api/v1/users");
    check("GET acme.us.auth0.com/api/v2/users", "1 GET acme.us.auth0.com/api/v2/users");
    check("GET <org>/api/v1/users/{user id}/roles", "1 GET <org>/api/v1/users/{user id}/roles");
}

#[test]
fn tables_and_several_verbs() {
    check(
        "| Purpose | Method | Path |\n|---|---|---|\n| Read users | GET | `/api/v1/users` |",
        "3 GET /api/v1/users | Read users",
    );
    check("| /api/v1/users | GET, POST |", "1 GET /api/v1/users\n1 POST /api/v1/users");
    check("GET/PUT /api/v1/users/{id}", "1 GET /api/v1/users/{id}\n1 PUT /api/v1/users/{id}");
    check(
        "List users,GET,/api/v1/users,okta.users.read",
        "1 GET /api/v1/users | List users (okta.users.read)",
    );
    check("**POST** or **PUT** is what /people want", "");
    check("- `/api/v1/groups` (DELETE)", "1 DELETE /api/v1/groups");
    check("GET /api/v1/users, POST /api/v1/groups", "1 GET /api/v1/users\n1 POST /api/v1/groups");
}

#[test]
fn without_a_verb_a_path_is_a_call_in_lists_alone() {
    check(
        "- read factors /api/v1/users/{id}/factors",
        "1 ? /api/v1/users/{id}/factors | read factors",
    );
    check("/api/v1/users", "1 ? /api/v1/users");
    check("/api/v1/users/", "1 passed over: /api/v1/users/");
    check("## /api/v1/users", "1 passed over: /api/v1/users");
    check("We use /api/v1/users and /groups.", "1 passed over: /api/v1/users");
    check("See https://example.com/docs/and/more or either/or.", "");
    check("then post it to /api/v1/users", "1 passed over: /api/v1/users");
}

#[test]
fn secrets_are_not_kept() {
    check(
        "GET https://me:pw@acme.okta.com/api/v1/users?token=00abc&limit=20#access_token=x",
        "1 GET https://acme.okta.com/api/v1/users?token=…&limit=20",
    );
    check(
        "- sign in POST: /api/v1/authn (Authorization: SSWS 00abcdefghijklmnop)",
        "1 POST /api/v1/authn | sign in (Authorization: SSWS …)",
    );
}

#[test]
fn commands_between_lines() {
    check(
        "- GET /api/v1/apps\n\n    curl -X POST \\\r\n      https://acme.okta.com/api/v1/users\n- PUT /api/v1/x\n  GET /api/v1/y\n",
        "1 GET /api/v1/apps\n3 POST https://acme.okta.com/api/v1/users no body\n5 PUT /api/v1/x\n6 GET /api/v1/y",
    );
    check(
        "```bash\ncurl -v -X POST \\\n-H \"Authorization: SSWS ${token}\" \\\n-d '{\n  \"profile\": {\"login\": \"a\"}\n}' \"https://{yourOktaDomain}/api/v1/users?activate=false\"\n```\nGET /api/v1/apps",
        "2 POST https://{yourOktaDomain}/api/v1/users?activate=false body [\"profile.login\"]\n8 GET /api/v1/apps",
    );
    check("Use curl 'like this\nGET /api/v1/apps", "2 GET /api/v1/apps");
}

#[test]
fn data_has_no_labels() {
    check(r#"{"operation":"GET /api/v1/users","status":403}"#, "1 GET /api/v1/users");
    check(r#"  "url": "/api/v1/users","#, "1 passed over: /api/v1/users");
    check("[Users] GET /api/v1/users", "1 GET /api/v1/users | Users");
}

#[test]
fn links_of_markdown() {
    check(
        "| [`/api/v1/users/{id}`](https://developer.okta.com/docs/api/#x) | `GET`, `POST` | update |",
        "1 GET /api/v1/users/{id} | update\n1 POST /api/v1/users/{id} | update",
    );
    check(
        "- [GET /api/v1/groups](https://developer.okta.com/docs) lists groups",
        "1 GET /api/v1/groups",
    );
}

#[test]
fn what_is_no_text_is_said() {
    let shown =
        seen::show(|taker| read(b"GET /api/v1/users\n\xff/\nGET /api/v1/apps\r\n", 7, taker));
    assert_eq!(shown, "7 GET /api/v1/users\n8 fault: is no UTF-8 text\n9 GET /api/v1/apps\n");
}
