//! A way to a receiver.

mod answer;
mod endpoint;
mod envelope;
mod file;
mod mail;
mod ocsf;
mod pagerduty;
mod service;
mod slack;
mod syslog;
mod teams;
mod webhook;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use self::endpoint::{BadEndpoint, Endpoint};
pub use self::envelope::SCHEMA;
pub use self::file::File;
pub use self::mail::{BadMailbox, Mail, Mailbox, Security, Submission};
pub use self::ocsf::Ocsf;
pub use self::pagerduty::{PAGERDUTY, PagerDuty};
pub use self::service::Service;
pub use self::slack::{SLACK, Slack, SlackHook};
pub use self::syslog::{Collector, SYSLOG_PORT, Syslog};
pub use self::teams::Teams;
pub use self::webhook::Webhook;
use crate::delivery::{Delivery, Receipt, said};

/// What is under way, of any kind.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A way to a receiver: it sends one message, once. When to send, and when again, is not its business.
pub trait Channel: Send + Sync {
    /// Sends a message. The receiver's word that it has it is the receipt; whoever drops the future may have sent it.
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>>;

    /// What people will read, as plain text; `None` if it is for programs, or the receiver writes it.
    fn shown(&self, _delivery: &Delivery) -> Option<String> {
        None
    }

    /// Where it leads, for people: `webhook to https://alerts.example.com`. Without secrets.
    fn describe(&self) -> String;
}

/// Why a message was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may be taken later: the receiver is down, slow, or asks for patience, or the credential or the address is not good.
    Later {
        /// How long the receiver asks to wait, if it says so.
        after: Option<Duration>,
        /// One line, as [`said`](crate::said) makes it. No secrets.
        why: String,
    },
    /// The same message will not be taken, whoever brings it: it is malformed or too long.
    Refused {
        /// One line, as [`said`](crate::said) makes it. No secrets.
        why: String,
    },
}

impl Failure {
    /// To be tried again when the patience of whoever sends says so.
    pub(crate) fn later(why: impl AsRef<str>) -> Self {
        Self::Later { after: None, why: said(why.as_ref()) }
    }

    /// Not to be tried again.
    pub(crate) fn refused(why: impl AsRef<str>) -> Self {
        Self::Refused { why: said(why.as_ref()) }
    }

    /// The same where a refusal may be of something other than the message.
    pub(crate) fn doubted(self) -> Self {
        match self {
            Self::Refused { why } => Self::Later { after: None, why },
            later @ Self::Later { .. } => later,
        }
    }

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
