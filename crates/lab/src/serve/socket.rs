//! Connections that break off in the middle of an answer.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::serve::chance::Chance;

/// Listens on loopback, and cuts connections as often as it is told.
pub(crate) struct Gate {
    pub(crate) listener: TcpListener,
    /// Of answers, how many are cut.
    pub(crate) rate: f64,
    pub(crate) chance: Arc<Chance>,
}

impl Listener for Gate {
    type Io = Socket;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Socket, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers to many requests on one connection: without this, each waits for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let chance = Arc::clone(&self.chance);
        (Socket { stream, rate: self.rate, chance, is_cut: false }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that may be cut.
pub(crate) struct Socket {
    stream: TcpStream,
    rate: f64,
    chance: Arc<Chance>,
    is_cut: bool,
}

impl Socket {
    /// How many of that many bytes are written before the connection is cut; `None` if it is not.
    fn cut(&mut self, n_bytes: usize) -> Option<usize> {
        if !self.chance.strikes(self.rate) {
            return None;
        }
        self.is_cut = true;
        let n_bytes = n_bytes.max(1) as u64;
        usize::try_from(self.chance.draw() % n_bytes).ok()
    }
}

fn reset() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_cut {
            return Poll::Ready(Err(reset()));
        }
        if let Some(rest) = self.cut(bytes.len()) {
            // What little fits goes out, so that the client sees a beginning without an end.
            let _ = self.stream.try_write(bytes.get(..rest).unwrap_or(&[]));
            return Poll::Ready(Err(reset()));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
