//! What detection tells live is what a saved log gives, in whatever order events come and however it is interrupted.

mod crash;
mod rules;
mod stage;

use std::sync::Arc;
use std::time::Duration;

use self::stage::{Arrivals, Outcome, Site, lab_log};
use archive::Frame;

/// Arrivals of a log within the lateness, one seed after the other.
#[test]
fn live_equals_replay_in_any_order_of_arrival() {
    let log = lab_log(1);
    let rules = stage::rules();
    let expected = stage::detect(&*rules, &log);
    assert!(expected.len() > 5, "{} findings", expected.len());
    for seed in 0..2 {
        let site = Site::new(Arc::clone(&rules));
        let intake = site.open_intake().unwrap();
        for batch in Arrivals::new(&log, seed).batches {
            intake.append(batch).unwrap();
        }
        let mut detection = site.detection(&intake);
        stage::to_the_end(&mut detection).unwrap();
        let outcome = Outcome::of(&site, &intake);
        assert_eq!(outcome.events, stage::ids(&log), "events of arrival {seed}");
        assert_eq!(outcome.settled, expected, "arrival {seed}");
        assert_eq!(outcome.stored, expected, "the store after arrival {seed}");
    }
}

/// Whoever begins to watch reads a week first, and a hook may be quicker than its first page.
#[test]
fn what_is_pushed_before_the_record_is_read_makes_nothing_of_it_late() {
    let (log, rules) = (lab_log(1), stage::rules());
    let site = Site::new(Arc::clone(&rules));
    let intake = site.open_intake().unwrap();
    let last = log.iter().max_by_key(|entry| entry.time).unwrap();
    intake.append(stage::pushed(last)).unwrap();
    for batch in Arrivals::new(&log, 0).batches {
        intake.append(batch).unwrap();
    }
    stage::to_the_end(&mut site.detection(&intake)).unwrap();
    assert_eq!(Outcome::of(&site, &intake).settled, stage::detect(&*rules, &log));
}

/// The task itself, on a thread: it follows the intake, takes other rules and ends when it is told to.
#[test]
fn the_task_follows_the_intake_until_it_is_told_to_stop() {
    let log = lab_log(2);
    let rules = rules::few();
    let site = Site::new(Arc::clone(&rules));
    let intake = site.open_intake().unwrap();
    let (detection, orders) = site.task(&intake);
    let account = detection.account.clone();
    let task = std::thread::spawn(move || detection.run());
    let is_at_end = || account.seen().position == intake.end();
    let batches = Arrivals::new(&log, 7).batches;
    let half = batches.len() / 2;
    for (number, batch) in batches.into_iter().enumerate() {
        intake.append(batch).unwrap();
        if number == half {
            wait_for(is_at_end);
            orders.send(super::Order::Reload(Arc::clone(&rules))).unwrap();
        }
    }
    wait_for(is_at_end);
    orders.send(super::Order::Stop).unwrap();
    task.join().unwrap().unwrap();
    let outcome = Outcome::of(&site, &intake);
    assert_eq!(outcome.settled, stage::detect(&*rules, &log));
    assert_eq!(outcome.stored, outcome.settled);
    assert_eq!(account.seen().saved.map(|saved| saved.position), Some(intake.end()));
}

#[test]
fn a_stop_in_trouble_is_no_good_end() {
    let site = Site::new(rules::few());
    let intake = site.open_intake().unwrap();
    let (detection, orders) = site.task(&intake);
    site.disk.set_capacity(Some(0));
    orders.send(super::Order::Stop).unwrap();
    assert!(detection.run().is_err());
}

#[test]
fn rules_that_could_not_be_taken_are_taken_later_where_they_were_asked_for() {
    let (log, rules) = (lab_log(2), rules::few());
    let site = Site::new(Arc::clone(&rules));
    let intake = site.open_intake().unwrap();
    let (mut detection, orders) = site.task(&intake);
    let mut work = stage::begun(&mut detection);
    for batch in Arrivals::new(&log, 7).batches.into_iter().take(2) {
        intake.append(batch).unwrap();
        assert!(detection.step(&mut work, Duration::ZERO).unwrap());
    }
    let others = stage::rules();
    orders.send(super::Order::Reload(Arc::clone(&others))).unwrap();
    site.disk.set_capacity(Some(0));
    assert!(detection.obey(&mut work).is_err());
    site.disk.heal();

    let mut work = stage::begun(&mut detection);
    assert!(detection.step(&mut work, Duration::ZERO).unwrap());
    detection.obey(&mut work).unwrap();
    assert!(Arc::ptr_eq(&detection.rules, &rules), "of the first batch the old ones are told");
    assert!(detection.step(&mut work, Duration::ZERO).unwrap());
    detection.obey(&mut work).unwrap();
    assert!(Arc::ptr_eq(&detection.rules, &others) && detection.awaited.is_none());
}

/// Waits until something holds, a minute at most.
fn wait_for(holds: impl Fn() -> bool) {
    let began = std::time::Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_mins(1), "it does not come to hold");
        std::thread::yield_now();
    }
}

/// Every frame of an intake.
fn frames(intake: &archive::Intake) -> Vec<Frame> {
    let mut reader = intake.reader(intake.first());
    let next = || reader.next(Duration::ZERO).unwrap();
    std::iter::from_fn(next).collect()
}
