//! Whatever a log holds, rules of every type go over it within their limits, and what they remember can be saved.
//!
//! If the first byte is even the rest is a log, else a recipe for one: see `fuzz::memory::log`.

#![no_main]

use std::sync::{Arc, LazyLock};

use detect::{Detector, Engine};
use fuzz::memory::{detector, excerpts, go_on, log, settings};
use libfuzzer_sys::fuzz_target;

static DETECTOR: LazyLock<Arc<Detector>> = LazyLock::new(|| detector(0));

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let excerpts = match first % 2 {
        0 => excerpts(&DETECTOR, rest),
        _ => excerpts(&DETECTOR, log(rest).as_bytes()),
    };
    go_on(&DETECTOR, Engine::new(Arc::clone(&DETECTOR), settings()), &excerpts);
});
