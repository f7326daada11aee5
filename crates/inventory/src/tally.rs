//! Counting, event by event, what was done with every credential of every tenant.

mod sight;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use event::Event;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(crate) use self::sight::{Deed, network};
use crate::{Provider, Use};

/// Credentials of one tenant that are counted apart; those behind are counted together.
pub const CARDS_MAX: usize = 50_000;

/// What the log tells of credentials, by tenant. Takes events in any order; two may be merged, as if one had seen all.
///
/// Whoever counts for long keeps what a tally holds elsewhere and begins a new one: it is small as long as it is young.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By tenant, as the configuration names it.
    pub tenants: BTreeMap<String, TenantTally>,
}

/// What the log of one tenant tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantTally {
    /// Which part of the log was seen.
    pub coverage: Coverage,
    /// By the id of the credential.
    pub uses: HashMap<String, Use>,
    /// Events of credentials beyond [`CARDS_MAX`], which are in none of them.
    pub beyond: u64,
}

/// Which part of a log was seen. Without any, nothing that is not there says anything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Whose log it is; `None` as long as nothing was seen.
    #[serde(default)]
    pub provider: Option<Provider>,
    /// Events, of credentials and others.
    pub events: u64,
    /// The earliest of them.
    pub since: Option<Timestamp>,
    /// The latest of them.
    pub until: Option<Timestamp>,
}

impl Tally {
    /// A tally that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an event of a tenant in. Events of other products, and those without a time, tell nothing.
    pub fn observe(&mut self, tenant: &str, event: &Event<'_>) {
        let (Some(provider), Some(at)) = (Provider::of(event.product()), event.time()) else {
            return;
        };
        if !self.tenants.contains_key(tenant) {
            self.tenants.insert(tenant.to_owned(), TenantTally::default());
        }
        let Some(own) = self.tenants.get_mut(tenant) else { return };
        own.coverage.see(provider, at);
        if let Some(deed) = Deed::of(provider, event) {
            let id = deed.id.clone();
            if let Some(used) = own.use_of(&id) {
                used.see(&deed, at);
            }
        }
        sight::changes(provider, event, at, &mut |id, change| {
            if let Some(used) = own.use_of(id) {
                used.add_change(change);
            }
        });
    }

    /// Takes in what another one saw.
    pub fn merge(&mut self, other: Self) {
        for (tenant, theirs) in other.tenants {
            let own = self.tenants.entry(tenant).or_default();
            own.coverage.merge(theirs.coverage);
            own.beyond += theirs.beyond;
            for (id, used) in theirs.uses {
                if let Some(own) = own.use_of(&id) {
                    own.merge(&used);
                }
            }
        }
    }

    /// How many credentials it counts.
    pub fn len(&self) -> usize {
        self.tenants.values().map(|tenant| tenant.uses.len()).sum()
    }

    /// Whether it has seen nothing.
    pub fn is_empty(&self) -> bool {
        self.tenants.is_empty()
    }
}

impl TenantTally {
    /// Where a credential is counted; `None` where there is no more room.
    fn use_of(&mut self, id: &str) -> Option<&mut Use> {
        if !self.uses.contains_key(id) {
            if self.uses.len() >= CARDS_MAX {
                self.beyond += 1;
                return None;
            }
            self.uses.insert(id.to_owned(), Use::default());
        }
        self.uses.get_mut(id)
    }
}

impl Coverage {
    fn see(&mut self, provider: Provider, at: Timestamp) {
        let provider = Some(provider);
        self.merge(Self { provider, events: 1, since: Some(at), until: Some(at) });
    }

    /// Takes in what was seen elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.provider = self.provider.or(other.provider);
        self.events += other.events;
        self.since = [self.since, other.since].into_iter().flatten().min();
        self.until = self.until.max(other.until);
    }
}
