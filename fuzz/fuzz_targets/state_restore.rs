//! Whatever a saved state holds, it is refused or restored: nothing panics, no more memory is taken than a multiple of its
//! size, and what was restored goes on.
//!
//! If the first byte is 0 the rest is the file; if 1, the file between its head and its hash; else a valid state is changed at
//! places and by bytes that the rest names, and sealed again.

#![no_main]

use std::sync::{Arc, LazyLock};

use detect::{Detector, Engine};
use fuzz::memory::{detector, excerpts, go_on, log, seal, settings};
use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;

/// Counts what is allocated.
#[global_allocator]
static COUNTING: PeakAlloc = PeakAlloc;

/// The rules, those without one of them, and a state of the rules.
static RULES: LazyLock<[Arc<Detector>; 2]> = LazyLock::new(|| [detector(0), detector(1)]);

static LATER: LazyLock<[Vec<Vec<u8>>; 2]> = LazyLock::new(|| {
    let recipe: Vec<u8> =
        (0..=255).flat_map(|n: u8| [n % 7, n, n % 5, n.wrapping_mul(31)]).collect();
    [0, 1].map(|which| excerpts(&RULES[which], log(&recipe).as_bytes()))
});

static STATE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut engine = Engine::new(Arc::clone(&RULES[0]), settings());
    for one in LATER[0].iter().take(60) {
        engine.take(one, &mut |_| {});
    }
    let state = engine.save();
    let (body, last) = state.split_last_chunk().unwrap();
    assert_eq!(seal(body), u64::from_le_bytes(*last), "states are sealed in another way");
    state
});

fn state(first: u8, rest: &[u8]) -> Vec<u8> {
    let mut body = match first {
        0 => return rest.to_vec(),
        1 => [&STATE[..18], rest].concat(),
        _ => STATE[..STATE.len() - 8].to_vec(),
    };
    if first > 1 {
        for change in rest.chunks_exact(4) {
            let at = 18 + usize::from(u16::from_le_bytes([change[0], change[1]]));
            let at = at % body.len();
            match change[2] {
                0 => drop(body.remove(at)),
                1 => body.insert(at, change[3]),
                2 => body.truncate(at.max(18)),
                3 => (at..body.len().min(at + 8)).for_each(|at| body[at] = change[3]),
                _ => body[at] = change[3],
            }
        }
    }
    let seal = seal(&body);
    [&*body, &seal.to_le_bytes()].concat()
}

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let state = state(*first, rest);
    for (detector, later) in RULES.iter().zip(&*LATER) {
        let held = COUNTING.current_usage();
        COUNTING.reset_peak_usage();
        let restored = Engine::restore(Arc::clone(detector), settings(), &state);
        let taken = COUNTING.peak_usage().saturating_sub(held);
        assert!(taken < 100 * state.len() + 200_000, "{taken} bytes for {}", state.len());
        if let Ok((engine, _)) = restored {
            go_on(detector, engine, &later[later.len() - 40..]);
        }
    }
});
