//! Where a revocation sits: the tenant with its two credentials, the record, and what the command line gave.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use archive::Audit;
use catalog::Product;
use idp::{Credential, Error, Looked, Pace};
use outbound::{Outbound, Secret};
use serde_json::Value;

use super::order::Target;
use super::plan::url_encoded;
use crate::args::Doing;
use crate::config::{self, Access, Config, SecretFrom, Tenant};
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

    /// Who makes the calls, signed in for those scopes alone: the credential that acts, or the token that ends itself, which
    /// goes to no host that is not proven to be the tenant's.
    pub(crate) async fn actor(
        &self,
        target: &Target,
        scopes: &[&str],
    ) -> anyhow::Result<idp::Tenant> {
        if *target != Target::CurrentToken {
            return self.second(scopes);
        }
        let token = self.token_itself()?.clone();
        let proof = idp::prove(&self.outbound, &self.tenant.origin, idp::Provider::Okta).await;
        proof.context("the token was not sent: its host is not proven to be the tenant's")?;
        let (origin, pace) = (self.tenant.origin.clone(), Pace { share: 1.0 });
        let credential = Credential::ApiToken(token);
        idp::Tenant::new(idp::Provider::Okta, origin, credential, self.outbound.clone(), pace)
            .context("the token cannot be used")
    }

    /// The credential that acts, signed in for those scopes alone.
    pub(crate) fn second(&self, scopes: &[&str]) -> anyhow::Result<idp::Tenant> {
        connect::actor(&self.tenant, &self.outbound, scopes)
    }

    /// The token that is to end itself.
    pub(crate) fn token_itself(&self) -> anyhow::Result<&Secret> {
        let leaked = self.leaked.as_ref();
        leaked.context("`current` takes the token itself: `--secret-file` names it")
    }

    /// What keeps whoever acts from doing what takes those scopes, as far as signing in tells. Changes nothing.
    pub(crate) async fn lacks(&self, actor: &idp::Tenant, scopes: &[&str]) -> Option<String> {
        let path = match self.provider() {
            Product::Auth0 => "/api/v2/clients?per_page=1&fields=client_id",
            _ => "/.well-known/okta-organization",
        };
        if let Err(error @ (Error::SignIn { .. } | Error::Refused { .. })) = actor.read(path).await
        {
            return Some(format!("what acts cannot sign in for {}: {error}", scopes.join(", ")));
        }
        let granted = actor.scopes().await?;
        let has = |scope: &str| granted.split(' ').any(|own| own == scope);
        let lacking: Vec<&str> = scopes.iter().copied().filter(|scope| !has(scope)).collect();
        (!lacking.is_empty()).then(|| format!("what acts was not given {}", lacking.join(", ")))
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

    /// Fails if that is what Keyward itself signs in with, or if that cannot be told, unless it is meant.
    pub(crate) async fn spare(&self, target: &Target, own: bool) -> anyhow::Result<()> {
        if own {
            return Ok(());
        }
        match target {
            Target::CurrentToken => self.spare_value(),
            Target::Token(id) => self.spare_token(id).await,
            _ => self.spare_client(target),
        }
    }

    fn accesses(&self) -> impl Iterator<Item = &Access> {
        [Some(&self.tenant.access), self.tenant.act.as_ref()].into_iter().flatten()
    }

    fn spare_client(&self, target: &Target) -> anyhow::Result<()> {
        let mut clients = self.accesses().filter_map(Access::client_id);
        if target.client().is_some_and(|client| clients.any(|one| one == client)) {
            bail!("{target} is what Keyward itself signs in with; `--own` if that is meant");
        }
        Ok(())
    }

    /// The values are compared here, and go nowhere.
    fn spare_value(&self) -> anyhow::Result<()> {
        let token = self.token_itself()?;
        for access in self.accesses() {
            let Access::ApiToken { token: kept } = access else { continue };
            if kept.read()? == *token {
                bail!("the token is what Keyward itself signs in with; `--own` if that is meant");
            }
        }
        Ok(())
    }

    /// Okta does not say which token it is asked with, but whose: one of the same owner may be it.
    async fn spare_token(&self, id: &str) -> anyhow::Result<()> {
        for access in self.accesses().filter(|access| access.client_id().is_none()) {
            let me = if std::ptr::eq(access, &raw const self.tenant.access) {
                owner(&self.reader).await
            } else {
                owner(&self.second(&[])?).await
            };
            let path = format!("/api/v1/api-tokens/{}", url_encoded(id));
            let owner = match self.see(&path, "okta.apiTokens.read").await {
                Ok(Looked::Gone) => continue,
                Ok(Looked::There(token)) => member(&token, "/userId"),
                Err(_) => None,
            };
            match (me, owner) {
                (Some(me), Some(owner)) if me != owner => {}
                (Some(_), Some(owner)) => bail!(
                    "token `{id}` may be what Keyward itself signs in with: both are of user `{owner}`; `--own` if that is meant"
                ),
                _ => bail!(
                    "whether token `{id}` is what Keyward itself signs in with cannot be told; `--own` if it may be"
                ),
            }
        }
        Ok(())
    }
}

/// The id of the user whose token asks; `None` if it is not told.
pub(super) async fn owner(tenant: &idp::Tenant) -> Option<String> {
    match tenant.see("/api/v1/users/me", "okta.users.read").await {
        Ok(Looked::There(user)) => member(&user, "/id"),
        _ => None,
    }
}

fn member(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn make_private(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("failed to make `{}`", folder.display()))
}
