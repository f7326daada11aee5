//! How programs of a language are cut into tokens: comments, and texts with what stands in them.

/// What matters of a language here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is so or not, in any combination")]
pub(crate) struct Language {
    /// What begins a comment to the end of the line.
    pub(super) line_comments: &'static [&'static str],
    /// What begins and ends a comment.
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// `'` opens a text, rather than one character.
    pub(super) has_single_quotes: bool,
    /// Three quotes open a text of several lines.
    pub(super) has_triple_quotes: bool,
    /// `/…/` may be a pattern.
    pub(super) has_patterns: bool,
    /// Texts on their own are comments, as docstrings are.
    pub(super) has_docstrings: bool,
    /// A point joins texts.
    pub(super) joins_by_point: bool,
    /// It describes resources of Terraform.
    pub(super) is_terraform: bool,
    /// A `` ` `` opens a text.
    pub(super) has_backticks: bool,
}

const BRACES: Language = Language {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    has_single_quotes: false,
    has_triple_quotes: true,
    has_patterns: false,
    has_docstrings: false,
    joins_by_point: false,
    is_terraform: false,
    has_backticks: false,
};

const SCRIPT: Language =
    Language { has_single_quotes: true, has_patterns: true, has_backticks: true, ..BRACES };

const GO: Language = Language { has_backticks: true, ..BRACES };

const HASH: Language =
    Language { line_comments: &["#"], block_comment: None, has_single_quotes: true, ..BRACES };

const PYTHON: Language = Language { has_docstrings: true, ..HASH };

const PHP: Language = Language {
    line_comments: &["//", "#"],
    has_single_quotes: true,
    joins_by_point: true,
    ..BRACES
};

const TERRAFORM: Language = Language { line_comments: &["//", "#"], is_terraform: true, ..BRACES };

const BASIC: Language = Language { line_comments: &["'"], block_comment: None, ..BRACES };

const LISP: Language = Language { line_comments: &[";"], block_comment: None, ..BRACES };

const POWERSHELL: Language = Language { block_comment: Some(("<#", "#>")), ..HASH };

/// Languages by the ending of their files.
const ENDINGS: [(&str, Language); 42] = [
    ("c", BRACES),
    ("cc", BRACES),
    ("cjs", SCRIPT),
    ("clj", LISP),
    ("cpp", BRACES),
    ("cs", BRACES),
    ("cts", SCRIPT),
    ("dart", Language { has_single_quotes: true, ..BRACES }),
    ("ex", HASH),
    ("exs", HASH),
    ("fs", BRACES),
    ("go", GO),
    ("groovy", Language { has_single_quotes: true, ..BRACES }),
    ("h", BRACES),
    ("hpp", BRACES),
    ("java", BRACES),
    ("js", SCRIPT),
    ("jsx", SCRIPT),
    ("kt", BRACES),
    ("kts", BRACES),
    ("lua", Language { line_comments: &["--"], block_comment: None, ..HASH }),
    ("m", BRACES),
    ("mjs", SCRIPT),
    ("mts", SCRIPT),
    ("php", PHP),
    ("pl", HASH),
    ("pm", HASH),
    ("ps1", POWERSHELL),
    ("psm1", POWERSHELL),
    ("py", PYTHON),
    ("pyi", PYTHON),
    ("r", HASH),
    ("rb", HASH),
    ("rs", BRACES),
    ("scala", BRACES),
    ("svelte", SCRIPT),
    ("swift", BRACES),
    ("tf", TERRAFORM),
    ("ts", SCRIPT),
    ("tsx", SCRIPT),
    ("vb", BASIC),
    ("vue", SCRIPT),
];

impl Language {
    /// The language of files whose name ends so, in any case, without the dot; `None` if it is not known.
    pub(crate) fn of_ending(ending: &str) -> Option<Self> {
        let is_it = |(known, _): &&(&str, Self)| known.eq_ignore_ascii_case(ending);
        ENDINGS.iter().find(is_it).map(|(_, language)| *language)
    }

    /// The language that a program looks like.
    pub(crate) fn guess(bytes: &[u8]) -> Self {
        let has = |mark: &str| memchr::memmem::find(bytes, mark.as_bytes()).is_some();
        if has("<?php") {
            PHP
        } else if has("\npackage ") && has("func ")
            || bytes.starts_with(b"package ") && has("func ")
        {
            GO
        } else if has("resource \"") && has(" {") && !has(";") {
            TERRAFORM
        } else if has("def ") && has(":\n") && !has("};") {
            PYTHON
        } else if has("\nend") && (has("def ") || has("do\n")) {
            HASH
        } else if has("using System") || has("import java") || has("fn main") {
            BRACES
        } else {
            SCRIPT
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_are_sorted_and_found_in_any_case() {
        assert!(ENDINGS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert_eq!(Language::of_ending("TS"), Some(SCRIPT));
        assert_eq!(Language::of_ending("exe"), None);
    }

    #[test]
    fn languages_are_guessed() {
        let check = |text: &str, expected| assert_eq!(Language::guess(text.as_bytes()), expected);
        check("<?php echo 1;", PHP);
        check("package main\n\nfunc main() {}", GO);
        check("import os\n\ndef f():\n    pass\n", PYTHON);
        check("def f\n  1\nend\n", HASH);
        check("using System;", BRACES);
        check("const a = 1;", SCRIPT);
        check("resource \"okta_group\" \"a\" {\n}\n", TERRAFORM);
    }
}
