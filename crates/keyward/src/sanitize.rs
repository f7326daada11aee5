//! Text from elsewhere made safe to look at.

pub(crate) use finding::{is_unsafe, visible};
