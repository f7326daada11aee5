//! How requests are made.

use std::time::Duration;

use crate::{Proxy, Secret};

/// Limits of every request, and the way that it takes.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Until a connection stands, its encryption included.
    pub connect_timeout: Duration,
    /// Until the last byte of an answer, from the beginning.
    pub total_timeout: Duration,
    /// The longest body taken, in bytes. A longer one is an error, not cut.
    pub max_body: usize,
    /// What to send requests through. Loopback is reached without it, and the environment names none.
    pub proxy: Option<Proxy>,
    /// Certificates of authorities to trust besides those of the machine, PEM.
    pub extra_ca: Option<Secret>,
    /// Whether addresses of private networks may be reached. Loopback always may, by a loopback origin alone.
    pub allow_private: bool,
    /// What requests call themselves.
    pub user_agent: String,
}

impl Default for Settings {
    /// Okta ends a query of its log after 30 s, and a page of 1,000 events has a few megabytes.
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(90),
            max_body: 64 << 20,
            proxy: None,
            extra_ca: None,
            allow_private: false,
            user_agent: concat!("keyward/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}
