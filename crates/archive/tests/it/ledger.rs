//! The account against the same rules, written down naively.

use std::collections::BTreeSet;

use archive::{
    Error, Frame, Ledger, Note, Position, Record, Repeat, SETTLED_AFTER, SourceId, Sweep, Transport,
};
use jiff::Timestamp;
use proptest::prelude::*;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_793_610_000 + minutes * 60).unwrap()
}

fn source() -> SourceId {
    SourceId { provider: "okta".into(), tenant: "acme".into() }
}

fn frame(transport: Transport, events: &[i64], notes: Vec<Note>) -> Frame {
    let record = |minutes: &i64| Record {
        id: format!("e{minutes}").into(),
        time: Some(at(*minutes)),
        bytes: b"{}".as_slice().into(),
    };
    Frame {
        position: Position(0),
        source: source(),
        transport,
        received: at(10_000),
        records: events.iter().map(record).collect(),
        repeats: Vec::new(),
        notes,
    }
}

fn swept(from: i64, until: i64, asked: i64, missing: u64) -> Note {
    let (from, until, asked) = (at(from), at(until), at(asked));
    Note::Swept(Sweep { from, until, asked, seen: missing, missing, is_complete: true })
}

/// Frames as (events, sweep), and `T` behind each.
fn check(steps: &[(&[i64], Option<Note>, Option<i64>)]) {
    let mut ledger = Ledger::new();
    for (number, (events, note, expected)) in steps.iter().enumerate() {
        ledger.observe(&frame(Transport::Poll, events, note.iter().cloned().collect()));
        let report = ledger.report(at(0)).remove(0);
        assert_eq!(report.verified_until, expected.map(at), "step {number}");
    }
}

#[test]
fn a_query_that_finds_nothing_moves_t() {
    check(&[(&[5], None, None), (&[], Some(swept(0, 60, 200, 0)), Some(60))]);
}

#[test]
fn the_last_hour_before_a_query_is_not_verified() {
    check(&[
        (&[], Some(swept(0, 100, 130, 0)), Some(70)),
        (&[], Some(swept(70, 200, 130, 0)), Some(70)),
        (&[], Some(swept(70, 100, 160, 0)), Some(100)),
    ]);
}

#[test]
fn a_query_that_found_something_moves_nothing() {
    check(&[
        (&[], Some(swept(0, 60, 200, 0)), Some(60)),
        (&[90], Some(swept(60, 120, 200, 1)), Some(60)),
        (&[], Some(swept(60, 120, 200, 0)), Some(120)),
    ]);
}

#[test]
fn a_query_that_leaves_a_hole_moves_nothing() {
    check(&[
        (&[], Some(swept(0, 60, 200, 0)), Some(60)),
        (&[], Some(swept(61, 120, 200, 0)), Some(60)),
    ]);
}

#[test]
fn a_later_arrival_moves_t_back_and_is_said() {
    let mut ledger = Ledger::new();
    ledger.observe(&frame(Transport::Poll, &[], vec![swept(0, 60, 200, 0)]));
    ledger.observe(&frame(Transport::Hook, &[60, 30, 40], Vec::new()));
    let report = ledger.report(at(300)).remove(0);
    assert_eq!(report.verified_until, Some(at(30)));
    let told: Vec<_> = report.corrections.iter().map(|one| (one.time, one.was_until)).collect();
    assert_eq!(told, [(at(30), at(60))]);
    ledger.observe(&frame(Transport::Sweep, &[], vec![swept(30, 60, 200, 0)]));
    assert_eq!(ledger.report(at(300)).remove(0).verified_until, Some(at(60)));
}

#[test]
fn what_was_not_asked_for_moves_nothing_back() {
    check(&[(&[], Some(swept(50, 60, 200, 0)), Some(60)), (&[10], None, Some(60))]);
}

fn gap(from: i64, until: i64) -> Note {
    Note::Gap { from: at(from), until: at(until), why: "the provider keeps less".into() }
}

fn stretch(ledger: &Ledger) -> Option<(Timestamp, Timestamp)> {
    let verified = ledger.report(at(0)).remove(0).verified?;
    Some((verified.from, verified.until))
}

#[test]
fn t_never_passes_over_a_gap() {
    // Notes in their order, and the stretch behind them.
    let check = |notes: &[Note], expected: Option<(i64, i64)>| {
        let mut ledger = Ledger::new();
        for note in notes {
            ledger.observe(&frame(Transport::Sweep, &[], vec![note.clone()]));
        }
        let expected = expected.map(|(from, until)| (at(from), at(until)));
        assert_eq!(stretch(&ledger), expected, "{notes:?}");
    };
    let (long, before, behind) =
        (swept(0, 100, 200, 0), swept(0, 40, 200, 0), swept(50, 100, 200, 0));
    check(&[gap(40, 50), long.clone()], Some((50, 100)));
    check(&[before.clone(), gap(40, 50), behind.clone()], Some((50, 100)));
    check(&[before.clone(), gap(40, 50), swept(40, 100, 200, 0)], Some((50, 100)));
    check(&[before.clone(), gap(40, 50), swept(40, 45, 200, 0)], Some((0, 40)));
    check(&[long.clone(), gap(40, 50)], Some((50, 100)));
    check(&[long.clone(), gap(40, 150)], Some((0, 40)));
    check(&[long.clone(), gap(-5, 150), long.clone()], None);
    check(&[gap(-5, 10), gap(20, 30), gap(90, 110), long.clone()], Some((30, 90)));
    // Gaps that are not remembered any more still hold.
    let mut many = vec![gap(40, 50)];
    many.extend((0..archive::GAPS_KEPT).map(|_| gap(-9, -8)));
    many.push(long);
    check(&many, Some((50, 100)));
}

