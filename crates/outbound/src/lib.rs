//! The one way out: every connection that Keyward opens is opened here.
//!
//! ```text
//!  Origin, Settings ─▶ Outbound ──send(Request)──▶ Answer, bounded in time and size
//!                          └── refused: other origins, redirects, private addresses unless told
//!  Peer ─────────────▶ Outbound ──open──▶ Stream ──secure──▶ Stream, for what is no HTTP
//! ```
//!
//! *Invariants.* A request goes to the origin that it was made for and nowhere else: no redirect is followed, and an address in
//! an answer is used as a path of that origin or not at all. Every request ends in time, every answer within its size. No error and
//! no log line holds a credential or a body.
//!
//! *Reason.* It keeps the network, and what it needs, away from all other crates.
//!
//! *Source.* None: the limits are Keyward's own.

mod address;
mod answer;
mod client;
mod error;
mod origin;
mod proxy;
mod request;
mod resolve;
mod secret;
mod settings;
mod stream;

pub use crate::address::is_public;
pub use crate::answer::Answer;
pub use crate::client::Outbound;
pub use crate::error::{Error, SetupError, chain};
pub use crate::origin::{BadOrigin, Origin};
pub use crate::proxy::{BadProxy, Proxy};
pub use crate::request::{Method, Request};
pub use crate::secret::Secret;
pub use crate::settings::Settings;
pub use crate::stream::{BadPeer, Peer, Stream};
pub use reqwest::header::HeaderName;
