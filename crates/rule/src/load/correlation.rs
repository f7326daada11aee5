//! Rules with memory: what they refer to, and what they ask of it.
//!
//! Their documents are read twice: at first for what every rule has, and when all rules are known for what
//! stands under `correlation:`.

mod alias;
mod claim;
mod duration;
mod form;
mod history;
mod kind;
mod logic;
mod memory;
mod range;
mod ratio;
mod read;
mod rules;
mod slot;
mod stage;

use std::collections::{HashMap, HashSet};

use self::form::Form;
use self::kind::Kind;
use self::read::{alerting, generates};
use self::rules::{Index, Inner, Known, Reference};
use super::{Failed, Loaded, SourceFile};
use crate::about::LogSource;
use crate::correlation::{Places, Source};
use crate::diagnostic::{Code, Diagnostic, has_error};
use crate::rule::Rule;
use crate::sigma::Bound;
use crate::span::Span;
use crate::yaml::Node;

/// Most rules of one correlation.
const MAX_SOURCES: usize = 64;

/// For how many words that are missing a likely one is looked for, which takes a while.
const MAX_SUGGESTIONS: usize = 100;

/// Deepest chain of correlations over correlations.
const MAX_CHAIN: usize = 16;

/// A document with `correlation:` whose rule waits for those that it refers to.
pub(super) struct Pending {
    pub(super) file: usize,
    /// The whole document.
    pub(super) span: Span,
    /// The key and the value.
    pub(super) key: Node,
    pub(super) node: Node,
    /// `generate:` beside `correlation:`, where Sigma's schema has it.
    pub(super) generate: Option<Node>,
    /// Whether something else in the document is wrong.
    pub(super) is_broken: bool,
}

/// Where a correlation is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Open,
    Done,
    Failed,
}

/// Reads what waits for other rules. Those with mistakes are taken out.
pub(super) fn link(
    loaded: &mut Loaded,
    pending: &[Pending],
    failed: &[Failed],
    files: &[SourceFile<'_>],
) {
    if pending.is_empty() {
        return;
    }
    let index = Index::of(loaded);
    let mut linker = Linker {
        waiting: waiting(&loaded.rules, pending),
        states: Vec::new(),
        heights: Vec::new(),
        rules: std::mem::take(&mut loaded.rules),
        said: Vec::new(),
        uses: Vec::new(),
        missed: Vec::new(),
        index,
        pending,
        failed,
        files,
    };
    linker.states =
        linker.waiting.iter().map(|waits| waits.map_or(State::Done, |_| State::Waiting)).collect();
    linker.heights = vec![0; linker.rules.len()];
    linker.uses = vec![Use::default(); linker.rules.len()];
    for number in 0..linker.rules.len() {
        linker.visit(number, 0);
    }
    linker.silence();
    let Linker { rules, states, said, missed, .. } = linker;
    let serving = rules.iter().filter(|rule| !rule.alerts);
    let serving = serving.map(|rule| (rule.origin.file, rule.origin.span));
    let is_missed = |failed: &&Failed| missed.iter().any(|word| failed.is_called(word));
    let broken = failed.iter().filter(is_missed).map(|failed| (failed.file, failed.span));
    let quiet: Vec<_> = serving.chain(broken).collect();
    let done = rules.into_iter().zip(states).filter(|(_, state)| *state == State::Done);
    loaded.rules = done.map(|(rule, _)| rule).collect();
    loaded.diagnostics.extend(said);
    loaded.diagnostics.retain(|(file, said)| {
        let at = said.span().start;
        let is_within =
            |(other, span): &(usize, Span)| other == file && span.start <= at && at <= span.end;
        said.code != Code::NoLevel || !quiet.iter().any(is_within)
    });
}

/// By rule, the document that waits.
fn waiting(rules: &[Rule], pending: &[Pending]) -> Vec<Option<usize>> {
    let places = pending.iter().enumerate().map(|(number, one)| ((one.file, one.span), number));
    let places: HashMap<_, _> = places.collect();
    rules.iter().map(|rule| places.get(&(rule.origin.file, rule.origin.span)).copied()).collect()
}

/// How a rule is used by correlations.
#[derive(Debug, Clone, Copy, Default)]
struct Use {
    is_referred: bool,
    alerts_anyway: bool,
}

struct Linker<'l> {
    rules: Vec<Rule>,
    /// By rule: the document that waits.
    waiting: Vec<Option<usize>>,
    states: Vec<State>,
    /// By rule: how many correlations build on each other up to this one; 0 for rules without memory.
    heights: Vec<usize>,
    uses: Vec<Use>,
    index: Index,
    pending: &'l [Pending],
    failed: &'l [Failed],
    /// Words for which there is no rule.
    missed: Vec<String>,
    files: &'l [SourceFile<'l>],
    said: Vec<(usize, Diagnostic)>,
}

