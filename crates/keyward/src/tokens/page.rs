//! The story of one token, app or client on a page.

use std::io::{self, Write};

use inventory::{Basis, Card, Known, Moment, Network, Roll};
use jiff::Timestamp;

use super::{Tenant, advice, problem_name, table};
use crate::render::{level_style, moment, stretch};
use crate::sanitize::visible;

/// Values of one kind that are shown; JSON has all.
const SHOWN: usize = 12;

/// Marks of a day by how much was done on it, from nothing to the most.
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Days that are drawn.
const DAYS: i64 = 60;

/// Writes everything that is known of it.
pub(super) fn write(
    tenant: &Tenant,
    card: &Card,
    moments: &[Moment],
    now: Timestamp,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = if card.name.is_empty() { &card.id } else { &card.name };
    writeln!(out, "{} ({})", visible(title), card.kind.as_str())?;
    write_head(card, now, out)?;
    write_rights(card, out)?;
    write_parts(card, out)?;
    write_use(card, now, out)?;
    write_timeline(moments, out)?;
    write_problems(tenant, card, out)?;
    writeln!(out)?;
    table::write_sources(tenant, out)?;
    table::write_unseen(tenant, out)?;
    for gap in &card.gaps {
        writeln!(out, "  not known: {}", visible(gap))?;
    }
    writeln!(
        out,
        "  reads are in no log but for a few; what is not here may have been done all the same"
    )
}

fn write_head(card: &Card, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    fact("id", &card.id, out)?;
    fact("tenant", &format!("{} ({})", card.tenant, card.provider), out)?;
    let last = card.last_listed.map(|at| format!("; what follows is as listed {} UTC", moment(at)));
    fact("status", &format!("{}{}", card.status.to_lowercase(), last.unwrap_or_default()), out)?;
    if let Some(created) = &card.created {
        let made = &created.value;
        let by = made.by.as_ref().or(made.by_id.as_ref());
        let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
        let ip = made.ip.as_ref().map(|ip| format!(" from {ip}")).unwrap_or_default();
        fact(
            "created",
            &format!("{} UTC{by}{ip} ({})", moment(made.at), basis(&created.basis)),
            out,
        )?;
    }
    fact("last use", &card.last_use.as_ref().map_or_else(|| "none seen".to_owned(), told), out)?;
    if let Some(end) = &card.expires {
        let window =
            card.window_s.map(|window| format!(", {} after its last use", inventory::days(window)));
        let is_over = if end.value <= now { "ended " } else { "" };
        fact("ends", &format!("{is_over}{}{}", told(end), window.unwrap_or_default()), out)?;
    }
    let network = match &card.network {
        Network::Unsaid => String::new(),
        Network::Any => "anywhere".to_owned(),
        Network::Zones { include, exclude } => zones(include, exclude),
    };
    fact("works from", &network, out)?;
    fact("proves itself", &card.method, out)?;
    fact(
        "its tokens",
        &card
            .token_lifetime_s
            .map(|s| format!("live for {}", inventory::days(s)))
            .unwrap_or_default(),
        out,
    )
}

fn zones(include: &[String], exclude: &[String]) -> String {
    match (include, exclude) {
        ([], exclude) => format!("anywhere but the zones {}", exclude.join(", ")),
        (include, []) => format!("the zones {}", include.join(", ")),
        (include, exclude) => {
            format!("the zones {}, but not {}", include.join(", "), exclude.join(", "))
        }
    }
}

/// A time, and how it is known.
fn told(known: &Known<Timestamp>) -> String {
    format!("{} UTC ({})", moment(known.value), basis(&known.basis))
}

fn basis(basis: &Basis) -> String {
    match basis {
        Basis::Api => "as listed".to_owned(),
        Basis::Log => "from the log".to_owned(),
        Basis::Inferred { how } => format!("inferred: {how}"),
    }
}

fn write_rights(card: &Card, out: &mut dyn Write) -> io::Result<()> {
    if let Some(owner) = &card.owner {
        let login = owner.login.as_deref().unwrap_or("not read");
        let status = owner.status.as_deref().unwrap_or("status not read").to_lowercase();
        fact("owner", &format!("{login} ({}, {status})", owner.id), out)?;
    }
    for (number, role) in card.effective_roles().iter().enumerate() {
        let through = role.through.as_ref().map(|group| format!(" through the group {group}"));
        let set = role.resource_set.as_ref().map(|set| format!(" on the resource set {set}"));
        let name = if number == 0 { "roles" } else { "" };
        let text =
            format!("{}{}{}", role.title(), through.unwrap_or_default(), set.unwrap_or_default());
        fact(name, &text, out)?;
    }
    for grant in &card.grants {
        let of = if grant.audience.is_empty() {
            String::new()
        } else {
            format!(" of {}", grant.audience)
        };
        fact("scopes", &format!("{}{of}", grant.scopes.join(" ")), out)?;
    }
    Ok(())
}

