//! Types that remember what a group usually does.

use std::time::Duration;

use super::form::Form;
use super::range::Numbers;
use crate::correlation::{Baseline, Memory, Method, NewValue, Travel};
use crate::diagnostic::{Code, Diagnostic};

pub(super) const HOUR: Duration = Duration::from_hours(1);
pub(super) const DAY: Duration = Duration::from_hours(24);

/// Most buckets that a baseline compares with: a year of hours.
const MAX_BUCKETS: u64 = 366 * 24;

impl Form<'_> {
    pub(super) fn new_value(&mut self) -> NewValue {
        let words = [("learn", false), ("alert", true)];
        let cold = self.value("cold-start").and_then(|node| self.word(node, &words));
        let value = NewValue {
            values: self.needed_keys("field"),
            history: self.duration("history", 30 * DAY),
            min_history: self.duration("min-history", 7 * DAY),
            min_events: self.whole("min-events", 1),
            alerts_when_cold: cold.unwrap_or(false),
            probation: self.duration("probation", Duration::ZERO),
        };
        if value.probation >= value.history {
            let at = self.value("probation").map_or(self.at, |node| node.span);
            let message =
                "every value would count as new: it is forgotten before it has become known";
            let help = "make `probation` shorter than `history`";
            self.out.push(Diagnostic::error(Code::BadDuration, at, message).help(help));
        }
        value
    }

    pub(super) fn travel(&mut self) -> Option<Memory> {
        let all: Vec<_> = (0..self.sources.len()).collect();
        let place = self.at;
        let latitude = self.named("entity.latitude", place, &all);
        let longitude = self.named("entity.longitude", place, &all);
        self.places.fields.retain(|mention| mention.span != place);
        let range = self.condition(Numbers::Amounts, &[]);
        let distance = self.kilometers("distance", 100.0);
        let except_same = self.value("except-same").map(|node| self.keys(node));
        let except_same = except_same.unwrap_or_default();
        let (latitude, longitude) = latitude.zip(longitude)?;
        Some(Memory::Travel(Travel { latitude, longitude, range, distance, except_same }))
    }

    pub(super) fn baseline(&mut self) -> Option<Memory> {
        let words = [("median", Method::Median), ("mean", Method::Mean)];
        let method = self.value("method").and_then(|node| self.word(node, &words));
        let values = self.value("field").map(|node| self.keys(node)).unwrap_or_default();
        let bucket = self.value("bucket").map_or(Some(HOUR), |node| self.lasting(node))?;
        let history = self.duration("history", 14 * DAY);
        let n_buckets = history.as_secs() / bucket.as_secs().max(1);
        if !(2..=MAX_BUCKETS).contains(&n_buckets) {
            let at = self.value("history").or_else(|| self.value("bucket"));
            let at = at.map_or(self.at, |node| node.span);
            let message = format!(
                "`history` must be 2 to {MAX_BUCKETS} times as long as `bucket`, and is {n_buckets}"
            );
            self.error(Code::BadDuration, at, message);
        }
        let range = self.condition(Numbers::Amounts, &[]);
        let floor = self.amount("floor", 1.0);
        let min_samples = self.whole("min-samples", 24);
        if u64::from(min_samples) > n_buckets {
            let at = self.value("min-samples").map_or(self.at, |node| node.span);
            let message = format!("the history holds only {n_buckets} samples");
            self.error(Code::BadBound, at, message);
        }
        Some(Memory::Baseline(Baseline {
            values,
            bucket,
            n_buckets: u32::try_from(n_buckets).unwrap_or(u32::MAX),
            method: method.unwrap_or(Method::Median),
            range,
            floor,
            min_samples,
        }))
    }
}
