//! Values that are none, but stand for one: variables, templates, calls, names of types.

use std::ops::Range;

use super::view::{View, is_blank, is_ident, is_quote, is_space};

/// Whether `value` stands for another. `is_quoted` says whether it is a string.
pub(super) fn is_reference(view: View<'_>, value: &Range<usize>, run: &Range<usize>) -> bool {
    let is_quoted = is_quote(view.prev(value.start)) && is_quote(view.at(value.end));
    let bytes = view.bytes(value.clone());
    let is_marked = || {
        dollar(view, run)
            || dollar(view, value)
            || templated(view, value, run)
            || percent(view, value, run)
    };
    begins(bytes)
        || is_wordy(view.bytes(run.clone())) && is_marked()
        || !is_quoted && is_code(view, value)
}

/// Whether a value begins as references of secret stores and templates do.
fn begins(value: &[u8]) -> bool {
    const BEGINS: [&[u8]; 14] = [
        b"@Microsoft.KeyVault(",
        b"vault:",
        b"!Ref",
        b"!Sub",
        b"!ImportValue",
        b"!GetAtt",
        b"op://",
        b"ref+",
        b"{{resolve:",
        b"arn:aws:",
        b"env:",
        b"sm://",
        b"secretref:",
        b"keyvault://",
    ];
    BEGINS.iter().any(|begin| value.starts_with(begin))
}

/// `$X`, `$env:X`, `!Ref X`, `var.x`.
fn dollar(view: View<'_>, run: &Range<usize>) -> bool {
    let before = view.bytes(run.start.saturating_sub(12)..run.start);
    [b"$".as_slice(), b"$env:", b"!Ref ", b"!Sub ", b"op://", b"vault:"]
        .iter()
        .any(|mark| before.ends_with(mark))
}

/// Whether the run lies in `${…}`, `{{ … }}`, `<%= … %>`, `#{…}`, `$(…)`.
fn templated(view: View<'_>, value: &Range<usize>, run: &Range<usize>) -> bool {
    const MARKS: [&[u8]; 8] = [b"${", b"{{", b"<%", b"#{", b"$(", b"%{", b"$[", b"<"];
    let start =
        view.back_while(run.start, |byte| is_ident(byte) || b" .-|'()_[]:/,".contains(&byte));
    let start = start.max(run.start.saturating_sub(256));
    let start = if view.at(start) == b'(' && view.prev(start) == b'$' { start + 1 } else { start };
    let before = view.bytes(start.saturating_sub(3)..start);
    let is_marked = MARKS.iter().any(|mark| {
        before.ends_with(mark)
            || before.ends_with(b"=") && before[..before.len() - 1].ends_with(mark)
    });
    let between = view.bytes(start..run.start);
    let is_plain = !between.contains(&b')')
        && !between.contains(&b']')
        && memchr::memmem::find(between, b": ").is_none();
    let is_angle = before.ends_with(b"<") && !(value.start == start && view.at(run.end) == b'>');
    let is_literal = is_quote(view.prev(run.start)) || is_default(between);
    is_marked && is_plain && !is_angle && !is_literal
}

/// `%X%`, whole.
fn percent(view: View<'_>, value: &Range<usize>, run: &Range<usize>) -> bool {
    let wide = run.start.saturating_sub(1)..run.end + 1;
    let bytes = view.bytes(wide);
    let is_whole = value.start + 1 >= run.start && value.end <= run.end + 1;
    bytes.len() == run.len() + 2 && bytes.starts_with(b"%") && bytes.ends_with(b"%") && is_whole
}

/// A name in a program where a literal would be in marks: `x = get_token(settings)`, `: TokenFactory;`.
fn is_code(view: View<'_>, value: &Range<usize>) -> bool {
    let bytes = view.bytes(value.clone());
    let is_name = bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        && bytes.iter().all(|&byte| is_ident(byte) || byte == b'.');
    let ends = view.at(value.end);
    if is_name && ends == b'(' {
        return true;
    }
    let is_statement = matches!(ends, b';' | b')' | b'[') || is_set_apart(view, value);
    is_name && is_statement && is_wordy(bytes)
}

/// Whether a value is the right side of ` = ` and ends its line, as in programs.
fn is_set_apart(view: View<'_>, value: &Range<usize>) -> bool {
    let sign = view.blanks_back(value.start);
    sign < value.start
        && view.prev(sign) == b'='
        && is_blank(view.prev(sign - 1))
        && is_space(view.at(value.end))
}

/// Whether a run reads like a name, as chance would not make one: few digits, and small letters in long
/// stretches, or none at all.
fn is_wordy(bytes: &[u8]) -> bool {
    let breaks = bytes
        .windows(2)
        .filter(|pair| pair[0].is_ascii_lowercase() && !pair[1].is_ascii_lowercase())
        .count();
    let n_digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_shouted = !bytes.iter().any(u8::is_ascii_lowercase);
    // Words that are shouted stand apart, or hold no digits.
    let is_apart = bytes.contains(&b'_') || n_digits == 0 || bytes.len() < 16;
    let begins = bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    begins
        && if is_shouted {
            is_apart && n_digits * 4 <= bytes.len()
        } else {
            n_digits <= 2 && breaks * 5 <= bytes.len()
        }
}

/// Whether what stands before a run in `${…}` is the name of a variable, and the run its default.
fn is_default(between: &[u8]) -> bool {
    const STORES: [&[u8]; 12] = [
        b"env",
        b"ssm",
        b"file",
        b"vault",
        b"self",
        b"opt",
        b"cf",
        b"s3",
        b"sops",
        b"secretsmanager",
        b"param",
        b"secret",
    ];
    let Some(colon) = memchr::memchr(b':', between) else {
        return false;
    };
    !STORES.iter().any(|store| between[..colon].trim_ascii().eq_ignore_ascii_case(store))
}
