//! Where code may be unsafe, show secrets, silence a lint.

use anyhow::Result;

use super::{Complaint, is_test_file, numbered, shipping};
use crate::repository::Repository;

/// The one place where `unsafe` is allowed: the scan over raw bytes.
const UNSAFE: &str = "crates/event/src/scan";

/// Calls of `expose()` on secrets in code that ships. Whoever adds one looks at
/// where the bytes go, then raises the number.
const EXPOSE_CALLS: usize = 35;

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let mut complaints = Vec::new();
    let mut exposed = Vec::new();
    for path in repository.under("", ".rs").filter(|path| !path.starts_with("xtask/")) {
        let text = repository.text(path)?;
        complaints.extend(find_unsafe(path, &text));
        complaints.extend(find_silenced(path, &text));
        if !is_test_file(path) {
            exposed.extend(find_exposed(path, &text));
        }
    }
    if exposed.len() != EXPOSE_CALLS {
        complaints.append(&mut exposed);
    }
    Ok(complaints)
}

fn find_unsafe(path: &str, text: &str) -> Vec<Complaint> {
    if path.starts_with(UNSAFE) {
        return Vec::new();
    }
    let is_unsafe = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"]
            .iter()
            .any(|word| code.contains(word))
    };
    let lines = numbered(text).filter(|(_, line)| is_unsafe(line));
    let message = format!("`unsafe` is for {UNSAFE} alone");
    lines.map(|(number, _)| Complaint::new(path, number, message.as_str())).collect()
}

/// Lints may be silenced for a reason that is written down.
fn find_silenced(path: &str, text: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (start, attribute) in attributes(text) {
        if !attribute.contains("reason") {
            let number = text[..start].lines().count() + 1;
            complaints.push(Complaint::new(path, number, "a lint is silenced without a reason"));
        }
    }
    complaints
}

/// Each `allow` and `expect` attribute with its offset.
fn attributes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    ["\n#[allow(", "\n#![allow(", "\n#[expect(", "\n#![expect(", "    #[allow(", "    #[expect("]
        .into_iter()
        .flat_map(|start| text.match_indices(start))
        .map(|(at, _)| (at + 1, text[at..].split(")]").next().unwrap_or_default()))
}

fn find_exposed(path: &str, text: &str) -> Vec<Complaint> {
    let lines = numbered(shipping(text)).filter(|(_, line)| line.contains(".expose()"));
    let message = format!("a secret is exposed here; {EXPOSE_CALLS} such calls are known");
    lines.map(|(number, _)| Complaint::new(path, number, message.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::{find_exposed, find_silenced, find_unsafe};

    #[test]
    fn unsafe_code_stays_in_its_module() {
        let text = "// unsafe { is a word }\nfn f() {\n    unsafe { g() }\n}\n";
        assert_eq!(find_unsafe("crates/rule/src/lib.rs", text)[0].line, 3);
        assert!(find_unsafe("crates/event/src/scan/wide.rs", text).is_empty());
    }

    #[test]
    fn a_silenced_lint_gives_its_reason() {
        let text = "mod a;\n#[expect(dead_code)]\nfn f() {}\n#[expect(\n    dead_code,\n    \
                    reason = \"why\"\n)]\nfn g() {}\n";
        let complaints = find_silenced("a.rs", text);
        assert_eq!((complaints.len(), complaints[0].line), (1, 2));
    }

    #[test]
    fn exposed_secrets_are_found_outside_tests() {
        let text = "fn f() {\n    send(token.expose());\n}\n\n#[cfg(test)]\nmod tests {\n    \
                    fn t() { token.expose(); }\n}\n";
        assert_eq!(find_exposed("a.rs", text).len(), 1);
    }
}
