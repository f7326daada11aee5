//! Posts that are as they should be, or nearly.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::house::{House, Mood, hook, request, settings};
use crate::secret::SecretText;

async fn check(line: &str, headers: &[&str], body: &[u8], expected: &str, kept: &[&str]) {
    let house = House::new(&settings(), Mood::Well);
    let answer = house.answer(&request(line, headers, body)).await;
    assert_eq!(answer, expected, "{line} {headers:?}");
    assert_eq!(house.shelf.told(), kept, "{line} {headers:?}");
}

const UNREADABLE: &str =
    "400, connection: close\n{\"error\":\"no event in the body could be read\"}";

#[tokio::test]
async fn a_secret_that_was_changed_opens_at_once_and_the_old_one_no_more() {
    let house = House::new(&settings(), Mood::Well);
    let post = |secret: &str| {
        let header = format!("authorization: {secret}");
        request("POST /hooks/acme", &[&header], b"{\"uuid\":\"1\",\"eventType\":\"a.b\"}")
    };
    let collect = |token: &str| {
        let header = format!("authorization: Splunk {token}");
        request("POST /services/collector", &[&header], b"{\"uuid\":\"1\",\"eventType\":\"a.b\"}")
    };
    let mut changed = settings();
    changed.receivers[0].secrets = vec![SecretText::new("fresh")];
    changed.receivers[4].secrets = vec![SecretText::new("fresh-token")];
    house.desk.renew(&changed).unwrap();
    assert_eq!(house.answer(&post("fresh")).await, "200");
    assert!(house.answer(&post("hook of acme")).await.starts_with("401"));
    assert!(house.answer(&collect("fresh-token")).await.starts_with("200"));
    assert!(house.answer(&collect("token-of-acme")).await.starts_with("200"));
    assert!(house.answer(&collect("token-of-other")).await.starts_with("403"));
    // Two receivers of one path must be told apart.
    changed.receivers[4].secrets = vec![SecretText::new("token-of-acme")];
    assert!(house.desk.renew(&changed).is_err());
    assert!(house.answer(&collect("fresh-token")).await.starts_with("200"));
    assert_eq!(house.shelf.told().iter().filter(|told| told.contains("other")).count(), 2);
}

#[tokio::test]
async fn each_kind_has_its_own_way_to_show_a_secret() {
    for (line, header, kept) in [
        ("POST /hooks/acme", "authorization: hook of acme", "okta acme Hook 1"),
        ("POST /hooks/acme", "authorization: next of acme", "okta acme Hook 1"),
        ("POST /hooks/other", "authorization: hook of other", "okta other Hook 1"),
        ("POST /hooks/acme?a=b", "authorization: hook of acme", "okta acme Hook 1"),
        ("POST /streams/acme", "authorization: Bearer stream", "auth0 acme Stream 1"),
        ("POST /bridge", "x-api-key: key of acme", "okta acme EventBridge 1"),
        ("PUT /bridge", "x-api-key: key of acme", "okta acme EventBridge 1"),
    ] {
        check(line, &[header], br#"{"uuid":"1","eventType":"a.b"}"#, "200", &[kept]).await;
    }
}

#[tokio::test]
async fn okta_is_told_its_own_challenge_and_nothing_else() {
    let house = House::new(&settings(), Mood::Well);
    let long = format!("x-okta-verification-challenge: {}", "x".repeat(1_025));
    for (headers, expected) in [
        (&["x-okta-verification-challenge: a\"b"][..], "200\n{\"verification\":\"a\\\"b\"}"),
        (&[long.as_str()], "400\n{\"error\":\"the challenge is too long or not text\"}"),
        (&[], "405, allow: post\n{\"error\":\"this path takes another method\"}"),
    ] {
        assert_eq!(house.answer(&request("GET /hooks/acme", headers, b"")).await, expected);
    }
}

#[tokio::test]
async fn what_can_be_read_is_kept_and_what_cannot_is_not_held_against_it() {
    let secret = &["authorization: hook of acme"][..];
    let aside = &["okta acme Hook  and some aside"];
    let half = "{\"uuid\":\"1\",\"eventType\":\"a.b\"}\n{\"uuid\":\"2\",\"eventTy";
    check("POST /hooks/acme", secret, half.as_bytes(), "200", &["okta acme Hook 1 and some aside"])
        .await;
    check("POST /hooks/acme", secret, b"{\"uuid\":\"2\",\"eventTy", "200", aside).await;
    check("POST /hooks/acme", secret, b"not json", "200", aside).await;
    check("POST /hooks/acme", secret, b"\xff\xfe\x00", "200", aside).await;
    let none = "400, connection: close\n{\"error\":\"there is no body\"}";
    check("POST /hooks/acme", secret, b"", none, &[]).await;
    check("POST /hooks/acme", secret, b" \r\n ", none, &[]).await;
}

#[tokio::test]
async fn a_connection_serves_many_posts() {
    let house = House::new(&settings(), Mood::Well);
    let mut visit = house.visit();
    for _ in 0..3 {
        visit.say(&hook(r#"{"uuid":"1","eventType":"a.b"}"#)).await;
        assert_eq!(visit.answer().await, "200");
    }
    assert_eq!(house.shelf.told().len(), 3);
}

#[tokio::test]
async fn gzip_is_undone() {
    let packed = gzip(br#"{"uuid":"1","eventType":"a.b"}"#);
    let headers = &["authorization: hook of acme", "content-encoding: gzip"][..];
    check("POST /hooks/acme", headers, &packed, "200", &["okta acme Hook 1"]).await;
    let cut = "400, connection: close\n{\"error\":\"the body broke off\"}";
    check("POST /hooks/acme", headers, &packed[..packed.len() - 9], cut, &[]).await;
    check("POST /hooks/acme", headers, b"{\"uuid\":\"1\",\"eventType\":\"a.b\"}", UNREADABLE, &[])
        .await;
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
