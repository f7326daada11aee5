//! Events as they arrive: for any rules and any log, what settles is what the saved log gives, and whoever was saved and restored
//! goes on as if nothing had happened.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use detect::{Admins, Detector, Fed, Live, PENDING_BYTES, Settings, SnapshotError};
use finding::{Finding, State};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

use super::log::{BEGIN, Entry, log, tidy_log};
use super::rules::{BASES, Rules, rule, rules};
use super::run::{Tally, detector, excerpts_of, found, tight, try_on};

/// How late an event may be.
const LATENESS: Duration = Duration::from_mins(1);

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap()
}

/// An event as it arrives, or the end of the log at some time.
#[derive(Debug, Clone)]
enum Arrival {
    Event(Entry),
    CaughtUp(i64),
}

/// Events in the order in which they arrive, so many seconds late, with ends of the log between them.
fn arrivals(entries: &[Entry], delays: &[i64], ends: &[bool]) -> Vec<Arrival> {
    let mut all: Vec<_> =
        entries.iter().zip(delays).map(|(it, late)| (it.time() + late * 1000, it)).collect();
    all.sort_by_key(|(arrived, entry)| (*arrived, entry.number));
    let mut arrivals = Vec::new();
    for ((arrived, entry), ends_here) in all.into_iter().zip(ends.iter().chain([&false]).cycle()) {
        arrivals.push(Arrival::Event(entry.clone()));
        arrivals.extend(ends_here.then_some(Arrival::CaughtUp(arrived)));
    }
    arrivals
}

/// What is told, as the program tells it: JSON.
#[derive(Default)]
struct Told(Vec<String>);

impl Told {
    fn take(&mut self, live: &mut Live, arrival: &Arrival) {
        let mut tell = |finding: Finding| self.0.push(serde_json::to_string(&finding).unwrap());
        match arrival {
            Arrival::Event(entry) => {
                assert_eq!(live.feed(entry.text().as_bytes(), &mut tell), Fed::Examined);
            }
            Arrival::CaughtUp(at) => live.caught_up(time(*at), &mut tell),
        }
    }
}

fn live(detector: &Arc<Detector>, settings: &Settings) -> Live {
    Live::new(detector, settings, LATENESS, PENDING_BYTES)
}

/// A month after everything.
fn end_of(entries: &[Entry]) -> Timestamp {
    let last = entries.iter().map(Entry::time).max().unwrap_or(BEGIN);
    time(last.max(BEGIN) + 30 * 86_400_000)
}

/// The last revision of each finding.
fn last_of_each(findings: impl IntoIterator<Item = Finding>) -> BTreeMap<String, Finding> {
    findings.into_iter().map(|one| (one.id.to_string(), one)).collect()
}

#[test]
fn what_settles_is_what_the_saved_log_gives_but_for_what_came_late() {
    let (tally, lates) = (Tally::default(), Tally::default());
    let case = (rules(), tidy_log(3..30), vec(0..80_i64, 30), vec(any::<bool>(), 4), any::<bool>());
    try_on(200, &case, |(rules, entries, delays, ends, is_tight)| {
        let detector = detector(&rules.text());
        let settings = if is_tight { tight() } else { Settings::default() };
        let mut live = live(&detector, &settings);
        let (mut on_time, mut late) = (Vec::new(), Vec::new());
        let mut told = Vec::new();
        for arrival in arrivals(&entries, &delays, &ends) {
            match arrival {
                Arrival::Event(entry) => {
                    let is_late = live.watermark().is_some_and(|mark| time(entry.time()) < mark);
                    if is_late {
                        late.push(entry.clone());
                    } else {
                        on_time.push(entry.clone());
                    }
                    live.feed(entry.text().as_bytes(), &mut |one| told.push(one));
                }
                Arrival::CaughtUp(at) => live.caught_up(time(at), &mut |one| told.push(one)),
            }
        }
        live.settle(end_of(&entries), &mut |one| told.push(one));
        // What is ended for want of room may begin anew at the event with which it began.
        if !is_tight {
            follows_its_states(&told)?;
        }
        // Who is an administrator is learned from late events too.
        if late.iter().any(|entry| entry.kind == 3) {
            return Ok(());
        }
        let is_settled = |one: &Finding| one.state == State::Settled && !one.late;
        let settled = told.iter().filter(|one| is_settled(one)).cloned();
        let settled = last_of_each(settled.map(|one| Finding { replaces: Vec::new(), ..one }));
        let expected = found(&detector, &settings, &excerpts_of(&detector, &on_time));
        prop_assert_eq!(settled, last_of_each(expected.0));
        prop_assert_eq!(live.settled().counts().late, late.len() as u64);
        tally.add(told.iter().any(|one| one.state == State::Settled));
        lates.add(!late.is_empty());
        Ok(())
    });
    tally.is_at_least(100);
    lates.is_at_least(20);
}

