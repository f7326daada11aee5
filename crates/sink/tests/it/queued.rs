//! What is put into the queue, seen by a sink that takes everything.

use std::sync::Arc;
use std::time::Duration;

use finding::{Finding, Level, State};
use sink::{
    Alert, Clock, Dispatcher, Guide, Happened, Letters, Outlet, Patience, Plan, Policy, Queue,
    Route, Terms,
};
use tokio::sync::Notify;

use crate::fault::{Fault, Receiver};
use crate::stage::{FastClock, after, finding, news, plan, policy, revised};

/// A queue, and a sink `a` that takes everything, on a clock that jumps.
struct Stage {
    queue: Arc<Queue>,
    plan: Plan,
    receiver: Arc<Receiver>,
    clock: FastClock,
    n: u64,
}

impl Stage {
    fn new(plan: Plan) -> Self {
        Self::with(plan, |_, _| Fault::None)
    }

    fn with(
        plan: Plan,
        faults: impl Fn(&sink::Delivery, usize) -> Fault + Send + Sync + 'static,
    ) -> Self {
        let clock = FastClock::new(1);
        let receiver = Receiver::new(Arc::new(clock), faults);
        Self { queue: Arc::new(Queue::in_memory().unwrap()), plan, receiver, clock, n: 0 }
    }

    fn happens(&mut self, finding: &Finding, happened: Happened) {
        self.n += 1;
        let (all, now) = ([news(finding, happened)], self.clock.now());
        self.queue.accept(&self.plan, &all, "test", self.n, now).unwrap();
    }

    /// Sends until so many seconds after the beginning.
    async fn until(&self, seconds: u64) {
        let outlets = self.plan.policies.iter().map(|policy| Outlet {
            name: policy.sink.clone(),
            channel: Arc::clone(&self.receiver) as _,
            patience: Patience { attempts: 3, ..Patience::default() },
        });
        let dispatcher = Dispatcher {
            queue: Arc::clone(&self.queue),
            outlets: outlets.collect(),
            clock: Arc::new(self.clock),
            random: Arc::new(|| 0.0),
            bell: Arc::new(Notify::new()),
        };
        let left = after(seconds).duration_since(self.clock.now());
        dispatcher.run(self.clock.sleep(left.unsigned_abs())).await;
    }

    fn told(&self) -> String {
        let told = self.receiver.taken().into_iter().map(|taken| {
            let more = taken.folded.len();
            let turn = taken.message.split_once(' ').map(|(_, turn)| turn.to_owned());
            let more = if more > 0 { format!("+{more}") } else { String::new() };
            turn.unwrap_or_default() + &more
        });
        told.collect::<Vec<_>>().join(" ")
    }
}

const FOUND: Happened = Happened::Found;

#[tokio::test(start_paused = true)]
async fn a_finding_is_followed_from_its_beginning_to_its_end() {
    let mut stage = Stage::new(plan(&["a"]));
    let one = finding("r", "ada", "1");
    let provisional = revised(&one, 1, State::Provisional, Level::Medium);
    stage.happens(&provisional, FOUND);
    stage.happens(&revised(&one, 1, State::Settled, Level::Medium), FOUND);
    stage.happens(&revised(&one, 2, State::Settled, Level::High), FOUND);
    stage.happens(&one, Happened::Closed);
    stage.happens(&one, Happened::Closed);
    stage.happens(&revised(&one, 2, State::Settled, Level::High), Happened::Reopened);
    stage.until(1).await;
    assert_eq!(stage.told(), "raised changed closed raised");
    let edits: Vec<_> = stage.receiver.taken().into_iter().map(|one| one.edits).collect();
    assert_eq!(edits[0], None);
    assert_eq!(edits[1], Some(format!("{}.1", one.id)));
}

