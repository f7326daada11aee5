//! Who uses what is to be shut off, as far as the intake saw it.

use inventory::{Roll, Tally, Use};
use jiff::{SignedDuration, Timestamp};

use super::desk::Desk;
use super::log::{Walked, walk};
use super::order::Target;
use crate::render::{moment, plural};

/// How far back it is looked for.
const DAYS: i64 = 30;

/// Values that are named of each sort.
const NAMED: usize = 5;

/// One line each, and what is said where there is none.
pub(crate) fn of(target: &Target, desk: &Desk) -> (Vec<String>, String) {
    let Some(id) = target.user_of_interface() else {
        return (Vec::new(), "The log does not tell its uses apart.".to_owned());
    };
    let since = Timestamp::now().checked_sub(SignedDuration::from_hours(DAYS * 24)).ok();
    let mut tally = Tally::new();
    let name = &desk.tenant.name;
    let walked = walk(desk, since, &mut |event| tally.observe(name, event));
    let walked = match walked {
        Ok(Some(walked)) => walked,
        Ok(None) => {
            let unseen = "Nobody is known: no intake lies in the folder of data, so that nothing was looked at.";
            return (Vec::new(), unseen.to_owned());
        }
        Err(error) => return (Vec::new(), format!("Nobody is known: {error:#}.")),
    };
    let used = tally.tenants.get(name).and_then(|tenant| tenant.uses.get(id));
    match used.filter(|used| used.count > 0) {
        Some(used) => (lines(used, walked), String::new()),
        None => (Vec::new(), unseen(walked)),
    }
}

fn unseen(walked: Walked) -> String {
    match (walked.begins, walked.ends) {
        (Some(begins), Some(ends)) => format!(
            "No event of the intake from {} to {} UTC was made with it. Most reads leave no event.",
            moment(begins),
            moment(ends)
        ),
        _ => format!("Nobody is known: the intake has no events of the last {DAYS} days."),
    }
}

fn lines(used: &Use, walked: Walked) -> Vec<String> {
    let time = |time: Option<Timestamp>| time.map(moment).unwrap_or_default();
    let mut lines = vec![format!(
        "{} from {} to {} UTC, {} of them changes; most reads leave no event",
        plural(used.count, "event"),
        time(used.first),
        time(used.last),
        used.writes.min(used.count),
    )];
    for (what, roll) in [
        ("programs", &used.user_agents),
        ("addresses", &used.addresses),
        ("networks", &used.networks),
        ("what was done", &used.event_types),
    ] {
        lines.extend(named(what, roll));
    }
    if walked.n_lost > 0 {
        lines.push("some of the intake cannot be read any more: there may be others".to_owned());
    }
    lines
}

fn named(what: &str, roll: &Roll) -> Option<String> {
    let ranked = roll.ranked();
    let names = ranked.iter().take(NAMED).map(|(value, seen)| format!("{value} ({})", seen.count));
    let names: Vec<_> = names.collect();
    let beyond = ranked.len().saturating_sub(NAMED);
    let more = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{what}: {}{more}", names.join(", ")))
}
