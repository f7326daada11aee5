//! How something is known.

use serde::{Deserialize, Serialize};

/// A value, and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known<T> {
    /// The value.
    pub value: T,
    /// How it is known.
    pub basis: Basis,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "from")]
pub enum Basis {
    /// The provider's interface says so.
    Api,
    /// An event says so.
    Log,
    /// It follows from something else.
    Inferred {
        /// From what, such as `expiry less 30 days`.
        how: String,
    },
}

impl<T> Known<T> {
    /// What the provider's interface says.
    pub const fn by_api(value: T) -> Self {
        Self { value, basis: Basis::Api }
    }

    /// What an event says.
    pub const fn by_log(value: T) -> Self {
        Self { value, basis: Basis::Log }
    }

    /// What follows from something else.
    pub fn inferred(value: T, how: &str) -> Self {
        Self { value, basis: Basis::Inferred { how: how.to_owned() } }
    }
}
