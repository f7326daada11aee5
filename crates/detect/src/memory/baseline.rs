//! What a group usually does in a span of time.

use std::collections::VecDeque;

use rule::correlation::{Baseline, Memory, Method};
use rustc_hash::FxHashSet;

use super::{Hit, TABLE_ENTRY, Verdict, measure};
use crate::program::{Node, micros};

/// Counts by bucket. Buckets in which nothing happened are not kept and count as nothing.
#[derive(Debug, Clone)]
pub(crate) struct Usual {
    /// The time at which the group was first seen.
    pub(super) first: i64,
    /// Earlier buckets by number, with their count.
    pub(super) past: VecDeque<(i64, u32)>,
    /// The bucket that is being counted.
    pub(super) bucket: i64,
    pub(super) count: u32,
    /// Its different values, where those are counted.
    pub(super) values: FxHashSet<u64>,
    pub(super) is_cut: bool,
}

impl Usual {
    pub(super) fn new(time: i64) -> Self {
        let (past, values) = (VecDeque::new(), FxHashSet::default());
        Self { first: time, past, bucket: i64::MIN, count: 0, values, is_cut: false }
    }

    pub(super) fn take(&mut self, hit: &Hit<'_>, test: &Baseline) -> Verdict {
        let is_of_values = !test.values.is_empty();
        if !hit.is_new || (is_of_values && hit.value.is_none()) {
            return Verdict::Quiet;
        }
        let width = micros(test.bucket).max(1);
        let bucket = hit.time.div_euclid(width);
        self.turn(bucket, test);
        if is_of_values {
            if self.values.len() < hit.limits.values {
                self.values.extend(hit.value);
            } else {
                self.is_cut = true;
            }
            self.count = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        } else {
            self.count = self.count.saturating_add(1);
        }
        let n_samples = bucket.saturating_sub(self.first.div_euclid(width));
        if n_samples < i64::from(test.min_samples) {
            return Verdict::Learning;
        }
        let count = f64::from(self.count);
        if !hit.alerts || count < test.floor {
            return Verdict::Quiet;
        }
        let n_samples = n_samples.min(i64::from(test.n_buckets));
        let deviations =
            self.deviations(count, usize::try_from(n_samples).unwrap_or_default(), test);
        Verdict::holds_if(test.range.holds(deviations), count)
    }

    fn turn(&mut self, bucket: i64, test: &Baseline) {
        if bucket == self.bucket {
            return;
        }
        if self.count > 0 {
            self.past.push_back((self.bucket, self.count));
        }
        (self.bucket, self.count) = (bucket, 0);
        self.values = FxHashSet::default();
        let oldest = bucket - i64::from(test.n_buckets);
        while self.past.front().is_some_and(|(bucket, _)| *bucket < oldest) {
            self.past.pop_front();
        }
    }

    /// How many deviations a count lies above the middle. A deviation is at least 1.
    fn deviations(&self, count: f64, n_samples: usize, test: &Baseline) -> f64 {
        let mut samples = vec![0.0; n_samples.max(self.past.len())];
        for (sample, (_, count)) in samples.iter_mut().zip(&self.past) {
            *sample = f64::from(*count);
        }
        let (middle, spread) = match test.method {
            Method::Mean => {
                let mean = mean(&samples);
                let squares: Vec<f64> = samples.iter().map(|x| (x - mean) * (x - mean)).collect();
                (mean, self::mean(&squares).sqrt())
            }
            Method::Median => {
                let middle = median(&mut samples);
                let mut far: Vec<f64> = samples.iter().map(|x| (x - middle).abs()).collect();
                // Of normally distributed numbers, 1.4826 of these make a standard deviation.
                (middle, median(&mut far) * 1.4826)
            }
        };
        (count - middle) / spread.max(1.0)
    }

    /// Whether the group has been known for too short a time.
    pub(crate) fn is_learning(&self, test: &Baseline) -> bool {
        let first = self.first.div_euclid(micros(test.bucket).max(1));
        self.bucket.saturating_sub(first) < i64::from(test.min_samples)
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(super) fn dead_after(&self, node: &Node) -> i64 {
        let Memory::Baseline(test) = &node.test else { return i64::MIN };
        let width = micros(test.bucket).max(1);
        let n_more = i64::from(test.n_buckets).saturating_add(1);
        self.bucket.saturating_add(n_more).saturating_mul(width)
    }

    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.past.len() * 16 + self.values.len() * TABLE_ENTRY
    }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / measure(numbers.len().max(1))
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_unstable_by(f64::total_cmp);
    let at = |place: usize| numbers.get(place).copied().unwrap_or_default();
    let half = numbers.len() / 2;
    if numbers.len().is_multiple_of(2) {
        f64::midpoint(at(half.saturating_sub(1)), at(half))
    } else {
        at(half)
    }
}
