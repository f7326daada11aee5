//! Reproducible randomness: xoshiro256**, seeded by splitmix64.
//!
//! Written here rather than taken from a crate, so that the example and the
//! corpus never change with somebody's release. Both algorithms are the public
//! domain ones of Blackman and Vigna (2018), checked against their vectors below.

const ALPHANUMERIC: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEX: &[u8; 16] = b"0123456789abcdef";

/// A stream of numbers that depends on its seed alone.
#[derive(Debug, Clone)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream of that seed.
    pub fn new(seed: u64) -> Self {
        let mut counter = seed;
        Self { state: std::array::from_fn(|_| splitmix64(&mut counter)) }
    }

    /// A number in `0..bound`. The bias of the multiplication is below 2⁻³².
    pub fn below(&mut self, bound: usize) -> usize {
        let high = (u128::from(self.next()) * bound as u128) >> 64;
        high as usize
    }

    /// A number in `from..=to`.
    pub fn between(&mut self, from: i64, to: i64) -> i64 {
        debug_assert!(from <= to, "an empty range");
        from.saturating_add_unsigned(self.below(from.abs_diff(to) as usize + 1) as u64)
    }

    /// True in `n` of 10,000 cases.
    pub fn chance(&mut self, n: usize) -> bool {
        self.below(10_000) < n
    }

    /// One of `items`, which is not empty.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Puts `items` into an order drawn by lot.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// `prefix`, letters and digits, `suffix`: `length` characters in all.
    pub fn id(&mut self, prefix: &str, length: usize, suffix: &str) -> String {
        let mut id = String::with_capacity(length);
        id.push_str(prefix);
        self.push(ALPHANUMERIC, length - prefix.len() - suffix.len(), &mut id);
        id.push_str(suffix);
        id
    }

    /// `n` lower-case hexadecimal digits.
    pub fn hex(&mut self, n: usize) -> String {
        let mut digits = String::with_capacity(n);
        self.push(HEX, n, &mut digits);
        digits
    }

    /// A UUID in its usual form; `version` is the digit that says how it was made.
    pub fn uuid(&mut self, version: char) -> String {
        let mut uuid = String::with_capacity(36);
        self.push(HEX, 8, &mut uuid);
        uuid.push('-');
        self.push(HEX, 4, &mut uuid);
        uuid.push('-');
        uuid.push(version);
        self.push(HEX, 3, &mut uuid);
        uuid.push_str("-a");
        self.push(HEX, 3, &mut uuid);
        uuid.push('-');
        self.push(HEX, 12, &mut uuid);
        uuid
    }

    /// Appends `n` letters of an alphabet of at most 64; ten from each number drawn.
    fn push(&mut self, alphabet: &[u8], n: usize, out: &mut String) {
        let mut bits = 0;
        for position in 0..n {
            if position % 10 == 0 {
                bits = self.next();
            }
            out.push(char::from(alphabet[(bits & 0x3f) as usize % alphabet.len()]));
            bits >>= 6;
        }
    }

    fn next(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }
}

fn splitmix64(counter: &mut u64) -> u64 {
    *counter = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *counter;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Random, splitmix64};

    /// Vectors of the authors' reference programs.
    #[test]
    fn the_algorithms_are_the_published_ones() {
        let mut counter = 1_234_567;
        let seeds = [splitmix64(&mut counter), splitmix64(&mut counter)];
        assert_eq!(seeds, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);

        let mut random = Random { state: [1, 2, 3, 4] };
        let drawn: [u64; 4] = std::array::from_fn(|_| random.next());
        assert_eq!(drawn, [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn ids_have_their_length_and_their_ends() {
        let mut random = Random::new(1);
        let id = random.id("00u", 20, "5d7");
        assert_eq!((id.len(), &id[..3], &id[17..]), (20, "00u", "5d7"));
        assert_eq!(random.uuid('1').len(), 36);
        assert_eq!(random.hex(64).len(), 64);
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut random = Random::new(7);
        for _ in 0..10_000 {
            assert!(random.below(3) < 3);
            assert!((-2..=2).contains(&random.between(-2, 2)));
        }
    }
}
