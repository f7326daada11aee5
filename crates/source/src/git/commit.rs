//! What the header of a commit or a tag says.

use gix_hash::ObjectId;

/// The header of a commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Header<'a> {
    pub(super) tree: Option<ObjectId>,
    pub(super) parents: Vec<ObjectId>,
    /// `name <address> seconds zone`
    author: &'a [u8],
    committer: &'a [u8],
}

impl<'a> Header<'a> {
    /// Reads what can be read.
    pub(super) fn parse(commit: &'a [u8]) -> Self {
        let mut header = Self::default();
        for (key, value) in fields(commit) {
            match key {
                b"tree" => header.tree = ObjectId::from_hex(value).ok(),
                b"parent" => header.parents.extend(ObjectId::from_hex(value).ok()),
                // What a tag has is its tagger.
                b"author" | b"tagger" => header.author = value,
                b"committer" => header.committer = value,
                _ => {}
            }
        }
        header
    }

    /// Who wrote it, as `name <address>`.
    pub(super) fn author(&self) -> String {
        String::from_utf8_lossy(who(self.author)).trim().to_owned()
    }

    /// When it was written, seconds since 1970; 0 where it does not say.
    pub(super) fn authored(&self) -> i64 {
        seconds(self.author)
    }

    /// When it was committed, seconds since 1970; 0 where it does not say.
    pub(super) fn committed(&self) -> i64 {
        seconds(if self.committer.is_empty() { self.author } else { self.committer })
    }
}

/// What a tag points at.
pub(super) fn target(tag: &[u8]) -> Option<ObjectId> {
    fields(tag).find(|(key, _)| *key == b"object").and_then(|(_, id)| ObjectId::from_hex(id).ok())
}

/// The lines of a header, up to the empty one.
fn fields(object: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = object.split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
    lines.filter_map(|line| {
        let end = line.iter().position(|byte| *byte == b' ')?;
        Some((&line[..end], &line[end + 1..]))
    })
}

fn who(signature: &[u8]) -> &[u8] {
    let end =
        signature.iter().rposition(|byte| *byte == b'>').map_or(signature.len(), |end| end + 1);
    &signature[..end]
}

fn seconds(signature: &[u8]) -> i64 {
    let rest = &signature[who(signature).len()..];
    let text = std::str::from_utf8(rest).unwrap_or_default();
    text.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or_default()
}
