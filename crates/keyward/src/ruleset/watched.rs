//! Files of lists that are read again when they have changed.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

/// The files of lists of a run, as they were when they were read last.
#[derive(Debug)]
pub(crate) struct Watched {
    files: Vec<(PathBuf, Option<Stamp>)>,
}

/// What tells a file from what it was before: its size, and when it was changed where the system says.
type Stamp = (u64, Option<SystemTime>);

/// What became of the files since the last look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct News {
    /// Those that hold something else now.
    pub(crate) changed: Vec<PathBuf>,
    /// Those that are no longer there, or cannot be looked at.
    pub(crate) vanished: Vec<PathBuf>,
}

impl Watched {
    /// Remembers how the files are now.
    pub(crate) fn new(paths: &[PathBuf]) -> Self {
        let file = |path: &PathBuf| (path.clone(), stamp(path));
        Self { files: paths.iter().map(file).collect() }
    }

    /// Looks again. A file that vanished is told once, until it is back.
    pub(crate) fn look(&mut self) -> News {
        let mut news = News::default();
        for (path, known) in &mut self.files {
            let now = stamp(path);
            if now != *known {
                let list = if now.is_some() { &mut news.changed } else { &mut news.vanished };
                list.push(path.clone());
                *known = now;
            }
        }
        news
    }
}

fn stamp(path: &PathBuf) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some((about.len(), about.modified().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lists.yml");
        fs::write(&path, "a: [b]").unwrap();
        let mut watched = Watched::new(std::slice::from_ref(&path));
        assert_eq!(watched.look(), News::default());
        fs::write(&path, "a: [b, c]").unwrap();
        let changed = News { changed: vec![path.clone()], ..News::default() };
        assert_eq!(watched.look(), changed);
        assert_eq!(watched.look(), News::default());
        fs::remove_file(&path).unwrap();
        assert_eq!(watched.look().vanished, std::slice::from_ref(&path));
        assert_eq!(watched.look(), News::default());
        fs::write(&path, "a: [b]").unwrap();
        assert_eq!(watched.look(), changed);
    }
}
