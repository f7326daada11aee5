//! Correlations in `rsigma-eval`, at its best settings: nothing kept but windows, nothing reported but firings.

use anyhow::{Result, anyhow};
use rsigma_eval::event::JsonEvent;
use rsigma_eval::{CorrelationConfig, CorrelationEngine, EvaluationResult, TimestampFallback};
use rsigma_parser::{SigmaCollection, parse_sigma_yaml};

use super::{Fired, RULES};

/// Which of its prefilters the other engine uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefilter {
    None,
    /// Bloom filters over fields.
    Bloom,
    /// The literals of all rules in one automaton.
    Literals,
}

/// Reads all lines; how often a correlation fired.
pub(super) fn run(lines: &[u8], prefilter: Prefilter) -> Result<u64> {
    let mut n_fired = 0;
    each(lines, prefilter, |_| n_fired += 1)?;
    Ok(n_fired)
}

/// Which correlation fired for which group.
pub(super) fn fired(lines: &[u8]) -> Result<Fired> {
    let mut fired = Fired::new();
    each(lines, Prefilter::None, |result| {
        if let Some(body) = result.as_correlation() {
            let group = body.group_key.iter().map(|(_, value)| value.clone()).collect();
            fired.insert((result.header.rule_id.clone().unwrap_or_default(), group));
        }
    })?;
    Ok(fired)
}

fn each(lines: &[u8], prefilter: Prefilter, mut sink: impl FnMut(&EvaluationResult)) -> Result<()> {
    let mut engine = CorrelationEngine::new(CorrelationConfig {
        timestamp_fields: vec!["published".to_owned()],
        timestamp_fallback: TimestampFallback::Skip,
        // So many that nothing is given up.
        max_state_entries: usize::MAX,
        emit_detections: false,
        ..CorrelationConfig::default()
    });
    engine.set_bloom_prefilter(prefilter == Prefilter::Bloom);
    engine.set_cross_rule_ac(prefilter == Prefilter::Literals);
    engine.add_collection(&rules()?).map_err(|err| anyhow!("{err}"))?;
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let event: serde_json::Value = serde_json::from_slice(line)?;
        let results = engine.process_event(&JsonEvent::borrow(&event));
        results.iter().filter(|result| result.is_correlation()).for_each(&mut sink);
    }
    Ok(())
}

fn rules() -> Result<SigmaCollection> {
    let rules = parse_sigma_yaml(RULES).map_err(|err| anyhow!("{err}"))?;
    match rules.errors.first() {
        Some(err) => Err(anyhow!("{err}")),
        None => Ok(rules),
    }
}
