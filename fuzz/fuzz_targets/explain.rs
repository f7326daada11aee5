//! Whatever is pasted or given as results of a probe: nothing panics, and no long run of letters and digits that
//! could be a secret comes back out of a paste.

#![no_main]

use catalog::Confidence;
use libfuzzer_sys::fuzz_target;
use privilege::{Base, explain, read_evidence};

const SECRET: &str = "Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZg";

fuzz_target!(|input: &str| {
    let text = input.replace('\u{1}', SECRET);
    let told = explain(Base::builtin(), &text, Confidence::Unknown);
    let shown = format!(
        "{} {:?} {:?} {:?} {:?} {:?}",
        told.request, told.exchange.codes, told.exchange.missing_scopes, told.exchange.asked_scopes, told.remedy, told.notes
    );
    assert!(!shown.contains(SECRET), "{shown}");
    let (evidence, _) = read_evidence(&text);
    let again = serde_json::to_string(&evidence).unwrap();
    if !evidence.trials.is_empty() {
        assert_eq!(read_evidence(&again), (evidence, Vec::new()));
    }
});
