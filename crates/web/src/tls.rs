//! TLS: a certificate and its key, read again when the files change.

use std::fs;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::time::{MissedTickBehavior, interval};

use crate::settings::{Error, Tls};

/// How often the files are looked at.
pub(crate) const EVERY: Duration = Duration::from_secs(10);

/// The certificate that is shown now.
#[derive(Debug)]
pub(crate) struct Certificate {
    files: Tls,
    provider: Arc<CryptoProvider>,
    now: RwLock<Arc<CertifiedKey>>,
}

/// When a file was written and how long it is; `None` if it is not there.
type Stamp = Option<(SystemTime, u64)>;

impl Certificate {
    /// Reads the files.
    pub(crate) fn read(files: &Tls) -> Result<Arc<Self>, Error> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let now = RwLock::new(Arc::new(certified(files, &provider)?));
        Ok(Arc::new(Self { files: files.clone(), provider, now }))
    }

    /// What a listener needs.
    pub(crate) fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, Error> {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = builder
            .with_safe_default_protocol_versions()
            .map_err(|err| bad(&self.files.certificate, &err))?;
        let mut config =
            builder.with_no_client_auth().with_cert_resolver(Arc::clone(self) as Arc<_>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Looks at the files for as long as it runs. Files that cannot be used leave the old certificate in its place.
    pub(crate) async fn follow(&self) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = self.stamps();
        loop {
            ticks.tick().await;
            let stamps = self.stamps();
            if stamps == known {
                continue;
            }
            known = stamps;
            match self.refresh() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(err) => tracing::error!("the old certificate stays: {err}"),
            }
        }
    }

    /// Reads the files again.
    pub(crate) fn refresh(&self) -> Result<(), Error> {
        let fresh = Arc::new(certified(&self.files, &self.provider)?);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The certificate that is shown now, without those behind it.
    #[cfg(test)]
    pub(crate) fn shown(&self) -> Vec<u8> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        now.cert.first().map(|first| first.to_vec()).unwrap_or_default()
    }

    fn stamps(&self) -> [Stamp; 2] {
        [&self.files.certificate, &self.files.key].map(|path| {
            let meta = fs::metadata(path).ok()?;
            Some((meta.modified().ok()?, meta.len()))
        })
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// Reads both files and holds them against each other.
fn certified(files: &Tls, provider: &CryptoProvider) -> Result<CertifiedKey, Error> {
    let Tls { certificate, key } = files;
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|err| bad(certificate, &err))?;
    if chain.is_empty() {
        return Err(bad(certificate, &"holds no certificate"));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|err| bad(key, &err))?;
    CertifiedKey::from_der(chain, secret, provider).map_err(|err| bad(key, &err))
}

fn bad(path: &Path, why: &dyn ToString) -> Error {
    Error::Certificate { path: path.to_path_buf(), why: why.to_string() }
}
