//! Tokens as CSV, by RFC 4180.

use std::io::{self, Write};

use finding::rfc3339;
use inventory::{Basis, Card, Network, Roll};
use jiff::Timestamp;

use super::list::{Row, owner};
use super::{Tenant, problem_name, table};

const HEADS: [&str; 24] = [
    "tenant",
    "provider",
    "kind",
    "id",
    "name",
    "status",
    "owner",
    "owner_status",
    "roles",
    "scopes",
    "created",
    "created_by",
    "created_ip",
    "last_use",
    "last_use_basis",
    "expires",
    "network",
    "events",
    "writes",
    "addresses",
    "networks",
    "user_agents",
    "problems",
    "not_known",
];

/// Writes a line of heads, and one for each.
pub(super) fn write(rows: &[Row<'_>], out: &mut dyn Write) -> io::Result<()> {
    write_line(&HEADS.map(str::to_owned), out)?;
    rows.iter().try_for_each(|(tenant, card)| write_line(&cells(tenant, card), out))
}

fn cells(tenant: &Tenant, card: &Card) -> [String; 24] {
    let time = |at: Option<Timestamp>| at.map(rfc3339).unwrap_or_default();
    let made = card.created.as_ref().map(|made| &made.value);
    let status = card.owner.as_ref().and_then(|owner| owner.status.clone());
    let roles = card.effective_roles().iter().map(|role| role.title().to_owned());
    let scopes = card.grants.iter().flat_map(|grant| grant.scopes.iter().cloned());
    let problems = tenant.problems(card).map(|finding| problem_name(finding).to_owned());
    [
        card.tenant.clone(),
        card.provider.to_string(),
        card.kind.as_str().to_owned(),
        card.id.clone(),
        card.name.clone(),
        card.status.clone(),
        owner(card).unwrap_or_default(),
        status.unwrap_or_default(),
        joined(roles),
        joined(scopes),
        time(made.map(|made| made.at)),
        made.and_then(|made| made.by.clone()).unwrap_or_default(),
        made.and_then(|made| made.ip.clone()).unwrap_or_default(),
        time(card.last_use.as_ref().map(|last| last.value)),
        card.last_use.as_ref().map(|last| basis(&last.basis)).unwrap_or_default(),
        time(card.expires.as_ref().map(|end| end.value)),
        network(&card.network),
        card.use_.count.to_string(),
        card.use_.writes.to_string(),
        values(&card.use_.addresses),
        values(&card.use_.networks),
        values(&card.use_.user_agents),
        joined(problems),
        joined(card.gaps.iter().cloned()),
    ]
}

/// From where it works; empty where that is not known.
fn network(network: &Network) -> String {
    if *network == Network::Unsaid { String::new() } else { table::network(network).to_owned() }
}

fn basis(basis: &Basis) -> String {
    match basis {
        Basis::Api => "api".to_owned(),
        Basis::Log => "log".to_owned(),
        Basis::Inferred { how } => format!("inferred: {how}"),
    }
}

fn values(roll: &Roll) -> String {
    joined(roll.ranked().into_iter().map(|(value, _)| value.to_owned()))
}

fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join("; ")
}

fn write_line(cells: &[String], out: &mut dyn Write) -> io::Result<()> {
    let line: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    write!(out, "{}\r\n", line.join(","))
}

/// A cell that no spreadsheet takes for a formula: what is in it may be anybody's text.
fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if is_formula { "'" } else { "" };
    let text = format!("{mark}{cell}");
    if text.contains([',', '"', '\n', '\r']) || is_formula {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use inventory::Network;

    use super::{network, quoted};

    #[test]
    fn a_network_that_is_not_known_is_an_empty_cell() {
        let cells = [Network::Unsaid, Network::Any].map(|one| quoted(&network(&one)));
        assert_eq!(cells, ["", "anywhere"]);
    }

    #[test]
    fn what_looks_like_a_formula_is_none() {
        let cases = [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("=cmd()", "\"'=cmd()\""),
            ("two\nlines", "\"two\nlines\""),
        ];
        for (cell, expected) in cases {
            assert_eq!(quoted(cell), expected);
        }
    }
}
