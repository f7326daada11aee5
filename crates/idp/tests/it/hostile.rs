//! A provider that means ill, or what stands in its place: nothing hangs, nothing grows, no credential leaves.

use std::time::Duration;

use idp::{Error, Query};
use outbound::{Outbound, Request, Secret, Settings};

use crate::server::{Reply, Server, reply, short};

const POLL: Query = Query::Poll { since: None, filter: None };
const HEAD: &str = "HTTP/1.1 200 x\r\nlink: </api/v1/logs?after=1>; rel=next\r\n";

/// The error of a poll, which names no credential.
async fn failure(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Error {
    let server = Server::start(move |_, _| reply()).await;
    let whole = async { server.okta().page(&POLL).await.unwrap_err() };
    let error = tokio::time::timeout(Duration::from_secs(20), whole).await.expect("it hangs");
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    error
}

fn is_too_large(error: &Error) -> bool {
    matches!(error, Error::Unreachable(outbound::Error::TooLarge { most: 100_000, .. }))
}

fn is_late(error: &Error) -> bool {
    matches!(error, Error::Unreachable(outbound::Error::TimedOut { .. }))
}

fn is_broken(error: &Error) -> bool {
    matches!(error, Error::Unreachable(outbound::Error::Broken { .. }))
}

fn is_shape(error: &Error) -> bool {
    matches!(error, Error::Shape { .. })
}

fn head(more: &str) -> Vec<u8> {
    format!("{HEAD}{more}\r\n").into_bytes()
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_it() {
    let endless = || Reply::Endless(head(""), b"[{\"a\":1},".repeat(1000));
    assert!(is_too_large(&failure(endless).await));
    let announced = || Reply::Stuck(head("content-length: 99999999999\r\n"));
    assert!(is_too_large(&failure(announced).await));
    let chunked =
        || Reply::Endless(head("transfer-encoding: chunked\r\n"), b"5\r\n[{},{\r\n".repeat(500));
    assert!(is_too_large(&failure(chunked).await));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    assert!(is_late(&failure(|| Reply::Stuck(head("content-length: 9\r\n"))).await));
    assert!(is_late(&failure(|| Reply::Stuck(b"HTTP/1.1 200".to_vec())).await));
    assert!(is_late(&failure(|| Reply::Stuck(Vec::new())).await));
}

#[tokio::test]
async fn headers_without_end_are_not_read_to_it() {
    let lines = || Reply::Endless(HEAD.into(), b"x: y\r\n".repeat(1000));
    assert!(is_broken(&failure(lines).await));
    let line =
        || Reply::Endless([HEAD.as_bytes(), b"link: "].concat(), b"<a>; rel=next, ".repeat(1000));
    assert!(is_broken(&failure(line).await));
}

#[tokio::test]
async fn a_link_of_great_length_is_no_link() {
    let long = "a".repeat(60_000);
    let text = format!("link: </api/v1/logs?after={long}>; rel=next");
    assert!(is_shape(&failure(move || reply(200, &[&text], "[]")).await));
    let text = format!("link: </api/v1/logs?after={}>; rel=next", "a".repeat(9_000));
    assert!(is_shape(&failure(move || reply(200, &[&text], "[]")).await));
}

#[tokio::test]
async fn what_is_no_page_is_told_and_not_taken() {
    const LINK: &str = "link: </api/v1/logs?after=1>; rel=next";
    for body in ["", "<html>", "{}", "[{}", "[{\"a\":\"", "null", "]["] {
        assert!(is_shape(&failure(move || reply(200, &[LINK], body)).await), "{body}");
    }
    assert!(is_shape(&failure(|| reply(204, &[LINK], "")).await));
    assert!(is_shape(&failure(|| reply(200, &[], "[]")).await));
    for (status, body) in [(400, "{{{"), (401, "[]"), (500, "\"x\"")] {
        assert!(!is_shape(&failure(move || reply(status, &[], body)).await), "{status}");
    }
    assert!(is_broken(&failure(|| Reply::Raw(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec())).await));
    let cut = || Reply::Raw(head("content-length: 9\r\n").into_iter().chain(*b"[{}").collect());
    assert!(is_broken(&failure(cut).await));
}

#[tokio::test]
async fn nothing_compressed_is_asked_for_or_unpacked() {
    let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3].repeat(50);
    let server = Server::start(move |_, _| {
        let length = format!("content-encoding: gzip\r\ncontent-length: {}\r\n", bomb.len());
        Reply::Raw([head(&length), bomb.clone()].concat())
    })
    .await;
    let error = server.okta().page(&POLL).await.unwrap_err();
    assert!(is_shape(&error), "{error:?}");
    assert_eq!(server.asked()[0].header("accept-encoding"), "");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let thief = Server::start(|_, _| reply(200, &[], "[]")).await;
        let location = format!("location: {}/api/v1/logs", thief.origin);
        let error = failure(move || reply(status, &[&location], "")).await;
        let redirected = outbound::Error::Redirected { host: "127.0.0.1".into(), status };
        assert_eq!(error.to_string(), redirected.to_string());
        assert!(thief.asked().is_empty());
    }
}

