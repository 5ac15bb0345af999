//! Perfect hashes of literals.

use alloc::borrow::Cow;

/// The fewest bytes that are hashed.
pub const SHORTEST: usize = 4;

/// The first seed with which hashes depend on all bytes.
pub const WIDE: u8 = 0x80;

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
const SPREAD: u64 = 0xd6e8_feb8_6659_fd93;

/// Entries that are found by the hashes of their literals.
///
/// The hash of a literal picks a bucket, whose pilot was searched so that all literals have slots of their own. What a
/// slot holds must be compared: other literals lead there as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table<'a, const N: usize> {
    /// The seed of the hashes.
    pub seed: u8,
    /// The pilot of each bucket: a power of two of them.
    pub pilots: Cow<'a, [u8]>,
    /// The entry in each slot.
    pub entries: Cow<'a, [[u8; N]]>,
}

impl<const N: usize> Table<'_, N> {
    /// A table without entries.
    pub const EMPTY: Table<'static, N> =
        Table { seed: 0, pilots: Cow::Borrowed(&[]), entries: Cow::Borrowed(&[]) };

    pub(crate) fn bytes(&self) -> usize {
        self.pilots.len() + self.entries.as_flattened().len()
    }

    #[inline]
    pub(crate) fn lent(&self) -> Lent<'_, N> {
        Lent { seed: self.seed, pilots: &self.pilots, entries: &self.entries }
    }

    /// What is in the slot of a literal, in a layer.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call and its spills cost a third of a look-up")]
    pub(crate) fn entry(&self, literal: &[u8], layer: u8) -> Option<&[u8; N]> {
        self.lent().entry(literal, layer)
    }
}

/// A table that somebody else owns.
#[derive(Clone, Copy)]
pub(crate) struct Lent<'a, const N: usize> {
    pub(crate) seed: u8,
    pub(crate) pilots: &'a [u8],
    pub(crate) entries: &'a [[u8; N]],
}

impl<'a, const N: usize> Lent<'a, N> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call and its spills cost a third of a look-up")]
    pub(crate) fn entry(self, literal: &[u8], layer: u8) -> Option<&'a [u8; N]> {
        if let [only] = self.entries {
            return Some(only);
        }
        let hash = hash(literal, self.seed.wrapping_add(layer));
        let pilot = *self.pilots.get(bucket(hash, self.pilots.len()))?;
        self.entries.get(slot(hash, pilot, self.entries.len()))
    }
}

/// The hash of a literal of at least [`SHORTEST`] bytes, which differs with the seed.
///
/// From [`WIDE`] on it depends on every byte; below, on all of up to 32, and of more on sixteen behind a scheme and on
/// the last sixteen. Words may overlap, and their products do not wait for each other. Whoever knows the seed can make literals with equal hashes,
/// and gains nothing: a look-up compares one literal.
#[must_use]
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call and its spills cost a third of a look-up")]
pub fn hash(literal: &[u8], seed: u8) -> u64 {
    let length = literal.len();
    let key = STEP.wrapping_mul(u64::from(seed) + 1).wrapping_add(length as u64);
    if let (Some(first), Some(last)) = (literal.first_chunk(), literal.last_chunk()) {
        let behind = if length > 32 { literal.get("https://".len()..) } else { None };
        let first = behind.and_then(<[u8]>::first_chunk).unwrap_or(first);
        let ends = product(first, key).wrapping_add(product(last, key ^ STEP));
        return if seed < WIDE { ends } else { ends.wrapping_add(hash_of_all(literal, key)) };
    }
    if let (Some(first), Some(last)) = (literal.first_chunk(), literal.last_chunk()) {
        return fold(u64::from_le_bytes(*first) ^ key, u64::from_le_bytes(*last) ^ SPREAD);
    }
    let (Some(first), Some(last)) = (literal.first_chunk(), literal.last_chunk()) else { return key };
    let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
    fold(u64::from(first) ^ key, u64::from(last) ^ SPREAD)
}

#[inline(never)]
fn hash_of_all(literal: &[u8], key: u64) -> u64 {
    let words = literal.as_chunks().0.iter().zip(1_u64..);
    words.fold(0, |sum, (words, place)| {
        sum.wrapping_add(product(words, key.wrapping_add(place.wrapping_mul(STEP))))
    })
}

#[inline]
fn product(words: &[u8; 16], key: u64) -> u64 {
    match words.as_chunks().0 {
        [first, last] => fold(u64::from_le_bytes(*first) ^ key, u64::from_le_bytes(*last) ^ SPREAD),
        _ => key,
    }
}

/// Both halves of the product: every bit of it depends on bits of both factors.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half")]
const fn fold(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    (product >> 64) as u64 ^ product as u64
}

/// The bucket of a hash among so many, which must be a power of two.
#[must_use]
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "no more bits than the number of buckets has are kept")]
pub const fn bucket(hash: u64, buckets: usize) -> usize {
    hash as usize & buckets.wrapping_sub(1)
}

/// The slot of a hash among so many, in a bucket with this pilot.
#[must_use]
#[inline]
pub const fn slot(hash: u64, pilot: u8, slots: usize) -> usize {
    let spread = (hash ^ STEP.wrapping_mul(pilot as u64)).wrapping_mul(SPREAD);
    ((spread >> 32).wrapping_mul(slots as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    /// Tables are made on one machine and read on another.
    #[test]
    fn hashes_are_the_same_everywhere() {
        let text: Vec<u8> = (1..=100).collect();
        let of = |length: usize, seed| hash(&text[..length], seed);
        let narrow = [4, 7, 8, 15, 16, 17, 32, 33, 39, 40, 41, 100].map(|length| of(length, 1));
        let wide = [16, 40, 100].map(|length| of(length, WIDE));
        assert_eq!(narrow, NARROW);
        assert_eq!(wide, WIDE_ONES);
    }

    const NARROW: [u64; 12] = [
        0xb094_da1c_6556_5763,
        0xfe64_c277_4826_f46f,
        0x9b9b_e351_6aaf_1aab,
        0x0dfb_1c87_4eb0_1f3a,
        0xdb17_964e_971a_abed,
        0xdd6d_6327_9b42_5e68,
        0xbc7d_68f7_b825_d7b0,
        0x4415_ff51_2203_2a46,
        0x63c9_5852_fa9b_ebd0,
        0x955b_cd75_9f9f_853b,
        0xea10_65ae_70c7_d9a2,
        0x6dc4_8f76_915f_a02c,
    ];
    const WIDE_ONES: [u64; 3] = [0xd2f1_4f31_6cde_74fc, 0x7b51_3721_3ee4_87a9, 0x30b1_b3df_a800_8b87];

    #[test]
    fn wide_hashes_depend_on_every_byte() {
        for length in SHORTEST..100 {
            let text = vec![b'x'; length];
            for at in 0..length {
                let mut other = text.clone();
                other[at] ^= 1;
                assert_ne!(hash(&text, WIDE), hash(&other, WIDE), "{at} of {length}");
            }
        }
    }

    #[test]
    fn places_are_in_range() {
        for hash in [0, 1, u64::MAX, STEP, SPREAD] {
            for size in [1, 2, 4, 1024] {
                assert!(bucket(hash, size) < size);
                assert!((0..=u8::MAX).all(|pilot| slot(hash, pilot, size) < size));
            }
        }
    }
}
