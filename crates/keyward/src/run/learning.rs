//! Rules that compare with what was usual: until when they cannot tell, by how long the record is.

use catalog::Product;
use jiff::{SignedDuration, Timestamp};
use rule::correlation::Memory;

use super::rules::Rules;

/// Rules that stay silent until they know a subject for long enough.
#[derive(Debug, Default)]
pub(crate) struct Learning {
    row: Vec<Learns>,
}

#[derive(Debug)]
struct Learns {
    rule: String,
    product: Option<Product>,
    least: SignedDuration,
}

impl Learning {
    /// Those of some rules.
    pub(crate) fn of(rules: &Rules) -> Self {
        let learns = |rule: &rule::Rule| {
            let Memory::NewValue(test) = &rule.correlation.as_deref()?.test else { return None };
            let least = SignedDuration::try_from(test.min_history).ok()?;
            let is_idle = test.alerts_when_cold || !rule.is_runnable() || !rule.alerts;
            (!is_idle && !least.is_zero()).then(|| Learns {
                rule: rule.name.clone(),
                product: rule.product(),
                least,
            })
        };
        Self { row: rules.all().filter_map(learns).collect() }
    }

    /// Says which cannot find anything yet in a record that begins at some time, and when the first of them can.
    pub(crate) fn say(&self, tenant: &str, product: Product, since: Timestamp, now: Timestamp) {
        let until = |one: &Learns| since.checked_add(one.least).unwrap_or(Timestamp::MAX);
        let is_meant = |one: &&Learns| one.product.is_none_or(|own| own == product);
        let silent: Vec<_> =
            self.row.iter().filter(is_meant).filter(|one| until(one) > now).collect();
        let Some(first) = silent.iter().map(|one| until(one)).min() else { return };
        let names: Vec<_> = silent.iter().map(|one| one.rule.as_str()).collect();
        tracing::info!(
            tenant,
            count = names.len(),
            %since,
            until = %first,
            "rules still learn what is usual and find nothing until the record is long enough, at the earliest then: {}",
            names.join(", ")
        );
    }
}
