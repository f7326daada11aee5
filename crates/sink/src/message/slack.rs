//! Messages as Slack's blocks.
//!
//! All that may come from an event stands in elements of text, which have no markup: a login `<!channel>` calls nobody.
//! Source: Slack, "Block Kit reference", rich text and header blocks, checked 2026-11-22.

use serde_json::{Value, json};

use super::{Body, Message};
use crate::Own;

/// Characters of a header. Source: Slack, "Header block", checked 2026-11-22.
const HEADER_MAX: usize = 150;

/// The message as blocks: a header, then one text with styles.
pub(crate) fn blocks(message: &Message) -> Value {
    let header = super::line(&message.headline, HEADER_MAX - 1);
    let mut page = Page::default();
    for notice in &message.notices {
        page.line(&[styled(notice, "italic")]);
    }
    for own in &message.own {
        page.own(own);
    }
    if message.own.is_empty() {
        page.rest(message);
    }
    json!([
        {"type": "header", "text": {"type": "plain_text", "text": header, "emoji": false}},
        {"type": "rich_text", "elements": page.elements()},
    ])
}

/// Lines run on in one section until a list comes between: sections make no lines by themselves.
#[derive(Default)]
struct Page {
    finished: Vec<Value>,
    section: Vec<Value>,
}

impl Page {
    /// All that stands below the notices.
    fn rest(&mut self, message: &Message) {
        for (name, value) in &message.facts {
            self.line(&[styled(&format!("{name}: "), "bold"), plain(value)]);
        }
        if !message.seen.is_empty() {
            self.line(&[styled("\nSeen", "bold")]);
        }
        for (field, value) in &message.seen {
            self.line(&[styled(&format!("{field}: "), "bold"), plain(value)]);
        }
        for part in &message.parts {
            self.line(&[styled(&format!("\n{}", part.title), "bold")]);
            self.body(&part.body);
        }
        self.line(&[plain("\nMore: "), styled(&message.command(), "code")]);
    }

    fn own(&mut self, own: &Own) {
        match (own.is_blank(), own.is_title) {
            (true, _) => self.line(&[]),
            (false, true) => self.line(&[styled(&own.text, "bold")]),
            (false, false) => self.line(&[plain(&own.text)]),
        }
    }

    fn line(&mut self, runs: &[Value]) {
        self.section.extend_from_slice(runs);
        self.section.push(plain("\n"));
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Text(text) => self.line(&[plain(text)]),
            Body::Points(points) => self.list("bullet", points),
            Body::Steps(steps) => self.list("ordered", steps),
        }
    }

    fn list(&mut self, style: &str, texts: &[String]) {
        self.finish();
        let items: Vec<_> = texts.iter().map(|text| section(&[plain(text)])).collect();
        self.finished.push(json!({"type": "rich_text_list", "style": style, "elements": items}));
    }

    fn finish(&mut self) {
        if !self.section.is_empty() {
            self.finished.push(section(&std::mem::take(&mut self.section)));
        }
    }

    fn elements(mut self) -> Vec<Value> {
        self.finish();
        self.finished
    }
}

fn section(elements: &[Value]) -> Value {
    json!({"type": "rich_text_section", "elements": elements})
}

/// Nothing is no text to Slack.
fn plain(text: &str) -> Value {
    let text = if text.is_empty() { "-" } else { text };
    json!({"type": "text", "text": text})
}

fn styled(text: &str, style: &str) -> Value {
    json!({"type": "text", "text": text, "style": {style: true}})
}
