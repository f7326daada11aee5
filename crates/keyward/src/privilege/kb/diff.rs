//! What changed between two descriptions, and which grants would be missing.

use std::collections::BTreeSet;
use std::path::Path;

use ::privilege::{ApiDiff, Base, Change, Spec, SpecOperation, Text, api_diff};
use serde_json::{Value, json};

use super::super::knowledge;
use super::{edges, operation};
use crate::exit::Exit;
use crate::render::page::{Block, Line, Page};
use crate::render::plural;

/// The name of what is built in.
const BUILTIN: &str = "builtin";

/// Two descriptions and their differences.
pub(super) struct Compared {
    old: String,
    new: String,
    /// What has to be known of how they were compared.
    remarks: Vec<String>,
    /// The differences.
    pub(super) diff: ApiDiff,
}

enum Side {
    Builtin,
    Spec(Spec),
}

impl Side {
    fn open(path: &Path) -> anyhow::Result<Self> {
        if path.as_os_str() == BUILTIN {
            return Ok(Self::Builtin);
        }
        knowledge::spec(path).map(Self::Spec)
    }

    fn name(&self) -> String {
        match self {
            Self::Builtin => format!("built in ({})", Base::builtin().release().name),
            Self::Spec(spec) => spec.name.clone(),
        }
    }
}

impl Compared {
    /// Reads and compares. What is built in is cut to the APIs that the other one describes.
    pub(super) fn new(old: &Path, new: &Path) -> anyhow::Result<Self> {
        let (old, new) = (Side::open(old)?, Side::open(new)?);
        let (old_name, new_name) = (old.name(), new.name());
        let mut remarks = Vec::new();
        let diff = match (&old, &new) {
            (Side::Builtin, Side::Builtin) => {
                ApiDiff { n_common: Base::builtin().operations().count(), ..ApiDiff::default() }
            }
            (Side::Spec(old), Side::Spec(new)) => {
                if old.product != new.product {
                    remarks.push("they describe APIs of different vendors".to_owned());
                }
                api_diff(&old.operations, &new.operations)
            }
            (Side::Builtin, Side::Spec(spec)) => {
                api_diff(&builtin(spec, &mut remarks), &spec.operations)
            }
            (Side::Spec(spec), Side::Builtin) => {
                api_diff(&spec.operations, &builtin(spec, &mut remarks))
            }
        };
        Ok(Self { old: old_name, new: new_name, remarks, diff })
    }

    /// For people.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::new("What changed");
        page.push(Block::Facts(vec![
            ("old".to_owned(), Line::plain(&self.old)),
            ("new".to_owned(), Line::plain(&self.new)),
        ]));
        for remark in &self.remarks {
            page.push(Block::Warning(Line::plain(remark)));
        }
        page.push(Block::Paragraph(Line::plain(self.summary())));
        self.push_missing(&mut page);
        push_operations("Added", &self.diff.added, &mut page);
        push_operations("Removed", &self.diff.removed, &mut page);
        if !self.diff.changed.is_empty() {
            page.push(Block::Heading(2, "Changed".to_owned()));
            let items = self.diff.changed.iter().map(changed).collect();
            page.push(Block::List { numbered: false, items });
        }
        page
    }

    fn summary(&self) -> String {
        let diff = &self.diff;
        let count = |rows: usize| plural(rows as u64, "operation");
        format!(
            "{} in both: {} changed. {} added, {} removed.",
            count(diff.n_common),
            diff.changed.len(),
            count(diff.added.len()),
            count(diff.removed.len()),
        )
    }

    /// What whoever had been granted all that the older one asks for would lack.
    fn push_missing(&self, page: &mut Page) {
        let lacking: Vec<_> =
            self.diff.changed.iter().filter(|change| !change.missing.is_empty()).collect();
        if lacking.is_empty() && self.diff.new_scopes.is_empty() {
            return;
        }
        page.push(Block::Heading(2, "Grants that would be missing".to_owned()));
        let mut items: Vec<_> = lacking
            .into_iter()
            .map(|change| {
                let scopes: Vec<_> = change.missing.iter().collect();
                edges::joined(&scopes, ", ").and(" for ").and_code(call(&change.new))
            })
            .collect();
        if !self.diff.new_scopes.is_empty() {
            let scopes: Vec<_> = self.diff.new_scopes.iter().collect();
            items.push(
                Line::plain("scopes that the older one does not have: ")
                    .and_line(edges::joined(&scopes, ", ")),
            );
        }
        page.push(Block::List { numbered: false, items });
    }

    /// For programs.
    pub(super) fn json(&self, exit: Exit) -> Value {
        let diff = &self.diff;
        let names =
            |scopes: &BTreeSet<Text>| scopes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let all = |rows: &[SpecOperation]| rows.iter().map(one).collect::<Vec<_>>();
        let change = |change: &Change| {
            json!({
                "old": one(&change.old),
                "new": one(&change.new),
                "missing": names(&change.missing),
            })
        };
        json!({
            "verb": "kb diff",
            "old": self.old,
            "new": self.new,
            "remarks": self.remarks,
            "common": diff.n_common,
            "added": all(&diff.added),
            "removed": all(&diff.removed),
            "changed": diff.changed.iter().map(change).collect::<Vec<_>>(),
            "new_scopes": names(&diff.new_scopes),
            "gone_scopes": names(&diff.gone_scopes),
            "exit": exit,
        })
    }
}

