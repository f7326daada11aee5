use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::leak::{Confidence, Leak, Validity};
use crate::secret::Secret;

/// The hosts of a text, in order, as `name` or `name (how)`.
fn check(text: &str, expected: &[&str]) {
    let hosts = hosts(text.as_bytes());
    let names: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
    assert_eq!(names, expected, "{text}");
    for host in &hosts {
        assert!(!text[host.span.clone()].is_empty(), "{host:?}");
        assert_eq!(
            host.provider.is_none_or(|name| name == "okta"),
            !is_auth0(&host.name, text),
            "{host:?}"
        );
    }
}

fn is_auth0(name: &str, text: &str) -> bool {
    name.contains("auth0") || !name.contains("okta") && text.to_ascii_lowercase().contains("auth0")
}

#[test]
fn hosts_under_the_vendors_domains() {
    for cell in [
        "okta.com",
        "oktapreview.com",
        "okta-emea.com",
        "okta-gov.com",
        "okta.mil",
        "okta-miltest.com",
        "trex-gov.com",
        "trex-govcloud.com",
        "hioktane.com",
    ] {
        let name = format!("acme.{cell}");
        let hosts = hosts(format!("see https://acme-admin.{cell}/admin").as_bytes());
        assert_eq!((hosts.len(), hosts[0].name.as_str()), (1, name.as_str()));
        assert_eq!(provider_of(&name), Some("okta"));
    }
    check(
        "dev-123abc.okta.com:443 ACME.OKTA.COM. acme.oktapreview.com,",
        &["dev-123abc.okta.com", "acme.okta.com", "acme.oktapreview.com"],
    );
    check(
        "https%3A%2F%2Facme.okta.com%2F https%253A%252F%252Facme.okta.com",
        &["acme.okta.com", "acme.okta.com"],
    );
    check(
        "\\r\\nHost: x\\nacme.okta.com\\r\\n \\u002facme.okta.com https:\\/\\/acme.okta.com",
        &["acme.okta.com"; 3],
    );
    check("acme.kerberos.okta.com user@acme.okta.com", &["acme.okta.com"; 2]);
    check(
        "acme.auth0.com acme.us.auth0.com acme.eu-2.auth0.com acme.us-3.auth0.com",
        &["acme.auth0.com", "acme.us.auth0.com", "acme.eu-2.auth0.com", "acme.us-3.auth0.com"],
    );
    check(
        "acme.guardian.jp.auth0.com dev-3a44tw2sa77x73tx.uk.auth0.com acme.auth0app.com",
        &["acme.jp.auth0.com", "dev-3a44tw2sa77x73tx.uk.auth0.com", "acme.auth0app.com"],
    );
    check("tenant-1.acme.auth0app.com", &["tenant-1.acme.auth0app.com"]);
}

#[test]
fn what_is_no_tenant_is_left_out() {
    check(
        "login.okta.com www.okta.com developer.okta.com help.okta.com cdn.auth0.com manage.auth0.com",
        &[],
    );
    check("us.auth0.com login.eu.auth0.com auth0.auth0.com okta.com auth0.com", &[]);
    check(
        "https://{yourOktaDomain} https://{yourOktaDomain}.okta.com ${ORG}.okta.com <org>.okta.com *.okta.com",
        &[],
    );
    check(
        "https://%s.okta.com ${env}-admin.okta.com {{ tenant }}.us.auth0.com $org.okta.com _x.okta.com",
        &[],
    );
    check(
        "your-org.okta.com yourOktaDomain.okta.com dev-000000.okta.com dev-123456.okta.com example.okta.com",
        &[],
    );
    check("YOUR_DOMAIN.auth0.com your-tenant.us.auth0.com dev-xxxxxx.okta.com", &[]);
    check(
        "acme.okta.com.evil.example acme.okta.community acme.okta.com-x acme.okta.comx xokta.com",
        &[],
    );
    check(
        "-acme.okta.com acme-.okta.com ab.customdomains.okta.com ab.edge.tenants.us.auth0.com x.y.okta.com",
        &[],
    );
    check(&format!("{}.okta.com {}okta.com", "a".repeat(64), "a.".repeat(200)), &[]);
}

