//! What rules with memory count, of whom, and for how long.

use std::time::Duration;

use super::{Subject, fields};
use crate::correlation::{Correlation, Memory, Places, Which};
use crate::diagnostic::{Code, Diagnostic};

/// Longest window that is not doubted: what stands in it is all held.
const LONGEST_WINDOW: Duration = Duration::from_hours(720);

fn parts<'s>(subject: &'s Subject<'_>) -> Option<(&'s Correlation, &'s Places)> {
    subject.rule.correlation.as_deref().zip(subject.rule.places.as_deref())
}

pub(super) fn first_event(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some((correlation, places)) = parts(subject) else { return };
    let range = match &correlation.test {
        Memory::Count(range) | Memory::Distinct { range, .. } => range,
        Memory::Temporal { which: Which::Number(range), .. } if correlation.sources.len() > 1 => {
            range
        }
        Memory::Sequence(sequence) => &sequence.range,
        _ => return,
    };
    if !range.holds(1.0) {
        return;
    }
    let Some(at) = places.condition else { return };
    let message = "the first event fulfills this";
    let help = "for what should have happened and did not, use `absence`; for every event, a rule \
                without memory";
    out.push(Diagnostic::warning(Code::FirstEvent, at, message).help(help));
}

pub(super) fn no_group(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some((correlation, places)) = parts(subject) else { return };
    let counts = matches!(
        correlation.test,
        Memory::Count(_)
            | Memory::Distinct { .. }
            | Memory::Aggregate { .. }
            | Memory::Temporal { .. }
            | Memory::Travel(_)
            | Memory::Score { .. }
    );
    if counts && correlation.group_by.is_empty() {
        let message = "events of everybody are taken together";
        let help = "add `group-by`, such as `[entity.user]`; if that is meant, say `allow: [S122]`";
        out.push(Diagnostic::warning(Code::NoGroup, places.kind.1, message).help(help));
    }
}

pub(super) fn long_window(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some((correlation, places)) = parts(subject) else { return };
    let Some(at) = places.timespan.filter(|_| correlation.test.holds_events()) else { return };
    if correlation.timespan > LONGEST_WINDOW {
        let message = "every event of this window is held in memory, and logs are kept for less";
        let help = "shorten it to 30 days, or use `new_value` or `rare_value` with a `history`";
        out.push(Diagnostic::warning(Code::LongWindow, at, message).help(help));
    }
}

pub(super) fn lone_rule(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some((correlation, places)) = parts(subject) else { return };
    let several = match &correlation.test {
        Memory::Temporal { which, .. } => !matches!(which, Which::Expression(_)),
        Memory::Score { .. } => true,
        _ => false,
    };
    if several && correlation.sources.len() == 1 {
        let message = format!("`{}` with one rule says nothing more than that rule", places.kind.0);
        let help = "add a second rule, or count with `event_count`";
        out.push(Diagnostic::warning(Code::LoneRule, places.kind.1, message).help(help));
    }
}

pub(super) fn unknown_field(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some((_, places)) = parts(subject) else { return };
    let is_of_product = |name: &str| !name.starts_with("entity.") && !name.starts_with("time.");
    for mention in places.fields.iter().filter(|mention| is_of_product(&mention.name)) {
        let products = mention.sources.iter().filter_map(|source| *places.products.get(*source)?);
        for product in products {
            out.extend(fields::unknown(product, &mention.name, mention.span));
        }
    }
}
