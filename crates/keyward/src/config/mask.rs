//! A configuration as it may be shown: everything that may be a credential is drawn as stars, and stays where it is.
//!
//! It is read without trust in its form, since what is shown may be no TOML at all.

use std::ops::Range;

/// Keys whose values are shown. Whatever is below another key may be a credential, whoever put it there.
const HARMLESS: [&str; 70] = [
    "allow-plain",
    "allow-private",
    "attempts",
    "audience",
    "blind",
    "body",
    "ca",
    "certificate",
    "channel",
    "client-id",
    "connect-timeout",
    "connections",
    "data",
    "deadline",
    "delay",
    "disable",
    "dpop",
    "enabled",
    "env",
    "every",
    "facility",
    "fastest",
    "file",
    "filters",
    "fold",
    "format",
    "from",
    "group-values",
    "header",
    "hostname",
    "hours",
    "keep",
    "key-id",
    "kind",
    "kinds",
    "lateness",
    "level",
    "listen",
    "lists",
    "longest-wait",
    "memory",
    "method",
    "name",
    "overlap",
    "path",
    "pending",
    "posts-per-second",
    "provider",
    "quiet",
    "retention",
    "rule-groups",
    "rules",
    "save-every",
    "scopes",
    "server",
    "share",
    "since",
    "sinks",
    "slowest",
    "stdout",
    "subjects",
    "template",
    "tenants",
    "timeout",
    "tls",
    "to",
    "up-to",
    "url",
    "user",
    "users",
];

/// The text without credentials: values of keys that are not known to be harmless, comments, and within an address who signs in
/// and what follows the host are stars: those of webhooks are credentials.
pub(super) fn masked(text: &str) -> String {
    let mut stars = Vec::new();
    let mut reader = Reader { text, at: 0, key: None, inside: Vec::new() };
    while let Some((piece, is_shown)) = reader.next() {
        if !is_shown {
            stars.push(piece);
        }
    }
    stars.extend(signers(text));
    stars.extend(paths(text));
    starred(text, &mut stars)
}

/// The text with parts of it as stars, as long as it was in bytes. Spaces and line breaks stay.
pub(super) fn starred(text: &str, parts: &mut [Range<usize>]) -> String {
    parts.sort_unstable_by_key(|part| part.start);
    let mut parts = parts.iter();
    let mut end = 0;
    let mut next = parts.next();
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        while let Some(part) = next.filter(|part| part.start <= at) {
            end = end.max(part.end);
            next = parts.next();
        }
        if at < end && !c.is_ascii_whitespace() {
            shown.extend(std::iter::repeat_n('*', c.len_utf8()));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Where addresses say who signs in: what stands before an `@`.
fn signers(text: &str) -> Vec<Range<usize>> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let mut found = Vec::new();
    let mut begin = 0;
    for word in text.split_inclusive(ends) {
        if let Some(at) = word.rfind('@') {
            let from =
                word.find("://").filter(|scheme| *scheme < at).map_or(0, |scheme| scheme + 3);
            found.push(begin + from..begin + at);
        }
        begin += word.len();
    }
    found
}

/// What follows the host in addresses; and words that are none where an address should be, or begin as tokens of Slack do, which
/// somebody may have mixed up.
fn paths(text: &str) -> Vec<Range<usize>> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let mut found = Vec::new();
    let mut begin = 0;
    let mut is_address = false;
    for piece in text.split_inclusive(ends) {
        let word = piece.trim_end_matches(ends);
        let end = begin + word.len();
        if let Some(at) = word.find("://") {
            let host = at + 3;
            found.extend(word[host..].find(['/', '?', '#']).map(|at| begin + host + at..end));
        } else if word.starts_with("xox") || (is_address && !word.contains(['.', '@', '='])) {
            found.push(begin..end);
        }
        // Between a key and its value there are blanks, an equals sign and a quote.
        is_address = word == "url" || word == "url=" || (is_address && matches!(word, "" | "="));
        is_address &= !piece.ends_with('\n');
        begin += piece.len();
    }
    found
}

/// Goes through the text, piece by piece.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// The key whose value is read; `None` before the first and where a new one may begin.
    key: Option<&'t str>,
    /// The brackets that are open.
    inside: Vec<char>,
}

