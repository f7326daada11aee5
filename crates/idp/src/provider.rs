//! Whom we speak to.

use std::fmt;
use std::str::FromStr;

/// A provider of identities whose log can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// An Okta organization.
    Okta,
    /// An Auth0 tenant.
    Auth0,
}

impl Provider {
    /// As configurations and sources name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Auth0 => "auth0",
        }
    }

    /// Where the log lies.
    pub fn log_path(self) -> &'static str {
        match self {
            Self::Okta => "/api/v1/logs",
            Self::Auth0 => "/api/v2/logs",
        }
    }

    /// The scope that reading the log takes.
    pub fn log_scope(self) -> &'static str {
        match self {
            Self::Okta => "okta.logs.read",
            Self::Auth0 => "read:logs",
        }
    }

    /// For how many days it keeps its log, if that does not depend on a plan.
    /// Source: Okta System Log API, checked 2026-11-22.
    pub fn retention_days(self) -> Option<i64> {
        match self {
            Self::Okta => Some(90),
            Self::Auth0 => None,
        }
    }

    /// The most events on one page.
    /// Source: Okta System Log API `limit`, Auth0 `take`, checked 2026-11-22.
    pub fn page_events(self) -> u32 {
        match self {
            Self::Okta => 1000,
            Self::Auth0 => 100,
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Provider {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "okta" => Ok(Self::Okta),
            "auth0" => Ok(Self::Auth0),
            _ => Err(()),
        }
    }
}
