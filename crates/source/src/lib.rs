//! Bytes to look through: files, folders, archives, databases, git history; in pieces, on all cores.
//!
//! ```text
//!  paths ─▶ files ─┬─▶ archive ─┐
//!                  └─▶ database ┼─▶ Piece ─▶ Taker (called on every thread)
//!  repository ─▶ git ───────────┘      └── what was not read ─▶ Account
//! ```
//!
//! *Invariants.* Memory is bounded by the limits, not by what is read. Every byte that was asked for is
//! handed over or counted in the [`Account`] with a reason. Nothing is written, nothing executed: no hook,
//! no filter, no program of the repository. Names are bytes from elsewhere: the caller makes them safe to print.
//!
//! *Reason.* It keeps I/O, git and archive formats away from the engines.

mod account;
pub mod archive;
mod content;
mod database;
pub mod files;
pub mod git;
mod limits;
mod name;
mod piece;

pub use crate::account::{Account, UNREAD_MAX, Unread, Why};
pub use crate::limits::Limits;
pub use crate::piece::{Origin, Piece, Stop, Taker};
