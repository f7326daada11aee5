//! From the queue to channels: a task for each sink, which sends, waits and gives up by itself.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinError, JoinSet};

use crate::queue::{Ending, Taken};
use crate::{Channel, Clock, Failure, Patience, Queue, QueueError, Receipt};

/// How often a sink looks for what others put into its queue.
const LOOKED_AT: Duration = Duration::from_secs(2);

/// How long to wait after the queue itself failed.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

/// For how long dead letters with one reason are one line of the log.
const DEAD_FOLDED: SignedDuration = SignedDuration::from_secs(10);

/// How long what is under way at the end may take.
const FAREWELL: Duration = Duration::from_secs(10);

/// A sink, ready to be told.
#[derive(Clone)]
pub struct Outlet {
    /// Its name.
    pub name: String,
    /// The way there.
    pub channel: Arc<dyn Channel>,
    /// How often to try.
    pub patience: Patience,
}

/// A number from 0 to below 1, another one each time.
pub type Random = Arc<dyn Fn() -> f64 + Send + Sync>;

/// Passes messages on. Whoever drops it while it runs loses nothing: what was under way is sent again, under the same key.
pub struct Dispatcher {
    /// What waits.
    pub queue: Arc<Queue>,
    /// For whom.
    pub outlets: Vec<Outlet>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Spreads what failed together.
    pub random: Random,
    /// Rung when something was put into the queue.
    pub bell: Arc<Notify>,
}

impl Dispatcher {
    /// Passes on until it is time to stop, and then waits a little for what is under way.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let (tell, told) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let mut bells = Vec::new();
        for outlet in self.outlets {
            let bell = Arc::new(Notify::new());
            bells.push(Arc::clone(&bell));
            let line = Line {
                queue: Arc::clone(&self.queue),
                outlet,
                clock: Arc::clone(&self.clock),
                random: Arc::clone(&self.random),
                bell,
                flights: JoinSet::new(),
                under_way: HashMap::new(),
                dead: None,
                unsettled: Vec::new(),
            };
            tasks.spawn(line.run(told.clone()));
        }
        tokio::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                () = self.bell.notified() => bells.iter().for_each(|bell| bell.notify_one()),
                Some(ended) = tasks.join_next() => pass_on(ended),
            }
        }
        tell.send_replace(true);
        tokio::select! {
            () = async { while tasks.join_next().await.is_some() {} } => {}
            () = self.clock.sleep(FAREWELL) => {}
        }
    }
}

/// A task that dies takes all with it: a sink that nobody tells any more would look like peace.
fn pass_on(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        std::panic::resume_unwind(error.into_panic());
    }
}

/// One sink at work.
struct Line {
    queue: Arc<Queue>,
    outlet: Outlet,
    clock: Arc<dyn Clock>,
    random: Random,
    bell: Arc<Notify>,
    flights: JoinSet<Result<Receipt, Failure>>,
    /// What is being sent.
    under_way: HashMap<Id, Flight>,
    /// The dead letter that was logged last, while others with its reason are only counted.
    dead: Option<DeadLogged>,
    /// Ends that the queue could not keep yet. Until it does, these are not sent again.
    unsettled: Vec<(i64, Ending)>,
}

/// A message that is being sent.
struct Flight {
    /// Its number in the queue.
    number: i64,
    n_attempt: u32,
    finding: String,
    rule: String,
}

/// A dead letter that was logged.
struct DeadLogged {
    why: String,
    at: Timestamp,
    /// Others with this reason that were not logged.
    n_more: u64,
}

impl Line {
    async fn run(mut self, mut told: watch::Receiver<bool>) {
        loop {
            let is_stopping = *told.borrow();
            let nap = self.work(is_stopping).unwrap_or_else(|error| {
                let sink = self.outlet.name.as_str();
                tracing::error!(sink, "the queue of a sink cannot be used: {}", chain(&error));
                QUEUE_WAIT
            });
            if is_stopping && self.flights.is_empty() {
                self.log_folded();
                return;
            }
            tokio::select! {
                Some(landed) = self.flights.join_next_with_id() => self.land(landed),
                () = self.clock.sleep(nap) => {}
                () = self.bell.notified() => {}
                _ = told.changed(), if !is_stopping => {}
            }
        }
    }

