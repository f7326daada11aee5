//! What the page says of a tenant that was read, corrected and lost sight of, and of one that was never heard of.

use std::sync::Arc;
use std::time::Duration;

use archive::{
    Batch, Intake, Ledger, Note, Position, RealDisk, Record, Settings, Sweep, Transport,
};
use insta::assert_snapshot;

use super::*;

fn source(tenant: &str) -> SourceId {
    SourceId { provider: "okta".to_owned(), tenant: tenant.to_owned() }
}

fn time(time: &str) -> Timestamp {
    format!("2026-11-22T{time}Z").parse().unwrap()
}

fn record(id: &str, at: &str) -> Record {
    Record { id: id.into(), time: Some(time(at)), bytes: b"{}"[..].into() }
}

fn batch(transport: Transport, received: &str, records: Vec<Record>, notes: Vec<Note>) -> Batch {
    Batch { source: source("acme"), transport, received: time(received), records, notes }
}

/// Read, verified, corrected by a hook, and with a gap.
fn reports() -> Vec<SourceReport> {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::at(folder.path().to_owned()).unwrap();
    let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
    let swept = Sweep {
        from: time("08:00:00"),
        until: time("10:30:00"),
        asked: time("11:45:00"),
        seen: 2,
        missing: 0,
        is_complete: true,
    };
    let gap =
        Note::Gap { from: time("06:00:00"), until: time("07:00:00"), why: "<deleted>".to_owned() };
    let read = vec![record("1", "10:00:00"), record("2", "10:00:05")];
    let mut ledger = Ledger::new();
    let mut reader = intake.reader(Position(0));
    for batch in [
        batch(
            Transport::Poll,
            "10:00:07",
            read,
            vec![gap, Note::CaughtUp { at: time("10:00:06") }],
        ),
        batch(Transport::Sweep, "11:45:01", Vec::new(), vec![Note::Swept(swept)]),
        batch(
            Transport::Hook,
            "11:50:00",
            vec![record("1", "10:00:00"), record("3", "09:30:00")],
            Vec::new(),
        ),
    ] {
        intake.append(batch).unwrap();
        ledger.observe(&reader.next(Duration::ZERO).unwrap().unwrap());
    }
    ledger.report(time("12:00:00"))
}

fn all() -> Vec<Source> {
    let conditions = ["acme", "quiet"].map(|tenant| Condition::new(source(tenant)));
    conditions[0].change(|state| {
        state.retention = Some(Duration::from_hours(90 * 24));
        state.refused = Some("the token is refused".to_owned());
    });
    sources(&conditions, reports())
}

#[test]
fn people_read_until_when_the_record_is_complete_and_what_it_lacks() {
    let mut out = Vec::new();
    page::text(&page(&all(), 0, time("12:00:00")), &mut out).unwrap();
    let text = anstream::adapter::strip_str(std::str::from_utf8(&out).unwrap()).to_string();
    assert_snapshot!(text, @r#"
    What came, and what may be missing

    As of 2026-11-22T12:00:00Z.

    acme (okta)
    verified complete from 2026-11-22T08:00:00Z until 2026-11-22T09:30:00Z, by bounded query, asked once
    at 2026-11-22T11:45:00Z

    warning: the token is refused

      newest event            2026-11-22T10:00:05Z
      read to the end         2026-11-22T10:00:06Z
      lag                     1h 59m
      second looks            1, of which 0 did not come to their end; 0 events that the record lacked
      gaps                    1
      corrections             1
      not readable as events  0
      without a usable time   0
      retention runs out      2027-02-20T10:00:06Z

    By the way that events came
    poll
      came first             2
      came again             0
      last received          2026-11-22T10:00:07Z
      from event to arrival  up to 10s: 2; longest 7s
      behind newer events    –

    sweep
      came first             0
      came again             0
      last received          2026-11-22T11:45:01Z
      from event to arrival  –
      behind newer events    –

    hook
      came first             1
      came again             1
      last received          2026-11-22T11:50:00Z
      from event to arrival  up to 6h: 1; longest 2h 20m
      behind newer events    up to 1h: 1; longest 30m 5s

    Gaps: events of these times may be lost
    from                  until                 why
    2026-11-22T06:00:00Z  2026-11-22T07:00:00Z  <deleted>

    Corrections: events that came after their time was verified
    event  verified until        was                   received              by
    3      2026-11-22T09:30:00Z  2026-11-22T10:30:00Z  2026-11-22T11:50:00Z  hook

    The last minutes in which events happened
    minute                new + repeated
    2026-11-22T10:00:00Z  poll 2 + 0, hook 0 + 1
    2026-11-22T09:30:00Z  hook 1 + 0

    quiet (okta)
    not verified to be complete: nothing came yet
    "#);
}

#[test]
fn programs_read_the_same_with_every_minute() {
    let json = written(&all(), 0, web::Form::Json, time("12:00:00"));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let at = |path: &str| json.pointer(path).unwrap_or_else(|| panic!("{path} is not in {json:#}"));
    for (path, expected) in [
        ("/schema", r#""keyward.status/1""#),
        ("/delay_bounds_s/0", "1"),
        ("/sources/0/tenant", r#""acme""#),
        ("/sources/0/trouble", r#""the token is refused""#),
        ("/sources/0/retention_runs_out", r#""2027-02-20T10:00:06Z""#),
        ("/sources/0/account/verified/until", r#""2026-11-22T09:30:00Z""#),
        ("/sources/0/account/verified/method", r#""bounded_query""#),
        ("/sources/0/account/verified/times", "1"),
        ("/sources/0/account/corrections/0/was_until", r#""2026-11-22T10:30:00Z""#),
        ("/sources/0/account/gaps/0/why", r#""<deleted>""#),
        ("/sources/0/account/transports/2/latency/counts/6", "1"),
        ("/sources/0/account/minutes/1/counts/poll/added", "2"),
        ("/sources/0/account/minutes/1/counts/hook/repeated", "1"),
        ("/sources/1/account", "null"),
    ] {
        assert_eq!(at(path).to_string(), expected, "{path}");
    }
}

#[test]
fn findings_that_nobody_could_be_told_of_are_said() {
    let json = written(&[], 2, web::Form::Json, time("12:00:00"));
    assert!(json.contains(r#""unreadable_findings":2"#), "{json}");
    let html = written(&[], 2, web::Form::Html, time("12:00:00"));
    assert!(html.contains("No sink was told of 2 findings"), "{html}");
    assert!(!written(&[], 0, web::Form::Html, time("12:00:00")).contains("No sink"));
}

#[test]
fn text_from_elsewhere_is_no_markup() {
    let html = written(&all(), 0, web::Form::Html, time("12:00:00"));
    assert!(html.contains("&lt;deleted&gt;") && !html.contains("<deleted>"), "{html}");
}
