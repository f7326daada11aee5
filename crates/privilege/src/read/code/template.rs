//! Texts of programs as templates of paths: what is put in becomes `{name}`.

/// Longer texts are no paths, in bytes.
const MAX_BYTES: usize = 2_000;

/// How many braces may stand in each other.
const MAX_DEPTH: usize = 8;

/// A text with `{name}` where a value is put in; `{…}` where that has no name.
///
/// Understands `${x}`, `#{x}`, `$x`, `\(x)`, `{x}`, `%s` and their like.
pub(super) fn of_text(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some((inside, after)) = placeholder(rest) {
            push(inside, &mut out);
            rest = after;
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    Some(out)
}

/// Appends a placeholder for an expression.
pub(super) fn push(expression: &str, out: &mut String) {
    out.push('{');
    out.push_str(name(expression).unwrap_or("…"));
    out.push('}');
}

/// The last name in an expression: `id` of `user.getId()` is none, of `user.id` it is `id`.
fn name(expression: &str) -> Option<&str> {
    let inner = expression.trim();
    // `{id:guid}`, `{id!r}`, `{id:.2f}`
    let inner = inner.split([':', '!']).next().unwrap_or(inner).trim_end();
    let inner = argument(inner).unwrap_or(inner);
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | '@' | '?');
    if inner.is_empty() || !inner.chars().all(is_part) {
        return None;
    }
    let last =
        inner.rsplit(['.', '?']).find(|part| !part.is_empty())?.trim_start_matches(['$', '@']);
    (!last.is_empty() && !last.bytes().all(|byte| byte.is_ascii_digit())).then_some(last)
}

/// What one function is called with: `id` of `encodeURIComponent(id)`.
fn argument(text: &str) -> Option<&str> {
    let (_, inside) = text.split_once('(')?;
    let inside = inside.strip_suffix(')')?;
    (!inside.contains(['(', ',', '"', '\''])).then_some(inside.trim())
}

/// What is put in at the start of `rest`, and what follows.
fn placeholder(rest: &str) -> Option<(&str, &str)> {
    for open in ["${", "#{", "\\(", "$(", "{$"] {
        if let Some(inside) = rest.strip_prefix(open) {
            let close = if open.ends_with('(') { b')' } else { b'}' };
            return enclosed(inside, open.as_bytes()[open.len() - 1].min(b'{'), close);
        }
    }
    let bytes = rest.as_bytes();
    match bytes.first()? {
        b'{' => enclosed(&rest[1..], b'{', b'}'),
        b'$' if bytes.get(1).is_some_and(u8::is_ascii_alphabetic) => {
            let end = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let end = end.map_or(rest.len(), |end| end + 1);
            Some((&rest[1..end], &rest[end..]))
        }
        b'%' => format(rest),
        _ => None,
    }
}

/// Up to the bracket that closes.
fn enclosed(inside: &str, open: u8, close: u8) -> Option<(&str, &str)> {
    let open = if close == b')' { b'(' } else { open };
    let mut depth = 1;
    for (at, byte) in inside.bytes().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
        }
        if depth == 0 {
            return Some((&inside[..at], &inside[at + 1..]));
        }
        if depth > MAX_DEPTH {
            return None;
        }
    }
    None
}

/// `%s`, `%d`, `%1$s`, `%(name)s`, `%@`; `%2F` is none.
fn format(rest: &str) -> Option<(&str, &str)> {
    let inside = &rest[1..];
    if let Some(named) = inside.strip_prefix('(') {
        let (name, after) = named.split_once(')')?;
        let after = after.strip_prefix(['s', 'd', 'r'])?;
        return Some((name, after));
    }
    let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = inside[digits..].strip_prefix('$').unwrap_or(inside);
    let is_numbered = digits > 0 && numbered.len() != inside.len();
    let after = if is_numbered { numbered } else { inside };
    let conversion = after.bytes().next()?;
    let is_one = matches!(conversion, b's' | b'd' | b'v' | b'q' | b'@' | b'i' | b'u');
    is_one.then(|| ("", &after[1..]))
}

#[cfg(test)]
mod tests {
    use super::of_text;

    #[test]
    fn what_is_put_in_has_its_name() {
        let check =
            |text: &str, expected: &str| assert_eq!(of_text(text).unwrap(), expected, "{text}");
        check("/users/${id}/roles", "/users/{id}/roles");
        check("/users/${encodeURIComponent(user.id)}", "/users/{id}");
        check("/users/#{user.id}", "/users/{id}");
        check("/users/$id/x", "/users/{id}/x");
        check("/users/\\(user.id)", "/users/{id}");
        check("/users/{self.id}", "/users/{id}");
        check("/users/{$user->id}", "/users/{…}");
        check("/users/{0}/{1:guid}", "/users/{…}/{…}");
        check("/users/%s/%1$s/%d/%(name)s", "/users/{…}/{…}/{…}/{name}");
        check("/users/a%2Fb", "/users/a%2Fb");
        check("/users/${f(a, b)}", "/users/{…}");
        check("/users/${open", "/users/${open");
        check("/users/:id/<id>", "/users/:id/<id>");
        check("%", "%");
    }

    proptest::proptest! {
        #[test]
        fn every_text_is_one(text in "[a-z{}$#()%\\\\/.1:é]{0,40}") {
            let once = of_text(&text).unwrap();
            proptest::prop_assert!(once.len() <= text.len() * 4 + 8);
        }
    }
}
