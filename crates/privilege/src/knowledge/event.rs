//! From events of the Okta System Log to the operations that leave them.

use catalog::EventOperation;

use super::Base;
use crate::OperationId;

/// The APIs whose operations the events are matched with. Source: header of the catalog's table.
const LOGGED: [&str; 2] = ["management", "oauth"];

/// What leaves an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventOperations {
    /// The row of the catalog.
    pub row: &'static EventOperation,
    /// The operations, likeliest first; one if it is exact, none if no single operation leaves it.
    pub operations: Vec<OperationId>,
}

impl Base {
    /// What leaves an event of that type, in any case; `None` if that is not known.
    pub fn event(&self, event_type: &str) -> Option<EventOperations> {
        let row = catalog::event_operation(event_type)?;
        let operations = row.operations().flat_map(|name| self.by_id(name)).copied();
        let logged = |id: &OperationId| LOGGED.contains(&self.operation(*id).api.as_ref());
        Some(EventOperations { row, operations: operations.filter(logged).collect() })
    }
}
