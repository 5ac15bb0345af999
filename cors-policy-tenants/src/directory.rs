//! Which key names which tenant.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::tenant::TenantId;

/// How many keys a shard holds on average before there are twice as many shards.
const CROWDED: usize = 1024;

/// The keys of all tenants, in shards: a change copies the shards that it touches.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    /// Seeded: hosts are chosen by tenants, and looked up for whoever asks.
    hasher: RandomState,
    shards: Box<[Arc<Shard>]>,
    keys: usize,
}

/// Open addressing, and not the table of the standard library, because a look-up among a million keys is a number of lines
/// of memory that are not in the cache: here the slot, and the record.
#[derive(Clone, Debug, Default)]
struct Shard {
    /// A power of two of them. In a slot, the highest byte is that of the hash, and the rest is where the record begins,
    /// plus one; 0 is vacant.
    slots: Box<[u32]>,
    /// The tenant in eight bytes, the length of its key in one, and the key.
    records: Vec<u8>,
    keys: usize,
}

/// What becomes of the keys of tenants.
#[derive(Debug, Default)]
pub(crate) struct Edit<'k> {
    /// Hashes of keys that are no longer those of a tenant.
    pub(crate) removed: Vec<(u64, TenantId)>,
    pub(crate) added: Vec<(&'k str, TenantId)>,
}

impl Directory {
    pub(crate) fn new() -> Self {
        Directory { hasher: RandomState::default(), shards: Box::new([Arc::default()]), keys: 0 }
    }

    /// The hash of a key, by which it is removed later.
    pub(crate) fn hash(&self, key: &str) -> u64 {
        self.hasher.hash_one(key.as_bytes())
    }

    /// The tenant with this key.
    #[inline]
    pub(crate) fn get(&self, key: &str) -> Option<TenantId> {
        let hash = self.hash(key);
        self.shards.get(shard_of(hash, self.shards.len()))?.get(hash, key.as_bytes())
    }

    /// The directory after a change. Removals come first, so that a key can move from one tenant to another.
    pub(crate) fn edited(&self, edit: &Edit<'_>) -> Directory {
        let mut next = self.with_room_for(edit.added.len());
        let shards = next.shards.len();
        let mut by_shard: HashMap<usize, Edit<'_>> = HashMap::new();
        for (hash, tenant) in &edit.removed {
            by_shard.entry(shard_of(*hash, shards)).or_default().removed.push((*hash, *tenant));
        }
        for (key, tenant) in &edit.added {
            by_shard.entry(shard_of(self.hash(key), shards)).or_default().added.push((key, *tenant));
        }
        for (place, edit) in by_shard {
            let Some(shard) = next.shards.get_mut(place) else { continue };
            let edited = shard.edited(&edit, &self.hasher);
            next.keys = next.keys + edited.keys - shard.keys;
            *shard = Arc::new(edited);
        }
        next
    }

    /// The same keys, in as many shards as so many more need.
    fn with_room_for(&self, more: usize) -> Directory {
        let wanted = ((self.keys + more) / CROWDED).next_power_of_two();
        if wanted <= self.shards.len() {
            return self.clone();
        }
        let mut shards = vec![Shard::with_room_for(self.keys / wanted + CROWDED / 8); wanted];
        for (text, tenant) in self.iter() {
            let hash = self.hasher.hash_one(text);
            if let Some(shard) = shards.get_mut(shard_of(hash, wanted)) {
                shard.insert(hash, text, tenant, &self.hasher);
            }
        }
        let shards = shards.into_iter().map(Arc::new).collect();
        Directory { hasher: self.hasher.clone(), shards, keys: self.keys }
    }

    /// Every key and its tenant, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], TenantId)> {
        self.shards.iter().flat_map(|shard| shard.iter())
    }

    pub(crate) fn bytes(&self) -> usize {
        let of = |shard: &Arc<Shard>| shard.records.capacity() + size_of_val(&*shard.slots);
        self.shards.iter().map(of).sum::<usize>() + self.shards.len() * (size_of::<Shard>() + 24)
    }
}