#[test]
fn nothing_is_verified_before_frames_that_were_lost() {
    let (from, until) = (Position(1), Position(3));
    let damaged = Error::Damaged { name: String::new(), offset: 0, why: "", from, until };
    for error in [damaged, Error::Removed { from, until }] {
        let mut ledger = Ledger::new();
        ledger.observe(&frame(Transport::Poll, &[], vec![swept(0, 60, 200, 0)]));
        ledger.observe_error(&error);
        let later = Frame { received: at(20_000), ..frame(Transport::Poll, &[], Vec::new()) };
        ledger.observe(&later);
        let sweep = swept(60, 21_000, 30_000, 0);
        let report = ledger.report(at(0)).remove(0);
        assert_eq!((report.verified, report.n_gaps, ledger.lost_frames()), (None, 1, 2));
        ledger.observe(&Frame { received: at(30_000), notes: vec![sweep], ..later });
        assert_eq!(stretch(&ledger), Some((at(20_000), at(21_000))));
    }
}

#[test]
fn a_clock_that_was_ahead_once_does_not_hide_the_lag() {
    let mut ledger = Ledger::new();
    ledger.observe(&frame(Transport::Poll, &[], vec![Note::CaughtUp { at: at(5_000_000) }]));
    assert_eq!(ledger.report(at(10_001)).remove(0).lag_s, Some(60));
}

#[test]
fn ways_are_counted_apart() {
    let mut ledger = Ledger::new();
    ledger.observe(&frame(Transport::Hook, &[5, 6, 6], Vec::new()));
    let repeats = vec![Repeat { minute: Some(at(6).as_second() / 60), count: 2 }];
    let at_end = Note::CaughtUp { at: at(7) };
    ledger.observe(&Frame { repeats, ..frame(Transport::Poll, &[7], vec![at_end]) });
    let report = ledger.report(at(10)).remove(0);
    let told =
        report.transports.iter().map(|one| (one.transport, one.count.added, one.count.repeated));
    let told: Vec<_> = told.collect();
    assert_eq!(told, [(Transport::Poll, 1, 2), (Transport::Hook, 3, 0)]);
    assert_eq!(report.minutes.len(), 3);
    assert_eq!((report.lag_s, report.newest_event), (Some(180), Some(at(7))));
}

#[test]
fn an_event_from_the_future_makes_nothing_old() {
    let mut ledger = Ledger::new();
    ledger.observe(&frame(Transport::Poll, &[5, 50_000_000, 6], Vec::new()));
    let report = ledger.report(at(10)).remove(0);
    assert_eq!((report.newest_event, report.minutes.len(), report.n_ahead), (Some(at(6)), 2, 1));
}

/// What may happen to a source, in minutes.
#[derive(Debug, Clone)]
enum Step {
    Event(i64),
    Sweep { from: i64, len: i64, after: i64, is_complete: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let sweep = (0..200i64, 1..200i64, -60..120i64, prop::bool::weighted(0.9));
    prop_oneof![
        2 => (0..400i64).prop_map(Step::Event),
        3 => sweep.prop_map(|(from, len, after, is_complete)| Step::Sweep { from, len, after, is_complete }),
    ]
}

proptest! {
    /// The naive account keeps the set of minutes of the stretch that are verified, one by one.
    #[test]
    fn t_is_what_the_rule_says(steps in prop::collection::vec(step(), 1..40)) {
        let (mut ledger, mut held) = (Ledger::new(), BTreeSet::new());
        let (mut begin, mut is_verified) = (None, BTreeSet::new());
        for step in steps {
            match step {
                Step::Event(minutes) => {
                    if !held.insert(minutes) { continue; }
                    ledger.observe(&frame(Transport::Poll, &[minutes], Vec::new()));
                    is_verified.retain(|one| *one < minutes || begin.is_some_and(|begin| minutes < begin));
                }
                Step::Sweep { from, len, after, is_complete } => {
                    let (until, asked) = (from + len, from + len + after);
                    // The provider has an event every seventeen minutes.
                    let missing: Vec<_> = (from..until).filter(|one| one % 17 == 0 && !held.contains(one)).collect();
                    held.extend(&missing);
                    is_verified.retain(|one| begin.is_none_or(|begin| missing.iter().all(|late| one < late || *late < begin)));
                    let sweep = Sweep {
                        from: at(from), until: at(until), asked: at(asked), is_complete,
                        seen: 0, missing: missing.len() as u64,
                    };
                    ledger.observe(&frame(Transport::Sweep, &missing, vec![Note::Swept(sweep)]));
                    let says: Vec<_> = (from..until).filter(|one| at(*one) < at(asked) - SETTLED_AFTER).collect();
                    let last = begin.map(|begin| is_verified.last().map_or(begin, |last| last + 1));
                    let joins = last.is_none_or(|last| from <= last);
                    if is_complete && missing.is_empty() && joins && !says.is_empty() {
                        let begin = *begin.get_or_insert(from);
                        is_verified.extend(says.into_iter().filter(|one| *one >= begin));
                    }
                }
            }
            let expected = begin.map(|begin| at(is_verified.last().map_or(begin, |last| last + 1)));
            prop_assert_eq!(ledger.report(at(0)).first().and_then(|report| report.verified_until), expected);
            let json = serde_json::to_string(&ledger).unwrap();
            prop_assert_eq!(serde_json::from_str::<Ledger>(&json).unwrap(), ledger.clone());
        }
    }
}
