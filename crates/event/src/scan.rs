//! One pass over the bytes of a record: where it ends, and where its strings and brackets stand.
//!
//! Nothing is interpreted here. [`Scanner::scan`] decides only what "counts as read": the record opens
//! with `{`, closes with its matching `}` outside strings, and nests at most [`MAX_DEPTH`] deep.

mod bits;
mod simd;

use bits::{Carry, Raw};

/// How deep brackets may nest. Deeper records are rejected, so that no walk can overflow a stack.
pub const MAX_DEPTH: u8 = 128;

/// The marks of 64 bytes. Bit `i` speaks of byte `i` of the block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// Quotes that open or close a string; escaped ones are left out.
    pub(crate) quotes: u64,
    /// `{` and `[` outside strings.
    pub(crate) opens: u64,
    /// `}` and `]` outside strings.
    pub(crate) closes: u64,
    /// Backslashes.
    pub(crate) backslashes: u64,
}

/// The marks of one record, in blocks of 64 bytes. Reused from record to record.
#[derive(Debug, Default)]
pub struct Marks {
    /// The first `len` belong to the record.
    blocks: Vec<Block>,
    len: usize,
    flags: Flags,
}

/// What a record holds that most records do not, so that the look-ups may take the short way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// A string holds a control character, which JSON does not allow.
    pub(crate) control: bool,
    /// Something other than a quote or a backslash is escaped, so that letters may hide in escapes.
    pub(crate) odd_escapes: bool,
    /// A byte is not ASCII.
    pub(crate) beyond_ascii: bool,
}

/// Marks are equal if they say the same of a record, whatever was scanned before it.
impl PartialEq for Marks {
    fn eq(&self, other: &Self) -> bool {
        self.blocks() == other.blocks() && self.flags == other.flags
    }
}

impl Eq for Marks {}

impl Marks {
    pub(crate) fn blocks(&self) -> &[Block] {
        self.blocks.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn flags(&self) -> Flags {
        self.flags
    }

    /// Gives back memory that one unusually large record took.
    pub fn shrink(&mut self) {
        self.len = 0;
        self.blocks.truncate(KEPT_BLOCKS);
        self.blocks.shrink_to(KEPT_BLOCKS);
    }

    /// Makes room for more blocks: twice as many, up to a megabyte's worth.
    #[cold]
    fn grow(&mut self) {
        let more = self.blocks.len().clamp(64, 16 * 1024);
        self.blocks.reserve_exact(more);
        self.blocks.resize(self.blocks.len() + more, Block::default());
    }
}

/// Blocks kept by [`Marks::shrink`]: records up to 256 KiB.
const KEPT_BLOCKS: usize = 4096;

/// What may stand between the lines of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newlines {
    /// A record ends at the end of its line at the latest.
    End,
    /// A record may go over several lines.
    Allowed,
}

/// How a scan ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// The record is `bytes[..len]`.
    Complete {
        /// Length in bytes, closing bracket included.
        len: usize,
    },
    /// The bytes end before the record does.
    Cut,
    /// The record cannot be read.
    Broken {
        /// Offset of the byte at which this became certain.
        at: usize,
        /// Why.
        why: Break,
    },
}

/// Why a record cannot be framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The line ends before the record does.
    LineEnd,
    /// Brackets nest deeper than [`MAX_DEPTH`].
    TooDeep,
    /// The last bracket is a `]`.
    WrongBracket,
}

/// Finds the end of records, with the widest instructions this machine has.
#[derive(Debug, Clone, Copy)]
pub struct Scanner {
    level: simd::Level,
}

impl Default for Scanner {
    fn default() -> Self {
        Self { level: simd::Level::detect() }
    }
}

impl Scanner {
    /// A scanner for each set of instructions that this machine has, the one without special ones first,
    /// for tests that they agree.
    pub fn every() -> impl Iterator<Item = Self> {
        simd::Level::available().map(|level| Self { level })
    }

    /// Scans the record that begins at the first byte, which is `{`, and leaves its marks.
    pub fn scan(self, bytes: &[u8], newlines: Newlines, marks: &mut Marks) -> Scan {
        simd::scan(self.level, bytes, newlines, marks)
    }
}

