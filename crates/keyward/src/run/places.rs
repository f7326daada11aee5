//! Where everything is kept, watched: what is written into a folder or a file that was removed is found by nobody.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::sleep;

use super::stop::Stop;
use crate::config::Config;

/// How often is looked.
const LOOKED_AT: Duration = Duration::from_secs(2);

/// Folders and files, each with what told it from all others when it was looked at first.
pub(super) struct Places {
    places: Vec<(PathBuf, (u64, u64))>,
    stop: Stop,
}

impl Places {
    /// Those of a configuration that are there.
    pub(super) fn of(config: &Config, stop: &Stop) -> Self {
        let all = [
            config.data.clone(),
            config.intake_folder(),
            config.findings_store(),
            config.sinks_queue(),
        ];
        Self::at(all, stop)
    }

    fn at(all: impl IntoIterator<Item = PathBuf>, stop: &Stop) -> Self {
        let there = all.into_iter().filter_map(|path| {
            let identity = archive::identity(&path).ok().flatten()?;
            Some((path, identity))
        });
        Self { places: there.collect(), stop: stop.clone() }
    }

    /// Looks until it is time to stop, or one of them is not what it was: then it says so and ends, which ends everything.
    pub(super) async fn run(self) {
        while self.stop.or(sleep(LOOKED_AT)).await.is_some() {
            if let Some(path) = self.gone() {
                tracing::error!(
                    path = %path.display(),
                    "it was removed or replaced by another: what is kept now would be lost"
                );
                return;
            }
        }
    }

    /// One that is not there any more. Where the system cannot say, it is taken to be.
    fn gone(&self) -> Option<&Path> {
        let is_gone = |(path, identity): &&(PathBuf, (u64, u64))| match archive::identity(path) {
            Ok(found) => found.is_some_and(|found| found != *identity),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        self.places.iter().find(is_gone).map(|(path, _)| path.as_path())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::run::stop::stopping;

    /// Which of three places is gone after something happened.
    fn gone(happens: impl FnOnce(&Path)) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("intake")).unwrap();
        std::fs::write(at("store"), "1").unwrap();
        let (_stopper, stop) = stopping();
        let places = Places::at([at("intake"), at("store"), at("never there")], &stop);
        assert_eq!(places.gone(), None);
        happens(folder.path());
        let name = places.gone()?.file_name()?.to_str()?.to_owned();
        Some(name)
    }

    #[test]
    fn what_is_removed_or_replaced_is_gone_and_what_is_written_is_not() {
        assert_eq!(gone(|at| std::fs::write(at.join("store"), "2").unwrap()), None);
        assert_eq!(gone(|at| std::fs::write(at.join("never there"), "2").unwrap()), None);
        let removed = gone(|at| std::fs::remove_file(at.join("store")).unwrap());
        assert_eq!(removed.as_deref(), Some("store"));
        let moved = gone(|at| std::fs::rename(at.join("intake"), at.join("old")).unwrap());
        assert_eq!(moved.as_deref(), Some("intake"));
        let replaced = gone(|at| {
            std::fs::write(at.join("other"), "1").unwrap();
            std::fs::rename(at.join("other"), at.join("store")).unwrap();
        });
        assert_eq!(replaced.as_deref(), Some("store"));
    }
}
