//! What happens to a file of findings that is not what it was.

use std::fs;
use std::path::Path;

use super::*;

/// What is told before it is saved, and what is told in vain.
const SAVED: &str = "{\"saved\":1}";
const LOST: &str = "{\"lost\":1}";

fn line(text: &str) -> [String; 1] {
    [text.to_owned()]
}

/// A file with a finding that is saved and one that is not, and how it was saved.
fn written(path: &Path) -> (FindingsFile, Mark) {
    let mut file = FindingsFile::at(path).unwrap();
    file.rewind(None).unwrap();
    file.write(&line(SAVED)).unwrap();
    let (mark, unsynced) = file.mark().unwrap().unwrap();
    unsynced.sync().unwrap();
    file.write(&line(LOST)).unwrap();
    (file, mark)
}

/// Names and texts in a folder, in their order.
fn found(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let mut found: Vec<_> =
        entries.map(|path| (name(&path), fs::read_to_string(&path).unwrap())).collect();
    found.sort();
    found
}

/// What is in the folder after something happened between two runs, and one finding more.
fn after(happened: impl FnOnce(&Path, &mut Option<Mark>)) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    let (file, mark) = written(&path);
    drop(file);
    let mut mark = Some(mark);
    happened(&path, &mut mark);
    let mut file = FindingsFile::at(&path).unwrap();
    file.rewind(mark.as_ref()).unwrap();
    file.write(&line("{}")).unwrap();
    found(folder.path())
}

/// What is in the folder after something happened between two findings.
fn while_running(happened: impl FnOnce(&Path)) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f");
    let (mut file, _) = written(&path);
    happened(&path);
    file.write(&line("{}")).unwrap();
    found(folder.path())
}

fn texts<const N: usize>(texts: [(&str, &str); N]) -> Vec<(String, String)> {
    texts.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec()
}

const BOTH: &str = "{\"saved\":1}\n{\"lost\":1}\n";

#[test]
fn the_same_file_is_cut_to_what_was_saved() {
    assert_eq!(after(|_, _| ()), texts([("f", "{\"saved\":1}\n{}\n")]));
}

#[test]
fn a_file_of_another_path_is_not_cut() {
    let moved = after(|_, mark| mark.as_mut().unwrap().path = "/elsewhere".to_owned());
    assert_eq!(moved, texts([("f", "{}\n"), ("f.1", BOTH)]));
    assert_eq!(after(|_, mark| *mark = None), moved);
}

#[test]
fn another_file_in_its_place_is_not_cut() {
    let foreign = "somebody else's words, and more than there were\n";
    let replaced = after(|path, _| {
        fs::rename(path, path.with_file_name("old")).unwrap();
        fs::write(path, foreign).unwrap();
    });
    assert_eq!(replaced, texts([("f", "{}\n"), ("f.1", foreign), ("old", BOTH)]));
    // Even one that took its number.
    let rewritten = after(|path, _| fs::write(path, foreign).unwrap());
    assert_eq!(rewritten, texts([("f", "{}\n"), ("f.1", foreign)]));
}

#[test]
fn a_file_that_is_moved_away_or_removed_while_running_is_begun_anew() {
    let rotated = while_running(|path| fs::rename(path, path.with_file_name("old")).unwrap());
    assert_eq!(rotated, texts([("f", "{}\n"), ("old", BOTH)]));
    assert_eq!(while_running(|path| fs::remove_file(path).unwrap()), texts([("f", "{}\n")]));
}

#[test]
fn a_file_that_is_replaced_or_emptied_while_running_is_written_on() {
    let replaced = while_running(|path| {
        fs::rename(path, path.with_file_name("old")).unwrap();
        fs::write(path, "other\n").unwrap();
    });
    assert_eq!(replaced, texts([("f", "other\n{}\n"), ("old", BOTH)]));
    assert_eq!(while_running(|path| fs::write(path, "").unwrap()), texts([("f", "{}\n")]));
}
