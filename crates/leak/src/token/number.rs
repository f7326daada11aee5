//! Whole numbers of any size, as far as checking a key needs them.
//!
//! Schoolbook methods on limbs of 32 bits: a key is checked once, not used, and time tells nobody anything.

use std::cmp::Ordering;

/// Bits of the largest number that is worked with.
pub(crate) const BITS_MAX: usize = 8_192;

/// A whole number, the least limb first, without zeros in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number(Vec<u32>);

impl Number {
    /// From bytes, the greatest first. `None` beyond [`BITS_MAX`].
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let n_zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let bytes = &bytes[n_zeros..];
        if bytes.len() * 8 > BITS_MAX {
            return None;
        }
        let limb = |chunk: &[u8]| chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte));
        Some(Self(bytes.rchunks(4).map(limb).collect()))
    }

    /// The product.
    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut limbs = vec![0_u32; self.0.len() + other.0.len()];
        for (at, one) in self.0.iter().enumerate() {
            let mut carry = 0;
            for (slot, other) in limbs[at..].iter_mut().zip(other.0.iter().chain([&0])) {
                let sum = u64::from(*one) * u64::from(*other) + u64::from(*slot) + carry;
                *slot = sum as u32;
                carry = sum >> 32;
            }
        }
        Self(limbs).trimmed()
    }

    /// The number before this one. That of zero is zero.
    pub(crate) fn before(&self) -> Self {
        let mut limbs = self.0.clone();
        for limb in &mut limbs {
            let (less, borrows) = limb.overflowing_sub(1);
            *limb = less;
            if !borrows {
                break;
            }
        }
        Self(limbs).trimmed()
    }

    /// Whether it leaves a remainder of one when divided by `divisor`. By nothing, nothing leaves one.
    pub(crate) fn is_one_modulo(&self, divisor: &Self) -> bool {
        if divisor.0.is_empty() {
            return false;
        }
        let mut rest = Self(Vec::with_capacity(divisor.0.len() + 1));
        for limb in self.0.iter().rev() {
            for bit in (0..32).rev() {
                rest.double_and_add(limb >> bit & 1);
                if rest.compare(divisor).is_ge() {
                    rest.subtract(divisor);
                }
            }
        }
        rest.0 == [1]
    }

    fn double_and_add(&mut self, bit: u32) {
        let mut carry = bit;
        for limb in &mut self.0 {
            let next = *limb >> 31;
            *limb = *limb << 1 | carry;
            carry = next;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }

    /// Takes `other` away, which must not be greater.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (limb, other) in self.0.iter_mut().zip(other.0.iter().chain(std::iter::repeat(&0))) {
            let (less, borrows) = limb.overflowing_sub(*other);
            let (less, borrows_more) = less.overflowing_sub(u32::from(borrow));
            *limb = less;
            borrow = borrows || borrows_more;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(value: u128) -> Number {
        Number::from_bytes(&value.to_be_bytes()).unwrap()
    }

    #[test]
    fn the_largest_is_bounded() {
        assert!(Number::from_bytes(&[0xff; BITS_MAX / 8]).is_some());
        assert!(Number::from_bytes(&[0xff; BITS_MAX / 8 + 1]).is_none());
        assert!(Number::from_bytes(&[0; BITS_MAX]).is_some());
    }

    #[test]
    fn nothing_is_one_modulo_nothing() {
        assert!(!number(1).is_one_modulo(&number(0)));
        assert!(!number(1).is_one_modulo(&number(1)));
        assert!(number(1).is_one_modulo(&number(2)));
        assert!(!number(0).is_one_modulo(&number(2)));
        assert_eq!(number(0).before(), number(0));
    }

    proptest! {
        #[test]
        fn it_reckons_as_the_machine_does(one: u64, other: u64, more: u128) {
            let (a, b) = (u128::from(one), u128::from(other));
            prop_assert_eq!(number(a).times(&number(b)), number(a * b));
            prop_assert_eq!(number(more).before(), number(more.saturating_sub(1)));
            prop_assert_eq!(number(more).is_one_modulo(&number(a)), a != 0 && more % a == 1);
            if b > 1 {
                prop_assert!(number(a * b + 1).is_one_modulo(&number(b)));
            }
        }
    }
}
