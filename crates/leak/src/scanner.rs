//! From a document to its leaks: sieve, layers, context, judgment, tenant.

mod assess;
mod frame;
mod glance;
mod merge;
#[cfg(test)]
mod tests;

use std::ops::Range;

use jiff::Timestamp;
use rustc_hash::FxHashSet;

use self::assess::Assessor;
use self::frame::Frames;
use self::glance::{Glance, core, glance};
use crate::layer::{self, Encoding, Layers};
use crate::leak::{Confidence, Leak};
use crate::sieve::{Hit, Sieve};
use crate::tenant::{Host, hosts};

/// A text to scan.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Its bytes, in any encoding.
    pub bytes: &'a [u8],
    /// Its path or name, which tells what it is; empty when there is none.
    pub path: &'a str,
    /// The time that expiry is measured by; `None` leaves it open.
    pub now: Option<Timestamp>,
}

/// What a scan came to.
#[derive(Debug, Clone, Default)]
pub struct Scan {
    /// In order of place.
    pub leaks: Vec<Leak>,
    /// Hosts of tenants that were seen; only looked for where there are leaks.
    pub hosts: Vec<Host>,
    /// What was left.
    pub unexamined: Unexamined,
}

/// What was not examined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unexamined {
    /// Stretches in an encoding nested deeper than [`DEPTH_MAX`].
    pub too_deep: u64,
    /// Stretches whose decoded text went beyond [`DECODED_MAX`], in all or by itself.
    pub too_large: u64,
    /// Values beyond [`JUDGED_MAX`] that may be credentials.
    pub too_many: u64,
}

impl Unexamined {
    /// Whether everything was examined.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Adds what another document left.
    pub fn add(&mut self, other: Self) {
        self.too_deep += other.too_deep;
        self.too_large += other.too_large;
        self.too_many += other.too_many;
    }
}

/// How deep encodings are undone within each other.
pub(crate) const DEPTH_MAX: usize = 6;

/// Bytes that all decoded texts of one document may take, besides those of the document itself.
pub(crate) const DECODED_MAX: usize = 64 << 20;

/// Values of one document that are judged. What stands around a value is read as far as it takes, so that a
/// text made of nothing but values would take hours.
pub(crate) const JUDGED_MAX: u64 = 50_000;

/// Finds credentials. Holds no text; one serves all threads.
#[derive(Debug)]
pub struct Scanner {
    sieve: Sieve,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl Scanner {
    /// A scanner for every kind of the catalog.
    pub fn new() -> Self {
        Self { sieve: Sieve::new() }
    }

    /// Finds the credentials of a document.
    pub fn scan(&self, document: Document<'_>) -> Scan {
        let mut search = Search::new(document);
        let mut next = 0;
        while next < search.frames.len() {
            search.examine(&self.sieve, next);
            next += 1;
        }
        search.finish()
    }
}

/// One document's search under way.
struct Search<'a> {
    frames: Frames<'a>,
    assessor: Assessor,
    /// Stretches that were decoded: frame, place, encoding.
    decoded: FxHashSet<(usize, usize, usize, Encoding)>,
    leaks: Vec<Leak>,
    /// Runs that lie in an encoding: judged as they stand only if nothing is found beneath.
    deferred: Vec<Deferred>,
    unexamined: Unexamined,
    room: usize,
    judged: u64,
}

/// A stretch of a frame that waits for what is found beneath it.
struct Deferred {
    frame: usize,
    hit: Hit,
}

impl<'a> Search<'a> {
    fn new(document: Document<'a>) -> Self {
        Self {
            frames: Frames::new(document.bytes),
            assessor: Assessor::new(document.now),
            decoded: FxHashSet::default(),
            leaks: Vec::new(),
            deferred: Vec::new(),
            unexamined: Unexamined::default(),
            room: DECODED_MAX + document.bytes.len(),
            judged: 0,
        }
    }

    /// Looks through one frame.
    fn examine(&mut self, sieve: &Sieve, number: usize) {
        let frame = self.frames.at(number);
        let text = frame.text();
        let columns = glance::Columns::of(text, frame.depth);
        let mut hits: Vec<Hit> = Vec::new();
        Sieve::runs(text, |run| match glance(text, &run, columns) {
            Glance::Skip => {}
            Glance::Decode => hits.push(Hit::Encoded(run)),
            Glance::Look => hits.push(Hit::Run(run)),
        });
        sieve.words(text, |hit| hits.extend(glance::word(text, hit)));
        for layer in layer::hidden(text, self.room) {
            self.descend(number, layer);
        }
        let mut layers = Layers::new(text);
        for hit in hits {
            self.hit(number, hit, &mut layers);
        }
    }