/// Not by the highest bits nor the lowest: a shard tells its keys apart by these.
fn shard_of(hash: u64, shards: usize) -> usize {
    usize::try_from(hash >> 24 & 0xffff_ffff).unwrap_or_default() & (shards - 1)
}

/// How many slots there are for so many keys: a third of them stays vacant at least.
fn slots_for(keys: usize) -> usize {
    (keys + keys / 2 + 1).next_power_of_two()
}

impl Shard {
    fn with_room_for(keys: usize) -> Self {
        Shard { slots: vec![0; slots_for(keys)].into(), records: Vec::new(), keys: 0 }
    }

    #[inline]
    fn get(&self, hash: u64, key: &[u8]) -> Option<TenantId> {
        match self.find(hash, key) {
            Ok(start) => Some(read(self.records.get(start..)?)?.0),
            Err(_) => None,
        }
    }

    /// Where the record of a key begins; if there is none, the vacant slot where the search for it ends.
    #[inline]
    fn find(&self, hash: u64, key: &[u8]) -> Result<usize, usize> {
        let mut place = first_slot(hash, self.slots.len());
        for _ in 0..self.slots.len() {
            let slot = self.slots.get(place).copied().unwrap_or_default();
            if slot == 0 {
                break;
            }
            let start = (slot & 0x00ff_ffff) as usize - 1;
            let is_same = slot >> 24 == tag(hash)
                && self.records.get(start..).and_then(read).is_some_and(|(_, text)| text == key);
            if is_same {
                return Ok(start);
            }
            place = (place + 1) & (self.slots.len() - 1);
        }
        Err(place)
    }

    fn iter(&self) -> impl Iterator<Item = (&[u8], TenantId)> {
        let mut rest = self.records.as_slice();
        std::iter::from_fn(move || {
            let (tenant, text) = read(rest)?;
            rest = rest.get(HEAD + text.len()..)?;
            Some((text, tenant))
        })
    }

    fn edited(&self, edit: &Edit<'_>, hasher: &RandomState) -> Shard {
        let mut next = Shard::with_room_for(self.keys + edit.added.len());
        next.records.reserve(self.records.len());
        for (text, tenant) in self.iter() {
            let hash = hasher.hash_one(text);
            if !edit.removed.contains(&(hash, tenant)) {
                next.insert(hash, text, tenant, hasher);
            }
        }
        for (key, tenant) in &edit.added {
            next.insert(hasher.hash_one(key.as_bytes()), key.as_bytes(), *tenant, hasher);
        }
        next.records.shrink_to_fit();
        next
    }

    /// A key has one tenant: the one that it was given last.
    fn insert(&mut self, hash: u64, text: &[u8], TenantId(tenant): TenantId, hasher: &RandomState) {
        if slots_for(self.keys + 1) > self.slots.len() {
            self.grow(hasher);
        }
        let place = match self.find(hash, text) {
            Ok(start) => {
                if let Some(own) = self.records.get_mut(start..).and_then(<[u8]>::first_chunk_mut) {
                    *own = tenant.to_le_bytes();
                }
                return;
            }
            Err(place) => place,
        };
        let start = u32::try_from(self.records.len() + 1).ok().filter(|start| *start <= 0x00ff_ffff);
        let (Some(start), Ok(length), Some(slot)) =
            (start, u8::try_from(text.len()), self.slots.get_mut(place))
        else {
            return;
        };
        *slot = tag(hash) << 24 | start;
        self.records.extend_from_slice(&tenant.to_le_bytes());
        self.records.push(length);
        self.records.extend_from_slice(text);
        self.keys += 1;
    }

    fn grow(&mut self, hasher: &RandomState) {
        let old = std::mem::replace(self, Shard::with_room_for(2 * self.keys + 4));
        for (text, tenant) in old.iter() {
            self.insert(hasher.hash_one(text), text, tenant, hasher);
        }
    }
}

