//! Many rules over many events: events in, findings out.
//!
//! ```text
//!  bytes ──Pieces──▶ lines ──Framer──▶ Event ──Plan by type──▶ few tests ──▶ excerpts
//!            └── taken in turn by threads ──┘       merged in the order of the input
//!
//!  excerpts of all inputs ──Sorter──▶ in the order of time ──Engine──▶ Finding
//! ```
//!
//! *Invariants.* No clock, no files, no network: the caller opens the input and passes it as a reader.
//! The same events give the same findings in the same order, whatever the number of threads and however they are spread over inputs.
//! Memory is bounded by the piece size, the longest event, the number of threads, and the limits on what is remembered.
//! What was not examined is counted in the [`Summary`], what was not remembered in [`Counts`].
//!
//! *Reason.* It keeps I/O away from detection, which is useful alone in whatever else reads events.
//!
//! *Source.* None: the design is Keyward's own, `docs/performance.md` has its measurements.

mod bytes;
pub mod cases;
mod detector;
mod engine;
mod excerpt;
mod groups;
mod hash;
mod live;
mod memory;
mod order;
mod pack;
mod pieces;
mod plan;
mod program;
mod read;
mod sealed;
mod signals;
mod snapshot;
mod summary;
mod sweep;
mod tail;
mod turn;
mod watch;

pub use crate::detector::{Detector, Scope, Seen, Worker};
pub use crate::engine::{Admins, Counts, Engine, RuleLearning, Settings};
pub use crate::live::{Fed, Live};
pub use crate::order::{PENDING_BYTES, Sorter, Spill};
pub use crate::program::Unfed;
pub use crate::read::read;
pub use crate::snapshot::{Restored, SnapshotError, VERSION as STATE_VERSION};
pub use crate::summary::Summary;
pub use crate::sweep::{Limits, MAX_EVENT_BYTES, Receiver};
pub use crate::tail::{Tail, Told};
pub use crate::watch::{Watch, Whose, level};
