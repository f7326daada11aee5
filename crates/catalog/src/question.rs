//! What the needs of a call depend on beside its verb and path.

use std::sync::LazyLock;

use crate::Confidence;
use crate::table::rows;

const TEXT: &str = include_str!("../../../catalog/operation_questions.tsv");

static ANSWERS: LazyLock<Vec<QuestionAnswer>> =
    LazyLock::new(|| rows(TEXT).map(|row| answer(&row)).collect());

fn answer(row: &[&'static str; 18]) -> QuestionAnswer {
    let [
        methods,
        paths,
        question,
        parameter,
        text,
        answer,
        answer_text,
        when,
        default,
        credential,
        scopes,
        permissions,
        permission_level,
        roles,
        role_level,
        note,
        source,
        date,
    ] = *row;
    let level = |name| Confidence::from_name(name).unwrap_or(Confidence::Unknown);
    QuestionAnswer {
        methods,
        paths,
        question,
        parameter,
        text,
        answer,
        answer_text,
        when,
        is_default: default == "yes",
        credential,
        scopes,
        permissions,
        permission_level: level(permission_level),
        roles,
        role_level: level(role_level),
        note,
        source,
        date,
    }
}

/// One possible answer to a question that the needs of some operations depend on.
#[derive(Debug, PartialEq, Eq)]
pub struct QuestionAnswer {
    methods: &'static str,
    paths: &'static str,
    /// The question's name, such as `recovery`; the rows of one question stand together.
    pub question: &'static str,
    /// The member of the body or the parameter of the query that decides, such as `factorType`.
    pub parameter: &'static str,
    /// The question.
    pub text: &'static str,
    /// The answer's name.
    pub answer: &'static str,
    /// What the answer means.
    pub answer_text: &'static str,
    when: &'static str,
    /// Whether it is taken where nothing tells.
    pub is_default: bool,
    /// `token`, `none`, or empty where it makes no difference.
    pub credential: &'static str,
    /// What becomes of the scopes; empty: nothing.
    pub scopes: &'static str,
    /// What becomes of the permissions; empty: nothing.
    pub permissions: &'static str,
    /// How well that is known.
    pub permission_level: Confidence,
    /// What becomes of the roles; empty: nothing.
    pub roles: &'static str,
    /// How well that is known.
    pub role_level: Confidence,
    /// What else to know; may be empty.
    pub note: &'static str,
    /// Where from.
    pub source: &'static str,
    /// When that was checked.
    pub date: &'static str,
}

impl QuestionAnswer {
    /// Whether it is about the operation of that method, in capitals, and path.
    pub fn is_about(&self, method: &str, path: &str) -> bool {
        self.paths.split(' ').any(|one| one == path)
            && self.methods.split(',').any(|one| one == method)
    }

    /// Whether it says something of scopes, permissions or roles.
    pub fn changes_needs(&self) -> bool {
        [self.scopes, self.permissions, self.roles].iter().any(|text| !text.is_empty())
    }

    /// The ways in which a call gives this answer; in each all conditions must hold: (kind, argument), the kinds
    /// being `has`, `every`, `lacks`, `without`, `query`, `part` and `words`.
    pub fn ways(
        &self,
    ) -> impl Iterator<Item = impl Iterator<Item = (&'static str, &'static str)> + Clone> {
        let ways = self.when.split(" | ").filter(|way| !way.is_empty());
        ways.map(|way| way.split(" & ").filter_map(|condition| condition.split_once(':')))
    }
}

/// Every answer to every question, those of one question together.
pub fn question_answers() -> &'static [QuestionAnswer] {
    &ANSWERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api_operations;

    #[test]
    fn table_is_well_formed() {
        let kinds = ["has", "every", "lacks", "without", "query", "part", "words"];
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            assert_eq!(line.split('\t').count(), 18, "{line}");
        }
        for row in question_answers() {
            assert!(!row.source.is_empty() && !row.date.is_empty(), "{row:?}");
            for mut way in row.ways() {
                assert!(way.clone().count() > 0, "{row:?}");
                assert!(way.all(|(kind, _)| kinds.contains(&kind)), "{row:?}");
            }
            let n_written = row.when.split([' ']).filter(|word| word.contains(':')).count();
            assert_eq!(row.ways().flatten().count(), n_written, "{row:?}");
        }
    }

    #[test]
    fn every_question_has_several_answers_and_at_most_one_default() {
        for row in question_answers() {
            let same = |other: &&QuestionAnswer| {
                (other.paths, other.question) == (row.paths, row.question)
            };
            let answers: Vec<_> = question_answers().iter().filter(same).collect();
            assert!(answers.len() > 1, "{row:?}");
            assert!(answers.iter().filter(|one| one.is_default).count() <= 1, "{row:?}");
        }
    }

    #[test]
    fn every_path_is_an_operation() {
        // The calls of the Authentication API are in a table of their own.
        for row in question_answers().iter().filter(|row| !row.paths.contains("/authn/")) {
            for path in row.paths.split(' ') {
                let known = |method| {
                    api_operations().iter().any(|one| one.path == path && one.method == method)
                };
                assert!(row.methods.split(',').any(known), "{path}");
            }
        }
    }
}