/// What was raised is settled, replaced or withdrawn, the last word about what settled is a settled one, and no revision is told
/// twice, unless to take back what was added to it.
fn follows_its_states(told: &[Finding]) -> Result<(), TestCaseError> {
    let mut states: BTreeMap<&str, State> = BTreeMap::new();
    let mut settled: BTreeMap<&str, u32> = BTreeMap::new();
    for one in told {
        let id = one.id.as_str();
        for replaced in &one.replaces {
            let before = states.remove(replaced.as_str());
            prop_assert_eq!(before, Some(State::Provisional), "{} replaces {}", id, replaced);
            let is_settled = settled.contains_key(replaced.as_str());
            prop_assert!(!is_settled, "{} replaces {}, which was settled", id, replaced);
        }
        let is_added_to = states.get(id) == Some(&State::Provisional);
        match one.state {
            State::Provisional => {}
            State::Withdrawn => {
                prop_assert!(is_added_to, "{} withdrawn", id);
                prop_assert!(!settled.contains_key(id), "{} was settled and is withdrawn", id);
            }
            State::Settled => {
                let before = settled.insert(id, one.revision).unwrap_or_default();
                let is_later = before < one.revision || (before == one.revision && is_added_to);
                prop_assert!(is_later, "{} told twice", id);
            }
        }
        states.insert(id, one.state);
    }
    let open = states.values().filter(|state| **state == State::Provisional);
    prop_assert_eq!(open.count(), 0, "left open");
    Ok(())
}

#[test]
fn whoever_was_saved_and_restored_goes_on_as_if_it_had_never_stopped() {
    let tally = Tally::default();
    let case = (rules(), log(3..22), vec(0..80_i64, 30), vec(any::<bool>(), 4), any::<bool>());
    try_on(40, &case, |(rules, entries, delays, ends, is_tight)| {
        let detector = detector(&rules.text());
        let settings = if is_tight { tight() } else { Settings::default() };
        let arrivals = arrivals(&entries, &delays, &ends);
        let mut told = Told::default();
        let mut whole = live(&detector, &settings);
        let mut states = vec![(whole.save(), 0)];
        for arrival in &arrivals {
            told.take(&mut whole, arrival);
            states.push((whole.save(), told.0.len()));
        }
        for (at, (state, n_told)) in states.iter().enumerate() {
            let restored = Live::restore(&detector, &settings, LATENESS, PENDING_BYTES, state);
            let (mut live, restored) =
                restored.map_err(|it| TestCaseError::fail(it.to_string()))?;
            prop_assert!(restored.left_out.is_empty() && restored.new.is_empty());
            prop_assert!(live.save() == *state, "the state after {} arrivals", at);
            let mut again = Told::default();
            arrivals[at..].iter().for_each(|arrival| again.take(&mut live, arrival));
            prop_assert_eq!(&again.0[..], &told.0[*n_told..], "from {}", at);
            prop_assert!(live.save() == states[arrivals.len()].0, "the end, from {}", at);
        }
        tally.add(told.0.iter().any(|one| one.contains("provisional")));
        Ok(())
    });
    tally.is_at_least(20);
}

/// The rules as they are, and with one before them.
fn without_and_with_another(rules: &Rules) -> (Arc<Detector>, Arc<Detector>) {
    let other = "type: event_count, rules: [opened, granted], timespan: 1m, condition: {gte: 1}";
    let with = |other: &str| detector(&format!("{other}{}", rules.text()));
    (with(""), with(&rule(90, "", other)))
}

