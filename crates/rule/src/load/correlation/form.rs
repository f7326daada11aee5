//! The mapping under `correlation:`, key by key.

use std::time::Duration;

use super::alias::Alias;
use super::duration;
use super::kind::Kind;
use super::rules::Inner;
use crate::correlation::{Comparison, Places, Source};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::yaml::{Data, Node, Resolved};

/// Most fields of one list, and most variables of a sequence.
pub(super) const MAX_FIELDS: usize = 32;

/// A correlation that is being read.
pub(super) struct Form<'f> {
    /// The text of its file.
    pub(super) source: &'f str,
    /// What stands under `correlation:`.
    pub(super) node: &'f Node,
    /// Where that key stands.
    pub(super) at: Span,
    pub(super) kind: Kind,
    pub(super) sources: Vec<Source>,
    /// By source: the name of the rule, by which it is called as well; empty when there is none.
    pub(super) names: Vec<String>,
    /// By source: its groups, where it is itself a correlation.
    pub(super) inner: Vec<Option<Inner>>,
    pub(super) aliases: Vec<Alias>,
    pub(super) places: Places,
    /// Whether something was met that other tools do not read.
    pub(super) is_special: bool,
    pub(super) out: Vec<Diagnostic>,
}

impl<'f> Form<'f> {
    /// The key and the value under `name`, unless that is null.
    pub(super) fn entry(&self, name: &str) -> Option<(&'f Node, &'f Node)> {
        self.node.entry(name).filter(|(_, value)| !value.is_null())
    }

    pub(super) fn value(&self, name: &str) -> Option<&'f Node> {
        self.entry(name).map(|(_, value)| value)
    }

    /// The value under a key that must be there.
    pub(super) fn needed(&mut self, name: &str, help: &str) -> Option<&'f Node> {
        let value = self.value(name);
        if value.is_none() {
            let at = self.node.entry(name).map_or(self.at, |(key, _)| key.span);
            let message = format!("a correlation of type `{}` needs `{name}`", self.kind.name());
            self.out.push(Diagnostic::error(Code::Missing, at, message).help(help));
        }
        value
    }

    pub(super) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.out.push(Diagnostic::error(code, span, message));
    }

    pub(super) fn shape(&mut self, node: &Node, expected: &str) {
        let message = format!("expected {expected}, found {}", node.kind());
        self.error(Code::WrongShape, node.span, message);
    }

    /// Text that must stand here.
    pub(super) fn text<'n>(&mut self, node: &'n Node, expected: &str) -> Option<&'n str> {
        let text = node.text().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.shape(node, expected);
        }
        text
    }

    /// A list, or one value in its place. Null counts as nothing.
    pub(super) fn list(node: &Node) -> Vec<&Node> {
        let nodes = node.seq().unwrap_or(std::slice::from_ref(node));
        nodes.iter().filter(|node| !node.is_null()).collect()
    }

    /// Says which keys the type does not have.
    pub(super) fn unknown_keys(&mut self) {
        let kind = self.kind;
        for (key, value) in self.node.map().unwrap_or_default() {
            let name = key.text().unwrap_or_default();
            self.places.keys.push((name.to_owned(), key.span.join(value.span)));
            if !kind.has(name) {
                self.out.push(unknown_key(name, key.span, kind));
            }
        }
    }

    /// The stretch of time under a key; `default` where it is not written.
    pub(super) fn duration(&mut self, name: &str, default: Duration) -> Duration {
        self.entry(name).and_then(|(_, value)| self.stretch(value)).unwrap_or(default)
    }

    /// A stretch of time; `None` when it is none, which is said.
    pub(super) fn stretch(&mut self, node: &Node) -> Option<Duration> {
        let stretch = node.text().and_then(duration::parse);
        if stretch.is_none() {
            let found = described(node);
            let message = format!("expected a stretch of time, found {found}");
            let help = "write a whole number and a unit: `90s`, `10m`, `2h`, `7d`";
            self.out.push(Diagnostic::error(Code::BadDuration, node.span, message).help(help));
        }
        stretch
    }

    /// A stretch of time that is not empty.
    pub(super) fn lasting(&mut self, node: &Node) -> Option<Duration> {
        let stretch = self.stretch(node)?;
        if stretch.is_zero() {
            let message = "an empty stretch of time holds no events";
            self.error(Code::BadDuration, node.span, message);
            return None;
        }
        Some(stretch)
    }

    /// The window, which most types cannot do without.
    pub(super) fn window(&mut self, default: Option<Duration>) -> Duration {
        let name = if self.node.get("timeframe").is_some() { "timeframe" } else { "timespan" };
        if default.is_none() {
            self.needed(name, "say how long an event counts, such as `timespan: 10m`");
        }
        let node = self.value(name);
        self.places.timespan = node.map(|node| node.span);
        let window = node.and_then(|node| self.lasting(node));
        window.or(default).unwrap_or(Duration::from_hours(1))
    }

    /// The whole number under a key.
    pub(super) fn whole(&mut self, name: &str, default: u32) -> u32 {
        let Some(node) = self.value(name) else { return default };
        let number = node.text().and_then(|text| text.trim().parse().ok());
        if number.is_none() {
            let message = format!("expected a whole number, found {}", described(node));
            self.error(Code::BadBound, node.span, message);
        }
        number.unwrap_or(default)
    }

    /// A number that is finite.
    pub(super) fn number(&mut self, node: &Node) -> Option<f64> {
        let number = finite(node);
        if number.is_none() {
            let message = format!("expected a number, found {}", described(node));
            self.error(Code::BadBound, node.span, message);
        }
        number
    }

    /// One of some words.
    pub(super) fn word<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let text = node.text().unwrap_or_default();
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        if found.is_none() {
            let names: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let message = format!("expected {}, found {}", names.join(" or "), described(node));
            self.error(Code::UnknownValue, node.span, message);
        }
        found.map(|(_, value)| *value)
    }

    /// The source that a rule, by name or id, stands for.
    pub(super) fn source_of(&mut self, node: &Node) -> Option<usize> {
        let word = self.text(node, "the name of a rule")?;
        let found = self.source_named(word);
        if found.is_none() {
            let words: Vec<_> = self.sources.iter().map(|source| source.word.as_str()).collect();
            let diagnostic = unknown_name(word, node.span, "`rules`", &words);
            self.out.push(diagnostic);
        }
        found
    }

    pub(super) fn source_named(&self, word: &str) -> Option<usize> {
        let is_word = |source: &Source| source.word == word || source.id == word;
        let exact = self.sources.iter().position(is_word);
        let same = |known: &str| known.eq_ignore_ascii_case(word);
        let by_word = || self.sources.iter().position(|source| same(&source.word));
        exact.or_else(by_word).or_else(|| self.names.iter().position(|name| same(name)))
    }

    /// The elements of a list that has no more than `MAX_FIELDS`.
    pub(super) fn few<'n>(&mut self, node: &'n Node) -> Vec<&'n Node> {
        let mut nodes = Self::list(node);
        if nodes.len() > MAX_FIELDS {
            let message = format!("more than {MAX_FIELDS} of these are not read");
            self.error(Code::TooComplex, node.span, message);
            nodes.truncate(MAX_FIELDS);
        }
        nodes
    }
}

