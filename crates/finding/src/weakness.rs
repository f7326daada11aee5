//! Findings about settings: what is weak, rather than what happened.

use std::sync::Arc;

use jiff::Timestamp;

use crate::evidence::Evidence;
use crate::fingerprint::Fingerprint;
use crate::level::Level;
use crate::report::{Finding, Kind, Occurrence};
use crate::rule::Rule;
use crate::subject::Subject;

/// A weak setting, as far as a finding needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weakness {
    /// What is weak: the id of a credential or an account, the host of a tenant. Unique within a provider.
    pub about: String,
    /// Whose setting it is: `okta` or `auth0`.
    pub provider: Option<String>,
    /// The tenant, as the caller labelled it.
    pub tenant: Option<String>,
    /// Who or what may be acted on.
    pub subject: Subject,
    /// What was seen.
    pub evidence: Evidence,
    /// When it was seen first, as far as is known.
    pub seen: Option<Timestamp>,
}

impl Finding {
    /// A weakness that is there now. The id is made of the rule and what is weak: neither times nor what was seen move it. One
    /// case holds all weaknesses of one thing.
    pub fn of_weakness(rule: Arc<Rule>, level: Level, weakness: Weakness) -> Self {
        let provider = weakness.provider.clone().unwrap_or_default();
        let id = Fingerprint::of_posture(&rule.id, &provider, &weakness.about);
        let case = Fingerprint::of_case(&["posture", &provider, &weakness.about]);
        let event = Occurrence {
            event_id: String::new(),
            time: weakness.seen,
            provider: weakness.provider,
            tenant: weakness.tenant,
            subject: weakness.subject,
            evidence: weakness.evidence,
            place: None,
        };
        Self {
            id,
            kind: Kind::Posture,
            case,
            event_count: 0,
            events: Vec::new(),
            ..Self::of_event(rule, level, event)
        }
    }
}
