//! Detection in a thread of its own, begun and ended with the tasks.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use anyhow::{Context, anyhow};
use archive::{Disk, Findings, Intake, RealDisk};
use clap::ColorChoice;

use super::detection::{Account, Detection, Look, Order, Settings};
use super::outlet::{FindingsFile, Outlets, Screen, Style};
use super::rules::Rules;
use super::stop::Stopper;
use crate::config::{self, Config, Stdout};

/// The file of what detection remembers, in the folder of everything that is kept.
const CHECKPOINT: &str = "checkpoint";

/// Detection as it runs.
pub(crate) struct Watching {
    orders: Sender<Order>,
    thread: JoinHandle<anyhow::Result<()>>,
    /// How it does.
    pub(crate) account: Account,
}

impl Watching {
    /// Begins to detect where the last run left off. When it fails, everything is told to stop: what is collected
    /// and not examined would look like peace.
    pub(crate) fn begin(
        config: &Config,
        intake: &Intake,
        rules: Rules,
        color: ColorChoice,
        stopper: Stopper,
    ) -> anyhow::Result<Self> {
        // Until it is known what was examined.
        intake.hold(intake.first());
        let (orders, receiver) = channel();
        let account = Account::default();
        let detection = Detection {
            intake: intake.clone(),
            disk: disk(&config.data)?,
            checkpoint: CHECKPOINT.to_owned(),
            settings: settings(&config.detect, &rules),
            rules: Arc::new(rules),
            outlets: outlets(config, color)?,
            orders: receiver,
            account: account.clone(),
        };
        let thread = std::thread::Builder::new().name("detection".to_owned());
        let thread = thread.spawn(move || {
            let _last = Last(stopper);
            let ended = detection.run();
            if let Err(error) = &ended {
                tracing::error!("detection ended: {error:#}");
            }
            ended
        });
        let thread = thread.context("failed to begin a thread for detection")?;
        Ok(Self { orders, thread, account })
    }

    /// Who gives it other rules.
    pub(crate) fn reloading(&self) -> impl FnMut(Rules) + Send + 'static {
        let orders = self.orders.clone();
        move |rules| {
            // Detection that has ended has told everybody to stop.
            let _ = orders.send(Order::Reload(Arc::new(rules) as Arc<dyn Look>));
        }
    }

    /// Lets it save what it remembers, and waits for that.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        let _ = self.orders.send(Order::Stop);
        self.thread.join().map_err(|_| anyhow!("detection died"))?
    }
}

/// Tells everybody to stop at the end of detection, whatever end that is.
struct Last(Stopper);

impl Drop for Last {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("detection died: nothing is examined any more");
        }
        self.0.stop();
    }
}

fn disk(folder: &Path) -> anyhow::Result<Arc<dyn Disk>> {
    let failed = || format!("failed to open the folder `{}`", folder.display());
    Ok(Arc::new(RealDisk::at(folder.to_owned()).with_context(failed)?))
}

fn settings(detection: &config::Detection, rules: &Rules) -> Settings {
    Settings {
        lateness: detection.lateness,
        pending_bytes: detection.pending_bytes,
        // The seed that counts is that of the checkpoint.
        memory: rules.settings(detection, 0),
        save_every: detection.save_every,
    }
}

fn outlets(config: &Config, color: ColorChoice) -> anyhow::Result<Outlets> {
    let path = config.findings_store();
    let store = Findings::open(&path)
        .with_context(|| format!("failed to open the store of findings `{}`", path.display()))?;
    let file = config.findings.file.as_deref().map(FindingsFile::at).transpose()?;
    let style = match config.findings.stdout {
        Stdout::Text => Some(Style::Text),
        Stdout::Jsonl => Some(Style::Jsonl),
        Stdout::Off => None,
    };
    Ok(Outlets::new(Box::new(store), file, style.map(|style| Screen::new(style, color))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::stop::stopping;

    #[tokio::test]
    async fn detection_that_dies_stops_everything() {
        let (stopper, mut stop) = stopping();
        let died = std::thread::spawn(move || {
            let _last = Last(stopper);
            panic!("as a bug would");
        });
        assert!(died.join().is_err());
        stop.wait().await;
    }
}
