//! From a leak, which holds a value, to what may be told of it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::plan::{self, Plans};
use crate::verify::Suspects;
use finding::{Belonging, Credential, Discovery, Finding, Place, Rule, Shown, Subject};
use jiff::Timestamp;
use leak::{Claims, Companion, Encoding, Key, Leak, Nearness, Secret, Tenant, Validity};

/// How a value is told of.
#[derive(Debug, Clone)]
pub(crate) struct Telling {
    /// The key of fingerprints.
    pub(crate) key: Key,
    /// Whether the value itself is told.
    pub(crate) shows: bool,
    /// Whether it is kept, to be verified.
    pub(crate) keeps: bool,
}

/// A credential that was found, without its value unless it is to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// All that is known of it; its value is empty unless it is to be verified.
    pub(crate) leak: Leak,
    /// The keyed fingerprint of the value.
    pub(crate) fingerprint: String,
    mask: String,
    length: usize,
    shown: Option<Shown>,
    /// In a recording: whether it was still valid when that was made.
    pub(crate) valid_at_capture: Option<bool>,
}

impl Found {
    /// What may be told of a leak.
    pub(crate) fn new(leak: &Leak, telling: &Telling) -> Self {
        let secret = &leak.secret;
        let kept = if telling.keeps { secret.clone() } else { Secret::new("") };
        Self {
            leak: Leak { secret: kept, ..leak.clone() },
            fingerprint: secret.fingerprint(&telling.key),
            mask: secret.mask(),
            length: secret.len(),
            shown: telling.shows.then(|| Shown::new(secret.expose())),
            valid_at_capture: None,
        }
    }

    /// Bytes of the value.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    fn credential(self) -> Credential {
        let Leak { kind, confidence, why, layers, tenant, companions, claims, .. } = self.leak;
        let (validity, expires) = validity(self.leak.validity);
        Credential {
            kind: kind.kind.to_owned(),
            fingerprint: self.fingerprint,
            mask: self.mask,
            length: self.length,
            confidence: confidence.name().to_owned(),
            secret: self.shown,
            why,
            layers: layers.into_iter().map(encoding).collect(),
            tenant: tenant.map(belonging),
            validity: validity.to_owned(),
            expires: expires.or_else(|| claims.as_ref()?.expires),
            valid_at_capture: self.valid_at_capture,
            life: kind.life.to_owned(),
            owner: kind.owner.to_owned(),
            revoke: kind.revoke.to_owned(),
            companions: companions.into_iter().map(companion).collect(),
            claims: claims.map(told),
            ..Credential::default()
        }
    }

    /// The provider whose kind it is, or else whose tenant it belongs to.
    fn provider(&self) -> Option<String> {
        let of_host = || {
            let host = &self.leak.tenant.as_ref()?.host;
            let auth0 = host.ends_with(".auth0.com") || host.ends_with(".auth0app.com");
            let okta = host.contains(".okta") || host.ends_with(".trex-govcloud.com");
            auth0.then_some("auth0").or_else(|| okta.then_some("okta"))
        };
        self.leak.kind.provider.or_else(of_host).map(str::to_owned)
    }
}

/// Makes findings, which share one rule a kind.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    rules: HashMap<&'static str, Arc<Rule>>,
    /// How each credential would be verified, where that was asked for.
    plans: Option<Plans>,
    /// Credentials that are to be verified, if any are.
    suspects: Option<Suspects>,
}

impl Findings {
    /// Plans from now on how each credential would be verified.
    pub(super) fn make_plans(&mut self) {
        self.plans = Some(Plans::new());
    }

    /// The plans, if they were asked for.
    pub(super) fn into_plans(self) -> Option<Plans> {
        self.plans
    }

    /// Keeps from now on what is needed to verify credentials.
    pub(crate) fn keep_suspects(&mut self) {
        self.suspects = Some(Suspects::new());
    }

    /// The credentials that are to be verified, as far as they were kept.
    pub(crate) fn take_suspects(&mut self) -> Suspects {
        self.suspects.take().unwrap_or_default()
    }

