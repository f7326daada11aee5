//! The names of all numbers, and what readiness says.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use archive::{
    Batch, Intake, Note, Position, RealDisk, Record, Settings, SourceId, Sweep, Transport,
};
use finding::Level;
use sink::Queue;
use web::Status;

use super::super::detection::{Saved, TenantSeen};
use super::*;

fn source() -> SourceId {
    SourceId { provider: "okta".to_owned(), tenant: "acme".to_owned() }
}

fn at(time: &str) -> Timestamp {
    format!("2026-11-22T{time}Z").parse().unwrap()
}

/// A program of which everything is known that can be.
fn whole(folder: &std::path::Path) -> Metrics {
    let disk = RealDisk::at(folder.to_owned()).unwrap();
    let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
    let record =
        |id: &str| Record { id: id.into(), time: Some(at("10:00:00")), bytes: b"{}"[..].into() };
    let sweep = Sweep {
        from: at("08:00:00"),
        until: at("10:30:00"),
        asked: at("11:45:00"),
        seen: 2,
        missing: 0,
        is_complete: true,
    };
    let batch = Batch {
        source: source(),
        transport: Transport::Poll,
        received: at("10:00:07"),
        records: vec![record("1"), record("2")],
        notes: vec![Note::CaughtUp { at: at("10:00:06") }],
    };
    let later = Batch {
        transport: Transport::Sweep,
        received: at("11:45:01"),
        records: Vec::new(),
        notes: vec![Note::Swept(sweep)],
        ..batch.clone()
    };
    let account = Account::default();
    let mut reader = intake.reader(Position(0));
    for batch in [batch, later] {
        intake.append(batch).unwrap();
        let frame = reader.next(Duration::ZERO).unwrap().unwrap();
        account.with_ledger(|ledger| ledger.observe(&frame));
    }
    account.change(|seen| {
        let watermark = Some(at("09:00:00"));
        seen.tenants
            .insert(source(), TenantSeen { watermark, waiting: 2, ..TenantSeen::default() });
        seen.findings.insert((Level::High, "settled"), 3);
        let saved = Saved {
            position: Position(0),
            at: at("10:00:08"),
            bytes: 100,
            took: Duration::from_millis(5),
            pause: Duration::from_millis(2),
        };
        seen.saved = Some(saved);
    });
    let condition = Condition::new(source());
    condition.change(|state| {
        state.pages.insert("poll", 7);
        state.failures.insert("rate_limited", 1);
        state.rate = Some((120, 66));
        state.retention_left = Some(Duration::from_hours(24));
        state.backfilled = Some(0.5);
        state.backfill_left = Some(Duration::from_mins(90));
    });
    let sinks = Sinks::of(Arc::new(Queue::in_memory().unwrap()), vec!["siem".to_owned()]);
    Metrics { intake, conditions: vec![condition], account, sinks, log: Log::default() }
}

#[test]
fn every_number_is_documented_and_every_documented_number_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = whole(folder.path()).metrics();
    // Names of counters end in `_total` where they are told.
    let told: BTreeSet<_> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split(['{', ' ']).next())
        .collect();
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/receivers.md");
    let page = std::fs::read_to_string(page).unwrap();
    let names = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let documented: BTreeSet<_> = names
        .filter(|name| name.starts_with("keyward_") && !name.starts_with("keyward_receiver_"))
        .collect();
    assert_eq!(told, documented);
}

#[test]
fn numbers_are_those_of_the_tenant() {
    let folder = tempfile::tempdir().unwrap();
    let text = whole(folder.path()).metrics();
    for line in [
        r#"keyward_events_total{provider="okta",tenant="acme",transport="poll",was="new"} 2"#,
        r#"keyward_verified_until_timestamp_seconds{provider="okta",tenant="acme"} 1795343400.0"#,
        r#"keyward_rate_limit_remaining_requests{provider="okta",tenant="acme"} 66.0"#,
        r#"keyward_findings_total{level="high",state="settled"} 3"#,
        "keyward_detection_queue_batches 2.0",
    ] {
        assert!(text.lines().any(|told| told == line), "{line} is not in {text}");
    }
    assert!(!text.contains("# EOF"));
}

#[test]
fn readiness_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let metrics = whole(folder.path());
    assert_eq!(metrics.ready(), Ok(()));
    metrics.conditions[0].change(|state| state.refused = Some("the token is refused".to_owned()));
    metrics.account.change(|seen| seen.trouble = Some("the disk is full".to_owned()));
    let told = "detection: the disk is full; acme: the token is refused";
    assert_eq!(metrics.ready(), Err(told.to_owned()));
}
