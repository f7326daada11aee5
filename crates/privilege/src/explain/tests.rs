use proptest::prelude::*;

use super::*;

/// Layers of the causes, in order.
fn layers(text: &str) -> Vec<String> {
    let told = explain(Base::builtin(), text, Confidence::Inferred);
    told.causes.iter().map(|cause| cause.layer.to_string()).collect()
}

fn check(text: &str, layer: &str, request: &str) -> Explanation {
    let told = explain(Base::builtin(), text, Confidence::Inferred);
    let first = told.causes.first().map_or("", |cause| cause.layer.as_ref());
    assert_eq!((first, told.request.as_str()), (layer, request), "{text}\n{told:#?}");
    told
}

const CHALLENGE: &str = "www-authenticate: Bearer authorization_uri=\"https://acme.okta.com/oauth2/v1/authorize\", realm=\"https://acme.okta.com\", scope=\"okta.logs.read\", error=\"insufficient_scope\", error_description=\"The access token provided does not contain the required scopes.\", resource=\"/api/v1/logs\"";

#[test]
fn a_missing_scope_is_named_and_granted() {
    let told = check(&format!("HTTP/2 403\n{CHALLENGE}\n\n"), "scope", "GET /api/v1/logs");
    let remedy = told.remedy.unwrap();
    assert_eq!(remedy.scopes, ["okta.logs.read"]);
    assert_eq!(remedy.calls[0].path, "/api/v1/apps/{appId}/grants");
    assert!(remedy.terraform.contains("okta_app_oauth_api_scope"), "{}", remedy.terraform);
    let curl = format!(
        "$ curl -i -H 'Authorization: Bearer eyJhbGciOi' https://acme.okta.com/api/v1/logs?limit=1\n< HTTP/2 403\n< {CHALLENGE}"
    );
    let told = check(&curl, "scope", "GET /api/v1/logs");
    assert_eq!(told.exchange.credential, Some(Sent::AccessToken));
    assert_eq!(told.exchange.query, ["limit"]);
}

#[test]
fn a_missing_role_is_told_from_a_missing_scope() {
    let body = r#"{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action","errorLink":"E0000006","errorId":"oaeAbC","errorCauses":[]}"#;
    let told = check(
        &format!(
            "POST /api/v1/users/00u1k2m3n4p5q6r7s8t9/lifecycle/suspend HTTP/1.1\nHost: acme.okta.com\nAuthorization: SSWS 00abc\n\nHTTP/1.1 403 Forbidden\n\n{body}"
        ),
        "role",
        "POST /api/v1/users/{id}/lifecycle/suspend",
    );
    assert_eq!(told.exchange.credential, Some(Sent::ApiToken));
    let remedy = told.remedy.unwrap();
    assert_eq!(remedy.permissions[0], ["okta.users.lifecycle.suspend"]);
    assert!(remedy.terraform.contains("\"okta.users.lifecycle.suspend\""));
    assert_eq!(layers(body), ["role", "resource-set", "role"]);
}

#[test]
fn words_of_exceptions_are_enough() {
    check(
        "Okta.Sdk.Client.ApiException: Error calling ListUsers: {\"errorCode\":\"E0000006\",\"errorSummary\":\"x\"}",
        "role",
        "GET /api/v1/users",
    );
    check("OktaApiError: Okta HTTP 403 E0000006 You do not have permission", "role", "");
    check(
        "com.okta.sdk.error.ResourceException: HTTP 401, Okta E0000011 (Invalid token provided)",
        "credential",
        "",
    );
    check("{'errorCode': 'E0000006'} from client.list_groups()", "role", "GET /api/v1/groups");
    check(
        "Auth0Error: 403: Insufficient scope, expected any of: read:users,read:user_idp_tokens",
        "scope",
        "",
    );
    check("HTTP 429 E0000047", "rate-limit", "");
    check("E0000022: not supported, status code 405", "request", "");
}

