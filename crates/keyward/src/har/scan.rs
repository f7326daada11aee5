//! `keyward har scan`: what recordings give away, entry by entry, and the sessions to end.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use finding::{Finding, Place, Position, Recording};
use jiff::Timestamp;
use leak::Scanner;
use leak::har::{HarAccount, HarLeak};
use source::{Account, Why};

use crate::args::HarScan;
use crate::console::Console;
use crate::exit::Exit;
use crate::input::{self, Progress, Source, Stop};
use crate::output::spare_inputs;
use crate::scan::Summary;
use crate::scan::found::{Findings, Found, Telling};
use crate::scan::tell::Desk;

/// Places that are held; what is beyond is counted, and the run is partial.
const PLACES_MAX: usize = 500_000;

/// Examines recordings and prints what they give away.
pub(crate) fn run(args: &HarScan, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let inputs = input::expand(&args.paths);
    let telling = &args.telling;
    let files = [
        telling.output.output.as_deref(),
        telling.summary.as_deref(),
        telling.write_baseline.as_deref(),
    ];
    spare_inputs(&inputs.sources, &files)?;
    let desk = Desk::open(telling, console, now)?;
    let mut scan = Scan {
        scanner: Scanner::new(),
        telling: Telling { key: desk.kept.key.clone(), shows: telling.show_secrets },
        findings: Findings::default(),
        all: Vec::new(),
        summary: Summary::default(),
    };
    for fault in inputs.faults {
        scan.summary.account.miss(fault.path, Why::Failed, fault.why);
    }
    let progress = Progress::of(&inputs.sources, console.shows_progress());
    inputs.sources.iter().for_each(|source| scan.source(source, &progress));
    progress.finish();
    desk.tell(scan.all, scan.summary)
}

struct Scan {
    scanner: Scanner,
    telling: Telling,
    findings: Findings,
    all: Vec<Finding>,
    summary: Summary,
}

/// What is one finding: a credential, an entry, and where in it.
type Spot = (String, &'static str, String);

impl Scan {
    fn source(&mut self, source: &Source, progress: &Progress) {
        let opened = input::open(source, progress, &Stop::default());
        match opened {
            Ok(mut opened) => {
                self.recording(&source.name, &mut opened.reader);
                if let Some(why) = opened.trouble.take() {
                    self.summary.account.miss(&source.name, Why::Corrupt, why);
                }
            }
            Err(why) => self.summary.account.miss(&source.name, Why::Failed, why),
        }
    }

    fn recording(&mut self, path: &str, reader: &mut dyn Read) {
        let mut entry = Entry::default();
        let Self { scanner, telling, findings, all, summary } = self;
        let mut flush = |entry: &mut Entry| {
            for (place, found, time, count) in entry.take() {
                if all.len() < PLACES_MAX {
                    all.push(findings.of(found, place, time, count));
                } else {
                    summary.beyond += 1;
                }
            }
        };
        let read = leak::har::scan(scanner, reader, &mut |leak| {
            if leak.entry != entry.number {
                flush(&mut entry);
                entry.number = leak.entry;
            }
            entry.add(path, leak, telling);
        });
        flush(&mut entry);
        match read {
            Ok(account) => note(path, account, &mut self.summary),
            Err(error) => {
                let error = anyhow::Error::from(error);
                self.summary.account.miss(path, Why::Corrupt, format!("{error:#}"));
            }
        }
    }
}

/// Findings of one entry, each place of a value once.
#[derive(Default)]
struct Entry {
    number: Option<u64>,
    spots: HashMap<Spot, usize>,
    seen: Vec<(Place, Found, Option<Timestamp>, u64)>,
}

impl Entry {
    fn add(&mut self, path: &str, seen: HarLeak, telling: &Telling) {
        let HarLeak { leak, entry, url, direction, part, time, valid_at_capture } = seen;
        let mut found = Found::new(&leak, telling);
        found.valid_at_capture = valid_at_capture;
        let spot = (found.fingerprint.clone(), leak.kind.kind, part.clone());
        if let Some(known) = self.spots.get(&spot).and_then(|at| self.seen.get_mut(*at)) {
            known.3 += 1;
            return;
        }
        let direction = direction.name().to_owned();
        let recording = Recording { entry, url, direction, part };
        let at = Place::new(path, Position::Offset(leak.span.start as u64));
        let place = Place { recording: Some(Box::new(recording)), ..at };
        self.spots.insert(spot, self.seen.len());
        self.seen.push((place, found, time, 1));
    }

    fn take(&mut self) -> Vec<(Place, Found, Option<Timestamp>, u64)> {
        self.spots.clear();
        std::mem::take(&mut self.seen)
    }
}

/// Adds what one recording came to.
fn note(path: &str, read: HarAccount, summary: &mut Summary) {
    let HarAccount { entries, bytes, broken, sessions, .. } = read;
    summary.entries += entries;
    summary.account.add(Account { files: 1, bytes, ..Account::default() });
    summary.sessions.extend(sessions);
    if let Some((offset, why)) = broken {
        let detail = format!("{why}, at byte {offset}; what stands before was examined");
        summary.account.miss(path, Why::Corrupt, detail);
    } else if entries == 0 {
        let detail = "no recording: it has no `log.entries`; its values were examined all the same";
        summary.account.miss(Path::new(path).display().to_string(), Why::Unsupported, detail);
    }
}
