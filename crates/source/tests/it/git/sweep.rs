//! Every blob once, however it is stored; what cannot be had is said.

use std::fmt::Write;
use std::fs;

use source::git::{Repository, Selection};
use source::{Limits, Stop, Why};

use super::repo::{Collect, Repo, Taken};

/// Reads a repository and compares with what git lists.
fn check(repo: &Repo) -> Taken {
    let taken = repo.sweep();
    assert_eq!(taken.sizes(), repo.objects(), "the blobs are not those that git lists");
    assert_eq!(taken.account.unread, [], "all can be read");
    assert_eq!(taken.account.blobs, taken.blobs.len() as u64, "a blob came twice");
    assert_eq!(taken.total, taken.done.max(taken.total), "more was done than announced");
    taken
}

/// A text of many lines, which differs a little by number.
fn text(n: u32) -> String {
    let mut text = String::new();
    for line in 0..200 {
        let salt = if line == n % 200 { n } else { 0 };
        writeln!(
            text,
            "line {line} of a file {}",
            line.wrapping_mul(2_654_435_761).wrapping_add(salt)
        )
        .unwrap();
    }
    text
}

/// A repository with a few dozen versions of a file, all loose.
fn versions() -> Repo {
    let repo = Repo::new();
    let mut stream = String::new();
    for n in 0..30 {
        let time = 1_767_225_600 + n * 86_400;
        writeln!(stream, "commit refs/heads/main\ncommitter Bob <bob@example.com> {time} +0000")
            .unwrap();
        let message = format!("version {n}\n");
        writeln!(stream, "data {}\n{message}", message.len()).unwrap();
        for (path, text) in [("a/file.txt", text(n)), ("other", n.to_string())] {
            writeln!(stream, "M 644 inline {path}\ndata {}\n{text}", text.len()).unwrap();
        }
    }
    repo.git_with(
        &["-c", "fastimport.unpackLimit=10000", "fast-import", "--quiet"],
        stream.as_bytes(),
    );
    repo.git(&["reset", "-q", "--hard"]);
    repo
}

#[test]
fn loose_objects() {
    let taken = check(&versions());
    assert_eq!(taken.messages.len(), 30);
    assert!(taken.messages.values().any(|message| message == "version 7\n"));
}

#[test]
fn a_pack_with_delta_chains() {
    let repo = versions();
    repo.git(&["repack", "-adfq", "--depth=50", "--window=50"]);
    let taken = check(&repo);
    assert_eq!(taken.messages.len(), 30);
    assert!(taken.has(&text(17)));
}

#[test]
fn references_by_id_in_a_pack() {
    let repo = versions();
    repo.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"]);
    check(&repo);
}

#[test]
fn several_packs_loose_objects_and_copies() {
    let repo = versions();
    repo.git(&["repack", "-dq"]);
    repo.commit(40, "later", &[("a/file.txt", &text(40))]);
    // Everything is packed again, beside what is packed already.
    let everything = repo.git(&["rev-list", "--objects", "--all"]);
    let ids: String = everything.lines().map(|line| format!("{}\n", &line[..40])).collect();
    repo.git_with(&["pack-objects", "-q", ".git/objects/pack/pack"], ids.as_bytes());
    repo.commit(41, "last", &[("a/file.txt", &text(41))]);
    assert_eq!(repo.packs("idx").len(), 2);
    repo.git(&["multi-pack-index", "write"]);
    check(&repo);
}

#[test]
fn objects_that_no_branch_reaches() {
    let repo = versions();
    repo.commit(50, "mistake", &[("key", "amended away")]);
    repo.write("key", "amended");
    repo.git(&["commit", "-qa", "--amend", "-m", "no mistake"]);
    repo.write("key", "stashed");
    repo.git(&["stash", "-q"]);
    repo.git_with(&["hash-object", "-w", "--stdin"], b"never committed");
    repo.git(&["notes", "add", "-m", "a note"]);
    repo.git(&["tag", "-a", "v1", "-m", "what a tag says"]);
    let taken = check(&repo);
    for text in ["amended away", "amended", "stashed", "never committed", "a note\n"] {
        assert!(taken.has(text), "{text}");
    }
    for text in ["mistake\n", "what a tag says\n"] {
        assert!(taken.messages.values().any(|message| message == text), "{text}");
    }
}

