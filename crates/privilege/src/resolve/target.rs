//! URLs and paths, cut into host, segments and query. Nothing here knows an operation.

use std::borrow::Cow;

use super::placeholder::is_placeholder;

/// Segments that a path may have; the longest of the vendors has eleven.
const MAX_SEGMENTS: usize = 16;

/// A URL or path, cut.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    /// The host as written, without port and user; `None` if there is none. May be a placeholder.
    pub(crate) host: Option<&'a str>,
    pub(crate) segments: Segments<'a>,
    /// As written, without `?` and without what follows a `#`.
    pub(crate) query: &'a str,
    /// How it differs from what the vendor would write.
    pub(crate) shape: Shape,
}

/// How a path is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each may be, in any combination")]
pub(crate) struct Shape {
    /// It begins without a slash and without a host.
    pub(crate) is_relative: bool,
    /// A slash ends it.
    pub(crate) ends_with_slash: bool,
    /// Two slashes follow each other.
    pub(crate) has_double_slash: bool,
    /// It has `.` or `..`.
    pub(crate) has_dots: bool,
    /// A `;` with what follows was left out of a segment.
    pub(crate) has_matrix: bool,
}

/// Why something is no URL or path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    Empty,
    ControlCharacter,
    TooManySegments,
    /// A scheme other than those of HTTP.
    OtherScheme,
}

/// Segments of a path, in order, undecoded, none empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segments<'a> {
    list: [&'a str; MAX_SEGMENTS],
    n: usize,
    has_percent: bool,
}

impl<'a> Segments<'a> {
    pub(crate) const fn new() -> Self {
        Self { list: [""; MAX_SEGMENTS], n: 0, has_percent: false }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&'a str> {
        self.as_slice().get(at).copied()
    }

    pub(crate) fn as_slice(&self) -> &[&'a str] {
        &self.list[..self.n]
    }

    /// Whether something may be percent-encoded.
    pub(crate) const fn has_percent(&self) -> bool {
        self.has_percent
    }

    pub(crate) const fn len(&self) -> usize {
        self.n
    }

    /// What follows the first `n`.
    pub(crate) fn behind(&self, n: usize) -> Self {
        let mut rest = Self { has_percent: self.has_percent, ..Self::new() };
        for segment in self.as_slice().iter().skip(n) {
            rest.push(segment);
        }
        rest
    }

    /// Whether there was room.
    fn push(&mut self, segment: &'a str) -> bool {
        let Some(slot) = self.list.get_mut(self.n) else { return false };
        *slot = segment;
        self.n += 1;
        true
    }

    const fn pop(&mut self) {
        self.n = self.n.saturating_sub(1);
    }
}

/// Cuts a URL or path.
pub(crate) fn parse(target: &str) -> Result<Target<'_>, Unreadable> {
    match parse_plain(target.as_bytes(), target) {
        Some(plain) => Ok(plain),
        None => parse_any(target.trim()),
    }
}

/// A path of segments and nothing else, which nearly all are; `None` for whatever needs a closer look.
fn parse_plain<'a>(bytes: &[u8], target: &'a str) -> Option<Target<'a>> {
    if bytes.first() != Some(&b'/') {
        return None;
    }
    let mut segments = Segments::new();
    let mut has_dots = false;
    let mut at = 1;
    let end = loop {
        let begin = at;
        while bytes.get(at).is_some_and(|byte| CLASS[usize::from(*byte)] == Class::Plain) {
            at += 1;
        }
        let segment = target.get(begin..at)?;
        has_dots |= segment.len() <= 2 && segment.bytes().all(|byte| byte == b'.');
        if segment.is_empty() || !segments.push(segment) {
            return None;
        }
        match bytes.get(at).map(|byte| CLASS[usize::from(*byte)]) {
            Some(Class::Slash) => at += 1,
            None | Some(Class::Question) => break at,
            Some(Class::Plain | Class::Odd) => return None,
        }
    };
    let query = target.get(end + 1..).unwrap_or_default();
    let is_plain = !has_dots && memchr::memchr(b'#', query.as_bytes()).is_none();
    is_plain.then_some(Target { host: None, segments, query, shape: Shape::default() })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Slash,
    Question,
    Odd,
}

