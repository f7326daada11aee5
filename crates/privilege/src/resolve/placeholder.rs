//! Placeholders: what lists, code and descriptions write where an id goes.

use super::target::decoded;

/// Whether a segment stands for an id and is none: `{userId}`, `:id`, `${id}`, `<id>`, `%s`, `*`.
pub(crate) fn is_placeholder(segment: &str) -> bool {
    let Some(&first) = segment.as_bytes().first() else { return false };
    match first {
        b'{' | b'<' | b'[' | b'$' | b'#' | b'*' | b':' => is_marked(segment),
        b'%' => is_format(segment) || is_marked(&decoded(segment)),
        // Something put together: `user-${id}`, `prefix{id}`.
        _ => segment.contains("${") || segment.contains("#{") || braces_inside(segment),
    }
}

fn is_marked(text: &str) -> bool {
    let enclosed = |open: &str, close: char| text.starts_with(open) && text.ends_with(close);
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(is_name_byte);
    text == "*"
        || enclosed("{", '}')
        || enclosed("<", '>')
        || enclosed("[", ']')
        || text.starts_with("${")
        || text.starts_with("#{")
        || text.starts_with("$(")
        || text.strip_prefix('$').is_some_and(is_name)
        || text.strip_prefix(':').is_some_and(is_name)
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

fn braces_inside(segment: &str) -> bool {
    segment.find('{').is_some_and(|at| segment[at..].contains('}'))
}

/// `%s`, `%d`, `%v`, `%1$s`, `%(name)s`.
fn is_format(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('%') else { return false };
    let rest = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '$');
    matches!(rest, "s" | "d" | "v" | "i" | "@" | "q")
        || (rest.starts_with('(') && rest.ends_with([')', 's', 'd']))
}

#[cfg(test)]
mod tests {
    use super::is_placeholder;

    #[test]
    fn placeholders_are_told_from_ids() {
        for text in [
            "{userId}",
            "{{userId}}",
            ":id",
            "${id}",
            "$id",
            "#{id}",
            "<id>",
            "[id]",
            "*",
            "%s",
            "%d",
            "%1$s",
            "%v",
            "%(id)s",
            "%7BuserId%7D",
            "user-${id}",
            "{0}",
            "{}",
            "$(id)",
            "${user.id}",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "00u1", "me", "joe%40example.com", "users", "a:b", "%", ":", "$"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
