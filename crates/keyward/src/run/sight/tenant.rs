//! The log of a tenant whose credential can be taken anew while it is read.

use std::sync::{Arc, Mutex, PoisonError};

use idp::{Error, Page, Query};

use super::Log;

/// A tenant whose credential can be taken anew.
#[derive(Clone)]
pub(crate) struct TenantLog {
    shared: Arc<Shared>,
    is_background: bool,
}

struct Shared {
    make: Box<dyn Fn() -> anyhow::Result<idp::Tenant> + Send + Sync>,
    now: Mutex<idp::Tenant>,
}

impl TenantLog {
    /// A tenant, and how to make it again from what is kept.
    pub(crate) fn new(
        make: impl Fn() -> anyhow::Result<idp::Tenant> + Send + Sync + 'static,
    ) -> anyhow::Result<Self> {
        let now = Mutex::new(make()?);
        let shared = Arc::new(Shared { make: Box::new(make), now });
        Ok(Self { shared, is_background: false })
    }

    /// Asks at one pace with another, if both have one host.
    pub(crate) fn join(&self, other: &Self) {
        let other = other.tenant();
        let mut now = self.shared.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.clone().beside(&other);
    }

    /// The same log, for times past: the record goes first.
    pub(crate) fn background(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), is_background: true }
    }

    /// What speaks against the credential.
    pub(crate) fn warning(&self) -> Option<&'static str> {
        self.tenant().warning()
    }

    fn tenant(&self) -> idp::Tenant {
        let tenant = self.shared.now.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if self.is_background { tenant.background() } else { tenant }
    }
}

impl Log for TenantLog {
    async fn page(&self, query: &Query) -> Result<Page, Error> {
        self.tenant().page(query).await
    }

    fn renew(&self) {
        match (self.shared.make)() {
            Ok(fresh) => {
                let mut now = self.shared.now.lock().unwrap_or_else(PoisonError::into_inner);
                // What was asked before counts, and so does what the provider said of its clock.
                *now = fresh.beside(&now);
            }
            Err(error) => tracing::error!("the old credential stays: {error:#}"),
        }
    }

    fn skew_s(&self) -> i64 {
        self.tenant().skew().as_secs()
    }
}

#[cfg(test)]
mod tests {
    use idp::{Credential, Pace, Provider, Tenant};
    use outbound::{Outbound, Secret, Settings};

    use super::*;

    fn log() -> TenantLog {
        let make = || {
            let outbound = Outbound::new(&Settings::default())?;
            let origin = "https://acme.okta.com".parse()?;
            let token = Credential::ApiToken(Secret::new("random"));
            Ok(Tenant::new(Provider::Okta, origin, token, outbound, Pace::default())?)
        };
        TenantLog::new(make).unwrap()
    }

    #[test]
    fn a_credential_that_is_read_anew_begins_no_share_anew() {
        let log = log();
        let before = log.tenant();
        log.renew();
        assert!(log.tenant().is_beside(&before));
    }

    #[test]
    fn two_tenants_of_one_host_are_asked_at_one_pace() {
        let (one, other) = (log(), log());
        assert!(!one.tenant().is_beside(&other.tenant()));
        other.join(&one);
        other.renew();
        assert!(one.background().tenant().is_beside(&other.tenant()));
    }
}