#[tokio::test]
async fn a_link_to_another_host_is_followed_on_our_own() {
    let thief = Server::start(|_, _| reply(200, &[], "[]")).await;
    let link = format!("link: <{}/api/v1/logs?after=1>; rel=next", thief.origin);
    let server = Server::start(move |_, _| reply(200, &[&link], "[]")).await;
    let tenant = server.okta();
    let page = tenant.page(&POLL).await.unwrap();
    tenant.page(&Query::Next(page.next.unwrap())).await.unwrap();
    assert!(thief.asked().is_empty());
    assert_eq!(server.asked()[1].path, "/api/v1/logs?after=1&limit=1000");
}

#[tokio::test]
async fn a_link_to_another_place_of_ours_is_not_followed() {
    for target in
        ["/api/v1/users?limit=1", "/api/v1/logs/../api-tokens?x=1", "javascript:1", "//", ""]
    {
        let link = format!("link: <{target}>; rel=next");
        assert!(is_shape(&failure(move || reply(200, &[&link], "[]")).await), "{target}");
    }
}

#[tokio::test]
async fn private_addresses_are_not_reached_unless_told() {
    let closed = Outbound::new(&short()).unwrap();
    for host in
        ["10.0.0.1", "169.254.169.254", "[fd00:ec2::254]", "[::ffff:10.0.0.1]", "100.100.100.200"]
    {
        let origin = format!("https://{host}").parse().unwrap();
        let error = closed.send(&origin, Request::get("/")).await.unwrap_err();
        assert!(matches!(error, outbound::Error::Private { .. }), "{host}: {error:?}");
        assert!(!error.is_passing());
    }
    let open = Outbound::new(&Settings { allow_private: true, ..short() }).unwrap();
    // An address of the documentation: nobody answers, which is another error.
    let origin = "https://192.0.2.1".parse().unwrap();
    let error = open.send(&origin, Request::get("/")).await.unwrap_err();
    assert!(!matches!(error, outbound::Error::Private { .. }), "{error:?}");
}

#[tokio::test]
async fn a_proxy_sees_where_a_request_goes_and_not_what_is_in_it() {
    let proxy = Server::start(|_, _| reply(403, &[], "")).await;
    let address = proxy.origin.to_string().replace("http://", "http://me:canary-password@");
    let settings = Settings { proxy: Some(address.parse().unwrap()), ..short() };
    assert!(!format!("{settings:?}").contains("canary"));
    let outbound = Outbound::new(&settings).unwrap();
    let request = || Request::get("/api/v1/logs?x=1").with("authorization", Secret::new("canary"));
    let origin = "https://acme.okta.com".parse().unwrap();
    let error = outbound.send(&origin, request()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    let asked = proxy.asked();
    assert_eq!(
        (asked[0].method.as_str(), asked[0].path.as_str()),
        ("CONNECT", "acme.okta.com:443")
    );
    assert!(asked[0].header("proxy-authorization").starts_with("Basic "));
    assert!(!asked[0].head.contains("canary") && asked[0].header("authorization").is_empty());
    // What is on this machine is reached without it.
    let here = Server::start(|_, _| reply(200, &[], "[]")).await;
    assert_eq!(outbound.send(&here.origin, request()).await.unwrap().status, 200);
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn a_page_that_is_too_large_is_asked_for_in_parts() {
    let server = Server::start(|_, asked| {
        let is_small = asked.path.ends_with("limit=250");
        let body =
            if is_small { "[]".to_owned() } else { format!("[\"{}\"]", "a".repeat(200_000)) };
        reply(200, &["link: </api/v1/logs?after=1>; rel=next"], &body)
    })
    .await;
    assert_eq!(server.okta().page(&POLL).await.unwrap().count, 0);
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_path_that_leads_elsewhere_is_not_asked_for() {
    let server = Server::start(|_, _| reply(200, &[], "[]")).await;
    let outbound = Outbound::new(&short()).unwrap();
    for path in ["//192.0.2.1/", "https://192.0.2.1/", "/\\192.0.2.1/", "x", ""] {
        let error = outbound.send(&server.origin, Request::get(path)).await.unwrap_err();
        assert!(matches!(error, outbound::Error::Elsewhere { .. }), "{path}: {error:?}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_credential_with_line_ends_is_not_sent() {
    let server = Server::start(|_, _| reply(200, &[], "[]")).await;
    let outbound = Outbound::new(&short()).unwrap();
    let request = Request::get("/").with("authorization", Secret::new("canary\r\nx: y"));
    assert!(!format!("{request:?}").contains("canary"));
    let error = outbound.send(&server.origin, request).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn codes_that_are_none_are_not_shown() {
    for body in
        [r#"{"errorCode":"canary-token"}"#, r#"{"error":"Canary TOKEN"}"#, r#"{"errorCode":7}"#]
    {
        let error = failure(move || reply(401, &[], body)).await;
        assert_eq!(error.to_string(), "127.0.0.1 does not take the credential", "{body}");
    }
}
