//! `/oauth/token` and `/api/v2/logs`.

use std::time::Duration;

use serde_json::json;

use super::client::Answer;
use super::{Served, at, faults, serve};
use crate::serve::Limits;
use crate::{Entry, Product};

const READER: &str = "keywardlabreader0000000000000001";

/// A record that happened and was written that many seconds after the start.
fn record(number: u32, time_s: i64, written_s: i64) -> Entry {
    let stamp = at(time_s).strftime("%Y%m%d%H%M%S").to_string();
    let id = format!("900{stamp}{number:039}");
    let code = if number.is_multiple_of(2) { "s" } else { "fp" };
    let json = json!({"log_id": id, "date": at(time_s).to_string(), "type": code, "user_name": format!("u{number}"), "tenant_name": "acme"});
    Entry {
        product: Product::Auth0,
        time: at(time_s),
        written: at(written_s),
        id,
        json: json.to_string(),
    }
}

async fn token(served: &Served, client_id: &str, change: (&str, &str)) -> Answer {
    let mut body = json!({
        "grant_type": "client_credentials", "client_id": client_id,
        "client_secret": served.keys.auth0_client_secret,
        "audience": format!("{}/api/v2/", served.auth0.base()),
    });
    body[change.0] = json!(change.1);
    served
        .auth0
        .post("/oauth/token", &[("content-type", "application/json")], &body.to_string())
        .await
}

pub(super) async fn authorization(served: &Served, client_id: &str) -> String {
    let granted = token(served, client_id, ("x", "")).await.json();
    format!("Bearer {}", granted["access_token"].as_str().unwrap())
}

/// The users on a page, by which tests tell records apart.
fn users(page: &Answer) -> Vec<String> {
    let records = page.json();
    let records = records.as_array().cloned().unwrap_or_default();
    records.iter().map(|record| record["user_name"].as_str().unwrap_or("").to_owned()).collect()
}

#[tokio::test]
async fn checkpoints_follow_the_order_of_writing() {
    let entries =
        vec![record(1, -50, -50), record(2, -40, 5), record(3, -30, -30), record(4, -20, -20)];
    let served = serve(entries, |options| options.faults = faults("duplicate=1")).await;
    let bearer = authorization(&served, READER).await;
    let headers = [("authorization", bearer.as_str())];
    let page = served.auth0.get("/api/v2/logs?take=2", &headers).await;
    assert_eq!(users(&page), ["u1", "u3"]);
    let page = served.auth0.get(&page.link("next").unwrap(), &headers).await;
    assert_eq!(users(&page), ["u4"]);
    let next = page.link("next").unwrap();
    let empty = served.auth0.get(&next, &headers).await;
    assert_eq!((users(&empty).len(), empty.link("next")), (0, Some(next.clone())));
    served.clock.advance(Duration::from_mins(2));
    assert_eq!(users(&served.auth0.get(&next, &headers).await), ["u2"], "late, once, and not lost");
    let made_up = format!("900{}{}", at(-31).strftime("%Y%m%d%H%M%S"), "0".repeat(39));
    let page = served.auth0.get(&format!("/api/v2/logs?from={made_up}&take=100"), &headers).await;
    assert_eq!(users(&page), ["u3", "u4", "u2"]);
    for bad in ["from=x", "take=101", "take=0"] {
        assert_eq!(
            served.auth0.get(&format!("/api/v2/logs?{bad}"), &headers).await.status,
            400,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn searches_end_at_a_thousand() {
    let entries = (0..1500).map(|n| record(n, i64::from(n) - 2000, i64::from(n) - 2000)).collect();
    let served = serve(entries, |_| {}).await;
    let bearer = authorization(&served, READER).await;
    let headers = [("authorization", bearer.as_str())];
    let cases = [
        ("per_page=2", 200, vec!["u1499", "u1498"]),
        ("per_page=2&sort=date:1", 200, vec!["u0", "u1"]),
        ("per_page=2&page=1&q=type:fp", 200, vec!["u1495", "u1493"]),
        ("q=user_name:%22u77%22", 200, vec!["u77"]),
        (
            "q=type:s%20AND%20date:%5B2026-11-22T11:51:30Z%20TO%20*%5D&sort=date:1",
            200,
            vec!["u1490", "u1492", "u1494", "u1496", "u1498"],
        ),
        ("per_page=100&page=10", 400, vec![]),
        ("q=type:s%20OR%20type:fp", 400, vec![]),
    ];
    for (query, status, expected) in cases {
        let page = served.auth0.get(&format!("/api/v2/logs?{query}"), &headers).await;
        assert_eq!(
            (page.status, users(&page)),
            (status, expected.into_iter().map(str::to_owned).collect()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn what_a_credential_lacks_shows_in_the_answer() {
    let served = serve(vec![], |_| {}).await;
    let cases = [
        (READER, ("client_secret", "wrong"), 401, "access_denied"),
        ("nobody", ("x", ""), 401, "access_denied"),
        (READER, ("audience", "https://acme.us.auth0.com/api/v2/"), 403, "access_denied"),
        (READER, ("grant_type", "password"), 403, "unsupported_grant_type"),
        (READER, ("grant_type", "authorization_code"), 403, "unauthorized_client"),
        ("keywardlabnogrant000000000000001", ("x", ""), 403, "access_denied"),
    ];
    for (client_id, change, status, code) in cases {
        let answer = token(&served, client_id, change).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (status, Some(code)),
            "{change:?}"
        );
    }
    let bearer = authorization(&served, "keywardlabnoscope000000000000001").await;
    let page = served.auth0.get("/api/v2/logs?take=1", &[("authorization", &bearer)]).await;
    assert_eq!((page.status, page.json()["errorCode"].as_str()), (403, Some("insufficient_scope")));
    let bearer = authorization(&served, READER).await;
    served.clock.advance(Duration::from_hours(25));
    let page = served.auth0.get("/api/v2/logs?take=1", &[("authorization", &bearer)]).await;
    assert_eq!(page.status, 401, "a day old");
    assert_eq!(served.auth0.get("/api/v2/logs", &[]).await.status, 401);
}

#[tokio::test]
async fn a_burst_is_answered_and_then_some_a_second() {
    let limits = Limits { burst: 2, per_second: 1, ..Limits::default() };
    let served = serve(vec![], |options| options.limits = limits).await;
    let bearer = authorization(&served, READER).await;
    let headers = [("authorization", bearer.as_str())];
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = served.auth0.get("/api/v2/logs?take=1", &headers).await;
        seen.push((page.status, page.header("x-ratelimit-remaining").unwrap().to_owned()));
    }
    let expected =
        [(200, "1"), (200, "0"), (429, "0")].map(|(status, left)| (status, left.to_owned()));
    assert_eq!(seen, expected);
    served.clock.advance(Duration::from_secs(1));
    assert_eq!(served.auth0.get("/api/v2/logs?take=1", &headers).await.status, 200);
}
