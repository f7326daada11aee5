use catalog::credential;
use finding::Level;
use idp::{Credential, Pace};
use leak::{Confidence, Nearness, Secret, Tenant, Validity};
use outbound::{Outbound, Settings};

use super::*;

/// A credential beside hosts, which are divided by blanks.
fn suspect(kind: &str, hosts: &str) -> Suspect {
    let tenant = |host: &str| Tenant {
        host: host.trim_start_matches('=').to_owned(),
        nearness: if host.starts_with('=') { Nearness::Same } else { Nearness::Block },
        why: String::new(),
    };
    let hosts: Vec<Tenant> = hosts.split_whitespace().map(tenant).collect();
    let leak = Leak {
        kind: credential(kind).unwrap(),
        confidence: Confidence::Strong,
        level: Level::High,
        secret: Secret::new("value"),
        span: 0..5,
        layers: Vec::new(),
        why: Vec::new(),
        tenant: hosts.first().cloned(),
        companions: Vec::new(),
        validity: Validity::Unknown,
        claims: None,
    };
    Suspect { leak, name: String::new(), held: None, author: None, hosts, is_crowded: false }
}

fn watched(name: &str, url: &str) -> Watched {
    let outbound = Outbound::new(&Settings::default()).unwrap();
    let token = Credential::ApiToken(outbound::Secret::new("own"));
    let origin = url.parse().unwrap();
    let tenant = idp::Tenant::new(Provider::Okta, origin, token, outbound, Pace::default());
    Watched::new(name.to_owned(), tenant.unwrap())
}

/// Where a leak with hosts near it belongs: our tenants, those near it before the bar, then where it may be tried.
fn check(kind: &str, near: &str, ours: &[Watched], named: &[&str], expected: &str) {
    let hosts: Vec<Origin> = named.iter().map(|url| url.parse().unwrap()).collect();
    let home = home(&suspect(kind, near), ours, &hosts);
    let doors = home.doors.iter().map(|door| {
        let by = if door.is_assumed { "assumed " } else { "" };
        let whose: Vec<_> = door.providers.iter().map(|one| one.as_str()).collect();
        format!("{by}{} {}", door.origin, whose.join("|"))
    });
    let mut doors: Vec<_> = doors.collect();
    if doors.is_empty() {
        assert!(!home.why_shut().is_empty(), "{kind} {near}: somebody has to be told why");
        doors.push("nowhere".to_owned());
    }
    let (near_ones, others) = home.ours.split_at(home.n_named);
    let told = format!("{near_ones:?}|{others:?} {}", doors.join(", "));
    assert_eq!(told, expected, "{kind} {near} {named:?}");
}

#[test]
fn only_hosts_of_providers_our_own_and_those_that_were_named_are_asked() {
    let token = "okta_api_token";
    check(token, "acme.okta.com", &[], &[], "[]|[] https://acme.okta.com okta");
    check(token, "acme.us.auth0.com", &[], &[], "[]|[] nowhere");
    check(token, "login.example.com", &[], &[], "[]|[] nowhere");
    check(token, "acme.okta.com.example.com", &[], &[], "[]|[] nowhere");
    check(token, "okta.com", &[], &[], "[]|[] nowhere");
    check(token, "127.0.0.1", &[], &[], "[]|[] nowhere");
    check(token, "", &[], &[], "[]|[] nowhere");
    let named = ["https://login.example.com"];
    check(token, "login.example.com", &[], &named, "[]|[] https://login.example.com okta");
    check(token, "other.example.com", &[], &named, "[]|[] nowhere");
    check(token, "", &[], &named, "[]|[] assumed https://login.example.com okta");
    check(
        "private_jwk",
        "login.example.com",
        &[],
        &named,
        "[]|[] https://login.example.com okta|auth0",
    );
    check(
        "auth0_client_secret",
        "acme.us.auth0.com",
        &[],
        &[],
        "[]|[] https://acme.us.auth0.com auth0",
    );
}

#[test]
fn our_own_tenants_are_known_by_their_hosts() {
    let token = "okta_api_token";
    let ours =
        || vec![watched("acme", "https://acme.okta.com"), watched("beta", "https://beta.okta.com")];
    check(token, "beta.okta.com", &ours(), &[], "[1]|[0] https://beta.okta.com okta");
    check(token, "other.okta.com", &ours(), &[], "[]|[0, 1] https://other.okta.com okta");
    check(token, "", &ours(), &[], "[]|[0, 1] nowhere");
    check(token, "", &ours()[..1], &[], "[]|[0] assumed https://acme.okta.com okta");
    check("auth0_client_secret", "", &ours(), &[], "[]|[] nowhere");
}

#[test]
fn a_host_that_stands_nearer_hides_no_tenant_of_ours() {
    let token = "okta_api_token";
    let ours =
        || vec![watched("acme", "https://acme.okta.com"), watched("beta", "https://beta.okta.com")];
    let decoyed = "[0]|[1] https://acme.okta.com okta, https://decoy.okta.com okta";
    check(token, "decoy.okta.com acme.okta.com", &ours(), &[], decoyed);
    let unknown = "decoy.example.com acme.okta.com";
    check(token, unknown, &ours(), &[], "[0]|[1] https://acme.okta.com okta");
    let both = "[0, 1]|[] https://acme.okta.com okta, https://beta.okta.com okta";
    check(token, "beta.okta.com acme.okta.com", &ours(), &[], both);
    check(
        token,
        "decoy.okta.com =acme.okta.com",
        &ours(),
        &[],
        "[0]|[] https://acme.okta.com okta",
    );
}

#[test]
fn of_many_hosts_few_are_asked() {
    let hosts: Vec<String> = (1..=9).map(|n| format!("dev-{n}.okta.com")).collect();
    let home = home(&suspect("okta_api_token", &hosts.join(" ")), &[], &[]);
    assert_eq!((home.doors.len(), home.shut.len()), (STRANGERS_MAX, 9 - STRANGERS_MAX));
}
