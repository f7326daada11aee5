//! What is looked through: files and folders, history, what is staged.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use source::{Account, Limits, Origin, Piece, Stop, Taker, Why};

/// Hands over what the paths lead to.
pub(super) fn files(
    paths: &[PathBuf],
    _limits: &Limits,
    taker: &dyn Taker,
    stop: &Stop,
) -> Account {
    let mut account = Account::default();
    for path in paths {
        below(path, taker, stop, &mut account);
    }
    account
}

fn below(path: &Path, taker: &dyn Taker, stop: &Stop, account: &mut Account) {
    let name = path.display().to_string();
    if stop.is_set() {
        return account.miss(name, Why::Stopped, "");
    }
    if path.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        entries.sort();
        for path in &entries {
            below(path, taker, stop, account);
        }
        return;
    }
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    match bytes {
        Ok(bytes) => {
            account.files += 1;
            account.bytes += bytes.len() as u64;
            let origin = Origin::File { path: name };
            taker.take(Piece { origin: &origin, bytes: &bytes, offset: 0, line: 1, overlap: 0 });
        }
        Err(error) => account.miss(name, Why::Missing, crate::input::why(&error)),
    }
}
