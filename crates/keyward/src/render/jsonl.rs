//! JSON Lines: one `keyward.finding/1` a line and nothing else.

use std::io::{self, Write};

use finding::Finding;

use super::{Renderer, write_json};
use crate::exit::Exit;

/// Writes each finding as it comes.
pub(crate) struct Jsonl;

impl<S> Renderer<S> for Jsonl {
    fn finding(&mut self, finding: Finding, out: &mut dyn Write) -> io::Result<()> {
        write_json(&finding, out)?;
        out.write_all(b"\n")
    }

    fn finish(&mut self, _: &S, _: Exit, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
