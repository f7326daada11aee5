//! The `Link` header.
//!
//! Source: RFC 8288 section 3 and appendix B.2.

/// The longest value of one header line that is read, in bytes.
const MOST_BYTES: usize = 32 << 10;

/// One link of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link<'a> {
    /// Where it leads, as written between the angle brackets.
    pub target: &'a str,
    /// What it is: the words of its first `rel`, separated by spaces. Empty if it does not say.
    pub rel: String,
}

impl Link<'_> {
    /// Whether it is of a relation, in any case.
    pub fn is(&self, rel: &str) -> bool {
        self.rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(rel))
    }
}

/// The links of one `Link` header line, which may hold several, with commas between them and within them.
///
/// Reading ends at the first thing that is no link; those before it count.
pub fn links(line: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    if line.len() > MOST_BYTES {
        return found;
    }
    let mut rest = line;
    while let Some((link, after)) = link(rest) {
        found.push(link);
        rest = after;
    }
    found
}

/// One link, and what follows it.
fn link(text: &str) -> Option<(Link<'_>, &str)> {
    let text = text.trim_start_matches([' ', '\t', ',']).strip_prefix('<')?;
    let (target, mut rest) = text.split_once('>')?;
    let mut rel = None;
    while let Some(((name, value), after)) = parameter(rest) {
        // Of several, the first counts.
        if name.eq_ignore_ascii_case("rel") && rel.is_none() {
            rel = Some(value);
        }
        rest = after;
    }
    // What belongs to no parameter is passed over, up to the next link.
    let rest = rest.split_once(',').map_or("", |(_, rest)| rest);
    Some((Link { target, rel: rel.unwrap_or_default() }, rest))
}

type Parameter<'a> = (&'a str, String);

/// One parameter behind its semicolon, and what follows it.
fn parameter(text: &str) -> Option<(Parameter<'_>, &str)> {
    let text = text.trim_ascii_start().strip_prefix(';')?.trim_ascii_start();
    let end = text.find(['=', ';', ',', ' ', '\t']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let Some(value) = rest.trim_ascii_start().strip_prefix('=') else {
        return Some(((name, String::new()), rest));
    };
    let value = value.trim_ascii_start();
    if let Some(quoted) = value.strip_prefix('"') {
        let (value, rest) = unquote(quoted);
        return Some(((name, value), rest));
    }
    let end = value.find([';', ',', ' ', '\t']).unwrap_or(value.len());
    let (value, rest) = value.split_at(end);
    Some(((name, value.to_owned()), rest))
}

/// The text up to the closing quote, or to the end, and what follows it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &text[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            _ => value.push(letter),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &[(&str, &str)]) {
        let found = links(line);
        let found: Vec<_> = found.iter().map(|link| (link.target, link.rel.as_str())).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn links_are_read_as_the_standard_says() {
        check(r#"<https://a/x>; rel="self""#, &[("https://a/x", "self")]);
        check(
            r#"<https://a/x?filter=a,b&c="d">; rel="self", <https://a/y?after=1,2>;rel=next"#,
            &[("https://a/x?filter=a,b&c=\"d\"", "self"), ("https://a/y?after=1,2", "next")],
        );
        check(
            r#"<a>; title="x, <b>; rel=\"next\""; rel="prev next", <c>"#,
            &[("a", "prev next"), ("c", "")],
        );
        check("<a>;rel=next;rel=self", &[("a", "next")]);
        check(" , ,<a> ; REL = \"Next\" ; x , <b>;rel=self", &[("a", "Next"), ("b", "self")]);
        check("<a> junk, <b>; rel=next", &[("a", ""), ("b", "next")]);
        check("nonsense", &[]);
        check("<a", &[]);
        check("", &[]);
        check("<a>; rel=\"next", &[("a", "next")]);
    }

    #[test]
    fn relations_are_words_in_any_case() {
        assert!(links("<a>; rel=\"x Next\"")[0].is("next"));
        assert!(!links("<a>; rel=nextx")[0].is("next"));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read(
            written in proptest::collection::vec(("[!-;=?-~]{0,40}", "[a-z ]{0,12}"), 0..5),
        ) {
            let line: Vec<String> =
                written.iter().map(|(target, rel)| format!("<{target}>; x=\",<\"; rel=\"{rel}\"")).collect();
            let line = line.join(", ");
            let found = links(&line);
            let found: Vec<_> = found.iter().map(|l| (l.target.to_owned(), l.rel.clone())).collect();
            proptest::prop_assert_eq!(found, written);
        }

        #[test]
        fn nothing_makes_reading_fail(line in "\\PC{0,200}", sharp in "[<>;,=\" a\\\\]{0,80}") {
            for link in links(&line).into_iter().chain(links(&sharp)) {
                proptest::prop_assert!(line.contains(link.target) || sharp.contains(link.target));
            }
        }
    }
}
