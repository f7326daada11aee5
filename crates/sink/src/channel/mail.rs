//! Mail, handed to a server that passes it on.

mod dialogue;
mod letter;
mod mailbox;

use std::sync::Arc;

use outbound::{Outbound, Peer, Secret};

use self::dialogue::Dialogue;
use self::letter::{letter, message_id};
pub use self::mailbox::{BadMailbox, Mailbox};
use super::answer::unanswered;
use super::{BoxFuture, Channel, Failure};
use crate::message::Message;
use crate::{Clock, Delivery, Receipt, Template};

/// How the connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// From the beginning, mostly on port 465. Source: RFC 8314 section 3.3.
    Implicit,
    /// After a plain greeting, mostly on port 587; a server that does not offer it gets nothing. Source: RFC 3207.
    StartTls,
    /// Not at all, which is for a server on this machine alone.
    None,
}

/// Who takes mail, and from whom to whom it goes.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The server.
    pub peer: Peer,
    /// How the connection is encrypted.
    pub security: Security,
    /// A user and a password, if the server wants them.
    pub login: Option<(String, Secret)>,
    /// The sender.
    pub from: Mailbox,
    /// The recipients, at least one.
    pub to: Vec<Mailbox>,
}

/// Sends each message as a mail of its own, in one thread for each case.
///
/// Its `Message-ID` is made of the key: whoever gets it twice can tell.
pub struct Mail {
    outbound: Outbound,
    clock: Arc<dyn Clock>,
    submission: Submission,
    template: Option<Template>,
}

impl Mail {
    /// By way of a server.
    pub fn new(outbound: Outbound, clock: Arc<dyn Clock>, submission: Submission) -> Self {
        Self { outbound, clock, submission, template: None }
    }

    /// With bodies in the words of a template, if there is one.
    #[must_use]
    pub fn told_as(self, template: Option<Template>) -> Self {
        Self { template, ..self }
    }

    async fn send(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let Submission { peer, security, login, from, to } = &self.submission;
        let message = Message::told(delivery, self.template.as_ref());
        let text = letter(delivery, &message, (from, to), self.clock.now());
        let stream = self.outbound.open(peer).await.map_err(|error| unanswered(&error))?;
        let mut dialogue = Dialogue::begin(stream, *security, from.domain()).await?;
        if let Some((user, password)) = login {
            dialogue.log_in(user, password).await?;
        }
        let n_refused = dialogue.send(from, to, &text).await?;
        dialogue.end().await;
        let said = match n_refused {
            0 => "accepted".to_owned(),
            n => format!("accepted, but {n} of {} recipients were refused", to.len()),
        };
        Ok(Receipt::new(Some(message_id(delivery, from)), &said))
    }
}

impl Channel for Mail {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.send(delivery))
    }

    fn shown(&self, delivery: &Delivery) -> Option<String> {
        Some(Message::told(delivery, self.template.as_ref()).text())
    }

    fn describe(&self) -> String {
        let Submission { peer, to, .. } = &self.submission;
        let to: Vec<_> = to.iter().map(ToString::to_string).collect();
        format!("mail to {} by way of {peer}", to.join(", "))
    }
}
