//! What is about to be committed, and nothing else.

use std::fs;
use std::path::Path;

use source::git::Repository;
use source::{Limits, Stop, Why};

use super::repo::{Collect, Repo, Taken};

/// Reads what is staged and compares paths and texts.
fn check(repo: &Repo, expected: &[(&str, &str)]) -> Taken {
    let taken = staged(repo, None);
    let found: Vec<(&str, &str)> =
        taken.staged.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(found, expected);
    taken
}

fn staged(repo: &Repo, index: Option<&Path>) -> Taken {
    let repository = Repository::open(&repo.path).unwrap();
    let collect = Collect::default();
    let account = repository.staged(index, &Limits::default(), &collect, &Stop::default()).unwrap();
    collect.into_taken(account)
}

/// A repository with files in folders.
fn files() -> Repo {
    let repo = Repo::new();
    repo.commit(
        0,
        "one",
        &[("a", "1"), ("b/c", "2"), ("b/d/e", "3"), ("b-x", "4"), ("b.y/z", "5")],
    );
    repo
}

#[test]
fn nothing_is_staged() {
    let repo = files();
    check(&repo, &[]);
    repo.write("a", "changed in the working tree only");
    repo.write("untracked", "not added");
    check(&repo, &[]);
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let repo = Repo::new();
    check(&repo, &[]);
    repo.write("a/b", "x");
    repo.git(&["add", "-A"]);
    check(&repo, &[("a/b", "x")]);
}

#[test]
fn changed_added_renamed_and_removed_files() {
    let repo = files();
    repo.write("b/d/e", "changed");
    repo.write("b/d/new", "added");
    repo.git(&["mv", "b/c", "moved"]);
    repo.git(&["rm", "-q", "b-x"]);
    repo.git(&["add", "-A"]);
    repo.write("b/d/e", "changed again, not staged");
    check(&repo, &[("b/d/e", "changed"), ("b/d/new", "added"), ("moved", "2")]);
    repo.commit_staged(1, "two");
    check(&repo, &[]);
}

#[test]
fn a_file_in_place_of_a_folder() {
    let repo = files();
    repo.git(&["rm", "-rq", "b"]);
    repo.write("b", "a file now");
    repo.git(&["add", "-A"]);
    check(&repo, &[("b", "a file now")]);
}

#[test]
fn all_sides_of_a_conflict() {
    let repo = files();
    repo.git(&["checkout", "-qb", "side"]);
    repo.commit(1, "side", &[("a", "theirs")]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit(2, "main", &[("a", "ours")]);
    let merged = std::panic::catch_unwind(|| repo.git(&["merge", "-q", "side"]));
    assert!(merged.is_err(), "they conflict");
    let repository = Repository::open(&repo.path).unwrap();
    let collect = Collect::default();
    let account = repository.staged(None, &Limits::default(), &collect, &Stop::default()).unwrap();
    assert_eq!(account.files, 2, "the base and theirs; ours is what the last commit has");
}

#[test]
fn what_is_only_meant_to_be_added() {
    let repo = files();
    repo.write("later", "x");
    repo.git(&["add", "-N", "later"]);
    check(&repo, &[]);
}

#[test]
fn another_index_as_git_tells_hooks() {
    let repo = files();
    repo.write("a", "partly");
    let index = repo.beside("other-index");
    fs::copy(repo.git_dir().join("index"), &index).unwrap();
    repo.git(&["add", "a"]);
    assert_eq!(staged(&repo, Some(&index)).staged.len(), 0);
    assert_eq!(staged(&repo, None).staged.len(), 1);
}

#[test]
fn other_forms_of_the_index() {
    for words in [
        &["update-index", "--index-version=4"][..],
        &["update-index", "--split-index"],
        &["-c", "index.threads=2", "update-index", "--force-write-index"],
    ] {
        let repo = files();
        repo.git(words);
        repo.write("b/d/e", "changed");
        repo.git(&["add", "-A"]);
        check(&repo, &[("b/d/e", "changed")]);
    }
}

#[test]
fn a_linked_working_tree_has_its_own_index() {
    let repo = files();
    repo.git(&["worktree", "add", "-q", repo.beside("linked").to_str().unwrap(), "-b", "side"]);
    let linked = Repo::at(repo.beside("linked"));
    linked.write("a", "linked");
    linked.git(&["add", "-A"]);
    check(&linked, &[("a", "linked")]);
    check(&repo, &[]);
}

#[test]
fn a_broken_index_and_a_missing_object() {
    let repo = files();
    repo.write("a", "gone soon");
    repo.git(&["add", "-A"]);
    let id = repo.git(&["hash-object", "a"]);
    fs::remove_file(repo.git_dir().join("objects").join(&id[..2]).join(&id[2..])).unwrap();
    let taken = check(&repo, &[]);
    assert_eq!(
        (taken.account.unread[0].what.as_str(), taken.account.unread[0].why),
        ("a", Why::Missing)
    );

    let index = repo.git_dir().join("index");
    let whole = fs::read(&index).unwrap();
    fs::write(&index, &whole[..whole.len() / 2]).unwrap();
    let repository = Repository::open(&repo.path).unwrap();
    let collect = Collect::default();
    assert!(repository.staged(None, &Limits::default(), &collect, &Stop::default()).is_err());
}

#[test]
fn references_in_tables_are_said() {
    let repo = files();
    // Not every git can make such a repository; by this folder it is known.
    fs::create_dir(repo.git_dir().join("reftable")).unwrap();
    assert_eq!(staged(&repo, None).account.unread[0].why, Why::Unsupported);
    assert_eq!(repo.sweep().account.unread, [], "objects do not need references");
}
