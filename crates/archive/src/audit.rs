//! What was done to tenants: one line before each call and one after it, each bound to the line before.
//!
//! A line is `{"schema":…,"seq":…,"at":…,"prev":…,"entry":…,"hash":…}`. Its hash is the SHA-256 of everything in front of
//! `,"hash":"`, and stands in the next line as `prev`: whoever changes, drops or adds a line in the middle has to change all that
//! follow. That lines are missing at the end shows only to who knows the last hash.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The shape of a line.
pub const AUDIT_SCHEMA: &str = "keyward.audit/1";

/// The longest line, in bytes.
const MOST_BYTES: usize = 64 << 10;

/// What stands in front of the hash of a line.
const MARK: &str = ",\"hash\":\"";

/// The hash in front of the first line.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The file of what was done.
#[derive(Debug, Clone)]
pub struct Audit {
    path: PathBuf,
}

/// A line that is on the disk.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditLine {
    /// Its number, from 1.
    pub seq: u64,
    /// When it was written.
    pub at: Timestamp,
    /// What it says.
    pub entry: Value,
    /// Its hash.
    pub hash: String,
}

/// A file that was looked through.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Audited {
    /// Every whole line, in order.
    pub lines: Vec<AuditLine>,
    /// Numbers, from 1, of lines of the file that were cut off while they were written. What they announced was not done.
    pub torn: Vec<usize>,
}

/// Why something was not written down, or a file cannot be trusted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The disk failed.
    #[error("failed to {doing} `{}`", path.display())]
    Disk {
        /// What was done: `write`, `sync` and the like.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An entry is longer than is kept.
    #[error("an entry of {bytes} bytes is too long for the record")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A line is not what was written there.
    #[error("`{}` was changed: {why} (line {line})", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong.
        why: &'static str,
    },
}

#[derive(Deserialize)]
struct Row {
    schema: String,
    seq: u64,
    at: Timestamp,
    prev: String,
    entry: Value,
    hash: String,
}

/// The last whole line, and whether something follows that is none.
struct Tail {
    seq: u64,
    hash: String,
    is_torn: bool,
}

impl Audit {
    /// The record in a file, which need not exist yet. Touches nothing.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a line at the end. It is on the disk when this returns, whoever else writes.
    ///
    /// A file whose end is no record any more is put aside, beside a new one: whoever spoils the record keeps nobody from acting,
    /// nor from writing it down.
    pub fn append(&self, at: Timestamp, entry: &Value) -> Result<AuditLine, AuditError> {
        let mut file = self.locked()?;
        let tail = match self.tail(&mut file) {
            Err(error @ AuditError::Changed { .. }) => {
                let aside = self.put_aside()?;
                tracing::error!(aside = %aside.display(), "{error}: it was put aside, and a new one begins");
                file = self.locked()?;
                self.tail(&mut file)?
            }
            tail => tail?,
        };
        self.write(&mut file, &tail, at, entry)
    }

    /// Writes a line at the end if nothing that stands there speaks against it. Nobody else writes between the look and the
    /// line, so that of several who would do the same thing one alone begins.
    ///
    /// `Ok(Err(…))` is what speaks against it; nothing was written then. Unlike [`Audit::append`] it fails where the file is no
    /// record any more: what stood there cannot be told.
    pub fn append_unless<R>(
        &self,
        at: Timestamp,
        entry: &Value,
        refusal: impl FnOnce(&Audited) -> Option<R>,
    ) -> Result<Result<AuditLine, R>, AuditError> {
        let mut file = self.locked()?;
        let audited = self.read_all(&mut file)?;
        if let Some(refused) = refusal(&audited) {
            return Ok(Err(refused));
        }
        let tail = self.tail(&mut file)?;
        self.write(&mut file, &tail, at, entry).map(Ok)
    }

