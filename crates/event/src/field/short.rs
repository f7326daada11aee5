//! Short texts that are made up on the way, without memory of their own.

use std::fmt::{self, Write as _};

/// Bytes of room. Longer than any network and than nearly any login.
const ROOM: usize = 96;

/// A text of at most [`ROOM`] bytes.
struct Short {
    bytes: [u8; ROOM],
    len: usize,
}

impl Short {
    fn new() -> Self {
        Self { bytes: [0; ROOM], len: 0 }
    }

    fn as_str(&self) -> &str {
        // INVARIANT: only whole texts are written.
        self.bytes.get(..self.len).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// Calls `sink` with a formatted text.
pub(super) fn formatted(text: fmt::Arguments<'_>, sink: &mut dyn FnMut(&str)) {
    let mut short = Short::new();
    match short.write_fmt(text) {
        Ok(()) => sink(short.as_str()),
        Err(fmt::Error) => sink(&text.to_string()),
    }
}

/// Calls `sink` with a text in lower case.
pub(super) fn lower_case(text: &str, sink: &mut dyn FnMut(&str)) {
    if !text.is_ascii() {
        return sink(&text.to_lowercase());
    }
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return sink(text);
    }
    let mut short = Short::new();
    if short.write_str(text).is_err() {
        return sink(&text.to_ascii_lowercase());
    }
    short.bytes.make_ascii_lowercase();
    sink(short.as_str());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_are_those_of_the_library(text in "[a-cA-CäÄİ]{0,120}") {
            let mut found = (String::new(), String::new());
            super::lower_case(&text, &mut |lower| found.0 = lower.to_owned());
            super::formatted(format_args!("AS{text}"), &mut |text| found.1 = text.to_owned());
            prop_assert_eq!(found, (text.to_lowercase(), format!("AS{text}")));
        }
    }
}
