//! Names of files as text: bytes that are no UTF-8 are kept apart as `\xff`.

use std::ffi::OsStr;
use std::fmt::Write as _;

/// A name from the file system.
pub(crate) fn of_os(name: &OsStr) -> String {
    match name.to_str() {
        Some(text) => text.to_owned(),
        None => of_bytes(name.as_encoded_bytes()),
    }
}

/// A name from an archive or a database. Two names that differ stay different.
pub(crate) fn of_bytes(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// The path of the entry of that name: `a.zip!/b/c`. Signs of a root or of the place itself at its front are left out.
pub(crate) fn below(archive: &str, name: &[u8]) -> String {
    let mut name = name;
    while let Some(rest) = name.strip_prefix(b"./").or_else(|| name.strip_prefix(b"/")) {
        name = rest;
    }
    format!("{archive}!/{}", of_bytes(name))
}

#[cfg(test)]
mod tests {
    use super::of_bytes;

    #[test]
    fn bytes_that_are_no_text_stay_apart() {
        assert_eq!(of_bytes(b"a/b.env"), "a/b.env");
        assert_eq!(of_bytes(b"a\xff\xfe"), "a\\xff\\xfe");
        assert_eq!(of_bytes("schl\u{fc}ssel".as_bytes()), "schl\u{fc}ssel");
    }
}
