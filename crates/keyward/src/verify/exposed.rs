//! What was done with credentials since they lay open: from the intake, from logs, or asked of the provider.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use archive::{Error, Reader, RealDisk};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::Fingerprint;
use idp::{Provider, Query};
use inventory::{Exposing, Whose};
use jiff::{SignedDuration, Timestamp};

use super::account::Asked;
use super::asker::{Asker, Outcomes};
use super::suspect::Suspects;
use crate::examine::{self, Bar};
use crate::input::{self, Stop};
use crate::kept;
use crate::summary::Summary;

/// Pages of a provider's log that are read for one credential.
const PAGES_MAX: usize = 50;

/// Longest event that is read.
const EVENT_BYTES: usize = 16 << 20;

type Key = (Fingerprint, String);

/// One credential whose uses are gathered.
pub(super) struct Watch {
    whose: Vec<Whose>,
    since: Timestamp,
    begins: &'static str,
    exposing: Exposing,
    tenant: Option<String>,
}

impl Watch {
    pub(super) fn new(
        whose: Vec<Whose>,
        (since, begins): (Timestamp, &'static str),
        tenant: Option<String>,
    ) -> Self {
        let exposing = Exposing::new(whose.clone(), since);
        Self { whose, since, begins, exposing, tenant }
    }
}

/// Adds to outcomes what was done with the credentials that were matched.
pub(super) async fn add(
    asker: &mut Asker<'_>,
    suspects: &Suspects,
    outcomes: &mut Outcomes,
) -> anyhow::Result<()> {
    let mut watches: BTreeMap<Key, Watch> = BTreeMap::new();
    for (key, outcome) in outcomes.iter() {
        let Some(token) = &outcome.token else { continue };
        let Some(held) = suspects.get(key).and_then(|suspect| suspect.held) else {
            asker.account.note(
                "Since when a credential lay in a file is not known: `--git` scans the history, which tells, and with it what was done since.",
            );
            continue;
        };
        let whose = match token.kind.as_str() {
            "api-token" => Whose::Token(token.id.clone()),
            _ => Whose::Client(token.owner_id.clone().unwrap_or_else(|| token.id.clone())),
        };
        watches.insert(key.clone(), Watch::new(vec![whose], held, token.tenant.clone()));
    }
    let told = read(asker, watches).await?;
    for (key, exposure) in told {
        if let Some(outcome) = outcomes.get_mut(&key) {
            outcome.exposure = Some(exposure);
        }
    }
    Ok(())
}

/// Reads what there is of logs, and says what was found in it of each credential.
pub(super) async fn read<K: Ord + Clone>(
    asker: &mut Asker<'_>,
    mut watches: BTreeMap<K, Watch>,
) -> anyhow::Result<Vec<(K, finding::Exposure)>> {
    if watches.is_empty() {
        return Ok(Vec::new());
    }
    match at_hand(asker, &mut watches)? {
        Some((source, is_whole)) => Ok(finished(watches, source, is_whole)),
        None => from_provider(asker, watches).await,
    }
}

/// Reads what lies here of logs: how that is called, and whether all of it could be read. `None` where there is none.
pub(super) fn at_hand<K: Ord>(
    asker: &Asker<'_>,
    watches: &mut BTreeMap<K, Watch>,
) -> anyhow::Result<Option<(&'static str, bool)>> {
    let verifier = asker.verifier;
    let data = verifier.config.as_ref().map(|config| config.data.join(kept::INTAKE));
    let has_intake = data.as_deref().is_some_and(Path::exists);
    if !verifier.args.logs.is_empty() {
        return Ok(Some(("the logs that were given", from_logs(asker, watches)?)));
    }
    let Some(folder) = data.filter(|_| has_intake) else { return Ok(None) };
    Ok(Some(("the intake", from_intake(&folder, watches)?)))
}

/// What was gathered of each.
pub(super) fn finished<K>(
    watches: BTreeMap<K, Watch>,
    source: &str,
    is_whole: bool,
) -> Vec<(K, finding::Exposure)> {
    let finished = watches.into_iter().map(|(key, watch)| {
        let begins = watch.exposing.begins();
        let covers = begins.is_some_and(|begins| begins <= watch.since);
        let why = match begins {
            None => format!("{source}, which holds no event"),
            Some(begins) if covers => format!("{source}, from {} on", finding::rfc3339(begins)),
            Some(begins) => format!("{source}, which begins only at {}", finding::rfc3339(begins)),
        };
        let why = if is_whole { why } else { format!("{why}; some of it could not be read") };
        (key, watch.exposing.finish(watch.begins, covers && is_whole, &why))
    });
    finished.collect()
}

/// Hands events to whoever gathers.
struct Feed<'w, K> {
    watches: &'w mut BTreeMap<K, Watch>,
    counts: detect::Summary,
    /// The tenant whose events these are, where that is known.
    tenant: Option<String>,
}

impl<K: Ord> Sink for Feed<'_, K> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        self.counts.count(&event, place, detect::Seen::Examined);
        for watch in self.watches.values_mut() {
            let is_other =
                self.tenant.is_some() && watch.tenant.is_some() && self.tenant != watch.tenant;
            if !is_other {
                watch.exposing.observe(&event);
            }
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.counts.reject(rejected);
    }
}

