//! What a document says about itself: everything but its logic.

use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::yaml::{Data, Node};

/// What a document says about itself. Texts are without blanks at their ends;
/// what is not said is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct About {
    /// What it finds.
    pub description: Option<String>,
    /// Why that matters.
    pub explanation: Option<String>,
    /// Pages to read.
    pub references: Vec<String>,
    /// Who wrote it; several names are joined by commas.
    pub author: Option<String>,
    /// When it was written, as the file says.
    pub date: Option<String>,
    /// When it was last changed, as the file says.
    pub modified: Option<String>,
    /// Its license, as an SPDX expression.
    pub license: Option<String>,
    /// The taxonomy of its fields.
    pub taxonomy: Option<String>,
    /// Its tags, such as `attack.t1098`, as they are written.
    pub tags: Vec<String>,
    /// What is innocent.
    pub falsepositives: Vec<String>,
    /// What to do first.
    pub response: Vec<String>,
    /// What keeps it from happening.
    pub prevention: Vec<String>,
    /// Fields to show beside a finding.
    pub fields: Vec<String>,
    /// What it is meant for.
    pub scope: Vec<String>,
    /// Ids of other rules and how they are related: `derived`, `obsolete`, ….
    pub related: Vec<(String, String)>,
    /// Every other key, in the order of the file.
    pub custom: Vec<(String, Node)>,
}

/// Which logs a rule is for, as the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogSource {
    /// Whose logs: `okta`, `auth0`, …. `None` for anybody's.
    pub product: Option<String>,
    /// Which of its services.
    pub service: Option<String>,
    /// Which kind of logs.
    pub category: Option<String>,
    /// What must be switched on to get them.
    pub definition: Option<String>,
}

impl LogSource {
    /// Whether one set of logs can be meant by both.
    pub fn agrees_with(&self, other: &Self) -> bool {
        let agree = |one: &Option<String>, two: &Option<String>| match (one, two) {
            (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
            _ => true,
        };
        agree(&self.product, &other.product)
            && agree(&self.service, &other.service)
            && agree(&self.category, &other.category)
    }
}

/// Reads the keys of a document that describe it. `elsewhere` names the keys
/// that are read by others.
pub(crate) fn read(document: &Node, elsewhere: &[&str], reader: &mut Reader<'_>) -> About {
    let mut about = About::default();
    for (key, value) in document.map().unwrap_or_default() {
        let name = key.text().unwrap_or_default();
        if elsewhere.contains(&name) || value.is_null() {
            continue;
        }
        match name {
            "description" => about.description = reader.text(value),
            "explanation" => about.explanation = reader.text(value),
            "references" | "reference" => about.references = reader.list(value),
            "author" => about.author = Some(reader.list(value).join(", ")),
            "date" | "created_date" | "creation_date" | "date_created" | "created" => {
                about.date = reader.text(value);
            }
            "modified" | "modified_date" | "date_modified" | "last_modified" | "updated_date"
            | "updated" => about.modified = reader.text(value),
            "license" => about.license = reader.text(value),
            "taxonomy" => about.taxonomy = reader.text(value),
            "tags" => about.tags = reader.list(value),
            "falsepositives" | "falsepositive" | "false_positives" | "false_positive" => {
                about.falsepositives = reader.list(value);
            }
            "response" => about.response = reader.list(value),
            "prevention" => about.prevention = reader.list(value),
            "fields" => about.fields = reader.list(value),
            "scope" => about.scope = reader.list(value),
            "related" => about.related = reader.related(value),
            _ => about.custom.push((name.to_owned(), value.clone())),
        }
    }
    about
}

/// Reads values leniently: what only describes a rule does not keep it from running.
pub(crate) struct Reader<'r> {
    pub(crate) source: &'r str,
    pub(crate) out: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Text; anything else as it stands in the file, which is said.
    pub(crate) fn text(&mut self, node: &Node) -> Option<String> {
        if let Some(text) = node.text() {
            return Some(text.trim().to_owned());
        }
        self.odd(node.span, format!("expected text, found {}", node.kind()));
        Some(self.source.get(node.span.range())?.to_owned())
    }

    /// A list of texts, or one text.
    pub(crate) fn list(&mut self, node: &Node) -> Vec<String> {
        let nodes = node.seq().unwrap_or(std::slice::from_ref(node));
        let nodes = nodes.iter().filter(|node| !node.is_null());
        nodes.filter_map(|node| self.text(node)).collect()
    }

    fn related(&mut self, node: &Node) -> Vec<(String, String)> {
        let Data::Seq(nodes) = &node.data else {
            self.odd(node.span, format!("expected a list of rules, found {}", node.kind()));
            return Vec::new();
        };
        let mut related = Vec::new();
        for node in nodes {
            let text = |key| node.get(key).and_then(Node::text).map(str::to_owned);
            match text("id").zip(text("type")) {
                Some(pair) => related.push(pair),
                None => self.odd(node.span, "expected an `id` and a `type`".to_owned()),
            }
        }
        related
    }

    pub(crate) fn odd(&mut self, span: Span, message: String) {
        self.out.push(Diagnostic::warning(Code::OddMetadata, span, message));
    }

    /// The log source of a document; without keys when there is none.
    pub(crate) fn log_source(&mut self, node: &Node) -> LogSource {
        if node.map().is_none() {
            self.odd(node.span, format!("expected a log source, found {}", node.kind()));
        }
        let mut text = |key| node.get(key).filter(|v| !v.is_null()).and_then(|v| self.text(v));
        LogSource {
            product: text("product"),
            service: text("service"),
            category: text("category"),
            definition: text("definition"),
        }
    }
}
