//! The vector code of the scan: the one place of Keyward with `unsafe`.
//!
//! *Proof.* There are two kinds of unsafe operation here. Calling a function compiled for an instruction
//! set is sound because [`Level`] is private to the scan and only [`Level::available`] makes its vector
//! variants, after asking the processor for every feature that the function enables. Loading a vector is
//! sound because each load reads 32 or 64 bytes from a `&[u8; 64]` at offset 0 or 32, unaligned loads
//! are used, and nothing is written. The fuzz target `scan` compares every level with the portable code.
#![allow(unsafe_code, reason = "vector instructions have no safe form; the proof stands above")]

use super::bits::{Raw, prefix_xor};
use super::{Marks, Newlines, Scan, scan_blocks};

/// Which instructions to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Portable,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The levels that this machine has, the best one last.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn available() -> impl Iterator<Item = Self> {
        let scalar = is_x86_feature_detected!("popcnt")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("pclmulqdq");
        let avx2 = scalar && is_x86_feature_detected!("avx2");
        let avx512 =
            scalar && is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512f");
        let vectors = [avx2.then_some(Self::Avx2), avx512.then_some(Self::Avx512)];
        std::iter::once(Self::Portable).chain(vectors.into_iter().flatten())
    }

    /// The levels that this machine has, the best one last.
    #[cfg(not(target_arch = "x86_64"))]
    pub(super) fn available() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Portable)
    }

    /// The best level of this machine.
    pub(super) fn detect() -> Self {
        Self::available().last().unwrap_or(Self::Portable)
    }
}

pub(super) fn scan(level: Level, bytes: &[u8], newlines: Newlines, marks: &mut Marks) -> Scan {
    match level {
        Level::Portable => scan_blocks(bytes, newlines, marks, Raw::portable, prefix_xor),
        // SAFETY: `available` saw every feature that the function enables.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::scan_avx2(bytes, newlines, marks) },
        // SAFETY: `available` saw every feature that the function enables.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => unsafe { x86::scan_avx512(bytes, newlines, marks) },
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{
        __m256i, __m512i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8,
        _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_max_epu8, _mm256_movemask_epi8,
        _mm256_or_si256, _mm256_set1_epi8, _mm512_cmpeq_epi8_mask, _mm512_cmplt_epu8_mask,
        _mm512_loadu_si512, _mm512_movepi8_mask, _mm512_or_si512, _mm512_set1_epi8,
    };

    use super::{Marks, Newlines, Raw, Scan, scan_blocks};

    #[target_feature(enable = "avx2,pclmulqdq,popcnt,bmi1")]
    pub(super) fn scan_avx2(bytes: &[u8], newlines: Newlines, marks: &mut Marks) -> Scan {
        // Closures take the features of the function that they stand in.
        scan_blocks(bytes, newlines, marks, |block| classify_avx2(block), |bits| prefix_xor(bits))
    }

    #[target_feature(enable = "avx512f,avx512bw,pclmulqdq,popcnt,bmi1")]
    pub(super) fn scan_avx512(bytes: &[u8], newlines: Newlines, marks: &mut Marks) -> Scan {
        scan_blocks(bytes, newlines, marks, |block| classify_avx512(block), |bits| prefix_xor(bits))
    }

    /// [`super::prefix_xor`] as one carry-less multiplication by all ones.
    #[inline]
    #[target_feature(enable = "pclmulqdq")]
    fn prefix_xor(bits: u64) -> u64 {
        let product =
            _mm_clmulepi64_si128(_mm_set_epi64x(0, bits.cast_signed()), _mm_set1_epi8(-1), 0);
        _mm_cvtsi128_si64(product).cast_unsigned()
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn classify_avx2(block: &[u8; 64]) -> Raw {
        // SAFETY: both loads lie within the 64 bytes of the block, and need no alignment.
        let (low, high) = unsafe {
            let start = block.as_ptr();
            (_mm256_loadu_si256(start.cast()), _mm256_loadu_si256(start.add(32).cast()))
        };
        let fold = _mm256_set1_epi8(0x20);
        let limit = _mm256_set1_epi8(0x1f);
        let folded = (_mm256_or_si256(low, fold), _mm256_or_si256(high, fold));
        Raw {
            quote: equal(low, high, b'"'),
            backslash: equal(low, high, b'\\'),
            control: join(
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(low, limit), limit)),
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(high, limit), limit)),
            ),
            open: equal(folded.0, folded.1, b'{'),
            close: equal(folded.0, folded.1, b'}'),
            high: join(_mm256_movemask_epi8(low), _mm256_movemask_epi8(high)),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn equal(low: __m256i, high: __m256i, byte: u8) -> u64 {
        let byte = _mm256_set1_epi8(byte.cast_signed());
        join(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, byte)),
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, byte)),
        )
    }

    #[inline]
    fn join(low: i32, high: i32) -> u64 {
        u64::from(low.cast_unsigned()) | (u64::from(high.cast_unsigned()) << 32)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn classify_avx512(block: &[u8; 64]) -> Raw {
        // SAFETY: the load reads exactly the 64 bytes of the block, and needs no alignment.
        let bytes: __m512i = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        let folded = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
        Raw {
            quote: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'"'.cast_signed())),
            backslash: _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(b'\\'.cast_signed())),
            control: _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)),
            open: _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8(b'{'.cast_signed())),
            close: _mm512_cmpeq_epi8_mask(folded, _mm512_set1_epi8(b'}'.cast_signed())),
            high: _mm512_movepi8_mask(bytes),
        }
    }
}
