//! A rule that can be run, or at least be listed.

use std::fmt;

use crate::about::{About, LogSource};
use crate::attack::Attack;
use crate::correlation::{self, Correlation, Places};
use crate::expr::Expr;
use crate::known::{Ask, LevelCase};
use crate::logic::{Label, Mutant, Part};
use crate::okta::Expression;
use crate::sigma::{Bound, Detection};
use crate::span::Span;

/// A rule: what it finds, and all that its file says about it.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The id of the file; its name when the file gives none.
    pub id: String,
    /// What people call it: `name:` of the file, else the name of the file without its ending.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How much its findings matter.
    pub level: Level,
    /// Levels for when more is known; the first whose questions hold counts, before [`Rule::level`].
    pub levels: Vec<LevelCase>,
    /// Whether its matches are findings; not so for rules that only serve a correlation.
    pub alerts: bool,
    /// What it counts, if it has memory; then [`Rule::expr`] matches nothing.
    pub correlation: Option<Box<Correlation>>,
    /// What is asked besides the event; all of it must hold.
    pub asks: Vec<Ask>,
    /// How mature it is, if the file says so.
    pub status: Option<Status>,
    /// Which logs it is for.
    pub log_source: LogSource,
    /// What of ATT&CK it is about.
    pub attack: Attack,
    /// What else the file says.
    pub about: About,
    /// Whether other tools that read Sigma 2 can read it.
    pub portable: bool,
    /// Why it cannot be run, if it cannot; then [`Rule::expr`] matches nothing.
    pub not_runnable: Option<String>,
    /// Its placeholders, in alphabetical order.
    pub placeholders: Vec<Bound>,
    /// What else there is to know about how it was read, as fragments.
    pub notes: Vec<String>,
    /// Names of the filters that narrow it.
    pub filters: Vec<String>,
    /// The compiled predicate, filters included.
    pub expr: Expr,
    /// Its logic as it is written.
    pub syntax: Syntax,
    /// Where it comes from.
    pub origin: Origin,
    pub(crate) logic: Option<Part>,
    /// Where each of [`Rule::asks`] stands.
    pub(crate) asked: Vec<Label>,
    /// Where the parts of a correlation stand.
    pub(crate) places: Option<Box<Places>>,
    /// What filters add.
    pub(crate) narrowing: Vec<Expr>,
}

/// The logic of a rule as it is written.
#[derive(Debug, Clone)]
pub enum Syntax {
    /// Selections and conditions.
    Sigma(Detection),
    /// Okta filter expressions, of which any must hold; none in a rule that cannot be run.
    Filter(Vec<Expression>),
    /// Other rules, over time: see [`Rule::correlation`].
    Correlation,
}

/// Where a rule comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Which of the files that were passed.
    pub file: usize,
    /// The path of the file as it was passed.
    pub path: String,
    /// The whole document in its file.
    pub span: Span,
    /// The title, for what concerns the whole rule.
    pub title: Span,
}

/// How much a finding matters, by the words of Sigma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Not worth an alert by itself.
    Informational,
    /// Notable.
    Low,
    /// Worth a look.
    Medium,
    /// Worth an alert.
    High,
    /// Worth waking somebody.
    Critical,
}

/// How mature a rule is, by the words of Sigma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Cannot be used as it is.
    Unsupported,
    /// Replaced by another.
    Deprecated,
    /// May be noisy.
    Experimental,
    /// May need small adjustments.
    Test,
    /// Ready.
    Stable,
}

impl Level {
    /// Every level, from the least.
    pub const ALL: [Self; 5] =
        [Self::Informational, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The level as rules write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The level of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(name))
    }
}

impl Status {
    /// Every status, from the least mature.
    pub const ALL: [Self; 5] =
        [Self::Unsupported, Self::Deprecated, Self::Experimental, Self::Test, Self::Stable];

    /// The status as rules write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsupported => "unsupported",
            Self::Deprecated => "deprecated",
            Self::Experimental => "experimental",
            Self::Test => "test",
            Self::Stable => "stable",
        }
    }

    /// The status of that name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str().eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Rule {
    /// Whether it can be run.
    pub fn is_runnable(&self) -> bool {
        self.not_runnable.is_none()
    }

    /// The product whose events it is for, if the catalog knows it; `None` also for rules without one.
    pub fn product(&self) -> Option<catalog::Product> {
        catalog::Product::from_name(self.log_source.product.as_deref()?)
    }

    /// Whether people mean this rule by `key`: its id, or its name in any case.
    pub fn is_called(&self, key: &str) -> bool {
        self.id == key || self.name.eq_ignore_ascii_case(key)
    }

    /// The placeholders that have no values, so that what they stand for never matches.
    pub fn empty_lists(&self) -> impl Iterator<Item = &str> {
        let empty = self.placeholders.iter().filter(|bound| bound.n_values == 0);
        empty.map(|bound| bound.name.as_str())
    }

    /// The rule without each of its parts in turn: each field, each selection, each `not`, each question. Filters
    /// stay. Of a rule with memory: without each key of its group, each rule, each stage and what that asks for, with
    /// each bound a little weaker, and with a window twice as long.
    pub fn mutants(&self) -> Vec<Mutant> {
        if let Some((correlation, places)) = self.correlation.as_deref().zip(self.places.as_deref())
        {
            return correlation::mutants(correlation, places);
        }
        let mut mutants = self.logic.as_ref().map(Part::mutants).unwrap_or_default();
        for mutant in &mut mutants {
            let own = std::mem::replace(&mut mutant.expr, Expr::Const(true));
            mutant.expr = narrowed(own, &self.narrowing);
        }
        mutants.extend(self.questions_left_out());
        mutants
    }

    fn questions_left_out(&self) -> impl Iterator<Item = Mutant> {
        self.asked.iter().enumerate().map(|(number, label)| {
            let mut asks = self.asks.clone();
            if number < asks.len() {
                asks.remove(number);
            }
            let (what, span, expr) = (label.what.to_string(), label.span, self.expr.clone());
            Mutant { what, span, expr, asks: Some(asks), correlation: None }
        })
    }

    /// Lets a filter narrow the rule.
    pub(crate) fn narrow(&mut self, filter: &str, expr: &Expr) {
        self.filters.push(filter.to_owned());
        self.narrowing.push(expr.clone());
        let own = std::mem::replace(&mut self.expr, Expr::Const(true));
        self.expr = narrowed(own, std::slice::from_ref(expr));
    }
}

fn narrowed(own: Expr, narrowing: &[Expr]) -> Expr {
    if narrowing.is_empty() {
        return own;
    }
    let mut parts = match own {
        Expr::All(parts) => parts,
        own => vec![own],
    };
    parts.extend(narrowing.iter().cloned());
    Expr::All(parts)
}
