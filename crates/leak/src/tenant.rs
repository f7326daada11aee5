//! Whose a credential is: hosts of Okta orgs and Auth0 tenants in a text, and which of them a credential goes with.

use std::ops::Range;

use serde::Serialize;

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

/// Every host of a tenant in a text, in order of place; at most 1,000.
pub fn hosts(text: &[u8]) -> Vec<Host> {
    let _ = text;
    Vec::new()
}

/// The one host that goes with a credential of `provider` at `at`, in `block`; `None` when none or when
/// several stand equally near.
pub(crate) fn nearest(
    text: &[u8],
    hosts: &[Host],
    provider: Option<&str>,
    at: usize,
    block: Range<usize>,
) -> Option<Tenant> {
    let _ = (text, hosts, provider, at, block);
    None
}
