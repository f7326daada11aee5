//! Reading a file of cases; every mistake is said with its place.

use std::ops::Range;

use jiff::SignedDuration;
use rule::yaml::{Data, Node, Resolved, Scalar};
use rule::{Code, Diagnostic, Span};
use serde_json::{Map, Number, Value};

use super::timeline::{Change, Entry, MAX_EVENTS, MAX_REPEAT, Phase};
use super::{Case, Cases, Expect, offset};

/// Keys of a case.
const CASE: [&str; 9] =
    ["name", "base", "expect", "set", "unset", "lists", "finding", "history", "events"];

/// Keys of an entry of `history` or `events`.
const ENTRY: [&str; 6] = ["at", "repeat", "every", "base", "set", "unset"];

/// Seconds since 1970 that a case may reach: 2000 to 2099, as times of events are read.
const YEARS: Range<i64> = 946_684_800..4_102_444_800;

/// Reads a file of cases.
pub(super) fn load(text: &str) -> Cases {
    let parsed = rule::yaml::parse(text);
    let mut reader = Reader { diagnostics: parsed.diagnostics };
    let mut cases = Vec::new();
    match parsed.documents.first() {
        Some(document) => cases = reader.file(document),
        None => reader.wrong(Span::default(), "the file holds no cases"),
    }
    Cases { cases, diagnostics: reader.diagnostics }
}

struct Reader {
    diagnostics: Vec<Diagnostic>,
}

/// What a case says of all its events.
struct Common<'c> {
    base: &'c str,
    changes: Vec<Change>,
}

impl Reader {
    fn file(&mut self, document: &Node) -> Vec<Case> {
        self.check_keys(document, &["base", "cases"]);
        let base = document.get("base").and_then(Node::text).unwrap_or_default();
        let Some(nodes) = document.get("cases").and_then(Node::seq) else {
            self.wrong(document.span, "`cases` must be a list of cases");
            return Vec::new();
        };
        let cases: Vec<_> = nodes.iter().filter_map(|node| self.case(node, base)).collect();
        self.check_coverage(document, &cases);
        cases
    }

    fn case(&mut self, node: &Node, base: &str) -> Option<Case> {
        self.check_keys(node, &CASE);
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
        let common = Common { base, changes: self.changes(node) };
        let is_timeline = node.get("events").is_some() || node.get("history").is_some();
        let entries = self.entries(node, &common)?;
        self.check_total(node, &entries)?;
        Some(Case {
            name,
            expect,
            entries,
            is_timeline,
            lists: self.lists(node),
            finding: self.values(node, "finding"),
            span: node.span,
        })
    }

    /// History, then events; without `events` one event as the case describes it.
    fn entries(&mut self, node: &Node, common: &Common<'_>) -> Option<Vec<Entry>> {
        let mut entries = self.phase(node, "history", Phase::History, common)?;
        if node.get("events").is_some() {
            entries.extend(self.phase(node, "events", Phase::Live, common)?);
        } else {
            let at = SignedDuration::ZERO;
            let base = self.base(node, common.base)?;
            let (changes, span) = (common.changes.clone(), node.span);
            let (phase, every) = (Phase::Live, SignedDuration::ZERO);
            entries.push(Entry { phase, at, repeat: 1, every, base, changes, span });
        }
        Some(entries)
    }

    fn phase(
        &mut self,
        case: &Node,
        key: &str,
        phase: Phase,
        common: &Common<'_>,
    ) -> Option<Vec<Entry>> {
        let Some(node) = case.get(key) else { return Some(Vec::new()) };
        let Some(nodes) = node.seq() else {
            self.wrong(node.span, format!("`{key}` must be a list of events"));
            return None;
        };
        // All of them are read, so that all mistakes are said.
        let entries: Vec<_> = nodes.iter().map(|node| self.entry(node, phase, common)).collect();
        entries.into_iter().collect()
    }

    fn entry(&mut self, node: &Node, phase: Phase, common: &Common<'_>) -> Option<Entry> {
        if node.map().is_none() {
            self.wrong(node.span, format!("an event must be a mapping, not {}", node.kind()));
            return None;
        }
        self.check_keys(node, &ENTRY);
        let at = self.offset(node, "at");
        let every = self.offset(node, "every");
        let repeat = self.repeat(node);
        let base = node.get("base").and_then(Node::text).unwrap_or(common.base);
        let base = self.base(node, base);
        let changes = [common.changes.clone(), self.changes(node)].concat();
        let (at, every, repeat, base, span) = (at?, every?, repeat?, base?, node.span);
        let entry = Entry { phase, at, repeat, every, base, changes, span };
        let is_plausible =
            |number| entry.time(number).is_some_and(|time| YEARS.contains(&time.as_second()));
        if [0, repeat - 1].into_iter().all(is_plausible) {
            return Some(entry);
        }
        self.wrong(node.span, "the events must lie between the years 2000 and 2099");
        None
    }

    fn offset(&mut self, node: &Node, key: &str) -> Option<SignedDuration> {
        let Some(node) = node.get(key) else { return Some(SignedDuration::ZERO) };
        let span = node.text().and_then(offset::parse);
        if span.is_none() {
            let message = format!("`{key}` must be a span of time such as `90s`, `6m` or `-20d`");
            self.wrong(node.span, message);
        }
        span
    }

    fn repeat(&mut self, node: &Node) -> Option<usize> {
        let Some(node) = node.get("repeat") else { return Some(1) };
        let number = node.text().and_then(|text| text.parse().ok());
        let number = number.filter(|number| (1..=MAX_REPEAT).contains(number));
        if number.is_none() {
            self.wrong(node.span, format!("`repeat` must be a number from 1 to {MAX_REPEAT}"));
        }
        number
    }

    fn base(&mut self, node: &Node, base: &str) -> Option<String> {
        if base.is_empty() {
            self.wrong(node.span, "the case has no `base`, and neither has the file");
            return None;
        }
        Some(base.to_owned())
    }

    /// What is taken away, then what is set.
    fn changes(&mut self, node: &Node) -> Vec<Change> {
        let unset = self.texts(node.get("unset")).into_iter().map(Change::Unset);
        let set = self.values(node, "set").into_iter();
        unset.chain(set.map(|(path, value)| Change::Set(path, value))).collect()
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
    fn check_coverage(&mut self, document: &Node, cases: &[Case]) {
        let count = |expect| cases.iter().filter(|case| case.expect == expect).count();
        if count(Expect::Alert) < 1 || count(Expect::Quiet) < 2 {
            let message = "the rule needs at least one case that alerts and two that stay quiet";
            self.diagnostics.push(Diagnostic::error(Code::TooFewCases, document.span, message));
        }
    }

    fn check_total(&mut self, node: &Node, entries: &[Entry]) -> Option<()> {
        let total: usize = entries.iter().map(|entry| entry.repeat).sum();
        if total > MAX_EVENTS {
            self.wrong(node.span, format!("the case has {total} events, more than {MAX_EVENTS}"));
            return None;
        }
        Some(())
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
