//! A snapshot of the provider's lists and what the log tells, put together.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::{Card, CardKind, Change, Coverage, Creation, Gap, Known, Provider, Snapshot, Use};

/// How long what a provider lists no more is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 180);

/// What the status of a credential is that the lists do not have any more.
pub const GONE: &str = "GONE";

impl Snapshot {
    /// What the log of a tenant tells where nobody was asked. `None` if it tells nothing.
    pub fn of_log(tenant: &str, coverage: Coverage) -> Option<Self> {
        let at = coverage.until.unwrap_or_default();
        Some(Self::new(coverage.provider?, tenant, "", at))
    }

    /// Adds to every card what the log tells of it, by id, and cards for credentials that only the log knows.
    ///
    /// What the log tells better than the interface takes its place: who made a credential, and
    /// when it was last used if that is later.
    pub fn join(&mut self, coverage: Coverage, uses: impl IntoIterator<Item = (String, Use)>) {
        let mut uses: std::collections::HashMap<String, Use> = uses.into_iter().collect();
        self.log = coverage;
        for card in &mut self.cards {
            if let Some(used) = uses.remove(&card.id) {
                card.join(used);
            }
        }
        let mut rest: Vec<(String, Use)> = uses.into_iter().collect();
        rest.sort_by(|a, b| a.0.cmp(&b.0));
        for (id, used) in rest {
            if let Some(card) = self.only_used(&id, used) {
                self.cards.push(card);
            }
        }
    }

    /// Adds cards that an earlier reading had and this one has not, as they were then. They are gone, unless their list was not read whole.
    ///
    /// One that was listed last more than 180 days ago is let go.
    pub fn keep(&mut self, earlier: &Self) {
        let there: BTreeSet<String> = self.cards.iter().map(|card| card.id.clone()).collect();
        for card in earlier.cards.iter().filter(|card| !there.contains(&card.id)) {
            let listed = card.last_listed.unwrap_or(earlier.at);
            if self.at.duration_since(listed) > KEPT {
                continue;
            }
            let mut card = Card { last_listed: Some(listed), gaps: Vec::new(), ..card.clone() };
            let list = list_of(card.kind);
            if self.lacks(list) {
                card.gaps.push(format!("{list} could not be read again"));
            } else {
                GONE.clone_into(&mut card.status);
            }
            self.cards.push(card);
        }
    }

    /// Takes out again what the log told, and cards that only it knew.
    pub fn forget_log(&mut self) {
        self.log = Coverage::default();
        self.cards.retain(|card| card.status != GONE);
        for card in &mut self.cards {
            card.use_ = Use::default();
        }
    }

    /// A card of what the log alone tells. `None` for what may be any app: it was changed, but never signed in by itself.
    fn only_used(&self, id: &str, used: Use) -> Option<Card> {
        let kind = match self.provider {
            Provider::Auth0 => CardKind::MachineClient,
            Provider::Okta if id.starts_with("00T") => CardKind::ApiToken,
            Provider::Okta => CardKind::ServiceApp,
        };
        if used.count == 0 && kind != CardKind::ApiToken {
            return None;
        }
        let mut card = Card::new(self.provider, &self.tenant, kind, id);
        let list = list_of(kind);
        if !self.is_listed() {
            card.gaps.push("known from the log alone".to_owned());
        } else if self.lacks(list) {
            card.gaps.push(format!("known from the log alone: {list} could not be read"));
        } else {
            GONE.clone_into(&mut card.status);
        }
        card.join(used);
        Some(card)
    }

    /// Whether the provider was asked at all.
    pub fn is_listed(&self) -> bool {
        !self.host.is_empty()
    }

    /// What could not be read and matters for a kind of card.
    pub fn gap(&self, what: &str) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.what == what)
    }
}

/// The list that cards of a kind stand in, as gaps name it.
fn list_of(kind: CardKind) -> &'static str {
    match kind {
        CardKind::ApiToken => "api tokens",
        CardKind::ServiceApp => "apps",
        CardKind::MachineClient => "clients",
    }
}

impl Card {
    fn join(&mut self, used: Use) {
        if let Some(change) = used.creation() {
            self.created = Some(Known::by_log(made(change)));
        }
        if let Some(last) = used.last.filter(|last| is_later(*last, self.last_use.as_ref())) {
            self.last_use = Some(Known::by_log(last));
        }
        self.use_ = used;
    }
}

/// Whether what the log saw is at least as late as what was inferred; the provider's own clock ticks a little behind its log.
fn is_later(last: Timestamp, known: Option<&Known<Timestamp>>) -> bool {
    const SLACK_S: i64 = 120;
    known.is_none_or(|known| last.as_second() + SLACK_S >= known.value.as_second())
}

fn made(change: &Change) -> Creation {
    Creation {
        at: change.at,
        by: change.by.clone(),
        by_id: change.by_id.clone(),
        ip: change.ip.clone(),
    }
}
