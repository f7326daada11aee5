//! Which administrator's role stands behind the credential.
//!
//! Source: Okta "Implement OAuth for Okta with a service app", Role Assignment API, checked 2026-11-22.

use serde::Deserialize;

use super::{Check, Verdict, read};
use crate::{Credential, Error, Tenant};

const ABOUT: &str = "role";

/// The role that may everything.
const SUPER: &str = "SUPER_ADMIN";

/// A role that may more than the log takes, but not everything, is a custom one or one of these.
const READERS: [&str; 1] = ["READ_ONLY_ADMIN"];

#[derive(Deserialize)]
struct Assigned {
    #[serde(rename = "type")]
    kind: Option<String>,
    label: Option<String>,
}

/// What the tenant says of the roles of an app, or of the owner of a token.
pub(super) async fn check(tenant: &Tenant) -> Check {
    let credential = tenant.credential();
    let path = match credential {
        Credential::ServiceApp { client_id, .. } => {
            let mut path =
                url::form_urlencoded::byte_serialize(client_id.as_bytes()).collect::<String>();
            path.insert_str(0, "/oauth2/v1/clients/");
            format!("{path}/roles")
        }
        _ => "/api/v1/users/me/roles".to_owned(),
    };
    let roles = match read(tenant, &path).await {
        Ok(answer) => serde_json::from_slice::<Vec<Assigned>>(&answer.body).ok(),
        Err(error) => return unseen(&error),
    };
    match roles {
        Some(roles) => judged(credential, &roles),
        None => Check::new(ABOUT, Verdict::Unknown, "the answer about its roles cannot be read"),
    }
}

fn unseen(error: &Error) -> Check {
    match error {
        Error::Forbidden { .. } | Error::Invalid { .. } => {
            let says = "it may not see its own roles, so that they were not checked";
            Check::new(ABOUT, Verdict::Note, says).advice(UNSEEN)
        }
        _ => Check::new(ABOUT, Verdict::Unknown, format!("its roles could not be read: {error}")),
    }
}

const UNSEEN: &str = "ask for the scope `okta.roles.read` to have them checked; or see in Settings > Account that `Public client app \
     admins` is off, for it makes every service app a super administrator without a word";

fn judged(credential: &Credential, roles: &[Assigned]) -> Check {
    let is_app = matches!(credential, Credential::ServiceApp { .. });
    let names: Vec<String> = roles.iter().map(name).collect();
    let names = names.join(", ");
    if roles.iter().any(|role| role.kind.as_deref() == Some(SUPER)) {
        let (says, advice) =
            if is_app { (APP_SUPER, APP_SUPER_ADVICE) } else { (OWNER_SUPER, OWNER_SUPER_ADVICE) };
        return Check::new(ABOUT, Verdict::Warning, says).advice(advice);
    }
    if roles.is_empty() {
        return Check::new(ABOUT, Verdict::Note, "no role is assigned to it directly");
    }
    let is_reader = |role: &Assigned| {
        role.kind.as_deref().is_some_and(|kind| READERS.contains(&kind) || kind == "CUSTOM")
    };
    if roles.iter().all(is_reader) {
        return Check::new(ABOUT, Verdict::Good, names);
    }
    let says = format!("{names}: more than reading takes");
    let advice = "give it the role Read-Only Administrator, or a custom one that may view the log";
    Check::new(ABOUT, Verdict::Warning, says).advice(advice)
}

const APP_SUPER: &str =
    "the app is a super administrator, so that its scopes are all that keeps it from everything";
const APP_SUPER_ADVICE: &str = "take the role from it and give it Read-Only Administrator; if nobody gave it, the setting `Public client app \
     admins` (Settings > Account) did: switch that off";
const OWNER_SUPER: &str =
    "the owner of the token is a super administrator, and so is whoever holds the token";
const OWNER_SUPER_ADVICE: &str = "use a service app with the scope `okta.logs.read`, or a token of an account that may only read";

/// What a role is called: by people, or by the provider. Never at length, for it comes from an answer.
fn name(role: &Assigned) -> String {
    let name = role.label.as_deref().or(role.kind.as_deref()).unwrap_or("a role without a name");
    name.chars().filter(|letter| !letter.is_control()).take(60).collect()
}
