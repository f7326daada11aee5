//! A client that sees an answer as it is: all header lines, nothing followed.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends requests to one of the tenants.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) address: SocketAddr,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gets a path, or an address that the tenant gave.
    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, "").await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send("POST", path, headers, body).await.expect("an answer")
    }

    /// `None` where the connection ends before the answer does.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Option<Answer> {
        let path = path.strip_prefix(&self.base()).unwrap_or(path);
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in headers {
            text += name;
            text += ": ";
            text += value;
            text += "\r\n";
        }
        text += "\r\n";
        text += body;
        let mut stream = TcpStream::connect(self.address).await.ok()?;
        stream.write_all(text.as_bytes()).await.ok()?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.ok()?;
        Answer::parse(&bytes)
    }
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let pair = |line: &str| {
            line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let headers: Vec<_> = lines.filter_map(pair).collect();
        let body = bytes[end + 4..].to_vec();
        let answer = Self { status, headers, body };
        let length: usize = answer.header("content-length").map_or(Ok(0), str::parse).ok()?;
        (answer.body.len() == length).then_some(answer)
    }

    /// The first header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The address behind a relation; each stands in a header line of its own.
    pub(crate) fn link(&self, rel: &str) -> Option<String> {
        let mut lines = self.headers.iter().filter(|(name, _)| name == "link");
        lines.find_map(|(_, line)| {
            let (address, parameters) = line.strip_prefix('<')?.split_once('>')?;
            (parameters == format!("; rel=\"{rel}\"")).then(|| address.to_owned())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The ids of the events on a page of Okta's log.
    pub(crate) fn ids(&self) -> Vec<String> {
        let page = self.json();
        let events = page.as_array().cloned().unwrap_or_default();
        events.iter().filter_map(|event| event["uuid"].as_str().map(str::to_owned)).collect()
    }

    /// The code of a refusal.
    pub(crate) fn code(&self) -> String {
        let body = self.json();
        let code = body.get("errorCode").or_else(|| body.get("error"));
        code.and_then(Value::as_str).unwrap_or("").to_owned()
    }
}