impl<'l> Linker<'l> {
    /// Reads a correlation after those that it refers to.
    fn visit(&mut self, number: usize, depth: usize) {
        let Some(waits) = self.waiting[number].filter(|_| self.states[number] == State::Waiting)
        else {
            return;
        };
        let Some(pending) = self.pending.get(waits) else { return };
        self.states[number] = State::Open;
        let mut out = Vec::new();
        let mut references = match pending.node.get("rules").filter(|node| !node.is_null()) {
            Some(node) => {
                let suggests = self.missed.len() < MAX_SUGGESTIONS;
                let known = Known { rules: &self.rules, failed: self.failed, suggests };
                self.index.references(number, node, &known, &mut out)
            }
            None => Vec::new(),
        };
        let missed = references.iter().filter(|reference| reference.rule.is_none());
        self.missed.extend(missed.map(|reference| reference.word.clone()));
        for reference in &mut references {
            self.follow(reference, depth, &mut out);
        }
        let below = references.iter().filter_map(|reference| reference.rule);
        self.heights[number] = 1 + below.map(|rule| self.heights[rule]).max().unwrap_or(0);
        let is_complete = references.iter().all(|reference| reference.rule.is_some());
        let mut form = self.form(pending, &references);
        let read = form.read(pending);
        self.mark(&references, pending.file, generates(pending));
        out.append(&mut form.out);
        let (places, is_special) = (form.places, form.is_special || !form.kind.is_sigma());
        let failed = has_error(&out) || !is_complete || pending.is_broken;
        let file = self.rules[number].origin.file;
        self.said.extend(out.into_iter().map(|said| (file, said)));
        let log_source = self.log_source(&references);
        let placeholders = self.placeholders(&references);
        let rule = &mut self.rules[number];
        rule.portable &= !is_special;
        rule.correlation = read.map(Box::new);
        rule.places = Some(Box::new(places));
        if rule.log_source == LogSource::default() {
            rule.log_source = log_source;
        }
        for bound in placeholders {
            if !rule.placeholders.iter().any(|known| known.name == bound.name) {
                rule.placeholders.push(bound);
            }
        }
        rule.placeholders.sort_by(|a, b| a.name.cmp(&b.name));
        let is_done = !failed && rule.correlation.is_some();
        self.states[number] = if is_done { State::Done } else { State::Failed };
    }

    /// Reads a correlation that is referred to; one with mistakes is none.
    fn follow(&mut self, reference: &mut Reference, depth: usize, out: &mut Vec<Diagnostic>) {
        let Some(target) = reference.rule else { return };
        let word = &reference.word;
        if depth < MAX_CHAIN {
            self.visit(target, depth + 1);
        }
        let is_high = self.heights[target] >= MAX_CHAIN;
        let problem = match self.states[target] {
            State::Done if !is_high => return,
            State::Open => {
                let message = format!("`{word}` refers back to this rule");
                Diagnostic::error(Code::Circle, reference.span, message)
            }
            State::Waiting | State::Done => {
                let message = format!("more than {MAX_CHAIN} correlations build on each other");
                Diagnostic::error(Code::TooComplex, reference.span, message)
            }
            State::Failed => {
                let message = format!("`{word}` has mistakes of its own and is not loaded");
                Diagnostic::error(Code::UnusableRule, reference.span, message)
            }
        };
        out.push(problem);
    }

