//! All inputs of a run, one after the other, and the account of them.

use std::io::Read;

use crate::console::Console;
use crate::input::{self, Expanded, Progress, Stop};
use crate::summary::{Fault, Reject, Summary};

/// Whether a progress bar may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bar {
    /// If there is a terminal for it.
    Drawn,
    /// Results are printed to the same terminal as they come.
    Hidden,
}

impl Bar {
    /// For results that are held to the end, or go past the terminal.
    pub(crate) fn when(is_out_of_the_way: bool) -> Self {
        if is_out_of_the_way { Self::Drawn } else { Self::Hidden }
    }
}

/// Opens the inputs and hands each to `examine`, with its name. Counts
/// in `summary` what was read and what was not. Ends early once `stop` is set.
pub(crate) fn each(
    inputs: &Expanded,
    console: Console,
    bar: Bar,
    stop: &Stop,
    summary: &mut Summary,
    mut examine: impl FnMut(&mut (dyn Read + Send), &str) -> detect::Summary,
) {
    inputs.faults.iter().for_each(|fault| summary.inputs.faults.add(fault.clone()));
    let progress = Progress::of(&inputs.sources, bar == Bar::Drawn && console.shows_progress());
    for source in &inputs.sources {
        if stop.is_set() {
            break;
        }
        console.detail(format_args!("reading {}", source.name));
        match input::open(source, &progress, stop) {
            Ok(mut opened) => {
                let counts = examine(&mut opened.reader, &source.name);
                count(summary, &source.name, counts, opened.trouble.take());
            }
            Err(why) => summary.inputs.faults.add(Fault { path: source.name.clone(), why }),
        }
    }
    progress.finish();
    summary.stopped_early = stop.is_set();
}

/// Adds what became of one input. One that gave nothing but mistakes does not count as read.
fn count(summary: &mut Summary, path: &str, counts: detect::Summary, trouble: Option<String>) {
    let rejected = counts.rejected.values().sum::<u64>();
    let events = counts.examined + counts.out_of_scope;
    let trouble = trouble.or_else(|| counts.stopped.map(|error| error.to_string()));
    if events > 0 || (rejected == 0 && trouble.is_none()) {
        summary.inputs.read += 1;
    }
    summary.inputs.bytes += counts.bytes;
    if let Some(why) = trouble {
        summary.inputs.faults.add(Fault { path: path.to_owned(), why });
    }
    let all = &mut summary.events;
    all.examined += counts.examined;
    all.outside += counts.out_of_scope;
    for (product, count) in counts.products {
        *all.products.entry(product.unwrap_or("unknown")).or_default() += count;
    }
    let rejects = counts.first_rejected.iter().map(|one| reject(path, one.place, &one.why));
    all.rejected.add_many(rejected, rejects);
    let faults = counts.first_fault.iter().map(|(place, fault)| reject(path, *place, fault));
    all.faulty.add_many(counts.faulty, faults);
}

fn reject(path: &str, place: event::Place, why: &impl ToString) -> Reject {
    let event::Place { line, offset } = place;
    Reject { path: path.to_owned(), line, offset, why: why.to_string() }
}