#[test]
fn objects_of_another_repository() {
    let repo = versions();
    repo.git(&["repack", "-adq"]);
    let path = repo.beside("borrower");
    repo.git(&["clone", "-q", "--shared", ".", path.to_str().unwrap()]);
    let borrower = Repo::at(path);
    borrower.commit(60, "own", &[("own", "its own")]);
    let taken = check(&borrower);
    assert!(taken.has("its own") && taken.has(&text(3)));

    fs::rename(&repo.path, repo.beside("moved")).unwrap();
    let taken = borrower.sweep();
    assert_eq!(taken.blobs.len(), 1);
    assert_eq!(taken.account.unread[0].why, Why::Missing);
}

#[test]
fn names_of_256_bits() {
    let repo = Repo::with(&["--object-format=sha256"]);
    repo.commit(0, "one", &[("a", "some text")]);
    repo.git(&["repack", "-adq"]);
    repo.commit(1, "two", &[("a", "other text")]);
    check(&repo);
}

#[test]
fn a_bare_repository_a_submodule_and_a_linked_working_tree() {
    let repo = versions();
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    check(&Repo::at(bare));

    repo.git(&["worktree", "add", "-q", repo.beside("linked").to_str().unwrap(), "-b", "side"]);
    let linked = Repo::at(repo.beside("linked"));
    linked.commit(70, "aside", &[("aside", "in the linked tree")]);
    assert!(check(&linked).has("in the linked tree"));

    let host = Repo::new();
    host.git(&["submodule", "--quiet", "add", repo.path.to_str().unwrap(), "inner"]);
    let inner = Repo::at(host.path.join("inner"));
    assert!(inner.path.join(".git").is_file());
    check(&inner);
    check(&Repo::at(inner.path.join("a")));
}

#[test]
fn a_shallow_clone_is_said() {
    let repo = versions();
    let path = repo.beside("shallow");
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--depth=3", &url, path.to_str().unwrap()]);
    let clone = Repo::at(path);
    let taken = clone.sweep();
    assert_eq!(taken.sizes(), clone.objects());
    let unread = &taken.account.unread;
    assert_eq!((unread.len(), unread[0].why), (1, Why::Missing));
    assert!(unread[0].detail.contains("shallow"), "{unread:?}");
}

#[test]
fn a_partial_clone_is_said() {
    let repo = versions();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let path = repo.beside("partial");
    let url = format!("file://{}", repo.path.display());
    repo.git(&["clone", "-q", "--bare", "--filter=blob:none", &url, path.to_str().unwrap()]);
    let taken = Repo::at(path).sweep();
    let unread = &taken.account.unread;
    assert_eq!((unread.len(), unread[0].why), (1, Why::Missing));
    assert!(unread[0].detail.contains("partial"), "{unread:?}");
}

#[test]
fn large_blobs_are_said_and_others_come_in_pieces() {
    let repo = versions();
    repo.commit(
        80,
        "large",
        &[("large", &"x\n".repeat(20_000)), ("medium", &"yy\n".repeat(3_000))],
    );
    for pack in [false, true] {
        if pack {
            repo.git(&["repack", "-adfq"]);
        }
        let limits = Limits {
            blob_bytes: 10_000,
            piece_bytes: 4_096,
            overlap_bytes: 100,
            ..Limits::default()
        };
        let taken = repo.sweep_with(&Selection::All, &limits);
        assert_eq!(taken.account.unread.len(), 1);
        assert_eq!(taken.account.unread[0].why, Why::TooLarge);
        assert!(taken.n_pieces > taken.blobs.len() + taken.messages.len());
        let mut expected = repo.objects();
        expected.retain(|_, size| *size <= 10_000);
        assert_eq!(taken.sizes(), expected);
    }
}

