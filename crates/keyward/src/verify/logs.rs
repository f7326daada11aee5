//! Logs at hand that tell what was done with credentials: those that were given, or the intake.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use archive::{Error, Reader, RealDisk};
use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use jiff::Timestamp;

use super::asker::Asker;
use super::exposed::Watch;
use crate::config::Config;
use crate::examine::{self, Bar};
use crate::exit::Exit;
use crate::input::{self, Expanded, From, Progress, Stop};
use crate::kept::FRESH;
use crate::summary::Summary;

/// Longest event that is read.
pub(super) const EVENT_BYTES: usize = 16 << 20;

/// Where it is read what was done.
#[derive(Debug)]
pub(super) enum Logs {
    /// In these, whatever else there is.
    Given(Expanded),
    /// In the intake that lies there.
    Intake(PathBuf),
    /// Nothing is at hand: the provider has to be asked.
    Provider,
}

/// What reading logs came to.
pub(super) struct Walked {
    /// How the logs are called.
    source: &'static str,
    /// Whether all of them could be read.
    pub(super) is_whole: bool,
    /// When something last came from each tenant, events or word that there are none; of logs that were given not known.
    heard: BTreeMap<String, Timestamp>,
}

impl Logs {
    /// Opens what there is, so that a path that is wrong ends the run before anybody is asked.
    pub(super) fn open(given: &[PathBuf], config: Option<&Config>) -> anyhow::Result<Self> {
        if !given.is_empty() {
            return opened(given).map(Self::Given);
        }
        let Some(folder) = config.map(Config::intake_folder).filter(|folder| folder.exists())
        else {
            return Ok(Self::Provider);
        };
        reader(&folder)?;
        Ok(Self::Intake(folder))
    }
}

/// The logs of paths, each of which could be opened.
fn opened(given: &[PathBuf]) -> anyhow::Result<Expanded> {
    let inputs = input::expand(given);
    if let Some(fault) = inputs.faults.first() {
        bail!("`--logs`: {}: {}", fault.path, fault.why);
    }
    for source in inputs.sources.iter().filter(|source| source.from != From::Stdin) {
        let opened = input::open(source, &Progress::of(&[], false), &Stop::default());
        if let Err(why) = opened {
            bail!("`--logs`: {}: {why}", source.name);
        }
    }
    Ok(inputs)
}

fn reader(folder: &Path) -> anyhow::Result<Reader> {
    let failed = || format!("failed to open the intake `{}`", folder.display());
    let disk = RealDisk::existing(folder.to_owned()).with_context(failed)?;
    Reader::at_rest(Arc::new(disk)).with_context(failed)
}

/// Reads what lies here of logs. `None` where nothing does, or where it cannot be read, which is in the account.
pub(super) fn walk<K: Ord>(
    asker: &mut Asker<'_>,
    watches: &mut BTreeMap<K, Watch>,
) -> Option<Walked> {
    let verifier = asker.verifier;
    let (source, read) = match &verifier.logs {
        Logs::Given(inputs) => ("the logs that were given", read_given(inputs, asker, watches)),
        Logs::Intake(folder) => ("the intake", read_intake(folder, watches)),
        Logs::Provider => return None,
    };
    match read {
        Ok((is_whole, heard)) => {
            if !is_whole {
                asker.account.lack(format!("Not all of {source} could be read."));
            }
            Some(Walked { source, is_whole, heard })
        }
        Err(error) => {
            asker.account.lack(format!("What was done is not known: {source}: {error:#}."));
            None
        }
    }
}

/// Whether all could be read, and when tenants were last heard of.
type Read = (bool, BTreeMap<String, Timestamp>);

/// Hands events to whoever gathers.
pub(super) struct Feed<'w, K> {
    pub(super) watches: &'w mut BTreeMap<K, Watch>,
    pub(super) counts: detect::Summary,
    /// The tenant whose events these are, where that is known.
    pub(super) tenant: Option<String>,
}

impl<K: Ord> Sink for Feed<'_, K> {
    fn event(&mut self, event: Event<'_>, place: Place) {
        self.counts.count(&event, place, detect::Seen::Examined);
        for watch in self.watches.values_mut() {
            if self.tenant.is_none() || watch.tenant.is_none() || self.tenant == watch.tenant {
                watch.observe(&event);
            }
        }
    }

    fn rejected(&mut self, rejected: Rejected) {
        self.counts.reject(rejected);
    }
}

fn read_given<K: Ord>(
    inputs: &Expanded,
    asker: &Asker<'_>,
    watches: &mut BTreeMap<K, Watch>,
) -> anyhow::Result<Read> {
    let (mut summary, stop) = (Summary::default(), Stop::default());
    // There is no rule to load, and that is no failure.
    summary.rules.loaded = 1;
    let mut feed = Feed { watches, counts: detect::Summary::default(), tenant: None };
    examine::each(inputs, asker.console(), Bar::Drawn, &stop, &mut summary, |input, _| {
        let (bytes, stopped) = detect::read(input, EVENT_BYTES, &mut feed);
        detect::Summary { bytes, stopped, ..std::mem::take(&mut feed.counts) }
    });
    let exit = summary.exit(finding::Level::Critical);
    ensure!(exit != Exit::Failed, "none of them could be read");
    Ok((exit != Exit::Partial, BTreeMap::new()))
}

