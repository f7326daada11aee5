//! What goes wrong on purpose: `KIND=RATE`, `KIND=RATE:TIME`, `KIND=TIME` or `KIND=NUMBER`.

use std::time::Duration;

use jiff::SignedDuration;
use thiserror::Error;

/// How often each thing goes wrong: rates from 0 to 1. By default nothing does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Faults {
    /// Of events that are pushed: never sent.
    pub drop: f64,
    /// Of events: written, and so readable, later than they happened.
    pub delay: f64,
    /// How much later at most.
    pub delay_most: Duration,
    /// Of events: written a second time, under the same id.
    pub duplicate: f64,
    /// Of events: written a few seconds late, so that they change places with their neighbors.
    pub reorder: f64,
    /// Of requests: answered with a server error, one in four of them that of a query that took too long.
    pub error: f64,
    /// Of requests: answered as if too many were running, 429 with limits of 0.
    pub busy: f64,
    /// Of answers: the connection ends in the middle.
    pub cut: f64,
    /// Of pages of Okta's log: the address of the next one names another host.
    pub stray: f64,
    /// Pages of Okta's log with more events than that take too long and are not answered; `None` for no such limit.
    pub slow: Option<usize>,
    /// How far the clock of the tenants is ahead of the true one; negative if behind.
    pub skew: SignedDuration,
    /// After how much time served the credentials stop to work; `None` never.
    pub revoke: Option<Duration>,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            drop: 0.0,
            delay: 0.0,
            delay_most: Duration::from_secs(30),
            duplicate: 0.0,
            reorder: 0.0,
            error: 0.0,
            busy: 0.0,
            cut: 0.0,
            stray: 0.0,
            slow: None,
            skew: SignedDuration::ZERO,
            revoke: None,
        }
    }
}

/// Why a fault could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BadFault {
    /// No such kind.
    #[error("unknown fault `{name}`, expected one of {}", Faults::KINDS.join(", "))]
    Kind {
        /// As it was written.
        name: String,
    },
    /// Not a number from 0 to 1.
    #[error("`{text}` is no rate from 0 to 1")]
    Rate {
        /// As it was written.
        text: String,
    },
    /// Not a number of events.
    #[error("`{text}` is no number of events")]
    Number {
        /// As it was written.
        text: String,
    },
    /// Not a time.
    #[error("`{text}` is no time such as `30s`, `5m` or `2h`")]
    Time {
        /// As it was written.
        text: String,
    },
}

impl Faults {
    /// The kinds that [`Self::add`] knows.
    pub const KINDS: [&str; 11] = [
        "drop",
        "delay",
        "duplicate",
        "reorder",
        "5xx",
        "busy",
        "cut",
        "stray",
        "slow",
        "skew",
        "revoke",
    ];

    /// Adds one fault: `delay=0.05:30s`, `5xx=0.01`, `skew=-90s`, `revoke=1m`.
    pub fn add(&mut self, text: &str) -> Result<(), BadFault> {
        let (kind, value) = text.split_once('=').unwrap_or((text, ""));
        match kind {
            "drop" => self.drop = rate(value)?,
            "delay" => {
                let (often, most) = value.split_once(':').unwrap_or((value, "30s"));
                self.delay = rate(often)?;
                self.delay_most = span(most)?;
            }
            "duplicate" => self.duplicate = rate(value)?,
            "reorder" => self.reorder = rate(value)?,
            "5xx" => self.error = rate(value)?,
            "busy" => self.busy = rate(value)?,
            "cut" => self.cut = rate(value)?,
            "stray" => self.stray = rate(value)?,
            "slow" => self.slow = Some(number(value)?),
            "skew" => self.skew = signed(value)?,
            "revoke" => self.revoke = Some(span(value)?),
            _ => return Err(BadFault::Kind { name: kind.to_owned() }),
        }
        Ok(())
    }
}

fn rate(text: &str) -> Result<f64, BadFault> {
    let rate = text.parse::<f64>().ok().filter(|rate| (0.0..=1.0).contains(rate));
    rate.ok_or_else(|| BadFault::Rate { text: text.to_owned() })
}

fn number(text: &str) -> Result<usize, BadFault> {
    text.parse().map_err(|_| BadFault::Number { text: text.to_owned() })
}

fn signed(text: &str) -> Result<SignedDuration, BadFault> {
    let (sign, size) = match text.strip_prefix('-') {
        Some(size) => (-1, size),
        None => (1, text),
    };
    let size = SignedDuration::try_from(span(size)?);
    Ok(size.map_err(|_| BadFault::Time { text: text.to_owned() })? * sign)
}

/// A time such as `500ms`, `30s`, `5m`, `2h` or `7d`.
pub(crate) fn span(text: &str) -> Result<Duration, BadFault> {
    let bad = || BadFault::Time { text: text.to_owned() };
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| bad())?;
    let unit_ms = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(bad()),
    };
    number.checked_mul(unit_ms).map(Duration::from_millis).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &Result<Faults, BadFault>) {
        let mut faults = Faults::default();
        assert_eq!(faults.add(text).map(|()| faults), *expected, "{text}");
    }

    #[test]
    fn each_kind_is_read() {
        let none = Faults::default();
        check("5xx=0.25", &Ok(Faults { error: 0.25, ..none }));
        let delay_most = Duration::from_mins(5);
        check("delay=0.5:5m", &Ok(Faults { delay: 0.5, delay_most, ..none }));
        check("skew=-90s", &Ok(Faults { skew: SignedDuration::from_secs(-90), ..none }));
        check("revoke=1m", &Ok(Faults { revoke: Some(Duration::from_mins(1)), ..none }));
        check("cut=2", &Err(BadFault::Rate { text: "2".to_owned() }));
        check("skew=soon", &Err(BadFault::Time { text: "soon".to_owned() }));
        check("fire=1", &Err(BadFault::Kind { name: "fire".to_owned() }));
        for kind in Faults::KINDS {
            assert!(!matches!({ none }.add(kind), Err(BadFault::Kind { .. })), "{kind}");
        }
    }
}
