//! The logic of a rule with the places of its parts, before it is compiled.
//!
//! Both rule languages become this tree. A part can be left out, which is how
//! the strength of a rule's cases is tested: whatever is left out, some case
//! must notice.

use std::cmp::Reverse;

use event::Path;

use crate::correlation::Correlation;
use crate::expr::{Element, Expr, Quantifier};
use crate::known::Ask;
use crate::span::Span;

/// Most combinations that `N of` may expand to.
const MAX_COMBINATIONS: usize = 1000;

/// A part of the logic of a rule.
#[derive(Debug, Clone)]
pub(crate) enum Part {
    /// All of these.
    All(Vec<Part>),
    /// Any of these.
    Any(Vec<Part>),
    /// At least so many of these.
    AtLeast(usize, Vec<Part>),
    /// Not this. The place is that of the word, if somebody wrote it.
    Not(Option<Span>, Box<Part>),
    /// One predicate: what it is, where it stands, and what it compiles to.
    Leaf(Label, Expr),
    /// A named group of predicates.
    Group(Label, Box<Part>),
    /// A condition on the elements of an array.
    Element(Path, Quantifier, Box<Part>),
}

/// What a part is, for people, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) what: Box<str>,
    pub(crate) span: Span,
}

/// A rule without one of its parts.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// What is left out, such as `outcome.result`, `not`, or `alternative`: one of several things
    /// joined by `or` that has no name of its own.
    pub what: String,
    /// Where that stands in the file of the rule.
    pub span: Span,
    /// What is left of the condition on the event.
    pub expr: Expr,
    /// What is left of the questions; `None` where that is all of them.
    pub asks: Option<Vec<Ask>>,
    /// What is left of a rule with memory; `None` for other rules.
    pub correlation: Option<Box<Correlation>>,
}

impl Part {
    /// The compiled predicate.
    pub(crate) fn expr(&self) -> Expr {
        self.without(None).unwrap_or(Expr::Const(true))
    }

    /// The rule without each of its parts in turn.
    ///
    /// What loses its last part goes with it. A rule of which nothing is left
    /// matches everything.
    pub(crate) fn mutants(&self) -> Vec<Mutant> {
        let mut labels: Vec<Label> = Vec::new();
        self.visit_labels(&mut |label| {
            if labels.iter().all(|known| known.span != label.span) {
                labels.push(label.clone());
            }
        });
        labels.sort_by_key(|label| (label.span.start, Reverse(label.span.end)));
        let mutant = |label: Label| Mutant {
            expr: self.without(Some(label.span)).unwrap_or(Expr::Const(true)),
            what: label.what.into(),
            span: label.span,
            asks: None,
            correlation: None,
        };
        labels.into_iter().map(mutant).collect()
    }

    /// The predicates, in the order of the file.
    pub(crate) fn leaves(&self) -> Vec<(&Label, &Expr)> {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                parts.iter().flat_map(Self::leaves).collect()
            }
            Self::Not(_, inner) | Self::Group(_, inner) | Self::Element(_, _, inner) => {
                inner.leaves()
            }
            Self::Leaf(label, expr) => vec![(label, expr)],
        }
    }

    fn visit_labels(&self, sink: &mut dyn FnMut(&Label)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                for part in parts {
                    if matches!(self, Self::Any(_))
                        && let Some(span) = part.unnamed()
                    {
                        sink(&Label { what: "alternative".into(), span });
                    }
                    part.visit_labels(sink);
                }
            }
            Self::Not(span, inner) => {
                if let Some(span) = *span {
                    sink(&Label { what: "not".into(), span });
                }
                inner.visit_labels(sink);
            }
            Self::Leaf(label, _) => sink(label),
            Self::Group(label, inner) => {
                sink(label);
                inner.visit_labels(sink);
            }
            Self::Element(_, _, inner) => inner.visit_labels(sink),
        }
    }

    /// Where several predicates stand that only belong together: a mapping in a list of mappings, or
    /// predicates joined by `and` without a name.
    fn unnamed(&self) -> Option<Span> {
        let Self::All(_) = self else { return None };
        let spans: Vec<_> = self.leaves().into_iter().map(|(label, _)| label.span).collect();
        let whole = spans.iter().copied().reduce(Span::join)?;
        (!spans.contains(&whole)).then_some(whole)
    }

    /// What is left when the part at `cut` is gone; `None` when nothing is.
    fn without(&self, cut: Option<Span>) -> Option<Expr> {
        match self {
            Self::All(parts) => join(parts, cut, Expr::All),
            Self::Any(parts) => {
                let is_cut = |part: &&Self| cut.is_some() && part.unnamed() == cut;
                let left: Vec<_> = parts.iter().filter(|part| !is_cut(part)).collect();
                join(left, cut, Expr::Any)
            }
            Self::AtLeast(count, parts) => {
                let left: Vec<_> = parts.iter().filter_map(|part| part.without(cut)).collect();
                (!left.is_empty()).then(|| at_least(*count, &left))
            }
            Self::Not(span, inner) => {
                let inner = inner.without(cut)?;
                let keep = span.is_none() || *span != cut;
                Some(if keep { Expr::Not(Box::new(inner)) } else { inner })
            }
            Self::Leaf(label, expr) => (Some(label.span) != cut).then(|| expr.clone()),
            Self::Group(label, inner) => {
                if Some(label.span) == cut {
                    None
                } else {
                    inner.without(cut)
                }
            }
            Self::Element(array, quantifier, inner) => {
                let (array, quantifier) = (array.clone(), *quantifier);
                let condition = Box::new(inner.without(cut)?);
                Some(Expr::Element(Element { array, quantifier, condition }))
            }
        }
    }
}