    fn write(
        &self,
        file: &mut File,
        tail: &Tail,
        at: Timestamp,
        entry: &Value,
    ) -> Result<AuditLine, AuditError> {
        let seq = tail.seq + 1;
        let (line, hash) = written(seq, at, &tail.hash, entry);
        if line.len() > MOST_BYTES {
            return Err(AuditError::TooLong { bytes: line.len() });
        }
        let text = if tail.is_torn { format!("\n{line}\n") } else { format!("{line}\n") };
        file.write_all(text.as_bytes()).map_err(|source| self.disk("write", source))?;
        file.sync_all().map_err(|source| self.disk("sync", source))?;
        Ok(AuditLine { seq, at, entry: entry.clone(), hash })
    }

    /// Reads all of it, and fails at the first line that does not follow from the one before. A file that does not exist is empty.
    pub fn read(&self) -> Result<Audited, AuditError> {
        self.check_kind()?;
        match File::open(&self.path) {
            Ok(file) => self.read_all(&file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Audited::default()),
            Err(source) => Err(self.disk("open", source)),
        }
    }

    /// Reads from where the file stands.
    fn read_all(&self, file: impl Read) -> Result<Audited, AuditError> {
        let mut audited = Audited::default();
        for (line, text) in BufReader::new(file).split(b'\n').enumerate() {
            let text = text.map_err(|source| self.disk("read", source))?;
            self.take(line + 1, &text, &mut audited)?;
        }
        Ok(audited)
    }

    fn take(&self, line: usize, text: &[u8], audited: &mut Audited) -> Result<(), AuditError> {
        let changed = |why| AuditError::Changed { path: self.path.clone(), line, why };
        let last = audited.lines.last();
        let (seq, prev) = last.map_or((0, NOTHING), |last| (last.seq, last.hash.as_str()));
        let Some(row) = parsed(text) else {
            // What was cut off never ends like a whole line.
            if text.ends_with(b"\"}") {
                return Err(changed("it is no line of the record"));
            }
            audited.torn.push(line);
            return Ok(());
        };
        if row.hash != hash_of(text).unwrap_or_default() {
            return Err(changed("its text does not give its hash"));
        }
        if row.prev != prev || row.seq != seq + 1 {
            return Err(changed("it does not follow from the line before"));
        }
        let Row { seq, at, entry, hash, .. } = row;
        audited.lines.push(AuditLine { seq, at, entry, hash });
        Ok(())
    }

    /// The file that is at the path, while nobody else writes.
    fn locked(&self) -> Result<File, AuditError> {
        loop {
            let file = self.open()?;
            file.lock().map_err(|source| self.disk("lock", source))?;
            // While this waited, another may have put that file aside.
            if is_at(&file, &self.path) {
                return Ok(file);
            }
        }
    }

    /// Moves the file to a name beside it that is free.
    fn put_aside(&self) -> Result<PathBuf, AuditError> {
        let named = |number: u32| self.path.with_added_extension(format!("changed-{number}"));
        let free =
            (1..=u32::MAX).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(0));
        std::fs::rename(&self.path, &free).map_err(|source| self.disk("put aside", source))?;
        Ok(free)
    }

    /// Refuses what is no file, for a pipe or a device may never answer.
    fn check_kind(&self) -> Result<(), AuditError> {
        match std::fs::metadata(&self.path) {
            Ok(there) if !there.is_file() => {
                let why = "it is no regular file";
                Err(AuditError::Changed { path: self.path.clone(), line: 0, why })
            }
            _ => Ok(()),
        }
    }

    fn open(&self) -> Result<File, AuditError> {
        self.check_kind()?;
        let is_new = !self.path.exists();
        let file = private().open(&self.path).map_err(|source| self.disk("open", source))?;
        if is_new {
            // A file is there for good once its folder is.
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = File::open(folder.unwrap_or(Path::new(".")));
            folder
                .and_then(|folder| folder.sync_all())
                .map_err(|source| self.disk("sync the folder of", source))?;
        }
        Ok(file)
    }

    /// Looks at the end of the file alone; [`Audit::read`] looks at all of it.
    fn tail(&self, file: &mut File) -> Result<Tail, AuditError> {
        let failed = |source| self.disk("read", source);
        let length = file.seek(SeekFrom::End(0)).map_err(failed)?;
        // Room for a whole line, and for one that was cut off behind it.
        let from = length.saturating_sub(3 * MOST_BYTES as u64);
        file.seek(SeekFrom::Start(from)).map_err(failed)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let is_torn = bytes.last().is_some_and(|byte| *byte != b'\n');
        let row = bytes.split(|byte| *byte == b'\n').rev().find_map(parsed);
        match row {
            Some(row) if row.seq == u64::MAX => {
                let why = "its last number is the largest there is";
                Err(AuditError::Changed { path: self.path.clone(), line: 0, why })
            }
            Some(row) => Ok(Tail { seq: row.seq, hash: row.hash, is_torn }),
            None if from == 0 => Ok(Tail { seq: 0, hash: NOTHING.to_owned(), is_torn }),
            None => {
                let why = "no line of the record stands at its end";
                Err(AuditError::Changed { path: self.path.clone(), line: 0, why })
            }
        }
    }

    fn disk(&self, doing: &'static str, source: io::Error) -> AuditError {
        AuditError::Disk { doing, path: self.path.clone(), source }
    }
}

