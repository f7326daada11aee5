//! Runs of an alphabet that go on over the ends of lines, as base64 in mail, YAML and PEM does.

use std::ops::Range;

/// Bytes that a run is followed to either side.
const REACH: usize = 8 << 20;

/// Letters that a line must have to go on in the next.
const LINE_MIN: usize = 40;

/// Bytes that may stand before a run's letters in a line: indentation, marks of comments and of quoted mail.
const INDENT_MAX: usize = 40;

/// The longest run of letters around `run`, in its line.
pub(super) fn segment(text: &[u8], run: &Range<usize>, is_letter: fn(u8) -> bool) -> Range<usize> {
    let (low, high) =
        (run.start.saturating_sub(REACH), text.len().min(run.end.saturating_add(REACH)));
    let start = text[low..run.start].iter().rposition(|byte| !is_letter(*byte));
    let end = text[run.end..high].iter().position(|byte| !is_letter(*byte));
    start.map_or(low, |at| low + at + 1)..end.map_or(high, |at| run.end + at)
}

/// The runs of the lines around that belong together with `segment`: each full line but the last is no
/// shorter than the next.
pub(super) fn lines(
    text: &[u8],
    segment: &Range<usize>,
    is_letter: fn(u8) -> bool,
) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut first = segment.clone();
    while let Some(above) = above(text, &first, is_letter).filter(|above| joins(above, &first)) {
        if segment.start - above.start > REACH {
            break;
        }
        lines.push(above.clone());
        first = above;
    }
    lines.reverse();
    lines.push(segment.clone());
    let mut last = segment.clone();
    while let Some(below) = below(text, &last, is_letter).filter(|below| joins(&last, below)) {
        if below.end - segment.end > REACH {
            break;
        }
        lines.push(below.clone());
        last = below;
    }
    lines
}

fn joins(upper: &Range<usize>, lower: &Range<usize>) -> bool {
    upper.len() >= LINE_MIN && upper.len() >= lower.len()
}

/// The run that the line above ends with, when `segment` begins its line.
fn above(text: &[u8], segment: &Range<usize>, is_letter: fn(u8) -> bool) -> Option<Range<usize>> {
    let low = segment.start.saturating_sub(INDENT_MAX);
    let n_indent =
        text[low..segment.start].iter().rev().take_while(|byte| is_indent(**byte)).count();
    let rest = text[..segment.start - n_indent].strip_suffix(b"\n")?;
    let rest = rest.strip_suffix(b"\r").unwrap_or(rest);
    let n_letters = rest.iter().rev().take(REACH).take_while(|byte| is_letter(**byte)).count();
    (n_letters > 0).then(|| rest.len() - n_letters..rest.len())
}

/// The run that the line below begins with, when `segment` ends its line.
fn below(text: &[u8], segment: &Range<usize>, is_letter: fn(u8) -> bool) -> Option<Range<usize>> {
    let rest = &text[segment.end..];
    let rest = rest.strip_prefix(b"\r").unwrap_or(rest).strip_prefix(b"\n")?;
    let n_indent = rest.iter().take(INDENT_MAX).take_while(|byte| is_indent(**byte)).count();
    let start = text.len() - rest.len() + n_indent;
    let n_letters = text[start..].iter().take(REACH).take_while(|byte| is_letter(**byte)).count();
    (n_letters > 0).then(|| start..start + n_letters)
}

fn is_indent(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'>' | b'#' | b'*' | b';')
}
