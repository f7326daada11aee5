//! Messages as plain text.

use std::fmt::Write as _;

use super::Message;

/// The message as lines of plain text.
pub(crate) fn text(message: &Message) -> String {
    let mut text = format!("{}\n", message.headline);
    for notice in &message.notices {
        let _ = writeln!(text, "{notice}");
    }
    text.push('\n');
    if !message.own.is_empty() {
        return message.own.iter().fold(text, |text, own| text + &own.text + "\n");
    }
    let width = message.facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in &message.facts {
        let _ = writeln!(text, "{name:width$}  {value}");
    }
    if !message.seen.is_empty() {
        text.push_str("\nSeen\n");
    }
    for (field, value) in &message.seen {
        let _ = writeln!(text, "  {field}: {value}");
    }
    for part in &message.parts {
        let _ = writeln!(text, "\n{}", part.title);
        for (mark, line) in part.body.lines() {
            let _ = writeln!(text, "  {mark}{line}");
        }
    }
    let _ = writeln!(text, "\nFinding {}\n{}", message.id, message.command());
    text
}

/// Text that means itself in Slack's markup: no mention, link or command.
///
/// Source: Slack, "Formatting text for app surfaces", "Escaping text", checked 2026-11-22.
pub(crate) fn mrkdwn(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
