//! From a leak, which holds a value, to what may be told of it.

use std::collections::HashMap;
use std::sync::Arc;

use finding::{Belonging, Credential, Discovery, Finding, Level, Place, Rule, Shown, Subject};
use jiff::Timestamp;
use leak::{Claims, Companion, Encoding, Key, Leak, Tenant, Validity};

/// How a value is told of.
#[derive(Debug, Clone)]
pub(crate) struct Telling {
    /// The key of fingerprints.
    pub(crate) key: Key,
    /// Whether the value itself is told.
    pub(crate) shows: bool,
}

/// A credential that was found, without its value unless it is to be shown.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What it is.
    pub(crate) kind: &'static catalog::Credential,
    /// How bad it is.
    pub(crate) level: Level,
    /// What is told of it.
    pub(crate) credential: Credential,
    /// Who it speaks for, as far as it says.
    pub(crate) subject: Subject,
}

impl Found {
    /// What may be told of a leak.
    pub(crate) fn new(leak: &Leak, telling: &Telling) -> Self {
        let Leak { kind, confidence, level, secret, .. } = leak;
        let (validity, expires) = validity(leak.validity);
        let credential = Credential {
            kind: kind.kind.to_owned(),
            fingerprint: secret.fingerprint(&telling.key),
            mask: secret.mask(),
            length: secret.len(),
            confidence: confidence.name().to_owned(),
            secret: telling.shows.then(|| Shown::new(secret.expose())),
            why: leak.why.clone(),
            layers: leak.layers.iter().copied().map(encoding).collect(),
            tenant: leak.tenant.as_ref().map(belonging),
            validity: validity.to_owned(),
            expires: expires.or_else(|| leak.claims.as_ref()?.expires),
            valid_at_capture: None,
            life: kind.life.to_owned(),
            owner: kind.owner.to_owned(),
            revoke: kind.revoke.to_owned(),
            companions: leak.companions.iter().map(companion).collect(),
            claims: leak.claims.as_ref().map(claims),
        };
        Self { kind, level: *level, credential, subject: subject(leak) }
    }

    /// The provider whose kind it is, or else whose tenant it belongs to.
    fn provider(&self) -> Option<String> {
        let of_host = || {
            let host = &self.credential.tenant.as_ref()?.host;
            let auth0 = host.ends_with(".auth0.com") || host.ends_with(".auth0app.com");
            let okta = host.contains(".okta") || host.ends_with(".trex-govcloud.com");
            auth0.then_some("auth0").or_else(|| okta.then_some("okta"))
        };
        self.kind.provider.or_else(of_host).map(str::to_owned)
    }
}

/// Makes findings, which share one rule a kind.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    rules: HashMap<&'static str, Arc<Rule>>,
}

impl Findings {
    /// The finding of a credential at a place, seen there `count` times; `time` is when that was recorded.
    pub(crate) fn of(
        &mut self,
        found: Found,
        place: Place,
        time: Option<Timestamp>,
        count: u64,
    ) -> Finding {
        let rule = self.rules.entry(found.kind.kind).or_insert_with(|| Arc::new(rule(found.kind)));
        let provider = found.provider();
        let Found { credential, subject, level, .. } = found;
        let discovery = Discovery { credential, place, time, provider, subject, count };
        Finding::of_leak(Arc::clone(rule), level, discovery)
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

fn belonging(tenant: &Tenant) -> Belonging {
    let nearness = match tenant.nearness {
        leak::Nearness::Same => "same",
        leak::Nearness::Block => "block",
        leak::Nearness::File => "file",
        leak::Nearness::Folder => "folder",
        leak::Nearness::Repository => "repository",
    };
    Belonging { host: tenant.host.clone(), nearness: nearness.to_owned(), why: tenant.why.clone() }
}

fn companion(companion: &Companion) -> finding::Companion {
    let Companion { what, value, why } = companion;
    finding::Companion { what: (*what).to_owned(), value: value.clone(), why: (*why).to_owned() }
}

fn claims(claims: &Claims) -> finding::Claims {
    let Claims { issuer, audience, subject, client, user, scopes, grant, key, issued, expires } =
        claims.clone();
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
