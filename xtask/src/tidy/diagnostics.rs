//! Every diagnostic code has a page that explains it and a test that draws its place.

use anyhow::Result;

use super::Complaint;
use crate::repository::Repository;

/// Where codes are declared, as `Name = "S001": "summary",`.
const DECLARED: &[&str] =
    &["crates/rule/src/diagnostic/code.rs", "crates/keyward/src/config/mistake.rs"];

/// Where the pages are, one `S001.md` each.
const PAGES: &str = "docs/diagnostics/";

/// A code and the line that declares it.
#[derive(Debug, PartialEq, Eq)]
struct Code<'a> {
    line: usize,
    number: &'a str,
    summary: &'a str,
}

pub(super) fn check(repository: &Repository) -> Result<Vec<Complaint>> {
    let mut complaints = Vec::new();
    let tests = tests(repository)?;
    let mut pages: Vec<&str> = repository.under(PAGES, ".md").collect();
    for path in DECLARED.iter().filter(|path| repository.has(path)) {
        let text = repository.text(path)?;
        for code in codes(&text) {
            let page = format!("{PAGES}{}.md", code.number);
            if pages.contains(&page.as_str()) {
                complaints.extend(check_title(&page, &repository.text(&page)?, &code));
            } else {
                complaints.push(Complaint::new(*path, code.line, format!("{page} is missing")));
            }
            pages.retain(|other| *other != page);
            if !tests.contains(&format!("[{}]", code.number)) {
                let message = format!("no test draws carets for {}", code.number);
                complaints.push(Complaint::new(*path, code.line, message));
            }
        }
    }
    pages.retain(|page| !page.ends_with("README.md"));
    let stray = pages.into_iter().map(|page| Complaint::new(page, 0, "explains no code"));
    complaints.extend(stray);
    Ok(complaints)
}

/// A page is headed by what its code stands for.
fn check_title(page: &str, text: &str, code: &Code) -> Option<Complaint> {
    let title = format!("# {}: {}", code.number, code.summary.trim_end_matches('.'));
    let found = text.lines().next() == Some(title.as_str());
    (!found).then(|| Complaint::new(page, 1, format!("should be headed `{title}`")))
}

fn codes(text: &str) -> impl Iterator<Item = Code<'_>> {
    super::numbered(text).filter_map(|(line, text)| {
        let (_, rest) = text.split_once(" = \"")?;
        let (number, rest) = rest.split_once('"')?;
        let summary = rest.split('"').nth(1).unwrap_or_default();
        is_code(number).then_some(Code { line, number, summary })
    })
}

/// A letter and three digits.
fn is_code(text: &str) -> bool {
    let mut letters = text.chars();
    let letter = letters.next().is_some_and(|c| c.is_ascii_uppercase());
    letter && text.len() == 4 && letters.all(|c| c.is_ascii_digit())
}

/// The text of all files that test the crates, transcripts included.
fn tests(repository: &Repository) -> Result<String> {
    let mut all = String::new();
    for file in repository.under("crates/", "") {
        let text = repository.text(file)?;
        if super::is_test_file(file) || text.contains("#[cfg(test)]") {
            all.push_str(&text);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::{Code, check_title, codes};

    #[test]
    fn codes_are_read_from_their_declaration() {
        let text = "codes! {\n    Syntax = \"S001\": \"Bad.\",\n    const A: &str = \"x\";\n}\n";
        let found: Vec<Code> = codes(text).collect();
        assert_eq!(found, [Code { line: 2, number: "S001", summary: "Bad." }]);
    }

    #[test]
    fn a_page_is_headed_by_its_code() {
        let code = Code { line: 2, number: "S001", summary: "Bad." };
        assert_eq!(check_title("S001.md", "# S001: Bad\n", &code), None);
        assert!(check_title("S001.md", "# S001: Good\n", &code).is_some());
    }
}
