//! What of a configuration can be used, and is probably not meant.

use std::net::IpAddr;

use outbound::{Origin, is_public};

use sink::Service;

use crate::config::{Config, Sink, Way};

/// What is doubtful about its sinks, each as a sentence.
pub(super) fn of_sinks(config: &Config) -> Vec<String> {
    let mut all = Vec::new();
    for sink in &config.sinks {
        let name = &sink.name;
        let leads = config.routes.iter().any(|route| route.sinks.contains(name));
        if !config.routes.is_empty() && !leads {
            all.push(format!("no route leads to the sink `{name}`: it is told of nothing"));
        }
        if let Way::File { path } = &sink.way
            && let Some(folder) = path.parent()
            && !folder.as_os_str().is_empty()
            && !folder.is_dir()
        {
            let folder = folder.display();
            all.push(format!("the folder `{folder}` of the sink `{name}` is not there"));
        }
        all.extend(origin(sink).and_then(|origin| misplaced(sink, origin)));
        if !config.outbound.allow_private && origin(sink).is_some_and(is_refused) {
            all.push(format!(
                "the sink `{name}` has a private address, which needs `outbound.allow-private`"
            ));
        }
    }
    all
}

/// Where a sink is, if its address is no credential.
fn origin(sink: &Sink) -> Option<&Origin> {
    match &sink.way {
        Way::Webhook { url, .. } | Way::Ocsf { url, .. } => Some(url.origin()),
        Way::Slack { api, .. } | Way::PagerDuty { api, .. } => api.as_ref(),
        _ => None,
    }
}

/// What is meant by the address of a service that has another kind of sink, or another key of this one.
fn misplaced(sink: &Sink, origin: &Origin) -> Option<String> {
    let service = Service::at(origin.host())?;
    let (kind, key) = match service {
        Service::Slack => ("slack", "webhook"),
        Service::Teams => ("teams", "webhook"),
        Service::PagerDuty => ("pagerduty", "key"),
    };
    if matches!((&sink.way, service), (Way::PagerDuty { .. }, Service::PagerDuty)) {
        return None;
    }
    Some(format!(
        "the `url` of the sink `{}` is at {service}: that takes `kind = \"{kind}\"` and `{key} = {{ file = \"…\" }}`, \
         since it is a credential and does not belong into the configuration",
        sink.name
    ))
}

/// Whether an address, which is written as one, is refused.
fn is_refused(origin: &Origin) -> bool {
    let host = origin.host().trim_matches(['[', ']']);
    let address = host.parse::<IpAddr>();
    !origin.is_loopback() && address.is_ok_and(|address| !is_public(address))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config;

    #[test]
    fn a_sink_that_nothing_can_reach_is_doubted() {
        let text = r#"
data = "data"
[[tenant]]
name = "acme"
provider = "okta"
url = "https://acme.okta.com"
read = { method = "api-token", token = { env = "T" } }
[[sink]]
name = "hook"
kind = "webhook"
url = "https://10.0.0.7/alerts"
secret = { env = "S" }
[[sink]]
name = "file"
kind = "file"
path = "/nowhere/at/all/alerts.jsonl"
[[sink]]
name = "chat"
kind = "webhook"
url = "https://hooks.slack.com/services/T0/B0/hush"
secret = { env = "S" }
[[sink]]
name = "pager"
kind = "pagerduty"
url = "https://events.eu.pagerduty.com"
key = { env = "K" }
[[route]]
sinks = ["file", "chat", "pager"]
"#;
        let config = config::parse(text, Path::new("")).unwrap();
        assert_eq!(
            of_sinks(&config),
            [
                "no route leads to the sink `hook`: it is told of nothing",
                "the sink `hook` has a private address, which needs `outbound.allow-private`",
                "the folder `/nowhere/at/all` of the sink `file` is not there",
                "the `url` of the sink `chat` is at Slack: that takes `kind = \"slack\"` and `webhook = { file = \"…\" }`, \
                 since it is a credential and does not belong into the configuration",
            ]
        );
    }
}
