//! The bill of materials: everything that a binary is made of, by version, digest and license, and what needs what.
//!
//! *Source.* `CycloneDX` 1.6, JSON; package URLs of types `cargo` and `generic`; checked 2026-11-22.

mod bundled;

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde_json::{Value, json};

use self::bundled::{Bundled, carried, of_compiler};
use super::build::Built;
use super::packages::{Package, Packages};
use super::sha256;

/// What goes into a bill.
pub(super) struct Bill<'a> {
    pub(super) built: &'a Built,
    pub(super) packages: &'a Packages,
    pub(super) time: Timestamp,
}

impl Bill<'_> {
    /// The bill as JSON. Fails if something is in the binary of which the license is not known.
    pub(super) fn to_json(&self) -> Result<Vec<u8>> {
        let (root, mut components, mut edges) = (self.root()?, Vec::new(), Vec::new());
        let compiler = of_compiler(&self.built.target);
        for package in &self.packages.all {
            let inside = carried(package)?;
            let mut needs: Vec<String> =
                package.needs.iter().map(|(n, v)| cargo_url(n, v)).collect();
            needs.extend(inside.as_ref().map(generic_url));
            if package.name == "keyward" {
                needs.extend(compiler.iter().map(generic_url));
            } else {
                components.push(package_json(package));
            }
            components.extend(inside.as_ref().map(bundled_json));
            edges.push(
                json!({ "ref": cargo_url(&package.name, &package.version), "dependsOn": needs }),
            );
        }
        components.extend(compiler.iter().map(bundled_json));
        let mut bill = json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "serialNumber": null,
            "version": 1,
            "metadata": self.metadata(&root),
            "components": components,
            "dependencies": edges,
        });
        bill["serialNumber"] = json!(serial_number(&bill)?);
        serde_json::to_vec_pretty(&bill).context("failed to write the bill")
    }

    fn root(&self) -> Result<Value> {
        let keyward = self.packages.all.iter().find(|package| package.name == "keyward");
        let mut root = package_json(keyward.context("Keyward is not among its packages")?);
        root["type"] = json!("application");
        root["hashes"] = hashes(&sha256(&self.built.bytes));
        Ok(root)
    }

    fn metadata(&self, root: &Value) -> Value {
        json!({
            "timestamp": self.time.to_string(),
            "lifecycles": [{ "phase": "build" }],
            "tools": { "components": [{ "type": "application", "name": "cargo xtask dist" }] },
            "component": root,
            "properties": [
                { "name": "keyward:target", "value": self.built.target.triple },
                { "name": "keyward:compiler", "value": self.built.target.compiler },
            ],
        })
    }
}

fn package_json(package: &Package) -> Value {
    let url = cargo_url(&package.name, &package.version);
    let mut json = json!({
        "type": "library",
        "bom-ref": url,
        "name": package.name,
        "version": package.version,
        "scope": if package.is_shipped { "required" } else { "excluded" },
        "licenses": [{ "expression": package.license }],
        "purl": url,
    });
    if let Some(checksum) = &package.checksum {
        json["hashes"] = hashes(checksum);
    }
    if let Some(repository) = &package.repository {
        json["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    json
}

fn bundled_json(bundled: &Bundled) -> Value {
    let url = generic_url(bundled);
    let mut json = json!({
        "type": "library",
        "bom-ref": url,
        "name": bundled.name,
        "scope": "required",
        "licenses": [{ "expression": bundled.license }],
        "purl": url,
    });
    if let Some(version) = &bundled.version {
        json["version"] = json!(version);
    }
    json
}

fn hashes(sha256: &str) -> Value {
    json!([{ "alg": "SHA-256", "content": sha256 }])
}

/// A plus sign, which versions may hold, is written as its code.
fn cargo_url(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}

fn generic_url(bundled: &Bundled) -> String {
    let version = bundled.version.iter().map(|version| format!("@{version}"));
    format!("pkg:generic/{}{}", bundled.name, version.collect::<String>())
}

/// A UUID of version 8, made of the digest of all the rest: the same bill has the same number.
fn serial_number(bill: &Value) -> Result<String> {
    let text = serde_json::to_vec(bill).context("failed to write the bill")?;
    let digest = sha256(&text);
    let part = |from: usize, to: usize| digest.get(from..to).unwrap_or_default();
    let (time, rest) = (format!("{}-{}", part(0, 8), part(8, 12)), part(20, 32));
    Ok(format!("urn:uuid:{time}-8{}-8{}-{rest}", part(13, 16), part(17, 20)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{bundled::Bundled, cargo_url, generic_url, serial_number};

    #[test]
    fn package_urls_hold_no_plus_sign() {
        assert_eq!(
            cargo_url("zstd-sys", "2.1.2+zstd.1.5.7"),
            "pkg:cargo/zstd-sys@2.1.2%2Bzstd.1.5.7"
        );
        let musl = Bundled { name: "musl", version: None, license: "MIT" };
        assert_eq!(generic_url(&musl), "pkg:generic/musl");
    }

    #[test]
    fn the_serial_number_is_that_of_the_rest() {
        let number = serial_number(&json!({ "a": 1 })).unwrap();
        let lengths: Vec<usize> = number["urn:uuid:".len()..].split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{number}");
        assert_eq!(number, serial_number(&json!({ "a": 1 })).unwrap());
        assert_ne!(number, serial_number(&json!({ "a": 2 })).unwrap());
    }
}
