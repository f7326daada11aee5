//! What is made of an answer that is no success.

use std::time::Duration;

use idp::{Error, Lacks, Query, Retry};

use crate::server::{Server, reply};

const POLL: Query = Query::Poll { since: None, filter: None };

/// The error and the retry that an answer leads to.
async fn check(
    query: &Query,
    status: u16,
    headers: &'static [&'static str],
    body: &'static str,
) -> (String, Retry) {
    let server = Server::start(move |_, _| reply(status, headers, body)).await;
    let error = server.okta().page(query).await.unwrap_err();
    let text = error.to_string().replace("127.0.0.1", "host");
    (text, error.retry())
}

fn expect(text: &str, retry: Retry) -> (String, Retry) {
    (text.to_owned(), retry)
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let code = r#"{"errorCode":"E0000011","errorSummary":"Invalid token provided"}"#;
    let refused = expect("host does not take the credential (E0000011)", Retry::Never);
    assert_eq!(check(&POLL, 401, &[], code).await, refused);

    let lacks_role = expect("host: the credential has no role that may read this", Retry::Never);
    assert_eq!(check(&POLL, 403, &[], r#"{"errorCode":"E0000006"}"#).await, lacks_role);

    let challenge = &[r#"WWW-Authenticate: Bearer error="insufficient_scope""#];
    let lacks_scope =
        expect("host: the credential was not granted the scope `okta.logs.read`", Retry::Never);
    assert_eq!(check(&POLL, 403, challenge, "").await, lacks_scope);

    let invalid = expect("host refuses the question (E0000053)", Retry::Never);
    assert_eq!(check(&POLL, 400, &[], r#"{"errorCode":"E0000053"}"#).await, invalid);

    let expired = expect("host does not know the cursor any more", Retry::Never);
    let cursor = Query::Next("/api/v1/logs?after=1".parse().unwrap());
    assert_eq!(check(&cursor, 400, &[], r#"{"errorCode":"E0000053"}"#).await, expired);
    assert_eq!(check(&cursor, 404, &[], "").await, expired);

    let fault = expect("host answers with status 503", Retry::Backoff);
    assert_eq!(check(&POLL, 503, &[], "<html>").await, fault);
}

#[tokio::test]
async fn the_two_kinds_of_too_many_requests_are_told_apart() {
    // 12:00:00 by the server's clock, whatever ours shows.
    let window = &[
        "date: Sun, 22 Nov 2026 12:00:00 GMT",
        "X-Rate-Limit-Limit: 60",
        "X-Rate-Limit-Remaining: 0",
        "X-Rate-Limit-Reset: 1795348829",
    ];
    let limited =
        expect("rate limited by host, resets in 30 s", Retry::After(Duration::from_secs(30)));
    assert_eq!(check(&POLL, 429, window, r#"{"errorCode":"E0000047"}"#).await, limited);

    let crowd =
        &["X-Rate-Limit-Limit: 0", "X-Rate-Limit-Remaining: 0", "X-Rate-Limit-Reset: 1795348829"];
    let busy = expect("host has too many requests at once", Retry::Backoff);
    assert_eq!(check(&POLL, 429, crowd, "").await, busy);

    let plain = expect("rate limited by host, resets in 7 s", Retry::After(Duration::from_secs(7)));
    assert_eq!(check(&POLL, 429, &["retry-after: 7"], "").await, plain);
    let silent =
        expect("rate limited by host, resets in 60 s", Retry::After(Duration::from_mins(1)));
    assert_eq!(check(&POLL, 429, &["retry-after: never"], "").await, silent);
}

#[tokio::test]
async fn auth0_names_the_scope_it_wants() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/oauth/token" => {
            reply(200, &[], r#"{"access_token":"a","token_type":"Bearer","expires_in":9}"#)
        }
        _ => reply(
            403,
            &[],
            r#"{"statusCode":403,"error":"Forbidden","errorCode":"insufficient_scope"}"#,
        ),
    })
    .await;
    let error = server.auth0().page(&POLL).await.unwrap_err();
    let wanted = Lacks::Scope("read:logs".into());
    assert!(matches!(error, Error::Forbidden { lacks, .. } if lacks == wanted));
}
