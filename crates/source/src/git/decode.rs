//! Packed bytes in, objects out: inflating, and applying deltas.

use gix_zlib::{Inflate, Status};

/// Deflate cannot pack tighter than this.
/// Source: zlib's technical details, "maximum compression factor".
const DEFLATE_FACTOR_MAX: u64 = 1_032;

/// Spare buffers that a thread keeps.
const SPARE_MAX: usize = 16;

/// A spare buffer larger than this is given back.
const SPARE_BYTES: usize = 16 << 20;

/// Why an object cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is broken, in this way.
    Corrupt(&'static str),
    /// It, or what it rests on, is larger than may be held.
    TooLarge,
    /// It, or what it rests on, is not there.
    Missing,
    /// It may not be read.
    Denied,
}

/// A buffer that is not cleared between uses: only its first [`len`](Buffer::len) bytes count.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    /// Room for exactly so many bytes, with anything in them.
    pub(super) fn room(&mut self, len: usize) -> &mut [u8] {
        if self.bytes.len() < len {
            // What lies there is not worth moving.
            if self.bytes.capacity() < len {
                self.bytes.clear();
            }
            self.bytes.resize(len, 0);
        }
        self.len = len;
        &mut self.bytes[..len]
    }

    /// The bytes.
    pub(super) fn get(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }
}

/// What one thread needs to decode, kept from object to object.
pub(super) struct Tools {
    inflate: Inflate,
    delta: Buffer,
    spare: Vec<Buffer>,
    /// The largest object that may be held, in bytes.
    largest: u64,
}

impl Tools {
    /// Tools that refuse objects of more than `largest` bytes.
    pub(super) fn new(largest: u64) -> Self {
        Self { inflate: Inflate::default(), delta: Buffer::default(), spare: Vec::new(), largest }
    }

    /// A buffer, used before if possible.
    pub(super) fn buffer(&mut self) -> Buffer {
        self.spare.pop().unwrap_or_default()
    }

    /// Takes a buffer back.
    pub(super) fn give_back(&mut self, buffer: Buffer) {
        if self.spare.len() < SPARE_MAX && buffer.bytes.len() <= SPARE_BYTES {
            self.spare.push(buffer);
        }
    }

    /// Unpacks an object that is no delta.
    pub(super) fn whole(
        &mut self,
        packed: &[u8],
        size: u64,
        out: &mut Buffer,
    ) -> Result<(), Fault> {
        check_size(size, packed, self.largest)?;
        inflate(&mut self.inflate, packed, out.room(size as usize))
    }

    /// Unpacks a delta of `size` bytes and applies it to what it rests on.
    pub(super) fn apply(
        &mut self,
        packed: &[u8],
        size: u64,
        base: &[u8],
        out: &mut Buffer,
    ) -> Result<(), Fault> {
        check_size(size, packed, self.largest)?;
        inflate(&mut self.inflate, packed, self.delta.room(size as usize))?;
        let mut delta = self.delta.get();
        let base_size = varint(&mut delta)?;
        let result_size = varint(&mut delta)?;
        if base_size != base.len() as u64 {
            return Err(Fault::Corrupt("it was made against a base of another size"));
        }
        if result_size > self.largest {
            return Err(Fault::TooLarge);
        }
        patch(base, delta, out.room(result_size as usize))
    }
}

fn check_size(size: u64, packed: &[u8], largest: u64) -> Result<(), Fault> {
    if size > largest { Err(Fault::TooLarge) } else { check_factor(size, packed) }
}

/// Refuses a size that so few packed bytes cannot hold, before memory is spent on it.
fn check_factor(size: u64, packed: &[u8]) -> Result<(), Fault> {
    if size / DEFLATE_FACTOR_MAX > packed.len() as u64 {
        return Err(Fault::Corrupt("it claims a size that it cannot have"));
    }
    Ok(())
}

/// Inflates what fills `out` exactly.
fn inflate(inflate: &mut Inflate, packed: &[u8], out: &mut [u8]) -> Result<(), Fault> {
    inflate.reset();
    match inflate.once(packed, out) {
        Ok((Status::StreamEnd, _, written)) if written == out.len() => Ok(()),
        Ok(_) => Err(Fault::Corrupt("its size is not the one it claims")),
        Err(_) => Err(Fault::Corrupt("it cannot be inflated")),
    }
}

/// Inflates `size` bytes.
pub(super) fn unpack<'a>(
    tool: &mut Inflate,
    packed: &[u8],
    size: u64,
    out: &'a mut Buffer,
) -> Result<&'a [u8], Fault> {
    check_factor(size, packed)?;
    let room = out.room(size as usize);
    inflate(tool, packed, room)?;
    Ok(room)
}

