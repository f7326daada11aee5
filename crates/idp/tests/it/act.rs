//! Changes on the lab: none before it is on record, each as the provider makes it.

use idp::{Action, Error, Executing, Intent, Lacks, Looked, Tenant, Trail, TrailError};

use crate::lab::{Served, serve};

/// What was written down, or cannot be.
struct Written {
    intents: Vec<Intent>,
    is_full: bool,
}

impl Trail for Written {
    fn begin(&mut self, intent: &Intent) -> Result<u64, TrailError> {
        if self.is_full {
            return Err(TrailError { source: "the disk is full".into() });
        }
        self.intents.push(intent.clone());
        Ok(self.intents.len() as u64)
    }
}

fn trail() -> Written {
    Written { intents: Vec::new(), is_full: false }
}

fn actor(lab: &Served, scope: &str) -> Tenant {
    lab.app("0oalabactor000000001", &[scope], true)
}

async fn done(tenant: &Tenant, action: &Action) -> Result<idp::Acted, Error> {
    let executing = Executing::begin(&mut trail(), tenant, action).unwrap();
    tenant.act(executing).await
}

const TOKEN: &str = "00Tlabtoken000000002";

fn delete() -> Action {
    Action::new("okta.token.delete", &[("token", TOKEN)]).unwrap()
}

#[tokio::test]
async fn a_token_is_deleted_once_and_then_gone() {
    let lab = serve(0, |_| {}).await;
    let tenant = actor(&lab, "okta.apiTokens.manage");
    let (action, reader) = (delete(), lab.app("0oalabreader00000001", &[], true));
    let look = action.look().unwrap();
    assert!(
        matches!(reader.look(&look).await.unwrap(), Looked::There(token) if token["id"] == TOKEN)
    );
    let first = done(&tenant, &action).await.unwrap();
    assert_eq!((first.status, first.was_gone), (204, false));
    assert_eq!(reader.look(&look).await.unwrap(), Looked::Gone);
    let again = done(&tenant, &action).await.unwrap();
    assert_eq!((again.status, again.was_gone), (404, true));
}

#[tokio::test]
async fn what_is_not_on_record_is_not_done() {
    let lab = serve(0, |_| {}).await;
    let tenant = actor(&lab, "okta.apiTokens.manage");
    let mut full = Written { is_full: true, ..trail() };
    let refused = Executing::begin(&mut full, &tenant, &delete());
    assert!(refused.unwrap_err().to_string().contains("nothing was called"));
    let look = delete().look().unwrap();
    let seen = lab.app("0oalabreader00000001", &[], true).look(&look).await.unwrap();
    assert!(matches!(seen, Looked::There(_)));
    let mut written = trail();
    Executing::begin(&mut written, &tenant, &delete()).unwrap();
    let intent = &written.intents[0];
    assert_eq!(intent.credential, "service-app 0oalabactor000000001");
    assert_eq!(
        (intent.method, intent.path.as_str()),
        ("DELETE", "/api/v1/api-tokens/00Tlabtoken000000002")
    );
}

/// What was written down for one host is not done to another.
#[tokio::test]
async fn a_call_is_made_where_it_was_written_down_for() {
    let (one, other) = (serve(0, |_| {}).await, serve(0, |_| {}).await);
    let meant = actor(&one, "okta.apiTokens.manage");
    let executing = Executing::begin(&mut trail(), &meant, &delete()).unwrap();
    let error = actor(&other, "okta.apiTokens.manage").act(executing).await.unwrap_err();
    assert!(matches!(error, Error::Shape { .. }), "{error}");
}

#[tokio::test]
async fn what_the_credential_lacks_is_told() {
    let lab = serve(0, |_| {}).await;
    let other = actor(&lab, "okta.users.manage");
    let lacks = |error: Error| match error {
        Error::Forbidden { lacks, .. } => lacks,
        other => panic!("{other}"),
    };
    let scope = Lacks::Scope("okta.apiTokens.manage".to_owned());
    assert_eq!(lacks(done(&other, &delete()).await.unwrap_err()), scope);
    let reader = lab.app("0oalabreader00000001", &["okta.apiTokens.manage"], true);
    let never = Lacks::Scope("okta.apiTokens.manage".to_owned());
    assert_eq!(lacks(done(&reader, &delete()).await.unwrap_err()), never);
}

#[tokio::test]
async fn a_secret_that_is_made_is_handed_over_and_not_printed() {
    let lab = serve(0, |_| {}).await;
    let tenant = actor(&lab, "okta.apps.manage");
    let action = Action::new("okta.secret.create", &[("client", "0oalabreader00000001")]).unwrap();
    let acted = done(&tenant, &action).await.unwrap();
    let secret = acted.secret.clone().unwrap();
    assert!(acted.made.as_deref().unwrap().starts_with("ocs"));
    assert!(!format!("{acted:?}").contains(secret.expose()));
    let rotated = lab.client("keywardlabactor00000000000000001", &lab.keys.auth0_client_secret);
    let names = [("client", "keywardlabnogrant000000000000001")];
    let action = Action::new("auth0.secret.rotate", &names).unwrap();
    let acted = done(&rotated, &action).await.unwrap();
    assert!(acted.secret.unwrap().expose() != lab.keys.auth0_client_secret);
}

/// What a switched-off thing shows is what the catalog says that it shows.
#[tokio::test]
async fn what_is_switched_off_shows_it() {
    let lab = serve(0, |_| {}).await;
    let tenant = actor(&lab, "okta.apps.manage");
    let reader = lab.app("0oalabreader00000001", &[], true);
    let app = "0oalabplain000000001";
    let path = format!("/api/v1/apps/{app}/credentials/secrets");
    let Looked::There(secrets) = reader.see(&path, "okta.apps.read").await.unwrap() else {
        panic!()
    };
    let names = [("client", app), ("secret", secrets[0]["id"].as_str().unwrap())];
    for (name, status) in
        [("okta.secret.deactivate", "INACTIVE"), ("okta.secret.activate", "ACTIVE")]
    {
        let action = Action::new(name, &names).unwrap();
        done(&tenant, &action).await.unwrap();
        let Looked::There(seen) = reader.look(&action.look().unwrap()).await.unwrap() else {
            panic!()
        };
        assert_eq!(seen["status"], status);
    }
}
