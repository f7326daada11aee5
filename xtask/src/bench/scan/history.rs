//! The repository that is measured on: the same commits on every machine.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::planted::{Planted, planted};
use super::text::{self, File};
use lab::random::Random;

/// Raise it when what is built changes: kept repositories are built again.
const VERSION: u32 = 2;

const N_FILES: usize = 900;
const N_COMMITS: usize = 6_000;

/// Credentials that are committed, and taken away again some commits later.
const N_PLANTED: usize = 64;

/// The first commit, seconds since 1970: 2024-01-01.
const BEGIN: usize = 1_704_067_200;

/// A repository, and what is to be found in it.
pub(crate) struct History {
    /// A bare repository in one pack.
    pub(crate) path: PathBuf,
    /// The credentials.
    pub(crate) values: Vec<String>,
}

impl History {
    /// Builds the repository in a folder, unless it is there.
    pub(crate) fn build(folder: &Path) -> Result<Self> {
        let path = folder.join("history.git");
        let stamp = folder.join("history.version");
        let list = folder.join("history.planted");
        let wanted = VERSION.to_string();
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            let values = fs::read_to_string(&list)?.lines().map(str::to_owned).collect();
            return Ok(Self { path, values });
        }
        eprintln!("building {}", path.display());
        fs::create_dir_all(folder)?;
        let _ = fs::remove_dir_all(&path);
        git(folder, &["init", "-q", "--bare", "-b", "main", "history.git"])?;
        let values = import(&path)?;
        eprintln!("packing it");
        git(&path, &["repack", "-adfq"])?;
        fs::write(&list, values.join("\n"))?;
        fs::write(&stamp, wanted)?;
        Ok(Self { path, values })
    }
}

/// Runs git without any setting of the machine.
fn git(folder: &Path, words: &[&str]) -> Result<()> {
    let status = command(folder, words).status().context("failed to start git")?;
    ensure!(status.success(), "git {words:?} failed");
    Ok(())
}

fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(words).current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    command
}

/// Feeds all commits to git. Returns the planted credentials.
fn import(path: &Path) -> Result<Vec<String>> {
    let mut child = command(path, &["fast-import", "--quiet", "--depth=0"])
        .stdin(Stdio::piped())
        .spawn()
        .context("failed to start git")?;
    let pipe = child.stdin.take().context("no pipe to git")?;
    let mut writer = Writer::new(BufWriter::with_capacity(1 << 20, pipe));
    writer.write_all()?;
    let values = writer.finish()?;
    ensure!(child.wait()?.success(), "git fast-import failed");
    Ok(values)
}

/// Writes the stream that `git fast-import` reads.
struct Writer<W: Write> {
    out: W,
    random: Random,
    files: Vec<File>,
    /// Marks that were given out.
    n_marks: usize,
    n_commits: usize,
    /// The newest commit of the main branch.
    head: Option<usize>,
    planted: Vec<Planted>,
    /// Where planted files are to be removed again: commit and path.
    to_remove: Vec<(usize, String)>,
}

/// A change to one path.
enum Change {
    /// It holds what the mark stands for.
    Set(String, usize),
    Remove(String),
    Rename(String, String),
}

impl<W: Write> Writer<W> {
    fn new(out: W) -> Self {
        let mut random = Random::new(20_261_122);
        let mut files: Vec<File> = (0..N_FILES).map(|n| File::new(&mut random, n)).collect();
        files.push(File::lock(&mut random));
        let planted = (0..N_PLANTED).map(|n| planted(&mut random, n)).collect();
        Self {
            out,
            random,
            files,
            n_marks: 0,
            n_commits: 0,
            head: None,
            planted,
            to_remove: Vec::new(),
        }
    }

