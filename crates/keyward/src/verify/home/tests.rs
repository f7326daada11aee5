use catalog::credential;
use finding::Level;
use idp::{Credential, Pace};
use leak::{Confidence, Nearness, Secret, Tenant, Validity};
use outbound::{Outbound, Settings};

use super::*;

fn leak(kind: &str, host: &str) -> Leak {
    let tenant = |host: &str| Tenant {
        host: host.to_owned(),
        nearness: Nearness::Block,
        why: String::new(),
    };
    Leak {
        kind: credential(kind).unwrap(),
        confidence: Confidence::Strong,
        level: Level::High,
        secret: Secret::new("value"),
        span: 0..5,
        layers: Vec::new(),
        why: Vec::new(),
        tenant: (!host.is_empty()).then(|| tenant(host)),
        companions: Vec::new(),
        validity: Validity::Unknown,
        claims: None,
    }
}

fn watched(name: &str, url: &str) -> Watched {
    let outbound = Outbound::new(&Settings::default()).unwrap();
    let token = Credential::ApiToken(outbound::Secret::new("own"));
    let origin = url.parse().unwrap();
    let tenant = idp::Tenant::new(Provider::Okta, origin, token, outbound, Pace::default());
    Watched::new(name.to_owned(), tenant.unwrap())
}

/// Where a leak with a host near it belongs: our tenants, then where it may be tried.
fn check(kind: &str, host: &str, ours: &[Watched], named: &[&str], expected: &str) {
    let hosts: Vec<Origin> = named.iter().map(|url| url.parse().unwrap()).collect();
    let home = home(&leak(kind, host), ours, &hosts);
    let live = match &home.live {
        Ok(door) => {
            let by = if door.is_assumed { "assumed " } else { "" };
            let whose: Vec<_> = door.providers.iter().map(|one| one.as_str()).collect();
            format!("{by}{} {}", door.origin, whose.join("|"))
        }
        Err(_) => "nowhere".to_owned(),
    };
    assert_eq!(format!("{:?} {live}", home.ours), expected, "{kind} {host} {named:?}");
}

#[test]
fn only_hosts_of_providers_our_own_and_those_that_were_named_are_asked() {
    let token = "okta_api_token";
    check(token, "acme.okta.com", &[], &[], "[] https://acme.okta.com okta");
    check(token, "acme.us.auth0.com", &[], &[], "[] nowhere");
    check(token, "login.example.com", &[], &[], "[] nowhere");
    check(token, "acme.okta.com.example.com", &[], &[], "[] nowhere");
    check(token, "okta.com", &[], &[], "[] nowhere");
    check(token, "127.0.0.1", &[], &[], "[] nowhere");
    check(token, "", &[], &[], "[] nowhere");
    let named = ["https://login.example.com"];
    check(token, "login.example.com", &[], &named, "[] https://login.example.com okta");
    check(token, "other.example.com", &[], &named, "[] nowhere");
    check(token, "", &[], &named, "[] assumed https://login.example.com okta");
    check(
        "private_jwk",
        "login.example.com",
        &[],
        &named,
        "[] https://login.example.com okta|auth0",
    );
    check(
        "auth0_client_secret",
        "acme.us.auth0.com",
        &[],
        &[],
        "[] https://acme.us.auth0.com auth0",
    );
}

#[test]
fn our_own_tenants_are_known_by_their_hosts() {
    let token = "okta_api_token";
    let ours =
        || vec![watched("acme", "https://acme.okta.com"), watched("beta", "https://beta.okta.com")];
    check(token, "beta.okta.com", &ours(), &[], "[1] https://beta.okta.com okta");
    check(token, "other.okta.com", &ours(), &[], "[] https://other.okta.com okta");
    check(token, "", &ours(), &[], "[0, 1] nowhere");
    check(token, "", &ours()[..1], &[], "[0] assumed https://acme.okta.com okta");
    check("auth0_client_secret", "", &ours(), &[], "[] nowhere");
}
