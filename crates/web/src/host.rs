//! By which names pages may be asked for.
//!
//! A page of somebody else, open in a browser on this machine, can point its own name at this machine and read what answers (DNS
//! rebinding). It cannot choose another `Host` than its name, and no address can be pointed elsewhere.

use std::net::IpAddr;

use hyper::header::HOST;
use hyper::http::uri::Authority;
use hyper::{HeaderMap, Uri};

/// The names and addresses that pages answer to.
#[derive(Debug)]
pub(crate) struct Hosts {
    listen: IpAddr,
    names: Vec<String>,
}

impl Hosts {
    /// This machine's own, and these names, without ports.
    pub(crate) fn new(listen: IpAddr, names: &[String]) -> Self {
        Self { listen, names: names.iter().map(|name| name.to_ascii_lowercase()).collect() }
    }

    /// Whether a request was meant for this machine. One without a host, as probes of HTTP/1.0 are, comes from no browser.
    pub(crate) fn know(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut named = headers.get_all(HOST).iter();
        let meant = match (uri.authority(), named.next(), named.next()) {
            (Some(meant), ..) => Some(meant.clone()),
            (None, None, _) => return true,
            (None, Some(one), None) => Authority::try_from(one.as_bytes()).ok(),
            (None, Some(_), Some(_)) => None,
        };
        meant.is_some_and(|meant| self.is_ours(meant.host()))
    }

    fn is_ours(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) => {
                let address = address.to_canonical();
                // Who listens on all addresses does not know which are its own.
                let is_own = self.listen.is_unspecified() || address == self.listen.to_canonical();
                address.is_loopback() || is_own
            }
            Err(_) => host == "localhost" || self.names.iter().any(|name| name == host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(listen: &str, host: &str) -> bool {
        let hosts = Hosts::new(listen.parse().unwrap(), &["Keyward.example.com".to_owned()]);
        let headers = [(HOST, host.parse().unwrap())].into_iter().collect();
        hosts.know(&Uri::from_static("/metrics"), &headers)
    }

    #[test]
    fn only_names_of_this_machine_are_known() {
        let known = [
            "localhost:8484",
            "LOCALHOST.",
            "127.0.0.1:8484",
            "127.1.2.3",
            "[::1]:8484",
            "[::ffff:127.0.0.1]",
            "192.0.2.10:8484",
            "keyward.example.com:443",
        ];
        let strange = [
            "",
            "evil.example.com",
            "evil.example.com:8484",
            "192.0.2.11",
            "localhost.example.com",
            "keyward.example.com.example.net",
            "127.0.0.1.example.com",
            "localhost@evil.example.com",
            "a b",
        ];
        for (hosts, expected) in [(&known[..], true), (&strange[..], false)] {
            for host in hosts {
                assert_eq!(check("192.0.2.10", host), expected, "{host}");
            }
        }
        assert!(check("0.0.0.0", "192.0.2.11:8484") && check("::", "[2001:db8::1]"));
        assert!(!check("0.0.0.0", "evil.example.com"));
    }

    #[test]
    fn two_hosts_are_none_and_an_absolute_address_counts() {
        let hosts = Hosts::new("127.0.0.1".parse().unwrap(), &[]);
        assert!(hosts.know(&Uri::from_static("/"), &HeaderMap::new()));
        let mut two = HeaderMap::new();
        two.append(HOST, "localhost".parse().unwrap());
        two.append(HOST, "localhost".parse().unwrap());
        assert!(!hosts.know(&Uri::from_static("/"), &two));
        assert!(!hosts.know(&Uri::from_static("http://evil.example.com/"), &HeaderMap::new()));
    }
}
