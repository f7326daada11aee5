//! `terraform show -json` of a plan or a state, and a state file itself.
//!
//! What happens to a resource stands for operations by a table of the catalog that is inferred from names. A
//! plan says what happens; a state only what is managed, so that each of its resources may be read, created,
//! changed and deleted.

mod document;
mod ids;
mod needs;

use catalog::TerraformAction::{self, Create, Delete, Read, Update};

use self::document::{Document, Module, Resource};
pub(super) use self::ids::NONE as NO_IDS;
pub(super) use self::needs::{Met, Needs};
use crate::{Base, Fault, Taker};

/// Reads a whole document.
pub(super) fn read(bytes: &[u8], first_line: u64, base: &Base, taker: &mut dyn Taker) {
    let document: Document = match serde_json::from_slice(bytes) {
        Ok(document) => document,
        Err(error) => {
            let line = first_line + (error.line() as u64).saturating_sub(1);
            taker
                .fault(Fault { line, what: format!("no output of terraform show -json: {error}") });
            return;
        }
    };
    let lines = document::lines_of_addresses(bytes, first_line);
    let line = |address: &str| lines.get(address).copied().unwrap_or(first_line);
    let mut needs = Needs::new(base);
    if document.resource_changes.is_none()
        && document.values.is_none()
        && document.resources.is_none()
    {
        let what = "holds neither changes nor resources of terraform show -json".to_owned();
        return taker.fault(Fault { line: first_line, what });
    }
    read_plan(&document, &line, &mut needs, taker);
    if let Some(values) = &document.values {
        read_module(&values.root_module, &line, false, &mut needs);
    }
    for held in document.resources.iter().flatten() {
        for instance in &held.instances {
            let address = held.address();
            let met = Met { address: &address, line: first_line, ids: &instance.attributes };
            add(&held.kind, held.mode == "data", met, &[Read, Create, Update, Delete], &mut needs);
        }
    }
    needs.tell(taker);
}

fn read_plan(
    document: &Document,
    line: &dyn Fn(&str) -> u64,
    needs: &mut Needs<'_>,
    taker: &mut dyn Taker,
) {
    for planned in document.resource_changes.iter().flatten() {
        if catalog::terraform_product(&planned.kind).is_none() {
            continue;
        }
        let ids = planned.change.before.as_ref().or(planned.change.after.as_ref());
        let at = line(&planned.address);
        let mut done = Vec::new();
        for action in &planned.change.actions {
            let Some(actions) = actions(action) else {
                let what = format!("{}: `{action}` is no known action", planned.address);
                taker.fault(Fault { line: at, what });
                continue;
            };
            for action in actions {
                if !done.contains(action) {
                    done.push(*action);
                }
            }
        }
        let met = Met { address: &planned.address, line: at, ids: ids.unwrap_or(&ids::NONE) };
        add(&planned.kind, planned.mode == "data", met, &done, needs);
    }
    if let Some(values) = document.prior_state.as_ref().and_then(|state| state.values.as_ref()) {
        // Resources stand among the changes, even unchanged ones; data sources only here.
        read_module(&values.root_module, line, true, needs);
    }
}

/// What an action of a plan does, one after the other. Terraform reads what it is about to change, and what
/// it has made.
fn actions(name: &str) -> Option<&'static [TerraformAction]> {
    match name {
        "no-op" | "read" | "forget" => Some(&[Read]),
        "create" => Some(&[Create, Read]),
        "update" => Some(&[Read, Update]),
        "delete" => Some(&[Read, Delete]),
        _ => None,
    }
}

fn read_module(
    module: &Module,
    line: &dyn Fn(&str) -> u64,
    only_data: bool,
    needs: &mut Needs<'_>,
) {
    for resource in &module.resources {
        let Resource { address, mode, kind, values } = resource;
        let is_data = mode == "data";
        if is_data || !only_data {
            let met = Met { address, line: line(address), ids: values };
            add(kind, is_data, met, &[Read, Create, Update, Delete], needs);
        }
    }
    for child in &module.child_modules {
        read_module(child, line, only_data, needs);
    }
}

fn add(
    kind: &str,
    is_data: bool,
    met: Met<'_>,
    actions: &[TerraformAction],
    needs: &mut Needs<'_>,
) {
    for &action in if is_data { &[Read][..] } else { actions } {
        needs.add(kind, is_data, met, action);
    }
}

#[cfg(test)]
mod tests;
