//! Which key names which tenant.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::tenant::TenantId;

/// How many keys a shard holds on average before there are twice as many shards.
const CROWDED: usize = 1024;

/// The keys of all tenants by their hashes, in shards: a change copies the shards that it touches.
///
/// It has no text: that stands beside the tenant's policy, which is read next anyway. Whoever finds a tenant compares it
/// there.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    /// Seeded: hosts are chosen by tenants, and looked up for whoever asks.
    hasher: RandomState,
    shards: Box<[Shard]>,
    keys: usize,
}

/// Open addressing, and not the table of the standard library, because a look-up among a million keys is a number of lines
/// of memory that are not in the cache: here it is one. There is a power of two of slots.
type Shard = Arc<[Slot]>;

#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u64,
    tenant: u64,
}

/// No tenant has this number: those of stores are signed.
const VACANT: u64 = u64::MAX;

/// What becomes of the keys of tenants: their hashes, of which some are no longer those of a tenant.
#[derive(Debug, Default)]
pub(crate) struct Edit {
    pub(crate) removed: Vec<(u64, TenantId)>,
    pub(crate) added: Vec<(u64, TenantId)>,
}

impl Directory {
    pub(crate) fn new() -> Self {
        Directory { hasher: RandomState::default(), shards: Box::new([vacant(0)]), keys: 0 }
    }

    /// The hash of a key.
    #[inline]
    pub(crate) fn hash(&self, key: &[u8]) -> u64 {
        self.hasher.hash_one(key)
    }

    /// The tenant whose key has this hash: the only one that this key can belong to.
    #[inline]
    pub(crate) fn get(&self, hash: u64) -> Option<TenantId> {
        let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
        let slot = shard.get(slot_of(shard, hash))?;
        (slot.tenant != VACANT).then_some(TenantId(slot.tenant))
    }

    /// The directory after a change. Removals come first, so that a key can move from one tenant to another.
    pub(crate) fn edited(&self, edit: &Edit) -> Directory {
        let mut next = self.with_room_for(edit.added.len());
        let shards = next.shards.len();
        let mut by_shard: HashMap<usize, Edit> = HashMap::new();
        for removed in &edit.removed {
            by_shard.entry(shard_of(removed.0, shards)).or_default().removed.push(*removed);
        }
        for added in &edit.added {
            by_shard.entry(shard_of(added.0, shards)).or_default().added.push(*added);
        }
        for (place, mut edit) in by_shard {
            let Some(shard) = next.shards.get_mut(place) else { continue };
            edit.removed.sort_unstable();
            let is_kept = |entry: &(u64, TenantId)| edit.removed.binary_search(entry).is_err();
            let kept = entries(shard).filter(is_kept).chain(edit.added.iter().copied());
            let (edited, keys) = filled(entries(shard).count() + edit.added.len(), kept);
            next.keys = next.keys + keys - entries(shard).count();
            *shard = edited;
        }
        next
    }

    /// The same keys, in as many shards as so many more need.
    fn with_room_for(&self, more: usize) -> Directory {
        let wanted = ((self.keys + more) / CROWDED).next_power_of_two();
        if wanted <= self.shards.len() {
            return self.clone();
        }
        let mut by_shard = vec![Vec::new(); wanted];
        for entry in self.shards.iter().flat_map(entries) {
            by_shard.get_mut(shard_of(entry.0, wanted)).into_iter().for_each(|shard| shard.push(entry));
        }
        let shards =
            by_shard.into_iter().map(|entries| filled(entries.len(), entries.into_iter()).0).collect();
        Directory { hasher: self.hasher.clone(), shards, keys: self.keys }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| size_of_val(&**shard) + size_of::<Shard>() + 16).sum()
    }
}

/// Not by the highest bits nor the lowest: a shard tells its keys apart by these.
fn shard_of(hash: u64, shards: usize) -> usize {
    usize::try_from(hash >> 24 & 0xffff_ffff).unwrap_or_default() & (shards - 1)
}

fn vacant(keys: usize) -> Shard {
    // A third of the slots stays vacant at least.
    let slots = (keys + keys / 2 + 1).next_power_of_two();
    std::iter::repeat_n(Slot { hash: 0, tenant: VACANT }, slots).collect()
}

/// A shard with room for so many keys, of which there are at most as many, and how many there are. A hash has one tenant:
/// the one that it was given last.
fn filled(room: usize, entries: impl Iterator<Item = (u64, TenantId)>) -> (Shard, usize) {
    let (mut shard, mut keys) = (vacant(room), 0);
    for (hash, TenantId(tenant)) in entries {
        let place = slot_of(&shard, hash);
        if let Some(slot) = Arc::get_mut(&mut shard).and_then(|slots| slots.get_mut(place)) {
            keys += usize::from(slot.tenant == VACANT);
            *slot = Slot { hash, tenant };
        }
    }
    (shard, keys)
}

