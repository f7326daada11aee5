//! A message as a mail.
//!
//! Source: RFC 5322 (header), RFC 2045 to 2047 (MIME), RFC 3834 (`Auto-Submitted`), read 2026-11-22.

use std::fmt::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::Mailbox;
use crate::Delivery;
use crate::message::{Message, html, text};

/// Characters of a line of base64. Source: RFC 2045 section 6.8.
const LINE: usize = 76;

/// Bytes of text in one encoded word, which holds 75 characters at most. Source: RFC 2047 section 2.
const WORD: usize = 45;

/// Characters of a subject.
const SUBJECT_MAX: usize = 200;

/// The whole mail, lines ending in CR LF. No line of it but the header's is other than base64 and boundaries, so that
/// nothing in an event can end it or begin a header.
pub(super) fn letter(
    delivery: &Delivery,
    message: &Message,
    (from, to): (&Mailbox, &[Mailbox]),
    now: Timestamp,
) -> String {
    let finding = &delivery.alert.finding;
    let to: Vec<_> = to.iter().map(ToString::to_string).collect();
    let thread = format!("<case.{}@{}>", finding.case, from.domain());
    let earlier = delivery.sent.as_ref().and_then(|sent| sent.handle.as_deref());
    let earlier = earlier.filter(|id| is_id(id)).map(|id| format!("\r\n {id}"));
    let boundary = format!("=_{}", finding.id);
    let mut letter = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = write!(letter, "{name}: {value}\r\n");
    };
    line("From", &format!("Keyward <{from}>"));
    line("To", &to.join(",\r\n "));
    line("Subject", &subject(&message.headline));
    line("Date", &date(now));
    line("Message-ID", &message_id(delivery, from));
    line("In-Reply-To", &thread);
    line("References", &format!("{thread}{}", earlier.unwrap_or_default()));
    line("Auto-Submitted", "auto-generated");
    line("X-Keyward-Key", delivery.key.as_str());
    line("MIME-Version", "1.0");
    line("Content-Type", &format!("multipart/alternative; boundary=\"{boundary}\""));
    for (kind, text) in [("plain", text(message)), ("html", html(message))] {
        letter.push_str(&part(&boundary, kind, &text));
    }
    let _ = write!(letter, "\r\n--{boundary}--\r\n");
    letter
}

/// By which a mail is known, and known again.
pub(super) fn message_id(delivery: &Delivery, from: &Mailbox) -> String {
    format!("<{}@{}>", delivery.key, from.domain())
}

fn is_id(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>') && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn part(boundary: &str, kind: &str, text: &str) -> String {
    let encoded = BASE64_STANDARD.encode(text);
    let mut part = format!(
        "\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
    );
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(LINE));
        let _ = write!(part, "\r\n{line}");
        rest = more;
    }
    part
}

/// Plain where that means itself, else in encoded words on lines of their own.
fn subject(headline: &str) -> String {
    let headline: String = headline.chars().take(SUBJECT_MAX).collect();
    let is_plain = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if headline.bytes().all(is_plain) && !headline.contains("=?") {
        return headline;
    }
    let mut words = vec![String::new()];
    for c in headline.chars() {
        match words.last_mut() {
            Some(word) if word.len() + c.len_utf8() <= WORD => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let encoded = words.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64_STANDARD.encode(word)));
    encoded.collect::<Vec<_>>().join("\r\n ")
}

fn date(now: Timestamp) -> String {
    rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default()
}
