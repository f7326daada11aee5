//! JSON: one object `keyward.findings/1` with all findings, then the summary.

use std::io::{self, Write};

use finding::Finding;

use super::{Accounted, Renderer, write_json};
use crate::exit::Exit;

/// Writes the object piece by piece, one finding a line.
#[derive(Default)]
pub(crate) struct Json {
    is_open: bool,
}

impl Json {
    fn separate(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let before: &[u8] = if self.is_open {
            b",\n"
        } else {
            b"{\"schema\":\"keyward.findings/1\",\"findings\":[\n"
        };
        self.is_open = true;
        out.write_all(before)
    }
}

impl<S: Accounted> Renderer<S> for Json {
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()> {
        self.separate(out)?;
        write_json(&finding, out)
    }

    fn finish(&mut self, summary: &S, exit: Exit, out: &mut dyn Write) -> io::Result<()> {
        if !self.is_open {
            self.separate(out)?;
        }
        out.write_all(b"\n],\"summary\":")?;
        write_json(&summary.to_json(exit), out)?;
        out.write_all(b"}\n")
    }
}