#[test]
fn rules_that_stay_keep_their_memory_when_others_come_and_go() {
    let tally = Tally::default();
    let case = (rules(), tidy_log(6..25), vec(0..50_i64, 30), 0..25_usize);
    try_on(150, &case, |(rules, entries, delays, at)| {
        let (before, after) = without_and_with_another(&rules);
        let run = |reloads: bool| {
            let (mut told, mut live) = (Vec::new(), live(&before, &Settings::default()));
            for (number, arrival) in arrivals(&entries, &delays, &[]).iter().enumerate() {
                if reloads && number == at {
                    let restored = live.reload(&after, Admins::default()).unwrap();
                    assert_eq!(
                        (restored.left_out.len(), &*restored.new),
                        (0, &["r90".to_owned()][..])
                    );
                } else if reloads && number == at + 3 {
                    let restored = live.reload(&before, Admins::default()).unwrap();
                    assert_eq!(
                        (restored.new.len(), &*restored.left_out),
                        (0, &["r90".to_owned()][..])
                    );
                }
                let Arrival::Event(entry) = arrival else { continue };
                live.feed(entry.text().as_bytes(), &mut |one| told.push(one));
            }
            live.settle(end_of(&entries), &mut |one| told.push(one));
            // A rule that another stands on raises nothing itself.
            let stays = ["r0", "r1", "r2", "r3"];
            told.retain(|one| stays.contains(&&*one.rule.name));
            told
        };
        let (expected, reloaded) = (run(false), run(true));
        tally.add(!expected.is_empty());
        prop_assert_eq!(expected, reloaded);
        Ok(())
    });
    tally.is_at_least(30);
}

/// What is told of these events by `r1`, if another rule is there from the first event on until before the second of these.
fn told_by_the_second(rules: &Rules, entries: &[Entry], [from, until]: [usize; 2]) -> Vec<State> {
    let (before, after) = without_and_with_another(rules);
    let (mut live, mut told) = (live(&before, &Settings::default()), Vec::new());
    let mut note = |one: Finding| told.extend((one.rule.name == "r1").then_some(one.state));
    for (number, entry) in entries.iter().enumerate() {
        for (_, detector) in [(from, &after), (until, &before)].iter().filter(|it| it.0 == number) {
            live.reload(detector, Admins::default()).unwrap();
        }
        live.feed(entry.text().as_bytes(), &mut note);
    }
    live.settle(end_of(entries), &mut note);
    told
}

#[test]
fn what_a_rule_that_is_gone_remembered_leaves_its_place_to_one_rule_and_not_to_two() {
    let rules = Rules(vec![
        rule(
            0,
            "",
            "type: event_count, group-by: [entity.user], rules: [started], condition: {gte: 1}, timespan: 5s",
        ),
        rule(1, "", "type: temporal, rules: [opened, r0], timespan: 2m, generate: true"),
    ]);
    let at = |number, second: i64, kind| Entry { kind, ..entry(number, BEGIN + second * 1000) };
    let entries = [at(0, 0, 3), at(1, 61, 1), at(2, 61, 2), at(3, 61, 0)];
    for reloads in [[9, 9], [0, 3], [1, 3]] {
        let told = told_by_the_second(&rules, &entries, reloads);
        assert_eq!(told, [State::Provisional, State::Settled], "{reloads:?}");
    }
}

#[test]
fn an_older_event_finds_what_it_follows_wherever_the_hand_is() {
    let temporal = "type: temporal, rules: [started, answered], condition: {gte: 2}, timespan: 5s";
    let rules = Rules(vec![
        rule(0, "", &format!("group-by: [entity.user], {temporal}")),
        rule(1, "", &format!("group-by: ['target[User].id', entity.user], {temporal}")),
    ]);
    let at = |number, second: i64, kind, targets: &[&'static str]| Entry {
        kind,
        targets: targets.to_vec(),
        ..entry(number, BEGIN + second * 1000)
    };
    // The one before the last happened last.
    let both = ["u1", "u2"];
    let entries = [at(0, 0, 3, &[]), at(1, 65, 1, &both), at(2, 71, 0, &[]), at(3, 66, 0, &both)];
    for reloads in [[9, 9], [0, 1], [0, 2], [1, 2], [1, 3]] {
        let told = told_by_the_second(&rules, &entries, reloads);
        let expected = [State::Provisional, State::Provisional, State::Settled, State::Settled];
        assert_eq!(told, expected, "{reloads:?}");
    }
}

/// Ada at some time, in milliseconds.
fn entry(number: usize, at: i64) -> Entry {
    Entry {
        number,
        at: Some(at),
        kind: 3,
        user: Some("ada@example.com"),
        ip: "192.0.2.1",
        failed: false,
        bytes: None,
        spot: None,
        targets: Vec::new(),
        token: None,
    }
}

