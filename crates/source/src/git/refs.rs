//! What the repository points at: branches, tags, stash, notes, heads, and what those pointed at before.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use gix_hash::ObjectId;

use super::layout::{Layout, small_file};

/// How deep folders of references may nest.
const DEPTH_MAX: usize = 64;

/// Bytes of `packed-refs` or of one log that are read.
const FILE_BYTES: u64 = 256 << 20;

/// Files in the `.git` folder that name objects while something is going on.
const HEADS: [&str; 8] = [
    "HEAD",
    "ORIG_HEAD",
    "FETCH_HEAD",
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "REBASE_HEAD",
    "AUTO_MERGE",
];

/// A name and what it points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tip {
    /// Such as `refs/heads/main` or `HEAD`.
    pub(super) name: String,
    pub(super) id: ObjectId,
    /// Whether it pointed there once and does not any more, or not by that name.
    pub(super) is_past: bool,
}

/// All that is pointed at: what the working tree is at, then branches, remote ones, tags, others, then the past.
pub(super) fn tips(layout: &Layout) -> Vec<Tip> {
    let mut tips: Vec<Tip> =
        named(layout).into_iter().map(|(name, id)| Tip { name, id, is_past: false }).collect();
    let head = head_name(layout);
    tips.sort_by_key(|tip| (head.as_ref() != Some(&tip.name), rank(&tip.name)));
    for folder in folders(layout) {
        for name in HEADS {
            let ids = ids_in(&folder.join(name));
            tips.extend(ids.into_iter().map(|id| Tip {
                name: name.to_owned(),
                id,
                is_past: false,
            }));
        }
    }
    for folder in folders(layout) {
        past(&folder.join("logs"), &mut tips);
    }
    tips
}

/// Whether references are kept in tables, of which git makes one folder.
pub(super) fn is_unreadable(layout: &Layout) -> bool {
    layout.common_dir.join("reftable").is_dir()
}

/// What the working tree is at; `None` before the first commit.
pub(super) fn head(layout: &Layout) -> Option<ObjectId> {
    let text = small_file(&layout.git_dir.join("HEAD"))?;
    match text.strip_prefix("ref:") {
        None => id(text.trim()),
        Some(name) => {
            let name = name.trim();
            let loose = [&layout.git_dir, &layout.common_dir]
                .into_iter()
                .find_map(|folder| id(small_file(&folder.join(name))?.trim()));
            loose.or_else(|| packed(layout).remove(name))
        }
    }
}

/// The branch that the working tree is on.
fn head_name(layout: &Layout) -> Option<String> {
    let text = small_file(&layout.git_dir.join("HEAD"))?;
    Some(text.strip_prefix("ref:")?.trim().to_owned())
}

fn rank(name: &str) -> usize {
    let order = ["refs/heads/", "refs/remotes/", "refs/tags/"];
    match order.iter().position(|prefix| name.starts_with(prefix)) {
        Some(rank) => rank,
        None if name == "refs/stash" => 4,
        None if name.starts_with("refs/notes/") => 5,
        None => 3,
    }
}

/// The shared folder, and that of each working tree.
fn folders(layout: &Layout) -> Vec<PathBuf> {
    let mut folders = vec![layout.git_dir.clone()];
    if layout.common_dir != layout.git_dir {
        folders.push(layout.common_dir.clone());
    }
    let linked = fs::read_dir(layout.common_dir.join("worktrees"));
    folders.extend(linked.into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path()));
    folders
}

/// References by name.
fn named(layout: &Layout) -> BTreeMap<String, ObjectId> {
    let mut found = packed(layout);
    for folder in folders(layout) {
        for (name, path) in files(&folder.join("refs")) {
            let id = small_file(&path).and_then(|text| id(text.trim()));
            found.extend(id.map(|id| (format!("refs/{name}"), id)));
        }
    }
    found
}

fn packed(layout: &Layout) -> BTreeMap<String, ObjectId> {
    let mut found = BTreeMap::new();
    lines(&layout.common_dir.join("packed-refs"), |line| {
        let (hex, name) = line.split_once(' ')?;
        found.insert(name.to_owned(), id(hex)?)
    });
    found
}

/// What references pointed at before, as their logs tell.
fn past(logs: &Path, tips: &mut Vec<Tip>) {
    let mut seen: std::collections::HashSet<ObjectId> = tips.iter().map(|tip| tip.id).collect();
    let mut found = files(logs);
    // A branch says more than `HEAD`, which was there as well.
    found.sort_by(|(a, _), (b, _)| (a == "HEAD", a).cmp(&(b == "HEAD", b)));
    for (name, path) in found {
        lines(&path, |line| {
            for hex in line.splitn(3, ' ').take(2) {
                let id = id(hex).filter(|id| !id.is_null())?;
                if seen.insert(id) {
                    tips.push(Tip { name: name.clone(), id, is_past: true });
                }
            }
            None::<()>
        });
    }
}

/// Ids that begin lines of a small file.
fn ids_in(path: &Path) -> Vec<ObjectId> {
    let text = small_file(path).unwrap_or_default();
    text.lines().filter_map(|line| id(line.split_whitespace().next()?)).collect()
}

fn id(hex: &str) -> Option<ObjectId> {
    ObjectId::from_hex(hex.as_bytes()).ok()
}

/// Every file below a folder, with its path from there. Links are not followed.
fn files(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![(String::new(), folder.to_owned(), 0)];
    while let Some((prefix, folder, depth)) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && depth < DEPTH_MAX => {
                    folders.push((format!("{name}/"), entry.path(), depth + 1));
                }
                Ok(kind) if kind.is_file() => found.push((name, entry.path())),
                _ => {}
            }
        }
    }
    found
}

/// Calls for every line of a file.
fn lines<T>(path: &Path, mut each: impl FnMut(&str) -> Option<T>) {
    let Ok(file) = File::open(path) else { return };
    let mut reader = BufReader::new(file.take(FILE_BYTES));
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        each(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']));
        line.clear();
    }
}
