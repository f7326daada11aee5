//! What was done with credentials since they lay open: from the intake, from logs, or asked of the provider.

use std::collections::BTreeMap;

use event::Event;
use finding::{Exposure, Fingerprint};
use idp::{Provider, Query};
use inventory::{Exposing, Whose};
use jiff::{SignedDuration, Timestamp};

use super::account::Asked;
use super::asker::{Asker, Outcomes, USED_UP};
use super::candidates;
use super::logs::{EVENT_BYTES, Feed, Logs, walk};
use super::suspect::Suspects;

/// Pages of a provider's log that are read for one credential.
const PAGES_MAX: usize = 50;

/// A credential, and one of those that it may be where it is none for sure.
pub(super) type Key = ((Fingerprint, String), Option<String>);

/// One credential whose uses are gathered.
pub(super) struct Watch {
    pub(super) whose: Vec<Whose>,
    pub(super) since: Timestamp,
    pub(super) begins: &'static str,
    pub(super) exposing: Exposing,
    pub(super) tenant: Option<String>,
    /// The latest event of its tenant, whoever made it.
    pub(super) ends: Option<Timestamp>,
}

impl Watch {
    pub(super) fn new(
        whose: Vec<Whose>,
        (since, begins): (Timestamp, &'static str),
        tenant: Option<String>,
    ) -> Self {
        let exposing = Exposing::new(whose.clone(), since);
        Self { whose, since, begins, exposing, tenant, ends: None }
    }

    /// Looks at an event of its tenant.
    pub(super) fn observe(&mut self, event: &Event<'_>) {
        self.ends = self.ends.max(event.time());
        self.exposing.observe(event);
    }
}

/// Adds to outcomes what was done with the credentials that were matched, and with those that others may be.
pub(super) async fn add(asker: &mut Asker<'_>, suspects: &Suspects, outcomes: &mut Outcomes) {
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
        let watch = Watch::new(vec![whose], held, token.tenant.clone());
        watches.insert((key.clone(), None), watch);
    }
    let is_at_hand = !matches!(asker.verifier.logs, Logs::Provider);
    if is_at_hand && asker.watched.is_empty() {
        asker.account.note(
            "No tenant is configured, so that no credential is matched to its token, and no log was read for what was done with it.",
        );
    }
    candidates::sort(asker, outcomes);
    if is_at_hand {
        watches.append(&mut candidates::watches(suspects, outcomes));
    }
    let exposures: BTreeMap<Key, Exposure> = read(asker, watches).await.into_iter().collect();
    for (key, outcome) in outcomes.iter_mut() {
        outcome.exposure = exposures.get(&(key.clone(), None)).cloned();
    }
    candidates::tell(asker, &exposures, outcomes);
}

/// Reads what there is of logs, once, and says what was found in it of each credential.
pub(super) async fn read<K: Ord + Clone>(
    asker: &mut Asker<'_>,
    mut watches: BTreeMap<K, Watch>,
) -> Vec<(K, Exposure)> {
    if watches.is_empty() {
        return Vec::new();
    }
    if matches!(asker.verifier.logs, Logs::Provider) {
        return from_provider(asker, watches).await;
    }
    let walked = walk(asker, &mut watches);
    walked.map(|walked| walked.finish(watches, Timestamp::now())).unwrap_or_default()
}

/// Asks the log of each credential's tenant for what was done with it, as far back as that is kept.
async fn from_provider<K: Ord + Clone>(
    asker: &mut Asker<'_>,
    watches: BTreeMap<K, Watch>,
) -> Vec<(K, Exposure)> {
    let mut told = Vec::new();
    for (key, watch) in watches {
        let is_its = |name: &String| watch.tenant.as_ref().is_none_or(|tenant| tenant == name);
        let Some(at) = asker.watched.iter().position(|one| is_its(&one.name)) else { continue };
        told.push((key, ask(asker, at, watch).await));
    }
    told
}

async fn ask(asker: &mut Asker<'_>, at: usize, watch: Watch) -> Exposure {
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
            let is_long = page == PAGES_MAX;
            why = Some(if is_long { "there is more" } else { USED_UP }.to_owned());
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
    if let Some(why) = &why {
        let host = tenant.origin().host();
        asker.account.lack(format!("The log of {host} was not read to its end: {why}."));
    }
    let [from, until] = [kept.max(Timestamp::UNIX_EPOCH), now].map(finding::rfc3339);
    let host = tenant.origin().host();
    let says = match (&why, held) {
        (Some(why), _) => format!("the log of {host} from {from} on, not to its end: {why}"),
        (None, true) => format!("the log of {host}, from {from} until {until}"),
        (None, false) => {
            format!("the log of {host}, which is kept only from {from} on, until {until}")
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
