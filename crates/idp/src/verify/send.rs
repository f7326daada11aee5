//! From what the catalog says is sent to a request.

use jiff::Timestamp;
use outbound::{Request, Secret};

use super::{Trial, Untried, is_live};
use crate::key::{SigningKey, encode_wide};
use crate::{Proof, Provider, jwt};

/// The kind of assertion. Source: RFC 7523 section 2.2.
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The request of a trial. Nothing is sent.
pub(super) fn request(trial: &Trial, proof: &Proof, now: Timestamp) -> Result<Request, Untried> {
    is_live(trial.check, proof.provider())?;
    let asks = trial.check.request.as_ref().ok_or(Untried::NotLive)?;
    if trial.path.contains(['{', '}']) {
        return Err(Untried::PathUnknown);
    }
    let mut sending = Sending::default();
    for part in asks.sends.split(", ") {
        sending.add(part, trial, proof, now)?;
    }
    Ok(sending.request(asks.method, &trial.path))
}

/// What goes along with a request.
#[derive(Default)]
struct Sending {
    headers: Vec<(&'static str, Secret)>,
    form: Vec<(String, Secret)>,
}

impl Sending {
    /// Reads one part: `Name: value` is a header, `name=value` of a form, and two are words.
    fn add(
        &mut self,
        part: &'static str,
        trial: &Trial,
        proof: &Proof,
        now: Timestamp,
    ) -> Result<(), Untried> {
        if part.starts_with("the client's own authentication") {
            return Err(Untried::ClientAlone);
        }
        if let Some(rest) = part.strip_prefix("client_assertion signed with {secret} for ") {
            let life_s = rest.split(' ').next().and_then(|text| text.parse().ok());
            return self.sign(trial, proof, now, life_s.ok_or(Untried::NotUnderstood)?);
        }
        if let Some(pair) = part.strip_prefix("Authorization: Basic ") {
            let pair = filled(pair, trial)?;
            let value = format!("Basic {}", encode_wide(pair.expose()));
            self.headers.push(("authorization", Secret::new(value)));
        } else if let Some(value) = part.strip_prefix("Authorization: ") {
            self.headers.push(("authorization", filled(value, trial)?));
        } else if let Some(value) = part.strip_prefix("Cookie: ") {
            self.headers.push(("cookie", filled(value, trial)?));
        } else {
            let (name, value) = part.split_once('=').ok_or(Untried::NotUnderstood)?;
            self.form.push((name.to_owned(), filled(value, trial)?));
        }
        Ok(())
    }

    /// Adds an assertion that the leaked key signs. It is good for this endpoint alone and opens nothing by itself.
    fn sign(
        &mut self,
        trial: &Trial,
        proof: &Proof,
        now: Timestamp,
        life_s: i64,
    ) -> Result<(), Untried> {
        let client = trial.client_id.as_deref().ok_or(Untried::ClientUnknown)?;
        let key = SigningKey::parse(&trial.secret).map_err(|_| Untried::Key)?;
        // Okta takes the endpoint for the audience, Auth0 the issuer.
        let audience = match proof.provider() {
            Provider::Okta => format!("{}{}", proof.origin(), trial.path),
            Provider::Auth0 => format!("{}/", proof.origin()),
        };
        let statement =
            jwt::Statement { client_id: client, audience: &audience, issued: now, life_s };
        let signed = jwt::assertion(&key, trial.key_id.as_deref(), &statement);
        self.form.push(("client_assertion_type".to_owned(), Secret::new(ASSERTION)));
        self.form.push(("client_assertion".to_owned(), signed.map_err(|_| Untried::Key)?));
        if proof.provider() == Provider::Auth0 {
            self.form.push(("client_id".to_owned(), Secret::new(client)));
        }
        Ok(())
    }

    fn request(self, method: &str, path: &str) -> Request {
        let request = if method == "POST" {
            let pairs: Vec<_> =
                self.form.iter().map(|(name, value)| (name.as_str(), value.expose())).collect();
            Request::form(path, &pairs)
        } else {
            Request::get(path)
        };
        let request = request.with("accept", Secret::new("application/json"));
        self.headers.into_iter().fold(request, |request, (name, value)| request.with(name, value))
    }
}

/// A value with the credential and what belongs to it in place of names in braces.
fn filled(value: &str, trial: &Trial) -> Result<Secret, Untried> {
    let mut text = value.to_owned();
    if text.contains("{client_id}") {
        let client = trial.client_id.as_deref().ok_or(Untried::ClientUnknown)?;
        text = text.replace("{client_id}", client);
    }
    text = text.replace("{name}", cookie(trial.secret.expose()));
    // Last, so that nothing in it is taken for a name.
    match text.split_once("{secret}") {
        Some((before, after)) => {
            Ok(Secret::new(format!("{before}{}{after}", trial.secret.expose())))
        }
        None if text.contains('{') => Err(Untried::NotUnderstood),
        None => Ok(Secret::new(text)),
    }
}

/// The cookie that holds such a session: a token in encrypted form is of the Identity Engine, anything else of the Classic Engine.
/// Source: Okta session cookie guide, checked 2026-11-22.
fn cookie(value: &str) -> &'static str {
    if value.starts_with("eyJ") { "idx" } else { "sid" }
}
