//! Slack: as a bot, which can edit what it said, or through an incoming webhook, which cannot.
//!
//! Source: Slack, "chat.postMessage", "chat.update", "Sending messages using incoming webhooks" and "Rate limits",
//! checked 2026-11-22.

use finding::Level;
use outbound::{Origin, Outbound, Request, Secret};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::accepted;
use super::{BoxFuture, Channel, Endpoint, Failure};
use crate::message::{Message, blocks, mrkdwn};
use crate::{Delivery, Receipt, Template, Turn};

/// Where Slack's methods are.
pub const SLACK: &str = "https://slack.com";

/// Bytes of blocks that are sent. Slack refuses messages whose blocks are too long all together and documents no limit;
/// 15,000 bytes were seen to be taken and 17,000 to be refused.
const BLOCKS_MAX: usize = 10_000;

/// Errors against the message itself, which would be the same the next time. All others are of Slack, or about the token or the
/// channel, which somebody can mend while the message waits.
///
/// Source: Slack, errors of "chat.postMessage" and "chat.update", by way of the repository `slack-ruby/slack-api-ref`, which copies
/// them from there, read 2026-11-22.
const AGAINST_IT: [&str; 14] = [
    "block_mismatch",
    "invalid_arg_name",
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_charset",
    "invalid_form_data",
    "invalid_json",
    "invalid_post_type",
    "json_not_object",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
];

/// Errors that say that a message cannot be edited any more.
///
/// Source: the same, of "chat.update".
const PAST: [&str; 3] = ["cant_update_message", "edit_window_closed", "message_not_found"];

/// Posts as a bot with the scope `chat:write`. What was told is edited when it changes.
pub struct Slack {
    outbound: Outbound,
    origin: Origin,
    token: Secret,
    channel: String,
    template: Option<Template>,
}

/// A message that was posted, and what it told.
#[derive(Clone, Copy)]
struct Posted<'a> {
    channel: &'a str,
    ts: &'a str,
    level: Level,
}

impl<'a> Posted<'a> {
    /// `<channel>:<ts>:<level>`.
    fn handle(&self) -> String {
        format!("{}:{}:{}", self.channel, self.ts, self.level)
    }

    fn read(handle: &'a str) -> Option<Self> {
        let (channel, rest) = handle.split_once(':')?;
        let (ts, level) = rest.split_once(':')?;
        Some(Self { channel, ts, level: level.parse().ok()? })
    }
}

fn level(delivery: &Delivery) -> Level {
    delivery.alert.finding.level
}

/// What Slack's methods answer, as far as it counts here.
#[derive(Deserialize)]
struct Said {
    ok: bool,
    #[serde(default)]
    error: String,
    #[serde(default)]
    channel: String,
    #[serde(default)]
    ts: String,
}

impl Slack {
    /// A bot's token, and the channel's id or name. The origin is [`SLACK`].
    pub fn new(outbound: Outbound, origin: Origin, token: Secret, channel: String) -> Self {
        Self { outbound, origin, token, channel, template: None }
    }

    /// With bodies in the words of a template, if there is one.
    #[must_use]
    pub fn told_as(self, template: Option<Template>) -> Self {
        Self { template, ..self }
    }

    async fn post(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let earlier = delivery.sent.as_ref().and_then(|sent| sent.handle.as_deref());
        if let Some(earlier) = earlier.and_then(Posted::read) {
            let mut edit = self.message(delivery);
            (edit["channel"], edit["ts"]) = (json!(earlier.channel), json!(earlier.ts));
            let said = self.call("/api/chat.update", delivery, &edit).await?;
            if !PAST.contains(&said.error.as_str()) {
                self.check(&said)?;
                return self.edited(delivery, earlier).await;
            }
        }
        let mut new = self.message(delivery);
        new["channel"] = json!(self.channel);
        let said = self.say(delivery, new).await?;
        let posted = Posted { channel: &said.channel, ts: &said.ts, level: level(delivery) };
        Ok(Receipt::new(Some(posted.handle()), "posted"))
    }

