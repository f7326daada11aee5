//! Where blobs stood, by whom, since when and until when.

use source::git::{BlobPlace, On, Repository};
use source::{Limits, Stop};

use super::repo::Repo;

/// The places of the blob that holds `text`, a line each.
fn check(repo: &Repo, text: &str, expected: &[&str]) {
    for pack in [false, true] {
        if pack {
            repo.git(&["repack", "-adfkq"]);
        }
        let found = places(repo, &blob(repo, text));
        let lines: Vec<String> = found.iter().map(|place| line(repo, place)).collect();
        assert_eq!(lines, expected, "packed: {pack}");
    }
}

fn places(repo: &Repo, id: &str) -> Vec<BlobPlace> {
    let repository = Repository::open(&repo.path).unwrap();
    let limits = Limits { threads: 2, ..Limits::default() };
    repository.places(&[id.to_owned()], &limits, &Stop::default()).remove(id).unwrap()
}

fn blob(repo: &Repo, text: &str) -> String {
    repo.git_with(&["hash-object", "--stdin"], text.as_bytes())
}

/// Path, subject of the commit, days of the first and the last sight, what leads there, whether it is still there.
fn line(repo: &Repo, place: &BlobPlace) -> String {
    let subject = match &place.commit {
        Some(commit) => repo.git(&["log", "-1", "--format=%s", commit]),
        None => "-".to_owned(),
    };
    let day = |time: Option<i64>| time.map_or(-1, |time| (time - 1_767_225_600) / 86_400);
    let on = match &place.on {
        On::Ref(name) => name.clone(),
        On::Past(name) => format!("log of {name}"),
        On::Index => "index".to_owned(),
        _ => "nothing".to_owned(),
    };
    let current = if place.is_current { " current" } else { "" };
    let author = if place.commit.is_some() { place.author.as_str() } else { "-" };
    assert!(author == "-" || author == "Ada <ada@example.com>", "{author}");
    let (first, last) = (day(place.first_seen), day(place.last_seen));
    format!("{}: {subject}, {first} to {last}, {on}{current}", place.path)
}

#[test]
fn a_blob_that_came_and_went() {
    let repo = Repo::new();
    repo.commit(0, "begin", &[("x", "x")]);
    repo.commit(1, "leak", &[("a/b/key", "secret")]);
    repo.commit(2, "other", &[("x", "y")]);
    repo.commit(3, "fix", &[("a/b/key", "none")]);
    check(&repo, "secret", &["a/b/key: leak, 1 to 2, refs/heads/main"]);
    check(&repo, "none", &["a/b/key: fix, 3 to 3, refs/heads/main current"]);
    check(&repo, "never", &[]);
}

#[test]
fn renamed_copied_and_back_again() {
    let repo = Repo::new();
    repo.commit(0, "leak", &[("key", "secret")]);
    repo.git(&["mv", "key", "moved"]);
    repo.commit_staged(1, "move");
    repo.git(&["rm", "-q", "moved"]);
    repo.commit_staged(2, "remove");
    repo.commit(3, "again", &[("copy/one", "secret"), ("copy/two", "secret")]);
    repo.commit(4, "key again", &[("key", "secret")]);
    check(
        &repo,
        "secret",
        &[
            "key: leak, 0 to 4, refs/heads/main current",
            "moved: move, 1 to 1, refs/heads/main",
            "copy/one: again, 3 to 4, refs/heads/main current",
            "copy/two: again, 3 to 4, refs/heads/main current",
        ],
    );
}

