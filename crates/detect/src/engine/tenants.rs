//! Whose events there were.

use std::collections::BTreeMap;

/// Tenants that are told apart.
const TENANTS_MAX: usize = 100;

/// How many excerpts there were of each tenant.
#[derive(Debug, Default)]
pub(super) struct Tenants {
    counts: BTreeMap<Box<str>, u64>,
    /// That of the last excerpt, and how many came in a row.
    last: Box<str>,
    n_last: u64,
}

impl Tenants {
    /// Counts one excerpt; those that name no tenant are not counted.
    pub(super) fn add(&mut self, tenant: &str) {
        if tenant.is_empty() {
            return;
        }
        // Most logs are of one tenant: a comparison is all that they cost.
        if *self.last != *tenant {
            self.close();
            self.last = tenant.into();
        }
        self.n_last += 1;
    }

    fn close(&mut self) {
        let n_last = std::mem::take(&mut self.n_last);
        if n_last == 0 {
            return;
        }
        if let Some(count) = self.counts.get_mut(&self.last) {
            *count += n_last;
        } else {
            let is_room = self.counts.len() < TENANTS_MAX;
            let name = if is_room { self.last.clone() } else { Box::default() };
            *self.counts.entry(name).or_default() += n_last;
        }
    }

    /// The counts, in the order of names.
    pub(super) fn counted(&self) -> Vec<(&str, u64)> {
        let mut counts: BTreeMap<&str, u64> =
            self.counts.iter().map(|(tenant, count)| (&**tenant, *count)).collect();
        if self.n_last > 0 {
            *counts.entry(&*self.last).or_default() += self.n_last;
        }
        counts.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_are_counted_and_bounded() {
        let mut tenants = Tenants::default();
        for name in ["a", "a", "", "b", "a"] {
            tenants.add(name);
        }
        assert_eq!(tenants.counted(), [("a", 3), ("b", 1)]);
        (0..200).for_each(|number| tenants.add(&format!("t{number}")));
        assert!(tenants.counted().len() <= TENANTS_MAX + 2);
        assert_eq!(tenants.counted().iter().map(|(_, count)| count).sum::<u64>(), 204);
    }
}
