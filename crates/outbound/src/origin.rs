//! Where requests may go.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::Url;

/// Scheme, host and port of a server: `https://acme.okta.com`. Without a path, a query or a user.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin(Url);

/// Why a text is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadOrigin {
    /// It is no address.
    #[error("is no address such as `https://acme.okta.com`")]
    Unreadable,
    /// Neither `https`, nor `http` to this machine.
    #[error("is neither `https` nor a loopback address")]
    Insecure,
    /// There is more to it than scheme, host and port.
    #[error("holds more than scheme, host and port")]
    More,
}

impl Origin {
    /// An address below the origin: a path with or without a query. `None` if it leads elsewhere.
    pub fn at(&self, path_and_query: &str) -> Option<Url> {
        let is_path = path_and_query.starts_with('/') && !path_and_query.starts_with("//");
        let url = self.0.join(path_and_query).ok().filter(|_| is_path)?;
        self.holds(&url).then_some(url)
    }

    /// Whether an address lies below the origin.
    pub fn holds(&self, url: &Url) -> bool {
        url.origin() == self.0.origin() && url.username().is_empty() && url.password().is_none()
    }

    /// The host, without port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether the host is an address of this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// As a URL, without path and query.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let url = Url::parse(text).map_err(|_| BadOrigin::Unreadable)?;
        if url.host_str().is_none_or(str::is_empty) {
            return Err(BadOrigin::Unreadable);
        }
        let bare =
            matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let origin = Self(url);
        if !bare || !origin.holds(&origin.0) {
            return Err(BadOrigin::More);
        }
        match origin.0.scheme() {
            "https" => Ok(origin),
            "http" if origin.is_loopback() => Ok(origin),
            _ => Err(BadOrigin::Insecure),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_origin_itself_is_reached() {
        let origin: Origin = "https://acme.okta.com".parse().unwrap();
        assert!(origin.at("/api/v1/logs?after=1,2").is_some());
        for elsewhere in
            ["//other.example.com/", "https://other.example.com/", "api", "/\\other.example.com"]
        {
            let reached = origin.at(elsewhere);
            assert!(reached.is_none_or(|url| origin.holds(&url)), "{elsewhere}");
        }
        assert_eq!("http://acme.okta.com".parse::<Origin>(), Err(BadOrigin::Insecure));
        assert_eq!("https://a:b@acme.okta.com".parse::<Origin>(), Err(BadOrigin::More));
        assert_eq!("https://acme.okta.com/x".parse::<Origin>(), Err(BadOrigin::More));
        assert!("http://127.0.0.1:8480".parse::<Origin>().is_ok());
    }
}
