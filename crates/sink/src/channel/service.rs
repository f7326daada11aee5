//! Services that are known by the host of an address.

use std::fmt;

/// A service with a kind of sink of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Incoming webhooks of Slack.
    Slack,
    /// Incoming webhooks and workflows of Teams.
    Teams,
    /// Events of `PagerDuty`.
    PagerDuty,
}

/// Hosts, or the ends of their names, and whose they are.
///
/// Source: Slack, "Sending messages using incoming webhooks"; Microsoft, "Create Incoming Webhooks" and "Create flows that post to
/// Teams with webhooks" (workflows were under the second and are under the third); `PagerDuty`, "Service Regions"; checked 2026-11-22.
const HOSTS: [(&str, Service); 8] = [
    ("hooks.slack.com", Service::Slack),
    ("hooks.slack-gov.com", Service::Slack),
    (".webhook.office.com", Service::Teams),
    (".logic.azure.com", Service::Teams),
    (".api.powerplatform.com", Service::Teams),
    ("events.pagerduty.com", Service::PagerDuty),
    ("events.eu.pagerduty.com", Service::PagerDuty),
    ("outlook.office.com", Service::Teams),
];

impl Service {
    /// Whose a host is; `None` if it may be anybody's.
    pub fn at(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let is_at = |(name, _): &&(&str, Self)| {
            host == *name || (name.starts_with('.') && host.ends_with(name))
        };
        HOSTS.iter().find(is_at).map(|(_, service)| *service)
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Slack => "Slack",
            Self::Teams => "Teams",
            Self::PagerDuty => "PagerDuty",
        })
    }
}
