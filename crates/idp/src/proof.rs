//! Whose host this is, by its own public word, asked without any credential.
//!
//! Source: Okta management API specification 2026.06.3, "Retrieve the Org metadata"; Auth0 documentation, "`OpenID` Connect discovery";
//! checked 2026-11-22.

use std::str::FromStr as _;

use outbound::{Answer, Origin, Outbound, Request, Secret};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::Provider;

/// The longest answer that is read, in bytes. Real ones have a few thousand.
const MOST_BYTES: usize = 256 << 10;

/// That a host serves a tenant of a provider, by what it says of itself to anybody. Made by [`prove`] alone, and the only
/// thing to which [`verify`](crate::verify) sends a credential.
///
/// Whoever owns a host can have it say so: that it may be asked at all is for the caller to see to, by the provider's own domains
/// or by what a person named.
#[derive(Debug, Clone)]
pub struct Proof {
    provider: Provider,
    origin: Origin,
    id: Option<String>,
    hosts: Vec<String>,
}

/// Why a host is not taken for a tenant's.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Unproven {
    /// There was no answer that can be used.
    #[error(transparent)]
    Unreachable(#[from] outbound::Error),

    /// It has no such page.
    #[error("{host} answers {status} where a tenant of {provider} tells of itself")]
    Status {
        /// Host that answered.
        host: String,
        /// Whose tenant it should be.
        provider: Provider,
        /// 200 to 599, without redirects.
        status: u16,
    },

    /// Its page does not say what it should.
    #[error("{host} does not show that it is a tenant of {provider}: {what}")]
    Contradicted {
        /// Host that answered.
        host: String,
        /// Whose tenant it should be.
        provider: Provider,
        /// What is wrong.
        what: &'static str,
    },
}

impl Proof {
    /// Whose tenant it is.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// Where it is.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The id of the organization, `00o…`; `None` for Auth0, whose tenants have none.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The hosts by which the tenant calls itself, lower-case, that which was asked among them.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }
}

/// Asks a host whose it is: one request, without a credential, no redirect followed.
pub async fn prove(
    outbound: &Outbound,
    origin: &Origin,
    provider: Provider,
) -> Result<Proof, Unproven> {
    let path = proof_path(provider);
    let request = Request::get(path).with("accept", Secret::new("application/json"));
    let answer = outbound.send(origin, request).await?;
    let host = origin.host().to_owned();
    if answer.status != 200 {
        return Err(Unproven::Status { host, provider, status: answer.status });
    }
    let judged = match provider {
        Provider::Okta => organization(origin, &answer),
        Provider::Auth0 => issuer(origin, &answer),
    };
    let (id, hosts) =
        judged.map_err(|what| Unproven::Contradicted { host: host.clone(), provider, what })?;
    let mut hosts: Vec<String> = hosts.iter().map(|name| name.to_ascii_lowercase()).collect();
    hosts.push(host.to_ascii_lowercase());
    hosts.sort();
    hosts.dedup();
    Ok(Proof { provider, origin: origin.clone(), id, hosts })
}

/// Where a tenant tells of itself, as the catalog has it.
fn proof_path(provider: Provider) -> &'static str {
    let check = catalog::host_proof(provider.as_str());
    check.and_then(|check| check.request.as_ref()).map_or("/", |request| request.path)
}

/// The id of the organization, if it has one, and the hosts that it calls its own.
type Told = (Option<String>, Vec<String>);

#[derive(Deserialize)]
struct Organization {
    id: String,
    pipeline: String,
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    organization: Option<Link>,
    alternate: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

/// What an Okta organization says: an id of one, one of its engines, and links of which one is the address that was asked.
fn organization(origin: &Origin, answer: &Answer) -> Result<Told, &'static str> {
    let told: Organization = read(answer).ok_or("its answer is no description of one")?;
    let is_org = catalog::object_id(told.id.as_bytes()).is_some_and(|id| id.prefix == "00o");
    if !is_org {
        return Err("it names no id of an organization");
    }
    if !matches!(told.pipeline.as_str(), "idx" | "v1") {
        return Err("it names no engine of Okta");
    }
    let links = [told.links.organization, told.links.alternate];
    let named: Vec<Origin> =
        links.iter().flatten().filter_map(|link| Origin::from_str(&link.href).ok()).collect();
    if !named.contains(origin) {
        return Err("it calls itself by another address");
    }
    let hosts = named.iter().map(|named| named.host().to_owned()).collect();
    Ok((Some(told.id), hosts))
}

/// What an Auth0 tenant says: that it is the issuer, with endpoints of its own.
fn issuer(origin: &Origin, answer: &Answer) -> Result<Told, &'static str> {
    let told: Value = read(answer).ok_or("its answer is no description of one")?;
    let text = |name: &str| told.get(name).and_then(Value::as_str).unwrap_or_default();
    if Origin::from_str(text("issuer")).ok().as_ref() != Some(origin) {
        return Err("it issues tokens under another address");
    }
    let is_own = |name: &str| {
        let path = text(name).strip_prefix(&origin.to_string());
        path.is_some_and(|path| path.starts_with('/'))
    };
    if !is_own("device_authorization_endpoint") || !is_own("jwks_uri") {
        return Err("its endpoints are elsewhere");
    }
    Ok((None, Vec::new()))
}

fn read<T: for<'de> Deserialize<'de>>(answer: &Answer) -> Option<T> {
    let is_small = answer.body.len() <= MOST_BYTES;
    is_small.then(|| serde_json::from_slice(&answer.body).ok()).flatten()
}
