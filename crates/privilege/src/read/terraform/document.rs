//! The parts of Terraform's documents that tell which resources there are. Everything else is skipped
//! while it is read, and so are the values of resources, save ids.

use memchr::memmem;
use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::ids::Ids;

/// Addresses whose lines are looked up.
const MAX_ADDRESSES: usize = 100_000;

/// A plan or a state as `terraform show -json` writes it, or a state file.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    /// Of a plan.
    #[serde(default)]
    pub(super) resource_changes: Option<Vec<Planned>>,
    /// Of a plan: what was there before.
    #[serde(default)]
    pub(super) prior_state: Option<State>,
    /// Of a state.
    #[serde(default)]
    pub(super) values: Option<Values>,
    /// Of a state file.
    #[serde(default)]
    pub(super) resources: Option<Vec<Held>>,
}

/// A resource and what happens to it.
#[derive(Debug, Deserialize)]
pub(super) struct Planned {
    #[serde(default)]
    pub(super) address: String,
    #[serde(default)]
    pub(super) mode: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    pub(super) change: Change,
}

#[derive(Debug, Deserialize)]
pub(super) struct Change {
    pub(super) actions: Vec<String>,
    #[serde(default)]
    pub(super) before: Option<Ids>,
    #[serde(default)]
    pub(super) after: Option<Ids>,
}

#[derive(Debug, Deserialize)]
pub(super) struct State {
    #[serde(default)]
    pub(super) values: Option<Values>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Values {
    #[serde(default)]
    pub(super) root_module: Module,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Module {
    #[serde(default)]
    pub(super) resources: Vec<Resource>,
    #[serde(default)]
    pub(super) child_modules: Vec<Module>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Resource {
    #[serde(default)]
    pub(super) address: String,
    #[serde(default)]
    pub(super) mode: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) values: Ids,
}

/// A resource of a state file, with each of its instances.
#[derive(Debug, Deserialize)]
pub(super) struct Held {
    #[serde(default)]
    pub(super) mode: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    module: Option<String>,
    #[serde(default)]
    pub(super) instances: Vec<Instance>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Instance {
    #[serde(default)]
    pub(super) attributes: Ids,
}

impl Held {
    pub(super) fn address(&self) -> String {
        match &self.module {
            Some(module) => format!("{module}.{}.{}", self.kind, self.name),
            None => format!("{}.{}", self.kind, self.name),
        }
    }
}

/// The lines on which addresses first stand.
pub(super) fn lines_of_addresses(bytes: &[u8], first_line: u64) -> FxHashMap<String, u64> {
    let mut lines = FxHashMap::default();
    let (mut line, mut counted) = (first_line, 0);
    for at in memmem::find_iter(bytes, b"\"address\"") {
        line += memchr::memchr_iter(b'\n', &bytes[counted..at]).count() as u64;
        counted = at;
        if lines.len() == MAX_ADDRESSES {
            break;
        }
        if let Some(address) = text_behind(&bytes[at + b"\"address\"".len()..]) {
            lines.entry(address).or_insert(line);
        }
    }
    lines
}

/// The string behind a colon.
fn text_behind(bytes: &[u8]) -> Option<String> {
    let value = bytes.trim_ascii_start().strip_prefix(b":")?;
    serde_json::Deserializer::from_slice(value).into_iter::<String>().next()?.ok()
}
