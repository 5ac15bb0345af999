//! A hash under which no two literals meet.

use std::ops::Range;

use cors_policy_program::hash::{Table, WIDE, bucket, hash, slot};

use super::pick::Item;

/// The seeds that are tried: those that read few words of a literal, and those that read all. A seed fails where two
/// literals have one hash, or a bucket no pilot.
pub(super) const SEEDS: [Range<u8>; 2] = [0..8, WIDE..WIDE + 8];

/// A table with a slot for the literal of every item; `None` if no seed has one.
pub(super) fn table<const N: usize>(
    items: &[Item<'_>],
    seeds: &[Range<u8>],
    vacant: [u8; N],
    entry: impl Fn(&Item<'_>) -> [u8; N],
) -> Option<Table<'static, N>> {
    let Some(_) = items.first() else { return Some(Table::EMPTY) };
    let mut seeds = seeds.iter().cloned().flatten();
    let Placed { seed, pilots, slots } = seeds.find_map(|seed| place(items, seed))?;
    let in_slot = |item: Option<usize>| item.and_then(|item| items.get(item)).map_or(vacant, &entry);
    Some(Table { seed, pilots: pilots.into(), entries: slots.into_iter().map(in_slot).collect() })
}

struct Placed {
    seed: u8,
    /// The pilot of each bucket.
    pilots: Vec<u8>,
    /// The item in each slot.
    slots: Vec<Option<usize>>,
}

fn place(items: &[Item<'_>], seed: u8) -> Option<Placed> {
    let (buckets, slots) = sizes(items.len());
    let mut members = vec![Vec::new(); buckets];
    for (place, item) in items.iter().enumerate() {
        let hash = hash(item.literal.as_bytes(), seed + item.layer);
        members.get_mut(bucket(hash, buckets))?.push((hash, place));
    }
    let mut order: Vec<usize> = (0..members.len()).collect();
    // The largest first, while most slots are free.
    order.sort_by_key(|bucket| std::cmp::Reverse(members.get(*bucket).map_or(0, Vec::len)));
    let mut placed = Placed { seed, pilots: vec![0; members.len()], slots: vec![None; slots] };
    for bucket in order {
        let members = members.get(bucket)?;
        *placed.pilots.get_mut(bucket)? =
            (0..=u8::MAX).find(|pilot| placed.settle(members, *pilot, slots))?;
    }
    Some(placed)
}

/// How many buckets and slots there are for so many items. More of either make a pilot easier to find.
fn sizes(items: usize) -> (usize, usize) {
    ((items / 4).next_power_of_two(), items + items / 4)
}

impl Placed {
    /// Puts the members of a bucket into the slots that a pilot leads to, if all are free.
    fn settle(&mut self, members: &[(u64, usize)], pilot: u8, slots: usize) -> bool {
        for (settled, (hash, place)) in members.iter().enumerate() {
            let Some(free @ None) = self.slots.get_mut(slot(*hash, pilot, slots)) else {
                self.unsettle(members.iter().take(settled), pilot, slots);
                return false;
            };
            *free = Some(*place);
        }
        true
    }

    fn unsettle<'m>(&mut self, members: impl Iterator<Item = &'m (u64, usize)>, pilot: u8, slots: usize) {
        for (hash, _) in members {
            if let Some(taken) = self.slots.get_mut(slot(*hash, pilot, slots)) {
                *taken = None;
            }
        }
    }
}