#[test]
fn halves_of_a_host_are_joined() {
    for text in [
        "provider \"okta\" {\n  org_name  = \"acme\"\n  base_url  = \"oktapreview.com\"\n}\n",
        "OKTA_BASE_URL=oktapreview.com\nOKTA_ORG_NAME=acme\n",
        "org_name: acme\nbase_url: https://oktapreview.com/\n",
        "{\"okta\": {\"orgName\": \"acme\", \"baseUrl\": \"oktapreview.com\"}}",
        "<okta.orgName>acme</okta.orgName><okta.baseUrl>oktapreview.com</okta.baseUrl>",
        "- name: OKTA_ORG_NAME\n  value: acme\n- name: OKTA_BASE_URL\n  value: oktapreview.com\n",
        "variable \"okta_org_name\" {\n  default = \"acme-admin\"\n}\nvariable \"okta_base_url\" {\n  default = \"oktapreview.com\"\n}",
        "[okta]\norg_name = acme\nbase_url = oktapreview.com\n",
        "os.environ['OKTA_ORG_NAME'] = 'acme'; os.environ['OKTA_BASE_URL'] = 'oktapreview.com'",
    ] {
        check(text, &["acme.oktapreview.com"]);
    }
    check("AUTH0_TENANT=acme\nAUTH0_REGION=eu\n", &["acme.eu.auth0.com"]);
    check("auth0:\n  tenant: acme\n  region: us-3\n", &["acme.us-3.auth0.com"]);
    check("AUTH0_TENANT=acme\n", &[]);
    check("AUTH0_TENANT=acme\nAUTH0_REGION=moon\n", &[]);
    check("OKTA_ORG_NAME=acme", &["acme.okta.com"]);
    check("org_name: acme", &[]);
    check("org_name: acme\nbase_url: https://api.acme.example", &[]);
    check("OKTA_ORG_NAME=${ORG}\nOKTA_BASE_URL=okta.com", &[]);
    check("OKTA_ORG_NAME=your-org\nOKTA_BASE_URL=okta.com", &[]);
    // Two orgs, each with its cell: the nearer half is the right one.
    check(
        "a:\n  org_name: one\n  base_url: okta.com\n\n\nb:\n  org_name: two\n  base_url: okta-emea.com\n",
        &["one.okta.com", "two.okta-emea.com"],
    );
}

#[test]
fn a_domain_of_ones_own_is_known_by_its_name() {
    for text in [
        "AUTH0_DOMAIN=login.acme.example",
        "NEXT_PUBLIC_AUTH0_DOMAIN='login.acme.example'",
        "AUTH0_ISSUER_BASE_URL=https://login.acme.example",
        "auth0:\n  domain: login.acme.example\n",
        "\"auth0\": {\n  \"clientId\": \"x\",\n  \"domain\": \"login.acme.example\"\n}",
        "provider \"auth0\" {\n  domain = \"login.acme.example\"\n}",
        "new Auth0Client({ domain: 'login.acme.example', clientId })",
        "<Auth0Provider domain=\"login.acme.example\" clientId=\"x\">",
        "process.env.AUTH0_DOMAIN || \"login.acme.example\"",
        "auth0_custom_domain = \"login.acme.example\"",
        "OKTA_DOMAIN=login.acme.example",
        "OKTA_ORG_URL=https://login.acme.example",
        "okta.oauth2.issuer=https://login.acme.example/oauth2/default",
        "okta.WithOrgUrl(\"https://login.acme.example\")",
        "okta:\n  client:\n    orgUrl: https://login.acme.example:443/\n",
        "<add key=\"OktaDomain\" value=\"https://login.acme.example\" />",
        "okta_url = \"https://login.acme.example\"",
        "oktadomain=login.acme.example",
        "Auth0Client.new(\n  client_id: 'x',\n  domain: 'login.acme.example'\n)",
        "Auth0Client(client_id=f(x), domain=\"login.acme.example\")",
        "<add key=\"okta:OrgUrl\" value=\"https://login.acme.example\"/>",
        "AUTH0DOMAIN: login.acme.example",
    ] {
        check(text, &["login.acme.example"]);
    }
    for text in [
        "DOMAIN=login.acme.example",
        "AUTH0_BASE_URL=https://app.acme.example",
        "AUTH0_CALLBACK_URL=https://app.acme.example/callback",
        "AUTH0_COOKIE_DOMAIN=acme.example",
        "AUTH0_AUDIENCE=https://api.acme.example",
        "OKTA_REDIRECT_URI=https://app.acme.example",
        "OKTA_ISSUER=login.acme.example",
        "AUTH0_DOMAIN=${AUTH0_DOMAIN}",
        "auth0Domain: environment.auth.domain,",
        "oktaDomain = settings.oktaDomain",
        "OKTA_DOMAIN=your-domain.com",
        "OKTA_DOMAIN=https://example.com",
        "OKTA_DOMAIN=localhost OKTA_ORG_URL=http://10.0.0.1",
        "auth0:\n  x: 1\nother:\n  domain: www.acme.example\n",
        "provider \"auth0\" {\n}\nprovider \"aws\" {\n  domain = \"www.acme.example\"\n}",
    ] {
        check(text, &[]);
    }
    check("OKTA_DOMAIN=https://acme.okta.com", &["acme.okta.com"]);
}

