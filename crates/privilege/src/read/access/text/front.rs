//! What stands before a request in a line: time, host, user.

use memchr::memchr;

use super::super::Room;
use super::super::clock::since_1970;

/// What lines of load balancers begin with.
const BALANCER: [&[u8]; 6] = [b"http ", b"https ", b"h2 ", b"grpcs ", b"ws ", b"wss "];

/// What the text before a request says.
#[derive(Default)]
pub(super) struct Front<'a> {
    pub(super) host: Option<&'a str>,
    pub(super) user: Option<&'a str>,
    pub(super) status: Option<u16>,
    pub(super) time: Option<jiff::Timestamp>,
}

impl<'a> Front<'a> {
    /// By the text before the opening quote.
    pub(super) fn of(before: &'a [u8], room: &mut Room) -> Self {
        if let Some(open) = memchr(b'[', before) {
            let time = &before[open + 1..];
            let end = memchr(b']', time).unwrap_or(time.len());
            let time = room.clock.read(&time[..end]);
            return Self { time, ..Self::of_names(&before[..open]) };
        }
        let is_balancer = BALANCER.iter().any(|kind| before.starts_with(kind));
        let mut front = Self { time: date_and_time(before), ..Self::default() };
        let words = before.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        for (number, word) in words.take(12).enumerate() {
            front.time = front.time.or_else(|| time(number, word, room));
            if is_balancer && number == 8 {
                front.status = code(word);
            } else if word.starts_with(b"TCP_") || word.starts_with(b"NONE") {
                front.status = code(word.rsplit(|byte| *byte == b'/').next().unwrap_or(word));
            }
        }
        front
    }

    /// `192.0.2.1 - user`, or `host:443 192.0.2.1 - user`.
    fn of_names(before: &'a [u8]) -> Self {
        let mut words = [&[][..]; 4];
        let mut n_words = 0;
        for word in before.split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
            let Some(room) = words.get_mut(n_words) else { return Self::default() };
            *room = word;
            n_words += 1;
        }
        let (host, user) = match n_words {
            3 => (None, words[2]),
            4 => (host(words[0]), words[3]),
            _ => return Self::default(),
        };
        let user = std::str::from_utf8(user).ok().filter(|user| *user != "-" && user.len() <= 200);
        Self { host, user, ..Self::default() }
    }
}

/// The time of `2026-11-22 09:35:24` at the start of a line, which is that of UTC as far as it says.
fn date_and_time(before: &[u8]) -> Option<jiff::Timestamp> {
    let text = std::str::from_utf8(before.get(..19)?).ok()?;
    let is_date = text.starts_with(|c: char| c.is_ascii_digit()) && text.as_bytes()[10] == b' ';
    let time: jiff::civil::DateTime = is_date.then(|| text.parse().ok()).flatten()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

/// The time that a word before a request is: of RFC 3339, or seconds since 1970 at the start of the line.
fn time(number: usize, word: &[u8], room: &mut Room) -> Option<jiff::Timestamp> {
    if word.len() >= 19 && word.contains(&b'T') {
        return room.clock.read(word);
    }
    let is_number =
        number == 0 && word.len() >= 10 && word.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    let word = std::str::from_utf8(word).ok().filter(|_| is_number)?;
    since_1970(word.parse().ok()?)
}

/// A name of a host, with its port.
pub(super) fn host(word: &[u8]) -> Option<&str> {
    let word = std::str::from_utf8(word).ok()?;
    let name = word.split(':').next().unwrap_or(word);
    let is_name = name.contains('.')
        && name.bytes().any(|byte| byte.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    (is_name && name.len() <= 255).then_some(word)
}

/// A status: a number of three digits.
pub(super) fn code(word: &[u8]) -> Option<u16> {
    match word {
        [a @ b'1'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some([a, b, c].into_iter().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0')))
        }
        _ => None,
    }
}