fn read_intake<K: Ord>(folder: &Path, watches: &mut BTreeMap<K, Watch>) -> anyhow::Result<Read> {
    let mut reader = reader(folder)?;
    let (mut is_whole, mut heard) = (true, BTreeMap::new());
    let mut feed = Feed { watches, counts: detect::Summary::default(), tenant: None };
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(frame)) => {
                let last = heard.entry(frame.source.tenant.clone()).or_insert(frame.received);
                *last = frame.received.max(*last);
                feed.tenant = Some(frame.source.tenant.clone());
                for record in &frame.records {
                    Framer::new(Form::Lines).feed(&record.bytes, End::Here, &mut feed);
                }
            }
            Ok(None) => return Ok((is_whole, heard)),
            Err(Error::Damaged { .. } | Error::Removed { .. }) => is_whole = false,
            Err(error) => return Err(error.into()),
        }
    }
}

impl Walked {
    /// Until when the logs tell of whatever a watch is about.
    fn until(&self, watch: &Watch) -> Option<Timestamp> {
        let heard = watch.tenant.as_ref().and_then(|tenant| self.heard.get(tenant));
        heard.copied().max(watch.ends)
    }

    /// Whether the logs were there for the whole time of a watch, and what the answer rests on.
    fn reach(&self, watch: &Watch, now: Timestamp) -> (bool, String) {
        let Self { source, is_whole, .. } = self;
        let until = self.until(watch);
        let Some((begins, until)) = watch.exposing.begins().zip(until) else {
            return (false, format!("{source}, which holds no event of its tenant"));
        };
        let (has_begin, has_end) = (begins <= watch.since, now.duration_since(until) <= FRESH);
        let [from, to] = [begins, until].map(finding::rfc3339);
        let from = if has_begin {
            format!("{source}, from {from}")
        } else {
            format!("{source}, which begins only at {from},")
        };
        let mut why = format!("{from} until {to}");
        if !has_end {
            why.push_str("; what came after is not in it");
        }
        if !is_whole {
            why.push_str("; some of it could not be read");
        }
        (has_begin && has_end && *is_whole, why)
    }

    /// What was gathered of each.
    pub(super) fn finish<K>(
        &self,
        watches: BTreeMap<K, Watch>,
        now: Timestamp,
    ) -> Vec<(K, finding::Exposure)> {
        let finished = watches.into_iter().map(|(key, watch)| {
            let (is_complete, why) = self.reach(&watch, now);
            (key, watch.exposing.finish(watch.begins, is_complete, &why))
        });
        finished.collect()
    }
}

#[cfg(test)]
mod tests {
    use inventory::Whose;

    use super::*;

    fn time(text: &str) -> Timestamp {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    /// What an intake that begins on the 10th, and in which a tenant was last heard of then, says of a leak since then.
    fn check(since: &str, heard: &str, is_whole: bool, expected: (bool, &str)) {
        let mut watches = BTreeMap::new();
        let whose = vec![Whose::Token("00T1".to_owned())];
        let held = (time(since), "the first commit that held it");
        watches.insert((), Watch::new(whose, held, Some("acme".to_owned())));
        let mut feed = Feed {
            watches: &mut watches,
            counts: detect::Summary::default(),
            tenant: Some("acme".to_owned()),
        };
        let event = br#"{"uuid":"1","eventType":"user.session.start","published":"2026-11-10T00:00:00.000Z"}"#;
        Framer::new(Form::Lines).feed(event, End::Here, &mut feed);
        let heard = BTreeMap::from([
            ("acme".to_owned(), time(heard)),
            ("other".to_owned(), time("22T12:00")),
        ]);
        let walked = Walked { source: "the intake", is_whole, heard };
        let (is_complete, why) = walked.reach(&watches[&()], time("22T12:00"));
        assert_eq!((is_complete, why.as_str()), expected);
    }

    #[test]
    fn an_intake_that_collects_no_more_tells_nothing_of_what_came_after() {
        let begin = "the intake, from 2026-11-10T00:00:00.000Z until";
        let whole = format!("{begin} 2026-11-22T11:50:00.000Z");
        check("12T00:00", "22T11:50", true, (true, &whole));
        let stale = format!("{begin} 2026-11-14T09:00:00.000Z; what came after is not in it");
        check("12T00:00", "14T09:00", true, (false, &stale));
        let broken = format!("{whole}; some of it could not be read");
        check("12T00:00", "22T11:50", false, (false, &broken));
        let late = "the intake, which begins only at 2026-11-10T00:00:00.000Z, until 2026-11-22T11:50:00.000Z";
        check("09T00:00", "22T11:50", true, (false, late));
    }
}
