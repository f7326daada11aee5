//! Which operations of the Okta APIs leave which event in the System Log.

use std::sync::LazyLock;

use crate::table::{find, rows};

const TEXT: &str = include_str!("../../../catalog/okta_event_operations.tsv");

static ROWS: LazyLock<Vec<EventOperation>> = LazyLock::new(|| {
    rows(TEXT)
        .map(|[event, operations, found, note]| EventOperation {
            event,
            operations,
            is_exact: found == "exact",
            note,
        })
        .collect()
});

/// An event and the operations that leave it; inferred from their names.
#[derive(Debug, PartialEq, Eq)]
pub struct EventOperation {
    /// The event's type, such as `user.lifecycle.suspend`.
    pub event: &'static str,
    operations: &'static str,
    /// Whether it is one operation alone.
    pub is_exact: bool,
    /// What to know beside; may be empty.
    pub note: &'static str,
}

impl EventOperation {
    /// Their `operationId`s, likeliest first; empty if no single operation leaves it.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> {
        self.operations.split('|').filter(|name| !name.is_empty())
    }
}

/// Every event whose operations are known, in order of name.
pub fn event_operations() -> &'static [EventOperation] {
    &ROWS
}

/// The event of that type, in any case.
pub fn event_operation(event: &str) -> Option<&'static EventOperation> {
    find(&ROWS, |row| row.event, event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{api_operations, okta_event_type};

    #[test]
    fn every_name_exists_on_both_sides() {
        crate::table::tests::check(TEXT, &["event", "operations", "match", "note"]);
        crate::table::tests::check_keys(&ROWS, |row| row.event);
        assert_eq!(ROWS.len(), 159);
        assert_eq!(ROWS.iter().filter(|row| row.is_exact).count(), 112);
        for row in &*ROWS {
            assert!(okta_event_type(row.event).is_some(), "{row:?}");
            assert!(!row.is_exact || row.operations().count() == 1, "{row:?}");
            for name in row.operations() {
                let known = |row: &crate::ApiOperation| row.id == name;
                assert!(api_operations().iter().any(known), "{name}");
            }
        }
    }
}
