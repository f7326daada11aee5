//! A receiver that fails as it is told to, and honours the key.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sink::{BoxFuture, Channel, Clock, Delivery, Failure, Receipt};
use tokio::sync::Notify;

/// What the receiver does with one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Takes it, and says so.
    None,
    /// Does not take it.
    Down,
    /// Does not take it, and asks for patience.
    Busy,
    /// Takes it, and says that it did not.
    TookAndFailed,
    /// Takes it after so many seconds.
    Slow(u64),
    /// Takes it, and the answer never comes.
    Silent,
    /// Takes it, and the program that sent it dies.
    KilledAfter,
    /// The program that sends it dies.
    KilledBefore,
    /// The way there breaks in itself.
    Panics,
    /// Will not have it.
    Refuses,
}

/// What was taken, once for each key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) case: String,
    /// `id.revision turn` of the message, then ids that were folded into it.
    pub(crate) message: String,
    pub(crate) folded: Vec<String>,
    /// Whether the receipt of the message before came along.
    pub(crate) edits: Option<String>,
}

/// What it does with a delivery and the number of the request.
type Faults = Box<dyn Fn(&Delivery, usize) -> Fault + Send + Sync>;

pub(crate) struct Receiver {
    faults: Faults,
    clock: Arc<dyn Clock>,
    /// Rung when the program is to die.
    pub(crate) killed: Arc<Notify>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    known: HashSet<String>,
    taken: Vec<Taken>,
    n_requests: usize,
    /// What is being sent of each case.
    under_way: HashMap<String, usize>,
}

impl Receiver {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        faults: impl Fn(&Delivery, usize) -> Fault + Send + Sync + 'static,
    ) -> Arc<Self> {
        let (faults, killed) = (Box::new(faults), Arc::new(Notify::new()));
        Arc::new(Self { faults, clock, killed, seen: Mutex::default() })
    }

    /// What was taken, in order.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.seen.lock().unwrap().taken.clone()
    }

    pub(crate) fn n_requests(&self) -> usize {
        self.seen.lock().unwrap().n_requests
    }

    /// What happened was said of each finding of a case, in order.
    pub(crate) fn told(&self) -> Vec<String> {
        self.taken().into_iter().map(|taken| taken.message).collect()
    }

    fn take(&self, delivery: &Delivery) {
        let mut seen = self.seen.lock().unwrap();
        if !seen.known.insert(delivery.key.to_string()) {
            return;
        }
        let finding = &delivery.alert.finding;
        seen.taken.push(Taken {
            case: finding.case.to_string(),
            message: format!("{}.{} {}", finding.id, finding.revision, delivery.turn.name()),
            folded: delivery.folded.iter().map(|one| one.id.to_string()).collect(),
            edits: delivery.sent.as_ref().and_then(|sent| sent.handle.clone()),
        });
    }

    #[expect(clippy::panic, reason = "it breaks as it is told to")]
    async fn receive(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.n_requests += 1;
            seen.n_requests
        };
        let later = |after| Err(Failure::Later { after, why: "503 as told".to_owned() });
        // Between any two steps the sender may be dropped.
        tokio::task::yield_now().await;
        match (self.faults)(delivery, number) {
            Fault::None => self.take(delivery),
            Fault::Down => return later(None),
            Fault::Busy => return later(Some(Duration::from_secs(90))),
            Fault::TookAndFailed => {
                self.take(delivery);
                return later(None);
            }
            Fault::Slow(seconds) => {
                self.clock.sleep(Duration::from_secs(seconds)).await;
                self.take(delivery);
            }
            Fault::Silent => {
                self.take(delivery);
                std::future::pending::<()>().await;
            }
            Fault::KilledAfter => {
                self.take(delivery);
                self.killed.notify_one();
                std::future::pending::<()>().await;
            }
            Fault::KilledBefore => {
                self.killed.notify_one();
                std::future::pending::<()>().await;
            }
            Fault::Panics => panic!("as a bug would"),
            Fault::Refuses => return Err(Failure::Refused { why: "400 as told".to_owned() }),
        }
        tokio::task::yield_now().await;
        Ok(Receipt::new(Some(delivery.key.to_string()), "200"))
    }
}

impl Channel for Receiver {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(async move {
            let case = delivery.alert.finding.case.to_string();
            let _one = OneAtATime::begin(self, case);
            self.receive(delivery).await
        })
    }

    fn describe(&self) -> String {
        "a receiver that fails as it is told to".to_owned()
    }
}

/// Fails the test when two messages of one case are under way.
struct OneAtATime<'r> {
    receiver: &'r Receiver,
    case: String,
}

impl<'r> OneAtATime<'r> {
    fn begin(receiver: &'r Receiver, case: String) -> Self {
        let mut seen = receiver.seen.lock().unwrap();
        let n = seen.under_way.entry(case.clone()).or_default();
        *n += 1;
        assert_eq!(*n, 1, "two messages of one case are under way");
        drop(seen);
        Self { receiver, case }
    }
}

impl Drop for OneAtATime<'_> {
    fn drop(&mut self) {
        let Ok(mut seen) = self.receiver.seen.lock() else { return };
        if let Some(n) = seen.under_way.get_mut(&self.case) {
            *n -= 1;
        }
    }
}
