//! Excerpts put in the order of time, over all inputs: in memory, and beyond that in runs that the caller keeps somewhere.
//!
//! Ties are broken by the id of the event, then by what was read of it. An event that came twice stands next to itself, and
//! is passed on once, if its provider gave it an id.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, BufReader, Read};

use crate::excerpt;

/// Where runs are kept that do not fit into memory.
pub trait Spill {
    /// Keeps a run.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, run: &[u8]) -> io::Result<()>;

    /// Opens every run that was kept, in order, each to be read on its own.
    ///
    /// # Errors
    /// When one cannot be opened.
    fn open(&mut self) -> io::Result<Vec<Box<dyn Read>>>;
}

/// Bytes of excerpts that wait in memory unless the caller says otherwise: 48 MiB.
pub const PENDING_BYTES: usize = 48 << 20;

/// Bytes read of a run at a time.
const BUFFER_BYTES: usize = 256 * 1024;

/// Gathers excerpts of all inputs and passes them on in the order of time.
pub struct Sorter<'s> {
    spill: &'s mut dyn Spill,
    most: usize,
    row: Vec<u8>,
    /// Where each excerpt of the row begins, with its time.
    starts: Vec<(i64, usize)>,
    n_runs: usize,
}

impl<'s> Sorter<'s> {
    /// A sorter that holds that many bytes in memory.
    pub fn new(spill: &'s mut dyn Spill, most: usize) -> Self {
        Self { spill, most, row: Vec::new(), starts: Vec::new(), n_runs: 0 }
    }

    /// Takes a row of excerpts from an input, of that number. Quiet ones are only learned from.
    ///
    /// # Errors
    /// When what does not fit into memory cannot be written.
    pub fn add(&mut self, row: &[u8], input: u32, quiet: bool) -> io::Result<()> {
        let start = self.row.len();
        self.row.extend_from_slice(row);
        if let Some(added) = self.row.get_mut(start..) {
            excerpt::mark(added, input, quiet);
        }
        let mut at = start;
        excerpt::each(row, &mut |one| {
            self.starts.push((excerpt::time(one), at));
            at += one.len();
        });
        if self.row.len() + self.starts.len() * 16 > self.most {
            let run = self.sorted();
            self.spill.write(&run)?;
            self.n_runs += 1;
            self.row.clear();
            self.starts.clear();
        }
        Ok(())
    }

    /// How many runs did not fit into memory.
    pub fn n_runs(&self) -> usize {
        self.n_runs
    }

    fn order(&mut self) {
        let Self { row, starts, .. } = self;
        let content = |at: usize| {
            row.get(at..).and_then(excerpt::split).map_or(&[][..], |(one, _)| excerpt::content(one))
        };
        let is_sorted = starts.is_sorted_by(|one, other| one.0 < other.0);
        if !is_sorted {
            starts.sort_by(|(time, at), (other_time, other)| {
                time.cmp(other_time).then_with(|| content(*at).cmp(content(*other)))
            });
        }
    }

    fn sorted(&mut self) -> Vec<u8> {
        self.order();
        let mut run = Vec::with_capacity(self.row.len());
        for (_, at) in &self.starts {
            if let Some((one, _)) = self.row.get(*at..).and_then(excerpt::split) {
                run.extend_from_slice(one);
            }
        }
        run
    }

    /// Passes every excerpt on, in order, each event once. Returns how many came again.
    ///
    /// # Errors
    /// When a run cannot be read back.
    pub fn finish(mut self, each: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        let mut once = Once::new(each);
        if self.n_runs == 0 {
            self.order();
            for (_, at) in &self.starts {
                if let Some((one, _)) = self.row.get(*at..).and_then(excerpt::split) {
                    once.pass(one);
                }
            }
            return Ok(once.n_repeated);
        }
        let run = self.sorted();
        self.spill.write(&run)?;
        drop((self.row, self.starts, run));
        let mut runs = Vec::new();
        for run in self.spill.open()? {
            runs.push(Run { input: BufReader::with_capacity(BUFFER_BYTES, run), one: Vec::new() });
        }
        merge(runs, &mut once)?;
        Ok(once.n_repeated)
    }
}

/// Passes an excerpt on unless it is the last one again.
struct Once<'o> {
    each: &'o mut dyn FnMut(&[u8]),
    last: Vec<u8>,
    n_repeated: u64,
}

impl<'o> Once<'o> {
    fn new(each: &'o mut dyn FnMut(&[u8])) -> Self {
        Self { each, last: Vec::new(), n_repeated: 0 }
    }

    fn pass(&mut self, one: &[u8]) {
        // What the provider gave no id may have happened twice.
        let is_again = !self.last.is_empty()
            && excerpt::has_id(one)
            && excerpt::time(&self.last) == excerpt::time(one)
            && excerpt::content(&self.last) == excerpt::content(one);
        if is_again {
            self.n_repeated += 1;
            return;
        }
        self.last.clear();
        self.last.extend_from_slice(one);
        (self.each)(one);
    }
}

/// A run that is being read.
struct Run {
    input: BufReader<Box<dyn Read>>,
    /// The excerpt that comes next.
    one: Vec<u8>,
}

impl Run {
    /// Reads the next excerpt; `false` at the end.
    fn next(&mut self) -> io::Result<bool> {
        let mut len = [0; 4];
        match self.input.read_exact(&mut len) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            read => read?,
        }
        let n_bytes = u32::from_le_bytes(len) as usize;
        self.one.clear();
        self.one.extend_from_slice(&len);
        self.one.resize(4 + n_bytes, 0);
        let rest = self.one.get_mut(4..).unwrap_or_default();
        self.input.read_exact(rest).map(|()| true)
    }
}

/// The next excerpt of a run, in the order of time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    time: i64,
    content: Vec<u8>,
    run: usize,
}

fn merge(mut runs: Vec<Run>, once: &mut Once<'_>) -> io::Result<()> {
    let mut heap = BinaryHeap::new();
    for (number, run) in runs.iter_mut().enumerate() {
        if run.next()? {
            heap.push(Reverse(next(run, number)));
        }
    }
    while let Some(Reverse(first)) = heap.pop() {
        let Some(run) = runs.get_mut(first.run) else { break };
        once.pass(&run.one);
        if run.next()? {
            heap.push(Reverse(next(run, first.run)));
        }
    }
    Ok(())
}

fn next(run: &Run, number: usize) -> Next {
    Next {
        time: excerpt::time(&run.one),
        content: excerpt::content(&run.one).to_vec(),
        run: number,
    }
}