#[tokio::test(start_paused = true)]
async fn what_was_never_told_is_not_taken_back() {
    let mut stage = Stage::new(plan(&["a"]));
    let one = finding("r", "ada", "1");
    stage.happens(&revised(&one, 2, State::Withdrawn, Level::High), FOUND);
    stage.happens(&one, Happened::Closed);
    stage.until(1).await;
    assert_eq!(stage.told(), "");
}

#[tokio::test(start_paused = true)]
async fn a_settled_finding_goes_on_where_the_provisional_ones_were() {
    let mut stage = Stage::new(plan(&["a"]));
    let [first, second, settled] = ["1", "2", "0"].map(|event| finding("r", "ada", event));
    stage.happens(&first, FOUND);
    stage.happens(&second, FOUND);
    let replaces = vec![first.id.clone(), second.id.clone()];
    stage.happens(&Finding { replaces, ..settled.clone() }, FOUND);
    stage.happens(&settled, Happened::Closed);
    stage.until(1).await;
    assert_eq!(stage.told(), "raised raised changed withdrawn closed");
    let edits: Vec<_> = stage.receiver.taken().into_iter().map(|one| one.edits).collect();
    let handle = |finding: &Finding| Some(format!("{}.1", finding.id));
    assert_eq!(edits[2], handle(&first));
    assert_eq!(edits[3], handle(&second));
    assert_eq!(edits[4], handle(&settled));
}

#[tokio::test(start_paused = true)]
async fn a_running_episode_that_gets_worse_is_told_before_it_settles() {
    let mut stage = Stage::new(plan(&["a"]));
    let one = finding("r", "ada", "1");
    for (revision, state, level) in [
        (3, State::Settled, Level::Medium),
        // What arrives may count fewer changes than what settled.
        (2, State::Provisional, Level::Critical),
        (4, State::Settled, Level::Critical),
        (4, State::Settled, Level::Critical),
    ] {
        stage.happens(&revised(&one, revision, state, level), FOUND);
    }
    stage.until(1).await;
    assert_eq!(stage.told(), "raised changed changed");
    let keys: Vec<_> = stage.receiver.taken().into_iter().map(|one| one.message).collect();
    assert!(keys[1].starts_with(&format!("{}.2 ", one.id)), "{keys:?}");
}

#[tokio::test(start_paused = true)]
async fn news_that_comes_again_tells_nothing() {
    let mut stage = Stage::new(plan(&["a"]));
    let one = finding("r", "ada", "1");
    for revision in [1, 2, 1, 2] {
        stage.happens(&revised(&one, revision, State::Settled, Level::High), FOUND);
    }
    stage.until(1).await;
    assert_eq!(stage.told(), "raised changed");
    assert_eq!(stage.queue.position("test").unwrap(), 4);
}

fn route(text: &str, hours: Option<&str>) -> Route {
    let terms = Terms { rules: vec![text.parse().unwrap()], ..Terms::default() };
    let hours = hours.map(|hours| hours.parse().unwrap());
    Route { terms, hours, sinks: vec!["a".to_owned()] }
}

#[tokio::test(start_paused = true)]
async fn routes_say_who_is_told() {
    let routes = vec![route("okta_*", None), route("night", Some("22:00-07:00"))];
    let mut stage = Stage::new(Plan { routes, ..plan(&["a", "b"]) });
    for rule in ["okta_one", "auth0_one", "night"] {
        stage.happens(&finding(rule, "ada", rule), FOUND);
    }
    stage.until(1).await;
    assert_eq!(
        stage.receiver.told(),
        [format!("{}.1 raised", finding("okta_one", "ada", "okta_one").id)]
    );
}

#[tokio::test(start_paused = true)]
async fn terms_that_a_finding_grows_into_raise_it() {
    let terms = Terms { level: Some(Level::High), ..Terms::default() };
    let routes = vec![Route { terms, hours: None, sinks: vec!["a".to_owned()] }];
    let mut stage = Stage::new(Plan { routes, ..plan(&["a"]) });
    let one = finding("r", "ada", "1");
    for (revision, level) in [(1, Level::Low), (2, Level::High), (3, Level::Low)] {
        stage.happens(&revised(&one, revision, State::Settled, level), FOUND);
    }
    stage.until(1).await;
    assert_eq!(stage.told(), "raised changed");
}

