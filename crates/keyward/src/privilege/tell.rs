//! What a verb has to tell, and how it is printed.

use std::io::Write;

use anyhow::bail;
use finding::Finding;

use crate::args::{PrivilegeFormat, Report};
use crate::console::Console;
use crate::output::Out;
use crate::render::page::Page;

/// What a verb of `keyward privilege` has to tell.
pub(crate) struct Told {
    /// For people: text, Markdown and HTML are made of it.
    pub(crate) page: Page,
    /// For programs, without `schema`, which is added: `keyward.privilege/1`. Must be an object with `verb`.
    pub(crate) json: serde_json::Value,
    /// For code scanning; empty if nothing is to be said there.
    pub(crate) findings: Vec<Finding>,
    /// Terraform; `None` where the verb has none.
    pub(crate) hcl: Option<String>,
}

/// Prints it in the format that was asked for.
pub(crate) fn tell(told: &Told, report: &Report, console: Console) -> anyhow::Result<()> {
    let mut out = Out::open(report.output.output.as_deref(), console.color())?;
    match report.format {
        PrivilegeFormat::Text => crate::render::page::text(&told.page, &mut out)?,
        _ => bail!("not built yet: {:?} {:?} {:?}", told.json, told.findings, told.hcl),
    }
    Ok(out.flush()?)
}
