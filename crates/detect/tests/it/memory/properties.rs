//! What holds for any rules and any log: order, threads, stopping and going on, coming again, learning in silence.

use std::sync::Arc;

use detect::{Detector, Engine, Settings};
use proptest::collection::vec;
use proptest::prelude::*;

use super::log::{Entry, KINDS, lines, log};
use super::rules::{Rules, all_types, rule, rules};
use super::run::{Found, Tally, detector, excerpts_of, found, sorted, sweep, tight, try_on};

#[test]
fn order_and_files_do_not_matter() {
    let tally = Tally::default();
    let case = (rules(), log(3..25)).prop_flat_map(|(rules, entries)| {
        let shuffled = Just(entries.clone()).prop_shuffle();
        (Just(rules), Just(entries), shuffled, 1..5_usize, any::<bool>())
    });
    try_on(90, &case, |(rules, entries, shuffled, n_files, is_tight)| {
        let detector = detector(&rules.text());
        let settings = if is_tight { tight() } else { Settings::default() };
        let expected = found(&detector, &settings, &excerpts_of(&detector, &entries)).text();
        let files = shuffled.chunks(shuffled.len().div_ceil(n_files));
        let files: Vec<_> = files.map(|file| (sweep(&detector, &lines(file), 1), false)).collect();
        for most in [usize::MAX, 3_000, 1] {
            let found = found(&detector, &settings, &sorted(&files, most)).text();
            prop_assert_eq!(&found, &expected, "{}", most);
        }
        tally.add(!expected.is_empty());
        Ok(())
    });
    tally.is_at_least(45);
}

#[test]
fn threads_do_not_matter() {
    let detector = detector(&all_types(2, "group-by: [entity.user], ", "1m").text());
    let users = ["ada@example.com", "bo@example.com", "cy@example.com"];
    let entry = |number: usize| Entry {
        number,
        at: Some(super::log::BEGIN + i64::try_from(number * 7919 % 5000).unwrap() * 500),
        kind: number % KINDS.len(),
        user: Some(users[number * 31 % users.len()]),
        ip: ["192.0.2.1", "192.0.2.2", "198.51.100.3"][number * 17 % 3],
        failed: number.is_multiple_of(3),
        bytes: Some(u32::try_from(number % 11).unwrap()),
        spot: Some(number % 4),
        targets: vec!["u1"],
        token: None,
    };
    let entries: Vec<Entry> = (0..5000).map(entry).collect();
    let log = lines(&entries);
    assert!(log.len() > 2 << 20, "several pieces, not {}", log.len());
    let one = sweep(&detector, &log, 1);
    for threads in [2, 7] {
        assert!(sweep(&detector, &log, threads) == one, "{threads} threads");
    }
}

/// The findings of each event and the state before it, the last one after all.
fn run(
    detector: &Arc<Detector>,
    settings: &Settings,
    excerpts: &[Vec<u8>],
) -> (Vec<Vec<String>>, Vec<Vec<u8>>) {
    let mut engine = Engine::new(Arc::clone(detector), settings.clone());
    let mut states = vec![engine.save()];
    let found = excerpts.iter().map(|one| {
        let mut found = Found::default();
        found.feed(&mut engine, std::slice::from_ref(one));
        states.push(engine.save());
        found.text()
    });
    (found.collect(), states)
}

#[test]
fn a_restored_state_goes_on_as_if_it_had_never_stopped() {
    let tally = Tally::default();
    let case = (rules(), log(3..22), any::<bool>());
    try_on(60, &case, |(rules, entries, is_tight)| {
        let detector = detector(&rules.text());
        let settings = if is_tight { tight() } else { Settings::default() };
        let excerpts = excerpts_of(&detector, &entries);
        let (expected, states) = run(&detector, &settings, &excerpts);
        for (at, state) in states.iter().enumerate() {
            let restored = Engine::restore(Arc::clone(&detector), settings.clone(), state);
            let (mut engine, restored) =
                restored.map_err(|it| TestCaseError::fail(it.to_string()))?;
            prop_assert!(restored.left_out.is_empty() && restored.new.is_empty());
            prop_assert!(&engine.save() == state, "the state after {} events", at);
            let mut found = Found::default();
            found.feed(&mut engine, &excerpts[at..]);
            prop_assert_eq!(found.text(), expected[at..].concat(), "from {}", at);
            prop_assert!(engine.save() == states[excerpts.len()], "the end, from {}", at);
        }
        tally.add(expected.iter().any(|one| !one.is_empty()));
        Ok(())
    });
    tally.is_at_least(18);
}

/// What becomes of the first rule.
#[derive(Debug, Clone, Copy)]
enum Change {
    Removed,
    Changed,
    Joined,
}

