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
    let mut unseen = Vec::new();
    for card in view.cards() {
        let (programs, networks) = shared(card, since);
        if programs.len() < SEVERAL && networks.len() < SEVERAL {
            unseen.push(card);
            continue;
        }
        let programs = programs.into_iter().map(|program| ("program", program));
        let networks = networks.into_iter().map(|network| ("network", network));
        weak.add(view.of_card(card, evidence(programs.chain(networks))));
    }
    if !view.saw(WINDOW) {
        weak.skip_some(unseen, view.too_short(WINDOW));
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

/// What browsers call themselves beside, or before, their names. Source: RFC 9110 section 10.1.5, and what browsers send.
const COMMON: [&str; 6] = ["AppleWebKit", "Gecko", "Mobile", "Mozilla", "Safari", "Version"];

/// A program as it calls itself, without its version. Of a browser, which all begin alike, its own name and the system.
fn program(user_agent: &str) -> String {
    let first = name(user_agent);
    if first != "Mozilla" {
        return if first.is_empty() { user_agent.to_owned() } else { first.to_owned() };
    }
    let (mut depth, mut outside) = (0_usize, String::new());
    for letter in user_agent.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    let names: Vec<&str> = outside.split_whitespace().map(name).collect();
    let own = names.iter().rev().find(|name| !COMMON.contains(name));
    let browser = own.or(names.last()).copied().unwrap_or(first);
    let comment = user_agent.split(['(', ')']).nth(1).unwrap_or_default();
    let mut said = comment.split(';').map(str::trim);
    let system = said.find(|part| *part != "compatible").map(name).unwrap_or_default();
    if system.is_empty() { browser.to_owned() } else { format!("{browser} on {system}") }
}

/// What stands before a version.
fn name(product: &str) -> &str {
    product.split(['/', ' ', '(']).next().unwrap_or_default()
}
