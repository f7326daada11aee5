//! Connections for what is no HTTP: mail servers and collectors of logs.

mod peer;
mod way;

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub use self::peer::{BadPeer, Peer};
pub(crate) use self::way::Way;
use crate::Error;

/// Bytes read at once.
const PIECE: usize = 4096;

/// How long a machine takes, at most, to say that nobody reads there any more.
const LINGER: Duration = Duration::from_millis(250);

/// A connection to a peer. All that is said over it ends within the time of one request.
#[derive(Debug)]
pub struct Stream {
    peer: Peer,
    wire: Wire,
    way: Arc<Way>,
    /// What was read and not yet taken.
    heard: Vec<u8>,
    until: Instant,
}

#[derive(Debug)]
enum Wire {
    Plain(TcpStream),
    Secure(Box<TlsStream<TcpStream>>),
}

/// What both kinds of wire are.
trait Both: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Both for T {}

impl Wire {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(wire) => wire,
            Self::Secure(wire) => wire.get_ref().0,
        }
    }

    fn both(&mut self) -> &mut dyn Both {
        match self {
            Self::Plain(wire) => wire,
            Self::Secure(wire) => wire,
        }
    }
}

impl Stream {
    pub(crate) async fn open(peer: &Peer, way: &Arc<Way>) -> Result<Self, Error> {
        let until = Instant::now() + way.total;
        let wire = Wire::Plain(way.connect(peer).await?);
        Ok(Self { peer: peer.clone(), wire, way: Arc::clone(way), heard: Vec::new(), until })
    }

    /// Encrypts the connection. The certificate is for the peer's name.
    ///
    /// Fails when the peer has said something that was not taken: whoever sits on the way could have.
    pub async fn secure(self) -> Result<Self, Error> {
        let Self { peer, wire, way, heard, until } = self;
        let host = || peer.host().to_owned();
        let Wire::Plain(wire) = wire else {
            return Ok(Self { peer, wire, way, heard, until });
        };
        if !heard.is_empty() {
            return Err(Error::Meddled { host: host() });
        }
        let failed = |source: io::Error| Error::Connect { host: host(), source: Box::new(source) };
        let tls = way.tls().map_err(|error| failed(io::Error::other(error)))?;
        let name = peer.name().map_err(|error| failed(io::Error::other(error)))?;
        let secured = TlsConnector::from(tls).connect(name, wire);
        let limit = until.min(Instant::now() + way.connect);
        let late = |_| Error::TimedOut { host: host(), after: way.connect };
        let wire = timeout_at(limit, secured).await.map_err(late)?.map_err(failed)?;
        Ok(Self { peer, wire: Wire::Secure(Box::new(wire)), way, heard, until })
    }

    /// Whether nobody on the way reads along: it is encrypted, or stays on this machine.
    pub fn is_private(&self) -> bool {
        let is_here = |wire: &TcpStream| wire.peer_addr().is_ok_and(|peer| peer.ip().is_loopback());
        matches!(self.wire, Wire::Secure(_)) || is_here(self.wire.socket())
    }