#[test]
fn a_change_to_one_rule_leaves_the_others_alone() {
    let change = proptest::sample::select(vec![Change::Removed, Change::Changed, Change::Joined]);
    let case = (rules(), log(3..22), change, 0..1000_usize);
    let tally = Tally::default();
    try_on(80, &case, |(Rules(all), entries, change, at)| {
        let is_outer = |text: &&String| text.contains("rules: [r0") || text.contains(", r0]");
        let others: Vec<String> =
            all.iter().skip(1).filter(|text| !is_outer(text)).cloned().collect();
        let another = "type: event_count, rules: [opened], group-by: [outcome.result], timespan: 1h, condition: {gte: 1}";
        let changed = match change {
            Change::Removed => others.clone(),
            Change::Changed => [vec![rule(0, "", another)], others.clone()].concat(),
            Change::Joined => [all.clone(), vec![rule(9, "", another)]].concat(),
        };
        let names: Vec<&str> = if matches!(change, Change::Joined) {
            vec!["r0", "r1", "r2", "r3"]
        } else {
            (1..4)
                .filter(|n| others.iter().any(|text| text.contains(&format!("name: r{n}\n"))))
                .map(|n| ["", "r1", "r2", "r3"][n])
                .collect()
        };
        let (before, after) = (detector(&Rules(all).text()), detector(&Rules(changed).text()));
        let (old, new) = (excerpts_of(&before, &entries), excerpts_of(&after, &entries));
        prop_assert_eq!(old.len(), new.len());
        let at = at % (old.len() + 1);
        let (expected, states) = run(&before, &Settings::default(), &old);
        let (mut engine, _) =
            Engine::restore(Arc::clone(&after), Settings::default(), &states[at]).unwrap();
        let mut found = Found::default();
        found.feed(&mut engine, &new[at..]);
        let is_of =
            |text: &String| names.iter().any(|name| text.contains(&format!("\"name\":\"{name}\"")));
        let expected: Vec<_> = expected[at..].concat().into_iter().filter(is_of).collect();
        let found: Vec<_> = found.text().into_iter().filter(is_of).collect();
        tally.add(!found.is_empty());
        prop_assert_eq!(found, expected);
        Ok(())
    });
    tally.is_at_least(18);
}

#[test]
fn what_comes_again_raises_nothing_anew() {
    let case = (rules(), log(3..25), 0..1000_usize, 0..1000_usize);
    try_on(90, &case, |(rules, entries, stop, back)| {
        let detector = detector(&rules.text());
        let all = excerpts_of(&detector, &entries);
        let once = found(&detector, &Settings::default(), &all).ids();
        let twice = excerpts_of(&detector, entries.iter().chain(&entries));
        prop_assert_eq!(&found(&detector, &Settings::default(), &twice).ids(), &once, "in one run");
        let stop = stop % (all.len() + 1);
        let back = back % (stop + 1);
        let mut engine = Engine::new(Arc::clone(&detector), Settings::default());
        let mut overlapping = Found::default();
        overlapping.feed(&mut engine, &all[..stop]);
        let (mut engine, _) =
            Engine::restore(Arc::clone(&detector), Settings::default(), &engine.save()).unwrap();
        overlapping.feed(&mut engine, &all[back..]);
        overlapping.feed(&mut engine, &all);
        overlapping.wait(&mut engine);
        prop_assert_eq!(&overlapping.ids(), &once, "logs that overlap");
        Ok(())
    });
}

#[test]
fn events_to_learn_from_teach_and_raise_nothing() {
    let tally = Tally::default();
    let case = (rules(), log(3..25), vec(any::<bool>(), 0..4), 0..1000_usize);
    try_on(90, &case, |(rules, entries, _, at)| {
        let detector = detector(&rules.text());
        let quiet = [(sweep(&detector, &lines(&entries), 1), true)];
        let silent = found(&detector, &Settings::default(), &sorted(&quiet, usize::MAX));
        prop_assert_eq!(silent.text(), Vec::<String>::new());
        // Those before some time teach, the others count.
        let begin = entries[at % entries.len()].at.unwrap_or_default();
        let (early, late): (Vec<&Entry>, Vec<&Entry>) =
            entries.iter().partition(|entry| entry.time() < begin);
        let logs = [(early, true), (late, false)];
        let logs = logs.map(|(part, quiet)| (sweep(&detector, &lines(part), 1), quiet));
        let taught = found(&detector, &Settings::default(), &sorted(&logs, usize::MAX));
        let all = found(&detector, &Settings::default(), &excerpts_of(&detector, &entries));
        let ids = all.ids();
        prop_assert!(taught.ids().iter().all(|id| ids.contains(id)), "nothing else is found");
        let begin = jiff::Timestamp::from_millisecond(begin).unwrap();
        let is_due = |one: &&finding::Finding| one.time.is_some_and(|time| time >= begin);
        let due: Vec<_> = all.0.iter().filter(is_due).map(|one| one.id.clone()).collect();
        let ids = taught.ids();
        prop_assert!(due.iter().all(|id| ids.contains(&id.as_str().to_owned())), "{:?}", due);
        tally.add(!due.is_empty() && begin.as_millisecond() > super::log::BEGIN);
        Ok(())
    });
    tally.is_at_least(18);
}
