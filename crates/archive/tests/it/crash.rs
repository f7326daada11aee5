//! Whatever happens to the disk: what was acknowledged is there once, what was not is there whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use archive::fault::{Fault, FaultyDisk};
use archive::{
    Batch, Error, Frame, Intake, Note, Position, Receipt, Record, Settings, SourceId, Transport,
};
use jiff::Timestamp;
use proptest::prelude::*;

/// What may happen.
#[derive(Debug, Clone)]
enum Step {
    /// Batches are submitted at once: ids and hours of their events.
    Submit(Vec<Vec<(u8, u8)>>),
    /// An operation soon after this one fails.
    Fail(u64, Fault),
    /// So many more bytes fit on the disk.
    Fill(u64),
    /// The disk is as it should be again.
    Heal,
    /// The program ends and begins again.
    Restart,
    /// The power is cut.
    Crash(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let event = (0..60u8, 0..3u8);
    let batch = prop::collection::vec(event, 0..12);
    let fault = prop_oneof![2 => Just(Fault::Error), 1 => Just(Fault::PowerCut)];
    prop_oneof![
        8 => prop::collection::vec(batch, 1..4).prop_map(Step::Submit),
        3 => (0..12u64, fault).prop_map(|(after, fault)| Step::Fail(after, fault)),
        1 => (0..4000u64).prop_map(Step::Fill),
        1 => Just(Step::Heal),
        1 => Just(Step::Restart),
        2 => any::<u64>().prop_map(Step::Crash),
    ]
}

fn source() -> SourceId {
    SourceId { provider: "okta".into(), tenant: "acme".into() }
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_793_610_000 + seconds).unwrap()
}

/// A batch that can be told by when it was received.
fn batch(number: i64, events: &[(u8, u8)]) -> Batch {
    let record = |(id, hour): &(u8, u8)| Record {
        // An event has its one time: the hour belongs to the id.
        id: format!("{id} in {hour}").into(),
        time: (*hour > 0).then(|| time(i64::from(*hour) * 3600)),
        bytes: format!("{{\"id\":{id},\"filler\":\"{}\"}}", "x".repeat(usize::from(*id) * 7))
            .into_bytes()
            .into(),
    };
    Batch {
        source: source(),
        transport: Transport::Poll,
        received: time(number),
        records: events.iter().map(record).collect(),
        notes: vec![Note::Cursor { of: "poll".into(), text: number.to_string() }],
    }
}

/// What must be true, and the disk it must be true of.
struct Model {
    disk: FaultyDisk,
    intake: Option<Intake>,
    /// Batches that were submitted, by number.
    submitted: BTreeMap<i64, Batch>,
    /// Where those lie that were acknowledged.
    acknowledged: BTreeMap<i64, Receipt>,
}

fn settings() -> Settings {
    // Small, so that segments end often and memory is short.
    Settings { segment_bytes: 1500, index_bytes: 4096, ..Settings::default() }
}

impl Model {
    fn new() -> Self {
        let (submitted, acknowledged) = (BTreeMap::new(), BTreeMap::new());
        let mut model = Self { disk: FaultyDisk::new(), intake: None, submitted, acknowledged };
        model.open();
        model
    }

    /// Opens the intake; on a disk that fails, after it was mended.
    fn open(&mut self) {
        self.intake = None;
        let disk = Arc::new(self.disk.clone());
        let intake = Intake::open(disk.clone(), settings()).or_else(|_| {
            self.disk.heal();
            Intake::open(disk, settings())
        });
        let intake = intake.unwrap_or_else(|_| {
            self.disk = self.disk.crashed(7);
            Intake::open(Arc::new(self.disk.clone()), settings()).unwrap()
        });
        self.intake = Some(intake);
    }

