//! Which of several tokens it may most likely be, by what logs at hand show of each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use finding::{Exposure, LISTED_MAX, Token};
use inventory::{Card, Whose};
use jiff::Timestamp;

use super::asker::{Asker, Outcomes};
use super::exposed::{Key, Watch};
use super::suspect::Suspects;
use crate::render::plural;

/// Tokens of one leak whose uses are looked for; of more those that were used last.
const WATCHED_MAX: usize = 200;

/// Puts those that were used last first.
pub(super) fn sort(asker: &Asker<'_>, outcomes: &mut Outcomes) {
    for outcome in outcomes.values_mut() {
        let last_use = |token: &Token| card(asker, token).and_then(last_use);
        outcome.candidates.sort_by_key(|token| Reverse(last_use(token)));
    }
}

/// What is to be looked for of each candidate.
pub(super) fn watches(suspects: &Suspects, outcomes: &Outcomes) -> BTreeMap<Key, Watch> {
    let mut watches = BTreeMap::new();
    for (key, outcome) in outcomes {
        let Some(held) = suspects.get(key).and_then(|suspect| suspect.held) else { continue };
        let tokens = outcome.candidates.iter().filter(|token| token.kind == "api-token");
        for token in tokens.take(WATCHED_MAX) {
            let whose = vec![Whose::Token(token.id.clone())];
            let watch = Watch::new(whose, held, token.tenant.clone());
            watches.insert((key.clone(), Some(token.id.clone())), watch);
        }
    }
    watches
}

/// Says of each candidate what was done with it since the leak, and puts the most likely first.
pub(super) fn tell(
    asker: &Asker<'_>,
    exposures: &BTreeMap<Key, Exposure>,
    outcomes: &mut Outcomes,
) {
    for (key, outcome) in outcomes.iter_mut() {
        let exposure = |token: &Token| exposures.get(&(key.clone(), Some(token.id.clone())));
        outcome.candidates.sort_by_key(|token| Reverse(exposure(token).map(weight)));
        outcome.candidates.truncate(LISTED_MAX);
        for token in outcome.candidates.iter_mut().filter(|token| token.kind == "api-token") {
            token.matched_by = match exposure(token) {
                Some(exposure) => told(exposure),
                None => card(asker, token).and_then(last_use).map_or_else(
                    || "nothing is known of its use".to_owned(),
                    |at| format!("last used {}, as it is listed", finding::rfc3339(at)),
                ),
            };
        }
    }
}

/// What its tenant lists of a candidate.
fn card<'a>(asker: &'a Asker<'_>, token: &Token) -> Option<&'a Card> {
    let of_tenant = |at: &usize| Some(&asker.watched[*at].name) == token.tenant.as_ref();
    let mut lookups = asker.lookups.iter().filter(|(at, _)| of_tenant(at));
    lookups.find_map(|(_, lookup)| lookup.snapshot.card(&token.id))
}

fn last_use(card: &Card) -> Option<Timestamp> {
    card.last_use.as_ref().map(|last| last.value)
}

/// What speaks for a candidate: use from networks that it was never used from while all was well, then late use.
fn weight(exposure: &Exposure) -> (bool, bool, Option<Timestamp>) {
    let is_foreign = is_foreign(exposure);
    (is_foreign && exposure.known_addresses > 0, is_foreign, exposure.last)
}

fn is_foreign(exposure: &Exposure) -> bool {
    exposure.addresses.iter().any(|address| address.new_network == Some(true))
}

/// Such as `66 events and 66 changes since, the last 2026-…; 203.0.113.66 is of a network never seen before`.
fn told(exposure: &Exposure) -> String {
    let Exposure { events, writes, last, addresses, known_addresses, complete, .. } = exposure;
    let Some(last) = last else {
        let limit = if *complete { "" } else { ", as far as the logs reach" };
        return format!("no use of it seen since{limit}");
    };
    let (events, writes) = (plural(*events, "event"), plural(*writes, "change"));
    let uses = format!("{events} and {writes} since, the last {}", finding::rfc3339(*last));
    let foreign = addresses.iter().find(|address| address.new_network == Some(true));
    match (foreign, known_addresses) {
        (None, _) => uses,
        (Some(address), 0) => format!("{uses}; from {}, and no use of it seen before", address.ip),
        (Some(address), _) => {
            format!("{uses}; {} is of a network that it was never used from before", address.ip)
        }
    }
}

#[cfg(test)]
mod tests {
    use finding::Address;

    use super::*;

    fn exposure(known_addresses: u64, new_network: Option<bool>, last: &str) -> Exposure {
        let last: Timestamp = format!("2026-11-{last}T00:00:00Z").parse().unwrap();
        let ip = "203.0.113.66".to_owned();
        let network = Some("AS64511 example cloud".to_owned());
        let foreign =
            Address { ip, network, new_network, first: last, last, events: 66, writes: 60 };
        let mut exposure =
            inventory::Exposing::new(Vec::new(), last).finish("the commit", true, "");
        exposure.addresses.extend(new_network.map(|_| foreign));
        Exposure { events: 66, writes: 60, last: Some(last), known_addresses, ..exposure }
    }

    #[test]
    fn a_token_that_was_used_from_a_network_never_seen_is_the_most_likely() {
        let stolen = exposure(2, Some(true), "20");
        let fresh = exposure(0, Some(true), "21");
        let busy = exposure(2, None, "22");
        let idle = Exposure { last: None, ..exposure(2, None, "10") };
        let order = [&stolen, &fresh, &busy, &idle].map(weight);
        assert!(order.is_sorted_by(|one, other| one > other), "{order:?}");
        let words = [&stolen, &idle].map(told);
        assert_eq!(words[1], "no use of it seen since");
        assert!(
            words[0].ends_with("203.0.113.66 is of a network that it was never used from before")
        );
    }
}