/// The scan, whatever classifies the bytes. Inlined into each caller, so that it is compiled with the
/// caller's instructions.
#[expect(clippy::inline_always, reason = "must be compiled with the caller's instructions")]
#[inline(always)]
fn scan_blocks(
    bytes: &[u8],
    newlines: Newlines,
    marks: &mut Marks,
    classify: impl Fn(&[u8; 64]) -> Raw,
    prefix_xor: impl Fn(u64) -> u64,
) -> Scan {
    let mut state = State::default();
    let (blocks, rest) = bytes.as_chunks::<64>();
    let mut n = 0;
    let end = loop {
        if n == blocks.len() {
            break None;
        }
        if n >= marks.blocks.len() {
            marks.grow();
        }
        let mut end = None;
        for (block, mark) in blocks[n..].iter().zip(&mut marks.blocks[n..]) {
            end = state.step(n * 64, block, classify(block), newlines, mark, &prefix_xor);
            n += 1;
            if end.is_some() {
                break;
            }
        }
        if end.is_some() {
            break end;
        }
    };
    let end = end.or_else(|| {
        let mut padded = [b' '; 64];
        padded[..rest.len()].copy_from_slice(rest);
        if n >= marks.blocks.len() {
            marks.grow();
        }
        n += 1;
        let mark = &mut marks.blocks[n - 1];
        state.step((n - 1) * 64, &padded, classify(&padded), newlines, mark, &prefix_xor)
    });
    marks.len = n;
    marks.flags = Flags {
        control: state.control,
        odd_escapes: state.carry.odd != 0,
        beyond_ascii: state.high != 0,
    };
    end.unwrap_or(Scan::Cut)
}

/// What one block hands to the next.
#[derive(Default)]
struct State {
    depth: u32,
    carry: Carry,
    high: u64,
    control: bool,
}

impl State {
    #[expect(clippy::inline_always, reason = "must be compiled with the caller's instructions")]
    #[inline(always)]
    fn step(
        &mut self,
        offset: usize,
        block: &[u8; 64],
        raw: Raw,
        newlines: Newlines,
        mark: &mut Block,
        prefix_xor: &impl Fn(u64) -> u64,
    ) -> Option<Scan> {
        let (quotes, strings) = self.carry.strings(raw, prefix_xor);
        let opens = raw.open & !strings;
        let closes = raw.close & !strings;
        let (n_opens, n_closes) = (opens.count_ones(), closes.count_ones());
        self.high |= raw.high;
        *mark = Block { quotes, opens, closes, backslashes: raw.backslash };
        let may_end = self.depth <= n_closes || self.depth + n_opens > u32::from(MAX_DEPTH);
        if may_end || raw.control != 0 {
            let newline = match newlines {
                Newlines::End if raw.control != 0 => bits::newlines(block),
                _ => 0,
            };
            return self.walk(offset, block, mark, raw.control & strings, newline);
        }
        self.depth = self.depth + n_opens - n_closes;
        None
    }

    /// Bracket by bracket, for the few blocks in which the record may end or break.
    fn walk(
        &mut self,
        offset: usize,
        block: &[u8; 64],
        mark: &Block,
        control: u64,
        newline: u64,
    ) -> Option<Scan> {
        let mut brackets = mark.opens | mark.closes | newline;
        while brackets != 0 {
            let bit = brackets & brackets.wrapping_neg();
            let i = bit.trailing_zeros() as usize;
            let at = offset + i;
            if newline & bit != 0 {
                return Some(Scan::Broken { at, why: Break::LineEnd });
            } else if mark.opens & bit != 0 {
                self.depth += 1;
                if self.depth > u32::from(MAX_DEPTH) {
                    return Some(Scan::Broken { at, why: Break::TooDeep });
                }
            } else {
                self.depth -= 1;
                if self.depth == 0 {
                    self.control |= control & (bit - 1) != 0;
                    return Some(Self::end(at, block[i & 63]));
                }
            }
            brackets ^= bit;
        }
        self.control |= control != 0;
        None
    }

    fn end(at: usize, last: u8) -> Scan {
        if last != b'}' {
            return Scan::Broken { at, why: Break::WrongBracket };
        }
        Scan::Complete { len: at + 1 }
    }
}
