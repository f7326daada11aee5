//! Repositories made with git itself, which is the oracle as well.

mod places;
mod repo;
mod staged;
mod sweep;
