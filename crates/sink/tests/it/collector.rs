//! Encrypted connections from this machine to itself.

use std::sync::Arc;

use outbound::{Outbound, Peer, Secret, Settings};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::certificate::Issued;

/// A place to connect to, whose certificate is for `localhost`.
pub(crate) struct Place {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    issued: Issued,
}

impl Place {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issued = Issued::new("localhost");
        let key = PrivateKeyDer::from_pem_slice(issued.key_pem().as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(issued.der.clone())], key)
            .unwrap();
        Self { listener, acceptor: TlsAcceptor::from(Arc::new(config)), issued }
    }

    pub(crate) fn peer(&self) -> Peer {
        let port = self.listener.local_addr().unwrap().port();
        Peer::parse("localhost", port).unwrap()
    }

    /// A way out that trusts it.
    pub(crate) fn trusting(&self) -> Outbound {
        let extra_ca = Some(Secret::new(self.issued.certificate_pem()));
        Outbound::new(&Settings { extra_ca, ..Settings::default() }).unwrap()
    }

    pub(crate) async fn plain(&self) -> TcpStream {
        self.listener.accept().await.unwrap().0
    }

    pub(crate) async fn secure(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.acceptor.accept(stream).await
    }
}
