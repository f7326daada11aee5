//! All rules over one event: routing by type, matching, findings.

use std::rc::Rc;
use std::sync::Arc;

use catalog::Product;
use event::{Entity, Event};
use finding::{Evidence, Finding, Occurrence, Subject};
use jiff::Timestamp;
use rustc_hash::FxHashMap;

use crate::plan::{Answers, Plan};
use crate::watch::Watch;

/// Which events count.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Events before this time are passed over.
    pub since: Option<Timestamp>,
    /// Events at or after this time are passed over.
    pub until: Option<Timestamp>,
    /// The name that findings give the tenant, instead of what the event says.
    pub tenant: Option<String>,
}

/// Rules without memory, ready to be run over events by any number of threads.
#[derive(Debug)]
pub struct Detector {
    watches: Vec<Watch>,
    scope: Scope,
}

/// What one thread keeps between events.
#[derive(Debug, Default)]
pub struct Worker {
    plans: Plans,
    answers: Answers,
    matched: Vec<usize>,
}

type ByType = FxHashMap<Box<str>, Rc<Plan>>;

/// Plans by product and event type.
#[derive(Debug, Default)]
struct Plans {
    by_product: Vec<(Option<Product>, ByType)>,
    n_plans: usize,
}

impl Plans {
    fn find(&self, product: Option<Product>, kind: &str) -> Option<Rc<Plan>> {
        let (_, plans) = self.by_product.iter().find(|(known, _)| *known == product)?;
        plans.get(kind).map(Rc::clone)
    }

    fn put(&mut self, product: Option<Product>, kind: &str, plan: &Rc<Plan>) {
        if self.n_plans >= MAX_PLANS {
            *self = Self::default();
        }
        let at = self.by_product.iter().position(|(known, _)| *known == product);
        let at = at.unwrap_or_else(|| {
            self.by_product.push((product, ByType::default()));
            self.by_product.len() - 1
        });
        if let Some((_, plans)) = self.by_product.get_mut(at) {
            plans.insert(kind.into(), Rc::clone(plan));
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
    /// A detector for these rules; the order of findings of one event is that of the rules.
    pub fn new(watches: Vec<Watch>, scope: Scope) -> Self {
        Self { watches, scope }
    }

    /// The rules.
    pub fn watches(&self) -> &[Watch] {
        &self.watches
    }

    /// Calls `sink` with a finding for each rule that the event matches. The finding's place is left
    /// to the caller.
    pub fn observe(
        &self,
        event: &Event<'_>,
        worker: &mut Worker,
        mut sink: impl FnMut(Finding),
    ) -> Seen {
        if !self.in_scope(event) {
            return Seen::OutOfScope;
        }
        let plan = self.plan(event, worker);
        if plan.is_empty() {
            return Seen::Examined;
        }
        let Worker { answers, matched, .. } = worker;
        matched.clear();
        plan.run(event, answers, |rule| matched.push(rule));
        for watch in matched.iter().filter_map(|&rule| self.watches.get(rule)) {
            sink(self.finding(watch, event));
        }
        Seen::Examined
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

    fn plan(&self, event: &Event<'_>, worker: &mut Worker) -> Rc<Plan> {
        let product = event.product();
        let kind = event.kind_text().unwrap_or_default();
        worker.plans.find(product, &kind).unwrap_or_else(|| {
            let plan = Rc::new(self.new_plan(product, &kind));
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

    fn finding(&self, watch: &Watch, event: &Event<'_>) -> Finding {
        let mut evidence = Evidence::default();
        watch.condition.evidence(event, &mut |field, value| {
            let text = value.to_text();
            evidence.add(field.as_str(), text.as_deref().unwrap_or("null"));
        });
        let occurrence = Occurrence {
            event_id: event.id().unwrap_or_else(|| finding::event_id(event.text().as_bytes())),
            time: event.time(),
            provider: event.product().map(|product| product.name().to_owned()),
            tenant: self.scope.tenant.clone().or_else(|| event.tenant()),
            subject: subject(event),
            evidence,
            place: None,
        };
        Finding::of_event(Arc::clone(&watch.rule), watch.level, occurrence)
    }
}

/// Who an event is about, as a finding names it.
fn subject(event: &Event<'_>) -> Subject {
    let actor = event.actor().unwrap_or_default();
    let user = actor.name.clone().or_else(|| actor.id.clone());
    Subject {
        target: other_user(event, &actor),
        user,
        user_id: actor.id,
        ip: event.ip(),
        session: event.session(),
        token: event.token(),
        client: event.client(),
        device: event.device(),
    }
}

/// The first target that is a person other than the actor.
fn other_user(event: &Event<'_>, actor: &Entity) -> Option<String> {
    let is_user = |target: &Entity| {
        target.kind.as_deref().is_some_and(|kind| {
            ["User", "AppUser", "users"].iter().any(|user| kind.eq_ignore_ascii_case(user))
        })
    };
    let targets = event.targets();
    let other = targets.into_iter().find(|target| {
        is_user(target)
            && target.id != actor.id
            && (target.name.is_none() || target.name != actor.name)
    })?;
    other.name.or(other.id)
}
