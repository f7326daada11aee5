//! What to know, check and do when the account or the app of an integration is made.

use std::sync::LazyLock;

use crate::Confidence;
use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/advice.tsv");

static ADVICE: LazyLock<Vec<Advice>> = LazyLock::new(|| {
    let row = |[verb, part, when, text, level, source, date]: [&'static str; 7]| {
        let level = Confidence::from_name(level)?;
        Some(Advice { verb, part, when, text, level, source, date })
    };
    rows(TEXT).filter_map(row).collect()
});

/// One sentence of advice.
#[derive(Debug, PartialEq, Eq)]
pub struct Advice {
    verb: &'static str,
    /// `note`, `check`, `step` or `rollback`.
    pub part: &'static str,
    /// In which case alone; empty for always.
    pub when: &'static str,
    /// What to know, check or do; a sentence, names of programs in backticks.
    pub text: &'static str,
    /// How well it is known.
    pub level: Confidence,
    /// Where from.
    pub source: &'static str,
    /// When that was checked, `YYYY-MM-DD`.
    pub date: &'static str,
}

/// The advice for `account`, `plan`, `plan-auth0` or `on-behalf`, in order of reading; none for other words.
pub fn advice(verb: &str) -> impl Iterator<Item = &'static Advice> {
    ADVICE.iter().filter(move |row| row.verb == verb)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::check;

    const WHEN: [&str; 8] =
        ["", "custom", "standard", "zone", "no-zone", "self-token", "role-token", "no-self-token"];

    #[test]
    fn the_table_holds_its_form() {
        check(TEXT, &["verb", "part", "when", "text", "level", "source", "date"]);
        let n_rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        let verbs = ["account", "plan", "plan-auth0", "on-behalf"];
        assert_eq!(verbs.iter().map(|verb| advice(verb).count()).sum::<usize>(), n_rows);
        for row in verbs.iter().flat_map(|verb| advice(verb)) {
            assert!(["note", "check", "step", "rollback"].contains(&row.part), "{row:?}");
            assert!(WHEN.contains(&row.when), "{row:?}");
            assert!(row.text.ends_with(['.', ')']), "{row:?}");
        }
    }
}
