//! What is done for one tenant, as tasks.

use std::cell::RefCell;
use std::sync::Arc;

use archive::Intake;
use catalog::Product;
use jiff::{SignedDuration, Timestamp};

use super::backfill::{Backfill, Way};
use super::collector::{BEGINNING, Collector};
use super::condition::Condition;
use super::detection::Account;
use super::keeping::Keeping;
use super::learning::Learning;
use super::sight::TenantLog;
use super::stop::Stop;
use super::sweep::Sweep;
use super::tasks::Tasks;
use crate::config::Tenant;
use crate::connect;

/// Who collects for all tenants.
pub(crate) struct Collecting<'c> {
    pub(crate) intake: &'c Intake,
    pub(crate) outbound: &'c outbound::Outbound,
    pub(crate) stop: &'c Stop,
    /// How detection does, and what the ledger says.
    pub(crate) account: Account,
    /// When the program started, by this machine's clock.
    pub(crate) now: Timestamp,
    /// Which rules compare with what was usual.
    pub(crate) learning: Learning,
    /// The logs so far: those of one host are asked at one pace.
    pub(crate) logs: RefCell<Vec<TenantLog>>,
}

impl Collecting<'_> {
    /// Begins to collect from a tenant. Fails if its credential cannot be had at all.
    pub(crate) fn begin(
        &self,
        tenant: &Tenant,
        condition: &Condition,
        tasks: &mut Tasks,
    ) -> anyhow::Result<()> {
        let log = self.log(tenant)?;
        if let Some(warning) = log.warning() {
            tracing::warn!(tenant = tenant.name, "{warning}");
        }
        let keeping = Keeping::new(self.intake, tenant.provider, condition, self.stop);
        // The beginning of the record, which what lies before it ends at.
        let since = tenant.poll.since.resolve(self.now);
        let since = keeping.kept_time(BEGINNING).unwrap_or_else(|| self.readable(since, tenant));
        self.learning.say(
            &tenant.name,
            tenant.provider,
            self.record_since(tenant, since),
            self.now,
        );
        self.add_backfill(tenant, &log, &keeping, condition, since, tasks);
        self.add_sweep(tenant, &log, &keeping, condition, tasks);
        let (poll, retention) = (tenant.poll.clone(), tenant.retention);
        let collector = Collector::new(
            &Arc::new(log),
            keeping,
            condition.clone(),
            self.stop,
            poll,
            retention,
            since,
        );
        tasks.add(format!("collector of {}", tenant.name), collector.run());
        Ok(())
    }

    /// Where the record begins once everything that is wanted was read back.
    fn record_since(&self, tenant: &Tenant, since: Timestamp) -> Timestamp {
        let wanted = tenant.backfill.as_ref();
        wanted.map_or(since, |wanted| {
            since.min(self.readable(wanted.since.resolve(self.now), tenant))
        })
    }

    fn log(&self, tenant: &Tenant) -> anyhow::Result<TenantLog> {
        let (config, outbound) = (tenant.clone(), self.outbound.clone());
        let log = TenantLog::new(move || connect::tenant(&config, &outbound))?;
        let mut logs = self.logs.borrow_mut();
        logs.iter().for_each(|other| log.join(other));
        logs.push(log.clone());
        Ok(log)
    }

    fn add_backfill(
        &self,
        tenant: &Tenant,
        log: &TenantLog,
        keeping: &Keeping,
        condition: &Condition,
        until: Timestamp,
        tasks: &mut Tasks,
    ) {
        let Some(wanted) = &tenant.backfill else { return };
        let since = self.readable(wanted.since.resolve(self.now), tenant);
        let log = Arc::new(log.background());
        let (keeping, condition) = (keeping.clone(), condition.clone());
        let way = way(tenant.provider);
        let job = Backfill::new(&log, keeping, condition, self.stop, way, since, until);
        if let Some(job) = job {
            tasks.add_job(format!("back-fill of {}", tenant.name), job.run());
        }
    }

    fn add_sweep(
        &self,
        tenant: &Tenant,
        log: &TenantLog,
        keeping: &Keeping,
        condition: &Condition,
        tasks: &mut Tasks,
    ) {
        if !tenant.sweep.enabled {
            return;
        }
        let log = Arc::new(log.background());
        let (keeping, condition) = (keeping.clone(), condition.clone());
        let settings = tenant.sweep.clone();
        let (account, source) = (self.account.clone(), tenant.source());
        let verified = Box::new(move || {
            let reports = account.reports(Timestamp::now());
            reports.into_iter().find(|report| report.source == source)?.verified_until
        });
        let way = way(tenant.provider);
        let sweep = Sweep::new(&log, keeping, condition, self.stop, settings, way, verified);
        tasks.add(format!("sweep of {}", tenant.name), sweep.run());
    }

    /// A time, or the oldest one that the provider still tells of.
    fn readable(&self, since: Timestamp, tenant: &Tenant) -> Timestamp {
        let kept = SignedDuration::try_from(tenant.retention).unwrap_or(SignedDuration::MAX);
        since.max(self.now.checked_sub(kept).unwrap_or(Timestamp::MIN))
    }
}

fn way(provider: Product) -> Way {
    if provider == Product::Auth0 { Way::Pass } else { Way::Slices }
}
