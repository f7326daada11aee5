//! Messages as Adaptive Cards.
//!
//! All that may come from an event stands in text runs, which know no Markdown: a login `[click](https://…)` is no link.
//! Source: Adaptive Cards 1.4 schema, `RichTextBlock` and `TextRun`, checked 2026-11-22.

use finding::Level;
use serde_json::{Value, json};

use super::{Message, capital};

/// The message as a card.
pub(crate) fn card(message: &Message) -> Value {
    let mut body = vec![headline(message)];
    body.extend(message.notices.iter().map(|notice| block(&[subtle(notice)])));
    body.extend(own(message));
    if message.own.is_empty() {
        rest(message, &mut body);
    }
    json!({
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        // Who shows this may read it as Markdown: nothing of an event is in it.
        "fallbackText": format!("{}: finding {}", capital(message.level.name()), message.id),
        "body": body,
    })
}

/// A body in a user's own words. A blank line is the space above what follows it.
fn own(message: &Message) -> impl Iterator<Item = Value> {
    let shown = message.own.iter().filter(|own| !own.is_blank());
    shown.map(|own| if own.is_title { title(&own.text) } else { block(&[run(&own.text)]) })
}

/// All that stands below the notices.
fn rest(message: &Message, body: &mut Vec<Value>) {
    let facts = message.facts.iter().map(|(name, value)| pair(name, value));
    body.extend(facts);
    if !message.seen.is_empty() {
        body.push(title("Seen"));
    }
    body.extend(message.seen.iter().map(|(field, value)| pair(field, value)));
    for part in &message.parts {
        body.push(title(part.title));
        let lines = part.body.lines().into_iter();
        body.extend(lines.map(|(mark, line)| block(&[run(&format!("{mark}{line}"))])));
    }
    body.push(block(&[subtle(&message.command())]));
}

fn headline(message: &Message) -> Value {
    let color = match message.level {
        Level::Critical | Level::High => "attention",
        Level::Medium => "warning",
        Level::Low | Level::Informational => "default",
    };
    block(&[json!({
        "type": "TextRun",
        "text": message.headline,
        "size": "large",
        "weight": "bolder",
        "color": color,
    })])
}

fn title(text: &str) -> Value {
    json!({"type": "RichTextBlock", "spacing": "medium", "inlines": [bold(text)]})
}

fn pair(name: &str, value: &str) -> Value {
    json!({"type": "RichTextBlock", "spacing": "none", "inlines": [bold(&format!("{name}: ")), run(value)]})
}

fn block(inlines: &[Value]) -> Value {
    json!({"type": "RichTextBlock", "spacing": "small", "inlines": inlines})
}

fn run(text: &str) -> Value {
    json!({"type": "TextRun", "text": text})
}

fn bold(text: &str) -> Value {
    json!({"type": "TextRun", "text": text, "weight": "bolder"})
}

fn subtle(text: &str) -> Value {
    json!({"type": "TextRun", "text": text, "isSubtle": true})
}