#[test]
fn a_new_rule_says_nothing_of_events_that_wait_and_what_is_gone_is_taken_back() {
    let counting = |n| {
        rule(0, "", "type: event_count, rules: [started], timespan: 1m, condition: {gte: 1}")
            .replace("gte: 1", &format!("gte: {n}"))
    };
    let (before, after) = (detector(&Rules(vec![counting(1)]).text()), detector(BASES));
    let mut live = live(&before, &Settings::default());
    let mut states = Vec::new();
    let one = Entry { kind: 0, ..entry(1, BEGIN + 1) };
    live.feed(one.text().as_bytes(), &mut |one| {
        states.push((one.rule.name.clone(), one.state));
    });
    live.reload(&after, Admins::default()).unwrap();
    live.settle(end_of(&[one]), &mut |one| states.push((one.rule.name.clone(), one.state)));
    let name = || "r0".to_owned();
    assert_eq!(states, [(name(), State::Provisional), (name(), State::Withdrawn)]);
}

#[test]
fn an_event_from_far_ahead_of_all_clocks_does_not_make_others_late() {
    let detector = detector(BASES);
    let mut live = live(&detector, &Settings::default());
    live.tell(time(BEGIN));
    let mut told = Vec::new();
    for (number, at) in [(1, BEGIN), (2, BEGIN + 365 * 86_400_000), (3, BEGIN + 1000)] {
        live.feed(entry(number, at).text().as_bytes(), &mut |one| told.push((one.time, one.late)));
    }
    assert_eq!(
        told,
        [(Some(time(BEGIN)), false), (None, false), (Some(time(BEGIN + 1000)), false)]
    );
    assert_eq!(live.settled().counts().timeless, 1);
}

#[test]
fn an_event_from_a_little_ahead_of_all_clocks_does_not_make_others_late() {
    let mut live = live(&detector(BASES), &Settings::default());
    live.tell(time(BEGIN + 1000));
    let hours = 23 * 3600;
    for (number, second) in [(1, 0), (2, hours), (3, 1)] {
        live.feed(entry(number, BEGIN + second * 1000).text().as_bytes(), &mut |_| ());
    }
    let counts = live.settled().counts();
    assert_eq!((counts.late, counts.timeless), (0, 0));
    assert!(live.watermark() < Some(time(BEGIN + 1000)));
    assert_eq!(live.ahead(), Duration::from_secs(23 * 3600 - 1));
}

#[test]
fn what_is_pushed_moves_the_watermark_only_where_no_record_is_read() {
    for (has_record, late) in [(true, 0), (false, 1)] {
        let detector = detector(BASES);
        let mut live = live(&detector, &Settings::default());
        if has_record {
            live.follow_record();
        }
        // It is remembered.
        let saved = live.save();
        let (settings, room) = (Settings::default(), PENDING_BYTES);
        let restored = Live::restore(&detector, &settings, LATENESS, room, &saved);
        let (mut live, _) = restored.unwrap();
        live.tell(time(BEGIN + 10_000_000));
        live.feed_aside(entry(1, BEGIN + 9_000_000).text().as_bytes(), &mut |_| ());
        live.feed(entry(2, BEGIN).text().as_bytes(), &mut |_| ());
        assert_eq!(live.settled().counts().late, late, "with a record: {has_record}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let mut live = live(&detector(BASES), &Settings::default());
    let mut none = |_: Finding| panic!("nothing can be found");
    for text in ["", "null", "{\"uuid\":", "[1, 2]", "\u{0}"] {
        assert!(matches!(live.feed(text.as_bytes(), &mut none), Fed::Rejected(_)), "{text}");
    }
    assert_eq!(live.feed(b"{}", &mut none), Fed::Examined);
}

#[test]
fn a_damaged_state_is_refused() {
    let rules =
        rule(0, "", "type: event_count, rules: [started], timespan: 1m, condition: {gte: 1}");
    let detector = detector(&Rules(vec![rules]).text());
    let settings = Settings::default();
    let mut live = live(&detector, &settings);
    let text =
        format!(r#"{{"uuid":"1","published":"{}","eventType":"user.session.start"}}"#, time(BEGIN));
    live.feed(text.as_bytes(), &mut drop);
    let state = live.save();
    let restore = |state: &[u8]| {
        let restored = Live::restore(&detector, &settings, LATENESS, PENDING_BYTES, state);
        restored.map(|(live, _)| live.save())
    };
    assert_eq!(restore(&state).as_ref(), Ok(&state));
    for at in 17..state.len() {
        let mut changed = state.clone();
        changed[at] ^= 1 << (at % 8);
        assert_eq!(restore(&changed), Err(SnapshotError::Damaged), "byte {at}");
        assert_eq!(restore(&state[..at]), Err(SnapshotError::Damaged), "{at} bytes");
    }
    assert_eq!(restore(b"{}"), Err(SnapshotError::NotOne));
    let mut newer = state;
    newer[13] = 200;
    assert_eq!(restore(&newer), Err(SnapshotError::Version(200)));
}
