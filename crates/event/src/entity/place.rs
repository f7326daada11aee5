//! Where events hold a role, ready to be looked up, and reading it without copies.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use catalog::{Product, Role};

use crate::event::Event;
use crate::path::Path;
use crate::value::Value;

/// Where events hold one role.
pub(crate) struct Places {
    pub(crate) known: &'static catalog::Entity,
    /// As many as `known` has, in the same order.
    pub(crate) paths: Box<[Path]>,
}

/// The places of one role in one product's events.
#[derive(Default)]
struct Kinds {
    /// Those of most event types.
    usual: Option<Places>,
    /// Those of event types that differ.
    special: Box<[Places]>,
}

/// The places of every role, by role and product.
static PLACES: LazyLock<Box<[Kinds]>> = LazyLock::new(|| {
    let roles = Role::ALL.iter().flat_map(|&role| Product::ALL.map(|product| (product, role)));
    roles.map(|(product, role)| Kinds::load(product, role)).collect()
});

impl Kinds {
    fn load(product: Product, role: Role) -> Self {
        Self {
            usual: catalog::entity_paths(product, role).map(Places::load),
            special: catalog::entity_exceptions(product, role).map(Places::load).collect(),
        }
    }
}

impl Places {
    fn load(known: &'static catalog::Entity) -> Self {
        Self { known, paths: known.paths.iter().map(|place| Path::parse(place.path)).collect() }
    }

    /// The places in events of a product, whatever their type.
    pub(crate) fn usual(product: Product, role: Role) -> Option<&'static Self> {
        kinds(product, role)?.usual.as_ref()
    }

    /// The places in an event.
    pub(crate) fn of(event: &Event<'_>, role: Role) -> Option<&'static Self> {
        let Kinds { usual, special } = kinds(event.product()?, role)?;
        if special.is_empty() {
            return usual.as_ref();
        }
        let kind = event.kind_text();
        let own = kind.and_then(|kind| special.iter().find(|places| places.known.is_of(&kind)));
        own.or(usual.as_ref())
    }

    /// Calls `is` with each text that means something, until it says that this is the one. Returns
    /// whether it did.
    pub(crate) fn any(&self, event: &Event<'_>, is: &mut dyn FnMut(&str) -> bool) -> bool {
        self.paths.iter().zip(&self.known.paths).any(|(path, place)| {
            let mut found = false;
            event.visit(path, &mut |value| {
                found = self.has_text(value, place.after, is);
                if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            found
        })
    }

    fn has_text(
        &self,
        value: Value<'_>,
        after: Option<char>,
        is: &mut dyn FnMut(&str) -> bool,
    ) -> bool {
        let Some(text) = value.to_text() else { return false };
        let part = match after {
            Some(mark) => text.rsplit_once(mark).map(|(_, rest)| rest),
            None => Some(&*text),
        };
        part.is_some_and(|text| !self.known.is_absent(text) && is(text))
    }
}

fn kinds(product: Product, role: Role) -> Option<&'static Kinds> {
    PLACES.get(role as usize * Product::ALL.len() + product as usize)
}

impl Event<'_> {
    /// Calls `sink` with what the event tells about a role. Returns whether it tells anything.
    pub(crate) fn tell(&self, role: Role, sink: &mut dyn FnMut(&str)) -> bool {
        let Some(places) = Places::of(self, role) else { return false };
        places.any(self, &mut |text| {
            sink(text);
            true
        })
    }
}