/// A number that can be compared with, whichever way YAML reads it.
pub(super) fn finite(node: &Node) -> Option<f64> {
    let Data::Scalar(scalar) = &node.data else { return None };
    match crate::yaml::resolve(scalar.text.trim()) {
        Resolved::Int(_) => {
            scalar.text.trim().parse().ok().filter(|number: &f64| number.is_finite())
        }
        Resolved::Float(number) => Some(number).filter(|number| number.is_finite()),
        _ => None,
    }
}

/// A comparison by the key that Sigma gives it.
pub(super) fn comparison(key: &str) -> Option<Comparison> {
    Some(match key {
        "gt" => Comparison::Gt,
        "gte" => Comparison::Gte,
        "lt" => Comparison::Lt,
        "lte" => Comparison::Lte,
        "eq" => Comparison::Eq,
        "neq" => Comparison::Neq,
        _ => return None,
    })
}

/// What stands there, for messages.
pub(super) fn described(node: &Node) -> String {
    node.text().map_or_else(|| node.kind().to_owned(), |text| format!("`{text}`"))
}

/// That a name is none of those that stand in `place`.
pub(super) fn unknown_name(name: &str, span: Span, place: &str, known: &[&str]) -> Diagnostic {
    let message = format!("`{name}` is not among {place}");
    let diagnostic = Diagnostic::error(Code::UnknownName, span, message);
    match nearest(name, known.iter().copied(), 0.8) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None if known.is_empty() => diagnostic,
        None => diagnostic.help(format!("there is `{}`", known.join("`, `"))),
    }
}

/// The known name that is most like this one, if any is.
pub(super) fn nearest<'n>(
    name: &str,
    known: impl Iterator<Item = &'n str>,
    least: f64,
) -> Option<&'n str> {
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), &known.to_lowercase());
    let best = known.max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > least).then_some(best)
}

fn unknown_key(name: &str, span: Span, kind: Kind) -> Diagnostic {
    let (own, others) = (kind.name(), Kind::with_key(name));
    let message = format!("a correlation of type `{own}` has no key `{name}`");
    let diagnostic = Diagnostic::error(Code::CorrelationKey, span, message);
    if name == "field" && kind.is_sigma() {
        return diagnostic.help("`field` stands under `condition`");
    }
    if !others.is_empty() {
        return diagnostic.help(format!("it is a key of `{}`", others.join("`, `")));
    }
    let wanted = name.replace('_', "-");
    match nearest(&wanted, kind.keys(), 0.85) {
        Some(nearest) => diagnostic.help(format!("did you mean `{nearest}`?")),
        None => {
            diagnostic.help(format!("it has `{}`", kind.keys().collect::<Vec<_>>().join("`, `")))
        }
    }
}
