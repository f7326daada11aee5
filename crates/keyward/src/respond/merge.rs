//! Two records of one incident, put together: whoever was at it at the same time loses nothing.

use std::mem;

use super::incident::{Incident, State, Step};

impl Incident {
    /// Takes in what somebody else wrote down meanwhile. Of a step that both took the last word counts, as if one had waited for the
    /// other; what either says stays.
    pub(super) fn absorb(&mut self, there: Self) {
        self.revision = there.revision;
        let own = mem::replace(&mut self.entries, there.entries);
        for entry in own {
            self.put(entry);
        }
        let own = mem::replace(&mut self.known, there.known);
        for line in own {
            if !self.known.contains(&line) {
                self.known.push(line);
            }
        }
        if self.subject.is_vague() {
            self.subject = there.subject;
        }
        for (own, other) in self.steps.iter_mut().zip(there.steps) {
            own.absorb(other);
        }
    }
}

impl Step {
    fn absorb(&mut self, there: Self) {
        let own = mem::replace(&mut self.evidence, there.evidence);
        for evidence in own {
            if !self.evidence.contains(&evidence) {
                self.evidence.push(evidence);
            }
        }
        self.evidence.sort_by_key(|evidence| evidence.at);
        let last = self.evidence.last().map(|evidence| evidence.state);
        self.state = match last {
            Some(state) => state.unwrap_or(there.state),
            None => State::Open,
        };
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::super::incident::{Evidence, Subject};
    use super::*;
    use crate::args::StepName;

    /// What one of two says about the step `revoke`, and when.
    type Word = (i64, State, &'static str);

    fn says(incident: &mut Incident, (second, state, says): Word) {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second);
        let (by, says, file) = ("ada".to_owned(), vec![says.to_owned()], None);
        let evidence = Evidence { at, by, says, file, state: None };
        incident.advance(StepName::Revoke, state, evidence);
    }

    fn check(mine: &[Word], theirs: &[Word], state: State, expected: &[&str]) {
        let whose = ("ada".to_owned(), Timestamp::UNIX_EPOCH);
        let name = ("i".to_owned(), "t".to_owned());
        let mut one = Incident::new(name, "acme", whose, Subject::default(), None);
        let mut other = Incident { revision: 7, ..one.clone() };
        for (words, incident) in [(mine, &mut one), (theirs, &mut other)] {
            for word in words {
                says(incident, *word);
            }
        }
        let n_entries = 1 + mine.len() + theirs.len();
        one.absorb(other.clone());
        one.absorb(other);
        let step = &one.steps[0];
        let told: Vec<_> = step.evidence.iter().map(|one| one.says[0].as_str()).collect();
        assert_eq!((step.state, told.as_slice()), (state, expected));
        assert_eq!((one.revision, one.entries.len()), (7, n_entries));
    }

    #[test]
    fn nothing_that_either_of_two_did_is_lost_and_the_last_word_counts() {
        use State::{Begun, Done, Open, Skipped};
        check(&[], &[], Open, &[]);
        check(&[(1, Done, "a")], &[], Done, &["a"]);
        check(&[], &[(1, Done, "a")], Done, &["a"]);
        check(&[(1, Begun, "a"), (4, Done, "d")], &[(2, Begun, "b")], Done, &["a", "b", "d"]);
        check(&[(3, Skipped, "c")], &[(1, Begun, "a"), (4, Begun, "d")], Begun, &["a", "c", "d"]);
    }
}
