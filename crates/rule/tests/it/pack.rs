//! The rules of the repository load without a word.

use std::path::{Path, PathBuf};

use rule::{Lists, SourceFile, load};

fn rules_under(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rules_under(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "yml") {
            paths.push(path);
        }
    }
}

#[test]
fn every_rule_loads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules");
    let mut paths = Vec::new();
    rules_under(&root, &mut paths);
    paths.sort();
    let texts: Vec<_> = paths
        .iter()
        .map(|path| (path.display().to_string(), std::fs::read_to_string(path).unwrap()))
        .collect();
    let files: Vec<_> = texts.iter().map(|(path, text)| SourceFile { path, text }).collect();
    let loaded = load(&files, &Lists::default());
    let said: Vec<_> = loaded
        .diagnostics
        .iter()
        .map(|(file, diagnostic)| {
            let place = diagnostic.span().place(files[*file].text);
            format!(
                "{}:{} {} {}",
                files[*file].path, place.line, diagnostic.code, diagnostic.message
            )
        })
        .collect();
    assert_eq!(said, [""; 0]);
    let n_files = files.iter().filter(|file| !rule::is_cases(file.path)).count();
    assert_eq!(loaded.rules.len(), n_files);
}
