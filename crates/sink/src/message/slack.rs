//! Messages as Slack's blocks.
//!
//! All that may come from an event stands in elements of text, which have no markup: a login `<!channel>` calls nobody.
//! Source: Slack, "Block Kit reference", rich text and header blocks, checked 2026-11-22.

use serde_json::{Value, json};

use super::{Body, Message};

/// Characters of a header. Source: Slack, "Header block", checked 2026-11-22.
const HEADER_MAX: usize = 150;

/// The message as blocks: a header, then one text with styles.
pub(crate) fn blocks(message: &Message) -> Value {
    let header = super::line(&message.headline, HEADER_MAX - 1);
    let mut elements = Vec::new();
    if !message.notices.is_empty() {
        elements.push(section(&[styled(&message.notices.join("\n"), "italic")]));
    }
    elements.push(section(&pairs(message.facts.iter().map(|(name, value)| (*name, value)))));
    if !message.seen.is_empty() {
        elements.push(section(&[styled("\nSeen", "bold")]));
        let seen = message.seen.iter().map(|(field, value)| (field.as_str(), value));
        elements.push(section(&pairs(seen)));
    }
    for part in &message.parts {
        elements.push(section(&[styled(&format!("\n{}", part.title), "bold")]));
        elements.push(body(&part.body));
    }
    elements.push(section(&[plain("\nMore: "), styled(&message.command(), "code")]));
    json!([
        {"type": "header", "text": {"type": "plain_text", "text": header, "emoji": false}},
        {"type": "rich_text", "elements": elements},
    ])
}

fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a String)>) -> Vec<Value> {
    let lines = pairs.enumerate().flat_map(|(at, (name, value))| {
        let start = if at == 0 { "" } else { "\n" };
        [styled(&format!("{start}{name}: "), "bold"), plain(value)]
    });
    lines.collect()
}

fn body(body: &Body) -> Value {
    let list = |style: &str, texts: &[String]| {
        let items: Vec<_> = texts.iter().map(|text| section(&[plain(text)])).collect();
        json!({"type": "rich_text_list", "style": style, "elements": items})
    };
    match body {
        Body::Text(text) => section(&[plain(text)]),
        Body::Points(points) => list("bullet", points),
        Body::Steps(steps) => list("ordered", steps),
    }
}

fn section(elements: &[Value]) -> Value {
    json!({"type": "rich_text_section", "elements": elements})
}

/// An empty text is no element.
fn plain(text: &str) -> Value {
    let text = if text.is_empty() { "-" } else { text };
    json!({"type": "text", "text": text})
}

fn styled(text: &str, style: &str) -> Value {
    json!({"type": "text", "text": text, "style": {style: true}})
}
