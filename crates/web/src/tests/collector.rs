//! What clients of Splunk's HTTP Event Collector are answered.

use super::house::{House, Mood, request, settings};

async fn check(requests: &[(&str, &[&str], &str, &str)]) -> House {
    let house = House::new(&settings(), Mood::Well);
    for (line, headers, body, expected) in requests {
        let answer = house.answer(&request(line, headers, body.as_bytes())).await;
        assert_eq!(answer, *expected, "{line} {headers:?}");
    }
    house
}

const ACME: &str = "authorization: Splunk token-of-acme";
const EVENT: &str = r#"{"uuid":"1","eventType":"a.b"}"#;
const SUCCESS: &str = "200\n{\"text\":\"Success\",\"code\":0}";

#[tokio::test]
async fn the_token_says_whose_events_they_are() {
    let house = check(&[
        ("POST /services/collector/event", &[ACME], EVENT, SUCCESS),
        ("POST /services/collector", &["authorization: Splunk token-of-other"], EVENT, SUCCESS),
        (
            "POST /services/collector/event/1.0",
            &["authorization: Basic eDp0b2tlbi1vZi1hY21l"],
            EVENT,
            SUCCESS,
        ),
    ])
    .await;
    assert_eq!(house.shelf.told(), ["okta acme Hec 1", "okta other Hec 1", "okta acme Hec 1"]);
}

#[tokio::test]
async fn faults_have_the_codes_that_clients_know() {
    let no_token = "401, connection: close\n{\"text\":\"Token is required\",\"code\":2}";
    let house = check(&[
        ("POST /services/collector/event", &[], EVENT, no_token),
        (
            "POST /services/collector/event",
            &["authorization: Bearer token-of-acme"],
            EVENT,
            no_token,
        ),
        (
            "POST /services/collector/event",
            &["authorization: Splunk hook"],
            EVENT,
            "403, connection: close\n{\"text\":\"Invalid token\",\"code\":4}",
        ),
        (
            "POST /services/collector/event",
            &[ACME],
            "",
            "400, connection: close\n{\"text\":\"No data\",\"code\":5}",
        ),
        ("POST /services/collector/event", &[ACME], "{", "200\n{\"text\":\"Success\",\"code\":0}"),
        (
            "GET /services/collector/health",
            &[],
            "",
            "200\n{\"text\":\"HEC is healthy\",\"code\":17}",
        ),
    ])
    .await;
    *house.shelf.mood.lock().unwrap() = Mood::Full;
    let answer =
        house.answer(&request("POST /services/collector", &[ACME], EVENT.as_bytes())).await;
    assert_eq!(answer, "503, retry-after: 1\n{\"text\":\"Server is busy\",\"code\":9}");
}

#[tokio::test]
async fn what_is_answered_is_acknowledged() {
    let channel = "x-splunk-request-channel: 4e0f2f4e-0000-4000-8000-000000000001";
    let asked = r#"{"acks":[0,1,2]}"#;
    check(&[
        (
            "POST /services/collector/event",
            &[ACME, channel],
            EVENT,
            "200\n{\"text\":\"Success\",\"code\":0,\"ackId\":0}",
        ),
        (
            "POST /services/collector/event?channel=4e0f2f4e-0000-4000-8000-000000000001",
            &[ACME],
            EVENT,
            "200\n{\"text\":\"Success\",\"code\":0,\"ackId\":1}",
        ),
        (
            "POST /services/collector/ack",
            &[ACME, channel],
            asked,
            "200\n{\"acks\":{\"0\":true,\"1\":true,\"2\":false}}",
        ),
        // Another tenant's channels are its own.
        (
            "POST /services/collector/ack",
            &["authorization: Splunk token-of-other", channel],
            asked,
            "200\n{\"acks\":{\"0\":false,\"1\":false,\"2\":false}}",
        ),
        (
            "POST /services/collector/ack",
            &[ACME],
            asked,
            "400\n{\"text\":\"Data channel is missing\",\"code\":10}",
        ),
        (
            "POST /services/collector/ack",
            &[ACME, channel],
            "[]",
            "400, connection: close\n{\"text\":\"Invalid data format\",\"code\":6}",
        ),
        (
            "POST /services/collector/ack",
            &["authorization: Splunk guess", channel],
            asked,
            "403, connection: close\n{\"text\":\"Invalid token\",\"code\":4}",
        ),
    ])
    .await;
}
