//! The binary: how it is built, what it is built for, and that it needs nothing of the machine.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{elf, first_line};
use crate::repository;

/// Links what C libraries there are into the binary. It holds for the target alone: what the compiler itself loads cannot be linked so.
pub(super) const STATIC: &str = "-C target-feature=+crt-static";

/// What a binary is built for.
#[derive(Debug)]
pub(super) struct Target {
    /// Such as `x86_64-unknown-linux-gnu`.
    pub(super) triple: String,
    /// The compiler, with its version.
    pub(super) compiler: String,
}

/// A binary.
pub(super) struct Built {
    pub(super) target: Target,
    /// Of Keyward, as the binary itself says.
    pub(super) version: String,
    pub(super) bytes: Vec<u8>,
    path: std::path::PathBuf,
}

impl Target {
    /// The one that is asked for, or this machine.
    pub(super) fn of(asked: Option<&str>) -> Result<Self> {
        let output = Command::new("rustc").arg("-vV").output().context("failed to run rustc")?;
        let text = String::from_utf8(output.stdout).context("rustc printed no text")?;
        let host = text.lines().find_map(|line| line.strip_prefix("host: "));
        let triple = asked.or(host).context("rustc does not say what it runs on")?.to_owned();
        let compiler = text.lines().next().unwrap_or_default().to_owned();
        Ok(Self { triple, compiler })
    }

    pub(super) fn is_linux(&self) -> bool {
        self.triple.contains("-linux-")
    }

    fn is_windows(&self) -> bool {
        self.triple.contains("-windows-")
    }

    /// `CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS`.
    fn flags_variable(&self) -> String {
        format!("CARGO_TARGET_{}_RUSTFLAGS", self.triple.to_uppercase().replace('-', "_"))
    }

    /// Without the folders of this machine, so that the same source makes the same bytes elsewhere.
    fn flags(&self) -> String {
        let remap = |from: &str, to: &str| format!("--remap-path-prefix={from}={to}");
        let mut flags = vec![remap(&repository::root().to_string_lossy(), "keyward")];
        flags.extend(cargo_home().map(|folder| remap(&folder, "cargo")));
        if self.is_linux() || self.is_windows() {
            flags.push(STATIC.to_owned());
        }
        flags.join(" ")
    }
}

fn cargo_home() -> Option<String> {
    let home = || std::env::var("HOME").ok().map(|home| format!("{home}/.cargo"));
    std::env::var("CARGO_HOME").ok().or_else(home)
}

/// Builds in its own folder below the target's: flags differ, and must not disturb other builds.
pub(super) fn build(target: Target) -> Result<Built> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--release",
            "--locked",
            "--package",
            "keyward",
            "--target",
            &target.triple,
        ])
        .env(target.flags_variable(), target.flags())
        .env_remove("RUSTFLAGS")
        .current_dir(repository::root())
        .status()
        .context("failed to run cargo")?;
    ensure!(status.success(), "the build failed");
    Built::open(target)
}

impl Built {
    fn open(target: Target) -> Result<Self> {
        let name = if target.is_windows() { "keyward.exe" } else { "keyward" };
        let path = repository::target().join(&target.triple).join("release").join(name);
        let bytes =
            fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
        if target.is_linux() {
            elf::ensure_static(&bytes)?;
        }
        let said = first_line(Command::new(&path).arg("--version").env_clear());
        let said =
            said.context("what was built does not run here, as it must to write its manual")?;
        let version = said.strip_prefix("keyward ").context("it does not say its version")?;
        Ok(Self { version: version.to_owned(), target, bytes, path })
    }

    /// The name of its file.
    pub(super) fn file_name(&self) -> &'static str {
        if self.target.is_windows() { "keyward.exe" } else { "keyward" }
    }

    /// What it prints when asked.
    pub(super) fn ask(&self, words: &[&str]) -> Result<Vec<u8>> {
        let failed = || format!("failed to run keyward {}", words.join(" "));
        let output =
            Command::new(&self.path).args(words).env_clear().output().with_context(failed)?;
        ensure!(
            output.status.success(),
            "keyward {} ended with {}",
            words.join(" "),
            output.status
        );
        Ok(output.stdout)
    }
}
