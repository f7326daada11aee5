//! Whom to connect to.

use std::fmt;
use std::net::IpAddr;

use rustls::pki_types::{InvalidDnsNameError, ServerName};
use thiserror::Error;
use url::Host;

/// A host and a port: `mail.example.com:587`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    host: Host,
    /// As errors name it.
    name: String,
    port: u16,
}

/// Why a text names no peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadPeer {
    /// It is no name and no address.
    #[error("is no host such as `mail.example.com` or `[2001:db8::1]`")]
    Host,
    /// What follows the colon is no port.
    #[error("has no port between 1 and 65535 behind its colon")]
    Port,
}

impl Peer {
    /// Reads `host` or `host:port`; an address of version 6 stands in brackets.
    pub fn parse(text: &str, default_port: u16) -> Result<Self, BadPeer> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().ok().filter(|&port| port != 0).ok_or(BadPeer::Port)?)
            }
            _ => (text, default_port),
        };
        let host = Host::parse(host).map_err(|_| BadPeer::Host)?;
        let is_empty = matches!(&host, Host::Domain(name) if name.is_empty());
        let name = host.to_string();
        (!is_empty).then_some(Self { host, name, port }).ok_or(BadPeer::Host)
    }

    /// The host, without port.
    pub fn host(&self) -> &str {
        &self.name
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The host, if it is an address.
    pub(super) fn address(&self) -> Option<IpAddr> {
        match self.host {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    /// The name that its certificate must be for.
    pub(super) fn name(&self) -> Result<ServerName<'static>, InvalidDnsNameError> {
        match self.address() {
            Some(address) => Ok(ServerName::from(address)),
            None => ServerName::try_from(self.name.clone()),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.name, self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, BadPeer>) {
        let read = Peer::parse(text, 25).map(|peer| peer.to_string());
        assert_eq!(read, expected.map(str::to_owned), "{text}");
    }

    #[test]
    fn a_peer_is_a_host_and_maybe_a_port() {
        check("Mail.example.com", Ok("mail.example.com:25"));
        check("mail.example.com:587", Ok("mail.example.com:587"));
        check("192.0.2.1", Ok("192.0.2.1:25"));
        check("[2001:db8::1]", Ok("[2001:db8::1]:25"));
        check("[2001:db8::1]:465", Ok("[2001:db8::1]:465"));
        check("2001:db8::x", Err(BadPeer::Port));
        check("mail.example.com:0", Err(BadPeer::Port));
        check("mail example.com", Err(BadPeer::Host));
        check("me@mail.example.com", Err(BadPeer::Host));
        check("mail.example.com\r\n", Err(BadPeer::Host));
        check("", Err(BadPeer::Host));
    }
}