/// Whether an open file is the one at a path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let inode = |there: std::fs::Metadata| (there.dev(), there.ino());
    let there = std::fs::metadata(path).map(inode).ok();
    there.is_some() && there == file.metadata().map(inode).ok()
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// A line without its line break, and its hash.
fn written(seq: u64, at: Timestamp, prev: &str, entry: &Value) -> (String, String) {
    let head = format!(
        "{{\"schema\":\"{AUDIT_SCHEMA}\",\"seq\":{seq},\"at\":\"{at}\",\"prev\":\"{prev}\",\"entry\":{entry}"
    );
    let hash = hex(&Sha256::digest(head.as_bytes()));
    (format!("{head}{MARK}{hash}\"}}"), hash)
}

/// The hash that the text of a line gives.
fn hash_of(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let (head, _) = text.rsplit_once(MARK)?;
    Some(hex(&Sha256::digest(head.as_bytes())))
}

fn parsed(text: &[u8]) -> Option<Row> {
    let row: Row = serde_json::from_slice(text).ok()?;
    (row.schema == AUDIT_SCHEMA).then_some(row)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The file is for its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn filled(n: u64) -> (tempfile::TempDir, Audit) {
        let folder = tempfile::tempdir().unwrap();
        let audit = Audit::at(folder.path().join("audit.jsonl"));
        for number in 1..=n {
            let line = audit.append(at(0), &json!({"number": number})).unwrap();
            assert_eq!(line.seq, number);
        }
        (folder, audit)
    }

    fn changed(audit: &Audit, change: impl Fn(String) -> String) -> String {
        let text = fs::read_to_string(audit.path()).unwrap();
        fs::write(audit.path(), change(text)).unwrap();
        audit.read().map_or_else(|error| error.to_string(), |_| String::new())
    }

    #[test]
    fn lines_are_read_back_in_their_order() {
        let (_folder, audit) = filled(3);
        let read = audit.read().unwrap();
        assert_eq!(read.lines.iter().map(|line| line.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(read.lines[1].entry, json!({"number": 2}));
        assert_eq!((read.torn, read.lines[2].at), (vec![], at(0)));
        assert_eq!(Audit::at("/nonexistent/audit.jsonl").read().unwrap(), Audited::default());
    }

    /// Everybody looks before the first has written, unless looking and writing are one.
    #[test]
    fn of_several_who_would_do_the_same_one_alone_begins() {
        let (_folder, audit) = filled(1);
        let begin = |audit: &Audit| {
            let refusal = |read: &Audited| {
                let mut lines = read.lines.iter();
                lines.find(|line| line.entry["what"] == "same").map(|line| line.seq)
            };
            audit.append_unless(at(1), &json!({"what": "same"}), refusal).unwrap()
        };
        let answers = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| begin(&audit))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(answers.iter().filter(|one| one.is_ok()).count(), 1);
        assert!(answers.iter().all(|one| one.as_ref().err().is_none_or(|seq| *seq == 2)));
        assert_eq!(audit.read().unwrap().lines.len(), 2);
    }

    #[test]
    fn nothing_is_begun_behind_what_cannot_be_told() {
        let (_folder, audit) = filled(3);
        changed(&audit, |text| text.replace("\"number\":2", "\"number\":9"));
        let begun = audit.append_unless(at(1), &json!({}), |_| None::<()>);
        assert!(matches!(begun, Err(AuditError::Changed { line: 2, .. })), "{begun:?}");
    }

    #[test]
    fn a_change_in_the_middle_is_seen() {
        for (change, why) in [
            (("\"number\":2", "\"number\":9"), "its text does not give its hash"),
            (("\"seq\":2", "\"seq\":4"), "its text does not give its hash"),
        ] {
            let (_folder, audit) = filled(3);
            let error = changed(&audit, |text| text.replace(change.0, change.1));
            assert!(error.contains(why) && error.contains("line 2"), "{error}");
        }
        let (_folder, audit) = filled(3);
        let dropped = |text: String| {
            let lines: Vec<&str> = text.lines().collect();
            [lines[0], lines[2], ""].join("\n")
        };
        assert!(changed(&audit, dropped).contains("does not follow"));
    }

    /// Wherever the power fails while a line is written, the lines before it stand and the next one follows them.
    #[test]
    fn a_line_that_was_cut_off_is_told_and_gone_on_behind() {
        let (_folder, audit) = filled(2);
        let whole = fs::read(audit.path()).unwrap();
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for cut in first + 1..whole.len() - 2 {
            fs::write(audit.path(), &whole[..cut]).unwrap();
            assert_eq!(audit.append(at(1), &json!({})).unwrap().seq, 2, "cut at {cut}");
            let read = audit.read().unwrap();
            assert_eq!((read.lines.len(), read.torn), (2, vec![2]), "cut at {cut}");
        }
    }

    #[test]
    fn what_is_too_long_is_not_written() {
        let (_folder, audit) = filled(1);
        let long = json!("x".repeat(MOST_BYTES));
        assert!(matches!(audit.append(at(1), &long), Err(AuditError::TooLong { .. })));
        assert_eq!(audit.read().unwrap().lines.len(), 1);
    }

    /// A record that somebody spoiled keeps nobody from acting, nor from having that on record.
    #[test]
    fn a_spoiled_end_is_put_aside() {
        let garbage = "x".repeat(4 * MOST_BYTES);
        let last = format!(
            "{{\"schema\":\"{AUDIT_SCHEMA}\",\"seq\":{},\"at\":\"2026-11-22T00:00:00Z\",\"prev\":\"\",\"entry\":0,\"hash\":\"\"}}\n",
            u64::MAX
        );
        for spoiled in [garbage, last] {
            let (folder, audit) = filled(2);
            let mut text = fs::read_to_string(audit.path()).unwrap();
            text.push_str(&spoiled);
            fs::write(audit.path(), &text).unwrap();
            assert_eq!(audit.append(at(1), &json!({})).unwrap().seq, 1);
            let aside = folder.path().join("audit.jsonl.changed-1");
            assert_eq!(fs::read_to_string(aside).unwrap(), text);
            assert_eq!(audit.read().unwrap().lines.len(), 1);
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let audit = Audit::at("/dev/null");
        for error in [audit.append(at(0), &json!({})).unwrap_err(), audit.read().unwrap_err()] {
            assert!(error.to_string().contains("no regular file"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let (_folder, audit) = filled(1);
        assert_eq!(fs::metadata(audit.path()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn many_may_write_at_once() {
        let (_folder, audit) = filled(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        audit.append(at(0), &json!({})).unwrap();
                    }
                });
            }
        });
        assert_eq!(audit.read().unwrap().lines.len(), 40);
    }

    proptest! {
        // Every line waits for the disk.
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn any_text_in_an_entry_is_kept(text in any::<String>()) {
            let (_folder, audit) = filled(0);
            audit.append(at(0), &json!({"text": &text, "more": [MARK, &text]})).unwrap();
            audit.append(at(1), &json!(null)).unwrap();
            let read = audit.read().unwrap();
            prop_assert_eq!(&read.lines[0].entry["text"], &json!(text));
        }
    }
}