    /// Sends all of it.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let wire = self.wire.both();
        let whole = async {
            wire.write_all(bytes).await?;
            wire.flush().await
        };
        settled(&self.peer, &self.way, timeout_at(self.until, whole).await)
    }

    /// The next line, without its end; what is no UTF-8 is replaced. At most so many bytes.
    pub async fn line(&mut self, most: usize) -> Result<String, Error> {
        loop {
            if let Some(end) = self.heard.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
            }
            if self.heard.len() > most {
                return Err(Error::TooLarge { host: self.peer.host().to_owned(), most });
            }
            if self.hear().await? == 0 {
                return Err(self.broken(ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    /// Says that there is nothing more, and waits until the peer says so too, at most so long.
    ///
    /// An error means that the peer broke off, and may not have read all. Silence is none: not all peers answer.
    pub async fn close(mut self, patience: Duration) -> Result<(), Error> {
        self.until = self.until.min(Instant::now() + patience);
        let end = timeout_at(self.until, self.wire.both().shutdown()).await;
        settled(&self.peer, &self.way, end)?;
        let mut piece = [0; PIECE];
        loop {
            match timeout_at(self.until, self.wire.both().read(&mut piece)).await {
                Err(_) | Ok(Ok(0)) => return Ok(()),
                Ok(Ok(_)) => {}
                Ok(Err(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                    return self.left(error).await;
                }
                Ok(Err(error)) => return Err(self.broken(error)),
            }
        }
    }

    /// The peer closed the connection without the good-bye of TLS, as some do. If it did so before it had read all,
    /// its machine says so as soon as it gets the rest.
    async fn left(self, error: io::Error) -> Result<(), Error> {
        tokio::time::sleep(LINGER).await;
        match self.wire.socket().take_error() {
            Ok(None) => Ok(()),
            _ => Err(self.broken(error)),
        }
    }

    async fn hear(&mut self) -> Result<usize, Error> {
        let mut piece = [0; PIECE];
        let read = timeout_at(self.until, self.wire.both().read(&mut piece)).await;
        let count = settled(&self.peer, &self.way, read)?;
        self.heard.extend_from_slice(&piece[..count]);
        Ok(count)
    }

    fn broken(&self, source: io::Error) -> Error {
        Error::Broken { host: self.peer.host().to_owned(), source: Box::new(source) }
    }
}

fn settled<T>(
    peer: &Peer,
    way: &Way,
    done: Result<io::Result<T>, tokio::time::error::Elapsed>,
) -> Result<T, Error> {
    let host = || peer.host().to_owned();
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(source)) => Err(Error::Broken { host: host(), source: Box::new(source) }),
        Err(_) => Err(Error::TimedOut { host: host(), after: way.total }),
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;
    use crate::{Outbound, Settings};

    fn way(settings: &Settings) -> Outbound {
        Outbound::new(settings).unwrap()
    }

    fn peer(text: &str) -> Peer {
        Peer::parse(text, 25).unwrap()
    }

    #[tokio::test]
    async fn private_addresses_and_proxies_are_refused_before_anything_is_sent() {
        let plain = way(&Settings::default());
        for inside in ["169.254.169.254", "10.0.0.1", "[fd00::1]"] {
            let error = plain.open(&peer(inside)).await.unwrap_err();
            assert!(matches!(error, Error::Private { .. }), "{error}");
        }
        let proxy = "http://proxy.example.com:3128".parse().ok();
        let proxied = way(&Settings { proxy, ..Settings::default() });
        let error = proxied.open(&peer("mail.example.com")).await.unwrap_err();
        assert!(matches!(error, Error::Proxied { .. }), "{error}");
    }

    /// Opens a connection to a server that says this, in a second at most.
    async fn said(text: &'static [u8]) -> Stream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = peer(&listener.local_addr().unwrap().to_string());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(text).await.unwrap();
            let _ = stream.read(&mut [0]).await;
        });
        let settings =
            Settings { total_timeout: Duration::from_millis(200), ..Settings::default() };
        way(&settings).open(&here).await.unwrap()
    }

    #[tokio::test]
    async fn lines_are_read_one_by_one_within_size_and_time() {
        let mut stream = said(b"220 hello\r\n250-a\n").await;
        assert!(stream.is_private());
        assert_eq!(stream.line(100).await.unwrap(), "220 hello");
        assert_eq!(stream.line(100).await.unwrap(), "250-a");
        assert!(matches!(stream.line(100).await, Err(Error::TimedOut { .. })));
        let endless = said(&[b'x'; 10_000]).await.line(100).await;
        assert!(matches!(endless, Err(Error::TooLarge { most: 100, .. })));
    }

    #[tokio::test]
    async fn what_was_said_and_not_taken_forbids_encryption() {
        let mut stream = said(b"220 go on\r\n250 injected\r\n").await;
        stream.line(100).await.unwrap();
        assert!(matches!(stream.secure().await, Err(Error::Meddled { .. })));
    }
}
