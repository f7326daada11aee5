//! What those who mean harm are answered.

use super::house::{House, Mood, hook, request, settings};
use super::posts::gzip;

/// Answers, and that nothing was kept.
async fn refuses(request: &[u8], expected: &str) {
    let house = House::new(&settings(), Mood::Well);
    assert_eq!(house.answer(request).await, expected, "{}", String::from_utf8_lossy(request));
    assert_eq!(house.shelf.told(), [""; 0]);
}

const WRONG: &str = "401, connection: close\n{\"error\":\"the secret is wrong\"}";
const NONE: &str = "401, connection: close\n{\"error\":\"no secret was shown\"}";
const NOTHING: &str = "404\n{\"error\":\"there is nothing here\"}";
const LARGE: &str = "413, connection: close\n{\"error\":\"the body is too large\"}";
const ENCODING: &str = "415, connection: close\n\
    {\"error\":\"the content encoding is not known; send gzip or none\"}";

#[tokio::test]
async fn a_wrong_secret_opens_nothing() {
    for secret in
        ["hook of acm", "hook of acmee", "Hook of acme", "Bearer hook of acme", "hook of other"]
    {
        let header = format!("authorization: {secret}");
        refuses(&request("POST /hooks/acme", &[&header], b"{}"), WRONG).await;
    }
    let both = ["authorization: hook of acme", "authorization: wrong"];
    refuses(&request("POST /hooks/acme", &both, b"{}"), NONE).await;
    refuses(&request("POST /hooks/acme", &[], b"{}"), NONE).await;
    refuses(&request("POST /hooks/acme", &["x-api-key: hook of acme"], b"{}"), NONE).await;
    refuses(&request("POST /bridge", &["authorization: key of acme"], b"{}"), NONE).await;
}

#[tokio::test]
async fn the_body_of_a_stranger_is_not_waited_for() {
    let house = House::new(&settings(), Mood::Well);
    let mut visit = house.visit();
    visit
        .say(b"POST /hooks/acme HTTP/1.1\r\nhost: a\r\nauthorization: no\r\ncontent-length: 999\r\n\r\n")
        .await;
    assert_eq!(visit.answer().await, WRONG);
}

#[tokio::test]
async fn a_path_is_taken_as_it_is() {
    for path in [
        "/",
        "//hooks/acme",
        "/hooks//acme",
        "/hooks/acme/",
        "/hooks/./acme",
        "/x/../hooks/acme",
        "/hooks/%61cme",
        "/HOOKS/acme",
        "/hooks/acme;a=b",
        "/hooks/acme%00",
        "/hooks",
        "/metrics/",
        "/services/collector/../../metrics",
        "/services/collector/raw",
        "/services/collector/event/2.0",
    ] {
        let line = format!("POST {path}");
        refuses(&request(&line, &["authorization: hook of acme"], b"{}"), NOTHING).await;
    }
}

#[tokio::test]
async fn only_the_method_that_is_meant_is_taken() {
    let wants =
        |what| format!("405, allow: {what}\n{{\"error\":\"this path takes another method\"}}");
    for (line, methods) in [
        ("DELETE /hooks/acme", "get, post"),
        ("PUT /streams/acme", "post"),
        ("PATCH /bridge", "post, put"),
        ("POST /metrics", "get, head"),
        ("POST /services/collector/health", "get, head"),
        ("PUT /services/collector/ack", "post"),
    ] {
        refuses(&request(line, &["authorization: hook of acme"], b"{}"), &wants(methods)).await;
    }
}

