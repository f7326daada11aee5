//! Listening, until told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::connection::{Admission, Guests, Seat, attend};
use crate::desk::Desk;
use crate::keep::Keep;
use crate::meters::Parting;
use crate::pages::Status;
use crate::settings::{Error, Settings};
use crate::tls::Certificate;

/// How long to wait when the system has no more descriptors to give.
const PAUSE: Duration = Duration::from_millis(50);

/// What listens, not yet answering.
pub struct Server {
    listener: TcpListener,
    certificate: Option<Arc<Certificate>>,
    acceptor: Option<TlsAcceptor>,
    desk: Arc<Desk>,
}

/// The secrets of a server, which may be changed while it runs.
#[derive(Clone)]
pub struct Locks(Arc<Desk>);

impl Locks {
    /// Takes the secrets of these settings, whose receivers are the same as at the start, in the same order. Fails if they cannot be
    /// used; then the old ones stay.
    pub fn change(&self, settings: &Settings) -> Result<(), Error> {
        self.0.renew(settings)
    }
}

/// Listens and answers until `shutdown` is ready, then finishes what was accepted.
pub async fn serve(
    settings: &Settings,
    keep: Arc<dyn Keep>,
    status: Arc<dyn Status>,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    Server::bind(settings, keep, status).await?.run(shutdown).await;
    Ok(())
}

impl Server {
    /// Checks the settings, reads the certificate and opens the port.
    pub async fn bind(
        settings: &Settings,
        keep: Arc<dyn Keep>,
        status: Arc<dyn Status>,
    ) -> Result<Self, Error> {
        settings.check()?;
        let certificate = settings.tls.as_ref().map(Certificate::read).transpose()?;
        let config = certificate.as_ref().map(Certificate::config).transpose()?;
        let listener = TcpListener::bind(settings.listen)
            .await
            .map_err(|source| Error::Listen { address: settings.listen, source })?;
        Ok(Self {
            listener,
            certificate,
            acceptor: config.map(TlsAcceptor::from),
            desk: Arc::new(Desk::new(settings, keep, status)),
        })
    }

    /// Where it listens, with the port that was taken.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Who changes the secrets while it runs.
    pub fn locks(&self) -> Locks {
        Locks(Arc::clone(&self.desk))
    }

    /// Answers until `shutdown` is ready, then finishes what was accepted. How many connections had to be broken off is
    /// returned.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> usize {
        let (stop, stopping) = watch::channel(false);
        let mut connections = JoinSet::new();
        let follow = async {
            match &self.certificate {
                Some(certificate) => certificate.follow().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shutdown => {}
            () = follow => {}
            () = self.accept(&mut connections, &stopping) => {}
        }
        let wait = self.desk.limits.stop + PAUSE;
        drop(self.listener);
        let _ = stop.send(true);
        let all = async { while connections.join_next().await.is_some() {} };
        if timeout(wait, all).await.is_ok() {
            return 0;
        }
        let n_left = connections.len();
        tracing::warn!(connections = n_left, "connections were broken off at the end");
        connections.shutdown().await;
        n_left
    }

    /// Lets connections in, for good.
    async fn accept(&self, connections: &mut JoinSet<()>, stopping: &watch::Receiver<bool>) {
        let guests = Guests::new(self.desk.limits.connections);
        loop {
            while connections.try_join_next().is_some() {}
            let (stream, peer) = match self.listener.accept().await {
                Ok(accepted) => accepted,
                Err(err) => {
                    if self.desk.hush.take() {
                        tracing::warn!("failed to accept a connection: {err}");
                    }
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let Some(seat) = self.admit(&guests, peer).await else { continue };
            let (desk, acceptor) = (Arc::clone(&self.desk), self.acceptor.clone());
            connections.spawn(welcome(stream, acceptor, desk, seat, stopping.clone()));
        }
    }
}

impl Server {
    /// A seat for someone, once there is one; `None` if nobody makes room.
    async fn admit(&self, guests: &Arc<Guests>, peer: SocketAddr) -> Option<Seat> {
        loop {
            match guests.admit(peer) {
                Admission::Free(seat) => return Some(seat),
                Admission::Instead(seat) => {
                    self.desk.meters.parted(Parting::Replaced);
                    return Some(seat);
                }
                Admission::Wait => guests.freed().await,
                Admission::Full => {
                    self.desk.meters.parted(Parting::Full);
                    return None;
                }
            }
        }
    }
}

/// One connection, from its handshake to its end.
async fn welcome(
    stream: TcpStream,
    acceptor: Option<TlsAcceptor>,
    desk: Arc<Desk>,
    seat: Seat,
    mut stopping: watch::Receiver<bool>,
) {
    let _open = desk.meters.connected();
    // Answers are short and awaited.
    let _ = stream.set_nodelay(true);
    match acceptor {
        None => attend(stream, desk, &seat, stopping).await,
        Some(acceptor) => {
            let handshake = timeout(desk.limits.stranger, acceptor.accept(stream));
            let secured = tokio::select! {
                secured = handshake => secured,
                () = seat.guest.asked_to_leave() => return,
                _ = stopping.wait_for(|stop| *stop) => return,
            };
            match secured {
                Ok(Ok(stream)) => attend(stream, desk, &seat, stopping).await,
                Ok(Err(_)) | Err(_) => desk.meters.parted(Parting::Handshake),
            }
        }
    }
}