#[tokio::test(start_paused = true)]
async fn findings_of_one_rule_and_case_are_folded() {
    let fold = Duration::from_mins(10);
    let policies = vec![Policy { fold, ..policy("a") }];
    let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
    for event in 0..15 {
        stage.happens(&finding("r", "ada", &event.to_string()), FOUND);
    }
    stage.happens(&finding("r", "bob", "15"), FOUND);
    stage.until(599).await;
    assert_eq!(stage.told(), "raised raised");
    stage.until(601).await;
    assert_eq!(stage.told(), "raised raised raised+13");
    stage.happens(&finding("r", "ada", "16"), FOUND);
    stage.until(602).await;
    assert_eq!(stage.told(), "raised raised raised+13 raised");
}

/// A first reading of what a tenant holds: weak settings of several rules and things, the worst first.
fn weaknesses(tenant: &str) -> Vec<Finding> {
    let weak = |n: usize| {
        let one = finding(&format!("posture_{}", n / 3), "", &format!("{tenant} {n}"));
        let level = if n < 4 { Level::High } else { Level::Medium };
        // Weak settings of one thing are a case of their own.
        let case = one.id.clone();
        Finding {
            kind: finding::Kind::Posture,
            tenant: Some(tenant.to_owned()),
            level,
            case,
            ..one
        }
    };
    (0..12).map(weak).collect()
}

#[tokio::test(start_paused = true)]
async fn the_weaknesses_of_a_first_reading_are_one_message_a_tenant() {
    let policies = vec![Policy { fold: Duration::from_mins(5), ..policy("a") }];
    let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
    for one in weaknesses("acme").iter().chain(&weaknesses("other")) {
        stage.happens(one, FOUND);
    }
    stage.until(299).await;
    assert_eq!(stage.told(), "");
    stage.until(301).await;
    assert_eq!(stage.told(), "raised+11 raised+11");
    // Each goes on by itself.
    let last = weaknesses("acme").pop().unwrap();
    stage.happens(&revised(&last, 2, State::Withdrawn, Level::Medium), FOUND);
    stage.until(302).await;
    assert_eq!(stage.told(), "raised+11 raised+11 withdrawn");
}

#[tokio::test(start_paused = true)]
async fn a_weakness_holds_up_no_attack_and_none_is_folded_where_nothing_is() {
    for (minutes, told) in [(5, "raised"), (0, "raised raised raised")] {
        let policies = vec![Policy { fold: Duration::from_mins(minutes), ..policy("a") }];
        let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
        for one in &weaknesses("acme")[..2] {
            stage.happens(one, FOUND);
        }
        stage.happens(&finding("r", "ada", "1"), FOUND);
        stage.until(1).await;
        assert_eq!(stage.told(), told);
    }
}

#[tokio::test(start_paused = true)]
async fn what_gathers_does_not_hold_up_its_case() {
    let policies = vec![Policy { fold: Duration::from_mins(10), ..policy("a") }];
    let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
    for event in ["0", "1", "2"] {
        stage.happens(&finding("r", "ada", event), FOUND);
    }
    stage.happens(&finding("other", "ada", "3"), FOUND);
    stage.until(1).await;
    assert_eq!(stage.told(), "raised raised+1 raised");
}

#[tokio::test(start_paused = true)]
async fn one_message_gathers_no_more_than_it_can_hold() {
    let policies = vec![Policy { fold: Duration::from_mins(10), ..policy("a") }];
    let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
    for event in 0..202 {
        stage.happens(&finding("r", "ada", &event.to_string()), FOUND);
    }
    stage.until(1).await;
    assert_eq!(stage.told(), "raised raised+99 raised+99");
    stage.until(700).await;
    assert_eq!(stage.told(), "raised raised+99 raised+99 raised");
}

