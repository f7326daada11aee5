//! What an answer means, by the catalog.

use catalog::{Check, Status};
use outbound::Answer;
use serde_json::Value;

use crate::classify::code;

/// The meaning of the first row that fits; [`Status::NotChecked`] if none does.
pub(super) fn meaning(check: &Check, answer: &Answer) -> Status {
    let fits = |row: &&catalog::Answer| {
        Pattern::read(row.seen).is_some_and(|pattern| pattern.fits(answer))
    };
    check.answers.iter().find(fits).map_or(Status::NotChecked, |row| row.status)
}

/// What is seen, as the catalog writes it: `401 E0000011`, ``200 with `active` false``.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pattern {
    status: u16,
    more: More,
}

/// What an answer must have beside its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum More {
    /// Nothing; one of success must be JSON, for a page of something else is no answer to the question.
    Nothing,
    /// Whatever its code is.
    AnyCode,
    /// This code, and a description that has this in it.
    Code(&'static str, &'static str),
    /// A member that is this.
    Member(&'static str, bool),
}

impl Pattern {
    fn read(seen: &'static str) -> Option<Self> {
        let (status, rest) = seen.split_once(' ').unwrap_or((seen, ""));
        let status = status.parse().ok()?;
        let more = match rest.split_once(' ') {
            None if rest.is_empty() => More::Nothing,
            None => More::Code(rest, ""),
            Some(("of", "another code")) => More::AnyCode,
            Some(("with", member)) => member_of(member)?,
            Some((code, description)) => More::Code(code, description.strip_prefix("with ")?),
        };
        Some(Self { status, more })
    }

    fn fits(self, answer: &Answer) -> bool {
        if self.status != answer.status {
            return false;
        }
        let body = || serde_json::from_slice::<Value>(&answer.body).ok();
        match self.more {
            More::Nothing if answer.status == 200 => {
                body().is_some_and(|body| body.is_object() || body.is_array())
            }
            More::Nothing | More::AnyCode => true,
            More::Code(wanted, description) => {
                let told = body().and_then(|body| {
                    body.get("error_description")?.as_str().map(str::to_ascii_lowercase)
                });
                code(answer).as_deref() == Some(wanted)
                    && told.unwrap_or_default().contains(&description.to_ascii_lowercase())
            }
            More::Member(name, value) => {
                body().is_some_and(|body| body.get(name) == Some(&Value::Bool(value)))
            }
        }
    }
}

/// A member as the catalog writes it, its name in backticks before its value.
fn member_of(text: &'static str) -> Option<More> {
    let (name, value) = text.strip_prefix('`')?.split_once("` ")?;
    Some(More::Member(name, value.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use catalog::{Mode, credentials, verification};

    use super::*;

    #[test]
    fn every_answer_that_the_catalog_names_is_understood() {
        let kinds = credentials().iter().map(|credential| credential.kind);
        let live = kinds.flat_map(verification).filter(|check| check.mode == Mode::Live);
        let mut n_rows = 0;
        for check in live {
            for row in &check.answers {
                assert!(Pattern::read(row.seen).is_some(), "{}: {}", check.kind, row.seen);
                n_rows += 1;
            }
        }
        assert!(n_rows > 20);
    }

    #[test]
    fn patterns_are_read() {
        let read = |seen| Pattern::read(seen).map(|pattern| (pattern.status, pattern.more));
        assert_eq!(read("429"), Some((429, More::Nothing)));
        assert_eq!(read("401 E0000011"), Some((401, More::Code("E0000011", ""))));
        assert_eq!(read("401 of another code"), Some((401, More::AnyCode)));
        assert_eq!(read("200 with `active` false"), Some((200, More::Member("active", false))));
        assert_eq!(
            read("401 access_denied with Unauthorized"),
            Some((401, More::Code("access_denied", "Unauthorized")))
        );
        assert_eq!(read("anything else"), None);
    }
}
