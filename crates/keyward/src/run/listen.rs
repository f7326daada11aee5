//! The task that listens: what tenants push, and pages about the program.

use std::sync::Arc;

use anyhow::Context;
use archive::Intake;
use jiff::Timestamp;
use web::{Kind, Locks, SecretText, Server, Status};

use super::rules::Hangups;
use super::stop::Stop;
use crate::config::{Config, Receiver, ReceiverKind, SecretFrom, Tenant};

/// Listens until it is told to stop, then answers what was accepted.
pub(crate) struct Listener {
    server: Server,
    stop: Stop,
    config: Config,
}

/// Bodies that wait may take so much memory, at least.
const PENDING_BYTES: usize = 128 << 20;

impl Listener {
    /// Reads the secrets and opens the port. Nobody is answered yet.
    pub(crate) async fn open(
        config: &Config,
        intake: &Intake,
        status: Arc<dyn Status>,
        stop: &Stop,
    ) -> anyhow::Result<Self> {
        let settings = settings(config)?;
        let server = Server::bind(&settings, Arc::new(intake.clone()), status).await;
        let server = server.context("receivers cannot be served")?;
        let address = server.address().context("the port is not known")?;
        tracing::info!(
            %address,
            tls = settings.tls.is_some(),
            receivers = settings.receivers.len(),
            "listening"
        );
        Ok(Self { server, stop: stop.clone(), config: config.clone() })
    }

    /// Answers until it is time to stop.
    pub(crate) async fn run(self) {
        let (mut stop, locks) = (self.stop, self.server.locks());
        tokio::select! {
            _ = self.server.run(async move { stop.wait().await }) => {}
            () = follow(&self.config, &locks) => {}
        }
    }
}

/// Reads secrets anew whenever somebody asks for that with a SIGHUP, for good.
async fn follow(config: &Config, locks: &Locks) {
    let mut hangups = Hangups::new();
    loop {
        hangups.next().await;
        let config = config.clone();
        // A program that tells a credential may take its time.
        let read = tokio::task::spawn_blocking(move || settings(&config)).await;
        let read = read.map_err(anyhow::Error::from).flatten();
        match read.and_then(|settings| Ok(locks.change(&settings)?)) {
            Ok(()) => tracing::info!("the secrets of receivers and pages were read again"),
            Err(error) => tracing::error!("the old secrets of receivers stay in use: {error:#}"),
        }
    }
}

/// What is listened on, with all secrets read.
pub(crate) fn settings(config: &Config) -> anyhow::Result<web::Settings> {
    let mut receivers = Vec::new();
    for tenant in &config.tenants {
        for one in &tenant.receivers {
            receivers.push(receiver(tenant, one)?);
        }
    }
    let tls = config
        .tls
        .as_ref()
        .map(|files| web::Tls { certificate: files.certificate.clone(), key: files.key.clone() });
    let page_secrets = secrets(&config.page_secrets).context("the secrets of pages")?;
    Ok(web::Settings {
        listen: config.listen,
        tls,
        allow_plain: config.allow_plain,
        page_secrets,
        page_hosts: config.page_hosts.clone(),
        limits: limits(config),
        receivers,
        clock: Arc::new(Timestamp::now),
    })
}

fn limits(config: &Config) -> web::Limits {
    let body_bytes = config.limits.body_bytes;
    web::Limits {
        body_bytes,
        pending_bytes: PENDING_BYTES.max(body_bytes.saturating_mul(2)),
        connections: config.limits.connections as usize,
        requests_per_second: config.limits.posts_per_second,
        ..web::Limits::default()
    }
}

fn receiver(tenant: &Tenant, one: &Receiver) -> anyhow::Result<web::Receiver> {
    let kind = match one.kind {
        ReceiverKind::OktaHook => Kind::Hook,
        ReceiverKind::EventBridge => Kind::EventBridge,
        ReceiverKind::Auth0Stream => Kind::Auth0,
        ReceiverKind::Hec => Kind::Hec,
    };
    let secrets = secrets(&one.secrets)
        .with_context(|| format!("the secrets of receiver `{}` of `{}`", one.path, tenant.name))?;
    Ok(web::Receiver {
        path: one.path.clone(),
        kind,
        source: tenant.source(),
        secrets,
        header: one.header.clone(),
    })
}

fn secrets(kept: &[SecretFrom]) -> anyhow::Result<Vec<SecretText>> {
    let read = |one: &SecretFrom| Ok(SecretText::new(one.read()?.expose()));
    kept.iter().map(read).collect()
}
