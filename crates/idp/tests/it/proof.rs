//! Whose a host is: what is believed, and what is not.

use idp::{Proof, Provider, Unproven, prove};
use outbound::{Origin, Outbound, Settings};

use crate::server::{Asked, Reply, Server, reply, short};

/// What the host says that is asked, with `{base}` for its own address.
async fn asked(provider: Provider, body: &'static str) -> Result<Proof, Unproven> {
    let server =
        Server::start(move |_, asked| reply(200, &[], &body.replace("{base}", &base(asked)))).await;
    let proof = prove(&Outbound::new(&short()).unwrap(), &server.origin, provider).await;
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "GET");
    assert_eq!((asked[0].header("authorization"), asked[0].header("cookie")), ("", ""));
    assert!(asked[0].body.is_empty());
    proof
}

pub(crate) fn base(asked: &Asked) -> String {
    format!("http://{}", asked.header("host"))
}

/// What a host answers.
type Script = Box<dyn Fn() -> Reply + Send + Sync>;

const ORG: &str = r#"{"id":"00oabc1234567890EFGH","pipeline":"idx","_links":{"organization":{"href":"https://acme.okta.com"},"alternate":{"href":"{base}"}}}"#;

#[tokio::test]
async fn an_organization_shows_itself_by_its_id_and_its_own_address() {
    let proof = asked(Provider::Okta, ORG).await.unwrap();
    assert_eq!(proof.id(), Some("00oabc1234567890EFGH"));
    assert_eq!(proof.hosts(), ["127.0.0.1", "acme.okta.com"]);
}

#[tokio::test]
async fn a_tenant_shows_itself_as_the_issuer() {
    let body = r#"{"issuer":"{base}/","device_authorization_endpoint":"{base}/oauth/device/code","jwks_uri":"{base}/.well-known/jwks.json"}"#;
    let proof = asked(Provider::Auth0, body).await.unwrap();
    assert_eq!((proof.id(), proof.hosts()), (None, &["127.0.0.1".to_owned()][..]));
    assert_eq!(proof.provider(), Provider::Auth0);
}

#[tokio::test]
async fn what_does_not_fit_is_no_proof() {
    let bodies = [
        "",
        "[]",
        "null",
        "{}",
        "<html>",
        r#"{"id":"00oabc1234567890EFGH","pipeline":"idx"}"#,
        r#"{"id":"00oabc1234567890EFGH","pipeline":"idx","_links":{}}"#,
        // Another organization's own words, copied.
        r#"{"id":"00oabc1234567890EFGH","pipeline":"idx","_links":{"organization":{"href":"https://acme.okta.com"}}}"#,
        r#"{"id":"00uabc1234567890EFGH","pipeline":"idx","_links":{"organization":{"href":"{base}"}}}"#,
        r#"{"id":"00o","pipeline":"idx","_links":{"organization":{"href":"{base}"}}}"#,
        r#"{"id":"00oabc1234567890EFGH","pipeline":"x","_links":{"organization":{"href":"{base}"}}}"#,
        r#"{"id":"00oabc1234567890EFGH","pipeline":"idx","_links":{"organization":{"href":"{base}.example.com"}}}"#,
        r#"{"id":"00oabc1234567890EFGH","pipeline":"idx","_links":{"organization":{"href":"{base}/elsewhere"}}}"#,
    ];
    for body in bodies {
        let error = asked(Provider::Okta, body).await.unwrap_err();
        assert!(matches!(error, Unproven::Contradicted { .. }), "{body}: {error:?}");
    }
    let bodies = [
        "{}",
        r#"{"issuer":"{base}/"}"#,
        r#"{"issuer":"https://acme.us.auth0.com/","device_authorization_endpoint":"{base}/a","jwks_uri":"{base}/b"}"#,
        r#"{"issuer":"{base}/","device_authorization_endpoint":"https://acme.us.auth0.com/a","jwks_uri":"{base}/b"}"#,
        r#"{"issuer":"{base}/","device_authorization_endpoint":"{base}.example.com/a","jwks_uri":"{base}/b"}"#,
    ];
    for body in bodies {
        let error = asked(Provider::Auth0, body).await.unwrap_err();
        assert!(matches!(error, Unproven::Contradicted { .. }), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn a_host_that_means_ill_is_no_tenant_and_keeps_nobody_waiting() {
    let thief =
        Server::start(|_, asked| reply(200, &[], &ORG.replace("{base}", &base(asked)))).await;
    let location = format!("location: {}/.well-known/okta-organization", thief.origin);
    let scripts: Vec<Script> = vec![
        Box::new(move || reply(302, &[&location], "")),
        Box::new(|| reply(404, &[], "{}")),
        Box::new(|| reply(500, &[], "{}")),
        Box::new(|| Reply::Stuck(b"HTTP/1.1 200 x\r\ncontent-length: 9\r\n\r\n".to_vec())),
        Box::new(|| Reply::Endless(b"HTTP/1.1 200 x\r\n\r\n".to_vec(), vec![b'['; 4096])),
        Box::new(|| Reply::Raw(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec())),
        Box::new(|| reply(200, &[], &"[".repeat(90_000))),
    ];
    for script in scripts {
        let server = Server::start(move |_, _| script()).await;
        let outbound = Outbound::new(&short()).unwrap();
        let asking = prove(&outbound, &server.origin, Provider::Okta);
        let late = std::time::Duration::from_secs(10);
        tokio::time::timeout(late, asking).await.expect("it hangs").unwrap_err();
        assert_eq!(server.asked().len(), 1);
    }
    assert!(thief.asked().is_empty(), "a redirect was followed");
}

#[tokio::test]
async fn private_addresses_are_not_asked() {
    let outbound = Outbound::new(&Settings::default()).unwrap();
    for host in ["10.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "[::ffff:10.0.0.1]"] {
        let origin: Origin = format!("https://{host}").parse().unwrap();
        let error = prove(&outbound, &origin, Provider::Okta).await.unwrap_err();
        let is_private = matches!(error, Unproven::Unreachable(outbound::Error::Private { .. }));
        assert!(is_private, "{host}: {error:?}");
    }
}