    fn intake(&self) -> &Intake {
        self.intake.as_ref().unwrap()
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Submit(batches) => self.submit(&batches),
            Step::Fail(after, fault) => self.disk.fail_at(self.disk.n_operations() + after, fault),
            Step::Fill(more) => self.disk.set_capacity(Some(self.disk.used() + more)),
            Step::Heal => self.disk.heal(),
            Step::Restart => {
                self.open();
                self.check();
            }
            Step::Crash(seed) => {
                self.intake = None;
                self.disk = self.disk.crashed(seed);
                self.open();
                self.check();
            }
        }
    }

    fn submit(&mut self, batches: &[Vec<(u8, u8)>]) {
        let (told, hears) = mpsc::channel();
        for events in batches {
            let number = self.submitted.len().try_into().unwrap();
            let batch = batch(number, events);
            self.submitted.insert(number, batch.clone());
            let told = told.clone();
            self.intake()
                .submit(batch, Box::new(move |answer| told.send((number, answer)).unwrap()));
        }
        drop(told);
        for (number, answer) in hears {
            if let Ok(receipt) = answer {
                self.acknowledged.insert(number, receipt);
            }
        }
    }

    fn frames(&self) -> Vec<Frame> {
        let mut reader = self.intake().reader(Position(0));
        std::iter::from_fn(|| reader.next(Duration::ZERO).unwrap()).collect()
    }

    fn check(&self) {
        let frames = self.frames();
        let mut held = BTreeSet::new();
        for (at, frame) in frames.iter().enumerate() {
            assert_eq!(frame.position, Position(at as u64));
            let batch = &self.submitted[&(frame.received.as_second() - time(0).as_second())];
            // Whole: what the frame lacks of its batch was there before, and is counted.
            let is_new = |record: &&Record| held.insert(record.id.clone());
            let expected: Vec<_> = batch.records.iter().filter(is_new).cloned().collect();
            assert_eq!(frame.records, expected);
            assert_eq!(frame.notes, batch.notes);
            let repeated: u32 = frame.repeats.iter().map(|repeat| repeat.count).sum();
            assert_eq!(repeated as usize, batch.records.len() - expected.len());
        }
        for (number, receipt) in &self.acknowledged {
            let frame = &frames[receipt.position.0 as usize - 1];
            assert_eq!(frame.received, time(*number), "moved");
            assert_eq!(frame.records.len(), receipt.added as usize);
        }
        // The cursor is that of the last batch that is kept, and never ahead of it.
        let cursor = self.intake().cursor(&source(), "poll");
        let last =
            frames.last().map(|one| (one.received.as_second() - time(0).as_second()).to_string());
        assert_eq!(cursor, last);
        for batch in self.submitted.values() {
            for record in &batch.records {
                let holds = self.intake().holds(&source(), &record.id, record.time).unwrap();
                assert_eq!(holds, held.contains(&record.id));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(300), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_is_there_once(steps in prop::collection::vec(step(), 1..40), seed: u64) {
        let mut model = Model::new();
        for step in steps {
            model.take(step);
        }
        model.take(Step::Crash(seed));
        // And it goes on: everything that was not acknowledged can be given again.
        model.disk.heal();
        let again: Vec<_> = model.submitted.keys().copied().collect();
        for number in again {
            let receipt = model.intake().append(model.submitted[&number].clone());
            let kept = receipt.unwrap();
            prop_assert_eq!((kept.added + kept.repeated) as usize, model.submitted[&number].records.len());
        }
    }
}

fn is_refused(answer: &Result<Receipt, Error>) -> bool {
    answer.as_ref().is_err_and(Error::may_pass)
}

#[test]
fn a_full_disk_is_said_and_passes() {
    let disk = FaultyDisk::new();
    let intake = Intake::open(Arc::new(disk.clone()), Settings::default()).unwrap();
    intake.append(batch(0, &[(1, 1)])).unwrap();
    disk.set_capacity(Some(disk.used() + 20));
    let answer = intake.append(batch(1, &[(2, 1), (1, 1)]));
    assert!(matches!(answer, Err(Error::DiskFull { .. })));
    assert!(!intake.holds(&source(), "2 in 1", Some(time(3600))).unwrap());
    disk.set_capacity(None);
    let receipt = intake.append(batch(1, &[(2, 1), (1, 1)])).unwrap();
    assert_eq!((receipt.position, receipt.added, receipt.repeated), (Position(2), 1, 1));
}

#[test]
fn after_a_failed_sync_nothing_is_written_to_that_file() {
    let disk = FaultyDisk::new();
    let intake = Intake::open(Arc::new(disk.clone()), Settings::default()).unwrap();
    intake.append(batch(0, &[(1, 1)])).unwrap();
    // The write succeeds, its sync does not.
    disk.fail_at(disk.n_operations() + 1, Fault::Error);
    assert!(is_refused(&intake.append(batch(1, &[(2, 1)]))));
    intake.append(batch(2, &[(3, 1)])).unwrap();
    drop(intake);
    // Had it been written behind the lost block, it would be lost as well.
    let disk = disk.crashed(1);
    let intake = Intake::open(Arc::new(disk), Settings::default()).unwrap();
    let mut reader = intake.reader(Position(0));
    let received: Vec<_> = std::iter::from_fn(|| reader.next(Duration::ZERO).unwrap())
        .map(|frame| frame.received)
        .collect();
    assert_eq!(received, [time(0), time(2)]);
}
