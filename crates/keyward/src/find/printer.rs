//! Events as they stand, one a line, or as one object.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::args::ListFormat;
use crate::exit::Exit;
use crate::output::Out;
use crate::render::{Accounted, write_escaped, write_json};
use crate::summary::Summary;

/// Prints events in one format.
pub(crate) struct Printer {
    format: ListFormat,
    out: Out,
    is_open: bool,
}

impl Printer {
    /// A printer that has printed nothing.
    pub(crate) fn new(format: ListFormat, out: Out) -> Self {
        Self { format, out, is_open: false }
    }

    /// Prints one event. On a terminal, what would act on it is escaped as JSON allows. In one
    /// object an event with mistakes in its JSON stands as text, so that the whole can be read.
    pub(crate) fn print(&mut self, text: &str) -> io::Result<()> {
        self.separate()?;
        let line = on_one_line(text);
        if self.format == ListFormat::Json && !is_json(&line) {
            self.is_open = true;
            return write_json(&line, &mut self.out);
        }
        if self.out.is_terminal {
            write_escaped(&line, &mut self.out)?;
        } else {
            self.out.write_all(line.as_bytes())?;
        }
        self.is_open = true;
        Ok(())
    }

    fn separate(&mut self) -> io::Result<()> {
        let between: &[u8] = match (self.format, self.is_open) {
            (ListFormat::Json, false) => b"{\"schema\":\"keyward.events/1\",\"events\":[\n",
            (ListFormat::Json, true) => b",\n",
            (ListFormat::Text | ListFormat::Jsonl, false) => b"",
            (ListFormat::Text | ListFormat::Jsonl, true) => b"\n",
        };
        self.out.write_all(between)
    }

    /// Prints the end.
    pub(crate) fn finish(mut self, summary: &Summary, exit: Exit) -> io::Result<()> {
        if self.format == ListFormat::Json {
            if !self.is_open {
                self.separate()?;
            }
            self.out.write_all(b"\n],\"summary\":")?;
            write_json(&summary.to_json(exit), &mut self.out)?;
            self.out.write_all(b"}\n")?;
        } else if self.is_open {
            self.out.write_all(b"\n")?;
        }
        self.out.flush()
    }
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The event without line breaks, which mean nothing between the tokens of JSON.
fn on_one_line(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\r']) {
        Cow::Owned(text.lines().map(str::trim).collect::<Vec<_>>().join(" "))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_takes_one_line() {
        assert_eq!(on_one_line("{\n  \"a\": 1,\r\n  \"b\": 2\n}"), "{ \"a\": 1, \"b\": 2 }");
        assert_eq!(on_one_line("{\"a\":  1}"), "{\"a\":  1}");
    }
}
