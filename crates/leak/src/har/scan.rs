//! Credentials of a recording, entry by entry.

use std::hash::BuildHasher;
use std::io::Read;

use catalog::Credential;
use jiff::{SignedDuration, Timestamp};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::har::address::{host, without_drawn};
use crate::har::found::{Found, Life, What};
use crate::har::lexer::{Broken, Lexer, Trouble};
use crate::har::reader::{self, Reader};
use crate::har::recording::{
    ENTRY_STEPS, Sighting, direction, entry, path_below_entry, read_run, read_window,
};
use crate::har::session::{self, Sessions};
use crate::har::walk::{Edit, Run, Step, Visit, Window, walk};
use crate::har::{Break, Direction, HarAccount, HarError, HarLeak, text};
use crate::judge::Verdict;
use crate::leak::{Confidence, Leak};
use crate::scanner::Scanner;
use crate::secret::Secret;
use crate::tenant::{self, Nearness, Tenant};

/// Values that are recognized in places that do not tell what they are.
const KNOWN_MAX: usize = 100_000;

/// Findings of one entry that are held until it ends; more go out with what is known by then.
const HELD_MAX: usize = 10_000;

/// Finds the credentials of a recording, in order of entry, and tells of each place.
///
/// One that is cut short or broken is read up to there, which the account says. Fails when the first
/// bytes are no JSON, or nothing can be read.
pub fn scan(
    scanner: &Scanner,
    input: &mut dyn Read,
    take: &mut dyn FnMut(HarLeak),
) -> Result<HarAccount, HarError> {
    let mut scan = Scan {
        scanner,
        take,
        entry: None,
        known: FxHashMap::default(),
        sessions: Sessions::default(),
        settled: 0,
        account: HarAccount::default(),
    };
    let read = walk(Lexer::new(input), &mut scan, None);
    scan.release();
    let Scan { mut account, sessions, .. } = scan;
    account.sessions = sessions.all();
    match read {
        Ok(bytes) => account.bytes = bytes as u64,
        Err(broken) => account.note(broken)?,
    }
    Ok(account)
}

impl HarAccount {
    fn note(&mut self, broken: Broken) -> Result<(), HarError> {
        self.bytes = broken.offset as u64;
        let offset = broken.offset as u64;
        let why = match broken.why {
            Trouble::CutShort => Break::CutShort,
            Trouble::Syntax | Trouble::LongName => Break::Syntax,
            Trouble::TooDeep => Break::TooDeep,
            Trouble::Io(source) | Trouble::Write(source) => {
                return Err(HarError::Io { offset, source });
            }
        };
        if self.entries == 0 && self.credentials == 0 && offset < 2 {
            return Err(HarError::Broken { offset, why });
        }
        self.broken = Some((offset, why));
        Ok(())
    }
}

struct Scan<'s> {
    scanner: &'s Scanner,
    take: &'s mut dyn FnMut(HarLeak),
    entry: Option<Entry>,
    /// What is known of values that were met, by their hash.
    known: FxHashMap<u64, Known>,
    sessions: Sessions,
    /// Up to where the long string that is being read is settled.
    settled: usize,
    account: HarAccount,
}

/// What a value was taken for where its place told.
struct Known {
    kind: &'static Credential,
    confidence: Confidence,
}

/// The entry that is being read.
#[derive(Debug, Default)]
struct Entry {
    number: Option<u64>,
    url: String,
    host: Option<String>,
    provider: Option<&'static str>,
    time: Option<Timestamp>,
    status: Option<u16>,
    held: Vec<(Sighting, Direction)>,
}

impl Visit for Scan<'_> {
    fn run(&mut self, run: Run<'_>) -> Vec<Edit> {
        self.note(run);
        let sightings = read_run(self.reader(), run);
        if is_at(run.path, &["request"]) {
            self.mask_url(run, &sightings);
        }
        self.hold(sightings, direction(run.path, Some(run)));
        self.people(run);
        Vec::new()
    }

    fn window(&mut self, window: Window<'_>) -> Vec<Edit> {
        let sightings = read_window(self.reader(), &window);
        self.account.bodies += u64::from(self.settled != window.offset);
        self.settled = window.settled;
        self.hold(sightings, direction(window.path, None));
        Vec::new()
    }

    fn begin(&mut self, path: &[Step]) {
        self.account.is_recording |= matches!(path, [Step::Key(log), Step::Key(entries)] if log == "log" && entries == "entries");
        if path.len() == ENTRY_STEPS && entry(path).is_some() {
            self.release();
            self.entry = Some(Entry { number: entry(path), ..Entry::default() });
            self.account.entries += 1;
        }
    }

    fn end(&mut self, path: &[Step]) {
        if path.len() == ENTRY_STEPS && entry(path).is_some() {
            self.release();
        }
    }
}