    /// Undoes the encodings a hit lies in, and judges it as it stands where there is none.
    fn hit(&mut self, number: usize, hit: Hit, layers: &mut Layers<'_>) {
        let stretch = match &hit {
            Hit::Run(run) | Hit::Value(run) | Hit::Encoded(run) => run.clone(),
            Hit::Pem(at) => *at..*at + 1,
            Hit::Word(_) => return,
        };
        let mut is_enclosed = false;
        for part in layers.around(stretch) {
            is_enclosed |= !part.encoding.is_whole();
            if let Some(layer) = part.layer {
                self.descend(number, layer);
            }
        }
        if matches!(hit, Hit::Encoded(_)) {
            return;
        }
        if is_enclosed {
            self.deferred.push(Deferred { frame: number, hit });
        } else {
            self.judge(number, &hit);
        }
    }

    /// Takes up a decoded stretch, unless it is known, too deep or too large.
    fn descend(&mut self, parent: usize, layer: layer::Layer) {
        let span = &layer.span;
        if !self.decoded.insert((parent, span.start, span.end, layer.encoding)) {
            return;
        }
        if layer.is_cut {
            self.unexamined.too_large += 1;
        }
        if self.frames.at(parent).depth >= DEPTH_MAX {
            self.unexamined.too_deep += 1;
        } else if let Some(room) = self.room.checked_sub(layer.text.len()) {
            self.room = room;
            self.frames.push(parent, layer);
        } else {
            self.unexamined.too_large += 1;
        }
    }

    fn judge(&mut self, number: usize, hit: &Hit) {
        let frame = self.frames.at(number);
        if let Hit::Run(run) | Hit::Value(run) = hit
            && frame.is_taken(run)
        {
            return;
        }
        if self.judged >= JUDGED_MAX {
            self.unexamined.too_many += 1;
            return;
        }
        self.judged += 1;
        let found = match hit {
            Hit::Run(run) => self.assessor.run(&self.frames, number, core(frame.text(), run)),
            Hit::Value(run) => self.assessor.value(&self.frames, number, run.clone()),
            Hit::Pem(at) => self.assessor.pem(&self.frames, number, *at),
            Hit::Word(_) | Hit::Encoded(_) => None,
        };
        if let Some(found) = found {
            frame.take(found.taken);
            self.leaks.push(found.leak);
        }
    }

    /// What was found, each credential once in its place.
    fn finish(mut self) -> Scan {
        let sure = Covered::by(&self.leaks);
        for Deferred { frame, hit } in std::mem::take(&mut self.deferred) {
            let stretch = match &hit {
                Hit::Run(run) | Hit::Value(run) | Hit::Encoded(run) => run.clone(),
                Hit::Pem(at) | Hit::Word(at) => *at..*at + 1,
            };
            let stretch = self.frames.origin(frame, stretch);
            if !sure.overlaps(&stretch) {
                self.judge(frame, &hit);
            }
        }
        let leaks = merge::merge(self.leaks);
        let hosts = if leaks.is_empty() { Vec::new() } else { hosts(self.frames.at(0).text()) };
        Scan { leaks, hosts, unexamined: self.unexamined }
    }
}

/// Places of what was read beneath an encoding and is more than a candidate; what is hardly sure may come of an
/// encoding that is none. In order, so that many values that wait cost no look at each of many leaks.
struct Covered {
    /// Where each begins, and the farthest end of those up to it.
    reaches: Vec<(usize, usize)>,
}

impl Covered {
    fn by(leaks: &[Leak]) -> Self {
        let sure = leaks.iter().filter(|leak| leak.confidence > Confidence::Candidate);
        let mut reaches: Vec<_> = sure.map(|leak| (leak.span.start, leak.span.end)).collect();
        reaches.sort_unstable();
        let mut farthest = 0;
        for (_, end) in &mut reaches {
            farthest = farthest.max(*end);
            *end = farthest;
        }
        Self { reaches }
    }

    /// Whether any of them shares a byte with `stretch`.
    fn overlaps(&self, stretch: &Range<usize>) -> bool {
        let before = self.reaches.partition_point(|(start, _)| *start < stretch.end);
        before.checked_sub(1).is_some_and(|last| stretch.start < self.reaches[last].1)
    }
}
