//! What the resources of a document need, gathered: one call for each type, action and operation.

use std::collections::BTreeMap;

use catalog::TerraformAction;

use super::ids::Ids;
use crate::{Asked, Base, Body, EvidenceKind, Fault, OperationId, Sighting, Taker};

/// Ids of one call that are kept.
const MAX_IDS: usize = 1_000;

/// Types that are not known and are named.
const MAX_UNKNOWN: usize = 1_000;

/// Longer addresses are cut, in bytes.
const MAX_ADDRESS: usize = 200;

/// A resource that was met.
#[derive(Debug, Clone, Copy)]
pub(in crate::read) struct Met<'r> {
    pub(in crate::read) address: &'r str,
    pub(in crate::read) line: u64,
    pub(in crate::read) ids: &'r Ids,
}

/// What resources need.
#[derive(Debug)]
pub(in crate::read) struct Needs<'b> {
    base: &'b Base,
    calls: BTreeMap<(u64, String, TerraformAction, OperationId), Call>,
    /// Where the first of each type stands, so that calls keep the order of the document.
    first: BTreeMap<(String, TerraformAction), u64>,
    /// Types that are not known: line of the first, and how many there are.
    unknown: BTreeMap<String, (u64, u64)>,
}

/// One call, for one resource or more.
#[derive(Debug)]
struct Call {
    line: u64,
    address: String,
    count: u64,
    /// Ids by the names of parameters; `{name}` where one is not known.
    ids: Vec<(String, String)>,
}

impl<'b> Needs<'b> {
    pub(in crate::read) fn new(base: &'b Base) -> Self {
        Self { base, calls: BTreeMap::new(), first: BTreeMap::new(), unknown: BTreeMap::new() }
    }

    /// Adds what an action on a resource needs. Resources of other providers need nothing here.
    pub(in crate::read) fn add(
        &mut self,
        kind: &str,
        is_data: bool,
        met: Met<'_>,
        action: TerraformAction,
    ) {
        let Some(product) = catalog::terraform_product(kind) else { return };
        let Some(known) = catalog::terraform_resource(kind, is_data) else {
            // Each resource is read, and counted then.
            if action == TerraformAction::Read
                && (self.unknown.len() < MAX_UNKNOWN || self.unknown.contains_key(kind))
            {
                self.unknown.entry(kind.to_owned()).or_insert((met.line, 0)).1 += 1;
            }
            return;
        };
        let first = *self.first.entry((kind.to_owned(), action)).or_insert(met.line);
        for name in known.operations(action) {
            let Some(id) = self.operation(product, name) else { continue };
            let path = &self.base.operation(id).path;
            let ids = met.ids.of_path(path);
            let key = (first, kind.to_owned(), action, id);
            self.calls.entry(key).or_insert_with(|| Call::new(met)).add(ids);
        }
    }

    /// The operation of that name; of several the one of the management API.
    fn operation(&self, product: catalog::Product, name: &str) -> Option<OperationId> {
        let of_product = |id: &&OperationId| self.base.operation(**id).product == product;
        let named = || self.base.by_id(name).iter().filter(of_product);
        let managed = |id: &&OperationId| self.base.operation(**id).api == "management";
        named().find(managed).or_else(|| named().next()).copied()
    }

    /// Tells of every call, and of every type that is not known.
    pub(in crate::read) fn tell(&self, taker: &mut dyn Taker) {
        for ((_, kind, action, id), call) in &self.calls {
            call.tell(self.base, *id, kind, *action, taker);
        }
        for (kind, (line, count)) in &self.unknown {
            let what = format!("{kind}: what such resources call is not known, {count} of them");
            taker.fault(Fault { line: *line, what });
        }
    }
}

impl Call {
    fn new(met: Met<'_>) -> Self {
        let end = met.address.floor_char_boundary(MAX_ADDRESS);
        let address = met.address[..end].to_owned();
        Self { line: met.line, address, count: 0, ids: Vec::new() }
    }

    fn add(&mut self, ids: Vec<(&str, String)>) {
        self.count += 1;
        for (name, id) in ids {
            let id = if self.ids.len() < MAX_IDS { id } else { format!("{{{name}}}") };
            let is_unknown = id.starts_with('{');
            if !is_unknown || !self.ids.iter().any(|known| known.0 == name && known.1 == id) {
                self.ids.push((name.to_owned(), id));
            }
        }
    }

    fn tell(
        &self,
        base: &Base,
        id: OperationId,
        kind: &str,
        action: TerraformAction,
        taker: &mut dyn Taker,
    ) {
        let action = action.name();
        let input = match self.count {
            1 => format!("{action} {} (inferred)", self.address),
            count => format!("{action} {} and {} more (inferred)", self.address, count - 1),
        };
        let ids: Vec<_> = self.ids.iter().map(|(name, id)| (name.as_str(), id.as_str())).collect();
        let name = base.operation(id).qualified_name();
        taker.sighting(&Sighting {
            asked: Asked::Named { names: &[&name], ids: &ids },
            evidence: EvidenceKind::Source,
            line: self.line,
            input: &input,
            label: &format!("{action} {kind} (inferred from names)"),
            body: Body::Unknown,
            status: None,
            time: None,
            credential: None,
        });
    }
}
