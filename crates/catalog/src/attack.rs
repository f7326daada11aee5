//! The tactics and techniques of MITRE ATT&CK for enterprises.

use std::sync::LazyLock;

use crate::table::{filled, find, rows};

const TACTICS_TEXT: &str = include_str!("../../../catalog/attack_tactics.tsv");
const TECHNIQUES_TEXT: &str = include_str!("../../../catalog/attack_techniques.tsv");

static TACTICS: LazyLock<Vec<Tactic>> = LazyLock::new(|| {
    rows(TACTICS_TEXT)
        .map(|[slug, id, name, replaced_by]| Tactic { slug, id, name, replaced_by })
        .collect()
});

static TECHNIQUES: LazyLock<Vec<Technique>> = LazyLock::new(|| {
    rows(TECHNIQUES_TEXT)
        .map(|[id, name, tactics, replaced_by]| Technique {
            id,
            name,
            tactics,
            replaced_by: filled(replaced_by),
        })
        .collect()
});

/// What an attacker wants to reach.
#[derive(Debug, PartialEq, Eq)]
pub struct Tactic {
    /// The name as tags write it, such as `credential-access`.
    pub slug: &'static str,
    /// Such as `TA0006`. `defense-evasion` and `stealth`, its successor, share one.
    pub id: &'static str,
    /// The name as people read it.
    pub name: &'static str,
    replaced_by: &'static str,
}

impl Tactic {
    /// The tactics that took its place; empty for those in force.
    pub fn replaced_by(&self) -> impl Iterator<Item = &'static Tactic> {
        self.replaced_by.split(' ').filter_map(tactic)
    }
}

/// How attackers reach it.
#[derive(Debug, PartialEq, Eq)]
pub struct Technique {
    /// Such as `T1098` or, for a sub-technique, `T1098.001`.
    pub id: &'static str,
    /// The name as people read it; a sub-technique's without that of its parent.
    pub name: &'static str,
    tactics: &'static str,
    /// Id of the technique that took its place; `None` for those in force.
    pub replaced_by: Option<&'static str>,
}

impl Technique {
    /// The tactics it serves; never empty.
    pub fn tactics(&self) -> impl Iterator<Item = &'static Tactic> {
        self.tactics.split(' ').filter_map(tactic)
    }

    /// The technique of which this is a sub-technique.
    pub fn parent(&self) -> Option<&'static Technique> {
        technique(self.id.split_once('.')?.0)
    }
}

/// The tactic of that slug, in any case. Retired ones are found too, see
/// [`Tactic::replaced_by`].
pub fn tactic(slug: &str) -> Option<&'static Tactic> {
    find(&TACTICS, |row| row.slug, slug)
}

/// The technique of that id, in any case. Revoked ones are found too, see
/// [`Technique::replaced_by`].
pub fn technique(id: &str) -> Option<&'static Technique> {
    find(&TECHNIQUES, |row| row.id, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_well_formed() {
        let columns = ["slug", "id", "name", "replaced_by"];
        crate::table::tests::check(TACTICS_TEXT, &columns);
        crate::table::tests::check_keys(&TACTICS, |row| row.slug);
        let columns = ["id", "name", "tactics", "replaced_by"];
        crate::table::tests::check(TECHNIQUES_TEXT, &columns);
        crate::table::tests::check_keys(&TECHNIQUES, |row| row.id);
    }

    #[test]
    fn references_resolve() {
        for row in TACTICS.iter() {
            let named = row.replaced_by.split(' ').filter(|slug| !slug.is_empty());
            assert_eq!(row.replaced_by().count(), named.count(), "{}", row.slug);
            assert!(row.replaced_by().all(|tactic| tactic.replaced_by.is_empty()));
            assert!(is_id(row.id, "TA"), "{}", row.id);
        }
        for row in TECHNIQUES.iter() {
            assert!(is_id(row.id, "T"), "{}", row.id);
            assert_eq!(row.tactics().count(), row.tactics.split(' ').count());
            let successor = row.replaced_by.map(|id| technique(id).unwrap());
            assert!(successor.is_none_or(|technique| technique.replaced_by.is_none()));
            assert_eq!(row.parent().is_some(), row.id.contains('.'), "{}", row.id);
            let outdated = row.tactics().any(|tactic| !tactic.replaced_by.is_empty());
            assert_eq!(outdated, row.replaced_by.is_some(), "{}", row.id);
        }
    }

    fn is_id(id: &str, prefix: &str) -> bool {
        let numbers = id.strip_prefix(prefix).unwrap_or("");
        let (number, sub) = numbers.split_once('.').unwrap_or((numbers, "000"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        number.len() == 4 && sub.len() == 3 && digits(number) && digits(sub)
    }

    #[test]
    fn rows_say_what_attack_says() {
        let accounts = technique("t1078.004").unwrap();
        assert_eq!(accounts.name, "Cloud Accounts");
        assert_eq!(accounts.parent().unwrap().name, "Valid Accounts");
        assert!(accounts.tactics().any(|tactic| tactic.id == "TA0001"));
        let logs = technique("T1562.008").unwrap();
        assert_eq!(logs.replaced_by, Some("T1685.002"));
        let evasion = tactic("defense-evasion").unwrap();
        let successors: Vec<_> = evasion.replaced_by().map(|tactic| tactic.slug).collect();
        assert_eq!(successors, ["stealth", "defense-impairment"]);
        assert_eq!(tactic("credential_access"), None);
        assert_eq!(technique("T4380"), None);
    }
}
