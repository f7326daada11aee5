//! `keyward sink resend`.

use anyhow::{Context, bail};
use archive::Findings;
use finding::Finding;
use jiff::Timestamp;
use sink::{Alert, Plan, Queue};

use super::named;
use crate::args::SinkResend;
use crate::config::{self, Config};
use crate::console::Console;
use crate::exit::Exit;
use crate::findings::whole;
use crate::run::deliver::open_queue;
use crate::run::guides::Guides;
use crate::run::rules::Rules;

/// Puts a finding into the queue once more.
pub(super) fn run(args: &SinkResend, console: Console, now: Timestamp) -> anyhow::Result<Exit> {
    let config = config::load(&args.named.config, console)?;
    let finding = finding(&config, &args.finding)?;
    let (queue, plan) = (open_queue(&config)?, config.sink_plan());
    let sinks = sinks(args, &config, &queue, &plan, &finding, now)?;
    let guide = Guides::of_rules(&Rules::load(&config.detect)?).of(&finding);
    let id = finding.id.to_string();
    let names: Vec<_> = sinks.iter().map(String::as_str).collect();
    let alert = Alert::new(finding, guide);
    queue.resend(&plan, &names, &alert, now).context("failed to write the queue")?;
    console.note(|out| {
        let names = names.join(", ");
        writeln!(out, "{id} waits again for {names}; `keyward run` tells it, at once if it runs.")
    });
    Ok(Exit::Clean)
}

fn finding(config: &Config, beginning: &str) -> anyhow::Result<Finding> {
    let path = config.findings_store();
    if !path.exists() {
        bail!("no store of findings lies at `{}`; `keyward run` makes one", path.display());
    }
    let store =
        Findings::open(&path).with_context(|| format!("failed to open `{}`", path.display()))?;
    let ids = whole(&store, &[beginning.to_owned()])?;
    let stored = ids.first().map(|id| store.get(id)).transpose();
    let stored = stored.context("failed to read the store")?.flatten();
    let stored = stored.with_context(|| format!("no finding `{beginning}`"))?;
    serde_json::from_str(&stored.json).context("the finding cannot be read")
}

/// Whom to tell: who was named, else who was told, else whom routes name.
fn sinks(
    args: &SinkResend,
    config: &Config,
    queue: &Queue,
    plan: &Plan,
    finding: &Finding,
    now: Timestamp,
) -> anyhow::Result<Vec<String>> {
    for name in &args.sinks {
        named(config, name)?;
    }
    if !args.sinks.is_empty() {
        return Ok(args.sinks.clone());
    }
    let mut sinks = queue.told(finding.id.as_str()).context("failed to read the queue")?;
    sinks.retain(|name| config.sinks.iter().any(|sink| sink.name == *name));
    if sinks.is_empty() {
        let names = config.sinks.iter().map(|sink| &sink.name);
        sinks = names.filter(|name| plan.concerns(finding, name, now)).cloned().collect();
    }
    if sinks.is_empty() {
        bail!("no route leads from this finding to a sink; name one with `--sink`");
    }
    Ok(sinks)
}
