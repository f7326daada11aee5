//! The comment `keyward:ignore`, which hides what stands on its line or on the next.

use std::ops::Range;

use memchr::memmem;

/// The word itself. What follows it may name kinds: `keyward:ignore okta_api_token, private_jwk`.
const MARK: &[u8] = b"keyward:ignore";

/// Bytes of a line that are looked at on either side of a value: a program on one line has no comments.
const REACH: usize = 1 << 10;

/// Whether a comment hides a credential of `kind` at `span`: on a line that it stands on, be it of many, or
/// on the line above.
pub(crate) fn is_ignored(text: &[u8], span: &Range<usize>, kind: &str) -> bool {
    let line = line_begin(text, span.start);
    let above = line
        .checked_sub(1)
        .filter(|end| text[*end] == b'\n')
        .map(|end| line_begin(text, end).max(end.saturating_sub(REACH))..end);
    let before = line.max(span.start.saturating_sub(REACH))..span.start;
    let behind = span.end..line_end(text, span.end).min(span.end + REACH);
    let stretches = [above, Some(before), within(text, span), Some(behind)];
    stretches.into_iter().flatten().any(|stretch| names(&text[stretch], kind))
}

/// What stands between the lines of a value that takes several, within reach of its ends.
fn within(text: &[u8], span: &Range<usize>) -> Option<Range<usize>> {
    let is_long = memchr::memchr(b'\n', &text[span.clone()]).is_some();
    is_long.then(|| span.start..span.end.min(span.start + 64 * REACH))
}

/// Where the line begins, or what can be seen of it: many values may stand on one endless line.
fn line_begin(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(64 * REACH);
    memchr::memrchr(b'\n', &text[from..at]).map_or(from, |end| from + end + 1)
}

fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end)
}

/// Whether a mark in the stretch is for that kind: it names it, or names none.
fn names(stretch: &[u8], kind: &str) -> bool {
    memmem::find_iter(stretch, MARK).any(|at| {
        let rest = &stretch[at + MARK.len()..];
        let rest = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
        is_for(rest, kind)
    })
}

fn is_for(rest: &[u8], kind: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let joined = rest.strip_prefix(b"-").unwrap_or(rest);
    if joined.first().is_some_and(is_word) {
        // Another word, such as `keyward:ignored`.
        return false;
    }
    let words = rest.split(|byte| b" \t,".contains(byte)).filter(|word| !word.is_empty());
    // What has the form of a kind's name is meant as one, be it misspelled; the first other word begins a reason.
    let named = words.take_while(|word| word.contains(&b'_') && word.iter().all(is_word));
    let mut named = named.peekable();
    named.peek().is_none() || named.any(|word| word == kind.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the `<value>` of a text is hidden.
    fn check(text: &str, expected: bool) {
        let span = text.find('<').unwrap()..text.find('>').unwrap() + 1;
        assert_eq!(is_ignored(text.as_bytes(), &span, "okta_api_token"), expected, "{text}");
    }

    #[test]
    fn a_comment_hides_its_line_and_the_next() {
        check("T=<x> # keyward:ignore\n", true);
        check("/* keyward:ignore */ T=<x>", true);
        check("# keyward:ignore\nT=<x>\n", true);
        check("# keyward:ignore\n\nT=<x>\n", false);
        check("T=<x>\n# keyward:ignore\n", false);
        check("T=<x>\n", false);
    }

    #[test]
    fn it_hides_what_takes_many_lines() {
        check("# keyward:ignore\nK=<a\nb\nc>\n", true);
        check("K=<a\nb # keyward:ignore\nc>\n", true);
        check("K=<a\nb\nc> # keyward:ignore\n", true);
    }

    #[test]
    fn it_may_name_kinds_and_reasons() {
        check("T=<x> # keyward:ignore okta_api_token", true);
        check("T=<x> # keyward:ignore private_jwk,okta_api_token made for a test", true);
        check("T=<x> # keyward:ignore private_jwk", false);
        check("T=<x> # keyward:ignore okta_api_tokn", false);
        check("T=<x> # keyward:ignore made for a test", true);
        check("T=<x> # keyward:ignored", false);
        check("--><x><!--keyward:ignore-->", true);
        check("T=<x> # keyward:ignore-not", false);
    }

    #[test]
    fn a_program_on_one_line_is_not_hidden_as_a_whole() {
        let far = format!("T=<x>;{}/* keyward:ignore */", "f();".repeat(1_000));
        check(&far, false);
    }
}