    fn write_all(&mut self) -> Result<()> {
        let mut changes = Vec::new();
        for number in 0..self.files.len() {
            changes.push(self.version(number)?);
        }
        self.head = Some(self.commit("refs/heads/main", None, None, &changes)?);
        while self.n_commits < N_COMMITS {
            if self.random.chance(400) { self.side_branch()? } else { self.step()? }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<String>> {
        self.out.flush()?;
        Ok(self.planted.into_iter().map(|planted| planted.value).collect())
    }

    /// One commit on the main branch.
    fn step(&mut self) -> Result<()> {
        let changes = if self.random.chance(300) {
            vec![self.rename()]
        } else {
            let mut changes = self.edits(4)?;
            self.plant(&mut changes)?;
            self.large(&mut changes)?;
            changes
        };
        self.head = Some(self.commit("refs/heads/main", self.head, None, &changes)?);
        Ok(())
    }

    /// A branch that is merged, while the main branch goes on.
    fn side_branch(&mut self) -> Result<()> {
        let number = self.n_commits;
        let name = format!("refs/heads/side-{number}");
        let mut tip = self.head;
        let mut merged = Vec::new();
        for _ in 0..2 + self.random.below(4) {
            let changes = self.edits(3)?;
            tip = Some(self.commit(&name, tip, None, &changes)?);
            merged.extend(changes);
        }
        // What changed on the side is not touched here, so that the merge is clean.
        let text = self.random.uuid('4');
        let mark = self.blob(text.as_bytes())?;
        let changes = [Change::Set("VERSION".to_owned(), mark)];
        self.head = Some(self.commit("refs/heads/main", self.head, None, &changes)?);
        self.head = Some(self.commit("refs/heads/main", self.head, tip, &merged)?);
        if self.random.chance(5_000) {
            writeln!(self.out, "reset {name}\nfrom 0000000000000000000000000000000000000000\n")?;
        }
        Ok(())
    }

    fn edits(&mut self, most: usize) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for _ in 0..=self.random.below(2 * most) {
            // Some files are changed all the time, most rarely.
            let (one, other) = (self.random.below(N_FILES), self.random.below(N_FILES));
            let number = one.min(other);
            self.files[number].edit(&mut self.random);
            changes.push(self.version(number)?);
        }
        if self.random.chance(150) {
            self.files[N_FILES].edit(&mut self.random);
            changes.push(self.version(N_FILES)?);
        }
        Ok(changes)
    }

    fn rename(&mut self) -> Change {
        let number = self.random.below(N_FILES);
        let file = &mut self.files[number];
        let new = format!("moved/{}/{}", self.n_commits, file.path.replace('/', "_"));
        Change::Rename(std::mem::replace(&mut file.path, new.clone()), new)
    }

    /// Leaks a credential now and then, and takes it away again.
    fn plant(&mut self, changes: &mut Vec<Change>) -> Result<()> {
        let step = N_COMMITS / (N_PLANTED + 1);
        let due = self.n_commits / step;
        let n_done = self.to_remove.len();
        if n_done < due && n_done < N_PLANTED {
            let Planted { path, text, .. } = &self.planted[n_done];
            let (path, text) = (path.clone(), text.clone());
            let mark = self.blob(text.as_bytes())?;
            changes.push(Change::Set(path.clone(), mark));
            self.to_remove.push((self.n_commits + 5, path));
        }
        let now = self.n_commits;
        let due = self.to_remove.iter_mut().filter(|(at, _)| *at <= now);
        for (at, path) in due {
            *at = usize::MAX;
            changes.push(Change::Remove(path.clone()));
        }
        Ok(())
    }

    /// Large files and pictures now and then.
    fn large(&mut self, changes: &mut Vec<Change>) -> Result<()> {
        let n = self.n_commits;
        if self.random.chance(100) {
            let size = 20_000 + self.random.below(200_000);
            let picture = text::picture(&mut self.random, size);
            changes.push(Change::Set(format!("assets/picture_{n}.png"), self.blob(&picture)?));
        }
        if self.random.chance(30) {
            let bundle = text::bundle(&mut self.random, 1_200_000);
            changes
                .push(Change::Set("dist/bundle.min.js".to_owned(), self.blob(bundle.as_bytes())?));
        }
        if self.random.chance(7) {
            let records = text::records(&mut self.random, 5_000_000);
            changes.push(Change::Set(
                format!("data/records_{n}.json"),
                self.blob(records.as_bytes())?,
            ));
        }
        Ok(())
    }

    fn version(&mut self, number: usize) -> Result<Change> {
        let (path, text) = (self.files[number].path.clone(), self.files[number].text());
        Ok(Change::Set(path, self.blob(text.as_bytes())?))
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<usize> {
        self.n_marks += 1;
        write!(self.out, "blob\nmark :{}\ndata {}\n", self.n_marks, bytes.len())?;
        self.out.write_all(bytes)?;
        writeln!(self.out)?;
        Ok(self.n_marks)
    }

    fn commit(
        &mut self,
        branch: &str,
        parent: Option<usize>,
        merged: Option<usize>,
        changes: &[Change],
    ) -> Result<usize> {
        self.n_marks += 1;
        let mark = self.n_marks;
        let message = text::message(&mut self.random);
        let time = BEGIN + self.n_commits * 9_000;
        let author = ["Ada <ada@example.com>", "Bob <bob@example.com>"][self.n_commits % 2];
        writeln!(self.out, "commit {branch}\nmark :{mark}\nauthor {author} {time} +0000")?;
        writeln!(self.out, "committer {author} {time} +0000\ndata {}\n{message}", message.len())?;
        for (word, from) in [("from", parent), ("merge", merged)] {
            if let Some(from) = from {
                writeln!(self.out, "{word} :{from}")?;
            }
        }
        for change in changes {
            match change {
                Change::Set(path, mark) => writeln!(self.out, "M 100644 :{mark} {path}")?,
                Change::Remove(path) => writeln!(self.out, "D {path}")?,
                Change::Rename(old, new) => writeln!(self.out, "R {old} {new}")?,
            }
        }
        writeln!(self.out)?;
        self.n_commits += 1;
        Ok(mark)
    }
}