/// How many bytes of a record stand in front of its key.
const HEAD: usize = 9;

/// The record that stands in front: the tenant, and its key.
#[inline]
fn read(records: &[u8]) -> Option<(TenantId, &[u8])> {
    let (tenant, rest) = records.split_first_chunk()?;
    let (length, rest) = rest.split_first()?;
    Some((TenantId(u64::from_le_bytes(*tenant)), rest.get(..usize::from(*length))?))
}

#[expect(clippy::cast_possible_truncation, reason = "no more bits than the number of slots has are kept")]
fn first_slot(hash: u64, slots: usize) -> usize {
    hash as usize & slots.wrapping_sub(1)
}

/// The highest byte of the hash: what is left of it after the shard and the slot.
const fn tag(hash: u64) -> u32 {
    (hash >> 56) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_move_and_go() {
        let (acme, globex) = (TenantId(1), TenantId(1 << 40));
        let first = Directory::new();
        let added = vec![("acme.test", acme), ("acme.example", acme), ("globex.test", globex)];
        let second = first.edited(&Edit { removed: Vec::new(), added });
        assert_eq!(second.get("acme.test"), Some(acme));
        assert_eq!(second.get("globex.test"), Some(globex));
        let removed = vec![(second.hash("acme.test"), acme), (second.hash("globex.test"), acme)];
        let third = second.edited(&Edit { removed, added: vec![("acme.test", globex)] });
        assert_eq!(third.get("acme.test"), Some(globex));
        // Not acme's to remove.
        assert_eq!(third.get("globex.test"), Some(globex));
        assert_eq!((first.get("acme.test"), second.get("acme.test")), (None, Some(acme)));
        assert_eq!((first.keys, second.keys, third.keys), (0, 3, 3));
    }

    #[test]
    fn many_keys() {
        let keys: Vec<String> = (0..20_000).map(|number| format!("tenant-{number}.test")).collect();
        let mut directory = Directory::new();
        for chunk in keys.chunks(3_000) {
            let id = |key: &str| TenantId(key.len() as u64 * 7);
            let added = chunk.iter().map(|key| (key.as_str(), id(key))).collect();
            directory = directory.edited(&Edit { removed: Vec::new(), added });
        }
        assert!(keys.iter().all(|key| directory.get(key) == Some(TenantId(key.len() as u64 * 7))));
        assert_eq!(directory.get("tenant-20000.test"), None);
        assert!(directory.shards.len() > 8);
        assert!(directory.bytes() / keys.len() < 60, "{}", directory.bytes() / keys.len());
        let removed = keys.iter().map(|key| (directory.hash(key), TenantId(key.len() as u64 * 7))).collect();
        assert_eq!(directory.edited(&Edit { removed, added: Vec::new() }).keys, 0);
    }

    /// Short keys that come, move and go again, against a map.
    #[test]
    fn against_a_map() {
        let (mut directory, mut map) = (Directory::new(), HashMap::new());
        let mut state = 1_u64;
        let mut below = |end: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % end
        };
        for _ in 0..600 {
            let keys: Vec<String> = (0..below(20)).map(|_| format!("{:x}", below(3_000))).collect();
            let tenant = TenantId(below(50));
            let of_tenant = map.iter().filter(|(_, owner)| **owner == tenant);
            let gone: Vec<String> = of_tenant.map(|(key, _): (&String, _)| key.clone()).take(8).collect();
            let removed = gone.iter().map(|key| (directory.hash(key), tenant)).collect();
            let added = keys.iter().map(|key| (key.as_str(), tenant)).collect();
            directory = directory.edited(&Edit { removed, added });
            map.retain(|key, _| !gone.contains(key));
            map.extend(keys.into_iter().map(|key| (key, tenant)));
            assert_eq!(directory.keys, map.len());
        }
        for number in 0..3_000 {
            let key = format!("{number:x}");
            assert_eq!(directory.get(&key), map.get(&key).copied(), "{key}");
        }
        assert_eq!(directory.iter().count(), map.len());
    }
}
