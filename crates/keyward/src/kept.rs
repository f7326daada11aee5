//! What `keyward run` keeps, as others find it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use jiff::SignedDuration;

use crate::args::Where;
use crate::config;
use crate::console::Console;

/// Where the log of events lies, below the folder of data.
pub(crate) const INTAKE: &str = "intake";

/// How long ago a tenant may have been heard of last in an intake that is taken to reach until now.
pub(crate) const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// Where findings lie, below the folder of data.
pub(crate) const FINDINGS: &str = "findings.db";

/// Where what is known of tokens lies, below the folder of data.
pub(crate) const CARDS: &str = "inventory.db";

/// Where what waits for sinks lies, below the folder of data.
const SINKS: &str = "sinks.db";

/// The folder of the intake, which must exist.
pub(crate) fn intake(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    existing(below(place, INTAKE, console)?, "no intake lies in")
}

/// The file of findings, which must exist.
pub(crate) fn findings(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    existing(findings_path(place, console)?, "no store of findings lies at")
}

/// The same, which need not exist.
pub(crate) fn findings_path(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    below(place, FINDINGS, console)
}

/// The file of what is known of tokens, which must exist.
pub(crate) fn cards(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    existing(below(place, CARDS, console)?, "no store of tokens lies at")
}

/// The file of what waits for sinks, which must exist.
pub(crate) fn sinks(place: &Where, console: Console) -> anyhow::Result<PathBuf> {
    existing(below(place, SINKS, console)?, "no queue of sinks lies at")
}

/// A path below the folder of data.
fn below(place: &Where, name: &str, console: Console) -> anyhow::Result<PathBuf> {
    Ok(match &place.data {
        Some(data) => data.join(name),
        None => config::load_data(&place.config, console)?.join(name),
    })
}

fn existing(path: PathBuf, what: &str) -> anyhow::Result<PathBuf> {
    let there = Path::try_exists(&path)
        .with_context(|| format!("failed to look for `{}`", path.display()))?;
    if !there {
        bail!("{what} `{}`; `keyward run` makes one", path.display());
    }
    Ok(path)
}
