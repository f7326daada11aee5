//! Whom a finding concerns, and how each sink wants to be told.

use std::time::Duration;

use finding::Finding;
use jiff::Timestamp;

use crate::{Hours, Terms};

/// Findings that go to some sinks.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Which findings.
    pub terms: Terms,
    /// When alone, by the clock when they are found; always without it.
    pub hours: Option<Hours>,
    /// Names of sinks.
    pub sinks: Vec<String>,
}

/// How one sink wants to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name.
    pub sink: String,
    /// When to hold back all that is not critical, until their end.
    pub quiet: Option<Hours>,
    /// For how long findings of the same rule in the same case are gathered into one message; zero gathers none.
    pub fold: Duration,
}

/// Everything that decides who is told what, and when.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// The sinks.
    pub policies: Vec<Policy>,
    /// Who is told of what; without any, every sink of everything.
    pub routes: Vec<Route>,
}

impl Plan {
    /// Whether a finding concerns a sink, if it is found now.
    pub fn concerns(&self, finding: &Finding, sink: &str, now: Timestamp) -> bool {
        let leads = |route: &Route| {
            route.sinks.iter().any(|name| name == sink)
                && route.terms.mean(finding)
                && route.hours.as_ref().is_none_or(|hours| hours.hold(now))
        };
        self.routes.is_empty() || self.routes.iter().any(leads)
    }
}
