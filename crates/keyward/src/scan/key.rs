//! The key of fingerprints: where it is kept, and how it is made.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use leak::{Key, Secret};

use crate::console::Console;
use crate::input::why;

/// Bytes below which a key could be found by trying.
const LEAST_BYTES: usize = 16;

/// Bytes of a key that is made.
const MADE_BYTES: usize = 32;

/// The key, and whether the next run will have it too.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// The key.
    pub(crate) key: Key,
    /// False for a key of this run alone: its fingerprints mean nothing to another.
    pub(crate) is_kept: bool,
}

impl Kept {
    /// What tells one key from another without telling the key.
    pub(crate) fn name(&self) -> String {
        let mut name = Secret::new("keyward.key.name/1").fingerprint(&self.key);
        name.truncate(8);
        name
    }
}

/// The key of `--key-file`; else that of the environment; else the user's own, which is made on first use.
///
/// Fails when a key that was named cannot be used: another would give other fingerprints.
pub(crate) fn find(file: Option<&Path>, console: Console) -> anyhow::Result<Kept> {
    let from_environment = || env::var_os("KEYWARD_KEY_FILE").map(PathBuf::from);
    if let Some(path) = file.map(Path::to_owned).or_else(from_environment) {
        return read(&path);
    }
    if let Some(text) = env::var_os("KEYWARD_KEY") {
        return from_bytes(text.as_encoded_bytes(), "`KEYWARD_KEY`");
    }
    own(console)
}

fn read(path: &Path) -> anyhow::Result<Kept> {
    let name = format!("`{}`", path.display());
    let bytes = fs::read(path).with_context(|| format!("failed to read the key {name}"))?;
    from_bytes(&bytes, &name)
}

fn from_bytes(bytes: &[u8], name: &str) -> anyhow::Result<Kept> {
    let bytes = bytes.trim_ascii_end();
    if bytes.len() < LEAST_BYTES {
        bail!("{name} is no key: it holds {} bytes, and a key needs {LEAST_BYTES}", bytes.len());
    }
    Ok(Kept { key: Key::new(bytes), is_kept: true })
}

/// The user's own key.
fn own(console: Console) -> anyhow::Result<Kept> {
    let Some(path) = own_path() else {
        return of_this_run("there is no folder for configuration", console);
    };
    match fs::read(&path) {
        Ok(bytes) => from_bytes(&bytes, &format!("`{}`", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path, console),
        Err(error) => of_this_run(&format!("`{}`: {}", path.display(), why(&error)), console),
    }
}

/// `keyward/fingerprint.key` in the user's folder of configuration.
fn own_path() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("APPDATA"))
        .or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("keyward/fingerprint.key"))
}

fn make(path: &Path, console: Console) -> anyhow::Result<Kept> {
    let bytes = random()?;
    match write_new(path, &bytes) {
        Ok(()) => {
            console.warn(format_args!(
                "made a key for fingerprints, `{}`; whoever shares a baseline shares it",
                path.display()
            ));
            Ok(Kept { key: Key::new(&bytes), is_kept: true })
        }
        // Another run was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(error) => of_this_run(&format!("`{}`: {}", path.display(), why(&error)), console),
    }
}

fn of_this_run(because: &str, console: Console) -> anyhow::Result<Kept> {
    console.warn(format_args!(
        "no key for fingerprints is kept ({because}): those of this run are good for this run alone"
    ));
    Ok(Kept { key: Key::new(&random()?), is_kept: false })
}

/// Random bytes of the system, as text, so that the key can be handed on in a variable.
fn random() -> anyhow::Result<Vec<u8>> {
    let mut bytes = [0; MADE_BYTES];
    getrandom::fill(&mut bytes)
        .map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
    let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
    Ok(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect())
}

/// Writes a file that nobody else may read. Fails if it exists.
fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_with_and_without_a_line_break() {
        let name = |text: &str| from_bytes(text.as_bytes(), "it").unwrap().name();
        assert_eq!(name("0123456789abcdef"), name("0123456789abcdef\r\n"));
        assert_ne!(name("0123456789abcdef"), name("0123456789abcdeF"));
        assert!(from_bytes(b"short\n", "it").unwrap_err().to_string().contains("holds 5 bytes"));
    }

    #[test]
    fn a_key_that_was_made_is_read_again_and_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.key");
        let bytes = random().unwrap();
        write_new(&path, &bytes).unwrap();
        assert_eq!(read(&path).unwrap().name(), from_bytes(&bytes, "it").unwrap().name());
        assert_eq!(write_new(&path, b"x").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