    /// Keeps what ended, and sends what may be sent. How long there is nothing to do then.
    fn work(&mut self, is_stopping: bool) -> Result<Duration, QueueError> {
        let now = self.clock.now();
        if self.dead.as_ref().is_some_and(|dead| now.duration_since(dead.at) >= DEAD_FOLDED) {
            self.log_folded();
        }
        while let Some((number, ending)) = self.unsettled.first() {
            self.queue.settle(&self.outlet.name, *number, ending, now)?;
            self.unsettled.remove(0);
        }
        if is_stopping {
            return Ok(LOOKED_AT);
        }
        let mut numbers: HashSet<i64> =
            self.under_way.values().map(|flight| flight.number).collect();
        while self.flights.len() < self.outlet.patience.at_once.max(1) {
            let Some(taken) = self.queue.take(&self.outlet.name, now, &numbers)? else {
                let due = self.queue.next_due(&self.outlet.name, &numbers)?;
                let wait = due.and_then(|due| due.duration_since(now).try_into().ok());
                return Ok(wait.unwrap_or(LOOKED_AT).min(LOOKED_AT));
            };
            numbers.insert(taken.number);
            self.send(taken);
        }
        Ok(LOOKED_AT)
    }

    fn send(&mut self, taken: Taken) {
        let Taken { number, delivery } = taken;
        let finding = &delivery.alert.finding;
        let sent = Flight {
            number,
            n_attempt: delivery.n_attempt,
            finding: finding.id.to_string(),
            rule: finding.rule.name.clone(),
        };
        let channel = Arc::clone(&self.outlet.channel);
        let deadline = self.outlet.patience.deadline;
        let over = self.clock.sleep(deadline);
        let flight = self.flights.spawn(async move {
            tokio::select! {
                answer = channel.deliver(&delivery) => answer,
                () = over => {
                    let why = format!("it was not taken within {} s", deadline.as_secs());
                    Err(Failure::Later { after: None, why })
                }
            }
        });
        self.under_way.insert(flight.id(), sent);
    }

    fn land(&mut self, landed: Result<(Id, Result<Receipt, Failure>), JoinError>) {
        let (id, answer) = landed.unwrap_or_else(|error| {
            let why = "the way to the sink failed in itself".to_owned();
            (error.id(), Err(Failure::Later { after: None, why }))
        });
        let Some(flight) = self.under_way.remove(&id) else { return };
        let ending = self.ending(answer, &flight);
        self.unsettled.push((flight.number, ending));
    }

    /// What an answer means for the message: it is told, is tried again, or is given up.
    fn ending(&mut self, answer: Result<Receipt, Failure>, flight: &Flight) -> Ending {
        let Outlet { name: sink, patience, .. } = &self.outlet;
        let Flight { n_attempt, finding, rule, .. } = flight;
        match answer {
            Ok(receipt) => Ending::Sent(receipt),
            Err(Failure::Later { after, why }) if *n_attempt < patience.attempts => {
                let wait = patience.wait(*n_attempt, after, (self.random)());
                let again_s = wait.as_secs();
                tracing::warn!(sink, finding, rule, n_attempt, again_s, "was not taken: {why}");
                let now = self.clock.now();
                Ending::Later { why, due: now.checked_add(wait).unwrap_or(now) }
            }
            Err(Failure::Later { why, .. } | Failure::Refused { why }) => {
                self.log_dead(&why, flight);
                Ending::Dead { why }
            }
        }
    }

    /// Logs a dead letter, or counts it if one with its reason was logged just now.
    fn log_dead(&mut self, why: &str, flight: &Flight) {
        if let Some(dead) = self.dead.as_mut().filter(|dead| dead.why == why) {
            dead.n_more += 1;
            return;
        }
        self.log_folded();
        let (sink, Flight { n_attempt, finding, rule, .. }) = (&self.outlet.name, flight);
        tracing::error!(sink, finding, rule, n_attempt, "became a dead letter: {why}");
        self.dead = Some(DeadLogged { why: why.to_owned(), at: self.clock.now(), n_more: 0 });
    }

    /// Logs how many dead letters were only counted.
    fn log_folded(&mut self) {
        let Some(DeadLogged { why, n_more, .. }) = self.dead.take() else { return };
        if n_more > 0 {
            let sink = self.outlet.name.as_str();
            tracing::error!(sink, n_more, "more became dead letters, for the same reason: {why}");
        }
    }
}

/// An error and its causes, as one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
