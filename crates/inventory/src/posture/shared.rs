//! Credentials that several programs use, or one from several networks.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::view::View;
use super::{Weak, evidence};
use crate::{Card, Roll};

/// How far back uses count.
const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// So many networks or programs are several.
const SEVERAL: usize = 2;

/// Uses by one that is seen less often may be somebody who tried.
const USES_MIN: u64 = 2;

pub(super) fn run(view: &View<'_>, weak: &mut Weak) {
    let since = view.now - WINDOW;
    for card in view.cards() {
        let (programs, networks) = shared(card, since);
        if programs.len() < SEVERAL && networks.len() < SEVERAL {
            continue;
        }
        let programs = programs.into_iter().map(|program| ("program", program));
        let networks = networks.into_iter().map(|network| ("network", network));
        weak.add(view.of_card(card, evidence(programs.chain(networks))));
    }
}

/// Programs, whatever their version, and networks.
fn shared(card: &Card, since: Timestamp) -> (BTreeSet<String>, BTreeSet<String>) {
    let programs = recent(&card.use_.user_agents, since).map(program).collect();
    let networks = recent(&card.use_.networks, since).map(str::to_owned).collect();
    (programs, networks)
}

fn recent(roll: &Roll, since: Timestamp) -> impl Iterator<Item = &str> {
    let counts = move |seen: &crate::Seen| seen.last >= since && seen.count >= USES_MIN;
    roll.seen.iter().filter(move |(_, seen)| counts(seen)).map(|(value, _)| value.as_str())
}

/// A program as it calls itself, without its version.
fn program(user_agent: &str) -> String {
    let name = user_agent.split(['/', ' ', '(']).next().unwrap_or_default();
    if name.is_empty() { user_agent.to_owned() } else { name.to_owned() }
}
