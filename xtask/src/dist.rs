//! `cargo xtask dist`: what is handed to people. One archive with a binary that needs nothing of the machine, its manual and completions,
//! the licenses of all that is in it, a bill of materials, and checksums beside it.
//!
//! The same commit, compiler and machine make the same archive: names are sorted, and the time in it is that of the commit.

mod archive;
mod bill;
mod build;
mod elf;
mod notices;
mod packages;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use self::archive::{Archive, Mode};
use self::bill::Bill;
use self::build::{Built, Target};
use self::packages::Packages;
use crate::repository::{self, Repository};

/// Files of the repository that go along, beside what lies in `FOLDERS`.
const FILES: &[&str] = &["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md"];

/// Folders of the repository that go along: what the README leads to, and the unit.
const FOLDERS: &[&str] = &["docs/", "examples/", "packaging/systemd/"];

/// Shells, and what each looks for.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "keyward.bash"),
    ("elvish", "keyward.elv"),
    ("fish", "keyward.fish"),
    ("powershell", "_keyward.ps1"),
    ("zsh", "_keyward"),
];

/// Builds, packs, and says where it is.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    let wanted = Wanted::read(words)?;
    let built = build::build(Target::of(wanted.target)?)?;
    let packages = Packages::open(&built.target.triple)?;
    let time = time_of_commit()?;
    let bill = Bill { built: &built, packages: &packages, time }.to_json()?;
    let name = format!("keyward-{}-{}", built.version, built.target.triple);
    let mut archive = Archive::new(&name, time);
    add_all(&mut archive, &built, &packages, &bill)?;
    fs::create_dir_all(&wanted.out)
        .with_context(|| format!("failed to create {}", wanted.out.display()))?;
    let files = [(format!("{name}.tar.gz"), archive.finish()?), (format!("{name}.cdx.json"), bill)];
    write_all(&wanted.out, &files)
}

/// What is asked for.
struct Wanted<'a> {
    /// `None`: this machine.
    target: Option<&'a str>,
    out: PathBuf,
}

impl<'a> Wanted<'a> {
    fn read(words: &[&'a str]) -> Result<Self> {
        let mut wanted = Self { target: None, out: repository::target().join("dist") };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let value = words.next().with_context(|| format!("`{word}` lacks its value"))?;
            match *word {
                "--target" => wanted.target = Some(value),
                "--out" => wanted.out = PathBuf::from(value),
                _ => bail!("`dist` takes --target TRIPLE and --out DIR, not `{word}`"),
            }
        }
        Ok(wanted)
    }
}

fn add_all(archive: &mut Archive, built: &Built, packages: &Packages, bill: &[u8]) -> Result<()> {
    archive.add(built.file_name(), Mode::Program, built.bytes.clone());
    archive.add("keyward.cdx.json", Mode::File, bill.to_vec());
    archive.add("THIRD-PARTY-LICENSES", Mode::File, notices::text(packages)?.into_bytes());
    let repository = Repository::open(repository::root())?;
    let goes_along =
        |path: &&str| FILES.contains(path) || FOLDERS.iter().any(|folder| path.starts_with(folder));
    for path in repository.paths().filter(goes_along) {
        let bytes = fs::read(repository.root().join(path))
            .with_context(|| format!("failed to read {path}"))?;
        archive.add(path, Mode::File, bytes);
    }
    for (shell, file) in COMPLETIONS {
        let script = built.ask(&["completions", shell])?;
        archive.add(&format!("completions/{file}"), Mode::File, script);
    }
    add_manual(archive, built)
}

fn add_manual(archive: &mut Archive, built: &Built) -> Result<()> {
    let folder = repository::target().join("dist-manual");
    let _ = fs::remove_dir_all(&folder);
    built.ask(&["man", "--quiet", "--dir", &folder.to_string_lossy()])?;
    let failed = || format!("failed to read {}", folder.display());
    for entry in fs::read_dir(&folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bytes = fs::read(&path).with_context(failed)?;
        archive.add(&format!("man/man1/{name}"), Mode::File, bytes);
    }
    fs::remove_dir_all(&folder).with_context(|| format!("failed to remove {}", folder.display()))
}

/// Writes the files, and their checksums in the form that `sha256sum --check` reads.
fn write_all(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<()> {
    for (name, bytes) in files {
        write(&folder.join(name), bytes)?;
    }
    let sum = |(name, bytes): &(String, Vec<u8>)| format!("{}  {name}\n", sha256(bytes));
    let sums: Vec<String> = files.iter().map(sum).collect();
    write(&folder.join("SHA256SUMS"), sums.concat().as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(path, bytes).with_context(|| format!("failed to write {}", path.display()))?;
    println!("{}: {} bytes", path.display(), bytes.len());
    Ok(())
}

/// The digest in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What `SOURCE_DATE_EPOCH` says, as others who build reproducibly do, or when the last commit was made.
fn time_of_commit() -> Result<Timestamp> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds,
        Err(_) => first_line(Command::new("git").args(["log", "-1", "--format=%ct"]))
            .context("without git, SOURCE_DATE_EPOCH has to say which time it is")?,
    };
    let seconds = seconds.parse().with_context(|| format!("`{seconds}` is no count of seconds"))?;
    Timestamp::from_second(seconds).context("the time of the commit is none")
}

/// The first line that a program prints, which must succeed.
fn first_line(command: &mut Command) -> Result<String> {
    let output = command.current_dir(repository::root()).output().context("failed to run it")?;
    ensure!(output.status.success(), "it failed");
    let text = String::from_utf8(output.stdout).context("it printed no text")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Wanted;
    use crate::repository;

    #[test]
    fn options_are_read() {
        let wanted = Wanted::read(&["--target", "x86_64-unknown-linux-musl", "--out", "here"]);
        let wanted = wanted.unwrap();
        assert_eq!(wanted.target, Some("x86_64-unknown-linux-musl"));
        assert_eq!(wanted.out.to_str(), Some("here"));
        assert!(Wanted::read(&["--target"]).is_err());
        assert!(Wanted::read(&["--targets", "x"]).is_err());
    }

    /// The image is built without `xtask`, so that it compiles Keyward alone: what both do must not drift apart.
    #[test]
    fn the_image_is_built_as_the_archive_is_and_runs_as_nobody_in_nothing() {
        let text = fs::read_to_string(repository::root().join("Dockerfile")).unwrap();
        let last = text.rsplit("\nFROM ").next().unwrap();
        assert!(text.contains(super::build::STATIC), "linked like the archive's");
        assert!(last.starts_with("scratch\n"), "the image holds what is copied into it: {last}");
        let user = last.lines().find_map(|line| line.strip_prefix("USER ")).unwrap();
        let (user, group) = user.split_once(':').unwrap();
        assert!(user.parse::<u32>().unwrap() > 0 && group.parse::<u32>().unwrap() > 0);
        assert!(!last.contains("\nRUN "), "there is no shell");
    }
}