    /// The finding of a credential at a place, seen there `count` times; `time` is when that was recorded.
    pub(crate) fn of(
        &mut self,
        found: Found,
        place: Place,
        time: Option<Timestamp>,
        count: u64,
    ) -> Finding {
        let place = masked(place);
        let Leak { kind, level, .. } = found.leak;
        let rule = self.rules.entry(kind.kind).or_insert_with(|| Arc::new(rule(kind)));
        let (provider, subject) = (found.provider(), subject(&found.leak));
        let plan = self.plans.is_some().then(|| leak::plan(&found.leak));
        let kept = self.suspects.is_some().then(|| found.leak.clone());
        let credential = found.credential();
        let discovery = Discovery { credential, place, time, provider, subject, count };
        let finding = Finding::of_leak(Arc::clone(rule), level, discovery);
        if let Some((plans, plan)) = self.plans.as_mut().zip(plan) {
            plan::add(plans, &finding, plan);
        }
        if let Some((suspects, leak)) = self.suspects.as_mut().zip(kept) {
            crate::verify::add(suspects, &finding, leak);
        }
        finding
    }
}

/// The place, with no credential in the names that it is told by.
fn masked(mut place: Place) -> Place {
    mask(&mut place.path);
    if let Some(history) = &mut place.history {
        mask(&mut history.repository);
        mask(&mut history.on);
    }
    place
}

/// Masks what has the form of a credential.
pub(super) fn mask(name: &mut String) {
    if let Cow::Owned(safe) = leak::masked(name) {
        *name = safe;
    }
}

fn rule(kind: &catalog::Credential) -> Rule {
    Rule {
        id: kind.kind.to_owned(),
        name: kind.kind.to_owned(),
        title: kind.title.to_owned(),
        ..Rule::default()
    }
}

fn validity(validity: Validity) -> (&'static str, Option<Timestamp>) {
    match validity {
        Validity::Unknown => ("unknown", None),
        Validity::Until(time) => ("unexpired", Some(time)),
        Validity::Expired(time) => ("expired", Some(time)),
        Validity::Sample => ("sample", None),
        Validity::Inconsistent => ("inconsistent", None),
    }
}

/// The word of an encoding, as in its own JSON.
fn encoding(encoding: Encoding) -> String {
    match serde_json::to_value(encoding) {
        Ok(serde_json::Value::String(word)) => word,
        _ => format!("{encoding:?}").to_lowercase(),
    }
}

fn belonging(tenant: Tenant) -> Belonging {
    let nearness = match tenant.nearness {
        Nearness::Same => "same",
        Nearness::Block => "block",
        Nearness::File => "file",
        Nearness::Folder => "folder",
        Nearness::Repository => "repository",
    };
    Belonging { host: tenant.host, nearness: nearness.to_owned(), why: tenant.why }
}

fn companion(companion: Companion) -> finding::Companion {
    let Companion { what, value, why } = companion;
    finding::Companion { what: what.to_owned(), value, why: why.to_owned() }
}

fn told(claims: Claims) -> finding::Claims {
    let Claims { issuer, audience, subject, client, user, scopes, grant, key, issued, expires } =
        claims;
    finding::Claims { issuer, audience, subject, client, user, scopes, grant, key, issued, expires }
}

/// Who a credential speaks for: the client and the user that it names itself or that stand beside it.
fn subject(leak: &Leak) -> Subject {
    let beside = |what: &str| {
        let mut companions = leak.companions.iter().filter(|companion| companion.what == what);
        companions.next().map(|companion| companion.value.clone())
    };
    let claims = leak.claims.as_ref();
    let is_person = |name: &&String| name.contains('@') && !name.ends_with("@clients");
    Subject {
        user: claims.and_then(|claims| claims.subject.as_ref().filter(is_person).cloned()),
        user_id: claims.and_then(|claims| claims.user.clone()).or_else(|| beside("user_id")),
        client: claims.and_then(|claims| claims.client.clone()).or_else(|| beside("client_id")),
        ..Subject::default()
    }
}
