//! Whose credential a card is about.

use std::fmt;

use catalog::Product;
use serde::{Deserialize, Serialize};

/// A provider whose credentials are kept account of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Okta.
    Okta,
    /// Auth0.
    Auth0,
}

impl Provider {
    /// `okta` or `auth0`, as everywhere in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Auth0 => "auth0",
        }
    }

    /// That of an event; `None` for events of other products.
    pub fn of(product: Option<Product>) -> Option<Self> {
        match product? {
            Product::Okta => Some(Self::Okta),
            Product::Auth0 => Some(Self::Auth0),
            _ => None,
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
