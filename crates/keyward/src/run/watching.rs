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
    /// Begins to detect where the last run left off. If that cannot be known, what comes is collected nevertheless, since the provider
    /// does not keep it for ever; that nothing is examined is said wherever somebody asks.
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
            settings: settings(config, &rules),
            rules: Arc::new(rules),
            awaited: None,
            outlets: outlets(config, color, &account)?,
            orders: receiver,
            account: account.clone(),
        };
        let thread = std::thread::Builder::new().name("detection".to_owned());
        let told = account.clone();
        let thread = thread.spawn(move || {
            let _last = Last(stopper);
            let ended = detection.run();
            if let Err(error) = &ended {
                tracing::error!("detection ended: {error:#}");
                told.change(|seen| seen.trouble = Some(format!("it ended: {error:#}")));
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
            // Detection may have ended, which it said.
            let _ = orders.send(Order::Reload(Arc::new(rules) as Arc<dyn Look>));
        }
    }

    /// Lets it save what it remembers, and waits for that.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        let _ = self.orders.send(Order::Stop);
        self.thread.join().map_err(|_| anyhow!("detection died"))?
    }
}

/// Tells everybody to stop if detection dies: nobody knows what state that leaves behind.
struct Last(Stopper);

impl Drop for Last {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("detection died: nothing is examined any more");
            self.0.stop();
        }
    }
}

fn disk(folder: &Path) -> anyhow::Result<Arc<dyn Disk>> {
    let failed = || format!("failed to open the folder `{}`", folder.display());
    Ok(Arc::new(RealDisk::at(folder.to_owned()).with_context(failed)?))
}

fn settings(config: &Config, rules: &Rules) -> Settings {
    let detection = &config.detect;
    let polled = config.tenants.iter().filter(|tenant| tenant.poll.enabled);
    Settings {
        polled: polled.map(config::Tenant::source).collect(),
        lateness: detection.lateness,
        pending_bytes: detection.pending_bytes,
        // The seed that counts is that of the checkpoint.
        memory: rules.settings(detection, 0),
        save_every: detection.save_every,
    }
}

fn outlets(config: &Config, color: ColorChoice, account: &Account) -> anyhow::Result<Outlets> {
    let path = config.findings_store();
    let store = Findings::open(&path)
        .with_context(|| format!("failed to open the store of findings `{}`", path.display()))?;
    let file = config.findings.file.as_deref().map(FindingsFile::at).transpose()?;
    let style = match config.findings.stdout {
        Stdout::Text => Some(Style::Text),
        Stdout::Jsonl => Some(Style::Jsonl),
        Stdout::Off => None,
    };
    let screen = style.map(|style| Screen::new(style, color, account)).transpose();
    let screen = screen.context("failed to begin a thread for standard output")?;
    Ok(Outlets::new(Box::new(store), file, screen))
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

    #[test]
    fn a_damaged_checkpoint_ends_detection_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(CHECKPOINT), "damaged").unwrap();
        let text = format!("data = {:?}\n{TENANT}", folder.path());
        let config = config::parse(&text, Path::new("")).unwrap();
        let disk = RealDisk::at(config.intake_folder()).unwrap();
        let intake = Intake::open(Arc::new(disk), archive::Settings::default()).unwrap();
        let rules = Rules::load(&config.detect).unwrap();
        let (stopper, stop) = stopping();
        let color = ColorChoice::Never;
        let watching = Watching::begin(&config, &intake, rules, color, stopper).unwrap();
        let account = watching.account.clone();
        assert!(watching.end().unwrap_err().to_string().contains("checkpoint"));
        assert!(account.seen().trouble.unwrap().contains("is no checkpoint"));
        assert!(!stop.is_told(), "what comes is collected nevertheless");
    }

    const TENANT: &str = "[[tenant]]\nname = \"acme\"\nprovider = \"okta\"\nurl = \"https://acme.okta.com\"\n\
                          read = { method = \"api-token\", token = { env = \"T\" } }\n";
}
