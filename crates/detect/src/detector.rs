//! All rules over one event: routing by type, matching, and what is written down of events that match.

use std::ops::ControlFlow;
use std::sync::Arc;

use catalog::{Product, Role};
use event::{AliasKind, Aliases, Event, Field, Key};
use jiff::Timestamp;
use rule::Rule;
use rustc_hash::FxHashMap;

use crate::excerpt::{self, Head, Slot, TIMELESS, VALUES_MAX, Writer};
use crate::hash;
use crate::plan::{Answers, Plan};
use crate::program::{self, Program, Unfed};
use crate::signals;
use crate::watch::Watch;

/// Which events count.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Events before this time are passed over.
    pub since: Option<Timestamp>,
    /// Events at or after this time are passed over.
    pub until: Option<Timestamp>,
    /// Events after this time are taken for events without a usable time: no clock is that far ahead.
    pub latest: Option<Timestamp>,
    /// The name that findings give the tenant, instead of what the event says.
    pub tenant: Option<String>,
}

/// All rules, ready to be run over events by any number of threads.
///
/// It says of each event which rules match and what those with memory read of it: an excerpt. An
/// [`Engine`](crate::Engine) makes findings of excerpts.
#[derive(Debug)]
pub struct Detector {
    watches: Vec<Watch>,
    scope: Scope,
    pub(crate) program: Program,
    aliases: Aliases,
    unfed: Vec<Unfed>,
}

impl Detector {
    /// Lets users and devices that events know by id go by the names of a table.
    #[must_use]
    pub fn with_aliases(mut self, aliases: Aliases) -> Self {
        self.aliases = aliases;
        self
    }

    /// The name of what a field holds, if that is an id that has one.
    fn named<'t>(&'t self, field: &Field, text: &'t str) -> &'t str {
        let kind = match field {
            Field::Entity(Key::User | Key::TargetUser) => AliasKind::User,
            Field::Entity(Key::Role(Role::Device)) => AliasKind::Device,
            _ => return text,
        };
        self.aliases.resolve(kind, text).unwrap_or(text)
    }
}

/// What one thread keeps between events.
#[derive(Debug, Default)]
pub struct Worker {
    plans: Plans,
    answers: Answers,
    matched: Vec<usize>,
    slots: Vec<Slot>,
    /// Fingerprints of the values that a field has had.
    known: Vec<u64>,
    pub(crate) writer: Writer,
}

type ByType = FxHashMap<Box<str>, Arc<Plan>>;

/// Plans by product and event type.
#[derive(Debug, Default)]
struct Plans {
    by_product: Vec<(Option<Product>, ByType)>,
    n_plans: usize,
}

impl Plans {
    fn find(&self, product: Option<Product>, kind: &str) -> Option<Arc<Plan>> {
        let (_, plans) = self.by_product.iter().find(|(known, _)| *known == product)?;
        plans.get(kind).map(Arc::clone)
    }

    fn put(&mut self, product: Option<Product>, kind: &str, plan: &Arc<Plan>) {
        if self.n_plans >= MAX_PLANS {
            *self = Self::default();
        }
        let at = self.by_product.iter().position(|(known, _)| *known == product);
        let at = at.unwrap_or_else(|| {
            self.by_product.push((product, ByType::default()));
            self.by_product.len() - 1
        });
        if let Some((_, plans)) = self.by_product.get_mut(at) {
            plans.insert(kind.into(), Arc::clone(plan));
            self.n_plans += 1;
        }
    }
}

/// What became of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It was examined.
    Examined,
    /// Its time is outside the scope.
    OutOfScope,
}

/// Event types whose plans are kept. Beyond that many the plans are made anew: a log has at most
/// some hundred types, so only forged ones come here.
const MAX_PLANS: usize = 4096;

impl Detector {
    /// A detector for rules without memory; the order of findings of one event is that of the rules.
    pub fn new(watches: Vec<Watch>, scope: Scope) -> Self {
        Self::with(watches, &[], scope)
    }

    /// A detector for all kinds of rules.
    pub fn of(rules: &[Rule], scope: Scope) -> Self {
        let runnable = || rules.iter().filter(|rule| rule.is_runnable());
        let mut watches: Vec<Watch> =
            runnable().filter(|rule| rule.correlation.is_none()).map(Watch::of).collect();
        let with_memory: Vec<&Rule> =
            runnable().filter(|rule| rule.correlation.is_some()).collect();
        let asks = runnable().any(|rule| {
            !rule.asks.is_empty() || rule.levels.iter().any(|case| !case.when.is_empty())
        });
        if asks {
            watches.extend(signals::watches());
        }
        Self::with(watches, &with_memory, scope)
    }

    fn with(watches: Vec<Watch>, with_memory: &[&Rule], scope: Scope) -> Self {
        let (program, unfed) = Program::new(with_memory, &watches);
        Self { watches, scope, program, aliases: Aliases::default(), unfed }
    }

    /// The rules that look at single events.
    pub fn watches(&self) -> &[Watch] {
        &self.watches
    }

