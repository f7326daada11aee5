//! From places in the text of a scalar back to places in its file.

use std::ops::Range;

use crate::span::Span;

/// Where the characters of a piece of text stand in a file.
///
/// Folding, indentation, quotes and escapes make the text of a scalar differ
/// from what stands in the file. Both are walked together: equal characters
/// meet, any stretch of blanks meets any other, and what only the file has is
/// skipped. After an escape the place may be a character off, never further
/// than the scalar.
pub(crate) struct Origin<'s> {
    source: &'s str,
    span: Span,
    /// Bytes in the file by bytes in the text; `None` when they run in parallel.
    map: Option<Vec<usize>>,
}

impl<'s> Origin<'s> {
    pub(crate) fn new(source: &'s str, span: Span, text: &str) -> Self {
        let written = source.get(span.range()).unwrap_or_default();
        let inner = written.get(1..written.len().saturating_sub(1));
        if written == text {
            return Self { source, span, map: None };
        }
        if written.starts_with(['\'', '"']) && inner == Some(text) {
            let span = Span::new(span.start + 1, span.end - 1);
            return Self { source, span, map: None };
        }
        let map = Some(align(written, text, span.start));
        Self { source, span, map }
    }

    /// The place in the file of a place in the text.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let start = self.at(range.start);
        let end = match range.end {
            end if end > range.start => self.after(end - 1),
            _ => start,
        };
        Span::new(start, end.max(start))
    }

    fn at(&self, byte: usize) -> usize {
        match &self.map {
            None => (self.span.start + byte).min(self.span.end),
            Some(map) => map.get(byte).copied().unwrap_or(self.span.end),
        }
    }

    /// Past the character that holds `byte`.
    fn after(&self, byte: usize) -> usize {
        let mut end = (self.at(byte) + 1).min(self.source.len());
        while !self.source.is_char_boundary(end) {
            end += 1;
        }
        end
    }
}

/// Longest stretch that only the file has: `\U0001F511` and a quote.
const LONGEST_ESCAPE: usize = 12;

fn align(written: &str, text: &str, base: usize) -> Vec<usize> {
    let mut map = Vec::with_capacity(text.len() + 1);
    let mut rest = written;
    for character in text.chars() {
        let meets = |(_, other): &(usize, char)| {
            *other == character || (other.is_whitespace() && character.is_whitespace())
        };
        let reach = if character.is_whitespace() { 1 } else { LONGEST_ESCAPE };
        let blanks = rest.len() - rest.trim_start().len();
        let skip = if character.is_whitespace() { 0 } else { blanks };
        let met = rest[skip..].char_indices().take(reach).find(meets);
        let at = written.len() - rest.len() + met.map_or(0, |(at, _)| skip + at);
        for byte in 0..character.len_utf8() {
            map.push(base + (at + byte).min(written.len()));
        }
        if let Some((_, other)) = met {
            rest = &written[at + other.len_utf8()..];
        }
    }
    map.push(base + written.len() - rest.len());
    map
}