fn write_parts(card: &Card, out: &mut dyn Write) -> io::Result<()> {
    let of =
        |at: Option<Timestamp>| at.map(|at| format!(" of {} UTC", moment(at))).unwrap_or_default();
    for secret in &card.secrets {
        let id = if secret.id.is_empty() { "one" } else { &secret.id };
        fact(
            "secret",
            &format!("{id}{}, {}", of(secret.created), secret.status.to_lowercase()),
            out,
        )?;
    }
    for key in &card.keys {
        let name = key.kid.as_ref().unwrap_or(&key.id);
        let text = format!("{name} {}{}, {}", key.kty, of(key.created), key.status.to_lowercase());
        fact("key", &text, out)?;
    }
    Ok(())
}

fn write_use(card: &Card, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    let used = &card.use_;
    writeln!(out, "\nWhat was done with it")?;
    let (Some(first), Some(last)) = (used.first, used.last) else {
        return writeln!(out, "  nothing that the log shows");
    };
    let when = stretch(first, last);
    fact(
        "events",
        &format!(
            "{}, {} changed something, {} failed; {when}",
            used.count, used.writes, used.failures
        ),
        out,
    )?;
    fact("by day", &drawn(card, now), out)?;
    let rolls = [
        ("event types", &used.event_types),
        ("operations", &used.operations),
        ("addresses", &used.addresses),
        ("networks", &used.networks),
        ("user agents", &used.user_agents),
        ("to whom", &used.targets),
        ("scopes asked", &used.scopes),
    ];
    rolls.into_iter().try_for_each(|(name, roll)| write_roll(name, roll, out))
}

fn write_roll(name: &str, roll: &Roll, out: &mut dyn Write) -> io::Result<()> {
    let ranked = roll.ranked();
    for (number, (value, seen)) in ranked.iter().take(SHOWN).enumerate() {
        let name = if number == 0 { name } else { "" };
        fact(
            name,
            &format!("{:>6}  {value}  {}", seen.count, stretch(seen.first, seen.last)),
            out,
        )?;
    }
    let more = ranked.len().saturating_sub(SHOWN) as u64 + roll.n_dropped;
    if more > 0 { fact("", &format!("        … {more} more"), out) } else { Ok(()) }
}

/// The last days, one character each.
fn drawn(card: &Card, now: Timestamp) -> String {
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let most = card.use_.days.values().copied().max().unwrap_or(1).max(1);
    let days = (0..DAYS).rev().map(|ago| {
        let day = today.checked_sub(jiff::Span::new().days(ago)).ok();
        let count = day.and_then(|day| card.use_.days.get(&day)).copied().unwrap_or(0);
        let height = usize::try_from((count * 8).div_ceil(most)).unwrap_or(8).min(8);
        BARS.get(height).copied().unwrap_or(' ')
    });
    format!("[{}] the last {DAYS} days, at most {most} a day", days.collect::<String>())
}

fn write_timeline(moments: &[Moment], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nTimeline (UTC)")?;
    for one in moments {
        let by = one.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let ip = one.ip.as_ref().map(|ip| format!(" from {ip}")).unwrap_or_default();
        let how =
            one.inferred.as_ref().map(|how| format!(" (inferred: {how})")).unwrap_or_default();
        let event = one.event.as_ref().map(|event| format!("  [{event}]")).unwrap_or_default();
        writeln!(
            out,
            "  {}  {}",
            moment(one.at),
            visible(&format!("{}{by}{ip}{how}{event}", one.what))
        )?;
    }
    Ok(())
}

fn write_problems(tenant: &Tenant, card: &Card, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nProblems")?;
    let mut is_any = false;
    for finding in tenant.problems(card) {
        is_any = true;
        let style = level_style(finding.level);
        writeln!(
            out,
            "  {style}{}{style:#}  {}  [{}]",
            finding.level, finding.rule.title, finding.id
        )?;
        for (field, values) in finding.evidence.iter() {
            writeln!(out, "    {field}: {}", visible(&values.join(", ")))?;
        }
        let Some(known) = catalog::posture(problem_name(finding)) else { continue };
        writeln!(out, "    why: {}", known.why)?;
        for (number, step) in advice(known, &finding.subject).iter().enumerate() {
            writeln!(out, "    {}. {step}", number + 1)?;
        }
    }
    if is_any { Ok(()) } else { writeln!(out, "  none that was looked for") }
}

/// One line of a table; nothing if there is nothing to tell.
fn fact(name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    if value.trim().is_empty() {
        return Ok(());
    }
    writeln!(out, "  {name:<13}  {}", visible(value))
}
