//! Connections: who may stay, and who makes room.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use crate::desk::Desk;
use crate::meters::Parting;

/// The other end of one connection.
#[derive(Debug)]
pub(crate) struct Guest {
    /// Its address.
    pub(crate) peer: SocketAddr,
    has_shown: AtomicBool,
    n_begun: AtomicU32,
    n_in_hand: AtomicU32,
    leave: Notify,
}

impl Guest {
    /// It has shown a secret, and may stay.
    pub(crate) fn show_secret(&self) {
        self.has_shown.store(true, Ordering::Relaxed);
    }

    /// Ready when another needs the room.
    pub(crate) async fn asked_to_leave(&self) {
        self.leave.notified().await;
    }

    fn is_stranger(&self) -> bool {
        !self.has_shown.load(Ordering::Relaxed)
    }

    fn is_served(&self) -> bool {
        self.n_in_hand.load(Ordering::Relaxed) > 0
    }

    fn begin(&self) -> Request<'_> {
        self.n_begun.fetch_add(1, Ordering::Relaxed);
        self.n_in_hand.fetch_add(1, Ordering::Relaxed);
        Request(self)
    }
}

/// A request in hand.
struct Request<'a>(&'a Guest);

impl Drop for Request<'_> {
    fn drop(&mut self) {
        self.0.n_in_hand.fetch_sub(1, Ordering::Relaxed);
    }
}

/// All that are connected.
#[derive(Debug)]
pub(crate) struct Guests {
    most: usize,
    open: Mutex<Open>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    count: usize,
    /// In the order in which they came. Those that have shown a secret since are taken out when they are met.
    strangers: BTreeMap<u64, Arc<Guest>>,
}

/// The right to be connected. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    guests: Arc<Guests>,
    number: u64,
    pub(crate) guest: Arc<Guest>,
}

/// Whether someone may come in, and at whose cost.
#[derive(Debug)]
pub(crate) enum Admission {
    /// There was room.
    Free(Seat),
    /// A stranger was asked to leave.
    Instead(Seat),
    /// Those who were asked to leave have not all left.
    Wait,
    /// There is no room, and nobody to leave.
    Full,
}

/// How many may be on their way out while others are let in.
const LEAVING: usize = 64;

impl Guests {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default(), freed: Notify::new() })
    }

    /// Ready when someone has left. One waits, at most.
    pub(crate) async fn freed(&self) {
        self.freed.notified().await;
    }

    /// Lets someone in. With all seats taken, the stranger who has been here longest without a request in hand leaves: so
    /// those who only hold connections never keep out those who send.
    pub(crate) fn admit(self: &Arc<Self>, peer: SocketAddr) -> Admission {
        let mut open = self.lock();
        let is_full = open.count >= self.most;
        if open.count >= self.most + LEAVING {
            return Admission::Wait;
        }
        if is_full && !open.show_out() {
            return Admission::Full;
        }
        let guest = Arc::new(Guest {
            peer,
            has_shown: AtomicBool::new(false),
            n_begun: AtomicU32::new(0),
            n_in_hand: AtomicU32::new(0),
            leave: Notify::new(),
        });
        let number = open.next;
        open.next += 1;
        open.count += 1;
        open.strangers.insert(number, Arc::clone(&guest));
        let seat = Seat { guests: Arc::clone(self), number, guest };
        if is_full { Admission::Instead(seat) } else { Admission::Free(seat) }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Asks one stranger to leave.
    fn show_out(&mut self) -> bool {
        self.strangers.retain(|_, guest| guest.is_stranger());
        let idle = self.strangers.iter().find(|(_, guest)| !guest.is_served());
        let Some(number) = idle.map(|(&number, _)| number) else { return false };
        if let Some(guest) = self.strangers.remove(&number) {
            guest.leave.notify_one();
        }
        true
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.guests.lock();
        open.count -= 1;
        open.strangers.remove(&self.number);
        self.guests.freed.notify_one();
    }
}

/// Serves one connection until it ends, is asked to leave, or all stop.
pub(crate) async fn attend<I>(io: I, desk: Arc<Desk>, seat: &Seat, mut stop: watch::Receiver<bool>)
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let guest = &seat.guest;
    let service = service_fn(|request| {
        let (desk, guest) = (Arc::clone(&desk), Arc::clone(guest));
        async move {
            let _in_hand = guest.begin();
            Ok::<_, Infallible>(desk.answer(request, &guest).await)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(desk.limits.idle)
        .max_buf_size(desk.limits.header_bytes)
        .serve_connection(TokioIo::new(io), service);
    let mut connection = pin!(connection);

    tokio::select! {
        // What went wrong lies with the other end, and is over.
        _ = connection.as_mut() => return,
        () = guest.asked_to_leave() => return,
        () = sleep(desk.limits.stranger) => {
            if guest.is_stranger() {
                desk.meters.parted(Parting::Stranger);
                if !guest.is_served() {
                    return;
                }
                connection.as_mut().graceful_shutdown();
            }
        }
        _ = stop.wait_for(|stop| *stop) => {}
    }
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => {}
    }
    // Nothing was accepted from one who never asked.
    if guest.n_begun.load(Ordering::Relaxed) > 0 {
        connection.as_mut().graceful_shutdown();
        let _ = timeout(desk.limits.stop, connection).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(guests: &Arc<Guests>) -> Result<Seat, &'static str> {
        match guests.admit("192.0.2.1:4711".parse().unwrap()) {
            Admission::Free(seat) | Admission::Instead(seat) => Ok(seat),
            Admission::Wait => Err("wait"),
            Admission::Full => Err("full"),
        }
    }

    #[test]
    fn the_oldest_stranger_makes_room_and_the_next_waits_for_it_to_be_gone() {
        let guests = Guests::new(2);
        let mut seats: Vec<_> = (0..2 + LEAVING).map(|_| admit(&guests).unwrap()).collect();
        assert_eq!(guests.lock().strangers.keys().min(), Some(&seats[LEAVING].number));
        assert_eq!(admit(&guests).err(), Some("wait"));
        seats.remove(0);
        seats.push(admit(&guests).unwrap());
        assert_eq!(admit(&guests).err(), Some("wait"));
    }

    #[test]
    fn who_has_shown_a_secret_or_is_served_stays() {
        let guests = Guests::new(2);
        let (known, served) = (admit(&guests).unwrap(), admit(&guests).unwrap());
        known.guest.show_secret();
        let request = served.guest.begin();
        assert_eq!(admit(&guests).err(), Some("full"));
        drop(request);
        assert!(admit(&guests).is_ok());
    }
}
