//! `rsigma-eval` at its best: routed by log source, with either of its prefilters, timed from bytes to
//! matches.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Result, anyhow};
use rsigma_eval::event::JsonEvent;
use rsigma_parser::{LogSource, parse_sigma_yaml};

use super::Matches;
use super::ours::Pack;

/// The ids of the rules that both engines can express. The others use what only Keyward has: derived
/// fields, filter expressions, placeholders with defaults, blocks over one element.
pub(crate) fn shared_rules(pack: &Pack) -> BTreeSet<String> {
    let ours_only =
        ["okta.", "filter:", "expand", "sigma-version", "%", "|len", "user.admin", "target["];
    let shared = pack.files().filter(|(_, text)| {
        let detection = text.split("detection:").nth(1).unwrap_or_default();
        let detection = detection.split("falsepositives:").next().unwrap_or_default();
        let fields = detection.lines().map(str::trim_start);
        let only_ours = |line: &str| {
            ours_only[1..].iter().any(|word| line.contains(word))
                || line.trim_start_matches("- ").starts_with(ours_only[0])
        };
        !fields.clone().any(only_ours) && parse_sigma_yaml(text).is_ok_and(|c| c.errors.is_empty())
    });
    shared.map(|(id, _)| id.to_owned()).collect()
}

/// Which of its prefilters the other engine uses. Which is faster depends on the rules, so both are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefilter {
    /// Bloom filters over fields.
    Bloom,
    /// The literals of all rules in one automaton.
    Literals,
}

/// The other engine with its rules.
pub(crate) struct Engine {
    engine: rsigma_eval::Engine,
    source: LogSource,
}

impl Engine {
    pub(crate) fn new(
        pack: &Pack,
        shared: &BTreeSet<String>,
        prefilter: Prefilter,
    ) -> Result<Self> {
        let mut engine = rsigma_eval::Engine::new();
        for (_, text) in pack.files().filter(|(id, _)| shared.contains(*id)) {
            let collection = parse_sigma_yaml(text).map_err(|err| anyhow!("{err}"))?;
            engine.add_collection(&collection).map_err(|err| anyhow!("{err}"))?;
        }
        engine.set_bloom_prefilter(prefilter == Prefilter::Bloom);
        engine.set_cross_rule_ac(prefilter == Prefilter::Literals);
        let source = LogSource {
            product: Some("okta".to_owned()),
            service: Some("okta".to_owned()),
            ..LogSource::default()
        };
        Ok(Self { engine, source })
    }

    /// Runs over a file; how many matches there were.
    pub(crate) fn run(&self, path: &Path) -> Result<u64> {
        let mut n_matches = 0;
        self.each(path, |_, results| n_matches += results.len() as u64)?;
        Ok(n_matches)
    }

    pub(crate) fn matches(&self, path: &Path) -> Result<Matches> {
        let mut matches = Matches::new();
        self.each(path, |event, results| {
            let event = event["uuid"].as_str().unwrap_or_default();
            let ids = results.iter().filter_map(|result| result.header.rule_id.clone());
            matches.extend(ids.map(|id| (id, event.to_owned())));
        })?;
        Ok(matches)
    }

    fn each(
        &self,
        path: &Path,
        mut sink: impl FnMut(&serde_json::Value, &[rsigma_eval::EvaluationResult]),
    ) -> Result<()> {
        let mut reader = BufReader::with_capacity(512 << 10, File::open(path)?);
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let event: serde_json::Value = serde_json::from_slice(&line)?;
            let results =
                self.engine.evaluate_with_logsource(&JsonEvent::borrow(&event), &self.source);
            if !results.is_empty() {
                sink(&event, &results);
            }
        }
    }
}