#[test]
fn merged_from_a_branch() {
    let repo = Repo::new();
    repo.commit(0, "begin", &[("x", "x")]);
    repo.git(&["checkout", "-qb", "side"]);
    repo.commit(1, "leak aside", &[("a/key", "secret")]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit(2, "main", &[("x", "y")]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.commit_staged(3, "merge");
    repo.git(&["branch", "-qD", "side"]);
    check(&repo, "secret", &["a/key: leak aside, 1 to 3, refs/heads/main current"]);
}

#[test]
fn what_leads_there() {
    let repo = Repo::new();
    repo.commit(0, "begin", &[("x", "x"), ("stash", "no")]);
    repo.git(&["checkout", "-qb", "side"]);
    repo.commit(1, "aside", &[("a", "on a side branch")]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit(2, "mistake", &[("a", "amended away")]);
    repo.write("a", "amended");
    repo.git(&["commit", "-qa", "--amend", "-m", "no mistake"]);
    repo.write("stash", "stashed");
    repo.git(&["stash", "-q"]);
    check(&repo, "on a side branch", &["a: aside, 1 to 1, refs/heads/side"]);
    check(&repo, "amended away", &["a: mistake, 2 to 2, log of refs/heads/main"]);
    repo.git(&["notes", "add", "-m", "a note"]);
    let id = repo.git(&["rev-parse", "HEAD"]);
    check(
        &repo,
        "a note\n",
        &[&format!("{id}: Notes added by 'git notes add', 0 to 0, refs/notes/commits")],
    );
    let stashed = places(&repo, &blob(&repo, "stashed"));
    assert_eq!(
        (stashed[0].path.as_str(), &stashed[0].on),
        ("stash", &On::Ref("refs/stash".to_owned()))
    );

    repo.git(&["reflog", "expire", "--expire=all", "--all"]);
    check(&repo, "amended away", &["a: mistake, 2 to 2, nothing"]);
}

#[test]
fn in_no_commit() {
    let repo = Repo::new();
    repo.commit(0, "begin", &[("x", "x")]);
    repo.write("a/key", "only staged");
    repo.git(&["add", "-A"]);
    check(&repo, "only staged", &["a/key: -, -1 to -1, index"]);
    repo.git(&["write-tree"]);
    repo.git(&["reset", "-q"]);
    repo.git_with(&["hash-object", "-w", "--stdin"], b"alone");
    check(&repo, "only staged", &["a/key: -, -1 to -1, nothing"]);
    check(&repo, "alone", &[]);
}

#[test]
fn messages() {
    let repo = Repo::new();
    let id = repo.commit(5, "what a commit says", &[("x", "x")]);
    let [place] = &places(&repo, &id)[..] else { panic!("one place") };
    assert_eq!(line(&repo, place), ": what a commit says, 5 to 5, refs/heads/main");
    repo.git(&["tag", "-a", "v1", "-m", "what a tag says"]);
    let [place] = &places(&repo, &repo.git(&["rev-parse", "v1"]))[..] else { panic!("one place") };
    assert_eq!(place.on, On::Ref("refs/tags/v1".to_owned()));
    assert_eq!(
        (place.author.as_str(), place.commit.as_ref()),
        ("Bob <bob@example.com>", Some(&id))
    );
}

#[test]
fn a_cut_history() {
    let repo = Repo::new();
    for day in 0..5 {
        repo.commit(day, &format!("day {day}"), &[("x", &format!("{day}")), ("key", "secret")]);
    }
    let path = repo.beside("shallow");
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth=2", &url, path.to_str().unwrap()]);
    check(&Repo::at(path), "secret", &["key: day 3, 3 to 4, refs/heads/main current"]);
}

#[test]
fn folders_that_hold_each_other_a_billion_times() {
    let repo = Repo::new();
    let mut id = repo.git_with(&["hash-object", "-w", "--stdin"], b"secret");
    let mut kind = "100644 blob";
    for _ in 0..10 {
        let tree: String = (0..10).map(|n| format!("{kind} {id}\t{n}\n")).collect();
        id = repo.git_with(&["mktree"], tree.as_bytes());
        kind = "040000 tree";
    }
    let commit = repo.git(&["commit-tree", "-m", "bomb", &id]);
    repo.git(&["update-ref", "refs/heads/main", &commit]);
    let found = places(&repo, &blob(&repo, "secret"));
    assert_eq!(found.len(), source::git::PLACES_MAX);
    assert!(found.iter().all(|place| place.commit.as_ref() == Some(&commit)));
}

#[test]
fn files_beside_each_other() {
    let repo = Repo::new();
    let commit = repo.commit(
        0,
        "one",
        &[("a/b/key", "secret"), ("a/b/host", "acme.okta.com"), ("a/c", "x"), ("r", "y")],
    );
    let repository = Repository::open(&repo.path).unwrap();
    for (folder, expected) in
        [("a/b", &["a/b/host", "a/b/key"][..]), ("a", &["a/c"]), ("", &["r"]), ("none", &[])]
    {
        let found = repository.siblings(&commit, folder);
        let paths: Vec<&str> = found.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, expected, "{folder}");
    }
    let (_, id) = &repository.siblings(&commit, "a/b")[0];
    assert_eq!(repository.read(id, 100).unwrap(), b"acme.okta.com");
    assert_eq!(repository.read(id, 5), None);
    assert_eq!(repository.read(&commit, 10_000), None);
}
