//! JSON that is safe to look at.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::sanitize::is_unsafe;

/// Writes a value as JSON on one line, without a line break at its end. Inside strings,
/// characters that a terminal would act on are written as `\u` escapes, so that the
/// output means the same to programs and does nothing to a screen.
pub(crate) fn write_json(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Escaping);
    value.serialize(&mut serializer).map_err(io::Error::from)
}

struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(fragment, out)
    }
}

/// Writes text that stands in JSON, with what a terminal would act on as `\u` escapes.
pub(crate) fn write_escaped<W: ?Sized + Write>(text: &str, out: &mut W) -> io::Result<()> {
    let mut rest = text;
    while let Some(at) = rest.find(is_unsafe) {
        let (plain, from) = rest.split_at(at);
        out.write_all(plain.as_bytes())?;
        let mut chars = from.chars();
        write_escape(chars.next(), out)?;
        rest = chars.as_str();
    }
    out.write_all(rest.as_bytes())
}

/// UTF-16 units, as JSON has them: two for a character beyond the first plane.
fn write_escape<W: ?Sized + Write>(c: Option<char>, out: &mut W) -> io::Result<()> {
    let mut units = [0; 2];
    let Some(c) = c else { return Ok(()) };
    for unit in c.encode_utf16(&mut units) {
        write!(out, "\\u{unit:04x}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        write_json(&text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn unsafe_characters_are_escaped() {
        assert_eq!(written("a\u{1b}\u{9b}\u{202e}ü\"\n"), r#""a\u001b\u009b\u202eü\"\n""#);
        assert_eq!(written("\u{e0041}"), r#""\udb40\udc41""#);
    }

    proptest! {
        #[test]
        fn it_means_the_same_and_shows_nothing_unsafe(text in any::<String>()) {
            let json = written(&text);
            prop_assert!(!json.contains(is_unsafe));
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        }
    }
}
