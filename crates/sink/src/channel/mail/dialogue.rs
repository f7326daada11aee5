//! The conversation with a mail server.
//!
//! Source: RFC 5321 (SMTP), RFC 3207 (STARTTLS), RFC 4954 and 4616 (AUTH, PLAIN), read 2026-11-22.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use outbound::{Secret, Stream};

use super::{Mailbox, Security};
use crate::Failure;
use crate::channel::answer::unanswered;

/// Bytes of a reply's line. Source: RFC 5321 section 4.5.3.1.5 has 512; extensions made them longer.
const LINE_MAX: usize = 2048;

/// Lines of one reply.
const LINES_MAX: usize = 100;

/// A connection over which mail can be handed on.
pub(super) struct Dialogue {
    stream: Stream,
    /// What the server offers: `AUTH PLAIN LOGIN`, in upper case.
    offers: Vec<String>,
}

/// What a server replied. Its words are not kept: they may repeat ours.
struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Dialogue {
    /// Greets as `name`, over an encrypted connection unless that was ruled out.
    pub(super) async fn begin(
        stream: Stream,
        security: Security,
        name: &str,
    ) -> Result<Self, Failure> {
        let secure = async |stream: Stream| stream.secure().await.map_err(|e| unanswered(&e));
        let stream = if security == Security::Implicit { secure(stream).await? } else { stream };
        let mut dialogue = Self { stream, offers: Vec::new() };
        // A greeting that refuses says nothing of the message.
        dialogue.reply().await?.expect(2, "the connection").map_err(|error| patient(&error))?;
        dialogue.greet(name).await?;
        if security == Security::StartTls {
            if !dialogue.offers.iter().any(|offer| offer == "STARTTLS") {
                return Err(Failure::later("the server offers no encryption"));
            }
            dialogue
                .say("STARTTLS")
                .await?
                .expect(2, "encryption")
                .map_err(|error| patient(&error))?;
            dialogue.stream = secure(dialogue.stream).await?;
            dialogue.greet(name).await?;
        }
        if !dialogue.stream.is_private() {
            return Err(Failure::refused(
                "the connection is not encrypted and leaves this machine",
            ));
        }
        Ok(dialogue)
    }

    async fn greet(&mut self, name: &str) -> Result<(), Failure> {
        let reply = self.say(&format!("EHLO {name}")).await?;
        let offers = reply.lines.iter().skip(1).map(|line| line.to_ascii_uppercase());
        self.offers = offers.collect();
        reply.expect(2, "the greeting").map_err(|error| patient(&error))
    }

    /// Says who it is, in the one of two ways that the server offers.
    pub(super) async fn log_in(&mut self, user: &str, password: &Secret) -> Result<(), Failure> {
        let offered = |way: &str| {
            let mut offers = self.offers.iter().filter_map(|offer| offer.strip_prefix("AUTH "));
            offers.any(|ways| ways.split(' ').any(|one| one == way))
        };
        let encode = |text: &str| BASE64_STANDARD.encode(text);
        let reply = if offered("PLAIN") {
            let pair = encode(&format!("\0{user}\0{}", password.expose()));
            self.say(&format!("AUTH PLAIN {pair}")).await?
        } else if offered("LOGIN") {
            self.say("AUTH LOGIN").await?.expect(3, "the login")?;
            self.say(&encode(user)).await?.expect(3, "the user")?;
            self.say(&encode(password.expose())).await?
        } else {
            return Err(Failure::refused("the server offers neither AUTH PLAIN nor AUTH LOGIN"));
        };
        reply.expect(2, "the login")
    }

    /// Hands a mail on. Returns how many recipients the server will not have, while it takes at least one.
    ///
    /// When it cannot say yet about one of them, nobody gets it, so that nobody gets it twice.
    pub(super) async fn send(
        &mut self,
        from: &Mailbox,
        to: &[Mailbox],
        letter: &str,
    ) -> Result<usize, Failure> {
        self.say(&format!("MAIL FROM:<{from}>")).await?.expect(2, "the sender")?;
        let mut refused = Vec::new();
        for recipient in to {
            match self.say(&format!("RCPT TO:<{recipient}>")).await?.expect(2, "a recipient") {
                Ok(()) => {}
                Err(Failure::Refused { why }) => refused.push(Failure::Refused { why }),
                Err(later) => return Err(later),
            }
        }
        if refused.len() == to.len() {
            return Err(refused.pop().unwrap_or_else(|| Failure::refused("nobody is to get it")));
        }
        self.say("DATA").await?.expect(3, "the beginning of the mail")?;
        // A line that begins with a full stop would end it. Source: RFC 5321 section 4.5.2.
        let stuffed = letter.replace("\r\n.", "\r\n..");
        self.say(&format!("{}\r\n.", stuffed.trim_end())).await?.expect(2, "the mail")?;
        Ok(refused.len())
    }

    /// Takes leave; the server has the mail already.
    pub(super) async fn end(mut self) {
        let _ = self.stream.write(b"QUIT\r\n").await;
    }

    async fn say(&mut self, line: &str) -> Result<Reply, Failure> {
        let sent = self.stream.write(format!("{line}\r\n").as_bytes()).await;
        sent.map_err(|error| unanswered(&error))?;
        self.reply().await
    }

    /// Lines of one code, a hyphen behind it in all but the last.
    async fn reply(&mut self) -> Result<Reply, Failure> {
        let mut lines = Vec::new();
        while lines.len() < LINES_MAX {
            let line = self.stream.line(LINE_MAX).await.map_err(|error| unanswered(&error))?;
            let code = line.get(..3).and_then(|code| code.parse().ok());
            let code: u16 = code.ok_or_else(|| Failure::later("the server speaks no SMTP"))?;
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            lines.push(line.get(4..).unwrap_or_default().trim().to_owned());
            if is_last {
                return Ok(Reply { code, lines });
            }
        }
        Err(Failure::later("the server does not end its reply"))
    }
}

impl Reply {
    /// Whether the code is of that hundred. Four hundreds pass, five hundreds do not.
    fn expect(&self, hundred: u16, what: &str) -> Result<(), Failure> {
        let why = format!("the server answered {} to {what}", self.code);
        match self.code / 100 {
            got if got == hundred => Ok(()),
            5 => Err(Failure::refused(why)),
            _ => Err(Failure::later(why)),
        }
    }
}

/// Before a message was named nothing is said against it.
fn patient(failure: &Failure) -> Failure {
    Failure::later(failure.why())
}
