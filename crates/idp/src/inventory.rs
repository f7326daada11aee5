//! Everything that a tenant says of its credentials and administrators, read in one go.
//!
//! Source: Okta Management API 2026.06.3, Auth0 Management API of 2026-08-20, checked 2026-11-22.

mod auth0;
mod console;
mod lookup;
mod okta;
mod people;
mod reading;
mod row;

use inventory::Snapshot;

pub use self::lookup::{Lookup, Wanted, is_budget, is_secret_of, look_up};
use self::reading::Reading;
use crate::{Error, Provider, Tenant};

/// Reads API tokens, service apps, clients for machines, administrators and settings.
///
/// `label` is the tenant as the configuration names it. What the credential may not read is a gap of the snapshot, never an
/// empty list. Paced like everything else, by the rate limit of each interface.
///
/// # Errors
/// When nothing at all could be read: the credential is refused, or there is no answer.
pub async fn inventory(tenant: &Tenant, label: &str) -> Result<Snapshot, Error> {
    let mut snapshot = begun(tenant, label);
    let mut reading = Reading::new(tenant);
    match tenant.provider() {
        Provider::Okta => okta::read(&mut reading, &mut snapshot).await,
        Provider::Auth0 => auth0::read(&mut reading, &mut snapshot).await,
    }
    snapshot.gaps = reading.finish()?;
    snapshot.cards.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| a.id.cmp(&b.id)));
    snapshot.admins.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(snapshot)
}

/// A snapshot of which nothing is read yet.
fn begun(tenant: &Tenant, label: &str) -> Snapshot {
    let provider = match tenant.provider() {
        Provider::Okta => inventory::Provider::Okta,
        Provider::Auth0 => inventory::Provider::Auth0,
    };
    Snapshot::new(provider, label, tenant.origin().host(), tenant.now())
}
