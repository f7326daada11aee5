//! Where a revocation sits: the tenant with its two credentials, the record, and what the command line gave.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use archive::Audit;
use catalog::Product;
use idp::{Credential, Error, Looked, Pace};
use outbound::{Outbound, Secret};

use super::order::Target;
use crate::args::Doing;
use crate::config::{self, Config, SecretFrom, Tenant};
use crate::connect;
use crate::console::Console;

/// Everything that a revocation needs beside what it is to do.
pub(crate) struct Desk {
    /// The configuration.
    pub(crate) config: Config,
    /// The tenant.
    pub(crate) tenant: Tenant,
    /// The way out.
    pub(crate) outbound: Outbound,
    /// With the credential that reads.
    pub(crate) reader: idp::Tenant,
    /// What was done.
    pub(crate) audit: Audit,
    /// The credential that leaked, if it is at hand.
    pub(crate) leaked: Option<Secret>,
    /// Who is spoken to.
    pub(crate) console: Console,
}

impl Desk {
    /// Reads the configuration and the credentials, as the command line says. Speaks to nobody.
    pub(crate) fn open(doing: &Doing, console: Console) -> anyhow::Result<Self> {
        let leaked = doing.secret_file.as_deref();
        Self::of(&doing.config, doing.tenant.as_deref(), leaked, console)
    }

    /// The same for a tenant of a configuration, with a credential that leaked.
    pub(crate) fn of(
        config: &Path,
        tenant: Option<&str>,
        leaked: Option<&Path>,
        console: Console,
    ) -> anyhow::Result<Self> {
        let config = config::load(config, console)?;
        let tenant = config.tenant(tenant)?.clone();
        let outbound = connect::outbound(&config.outbound)?;
        let reader = connect::tenant(&tenant, &outbound)?;
        let leaked = leaked.map(|path| SecretFrom::File(path.to_owned()).read());
        let leaked = leaked.transpose().context("the credential that leaked")?;
        let audit = Audit::at(config.data.join("audit.jsonl"));
        Ok(Self { config, tenant, outbound, reader, audit, leaked, console })
    }

    /// Whose tenant it is.
    pub(crate) fn provider(&self) -> Product {
        self.tenant.provider
    }

    /// Who makes the calls, signed in for those scopes alone: the credential that acts, or the token that ends itself.
    pub(crate) fn actor(&self, target: &Target, scopes: &[&str]) -> anyhow::Result<idp::Tenant> {
        if *target != Target::CurrentToken {
            return connect::actor(&self.tenant, &self.outbound, scopes);
        }
        let leaked = self.leaked.clone();
        let token = leaked.context("`current` takes the token itself: `--secret-file` names it")?;
        let (origin, pace) = (self.tenant.origin.clone(), Pace { share: 1.0 });
        let credential = Credential::ApiToken(token);
        idp::Tenant::new(idp::Provider::Okta, origin, credential, self.outbound.clone(), pace)
            .context("the token cannot be used")
    }

    /// Reads an object with the credential that reads; with the one that acts where the other may not.
    pub(crate) async fn see(&self, path: &str, scope: &str) -> Result<Looked, Error> {
        let seen = self.reader.see(path, scope).await;
        let may_not = matches!(
            &seen,
            Err(Error::Forbidden { .. } | Error::SignIn { .. } | Error::Refused { .. })
        );
        if !may_not || self.tenant.act.is_none() {
            return seen;
        }
        match connect::actor(&self.tenant, &self.outbound, &[scope]) {
            Ok(actor) => actor.see(path, scope).await.or(seen),
            Err(_) => seen,
        }
    }

    /// A folder of the data, which is made if it is not there, for its owner alone.
    pub(crate) fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.config.data.join(name);
        make_private(&folder)?;
        Ok(folder)
    }

    /// Fails if the record cannot lie where it should.
    pub(crate) fn prepare(&self) -> anyhow::Result<()> {
        make_private(&self.config.data)?;
        if let Err(error) = self.audit.read() {
            // To shut something off is more urgent than a record that somebody changed.
            self.console.warn(format_args!("{error}; what is done now is written behind it"));
        }
        Ok(())
    }

    /// Fails if that is what Keyward itself signs in with, unless that is meant.
    pub(crate) fn spare(&self, target: &Target, own: bool) -> anyhow::Result<()> {
        let access = [Some(&self.tenant.access), self.tenant.act.as_ref()];
        let mut clients = access.into_iter().flatten().filter_map(config::Access::client_id);
        let is_own = target.client().is_some_and(|client| clients.any(|one| one == client));
        if is_own && !own {
            bail!("{target} is what Keyward itself signs in with; `--own` if that is meant");
        }
        Ok(())
    }
}

fn make_private(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("failed to make `{}`", folder.display()))
}
