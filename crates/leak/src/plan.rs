//! The requests that a verification of a leak would make, as data: nothing is sent here, and no value is in it.

use catalog::{Check, Mode, Status, host_proof, verification};

use crate::leak::{Leak, Validity};

/// What a verification would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The kind of credential.
    pub kind: &'static str,
    /// The host that would be asked; `None` when no request is planned.
    pub host: Option<String>,
    /// What would be done, in order; each only when those before it decided nothing. Before anything is sent
    /// to the host, a request without a credential proves whose it is.
    pub steps: Vec<Step>,
    /// What is known without asking: [`Status::GoOn`] when the credential would be tried.
    pub status: Status,
    /// Why the credential would not be tried, as a fragment; `None` when it would.
    pub refused: Option<String>,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What the catalog says of it.
    pub check: &'static Check,
    /// Path and query, with what is known filled in; what is not stays in braces. `None` when nothing is sent.
    pub path: Option<String>,
}

/// Plans the verification of a leak.
///
/// A host that a text named is somebody's claim: it is asked only when it is a plain name in the DNS and an unauthenticated
/// request has proved it to be of the provider.
pub fn plan(leak: &Leak) -> Plan {
    let checks = verification(leak.kind.kind);
    let host = leak.tenant.as_ref().map(|tenant| tenant.host.as_str()).filter(|host| is_name(host));
    let (status, refused) = refusal(leak, checks, host).unzip();
    let mut steps = Vec::new();
    let is_over =
        matches!(status, Some(Status::Expired | Status::Dead)) || leak.validity == Validity::Sample;
    let is_planned = |check: &Check| match check.mode {
        Mode::Offline => true,
        Mode::Admin => host.is_some() && !is_over,
        Mode::Live => refused.is_none(),
        Mode::Proof | Mode::Never => false,
    };
    let planned: Vec<&'static Check> = checks.iter().filter(|check| is_planned(check)).collect();
    let (offline, asking): (Vec<_>, Vec<_>) =
        planned.into_iter().partition(|check| check.mode == Mode::Offline);
    steps.extend(offline.into_iter().map(|check| Step::new(check, leak)));
    steps.extend(proofs(&asking).map(|check| Step::new(check, leak)));
    let asks = !asking.is_empty();
    steps.extend(asking.into_iter().map(|check| Step::new(check, leak)));
    Plan {
        kind: leak.kind.kind,
        host: host.filter(|_| asks).map(str::to_owned),
        steps,
        status: status.unwrap_or(Status::GoOn),
        refused,
    }
}

/// Why a leak would be tried at no host at all, and what that makes of it; `None` when it would.
pub fn out_of_question(leak: &Leak) -> Option<(Status, String)> {
    match leak.validity {
        Validity::Sample => {
            return Some((Status::NotChecked, "it is a sample of documentation".to_owned()));
        }
        Validity::Expired(time) => return Some((Status::Expired, format!("it expired at {time}"))),
        Validity::Inconsistent => {
            return Some((Status::Dead, "its parts contradict each other".to_owned()));
        }
        Validity::Unknown | Validity::Until(_) => {}
    }
    let mut checks = verification(leak.kind.kind).iter();
    let never = checks.find(|check| check.mode == Mode::Never)?;
    Some((Status::NotChecked, never.caution.unwrap_or("it must not be tried").to_owned()))
}

/// Why a leak would not be tried, and what that makes of it; `None` when it would.
fn refusal(leak: &Leak, checks: &[Check], host: Option<&str>) -> Option<(Status, String)> {
    let unknown = |why: &str| Some((Status::NotChecked, why.to_owned()));
    out_of_question(leak).or_else(|| match (&leak.tenant, host) {
        (None, _) => unknown("no tenant is near that could be asked"),
        (Some(_), None) => unknown("what is near names no host that could be asked"),
        (Some(_), Some(_)) if checks.is_empty() => {
            unknown("nothing is known of how it is verified")
        }
        (Some(_), Some(_)) => None,
    })
}

