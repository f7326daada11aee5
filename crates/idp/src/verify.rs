//! Trying a leaked credential: one request, to a host that is proven, and what the answer means.
//!
//! What is sent and what answers mean stands in the catalog; here both are read and nothing is added.

mod answer;
mod send;

use std::time::Duration;

use catalog::{Check, Mode, Status};
use jiff::Timestamp;
use outbound::{Outbound, Secret};
use serde::Deserialize;
use thiserror::Error;

use crate::{Proof, Provider, Share, classify};

/// A credential that is to be tried, and how.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The row of the catalog: what is sent, and what answers mean.
    pub check: &'static Check,
    /// Path and query, with what is known filled in.
    pub path: String,
    /// The credential.
    pub secret: Secret,
    /// The client that it is of, where its request names one.
    pub client_id: Option<String>,
    /// The id of a key, where the client knows it by one.
    pub key_id: Option<String>,
}

/// What trying showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it means.
    pub status: Status,
    /// What was answered, as a fragment such as `401 E0000011`.
    pub told: String,
    /// Who it is, where the answer tells.
    pub who: Option<Who>,
    /// Until it may be asked again, after [`Status::RateLimited`].
    pub reset: Option<Duration>,
    /// When that was, by the clock of the host if it told.
    pub at: Timestamp,
}

/// Whom a credential stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The provider's id.
    pub id: String,
    /// Sign-in name.
    pub login: Option<String>,
}

/// Why a credential was not tried. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Untried {
    /// The row of the catalog is none that is sent with the credential.
    #[error("no request with it is known that only looks")]
    NotLive,
    /// The host is proven to be another provider's.
    #[error("the host is of another provider")]
    Elsewhere,
    /// The client that it is of is not known.
    #[error("the client that it is of is not known")]
    ClientUnknown,
    /// Only the client that it was issued to may ask, with a credential of its own.
    #[error("only the client that it was issued to may ask about it")]
    ClientAlone,
    /// A part of the address is not known.
    #[error("a part of the address to ask is not known")]
    PathUnknown,
    /// It cannot sign.
    #[error("it cannot be used to sign")]
    Key,
    /// The row says something that is not understood.
    #[error("how it is tried is not understood")]
    NotUnderstood,
}

#[derive(Deserialize)]
struct Me {
    id: String,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    login: Option<String>,
}

impl Trial {
    /// Whether it can be tried with that proof, without doing it.
    pub fn check(&self, proof: &Proof) -> Result<(), Untried> {
        send::request(self, proof, Timestamp::UNIX_EPOCH).map(drop)
    }
}

/// Sends a leaked credential, once, to the host that is proven to be its provider's. `now` is when, for what is signed.
///
/// `Ok(Err(…))` when there was no answer that can be used.
///
/// # Errors
/// When it is not tried, for which nothing is sent.
pub async fn verify(
    outbound: &Outbound,
    proof: &Proof,
    trial: &Trial,
    now: Timestamp,
) -> Result<Result<Seen, outbound::Error>, Untried> {
    let request = send::request(trial, proof, now)?;
    let answer = match outbound.send(proof.origin(), request).await {
        Ok(answer) => answer,
        Err(error) => return Ok(Err(error)),
    };
    let status = answer::meaning(trial.check, &answer);
    let word = classify::code(&answer);
    let told = [Some(answer.status.to_string()), word].into_iter().flatten();
    let at = answer.date.unwrap_or(now);
    let reset = (status == Status::RateLimited).then(|| reset(&answer, at));
    let who = (status == Status::Live).then(|| who(&answer)).flatten();
    Ok(Ok(Seen { status, told: told.collect::<Vec<_>>().join(" "), who, reset, at }))
}

/// How long to wait, by the provider's word; two minutes at most.
fn reset(answer: &outbound::Answer, at: Timestamp) -> Duration {
    const UNTOLD: Duration = Duration::from_mins(1);
    const MOST: Duration = Duration::from_mins(2);
    let after = || answer.header("retry-after")?.trim().parse().ok().map(Duration::from_secs);
    let share = Share::of(answer, at).filter(|share| !share.is_concurrency());
    share.map(|share| share.reset).or_else(after).unwrap_or(UNTOLD).min(MOST)
}

/// The user in an answer.
fn who(answer: &outbound::Answer) -> Option<Who> {
    let me: Me = serde_json::from_slice(&answer.body).ok()?;
    let is_user = catalog::object_id(me.id.as_bytes()).is_some_and(|id| id.prefix == "00u");
    let login = me.profile.and_then(|profile| profile.login);
    is_user.then_some(Who { id: me.id, login })
}

/// Whether a row may be sent with a credential to that provider.
fn is_live(check: &Check, provider: Provider) -> Result<(), Untried> {
    match (check.mode, check.provider) {
        (Mode::Live, Some(name)) if name == provider.as_str() => Ok(()),
        (Mode::Live, _) => Err(Untried::Elsewhere),
        _ => Err(Untried::NotLive),
    }
}
