//! What is in a binary and no package: libraries in C that packages bring, the standard library, and the C library.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::dist::build::Target;
use crate::dist::first_line;
use crate::dist::packages::Package;

/// A component of a binary that Cargo does not know by name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bundled {
    pub(super) name: &'static str,
    /// `None` where it is not known.
    pub(super) version: Option<String>,
    /// An SPDX expression.
    pub(super) license: &'static str,
}

/// Where a package keeps the source of the library that it brings, and says which it is.
struct Carried {
    package: &'static str,
    name: &'static str,
    license: &'static str,
    header: &'static str,
    /// Beginnings of the lines that hold the parts of its version.
    lines: &'static [&'static str],
}

/// Source: the license files in those packages, checked 2026-11-22.
const CARRIED: &[Carried] = &[
    Carried {
        package: "aws-lc-sys",
        name: "aws-lc",
        license: "ISC AND Apache-2.0 AND MIT AND BSD-3-Clause",
        header: "aws-lc/include/openssl/base.h",
        lines: &["#define AWSLC_VERSION_NUMBER_STRING "],
    },
    Carried {
        package: "libsqlite3-sys",
        name: "sqlite",
        license: "blessing",
        header: "sqlite3/sqlite3.h",
        lines: &["#define SQLITE_VERSION "],
    },
    Carried {
        package: "zstd-sys",
        name: "zstd",
        license: "BSD-3-Clause OR GPL-2.0-only",
        header: "zstd/lib/zstd.h",
        lines: &[
            "#define ZSTD_VERSION_MAJOR ",
            "#define ZSTD_VERSION_MINOR ",
            "#define ZSTD_VERSION_RELEASE ",
        ],
    },
];

/// Packages that tell Cargo of a library and bring none.
const EMPTY: &[&str] = &["aws-lc-rs", "rayon-core"];

/// The library in C that a package brings, if it brings one. Fails for one that nobody has looked at.
pub(super) fn carried(package: &Package) -> Result<Option<Bundled>> {
    if package.links.is_none() || EMPTY.contains(&package.name.as_str()) {
        return Ok(None);
    }
    let row = CARRIED.iter().find(|row| row.package == package.name);
    let row = row.with_context(|| {
        format!(
            "`{}` brings a library that xtask/src/dist/bill/bundled.rs does not know",
            package.name
        )
    })?;
    let path = package.folder.join(row.header);
    let version = version_in(&path, row.lines);
    let version = version.with_context(|| format!("no version in {}", path.display()))?;
    Ok(Some(Bundled { name: row.name, version: Some(version), license: row.license }))
}

fn version_in(path: &Path, lines: &[&str]) -> Option<String> {
    version_of(&fs::read_to_string(path).ok()?, lines)
}

fn version_of(text: &str, lines: &[&str]) -> Option<String> {
    let part = |start: &&str| {
        let rest = text.lines().find_map(|line| line.strip_prefix(start))?;
        Some(rest.trim().trim_matches('"').to_owned())
    };
    Some(lines.iter().map(part).collect::<Option<Vec<_>>>()?.join("."))
}

/// What the compiler puts into every binary.
pub(super) fn of_compiler(target: &Target) -> Vec<Bundled> {
    let version = target.compiler.split(' ').nth(1).map(str::to_owned);
    let mut found = vec![Bundled { name: "rust-std", version, license: "MIT OR Apache-2.0" }];
    if target.triple.ends_with("-linux-gnu") {
        found.push(Bundled { name: "glibc", version: glibc(), license: "LGPL-2.1-or-later" });
    }
    if target.triple.ends_with("-linux-musl") {
        found.push(Bundled { name: "musl", version: None, license: "MIT" });
    }
    found
}

/// `glibc 2.36`.
fn glibc() -> Option<String> {
    let said = first_line(Command::new("getconf").arg("GNU_LIBC_VERSION")).ok()?;
    said.strip_prefix("glibc ").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn versions_stand_in_headers_whole_or_in_parts() {
        let text =
            "#define A_VERSION_NUMBER 7\n#define A_VERSION   \"3.1\"\n#define B 1\n#define C 5\n";
        assert_eq!(version_of(text, &["#define A_VERSION "]).unwrap(), "3.1");
        assert_eq!(version_of(text, &["#define B ", "#define C "]).unwrap(), "1.5");
        assert_eq!(version_of(text, &["#define B ", "#define D "]), None);
    }
}
