//! From the configuration to sinks that can be told.

use std::sync::Arc;

use anyhow::Context;
use outbound::{HeaderName, Origin, Outbound, Secret};
use sink::{
    Channel, Clock, Collector, Endpoint, File, Ocsf, Outlet, PAGERDUTY, PagerDuty, SLACK, Slack,
    SlackHook, Submission, Syslog, SystemClock, Teams, Webhook,
};

use super::outbound;
use crate::config::{Config, Mail, SecretFrom, Sink, Way};

/// Every sink with its credentials, read from where they are kept. Speaks to nobody.
pub(crate) fn outlets(config: &Config) -> anyhow::Result<Vec<Outlet>> {
    // The connections are its own: it is used in a thread of its own.
    let outbound = outbound(&config.outbound)?;
    config.sinks.iter().map(|sink| outlet(sink, &outbound)).collect()
}

/// One sink, with its credential.
pub(crate) fn outlet(sink: &Sink, outbound: &Outbound) -> anyhow::Result<Outlet> {
    let channel = channel(&sink.way, outbound);
    let channel = channel.with_context(|| format!("the sink `{}`", sink.name))?;
    Ok(Outlet { name: sink.name.clone(), channel, patience: sink.patience.clone() })
}

fn channel(way: &Way, outbound: &Outbound) -> anyhow::Result<Arc<dyn Channel>> {
    let (outbound, clock) = (outbound.clone(), Arc::new(SystemClock));
    Ok(match way {
        Way::Webhook { url, secret, token, header } => {
            let hook = Webhook::new(outbound, clock, url.clone()).signed(secret.read()?);
            let hook = bearer(token.as_ref(), header.as_ref())?
                .into_iter()
                .fold(hook, |hook, (name, value)| hook.with(name, value));
            Arc::new(hook)
        }
        Way::Slack { token, channel, api } => {
            let api = api.clone().map_or_else(|| own(SLACK), Ok)?;
            Arc::new(Slack::new(outbound, api, token.read()?, channel.clone()))
        }
        Way::SlackWebhook { webhook } => Arc::new(SlackHook::new(outbound, endpoint(webhook)?)),
        Way::Teams { webhook } => Arc::new(Teams::new(outbound, endpoint(webhook)?)),
        Way::PagerDuty { key, api } => {
            let api = api.clone().map_or_else(|| own(PAGERDUTY), Ok)?;
            Arc::new(PagerDuty::new(outbound, api, key.read()?))
        }
        Way::Mail(mail) => Arc::new(sink::Mail::new(outbound, clock, submission(mail)?)),
        Way::Syslog { server } => {
            Arc::new(Syslog::new(outbound, clock, Collector::new(server.clone())))
        }
        Way::File { path } => Arc::new(File::new(path.clone())),
        Way::Ocsf { url, token, header } => {
            let headers = bearer(token.as_ref(), header.as_ref())?;
            Arc::new(Ocsf::new(outbound, clock as Arc<dyn Clock>, url.clone(), headers))
        }
    })
}

/// Where a service is, as its channel names it.
fn own(address: &str) -> anyhow::Result<Origin> {
    address.parse().with_context(|| format!("`{address}`"))
}

/// The address of a webhook, which is a credential: why it is none is said without it.
fn endpoint(kept: &SecretFrom) -> anyhow::Result<Endpoint> {
    Endpoint::parse(&kept.read()?).context("the address of the webhook")
}

/// What opens an endpoint, as a header.
fn bearer(
    token: Option<&SecretFrom>,
    header: Option<&HeaderName>,
) -> anyhow::Result<Vec<(HeaderName, Secret)>> {
    let Some(token) = token else { return Ok(Vec::new()) };
    let token = token.read()?;
    if let Some(name) = header {
        return Ok(vec![(name.clone(), token)]);
    }
    let value = Secret::new(format!("Bearer {}", token.expose()));
    Ok(vec![(HeaderName::from_static("authorization"), value)])
}

fn submission(mail: &Mail) -> anyhow::Result<Submission> {
    let login = mail.login.as_ref();
    let login = login.map(|(user, password)| anyhow::Ok((user.clone(), password.read()?)));
    Ok(Submission {
        peer: mail.server.clone(),
        security: mail.tls,
        login: login.transpose()?,
        from: mail.from.clone(),
        to: mail.to.clone(),
    })
}