    fn form(&self, pending: &'l Pending, references: &[Reference]) -> Form<'l> {
        let teaches_only = alerting(&pending.node);
        let source = |reference: &Reference| {
            let rule = reference.rule.and_then(|number| self.rules.get(number));
            let id = rule.map_or(reference.word.as_str(), |rule| rule.id.as_str()).to_owned();
            let is_meant = |word: &str| {
                word == reference.word || rule.is_some_and(|rule| rule.is_called(word))
            };
            let alerts =
                teaches_only.as_ref().is_none_or(|words| words.iter().any(|w| is_meant(w)));
            Source { id, word: reference.word.clone(), alerts }
        };
        let name = |reference: &Reference| {
            let rule = reference.rule.and_then(|number| self.rules.get(number));
            rule.map_or_else(String::new, |rule| rule.name.clone())
        };
        let inner = |reference: &Reference| {
            let rule = self.rules.get(reference.rule?)?;
            rule.correlation.as_deref().map(Inner::of)
        };
        let product = |reference: &Reference| self.rules.get(reference.rule?)?.product();
        let places = Places {
            sources: references.iter().map(|reference| reference.span).collect(),
            products: references.iter().map(product).collect(),
            ..Places::default()
        };
        Form {
            source: self.files.get(pending.file).map_or("", |file| file.text),
            node: &pending.node,
            at: pending.key.span,
            kind: Kind::EventCount,
            sources: references.iter().map(source).collect(),
            names: references.iter().map(name).collect(),
            inner: references.iter().map(inner).collect(),
            aliases: Vec::new(),
            places,
            is_special: false,
            out: Vec::new(),
        }
    }

    /// Notes that rules are referred to.
    fn mark(&mut self, references: &[Reference], file: usize, generates: bool) {
        for number in references.iter().filter_map(|reference| reference.rule) {
            let is_elsewhere = self.rules.get(number).is_some_and(|rule| rule.origin.file != file);
            let used = &mut self.uses[number];
            used.is_referred = true;
            // Nobody's rule is silenced by a file that only refers to it.
            used.alerts_anyway |= generates || is_elsewhere;
        }
    }

    /// The placeholders of all referred rules.
    fn placeholders(&self, references: &[Reference]) -> Vec<Bound> {
        let rules = references.iter().filter_map(|reference| self.rules.get(reference.rule?));
        rules.flat_map(|rule| rule.placeholders.clone()).collect()
    }

    /// What the logs of all referred rules have in common.
    fn log_source(&self, references: &[Reference]) -> LogSource {
        let mut sources = references.iter().filter_map(|reference| {
            self.rules.get(reference.rule?).map(|rule| rule.log_source.clone())
        });
        let Some(first) = sources.next() else { return LogSource::default() };
        sources.fold(LogSource { definition: None, ..first }, |common, other| LogSource {
            product: both(common.product, other.product),
            service: both(common.service, other.service),
            category: both(common.category, other.category),
            definition: None,
        })
    }

    /// Lets rules that only serve correlations raise nothing, and says which rules nobody uses.
    fn silence(&mut self) {
        for (rule, used) in self.rules.iter_mut().zip(&self.uses) {
            rule.alerts = !used.is_referred || used.alerts_anyway;
        }
        let has_correlation: Vec<_> = (0..self.files.len())
            .map(|file| self.pending.iter().any(|one| one.file == file))
            .collect();
        let rules = self.rules.iter().zip(&self.uses).zip(&self.waiting);
        for ((rule, used), waits) in rules {
            let file = rule.origin.file;
            let is_bare = rule.id == rule.name && rule.about.description.is_none();
            if used.is_referred || !is_bare || waits.is_some() || !has_correlation[file] {
                continue;
            }
            let message = format!("no correlation refers to `{}`", rule.name);
            let help = "name it under `rules`, or give it an id and a description";
            let said = Diagnostic::warning(Code::IdleRule, rule.origin.title, message).help(help);
            self.said.push((file, said));
        }
    }
}

fn both(one: Option<String>, two: Option<String>) -> Option<String> {
    one.filter(|one| two.is_some_and(|two| one.eq_ignore_ascii_case(&two)))
}

/// The ids of the rules that a correlation counts, down to those without memory; of another rule, its own.
pub(super) fn bases(rules: &[Rule], id: &str) -> HashSet<String> {
    let (mut open, mut seen, mut found) = (vec![id], HashSet::new(), HashSet::new());
    while let Some(id) = open.pop() {
        let Some(rule) = rules.iter().find(|rule| rule.id == id).filter(|_| seen.insert(id)) else {
            continue;
        };
        match &rule.correlation {
            Some(correlation) => open.extend(correlation.sources.iter().map(|s| s.id.as_str())),
            None => drop(found.insert(id.to_owned())),
        }
    }
    found
}
