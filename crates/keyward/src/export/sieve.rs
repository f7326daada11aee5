//! Which events are asked for.

use archive::{Record, SourceId};
use jiff::Timestamp;
use rule::Expr;

use crate::expression::Expression;

/// Lets events through that are asked for.
pub(super) struct Sieve {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    tenant: Option<String>,
    provider: Option<String>,
    filter: Option<Expression>,
}

impl Sieve {
    pub(super) fn new(
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        filter: Option<Expr>,
        tenant: Option<String>,
        provider: Option<String>,
    ) -> Self {
        Self { since, until, tenant, provider, filter: filter.map(Expression::new) }
    }

    /// Whether events of a source are asked for.
    pub(super) fn takes(&self, source: &SourceId) -> bool {
        self.tenant.as_ref().is_none_or(|tenant| *tenant == source.tenant)
            && self.provider.as_ref().is_none_or(|provider| *provider == source.provider)
    }

    /// Whether times are asked for.
    pub(super) fn is_bounded(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    /// Whether an event is asked for.
    pub(super) fn passes(&mut self, record: &Record) -> bool {
        let time = record.time;
        let is_in_time = self.since.is_none_or(|since| time.is_some_and(|time| since <= time))
            && self.until.is_none_or(|until| time.is_some_and(|time| time < until));
        is_in_time && self.filter.as_mut().is_none_or(|filter| filter.matches(&record.bytes))
    }
}
