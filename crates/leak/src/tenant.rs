//! Whose a credential is: hosts of Okta orgs and Auth0 tenants in a text, and which of them a credential goes with.

mod heading;
mod host;
mod named;
mod near;
mod request;
mod value;

use std::ops::Range;

use rustc_hash::FxHashSet;
use serde::Serialize;

pub use self::host::provider_of;
pub use self::near::join;
pub(crate) use self::near::nearest;

/// Hosts that are kept of one text.
pub const HOSTS_MAX: usize = 1_000;

/// A host of a tenant in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The host, lower-case, without `-admin`: `acme.okta.com`.
    pub name: String,
    /// `okta` or `auth0`; `None` for a custom domain that only its name in the text makes one.
    pub provider: Option<&'static str>,
    /// Where it stands: of parts that were joined, the first.
    pub span: Range<usize>,
    /// How it was read: a fragment such as `org_name and base_url joined`. Empty for a host as it is.
    pub how: &'static str,
    /// Its name in the text says that it is the tenant's.
    pub is_named: bool,
}

/// Whose a credential is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenant {
    /// The host.
    pub host: String,
    /// How near it stood.
    pub nearness: Nearness,
    /// Why they go together: a fragment such as `2 lines above, in the same block`.
    pub why: String,
}

/// How near a host stands to a credential. Ordered: `Same` is nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Nearness {
    /// In the credential itself, such as a token's issuer.
    Same,
    /// In the same block.
    Block,
    /// In the same file.
    File,
    /// In a file of the same folder.
    Folder,
    /// Elsewhere in the repository.
    Repository,
}

/// Every host of a tenant in a text, in order of place; at most [`HOSTS_MAX`], from the half of which on only those
/// that were not there before.
///
/// Hosts of the vendors' domains are read wherever they stand, in URLs and escapes too; a host that configurations
/// split in two is joined; one under a customer's own domain is taken where its name in the text says what it is, or
/// a request to Okta goes there. What stands for a host in examples is left out. Costs time linear in the text.
pub fn hosts(text: &[u8]) -> Vec<Host> {
    let mut hosts = first_of_each(host::plain(text));
    hosts.extend(first_of_each(named::hosts(text)));
    hosts.extend(first_of_each(request::hosts(text)));
    hosts.sort_by_key(|host| host.span.start);
    hosts.dedup_by(|later, earlier| {
        later.span.start < earlier.span.end && later.name == earlier.name
    });
    first_of_each(hosts.into_iter())
}

/// The first half of [`HOSTS_MAX`] as they come, then those of another name, so that no tenant goes unseen in a long log.
fn first_of_each(hosts: impl Iterator<Item = Host>) -> Vec<Host> {
    let mut seen = FxHashSet::default();
    let mut kept: Vec<Host> = Vec::new();
    for host in hosts {
        let is_new = !seen.contains(&host.name);
        if is_new && seen.len() < HOSTS_MAX {
            seen.insert(host.name.clone());
        }
        if kept.len() < HOSTS_MAX / 2 || is_new {
            kept.push(host);
        }
        if kept.len() == HOSTS_MAX {
            break;
        }
    }
    kept
}

#[cfg(test)]
mod tests;
