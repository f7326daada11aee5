//! When answers come, and when a connection ends. Time is made up.

use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::Instant;

use super::house::{House, Mood, hook, request, settings};

const LATE: &str = "503, connection: close, retry-after: 1\n{\"error\":\"not written in time\"}";

/// Lets everything that can go on do so.
async fn settle() {
    for _ in 0..100 {
        yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_for_the_disk() {
    let house = House::new(&settings(), Mood::Slow);
    let mut visit = house.visit();
    visit.say(&hook(r#"{"uuid":"1","eventType":"a.b"}"#)).await;
    settle().await;
    assert_eq!(house.shelf.n_waiting(), 1);
    let begun = Instant::now();
    house.shelf.go_on();
    assert_eq!(visit.answer().await, "200");
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn each_kind_is_answered_before_its_sender_gives_up() {
    for (line, header, late, after) in [
        ("POST /hooks/acme", "authorization: hook of acme", LATE, 2_500),
        ("POST /bridge", "x-api-key: key of acme", LATE, 4_500),
        ("POST /streams/acme", "authorization: Bearer stream", LATE, 4_500),
        (
            "POST /services/collector",
            "authorization: Splunk token-of-acme",
            "503, connection: close, retry-after: 1\n{\"text\":\"Server is busy\",\"code\":9}",
            9_000,
        ),
    ] {
        let house = House::new(&settings(), Mood::Slow);
        let begun = Instant::now();
        assert_eq!(
            house.answer(&request(line, &[header], br#"{"uuid":"1","eventType":"a.b"}"#)).await,
            late
        );
        assert_eq!(begun.elapsed(), Duration::from_millis(after), "{line}");
    }
}

#[tokio::test]
async fn a_full_disk_is_no_fault_of_the_sender() {
    let house = House::new(&settings(), Mood::Full);
    let failed = "503, retry-after: 1\n{\"error\":\"could not be written\"}";
    assert_eq!(house.answer(&hook(r#"{"uuid":"1","eventType":"a.b"}"#)).await, failed);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_given_up() {
    let house = House::new(&settings(), Mood::Well);
    let head = "POST /hooks/acme HTTP/1.1\r\nhost: a\r\nauthorization: hook of acme\r\n";
    for body in ["content-length: 100\r\n\r\n{", "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"] {
        let mut visit = house.visit();
        let begun = Instant::now();
        visit.say(format!("{head}{body}").as_bytes()).await;
        assert_eq!(visit.answer().await, LATE);
        assert_eq!(begun.elapsed(), Duration::from_millis(2_500));
        assert!(visit.ends().await);
    }
}

#[tokio::test(start_paused = true)]
async fn slow_headers_and_silence_end_in_time() {
    let house = House::new(&settings(), Mood::Well);
    for said in ["", "POST /hooks/acme HTTP/1.1\r\nauthorization: hook of acme\r\n", "\r\n"] {
        let begun = Instant::now();
        let mut visit = house.visit();
        visit.say(said.as_bytes()).await;
        assert!(visit.ends().await);
        assert_eq!(begun.elapsed(), Duration::from_secs(10), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_who_has_shown_a_secret_may_stay_until_it_is_idle_too_long() {
    let house = House::new(&settings(), Mood::Well);
    let mut visit = house.visit();
    let begun = Instant::now();
    visit.say(&hook(r#"{"uuid":"1","eventType":"a.b"}"#)).await;
    assert_eq!(visit.answer().await, "200");
    assert!(visit.ends().await);
    assert_eq!(begun.elapsed(), Duration::from_mins(1));
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_bounded_and_its_room_is_given_back() {
    let house = House::new(&settings(), Mood::Slow);
    let body =
        format!("{{\"uuid\":\"1\",\"eventType\":\"a.b\",\"padding\":\"{}\"}}", "x".repeat(3_980));
    // Four bodies of just under 4 KiB fill the 16 KiB, whether or not anyone still waits for their answers.
    for _ in 0..4 {
        assert_eq!(house.answer(&hook(&body)).await, LATE);
    }
    assert_eq!(house.answer(&hook(&body)).await, LATE);
    assert_eq!(house.shelf.n_waiting(), 4);
    let health = request("GET /services/collector/health", &[], b"");
    assert!(house.answer(&health).await.starts_with("503"));

    // One who waits goes on when there is room.
    let mut visit = house.visit();
    visit.say(&hook(&body)).await;
    settle().await;
    assert_eq!(house.shelf.n_waiting(), 4);
    house.shelf.go_on();
    settle().await;
    house.shelf.go_on();
    assert_eq!(visit.answer().await, "200");
    assert!(house.answer(&health).await.starts_with("200"));
}

#[tokio::test(start_paused = true)]
async fn a_stop_finishes_what_was_accepted() {
    let house = House::new(&settings(), Mood::Slow);
    let (mut sender, silent, mut idle) = (house.visit(), house.visit(), house.visit());
    idle.say(&request("GET /health", &[], b"")).await;
    assert_eq!(idle.answer().await, "200\nalive\n");
    sender.say(&hook(r#"{"uuid":"1","eventType":"a.b"}"#)).await;
    settle().await;
    let begun = Instant::now();
    house.stop();
    assert!(silent.ends().await);
    assert!(idle.ends().await);
    house.shelf.go_on();
    assert_eq!(sender.answer().await, "200, connection: close");
    assert!(sender.ends().await);
    assert_eq!(begun.elapsed(), Duration::ZERO);
}