impl Scan<'_> {
    fn reader(&self) -> Reader<'_> {
        let entry = self.entry.as_ref();
        let provider = entry.and_then(|entry| entry.provider);
        let time = entry.and_then(|entry| entry.time);
        Reader { provider, time, ..Reader::new(self.scanner) }
    }

    /// Takes note of what the members say of their entry.
    fn note(&mut self, run: Run<'_>) {
        let is_request = is_at(run.path, &["request"]);
        let is_response = is_at(run.path, &["response"]);
        let is_entry = is_at(run.path, &[]);
        let is_body = run.member("text").is_some();
        self.account.bodies += u64::from(is_body && entry(run.path).is_some());
        let Some(entry) = &mut self.entry else { return };
        if is_entry {
            let time = run.text("startedDateTime").and_then(|time| time.parse().ok());
            entry.time = entry.time.or(time);
        }
        if is_response {
            entry.status = run.text("status").and_then(|text| text.parse().ok()).or(entry.status);
        }
        if let Some(url) = run.text("url").filter(|_| is_request) {
            entry.host = host(&url);
            entry.provider = entry.host.as_deref().and_then(provider);
            entry.url = url;
        }
    }

    /// The address without what must not be seen.
    fn mask_url(&mut self, run: Run<'_>, sightings: &[Sighting]) {
        let (Some(member), Some(entry)) = (run.member("url"), &mut self.entry) else { return };
        let raw = run.bytes(&member.span);
        let mut masked = Vec::with_capacity(raw.len());
        let mut at = 0;
        for sighting in sightings.iter().filter(|one| one.part == "request.url") {
            let hidden = &sighting.found.hidden;
            let (from, to) = (hidden.start - member.span.start, hidden.end - member.span.start);
            masked.extend_from_slice(raw.get(at..from).unwrap_or_default());
            masked.extend_from_slice("…".as_bytes());
            at = to.max(at);
        }
        masked.extend_from_slice(raw.get(at..).unwrap_or_default());
        entry.url = without_drawn(&String::from_utf8_lossy(&text::json(&masked).bytes));
    }

    /// Reads an answer for who signed in.
    fn people(&mut self, run: Run<'_>) {
        let Some(entry) = self.entry.as_ref().filter(|entry| entry.provider.is_some()) else {
            return;
        };
        let Some(host) = &entry.host else { return };
        if is_at(run.path, &["response", "content"])
            && let Some(member) = run.member("text")
        {
            let body = text::json(run.bytes(&member.span));
            self.sessions.read(host, entry.provider, &body.bytes);
        }
    }

    fn hold(&mut self, sightings: Vec<Sighting>, direction: Direction) {
        for mut sighting in sightings {
            self.recognize(&mut sighting.found);
            let entry = self.entry.get_or_insert_default();
            if let Some(host) = &entry.host {
                let is_cookie = sighting.part.contains("cookie");
                let at =
                    session::Place { host, provider: entry.provider, is_cookie, time: entry.time };
                self.sessions.see(at, &sighting.found);
            }
            if sighting.found.leak().is_some() {
                entry.held.push((sighting, direction));
            }
        }
        let held = self.entry.as_mut().map(|entry| &mut entry.held);
        if let Some(held) = held.filter(|held| held.len() >= HELD_MAX) {
            let held = std::mem::take(held);
            self.tell(held);
        }
    }

    /// A value in a place for secrets that says no more is what it was where the place did.
    fn recognize(&mut self, found: &mut Found) {
        let hash = FxBuildHasher.hash_one(&found.value);
        match &found.what {
            What::Credential(leak) if self.known.len() < KNOWN_MAX => {
                let Leak { kind, confidence, .. } = **leak;
                self.known.entry(hash).or_insert(Known { kind, confidence });
            }
            What::Credential(_) => {}
            What::Private(_) => {
                let Some(Known { kind, confidence }) = self.known.get(&hash) else { return };
                let why = "the same value as elsewhere in the recording".to_owned();
                let verdict = Verdict { kind, confidence: *confidence, why };
                let leak = reader::leak(verdict, &found.value, found.span.clone());
                found.what = What::Credential(Box::new(leak));
            }
        }
    }

    /// Ends the entry.
    fn release(&mut self) {
        let held = self.entry.as_mut().map(|entry| std::mem::take(&mut entry.held));
        self.tell(held.unwrap_or_default());
        self.entry = None;
    }

    fn tell(&mut self, held: Vec<(Sighting, Direction)>) {
        let Some(entry) = &self.entry else { return };
        for (Sighting { found, part }, direction) in held {
            let valid_at_capture = entry.validity(&found, direction);
            let What::Credential(mut leak) = found.what else { continue };
            leak.span = found.span;
            leak.secret = Secret::new(found.value);
            leak.tenant = leak.tenant.or_else(|| entry.tenant());
            self.account.credentials += 1;
            (self.take)(HarLeak {
                leak: *leak,
                entry: entry.number,
                url: entry.url.clone(),
                direction,
                part,
                time: entry.time,
                valid_at_capture,
            });
        }
    }
}

impl Entry {
    fn tenant(&self) -> Option<Tenant> {
        self.provider?;
        let host = tenant::hosts(self.url.as_bytes()).first()?.name.clone();
        let why = "the host that was asked".to_owned();
        Some(Tenant { host, nearness: Nearness::Block, why })
    }

    /// Whether a value was valid when the entry was recorded: refused ones were not; else by their end.
    fn validity(&self, found: &Found, direction: Direction) -> Option<bool> {
        let is_session = |found: &Found| {
            found
                .leak()
                .is_some_and(|leak| matches!(leak.kind.family, "token" | "session" | "secret"))
        };
        if self.status == Some(401) && direction == Direction::Request && is_session(found) {
            return Some(false);
        }
        let expires =
            found.leak().and_then(|leak| leak.claims.as_ref()).and_then(|claims| claims.expires);
        let until = match (found.life, expires, self.time) {
            (_, Some(until), _) | (Some(Life::Until(until)), None, _) => until,
            (Some(Life::Seconds(seconds)), None, Some(time)) => {
                time.checked_add(SignedDuration::from_secs(seconds)).ok()?
            }
            _ => return None,
        };
        Some(until > self.time?)
    }
}

/// Whether `path` is that of an entry and these keys.
fn is_at(path: &[Step], keys: &[&str]) -> bool {
    entry(path).is_some() && path_below_entry(path, None) == keys.join(".")
}

/// Whose host that is.
pub(crate) fn provider(host: &str) -> Option<&'static str> {
    tenant::hosts(host.as_bytes()).first()?.provider
}