    /// The rules with memory that cannot be run because a rule that they refer to is not there.
    pub fn unfed(&self) -> &[Unfed] {
        &self.unfed
    }

    /// How many rules have memory.
    pub fn n_with_memory(&self) -> usize {
        self.program.nodes.len()
    }

    /// The tenant of a finding: the caller's name for it, else what the event says.
    pub(crate) fn tenant_of(&self, said: &str) -> Option<String> {
        let said = Some(said).filter(|said| !said.is_empty()).map(str::to_owned);
        self.scope.tenant.clone().or(said)
    }

    /// Whether any rule matches an event; `None` if the event is out of scope.
    pub fn matches(&self, event: &Event<'_>, worker: &mut Worker) -> Option<bool> {
        self.run(event, worker).then_some(!worker.matched.is_empty())
    }

    /// Examines an event, and writes down what rules need of it if any matches.
    pub(crate) fn observe(&self, event: &Event<'_>, line: u64, worker: &mut Worker) -> Seen {
        if !self.run(event, worker) {
            return Seen::OutOfScope;
        }
        if !worker.matched.is_empty() {
            self.write(event, line, worker);
        }
        Seen::Examined
    }

    /// Finds the rules that match. Returns whether the event is in scope.
    fn run(&self, event: &Event<'_>, worker: &mut Worker) -> bool {
        worker.matched.clear();
        if !self.in_scope(event) {
            return false;
        }
        let plan = self.plan(event, worker);
        if !plan.is_empty() {
            let Worker { answers, matched, .. } = worker;
            plan.run(event, answers, |rule| matched.push(rule));
        }
        true
    }

    fn in_scope(&self, event: &Event<'_>) -> bool {
        let Scope { since, until, .. } = &self.scope;
        if since.is_none() && until.is_none() {
            return true;
        }
        // An event without a time may lie in the scope, so it is examined.
        let Some(time) = event.time() else { return true };
        since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
    }

    fn plan(&self, event: &Event<'_>, worker: &mut Worker) -> Arc<Plan> {
        let product = event.product();
        let kind = event.kind_text().unwrap_or_default();
        worker.plans.find(product, &kind).unwrap_or_else(|| {
            let plan = Arc::new(self.new_plan(product, &kind));
            worker.plans.put(product, &kind, &plan);
            plan
        })
    }

    fn new_plan(&self, product: Option<Product>, kind: &str) -> Plan {
        let field = product.and_then(catalog::type_field).filter(|_| !kind.is_empty());
        let known: Vec<_> = field.map(|field| (field, kind)).into_iter().collect();
        let rules =
            self.watches.iter().enumerate().filter(|(_, watch)| watch.whose.may_be(product));
        Plan::new(rules.map(|(number, watch)| (number, &watch.condition)), &known)
    }

    /// Writes the excerpt of an event that some rules match.
    fn write(&self, event: &Event<'_>, line: u64, worker: &mut Worker) {
        let Worker { matched, slots, known, writer, .. } = worker;
        for rule in matched.iter().copied() {
            let Some(watch) = self.watches.get(rule).filter(|watch| watch.alerts) else { continue };
            watch.condition.evidence(event, &mut |field, value| {
                let text = value.to_text();
                writer.evidence(rule, field.as_str(), text.as_deref().unwrap_or("null"));
            });
        }
        self.needed(matched, slots);
        for slot in slots.iter().copied() {
            let Some(asked) = self.program.slots.get(usize::from(slot)) else { continue };
            known.clear();
            asked.field.visit(event, &mut |text| {
                // A value that an event names twice is one value.
                let text = self.named(&asked.field, text);
                let print = match asked.field {
                    Field::Path(_) => hash::of_text(text),
                    // Of these there is one at most.
                    Field::Entity(_) | Field::Time(_) => 0,
                };
                if !known.contains(&print) {
                    known.push(print);
                    writer.field(slot, text);
                }
                if known.len() < VALUES_MAX {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
        }
        let id = event.id().unwrap_or_else(|| finding::event_id(event.text().as_bytes()));
        let head = Head {
            product: event.product().map_or(0, |product| product as u8 + 1),
            line,
            time: self.time_of(event),
            id: &id,
            tenant: &event.tenant().unwrap_or_default(),
        };
        writer.close(head, matched);
    }

    /// The time of an event in microseconds, if it can be used.
    fn time_of(&self, event: &Event<'_>) -> i64 {
        let time =
            event.time().filter(|time| self.scope.latest.is_none_or(|latest| *time <= latest));
        time.map_or(TIMELESS, |time| excerpt::usable(time.as_microsecond()))
    }

    /// The slots that some rules need, and those that every excerpt has.
    fn needed(&self, matched: &[usize], slots: &mut Vec<Slot>) {
        slots.clear();
        slots.extend(0..N_COMMON);
        let needs = matched.iter().filter_map(|rule| self.program.needs.get(*rule));
        for slot in needs.flatten() {
            if !slots.contains(slot) {
                slots.push(*slot);
            }
        }
    }
}

/// How many slots every excerpt has. The id of the target costs a walk over the targets, and few ask.
const N_COMMON: Slot = program::common::TARGET_USER_ID;
