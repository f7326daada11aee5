//! `GET /api/v1/logs`: pages of the log.

use jiff::Timestamp;

use crate::serve::journal::Log;
use crate::serve::okta::cursor::Cursor;
use crate::serve::okta::query::{LogQuery, Mode};
use crate::serve::okta::refusal::Refusal;

/// A page: a JSON array, and where the next one begins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The events.
    pub(crate) body: String,
    /// `None` behind the last page; polling has none.
    pub(crate) next: Option<Cursor>,
}

/// Reads the page that is asked for.
pub(crate) fn page(log: &Log, query: &LogQuery, now: Timestamp) -> Result<Page, Refusal> {
    match query.mode {
        Mode::Polling => poll(log, query, now),
        Mode::Bounded | Mode::Descending => Ok(stretch(log, query, now)),
    }
}

/// Follows the log in the order in which it is written.
fn poll(log: &Log, query: &LogQuery, now: Timestamp) -> Result<Page, Refusal> {
    let from = match query.after {
        Some(cursor) => place_of(log, cursor)?,
        None => log.first_written(query.since),
    };
    let mut pages = Body::new(query.limit);
    let mut reader = log.reader();
    let mut number = from;
    while number < log.len() && !pages.is_full() {
        reader.with(number, |line| pages.offer(line, query));
        number += 1;
    }
    let last = number.checked_sub(1).and_then(|last| log.line(last));
    let next = Cursor {
        time: last.map_or(0, |line| line.written),
        number: u32::try_from(number).unwrap_or(u32::MAX),
        issued_s: now.as_second(),
    };
    Ok(Page { body: pages.finish(), next: Some(next) })
}

/// The line at which a page begins. The cursor of another log, or of one that began anew, leads nowhere.
fn place_of(log: &Log, cursor: Cursor) -> Result<usize, Refusal> {
    let number = cursor.number as usize;
    let last = number.checked_sub(1).and_then(|last| log.line(last));
    let is_here = last.map_or(number == 0, |line| line.written == cursor.time);
    if is_here { Ok(number) } else { Err(Cursor::refusal()) }
}

/// Reads a stretch of time, in the order of time.
fn stretch(log: &Log, query: &LogQuery, now: Timestamp) -> Page {
    let numbers = log.between(query.since, query.until);
    let mut pages = Body::new(query.limit);
    let mut reader = log.reader();
    let key = |number: u32| (log.line(number as usize).map_or(0, |line| line.time), number);
    let after = query.after.map(|cursor| (cursor.time, cursor.number));
    let ascending = query.mode == Mode::Bounded;
    let rest: Box<dyn Iterator<Item = u32>> = match (ascending, after) {
        (true, None) => Box::new(numbers.iter().copied()),
        (true, Some(after)) => {
            let first = numbers.partition_point(|&number| key(number) <= after);
            Box::new(numbers.iter().skip(first).copied())
        }
        (false, None) => Box::new(numbers.iter().rev().copied()),
        (false, Some(after)) => {
            let end = numbers.partition_point(|&number| key(number) < after);
            Box::new(numbers.iter().take(end).rev().copied())
        }
    };
    let mut rest = rest.peekable();
    let mut last = None;
    while !pages.is_full()
        && let Some(number) = rest.next()
    {
        reader.with(number as usize, |line| pages.offer(line, query));
        last = Some(key(number));
    }
    let more = rest.peek().and(last);
    let next = more.map(|(time, number)| Cursor { time, number, issued_s: now.as_second() });
    Page { body: pages.finish(), next }
}

/// A page that is being written.
struct Body {
    text: String,
    n_events: usize,
    limit: usize,
}

impl Body {
    fn new(limit: usize) -> Self {
        Self { text: "[".to_owned(), n_events: 0, limit }
    }

    fn is_full(&self) -> bool {
        self.n_events >= self.limit
    }

    fn offer(&mut self, line: &str, query: &LogQuery) {
        if query.filter.takes(line) {
            if self.n_events > 0 {
                self.text.push(',');
            }
            self.text.push_str(line);
            self.n_events += 1;
        }
    }

    fn finish(mut self) -> String {
        self.text.push(']');
        self.text
    }
}
