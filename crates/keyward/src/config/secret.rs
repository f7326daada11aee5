//! Where a credential is kept. It never stands in the configuration itself.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use std::{env, fs, io, thread};

use outbound::Secret;
use thiserror::Error;
use toml::de::DeValue;

use super::form::{Form, Listed, Wrong};
use super::mistake::Code;

/// How long a command may take to tell a credential.
const COMMAND_TIME: Duration = Duration::from_secs(30);

/// Largest credential that is read; a PEM file of a large key has a few kilobytes.
const MOST_BYTES: u64 = 64 << 10;

/// Where a credential is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecretFrom {
    /// In a file, alone. A line break at its end does not count.
    File(PathBuf),
    /// In a variable of the environment.
    Env(String),
    /// A program with its arguments, run without a shell, prints it.
    Command(Vec<String>),
}

/// Why a credential cannot be had.
#[derive(Debug, Error)]
pub(crate) enum SecretError {
    /// The file cannot be read.
    #[error("failed to read the credential in `{}`", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The variable is not there.
    #[error("the environment has no variable `{name}`")]
    Env {
        /// Which.
        name: String,
    },
    /// The program could not be run.
    #[error("failed to run `{program}` for a credential")]
    Command {
        /// Without its arguments, which may be private.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// The program failed. What it said is not told: it may hold the credential.
    #[error("`{program}`, asked for a credential, failed")]
    Failed {
        /// Without its arguments, which may be private.
        program: String,
    },
    /// The program took too long.
    #[error("`{program}`, asked for a credential, did not answer in 30s")]
    Slow {
        /// Without its arguments, which may be private.
        program: String,
    },
    /// There is nothing in it, or no text.
    #[error("the credential from {place} is empty or no text")]
    Empty {
        /// Where it is kept.
        place: String,
    },
}

impl SecretFrom {
    /// Reads the credential. Every call reads anew, so that one that was rotated is found.
    pub(crate) fn read(&self) -> Result<Secret, SecretError> {
        let bytes = match self {
            Self::File(path) => read_file(path)?,
            Self::Env(name) => env::var_os(name)
                .ok_or_else(|| SecretError::Env { name: name.clone() })?
                .into_encoded_bytes(),
            Self::Command(words) => run(words)?,
        };
        let empty = || SecretError::Empty { place: self.to_string() };
        let text = String::from_utf8(bytes).map_err(|_| empty())?;
        let secret = Secret::new(text.trim_end_matches(['\r', '\n']));
        if secret.is_empty() { Err(empty()) } else { Ok(secret) }
    }

    /// Relative paths count from a folder.
    pub(super) fn below(self, folder: &Path) -> Self {
        match self {
            Self::File(path) => Self::File(folder.join(path)),
            other => other,
        }
    }
}

impl std::fmt::Display for SecretFrom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => write!(f, "the file `{}`", path.display()),
            Self::Env(name) => write!(f, "the variable `{name}`"),
            Self::Command(words) => {
                write!(f, "the program `{}`", words.first().map_or("", String::as_str))
            }
        }
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, SecretError> {
    let failed = |source| SecretError::File { path: path.to_owned(), source };
    warn_if_open(path, &fs::metadata(path).map_err(failed)?);
    read_bounded(path, MOST_BYTES).map_err(failed)
}

/// The bytes of a regular file of at most so many: neither a device nor a pipe, which need not end, is read.
pub(crate) fn read_bounded(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {} KiB", most >> 10),
        ));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn warn_if_open(path: &Path, about: &fs::Metadata) {
    use std::os::unix::fs::PermissionsExt;

    // What systemd hands over has a list of who may read it. Its mask shows where the group's bits do.
    let is_handed_over =
        env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|folder| path.starts_with(folder));
    if about.permissions().mode() & 0o077 != 0 && !is_handed_over {
        tracing::warn!(path = %path.display(), "a file with a credential can be read by others");
    }
}

