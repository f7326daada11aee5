//! What it costs to take bodies apart and keep their events: `cargo bench -p archive --bench append`.
//!
//! Two measurements on the disk of the folder for temporary files: batches of 100 events, and single events from many threads, each waiting
//! until its event is durable. Processor time is that of the whole process, the makers of bodies apart: those are made beforehand.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement that fails has failed"
)]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers are small and above 0"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use archive::{Batch, Intake, RealDisk, Settings, SourceId, Transport, split};
use catalog::Product;
use jiff::Timestamp;

/// How long each measurement takes at least.
const TIME: Duration = Duration::from_secs(8);

fn main() {
    let samples = samples();
    let single: Vec<_> = (0..60_000).map(|n| event(&samples, n)).collect();
    let batches: Vec<_> =
        single.chunks(100).map(|events| format!("[{}]", events.join(","))).collect();
    let bytes = single.iter().map(String::len).sum::<usize>() / single.len();
    println!(
        "events of {bytes} bytes at the mean; {} threads",
        std::thread::available_parallelism().unwrap()
    );
    only_split(&batches);
    measure("batches of 100, 8 threads", &batches, 8);
    measure("single events, 64 threads", &single, 64);
    measure("single events, 1 thread", &single, 1);
}

/// Events of many types, as they are in the pack.
fn samples() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/samples/okta");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|one| one.unwrap().path()).collect();
    paths.sort();
    let text = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap();
    let compact =
        |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap().to_string();
    paths.iter().map(text).map(compact).collect()
}

/// A sample with an id and a time of its own.
fn event(samples: &[String], n: usize) -> String {
    let mut event: serde_json::Value = serde_json::from_str(&samples[n % samples.len()]).unwrap();
    let time =
        Timestamp::from_millisecond(1_793_610_000_000 + i64::try_from(n).unwrap() * 50).unwrap();
    event["uuid"] = format!("{n:08x}-0000-11f1-8000-0123456789ab").into();
    event["published"] = format!("{time:.3}").into();
    event.to_string()
}

fn batch(body: &str, round: usize) -> Batch {
    let source = SourceId { provider: "okta".into(), tenant: format!("acme {round}") };
    let received = Timestamp::from_second(1_793_700_000).unwrap();
    let split = split(body.as_bytes(), Some(Product::Okta));
    let notes = split.notes();
    Batch { source, transport: Transport::Hook, received, records: split.records, notes }
}

fn only_split(bodies: &[String]) {
    let (begin, cpu) = (Instant::now(), cpu());
    let mut events = 0;
    while begin.elapsed() < Duration::from_secs(2) {
        events += bodies.iter().map(|body| batch(body, 0).records.len()).sum::<usize>();
    }
    let cpu = (self::cpu() - cpu) * 1e6 / events as f64;
    println!("split alone: {cpu:.2} µs of processor time an event");
}

/// Appends from so many threads, round after round with other tenants, so that every event is new.
fn measure(name: &str, bodies: &[String], threads: usize) {
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(RealDisk::at(folder.path().to_owned()).unwrap());
    let intake = Intake::open(disk, Settings::default()).unwrap();
    let (next, events) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (begin, cpu) = (Instant::now(), cpu());
    let mut waits: Vec<f64> = std::thread::scope(|scope| {
        let work = || {
            let mut waits = Vec::new();
            while begin.elapsed() < TIME {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let due = Instant::now();
                let batch = batch(&bodies[n % bodies.len()], n / bodies.len());
                let receipt = intake.append(batch).unwrap();
                events.fetch_add(receipt.added as usize, Ordering::Relaxed);
                waits.push(due.elapsed().as_secs_f64() * 1e3);
            }
            waits
        };
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        all.into_iter().flat_map(|one| one.join().unwrap()).collect()
    });
    let (seconds, cpu) = (begin.elapsed().as_secs_f64(), self::cpu() - cpu);
    let (events, appends) = (events.load(Ordering::Relaxed) as f64, waits.len() as f64);
    waits.sort_by(f64::total_cmp);
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    println!(
        "{name}: {:.0} events/s in {:.0} appends/s, all durable; {:.1} µs of processor time an event; answers {:.1} ms at the median, {:.1} ms at the 99th of a hundred",
        events / seconds,
        appends / seconds,
        cpu * 1e6 / events,
        at(0.5),
        at(0.99),
    );
}

/// Seconds of processor time that this process has taken. Source: proc(5), `stat`, fields 14 and 15, in hundredths of a second.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks =
        fields.split_whitespace().skip(11).take(2).filter_map(|one| one.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
