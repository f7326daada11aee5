//! The life of one credential in order of time.

use jiff::Timestamp;
use serde::Serialize;

use crate::change::is_change_of_okta;
use crate::{Basis, Card, Known, Provider};

/// Addresses and networks whose first sight is told; the others are in the card.
const FIRST_SIGHTS: usize = 20;

/// Something that happened to a credential or with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// What, for people, such as `created` or `first used from AS64496 Example Carrier`.
    pub what: String,
    /// Who did it; `None` where that is the credential itself, or not known.
    pub by: Option<String>,
    /// From which address.
    pub ip: Option<String>,
    /// From what it was concluded; `None` where the interface or the log say so.
    pub inferred: Option<String>,
    /// The provider's id of the event, or that of the finding, where there is one.
    pub event: Option<String>,
}

/// What is known of when things happened, in order. What lies ahead is its end.
pub fn timeline(card: &Card) -> Vec<Moment> {
    let mut moments: Vec<Moment> = changes(card).collect();
    let has_beginning = card.use_.creation().is_some();
    if let Some(created) = card.created.as_ref().filter(|_| !has_beginning) {
        let made = &created.value;
        let by = made.by.clone().or_else(|| made.by_id.clone());
        moments.push(Moment { by, ip: made.ip.clone(), ..moment(made.at, "created") });
    }
    for secret in &card.secrets {
        let what = format!("secret {} made", secret.id);
        moments.extend(secret.created.map(|at| moment(at, &what)));
    }
    for key in &card.keys {
        let name = key.kid.as_ref().unwrap_or(&key.id);
        moments.extend(key.created.map(|at| moment(at, &format!("key {name} added"))));
    }
    moments.extend(first_sights(card));
    moments.extend(writes(card));
    moments.extend(card.use_.first.map(|at| moment(at, "first used, as far as the log was seen")));
    moments.extend(card.last_use.as_ref().map(|last| known(last, "last used")));
    moments.extend(card.expires.as_ref().map(|end| known(end, "ends, unless it is used before")));
    moments.sort();
    moments
}

fn changes(card: &Card) -> impl Iterator<Item = Moment> {
    card.use_.changes.iter().map(|change| Moment {
        by: change.by.clone(),
        ip: change.ip.clone(),
        event: Some(change.event.clone()),
        ..moment(change.at, &change.what)
    })
}

/// From where and by what it was used for the first time, the most recent of them.
fn first_sights(card: &Card) -> impl Iterator<Item = Moment> {
    let rolls = [
        ("from", &card.use_.networks),
        ("from", &card.use_.addresses),
        ("by", &card.use_.user_agents),
    ];
    rolls.into_iter().flat_map(|(how, roll)| {
        let mut firsts: Vec<_> =
            roll.seen.iter().map(|(value, seen)| (seen.first, value)).collect();
        firsts.sort();
        let skipped = firsts.len().saturating_sub(FIRST_SIGHTS);
        let firsts = firsts.into_iter().skip(skipped);
        firsts.map(move |(at, value)| moment(at, &format!("first used {how} {value}")))
    })
}

/// What was changed with it, a line for each event type: the most frequent of them. Which types those are is known of Okta's alone.
fn writes(card: &Card) -> impl Iterator<Item = Moment> {
    let ranked = card.use_.event_types.ranked().into_iter();
    let writes =
        ranked.filter(|(kind, _)| card.provider == Provider::Okta && is_change_of_okta(kind));
    writes.take(FIRST_SIGHTS).map(|(kind, seen)| {
        let what = match seen.count {
            1 => format!("{kind}, once"),
            count => format!("{kind}, {count} times until {}", seen.last.strftime("%F %T")),
        };
        moment(seen.first, &what)
    })
}

fn known(known: &Known<Timestamp>, what: &str) -> Moment {
    let inferred = match &known.basis {
        Basis::Inferred { how } => Some(how.clone()),
        Basis::Api | Basis::Log => None,
    };
    Moment { inferred, ..moment(known.value, what) }
}

fn moment(at: Timestamp, what: &str) -> Moment {
    Moment { at, what: what.to_owned(), by: None, ip: None, inferred: None, event: None }
}