/// The proofs of host that requests of those providers need, each once.
fn proofs(asking: &[&'static Check]) -> impl Iterator<Item = &'static Check> {
    let mut proofs: Vec<&'static Check> = Vec::new();
    for proof in asking.iter().filter_map(|check| host_proof(check.provider?)) {
        if !proofs.contains(&proof) {
            proofs.push(proof);
        }
    }
    proofs.into_iter()
}

/// Whether it is a plain name in the DNS with two labels at least, not an address, a port or a user.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(plain) && !label.starts_with('-')
    };
    let is_top = |top: &str| top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    host.len() <= 253
        && host.split('.').all(label)
        && host.rsplit_once('.').is_some_and(|(_, top)| is_top(top) && top != "local")
}

impl Step {
    /// The step that a row of the catalog is for a leak.
    pub fn new(check: &'static Check, leak: &Leak) -> Self {
        Self { check, path: check.request.as_ref().map(|request| filled(request.path, leak)) }
    }
}

/// A path with what is known of the leak in place of the names in braces.
fn filled(path: &str, leak: &Leak) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, name, after)) = hole(rest) {
        text.push_str(before);
        match known(name, leak).filter(|value| is_plain(value)) {
            Some(value) => text.push_str(value),
            None => text.extend(["{", name, "}"]),
        }
        rest = after;
    }
    text + rest
}

/// What stands before the first name in braces, the name, and what stands after.
fn hole(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

/// What the text or the token says of a name in braces.
fn known<'l>(name: &str, leak: &'l Leak) -> Option<&'l str> {
    let claims = leak.claims.as_ref();
    let claimed = match name {
        "client_id" => claims.and_then(|claims| claims.client.as_deref()),
        "user_id" => claims.and_then(|claims| claims.user.as_deref()),
        "authorization_server" => claims
            .and_then(|claims| claims.issuer.as_deref())
            .and_then(|issuer| issuer.split_once("/oauth2/"))
            .map(|(_, id)| id.trim_end_matches('/')),
        _ => None,
    };
    let beside = || leak.companions.iter().find(|companion| companion.what == name);
    claimed.or_else(|| beside().map(|companion| companion.value.as_str()))
}

