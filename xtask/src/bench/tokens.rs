//! `cargo xtask bench tokens`: how long `keyward tokens list` takes with many tokens and what many events told of them.
//!
//! The events are the lab's, each with the id of one of the tokens written into it; none is stored but in sum.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use archive::{Cards, Position};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use inventory::{Card, CardKind, Known, Network, Owner, Provider, Role, Snapshot, Tally};
use jiff::{SignedDuration, Timestamp};
use lab::{Options, Product};

use super::memory::peak_kilobytes;
use crate::repository;

const N_TOKENS: u64 = 5_000;
const N_EVENTS: u64 = 10_000_000;

/// Events that are added up before they are kept, as `keyward run` does.
const PIECE: u64 = 200_000;

/// How often it is listed; the best counts.
const N_ROUNDS: usize = 3;

const LIMIT: Duration = Duration::from_secs(2);

/// Measures and prints, with so many events; whether the target was met.
pub(crate) fn tokens(n_events: Option<u64>) -> Result<bool> {
    let n_events = n_events.unwrap_or(N_EVENTS);
    let folder = tempfile::tempdir()?;
    let store = Cards::open(&folder.path().join("inventory.db"))?;
    let end: Timestamp = "2026-11-22T00:00:00Z".parse()?;
    store.put_snapshot(&listed(end))?;
    let began = Instant::now();
    feed(&store, end, n_events)?;
    let took = began.elapsed();
    let each = took.as_secs_f64() * 1e6 / n_events as f64;
    println!(
        "{n_events} events of {N_TOKENS} tokens made, counted and kept in {took:.0?}, {each:.1} µs each"
    );
    println!("at the peak {} MB", peak_kilobytes().unwrap_or_default() / 1000);
    let joined = store.tenant("acme")?.context("what was fed is not there")?;
    let n_used: u64 = joined.cards.iter().map(|card| card.use_.count).sum();
    ensure!(n_used == n_events, "{n_used} events are on cards");
    drop(joined);
    // Closing the store folds its journal into the file.
    drop(store);
    let size = std::fs::metadata(folder.path().join("inventory.db"))?.len();
    println!("the store has {} MB", size / 1_000_000);
    let best = list(folder.path())?;
    println!("`keyward tokens list` takes {best:.2?}, of {LIMIT:?}");
    Ok(best <= LIMIT)
}

fn id(number: u64) -> String {
    format!("00T{number:017}")
}

/// What the tenant lists: tokens of which some are unbound, and some are of a super administrator.
fn listed(at: Timestamp) -> Snapshot {
    let mut snapshot = Snapshot::new(Provider::Okta, "acme", "acme.okta.com", at);
    for number in 0..N_TOKENS {
        let mut card = Card::new(Provider::Okta, "acme", CardKind::ApiToken, &id(number));
        card.name = format!("Program {number}");
        card.expires = Some(Known::by_api(at + SignedDuration::from_hours(24 * 30)));
        card.last_use = Some(Known::inferred(at, "its end less 30 days"));
        card.network = if number % 3 == 0 { Network::Any } else { Network::Unsaid };
        let kind = if number % 10 == 0 { "SUPER_ADMIN" } else { "READ_ONLY_ADMIN" };
        let role = Role { kind: kind.to_owned(), ..Role::default() };
        let login = Some(format!("program{number}@example.com"));
        let status = Some("ACTIVE".to_owned());
        let owner =
            Owner { id: format!("00u{number}"), login, status, roles: vec![role], is_super: None };
        card.owner = Some(owner);
        snapshot.cards.push(card);
    }
    snapshot
}

/// Makes events until there are enough, and keeps what they tell.
fn feed(store: &Cards, end: Timestamp, n_events: u64) -> Result<()> {
    let (mut count, mut piece) = (0, Counting::default());
    for seed in 1.. {
        let options = Options { days: 30, ..Options::new(seed, end) };
        for entry in lab::entries(&options).filter(|entry| entry.product == Product::Okta) {
            // A token is used by neighbors of its number as well, as one that is shared would be.
            let token = (count * 7 + count % 13) % N_TOKENS;
            piece.take(&with_token(&entry.json, &id(token)));
            count += 1;
            if count % PIECE == 0 || count == n_events {
                let piece = std::mem::take(&mut piece);
                ensure!(
                    piece.n_rejected == 0,
                    "{} events of the lab cannot be read",
                    piece.n_rejected
                );
                store.absorb(piece.tally, Position(count))?;
            }
            if count == n_events {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// The event as if it had been made with a token.
fn with_token(json: &str, token: &str) -> String {
    const DETAIL: &str = "\"detail\":{";
    let Some((before, after)) = json.split_once(DETAIL) else { return json.to_owned() };
    let comma = if after.starts_with('}') { "" } else { "," };
    // The first of two keys counts.
    format!("{before}{DETAIL}\"requestApiTokenId\":\"{token}\"{comma}{after}")
}

#[derive(Default)]
struct Counting {
    tally: Tally,
    n_rejected: u64,
}

impl Counting {
    fn take(&mut self, line: &str) {
        Framer::new(Form::recognize(line.as_bytes())).feed(line.as_bytes(), End::Here, self);
    }
}

impl Sink for Counting {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        self.tally.observe("acme", &event);
    }

    fn rejected(&mut self, _rejected: Rejected) {
        self.n_rejected += 1;
    }
}

/// The best time of the program itself, built as it is released.
fn list(data: &Path) -> Result<Duration> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let words = ["build", "--release", "--package", "keyward"];
    let built = Command::new(cargo).args(words).current_dir(repository::root()).status()?;
    ensure!(built.success(), "keyward cannot be built");
    let program = std::env::current_exe()?;
    let program = program.parent().context("a program lies in a folder")?.join("keyward");
    let mut best = Duration::MAX;
    for _ in 0..N_ROUNDS {
        let began = Instant::now();
        let listed = Command::new(&program)
            .args(["tokens", "list", "--as-of", "2026-11-22T00:00:00Z", "--data"])
            .arg(data)
            .output()?;
        best = best.min(began.elapsed());
        let text = String::from_utf8_lossy(&listed.stdout);
        // The log names some that are not listed; they are cards as well.
        let n_listed = text.matches("\n00T0000000000000").count();
        ensure!(n_listed as u64 == N_TOKENS, "{n_listed} tokens are listed");
    }
    Ok(best)
}
