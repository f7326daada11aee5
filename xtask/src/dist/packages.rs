//! What a binary is made of: the packages that are in it, those that only took part in building it, and which needs which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::repository;

/// Edges that lead into the binary.
const SHIPPED: &str = "normal,no-proc-macro";

/// Edges along which code is compiled, be it to run while building alone.
const COMPILED: &str = "normal,build";

/// Everything that Keyward is built from.
pub(super) struct Packages {
    /// In order of name and version.
    pub(super) all: Vec<Package>,
}

/// One package.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// An SPDX expression.
    pub(super) license: String,
    /// SHA-256 of what was downloaded; `None` for packages of this repository.
    pub(super) checksum: Option<String>,
    /// Where its source is worked on, if it says so.
    pub(super) repository: Option<String>,
    /// The library in another language that it brings, as Cargo knows it.
    pub(super) links: Option<String>,
    /// Where its source lies here.
    pub(super) folder: PathBuf,
    /// Whether code of it is in the binary, rather than taking part in building it alone.
    pub(super) is_shipped: bool,
    /// Names and versions of what it needs.
    pub(super) needs: BTreeSet<(String, String)>,
}

impl Packages {
    /// Asks Cargo, which must have built them: it is not to download anything.
    pub(super) fn open(triple: &str) -> Result<Self> {
        let shipped = tree(triple, SHIPPED)?;
        let compiled = tree(triple, COMPILED)?;
        let checksums = checksums()?;
        let metadata = metadata(triple)?;
        let ids = ids(&metadata)?;
        let needs = needs(&metadata, &ids)?;
        let mut all = Vec::new();
        for value in metadata["packages"].as_array().context("cargo names no packages")? {
            let Some(key) = key(value).filter(|key| compiled.contains(key)) else { continue };
            let needed = needs.get(&key).into_iter().flatten();
            all.push(Package {
                license: license(value).with_context(|| format!("{} has no license", key.0))?,
                checksum: checksums.get(&key).cloned(),
                repository: value["repository"].as_str().map(str::to_owned),
                links: value["links"].as_str().map(str::to_owned),
                folder: folder(value).context("cargo does not say where a package lies")?,
                is_shipped: shipped.contains(&key),
                needs: needed.filter(|key| compiled.contains(*key)).cloned().collect(),
                name: key.0,
                version: key.1,
            });
        }
        all.sort_unstable_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
        ensure!(all.len() == compiled.len(), "cargo names packages of which it does not tell more");
        Ok(Self { all })
    }

    /// Those of others, of which code is in the binary.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &Package> {
        self.all.iter().filter(|package| package.is_shipped && package.checksum.is_some())
    }
}

type Key = (String, String);

/// Name and version of every package along these edges, as the build of Keyward alone has them: metadata knows the features of the
/// whole workspace only.
fn tree(triple: &str, edges: &str) -> Result<BTreeSet<Key>> {
    let options = ["tree", "--package", "keyward", "--locked", "--offline", "--prefix", "none"];
    let output = cargo(&[&options[..], &["--target", triple, "--edges", edges]].concat())?;
    let key = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
    };
    output
        .lines()
        .map(|line| key(line).with_context(|| format!("`{line}` is no package")))
        .collect()
}

fn metadata(triple: &str) -> Result<Value> {
    let options = ["metadata", "--format-version", "1", "--locked", "--offline"];
    let text = cargo(&[&options[..], &["--filter-platform", triple]].concat())?;
    serde_json::from_str(&text).context("cargo metadata is not JSON")
}

fn cargo(words: &[&str]) -> Result<String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(words)
        .current_dir(repository::root())
        .output()
        .context("failed to run cargo")?;
    ensure!(output.status.success(), "cargo {} failed", words.join(" "));
    String::from_utf8(output.stdout).context("cargo printed no text")
}

/// Digests of what was downloaded, which the lock file keeps.
fn checksums() -> Result<BTreeMap<Key, String>> {
    let text = std::fs::read_to_string(repository::root().join("Cargo.lock"))
        .context("failed to read Cargo.lock")?;
    Ok(locked(&text))
}

fn locked(text: &str) -> BTreeMap<Key, String> {
    let entry = |entry: &str| {
        let value = |key: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
        };
        Some(((value("name")?, value("version")?), value("checksum")?))
    };
    text.split("[[package]]").filter_map(entry).collect()
}

/// What an opaque id of Cargo's means.
fn ids(metadata: &Value) -> Result<BTreeMap<&str, Key>> {
    let packages = metadata["packages"].as_array().context("cargo names no packages")?;
    Ok(packages.iter().filter_map(|value| Some((value["id"].as_str()?, key(value)?))).collect())
}

fn needs(metadata: &Value, ids: &BTreeMap<&str, Key>) -> Result<BTreeMap<Key, BTreeSet<Key>>> {
    let nodes = metadata["resolve"]["nodes"].as_array().context("cargo resolves nothing")?;
    let key = |value: &Value| ids.get(value.as_str()?).cloned();
    let edges = nodes.iter().filter_map(|node| {
        let needed = node["deps"].as_array()?.iter().filter(|edge| is_compiled(edge));
        Some((key(&node["id"])?, needed.filter_map(|edge| key(&edge["pkg"])).collect()))
    });
    Ok(edges.collect())
}

/// Whether an edge is there for more than tests.
fn is_compiled(edge: &Value) -> bool {
    edge["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"] != "dev")
}

fn key(value: &Value) -> Option<Key> {
    Some((value["name"].as_str()?.to_owned(), value["version"].as_str()?.to_owned()))
}

/// The license as SPDX writes it: older packages put a slash for a choice.
fn license(value: &Value) -> Option<String> {
    let parts: Vec<&str> = value["license"].as_str()?.split('/').map(str::trim).collect();
    Some(parts.join(" OR "))
}

fn folder(value: &Value) -> Option<PathBuf> {
    Some(PathBuf::from(value["manifest_path"].as_str()?).parent()?.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_compiled, license, locked};

    #[test]
    fn a_slash_between_licenses_is_a_choice() {
        for (said, expected) in [
            ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
            ("Apache-2.0 / MIT", "Apache-2.0 OR MIT"),
            ("MIT AND (ISC OR Zlib)", "MIT AND (ISC OR Zlib)"),
        ] {
            assert_eq!(license(&json!({ "license": said })).unwrap(), expected);
        }
        assert_eq!(license(&json!({ "license": null })), None);
    }

    #[test]
    fn checksums_are_those_of_what_was_downloaded() {
        let text = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"00ff\"\n\n\
                    [[package]]\nname = \"keyward\"\nversion = \"0.1.0\"\ndependencies = [\n \"a\",\n]\n";
        let found: Vec<_> = locked(text).into_iter().collect();
        assert_eq!(found, [(("a".to_owned(), "1.0.0".to_owned()), "00ff".to_owned())]);
    }

    #[test]
    fn edges_of_tests_alone_lead_nowhere() {
        assert!(is_compiled(&json!({ "dep_kinds": [{ "kind": "dev" }, { "kind": null }] })));
        assert!(is_compiled(&json!({ "dep_kinds": [{ "kind": "build" }] })));
        assert!(!is_compiled(&json!({ "dep_kinds": [{ "kind": "dev" }] })));
    }
}
