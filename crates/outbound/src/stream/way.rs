//! How peers are reached, and whom to believe that it is them.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Peer;
use crate::address::is_public;
use crate::resolve::{NotPublic, Resolver};
use crate::{Error, Secret, Settings};

/// The way of all connections of one [`Outbound`](crate::Outbound).
#[derive(Debug)]
pub(crate) struct Way {
    pub(super) connect: Duration,
    pub(super) total: Duration,
    allow_private: bool,
    has_proxy: bool,
    extra_ca: Option<Secret>,
    /// Made when it is first needed: it reads what the machine trusts.
    tls: OnceLock<Arc<ClientConfig>>,
}

impl Way {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            connect: settings.connect_timeout,
            total: settings.total_timeout,
            allow_private: settings.allow_private,
            has_proxy: settings.proxy.is_some(),
            extra_ca: settings.extra_ca.clone(),
            tls: OnceLock::new(),
        }
    }

    pub(super) async fn connect(&self, peer: &Peer) -> Result<TcpStream, Error> {
        let host = || peer.host().to_owned();
        let is_here = peer.host() == "localhost"
            || peer.address().is_some_and(|address| address.is_loopback());
        if self.has_proxy && !is_here {
            return Err(Error::Proxied { host: host() });
        }
        let whole = async {
            let addresses = self.addresses(peer, is_here).await?;
            let failed = |source| Error::Connect { host: host(), source: Box::new(source) };
            TcpStream::connect(addresses.as_slice()).await.map_err(failed)
        };
        let late = |_| Error::TimedOut { host: host(), after: self.connect };
        timeout(self.connect, whole).await.map_err(late)?
    }

    /// The addresses that are judged are those that are connected to.
    async fn addresses(&self, peer: &Peer, is_here: bool) -> Result<Vec<SocketAddr>, Error> {
        let host = peer.host().to_owned();
        if let Some(address) = peer.address() {
            let may = self.allow_private || is_here || is_public(address);
            let one = may.then(|| vec![SocketAddr::new(address, peer.port())]);
            return one.ok_or(Error::Private { host, address });
        }
        let resolver = Resolver { allow_private: self.allow_private, proxy: None };
        resolver.addresses(peer.host(), peer.port()).await.map_err(|error| {
            let refused = error.get_ref().and_then(|inner| inner.downcast_ref::<NotPublic>());
            match refused.map(|refused| refused.address) {
                Some(address) => Error::Private { host, address },
                None => Error::Unknown { host, source: Box::new(error) },
            }
        })
    }

    /// What the machine trusts, and the extra authorities.
    pub(super) fn tls(&self) -> Result<Arc<ClientConfig>, rustls::Error> {
        if let Some(made) = self.tls.get() {
            return Ok(Arc::clone(made));
        }
        let provider = Arc::new(default_provider());
        let authorities = self.authorities()?;
        let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider))?;
        let made = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Arc::clone(self.tls.get_or_init(|| Arc::new(made))))
    }

    fn authorities(&self) -> Result<Vec<CertificateDer<'static>>, rustls::Error> {
        let Some(pem) = &self.extra_ca else { return Ok(Vec::new()) };
        let read: Result<_, _> = CertificateDer::pem_slice_iter(pem.expose().as_bytes()).collect();
        read.map_err(|_| rustls::Error::General("the extra certificates cannot be read".to_owned()))
    }
}
