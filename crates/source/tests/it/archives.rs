//! Archives: what is in them, and what becomes of bad ones.

use source::Limits;

use crate::gathered::{self, limits};
use crate::pack::{Entry, XZ_TEXT, bzip2, gzip, tar, tar_entry, zip, zip_repeating, zstd};

/// Lines that can be told apart, so that a lost piece shows.
fn text(lines: usize) -> String {
    (0..lines).map(|line| format!("line {line} of a text\n")).collect()
}

/// Takes an archive apart, from memory and through a pipe, and compares paths and what was not read.
#[track_caller]
fn check(archive: &[u8], paths: &[&str], unread: &[&str]) {
    check_within(archive, &limits(), paths, unread);
}

#[track_caller]
fn check_within(archive: &[u8], limits: &Limits, paths: &[&str], unread: &[&str]) {
    let outcome = gathered::bytes(archive, limits);
    assert_eq!(outcome.paths(), paths, "in memory: {:?}", outcome.account.unread);
    assert_eq!(outcome.unread(), unread, "in memory");
    let outcome = gathered::stream(archive, limits);
    assert_eq!(outcome.paths(), paths, "through a pipe: {:?}", outcome.account.unread);
    assert_eq!(outcome.unread(), unread, "through a pipe");
}

/// Takes an archive apart whose one content is `expected`.
#[track_caller]
fn check_text(archive: &[u8], path: &str, expected: &str) {
    check(archive, &[path], &[]);
    assert_eq!(gathered::bytes(archive, &limits()).text(path), expected);
    assert_eq!(gathered::stream(archive, &limits()).text(path), expected);
}

#[test]
fn texts_come_whole_whatever_their_size() {
    for lines in [1, 10, 187, 188, 200, 5_000] {
        check_text(text(lines).as_bytes(), "a", &text(lines));
    }
    // As many bytes as a piece has, and twice that.
    check_text(&[b'x'; 4096], "a", &"x".repeat(4096));
    check_text(&[b'x'; 8192], "a", &"x".repeat(8192));
}

#[test]
fn an_empty_content_is_counted() {
    let outcome = gathered::bytes(b"", &limits());
    assert_eq!((outcome.account.files, outcome.account.bytes), (1, 0));
}

#[test]
fn compressed_texts_keep_their_path() {
    check_text(&gzip(text(3_000).as_bytes()), "a", &text(3_000));
    check_text(&zstd(text(3_000).as_bytes()), "a", &text(3_000));
    check_text(&[gzip(b"one\n"), gzip(b"two\n"), vec![0; 600]].concat(), "a", "one\ntwo\n");
    check_text(&[zstd(b"one\n"), zstd(b"two\n")].concat(), "a", "one\ntwo\n");
    check_text(&gzip(&zstd(b"twice")), "a", "twice");
    check_text(&bzip2(text(3_000).as_bytes()), "a", &text(3_000));
    check_text(&[bzip2(b"one\n"), bzip2(b"two\n")].concat(), "a", "one\ntwo\n");
    check_text(XZ_TEXT, "a", "text");
    check_text(&XZ_TEXT.repeat(2), "a", "texttext");
}

#[test]
fn zips_are_read_by_their_directory() {
    let long = text(3_000);
    let entries = [
        Entry::stored("a.env", b"A=1"),
        Entry::deflated("b/c.env", long.as_bytes()),
        Entry::stored("d/", b""),
    ];
    check(&zip(&entries), &["a!/a.env", "a!/b/c.env"], &[]);
    check_text(&zip(&[Entry::deflated("x", long.as_bytes())]), "a!/x", &long);
    let zstd = Entry { method: 93, packed: zstd(b"text"), ..Entry::stored("x", b"text") };
    check_text(&zip(&[zstd]), "a!/x", "text");
    let bzip2 = Entry { method: 12, packed: bzip2(b"text"), ..Entry::stored("x", b"text") };
    check_text(&zip(&[bzip2]), "a!/x", "text");
    let xz = Entry { method: 95, packed: XZ_TEXT.to_vec(), ..Entry::stored("x", b"text") };
    check_text(&zip(&[xz]), "a!/x", "text");
    check(&zip(&[]), &[], &[]);
}

#[test]
fn zips_may_stand_behind_a_program_or_before_a_comment() {
    let archive = zip(&[Entry::deflated("x", b"text")]);
    let program = [b"#!/bin/sh\nexec java -jar $0\n".as_slice(), &archive].concat();
    assert_eq!(gathered::bytes(&program, &limits()).text("a!/x"), "text");
    let mut commented = archive;
    let length = commented.len() - 2;
    commented[length..].copy_from_slice(&[7, 0]);
    commented.extend_from_slice(b"comment");
    check_text(&commented, "a!/x", "text");
}

#[test]
fn entries_that_share_a_name_are_all_read() {
    let entries =
        [Entry::stored("x", b"1"), Entry::stored("x", b"2"), Entry::stored("../../x", b"3")];
    check(&zip(&entries), &["a!/../../x", "a!/x", "a!/x#2"], &[]);
}

