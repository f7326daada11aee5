//! Choosing grants: sets of numbers, without knowledge of what they stand for.
//!
//! ```text
//!  demands (any one of several sets) ──reduce──▶ distinct, undominated ──search──▶ Chosen
//!  Inclusion (what comes with what, and how much harm it does) ───────────┘
//! ```
//!
//! Every search is exact, unless it comes to the end of its budget; then it says so. The order of what
//! goes in makes no difference to what comes out.

mod bits;
mod cover;
mod demand;
mod inclusion;
mod roles;
mod search;
#[cfg(test)]
mod tests;

pub(crate) use crate::solve::bits::Bits;
pub(crate) use crate::solve::inclusion::{Inclusion, Thing};
pub(crate) use crate::solve::roles::{MAX_ROLES, fewest_roles};
pub(crate) use crate::solve::search::{fewest, narrowest};

/// What to grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// The numbers; none of them is included in another.
    pub(crate) set: Bits,
    /// Whether nothing better exists; false if the search was cut short.
    pub(crate) is_proved: bool,
}
