//! `docs/credentials.md`: the kinds of credentials that scans find, from the catalog.

use catalog::{Credential, Mode, Status, credentials, verification};

const HEAD: &str = "\
# Credentials

The kinds of credentials that `keyward scan` and `keyward har scan` tell apart, and what each is worth.
The level is that of a live one when it is certain what it is; an unsure, expired or sample one is reported lower.
What an attacker can do with each, what to do about it in eight steps and who says so is on the page that its name leads to,
which `keyward scan --explain KIND` shows too.
This page is written by `cargo xtask gen` from `catalog/credentials.tsv` and `catalog/verification.tsv`.
";

const TABLE: &str = "
## What they are

| Kind | What it is | Level | How long it works | With whom it lives | What ends it |
|---|---|---|---|---|---|
";

const VERIFIED: &str = "
## How each is verified

Nothing here is asked by a scan: it opens no connection.
`keyward scan --plan` prints the requests that would tell for a credential that it found.
*Offline* is a look at the credential itself, *admin* a request with your own access that leaves the leaked value out of play, *live* the one
request with the leaked value that does the least.
A host is asked only after a request without any credential has proved whose it is.

| Kind | Offline | Admin | Live | To mind |
|---|---|---|---|---|
";

/// Levels, the worst first.
const LEVELS: [&str; 5] = ["critical", "high", "medium", "low", "informational"];

/// The page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(TABLE);
    for level in LEVELS {
        page.extend(credentials().iter().filter(|kind| kind.level == level).map(row));
    }
    page.push_str(VERIFIED);
    page.extend(credentials().iter().map(verified));
    page
}

fn row(kind: &Credential) -> String {
    let Credential { title, level, life, owner, revoke, .. } = kind;
    format!("| {} | {title} | {level} | {life} | {owner} | {revoke} |\n", link(kind.kind))
}

fn link(kind: &str) -> String {
    format!("[`{kind}`](../catalog/guidance/{kind}.md)")
}

fn verified(kind: &Credential) -> String {
    let cell = |mode: Mode| {
        let checks = verification(kind.kind).iter().filter(|check| check.mode == mode);
        let told: Vec<String> = checks.map(told).collect();
        if told.is_empty() { "–".to_owned() } else { told.join("; ") }
    };
    let cautions: Vec<_> =
        verification(kind.kind).iter().filter_map(|check| check.caution).collect();
    let live = if verification(kind.kind).iter().any(|check| check.mode == Mode::Never) {
        "never".to_owned()
    } else {
        cell(Mode::Live)
    };
    let (offline, admin) = (cell(Mode::Offline), cell(Mode::Admin));
    format!("| {} | {offline} | {admin} | {live} | {} |\n", link(kind.kind), cautions.join("; "))
}

/// A request with its answers that decide something; offline, what is looked at.
fn told(check: &catalog::Check) -> String {
    let deciding = check.answers.iter().filter(|answer| answer.status != Status::GoOn);
    let answers: Vec<String> =
        deciding.map(|answer| format!("{}: {}", answer.seen, answer.status.name())).collect();
    match &check.request {
        Some(request) => format!("`{} {}` ({})", request.method, request.path, answers.join(", ")),
        None => answers.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn every_kind_stands_in_both_tables() {
        let page = page();
        for kind in catalog::credentials() {
            let begin = format!("| [`{0}`](../catalog/guidance/{0}.md) | ", kind.kind);
            let n_rows = page.lines().filter(|line| line.starts_with(&begin)).count();
            assert_eq!(n_rows, 2, "{}", kind.kind);
        }
    }

    #[test]
    fn cells_do_not_break_the_table() {
        let mut width = 0;
        for line in page().lines().filter(|line| line.starts_with('|')) {
            let n_bars = line.matches('|').count();
            width = if line.starts_with("| Kind") { n_bars } else { width };
            assert_eq!(n_bars, width, "{line}");
        }
    }
}
