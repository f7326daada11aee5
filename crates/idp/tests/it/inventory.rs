//! What a tenant holds, read from the lab's tenants and from servers that answer amiss.

use idp::{Tenant, inventory};
use inventory::{CardKind, Network, Snapshot};
use lab::serve::Limits;

use crate::lab::{Served, serve};
use crate::server::{Server, reply};

const SCOPES: [&str; 8] = [
    "okta.appGrants.read",
    "okta.orgs.read",
    "okta.oauthIntegrations.read",
    "okta.apiTokens.read",
    "okta.users.read",
    "okta.roles.read",
    "okta.apps.read",
    "okta.policies.read",
];

async fn lab() -> Served {
    serve(10, |options| {
        options.limits = Limits { others_per_minute: 100_000, ..Limits::default() };
    })
    .await
}

/// Reads, with everything that lacks in order.
async fn read(tenant: &Tenant) -> (Snapshot, String) {
    let snapshot = inventory(tenant, "acme").await.unwrap();
    let gap = |gap: &inventory::Gap| {
        let scope = gap.scope.as_ref().map(|scope| format!(" [{scope}]")).unwrap_or_default();
        format!("{}: {}{scope}\n", gap.what, gap.why)
    };
    let gaps: String = snapshot.gaps.iter().map(gap).collect();
    (snapshot, gaps.replace("127.0.0.1", "host"))
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[tokio::test]
async fn tokens_and_apps_of_okta_are_read_with_their_owners() {
    let lab = lab().await;
    let (snapshot, gaps) = read(&lab.app("0oalabactor000000001", &SCOPES, true)).await;
    insta::assert_snapshot!(gaps, @"");
    let token = snapshot.card("00Tlabtoken000000002").unwrap();
    assert_eq!((token.kind, &token.network), (CardKind::ApiToken, &Network::Any));
    let owner = token.owner.as_ref().unwrap();
    assert_eq!((owner.is_super, owner.status.as_deref()), (Some(true), Some("ACTIVE")));
    insta::assert_snapshot!(json(&token.last_use), @r#"
    {
      "value": "2026-10-22T12:00:00Z",
      "basis": {
        "from": "inferred",
        "how": "its end less 30 days"
      }
    }
    "#);
    let app = snapshot.card("0oalabexpired0000001").unwrap();
    insta::assert_snapshot!(json(&(&app.keys[0].status, &app.secrets.len(), &app.grants[0].scopes.len(), &app.roles, &app.method)), @r#"
    [
      "INACTIVE",
      1,
      14,
      [
        {
          "kind": "READ_ONLY_ADMIN",
          "label": "Read-Only Administrator",
          "id": null,
          "resource_set": null,
          "through": null
        }
      ],
      "private_key_jwt"
    ]
    "#);
}

#[tokio::test]
async fn what_the_credential_may_not_read_is_a_gap_with_its_scope() {
    let lab = lab().await;
    let (snapshot, gaps) = read(&lab.app("0oalabreader00000001", &["okta.apps.read"], true)).await;
    insta::assert_snapshot!(gaps, @"
    administrators: the credential was not granted the scope for it [okta.roles.read]
    api tokens: the credential was not granted the scope for it [okta.apiTokens.read]
    integrations of vendors: the credential was not granted the scope for it [okta.oauthIntegrations.read]
    roles of apps: the credential was not granted the scope for it [okta.roles.read]
    scopes of apps: the credential was not granted the scope for it [okta.appGrants.read]
    the policy of the Admin Console: the credential was not granted the scope for it [okta.policies.read]
    the setting `Public client app admins`: the credential was not granted the scope for it [okta.orgs.read]
    ");
    assert!(snapshot.lacks("api tokens") && !snapshot.cards.is_empty());
}

#[tokio::test]
async fn clients_of_auth0_are_read_with_their_grants() {
    let lab = lab().await;
    let (snapshot, gaps) =
        read(&lab.client("keywardlabreader0000000000000001", &lab.keys.auth0_client_secret)).await;
    insta::assert_snapshot!(gaps, @"");
    let card = snapshot.card("keywardlabreader0000000000000001").unwrap();
    insta::assert_snapshot!(json(&(&card.kind, &card.grants, &card.secrets)), @r#"
    [
      "machine-client",
      [
        {
          "id": "cgr_Zey2mb0DDJRO",
          "audience": "https://acme.us.auth0.com/api/v2/",
          "scopes": [
            "read:client_grants",
            "read:clients",
            "read:grants",
            "read:log_streams",
            "read:logs",
            "read:resource_servers"
          ]
        }
      ],
      [
        {
          "id": "",
          "created": null,
          "status": "ACTIVE",
          "hash": null
        }
      ]
    ]
    "#);
}

#[tokio::test]
async fn a_list_whose_pages_lead_in_a_circle_ends() {
    let server = Server::start(|_, asked| {
        if !asked.path.starts_with("/api/v1/api-tokens") {
            return reply(403, &[], r#"{"errorCode":"E0000006"}"#);
        }
        let link = r#"link: <https://elsewhere.example.com/api/v1/api-tokens?after=1>; rel="next""#;
        reply(200, &[link], r#"[{"id":"00T1"},{"id":7}]"#)
    })
    .await;
    let (snapshot, gaps) = read(&server.okta()).await;
    assert_eq!(snapshot.cards.len(), 2);
    insta::assert_snapshot!(gaps, @"
    administrators: its role may not read this
    api tokens: 1 of its entries cannot be read
    api tokens: its pages lead in a circle, or have no end
    apps: its role may not read this
    integrations of vendors: its role may not read this
    the policy of the Admin Console: its role may not read this
    the setting `Public client app admins`: its role may not read this
    ");
    let paths: Vec<String> = server.asked().into_iter().map(|asked| asked.path).collect();
    insta::assert_debug_snapshot!(&paths[..3], @r#"
    [
        "/api/v1/api-tokens?limit=200",
        "/api/v1/api-tokens?after=1",
        "/api/v1/apps?limit=200",
    ]
    "#);
}

#[tokio::test]
async fn a_credential_that_is_refused_is_an_error_and_asked_with_once() {
    let server = Server::start(|_, _| reply(401, &[], r#"{"errorCode":"E0000011"}"#)).await;
    let error = inventory(&server.okta(), "acme").await.unwrap_err();
    assert!(matches!(error, idp::Error::Refused { .. }), "{error}");
    assert_eq!(server.asked().len(), 1);
}
