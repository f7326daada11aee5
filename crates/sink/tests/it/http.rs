//! Channels over HTTP against a receiver on this machine.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use outbound::{Origin, Secret};
use serde_json::Value;
use sink::{Channel, Failure, Ocsf, PagerDuty, Slack, SlackHook, Teams, Turn, Webhook};

use crate::receiver::{Answer, HOSTILE, Receiver, Stopped, deliver, delivery, outbound};
use crate::stage::{finding, revised};

fn new() -> finding::Finding {
    finding("okta_api_token_created", "mallory@example.com", "e1")
}

fn webhook(receiver: &Receiver) -> Webhook {
    Webhook::new(outbound(), Arc::new(Stopped), receiver.endpoint("/in?sig=hush"))
}

#[tokio::test]
async fn a_webhook_gets_the_finding_its_key_and_a_signature() {
    let receiver = Receiver::start(&[]).await;
    let channel = webhook(&receiver)
        .signed(Secret::new("a-secret-for-tests"))
        .with("x-team".parse().unwrap(), Secret::new("blue"));
    let delivery = delivery(&new(), Turn::Raised);
    deliver(&channel, &delivery).await.unwrap();
    let [got] = &receiver.received()[..] else { panic!("one request") };
    assert_eq!((got.path.as_str(), got.header("x-team")), ("/in?sig=hush", "blue"));
    assert_eq!(got.header("idempotency-key"), delivery.key.as_str());
    let body = got.json();
    assert_eq!(body["schema"], "keyward.alert/1");
    assert_eq!(body["finding"], serde_json::to_value(new()).unwrap());
    assert_eq!(body["key"], delivery.key.as_str());
    assert!(is_signed(got.header("keyward-signature"), delivery.key.as_str(), &got.body));
    assert!(!channel.describe().contains("hush"));
}

/// What a receiver does, as `docs/sinks.md` says it, with other code than the sender's.
fn is_signed(header: &str, key: &str, body: &[u8]) -> bool {
    let (time, signature) = header.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let signed = [time.as_bytes(), b".", key.as_bytes(), b".", body].concat();
    let hash = |parts: &[&[u8]]| {
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &parts.concat()).as_ref().to_vec()
    };
    // RFC 2104: the key is shorter than a block of 64 bytes.
    let mut block = b"a-secret-for-tests".to_vec();
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|byte| byte ^ with).collect::<Vec<_>>();
    let tag = hash(&[&pad(0x5c), &hash(&[&pad(0x36), &signed])]);
    let hex: Vec<_> = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    time == "1795338000" && hex.concat() == signature
}

#[tokio::test]
async fn the_same_message_is_the_same_each_time() {
    let receiver = Receiver::start(&[(503, vec![], "")]).await;
    let channel = webhook(&receiver);
    let mut delivery = delivery(&new(), Turn::Raised);
    deliver(&channel, &delivery).await.unwrap_err();
    delivery.n_attempt = 2;
    deliver(&channel, &delivery).await.unwrap();
    let got = receiver.received();
    assert_eq!(
        (got[0].header("idempotency-key"), &got[0].body),
        (got[1].header("idempotency-key"), &got[1].body)
    );
}

/// What a webhook makes of an answer.
async fn check(answer: Answer) -> Result<(), (bool, Option<u64>)> {
    let receiver = Receiver::start(&[answer]).await;
    match deliver(&webhook(&receiver), &delivery(&new(), Turn::Raised)).await {
        Ok(_) => Ok(()),
        Err(failure) => {
            assert!(!failure.why().contains("hush"), "{failure}");
            let after = match &failure {
                Failure::Later { after, .. } => after.map(|after| after.as_secs()),
                Failure::Refused { .. } => None,
            };
            Err((matches!(failure, Failure::Later { .. }), after))
        }
    }
}

#[tokio::test]
async fn answers_say_whether_to_try_again() {
    let (later, refused) = (Err((true, None)), Err((false, None)));
    for status in [200, 201, 202, 204] {
        assert_eq!(check((status, vec![], "")).await, Ok(()));
    }
    for status in [301, 307, 401, 403, 404, 405, 407, 408, 409, 410, 425, 429, 500, 502, 503, 504] {
        assert_eq!(
            check((status, vec![("location", "https://evil.example.com/")], "")).await,
            later,
            "{status}"
        );
    }
    for status in [400, 413, 422] {
        assert_eq!(check((status, vec![], "hush")).await, refused, "{status}");
    }
    let wait =
        |text| (429, vec![("retry-after", text), ("date", "Sun, 22 Nov 2026 09:00:00 GMT")], "");
    assert_eq!(check(wait("30")).await, Err((true, Some(30))));
    assert_eq!(check(wait("Sun, 22 Nov 2026 09:02:00 GMT")).await, Err((true, Some(120))));
    assert_eq!(check(wait("99999999999")).await, Err((true, Some(3600))));
    assert_eq!(check(wait("-1")).await, later);
}

