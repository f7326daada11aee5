//! Keeping account of tokens, apps and clients: what tenants list, what the log tells, and what is weak.
//!
//! Two tasks that know of each other only by the store: one reads the intake by itself and adds up, one asks each tenant every now
//! and then. Neither holds up detection, and both go on after a failure.

mod counting;
mod weak;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use archive::{Cards, Findings, Intake};
use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use self::counting::Counting;
use super::stop::Stop;
use super::tasks::Tasks;
use crate::config::{self, Config};
use crate::connect;
use crate::kept;

/// The wait after something failed.
const PAUSE: Duration = Duration::from_mins(1);

/// Begins what was asked for. Fails if the stores or a credential cannot be had.
pub(crate) fn begin(
    config: &Config,
    intake: &Intake,
    outbound: &outbound::Outbound,
    stop: &Stop,
    tasks: &mut Tasks,
) -> anyhow::Result<()> {
    if !config.tenants.iter().any(|tenant| tenant.inventory.enabled) {
        return Ok(());
    }
    let path = config.data.join(kept::CARDS);
    let failed = || format!("failed to open the store of tokens `{}`", path.display());
    let cards = Arc::new(Cards::open(&path).with_context(failed)?);
    let counting = Counting::new(intake.clone(), Arc::clone(&cards));
    tasks.add("account of tokens".to_owned(), count(counting, stop.clone()));
    for tenant in config.tenants.iter().filter(|tenant| tenant.inventory.enabled) {
        let findings = Findings::open(&config.findings_store())
            .context("failed to open the store of findings")?;
        let refresh = Refresh {
            tenant: connect::tenant(tenant, outbound)?.background(),
            name: tenant.name.clone(),
            settings: tenant.inventory.clone(),
            cards: Arc::clone(&cards),
            findings: Arc::new(findings),
            said: None,
        };
        tasks.add(format!("inventory of {}", tenant.name), refresh.run(stop.clone()));
    }
    Ok(())
}

/// Adds up what the intake tells, until it is time to stop.
async fn count(mut counting: Counting, stop: Stop) {
    loop {
        let round = spawn_blocking(move || {
            let done = counting.round();
            (counting, done)
        });
        let Some(Ok((back, done))) = stop.or(round).await else { return };
        counting = back;
        if let Err(error) = done {
            tracing::error!("what was done with tokens could not be added up: {error:#}");
            if stop.or(sleep(PAUSE)).await.is_none() {
                return;
            }
        }
    }
}

/// Asks one tenant what it holds, again and again.
struct Refresh {
    tenant: idp::Tenant,
    name: String,
    settings: config::Inventory,
    cards: Arc<Cards>,
    findings: Arc<Findings>,
    /// What was said last of what cannot be read, so that it is said once.
    said: Option<String>,
}

impl Refresh {
    async fn run(mut self, stop: Stop) {
        loop {
            let Some(done) = stop.or(self.round()).await else { return };
            if let Err(error) = done {
                let tenant = &self.name;
                tracing::warn!(tenant, "what it holds could not be read: {error:#}");
            }
            if stop.or(sleep(self.settings.every)).await.is_none() {
                return;
            }
        }
    }

    async fn round(&mut self) -> anyhow::Result<()> {
        let snapshot = idp::inventory(&self.tenant, &self.name).await?;
        self.say_gaps(&snapshot);
        let (cards, findings) = (Arc::clone(&self.cards), Arc::clone(&self.findings));
        let name = self.name.clone();
        let kept = spawn_blocking(move || {
            cards.put_snapshot(&snapshot)?;
            let joined = cards.tenant(&name)?.context("what was just kept is not there")?;
            weak::keep(&joined, &findings, Timestamp::now())
        });
        let told = kept.await.context("keeping it died")??;
        tracing::info!(
            tenant = self.name,
            weak = told.weak,
            mended = told.mended,
            "inventory read"
        );
        Ok(())
    }

    fn say_gaps(&mut self, snapshot: &inventory::Snapshot) {
        let of_scope = |gap: &inventory::Gap| gap.scope.clone().unwrap_or_else(|| gap.what.clone());
        let mut lacking: Vec<String> = snapshot.gaps.iter().map(of_scope).collect();
        lacking.sort();
        lacking.dedup();
        let lacking = lacking.join(", ");
        if !lacking.is_empty() && self.said.as_ref() != Some(&lacking) {
            let tenant = &self.name;
            tracing::warn!(tenant, lacking, "not everything that it holds could be read");
        }
        self.said = Some(lacking);
    }
}
