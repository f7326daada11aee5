//! The comment `keyward:ignore`, which hides what stands on its line; alone on a line it hides what stands on the next.

use std::ops::Range;

use memchr::memmem;

/// The word itself. What follows it may name kinds: `keyward:ignore okta_api_token, private_jwk`.
const MARK: &[u8] = b"keyward:ignore";

/// Bytes of a line that are looked at on either side of a value: a program on one line has no comments.
const REACH: usize = 1 << 10;

/// What opens a comment, and what closes it before the line ends.
const OPENERS: [(&[u8], Option<&[u8]>); 8] = [
    (b"#", None),
    (b"//", None),
    (b"/*", Some(b"*/")),
    (b"<!--", Some(b"-->")),
    (b"--", None),
    (b";", None),
    (b"%", None),
    (b"REM ", None),
];

/// Whether a comment hides a credential of `kind` at `span`: on a line that it stands on, be it of many, or
/// on the line above, which then holds nothing else.
pub(crate) fn is_ignored(text: &[u8], span: &Range<usize>, kind: &str) -> bool {
    let line = line_begin(text, span.start);
    let above = line
        .checked_sub(1)
        .filter(|end| text[*end] == b'\n')
        .map(|end| line_begin(text, end).max(end.saturating_sub(REACH))..end)
        .filter(|above| is_only_comment(&text[above.clone()]));
    let before = line.max(span.start.saturating_sub(REACH))..span.start;
    let behind = span.end..line_end(text, span.end).min(span.end + REACH);
    let stretches = [above, Some(before), within(text, span), Some(behind)];
    stretches.into_iter().flatten().any(|stretch| names(text, stretch, kind))
}

/// Whether a line holds a comment, or the bare word, and nothing else.
fn is_only_comment(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let opened = OPENERS.iter().find(|(open, _)| starts(line, open));
    let closing = opened.and_then(|(open, close)| {
        let close = (*close)?;
        memmem::find(&line[open.len()..], close).map(|at| open.len() + at + close.len())
    });
    let is_comment = opened.is_some() || line.starts_with(MARK);
    is_comment && closing.is_none_or(|end| end == line.len())
}

/// Whether the word at `at` stands in a comment, or first on its line.
fn in_comment(text: &[u8], at: usize) -> bool {
    let begin = line_begin(text, at).max(at.saturating_sub(4 * REACH));
    let before = &text[begin..at];
    let is_first = before.trim_ascii().is_empty();
    let apart =
        before.last().is_none_or(|byte| byte.is_ascii_whitespace() || b"#/*-;%!,(".contains(byte));
    is_first || apart && is_opened(before)
}

/// Whether a comment begins in the front of a line and has no end there.
fn is_opened(before: &[u8]) -> bool {
    let mut in_string = false;
    let mut at = 0;
    while at < before.len() {
        let rest = &before[at..];
        if !in_string && OPENERS.iter().any(|opener| opens(before, at, *opener)) {
            return true;
        }
        let quotes = rest.iter().take_while(|byte| **byte == b'"').count();
        // Three are a quote of their own, which opens or ends on some other line as often as on this.
        in_string ^= quotes % 2 == 1 && quotes != 3;
        at += if rest[0] == b'\\' { 2 } else { quotes.max(1) };
    }
    false
}

/// Whether an opener stands at `at`, where it opens a comment, and all behind it is comment.
fn opens(before: &[u8], at: usize, (open, close): (&[u8], Option<&[u8]>)) -> bool {
    if !starts(&before[at..], open) {
        return false;
    }
    let rest = &before[at + open.len()..];
    let left = at.checked_sub(1).map(|left| before[left]);
    let is_clear = left.is_none_or(|byte| byte.is_ascii_whitespace());
    match (close, open) {
        (Some(close), _) => memmem::find(rest, close).is_none(),
        // An address has both within.
        (None, b"#" | b"//") => is_clear || left.is_some_and(|byte| b";,)}]>\"".contains(&byte)),
        // These are much else beside; the word must follow them at once.
        _ => is_clear && rest.iter().all(|byte| byte.is_ascii_whitespace() || open.contains(byte)),
    }
}

fn starts(text: &[u8], open: &[u8]) -> bool {
    text.get(..open.len()).is_some_and(|front| front.eq_ignore_ascii_case(open))
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

/// Whether a mark in the stretch is a comment for that kind: it names it, or names none.
fn names(text: &[u8], stretch: Range<usize>, kind: &str) -> bool {
    let begin = stretch.start;
    let end = stretch.end;
    memmem::find_iter(&text[stretch], MARK).map(|at| begin + at).any(|at| {
        let rest = &text[at + MARK.len()..end];
        let rest = memchr::memchr(b'\n', rest).map_or(rest, |end| &rest[..end]);
        is_for(rest, kind) && in_comment(text, at)
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
        let begin = text.find("<x").or_else(|| text.find("<a")).unwrap();
        let span = begin..begin + text[begin..].find('>').unwrap() + 1;
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
    fn behind_something_else_it_hides_its_line_alone() {
        check("A=b # keyward:ignore\nT=<x>\n", false);
        check("/* keyward:ignore */ a();\nT=<x>\n", false);
        check("<!-- keyward:ignore --> text\n<x>\n", false);
        check("  <!-- keyward:ignore -->\r\n<x>\n", true);
        check("/* keyward:ignore */\nT=<x>\n", true);
        check("keyward:ignore made for a test\nT=<x>\n", true);
    }

    #[test]
    fn every_comment_will_do() {
        for open in
            ["#", "##", "//", "///", "/*", "/**", "--", ";", ";;", "%", "REM", "rem", "<!--"]
        {
            check(&format!("T=<x> {open} keyward:ignore\n"), true);
            check(&format!("\t{open} keyward:ignore\nT=<x>\n"), true);
        }
        check("f(\"<x>\"); // no secret, keyward:ignore", true);
        check("f(\"<x>\");//keyward:ignore", true);
        check("t = \"<x>\"# keyward:ignore", true);
        check("-----BEGIN <a\n\"\"\" > # keyward:ignore", true);
    }

    #[test]
    fn outside_of_a_comment_it_is_a_text() {
        check(r#"{"note":"keyward:ignore","t":"<x>"}"#, false);
        check(r##"{"note":"# keyward:ignore","t":"<x>"}"##, false);
        check(r#"{"t":"<x>","note":"so \" # keyward:ignore"}"#, false);
        check("{\n\"note\": \"keyward:ignore\",\n\"t\": \"<x>\"}", false);
        check("https://x/?keyward:ignore&t=<x>", false);
        check("https://x/#keyward:ignore&t=<x>", false);
        check("t=<x> https://x/?keyward:ignore", false);
        check("t=<x> # xkeyward:ignore", false);
        check("t=<x> keyward:ignore", false);
        check("t=<x>; a(); keyward:ignore", false);
        check("t=<x> /* a */ keyward:ignore", false);
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
