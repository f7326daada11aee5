//! What encloses a place, read backward: brackets, tags, indentation, sections.

use super::view::{View, is_space};
use super::{bracket, indent};

/// Bytes before a frame in which the next one is sought.
const FRAME_REACH: usize = 16 << 10;

/// Frames that are kept.
const FRAMES_MAX: usize = 32;

/// Names that are kept.
pub(super) const NAMES_MAX: usize = 16;

/// What encloses a place.
#[derive(Debug, Clone, Default)]
pub(super) struct Outside {
    /// Names and where they stand, in no order.
    pub(super) names: Vec<(usize, String)>,
    /// The innermost things that enclose the place: where each begins, and what it is.
    pub(super) frames: Vec<(usize, Frame)>,
}

/// A thing that encloses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    /// A bracket, and which.
    Bracket(u8),
    /// An element.
    Element(String),
    /// Deeper indentation than that of the line that begins there.
    Indent(usize),
    /// A section such as `[okta]`.
    Section,
}

impl Outside {
    /// The names, the outermost first.
    pub(super) fn path(&self) -> Vec<String> {
        let mut names: Vec<&(usize, String)> = self.names.iter().collect();
        names.sort_by_key(|(at, _)| at);
        names.into_iter().map(|(_, name)| name.clone()).filter(|name| !name.is_empty()).collect()
    }

    /// How far back it is worth to read: the next thing that encloses is sought near the one before.
    pub(super) fn reach(&self) -> usize {
        self.frames.last().map_or(0, |(at, _)| at.saturating_sub(FRAME_REACH))
    }

    /// Whether enough is known of what encloses the place.
    pub(super) fn is_full(&self) -> bool {
        self.names.len() >= NAMES_MAX || self.frames.len() >= FRAMES_MAX
    }

    /// Whether the place that begins at `start` is an item of a list that indentation encloses.
    pub(super) fn is_item(&self, view: View<'_>, start: usize) -> bool {
        let before = view.bytes(view.line_start(start)..start);
        matches!(self.frames.first(), Some((_, Frame::Indent(_))))
            && before.trim_ascii_end().ends_with(b"-")
            && before.iter().all(|&byte| is_space(byte) || matches!(byte, b'-' | b'+' | b'#'))
    }

    /// Takes down a name that stands at `at`.
    pub(super) fn name(&mut self, at: usize, name: String) {
        self.names.push((at, name));
    }
}

/// Everything that encloses the place that begins at `start`.
pub(super) fn read(view: View<'_>, start: usize) -> Outside {
    let mut outside = Outside::default();
    bracket::read(view, start, &mut outside);
    indent::read(view, start, &mut outside);
    outside.frames.sort_by_key(|&(at, _)| std::cmp::Reverse(at));
    outside
}