/// Whether a value may stand in a path as it is: text from elsewhere must not lead it astray.
fn is_plain(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=100).contains(&value.len()) && value.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use catalog::{credential, credentials};
    use finding::Level;
    use jiff::Timestamp;

    use super::*;
    use crate::leak::{Claims, Companion, Confidence};
    use crate::secret::Secret;
    use crate::tenant::{Nearness, Tenant};

    const VALUE: &str = "00-no-such-token-anywhere-0123456789-abcDE";

    fn leak(kind: &str, host: Option<&str>) -> Leak {
        Leak {
            kind: credential(kind).unwrap(),
            confidence: Confidence::Strong,
            level: Level::High,
            secret: Secret::new(VALUE),
            span: 0..42,
            layers: Vec::new(),
            why: Vec::new(),
            tenant: host.map(|host| Tenant {
                host: host.to_owned(),
                nearness: Nearness::Block,
                why: String::new(),
            }),
            companions: Vec::new(),
            validity: Validity::Unknown,
            claims: None,
        }
    }

    /// A plan as text: its steps, then why the credential is not tried.
    fn told(plan: &Plan) -> String {
        let step = |step: &Step| {
            let mode = step.check.mode.name();
            let path = step.path.as_deref().unwrap_or("");
            format!("{mode} {path}").trim_end().to_owned() + "\n"
        };
        let host = plan.host.as_deref().unwrap_or("no host");
        let refused = plan.refused.as_deref().unwrap_or("-");
        let steps: String = plan.steps.iter().map(step).collect();
        format!("{host}\n{steps}{}: {refused}", plan.status.name())
    }

    #[test]
    fn a_token_is_tried_after_its_host_is_proved() {
        insta::assert_snapshot!(told(&plan(&leak("okta_api_token", Some("acme.okta.com")))), @r"
        acme.okta.com
        proof /.well-known/okta-organization
        admin /api/v1/api-tokens
        live /api/v1/users/me
        go-on: -
        ");
    }

    #[test]
    fn what_is_known_is_filled_in() {
        let mut secret = leak("okta_client_secret", Some("acme.okta.com"));
        let what = "client_id";
        secret.companions.push(Companion { what, value: "0oa1".into(), why: "in the same block" });
        insta::assert_snapshot!(told(&plan(&secret)), @r"
        acme.okta.com
        proof /.well-known/okta-organization
        admin /api/v1/apps/0oa1/credentials/secrets
        live /oauth2/v1/introspect
        go-on: -
        ");
        secret.companions[0].value = "../users/me".into();
        assert!(told(&plan(&secret)).contains("/api/v1/apps/{client_id}/credentials"));
        let mut token = leak("okta_custom_access_token", Some("acme.okta.com"));
        let issuer = Some("https://acme.okta.com/oauth2/default".to_owned());
        token.claims = Some(Claims { issuer, ..Claims::default() });
        assert!(told(&plan(&token)).contains("live /oauth2/default/v1/introspect"));
    }

    #[test]
    fn without_a_tenant_nothing_is_asked() {
        insta::assert_snapshot!(told(&plan(&leak("private_jwk", None))), @r"
        no host
        offline
        not-checked: no tenant is near that could be asked
        ");
    }

    #[test]
    fn hosts_that_are_no_names_are_not_asked() {
        for host in
            ["192.0.2.1", "localhost", "acme.okta.com:8443", "a@b.example", "[2001:db8::1]", ""]
        {
            let plan = plan(&leak("okta_api_token", Some(host)));
            assert_eq!((plan.host, plan.steps.len()), (None, 0), "{host}");
            assert!(plan.refused.is_some());
        }
    }

    #[test]
    fn a_key_of_nobody_in_particular_is_asked_about_at_whoever_is_proved() {
        insta::assert_snapshot!(told(&plan(&leak("private_jwk", Some("login.example.com")))), @r"
        login.example.com
        offline
        proof /.well-known/okta-organization
        proof /.well-known/openid-configuration
        admin /api/v1/apps/{client_id}/credentials/jwks
        admin /api/v2/clients/{client_id}/credentials
        live /oauth2/v1/introspect
        live /oauth/token
        go-on: -
        ");
    }

    #[test]
    fn what_works_once_is_never_tried() {
        insta::assert_snapshot!(told(&plan(&leak("auth0_refresh_token", Some("acme.us.auth0.com")))), @r"
        acme.us.auth0.com
        proof /.well-known/openid-configuration
        admin /api/v2/users/{user_id}/refresh-tokens
        not-checked: an exchange rotates it, and a second use ends the family and logs its user out
        ");
    }

    #[test]
    fn what_tells_of_itself_is_not_asked_about() {
        let mut token = leak("okta_access_token", Some("acme.okta.com"));
        token.validity = Validity::Expired(Timestamp::UNIX_EPOCH);
        insta::assert_snapshot!(told(&plan(&token)), @r"
        no host
        offline
        expired: it expired at 1970-01-01T00:00:00Z
        ");
        let mut token = leak("okta_api_token", Some("acme.okta.com"));
        token.validity = Validity::Sample;
        assert_eq!(plan(&token).host, None);
        token.validity = Validity::Inconsistent;
        assert_eq!(plan(&token).status, Status::Dead);
    }

    #[test]
    fn no_plan_sends_a_credential_before_a_proof_or_holds_it() {
        for credential in credentials() {
            for host in [None, Some("acme.okta.com")] {
                let plan = plan(&leak(credential.kind, host));
                let modes: Vec<_> = plan.steps.iter().map(|step| step.check.mode).collect();
                assert!(modes.is_sorted() && !modes.contains(&Mode::Never), "{plan:?}");
                let asks = modes.iter().any(|mode| *mode > Mode::Proof);
                assert_eq!(asks, modes.contains(&Mode::Proof), "{plan:?}");
                assert_eq!(asks, plan.host.is_some(), "{plan:?}");
                assert_eq!(plan.refused.is_none(), modes.contains(&Mode::Live), "{plan:?}");
                assert!(!format!("{plan:?}").contains(VALUE));
            }
        }
    }
}
