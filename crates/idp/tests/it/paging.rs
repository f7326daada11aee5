//! Pages, and the way from one to the next.

use idp::{Error, Query};

use crate::server::{Reply, Server, reply};

const POLL: Query = Query::Poll { since: None, filter: None };

/// A page of so many events with these headers.
fn page(n: usize, headers: &[&str]) -> Reply {
    let events: Vec<_> = (0..n).map(|i| format!(r#"{{"log_id":"900{i}"}}"#)).collect();
    let date = "date: Sun, 22 Nov 2026 12:00:00 GMT";
    reply(200, &[&[date], headers].concat(), &format!("[{}]", events.join(",")))
}

#[tokio::test]
async fn okta_is_polled_by_its_own_links() {
    let server = Server::start(|number, _| match number {
        0 => page(
            1000,
            &[
                r#"link: <https://acme.okta.com/api/v1/logs?limit=1000>; rel="self""#,
                r#"link: <https://acme.okta.com/api/v1/logs?after=1_1,x&limit=1000>; rel="next""#,
            ],
        ),
        _ => page(3, &["link: </api/v1/logs?after=2>; rel=self, </api/v1/logs?after=3>; rel=next"]),
    })
    .await;
    let tenant = server.okta();
    let since = "2026-11-20T00:00:00.5Z".parse().ok();
    let filter = Some("eventType eq \"a+b\"".to_owned());
    let first = tenant.page(&Query::Poll { since, filter }).await.unwrap();
    assert_eq!((first.count, first.is_last), (1000, false));
    let second = tenant.page(&Query::Next(first.next.unwrap())).await.unwrap();
    assert_eq!((second.count, second.is_last), (3, true));
    assert_eq!(second.asked.to_string(), "2026-11-22T12:00:00Z");
    assert_eq!(second.next.unwrap().as_str(), "/api/v1/logs?after=3");
    let asked = server.asked();
    let paths: Vec<_> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/api/v1/logs?since=2026-11-20T00%3A00%3A00.500Z&filter=eventType%20eq%20%22a%2Bb%22\
         &sortOrder=ASCENDING&limit=1000",
            "/api/v1/logs?after=1_1,x&limit=1000",
        ]
    );
    assert_eq!(asked[0].header("authorization"), "SSWS canary-token");
}

#[tokio::test]
async fn a_bounded_query_ends_where_no_link_leads_on() {
    let server = Server::start(|number, _| match number {
        0 => page(2, &["link: </api/v1/logs?since=1&until=2&after=u>; rel=next"]),
        _ => page(2, &["link: </api/v1/logs?since=1&until=2>; rel=self"]),
    })
    .await;
    let tenant = server.okta();
    let [since, until] =
        ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"].map(|t| t.parse().unwrap());
    let first = tenant.page(&Query::Bounded { since, until, filter: None }).await.unwrap();
    assert!(!first.is_last);
    let second = tenant.page(&Query::Next(first.next.unwrap())).await.unwrap();
    assert_eq!((second.is_last, second.next), (true, None));
}

#[tokio::test]
async fn a_slow_provider_is_asked_for_less_and_then_for_more() {
    let server = Server::start(|_, asked| {
        let limit: u32 = asked.path.rsplit('=').next().unwrap().parse().unwrap();
        if limit > 250 {
            return reply(500, &[], r#"{"errorCode":"E0000009"}"#);
        }
        page(1, &["link: </api/v1/logs?after=1&limit=1000>; rel=next"])
    })
    .await;
    let tenant = server.okta();
    let page = tenant.page(&POLL).await.unwrap();
    tenant.page(&Query::Next(page.next.unwrap())).await.unwrap();
    let limits: Vec<_> = server
        .asked()
        .iter()
        .map(|asked| asked.path.rsplit('=').next().unwrap().to_owned())
        .collect();
    assert_eq!(limits, ["1000", "500", "250", "500", "250"]);
}

#[tokio::test]
async fn one_that_is_always_slow_is_told_of() {
    let server = Server::start(|_, _| reply(500, &[], r#"{"errorCode":"E0000009"}"#)).await;
    let error = server.okta().page(&POLL).await.unwrap_err();
    assert!(matches!(error, Error::TooSlow { limit: 25..=31, .. }), "{error:?}");
}

const TOKEN: &str = r#"{"access_token":"canary-access","token_type":"Bearer","expires_in":86400,"scope":"read:logs"}"#;

#[tokio::test]
async fn auth0_is_read_from_the_last_event_before_a_time() {
    let server = Server::start(|_, asked| {
        match asked.path.as_str() {
            "/oauth/token" => reply(200, &[], TOKEN),
            path if path.contains("sort=date%3A-1") => {
                reply(200, &[], r#"[{"log_id":"90078"},{"log_id":"90077"},{"log_id":"900771"}]"#)
            }
            path if path.contains("from=90077") => {
                page(2, &["link: <https://x/api/v2/logs?from=9001&take=100>; rel=\"next\""])
            }
            // No link: the place behind the last event is ours to name.
            path if path.contains("from=9001") => page(3, &[]),
            _ => page(0, &[]),
        }
    })
    .await;
    let tenant = server.auth0();
    let since = "2026-11-20T00:00:00Z".parse().ok();
    let mut query = Query::Poll { since, filter: None };
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = tenant.page(&query).await.unwrap();
        seen.push((page.count, page.is_last));
        query = Query::Next(page.next.unwrap());
    }
    assert_eq!(seen, [(2, false), (3, false), (0, true)]);
    assert!(
        matches!(&query, Query::Next(cursor) if cursor.as_str() == "/api/v2/logs?from=9002&take=100")
    );
    let asked = server.asked();
    let tokens = asked.iter().filter(|asked| asked.method == "POST").count();
    assert_eq!((tokens, asked.len()), (1, 5));
    assert!(asked[0].body.contains(r#""audience":"http://127.0.0.1:"#), "{}", asked[0].body);
    assert_eq!(asked[4].header("authorization"), "Bearer canary-access");
}

#[tokio::test]
async fn auth0_without_an_earlier_event_is_read_from_a_made_id() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/oauth/token" => reply(200, &[], TOKEN),
        _ => page(0, &[]),
    })
    .await;
    let since = "2026-11-20T01:02:03Z".parse().ok();
    server.auth0().page(&Query::Poll { since, filter: None }).await.unwrap();
    let expected = format!("/api/v2/logs?from=90020261120010203{}&take=100", "0".repeat(40));
    assert_eq!(server.asked()[2].path, expected);
}

#[tokio::test]
async fn a_search_of_auth0_that_is_cut_short_says_so() {
    let server = Server::start(|_, asked| match asked.path.as_str() {
        "/oauth/token" => reply(200, &[], TOKEN),
        _ => page(100, &[]),
    })
    .await;
    let tenant = server.auth0();
    let [since, until] =
        ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"].map(|t| t.parse().unwrap());
    let mut query = Query::Bounded { since, until, filter: Some("type:s".into()) };
    for number in 0..10 {
        let page = tenant.page(&query).await.unwrap();
        assert!(!page.is_last && page.next.is_some() == (number < 9));
        if let Some(next) = page.next {
            query = Query::Next(next);
        }
    }
    assert!(server.asked()[10].path.ends_with("&page=9"), "{}", server.asked()[10].path);
}
