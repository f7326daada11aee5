//! From where what is known of tokens is taken: the store, logs and a saved list, or the tenants themselves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use archive::Cards;
use inventory::{SNAPSHOT_SCHEMA, Snapshot, Tally};
use jiff::Timestamp;

use super::{Tenant, logs};
use crate::args::{Known, Where};
use crate::config::{self, Config};
use crate::connect;
use crate::console::Console;
use crate::{kept, known};

/// What was gathered.
pub(super) struct Gathered {
    /// The tenants, in order of name.
    pub(super) tenants: Vec<Tenant>,
    /// Whether everything that was named was read.
    pub(super) is_whole: bool,
}

/// Gathers what the flags name.
pub(super) fn gather(known: &Known, console: Console, now: Timestamp) -> anyhow::Result<Gathered> {
    let mut is_whole = true;
    if known.refresh {
        is_whole = refresh(known, console)?;
    }
    let is_apart = !known.logs.is_empty() || known.snapshot.is_some();
    let mut snapshots = if is_apart {
        let (snapshots, read_whole) = apart(known, console)?;
        is_whole &= read_whole;
        snapshots
    } else {
        stored(&known.place, console)?
    };
    if let Some(name) = &known.tenant {
        let names: Vec<_> = snapshots.iter().map(|snapshot| snapshot.tenant.clone()).collect();
        if !names.is_empty() {
            let what = "tenant of which something is known";
            known::check(what, name, &names, |known| known == name)?;
        }
        snapshots.retain(|snapshot| snapshot.tenant == *name);
    }
    if snapshots.is_empty() {
        bail!(
            "nothing is known of any tenant; `--refresh` asks those of the configuration, `--logs` reads logs"
        );
    }
    save(known, &snapshots)?;
    let tenants = snapshots.into_iter().map(|snapshot| Tenant::new(snapshot, now)).collect();
    Ok(Gathered { tenants, is_whole })
}

fn stored(place: &Where, console: Console) -> anyhow::Result<Vec<Snapshot>> {
    let store = kept::cards(place, console)?;
    let store =
        Cards::open(&store).with_context(|| format!("failed to open `{}`", store.display()))?;
    let failed = "failed to read the store of tokens";
    let mut snapshots = Vec::new();
    for name in store.tenants().context(failed)? {
        snapshots.extend(store.tenant(&name).context(failed)?);
    }
    Ok(snapshots)
}

/// What logs tell, joined with a saved list, or with what the store has of the tenant if there is one.
fn apart(known: &Known, console: Console) -> anyhow::Result<(Vec<Snapshot>, bool)> {
    let listed = known.snapshot.as_deref().map(read_snapshot).transpose()?;
    let name = known.tenant.clone().or_else(|| listed.as_ref().map(|one| one.tenant.clone()));
    let (tally, is_whole) = if known.logs.is_empty() {
        (Tally::new(), true)
    } else {
        logs::read(known, name.as_deref(), console)?
    };
    let mut told: BTreeMap<String, inventory::TenantTally> = tally.tenants;
    let mut snapshots: Vec<Snapshot> = Vec::new();
    if let Some(mut snapshot) = listed {
        let own = told.remove(&snapshot.tenant).unwrap_or_default();
        snapshot.join(own.coverage, own.uses);
        snapshots.push(snapshot);
    }
    for (tenant, told) in told {
        let Some(mut snapshot) = Snapshot::of_log(&tenant, told.coverage) else { continue };
        snapshot.join(told.coverage, told.uses);
        snapshots.push(snapshot);
    }
    snapshots.sort_by(|a, b| a.tenant.cmp(&b.tenant));
    Ok((snapshots, is_whole))
}

fn read_snapshot(path: &Path) -> anyhow::Result<Snapshot> {
    let text =
        fs::read_to_string(path).with_context(|| format!("failed to read `{}`", path.display()))?;
    let snapshot: Snapshot = serde_json::from_str(&text)
        .with_context(|| format!("`{}` is no list that `--save` wrote", path.display()))?;
    if snapshot.schema != SNAPSHOT_SCHEMA {
        bail!("`{}` has the schema `{}`, not `{SNAPSHOT_SCHEMA}`", path.display(), snapshot.schema);
    }
    Ok(snapshot)
}

/// Asks the tenants of the configuration, and keeps what they say. Whether all answered.
fn refresh(known: &Known, console: Console) -> anyhow::Result<bool> {
    let config = config::load(&known.place.config, console)?;
    let asked = asked(&config, known.tenant.as_deref())?;
    let folder = known.place.data.as_ref().unwrap_or(&config.data);
    fs::create_dir_all(folder).with_context(|| format!("failed to make `{}`", folder.display()))?;
    let path = folder.join(kept::CARDS);
    let store =
        Cards::open(&path).with_context(|| format!("failed to open `{}`", path.display()))?;
    let outbound = connect::outbound(&config.outbound)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("failed to begin a thread")?;
    let mut is_whole = true;
    for tenant in asked {
        let reached = connect::tenant(tenant, &outbound)?;
        match runtime.block_on(idp::inventory(&reached, &tenant.name)) {
            Ok(snapshot) => {
                store.put_snapshot(&snapshot).context("failed to keep what was read")?;
            }
            Err(error) => {
                is_whole = false;
                let error = anyhow::Error::new(error);
                console.warn(format_args!("tenant `{}` was not read: {error:#}", tenant.name));
            }
        }
    }
    Ok(is_whole)
}

fn asked<'c>(config: &'c Config, name: Option<&str>) -> anyhow::Result<Vec<&'c config::Tenant>> {
    match name {
        Some(name) => Ok(vec![config.tenant(Some(name))?]),
        None => Ok(config.tenants.iter().collect()),
    }
}

/// Writes what one tenant lists, without what its log tells.
fn save(known: &Known, snapshots: &[Snapshot]) -> anyhow::Result<()> {
    let Some(path) = &known.save else { return Ok(()) };
    let [snapshot] = snapshots else {
        bail!(
            "`--save` takes one tenant, and there are {}: name it with `--tenant`",
            snapshots.len()
        );
    };
    let mut listed = snapshot.clone();
    listed.forget_log();
    let json = serde_json::to_vec_pretty(&listed).context("failed to write what is listed")?;
    fs::write(path, json).with_context(|| format!("failed to write `{}`", path.display()))
}