#[test]
fn a_request_to_okta_tells_its_host() {
    check(
        "> GET /api/v1/logs HTTP/1.1\\r\\nHost: login.acme.example\\r\\nAuthorization: SSWS x\\r\\n",
        &["login.acme.example"],
    );
    check("Authorization: SSWS x\nhost: login.acme.example\n", &["login.acme.example"]);
    check(
        "curl -H 'Authorization: SSWS x' https://login.acme.example/api/v1/users/me",
        &["login.acme.example"],
    );
    check(
        "[{\"name\":\"Host\",\"value\":\"login.acme.example\"},{\"name\":\"Authorization\",\"value\":\"SSWS x\"}]",
        &["login.acme.example"],
    );
    check("Host: www.acme.example\n\nAuthorization: SSWS x\n", &[]);
    check("Host: www.acme.example\nGET /api/v1/pods\n", &[]);
    check("curl -H 'Authorization: SSWS x' https://www.acme.example/proxy", &[]);
}

#[test]
fn the_nearest_host_goes_with_a_credential() {
    /// `@` is the credential, `[` and `]` its block, in a text with hosts. Expected: host and why.
    fn check(text: &str, provider: Option<&str>, expected: Option<(&str, &str)>) {
        let block = text.find('[').unwrap()..text.find(']').unwrap();
        let at = text.find('@').unwrap();
        let tenant = nearest(text.as_bytes(), &hosts(text.as_bytes()), provider, at, block);
        let found = tenant.as_ref().map(|tenant| (tenant.host.as_str(), tenant.why.as_str()));
        assert_eq!(found, expected, "{text}");
    }
    let okta = Some("okta");
    check("[@]", okta, None);
    check("[a.okta.com\nx\n@]", okta, Some(("a.okta.com", "2 lines above, in the same block")));
    check("[@ a.okta.com]", okta, Some(("a.okta.com", "on the same line, in the same block")));
    check("[@\n]\na.okta.com", okta, Some(("a.okta.com", "2 lines below, in the same file")));
    check(
        "b.okta.com\n[@\na.okta.com]",
        okta,
        Some(("a.okta.com", "1 line below, in the same block")),
    );
    check("[a.okta.com\n@\nb.okta.com]", okta, None);
    check(
        "[a.okta.com\n@\na.okta.com]",
        okta,
        Some(("a.okta.com", "1 line above, in the same block")),
    );
    check("[a.okta.com b.okta.com\n@]", okta, None);
    check("[a.okta.com @ b.okta.com]", okta, None);
    check(
        "[a.okta.com\n\n@\nb.okta.com]",
        okta,
        Some(("b.okta.com", "1 line below, in the same block")),
    );
    check(
        "[c.auth0.com @]\na.okta.com",
        okta,
        Some(("a.okta.com", "1 line below, in the same file")),
    );
    check("[c.auth0.com @]", okta, None);
    check("[c.auth0.com @]", None, Some(("c.auth0.com", "on the same line, in the same block")));
    let org = "OKTA_ORG_URL=https://a.okta.com";
    let named = Some(("a.okta.com", "1 line above, in the same block"));
    check(&format!("[{org}\n@\nSEE=https://b.okta.com]"), okta, named);
    check(&format!("[{org} b.okta.com\n@]"), okta, named);
    check(&format!("[{org}\n@\nOKTA_ORG_URL=https://b.okta.com]"), okta, None);
    check(&format!("[{org}\n\n@\nb.okta.com c.okta.com]"), okta, None);
    let far = "\n".repeat(500);
    check(
        &format!("a.okta.com{far}[@]"),
        okta,
        Some(("a.okta.com", "far above, in the same file")),
    );
    check(&format!("a.okta.com{far}[@]{far}\nb.okta.com"), okta, None);
    check(
        "[OKTA_ORG_NAME=acme\nOKTA_BASE_URL=okta.mil\n@]",
        okta,
        Some((
            "acme.okta.mil",
            "2 lines above, in the same block; the org's name and its base URL joined",
        )),
    );
}