    /// An edit disturbs nobody, which is right unless it got worse or is told once more: then the channel is told, in the thread.
    async fn edited(&self, delivery: &Delivery, earlier: Posted<'_>) -> Result<Receipt, Failure> {
        let now = Posted { level: level(delivery), ..earlier };
        let (is_again, is_worse) = (delivery.turn == Turn::Raised, now.level > earlier.level);
        if delivery.turn.is_end() || !(is_again || is_worse) {
            return Ok(Receipt::new(Some(now.handle()), "edited"));
        }
        let headline = Message::of(delivery).headline;
        let (text, told) = if is_again {
            (format!("Told once more: {headline}"), "edited, and said in the channel once more")
        } else {
            let text = format!("It is {} now. {headline}", now.level);
            (text, "edited, and said in the channel that it got worse")
        };
        let reply = json!({
            "channel": earlier.channel,
            "thread_ts": earlier.ts,
            "reply_broadcast": true,
            "text": mrkdwn(&text),
        });
        self.say(delivery, reply).await?;
        Ok(Receipt::new(Some(now.handle()), told))
    }

    fn message(&self, delivery: &Delivery) -> Value {
        message(delivery, self.template.as_ref())
    }

    async fn say(&self, delivery: &Delivery, mut message: Value) -> Result<Said, Failure> {
        (message["unfurl_links"], message["unfurl_media"]) = (json!(false), json!(false));
        let said = self.call("/api/chat.postMessage", delivery, &message).await?;
        self.check(&said)?;
        Ok(said)
    }

    async fn call(&self, path: &str, delivery: &Delivery, body: &Value) -> Result<Said, Failure> {
        let bearer = Secret::new(format!("Bearer {}", self.token.expose()));
        let key = Secret::new(delivery.key.as_str());
        let request = Request::json(path, Secret::new(body.to_string()))
            .with("authorization", bearer)
            .with("idempotency-key", key);
        let answer = accepted(&self.outbound, &self.origin, request).await?;
        let host = self.origin.host();
        let unreadable =
            |_| Failure::later(format!("{host} answered with something that is no JSON of Slack"));
        serde_json::from_slice(&answer.body).map_err(unreadable)
    }

    fn check(&self, said: &Said) -> Result<(), Failure> {
        if said.ok {
            return Ok(());
        }
        let host = self.origin.host();
        // Slack's errors are words; whoever answers in its place could say anything.
        let is_word = |c: char| c.is_ascii_lowercase() || c == '_';
        let word = Some(said.error.as_str()).filter(|word| word.chars().all(is_word));
        let why =
            format!("{host} refused: {}", word.unwrap_or("in words that are none of Slack's"));
        if AGAINST_IT.contains(&said.error.as_str()) {
            return Err(Failure::refused(why));
        }
        Err(Failure::later(why))
    }
}

impl Channel for Slack {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.post(delivery))
    }

    fn shown(&self, delivery: &Delivery) -> Option<String> {
        Some(Message::told(delivery, self.template.as_ref()).text())
    }

    fn describe(&self) -> String {
        format!("Slack at {}, channel {}", self.origin, self.channel)
    }
}

/// Posts through an incoming webhook, whose address names the channel. What changes is a new message.
pub struct SlackHook {
    outbound: Outbound,
    endpoint: Endpoint,
    template: Option<Template>,
}

impl SlackHook {
    /// The webhook's address.
    pub fn new(outbound: Outbound, endpoint: Endpoint) -> Self {
        Self { outbound, endpoint, template: None }
    }

    /// With bodies in the words of a template, if there is one.
    #[must_use]
    pub fn told_as(self, template: Option<Template>) -> Self {
        Self { template, ..self }
    }

    async fn post(&self, delivery: &Delivery) -> Result<Receipt, Failure> {
        let key = Secret::new(delivery.key.as_str());
        let body = message(delivery, self.template.as_ref()).to_string();
        let request = self.endpoint.post(body).with("idempotency-key", key);
        accepted(&self.outbound, self.endpoint.origin(), request).await?;
        Ok(Receipt::new(None, "posted"))
    }
}

impl Channel for SlackHook {
    fn deliver<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Result<Receipt, Failure>> {
        Box::pin(self.post(delivery))
    }

    fn shown(&self, delivery: &Delivery) -> Option<String> {
        Some(Message::told(delivery, self.template.as_ref()).text())
    }

    fn describe(&self) -> String {
        format!("Slack's incoming webhook at {}", self.endpoint)
    }
}

/// The blocks, and the line that stands in notifications.
fn message(delivery: &Delivery, template: Option<&Template>) -> Value {
    let message = Message::told(delivery, template);
    let line = mrkdwn(&message.headline);
    let blocks = message.within(BLOCKS_MAX, blocks, |blocks| blocks.to_string().len());
    json!({"text": line, "blocks": blocks})
}
