//! A rule as the detector needs it.

use std::sync::Arc;

use catalog::{AdminSignal, Product};
use finding::Level;
use rule::{Ask, Expr, Rule};

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
    /// What must be known besides.
    pub asks: Vec<Ask>,
    /// Levels for when more is known, the first that holds before [`Watch::level`]; `None` for no finding.
    pub levels: Vec<(Vec<Ask>, Option<Level>)>,
    /// Whether its matches are findings, or only feed rules with memory.
    pub alerts: bool,
    /// What its events tell of administrators.
    pub signal: Option<&'static AdminSignal>,
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
    /// The product, if it is one that the catalog knows.
    pub fn product(self) -> Option<Product> {
        match self {
            Self::Of(product) => Some(product),
            Self::Anybodys | Self::Unknown => None,
        }
    }

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
            rule: about(rule),
            level: level(rule.level),
            whose: match (&rule.log_source.product, rule.product()) {
                (None, _) => Whose::Anybodys,
                (Some(_), Some(product)) => Whose::Of(product),
                (Some(_), None) => Whose::Unknown,
            },
            condition: rule.expr.clone(),
            asks: rule.asks.clone(),
            levels: levels(rule),
            alerts: rule.alerts,
            signal: None,
        }
    }

    /// A watch for events that tell who is an administrator. It raises no findings.
    pub(crate) fn for_admins(signal: &'static AdminSignal, condition: Expr) -> Self {
        let name = "administrators".to_owned();
        Self {
            rule: Arc::new(finding::Rule {
                id: format!("{name}:{}:{}", signal.product.name(), signal.event_type),
                name,
                ..Default::default()
            }),
            level: Level::Informational,
            whose: Whose::Of(signal.product),
            condition,
            asks: Vec::new(),
            levels: Vec::new(),
            alerts: false,
            signal: Some(signal),
        }
    }
}

/// What findings say about a rule.
pub(crate) fn about(rule: &Rule) -> Arc<finding::Rule> {
    Arc::new(finding::Rule {
        id: rule.id.clone(),
        name: rule.name.clone(),
        title: rule.title.clone(),
        status: rule.status.map(|status| status.as_str().to_owned()),
        attack: rule.attack.techniques.clone(),
    })
}

/// The levels of a rule for when more is known.
pub(crate) fn levels(rule: &Rule) -> Vec<(Vec<Ask>, Option<Level>)> {
    rule.levels.iter().map(|case| (case.when.clone(), case.level.map(level))).collect()
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