fn leak(kind: &str) -> Leak {
    Leak {
        kind: catalog::credential(kind).unwrap(),
        confidence: Confidence::Candidate,
        level: finding::Level::Low,
        secret: Secret::new("x"),
        span: 0..1,
        layers: Vec::new(),
        why: Vec::new(),
        tenant: None,
        companions: Vec::new(),
        validity: Validity::Unknown,
        claims: None,
    }
}

#[test]
fn a_host_of_another_file_is_joined_when_it_is_the_only_one() {
    fn check(text: &str, kind: &str, expected: Option<&str>) {
        let mut leak = leak(kind);
        join(&mut leak, &hosts(text.as_bytes()), Nearness::Folder, "conf/okta.env");
        let found = leak.tenant.map(|tenant| (tenant.host, tenant.nearness, tenant.why));
        let expected = expected.map(|host| {
            (host.to_owned(), Nearness::Folder, "the only one in conf/okta.env".to_owned())
        });
        assert_eq!(found, expected, "{text}");
    }
    check("a.okta.com", "okta_api_token", Some("a.okta.com"));
    check("a.okta.com c.auth0.com a-admin.okta.com", "okta_api_token", Some("a.okta.com"));
    check("a.okta.com b.okta.com", "okta_api_token", None);
    check("c.auth0.com", "okta_api_token", None);
    check("c.auth0.com", "private_jwk", Some("c.auth0.com"));
    check("", "okta_api_token", None);

    let mut leak = leak("okta_api_token");
    for (text, nearness, expected) in [
        ("a.okta.com", Nearness::Repository, "a.okta.com"),
        ("b.okta.com", Nearness::Folder, "b.okta.com"),
        ("c.okta.com", Nearness::Folder, "b.okta.com"),
        ("d.okta.com", Nearness::Repository, "b.okta.com"),
    ] {
        join(&mut leak, &hosts(text.as_bytes()), nearness, "x");
        assert_eq!(leak.tenant.as_ref().unwrap().host, expected);
    }
}

#[test]
fn a_tenant_beyond_the_limit_is_seen_and_joined_in_its_block() {
    let log = "Host: a.okta.com\n".repeat(2 * HOSTS_MAX);
    let text = format!("{log}\n\nHost: b.okta.com\nHost: b.okta.com\n@");
    let (found, at) = (hosts(text.as_bytes()), text.len() - 1);
    assert_eq!(
        (found.len(), found.last().unwrap().name.as_str()),
        (HOSTS_MAX / 2 + 1, "b.okta.com")
    );
    let tenant = nearest(text.as_bytes(), &found, None, at, log.len()..text.len()).unwrap();
    assert_eq!(
        (tenant.host.as_str(), tenant.why.as_str()),
        ("b.okta.com", "1 line above, in the same block")
    );

    let mut text = String::new();
    for idx in 0..2 * HOSTS_MAX {
        let _ = writeln!(text, "a{idx}.okta.com");
    }
    assert_eq!(hosts(text.as_bytes()).len(), HOSTS_MAX);
}

proptest! {
    #[test]
    fn any_bytes_are_survived(
        bytes: Vec<u8>,
        text in "[a-z0-9.{}:=\"'\\\\%<> \n\\[\\]-]{0,80}",
        word in "(okta|auth0|OKTA_ORG_NAME|auth0.domain|<okta|\\[okta\\]|okta: \\{|SSWS|Host:|base_url=okta.com|https://)",
        at in 0..200_usize,
    ) {
        let _ = hosts(&bytes);
        let text = format!("{text}{word}{text}.okta.com{text}{word}");
        let hosts = hosts(text.as_bytes());
        prop_assert!(hosts.windows(2).all(|pair| pair[0].span.start <= pair[1].span.start));
        prop_assert!(hosts.iter().all(|host| host.span.end <= text.len()));
        let _ = nearest(text.as_bytes(), &hosts, None, at, at..at + 20);
    }

    /// A tenant of any name is found, whatever stands around it.
    #[test]
    fn any_tenant_is_found(
        label in "[a-z][a-z0-9]{2,10}(-[a-z0-9]{1,8})?q",
        cell in prop::sample::select(vec!["okta.com", "oktapreview.com", "okta-gov.com", "auth0.com", "eu.auth0.com", "us-4.auth0.com"]),
        before in "(\\PC*[ /:\"'=@])?",
        after in "([ /:\"'?#\\\\]\\PC*)?",
    ) {
        let name = format!("{label}.{cell}");
        let found = hosts(format!("{before}{name}{after}").as_bytes());
        prop_assert!(found.iter().any(|host| host.name == name), "{found:?}");
    }
}
