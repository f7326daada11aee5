//! Text from elsewhere made safe to look at.
//!
//! An event, a rule or a file name can hold escape sequences that move the cursor or
//! retitle the window, and marks that make text read in another order than it is stored.

use std::borrow::Cow;

/// The text with every character that a terminal would act on, or that could not be
/// seen, written as an escape such as `\u{202e}` or `\n`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unsafe(c) { safe.extend(c.escape_default()) } else { safe.push(c) }
    }
    Cow::Owned(safe)
}

/// Whether a character does something other than standing where it is written.
pub fn is_unsafe(c: char) -> bool {
    // Nearly all text is plain ASCII; decide that without the table.
    if c.is_ascii() { c.is_ascii_control() } else { c.is_control() || is_invisible(c) }
}

/// Characters that reorder, hide or break the text around them.
/// Source: Unicode 17.0, `Bidi_Control`, `Default_Ignorable_Code_Point` (without the
/// variation selectors, which emoji need), line and paragraph separators.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// Text that means itself in HTML, in attributes too, and does nothing to who reads it.
pub fn html_escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in visible(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(visible(text), expected);
    }

    #[test]
    fn what_a_terminal_would_act_on_is_escaped() {
        check("plain, ümlaut, 日本, ✔️", "plain, ümlaut, 日本, ✔️");
        check("\u{1b}[2J\u{1b}]0;owned\u{7}", r"\u{1b}[2J\u{1b}]0;owned\u{7}");
        check("a\nb\tc\r", r"a\nb\tc\r");
        check("\u{9b}31m", r"\u{9b}31m");
        check("alice\u{202e}moc.elpmaxe", r"alice\u{202e}moc.elpmaxe");
        check("ad\u{200b}min\u{e0041}", r"ad\u{200b}min\u{e0041}");
    }

    proptest! {
        #[test]
        fn nothing_unsafe_is_left(text in any::<String>()) {
            prop_assert!(!visible(&text).contains(is_unsafe));
        }
    }
}
