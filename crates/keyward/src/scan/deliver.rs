//! Leaked credentials in the store of findings, from where `keyward run` tells sinks.

use std::path::Path;

use anyhow::Context;
use archive::{Findings, Put};
use finding::Finding;

use crate::config;
use crate::console::Console;
use crate::kept;
use crate::run::private_folder;

/// The store of findings of a configuration, begun if it is not there.
pub(super) fn open(config: &Path, console: Console) -> anyhow::Result<Findings> {
    let data = config::load_data(config, console)?;
    private_folder(&data)?;
    let path = data.join(kept::FINDINGS);
    Findings::open(&path).with_context(|| format!("failed to open `{}`", path.display()))
}

/// Keeps findings without the values of credentials; how many the store did not know like that.
pub(super) fn put(store: &Findings, findings: &[Finding]) -> anyhow::Result<usize> {
    let failed = "failed to keep what was found";
    let mut lines = Vec::new();
    for finding in findings {
        let mut finding = finding.clone();
        if let Some(credential) = &mut finding.credential {
            credential.secret = None;
        }
        let known = store.get(finding.id.as_str()).context(failed)?;
        let known = known.and_then(|known| serde_json::from_str::<Finding>(&known.json).ok());
        if let Some(known) = known {
            // What is known of it now takes the place of what was known before.
            finding.revision = known.revision;
            if serde_json::to_value(&finding)? != serde_json::to_value(&known)? {
                finding.revision = known.revision.saturating_add(1);
            }
        }
        lines.push(serde_json::to_string(&finding)?);
    }
    let puts = store.put_all(&lines).context(failed)?;
    Ok(puts.into_iter().filter(|put| *put != Put::Kept).count())
}
