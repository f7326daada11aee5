//! A way to a receiver.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use crate::delivery::{Delivery, Receipt};

/// What is under way, of any kind.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A way to a receiver: it sends one message, once. When to send, and when again, is not its business.
pub trait Channel: Send + Sync {
    /// Sends a message. The receiver's word that it has it is the receipt; whoever drops the future may have sent it.
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>>;

    /// Where it leads, for people: `webhook to https://alerts.example.com`. Without secrets.
    fn describe(&self) -> String;
}

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may be taken later: the receiver is down, slow, or asks for patience.
    Later {
        /// How long the receiver asks to wait, if it says so.
        after: Option<Duration>,
        /// One line, as [`said`](crate::said) makes it. No secrets.
        why: String,
    },
    /// The same message will not be taken: it is malformed, or the credential is not good.
    Refused {
        /// One line, as [`said`](crate::said) makes it. No secrets.
        why: String,
    },
}

impl Failure {
    /// Why, as one line.
    pub fn why(&self) -> &str {
        match self {
            Self::Later { why, .. } | Self::Refused { why } => why,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.why())
    }
}

impl std::error::Error for Failure {}
