//! From names in a condition to selections, and to the logic of the rule.

use std::collections::BTreeSet;

use event::Path;

use super::condition::{Count, Logic, Names};
use super::detection::{Block, Body, Detection, Each, Selection};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::Quantifier;
use crate::logic::{Label, Part, is_choice_small};
use crate::span::Span;

/// The logic of a detection; `None` when its names do not fit, which is said.
pub(crate) fn resolve(detection: &Detection, out: &mut Vec<Diagnostic>) -> Option<Part> {
    let mut scope = Scope { selections: &detection.selections, used: BTreeSet::new(), out };
    let conditions: Vec<_> =
        detection.conditions.iter().map(|condition| scope.logic(&condition.logic)).collect();
    let whole = !conditions.is_empty();
    if detection.is_whole {
        scope.unused();
    }
    let mut parts: Vec<_> = conditions.into_iter().collect::<Option<_>>()?;
    whole.then(|| if parts.len() == 1 { parts.remove(0) } else { Part::Any(parts) })
}

struct Scope<'s> {
    selections: &'s [Selection],
    used: BTreeSet<&'s str>,
    out: &'s mut Vec<Diagnostic>,
}

impl Scope<'_> {
    fn logic(&mut self, logic: &Logic) -> Option<Part> {
        match logic {
            Logic::All(parts) => self.parts(parts).map(Part::All),
            Logic::Any(parts) => self.parts(parts).map(Part::Any),
            Logic::Not(span, inner) => Some(Part::Not(Some(*span), Box::new(self.logic(inner)?))),
            Logic::Selection(name, span) => self.named(name, *span),
            Logic::Of(count, names, span) => self.of(*count, names, *span),
        }
    }

    /// Every part, so that each mistake is said, not only the first.
    fn parts(&mut self, parts: &[Logic]) -> Option<Vec<Part>> {
        let parts: Vec<_> = parts.iter().map(|part| self.logic(part)).collect();
        parts.into_iter().collect()
    }

    fn named(&mut self, name: &str, span: Span) -> Option<Part> {
        let Some(selection) = self.selections.iter().find(|selection| selection.name == name)
        else {
            let diagnostic = self.unknown(name, span, format!("unknown selection `{name}`"));
            self.out.push(diagnostic);
            return None;
        };
        self.used.insert(&selection.name);
        self.group(selection)
    }

    fn unknown(&self, name: &str, span: Span, message: String) -> Diagnostic {
        let diagnostic = Diagnostic::error(Code::UnknownSelection, span, message);
        let likeness = |selection: &&Selection| strsim::jaro_winkler(&selection.name, name);
        let nearest = self.selections.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
        match nearest.filter(|selection| likeness(selection) > 0.8) {
            Some(selection) => diagnostic.help(format!("did you mean `{}`?", selection.name)),
            None => diagnostic,
        }
    }

    fn of(&mut self, count: Count, names: &Names, span: Span) -> Option<Part> {
        let selections = self.selections;
        let meant: Vec<_> = selections.iter().filter(|s| names.include(&s.name)).collect();
        self.used.extend(meant.iter().map(|selection| selection.name.as_str()));
        let n_meant = meant.len();
        match (names, count) {
            (Names::Pattern(pattern), _) if n_meant == 0 => {
                let message = format!("no selection is named like `{pattern}`");
                let diagnostic = self.unknown(pattern, span, message);
                self.out.push(diagnostic);
                return None;
            }
            (Names::Them, _) if n_meant == 0 => {
                let message = "there is no selection whose name does not begin with `_`";
                self.out.push(Diagnostic::error(Code::UnknownSelection, span, message));
                return None;
            }
            (_, Count::AtLeast(count)) if count > n_meant => {
                let message = format!("asks for {count} selections, and {n_meant} are meant");
                self.out.push(Diagnostic::error(Code::NeverHolds, span, message));
                return None;
            }
            (_, Count::AtLeast(count)) if !is_choice_small(count, n_meant) => {
                let message = format!("{count} of {n_meant} selections are too many combinations");
                self.out.push(Diagnostic::error(Code::TooComplex, span, message));
                return None;
            }
            _ => {}
        }
        let parts: Vec<_> = meant.into_iter().map(|selection| self.group(selection)).collect();
        let parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
        Some(match count {
            Count::All => Part::All(parts),
            Count::AtLeast(1) => Part::Any(parts),
            Count::AtLeast(count) => Part::AtLeast(count, parts),
        })
    }

    fn group(&mut self, selection: &Selection) -> Option<Part> {
        let label = Label { what: selection.name.as_str().into(), span: selection.span };
        Some(Part::Group(label, Box::new(self.body(&selection.body)?)))
    }

    fn body(&mut self, body: &Body) -> Option<Part> {
        match body {
            Body::All(bodies) => self.bodies(bodies).map(Part::All),
            Body::Any(bodies) => self.bodies(bodies).map(Part::Any),
            Body::Item(item) => {
                let what = item.field.as_deref().unwrap_or("keywords").into();
                Some(Part::Leaf(Label { what, span: item.span }, item.expr.clone()))
            }
            Body::Block(block) => self.block(block),
            Body::Nested(detection) => resolve(detection, self.out),
        }
    }

    fn bodies(&mut self, bodies: &[Body]) -> Option<Vec<Part>> {
        let parts: Vec<_> = bodies.iter().map(|body| self.body(body)).collect();
        parts.into_iter().collect()
    }

    fn block(&mut self, block: &Block) -> Option<Part> {
        let array = Path::parse(&block.array);
        let inner = Box::new(self.body(&block.body)?);
        let not = |part| Part::Not(None, Box::new(part));
        let part = match block.each {
            Each::Any => Part::Element(array, Quantifier::Any, inner),
            Each::All => Part::Element(array, Quantifier::Every, inner),
            Each::None => not(Part::Element(array, Quantifier::Any, inner)),
            Each::AllOrEmpty => not(Part::Element(array, Quantifier::Any, Box::new(not(*inner)))),
        };
        let label = Label { what: block.array.as_str().into(), span: block.span };
        Some(Part::Group(label, Box::new(part)))
    }

    fn unused(&mut self) {
        for selection in self.selections {
            if self.used.contains(selection.name.as_str()) {
                continue;
            }
            let message = format!("selection `{}` is never used", selection.name);
            let help = format!("add `{}` to the condition, or delete it", selection.name);
            let unused = Diagnostic::warning(Code::UnusedSelection, selection.span, message);
            self.out.push(unused.help(help));
        }
    }
}
