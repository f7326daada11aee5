//! A request to a receiver on this machine. Other machines are out of reach: a stand-in must not push to strangers.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Host, Url};

/// Most of an answer that is read, in bytes.
const MOST_BYTES: u64 = 1 << 16;

/// The address of a receiver: plain HTTP on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver(Url);

/// Why an address is none of a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("events are pushed to `http://` addresses of this machine alone")]
pub struct BadReceiver;

impl FromStr for Receiver {
    type Err = BadReceiver;

    fn from_str(text: &str) -> Result<Self, BadReceiver> {
        let url = Url::parse(text).map_err(|_| BadReceiver)?;
        let receiver = Self(url);
        let is_here = receiver.0.scheme() == "http" && receiver.address().is_some();
        if is_here { Ok(receiver) } else { Err(BadReceiver) }
    }
}

impl fmt::Display for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// What came back: the status and the body.
pub(crate) type Reply = (u16, Vec<u8>);

impl Receiver {
    fn address(&self) -> Option<SocketAddr> {
        let port = self.0.port_or_known_default()?;
        let ip = match self.0.host()? {
            Host::Ipv4(ip) => IpAddr::V4(ip),
            Host::Ipv6(ip) => IpAddr::V6(ip),
            Host::Domain("localhost") => IpAddr::from([127, 0, 0, 1]),
            Host::Domain(_) => return None,
        };
        ip.is_loopback().then(|| SocketAddr::new(ip, port))
    }

    /// Whether somebody listens.
    pub(crate) async fn is_there(&self) -> bool {
        match self.address() {
            Some(address) => TcpStream::connect(address).await.is_ok(),
            None => false,
        }
    }

    /// Sends a request; `None` where no answer comes in time. Redirects are not followed.
    pub(crate) async fn send(
        &self,
        method: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        within: Duration,
    ) -> Option<Reply> {
        tokio::time::timeout(within, self.exchange(method, headers, body)).await.ok().flatten()
    }

    async fn exchange(&self, method: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Reply> {
        let path = &self.0[url::Position::BeforePath..];
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address()?);
        for (name, value) in headers {
            // A line break would end the header.
            let value = value.replace(['\r', '\n'], " ");
            head = format!("{head}{name}: {value}\r\n");
        }
        head = format!("{head}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let mut stream = TcpStream::connect(self.address()?).await.ok()?;
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(body).await.ok()?;
        let mut answer = Vec::new();
        stream.take(MOST_BYTES).read_to_end(&mut answer).await.ok()?;
        parse(&answer)
    }
}

fn parse(answer: &[u8]) -> Option<Reply> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(answer.get(..end)?).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, answer.get(end + 4..)?.to_vec()))
}
