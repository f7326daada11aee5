//! A server through which requests go.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use url::Url;

use crate::Secret;

/// An HTTP proxy: `http://proxy.example.com:3128`, with a user and a password if it wants them.
#[derive(Clone)]
pub struct Proxy {
    address: Url,
    credential: Option<(String, Secret)>,
}

/// Why a text names no proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadProxy {
    /// It is no address.
    #[error("is no address such as `http://proxy.example.com:3128`")]
    Unreadable,
    /// It is spoken to in another way.
    #[error("is neither `http` nor `https`")]
    Scheme,
}

impl Proxy {
    pub(crate) fn host(&self) -> &str {
        self.address.host_str().unwrap_or_default()
    }

    /// For all requests but those to this machine.
    pub(crate) fn rule(&self) -> reqwest::Proxy {
        let address = self.address.clone();
        let rule = reqwest::Proxy::custom(move |url| {
            let is_here =
                url.as_str().parse().is_ok_and(|url: Url| crate::origin::is_loopback(&url));
            (!is_here).then(|| address.clone())
        });
        match &self.credential {
            Some((user, password)) => rule.basic_auth(user, password.expose()),
            None => rule,
        }
    }
}

impl FromStr for Proxy {
    type Err = BadProxy;

    fn from_str(text: &str) -> Result<Self, BadProxy> {
        let mut address = Url::parse(text).map_err(|_| BadProxy::Unreadable)?;
        if address.host_str().is_none_or(str::is_empty) {
            return Err(BadProxy::Unreadable);
        }
        if !matches!(address.scheme(), "http" | "https") {
            return Err(BadProxy::Scheme);
        }
        let credential = credential(&address);
        address.set_username("").map_err(|()| BadProxy::Unreadable)?;
        address.set_password(None).map_err(|()| BadProxy::Unreadable)?;
        Ok(Self { address, credential })
    }
}

fn credential(address: &Url) -> Option<(String, Secret)> {
    let plain = |text: &str| {
        let pair = format!("v={}", text.replace('+', "%2B"));
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let user = plain(address.username()).filter(|user| !user.is_empty())?;
    Some((user, Secret::new(plain(address.password().unwrap_or_default())?)))
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_taken_apart_and_never_shown() {
        let proxy: Proxy = "http://me:p%40s+s@proxy.example.com:3128".parse().unwrap();
        let (user, password) = proxy.credential.clone().unwrap();
        assert_eq!((user.as_str(), password.expose()), ("me", "p@s+s"));
        assert_eq!(format!("{proxy:?}"), "Proxy(http://proxy.example.com:3128/)");
        assert_eq!("socks5://a".parse::<Proxy>().unwrap_err(), BadProxy::Scheme);
        assert_eq!("proxy".parse::<Proxy>().unwrap_err(), BadProxy::Unreadable);
    }
}
