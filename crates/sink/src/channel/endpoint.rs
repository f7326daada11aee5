//! Addresses that are credentials: whoever knows an incoming webhook's may write to it.

use std::fmt;

use outbound::{BadOrigin, Origin, Request, Secret};
use thiserror::Error;
use url::Url;

/// Where messages are posted. Neither path nor query is ever shown.
#[derive(Clone)]
pub struct Endpoint {
    origin: Origin,
    /// Path and query.
    path: Secret,
}

/// Why a text is no endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadEndpoint {
    /// It is no address.
    #[error("is no address such as `https://alerts.example.com/keyward`")]
    Unreadable,
    /// It names a user or a password, which belong into a header.
    #[error("holds a user or a password")]
    User,
    /// Where it leads is no place to send to.
    #[error(transparent)]
    Origin(#[from] BadOrigin),
}

impl Endpoint {
    /// Reads an address with a path and maybe a query.
    pub fn parse(text: &Secret) -> Result<Self, BadEndpoint> {
        let mut url = Url::parse(text.expose().trim()).map_err(|_| BadEndpoint::Unreadable)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadEndpoint::User);
        }
        url.set_fragment(None);
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", url.path());
        url.set_query(None);
        url.set_path("");
        Ok(Self { origin: url.as_str().parse()?, path: Secret::new(path) })
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    pub(super) fn post(&self, json: String) -> Request {
        Request::json(self.path.expose(), Secret::new(json)).hidden()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({}/…)", self.origin)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_shows_no_path() {
        let secret = Secret::new("https://hooks.example.com/services/T0/B0/token?sig=abc#x");
        let endpoint = Endpoint::parse(&secret).unwrap();
        assert_eq!(endpoint.path.expose(), "/services/T0/B0/token?sig=abc");
        let shown = format!("{endpoint:?} {endpoint} {:?}", endpoint.post(String::new()));
        assert!(!shown.contains("token") && !shown.contains("sig"), "{shown}");
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        let refused = |text: &str| Endpoint::parse(&Secret::new(text)).unwrap_err();
        assert_eq!(refused("alerts"), BadEndpoint::Unreadable);
        assert_eq!(refused("https://me:pw@alerts.example.com/"), BadEndpoint::User);
        let insecure = BadEndpoint::Origin(BadOrigin::Insecure);
        assert_eq!(refused("http://alerts.example.com/"), insecure);
    }
}