#[test]
fn names_that_are_no_text_are_shown_by_their_bytes() {
    let entry = Entry { name: b"x\xff".to_vec(), ..Entry::stored("x", b"text") };
    check_text(&zip(&[entry]), "a!/x\\xff", "text");
}

#[test]
fn an_entry_whose_size_follows_it_is_read_without_a_directory() {
    let open = Entry { is_open: true, ..Entry::deflated("x", text(2_000).as_bytes()) };
    let mut archive = zip(&[open, Entry::stored("y", b"more")]);
    check(&archive, &["a!/x", "a!/y"], &[]);
    archive.truncate(archive.len() - 10);
    check(&archive, &["a!/x", "a!/y"], &["a: broken"]);
}

#[test]
fn a_zip_cut_short_is_read_as_far_as_it_goes() {
    let archive = zip(&[Entry::stored("x", b"text"), Entry::deflated("y", text(2_000).as_bytes())]);
    let cut = archive.len() / 2;
    check(&archive[..cut], &["a!/x", "a!/y"], &["a!/y: broken"]);
    assert!(text(2_000).starts_with(gathered::bytes(&archive[..cut], &limits()).text("a!/y")));
    check(&archive[..20], &[], &["a: broken"]);
}

#[test]
fn what_a_zip_says_of_its_entries_is_compared() {
    let lying = Entry { size: 3, ..Entry::deflated("x", b"text") };
    check(&zip(&[lying]), &["a!/x"], &["a!/x: broken"]);
    let lying = Entry { sum: 1, ..Entry::stored("x", b"text") };
    check(&zip(&[lying, Entry::stored("y", b"more")]), &["a!/x", "a!/y"], &["a!/x: broken"]);
}

#[test]
fn encrypted_and_unknown_entries_are_said() {
    let encrypted = Entry { flags: 1, ..Entry::deflated("x", b"text") };
    let unknown = Entry { method: 14, ..Entry::deflated("y", b"text") };
    let fine = Entry::stored("z", b"text");
    check(
        &zip(&[encrypted, unknown, fine]),
        &["a!/z"],
        &["a!/x: encrypted", "a!/y: format not supported"],
    );
}

#[test]
fn overlapping_entries_are_a_bomb() {
    let archive = zip_repeating(&[Entry::deflated("x", &vec![0; 100_000])], 1_000);
    let outcome = gathered::bytes(&archive, &limits());
    assert_eq!(outcome.unread().last().map(String::as_str), Some("a: unpacks to too much"));
    assert!(outcome.account.files < 1_000);
}

#[test]
fn tapes_are_read_front_to_back() {
    let long = text(3_000);
    check(
        &tar(&[("./a.env", b"A=1"), ("/b/c", long.as_bytes()), ("d", b"")]),
        &["a!/a.env", "a!/b/c"],
        &[],
    );
    check_text(&tar(&[("x", long.as_bytes())]), "a!/x", &long);
    check_text(&gzip(&tar(&[("x", long.as_bytes())])), "a!/x", &long);
    check_text(&zstd(&tar(&[("x", b"text")])), "a!/x", "text");
    // Without the blocks that end it, and with another archive behind it.
    check_text(&tar_entry(b'0', "x", b"text"), "a!/x", "text");
    check(&[tar(&[("x", b"1")]), tar(&[("y", b"2")])].concat(), &["a!/x", "a!/y"], &[]);
}

#[test]
fn long_names_stand_before_their_entry() {
    let name = "folder/".repeat(30) + "x";
    let gnu = [
        tar_entry(b'L', "././@LongLink", format!("{name}\0").as_bytes()),
        tar_entry(b'0', "cut/", b"text"),
    ];
    check_text(&gnu.concat(), &format!("a!/{name}"), "text");
    let path = format!("path={name}\n");
    let list = format!("{} {path}", path.len() + 4);
    let pax = [tar_entry(b'x', "PaxHeaders/x", list.as_bytes()), tar_entry(b'0', "cut", b"text")];
    check_text(&pax.concat(), &format!("a!/{name}"), "text");
}

#[test]
fn a_tape_cut_short_or_broken_is_read_as_far_as_it_goes() {
    let archive = tar(&[("x", b"text"), ("y", text(100).as_bytes())]);
    check(&archive[..2_000], &["a!/x", "a!/y"], &["a!/y: broken"]);
    check(&archive[..1_300], &["a!/x"], &["a: broken"]);
    let mut broken = archive;
    broken[1024] ^= 1;
    check(&broken, &["a!/x"], &["a: broken"]);
}

