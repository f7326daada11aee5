//! Who uses what is to be shut off, as far as the intake saw it.

use inventory::{Roll, Seen, Tally, Use};
use jiff::{SignedDuration, Timestamp};

use super::desk::Desk;
use super::log::{Walked, walk};
use super::order::Target;
use crate::render::{moment, plural};

/// How far back it is looked for.
const DAYS: i64 = 30;

/// Values that are named of each sort.
const NAMED: usize = 5;

/// Within how long before now a user counts as new where nobody knows since when a credential lay open.
const NEW: SignedDuration = SignedDuration::from_hours(24);

/// Who uses something.
#[derive(Debug, Default)]
pub(crate) struct Dependents {
    /// One line each.
    pub(crate) lines: Vec<String>,
    /// What is said where there is none.
    pub(crate) unseen: String,
    /// What was counted.
    pub(crate) used: Option<Use>,
}

/// Who uses it; those that were first seen since it lay open apart, which may be whoever found it.
pub(crate) fn of(target: &Target, desk: &Desk, open: Option<Timestamp>) -> Dependents {
    let unseen = |unseen: String| Dependents { unseen, ..Dependents::default() };
    let (used, walked) = match counted(target, desk) {
        Ok(Some(counted)) => counted,
        Ok(None) if target.user_of_interface().is_none() => {
            return unseen("The log does not tell its uses apart.".to_owned());
        }
        Ok(None) => {
            return unseen(
                "Nobody is known: no intake lies in the folder of data, so that nothing was looked at."
                    .to_owned(),
            );
        }
        Err(error) => return unseen(format!("Nobody is known: {error:#}.")),
    };
    let Some(used) = used else { return unseen(nobody(walked)) };
    Dependents { lines: lines(&used, walked, open), unseen: String::new(), used: Some(used) }
}

/// When it was used last, as far as the intake tells.
pub(crate) fn last_use(target: &Target, desk: &Desk) -> Option<Timestamp> {
    counted(target, desk).ok().flatten()?.0?.last
}

/// Its uses in the intake; `None` within if there is none, `None` if there is nothing to look at.
fn counted(target: &Target, desk: &Desk) -> anyhow::Result<Option<(Option<Use>, Walked)>> {
    let Some(id) = target.user_of_interface() else { return Ok(None) };
    let since = Timestamp::now().checked_sub(SignedDuration::from_hours(DAYS * 24)).ok();
    let mut tally = Tally::new();
    let name = &desk.tenant.name;
    let Some(walked) = walk(desk, since, &mut |event| tally.observe(name, event))? else {
        return Ok(None);
    };
    let used = tally.tenants.get_mut(name).and_then(|tenant| tenant.uses.remove(id));
    Ok(Some((used.filter(|used| used.count > 0), walked)))
}

fn nobody(walked: Walked) -> String {
    match (walked.begins, walked.ends) {
        (Some(begins), Some(ends)) => format!(
            "No event of the intake from {} to {} UTC was made with it. Most reads leave no event.",
            moment(begins),
            moment(ends)
        ),
        _ => format!("Nobody is known: the intake has no events of the last {DAYS} days."),
    }
}

fn lines(used: &Use, walked: Walked, open: Option<Timestamp>) -> Vec<String> {
    let time = |time: Option<Timestamp>| time.map(moment).unwrap_or_default();
    let mut lines = vec![format!(
        "{} from {} to {} UTC, {} of them changes; most reads leave no event",
        plural(used.count, "event"),
        time(used.first),
        time(used.last),
        used.writes.min(used.count),
    )];
    let day = Timestamp::now().checked_sub(NEW).unwrap_or(Timestamp::MIN);
    let since = open.unwrap_or(day);
    let rolls = [
        ("programs", &used.user_agents),
        ("addresses", &used.addresses),
        ("networks", &used.networks),
        ("what was done", &used.event_types),
    ];
    let is_before = |seen: &Seen| seen.first < since;
    lines.extend(rolls.into_iter().filter_map(|(what, roll)| named(what, roll, &is_before)));
    let new =
        rolls.into_iter().filter_map(|(what, roll)| named(what, roll, &|seen| !is_before(seen)));
    let new: Vec<String> = new.collect();
    if !new.is_empty() {
        lines.push(match open {
            Some(open) => format!(
                "first seen since it lay open ({} UTC), so that this may be whoever found it: {}",
                moment(open),
                new.join("; ")
            ),
            None => format!(
                "first seen in the last 24 h, so that this may be whoever found it: {}",
                new.join("; ")
            ),
        });
    }
    if let Some(begins) = walked.begins.filter(|begins| *begins >= since) {
        lines.push(format!(
            "the intake begins {} UTC: who used it before that is not known",
            moment(begins)
        ));
    }
    if walked.n_lost > 0 {
        lines.push("some of the intake cannot be read any more: there may be others".to_owned());
    }
    lines
}

/// Those of a roll that are meant, the most frequent first.
fn named(what: &str, roll: &Roll, is_meant: &dyn Fn(&Seen) -> bool) -> Option<String> {
    let ranked: Vec<_> = roll.ranked().into_iter().filter(|(_, seen)| is_meant(seen)).collect();
    let names = ranked.iter().take(NAMED).map(|(value, seen)| format!("{value} ({})", seen.count));
    let names: Vec<_> = names.collect();
    let beyond = ranked.len().saturating_sub(NAMED);
    let more = if beyond > 0 { format!(" and {beyond} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{what}: {}{more}", names.join(", ")))
}