#[test]
fn the_token_endpoint_has_its_own_refusals() {
    let post = |path: &str, body: &str| {
        format!(
            "POST https://acme.okta.com{path}\n\ngrant_type=client_credentials&scope=okta.users.read+okta.factors.read\n\nHTTP/1.1 400 Bad Request\n\n{body}"
        )
    };
    let invalid =
        r#"{"error":"invalid_scope","error_description":"One or more scopes are not granted."}"#;
    let told = explain(Base::builtin(), &post("/oauth2/v1/token", invalid), Confidence::Inferred);
    assert_eq!(told.causes[0].layer, "scope");
    assert_eq!(told.exchange.asked_scopes, ["okta.users.read", "okta.factors.read"]);
    let note = "`okta.factors.read` is the name of no scope that is known here; did you mean `okta.users.read`?";
    assert_eq!(told.notes, [note]);
    assert_eq!(layers(&post("/oauth2/default/v1/token", invalid)), ["credential", "scope"]);
    assert_eq!(layers(&post("/oauth2/v1/token", r#"{"error":"invalid_client"}"#)), ["credential"]);
    assert_eq!(layers(&post("/oauth2/v1/token", r#"{"error":"use_dpop_nonce"}"#)), ["credential"]);
}

#[test]
fn an_empty_list_is_no_lack_of_a_scope() {
    let told = check(
        "GET /api/v1/users?limit=200 HTTP/1.1\n\nHTTP/1.1 200 OK\n\n[]",
        "resource-set",
        "GET /api/v1/users",
    );
    assert_eq!(told.exchange.list, Some(0));
    assert!(told.causes.iter().any(|cause| cause.layer == "credential"));
    let asked = "When AuthorizationMode is PrivateKey I get users, with BearerToken userApi.ListUsers is empty";
    let told = check(asked, "credential", "GET /api/v1/users");
    assert_eq!(told.exchange.mode, Some(Mode::BearerToken));
    assert_eq!(layers(asked)[..3], ["credential", "role", "resource-set"]);
    check("HTTP/1.1 200 OK\n\n[{\"id\":\"00u1k2m3n4p5q6r7s8t9\"}]", "resource-set", "");
}

#[test]
fn wrong_requests_and_wrong_credentials_come_first() {
    check(
        "PUT /api/v1/users/00u1/lifecycle/reset_password\nHTTP/1.1 405\n{\"errorCode\":\"E0000022\"}",
        "request",
        "POST /api/v1/users/{id}/lifecycle/reset_password",
    );
}

#[test]
fn auth0_answers_with_the_scopes_that_would_do() {
    let body = r#"{"statusCode":403,"error":"Forbidden","message":"Insufficient scope, expected any of: read:users","errorCode":"insufficient_scope"}"#;
    let told = check(
        &format!("GET https://acme.us.auth0.com/api/v2/users\n{body}"),
        "scope",
        "GET /api/v2/users",
    );
    assert_eq!((told.product, told.exchange.status), (Product::Auth0, Some(403)));
    let remedy = told.remedy.unwrap();
    assert_eq!(remedy.scopes, ["read:users"]);
    assert!(remedy.terraform.contains("auth0_client_grant"));
}

#[test]
fn a_host_in_a_message_tells_whose_answer_it_is() {
    let body = r#"HTTP/1.1 403 Forbidden
{"error":"access_denied","error_description":"Client is not authorized to access \"https://acme.us.auth0.com/api/v2/\"."}"#;
    let told = check(body, "scope", "");
    assert_eq!(told.product, Product::Auth0);
    assert!(told.causes[0].means.contains("client grant"));
}

#[test]
fn what_says_nothing_is_not_explained() {
    let told = explain(Base::builtin(), "hello", Confidence::Inferred);
    assert!(told.exchange.is_empty() && told.causes.is_empty() && told.remedy.is_none());
    assert_eq!(layers("E9999999"), [""; 0]);
}

proptest! {
    #[test]
    fn secrets_of_a_paste_are_not_told(secret in "[A-Za-z0-9_-]{30,60}") {
        let pasted = format!(
            "curl -v -H 'Authorization: SSWS {secret}' 'https://acme.okta.com/api/v1/authn/recovery/{secret}?token={secret}'\n\
             > GET /x/{secret}?{secret} HTTP/1.1\n> Cookie: sid={secret}\n< HTTP/1.1 403 Forbidden\n\
             < www-authenticate: Bearer error=\"{secret}\", scope=\"{secret} okta.{secret}\"\n\
             {{\"errorCode\":\"{secret}\",\"error\":\"{secret}\",\"access_token\":\"{secret}\",\"scope\":\"{secret}\"}}"
        );
        let mut told = explain(Base::builtin(), &pasted, Confidence::Inferred);
        told.exchange.path.clear();
        told.exchange.called.clear();
        prop_assert!(!format!("{told:?}").contains(&secret), "{told:?}");
    }

    #[test]
    fn any_text_is_explained_without_a_panic(text in any::<String>(), json in "[\\[{}\\]\":,a0-9= %&?/]{0,60}") {
        explain(Base::builtin(), &text, Confidence::Inferred);
        explain(Base::builtin(), &json, Confidence::Inferred);
        explain(Base::builtin(), &format!("GET /{text}\n{json}\n{CHALLENGE}{text}"), Confidence::Inferred);
    }
}
