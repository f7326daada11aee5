//! The credential itself, tried once when it should be dead.

use catalog::{Mode, Product, Status, verification};
use idp::{Trial, prove, verify};
use jiff::Timestamp;
use outbound::Secret;

use super::super::desk::Desk;
use super::super::order::Target;
use super::{Proof, Verdict, What};

/// The kind of credential that a target is, in the catalog.
pub(super) fn kind(target: &Target, provider: Product) -> Option<&'static str> {
    Some(match (target, provider) {
        (Target::Token(_) | Target::CurrentToken, Product::Okta) => "okta_api_token",
        (Target::Secret { .. } | Target::Client(_), Product::Okta) => "okta_client_secret",
        (Target::Secret { .. }, Product::Auth0) => "auth0_client_secret",
        (Target::Session(_) | Target::SessionsOf { .. }, Product::Okta) => "okta_session_cookie",
        _ => return None,
    })
}

/// Tries it. `None` if it is not at hand.
pub(super) async fn credential(desk: &Desk, target: &Target) -> Option<Proof> {
    let secret = desk.leaked.clone()?;
    let (verdict, says) = match tried(desk, target, secret).await {
        Ok((Status::Dead, told)) => {
            let says = format!(
                "the credential in the file is refused ({told}); whose it was, that does not tell"
            );
            (Verdict::Proven, says)
        }
        Ok((Status::Live | Status::LiveRestricted, told)) => {
            (Verdict::Contradicted, format!("the credential in the file still works ({told})"))
        }
        Ok((_, told)) => (Verdict::Unknown, format!("the answer tells neither ({told})")),
        Err(why) => (Verdict::Unknown, format!("the credential was not tried: {why}")),
    };
    Some(Proof { what: What::Credential, verdict, says, event: None })
}

async fn tried(desk: &Desk, target: &Target, secret: Secret) -> Result<(Status, String), String> {
    let kind = kind(target, desk.provider()).ok_or("nobody can be asked about it")?;
    let mut rows = verification(kind).iter();
    let check = rows.find(|row| row.mode == Mode::Live).ok_or("trying it would be a use of it")?;
    let path = check.request.as_ref().map_or("", |request| request.path).to_owned();
    let proof = prove(&desk.outbound, &desk.tenant.origin, desk.reader.provider())
        .await
        .map_err(|why| why.to_string())?;
    let client_id = target.client().map(str::to_owned);
    let trial = Trial { check, path, secret, client_id, key_id: None };
    let tried = verify(&desk.outbound, &proof, &trial, Timestamp::now()).await;
    let seen = tried.map_err(|why| why.to_string())?.map_err(|error| error.to_string())?;
    Ok((seen.status, seen.told))
}
