//! Paths and URLs in a line.

use std::ops::Range;

use crate::Method;

/// Characters that a path may follow.
const BEFORE: &str = "`\"'(|[<,;=*>:";

/// Characters behind a path that do not belong to it.
const BEHIND: &[char] = &['.', ',', ';', ':', '!', '*', '\'', '’', '”', '…'];

/// Where paths and URLs stand, in order.
pub(super) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            if is_boundary(text, at) && (begins(rest) || begins_doubled(text, at)) {
                let start = at;
                at += end(rest).max(1);
                return Some(start..at);
            }
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        None
    })
}

/// Placeholders are not longer. What would be one is not looked for any further, so that a line takes a time that
/// grows with its length and no faster.
const PLACEHOLDER_BYTES_MAX: usize = 64;

/// Behind that much of a path nobody looks back for a query, for the same reason.
const PATH_BYTES_MAX: usize = 2_048;

/// The start of a text in which a placeholder must end.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(PLACEHOLDER_BYTES_MAX)]
}

/// Whether it has the look of a path of the vendors' APIs, be it with a host.
pub(super) fn is_of_an_api(target: &str) -> bool {
    let has = |target: &str| {
        ["/api/v", "/oauth2/", "/governance/api/", "/idp/myaccount/", "/oauth/token"]
            .iter()
            .any(|part| target.contains(part))
    };
    has(target) || (target.contains("//") && has(&target.replace("//", "/")))
}

fn is_boundary(text: &str, at: usize) -> bool {
    text[..at]
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || BEFORE.contains(c) || c == '“' || c == '”')
}

/// Whether a path begins here: `/x`, a URL, a variable in the place of a host, a host of the vendors.
fn begins(rest: &str) -> bool {
    match rest.as_bytes() {
        [b'/', next, ..] => next.is_ascii_alphanumeric() || b"{:$<%._".contains(next),
        [b'h' | b'H', ..] if is_url(rest) => true,
        [b'{' | b'$' | b'<' | b'%', ..] => variable(rest).is_some(),
        [first, ..] if first.is_ascii_alphanumeric() => is_host(rest),
        _ => false,
    }
}

/// Segments that paths of the APIs begin with.
const FIRST: [&str; 6] = ["api", "oauth2", "oauth", "idp", "governance", ".well-known"];

/// Whether slashes, more than one, and what a path of the APIs begins with, or a host of one, stand here; of what
/// else follows two slashes, most is a remark in a program.
fn begins_doubled(text: &str, at: usize) -> bool {
    let rest = text[at..].trim_start_matches('/');
    let is_doubled = text[at..].starts_with("//") && !text[..at].ends_with(':');
    let first = rest.split('/').next().unwrap_or(rest);
    is_doubled && rest.len() > first.len() && (FIRST.contains(&first) || is_host(rest))
}

fn is_url(rest: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| {
        rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && rest.len() > scheme.len()
    })
}

/// The length of a variable before a path: `{{url}}`, `${ORG}`, `$ORG`, `<org>`, `%ORG%`.
fn variable(rest: &str) -> Option<usize> {
    let slash = head(rest).find('/').filter(|slash| *slash >= 2)?;
    let name = &rest[..slash];
    let follows = rest[slash + 1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '{');
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"{}$<>%_.- ".contains(&b));
    let is_closed = match name.as_bytes()[0] {
        b'{' => name.ends_with('}'),
        b'<' => name.ends_with('>'),
        b'%' => name.ends_with('%'),
        _ => !name.contains(' '),
    };
    (follows && is_name && is_closed).then_some(slash)
}

/// Whether a host of the vendors, or one in front of a path of their APIs, stands here.
fn is_host(rest: &str) -> bool {
    let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-._:{}".contains(c));
    let Some((host, path)) = end.and_then(|end| rest.split_at_checked(end)) else { return false };
    host.contains('.')
        && path.starts_with('/')
        && (["/api/v", "/oauth2/", "/oauth/"].iter().any(|start| path.starts_with(start)))
}

/// Where the path that begins here ends.
fn end(rest: &str) -> usize {
    let mut open = Vec::new();
    let mut end = rest.len();
    for (at, c) in rest.char_indices() {
        let closes = match c {
            '{' => Some('}'),
            '<' => Some('>'),
            '(' => Some(')'),
            '[' => Some(']'),
            _ => None,
        };
        if open.last() == Some(&c) {
            open.pop();
        } else if let Some(close) = closes {
            if !head(&rest[at..]).contains(close) || open.len() == 8 {
                end = at;
                break;
            }
            open.push(close);
        } else if ends(c, &open, rest, at) {
            end = at;
            break;
        }
    }
    rest[..end].trim_end_matches(BEHIND).len()
}

/// Whether a path ends before this character.
fn ends(c: char, open: &[char], rest: &str, at: usize) -> bool {
    match c {
        ',' | ';' if !open.is_empty() || at > PATH_BYTES_MAX || rest[..at].contains('?') => false,
        _ if c.is_whitespace() => !in_name(open, &rest[at..]),
        _ if c.is_control() => true,
        _ => ",;`\"|)]}>\\“”".contains(c) && !goes_on(c, &rest[..at], &rest[at + c.len_utf8()..]),
    }
}

/// Whether more of the path follows a character that would end it: `a|b/users`, `..;/groups`. Such a path is read
/// whole, so that its beginning is not taken for another.
fn goes_on(c: char, before: &str, behind: &str) -> bool {
    let end = behind.find(|c: char| c.is_whitespace() || ",;`\"|)]}>“”".contains(c));
    let more = &behind[..end.unwrap_or(behind.len())];
    let is_of_a_segment =
        more.starts_with(|c: char| c.is_ascii_alphanumeric()) && more.contains('/');
    let is_behind_a_sign = matches!(c, ';' | '\\') && more.starts_with('/') && !is_of_an_api(more);
    let is_another = more.contains("://") || begins_with_verb(more) || is_host(behind);
    before.len() <= PATH_BYTES_MAX
        && !before.contains('?')
        && (is_of_a_segment || is_behind_a_sign)
        && !is_another
}

/// `/a|GET|`, `/a,GET/POST`.
fn begins_with_verb(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or(text);
    Method::from_name(word).is_some_and(|method| method.name() == word)
}

/// Whether a space belongs to a placeholder: `{user id}`.
fn in_name(open: &[char], rest: &str) -> bool {
    let Some(close) = open.last() else { return false };
    head(rest).find(*close).is_some_and(|at| !rest[..at].contains(['/', '{', '<']))
}
