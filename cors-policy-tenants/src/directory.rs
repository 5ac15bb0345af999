//! Which key names which tenant.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

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

#[derive(Clone, Debug, Default)]
struct Shard {
    texts: Vec<u8>,
    entries: HashTable<Entry>,
}

/// Where the text of a key stands, and whose it is. Sixteen bytes: nothing is aligned to eight.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    tenant: [u32; 2],
    length: u8,
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
        let shard = self.shards.get(shard_of(hash, self.shards.len()))?;
        let entry = shard.entries.find(hash, |entry| entry.text(&shard.texts) == key.as_bytes())?;
        Some(entry.tenant())
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
            next.keys = next.keys + edited.entries.len() - shard.entries.len();
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
        let mut shards = vec![Shard::default(); wanted];
        for shard in &self.shards {
            for entry in &shard.entries {
                let text = entry.text(&shard.texts);
                let hash = self.hasher.hash_one(text);
                if let Some(shard) = shards.get_mut(shard_of(hash, wanted)) {
                    shard.insert(hash, text, entry.tenant(), &self.hasher);
                }
            }
        }
        let shards = shards.into_iter().map(Arc::new).collect();
        Directory { hasher: self.hasher.clone(), shards, keys: self.keys }
    }

    /// Every key and its tenant, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], TenantId)> {
        let of_shard = |shard: &'_ Arc<Shard>| -> Vec<Entry> { shard.entries.iter().copied().collect() };
        self.shards.iter().flat_map(move |shard| {
            of_shard(shard).into_iter().map(|entry| (entry.text(&shard.texts), entry.tenant()))
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        let of = |shard: &Arc<Shard>| shard.texts.capacity() + shard.entries.allocation_size();
        self.shards.iter().map(of).sum::<usize>() + self.shards.len() * (size_of::<Shard>() + 24)
    }
}

/// Not by the highest bits nor the lowest: the table of a shard tells its entries apart by these.
fn shard_of(hash: u64, shards: usize) -> usize {
    usize::try_from(hash >> 24 & 0xffff_ffff).unwrap_or_default() & (shards - 1)
}

impl Shard {
    fn edited(&self, edit: &Edit<'_>, hasher: &RandomState) -> Shard {
        let mut next = Shard {
            texts: Vec::with_capacity(self.texts.len()),
            entries: HashTable::with_capacity(self.entries.len() + edit.added.len()),
        };
        for entry in &self.entries {
            let text = entry.text(&self.texts);
            let hash = hasher.hash_one(text);
            if !edit.removed.contains(&(hash, entry.tenant())) {
                next.insert(hash, text, entry.tenant(), hasher);
            }
        }
        for (key, tenant) in &edit.added {
            next.insert(hasher.hash_one(key.as_bytes()), key.as_bytes(), *tenant, hasher);
        }
        next.texts.shrink_to_fit();
        next
    }

    /// A key has one tenant: the one that it was given last.
    fn insert(&mut self, hash: u64, text: &[u8], tenant: TenantId, hasher: &RandomState) {
        let Shard { texts, entries } = self;
        if let Some(entry) = entries.find_mut(hash, |entry| entry.text(texts) == text) {
            *entry = Entry { tenant: halves(tenant), ..*entry };
            return;
        }
        let (Ok(start), Ok(length)) = (u32::try_from(texts.len()), u8::try_from(text.len())) else { return };
        texts.extend_from_slice(text);
        let entry = Entry { start, tenant: halves(tenant), length };
        entries.insert_unique(hash, entry, |entry| hasher.hash_one(entry.text(texts)));
    }
}

impl Entry {
    #[inline]
    fn text<'t>(&self, texts: &'t [u8]) -> &'t [u8] {
        let behind = texts.get(self.start as usize..).unwrap_or_default();
        behind.get(..usize::from(self.length)).unwrap_or_default()
    }

    fn tenant(&self) -> TenantId {
        let [low, high] = self.tenant;
        TenantId(u64::from(high) << 32 | u64::from(low))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the halves")]
fn halves(TenantId(id): TenantId) -> [u32; 2] {
    [id as u32, (id >> 32) as u32]
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
        assert!(directory.bytes() / keys.len() < 80, "{}", directory.bytes() / keys.len());
        let removed = keys.iter().map(|key| (directory.hash(key), TenantId(key.len() as u64 * 7))).collect();
        assert_eq!(directory.edited(&Edit { removed, added: Vec::new() }).keys, 0);
    }
}
