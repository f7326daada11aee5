//! Sinks that are killed, slow, refuse, or take and then say that they did not: none of it loses anything, and who honours the key
//! sees each message once and in the order of its case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use finding::{Finding, Level, State};
use proptest::prelude::*;
use sink::{Clock, Dispatcher, Happened, Letters, News, Outlet, Patience, Plan, Policy, Queue};
use tokio::sync::Notify;

use crate::fault::{Fault, Receiver, Taken};
use crate::stage::{FastClock, after, finding, news, policy, revised};

/// News, each with its second.
type Script = Vec<(u64, News)>;

/// What a receiver should have seen, by case.
type Seen = BTreeMap<String, Vec<String>>;

/// News of so many findings, `apart_s` seconds apart, about a few users: each is raised, most change, some are closed.
fn script(n_findings: u64, apart_s: u64) -> (Script, Seen) {
    let (mut script, mut expected) = (Script::new(), Seen::new());
    let mut open: Vec<Finding> = Vec::new();
    let mut tell = |at, finding: &Finding, happened, turn: &str| {
        script.push((at, news(finding, happened)));
        let message = format!("{}.{} {turn}", finding.id, finding.revision);
        expected.entry(finding.case.to_string()).or_default().push(message);
    };
    for number in 0..n_findings {
        let (at, user) = (number * apart_s, format!("user{}", number * number % 7));
        let rule = format!("rule{}", number % 3);
        let one = finding(&rule, &user, &number.to_string());
        tell(at, &one, Happened::Found, "raised");
        open.push(one);
        if number % 2 == 0 {
            let at_random = usize::try_from(number).unwrap() * 31 % open.len();
            let changed = &mut open[at_random];
            let revision = changed.revision + 1;
            *changed = revised(changed, revision, State::Settled, Level::High);
            tell(at, changed, Happened::Found, "changed");
        }
        if number % 5 == 4 {
            tell(at, &open.swap_remove(0), Happened::Closed, "closed");
        }
    }
    (script, expected)
}

fn by_case(taken: &[Taken]) -> Seen {
    let mut seen = Seen::new();
    for one in taken {
        seen.entry(one.case.clone()).or_default().push(one.message.clone());
    }
    seen
}

/// A program with some sinks, which may die and is then begun again.
struct Program<'p> {
    /// Opens the queue, as the program does when it is begun.
    open: &'p dyn Fn() -> Arc<Queue>,
    plan: Plan,
    script: &'p Script,
    sinks: Vec<(&'static str, Arc<Receiver>)>,
    clock: FastClock,
    patience: Patience,
}

impl Program<'_> {
    /// Runs until everything was told, or given up. How often it died.
    async fn run(&self) -> usize {
        let mut n_deaths = 0;
        loop {
            let queue = (self.open)();
            let bell = Arc::new(Notify::new());
            let dispatcher = self.dispatcher(&queue, &bell);
            let died = self.sinks.iter().map(|(_, receiver)| Box::pin(receiver.killed.notified()));
            let died = first_of(died.collect());
            tokio::select! {
                () = dispatcher.run(std::future::pending()) => unreachable!("nobody stops it"),
                () = died => n_deaths += 1,
                () = self.feed(&queue, &bell) => return n_deaths,
            }
            // What was under way is dropped before the next life begins.
            for _ in 0..9 {
                tokio::task::yield_now().await;
            }
        }
    }

    fn dispatcher(&self, queue: &Arc<Queue>, bell: &Arc<Notify>) -> Dispatcher {
        let outlets = self.sinks.iter().map(|(name, receiver)| Outlet {
            name: (*name).to_owned(),
            channel: Arc::clone(receiver) as _,
            patience: self.patience.clone(),
        });
        Dispatcher {
            queue: Arc::clone(queue),
            outlets: outlets.collect(),
            clock: Arc::new(self.clock),
            random: Arc::new(|| 0.5),
            bell: Arc::clone(bell),
        }
    }

    /// Accepts news in their time, from where the queue is, and waits until nothing waits.
    async fn feed(&self, queue: &Queue, bell: &Notify) {
        let begun = usize::try_from(queue.position("test").unwrap()).unwrap();
        for (number, (at, news)) in self.script.iter().enumerate().skip(begun) {
            let wait = after(*at).duration_since(self.clock.now());
            if wait.is_positive() {
                self.clock.sleep(wait.unsigned_abs()).await;
            }
            let (news, until) = (std::slice::from_ref(news), number as u64 + 1);
            queue.accept(&self.plan, news, "test", until, self.clock.now()).unwrap();
            bell.notify_one();
        }
        while self.sinks.iter().any(|(name, _)| queue.counts(name).unwrap().waiting > 0) {
            self.clock.sleep(Duration::from_secs(5)).await;
        }
    }
}