#[test]
fn compressed_content_cut_short_is_read_as_far_as_it_goes() {
    for packed in [gzip(text(5_000).as_bytes()), zstd(text(50_000).as_bytes())] {
        let outcome = gathered::bytes(&packed[..packed.len() / 2], &limits());
        assert_eq!(outcome.unread(), ["a: broken"]);
        assert!(outcome.account.bytes > 0 || packed.starts_with(b"\x28"));
    }
    check(&XZ_TEXT[..50], &["a"], &["a: broken"]);
    check(b"BZh91AY&SY....", &[], &["a: broken"]);
    // It asks for 1 GiB of memory.
    let mut greedy = XZ_TEXT.to_vec();
    greedy[16] = 0x24;
    greedy[20..24].copy_from_slice(b"\x5e\x1f\xc7\xf9");
    check(&greedy, &[], &["a: format not supported"]);
    let mut wrong = gzip(b"text");
    let sum = wrong.len() - 6;
    wrong[sum] ^= 1;
    check(&wrong, &["a"], &["a: broken"]);
    check(&[gzip(b"text"), b"and more".to_vec()].concat(), &["a"], &["a: broken"]);
}

#[test]
fn an_image_is_archives_in_an_archive() {
    let program = zip(&[Entry::deflated("BOOT-INF/application.yml", b"okta:")]);
    let layer = gzip(&tar(&[("app/.env", b"A=1"), ("app/app.jar", &program)]));
    let image = tar(&[("blobs/sha256/00ff", &layer), ("manifest.json", b"{}")]);
    let paths = [
        "a!/blobs/sha256/00ff!/app/.env",
        "a!/blobs/sha256/00ff!/app/app.jar!/BOOT-INF/application.yml",
        "a!/manifest.json",
    ];
    check(&image, &paths, &[]);
}

#[test]
fn nesting_is_limited() {
    let nested = (0..6).fold(b"text".to_vec(), |inner, _| zip(&[Entry::stored("x", &inner)]));
    check(&nested, &[], &["a!/x!/x!/x!/x: nested too deep"]);
    let nested = (0..4).fold(b"text".to_vec(), |inner, _| tar(&[("x", &inner)]));
    check(&nested, &["a!/x!/x!/x!/x"], &[]);
    let nested = (0..50).fold(b"text".to_vec(), |inner, _| gzip(&inner));
    check(&nested, &[], &["a: nested too deep"]);
}

#[test]
fn a_bomb_is_ended_and_said_once() {
    let limits = Limits { unpacked_bytes: 1 << 18, ..limits() };
    let zeros = vec![0; 2 << 20];
    check_within(&gzip(&zeros), &limits, &["a"], &["a: unpacks to too much"]);
    check_within(&zstd(&zeros), &limits, &["a"], &["a: unpacks to too much"]);
    let layers = tar(&[("x", &gzip(&zeros)), ("y", b"never reached")]);
    check_within(&layers, &limits, &["a!/x"], &["a!/x: unpacks to too much"]);
    let entries = [Entry::deflated("x", &zeros), Entry::stored("y", b"never reached")];
    check_within(&zip(&entries), &limits, &["a!/x"], &["a!/x: unpacks to too much"]);
    let outcome = gathered::bytes(&gzip(&zeros), &limits);
    assert!(outcome.account.bytes <= 1 << 18);
}

#[test]
fn entries_are_limited() {
    let limits = Limits { archive_entries: 100, ..limits() };
    let many: Vec<_> = (0..101).map(|n| Entry::stored(&n.to_string(), b"x")).collect();
    let outcome = gathered::bytes(&zip(&many), &limits);
    assert_eq!(
        (outcome.account.files, outcome.unread()),
        (100, vec!["a: unpacks to too much".to_owned()])
    );
    assert_eq!(gathered::bytes(&zip(&many[..100]), &limits).unread(), Vec::<String>::new());
}

#[test]
fn a_hundred_thousand_entries_are_read() {
    let many: Vec<_> = (0..100_000).map(|n| Entry::stored(&n.to_string(), b"x")).collect();
    let outcome = gathered::bytes(&zip(&many), &limits());
    assert_eq!((outcome.account.files, outcome.account.unread_count), (100_000, 0));
}

#[test]
fn what_lies_in_another_archive_is_held_or_read_from_its_front() {
    let long = text(3_000);
    let inner = zip(&[Entry::stored("x", long.as_bytes()), Entry::deflated("y", long.as_bytes())]);
    let limits = Limits { held_bytes: 10_000, ..limits() };
    check_within(&tar(&[("z", &inner)]), &limits, &["a!/z!/x", "a!/z!/y"], &[]);
    check_within(&tar(&[("z", &inner[..30_000])]), &limits, &["a!/z!/x"], &["a!/z!/x: broken"]);
}

#[test]
fn formats_that_are_not_read_are_said() {
    check(b"7z\xbc\xaf\x27\x1c....", &[], &["a: format not supported"]);
    check(b"Rar!\x1a\x07....", &[], &["a: format not supported"]);
    // Texts that begin like one are texts.
    check(b"BZh is a name", &["a"], &[]);
    check(b"PK is a name", &["a"], &[]);
}
