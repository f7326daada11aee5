//! Words in lines: broken at spaces, indented below what they belong to.

use std::io::{self, Write};

use anstyle::Style;

use super::tone_style;
use crate::render::page::{Line, Span};
use crate::render::text::BOLD;
use crate::sanitize::visible;

/// Among what a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// Among sentences, where names need marks to be told from words.
    Prose,
    /// Alone, where they do not.
    Cell,
}

/// A line as words, each of pieces with a style.
pub(super) struct Words(Vec<Vec<(Style, String)>>);

impl Words {
    /// The words of a line, with nothing in them that a terminal would act on.
    pub(super) fn new(line: &Line, setting: Setting) -> Self {
        let mut words = vec![Vec::new()];
        for span in &line.0 {
            let (style, text) = styled(span, setting);
            for (number, piece) in visible(&text).split(' ').enumerate() {
                if number > 0 {
                    words.push(Vec::new());
                }
                if let Some(word) = words.last_mut().filter(|_| !piece.is_empty()) {
                    word.push((style, piece.to_owned()));
                }
            }
        }
        words.retain(|word| !word.is_empty());
        Self(words)
    }

    /// The same, bold where nothing else is said.
    pub(super) fn bold(mut self) -> Self {
        let pieces = self.0.iter_mut().flatten();
        for (style, _) in pieces.filter(|(style, _)| *style == Style::new()) {
            *style = BOLD;
        }
        self
    }

    /// Columns that they take in one line.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|word| word_width(word) + 1).sum::<usize>().saturating_sub(1)
    }

    /// Writes them behind `head`, which takes `indent` columns, as do the lines that follow.
    pub(super) fn write(
        &self,
        head: &str,
        indent: usize,
        limit: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        out.write_all(head.as_bytes())?;
        for (number, line) in self.lines(limit.saturating_sub(indent)).into_iter().enumerate() {
            if number > 0 {
                write!(out, "\n{:indent$}", "")?;
            }
            write_words(line, out)?;
        }
        writeln!(out)
    }

    /// Writes them in one line, without its end.
    pub(super) fn write_inline(&self, out: &mut dyn Write) -> io::Result<()> {
        write_words(&self.0, out)
    }

    /// As many words a line as fit; one that is too long has a line of its own and stays whole, so that it can
    /// be copied.
    fn lines(&self, limit: usize) -> Vec<&[Vec<(Style, String)>]> {
        let (mut lines, mut start, mut used) = (Vec::new(), 0, 0);
        for (at, word) in self.0.iter().enumerate() {
            let width = word_width(word);
            if at > start && used + 1 + width > limit {
                lines.push(&self.0[start..at]);
                (start, used) = (at, width);
            } else {
                used += width + usize::from(at > start);
            }
        }
        lines.push(&self.0[start..]);
        lines
    }
}

fn styled(span: &Span, setting: Setting) -> (Style, String) {
    match span {
        Span::Code(text) if setting == Setting::Prose => (Style::new(), format!("`{text}`")),
        Span::Plain(text) | Span::Code(text) => (Style::new(), text.clone()),
        Span::Strong(text) => (BOLD, text.clone()),
        Span::Mark(tone, text) => (tone_style(*tone), text.clone()),
    }
}

fn write_words(words: &[Vec<(Style, String)>], out: &mut dyn Write) -> io::Result<()> {
    for (number, word) in words.iter().enumerate() {
        if number > 0 {
            out.write_all(b" ")?;
        }
        word.iter().try_for_each(|(style, text)| write!(out, "{style}{text}{style:#}"))?;
    }
    Ok(())
}

fn word_width(word: &[(Style, String)]) -> usize {
    word.iter().map(|(_, text)| width(text)).sum()
}

/// Columns that a text takes, one a character.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}
