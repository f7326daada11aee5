//! A page as text for a terminal.

use std::io::{self, Write};

use super::{Block, Page};
use crate::sanitize::visible;

/// Writes a page as text.
pub(crate) fn text(page: &Page, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", visible(&page.title))?;
    page.blocks.iter().try_for_each(|block| write_block(block, out))
}

fn write_block(block: &Block, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", visible(&format!("{block:?}")))
}