#[tokio::test]
async fn a_huge_body_is_refused_by_its_length_or_where_it_grows_too_long() {
    let head = "POST /hooks/acme HTTP/1.1\r\nhost: a\r\nauthorization: hook of acme\r\n";
    refuses(format!("{head}content-length: 4097\r\n\r\n").as_bytes(), LARGE).await;
    refuses(
        format!("{head}content-length: 18446744073709551615\r\n\r\n").as_bytes(),
        "431, connection: close",
    )
    .await;
    let chunk = format!("400\r\n{}\r\n", "x".repeat(0x400));
    let chunks = format!("{head}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(5));
    refuses(chunks.as_bytes(), LARGE).await;
}

#[tokio::test]
async fn a_bomb_is_not_unpacked() {
    let bomb = gzip(&vec![b' '; 1 << 20]);
    assert!(bomb.len() < 4 << 10);
    let secret = "authorization: hook of acme";
    let packed = |encoding| request("POST /hooks/acme", &[secret, encoding], &bomb);
    refuses(&packed("content-encoding: gzip"), LARGE).await;
    refuses(&packed("content-encoding: br"), ENCODING).await;
    refuses(&packed("content-encoding: gzip, gzip"), ENCODING).await;
    let twice = [secret, "content-encoding: gzip", "content-encoding: gzip"];
    refuses(&request("POST /hooks/acme", &twice, &bomb), ENCODING).await;
}

#[tokio::test]
async fn requests_that_two_servers_could_read_in_two_ways_are_not_read() {
    let head = "POST /hooks/acme HTTP/1.1\r\nhost: a\r\nauthorization: hook of acme\r\n";
    for lengths in [
        "content-length: 2\r\ncontent-length: 3\r\n",
        "content-length: +2\r\n",
        "content-length: 2, 3\r\n",
        "transfer-encoding: chunked, identity\r\n",
        "transfer-encoding : chunked\r\n",
    ] {
        let house = House::new(&settings(), Mood::Well);
        let answer = house.answer(format!("{head}{lengths}\r\n{{}}").as_bytes()).await;
        assert!(answer.starts_with("400, connection: close"), "{lengths}: {answer}");
        assert_eq!(house.shelf.told(), [""; 0], "{lengths}");
    }
}

/// With both, the length is left aside, and what would be a second request by the other reading is not one.
#[tokio::test]
async fn chunks_prevail_over_a_length() {
    let house = House::new(&settings(), Mood::Well);
    let smuggled = String::from_utf8(hook(r#"{"uuid":"2","eventType":"a.b"}"#)).unwrap();
    let first = format!(
        "POST /hooks/acme HTTP/1.1\r\nhost: a\r\nauthorization: hook of acme\r\ncontent-length: {}\r\n\
         transfer-encoding: chunked\r\n\r\n1e\r\n{{\"uuid\":\"1\",\"eventType\":\"a.b\"}}\r\n0\r\n\r\n",
        5 + smuggled.len(),
    );
    let answer = house.answer(first.as_bytes()).await;
    assert!(answer.starts_with("200") || answer.starts_with("400"), "{answer}");
    assert!(house.shelf.told().len() <= 1);
}

#[tokio::test]
async fn headers_are_bounded() {
    let house = House::new(&settings(), Mood::Well);
    let long = format!("x-long: {}", "x".repeat(17 << 10));
    let many: Vec<String> = (0..200).map(|n| format!("x-{n}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for headers in [&[long.as_str()][..], &many] {
        let answer = house.answer(&request("POST /hooks/acme", headers, b"{}")).await;
        assert!(answer.starts_with("431, connection: close"), "{answer}");
    }
}

#[tokio::test]
async fn one_who_sends_too_much_is_slowed_and_others_are_not() {
    tokio::time::pause();
    let mut settings = settings();
    settings.limits.requests_per_second = 2;
    let house = House::new(&settings, Mood::Well);
    let busy = "503, connection: close, retry-after: 1\n{\"error\":\"too much at once\"}";
    for expected in ["200", "200", busy, busy] {
        assert_eq!(house.answer(&hook(r#"{"uuid":"1","eventType":"a.b"}"#)).await, expected);
    }
    // Guesses do not use up what is the sender's.
    let other =
        |secret| request("POST /hooks/other", &[secret], br#"{"uuid":"1","eventType":"a.b"}"#);
    for _ in 0..5 {
        assert_eq!(house.answer(&other("authorization: guess")).await, WRONG);
    }
    assert_eq!(house.answer(&other("authorization: hook of other")).await, "200");
}
