//! Which names of a description are taken: they end in reports, plans and files for Terraform.

use crate::resolve::MAX_PARAMS;

/// Longest name, in characters.
const MAX_NAME: usize = 200;

/// Longest template, in bytes.
const MAX_PATH: usize = 500;

/// Fails with what is wrong with the name of a scope, an operation or the like; an empty one is none.
pub(super) fn check_name(kind: &str, name: &str) -> Result<(), String> {
    let is_plain = |mark: char| mark.is_ascii_graphic() && !"\"'`$\\<>{}|^".contains(mark);
    check(kind, name, "a blank, a quote, `$` or another mark that no name has", is_plain)
}

/// The same of a title, which may have blanks and letters of any language.
pub(super) fn check_title(kind: &str, title: &str) -> Result<(), String> {
    let is_plain = |mark: char| {
        mark == ' ' || mark.is_alphanumeric() || "-._:/,;()[]&+!?#@*=%–—’".contains(mark)
    };
    check(
        kind,
        title,
        "a quote, `$`, a control character or another mark that no title has",
        is_plain,
    )
}

fn check(
    kind: &str,
    name: &str,
    what: &str,
    is_plain: impl Fn(char) -> bool,
) -> Result<(), String> {
    if name.chars().nth(MAX_NAME).is_some() {
        return Err(format!("{kind} is longer than {MAX_NAME} characters"));
    }
    if name.chars().all(is_plain) { Ok(()) } else { Err(format!("{kind} has {what}")) }
}

/// Fails with why no call could be found to follow a template.
pub(super) fn check_path(path: &str) -> Result<(), String> {
    if path.len() > MAX_PATH {
        return Err(format!("the path is longer than {MAX_PATH} bytes"));
    }
    let is_word = |mark: char| mark.is_ascii_alphanumeric() || "-._~!&()*+,;=:@".contains(mark);
    let parameter = |segment: &str| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(!name.is_empty() && name.chars().all(is_word))
    };
    let is_read =
        |segment: &str| parameter(segment).unwrap_or_else(|| segment.chars().all(is_word));
    if let Some(segment) = path.split('/').find(|segment| !is_read(segment)) {
        return Err(format!("no path has a segment such as `{segment}`"));
    }
    let n_params = path.split('/').filter(|segment| segment.starts_with('{')).count();
    if n_params > MAX_PARAMS {
        return Err(format!("more than {MAX_PARAMS} parameters"));
    }
    Ok(())
}
