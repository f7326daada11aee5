//! What needs real sockets: TLS, the end of a server, and more connections than there is room for.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

use super::certificate::Issued;
use super::house::{Mood, Says, Shelf, hook, read_answer, settings};
use crate::server::Server;
use crate::settings::{Error, Settings, Tls};
use crate::tls::Certificate;

/// A server on a free port of this machine.
struct Running {
    address: SocketAddr,
    shelf: Arc<Shelf>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<usize>,
}

async fn run(settings: &Settings, mood: Mood) -> Running {
    let shelf = Shelf::new(mood);
    let server = Server::bind(settings, Arc::clone(&shelf) as Arc<_>, Arc::new(Says(Ok(()))));
    let server = server.await.unwrap();
    let address = server.address().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(server.run(async move { stopped.await.unwrap() }));
    Running { address, shelf, stop, ended }
}

async fn post(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&hook(EVENT)).await.unwrap();
    read_answer(&mut stream).await
}

const EVENT: &str = r#"{"uuid":"1","eventType":"a.b"}"#;

#[tokio::test]
async fn those_who_only_connect_keep_nobody_out() {
    let mut settings = settings();
    settings.limits.connections = 8;
    let running = run(&settings, Mood::Well).await;
    let mut held = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(b"POST /hooks/acme HTTP/1.1\r\nx: ").await.unwrap();
        held.push(stream);
    }
    assert_eq!(post(running.address).await, "200");
    // One who has shown a secret is not sent away for them.
    let mut sender = TcpStream::connect(running.address).await.unwrap();
    sender.write_all(&hook(EVENT)).await.unwrap();
    assert_eq!(read_answer(&mut sender).await, "200");
    for _ in 0..50 {
        held.push(TcpStream::connect(running.address).await.unwrap());
    }
    sender.write_all(&hook(EVENT)).await.unwrap();
    assert_eq!(read_answer(&mut sender).await, "200");
}

#[tokio::test]
async fn a_stop_answers_whoever_was_let_in_and_lets_nobody_in_after() {
    let running = run(&settings(), Mood::Slow).await;
    let mut sender = TcpStream::connect(running.address).await.unwrap();
    sender.write_all(&hook(EVENT)).await.unwrap();
    while running.shelf.n_waiting() == 0 {
        tokio::task::yield_now().await;
    }
    running.stop.send(()).unwrap();
    while TcpStream::connect(running.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    running.shelf.go_on();
    assert_eq!(read_answer(&mut sender).await, "200, connection: close");
    assert_eq!(running.ended.await.unwrap(), 0);
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let running = run(&settings(), Mood::Well).await;
    let mut other = settings();
    other.listen = running.address;
    let bound = Server::bind(&other, Shelf::new(Mood::Well), Arc::new(Says(Ok(())))).await;
    assert!(matches!(bound.err(), Some(Error::Listen { address, .. }) if address == other.listen));
}

fn written(issued: &Issued, folder: &Path) -> Tls {
    let files = Tls { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
    std::fs::write(&files.certificate, issued.certificate_pem()).unwrap();
    std::fs::write(&files.key, issued.key_pem()).unwrap();
    files
}

/// Says a request over TLS, trusting one certificate alone.
async fn post_over_tls(address: SocketAddr, trusted: &Issued) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(trusted.der.clone())).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let name = ServerName::try_from("keyward.example.com").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    stream.write_all(&hook(EVENT)).await?;
    Ok(read_answer(&mut stream).await)
}

#[tokio::test]
async fn posts_come_over_tls_and_plain_ones_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let issued = Issued::new("keyward.example.com");
    let mut settings = settings();
    settings.tls = Some(written(&issued, folder.path()));
    let running = run(&settings, Mood::Well).await;
    assert_eq!(post_over_tls(running.address, &issued).await.unwrap(), "200");
    assert!(post_over_tls(running.address, &Issued::new("keyward.example.com")).await.is_err());

    let mut plain = TcpStream::connect(running.address).await.unwrap();
    plain.write_all(&hook(EVENT)).await.unwrap();
    let mut told = Vec::new();
    let _ = plain.read_to_end(&mut told).await;
    assert!(!told.starts_with(b"HTTP"), "{told:?}");
    assert_eq!(running.shelf.told().len(), 1);
}

#[tokio::test]
async fn a_new_certificate_is_shown_once_it_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (Issued::new("keyward.example.com"), Issued::new("keyward.example.com"));
    let files = written(&old, folder.path());
    let certificate = Certificate::read(&files).unwrap();
    let shown = || certificate.shown();

    // Half of a change: the key is still the old one.
    std::fs::write(&files.certificate, new.certificate_pem()).unwrap();
    certificate.refresh().unwrap_err();
    assert_eq!(shown(), old.der);
    std::fs::write(&files.key, new.key_pem()).unwrap();
    certificate.refresh().unwrap();
    assert_eq!(shown(), new.der);
    std::fs::remove_file(&files.key).unwrap();
    certificate.refresh().unwrap_err();
    assert_eq!(shown(), new.der);
}

#[test]
fn what_cannot_be_used_for_tls_is_told_without_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let issued = Issued::new("keyward.example.com");
    let good = written(&issued, folder.path());
    let swapped = Tls { certificate: good.key.clone(), key: good.certificate.clone() };
    let missing = Tls { certificate: good.certificate.clone(), key: folder.path().join("none") };
    for files in [swapped, missing] {
        let told = Certificate::read(&files).unwrap_err().to_string();
        assert!(told.starts_with("certificate "), "{told}");
        assert!(!issued.key_pem().lines().any(|line| told.contains(line)), "{told}");
    }
}
