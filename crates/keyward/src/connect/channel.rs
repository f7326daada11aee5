//! From the configuration to sinks that can be told.

use std::sync::Arc;

use anyhow::{Context, bail};
use outbound::{HeaderName, Origin, Outbound, Secret};
use sink::{
    Channel, Clock, Collector, Endpoint, File, Ocsf, Outlet, PAGERDUTY, PagerDuty, SLACK, Service,
    Slack, SlackHook, Submission, Syslog, SystemClock, TEMPLATE_MAX, Teams, Template, Webhook,
};

use super::outbound;
use crate::config::{self, Config, Mail, SecretFrom, Sink, Way};

/// Every sink with its credentials, read from where they are kept. Speaks to nobody.
pub(crate) fn outlets(config: &Config) -> anyhow::Result<Vec<Outlet>> {
    // The connections are its own: it is used in a thread of its own.
    let outbound = outbound(&config.outbound)?;
    config.sinks.iter().map(|sink| outlet(sink, &outbound)).collect()
}

/// One sink, with its credential.
pub(crate) fn outlet(sink: &Sink, outbound: &Outbound) -> anyhow::Result<Outlet> {
    let channel = template(sink).and_then(|template| channel(&sink.way, template, outbound));
    let channel = channel.with_context(|| format!("the sink `{}`", sink.name))?;
    Ok(Outlet { name: sink.name.clone(), channel, patience: sink.patience.clone() })
}

/// The body of messages in the user's own words, if there are any. Fails with every mistake in it.
fn template(sink: &Sink) -> anyhow::Result<Option<Template>> {
    let Some(path) = &sink.template else { return Ok(None) };
    let name = path.display();
    let bytes = config::read_bounded(path, TEMPLATE_MAX as u64)
        .with_context(|| format!("failed to read the template `{name}`"))?;
    let text =
        String::from_utf8(bytes).with_context(|| format!("the template `{name}` is no text"))?;
    Template::parse(&text).map(Some).map_err(|bad| {
        let bad: Vec<_> = bad.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the template `{name}` cannot be used as it is: {}", bad.join("; "))
    })
}

fn channel(
    way: &Way,
    template: Option<Template>,
    outbound: &Outbound,
) -> anyhow::Result<Arc<dyn Channel>> {
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
            Arc::new(Slack::new(outbound, api, token.read()?, channel.clone()).told_as(template))
        }
        Way::SlackWebhook { webhook } => {
            Arc::new(SlackHook::new(outbound, endpoint(webhook, Service::Slack)?).told_as(template))
        }
        Way::Teams { webhook } => {
            Arc::new(Teams::new(outbound, endpoint(webhook, Service::Teams)?).told_as(template))
        }
        Way::PagerDuty { key, api } => {
            let api = api.clone().map_or_else(|| own(PAGERDUTY), Ok)?;
            Arc::new(PagerDuty::new(outbound, api, key.read()?))
        }
        Way::Mail(mail) => {
            Arc::new(sink::Mail::new(outbound, clock, submission(mail)?).told_as(template))
        }
        Way::Syslog { server, hostname, facility } => {
            let usual = Collector::new(server.clone());
            let hostname = hostname.clone().unwrap_or(usual.hostname);
            let collector = Collector { hostname, facility: facility.0, ..usual };
            Arc::new(Syslog::new(outbound, clock, collector))
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
fn endpoint(kept: &SecretFrom, meant: Service) -> anyhow::Result<Endpoint> {
    let endpoint = Endpoint::parse(&kept.read()?).context("the address of the webhook")?;
    match Service::at(endpoint.origin().host()) {
        Some(other) if other != meant => {
            bail!(
                "the address of the webhook is one of {other}, and the kind of the sink that of {meant}"
            )
        }
        _ => Ok(endpoint),
    }
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