/// Bytes of a path by what they mean for [`parse_plain`].
static CLASS: [Class; 256] = {
    let mut class = [Class::Odd; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        class[byte] = match byte as u8 {
            b'/' => Class::Slash,
            b'?' => Class::Question,
            b'%' | b'#' | b';' | b'{' | b'}' | b'<' | b'>' | b'\\' | b'"' | b'$' => Class::Odd,
            _ => Class::Plain,
        };
        byte += 1;
    }
    class
};

fn parse_any(target: &str) -> Result<Target<'_>, Unreadable> {
    if target.is_empty() {
        return Err(Unreadable::Empty);
    }
    if target.chars().any(char::is_control) {
        return Err(Unreadable::ControlCharacter);
    }
    let (host, rest) = split_host(target)?;
    let (path, query) = split_query(rest);
    let mut shape =
        Shape { is_relative: host.is_none() && !path.starts_with('/'), ..Shape::default() };
    let segments = segments(path, &mut shape).ok_or(Unreadable::TooManySegments)?;
    Ok(Target { host, segments, query, shape })
}

/// The host and what follows it.
fn split_host(target: &str) -> Result<(Option<&str>, &str), Unreadable> {
    if let Some((scheme, rest)) = target.split_once("://")
        && !scheme.contains(['/', '?', '{', '<', '$', '%'])
    {
        let is_http = ["http", "https"].iter().any(|name| name.eq_ignore_ascii_case(scheme));
        return if is_http { Ok(authority(rest)) } else { Err(Unreadable::OtherScheme) };
    }
    let begin = target.strip_prefix("//").unwrap_or(target);
    let first = &begin[..first_segment_len(begin)];
    let is_host = if target.starts_with('/') {
        begin.len() < target.len() && looks_like_host(first)
    } else {
        looks_like_host(first) || (is_placeholder(first) && first.len() < target.len())
    };
    if is_host { Ok(authority(begin)) } else { Ok((None, target)) }
}

fn authority(rest: &str) -> (Option<&str>, &str) {
    let (authority, path) = rest.split_at(first_segment_len(rest));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host =
        host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host);
    (Some(host), path)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) || is_placeholder(text)
}

/// Letters with a dot between, as `acme.okta.com`; or `localhost`.
fn looks_like_host(text: &str) -> bool {
    let host = text.rsplit_once(':').map_or(text, |(host, _)| host);
    let has_dot = host.find('.').is_some_and(|at| at > 0 && at + 1 < host.len());
    host == "localhost" || (has_dot && !host.starts_with('{') && !host.contains(['=', '@']))
}

/// Bytes up to the first `/`, `?` or `#` that is in no braces.
fn first_segment_len(text: &str) -> usize {
    cuts(text).next().map_or(text.len(), |(at, _)| at)
}

fn split_query(rest: &str) -> (&str, &str) {
    let cut = cuts(rest).find(|(_, byte)| *byte != b'/');
    let Some((at, byte)) = cut else { return (rest, "") };
    if byte == b'#' {
        return (&rest[..at], "");
    }
    let query = &rest[at + 1..];
    let end = cuts(query).find(|(_, byte)| *byte == b'#').map_or(query.len(), |(at, _)| at);
    (&rest[..at], &query[..end])
}

/// Every `/`, `?` and `#` that is in no braces, with its place. Braces that do not close count for nothing.
fn cuts(text: &str) -> impl Iterator<Item = (usize, u8)> {
    let bytes = text.as_bytes();
    let mut until = 0;
    (0..bytes.len()).filter_map(move |at| {
        if at < until {
            return None;
        }
        match bytes[at] {
            b'{' => {
                until = closing(bytes, at).unwrap_or(at);
                None
            }
            b'#' if bytes.get(at + 1) == Some(&b'{') => None,
            byte @ (b'/' | b'?' | b'#') => Some((at, byte)),
            _ => None,
        }
    })
}

/// The longest text in braces that counts as a placeholder, in bytes.
const MAX_BRACES: usize = 200;

/// Place of the brace that closes the one at `at`.
fn closing(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (nth, byte) in bytes.iter().enumerate().skip(at).take(MAX_BRACES) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(nth);
        }
    }
    None
}