fn join<'p>(
    parts: impl IntoIterator<Item = &'p Part>,
    cut: Option<Span>,
    all: fn(Vec<Expr>) -> Expr,
) -> Option<Expr> {
    let mut left = Vec::new();
    for part in parts.into_iter().filter_map(|part| part.without(cut)) {
        match (part, all(Vec::new())) {
            (Expr::All(inner), Expr::All(_)) | (Expr::Any(inner), Expr::Any(_)) => {
                left.extend(inner);
            }
            (part, _) => left.push(part),
        }
    }
    match left.len() {
        0 | 1 => left.pop(),
        _ => Some(all(left)),
    }
}

/// At least `count` of the parts, as a choice: with the first, or without it.
fn at_least(count: usize, parts: &[Expr]) -> Expr {
    match (count, parts) {
        (0, _) => Expr::Const(true),
        (count, parts) if count > parts.len() => Expr::Const(false),
        (1, parts) => Expr::Any(parts.to_vec()),
        (count, parts) if count == parts.len() => Expr::All(parts.to_vec()),
        (_, []) => Expr::Const(false),
        (count, [first, rest @ ..]) => {
            let with = Expr::All(vec![first.clone(), at_least(count - 1, rest)]);
            Expr::Any(vec![with, at_least(count, rest)])
        }
    }
}

/// Whether choosing `count` of `n_parts` stays within what is compiled.
pub(crate) fn is_choice_small(count: usize, n_parts: usize) -> bool {
    let mut combinations = 1_usize;
    for picked in 0..count.min(n_parts.saturating_sub(count)) {
        combinations = combinations.saturating_mul(n_parts - picked) / (picked + 1);
        if combinations > MAX_COMBINATIONS {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(at: usize, value: bool) -> Part {
        Part::Leaf(label(at), Expr::Const(value))
    }

    fn label(at: usize) -> Label {
        Label { what: at.to_string().into(), span: Span::new(at, at + 1) }
    }

    fn truth(expr: &Expr) -> bool {
        match expr {
            Expr::Const(value) => *value,
            Expr::Not(inner) => !truth(inner),
            Expr::All(parts) => parts.iter().all(truth),
            Expr::Any(parts) => parts.iter().any(truth),
            Expr::Test(_) | Expr::Keyword(_) | Expr::Element(_) => unreachable!(),
        }
    }

    #[test]
    fn at_least_counts() {
        for bits in 0_usize..32 {
            let part = |at: usize| leaf(at, bits & (1 << at) != 0);
            let parts: Vec<_> = (0..5).map(part).collect();
            for count in 1..=6 {
                let holds = truth(&Part::AtLeast(count, parts.clone()).expr());
                assert_eq!(holds, bits.count_ones() as usize >= count, "{count} of {bits:b}");
            }
        }
    }

    #[test]
    fn what_belongs_together_without_a_name_is_left_out_together() {
        let pair = |at| Part::All(vec![leaf(at, true), leaf(at + 1, false)]);
        let part = Part::Any(vec![pair(10), leaf(20, true), Part::All(vec![leaf(30, true)])]);
        let mutants = part.mutants();
        let shown: Vec<_> = mutants.iter().map(|m| format!("{}: {:?}", m.what, m.expr)).collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        alternative: Any([Const(true), Const(true)])
        10: Any([Const(false), Const(true), Const(true)])
        11: Any([Const(true), Const(true), Const(true)])
        20: Any([All([Const(true), Const(false)]), Const(true)])
        30: Any([All([Const(true), Const(false)]), Const(true)])
        ");
    }

    #[test]
    fn what_loses_its_last_part_goes_with_it() {
        let group = |at, inner| Part::Group(label(at), Box::new(inner));
        let not = |at: usize, inner| Part::Not(Some(Span::new(at, at + 3)), Box::new(inner));
        let part = Part::All(vec![
            group(10, Part::All(vec![leaf(11, true), leaf(12, false)])),
            not(20, group(30, leaf(31, true))),
        ]);
        let mutants: Vec<_> = part
            .mutants()
            .iter()
            .map(|mutant| format!("{}: {:?}", mutant.what, mutant.expr))
            .collect();
        insta::assert_snapshot!(mutants.join("\n"), @r"
        10: Not(Const(true))
        11: All([Const(false), Not(Const(true))])
        12: All([Const(true), Not(Const(true))])
        not: All([Const(true), Const(false), Const(true)])
        30: All([Const(true), Const(false)])
        31: All([Const(true), Const(false)])
        ");
        assert!(truth(&leaf(1, false).mutants()[0].expr), "nothing left matches everything");
    }
}
