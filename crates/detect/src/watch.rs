//! A rule as the detector needs it.

use std::sync::Arc;

use catalog::Product;
use finding::Level;
use rule::{Expr, Rule};

/// A rule, ready to be run.
#[derive(Debug, Clone)]
pub struct Watch {
    /// What its findings say about it.
    pub rule: Arc<finding::Rule>,
    /// The level of its findings.
    pub level: Level,
    /// Which events it is about.
    pub whose: Whose,
    /// What an event must fulfil.
    pub condition: Expr,
}

/// Whose events a rule is about. It is never run on events that are known to be another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Anybody's.
    Anybodys,
    /// Those of this product.
    Of(Product),
    /// Those of a product that the catalog does not know, so that any event of unknown product may be one.
    Unknown,
}

impl Whose {
    /// Whether an event may be one of these, as far as its product is known.
    pub fn may_be(self, product: Option<Product>) -> bool {
        match (self, product) {
            (Self::Anybodys, _) | (_, None) => true,
            (Self::Of(wanted), Some(product)) => wanted == product,
            (Self::Unknown, Some(_)) => false,
        }
    }
}

impl Watch {
    /// A loaded rule, ready to be run.
    pub fn of(rule: &Rule) -> Self {
        Self {
            rule: Arc::new(finding::Rule {
                id: rule.id.clone(),
                name: rule.name.clone(),
                title: rule.title.clone(),
                status: rule.status.map(|status| status.as_str().to_owned()),
                attack: rule.attack.techniques.clone(),
            }),
            level: level(rule.level),
            whose: match (&rule.log_source.product, rule.product()) {
                (None, _) => Whose::Anybodys,
                (Some(_), Some(product)) => Whose::Of(product),
                (Some(_), None) => Whose::Unknown,
            },
            condition: rule.expr.clone(),
        }
    }
}

/// The level of a rule as its findings have it.
pub fn level(level: rule::Level) -> Level {
    match level {
        rule::Level::Informational => Level::Informational,
        rule::Level::Low => Level::Low,
        rule::Level::Medium => Level::Medium,
        rule::Level::High => Level::High,
        rule::Level::Critical => Level::Critical,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_not_run_on_events_of_another_product() {
        let products = [None, Some(Product::Okta), Some(Product::Auth0)];
        let runs = |whose: Whose| products.map(|product| whose.may_be(product));
        assert_eq!(runs(Whose::Anybodys), [true, true, true]);
        assert_eq!(runs(Whose::Of(Product::Okta)), [true, true, false]);
        assert_eq!(runs(Whose::Unknown), [true, false, false]);
    }
}