#[cfg(not(unix))]
fn warn_if_open(_path: &Path, _about: &fs::Metadata) {}

/// What a program prints. What it says beside that is thrown away.
fn run(words: &[String]) -> Result<Vec<u8>, SecretError> {
    let program = words.first().cloned().unwrap_or_default();
    let failed = |source| SecretError::Command { program: program.clone(), source };
    let mut command = Command::new(&program);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(failed)?;
    let began = Instant::now();
    let printed = match listen(&mut child, COMMAND_TIME) {
        Some(Ok(printed)) => printed,
        other => {
            let _ = child.kill();
            let _ = child.wait();
            let slow = SecretError::Slow { program: program.clone() };
            return Err(other.and_then(Result::err).map_or(slow, failed));
        }
    };
    let status = loop {
        if let Some(status) = child.try_wait().map_err(failed)? {
            break status;
        }
        if began.elapsed() > COMMAND_TIME {
            let _ = child.kill();
            let _ = child.wait();
            return Err(SecretError::Slow { program });
        }
        thread::sleep(Duration::from_millis(10));
    };
    if status.success() { Ok(printed) } else { Err(SecretError::Failed { program }) }
}

/// What a program prints until it closes its output; `None` if it does not in that time. Fails if that is too much.
fn listen(child: &mut Child, time: Duration) -> Option<io::Result<Vec<u8>>> {
    let stdout = child.stdout.take()?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let read = stdout.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        let _ = tell.send(read.map(|_| bytes));
    });
    let printed = told.recv_timeout(time).ok()?;
    Some(printed.and_then(|bytes| {
        let is_much = bytes.len() as u64 > MOST_BYTES;
        if is_much { Err(io::Error::from(io::ErrorKind::FileTooLarge)) } else { Ok(bytes) }
    }))
}

impl Form for SecretFrom {
    const WHAT: &'static str =
        "place of a credential, `{ file = \"…\" }`, `{ env = \"…\" }` or `{ command = [\"…\"] }`";

    fn read(value: &DeValue<'_>) -> Result<Self, Wrong> {
        if value.is_str() {
            return Err(Wrong {
                code: Code::SecretInSight,
                message: "is a credential in the configuration itself".to_owned(),
                help: Some(
                    "say where it is kept: `{ file = \"…\" }`, `{ env = \"…\" }` or `{ command = [\"…\"] }`"
                        .to_owned(),
                ),
            });
        }
        let table = value.as_table().ok_or_else(|| Wrong::kind::<Self>(value))?;
        let mut entries = table.iter();
        let (Some((key, kept)), None) = (entries.next(), entries.next()) else {
            return Err(Wrong::value::<Self>());
        };
        match key.as_ref().as_ref() {
            "file" => PathBuf::read(kept.as_ref()).map(Self::File),
            "env" => String::read(kept.as_ref()).map(Self::Env),
            "command" => {
                Vec::<String>::read(kept.as_ref()).and_then(|words| match words.as_slice() {
                    [] => Err(Wrong::new("has a command without a program")),
                    _ => Ok(Self::Command(words)),
                })
            }
            _ => Err(Wrong::new("has another key than file, env or command")),
        }
    }
}

impl Listed for SecretFrom {
    const LIST: &'static str = "list of places of credentials";
}

#[cfg(all(test, unix))]
mod tests {
    use super::{MOST_BYTES, SecretFrom, read_bounded};

    #[test]
    fn what_does_not_end_is_no_credential() {
        let yes = SecretFrom::Command(vec!["yes".to_owned()]);
        for kept in [SecretFrom::File("/dev/zero".into()), yes] {
            assert!(kept.read().is_err(), "{kept}");
        }
        assert!(read_bounded("/dev/zero".as_ref(), MOST_BYTES).is_err());
        let echo = SecretFrom::Command(vec!["echo".to_owned(), "abc".to_owned()]);
        assert!(echo.read().is_ok());
    }
}