async fn first_of<F: Future<Output = ()> + Unpin>(mut all: Vec<F>) {
    std::future::poll_fn(|context| {
        let ready = all.iter_mut().any(|one| std::pin::Pin::new(one).poll(context).is_ready());
        if ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}

fn patience(attempts: u32) -> Patience {
    Patience { attempts, ..Patience::default() }
}

fn policies(names: &[&str], fold: Duration) -> Plan {
    let policies = names.iter().map(|name| Policy { fold, ..policy(name) });
    Plan { policies: policies.collect(), routes: Vec::new() }
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_trouble_loses_nothing_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (script, expected) = script(120, 30);
    let clock = FastClock::new(1);
    let receiver = |faults: fn(usize) -> Fault| {
        Receiver::new(Arc::new(clock), move |_, number| faults(number))
    };
    let down = Receiver::new(Arc::new(clock), move |_, _| {
        if clock.now() < after(2400) { Fault::Down } else { Fault::None }
    });
    let sinks = vec![
        ("calm", receiver(|_| Fault::None)),
        ("down", down),
        ("slow", receiver(|_| Fault::Slow(25))),
        ("lying", receiver(|n| if n % 2 == 0 { Fault::None } else { Fault::TookAndFailed })),
        ("killing", receiver(|n| if n % 40 == 7 { Fault::KilledAfter } else { Fault::None })),
        ("dying", receiver(|n| if n % 60 == 9 { Fault::KilledBefore } else { Fault::None })),
        ("silent", receiver(|n| if n % 9 == 2 { Fault::Silent } else { Fault::None })),
        ("broken", receiver(|n| if n % 9 == 2 { Fault::Panics } else { Fault::None })),
    ];
    let names: Vec<_> = sinks.iter().map(|(name, _)| *name).collect();
    let (plan, path) = (policies(&names, Duration::ZERO), folder.path().join("sinks.db"));
    let open = || Arc::new(Queue::open(&path).unwrap());
    let patience = patience(u32::MAX);
    let program = Program { open: &open, plan, script: &script, sinks, clock, patience };
    assert!(program.run().await > 5, "it died several times");
    for (name, receiver) in &program.sinks {
        assert_eq!(by_case(&receiver.taken()), expected, "{name}");
    }
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::None),
        1 => Just(Fault::Down),
        1 => Just(Fault::Busy),
        1 => Just(Fault::TookAndFailed),
        1 => (1_u64..300).prop_map(Fault::Slow),
        1 => Just(Fault::Silent),
        1 => Just(Fault::KilledAfter),
        1 => Just(Fault::KilledBefore),
    ]
}

/// Runs a script against two sinks that do, request by request, what they are told, and then everything.
fn run(
    script: &Script,
    faults: &[Fault],
    fold_s: u64,
    attempts: u32,
) -> (Vec<Arc<Receiver>>, Arc<Queue>) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_time().start_paused(true).build().unwrap();
    let queue = Arc::new(Queue::in_memory().unwrap());
    let open = || Arc::clone(&queue);
    let sinks = runtime.block_on(async {
        let clock = FastClock::new(1);
        let receiver = |skip: usize| {
            let faults = faults.to_vec();
            Receiver::new(Arc::new(clock), move |_, number| {
                faults.get(number + skip).copied().unwrap_or(Fault::None)
            })
        };
        let sinks = vec![("one", receiver(0)), ("other", receiver(faults.len() / 2))];
        let plan = policies(&["one", "other"], Duration::from_secs(fold_s));
        let patience = patience(attempts);
        let program = Program { open: &open, plan, script, sinks, clock, patience };
        program.run().await;
        program.sinks
    });
    (sinks.into_iter().map(|(_, receiver)| receiver).collect(), queue)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_fails_each_message_is_seen_once_and_in_order(
        faults in proptest::collection::vec(fault(), 0..40),
        n_findings in 1_u64..16,
        apart_s in 0_u64..40,
    ) {
        let (script, expected) = script(n_findings, apart_s);
        let (receivers, _) = run(&script, &faults, 0, u32::MAX);
        for receiver in receivers {
            prop_assert_eq!(by_case(&receiver.taken()), expected.clone());
        }
    }

    #[test]
    fn whatever_fails_each_finding_is_told_folded_or_a_dead_letter(
        faults in proptest::collection::vec(prop_oneof![fault(), Just(Fault::Refuses)], 0..40),
        n_findings in 1_u64..24,
        apart_s in 0_u64..40,
        fold_s in 0_u64..300,
    ) {
        let (script, _) = script(n_findings, apart_s);
        let (receivers, queue) = run(&script, &faults, fold_s, 3);
        let all: BTreeSet<String> =
            script.iter().map(|(_, news)| news.alert.finding.id.to_string()).collect();
        for (receiver, name) in receivers.iter().zip(["one", "other"]) {
            let taken = receiver.taken();
            let mut once = BTreeSet::new();
            for id in taken.iter().flat_map(|one| &one.folded) {
                prop_assert!(once.insert(id.clone()), "{} was folded twice", id);
            }
            let told = taken.iter().filter_map(|one| Some(one.message.split_once('.')?.0.to_owned()));
            let mut known: BTreeSet<String> = told.chain(once).collect();
            let dead = queue.dead(&Letters::Of(name.to_owned())).unwrap();
            let n_with_dead: u64 = dead.iter().map(|one| one.n_folded).sum();
            known.extend(dead.into_iter().map(|one| one.finding));
            let n_missing = all.difference(&known).count() as u64;
            prop_assert!(n_missing <= n_with_dead, "{} are nowhere", n_missing);
        }
    }
}