/// Reads the logs that were given; whether all of them could be.
fn from_logs<K: Ord>(asker: &Asker<'_>, watches: &mut BTreeMap<K, Watch>) -> anyhow::Result<bool> {
    let inputs = input::expand(&asker.verifier.args.logs);
    let (mut summary, stop) = (Summary::default(), Stop::default());
    // There is no rule to load, and that is no failure.
    summary.rules.loaded = 1;
    let mut feed = Feed { watches, counts: detect::Summary::default(), tenant: None };
    examine::each(&inputs, asker.console(), Bar::Drawn, &stop, &mut summary, |input, _| {
        let (bytes, stopped) = detect::read(input, EVENT_BYTES, &mut feed);
        detect::Summary { bytes, stopped, ..std::mem::take(&mut feed.counts) }
    });
    let exit = summary.exit(finding::Level::Critical);
    anyhow::ensure!(exit != crate::exit::Exit::Failed, "no log of `--logs` could be read");
    Ok(exit != crate::exit::Exit::Partial)
}

/// Reads the intake; whether all of it could be.
fn from_intake<K: Ord>(folder: &Path, watches: &mut BTreeMap<K, Watch>) -> anyhow::Result<bool> {
    let disk = RealDisk::existing(folder.to_owned()).context("failed to open the intake")?;
    let mut reader = Reader::at_rest(Arc::new(disk)).context("failed to open the intake")?;
    let mut is_whole = true;
    let mut feed = Feed { watches, counts: detect::Summary::default(), tenant: None };
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) => {
                feed.tenant = Some(frame.source.tenant.clone());
                for record in &frame.records {
                    Framer::new(Form::Lines).feed(&record.bytes, End::Here, &mut feed);
                }
            }
            Ok(None) => return Ok(is_whole),
            Err(Error::Damaged { .. } | Error::Removed { .. }) => is_whole = false,
            Err(error) => return Err(error).context("failed to read the intake"),
        }
    }
}

/// Asks the log of each credential's tenant for what was done with it, as far back as that is kept.
async fn from_provider<K: Ord + Clone>(
    asker: &mut Asker<'_>,
    watches: BTreeMap<K, Watch>,
) -> anyhow::Result<Vec<(K, finding::Exposure)>> {
    let mut told = Vec::new();
    for (key, watch) in watches {
        let is_its = |name: &String| watch.tenant.as_ref().is_none_or(|tenant| tenant == name);
        let Some(at) = asker.watched.iter().position(|one| is_its(&one.name)) else { continue };
        told.push((key, ask(asker, at, watch).await));
    }
    Ok(told)
}

async fn ask(asker: &mut Asker<'_>, at: usize, watch: Watch) -> finding::Exposure {
    let tenant = asker.watched[at].tenant.clone();
    let now = Timestamp::now();
    let days = tenant.provider().retention_days().unwrap_or(30);
    let kept = now - SignedDuration::from_hours(24 * days - 1);
    let filter = watch.whose.iter().map(|whose| filter(tenant.provider(), whose));
    let filter = filter.collect::<Vec<_>>().join(" or ");
    let (since, begins, held) = (watch.since, watch.begins, watch.since >= kept);
    let mut watches = BTreeMap::from([((), watch)]);
    let mut query = Query::Bounded { since: kept, until: now, filter: Some(filter) };
    let mut why = None;
    for page in 0.. {
        if page == PAGES_MAX || asker.account.left() == 0 {
            why = Some("more than was read".to_owned());
            break;
        }
        let answer = tenant.page(&query).await;
        let result = answer
            .as_ref()
            .map_or_else(ToString::to_string, |page| format!("{} events", page.count));
        asker.account.add(Asked {
            mode: "log",
            method: "GET",
            host: tenant.origin().to_string(),
            path: tenant.provider().log_path().to_owned(),
            answer: result,
        });
        let page = match answer {
            Ok(page) => page,
            Err(error) => {
                why = Some(error.to_string());
                break;
            }
        };
        let mut feed =
            Feed { watches: &mut watches, counts: detect::Summary::default(), tenant: None };
        let _ = detect::read(&mut page.body.as_slice(), EVENT_BYTES, &mut feed);
        match page.next.filter(|_| !page.is_last) {
            Some(next) => query = Query::Next(next),
            None => break,
        }
    }
    let from = finding::rfc3339(kept.max(Timestamp::UNIX_EPOCH));
    let says = match (&why, held) {
        (Some(why), _) => format!("the log of {}, not to its end: {why}", tenant.origin().host()),
        (None, true) => format!("the log of {}, from {from} on", tenant.origin().host()),
        (None, false) => {
            format!("the log of {}, which is kept only from {from} on", tenant.origin().host())
        }
    };
    let exposing = watches.into_values().next().map(|watch| watch.exposing);
    let exposing = exposing.unwrap_or_else(|| Exposing::new(Vec::new(), since));
    exposing.finish(begins, held && why.is_none(), &says)
}

/// The expression that finds what was done with a credential. Ids are the provider's own and hold no quotes, which is seen to.
fn filter(provider: Provider, whose: &Whose) -> String {
    let plain = |id: &str| {
        id.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect::<String>()
    };
    match (provider, whose) {
        (Provider::Okta, Whose::Token(id)) => {
            format!("transaction.detail.requestApiTokenId eq \"{}\"", plain(id))
        }
        (Provider::Okta, Whose::Session(id)) => {
            format!("authenticationContext.externalSessionId eq \"{}\"", plain(id))
        }
        (Provider::Okta, Whose::Client(id) | Whose::User(id)) => {
            format!("actor.id eq \"{}\"", plain(id))
        }
        (Provider::Auth0, Whose::User(id)) => format!("user_id:\"{}\"", plain(id)),
        (Provider::Auth0, Whose::Token(id) | Whose::Client(id)) => {
            format!("client_id:\"{}\"", plain(id))
        }
        (Provider::Auth0, Whose::Session(id)) => format!("session_id:\"{}\"", plain(id)),
    }
}
