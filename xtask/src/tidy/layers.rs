//! Who may depend on whom: `xtask/layers.toml` against what Cargo says.

mod plan;

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

pub(super) use self::plan::{Layer, Plan};
use super::Complaint;
use crate::repository::Repository;

/// A crate of the workspace as Cargo sees it.
#[derive(Debug)]
struct Package {
    name: String,
    /// Its folder below `crates/`.
    folder: String,
    /// Dependencies that ship: neither for tests nor for the build script.
    dependencies: Vec<String>,
}

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let plan = Plan::open(repository)?;
    let packages = packages(repository)?;
    let mut complaints = Vec::new();
    for package in &packages {
        complaints.extend(check_package(package, &plan, &packages));
    }
    for name in plan.layers.keys() {
        if !packages.iter().any(|package| package.name == *name) {
            let message = format!("there is no crate `{name}`");
            complaints.push(Complaint::new(Plan::PATH, 0, message));
        }
    }
    let expected = plan.layers.iter().filter(|(_, layer)| layer.is_pure);
    for (name, _) in expected {
        complaints.extend(check_lints(repository, name)?);
    }
    Ok(complaints)
}

fn check_package(package: &Package, plan: &Plan, all: &[Package]) -> Vec<Complaint> {
    let place = format!("crates/{}", package.folder);
    let complain = |message: String| Complaint::new(place.as_str(), 0, message);
    let Some(layer) = plan.layers.get(&package.name) else {
        return vec![complain(format!("has no place in {}", Plan::PATH))];
    };
    let mut complaints = Vec::new();
    if package.folder != package.name {
        complaints.push(complain(format!("holds the crate `{}`", package.name)));
    }
    let crates: BTreeSet<&str> = all.iter().map(|package| package.name.as_str()).collect();
    for dependency in &package.dependencies {
        if crates.contains(dependency.as_str()) && !layer.allow.contains(dependency) {
            complaints.push(complain(format!("may not depend on `{dependency}`")));
        }
        if layer.is_pure && plan.impure.contains(dependency) {
            complaints.push(complain(format!("is pure, may not depend on `{dependency}`")));
        }
    }
    complaints
}

/// A pure crate forbids the calls that would make it impure.
fn check_lints(repository: &Repository, name: &str) -> Result<Option<Complaint>> {
    let path = format!("crates/{name}/clippy.toml");
    let text = if repository.has(&path) { repository.text(&path)? } else { String::new() };
    let forbids = ["SystemTime::now", "std::fs::read", "std::env::var"];
    let missing = forbids.into_iter().find(|call| !text.contains(call));
    Ok(missing.map(|call| Complaint::new(path, 0, format!("does not forbid `{call}`"))))
}

fn packages(repository: &Repository) -> Result<Vec<Package>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(repository.root())
        .output()
        .context("failed to run cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata failed");
    let metadata: Value =
        serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    Ok(packages.iter().filter_map(package).collect())
}

/// A package that lies in `crates/`; chores may use anything.
fn package(value: &Value) -> Option<Package> {
    let manifest = value["manifest_path"].as_str()?.replace('\\', "/");
    let folder = manifest.strip_suffix("/Cargo.toml")?;
    let (above, folder) = folder.rsplit_once('/')?;
    above.ends_with("/crates").then_some(())?;
    let ships = |dependency: &&Value| dependency["kind"].is_null();
    let dependencies = value["dependencies"].as_array()?.iter().filter(ships);
    Some(Package {
        name: value["name"].as_str()?.to_owned(),
        folder: folder.to_owned(),
        dependencies: dependencies
            .filter_map(|dependency| dependency["name"].as_str())
            .map(str::to_owned)
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Package, Plan, check_package};

    #[test]
    fn undeclared_edges_and_impure_dependencies_are_found() {
        let plan = Plan::parse(
            "impure = [\"anyhow\"]\n[crates.rule]\npure = true\nallow = [\"event\"]\n\
             [crates.event]\npure = true\nallow = []\n",
        )
        .unwrap();
        let package = |name: &str, dependencies: &[&str]| Package {
            name: name.to_owned(),
            folder: name.to_owned(),
            dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        };
        let all = [package("event", &["rule"]), package("rule", &["event", "anyhow", "regex"])];
        let said: Vec<String> = all
            .iter()
            .flat_map(|package| check_package(package, &plan, &all))
            .map(|complaint| complaint.to_string())
            .collect();
        assert_eq!(
            said,
            [
                "crates/event: may not depend on `rule`",
                "crates/rule: is pure, may not depend on `anyhow`",
            ]
        );
    }
}
