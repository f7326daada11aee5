//! One page of the manual. What stands below the flags in `--help` becomes sections of its own.

use std::io::{self, Write};

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

/// The page of one command.
pub(super) struct Page<'c> {
    command: &'c Command,
    man: Man,
}

impl<'c> Page<'c> {
    pub(super) fn of(command: &'c Command) -> Self {
        let man = Man::new(command.clone())
            .source(concat!("keyward ", env!("CARGO_PKG_VERSION")))
            .manual("Keyward");
        Self { command, man }
    }

    /// `keyward-rules-check.1`.
    pub(super) fn file_name(&self) -> String {
        self.man.get_filename()
    }

    /// The page in the language of `man`.
    pub(super) fn render(&self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        self.man.render_title(&mut out)?;
        self.man.render_name_section(&mut out)?;
        self.man.render_synopsis_section(&mut out)?;
        self.man.render_description_section(&mut out)?;
        self.man.render_options_section(&mut out)?;
        if self.command.has_subcommands() {
            self.man.render_subcommands_section(&mut out)?;
        }
        if let Some(text) = self.command.get_after_help() {
            write_sections(&text.to_string(), &mut out)?;
        }
        Ok(out)
    }
}

/// Paragraphs of which the first line ends with a colon are sections by that name, kept line by line; others are notes.
fn write_sections(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut roff = Roff::default();
    for paragraph in text.split("\n\n") {
        let (title, body) = match paragraph.split_once(":\n") {
            Some((title, body)) if !title.contains('\n') => (heading(title), body),
            _ => ("NOTES".to_owned(), paragraph),
        };
        roff.control("SH", [title.as_str()]);
        roff.control("nf", []);
        for line in body.lines() {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        roff.control("fi", []);
    }
    roff.to_writer(out)
}

/// The name that manuals have for it.
fn heading(title: &str) -> String {
    match title {
        "Exit codes" => "EXIT STATUS".to_owned(),
        other => other.to_uppercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::whole;
    use super::{Page, write_sections};

    #[test]
    fn what_follows_the_flags_becomes_sections() {
        let mut out = Vec::new();
        let text = "Examples:\n  keyward 'a.b'\n  .hidden\n\nA remark.\n\nExit codes:\n  0  well";
        write_sections(text, &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        .ie \n(.g .ds Aq \(aq
        .el .ds Aq '
        .SH EXAMPLES
        .nf
        keyward \*(Aqa.b\*(Aq
        \&.hidden
        .fi
        .SH NOTES
        .nf
        A remark.
        .fi
        .SH "EXIT STATUS"
        .nf
        0  well
        .fi
        "#);
    }

    #[test]
    fn every_verb_has_a_page_with_its_words() {
        fn check(command: &clap::Command) {
            let page = Page::of(command);
            let text = String::from_utf8(page.render().unwrap()).unwrap();
            assert!(page.file_name().starts_with("keyward"), "{}", page.file_name());
            assert!(text.contains(".SH NAME\n") && text.contains(".SH SYNOPSIS\n"), "{text}");
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                let Some(long) = argument.get_long() else { continue };
                let flag = format!("\\-\\-{}", long.replace('-', "\\-"));
                assert!(text.contains(&flag), "{}: {flag}", page.file_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&whole());
    }
}