#[test]
fn what_an_earlier_run_took_is_left_out() {
    for pack in [false, true] {
        let repo = versions();
        if pack {
            repo.git(&["repack", "-adfq"]);
        }
        let known: Vec<String> = repo.objects().into_keys().step_by(2).collect();
        let collect = Collect { known: known.clone(), ..Collect::default() };
        let repository = Repository::open(&repo.path).unwrap();
        let account =
            repository.sweep(&Selection::All, &Limits::default(), &collect, &Stop::default());
        let taken = collect.into_taken(account);
        let mut expected = repo.objects();
        expected.retain(|id, _| !known.contains(id));
        assert_eq!(taken.sizes(), expected);
        assert_eq!(taken.account.skipped[&Why::Known], known.len() as u64);
    }
}

#[test]
fn a_run_that_is_ended_says_so() {
    let repo = versions();
    let collect = Collect::default();
    let stop = Stop::default();
    stop.set();
    let repository = Repository::open(&repo.path).unwrap();
    let account = repository.sweep(&Selection::All, &Limits::default(), &collect, &stop);
    assert_eq!((account.blobs, account.unread[0].why), (0, Why::Stopped));
}

#[test]
fn any_byte_of_a_pack_may_be_wrong() {
    let repo = versions();
    repo.git(&["repack", "-adfq"]);
    let [pack] = &repo.packs("pack")[..] else { panic!("one pack") };
    let whole = fs::read(pack).unwrap();
    let expected = repo.objects();
    let mut permissions = fs::metadata(pack).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a file in a temporary folder")]
    permissions.set_readonly(false);
    fs::set_permissions(pack, permissions).unwrap();
    for at in (12..whole.len() - 20).step_by(whole.len() / 150) {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        fs::write(pack, &broken).unwrap();
        let taken = repo.sweep();
        let n_lost = expected.len() - taken.blobs.len();
        assert!(
            n_lost == 0 || taken.account.unread_count as usize >= n_lost,
            "byte {at}: {n_lost} lost silently"
        );
        assert!(n_lost < expected.len(), "byte {at}: nothing is left");
    }
}

#[test]
fn a_copy_elsewhere_makes_up_for_a_broken_one() {
    let repo = versions();
    repo.git(&["repack", "-dq"]);
    let everything = repo.git(&["rev-list", "--objects", "--all"]);
    let ids: String = everything.lines().map(|line| format!("{}\n", &line[..40])).collect();
    repo.git_with(
        &["pack-objects", "-q", "--no-reuse-delta", "--depth=0", ".git/objects/pack/pack"],
        ids.as_bytes(),
    );
    let expected = repo.objects();
    for pack in repo.packs("pack") {
        let whole = fs::read(&pack).unwrap();
        fs::remove_file(&pack).unwrap();
        let mut broken = whole.clone();
        let end = broken.len() - 20;
        broken[end / 2..end].fill(0);
        fs::write(&pack, broken).unwrap();
        let taken = repo.sweep();
        assert_eq!((taken.sizes(), taken.account.unread), (expected.clone(), vec![]));
        fs::write(&pack, whole).unwrap();
    }
}

#[test]
fn a_broken_loose_object_and_a_cut_pack_are_said() {
    let repo = versions();
    repo.git(&["repack", "-adq"]);
    let id = repo.git_with(&["hash-object", "-w", "--stdin"], b"will be broken");
    let path = repo.git_dir().join("objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(&path).unwrap();
    fs::write(&path, b"nothing of the kind").unwrap();
    let taken = repo.sweep();
    assert_eq!(taken.account.unread.len(), 1);
    assert_eq!(taken.account.unread[0].why, Why::Corrupt);
    assert!(taken.account.unread[0].what.contains(&id));

    let pack = &repo.packs("pack")[0];
    let whole = fs::read(pack).unwrap();
    fs::remove_file(pack).unwrap();
    for length in [0, 5, 32, whole.len() / 2] {
        fs::write(pack, &whole[..length]).unwrap();
        let taken = repo.sweep();
        assert!(taken.account.unread_count > 1, "{length}");
    }
    fs::remove_file(&repo.packs("idx")[0]).unwrap();
    let taken = repo.sweep();
    assert!(taken.account.unread.iter().any(|unread| unread.detail == "it has no index"));
}

#[test]
fn no_repository() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Repository::open(folder.path()).is_err());
    assert!(Repository::open(&folder.path().join("absent")).is_err());
}