/// The segments of a path, dots resolved; `None` if there are too many.
fn segments<'a>(path: &'a str, shape: &mut Shape) -> Option<Segments<'a>> {
    let mut segments = Segments::new();
    segments.has_percent = path.contains('%');
    let mut begin = 0;
    let ends = cuts(path).map(|(at, _)| at).chain([path.len()]);
    for end in ends {
        let segment = &path[begin..end];
        let is_end = end == path.len();
        // Servers that know `;` resolve `..;` as they do `..`.
        match dots(without_matrix(segment)) {
            _ if segment.is_empty() && begin == 0 => {}
            _ if segment.is_empty() && is_end => shape.ends_with_slash = true,
            _ if segment.is_empty() => shape.has_double_slash = true,
            1 => shape.has_dots = true,
            2 => {
                shape.has_dots = true;
                segments.pop();
            }
            _ => {
                let plain = without_matrix(segment);
                shape.has_matrix |= plain.len() < segment.len();
                if !plain.is_empty() && !segments.push(plain) {
                    return None;
                }
            }
        }
        begin = (end + 1).min(path.len());
    }
    Some(segments)
}

/// 1 for `.`, 2 for `..`, also percent-encoded; 0 for anything else.
fn dots(segment: &str) -> usize {
    if segment.len() > 6 {
        return 0;
    }
    match &*decoded(segment) {
        "." => 1,
        ".." => 2,
        _ => 0,
    }
}

fn without_matrix(segment: &str) -> &str {
    if segment.contains('{') {
        return segment;
    }
    segment.split_once(';').map_or(segment, |(plain, _)| plain)
}

/// Percent-encoding undone where it encodes UTF-8; as written where it does not.
pub(crate) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let encoded = if byte == b'%' { hex_pair(after) } else { None };
        bytes.push(encoded.unwrap_or(byte));
        rest = if encoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn hex_pair(bytes: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Host, segments and query, as far as there are any.
    fn shown(target: &str) -> String {
        match parse(target) {
            Ok(Target { host, segments, query, .. }) => {
                let segments = segments.as_slice().join(" ");
                format!("{}|{segments}|{query}", host.unwrap_or_default())
            }
            Err(why) => format!("{why:?}"),
        }
    }

    #[test]
    fn targets_are_cut() {
        fn check(target: &str, expected: &str) {
            assert_eq!(shown(target), expected, "{target}");
        }
        check("/a/b?c=d", "|a b|c=d");
        check("/a/b?c=d#e?f", "|a b|c=d");
        check("/a/b#e?f", "|a b|");
        check("a/b", "|a b|");
        check("//a//b/", "|a b|");
        check("//acme.okta.com/a", "acme.okta.com|a|");
        check("/a/./b/../c", "|a c|");
        check("/../a", "|a|");
        check("/a/..;/b", "|b|");
        check("/a/..;x=y/b", "|b|");
        check("/a/%2e%2E/b", "|b|");
        check("/a;x=y/b;z", "|a b|");
        check("https://joe:pw@acme.okta.com:8443/a?b", "acme.okta.com|a|b");
        check("HTTPS://[::1]:80/a", "[::1]|a|");
        check("https://acme.okta.com", "acme.okta.com||");
        check("https://acme.okta.com?x", "acme.okta.com||x");
        check("https://${domain}/a/${x ? 'b/c' : d}/e", "${domain}|a ${x ? 'b/c' : d} e|");
        check("{{url}}/a?b={{c}}", "{{url}}|a|b={{c}}");
        check("localhost:8080/a", "localhost|a|");
        check("/a/#{id}/b", "|a #{id} b|");
        check("/a/{b/c", "|a {b c|");
        check("ftp://x/a", "OtherScheme");
        check("", "Empty");
        check("/a\u{0}b", "ControlCharacter");
        check(&"/a".repeat(17), "TooManySegments");
    }

    #[test]
    fn a_plain_path_reads_like_any_other() {
        for target in ["/a/b", "/a?b", "/api/v1/users/00u1?limit=1", "/a.b/c:d@e"] {
            let plain = parse_plain(target.as_bytes(), target).unwrap();
            let any = parse_any(target).unwrap();
            assert_eq!(plain.segments.as_slice(), any.segments.as_slice());
            assert_eq!((plain.host, plain.query), (any.host, any.query));
            assert_eq!(plain.shape, any.shape);
        }
    }

    #[test]
    fn percent_encoding_is_undone_where_it_is_text() {
        assert_eq!(decoded("joe%40example.com"), "joe@example.com");
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
        assert_eq!(decoded("%ff"), "%ff");
        assert_eq!(decoded("%C3%A4"), "ä");
    }
}
