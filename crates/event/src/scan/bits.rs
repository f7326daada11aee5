//! Bit tricks on the marks of one block; no intrinsics here.

/// What each of 64 bytes is, before strings are known. Bit `i` speaks of byte `i`.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Raw {
    pub(super) quote: u64,
    pub(super) backslash: u64,
    /// Below 0x20: newlines among them.
    pub(super) control: u64,
    /// `{` or `[`.
    pub(super) open: u64,
    /// `}` or `]`.
    pub(super) close: u64,
    /// Not ASCII.
    pub(super) high: u64,
}

impl Raw {
    /// Classifies byte by byte; what the vector code must agree with.
    pub(super) fn portable(block: &[u8; 64]) -> Self {
        let mask = |is: fn(u8) -> bool| {
            block
                .iter()
                .enumerate()
                .fold(0u64, |mask, (i, &byte)| mask | (u64::from(is(byte)) << i))
        };
        Self {
            quote: mask(|b| b == b'"'),
            backslash: mask(|b| b == b'\\'),
            control: mask(|b| b < 0x20),
            open: mask(|b| b | 0x20 == b'{'),
            close: mask(|b| b | 0x20 == b'}'),
            high: mask(|b| b >= 0x80),
        }
    }
}

/// The state of strings at a block's edge.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Carry {
    /// 1 if the first byte of the next block is escaped.
    escaped: u64,
    /// All ones if the next block begins inside a string.
    inside: u64,
    /// Not zero once something other than a quote or a backslash was escaped.
    pub(super) odd: u64,
}

impl Carry {
    /// The unescaped quotes of a block, and the bytes inside strings (opening quote included).
    #[expect(clippy::inline_always, reason = "must be compiled with the caller's instructions")]
    #[inline(always)]
    pub(super) fn strings(&mut self, raw: Raw, prefix_xor: &impl Fn(u64) -> u64) -> (u64, u64) {
        let escaped = if raw.backslash | self.escaped == 0 { 0 } else { self.escapes(raw) };
        let quotes = raw.quote & !escaped;
        let strings = prefix_xor(quotes) ^ self.inside;
        self.inside = ((strings.cast_signed()) >> 63).cast_unsigned();
        (quotes, strings)
    }

    /// The bytes that a backslash escapes. A run of backslashes escapes every second byte.
    /// The method is that of the simdjson paper (Langdale and Lemire, 2019, section 3.1.1).
    fn escapes(&mut self, raw: Raw) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let backslash = raw.backslash & !self.escaped;
        let follows = (backslash << 1) | self.escaped;
        let odd_starts = backslash & !EVEN & !follows;
        let (even_runs, overflow) = odd_starts.overflowing_add(backslash);
        self.escaped = u64::from(overflow);
        let escaped = (EVEN ^ (even_runs << 1)) & follows;
        self.odd |= escaped & !(raw.quote | raw.backslash);
        escaped
    }
}

/// The newlines of a block.
pub(super) fn newlines(block: &[u8; 64]) -> u64 {
    block.iter().enumerate().fold(0, |mask, (i, &byte)| mask | (u64::from(byte == b'\n') << i))
}

/// Bit `i` of the result is the parity of bits `0..=i`.
pub(super) fn prefix_xor(bits: u64) -> u64 {
    let mut sum = bits;
    for shift in [1, 2, 4, 8, 16, 32] {
        sum ^= sum << shift;
    }
    sum
}
