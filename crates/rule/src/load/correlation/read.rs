//! The keys that every correlation has, and the order in which they are read.

use super::form::{Form, described, nearest};
use super::kind::Kind;
use super::{MAX_SOURCES, Pending};
use crate::correlation::{Correlation, Key};
use crate::diagnostic::{Code, Diagnostic};
use crate::yaml::{Data, Node, Resolved};

/// The words under `alert-on`, if it is written.
pub(super) fn alerting(node: &Node) -> Option<Vec<String>> {
    let node = node.get("alert-on").filter(|node| !node.is_null())?;
    let words = Form::list(node).into_iter().filter_map(Node::text);
    Some(words.map(|word| word.trim().to_owned()).collect())
}

/// Whether referred rules alert by themselves as well.
pub(super) fn generates(pending: &Pending) -> bool {
    let is_true = |node: &Node| matches!(&node.data, Data::Scalar(scalar) if scalar.resolved == Resolved::Bool(true));
    pending.generate.iter().chain(pending.node.get("generate")).any(is_true)
}

impl Form<'_> {
    /// Reads all of it; `None` when something is wrong with it, which is said.
    pub(super) fn read(&mut self, pending: &Pending) -> Option<Correlation> {
        if self.node.map().is_none() {
            let node = self.node;
            self.shape(node, "a correlation");
            return None;
        }
        let kind = self.kind_of();
        self.check_rules();
        self.check_generate(pending);
        self.kind = kind?;
        self.unknown_keys();
        self.aliases();
        let group_by = self.group_by();
        self.check_alert_on();
        let default = self.default_window();
        let timespan = self.window(default);
        let test = self.test();
        let raise = self.raise(self.kind.measured());
        Some(Correlation {
            sources: self.sources.clone(),
            group_by,
            timespan,
            test: test?,
            raise,
            generate: generates(pending),
        })
    }

    fn kind_of(&mut self) -> Option<Kind> {
        let Some(node) = self.value("type") else {
            let names: Vec<_> = Kind::ALL.iter().map(|(name, _)| *name).collect();
            let message = "a correlation needs a `type`";
            let help = format!("it is one of `{}`", names.join("`, `"));
            self.out.push(Diagnostic::error(Code::Missing, self.at, message).help(help));
            return None;
        };
        let name = node.text().unwrap_or_default();
        self.places.kind = (name.to_owned(), node.span);
        let kind = Kind::from_name(name);
        if kind.is_none() {
            let message = format!("there is no correlation of type {}", described(node));
            let diagnostic = Diagnostic::error(Code::CorrelationType, node.span, message);
            let names = || Kind::ALL.iter().map(|(name, _)| *name);
            self.out.push(if let Some(nearest) = nearest(name, names(), 0.8) {
                diagnostic.help(format!("did you mean `{nearest}`?"))
            } else {
                let names: Vec<_> = names().collect();
                diagnostic.help(format!("it is one of `{}`", names.join("`, `")))
            });
        }
        kind
    }

    fn check_rules(&mut self) {
        let written = self.value("rules").map(Self::list);
        if written.is_none_or(|rules| rules.is_empty()) {
            let at = self.node.entry("rules").map_or(self.at, |(key, _)| key.span);
            let message = "the correlation does not say which rules it counts";
            let help = "list names or ids under `rules:`";
            self.out.push(Diagnostic::error(Code::Missing, at, message).help(help));
        } else if self.sources.len() > MAX_SOURCES {
            let at = self.entry("rules").map_or(self.at, |(key, _)| key.span);
            let message = format!("a correlation has at most {MAX_SOURCES} rules");
            self.error(Code::TooComplex, at, message);
        }
    }

    fn check_generate(&mut self, pending: &Pending) {
        let nodes = pending.generate.iter().chain(self.node.get("generate"));
        for node in nodes.filter(|node| !node.is_null()) {
            let is_bool = |node: &Node| matches!(&node.data, Data::Scalar(s) if matches!(s.resolved, Resolved::Bool(_)));
            if !is_bool(node) {
                let message = format!("expected `true` or `false`, found {}", described(node));
                self.out.push(Diagnostic::error(Code::WrongShape, node.span, message));
            }
        }
    }

    /// What tells groups apart. Groups of a sequence are told apart by variables, which stages have.
    fn group_by(&mut self) -> Vec<Key> {
        if self.kind == Kind::Sequence {
            return Vec::new();
        }
        let Some(node) = self.value("group-by") else { return Vec::new() };
        let mut keys: Vec<Key> = Vec::new();
        for node in self.few(node) {
            let Some(key) = self.key(node) else { continue };
            if keys.iter().any(|known| known.name == key.name) {
                let message = format!("`{}` stands here twice", key.name);
                self.out.push(Diagnostic::warning(Code::RepeatedKey, node.span, message));
                continue;
            }
            self.places.group_by.push(node.span);
            keys.push(key);
        }
        keys
    }

    /// Says which words under `alert-on` are not among the rules.
    fn check_alert_on(&mut self) {
        let Some(node) = self.value("alert-on").filter(|_| self.kind.has("alert-on")) else {
            return;
        };
        for node in Self::list(node) {
            self.source_of(node);
        }
        if !self.sources.iter().any(|source| source.alerts) && Self::list(node).is_empty() {
            let message = "no rule can bring a finding about";
            self.error(Code::Missing, node.span, message);
        }
    }
}
