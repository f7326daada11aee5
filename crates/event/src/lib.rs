//! One audit record: framing, lazy field access over raw bytes, who, whom, where and when.
//!
//! ```text
//!  bytes ──Frames──▶ one JSON object ──scan──▶ Marks ──open──▶ Event ──visit(path)──▶ Value
//!            └──── Rejected {offset, why}, counted, never dropped in silence
//! ```
//!
//! *Invariants.* No clock, no files, no network. Nothing builds a tree: a look-up walks over the marks
//! of the scan. No walk recurses deeper than `MAX_DEPTH`. What cannot be read is counted with its
//! place. Unknown values stay text; absent and null are told apart.
//!
//! *Reason.* Useful alone: any program that looks into such logs needs it. It keeps I/O away from parsing.
//!
//! *Source.* RFC 8259 for JSON; Okta System Log API and Auth0 tenant logs for shapes, by way of `catalog`.

mod aliases;
mod csv;
mod doc;
mod encoded;
mod entity;
mod event;
mod field;
mod frame;
mod index;
mod lookup;
mod open;
mod path;
mod recent;
mod scan;
mod value;

pub use crate::aliases::{AliasKind, Aliases, BadAlias, BadAliasWhy};
pub use crate::csv::Columns;
pub use crate::doc::{Elements, Fault, Member, Members, Node};
pub use crate::entity::{Entity, Outcome};
pub use crate::event::{Event, Memory};
pub use crate::field::{Field, Key, Part, UnknownField};
pub use crate::frame::{End, Form, Framer, Place, Rejected, Sink, Tally, Why};
pub use crate::path::Path;
pub use crate::scan::{Break, MAX_DEPTH, Marks, Newlines, Scan, Scanner};
pub use crate::value::{Number, Text, Value};
