//! Cases: what is found about one subject in one go is looked at in one go.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::fingerprint::Fingerprint;
use crate::report::Finding;

/// Runs that are remembered; when there are more, the older half is forgotten.
pub const RUNS_MAX: usize = 1 << 16;

/// Puts findings about one subject into one case while they follow each other within a gap.
///
/// Findings come in the order in which they are concluded, which for a rule with a long window may be long
/// after their time. The id of a case depends on the subject and on the finding that opened it alone: whoever is
/// given the same findings makes the same cases. Findings without a time are one case a subject, and one
/// without a subject is a case of its own.
#[derive(Debug, Clone)]
pub struct Cases {
    gap: SignedDuration,
    /// The runs of each subject, the latest opened last.
    runs: HashMap<Fingerprint, Vec<Run>>,
    n_runs: usize,
}

/// Findings about one subject that follow each other.
#[derive(Debug, Clone)]
struct Run {
    case: Fingerprint,
    first: Timestamp,
    last: Timestamp,
}

impl Cases {
    /// Cases that end when nothing is found about their subject for longer than `gap`.
    pub fn new(gap: SignedDuration) -> Self {
        Self { gap, runs: HashMap::new(), n_runs: 0 }
    }

    /// Puts the next finding into its case.
    pub fn assign(&mut self, finding: &mut Finding) {
        let provider = finding.provider.as_deref();
        let log = [provider, finding.tenant.as_deref()];
        let subject = finding.subject.case(log, finding.id.as_str());
        let begin = finding.first.or(finding.time);
        let (Some(first), Some(last)) = (begin, finding.last.max(begin)) else {
            finding.case = subject;
            return;
        };
        let gap = self.gap;
        let mut runs = self.runs.get_mut(&subject).into_iter().flatten().rev();
        if let Some(run) = runs.find(|run| run.is_joined_by(first, last, gap)) {
            (run.first, run.last) = (run.first.min(first), run.last.max(last));
            finding.case = run.case.clone();
            return;
        }
        finding.case = finding.subject.run(log, finding.id.as_str());
        self.open(subject, Run { case: finding.case.clone(), first, last });
    }

    fn open(&mut self, subject: Fingerprint, run: Run) {
        if self.n_runs >= RUNS_MAX {
            self.forget();
        }
        self.runs.entry(subject).or_default().push(run);
        self.n_runs += 1;
    }

    /// Forgets the half of the runs that ended first.
    fn forget(&mut self) {
        let mut ends: Vec<_> = self.runs.values().flatten().map(|run| run.last).collect();
        let middle = ends.len() / 2;
        let middle = *ends.select_nth_unstable(middle).1;
        self.runs.retain(|_, runs| {
            runs.retain(|run| run.last > middle);
            !runs.is_empty()
        });
        self.n_runs = self.runs.values().map(Vec::len).sum();
    }
}

impl Run {
    fn is_joined_by(&self, first: Timestamp, last: Timestamp, gap: SignedDuration) -> bool {
        first.duration_since(self.last) <= gap && self.first.duration_since(last) <= gap
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Level, Occurrence, Subject};

    fn finding(user: &str, minute: Option<i64>) -> Finding {
        let time =
            minute.map(|minute| Timestamp::from_second(1_793_610_000 + minute * 60).unwrap());
        let subject = Subject { user: Some(user.into()), ..Subject::default() };
        let event_id = format!("{user} {minute:?}");
        let event = Occurrence { event_id, time, subject, ..Occurrence::default() };
        Finding::of_event(Arc::default(), Level::Low, event)
    }

    /// Numbers the cases of findings, given as users and minutes, in the order in which they appear.
    fn check(findings: &[(&str, Option<i64>)], expected: &[usize]) {
        let mut cases = Cases::new(SignedDuration::from_mins(60));
        let mut seen = Vec::new();
        let mut number = |&(user, minute): &(&str, Option<i64>)| {
            let mut finding = finding(user, minute);
            cases.assign(&mut finding);
            seen.iter().position(|case| *case == finding.case).unwrap_or_else(|| {
                seen.push(finding.case);
                seen.len() - 1
            })
        };
        assert_eq!(findings.iter().map(&mut number).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn findings_that_follow_within_the_gap_are_one_case() {
        check(&[("a", Some(0)), ("a", Some(60)), ("a", Some(120))], &[0, 0, 0]);
        check(&[("a", Some(0)), ("a", Some(61)), ("a", Some(121))], &[0, 1, 1]);
        check(&[("a", Some(0)), ("b", Some(1)), ("A", Some(2))], &[0, 1, 0]);
    }

    #[test]
    fn findings_without_a_time_are_one_case_a_subject() {
        check(&[("a", None), ("a", Some(0)), ("a", None), ("b", None)], &[0, 1, 0, 2]);
    }

    #[test]
    fn what_is_concluded_late_joins_what_it_is_near() {
        check(
            &[("a", Some(0)), ("a", Some(500)), ("a", Some(30)), ("a", Some(510))],
            &[0, 1, 0, 1],
        );
        check(
            &[("a", Some(200)), ("a", Some(150)), ("a", Some(20)), ("a", Some(210))],
            &[0, 0, 1, 0],
        );
    }

    #[test]
    fn a_case_is_named_by_its_first_finding() {
        let mut cases = Cases::new(SignedDuration::from_mins(60));
        let [mut one, mut two] = [finding("a", Some(0)), finding("a", Some(5))];
        let mut alone = two.clone();
        cases.assign(&mut one);
        cases.assign(&mut two);
        assert_eq!(one.case, two.case);
        Cases::new(SignedDuration::from_mins(60)).assign(&mut alone);
        assert_ne!(alone.case, two.case);
    }

    #[test]
    fn an_event_that_lasts_is_joined_until_its_end() {
        let mut cases = Cases::new(SignedDuration::from_mins(60));
        let [mut one, mut two] = [finding("a", Some(0)), finding("a", Some(100))];
        one.last = finding("a", Some(45)).time;
        cases.assign(&mut one);
        cases.assign(&mut two);
        assert_eq!(one.case, two.case);
    }

    #[test]
    fn memory_is_bounded() {
        let mut cases = Cases::new(SignedDuration::from_mins(60));
        for number in 0..2 * RUNS_MAX {
            let start = Timestamp::from_second(1_793_610_000).unwrap();
            let run = Run { case: Fingerprint::of_case(&[]), first: start, last: start };
            cases.open(Fingerprint::of_case(&[&number.to_string()]), run);
            assert!(cases.runs.len() <= RUNS_MAX && cases.n_runs == cases.runs.len());
        }
    }
}