/// What is built in of the APIs that a description covers; of a description of a part of an API, that part.
fn builtin(spec: &Spec, remarks: &mut Vec<String>) -> Vec<SpecOperation> {
    let base = Base::builtin();
    let apis = base.apis_of(spec);
    if !apis.is_empty() {
        return base.described(spec.product, &apis);
    }
    remarks.push(
        "the description has less than half of the operations of any API that is built in: \
         what it leaves out is not taken for removed"
            .to_owned(),
    );
    let all: BTreeSet<_> = base.operations().map(|(_, operation)| operation.api.as_ref()).collect();
    let known =
        |operation: &SpecOperation| base.by_path(spec.product, operation.method, &operation.path);
    let described: BTreeSet<_> = spec.operations.iter().filter_map(known).collect();
    let mut rows = base.described(spec.product, &all);
    rows.retain(|row| known(row).is_some_and(|id| described.contains(&id)));
    rows
}

fn push_operations(title: &str, rows: &[SpecOperation], page: &mut Page) {
    if rows.is_empty() {
        return;
    }
    page.push(Block::Heading(2, title.to_owned()));
    let item = |row: &SpecOperation| {
        let line = Line::code(call(row));
        if row.scope.names().is_empty() {
            line
        } else {
            line.and(": ").and_line(edges::joined(row.scope.names(), ", "))
        }
    };
    page.push(Block::List { numbered: false, items: rows.iter().map(item).collect() });
}

fn call(row: &SpecOperation) -> String {
    format!("{} {}", row.method.name(), row.path)
}

fn changed(change: &Change) -> Line {
    let (old, new) = (&change.old, &change.new);
    let mut parts = Vec::new();
    if change.has_scopes() {
        let became = Line::plain("scopes ").and_line(scopes(old)).and(" became ");
        parts.push(became.and_line(scopes(new)));
    }
    if change.has_credentials() {
        let (old, new) =
            (operation::accepted(old.credentials), operation::accepted(new.credentials));
        parts.push(Line::plain(format!("took {old}; takes {new}")));
    }
    if old.id != new.id {
        parts.push(
            Line::plain("was called ").and_code(&old.id).and(", is called ").and_code(&new.id),
        );
    }
    if old.deprecated != new.deprecated {
        parts.push(Line::plain(if new.deprecated {
            "is deprecated now"
        } else {
            "is no more deprecated"
        }));
    }
    Line::code(call(new)).and(": ").and_line(edges::chained(parts.into_iter(), "; "))
}

fn scopes(row: &SpecOperation) -> Line {
    if row.scope.names().is_empty() {
        Line::plain("none")
    } else {
        edges::joined(row.scope.names(), ", ")
    }
}

fn one(row: &SpecOperation) -> Value {
    json!({
        "method": row.method.name(),
        "path": row.path,
        "id": row.id,
        "credentials": operation::credentials(row.credentials),
        "scope": edges::scope_rule(&row.scope),
        "deprecated": row.deprecated,
    })
}
