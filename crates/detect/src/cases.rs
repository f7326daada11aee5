//! The cases beside a rule: a sample event, what is changed in it, and whether the rule must alert.
//!
//! Nothing is read from disk here. The caller passes the text of the case file and of the samples.

mod edit;

use event::{End, Event, Form, Framer, Place, Rejected, Sink};
use finding::Finding;
use rule::yaml::{Data, Node, Resolved, Scalar};
use rule::{Code, Diagnostic, Span};
use serde_json::{Map, Number, Value};

pub use self::edit::CannotSet;
use crate::detector::{Detector, Worker};

/// One case of a rule.
#[derive(Debug, Clone)]
pub struct Case {
    /// What happens in it, in a few words.
    pub name: String,
    /// The sample it starts from, such as `okta/user.session.start`.
    pub base: String,
    /// Whether the rule must alert.
    pub expect: Expect,
    /// Fields to set, by path, in order.
    pub set: Vec<(String, Value)>,
    /// Fields to take away, by path; before anything is set.
    pub unset: Vec<String>,
    /// Values for placeholders, by name.
    pub lists: Vec<(String, Vec<String>)>,
    /// What fields of the finding must hold, by path.
    pub finding: Vec<(String, Value)>,
    /// Where it stands in the file.
    pub span: Span,
}

/// What a rule must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Make a finding.
    Alert,
    /// Make none.
    Quiet,
}

/// The cases of one file.
#[derive(Debug, Default)]
pub struct Cases {
    /// In the order of the file; those with mistakes are left out.
    pub cases: Vec<Case>,
    /// Everything wrong with the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Cases {
    /// Reads a file of cases.
    pub fn load(text: &str) -> Self {
        let parsed = rule::yaml::parse(text);
        let mut file = Self { cases: Vec::new(), diagnostics: parsed.diagnostics };
        match parsed.documents.first() {
            Some(document) => file.read(document),
            None => file.wrong(Span::default(), "the file holds no cases"),
        }
        file
    }

    fn read(&mut self, document: &Node) {
        self.check_keys(document, &["base", "cases"]);
        let base = document.get("base").and_then(Node::text).unwrap_or_default();
        let Some(cases) = document.get("cases").and_then(Node::seq) else {
            return self.wrong(document.span, "`cases` must be a list of cases");
        };
        for node in cases {
            if let Some(case) = self.case(node, base) {
                self.cases.push(case);
            }
        }
        self.check_coverage(document);
    }

    fn case(&mut self, node: &Node, base: &str) -> Option<Case> {
        self.check_keys(node, &["name", "base", "expect", "set", "unset", "lists", "finding"]);
        let name = self.required(node, "name")?;
        let expect = match self.required(node, "expect")?.as_str() {
            "alert" => Expect::Alert,
            "quiet" => Expect::Quiet,
            _ => {
                self.wrong(node.span, "`expect` must be `alert` or `quiet`");
                return None;
            }
        };
        let base = node.get("base").and_then(Node::text).unwrap_or(base);
        if base.is_empty() {
            self.wrong(node.span, "the case has no `base`, and neither has the file");
            return None;
        }
        Some(Case {
            name,
            base: base.to_owned(),
            expect,
            set: self.values(node, "set"),
            unset: self.texts(node.get("unset")),
            lists: self.lists(node),
            finding: self.values(node, "finding"),
            span: node.span,
        })
    }

    fn required(&mut self, node: &Node, key: &str) -> Option<String> {
        let text = node.get(key).and_then(Node::text).map(str::to_owned);
        if text.is_none() {
            self.wrong(node.span, format!("the case has no `{key}`"));
        }
        text
    }

    fn values(&mut self, node: &Node, key: &str) -> Vec<(String, Value)> {
        let Some(node) = node.get(key) else { return Vec::new() };
        let Some(entries) = node.map() else {
            self.wrong(node.span, format!("`{key}` must map paths to values"));
            return Vec::new();
        };
        let pair = |(key, value): &(Node, Node)| Some((key.text()?.to_owned(), to_json(value)));
        entries.iter().filter_map(pair).collect()
    }

