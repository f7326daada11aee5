//! `keyward har scan`: what recordings give away, entry by entry, and the sessions to end.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use finding::{Finding, Place, Position, Recording};
use jiff::Timestamp;
use leak::Scanner;
use leak::har::{HarAccount, HarLeak};
use source::{Account, Why};

use crate::args::{HarScan, VerifyMode, Verifying};
use crate::console::Console;
use crate::exit::Exit;
use crate::input::{self, Progress, Source, Stop};
use crate::output::spare_inputs;
use crate::scan::Summary;
use crate::scan::found::{Findings, Found, Telling};
use crate::scan::tell::Desk;
use crate::verify::Verifier;

/// Places that are held; what is beyond is counted, and the run is partial.
const PLACES_MAX: usize = 50_000;

/// Entries in which one part with one value is told; the last of them counts all that follow.
const ENTRIES_TOLD: u32 = 20;

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
    let following = following(args);
    let verifier = Verifier::open(&following, &args.paths, console)?;
    let desk = Desk::open(telling, console, now)?;
    let mut scan = Scan {
        telling: Telling { key: desk.kept.key.clone(), shows: telling.show_secrets, keeps: false },
        findings: Findings::default(),
        all: Vec::new(),
        told: HashMap::new(),
        summary: Summary::default(),
    };
    for fault in inputs.faults {
        scan.summary.account.miss(fault.path, Why::Failed, fault.why);
    }
    let progress = Progress::of(&inputs.sources, console.shows_progress());
    inputs.sources.iter().for_each(|source| scan.source(source, &progress));
    progress.finish();
    if let Some(verifier) = &verifier {
        let (followed, account) = verifier.follow(&scan.summary.sessions);
        (scan.summary.followed, scan.summary.verification) = (followed, Some(account));
    }
    desk.tell(scan.all, scan.summary)
}

/// How sessions are followed after they were recorded: not at all, unless a configuration or logs are given.
fn following(args: &HarScan) -> Verifying {
    let mode = match (&args.config, args.logs.as_slice()) {
        (Some(_), _) => Some(VerifyMode::Admin),
        (None, []) => None,
        (None, _) => Some(VerifyMode::Offline),
    };
    let (config, logs) = (args.config.clone(), args.logs.clone());
    Verifying { mode, config, hosts: Vec::new(), budget: 200, logs }
}

struct Scan {
    telling: Telling,
    findings: Findings,
    all: Vec<Finding>,
    /// In how many entries a spot was told, and where the last of them stands in `all`.
    told: HashMap<Spot, (u32, usize)>,
    summary: Summary,
}

/// A credential and where in an entry it stands.
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
        // A session cookie is sent with every request: not each of them is news.
        self.told.clear();
        let scanner = Scanner::new();
        let read = leak::har::scan(&scanner, reader, &mut |leak| {
            if leak.entry != entry.number {
                self.tell(&mut entry);
                entry.number = leak.entry;
            }
            entry.add(path, leak, &self.telling);
        });
        self.tell(&mut entry);
        match read {
            Ok(account) => note(path, account, &mut self.summary),
            Err(error) => {
                let error = anyhow::Error::from(error);
                self.summary.account.miss(path, Why::Corrupt, format!("{error:#}"));
            }
        }
    }

    /// Tells of an entry that has ended.
    fn tell(&mut self, entry: &mut Entry) {
        for (spot, (place, found, time, count)) in entry.take() {
            let has_room = self.all.len() < PLACES_MAX;
            if !has_room && !self.told.contains_key(&spot) {
                self.summary.beyond += 1;
                continue;
            }
            let told = self.told.entry(spot).or_default();
            if told.0 >= ENTRIES_TOLD
                && let Some(last) = self.all.get_mut(told.1)
            {
                last.event_count += count;
                last.last = last.last.max(time);
            } else if has_room {
                *told = (told.0 + 1, self.all.len());
                self.all.push(self.findings.of(found, place, time, count));
            } else {
                self.summary.beyond += 1;
            }
        }
    }
}

/// A place of a value: where, what, when, and how often.
type Seen = (Place, Found, Option<Timestamp>, u64);

/// Findings of one entry, each place of a value once.
#[derive(Default)]
struct Entry {
    number: Option<u64>,
    spots: HashMap<Spot, usize>,
    seen: Vec<(Spot, Seen)>,
}

impl Entry {
    fn add(&mut self, path: &str, seen: HarLeak, telling: &Telling) {
        let HarLeak { leak, entry, url, direction, part, time, valid_at_capture } = seen;
        let mut found = Found::new(&leak, telling);
        found.valid_at_capture = valid_at_capture;
        let spot = (found.fingerprint.clone(), leak.kind.kind, part.clone());
        if let Some((_, known)) = self.spots.get(&spot).and_then(|at| self.seen.get_mut(*at)) {
            known.3 += 1;
            return;
        }
        let direction = direction.name().to_owned();
        let recording = Recording { entry, url, direction, part };
        let at = Place::new(path, Position::Offset(leak.span.start as u64));
        let place = Place { recording: Some(Box::new(recording)), ..at };
        self.spots.insert(spot.clone(), self.seen.len());
        self.seen.push((spot, (place, found, time, 1)));
    }

    fn take(&mut self) -> Vec<(Spot, Seen)> {
        self.spots.clear();
        std::mem::take(&mut self.seen)
    }
}

/// Adds what one recording came to.
fn note(path: &str, read: HarAccount, summary: &mut Summary) {
    let HarAccount { is_recording, entries, bytes, broken, sessions, .. } = read;
    summary.entries += entries;
    summary.account.add(Account { files: 1, bytes, ..Account::default() });
    summary.sessions.extend(sessions);
    if let Some((offset, why)) = broken {
        let detail = format!("{why}, at byte {offset}; what stands before was examined");
        summary.account.miss(path, Why::Corrupt, detail);
    } else if !is_recording {
        let detail = "no recording: it has no `log.entries`; its values were examined all the same";
        summary.account.miss(Path::new(path).display().to_string(), Why::Unsupported, detail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_of_every_request_is_told_of_the_first_and_counted_of_the_rest() {
        let entry = |second: u32| {
            format!(
                r#"{{"startedDateTime":"2026-11-21T09:30:{second:02}Z","request":{{"url":"https://acme.okta.com/",
                "headers":[{{"name":"cookie","value":"sid=102kR3vQ8dLmN0pZxWcYtBaSe"}}]}}}}"#
            )
        };
        let entries: Vec<String> = (0..50).map(entry).collect();
        let text = format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(","));
        let mut scan = Scan {
            telling: Telling { key: leak::Key::new(b"test"), shows: false, keeps: false },
            findings: Findings::default(),
            all: Vec::new(),
            told: HashMap::new(),
            summary: Summary::default(),
        };
        scan.recording("a.har", &mut text.as_bytes());
        let counts: Vec<u64> = scan.all.iter().map(|finding| finding.event_count).collect();
        assert_eq!((counts.len(), counts[0], counts[19]), (20, 1, 31));
        let last = scan.all[19].last.map(|time| time.to_string());
        assert_eq!(last.as_deref(), Some("2026-11-21T09:30:49Z"));
        assert_eq!((scan.summary.entries, scan.summary.beyond), (50, 0));
    }
}