#[test]
fn only_what_came_since() {
    let repo = Repo::new();
    repo.commit(0, "old", &[("a/x", "old text"), ("a/y", "same"), ("b/z", "z")]);
    repo.commit(10, "new", &[("a/x", "new text"), ("c/d/e", "deep")]);
    repo.git(&["checkout", "-qb", "side", "HEAD^"]);
    repo.commit(11, "side", &[("b/z", "aside")]);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    repo.commit_staged(12, "merge");
    repo.git_with(&["hash-object", "-w", "--stdin"], b"never committed");
    for pack in [false, true] {
        if pack {
            repo.git(&["repack", "-adkfq"]);
        }
        for (day, expected) in [(0, 6), (10, 3), (11, 1), (12, 0), (13, 0)] {
            // What was never committed has the time of its file, which is now.
            let expected = expected + 1;
            let since = Selection::Since(1_767_225_600 + day * 86_400);
            let taken = repo.sweep_with(&since, &Limits::default());
            assert_eq!(taken.blobs.len(), expected, "since day {day}: {:?}", taken.blobs);
            let n_left = repo.objects().len() - expected;
            let older = taken.account.skipped.get(&Why::Older).copied().unwrap_or_default();
            assert!(older as usize >= n_left);
            assert_eq!(taken.account.unread, []);
        }
        let taken =
            repo.sweep_with(&Selection::Since(1_767_225_600 + 10 * 86_400), &Limits::default());
        assert!(taken.has("new text") && taken.has("deep") && taken.has("aside"));
        let messages: Vec<&str> = taken.messages.values().map(String::as_str).collect();
        assert_eq!(messages.len(), 3, "{messages:?}");
    }
}

#[test]
fn archives_in_a_history() {
    let repo = Repo::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, b"what is packed").unwrap();
    repo.write("a/log.gz", packed.finish().unwrap());
    repo.git(&["add", "-A"]);
    repo.commit_staged(0, "pack");
    repo.git(&["archive", "-o", "all.zip", "HEAD"]);
    repo.git(&["add", "-A"]);
    let collect = Collect::default();
    let repository = Repository::open(&repo.path).unwrap();
    let account = repository.staged(None, &Limits::default(), &collect, &Stop::default()).unwrap();
    let staged = collect.into_taken(account).staged;
    assert_eq!(staged["all.zip!/a/log.gz"], "what is packed");
    repo.commit_staged(1, "zip");

    let taken = repo.sweep();
    let zip = repo.git(&["rev-parse", "HEAD:all.zip"]);
    let inner = format!("{zip}!/a/log.gz");
    assert_eq!(taken.blobs[&inner], b"what is packed");
    assert_eq!(taken.blobs[&repo.git(&["rev-parse", "HEAD:a/log.gz"])], b"what is packed");
    let repository = Repository::open(&repo.path).unwrap();
    let places =
        repository.places(std::slice::from_ref(&inner), &Limits::default(), &Stop::default());
    assert_eq!(places[&inner][0].path, "all.zip!/a/log.gz");
}

#[test]
fn any_byte_of_an_index_of_a_pack_may_be_wrong() {
    let repo = versions();
    repo.git(&["repack", "-adfq"]);
    let [index] = &repo.packs("idx")[..] else { panic!("one index") };
    let n_blobs = repo.objects().len();
    let whole = fs::read(index).unwrap();
    fs::remove_file(index).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 100) {
        let mut broken = whole.clone();
        broken[at] ^= 0x80;
        fs::write(index, &broken).unwrap();
        let taken = repo.sweep();
        let is_id = (1_032..whole.len() / 2).contains(&at);
        assert!(
            is_id || taken.blobs.len() == n_blobs || taken.account.unread_count > 0,
            "byte {at}"
        );
    }
}

#[test]
fn a_taker_that_panics_does_not_leave_threads_waiting() {
    struct Panics;
    impl source::Taker for Panics {
        fn take(&self, _: source::Piece<'_>) {
            panic!("on purpose");
        }
    }
    let repo = versions();
    repo.git(&["repack", "-adfq"]);
    let ended = std::panic::catch_unwind(|| {
        let repository = Repository::open(&repo.path).unwrap();
        let limits = Limits { threads: 4, ..Limits::default() };
        repository.sweep(&Selection::All, &limits, &Panics, &Stop::default())
    });
    assert!(ended.is_err());
}
