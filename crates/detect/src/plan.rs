//! What is left of all rules once the type of an event is known.
//!
//! Most events are dismissed here: the conditions are evaluated as far as the type decides them, once per
//! type, and only the rest is asked of each event. A plan is exact, whatever a rule does with the type.

use event::Event;
use rule::{Expr, Test};
use rustc_hash::FxHashMap;

/// The rules that can still match an event of one type, and what they ask.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    candidates: Vec<Candidate>,
    /// Tests that the candidates share; each is evaluated at most once per event.
    tests: Vec<Test>,
}

#[derive(Debug)]
struct Candidate {
    rule: usize,
    condition: Condition,
}

/// An expression whose tests are numbers into [`Plan::tests`].
#[derive(Debug)]
enum Condition {
    Const(bool),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Test(usize),
    Other(Expr),
}

/// What the tests of a plan came to for the event at hand.
#[derive(Debug, Default)]
pub(crate) struct Answers(Vec<Option<bool>>);

/// The facts that a plan takes as given: fields by path, with the text they hold.
pub(crate) type Known<'k> = &'k [(&'k str, &'k str)];

impl Plan {
    /// Plans for events in which the known fields hold exactly one text each.
    pub(crate) fn new<'e>(
        rules: impl Iterator<Item = (usize, &'e Expr)>,
        known: Known<'_>,
    ) -> Self {
        let mut builder = Builder::default();
        for (rule, expr) in rules {
            let left = expr.given(&|test| decide(test, known));
            if !matches!(left, Expr::Const(false)) {
                let condition = builder.lower(left);
                builder.plan.candidates.push(Candidate { rule, condition });
            }
        }
        builder.plan
    }

    /// Whether no event of this type can match.
    pub(crate) fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// Calls `sink` with the number of each rule that the event matches.
    pub(crate) fn run(
        &self,
        event: &Event<'_>,
        answers: &mut Answers,
        mut sink: impl FnMut(usize),
    ) {
        answers.0.clear();
        answers.0.resize(self.tests.len(), None);
        for candidate in &self.candidates {
            if self.holds(&candidate.condition, event, answers) {
                sink(candidate.rule);
            }
        }
    }

    fn holds(&self, condition: &Condition, event: &Event<'_>, answers: &mut Answers) -> bool {
        match condition {
            Condition::Const(value) => *value,
            Condition::Not(inner) => !self.holds(inner, event, answers),
            Condition::All(parts) => parts.iter().all(|part| self.holds(part, event, answers)),
            Condition::Any(parts) => parts.iter().any(|part| self.holds(part, event, answers)),
            Condition::Test(number) => self.ask(*number, event, answers),
            Condition::Other(expr) => expr.matches(event),
        }
    }

    fn ask(&self, number: usize, event: &Event<'_>, answers: &mut Answers) -> bool {
        if let Some(Some(answer)) = answers.0.get(number) {
            return *answer;
        }
        let answer = self.tests.get(number).is_some_and(|test| test.matches(event));
        if let Some(slot) = answers.0.get_mut(number) {
            *slot = Some(answer);
        }
        answer
    }
}

fn decide(test: &Test, known: Known<'_>) -> Option<bool> {
    let (_, held) = known.iter().find(|(field, _)| *field == test.field.as_str())?;
    test.matches_text(held)
}

#[derive(Default)]
struct Builder {
    plan: Plan,
    /// Tests by how they print, which is what makes them the same.
    numbers: FxHashMap<String, usize>,
}

impl Builder {
    fn lower(&mut self, expr: Expr) -> Condition {
        match expr {
            Expr::Const(value) => Condition::Const(value),
            Expr::Not(inner) => Condition::Not(Box::new(self.lower(*inner))),
            Expr::All(parts) => Condition::All(self.lower_all(parts)),
            Expr::Any(parts) => Condition::Any(self.lower_all(parts)),
            Expr::Test(test) => Condition::Test(self.number(test)),
            other @ (Expr::Keyword(_) | Expr::Element(_)) => Condition::Other(other),
        }
    }

    /// Cheap parts first: order does not change what a conjunction or disjunction comes to.
    fn lower_all(&mut self, mut parts: Vec<Expr>) -> Vec<Condition> {
        parts.sort_by_key(cost);
        parts.into_iter().map(|part| self.lower(part)).collect()
    }

    fn number(&mut self, test: Test) -> usize {
        let tests = &mut self.plan.tests;
        *self.numbers.entry(format!("{test:?}")).or_insert_with(|| {
            tests.push(test);
            tests.len() - 1
        })
    }
}

/// How much work a condition is, roughly: steps of the path for a test.
fn cost(expr: &Expr) -> usize {
    match expr {
        Expr::Const(_) => 0,
        Expr::Test(test) if test.field.is_derived() => 40,
        Expr::Test(test) => test.field.as_str().split('.').count(),
        Expr::Not(inner) => cost(inner),
        Expr::All(parts) | Expr::Any(parts) => parts.iter().map(cost).sum(),
        Expr::Element(element) => 10 + cost(&element.condition),
        Expr::Keyword(_) => 1000,
    }
}
