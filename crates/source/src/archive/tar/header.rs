//! One block that says what follows.

/// Everything in a tape archive comes in blocks of so many bytes.
pub(super) const BLOCK: usize = 512;

/// What a header says.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) name: Vec<u8>,
    /// Bytes that follow in the archive, without padding.
    pub(super) size: u64,
    pub(super) kind: Kind,
    /// Whether more blocks of a map of holes follow.
    pub(super) is_continued: bool,
}

/// What follows a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// A file with holes, of GNU tar.
    Sparse,
    /// The name of the next entry, of GNU tar.
    Name,
    /// Attributes of the next entry, as pax writes them.
    Attributes,
    /// A folder, a link, a device, or attributes of all: nothing to read.
    Other,
}

impl Header {
    /// `None` when the sum does not fit.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Option<Self> {
        if !is_header(block) {
            return None;
        }
        let kind = match block[156] {
            b'0' | b'7' | 0 => Kind::File,
            b'S' => Kind::Sparse,
            b'L' => Kind::Name,
            b'x' | b'X' => Kind::Attributes,
            _ => Kind::Other,
        };
        let name = name(block);
        let size = if has_content(block[156]) { number(&block[124..136])? } else { 0 };
        Some(Self { name, size, kind, is_continued: block[482] != 0 })
    }

    /// Bytes until the next header.
    pub(super) fn padded(&self) -> u64 {
        self.size.saturating_add(padding(self.size))
    }
}

/// Links, devices, folders and pipes have no content, whatever their size says.
fn has_content(kind: u8) -> bool {
    !matches!(kind, b'1'..=b'6')
}

/// The name; ustar keeps what stands before the last part elsewhere.
fn name(block: &[u8; BLOCK]) -> Vec<u8> {
    let (last, before) = (text(&block[..100]), text(&block[345..500]));
    let is_posix = block[257..263] == *b"ustar\0";
    if !is_posix || before.is_empty() {
        return last.to_vec();
    }
    [before, b"/", last].concat()
}

/// Up to the zero that ends it.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// Bytes behind a content that fill its last block.
pub(super) fn padding(size: u64) -> u64 {
    size.wrapping_neg() % BLOCK as u64
}

/// Octal digits, or big-endian binary where they would not do.
fn number(field: &[u8]) -> Option<u64> {
    let (first, rest) = field.split_first()?;
    if *first == 0x80 {
        let (high, low) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
        return high
            .iter()
            .all(|byte| *byte == 0)
            .then(|| u64::from_be_bytes(low.try_into().unwrap_or_default()));
    }
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(|byte| !(b'0'..=b'7').contains(byte)).unwrap_or(digits.len());
    let value = digits[..end].iter().fold(0u64, |sum, digit| (sum << 3) | u64::from(digit - b'0'));
    matches!(digits.get(end), None | Some(0 | b' ')).then_some(value)
}

/// Decimal digits.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Whether bytes begin with a header: its sum tells, in any dialect.
pub(in crate::archive) fn is_header(head: &[u8]) -> bool {
    let Some(block) = head.get(..BLOCK) else { return false };
    let Some(sum) = block.get(148..156).filter(|field| is_octal(field)).and_then(number) else {
        return false;
    };
    let (before, after) = (&block[..148], &block[156..]);
    let bytes = || before.iter().chain(b"        ").chain(after);
    let unsigned: u64 = bytes().map(|byte| u64::from(*byte)).sum();
    // Some old writers summed signed bytes.
    let signed: i64 = bytes().map(|byte| i64::from(byte.cast_signed())).sum();
    sum == unsigned || i64::try_from(sum) == Ok(signed)
}

/// Whether a field can be a sum: digits, then zeros and blanks. Ends most looks early.
fn is_octal(field: &[u8]) -> bool {
    field.iter().any(u8::is_ascii_digit)
        && field.iter().all(|byte| matches!(byte, b'0'..=b'7' | b' ' | 0))
}

/// The pairs of a list of attributes: `30 path=a/b\n`, the number being the length of it all.
pub(super) fn pax(mut list: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut pairs = Vec::new();
    while let Some((pair, rest)) = pax_pair(list) {
        pairs.push(pair);
        list = rest;
    }
    pairs
}

type Pair<'l> = (&'l [u8], &'l [u8]);

fn pax_pair(list: &[u8]) -> Option<(Pair<'_>, &[u8])> {
    let blank = memchr::memchr(b' ', list)?;
    let bytes = usize::try_from(decimal(&list[..blank])?).ok()?;
    let (record, rest) = list.split_at_checked(bytes)?;
    let record = record.get(blank + 1..)?.strip_suffix(b"\n")?;
    let equals = memchr::memchr(b'=', record)?;
    Some(((&record[..equals], &record[equals + 1..]), rest))
}
