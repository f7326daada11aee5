//! The entries of a tree object.

/// An entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Its mode, in octal digits.
    mode: &'a [u8],
    /// Its name, in any encoding.
    pub(super) name: &'a [u8],
    /// Bytes of the id.
    pub(super) id: &'a [u8],
}

impl Entry<'_> {
    /// Whether it is a folder.
    pub(super) fn is_tree(&self) -> bool {
        matches!(self.mode, b"40000" | b"040000")
    }

    /// Whether it is another repository.
    pub(super) fn is_submodule(&self) -> bool {
        self.mode == b"160000"
    }
}

/// Goes through the entries, up to what cannot be read.
pub(super) struct Entries<'a> {
    rest: &'a [u8],
    id_bytes: usize,
}

/// The entries of a tree whose ids have so many bytes.
pub(super) fn entries(tree: &[u8], id_bytes: usize) -> Entries<'_> {
    Entries { rest: tree, id_bytes }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let end_of_mode = self.rest.iter().take(8).position(|byte| *byte == b' ')?;
        let (mode, rest) = self.rest.split_at(end_of_mode);
        let rest = &rest[1..];
        let end_of_name = memchr::memchr(0, rest)?;
        let (name, rest) = rest.split_at(end_of_name);
        let (id, rest) = rest[1..].split_at_checked(self.id_bytes)?;
        self.rest = rest;
        Some(Entry { mode, name, id })
    }
}
