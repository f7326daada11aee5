//! Bodies as providers send them, taken apart.

use archive::{Split, split};

fn told(split: &Split) -> String {
    let mut lines = Vec::new();
    for record in &split.records {
        let time = record.time.map_or("-".into(), |time| time.to_string());
        lines.push(format!("{} {time} {}", record.id, String::from_utf8_lossy(&record.bytes)));
    }
    for one in &split.rejected {
        lines.push(format!("{} +{}: {}: {}", one.offset, one.bytes, one.why, one.text));
    }
    lines.join("\n")
}

const OKTA: &str = r#"{"uuid":"u1","published":"2026-11-22T10:00:00.000Z","eventType":"user.session.start","actor":{}}"#;

#[test]
fn every_envelope_is_taken_off() {
    let whole = format!("u1 2026-11-22T10:00:00Z {OKTA}");
    for body in [
        OKTA.to_owned(),
        format!("[{OKTA}]"),
        format!("{OKTA}\n"),
        format!("[\n{OKTA}\n]"),
        format!(
            "{{\"eventType\":\"com.okta.event_hook\",\"eventTypeVersion\":\"1.0\",\"cloudEventsVersion\":\"0.1\",\"data\":{{\"events\":[{OKTA}]}}}}"
        ),
        format!(
            "{{\"version\":\"0\",\"id\":\"x\",\"detail-type\":\"SystemLog\",\"source\":\"aws.partner/okta.com/acme/x\",\"detail\":{OKTA}}}"
        ),
        format!("{{\"time\":1795341600,\"host\":\"acme.okta.com\",\"event\":{OKTA}}}"),
    ] {
        assert_eq!(told(&split(body.as_bytes(), None)), whole, "{body}");
    }
}

#[test]
fn records_of_auth0_get_their_wrapper() {
    let bare = r#"{"log_id":"900","type":"s","date":"2026-11-22T10:00:00.000Z"}"#;
    let wrapped = format!("{{\"log_id\":\"900\",\"data\":{bare}}}");
    let whole = format!("900 2026-11-22T10:00:00Z {wrapped}");
    for body in [
        format!("[{bare}]"),
        format!("[{wrapped}]"),
        format!("{{\"logs\":[{wrapped}]}}"),
        format!("{wrapped}\n"),
    ] {
        assert_eq!(told(&split(body.as_bytes(), None)), whole, "{body}");
    }
}

#[test]
fn what_cannot_be_read_is_kept_aside() {
    let read = format!("u1 2026-11-22T10:00:00Z {OKTA}\n");
    let check = |body: &str, expected: &str| {
        assert_eq!(told(&split(body.as_bytes(), None)), expected, "{body}");
    };
    let cut = format!("{read}{read}97 +9: the line ends inside the record: {{\"uuid\":\n");
    check(&format!("{OKTA}\n{{\"uuid\":\n{OKTA}\n"), &cut);
    check("<html>no</html>", "0 +15: is no JSON object: <html>no</html>");
    check("", "");
    check("[]", "");
}

#[test]
fn what_is_of_no_known_product_is_counted() {
    let check = |body: &str, provider, foreign| {
        assert_eq!(split(body.as_bytes(), provider).foreign, foreign, "{body}");
    };
    let other = r#"{"eventName":"ConsoleLogin"}"#;
    check(&format!("[{OKTA},{other}]"), Some(catalog::Product::Okta), 1);
    check(&format!("[{OKTA},{other}]"), Some(catalog::Product::Auth0), 2);
    check(&format!("[{OKTA},{other}]"), None, 0);
    check(r#"{"data":{"events":[null,7]}}"#, Some(catalog::Product::Okta), 1);
}

/// However much of a body cannot be read, what is kept of it fits into one batch.
#[test]
fn a_body_full_of_nothing_fits_into_a_batch() {
    let check = |body: &str, count: u64| {
        let split = split(body.as_bytes(), None);
        assert_eq!(split.n_rejected(), count);
        let notes = split.notes();
        let told: usize = notes.iter().map(|note| serde_json::to_vec(note).unwrap().len()).sum();
        assert!(told < archive::MOST_BATCH_BYTES / 4 * 3, "{told} bytes");
        let last = split.rejected.last().unwrap();
        assert_eq!(last.offset + last.bytes, body.len() as u64, "all of it is told of");
    };
    check(&format!("{OKTA}\n{}", "7\n".repeat(50_000)), 50_000);
    check(&format!("{OKTA}\n{}", ("\u{1}".repeat(100_000) + "\n").repeat(100)), 100);
    check(
        &format!(r#"{{"eventTypeVersion":"1.0","data":{{"events":[{}7]}}}}"#, "7,".repeat(50_000)),
        50_001,
    );
}

#[test]
fn a_carriage_return_alone_ends_no_line_of_an_event() {
    let kept = split(b"{\n\"uuid\":\"1\",\r\"a\":\r\n2}", None);
    let lines: Vec<_> =
        kept.records.iter().map(|one| String::from_utf8_lossy(&one.bytes)).collect();
    assert_eq!(lines, ["{ \"uuid\":\"1\", \"a\": 2}"]);
}
