//! A page for people: what verbs say, written as text, Markdown or HTML by one renderer each.
//!
//! Text in a page is raw; every renderer escapes for its own medium.

mod html;
mod markdown;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use self::html::html;
pub(crate) use self::markdown::markdown;
pub(crate) use self::text::text;

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// Its title.
    pub(crate) title: String,
    /// What stands on it, in order.
    pub(crate) blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading below the title; level 2 or 3.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(Line),
    /// Something that must not be missed.
    Warning(Line),
    /// Points, or steps if numbered.
    List {
        /// Whether the order counts.
        numbered: bool,
        /// One line each.
        items: Vec<Line>,
    },
    /// Names and what belongs to them.
    Facts(Vec<(String, Line)>),
    /// Rows under columns.
    Table {
        /// The columns' names.
        columns: Vec<String>,
        /// Cells; each row has as many as there are columns.
        rows: Vec<Vec<Line>>,
    },
    /// Something to copy.
    Code {
        /// Such as `hcl`, `sh`, `json`; may be empty.
        language: &'static str,
        /// The text, with newlines.
        text: String,
    },
}

/// Text with marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line(pub(crate) Vec<Span>);

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Span {
    /// Words.
    Plain(String),
    /// A name as programs write it.
    Code(String),
    /// Words that count.
    Strong(String),
    /// A verdict: words in a color, which mean the same without it.
    Mark(Tone, String),
}

/// What a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Right as it is.
    Good,
    /// To be looked at.
    Warn,
    /// Wrong.
    Bad,
    /// Less important.
    Faint,
}

impl Page {
    /// An empty page.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// Adds a block.
    pub(crate) fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }
}

impl Line {
    /// Words alone.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self(vec![Span::Plain(text.into())])
    }

    /// Words, and as names what stands among them in backticks.
    pub(crate) fn told(text: &str) -> Self {
        let spans = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
        let spans = spans.map(|(at, part)| match at % 2 {
            0 => Span::Plain(part.to_owned()),
            _ => Span::Code(part.to_owned()),
        });
        Self(spans.collect())
    }

    /// A name as programs write it.
    pub(crate) fn code(text: impl Into<String>) -> Self {
        Self(vec![Span::Code(text.into())])
    }

    /// Its words without marks, names in backticks.
    pub(crate) fn words(&self) -> String {
        let word = |span: &Span| match span {
            Span::Code(text) => format!("`{text}`"),
            Span::Plain(text) | Span::Strong(text) | Span::Mark(_, text) => text.clone(),
        };
        self.0.iter().map(word).collect()
    }

    /// The same with words at its end.
    pub(crate) fn and(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Plain(text.into()));
        self
    }

    /// The same with a name at its end.
    pub(crate) fn and_code(mut self, text: impl Into<String>) -> Self {
        self.0.push(Span::Code(text.into()));
        self
    }

    /// The same with another line at its end.
    pub(crate) fn and_line(mut self, line: Self) -> Self {
        self.0.extend(line.0);
        self
    }

    /// The same with a mark at its end.
    pub(crate) fn and_mark(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.0.push(Span::Mark(tone, text.into()));
        self
    }
}
