//! How many events a page holds.

/// The elements of a JSON array; `None` if the text is no whole array.
///
/// Looks at brackets and strings alone, so that one event with a fault inside does not keep a page from being read: that is
/// for whoever takes it apart.
pub(crate) fn count(body: &[u8]) -> Option<usize> {
    let body = body.trim_ascii();
    let inner = body.strip_prefix(b"[")?.strip_suffix(b"]")?;
    if inner.trim_ascii().is_empty() {
        return Some(0);
    }
    let (mut depth, mut commas) = (0_usize, 0_usize);
    let (mut in_text, mut is_escaped) = (false, false);
    for &byte in inner {
        if in_text {
            in_text = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => commas += 1,
            _ => {}
        }
    }
    (depth == 0 && !in_text).then_some(commas + 1)
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn elements_are_counted_and_fragments_are_not() {
        let cases = [
            ("[]", Some(0)),
            (" [ ] \n", Some(0)),
            (r#"[{"a":[1,2],"b":"],\",["}]"#, Some(1)),
            (r#"[{"a":"\\"},{},{}]"#, Some(3)),
            (r#"[{"a":1}"#, None),
            (r#"[{"a":"]"#, None),
            ("[{]", None),
            ("[}{]", None),
            ("", None),
            ("{}", None),
            ("[", None),
            ("]", None),
            ("<html>", None),
        ];
        for (text, expected) in cases {
            assert_eq!(count(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(count(b"[{\"a\":\"\xff\"}]"), Some(1));
    }
}
