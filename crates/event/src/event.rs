//! One audit record, and look-ups into it.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::ControlFlow;

use catalog::Product;

use crate::doc::{Fault, Key, Node};
use crate::encoded::{self, Place, ValueSink};
use crate::index::Index;
use crate::lookup::{NodeSink, flatten, visit_all, visit_nodes};
use crate::open::EVENT_TYPE;
use crate::path::{Derived, Path, Step};
use crate::recent::{Found, Recent};
use crate::value::Value;

/// How the record's own fields stand to the paths of rules.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape<'a> {
    /// Paths begin at the record.
    Plain,
    /// An Auth0 record as its Management API returns it: `data.x` names its `x`.
    Bare,
    /// `{log_id, data}`: `x` also names `data.x` where the record has no `x` of its own.
    Wrapped(Node<'a>),
}

/// What look-ups keep between them, reused from record to record.
#[derive(Debug, Default)]
pub struct Memory {
    index: RefCell<Index>,
    recent: RefCell<Recent>,
    fault: Cell<Option<Fault>>,
}

impl Memory {
    /// A memory that also knows where paths led, which pays where many rules ask.
    pub(crate) fn of_paths() -> Self {
        Self { recent: RefCell::new(Recent::new()), ..Self::default() }
    }
}

/// One audit record. Fields are read out of its bytes when someone asks.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    root: Node<'a>,
    /// The innermost envelope around the record.
    envelope: Option<Node<'a>>,
    shape: Shape<'a>,
    product: Option<Product>,
    memory: &'a Memory,
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl<'a> Event<'a> {
    pub(crate) fn new(root: Node<'a>, memory: &'a Memory) -> Self {
        memory.fault.set(None);
        memory.index.borrow_mut().clear();
        memory.recent.borrow_mut().clear();
        Self { root, envelope: None, shape: Shape::Plain, product: None, memory }
    }

    pub(crate) fn with_product(self, product: Product, shape: Shape<'a>) -> Self {
        Self { product: Some(product), shape, ..self }
    }

    pub(crate) fn with_envelope(self, envelope: Option<Node<'a>>) -> Self {
        Self { envelope, ..self }
    }

    /// The innermost envelope around the record.
    pub(crate) fn envelope(&self) -> Option<Node<'a>> {
        self.envelope
    }

    /// The record as it stands in the input, without any envelope.
    pub fn text(&self) -> &'a str {
        self.root.text()
    }

    /// The record as a node, for walks over all of it.
    pub fn root(&self) -> Node<'a> {
        self.root
    }

    /// Whose event this is; `None` if its shape is not known.
    pub fn product(&self) -> Option<Product> {
        self.product
    }

    /// The event type or log code, borrowed where nothing in it is escaped. It is what rules read under
    /// [`catalog::type_field`], such as `eventType`. `None` for events of unknown product, if it is no text,
    /// and for sign-ins of Entra, which have no type.
    pub fn kind_text(&self) -> Option<Cow<'a, str>> {
        let node = match (self.product?, self.shape) {
            (Product::Auth0, Shape::Wrapped(data)) => self.find(data, Key::new("type")).ok()??,
            (Product::Auth0, _) => self.top_member("type")?,
            (Product::Okta, _) => self.top(EVENT_TYPE)?,
            (product, _) => self.top_member(catalog::type_field(product)?)?,
        };
        match node.value() {
            Ok(Value::Text(text)) => Some(text.decode()),
            _ => None,
        }
    }

    /// The first mistake that look-ups have met in the record so far.
    pub fn fault(&self) -> Option<Fault> {
        self.memory.fault.get()
    }

    /// Calls `sink` with every value at `path` until it breaks; arrays are opened. Returns whether the
    /// path leads anywhere: to a value, null and an empty array included.
    pub fn visit(&self, path: &Path, sink: ValueSink<'_>) -> bool {
        if let Some(derived) = path.derived() {
            return self.visit_derived(derived, path.steps(), sink);
        }
        let recalled = self.memory.recent.borrow().get(path.hash());
        if let Some(found) = recalled {
            return self.visit_found(found, sink);
        }
        if let Shape::Plain = self.shape
            && let Some(found) = self.straight(path)
        {
            self.memory.recent.borrow_mut().put(path.hash(), found);
            return self.visit_found(found, sink);
        }
        let (mut n_found, mut last, mut is_all) = (0, Found::Nowhere, true);
        self.visit_nodes(path, &mut |node| {
            n_found += 1;
            last = node.place();
            let flow = self.noting(flatten(node, sink));
            is_all = flow.is_continue();
            flow
        });
        if n_found <= 1 && is_all {
            self.memory.recent.borrow_mut().put(path.hash(), last);
        }
        n_found > 0
    }

    fn visit_found(&self, found: Found, sink: ValueSink<'_>) -> bool {
        let Found::One(start, end) = found else { return false };
        let _ = self.noting(flatten(self.root.other(start, end), sink));
        true
    }

    /// Where a path through objects alone leads, which is how most paths go. `None` if this one goes
    /// otherwise, or may be one of those that are written as one key.
    fn straight(&self, path: &Path) -> Option<Found> {
        let (last, before) = path.steps().split_last()?;
        let Some(parent) = path.parent() else {
            // Of several steps without a parent, one chooses among elements.
            return if before.is_empty() { self.step(self.root, last, 0) } else { None };
        };
        let known = self.memory.recent.borrow().get(parent);
        let holder = if let Some(found) = known {
            found
        } else {
            let mut found = self.root.place();
            for (depth, step) in before.iter().enumerate() {
                let Found::One(start, end) = found else { break };
                found = self.step(self.root.other(start, end), step, depth)?;
            }
            self.memory.recent.borrow_mut().put(parent, found);
            found
        };
        match holder {
            Found::Nowhere => Some(Found::Nowhere),
            Found::One(start, end) => self.step(self.root.other(start, end), last, before.len()),
        }
    }

    /// Where one step of a path leads; `None` if that has to be found out in another way.
    fn step(&self, node: Node<'_>, step: &Step, depth: usize) -> Option<Found> {
        if node.is_array() {
            return None;
        }
        match self.find(node, step.key()?) {
            Ok(Some(found)) => Some(found.place()),
            Ok(None) if depth > 0 => Some(Found::Nowhere),
            Ok(None) => None,
            Err(fault) => {
                self.note(fault);
                None
            }
        }
    }

    /// Whether any value in the record, at whatever depth, is as asked. Keys are no values.
    pub fn any_value(&self, is: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let mut found = false;
        let _ = self.noting(visit_all(self.root, &mut |value| {
            found = is(value);
            if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }));
        found
    }

    /// Calls `sink` with each element of the arrays at `path`, as events of their own. Anything else there
    /// counts as one element, save null, which is none. The empty path leads to the element itself.
    pub fn visit_elements(&self, path: &Path, sink: &mut dyn FnMut(Event<'_>) -> ControlFlow<()>) {
        self.visit_nodes(path, &mut |node| {
            let mut each = |element: Node<'_>| {
                let memory = Memory::default();
                let event = Event { product: self.product, ..Event::new(element, &memory) };
                let flow = sink(event);
                if let Some(fault) = event.fault() {
                    self.note(fault);
                }
                flow
            };
            if !node.is_array() {
                let is_null = matches!(node.value(), Ok(Value::Null));
                return if is_null { ControlFlow::Continue(()) } else { each(node) };
            }
            for element in node.elements() {
                match element {
                    Ok(element) if each(element).is_break() => {
                        return ControlFlow::Break(());
                    }
                    Ok(_) => {}
                    Err(fault) => self.note(fault),
                }
            }
            ControlFlow::Continue(())
        });
    }

    /// The first value at `path`; text is copied. `None` if the path leads nowhere or to an empty array.
    pub fn text_at(&self, path: &Path) -> Option<String> {
        let mut text = None;
        self.visit(path, &mut |value| {
            text = value.to_text().map(Cow::into_owned);
            if text.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        text
    }

    /// Every node at `path`, arrays unopened.
    pub(crate) fn visit_nodes(&self, path: &Path, sink: NodeSink<'_>) {
        let found = Cell::new(false);
        let mut noted = |node: Node<'_>| {
            found.set(true);
            sink(node)
        };
        let steps = match (self.shape, path.first_key()) {
            (Shape::Bare, Some("data")) => path.steps().get(1..).unwrap_or_default(),
            _ => path.steps(),
        };
        let flow = self.walk(self.root, steps, &mut noted);
        if found.get() || flow.is_break() {
            return;
        }
        if let Shape::Wrapped(data) = self.shape
            && path.first_key() != Some("data")
        {
            let _ = self.walk(data, path.steps(), &mut noted);
        }
        if !found.get() && path.steps().len() > 1 && self.is_missing(path) {
            // Some exports write the path as one key.
            if let Some(node) = self.top_member(path.as_str()) {
                let _ = sink(node);
            }
        }
    }

    /// Whether the record has no member with which the path could begin.
    fn is_missing(&self, path: &Path) -> bool {
        path.first_key().is_some_and(|first| self.top_member(first).is_none())
    }

    fn visit_derived(&self, derived: &Derived, steps: &[Step], sink: ValueSink<'_>) -> bool {
        for (known, source) in derived.field.sources.iter().zip(&derived.sources) {
            let mut found = false;
            let place = Place { inner: &source.inner, steps, key: &derived.key };
            let _ = self.walk(self.root, &source.path, &mut |node| {
                found |=
                    encoded::visit(node, known.encoding, place, &|fault| self.note(fault), sink);
                ControlFlow::Continue(())
            });
            if found {
                return true;
            }
        }
        false
    }

    /// Remembers a fault, and goes on as if nothing more stood there.
    fn noting(&self, flow: Result<ControlFlow<()>, Fault>) -> ControlFlow<()> {
        flow.unwrap_or_else(|fault| {
            self.note(fault);
            ControlFlow::Continue(())
        })
    }

    fn note(&self, fault: Fault) {
        if self.memory.fault.get().is_none() {
            self.memory.fault.set(Some(fault));
        }
    }

    /// A member of the record itself: exact spelling first, then whatever its case.
    pub(crate) fn top_member(&self, name: &str) -> Option<Node<'a>> {
        self.top(Key::new(name))
    }

    /// [`Self::top_member`] for a name that is known beforehand.
    pub(crate) fn top(&self, key: Key<'_>) -> Option<Node<'a>> {
        self.find(self.root, key).unwrap_or_else(|fault| {
            self.note(fault);
            None
        })
    }

    /// A member of an object of the record.
    pub(crate) fn find<'n>(
        &self,
        object: Node<'n>,
        key: Key<'_>,
    ) -> Result<Option<Node<'n>>, Fault> {
        self.memory.index.borrow_mut().find(object, key)
    }

    /// Nodes of the record at the end of a path from `node`.
    fn walk(&self, node: Node<'_>, steps: &[Step], sink: NodeSink<'_>) -> ControlFlow<()> {
        self.noting(visit_nodes(node, steps, &|object, key| self.find(object, key), sink))
    }
}