#[tokio::test]
async fn nobody_there_is_no_refusal() {
    let receiver = Receiver::start(&[]).await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/in?sig=hush", closed.local_addr().unwrap());
    drop((closed, receiver));
    let endpoint = sink::Endpoint::parse(&Secret::new(endpoint)).unwrap();
    let channel = Webhook::new(outbound(), Arc::new(Stopped), endpoint);
    let failure = deliver(&channel, &delivery(&new(), Turn::Raised)).await.unwrap_err();
    assert!(matches!(&failure, Failure::Later { .. }), "{failure}");
    assert!(!failure.why().contains("hush"), "{failure}");
}

fn origin(receiver: &Receiver) -> Origin {
    receiver.address.parse().unwrap()
}

fn slack(receiver: &Receiver) -> Slack {
    let token = Secret::new(format!("xo{}-not-a-token", "xb"));
    Slack::new(outbound(), origin(receiver), token, "C0ALERTS".into())
}

const POSTED: Answer =
    (200, vec![], r#"{"ok": true, "channel": "C0ALERTS", "ts": "1795338000.000100"}"#);

#[tokio::test]
async fn slack_is_told_once_and_then_edited() {
    let receiver = Receiver::start(&[POSTED, POSTED, POSTED]).await;
    let channel = slack(&receiver);
    let receipt = deliver(&channel, &delivery(&new(), Turn::Raised)).await.unwrap();
    assert_eq!(receipt.handle.as_deref(), Some("C0ALERTS:1795338000.000100:high"));
    let later = revised(&new(), 2, finding::State::Settled, finding::Level::Critical);
    let mut edit = delivery(&later, Turn::Changed);
    edit.sent = Some(receipt);
    let receipt = deliver(&channel, &edit).await.unwrap();
    let [posted, edited, worse] = &receiver.received()[..] else { panic!("three requests") };
    // It got worse: the channel is told. The same level again is not worth a word.
    assert_eq!(
        (&worse.json()["thread_ts"], &worse.json()["reply_broadcast"]),
        (&"1795338000.000100".into(), &true.into())
    );
    assert!(worse.json()["text"].as_str().unwrap().starts_with("It is critical now."));
    edit.sent = Some(receipt);
    assert_eq!(
        deliver(&channel, &edit).await.unwrap_err().why(),
        "127.0.0.1 answered with something that is no JSON of Slack"
    );
    assert_eq!(receiver.received().len(), 4);
    assert_eq!(
        (posted.path.as_str(), edited.path.as_str()),
        ("/api/chat.postMessage", "/api/chat.update")
    );
    assert!(posted.header("authorization").starts_with("Bearer xoxb-"));
    assert_eq!(
        (&edited.json()["channel"], &edited.json()["ts"]),
        (&"C0ALERTS".into(), &"1795338000.000100".into())
    );
    assert_eq!(posted.json()["channel"], "C0ALERTS");
    assert_snapshot!(serde_json::to_string_pretty(&edited.json()).unwrap());
}

#[tokio::test]
async fn what_is_told_once_more_is_said_in_the_channel_of_slack() {
    let receiver = Receiver::start(&[POSTED, POSTED]).await;
    let mut again = delivery(&new(), Turn::Raised);
    again.sent = Some(sink::Receipt::new(Some("C0ALERTS:1.2:high".into()), ""));
    deliver(&slack(&receiver), &again).await.unwrap();
    let [edited, said] = &receiver.received()[..] else { panic!("two requests") };
    assert_eq!(
        (edited.path.as_str(), said.path.as_str()),
        ("/api/chat.update", "/api/chat.postMessage")
    );
    assert_eq!(
        (&said.json()["thread_ts"], &said.json()["reply_broadcast"]),
        (&"1.2".into(), &true.into())
    );
    assert!(said.json()["text"].as_str().unwrap().starts_with("Told once more: "));
}

#[tokio::test]
async fn a_message_that_cannot_be_edited_is_posted_anew() {
    let gone = (200, vec![], r#"{"ok": false, "error": "message_not_found"}"#);
    let receiver = Receiver::start(&[gone, POSTED]).await;
    let mut edit = delivery(&new(), Turn::Closed);
    edit.sent = Some(sink::Receipt::new(Some("C0ALERTS:1.2:high".into()), ""));
    deliver(&slack(&receiver), &edit).await.unwrap();
    let paths: Vec<_> = receiver.received().into_iter().map(|got| got.path).collect();
    assert_eq!(paths, ["/api/chat.update", "/api/chat.postMessage"]);
}

#[tokio::test]
async fn what_slack_says_in_words_decides() {
    let said = async |body: &'static str| {
        let receiver = Receiver::start(&[(200, vec![], body)]).await;
        deliver(&slack(&receiver), &delivery(&new(), Turn::Raised)).await.unwrap_err()
    };
    let later = |failure: Failure| matches!(failure, Failure::Later { .. });
    assert!(later(said(r#"{"ok": false, "error": "ratelimited"}"#).await));
    assert!(later(said(r#"{"ok": false, "error": "internal_error"}"#).await));
    assert!(later(said("<html>captive portal</html>").await));
    for word in
        [r#"{"ok": false, "error": "invalid_blocks"}"#, r#"{"ok": false, "error": "msg_too_long"}"#]
    {
        assert!(!later(said(word).await), "{word}");
    }
    let told = said(r#"{"ok": false, "error": "Bearer XOXB-1"}"#).await;
    assert!(!told.why().contains("XOXB"), "{told}");
}

#[tokio::test]
async fn a_token_that_is_renewed_while_a_message_waits_kills_no_message() {
    for word in [
        r#"{"ok": false, "error": "invalid_auth"}"#,
        r#"{"ok": false, "error": "token_expired"}"#,
        r#"{"ok": false, "error": "channel_not_found"}"#,
        r#"{"ok": false, "error": "not_in_channel"}"#,
    ] {
        let receiver = Receiver::start(&[(200, vec![], word)]).await;
        let told = deliver(&slack(&receiver), &delivery(&new(), Turn::Raised)).await;
        assert!(matches!(told, Err(Failure::Later { .. })), "{word}");
    }
    // PagerDuty's key stands in the body that it says 400 to.
    let receiver = Receiver::start(&[(400, vec![], r#"{"status": "invalid event"}"#)]).await;
    let key = Secret::new("0123456789abcdef".repeat(2));
    let pagerduty = PagerDuty::new(outbound(), origin(&receiver), key);
    let told = deliver(&pagerduty, &delivery(&new(), Turn::Raised)).await;
    assert!(matches!(told, Err(Failure::Later { .. })), "{told:?}");
}

#[tokio::test]
async fn incoming_webhooks_of_slack_and_teams_get_their_shapes() {
    let receiver = Receiver::start(&[(200, vec![], "ok"), (202, vec![], "")]).await;
    let told = delivery(&new(), Turn::Raised);
    let hook = SlackHook::new(outbound(), receiver.endpoint("/services/T0/B0/hush"));
    deliver(&hook, &told).await.unwrap();
    let teams = Teams::new(outbound(), receiver.endpoint("/workflows/w/invoke?sig=hush"));
    deliver(&teams, &told).await.unwrap();
    assert!(!format!("{}{}", hook.describe(), teams.describe()).contains("hush"));
    let [slack, teams] = &receiver.received()[..] else { panic!("two requests") };
    assert_eq!(slack.json()["blocks"][0]["type"], "header");
    assert_snapshot!(serde_json::to_string_pretty(&teams.json()).unwrap());
}

#[tokio::test]
async fn pagerduty_is_triggered_and_resolved_under_one_key() {
    let taken: Answer = (202, vec![], r#"{"status": "success"}"#);
    let receiver = Receiver::start(&[taken.clone(), taken]).await;
    let channel =
        PagerDuty::new(outbound(), origin(&receiver), Secret::new("0123456789abcdef".repeat(2)));
    let raised = deliver(&channel, &delivery(&new(), Turn::Raised)).await.unwrap();
    // A settled finding that took the place of a provisional one is closed: the alert is that of the latter.
    let mut closed =
        delivery(&finding("okta_api_token_created", "mallory@example.com", "e0"), Turn::Closed);
    closed.sent = Some(raised);
    deliver(&channel, &closed).await.unwrap();
    let bodies: Vec<Value> =
        receiver.received().iter().map(crate::receiver::Received::json).collect();
    assert_eq!(bodies[0]["dedup_key"], new().id.as_str());
    assert_eq!(bodies[1]["dedup_key"], bodies[0]["dedup_key"]);
    assert_eq!(
        (&bodies[0]["event_action"], &bodies[1]["event_action"]),
        (&"trigger".into(), &"resolve".into())
    );
    assert_snapshot!(serde_json::to_string_pretty(&bodies[0]).unwrap());
}

#[tokio::test]
async fn ocsf_goes_anywhere_with_a_header() {
    let receiver = Receiver::start(&[]).await;
    let bearer = ("authorization".parse().unwrap(), Secret::new("Bearer hush"));
    let channel =
        Ocsf::new(outbound(), Arc::new(Stopped), receiver.endpoint("/ocsf"), vec![bearer]);
    let rule = finding::Rule { attack: vec!["T1098.001".into()], ..Default::default() };
    let told = finding::Finding { rule: Arc::new(rule), ..new() };
    let closed = delivery(&told, Turn::Closed);
    deliver(&channel, &closed).await.unwrap();
    let [got] = &receiver.received()[..] else { panic!("one request") };
    assert_eq!(got.header("authorization"), "Bearer hush");
    let body = got.json();
    assert_eq!(
        (&body["class_uid"], &body["type_uid"], &body["status_id"]),
        (&2004.into(), &200_403.into(), &4.into())
    );
    assert_eq!(body["metadata"]["uid"], closed.key.as_str());
    assert_eq!(body["is_alert"], false);
    let attacks = body["finding_info"]["attacks"].to_string();
    let technique = r#""technique":{"uid":"T1098","name":"Account Manipulation"}"#;
    let persistence = r#""tactic":{"uid":"TA0003","name":"Persistence"}"#;
    let exfiltration = r#"{"tactic":{"uid":"TA0010","name":"Exfiltration"}}"#;
    assert!(attacks.contains(technique) && attacks.contains(persistence), "{attacks}");
    assert!(attacks.contains(exfiltration), "{attacks}");
    assert_eq!(body["remediation"]["desc"], "1. Ask its owner\n2. Revoke the token");
}

#[tokio::test]
async fn markup_in_an_event_is_only_text() {
    let receiver = Receiver::start(&[POSTED, POSTED, POSTED, POSTED]).await;
    let hostile = finding(HOSTILE, HOSTILE, "e1");
    let told = delivery(&hostile, Turn::Raised);
    deliver(&slack(&receiver), &told).await.unwrap();
    deliver(&Teams::new(outbound(), receiver.endpoint("/teams")), &told).await.unwrap();
    let [slack, teams] = &receiver.received()[..] else { panic!("two requests") };
    assert!(!slack.json()["text"].as_str().unwrap().contains('<'));
    // Only elements that know no markup hold text.
    each_object(&slack.json()["blocks"], &|object| {
        if object.contains_key("text") && object["text"].is_string() {
            assert!(matches!(object["type"].as_str(), Some("text" | "plain_text")), "{object:?}");
        }
    });
    each_object(&teams.json(), &|object| {
        if object.contains_key("text") {
            assert_eq!(object["type"], "TextRun");
        }
    });
    for body in [slack, teams] {
        let text = String::from_utf8_lossy(&body.body).replace("\\n", "");
        assert!(!text.contains(finding::is_unsafe) && !text.contains("\\u00"), "{text}");
    }
}

fn each_object(value: &Value, look: &dyn Fn(&serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            look(object);
            object.values().for_each(|value| each_object(value, look));
        }
        Value::Array(values) => values.iter().for_each(|value| each_object(value, look)),
        _ => {}
    }
}

#[tokio::test]
async fn what_is_too_long_is_shortened_to_what_services_take() {
    let receiver = Receiver::start(&[POSTED, POSTED, POSTED, POSTED]).await;
    let mut long = finding(&"🔑".repeat(5_000), &"ü".repeat(200), "e1");
    for n in 0..40 {
        long.evidence.add(&format!("{n}{}", "f".repeat(100)), &"漢".repeat(5_000));
    }
    let mut told = delivery(&long, Turn::Raised);
    told.alert.guide.why = "漢".repeat(20_000);
    told.alert.guide.first = vec!["漢".repeat(20_000); 50];
    told.alert.guide.innocent = vec!["漢".repeat(20_000); 50];
    deliver(&slack(&receiver), &told).await.unwrap();
    deliver(&Teams::new(outbound(), receiver.endpoint("/teams")), &told).await.unwrap();
    let key = Secret::new("0123456789abcdef".repeat(2));
    deliver(&PagerDuty::new(outbound(), origin(&receiver), key), &told).await.unwrap();
    let [slack, teams, pagerduty] = &receiver.received()[..] else { panic!("three requests") };
    let header = slack.json()["blocks"][0]["text"]["text"].as_str().unwrap().chars().count();
    assert!(slack.body.len() < 12_000 && header <= 150, "{} {header}", slack.body.len());
    assert!(teams.body.len() < 28 << 10, "{}", teams.body.len());
    assert!(pagerduty.body.len() < 512 << 10);
    assert!(pagerduty.json()["payload"]["summary"].as_str().unwrap().chars().count() <= 1024);
    let kept = teams.json().to_string();
    assert!(kept.contains("What to do first") && kept.contains(long.id.as_str()));
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_left() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/", listener.local_addr().unwrap());
    let settings =
        outbound::Settings { total_timeout: Duration::from_millis(50), ..Default::default() };
    let slow = outbound::Outbound::new(&settings).unwrap();
    let endpoint = sink::Endpoint::parse(&Secret::new(endpoint)).unwrap();
    let channel = Webhook::new(slow, Arc::new(Stopped), endpoint);
    let failure = deliver(&channel, &delivery(&new(), Turn::Raised)).await.unwrap_err();
    assert!(matches!(failure, Failure::Later { .. }));
}
