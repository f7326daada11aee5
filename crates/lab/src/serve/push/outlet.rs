//! One way out of a tenant: a hook or a stream, where it leads and how it stands.

use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use crate::Product;
use crate::serve::clock::later;
use crate::serve::post::{BadReceiver, Receiver};

/// What is pushed, and how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushKind {
    /// An event hook of Okta: events that hooks may subscribe to, several in an envelope. Tried twice, then lost.
    Hook,
    /// Okta's stream to Amazon `EventBridge`, as an API destination posts it. Tried until it arrives.
    EventBridge,
    /// Okta's stream to Splunk, as posts to an HTTP Event Collector. Tried twice, then the stream is switched off.
    Hec,
    /// Auth0's stream, a record a line. Tried until it arrives, as are its other forms.
    Lines,
    /// Auth0's stream, an array of records.
    Array,
    /// Auth0's stream, an array in an object.
    Object,
    /// Auth0's stream to Amazon `EventBridge`.
    Auth0EventBridge,
}

impl PushKind {
    /// All of them, by the names that flags use.
    pub const NAMES: [(&str, Self); 7] = [
        ("hook", Self::Hook),
        ("eventbridge", Self::EventBridge),
        ("hec", Self::Hec),
        ("auth0-lines", Self::Lines),
        ("auth0-array", Self::Array),
        ("auth0-object", Self::Object),
        ("auth0-eventbridge", Self::Auth0EventBridge),
    ];

    /// Whose events.
    pub fn product(self) -> Product {
        match self {
            Self::Hook | Self::EventBridge | Self::Hec => Product::Okta,
            _ => Product::Auth0,
        }
    }

    /// How often a parcel is sent before something else is done about it.
    pub(super) fn attempts(self) -> u32 {
        match self {
            Self::Hook | Self::Hec => 2,
            _ => 3,
        }
    }

    /// Whether what did not arrive is sent again later.
    pub(super) fn is_kept(self) -> bool {
        !matches!(self, Self::Hook | Self::Hec)
    }
}

/// A way out that is there from the start: `hook=http://127.0.0.1:8484/acme/okta-hook`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// What is pushed.
    pub kind: PushKind,
    /// Where to.
    pub receiver: Receiver,
}

impl FromStr for Push {
    type Err = BadReceiver;

    fn from_str(text: &str) -> Result<Self, BadReceiver> {
        let (name, address) = text.split_once('=').ok_or(BadReceiver)?;
        let kind = PushKind::NAMES.iter().find(|(known, _)| *known == name).ok_or(BadReceiver)?.1;
        Ok(Self { kind, receiver: address.parse()? })
    }
}

/// How long a stream of Auth0 fails before it is paused. Source: Auth0 log streams, checked 2026-11-22.
const PATIENCE: Duration = Duration::from_hours(7 * 24);

/// How a way out stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nobody has asked for its verification.
    Unverified,
    /// The receiver has not been met.
    Waiting,
    /// Events are pushed.
    Active,
    /// Switched off, by somebody or after failures.
    Inactive,
}

/// What became of events that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// They are lost, and the next ones are tried.
    Delivery,
    /// They are lost, and nothing more is sent.
    Stream,
}

/// A way out, and how far it has come.
#[derive(Clone)]
pub(crate) struct Outlet {
    /// The provider's id: `who…`, `0oa…`, `lst_…`.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// What is pushed.
    pub(crate) kind: PushKind,
    /// Where to.
    pub(crate) receiver: Receiver,
    /// What shows the receiver who sends, as it stands in the header.
    pub(crate) secret: String,
    /// Event types of a hook; `None` for all that may be.
    pub(crate) items: Option<Vec<String>>,
    /// How it stands.
    pub(crate) status: Status,
    /// The number of the next line.
    pub(crate) position: usize,
    is_at_work: bool,
    /// Since when nothing arrives, of a stream that is tried until it does.
    failing_since: Option<Timestamp>,
    loss: Option<Loss>,
}

impl Outlet {
    /// One that waits for its receiver.
    pub(crate) fn new(id: String, name: String, push: Push, secret: String) -> Self {
        Self {
            id,
            name,
            kind: push.kind,
            receiver: push.receiver,
            secret,
            items: None,
            status: Status::Waiting,
            position: 0,
            is_at_work: false,
            failing_since: None,
            loss: None,
        }
    }

    /// Whether an event goes this way.
    pub(super) fn takes(&self, line: &str) -> bool {
        if self.kind != PushKind::Hook {
            return true;
        }
        let kind = line.split_once("\"eventType\":\"").and_then(|(_, rest)| rest.split_once('"'));
        let Some((kind, _)) = kind else { return false };
        match &self.items {
            Some(items) => items.iter().any(|item| item == kind),
            None => catalog::okta_event_type(kind).is_some_and(|kind| kind.hook_eligible),
        }
    }

    /// Whether there is work that nobody does; from now on somebody does.
    pub(super) fn begin_work(&mut self) -> bool {
        let begins = !self.is_at_work && matches!(self.status, Status::Waiting | Status::Active);
        self.is_at_work |= begins;
        begins
    }

    /// Notes whether what is tried until it arrives did. After a week without it is paused.
    pub(super) fn fare(&mut self, has_arrived: bool, now: Timestamp) {
        if has_arrived {
            self.failing_since = None;
            return;
        }
        let since = *self.failing_since.get_or_insert(now);
        if self.kind.product() == Product::Auth0 && later(since, PATIENCE) <= now {
            self.status = Status::Inactive;
        }
    }

    /// Notes that events did not arrive.
    pub(super) fn lose(&mut self) {
        self.loss = Some(if self.kind == PushKind::Hec { Loss::Stream } else { Loss::Delivery });
    }

    /// Brings what was done home. Whoever was switched off or deleted in between stays so.
    pub(super) fn finish_work(&mut self, outlets: &mut [Self]) -> Option<Loss> {
        let own = outlets.iter_mut().find(|outlet| outlet.id == self.id)?;
        own.is_at_work = false;
        own.failing_since = self.failing_since;
        own.position = own.position.max(self.position);
        if own.status != Status::Inactive {
            own.status = self.status;
        }
        if self.loss == Some(Loss::Stream) {
            own.status = Status::Inactive;
        }
        self.loss.take()
    }
}
