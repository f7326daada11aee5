//! Records on the disk: one file each, replaced as a whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::incident::{Incident, SCHEMA};

/// The folder of records.
pub(super) struct Store {
    folder: PathBuf,
}

impl Store {
    /// The records below a folder of data, which need not exist yet.
    pub(super) fn of(data: &Path) -> Self {
        Self { folder: data.join("incidents") }
    }

    /// Every record, in order of when it was begun.
    pub(super) fn all(&self) -> anyhow::Result<Vec<Incident>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).context("failed to read the folder of incidents"),
        };
        let mut all = Vec::new();
        for entry in entries {
            let path = entry.context("failed to read the folder of incidents")?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                match load(&path) {
                    Ok(incident) => all.push(incident),
                    // One that cannot be read holds up no other.
                    Err(error) => tracing::error!("left out: {error:#}"),
                }
            }
        }
        all.sort_by(|one: &Incident, other| (one.opened, &one.id).cmp(&(other.opened, &other.id)));
        Ok(all)
    }

    /// The record whose id, or whose finding's id, begins so. `None` if there is none.
    pub(super) fn find(&self, beginning: &str) -> anyhow::Result<Option<Incident>> {
        let mut all = self.all()?;
        let is_meant = |incident: &Incident| {
            let finding = incident.finding.as_ref().and_then(|finding| finding["id"].as_str());
            incident.id.starts_with(beginning)
                || finding.is_some_and(|id| id.starts_with(beginning))
        };
        all.retain(is_meant);
        match (all.pop(), all.is_empty()) {
            (Some(_), false) => bail!("several incidents begin with `{beginning}`"),
            (one, _) => Ok(one),
        }
    }

    /// Writes a record, with what somebody else wrote there meanwhile taken in.
    pub(super) fn save(&self, incident: &mut Incident) -> anyhow::Result<()> {
        let path = self.folder.join(format!("{}.json", incident.id));
        let failed = || format!("failed to write `{}`", path.display());
        make_private(&self.folder).with_context(failed)?;
        let lock = private().open(self.folder.join("lock")).with_context(failed)?;
        lock.lock().with_context(failed)?;
        if path.exists() {
            let there = load(&path)?;
            if there.revision != incident.revision {
                incident.absorb(there);
            }
        }
        incident.revision += 1;
        let mut text = serde_json::to_string_pretty(incident).with_context(failed)?;
        text.push('\n');
        replace(&path, text.as_bytes()).with_context(failed)
    }
}

fn load(path: &Path) -> anyhow::Result<Incident> {
    let failed = || format!("failed to read `{}`", path.display());
    let text = fs::read_to_string(path).with_context(failed)?;
    let incident: Incident = serde_json::from_str(&text).with_context(failed)?;
    if incident.schema != SCHEMA {
        bail!("`{}` is no record of this version", path.display());
    }
    // The id becomes a path when it is written.
    if path.file_stem().and_then(|stem| stem.to_str()) != Some(incident.id.as_str()) {
        bail!("`{}` holds a record of another name", path.display());
    }
    Ok(incident)
}

/// Either the old or the new is there, whenever the power fails.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = private().truncate(true).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::super::incident::Subject;
    use super::*;

    fn incident(id: &str, finding: Option<&str>) -> Incident {
        let whose = ("ada".to_owned(), Timestamp::UNIX_EPOCH);
        let name = (id.to_owned(), "t".to_owned());
        let finding = finding.map(|id| json!({"id": id}));
        Incident::new(name, "acme", whose, Subject::default(), finding)
    }

    #[test]
    fn a_record_is_found_by_its_name_and_that_of_its_finding() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::of(folder.path());
        assert!(store.find("i").unwrap().is_none());
        for (id, finding) in [("i-1", Some("f1a")), ("i-2", Some("f1b")), ("j-1", None)] {
            store.save(&mut incident(id, finding)).unwrap();
        }
        let found = |beginning: &str| store.find(beginning).unwrap().map(|one| one.id);
        assert_eq!(found("f1a").as_deref(), Some("i-1"));
        assert_eq!((found("j").as_deref(), found("x")), (Some("j-1"), None));
        assert!(store.find("i").is_err() && store.find("f1").is_err());
    }

    #[test]
    fn a_record_that_is_broken_or_forged_holds_up_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::of(folder.path());
        store.save(&mut incident("i-1", None)).unwrap();
        let text = fs::read_to_string(folder.path().join("incidents/i-1.json")).unwrap();
        let forged = text.replace("\"i-1\"", "\"../../escape\"");
        fs::write(folder.path().join("incidents/i-2.json"), forged).unwrap();
        fs::write(folder.path().join("incidents/i-3.json"), "{").unwrap();
        let all = store.all().unwrap();
        assert_eq!(all.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["i-1"]);
    }

    #[test]
    fn what_two_wrote_at_once_is_both_there() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::of(folder.path());
        let mut one = incident("i-1", None);
        store.save(&mut one).unwrap();
        let mut other = store.find("i-1").unwrap().unwrap();
        one.tell(Timestamp::UNIX_EPOCH, "record", "of one");
        store.save(&mut one).unwrap();
        other.tell(Timestamp::UNIX_EPOCH, "record", "of the other");
        store.save(&mut other).unwrap();
        // And two that begin it at once.
        store.save(&mut incident("i-1", None)).unwrap();
        let there = store.find("i-1").unwrap().unwrap();
        let says: Vec<_> = there.entries.iter().map(|entry| entry.says.as_str()).collect();
        assert_eq!((there.revision, says.len()), (4, 3), "{says:?}");
        assert_eq!(says[1..], ["of one", "of the other"]);
    }
}
