//! Whatever lists, logs and recordings hold: nothing panics, pieces of any size read like the whole, everything
//! is counted, and no more is kept than the limits allow.

#![no_main]

use libfuzzer_sys::fuzz_target;
use privilege::{Base, Collector, EvidenceKind, Feed, Form, Hint, Usage};

fuzz_target!(|input: &[u8]| {
    let [form, piece, input @ ..] = input else { return };
    let form = Form::ALL[usize::from(*form) % Form::ALL.len()];
    let whole = read(form, input, input.len().max(1));
    let pieces = read(form, input, usize::from(*piece).max(1));
    assert_eq!(format!("{whole:?}"), format!("{pieces:?}"));
    for entry in &whole.entries {
        assert!(entry.count > 0 && entry.n_refused <= entry.count);
        assert!(entry.ids.values().all(|ids| ids.len() <= 1_000));
        assert!(entry.query.len() <= 100 && entry.query.values().all(|values| values.len() <= 100));
        assert!(entry.input.chars().count() <= 301);
        let is_one = entry.evidence.contains(&EvidenceKind::Declared) && whole.entries.len() < 20_000;
        assert!(!is_one || entry.count == 1);
    }
    assert!(whole.faults.len() as u64 <= whole.n_faults);
});

fn read(form: Form, input: &[u8], piece: usize) -> Usage {
    let base = Base::builtin();
    let mut collector = Collector::new(base, Hint::default());
    collector.begin("input");
    let mut feed = Feed::new(form, base);
    for bytes in input.chunks(piece) {
        feed.push(bytes, &mut collector);
    }
    feed.finish(&mut collector);
    let n_taken = collector.n_taken();
    let usage = collector.finish();
    let n_counted: u64 = usage.entries.iter().map(|entry| entry.count).sum();
    assert_eq!(n_counted + usage.n_faults, n_taken);
    usage
}
