//! A server that answers by script, byte for byte.

use std::sync::{Arc, Mutex};

use idp::{Credential, Pace, Provider, Tenant};
use outbound::{Origin, Outbound, Secret, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request as it came in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asked {
    /// A header's value, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// A value of a form, or nothing.
    pub(crate) fn form(&self, name: &str) -> String {
        let mut pairs = url::form_urlencoded::parse(self.body.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// What a server does.
pub(crate) enum Reply {
    /// Says this and closes.
    Raw(Vec<u8>),
    /// Says this, then this again and again until the other side is gone.
    Endless(Vec<u8>, Vec<u8>),
    /// Says this and then nothing, without closing.
    Stuck(Vec<u8>),
}

/// An answer with headers, one a line, and a body.
pub(crate) fn reply(status: u16, headers: &[&str], body: &str) -> Reply {
    let headers: String = headers.iter().flat_map(|line| [line, "\r\n"]).collect();
    let length = body.len();
    Reply::Raw(
        format!(
            "HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        )
        .into_bytes(),
    )
}

pub(crate) struct Server {
    pub(crate) origin: Origin,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers every request by its number, from 0, and what was asked.
    pub(crate) async fn start(
        script: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let server = Self { origin, asked: Arc::clone(&asked) };
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (asked, script) = (Arc::clone(&asked), Arc::clone(&script));
                tokio::spawn(async move { serve(stream, &asked, &*script).await });
            }
        });
        server
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// A tenant with an API token.
    pub(crate) fn okta(&self) -> Tenant {
        self.tenant(Provider::Okta, Credential::ApiToken(Secret::new("canary-token")))
    }

    /// A tenant with a client's secret.
    pub(crate) fn auth0(&self) -> Tenant {
        let credential = Credential::ClientCredentials {
            client_id: "client".into(),
            client_secret: Secret::new("canary-secret"),
            audience: None,
        };
        self.tenant(Provider::Auth0, credential)
    }

    pub(crate) fn tenant(&self, provider: Provider, credential: Credential) -> Tenant {
        let outbound = Outbound::new(&short()).unwrap();
        let pace = Pace { share: 1.0 };
        Tenant::new(provider, self.origin.clone(), credential, outbound, pace).unwrap()
    }
}

/// Limits that a test can wait for.
pub(crate) fn short() -> Settings {
    let total_timeout = std::time::Duration::from_millis(300);
    Settings { total_timeout, max_body: 100_000, ..Settings::default() }
}

async fn serve(
    mut stream: TcpStream,
    asked: &Mutex<Vec<Asked>>,
    script: &(impl Fn(usize, &Asked) -> Reply + ?Sized),
) {
    let Some(request) = read(&mut stream).await else { return };
    let number = {
        let mut asked = asked.lock().unwrap();
        asked.push(request.clone());
        asked.len() - 1
    };
    match script(number, &request) {
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Endless(head, more) => {
            let _ = stream.write_all(&head).await;
            while stream.write_all(&more).await.is_ok() {}
        }
        Reply::Stuck(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut text = Vec::new();
    let head_end = loop {
        if let Some(at) = text.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut text).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(text[..head_end].to_vec()).ok()?;
    let mut first = head.split_ascii_whitespace();
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let mut asked = Asked { method, path, head, body: String::new() };
    let length: usize = asked.header("content-length").parse().unwrap_or(0);
    while text.len() < head_end + length {
        if stream.read_buf(&mut text).await.ok()? == 0 {
            return None;
        }
    }
    asked.body = String::from_utf8(text[head_end..].to_vec()).ok()?;
    Some(asked)
}