#[tokio::test(start_paused = true)]
async fn quiet_hours_hold_back_what_is_not_critical() {
    // The clock begins at nine.
    let quiet = Some("08:00-10:00".parse().unwrap());
    let policies = vec![Policy { quiet, ..policy("a") }];
    let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
    stage.happens(&finding("r", "ada", "1"), FOUND);
    stage.happens(&finding("r", "bob", "2"), FOUND);
    stage.until(3599).await;
    assert_eq!(stage.told(), "");
    let critical = finding("other", "bob", "3");
    let critical = revised(&critical, 1, State::Settled, Level::Critical);
    stage.happens(&critical, FOUND);
    // What came before it in its case comes before it now; the other case still waits.
    stage.until(3600 - 1).await;
    assert_eq!(stage.told(), "");
    stage.until(3601).await;
    assert_eq!(stage.told(), "raised raised raised");
}

#[tokio::test(start_paused = true)]
async fn a_critical_finding_breaks_the_quiet_of_its_case() {
    let quiet = Some("08:00-10:00".parse().unwrap());
    let policies = vec![Policy { quiet, ..policy("a") }];
    let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
    let (calm, other) = (finding("r", "bob", "2"), finding("r", "ada", "1"));
    let critical = revised(&finding("x", "bob", "3"), 1, State::Settled, Level::Critical);
    for finding in [&other, &calm, &critical] {
        stage.happens(finding, FOUND);
    }
    stage.until(1).await;
    let told = [&calm, &critical].map(|one| format!("{}.1 raised", one.id));
    assert_eq!(stage.receiver.told(), told);
}

