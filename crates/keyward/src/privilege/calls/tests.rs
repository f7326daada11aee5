use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use clap::Parser;
use flate2::Compression;
use flate2::write::GzEncoder;
use privilege::Base;

use super::read;
use crate::args::{Command, Privilege, Verb};
use crate::console::Console;

const LOG: &str = "\
192.0.2.1 - 0oa1 [22/Nov/2026:09:35:24 +0000] \"GET /api/v1/users HTTP/1.1\" 200 12
192.0.2.1 - 0oa2 [22/Nov/2026:09:35:25 +0000] \"GET /api/v1/groups HTTP/1.1\" 200 12
192.0.2.1 - 0oa1 [22/Nov/2026:09:35:26 +0000] \"GET /api/v1/us";

/// Writes files, runs the reader on these arguments in their folder, and shows what came of it.
fn check(files: &[(&str, &[u8])], arguments: &[&str], expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    assert_eq!(shown(folder.path(), arguments).trim_end(), expected.trim(), "{arguments:?}");
}

fn shown(folder: &Path, arguments: &[&str]) -> String {
    let root = format!("{}/", folder.display());
    let full = |word: &&str| match word.strip_prefix("./") {
        Some(name) => format!("{root}{name}"),
        None => (*word).to_owned(),
    };
    let words = ["keyward", "privilege", "need"].map(str::to_owned);
    let command = Command::try_parse_from(words.into_iter().chain(arguments.iter().map(full)));
    let command = command.unwrap();
    let console = Console::new(&command.voice);
    let Verb::Privilege(verb) = command.verb else { unreachable!() };
    let Privilege::Need(need) = *verb else { unreachable!() };
    let read = match read(&need.calls, Base::builtin(), console) {
        Ok(read) => read,
        Err(error) => return error.to_string().replace(&root, ""),
    };
    let mut out = String::new();
    for (name, form) in &read.inputs {
        writeln!(out, "{name} is {}", form.name()).unwrap();
    }
    for entry in &read.usage.entries {
        writeln!(out, "{} {} x{}", entry.place, entry.input, entry.count).unwrap();
    }
    for (place, what) in &read.usage.faults {
        writeln!(out, "{place} {what}").unwrap();
    }
    for (name, why) in &read.faults {
        writeln!(out, "{name} {why}").unwrap();
    }
    out.replace(&root, "")
}

fn gz(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn forms_are_told_apart_and_packed_files_are_unpacked() {
    check(
        &[
            ("a.log.gz", &gz(LOG)),
            ("b.log.zst", &zstd::encode_all(LOG.as_bytes(), 1).unwrap()),
            ("c.txt", b"- read users GET: /api/v1/users\n"),
        ],
        &["./a.log.gz", "./b.log.zst", "./c.txt"],
        "
a.log.gz is access-log
b.log.zst is access-log
c.txt is lines
a.log.gz:1 GET /api/v1/users x2
a.log.gz:2 GET /api/v1/groups x2
c.txt:1 read users GET: /api/v1/users x1
a.log.gz:3 the last line breaks off
b.log.zst:3 the last line breaks off",
    );
}

#[test]
fn calls_of_one_credential() {
    check(
        &[("a.log", LOG.as_bytes())],
        &["./a.log", "--credential", "0oa2"],
        "
a.log is access-log
a.log:2 GET /api/v1/groups x1
a.log:3 the last line breaks off",
    );
    check(
        &[("a.log", LOG.as_bytes())],
        &["./a.log", "--credential", "0oa3"],
        "
a.log is access-log
a.log:3 the last line breaks off
a.log no call of the credential `0oa3` was found",
    );
}

#[test]
fn the_form_can_be_said() {
    check(
        &[("a.txt", b"GET /api/v1/users\n")],
        &["./a.txt", "--input", "har"],
        "
a.txt is har
a.txt:1 no entries of a recording are in it
a.txt no call was found",
    );
}

#[test]
fn what_gives_nothing_is_said() {
    check(
        &[("a/empty.txt", b""), ("a/prose.txt", b"nothing\n"), ("a/b.bin", b"\x00\x01")],
        &["./a/empty.txt", "./a/prose.txt", "./a/b.bin", "./a/gone"],
        "
a/empty.txt is lines
a/prose.txt is lines
a/gone no such file or folder
a/empty.txt is empty
a/prose.txt no call was found in it, read as lines
a/b.bin is no text: it holds NUL bytes",
    );
    check(
        &[("a", b"\x00")],
        &["./a"],
        "no input could be read: `a`: is no text: it holds NUL bytes",
    );
}

#[test]
fn folders_hold_more_than_calls() {
    check(
        &[
            ("src/README.md", b"Prose.\n"),
            ("src/logo.png", b"\x89PNG\x00"),
            ("src/calls.txt", b"GET /api/v1/apps\n"),
            ("src/ours.yml", b"openapi: 3.0.0\npaths: {/payments: {get: {}}}\n"),
        ],
        &["./src"],
        "
src/calls.txt is lines
src/calls.txt:1 GET /api/v1/apps x1",
    );
    check(&[("src/a.txt", b"Prose.\n")], &["./src"], "src no call was found");
}