    fn texts(&mut self, node: Option<&Node>) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        let Some(nodes) = node.seq() else {
            self.wrong(node.span, "expected a list of texts");
            return Vec::new();
        };
        nodes.iter().filter_map(|node| node.text().map(str::to_owned)).collect()
    }

    fn lists(&mut self, node: &Node) -> Vec<(String, Vec<String>)> {
        let entries = node.get("lists").and_then(Node::map).unwrap_or_default();
        let names = entries.iter().filter_map(|(name, list)| Some((name.text()?, list)));
        names.map(|(name, list)| (name.to_owned(), self.texts(Some(list)))).collect()
    }

    /// A rule that has never stayed silent is untested.
    fn check_coverage(&mut self, document: &Node) {
        let count = |expect| self.cases.iter().filter(|case| case.expect == expect).count();
        if count(Expect::Alert) < 1 || count(Expect::Quiet) < 2 {
            let message = "the rule needs at least one case that alerts and two that stay quiet";
            self.diagnostics.push(Diagnostic::error(Code::TooFewCases, document.span, message));
        }
    }

    fn check_keys(&mut self, node: &Node, known: &[&str]) {
        for (key, _) in node.map().unwrap_or_default() {
            let name = key.text().unwrap_or_default();
            if !known.contains(&name) {
                self.wrong(key.span, format!("`{name}` is none of: {}", known.join(", ")));
            }
        }
    }

    fn wrong(&mut self, span: Span, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(Code::BadCase, span, message));
    }
}

impl Case {
    /// The event of the case: the sample with its changes, as JSON text.
    ///
    /// # Errors
    /// When the sample is no JSON, or a path leads through a value that has no members.
    pub fn event(&self, sample: &str) -> Result<String, CannotSet> {
        let mut event: Value =
            serde_json::from_str(sample).map_err(|_| CannotSet { path: self.base.clone() })?;
        for path in &self.unset {
            edit::unset(&mut event, path)?;
        }
        for (path, value) in &self.set {
            edit::set(&mut event, path, value.clone())?;
        }
        Ok(event.to_string())
    }

    /// What is wrong with what a detector found in the event of this case; `None` if all is well.
    pub fn judge(&self, findings: &[Finding]) -> Option<String> {
        match (self.expect, findings.first()) {
            (Expect::Quiet, None) => None,
            (Expect::Quiet, Some(_)) => Some("alerts, and must stay quiet".to_owned()),
            (Expect::Alert, None) => Some("stays quiet, and must alert".to_owned()),
            (Expect::Alert, Some(finding)) => self.judge_fields(finding),
        }
    }

    fn judge_fields(&self, finding: &Finding) -> Option<String> {
        let finding = serde_json::to_value(finding).unwrap_or_default();
        let wrong = self.finding.iter().find_map(|(path, wanted)| {
            let held = edit::get(&finding, path).unwrap_or(&Value::Null);
            (held != wanted).then(|| format!("`{path}` is {held}, and must be {wanted}"))
        });
        wrong.map(|wrong| format!("alerts, but {wrong}"))
    }
}

impl Detector {
    /// The findings of one record, given as JSON text. Nothing is found in text that cannot be read.
    pub fn observe_text(&self, text: &str) -> Vec<Finding> {
        let mut desk =
            OneRecord { detector: self, worker: Worker::default(), findings: Vec::new() };
        Framer::new(Form::Stream).feed(text.as_bytes(), End::Here, &mut desk);
        desk.findings
    }
}

struct OneRecord<'d> {
    detector: &'d Detector,
    worker: Worker,
    findings: Vec<Finding>,
}

impl Sink for OneRecord<'_> {
    fn event(&mut self, event: Event<'_>, _place: Place) {
        let findings = &mut self.findings;
        self.detector.observe(&event, &mut self.worker, |finding| findings.push(finding));
    }

    fn rejected(&mut self, _rejected: Rejected) {}
}

/// A YAML value as JSON.
fn to_json(node: &Node) -> Value {
    match &node.data {
        Data::Scalar(scalar) => scalar_to_json(scalar),
        Data::Seq(nodes) => nodes.iter().map(to_json).collect(),
        Data::Map(entries) => {
            let pair = |(key, value): &(Node, Node)| Some((key.text()?.to_owned(), to_json(value)));
            Value::Object(entries.iter().filter_map(pair).collect::<Map<_, _>>())
        }
    }
}

fn scalar_to_json(scalar: &Scalar) -> Value {
    match scalar.resolved {
        Resolved::Null => Value::Null,
        Resolved::Bool(value) => value.into(),
        Resolved::Int(value) => value.into(),
        Resolved::Float(value) => Number::from_f64(value).map_or(Value::Null, Value::Number),
        Resolved::Text => scalar.text.clone().into(),
    }
}

#[cfg(test)]
mod tests;
