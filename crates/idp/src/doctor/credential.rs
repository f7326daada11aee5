//! Whether the credential opens the log.

use outbound::{Answer, chain};

use super::{Check, Verdict, ask_log};
use crate::{Credential, Error, Lacks, Tenant};

const ABOUT: &str = "credential";

/// Asks for one event: the answer, if there is one, and what it shows.
pub(super) async fn check(tenant: &Tenant) -> (Option<Answer>, Check) {
    match ask_log(tenant).await {
        Ok(answer) => {
            let says = format!("opens the log of {}", tenant.origin().host());
            (Some(answer), Check::new(ABOUT, Verdict::Good, says))
        }
        Err(Error::Forbidden { lacks: Lacks::Scope(asked), host }) => {
            (None, lacks_scope(tenant, &host, &asked).await)
        }
        Err(error) => (None, diagnosis(tenant, &error)),
    }
}

/// What an error says about the credential.
fn diagnosis(tenant: &Tenant, error: &Error) -> Check {
    let fault = |advice: &str| Check::new(ABOUT, Verdict::Fault, chain(error)).advice(advice);
    match error {
        Error::Refused { .. } => fault(refused(tenant.credential())),
        Error::SignIn { code, .. } => fault(sign_in(tenant.credential(), code.as_deref())),
        Error::Forbidden { .. } => fault(LACKS_ROLE),
        Error::Key { .. } => fault("give the private key whose public half the app has"),
        Error::Invalid { .. } | Error::Shape { .. } => {
            fault("see whether the address is that of the organization, not of its admin console")
        }
        Error::RateLimited { .. } | Error::Busy { .. } => unknown(error, TOO_MANY),
        Error::Unreachable(cause) => unknown(error, unreachable(cause)),
        _ => unknown(error, "ask again later"),
    }
}

const TOO_MANY: &str = "ask again later; who takes the rate limit is shown in Reports > Rate Limits (Okta) and in the tenant's \
     log as `api_limit` (Auth0)";

const LACKS_ROLE: &str = "the scope is there, but scopes open nothing by themselves: give the app the role Read-Only Administrator, \
     or a custom one that may view the log, in Applications > the app > Admin roles";

fn unknown(error: &Error, advice: &str) -> Check {
    Check::new(ABOUT, Verdict::Unknown, chain(error)).advice(advice)
}

fn refused(credential: &Credential) -> &'static str {
    match credential {
        Credential::ApiToken(_) => {
            "the token has expired (30 days without use), was revoked, is bound to another network zone, or its owner \
             was deactivated: see Security > API > Tokens; a service app does not end with a person"
        }
        Credential::ServiceApp { .. } | Credential::ClientCredentials { .. } => {
            "the provider gave a token and refuses it: see whether the app was deactivated, or is bound to network zones"
        }
    }
}

fn sign_in(credential: &Credential, code: Option<&str>) -> &'static str {
    match (credential, code) {
        (Credential::ServiceApp { .. }, Some("invalid_client")) => {
            "the app does not know the key, or is deactivated: compare client id and key id, and see whether the key is \
             active, in Applications > the app > General > Public keys"
        }
        (Credential::ServiceApp { dpop: false, .. }, Some("invalid_dpop_proof")) => {
            "the app requires DPoP: set `dpop = true`"
        }
        (Credential::ServiceApp { .. }, Some("invalid_dpop_proof" | "use_dpop_nonce")) => {
            "the proof of possession is not taken: see whether something between this machine and the provider changes \
             requests, and whether the address is the one that the provider knows itself by"
        }
        (Credential::ServiceApp { .. }, Some("unauthorized_client")) => {
            "the app may not sign in by itself: it must be of the kind API Services"
        }
        (
            Credential::ClientCredentials { .. },
            Some("access_denied" | "unauthorized" | "invalid_client"),
        ) => {
            "client id and secret do not belong together, the secret was rotated, or the application is not authorized \
             for the Management API: see Applications > the application > Settings and APIs"
        }
        _ => {
            "see whether the app exists in this organization, is active, and may use client credentials"
        }
    }
}

fn unreachable(error: &outbound::Error) -> &'static str {
    match error {
        outbound::Error::Private { .. } => {
            "the name leads into a private network: see whether that is meant, and allow it by `outbound.allow-private`"
        }
        outbound::Error::Unknown { .. } => {
            "see whether the address is right, and names can be looked up here"
        }
        outbound::Error::Redirected { .. } => {
            "give the address that the redirect leads to, if it is yours: it is not followed, for the credential would go along"
        }
        outbound::Error::Connect { .. } => {
            "see whether a proxy is needed (`outbound.proxy`), or an authority of your own to trust (`outbound.ca`)"
        }
        _ => "see whether something between this machine and the provider holds requests up",
    }
}

/// Finds out which of the scopes that are asked for are missing, by asking for each alone.
async fn lacks_scope(tenant: &Tenant, host: &str, asked: &str) -> Check {
    let scopes: Vec<&str> = asked.split_ascii_whitespace().collect();
    let mut missing = Vec::new();
    for scope in &scopes {
        if scopes.len() == 1 || is_missing(tenant, scope).await {
            missing.push(format!("`{scope}`"));
        }
    }
    // Each alone is given, and all together are not: then it is not known which.
    let missing = if missing.is_empty() { format!("one of `{asked}`") } else { missing.join(", ") };
    let says = format!("{host}: the credential was not granted {missing}");
    let advice = match tenant.credential() {
        Credential::ClientCredentials { .. } => {
            "grant it to the application in Applications > APIs > Auth0 Management API > Machine to Machine Applications"
        }
        _ => {
            "grant it in Applications > the app > Okta API Scopes, or do not ask for it in `scopes`"
        }
    };
    Check::new(ABOUT, Verdict::Fault, says).advice(advice)
}

async fn is_missing(tenant: &Tenant, scope: &str) -> bool {
    let Ok(alone) = tenant.with_scopes(&[scope]) else { return false };
    // Signing in comes first, and is refused for the scope; what the log says to this one does not matter.
    let answer = ask_log(&alone).await;
    let Err(Error::Forbidden { lacks: Lacks::Scope(lacked), .. }) = answer else { return false };
    lacked == scope
}
