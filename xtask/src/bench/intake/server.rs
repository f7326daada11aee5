//! What is measured: a receiver, the intake on the disk, and detection with all rules.

use std::io::{Write, stdout};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use archive::{Intake, Position, Reader, RealDisk, SourceId};
use detect::{Live, PENDING_BYTES};
use jiff::Timestamp;
use web::{Kind, Limits, Receiver, SecretText, Server, Settings, Status};

use super::sender::{PATH, SECRET};
use crate::bench::ours::Pack;

/// A program that is well.
struct Well;

impl Status for Well {
    fn metrics(&self) -> String {
        String::new()
    }

    fn ready(&self) -> Result<(), String> {
        Ok(())
    }
}

/// Serves until it is killed. Prints its address, then ids of events by finding.
pub(crate) fn serve_alone(data: &Path) -> Result<bool> {
    let disk = RealDisk::at(data.join("intake"))?;
    let intake = Intake::open(Arc::new(disk), archive::Settings::default())?;
    let pack = Pack::load()?;
    let live = Live::new(
        &pack.whole(),
        &detect::Settings::default(),
        Duration::from_hours(1),
        PENDING_BYTES,
    );
    let reader = intake.reader(Position::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let server = runtime.block_on(Server::bind(&settings()?, Arc::new(intake), Arc::new(Well)))?;
    println!("{}", server.address()?);
    thread::spawn(move || detect_all(reader, live));
    runtime.block_on(server.run(std::future::pending()));
    Ok(true)
}

fn settings() -> Result<Settings> {
    let source = SourceId { provider: "okta".to_owned(), tenant: "acme".to_owned() };
    let receiver = Receiver {
        path: PATH.to_owned(),
        kind: Kind::Hook,
        source,
        secrets: vec![SecretText::new(SECRET)],
        header: None,
    };
    Ok(Settings {
        listen: "127.0.0.1:0".parse().context("an address")?,
        tls: None,
        allow_plain: false,
        page_secrets: Vec::new(),
        // Unthrottled is what the machine takes.
        limits: Limits { requests_per_second: 1_000_000, ..Limits::default() },
        receivers: vec![receiver],
        clock: Arc::new(Timestamp::now),
    })
}

/// Feeds what is kept to detection.
fn detect_all(mut reader: Reader, mut live: Live) {
    loop {
        let Ok(Some(frame)) = reader.next(Duration::from_secs(1)) else { continue };
        let mut found = Vec::new();
        live.tell(frame.received);
        for record in &frame.records {
            live.feed(&record.bytes, &mut |finding| found.push(finding.events));
        }
        let mut out = stdout().lock();
        for events in found {
            let line = serde_json::json!({ "events": events });
            if writeln!(out, "{line}").is_err() {
                return;
            }
        }
    }
}
