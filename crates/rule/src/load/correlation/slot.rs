//! When it happens: days, hours, and the zone they are meant in.

use jiff::tz::TimeZoneDatabase;

use super::form::{Form, described};
use crate::correlation::{Memory, TimeSlot};
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::Node;

/// The days of a week, Monday first, by the letters that they begin with.
const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Minutes of a day.
const WHOLE_DAY: (u16, u16) = (0, 24 * 60);

impl Form<'_> {
    pub(super) fn time_slot(&mut self) -> Option<Memory> {
        let help = "say when, such as `slot: {days: [mon, fri], hours: '07:00-19:00'}`";
        let slot = self.needed("slot", help);
        let help = "say `outside` or `inside`";
        let condition = self.needed("condition", help);
        self.places.condition = condition.map(|node| node.span);
        let words = [("outside", true), ("inside", false)];
        let outside = condition.and_then(|node| self.word(node, &words));
        let slot = self.slot(slot?);
        Some(Memory::TimeSlot(TimeSlot { outside: outside?, ..slot? }))
    }

    fn slot(&mut self, node: &Node) -> Option<TimeSlot> {
        let Some(entries) = node.map() else {
            self.shape(node, "a slot such as `{days: [mon, fri], hours: '07:00-19:00'}`");
            return None;
        };
        let mut slot =
            TimeSlot { zone: "UTC".to_owned(), days: [true; 7], minutes: WHOLE_DAY, outside: true };
        for (key, value) in entries {
            match key.text().unwrap_or_default() {
                "zone" => slot.zone = self.zone(value)?,
                "days" => slot.days = self.days(value)?,
                "hours" => slot.minutes = self.hours(value)?,
                name => {
                    let message = format!("a slot has no `{name}`");
                    self.out.push(
                        Diagnostic::error(Code::CorrelationKey, key.span, message)
                            .help("it has `zone`, `days`, `hours`"),
                    );
                }
            }
        }
        if slot.days == [true; 7] && slot.minutes == WHOLE_DAY {
            let message = "this slot is the whole week";
            let help = "add `days` or `hours`";
            self.out.push(Diagnostic::error(Code::BadSlot, node.span, message).help(help));
        }
        Some(slot)
    }

    fn zone(&mut self, node: &Node) -> Option<String> {
        let name = self.text(node, "the name of a time zone")?;
        if name.eq_ignore_ascii_case("utc") {
            return Some("UTC".to_owned());
        }
        if let Ok(zone) = TimeZoneDatabase::bundled().get(name)
            && let Some(name) = zone.iana_name()
        {
            return Some(name.to_owned());
        }
        let message = format!("there is no time zone `{name}`");
        let help = "write its name as in `Europe/Berlin`, or `UTC`";
        self.out.push(Diagnostic::error(Code::BadSlot, node.span, message).help(help));
        None
    }

    fn days(&mut self, node: &Node) -> Option<[bool; 7]> {
        let mut days = [false; 7];
        let mut whole = true;
        for node in Self::list(node) {
            let text = node.text().unwrap_or_default().trim();
            if let Some((first, last)) = range_of_days(text) {
                let length = (last + 7 - first) % 7;
                (first..=first + length).for_each(|day| days[day % 7] = true);
            } else {
                let message = format!("expected a day of the week, found {}", described(node));
                let help = "write `mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`, or `mon-fri`";
                self.out.push(Diagnostic::error(Code::BadSlot, node.span, message).help(help));
                whole = false;
            }
        }
        if whole && days == [false; 7] {
            self.error(Code::BadSlot, node.span, "there is no day in this slot");
            return None;
        }
        whole.then_some(days)
    }

    fn hours(&mut self, node: &Node) -> Option<(u16, u16)> {
        let text = node.text().unwrap_or_default();
        let parts = text.split_once('-');
        let minutes = parts.and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        if minutes.is_none_or(|(from, to)| from == to || from == 24 * 60) {
            let message = format!("expected two times of the day, found {}", described(node));
            let help = "write them as `'07:00-19:00'`; a slot may go over midnight";
            self.out.push(Diagnostic::error(Code::BadSlot, node.span, message).help(help));
            return None;
        }
        minutes
    }
}

/// One day, or the first and the last of several.
fn range_of_days(text: &str) -> Option<(usize, usize)> {
    match text.split_once('-') {
        Some((first, last)) => Some((day(first.trim())?, day(last.trim())?)),
        None => day(text).map(|day| (day, day)),
    }
}

/// A day by its name, of which three letters are enough.
fn day(text: &str) -> Option<usize> {
    let text = text.to_ascii_lowercase();
    DAYS.iter().position(|day| text.len() >= 3 && day.starts_with(&text))
}

/// The minute of the day of a time such as `07:30`.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let number = |text: &str| {
        let is_plain = text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| text.parse::<u16>().ok()).flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= 24 * 60).then_some(minutes)
}
