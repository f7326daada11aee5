//! Where a page ended. Clients must take it as it is: it holds a comma, and it dies.

use jiff::Timestamp;

use crate::serve::okta::query::Mode;
use crate::serve::okta::refusal::Refusal;

/// The end of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Of the last line: when it was written (polling) or happened, in milliseconds since 1970.
    pub(crate) time: i64,
    /// Polling: how many lines lie behind. Otherwise the number of the last line.
    pub(crate) number: u32,
    /// When the page was given, in seconds since 1970.
    pub(crate) issued_s: i64,
}

impl Cursor {
    /// As it stands in a link: `1763812800000_42,17` and a UUID, by kind.
    pub(crate) fn text(self, mode: Mode) -> String {
        let Self { time, number, issued_s } = self;
        if mode == Mode::Polling {
            return format!("{time}_{number},{issued_s:x}");
        }
        let (high, low) = (time >> 16, time & 0xffff);
        format!("{high:08x}-{low:04x}-{:04x}-{:04x}-{issued_s:012x}", number >> 16, number & 0xffff)
    }

    /// Reads what [`Self::text`] wrote.
    pub(crate) fn parse(text: &str, mode: Mode, now: Timestamp) -> Result<Self, Refusal> {
        let cursor = if mode == Mode::Polling { polling(text) } else { bounded(text) };
        cursor
            .filter(|cursor| cursor.time >= 0 && cursor.issued_s <= now.as_second() + 1)
            .ok_or_else(Self::refusal)
    }

    /// What is said of one that cannot be followed.
    pub(crate) fn refusal() -> Refusal {
        Refusal::invalid("after", "The after parameter is invalid or has expired")
    }
}

fn polling(text: &str) -> Option<Cursor> {
    let (place, issued) = text.split_once(',')?;
    let (time, number) = place.split_once('_')?;
    let issued_s = i64::from_str_radix(issued, 16).ok()?;
    Some(Cursor { time: time.parse().ok()?, number: number.parse().ok()?, issued_s })
}

fn bounded(text: &str) -> Option<Cursor> {
    let parts: Vec<&str> = text.split('-').collect();
    let &[high, low, n_high, n_low, issued] = parts.as_slice() else { return None };
    let hex = |text: &str| i64::from_str_radix(text, 16).ok();
    let number = u32::from_str_radix(&format!("{n_high}{n_low}"), 16).ok()?;
    Some(Cursor { time: (hex(high)? << 16) | hex(low)?, number, issued_s: hex(issued)? })
}
