//! The sum over all test programs, from the line that each of them closes with.

use std::fmt;

/// Tests counted so far. Prints as `12 passed, 0 failed`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    n_passed: usize,
    n_failed: usize,
}

impl Tally {
    /// Adds what a line says, if it is one that closes a test program:
    /// `test result: ok. 14 passed; 0 failed; 0 ignored; …`.
    pub(crate) fn read(&mut self, line: &str) {
        let Some(counts) = line.trim_start().strip_prefix("test result: ") else {
            return;
        };
        self.n_passed += count(counts, "passed");
        self.n_failed += count(counts, "failed");
    }

    /// Counts checks that failed. If a test failed, the check that ran it is in the count already.
    pub(crate) fn add_failed_checks(&mut self, n: usize) {
        self.n_failed += n - usize::from(n > 0 && self.n_failed > 0);
    }

    /// Whether something ran and nothing failed.
    pub(crate) fn is_green(self) -> bool {
        self.n_passed > 0 && self.n_failed == 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.n_passed, self.n_failed)
    }
}

/// The number that stands before `word` and a semicolon.
fn count(counts: &str, word: &str) -> usize {
    let mut parts = counts.split([';', '.']).map(str::trim);
    let number = parts.find_map(|part| part.strip_suffix(word));
    number.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn check(line: &str, n_failed_checks: usize, expected: &str) {
        let mut tally = Tally::default();
        tally.read(line);
        tally.add_failed_checks(n_failed_checks);
        assert_eq!(tally.to_string(), expected);
    }

    #[test]
    fn a_failed_check_shows_in_the_sum() {
        let (good, bad) =
            ("test result: ok. 2 passed; 0 failed;", "test result: x. 1 passed; 1 failed;");
        check(good, 0, "2 passed, 0 failed");
        check(good, 1, "2 passed, 1 failed");
        check(bad, 1, "1 passed, 1 failed");
        check(bad, 2, "1 passed, 2 failed");
        check("", 1, "0 passed, 1 failed");
    }

    #[test]
    fn results_of_all_programs_are_summed() {
        let mut tally = Tally::default();
        assert!(!tally.is_green(), "nothing ran");
        tally.read("test result: ok. 14 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out");
        tally.read("test window::tests::result: 7 passed; ... ok");
        assert!(tally.is_green());
        tally.read("test result: FAILED. 3 passed; 2 failed; 0 ignored; finished in 2.02s");
        assert_eq!(tally.to_string(), "17 passed, 2 failed");
        assert!(!tally.is_green());
    }
}
