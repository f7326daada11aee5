//! What deleted rows left: pages that no tree owns, and gaps in those of tables.

use super::Walk;
use super::page::Page;

/// Gaps shorter than this hold nothing to find.
const GAP_BYTES: usize = 16;

impl Walk<'_, '_> {
    /// Hands over the gaps of a page, where anything is left in them.
    pub(super) fn gaps(&mut self, page: &Page) {
        let mut left = Vec::new();
        for gap in page.gaps() {
            let gap = page.bytes.get(gap).unwrap_or_default();
            let used = gap.iter().position(|byte| *byte != 0).map_or(&[][..], |at| &gap[at..]);
            if used.len() >= GAP_BYTES {
                left.extend_from_slice(used);
                left.push(b'\n');
            }
        }
        if !left.is_empty() {
            let path = self.path(&format!("free/{}", page.number));
            self.reader.whole(&left, path);
        }
    }

    /// Hands over pages that no tree owns, each run of them as one text. In a broken database that is what the
    /// walk did not reach.
    pub(super) fn free(&mut self) {
        let mut from = 1;
        while let Some((first, end)) = self.visited.gap(from) {
            if self.ends() {
                return;
            }
            let path = self.path(&format!("free/{first}"));
            let mut source = self.file.from(first, end);
            self.reader.raw(&mut source, self.place.entry(&path));
            from = end;
        }
    }
}
