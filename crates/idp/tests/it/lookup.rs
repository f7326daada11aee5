//! A few credentials, looked up in the lab's tenants.

use idp::{Lookup, Tenant, Wanted, is_budget, is_secret_of, look_up};
use inventory::{Clue, Sort};
use lab::serve::Limits;
use outbound::Secret;

use crate::lab::{Served, serve};

const SCOPES: [&str; 6] = [
    "okta.appGrants.read",
    "okta.apiTokens.read",
    "okta.users.read",
    "okta.roles.read",
    "okta.apps.read",
    "okta.groups.read",
];

async fn lab() -> Served {
    serve(10, |options| {
        options.limits = Limits { others_per_minute: 100_000, ..Limits::default() };
    })
    .await
}

async fn found(tenant: &Tenant, wanted: Wanted) -> Lookup {
    look_up(tenant, "acme", &wanted).await
}

fn client(id: &str) -> Wanted {
    Wanted { clients: [id.to_owned()].into(), most: 100, ..Wanted::default() }
}

#[tokio::test]
async fn tokens_are_found_with_their_owners() {
    let lab = lab().await;
    let tenant = lab.app("0oalabactor000000001", &SCOPES, true);
    let lookup =
        found(&tenant, Wanted { tokens: true, owners: true, most: 1_000, ..Wanted::default() })
            .await;
    assert_eq!(lookup.snapshot.gaps, []);
    assert!(lookup.asked[0].starts_with("/api/v1/api-tokens"), "{:?}", lookup.asked);
    let token = lookup.snapshot.card("00Tlabtoken000000001").unwrap();
    let owner = token.owner.as_ref().unwrap();
    assert_eq!(owner.is_super, Some(true));
    let clue = Clue { user: Some(owner.id.clone()), ..Clue::default() };
    let of_owner = clue.look(&lookup.snapshot);
    assert!(of_owner.candidates.iter().any(|one| one.id == token.id), "{of_owner:?}");
}

#[tokio::test]
async fn a_client_is_found_with_one_request_a_list_or_said_to_be_absent() {
    let lab = lab().await;
    let tenant = lab.app("0oalabactor000000001", &SCOPES, true);
    let lookup = found(&tenant, client("0oalabreader00000001")).await;
    assert_eq!(lookup.asked.len(), 5, "{:?}", lookup.asked);
    let public = idp::public_half(&Secret::new(lab.keys.okta_key_pem.as_str())).unwrap();
    let clue = Clue { sort: Sort::Key, public: Some(public.part), ..Clue::default() };
    let key = clue.look(&lookup.snapshot);
    assert_eq!((key.status.name(), key.token.unwrap().certain), ("live", true));

    let none = found(&tenant, client("0oanosuchclient00001")).await;
    assert!(none.absent.contains("0oanosuchclient00001"));
    assert_eq!((none.asked.len(), none.snapshot.cards.len()), (1, 0));
    // An id from elsewhere leads to no other place.
    let astray = found(&tenant, client("../api-tokens?x=")).await;
    assert_eq!(astray.asked, ["/api/v1/apps/..%2Fapi-tokens%3Fx%3D"]);
}

#[tokio::test]
async fn what_may_not_be_read_and_what_would_be_too_much_is_a_gap() {
    let lab = lab().await;
    let reader = lab.app("0oalabnoscope0000001", &["okta.users.read"], true);
    let lookup = found(&reader, Wanted { tokens: true, most: 10, ..Wanted::default() }).await;
    let scope = lookup.snapshot.gaps[0].scope.as_deref();
    assert_eq!((lookup.asked.len(), scope), (1, Some("okta.apiTokens.read")));
    let tenant = lab.app("0oalabactor000000001", &SCOPES, true);
    let lookup =
        found(&tenant, Wanted { tokens: true, keys: true, most: 3, ..Wanted::default() }).await;
    assert_eq!(lookup.asked.len(), 3);
    assert!(lookup.snapshot.gaps.iter().any(is_budget));
}

#[tokio::test]
async fn the_secret_of_a_client_of_auth0_is_compared_where_it_is_shown() {
    let lab = lab().await;
    let secret = Secret::new(lab.keys.auth0_client_secret.as_str());
    let other = Secret::new("another");
    let id = "keywardlabreader0000000000000001";
    let actor = lab.client("keywardlabactor00000000000000001", &lab.keys.auth0_client_secret);
    assert_eq!(is_secret_of(&actor, id, &secret).await.unwrap(), Some(Some(true)));
    assert_eq!(is_secret_of(&actor, id, &other).await.unwrap(), Some(Some(false)));
    assert_eq!(is_secret_of(&actor, "nosuchclient", &secret).await.unwrap(), None);
    let reader = lab.client(id, &lab.keys.auth0_client_secret);
    assert_eq!(is_secret_of(&reader, id, &secret).await.unwrap(), Some(None));
    let lookup = found(&actor, client(id)).await;
    let card = lookup.snapshot.card(id).unwrap();
    assert!(!card.grants.is_empty(), "{:?}", lookup.snapshot.gaps);
}
