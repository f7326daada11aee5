//! Rule files, from disk and from the pack, and what stands beside them.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::input::{self, From, why};
use crate::pack::{self, BUILTIN};
use crate::summary::Fault;

/// The ending of the file with the cases of a rule.
const CASES: &str = "test.yml";

/// A rule file and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleFile {
    /// The path as given joined with the path below it; `builtin/…` in the pack.
    pub(crate) path: String,
    /// What it holds.
    pub(crate) text: String,
}

/// What the paths of rules stand for.
#[derive(Debug, Default)]
pub(crate) struct RuleFiles {
    /// In the order of the paths, below a folder by name.
    pub(crate) files: Vec<RuleFile>,
    /// What could not be read.
    pub(crate) faults: Vec<Fault>,
}

/// Reads the rule files below the paths; `builtin` is the pack, and so are no paths at all.
/// Of a folder, files that end in `.yml` or `.yaml` are taken, cases left out.
pub(crate) fn read(paths: &[PathBuf]) -> RuleFiles {
    let mut all = RuleFiles::default();
    if paths.is_empty() {
        all.add_pack();
    }
    for path in paths {
        if path.as_os_str() == BUILTIN { all.add_pack() } else { all.add(path) }
    }
    all
}

impl RuleFiles {
    fn add_pack(&mut self) {
        let rules = pack::files().into_iter().filter(|file| is_rule(file.path));
        self.files.extend(rules.map(|file| RuleFile {
            path: format!("{BUILTIN}/{}", file.path),
            text: file.text.to_owned(),
        }));
    }

    fn add(&mut self, given: &Path) {
        let is_folder = given.is_dir();
        let before = self.files.len() + self.faults.len();
        let expanded = input::expand(&[given.to_owned()]);
        self.faults.extend(expanded.faults);
        for source in expanded.sources {
            let From::File(path) = &source.from else { continue };
            if is_folder && !is_rule(&source.name) {
                continue;
            }
            match read_text(path) {
                Ok(text) => self.files.push(RuleFile { path: source.name, text }),
                Err(why) => self.faults.push(Fault { path: source.name, why }),
            }
        }
        if self.files.len() + self.faults.len() == before {
            let why = "there is no `.yml` or `.yaml` file in this folder".to_owned();
            self.faults.push(Fault { path: given.display().to_string(), why });
        }
    }
}

/// The text of a file, or why it cannot be read.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| why(&error))?;
    String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
}

fn is_rule(path: &str) -> bool {
    let ends = |ending: &str| path.len() > ending.len() && path.ends_with(ending);
    (ends(".yml") || ends(".yaml")) && !ends(".test.yml") && !ends(".test.yaml")
}

impl RuleFile {
    /// The file as the loader takes it.
    pub(crate) fn source(&self) -> rule::SourceFile<'_> {
        rule::SourceFile { path: &self.path, text: &self.text }
    }

    /// The cases beside the rule: their path and text, `None` when there are none.
    pub(crate) fn cases(&self) -> Option<Result<RuleFile, Fault>> {
        let stem = self.path.strip_suffix(".yml").or_else(|| self.path.strip_suffix(".yaml"))?;
        let path = format!("{stem}.{CASES}");
        if let Some(inside) = path.strip_prefix(BUILTIN).and_then(|rest| rest.strip_prefix('/'))
            && let Some(file) = pack::file(inside)
        {
            return Some(Ok(RuleFile { path, text: file.text.to_owned() }));
        }
        if !Path::new(&path).exists() {
            return None;
        }
        Some(match read_text(Path::new(&path)) {
            Ok(text) => Ok(RuleFile { path, text }),
            Err(why) => Err(Fault { path, why }),
        })
    }

    /// The text of a sample event such as `okta/user.session.start`. Looked for in the folder
    /// that is given, else in a folder `samples` beside the rule or above it, else in the pack.
    pub(crate) fn sample(&self, name: &str, folder: Option<&Path>) -> Result<String, String> {
        let file = format!("{name}.json");
        if !Path::new(&file).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(format!("`{name}` is no name of a sample"));
        }
        if let Some(folder) = folder {
            return read_text(&folder.join(&file));
        }
        let above = Path::new(&self.path).ancestors().skip(1);
        let mut beside = above.map(|folder| folder.join("samples").join(&file));
        if let Some(path) = beside.find(|path| path.exists()) {
            return read_text(&path);
        }
        let inside = pack::file(&format!("samples/{file}"));
        inside.map(|file| file.text.to_owned()).ok_or_else(|| format!("no sample `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_give_rules_without_their_cases() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.yml", "b.test.yml", "a/c.yaml", "notes.md", ".yml"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let all = read(&[folder.path().to_owned()]);
        let texts: Vec<_> = all.files.iter().map(|file| file.text.as_str()).collect();
        assert_eq!(texts, ["a/c.yaml", "b.yml"]);
        let cases = all.files[1].cases().unwrap().unwrap();
        assert_eq!(cases.text, "b.test.yml");
        assert!(all.files[0].cases().is_none());
    }

    #[test]
    fn a_folder_without_rules_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("notes.md"), "").unwrap();
        let all = read(&[folder.path().to_owned()]);
        assert_eq!(all.files, []);
        assert_eq!(all.faults[0].why, "there is no `.yml` or `.yaml` file in this folder");
    }

    #[test]
    fn the_pack_is_what_no_paths_and_its_name_stand_for() {
        let pack = read(&[]).files;
        assert!(pack.len() > 10);
        assert_eq!(read(&[BUILTIN.into()]).files, pack);
        assert!(pack.iter().all(|file| file.cases().is_some_and(|cases| cases.is_ok())));
    }

    #[test]
    fn samples_are_found_above_the_rule_else_in_the_pack() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("samples/okta")).unwrap();
        fs::write(folder.path().join("samples/okta/x.json"), "mine").unwrap();
        let path = folder.path().join("deep/er/rule.yml").display().to_string();
        let rule = RuleFile { path, text: String::new() };
        assert_eq!(rule.sample("okta/x", None).unwrap(), "mine");
        assert_eq!(rule.sample("okta/y", None).unwrap_err(), "no sample `okta/y`");
        let known = pack::files().into_iter().find_map(|file| {
            file.path.strip_prefix("samples/").and_then(|path| path.strip_suffix(".json"))
        });
        assert!(rule.sample(known.unwrap(), None).is_ok());
        assert!(rule.sample("../okta/x", None).unwrap_err().contains("no name"));
        assert!(rule.sample("x", Some(&folder.path().join("samples/okta"))).is_ok());
    }
}
