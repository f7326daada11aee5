//! Tokens as a table that a person reads.

use std::collections::BTreeMap;
use std::io::{self, Write};

use finding::Finding;
use inventory::{Basis, Card, Known, Network};
use jiff::{SignedDuration, Timestamp};

use super::list::{Row, owner};
use super::{Tenant, problem_name};
use crate::render::{level_style, moment};
use crate::sanitize::visible;

/// Characters of a cell; what is longer is cut.
const CELL_MAX: usize = 28;

/// Problems of the whole tenant that are told one by one.
const TOLD_MAX: usize = 40;

const HEADS: [&str; 8] = ["ID", "KIND", "NAME", "OWNER", "LAST USE", "ENDS", "FROM", "EVENTS"];

/// Writes one line for each, with its problems at the end.
pub(super) fn write(rows: &[Row<'_>], now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<[String; 8]> = rows.iter().map(|(_, card)| cells(card, now)).collect();
    let mut widths = HEADS.map(str::len);
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    write_cells(&HEADS.map(str::to_owned), widths, out)?;
    writeln!(out, "PROBLEMS")?;
    for (cells, (tenant, card)) in cells.iter().zip(rows) {
        write_cells(cells, widths, out)?;
        write_problems(&tenant.problems(card).collect::<Vec<_>>(), out)?;
    }
    if rows.is_empty() {
        writeln!(out, "none")?;
    }
    Ok(())
}

fn write_cells(cells: &[String; 8], widths: [usize; 8], out: &mut dyn Write) -> io::Result<()> {
    cells.iter().zip(widths).try_for_each(|(cell, width)| write!(out, "{cell:<width$}  "))
}

fn write_problems(problems: &[&Finding], out: &mut dyn Write) -> io::Result<()> {
    for (number, finding) in problems.iter().enumerate() {
        let style = level_style(finding.level);
        let comma = if number > 0 { ", " } else { "" };
        write!(out, "{comma}{style}{}{style:#}", problem_name(finding))?;
    }
    writeln!(out, "{}", if problems.is_empty() { "-" } else { "" })
}

fn cells(card: &Card, now: Timestamp) -> [String; 8] {
    let status = match card.status.as_str() {
        "" | "ACTIVE" => card.name.clone(),
        status => format!("{} ({})", card.name, status.to_lowercase()),
    };
    [
        visible(&card.id).to_string(),
        card.kind.as_str().to_owned(),
        cut(&status),
        cut(&owner(card).unwrap_or_else(|| "-".to_owned())),
        card.last_use.as_ref().map_or_else(|| "-".to_owned(), |last| past(last, now)),
        card.expires.as_ref().map_or_else(|| "-".to_owned(), |end| ahead(end, now)),
        network(&card.network).to_owned(),
        card.use_.count.to_string(),
    ]
}

/// A day, and `~` before one that was inferred.
fn past(last: &Known<Timestamp>, now: Timestamp) -> String {
    let mark = if matches!(last.basis, Basis::Inferred { .. }) { "~" } else { "" };
    let age = now.duration_since(last.value);
    format!("{mark}{} ago", span(age))
}

fn ahead(end: &Known<Timestamp>, now: Timestamp) -> String {
    let left = end.value.duration_since(now);
    if left.is_positive() { format!("in {}", span(left)) } else { "ended".to_owned() }
}

/// Such as `3 d` or `5 h`.
fn span(span: SignedDuration) -> String {
    match span.as_hours() {
        hours if hours >= 48 => format!("{} d", hours / 24),
        hours if hours >= 1 => format!("{hours} h"),
        _ => format!("{} min", span.as_mins().max(0)),
    }
}

/// From where it works, in a word.
pub(super) fn network(network: &Network) -> &'static str {
    match network {
        Network::Unsaid => "-",
        Network::Any => "anywhere",
        Network::Zones { .. } => "zones",
    }
}

fn cut(text: &str) -> String {
    let text = visible(text).to_string();
    match text.char_indices().nth(CELL_MAX) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// What is weak about a tenant beside its tokens, what is not known of it, and what was not looked at.
pub(super) fn write_rest(tenant: &Tenant, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    write_sources(tenant, out)?;
    let is_other =
        |finding: &&Finding| finding.subject.token.is_none() && finding.subject.client.is_none();
    let others: Vec<&Finding> = tenant.posture.findings.iter().filter(is_other).collect();
    for finding in others.iter().take(TOLD_MAX) {
        write_finding(finding, out)?;
    }
    if others.len() > TOLD_MAX {
        writeln!(out, "  … {} more", others.len() - TOLD_MAX)?;
    }
    write_unseen(tenant, out)
}

/// What of a tenant could not be read, and what was not looked at.
pub(super) fn write_unseen(tenant: &Tenant, out: &mut dyn Write) -> io::Result<()> {
    let Tenant { snapshot, posture, .. } = tenant;
    for gap in &snapshot.gaps {
        let scope = gap.scope.as_ref().map(|scope| format!(" (`{scope}`)")).unwrap_or_default();
        writeln!(
            out,
            "  not read: {}: {}{}",
            visible(&gap.what),
            visible(&gap.why),
            visible(&scope)
        )?;
    }
    let mut unexamined: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for one in &posture.unexamined {
        unexamined.entry(&one.why).or_default().push(one.check);
    }
    for (why, checks) in unexamined {
        writeln!(out, "  not looked at: {}: {}", checks.join(", "), visible(why))?;
    }
    Ok(())
}

/// Where what is said is from.
pub(super) fn write_sources(tenant: &Tenant, out: &mut dyn Write) -> io::Result<()> {
    let snapshot = &tenant.snapshot;
    write!(out, "{} ({})", visible(&snapshot.tenant), snapshot.provider)?;
    if snapshot.is_listed() {
        write!(out, ": listed {} by {}", moment(snapshot.at), visible(&snapshot.host))?;
    } else {
        write!(out, ": not listed")?;
    }
    match (snapshot.log.since, snapshot.log.until) {
        (Some(since), Some(until)) => {
            let n = snapshot.log.events;
            writeln!(out, "; log seen from {} to {} UTC, {n} events", moment(since), moment(until))
        }
        _ => writeln!(out, "; log not seen"),
    }
}

fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let style = level_style(finding.level);
    let who = finding.subject.key().map(|key| format!(": {}", key.value)).unwrap_or_default();
    write!(out, "  {style}{:<8}{style:#}  {}{}", finding.level, finding.rule.title, visible(&who))?;
    let facts: Vec<String> = finding
        .evidence
        .iter()
        .map(|(field, values)| format!("{field} {}", values.join(", ")))
        .collect();
    if facts.is_empty() {
        return writeln!(out);
    }
    writeln!(out, " ({})", visible(&facts.join("; ")))
}