impl Reader<'_> {
    /// The next piece, and whether it may be shown.
    fn next(&mut self) -> Option<(Range<usize>, bool)> {
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let begin = self.at;
        self.at += match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => quoted(rest, first),
            '=' | ',' | '[' | ']' | '{' | '}' => 1,
            _ if first.is_whitespace() => first.len_utf8(),
            _ => bare(rest),
        };
        let piece = begin..self.at;
        if matches!(first, '=' | ',' | '[' | ']' | '{' | '}') || first.is_whitespace() {
            self.turn(first);
            return Some((piece, true));
        }
        if first != '#' && self.is_before_equals() {
            let key = self.text[piece.clone()].trim_matches(['"', '\'']);
            self.key = Some(key);
            return Some((piece, is_plain_key(key)));
        }
        let is_shown = first != '#' && (self.is_header(begin) || self.is_harmless());
        Some((piece, is_shown))
    }

    /// What a sign between pieces means for the key: beyond a line, a table or a comma in one it holds no more.
    fn turn(&mut self, sign: char) {
        match sign {
            '[' | '{' => self.inside.push(sign),
            ']' | '}' => drop(self.inside.pop()),
            _ => {}
        }
        let is_between = sign == ',' && self.inside.last() != Some(&'[');
        if is_between || matches!(sign, '\n' | '{' | '}') {
            self.key = None;
        }
    }

    fn is_before_equals(&self) -> bool {
        self.text[self.at..].trim_start_matches([' ', '\t']).starts_with('=')
    }

    /// Whether a piece is the name of a table, on a line of its own.
    fn is_header(&self, begin: usize) -> bool {
        let line = self.text[..begin].rfind('\n').map_or(0, |at| at + 1);
        let before = self.text[line..begin].trim();
        let rest = &self.text[self.at..];
        let name = &self.text[begin..self.at];
        matches!(before, "[" | "[[") && rest.starts_with(']') && is_plain_key(name)
    }

    fn is_harmless(&self) -> bool {
        let Some(key) = self.key else { return false };
        let last = key.rsplit('.').next().unwrap_or(key);
        HARMLESS.contains(&last)
    }
}

/// Whether it looks like the name of a key, and like no line of a credential.
fn is_plain_key(key: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    key.len() <= 64
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(is_plain)
}

/// How long the text in quotes is, at the beginning of which this is. Without an end it goes on to that of the line, or of all.
fn quoted(rest: &str, quote: char) -> usize {
    let three: String = std::iter::repeat_n(quote, 3).collect();
    let is_long = rest.starts_with(&three);
    let mark = if is_long { three.len() } else { 1 };
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(mark) {
        if escaped {
            escaped = false;
        } else if c == '\\' && quote == '"' {
            escaped = true;
        } else if !is_long && c == '\n' {
            return at;
        } else if rest[at..].starts_with(if is_long { three.as_str() } else { &three[..1] }) {
            return at + mark;
        }
    }
    rest.len()
}

/// How long a piece without quotes is.
fn bare(rest: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || "=,[]{}#\"'".contains(c);
    rest.find(ends).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn values_that_may_be_credentials_are_not_shown() {
        for (text, expected) in [
            ("name = \"a\"\ntoken = \"00 b\" # x\n", "name = \"a\"\ntoken = *** ** * *\n"),
            (
                "secret = { file = \"x\" }\nkey-id = \"k\"\n",
                "secret = { file = \"x\" }\nkey-id = \"k\"\n",
            ),
            (
                "read = { method = \"api-token\", token = \"00abc\" }",
                "read = { method = \"api-token\", token = ******* }",
            ),
            (
                "key = \"\"\"\n-----B\nab=\n\"\"\"\nname = 1",
                "key = ***\n******\n***\n***\nname = 1",
            ),
            ("secrets = [\n \"one\",\n 'two',\n]", "secrets = [\n *****,\n *****,\n]"),
            ("url = \"http://user:pw@host\"", "url = \"http://*******@host\""),
            (
                "url = \"https://hooks.example.com/T/B/x?s=1\"",
                "url = \"https://hooks.example.com**********\"",
            ),
            ("url=\"https://hooks.example.com\" # x", "url=\"https://hooks.example.com\" * *"),
            (
                "url = \"xoxe.xoxb-1\"\nurl='00abc'\nname = \"a\"",
                "url = \"***********\"\nurl='*****'\nname = \"a\"",
            ),
            ("channel = \"xoxb-1-2\"", "channel = \"********\""),
            ("url = \"acme.okta.com\"\nname = \"url\"", "url = \"acme.okta.com\"\nname = \"url\""),
            ("url = \"user:p/w@host\"", "url = \"********@host\""),
            ("token = \"00abc\nlisten = 1", "token = ******\nlisten = 1"),
            ("token = 00abc", "token = *****"),
            ("00abcDEF", "********"),
            ("key = \"-----B\nMIIEabc==\nabc", "key = *******\n*******==\n***"),
            ("command = [\"x\", \"--pw=1\"]", "command = [***, ********]"),
            ("secrets = [{ file = \"x\" }, \"00abc\"]", "secrets = [{ file = \"x\" }, *******]"),
            ("x = { name = \"a\", 00abc }", "x = { name = \"a\", ***** }"),
            ("rules = [\"a\", \"b\"]\n00abc", "rules = [\"a\", \"b\"]\n*****"),
            ("[tenant.read]\n[[tenant]]", "[tenant.read]\n[[tenant]]"),
        ] {
            assert_eq!(masked(text), expected);
        }
        assert_eq!(masked("token = \"é\" # x").len(), "token = \"é\" # x".len());
    }
}