fn entries(shard: &Shard) -> impl Iterator<Item = (u64, TenantId)> {
    shard.iter().filter(|slot| slot.tenant != VACANT).map(|slot| (slot.hash, TenantId(slot.tenant)))
}

/// The slot with this hash, or the vacant one where the search for it ends.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "no more bits than the number of slots has are kept")]
fn slot_of(slots: &[Slot], hash: u64) -> usize {
    let mut place = hash as usize & slots.len().wrapping_sub(1);
    while slots.get(place).is_some_and(|slot| slot.hash != hash && slot.tenant != VACANT) {
        place = (place + 1) & slots.len().wrapping_sub(1);
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(directory: &Directory, key: &str, tenant: TenantId) -> (u64, TenantId) {
        (directory.hash(key.as_bytes()), tenant)
    }

    fn get(directory: &Directory, key: &str) -> Option<TenantId> {
        directory.get(directory.hash(key.as_bytes()))
    }

    #[test]
    fn keys_come_move_and_go() {
        let (acme, globex) = (TenantId(1), TenantId(1 << 40));
        let first = Directory::new();
        let of = |key, tenant| entry(&first, key, tenant);
        let added = vec![of("acme.test", acme), of("acme.example", acme), of("globex.test", globex)];
        let second = first.edited(&Edit { removed: Vec::new(), added });
        assert_eq!(get(&second, "acme.test"), Some(acme));
        assert_eq!(get(&second, "globex.test"), Some(globex));
        let removed = vec![of("acme.test", acme), of("globex.test", acme)];
        let third = second.edited(&Edit { removed, added: vec![of("acme.test", globex)] });
        assert_eq!(get(&third, "acme.test"), Some(globex));
        // Not acme's to remove.
        assert_eq!(get(&third, "globex.test"), Some(globex));
        assert_eq!((get(&first, "acme.test"), get(&second, "acme.test")), (None, Some(acme)));
        assert_eq!((first.keys, second.keys, third.keys), (0, 3, 3));
    }

    #[test]
    fn many_keys() {
        let keys: Vec<String> = (0..20_000).map(|number| format!("tenant-{number}.test")).collect();
        let mut directory = Directory::new();
        let id = |key: &str| TenantId(key.len() as u64 * 7);
        for chunk in keys.chunks(3_000) {
            let added = chunk.iter().map(|key| entry(&directory, key, id(key))).collect();
            directory = directory.edited(&Edit { removed: Vec::new(), added });
        }
        assert!(keys.iter().all(|key| get(&directory, key) == Some(id(key))));
        assert_eq!(get(&directory, "tenant-20000.test"), None);
        assert!(directory.shards.len() > 8);
        assert!(directory.bytes() / keys.len() < 50, "{}", directory.bytes() / keys.len());
        let removed = keys.iter().map(|key| entry(&directory, key, id(key))).collect();
        assert_eq!(directory.edited(&Edit { removed, added: Vec::new() }).keys, 0);
    }

    /// Keys that come, move and go again, against a map. Hashes that share most of their bits, and 0 among them.
    #[test]
    fn against_a_map() {
        let mut state = 1_u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        for (bits, shift) in [(12, 0), (12, 20), (3, 61), (16, 24)] {
            let (mut directory, mut map) = (Directory::new(), HashMap::new());
            for _ in 0..600 {
                let hashes: Vec<u64> = (0..below(20)).map(|_| below(1 << bits) << shift).collect();
                let tenant = TenantId(below(50));
                let of_tenant = map.iter().filter(|(_, owner)| **owner == tenant);
                let gone: Vec<u64> = of_tenant.map(|(hash, _)| *hash).take(8).collect();
                let removed = gone.iter().map(|hash| (*hash, tenant)).collect();
                let added = hashes.iter().map(|hash| (*hash, tenant)).collect();
                directory = directory.edited(&Edit { removed, added });
                map.retain(|hash, _| !gone.contains(hash));
                map.extend(hashes.into_iter().map(|hash| (hash, tenant)));
                assert_eq!(directory.keys, map.len());
            }
            for hash in (0..1 << bits).map(|hash| hash << shift) {
                assert_eq!(directory.get(hash), map.get(&hash).copied(), "{hash}");
            }
        }
    }
}
