//! Names to addresses, the private ones left out.

use std::io;
use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use thiserror::Error;

use crate::address::is_public;

/// Looks names up by the machine's means. The addresses that are judged are those that are connected to.
pub(crate) struct Resolver {
    pub(crate) allow_private: bool,
    /// The proxy may be anywhere: who runs Keyward named it.
    pub(crate) proxy: Option<String>,
}

/// A name leads to an address that may not be reached.
#[derive(Debug, Error)]
#[error("{address} is no public address")]
pub(crate) struct NotPublic {
    pub(crate) address: IpAddr,
}

impl Resolver {
    /// The addresses of a name, if they may be reached.
    pub(crate) async fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let scope = self.scope(name);
        let found: Vec<_> = tokio::net::lookup_host((name, port)).await?.collect();
        reachable(scope, &found).map_err(io::Error::other)?;
        Ok(found)
    }

    /// What may be reached by a name.
    fn scope(&self, name: &str) -> Scope {
        if self.allow_private || self.proxy.as_deref() == Some(name) {
            Scope::Any
        } else if name == "localhost" {
            Scope::Loopback
        } else {
            Scope::Public
        }
    }
}

#[derive(Clone, Copy)]
enum Scope {
    Any,
    Loopback,
    Public,
}

impl Scope {
    fn holds(self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::Loopback => address.is_loopback(),
            Self::Public => is_public(address),
        }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let scope = self.scope(name.as_str());
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            reachable(scope, &found)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// One private address among public ones is a reason to refuse: names that mean well have none.
fn reachable(scope: Scope, found: &[SocketAddr]) -> Result<(), NotPublic> {
    match found.iter().find(|address| !scope.holds(address.ip())) {
        Some(address) => Err(NotPublic { address: address.ip() }),
        None => Ok(()),
    }
}