#[tokio::test(start_paused = true)]
async fn what_is_silenced_is_counted_and_not_told() {
    let mut stage = Stage::new(plan(&["a"]));
    let terms = Terms { subjects: vec!["ad*".parse().unwrap()], ..Terms::default() };
    let (since, until) = (after(0), after(60));
    let number = stage.queue.silence(&terms, "a test of keys", "bob", since, until).unwrap();
    stage.happens(&finding("r", "Ada", "1"), FOUND);
    stage.happens(&finding("r", "bob", "2"), FOUND);
    stage.until(61).await;
    stage.happens(&finding("r", "ada", "3"), FOUND);
    stage.until(62).await;
    assert_eq!(stage.told(), "raised raised");
    let silenced = stage.queue.silenced(number).unwrap();
    assert_eq!(silenced[0].finding, finding("r", "Ada", "1").id.as_str());
    assert_eq!((silenced.len(), stage.queue.silences().unwrap()[0].n_silenced), (1, 1));
    assert_eq!(stage.queue.counts("a").unwrap().silenced, 1);
    assert!(!stage.queue.end_silence(number, after(62)).unwrap());
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_a_dead_letter_and_holds_nobody_back() {
    let is_bad = |delivery: &sink::Delivery| delivery.alert.finding.rule.name == "bad";
    let refuses = move |delivery: &sink::Delivery, n: usize| {
        if is_bad(delivery) && n < 4 { Fault::Refuses } else { Fault::None }
    };
    let mut stage = Stage::with(plan(&["a"]), refuses);
    stage.happens(&finding("bad", "ada", "1"), FOUND);
    stage.happens(&finding("r", "ada", "2"), FOUND);
    stage.until(1).await;
    assert_eq!(stage.told(), "raised");
    let dead = stage.queue.dead(&Letters::All).unwrap();
    assert_eq!((dead[0].why.as_str(), dead[0].n_attempts), ("400 as told", 1));
    assert_eq!(stage.queue.replay(&Letters::Of("b".to_owned()), after(2)).unwrap(), 0);
    assert_eq!(stage.queue.replay(&Letters::Numbers(vec![dead[0].number]), after(2)).unwrap(), 1);
    stage.until(3).await;
    assert_eq!(stage.queue.drop_dead(&Letters::All, after(3)).unwrap(), 1);
    assert_eq!(stage.queue.counts("a").unwrap().dead, 0);
    assert_eq!(stage.queue.replay(&Letters::All, after(3)).unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_stays_down_gets_dead_letters() {
    let mut stage = Stage::with(plan(&["a"]), |_, n| if n < 4 { Fault::Busy } else { Fault::None });
    stage.happens(&finding("r", "ada", "1"), FOUND);
    stage.until(179).await;
    assert_eq!(stage.queue.counts("a").unwrap().failed, 2);
    stage.until(181).await;
    let counts = stage.queue.counts("a").unwrap();
    assert_eq!((counts.dead, counts.given_up, counts.waiting), (1, 1, 0));
    assert_eq!(stage.receiver.n_requests(), 3);
    stage.queue.replay(&Letters::All, after(181)).unwrap();
    stage.until(182).await;
    assert_eq!(stage.told(), "raised");
}

#[tokio::test(start_paused = true)]
async fn a_finding_is_told_again_to_who_asks() {
    let mut stage = Stage::new(plan(&["a"]));
    let one = finding("r", "ada", "1");
    stage.happens(&one, FOUND);
    let alert = Alert::new(one.clone(), Guide::default());
    assert_eq!(stage.queue.told(one.id.as_str()).unwrap(), ["a"]);
    for _ in 0..2 {
        stage.queue.resend(&stage.plan, &["a"], &alert, after(0)).unwrap();
    }
    stage.until(1).await;
    assert_eq!(stage.told(), "raised raised raised");
}

#[tokio::test(start_paused = true)]
async fn a_finding_that_is_told_again_after_a_month_has_a_key_of_its_own() {
    let mut stage = Stage::new(plan(&["a"]));
    let one = finding("r", "ada", "1");
    stage.happens(&one, FOUND);
    let alert = Alert::new(one, Guide::default());
    for second in 1..=3 {
        stage.until(second).await;
        stage.queue.prune(after(40 * 86_400)).unwrap();
        stage.queue.resend(&stage.plan, &["a"], &alert, after(second)).unwrap();
    }
    stage.until(4).await;
    // The receiver keeps keys: one that came before would not be taken.
    assert_eq!(stage.told(), "raised raised raised raised");
}

#[tokio::test(start_paused = true)]
async fn what_is_told_again_goes_by_itself() {
    let policies = vec![Policy { fold: Duration::from_mins(10), ..policy("a") }];
    let mut stage = Stage::new(Plan { policies, routes: Vec::new() });
    let all = ["0", "1", "2"].map(|event| finding("r", "ada", event));
    for one in &all {
        stage.happens(one, FOUND);
    }
    stage.happens(&all[0], Happened::Closed);
    stage.happens(&all[0], Happened::Reopened);
    let alert = Alert::new(all[1].clone(), Guide::default());
    stage.queue.resend(&stage.plan, &["a"], &alert, after(0)).unwrap();
    stage.until(1).await;
    assert_eq!(stage.told(), "raised raised+1 closed raised raised");
}

#[test]
fn messages_to_a_sink_that_is_gone_are_known() {
    let queue = Queue::in_memory().unwrap();
    let one = news(&finding("r", "ada", "1"), FOUND);
    queue.accept(&plan(&["a", "b"]), &[one], "test", 1, after(0)).unwrap();
    assert_eq!(queue.waiting_for_others(&["b"]).unwrap(), [("a".to_owned(), 1)]);
}

#[test]
fn what_is_long_past_is_forgotten_and_what_waits_is_not() {
    let queue = Queue::in_memory().unwrap();
    let one = news(&finding("r", "ada", "1"), FOUND);
    queue.accept(&plan(&["a"]), &[one], "test", 1, after(0)).unwrap();
    queue.prune(after(1 << 30)).unwrap();
    assert_eq!(queue.counts("a").unwrap().waiting, 1);
}