/// A number in steps of seven bits, the lowest first.
fn varint(bytes: &mut &[u8]) -> Result<u64, Fault> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = next(bytes)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(Fault::Corrupt("a size in its delta is too long"))
}

fn next(bytes: &mut &[u8]) -> Result<u8, Fault> {
    let (byte, rest) = bytes.split_first().ok_or(Fault::Corrupt("its delta is cut short"))?;
    *bytes = rest;
    Ok(*byte)
}

/// Applies a delta's instructions: copy from the base, or take what follows.
/// Source: git, `Documentation/gitformat-pack.adoc`, "Deltified representation".
fn patch(base: &[u8], mut delta: &[u8], mut out: &mut [u8]) -> Result<(), Fault> {
    while let Some((&instruction, rest)) = delta.split_first() {
        delta = rest;
        let from = if instruction & 0x80 != 0 {
            let (offset, size) = copy_operands(instruction, &mut delta)?;
            base.get(offset..)
                .and_then(|base| base.get(..size))
                .ok_or(Fault::Corrupt("its delta copies from beyond its base"))?
        } else {
            let size = usize::from(instruction);
            let (literal, rest) =
                delta.split_at_checked(size).ok_or(Fault::Corrupt("its delta is cut short"))?;
            if size == 0 {
                return Err(Fault::Corrupt("its delta holds an unknown instruction"));
            }
            delta = rest;
            literal
        };
        let (to, rest) = out
            .split_at_mut_checked(from.len())
            .ok_or(Fault::Corrupt("its delta yields more than it claims"))?;
        to.copy_from_slice(from);
        out = rest;
    }
    if out.is_empty() {
        Ok(())
    } else {
        Err(Fault::Corrupt("its delta yields less than it claims"))
    }
}

/// Where and how much an instruction copies.
#[inline]
fn copy_operands(instruction: u8, delta: &mut &[u8]) -> Result<(usize, usize), Fault> {
    let mut operands = [0_usize; 2];
    for bit in 0..7 {
        if instruction & 1 << bit != 0 {
            let byte = usize::from(next(delta)?);
            operands[bit / 4] |= byte << (8 * (bit % 4));
        }
    }
    let [offset, size] = operands;
    Ok((offset, if size == 0 { 0x1_0000 } else { size }))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Applies a delta as it stands in a pack, but for the inflating.
    fn check(base: &[u8], delta: &[u8], expected: Result<&[u8], Fault>) {
        let mut out = vec![0; 11];
        let made = patch(base, delta, &mut out).map(|()| out.as_slice());
        assert_eq!(made, expected);
    }

    #[test]
    fn copies_and_literals() {
        let (copy, literal) = ([0x80 | 0x01 | 0x10, 6, 5], b"\x06hello ");
        check(b"hello world", &[literal.as_slice(), &copy].concat(), Ok(b"hello world"));
        check(b"hello world", literal, Err(Fault::Corrupt("its delta yields less than it claims")));
        check(b"hello", &copy, Err(Fault::Corrupt("its delta copies from beyond its base")));
        check(b"", b"\x00", Err(Fault::Corrupt("its delta holds an unknown instruction")));
        check(b"", b"\x06hell", Err(Fault::Corrupt("its delta is cut short")));
        check(b"", &[0x81], Err(Fault::Corrupt("its delta is cut short")));
    }

    #[test]
    fn a_copy_without_a_size_has_65536_bytes() {
        let base = vec![7; 0x1_0000];
        let mut out = vec![0; base.len()];
        assert_eq!(patch(&base, &[0x80], &mut out), Ok(()));
        assert_eq!(out, base);
    }

    #[test]
    fn sizes_that_cannot_be_are_refused_before_memory_is_spent() {
        let mut tools = Tools::new(u64::MAX);
        let made = tools.whole(&[0x78, 0x9c], u64::MAX / 2, &mut Buffer::default());
        assert_eq!(made, Err(Fault::Corrupt("it claims a size that it cannot have")));
        let made = Tools::new(10).whole(&[0; 100], 11, &mut Buffer::default());
        assert_eq!(made, Err(Fault::TooLarge));
    }

    proptest! {
        #[test]
        fn any_delta_will_do(
            base in proptest::collection::vec(any::<u8>(), 0..100),
            delta in proptest::collection::vec(any::<u8>(), 0..100),
            size in 0_usize..300,
        ) {
            let _ = patch(&base, &delta, &mut vec![0; size]);
        }

        #[test]
        fn any_bytes_will_do_in_place_of_packed_ones(packed in proptest::collection::vec(any::<u8>(), 0..100), size in 0_u64..3_000) {
            let _ = Tools::new(2_000).whole(&packed, size, &mut Buffer::default());
        }
    }
}
