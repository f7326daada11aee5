//! Syslog over TLS against a collector on this machine.

use std::sync::Arc;

use outbound::Outbound;
use sink::{Collector, Delivery, Failure, Receipt, Syslog, Turn};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::collector::Place;
use crate::receiver::{HOSTILE, Stopped, deliver, delivery};
use crate::stage::finding;

/// Sends, and what the collector read.
async fn check(told: &Delivery, most: usize) -> (Result<Receipt, Failure>, Vec<u8>) {
    let place = Place::new().await;
    let collector =
        Collector { hostname: "sentry.example.com".into(), most, ..Collector::new(place.peer()) };
    let channel = Syslog::new(place.trusting(), Arc::new(Stopped), collector);
    let collect = async {
        let mut stream = place.secure(place.plain().await).await.unwrap();
        let mut read = Vec::new();
        stream.read_to_end(&mut read).await.unwrap();
        stream.shutdown().await.unwrap();
        read
    };
    tokio::join!(deliver(&channel, told), collect)
}

/// The frame taken apart as RFC 5425 has it: header and JSON.
fn parsed(frame: &[u8]) -> (String, serde_json::Value) {
    let frame = std::str::from_utf8(frame).unwrap();
    let (length, message) = frame.split_once(' ').unwrap();
    assert_eq!(length.parse::<usize>().unwrap(), message.len());
    let (header, json) = message.split_once("] ").unwrap();
    (format!("{header}]"), serde_json::from_str(json).unwrap())
}

#[tokio::test]
async fn a_message_is_one_frame() {
    let (sent, read) =
        check(&delivery(&finding("r", "mallory@example.com", "e"), Turn::Raised), 8192).await;
    sent.unwrap();
    let (header, json) = parsed(&read);
    insta::assert_snapshot!(header.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r#"<83>1 2026-11-22T09:00:00.000Z sentry.example.com keyward - raised [origin software="keyward" swVersion="VERSION"]"#);
    assert_eq!(json["finding"]["subject"]["user"], "mallory@example.com");
}

#[tokio::test]
async fn what_an_event_holds_ends_no_frame_and_fits_into_one() {
    let mut hostile = finding(HOSTILE, HOSTILE, "e");
    for n in 0..30 {
        hostile.evidence.add(&format!("field{n}"), &"x\n1 <0>1 - - - - - -".repeat(50));
    }
    let mut told = delivery(&hostile, Turn::Raised);
    told.alert.guide.why = "why ".repeat(5_000);
    let (sent, read) = check(&told, 8192).await;
    sent.unwrap();
    assert!(read.len() <= 8192 + 5 && !read.contains(&b'\n'), "{}", read.len());
    assert_eq!(parsed(&read).1["finding"]["subject"]["user"], HOSTILE);
}

#[tokio::test]
async fn a_collector_that_breaks_off_gets_it_again() {
    let place = Place::new().await;
    // Longer than what a collector takes in while the connection is made.
    let collector = Collector { most: 1 << 20, ..Collector::new(place.peer()) };
    let channel = Syslog::new(place.trusting(), Arc::new(Stopped), collector);
    let mut told = delivery(&finding("r", "a", "e"), Turn::Raised);
    told.alert.guide.why = "why ".repeat(50_000);
    let broken = async {
        let stream = place.secure(place.plain().await).await.unwrap();
        // Without a good-bye, and with what was sent unread.
        drop(stream.into_inner().0);
    };
    let (sent, ()) = tokio::join!(deliver(&channel, &told), broken);
    assert!(matches!(sent, Err(Failure::Later { .. })), "{sent:?}");
}

#[tokio::test]
async fn a_collector_that_read_all_and_left_without_a_word_is_believed() {
    let place = Place::new().await;
    let channel = Syslog::new(place.trusting(), Arc::new(Stopped), Collector::new(place.peer()));
    let told = delivery(&finding("r", "a", "e"), Turn::Raised);
    let collect = async {
        let mut stream = place.secure(place.plain().await).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        drop(stream.into_inner().0);
    };
    let (sent, ()) = tokio::join!(deliver(&channel, &told), collect);
    sent.unwrap();
}

#[tokio::test]
async fn a_collector_that_is_not_trusted_gets_nothing() {
    let place = Place::new().await;
    let outbound = Outbound::new(&outbound::Settings::default()).unwrap();
    let channel = Syslog::new(outbound, Arc::new(Stopped), Collector::new(place.peer()));
    let told = delivery(&finding("r", "a", "e"), Turn::Raised);
    let collect = async { place.secure(place.plain().await).await.is_err() };
    let (sent, was_left) = tokio::join!(deliver(&channel, &told), collect);
    assert!(was_left && matches!(sent, Err(Failure::Later { .. })), "{sent:?}");
}
