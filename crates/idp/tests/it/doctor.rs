//! What is said of credentials, the good and the bad.

use idp::{Check, Tenant, doctor};
use lab::serve::Limits;

use crate::lab::serve;
use crate::server::{Server, reply};

/// Everything that is said, without the address of the host.
async fn told(tenant: &Tenant) -> String {
    let checks = doctor(tenant).await;
    let line = |check: &Check| {
        let advice = check.advice.as_ref().map(|advice| format!("\n    -> {advice}"));
        let verdict = check.verdict.as_str();
        format!("{verdict} {}: {}{}\n", check.about, check.says, advice.unwrap_or_default())
    };
    let text: String = checks.iter().filter(|check| check.about != "clock").map(line).collect();
    text.replace("127.0.0.1", "host")
}

/// The verdict on one thing.
async fn verdict(tenant: &Tenant, about: &str) -> Option<&'static str> {
    let checks = doctor(tenant).await;
    checks.iter().find(|check| check.about == about).map(|check| check.verdict.as_str())
}

#[tokio::test]
async fn a_good_credential_is_told_from_those_that_are_not() {
    let lab = serve(10, |options| options.limits = Limits::default()).await;

    insta::assert_snapshot!(told(&lab.app("0oalabreader00000001", &[], true)).await, @"
    good credential: opens the log of host
    good scopes: `okta.logs.read` and no other
    note role: it may not see its own roles, so that they were not checked
        -> ask for the scope `okta.roles.read` to have them checked; or see in Settings > Account that `Public client app admins` is off, for it makes every service app a super administrator without a word
    good rate: 60 requests a minute, 59 left; Keyward takes at most 60, which reads 60000 events a minute, 86400000 a day
    ");

    insta::assert_snapshot!(told(&lab.app("0oalabexpired0000001", &[], true)).await, @"
    fault credential: host does not let 0oalabexpired0000001 sign in (invalid_client)
        -> the app does not know the key, or is deactivated: compare client id and key id, and see whether the key is active, in Applications > the app > General > Public keys
    ");

    let scopes = ["okta.users.read", "okta.logs.read"];
    insta::assert_snapshot!(told(&lab.app("0oalabnoscope0000001", &scopes, true)).await, @"
    fault credential: host: the credential was not granted `okta.logs.read`
        -> grant it in Applications > the app > Okta API Scopes, or do not ask for it in `scopes`
    ");

    insta::assert_snapshot!(told(&lab.app("0oalabnorole00000001", &[], true)).await, @"
    fault credential: host: the credential has no role that may read this
        -> the scope is there, but scopes open nothing by themselves: give the app the role Read-Only Administrator, or a custom one that may view the log, in Applications > the app > Admin roles
    ");

    insta::assert_snapshot!(told(&lab.app("0oalabreader00000001", &[], false)).await, @"
    fault credential: host does not let 0oalabreader00000001 sign in (invalid_dpop_proof)
        -> the app requires DPoP: set `dpop = true`
    ");
}

#[tokio::test]
async fn api_tokens_are_warned_of() {
    let lab = serve(10, |options| options.limits = Limits::default()).await;
    insta::assert_snapshot!(told(&lab.token(&lab.keys.okta_expired_token)).await, @"
    fault credential: host does not take the credential (E0000011)
        -> the token has expired (30 days without use), was revoked, is bound to another network zone, or its owner was deactivated: see Security > API > Tokens; a service app does not end with a person
    ");
    assert_eq!(verdict(&lab.token(&lab.keys.okta_api_token), "method").await, Some("warning"));
}

#[tokio::test]
async fn auth0s_clients_are_looked_at_as_well() {
    let lab = serve(10, |_| {}).await;
    let secret = lab.keys.auth0_client_secret.as_str();
    insta::assert_snapshot!(told(&lab.client("keywardlabreader0000000000000001", secret)).await, @"
    good credential: opens the log of host
    note scopes: beside `read:logs` it may read `read:log_streams`, `read:clients`, `read:client_grants`, `read:resource_servers`, `read:grants`
    good rate: 50 requests in five seconds, 49 left; Keyward takes at most 50, which reads 60000 events a minute, 86400000 a day
    ");
    insta::assert_snapshot!(told(&lab.client("keywardlabnoscope000000000000001", secret)).await, @"
    fault credential: host: the credential was not granted `read:logs`
        -> grant it to the application in Applications > APIs > Auth0 Management API > Machine to Machine Applications
    ");
    insta::assert_snapshot!(told(&lab.client("keywardlabnogrant000000000000001", secret)).await, @"
    fault credential: host does not let keywardlabnogrant000000000000001 sign in (access_denied)
        -> client id and secret do not belong together, the secret was rotated, or the application is not authorized for the Management API: see Applications > the application > Settings and APIs
    ");
    insta::assert_snapshot!(told(&lab.client("keywardlabreader0000000000000001", "wrong")).await, @"
    fault credential: host does not let keywardlabreader0000000000000001 sign in (access_denied)
        -> client id and secret do not belong together, the secret was rotated, or the application is not authorized for the Management API: see Applications > the application > Settings and APIs
    ");
    let actor = lab.client("keywardlabactor00000000000000001", secret);
    assert_eq!(verdict(&actor, "scopes").await, Some("warning"));
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_of() {
    // The lab's clock stands still.
    let lab = serve(10, |_| {}).await;
    let tenant = lab.app("0oalabreader00000001", &[], true);
    let checks = doctor(&tenant).await;
    let clock = checks.iter().find(|check| check.about == "clock").unwrap();
    assert!(clock.says.starts_with("this machine is ") && clock.says.contains(" s ahead of "));
}

#[tokio::test]
async fn roles_that_may_more_than_read_are_told_of() {
    async fn role(roles: &'static str) -> (Option<&'static str>, bool) {
        let server = Server::start(move |_, asked| match asked.path.as_str() {
            "/api/v1/users/me/roles" => reply(200, &[], roles),
            _ => reply(200, &[], "[]"),
        })
        .await;
        let tenant = server.okta();
        let says = told(&tenant).await;
        (verdict(&tenant, "role").await, says.contains("super administrator"))
    }
    let reader = r#"[{"type":"READ_ONLY_ADMIN","label":"Read-only Administrator"}]"#;
    assert_eq!(role(reader).await, (Some("good"), false));
    let above = r#"[{"type":"READ_ONLY_ADMIN"},{"type":"SUPER_ADMIN"}]"#;
    assert_eq!(role(above).await, (Some("warning"), true));
    assert_eq!(role(r#"[{"type":"APP_ADMIN"}]"#).await, (Some("warning"), false));
    assert_eq!(role("[]").await, (Some("note"), false));
    assert_eq!(role("{}").await, (Some("unknown"), false));
}

#[tokio::test]
async fn a_provider_that_stumbles_once_is_asked_again() {
    let server = Server::start(|number, _| match number {
        0 => reply(503, &[], ""),
        _ => reply(200, &[], "[]"),
    })
    .await;
    assert_eq!(verdict(&server.okta(), "credential").await, Some("good"));
}

#[tokio::test]
async fn what_is_not_there_could_not_be_looked_at() {
    let outbound = outbound::Outbound::new(&crate::server::short()).unwrap();
    let token = idp::Credential::ApiToken(outbound::Secret::new("canary-token"));
    let origin = "http://127.0.0.1:9".parse().unwrap();
    let pace = idp::Pace::default();
    let away = Tenant::new(idp::Provider::Okta, origin, token, outbound, pace).unwrap();
    assert_eq!(verdict(&away, "credential").await, Some("unknown"));
}
