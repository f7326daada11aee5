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
        dialogue.reply().await?.expect(2, "the connection")?;
        dialogue.greet(name).await?;
        if security == Security::StartTls {
            if !dialogue.offers.iter().any(|offer| offer == "STARTTLS") {
                return Err(Failure::later("the server offers no encryption"));
            }
            dialogue.say("STARTTLS").await?.expect(2, "encryption")?;
            dialogue.stream = secure(dialogue.stream).await?;
            dialogue.greet(name).await?;
        }
        if !dialogue.stream.is_private() {
            return Err(Failure::later("the connection is not encrypted and leaves this machine"));
        }
        Ok(dialogue)
    }

    async fn greet(&mut self, name: &str) -> Result<(), Failure> {
        let reply = self.say(&format!("EHLO {name}")).await?;
        let offers = reply.lines.iter().skip(1).map(|line| line.to_ascii_uppercase());
        self.offers = offers.collect();
        reply.expect(2, "the greeting")
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
            return Err(Failure::later("the server offers neither AUTH PLAIN nor AUTH LOGIN"));
        };
        reply.expect(2, "the login")
    }

    /// Hands a mail on. Returns how many recipients the server will not have, while it takes at least one.
    ///
    /// When it cannot say yet about one of them, nobody gets it, so that nobody gets it twice. Only what it says of the text is said
    /// against the mail: senders, recipients and logins can be mended.
    pub(super) async fn send(
        &mut self,
        from: &Mailbox,
        to: &[Mailbox],
        letter: &str,
    ) -> Result<usize, Failure> {
        self.say(&format!("MAIL FROM:<{from}>")).await?.expect(2, "the sender")?;
        let mut n_refused = 0;
        for recipient in to {
            let reply = self.say(&format!("RCPT TO:<{recipient}>")).await?;
            n_refused += usize::from(reply.is_no());
            // The last one speaks for all if all are refused.
            if !reply.is_no() || n_refused == to.len() {
                reply.expect(2, "a recipient")?;
            }
        }
        self.say("DATA").await?.expect(3, "the beginning of the mail")?;
        // A line that begins with a full stop would end it. Source: RFC 5321 section 4.5.2.
        let stuffed = letter.replace("\r\n.", "\r\n..");
        let reply = self.say(&format!("{}\r\n.", stuffed.trim_end())).await?;
        let is_no = reply.is_no();
        let judged = reply.expect(2, "the mail");
        judged.map_err(|why| if is_no { Failure::refused(why.why()) } else { why })?;
        Ok(n_refused)
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
    /// Whether it is a no for good, as far as the server knows.
    fn is_no(&self) -> bool {
        self.code / 100 == 5
    }

    /// Whether the code is of that hundred.
    fn expect(&self, hundred: u16, what: &str) -> Result<(), Failure> {
        if self.code / 100 == hundred {
            return Ok(());
        }
        Err(Failure::later(format!("the server answered {} to {what}", self.code)))
    }
}
