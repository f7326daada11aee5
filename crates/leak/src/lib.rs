//! Credentials of Okta and Auth0 in bytes: a text in, [`Leak`]s out.
//!
//! ```text
//!  bytes ─▶ sieve ─▶ hit ─┬─▶ context ─▶ judge ─▶ tenant ─▶ Leak ─▶ Finding (without the value)
//!             ▲           └─▶ layer: an encoding undone ─┐
//!             └──────────────────────────────────────────┘
//!  HAR ─▶ har: entries ─▶ typed credentials ─▶ redacted copy
//! ```
//!
//! *Invariants.* No clock, no files, no network. Shape comes before context: what cannot be a
//! credential by its bytes costs nothing more. Every span is one of the bytes that were given,
//! through whatever encodings. What was not examined (too deep, too large) is counted. A value
//! leaves only inside a [`Secret`], which cannot be printed.
//!
//! *Reason.* Useful alone: whoever has bytes needs nothing else of Keyward.
//!
//! *Sources.* Shapes and kinds: `catalog/credentials.tsv` and its neighbors.

mod context;
pub mod har;
mod judge;
mod layer;
mod leak;
mod masked;
mod plan;
mod sample;
mod scanner;
mod secret;
mod shape;
mod sieve;
mod tenant;
mod token;

pub use crate::layer::{Encoding, Layer, layers};
pub use crate::leak::{Claims, Companion, Confidence, Leak, Validity};
pub use crate::masked::masked;
pub use crate::plan::{Plan, Step, out_of_question, plan};
pub use crate::scanner::{Document, Scan, Scanner, Unexamined};
pub use crate::secret::{Key, Secret};
pub use crate::tenant::{HOSTS_MAX, Host, Nearness, Tenant, hosts, join, provider_of};
