//! What `keyward run` keeps, as others find it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::args::Where;
use crate::config;
use crate::console::Console;

/// Where the log of events lies, below the folder of data.
const INTAKE: &str = "intake";

/// Where findings lie, below the folder of data.
const FINDINGS: &str = "findings.db";

/// Where what is known of tokens lies, below the folder of data.
pub(crate) const CARDS: &str = "inventory.db";

/// The folder of the intake, which must exist.
pub(crate) fn intake(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    let folder = match &place.data {
        Some(data) => data.join(INTAKE),
        None => config::load_data(&place.config, console)?.join(INTAKE),
    };
    existing(folder, "no intake lies in")
}

/// The file of findings, which must exist.
pub(crate) fn findings(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    let file = match &place.data {
        Some(data) => data.join(FINDINGS),
        None => config::load_data(&place.config, console)?.join(FINDINGS),
    };
    existing(file, "no store of findings lies at")
}

/// The file of what is known of tokens, which must exist.
pub(crate) fn cards(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    let file = match &place.data {
        Some(data) => data.join(CARDS),
        None => config::load_data(&place.config, console)?.join(CARDS),
    };
    existing(file, "no store of tokens lies at")
}

fn existing(path: PathBuf, what: &str) -> anyhow::Result<PathBuf> {
    let there = Path::try_exists(&path)
        .with_context(|| format!("failed to look for `{}`", path.display()))?;
    if !there {
        bail!("{what} `{}`; `keyward run` makes one", path.display());
    }
    Ok(path)
}
