//! All tenants, as they were at a revision: immutable, and replaced as a whole.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cors_policy::{PackFull, Packer, Policy};
use foldhash::fast::FixedState;

use crate::directory::{Directory, Edit};
use crate::limit::Tier;
use crate::page::{Page, Places, place_of};
use crate::tenant::{Tenant, TenantId};

/// All tenants. A change copies the pages and the shards of keys that it touches, and shares all others.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// Where it comes from: another epoch is another history.
    pub(crate) epoch: String,
    pub(crate) revision: u64,
    directory: Directory,
    /// By their numbers, which follow from those of the tenants.
    pages: HashMap<u64, Arc<Page>, FixedState>,
    tenants: usize,
}

/// What became of a tenant: what it is now, or that it is served no more.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) id: TenantId,
    pub(crate) tenant: Option<Tenant>,
}

impl Snapshot {
    pub(crate) fn empty() -> Self {
        Snapshot {
            epoch: String::new(),
            revision: 0,
            directory: Directory::new(),
            pages: HashMap::default(),
            tenants: 0,
        }
    }

    /// The policy of the tenant with this key: one look-up. Allocates nothing.
    #[inline]
    pub(crate) fn find(&self, key: &str) -> Option<Policy> {
        self.get(self.directory.get(key)?)
    }

    /// The policy of a tenant.
    #[inline]
    pub(crate) fn get(&self, id: TenantId) -> Option<Policy> {
        let (number, place) = place_of(id);
        self.pages.get(&number)?.policy(place)
    }

    /// How many tenants it holds.
    pub(crate) fn tenants(&self) -> usize {
        self.tenants
    }

    pub(crate) fn pages(&self) -> impl Iterator<Item = (u64, &Arc<Page>)> {
        self.pages.iter().map(|(number, page)| (*number, page))
    }

    pub(crate) fn page(&self, number: u64) -> Option<&Arc<Page>> {
        self.pages.get(&number)
    }

    pub(crate) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The snapshot after changes, of each tenant the last.
    pub(crate) fn changed(
        &self,
        changes: &[Change],
        tiers: &[Tier],
        packer: &mut Packer,
    ) -> Result<Snapshot, PackFull> {
        let last: BTreeMap<TenantId, Option<&Tenant>> =
            changes.iter().map(|change| (change.id, change.tenant.as_ref())).collect();
        let mut edit = Edit::default();
        let mut by_page: BTreeMap<u64, Places<'_>> = BTreeMap::new();
        for (id, tenant) in last {
            let (number, place) = place_of(id);
            let owner = self.pages.get(&number).and_then(|page| page.owner());
            let old_keys = owner.into_iter().flat_map(|owner| owner.key_hashes(place));
            edit.removed.extend(old_keys.map(|hash| (hash, id)));
            let entry = tenant.map(|tenant| {
                edit.added.extend(tenant.keys.iter().map(|key| (key.as_str(), id)));
                (tenant, tenant.keys.iter().map(|key| self.directory.hash(key)).collect())
            });
            by_page.entry(number).or_default().insert(place, entry);
        }
        let mut next = Snapshot {
            epoch: self.epoch.clone(),
            revision: self.revision,
            directory: self.directory.edited(&edit),
            pages: self.pages.clone(),
            tenants: self.tenants,
        };
        for (number, changes) in &by_page {
            let old = self.pages.get(number);
            let page = Page::edited(old.map(|page| &**page), *number, changes, tiers, packer)?;
            next.replace(*number, page);
        }
        Ok(next)
    }

    /// Puts a page in the place of another.
    fn replace(&mut self, number: u64, page: Page) {
        let tenants = page.tenants();
        let old =
            if tenants == 0 { self.pages.remove(&number) } else { self.pages.insert(number, Arc::new(page)) };
        self.tenants = self.tenants + tenants - old.map_or(0, |page| page.tenants());
    }

    /// A snapshot from its parts.
    pub(crate) fn assembled(
        epoch: String,
        revision: u64,
        directory: Directory,
        pages: Vec<(u64, Page)>,
    ) -> Self {
        let mut snapshot = Snapshot { epoch, revision, directory, pages: HashMap::default(), tenants: 0 };
        for (number, page) in pages {
            snapshot.replace(number, page);
        }
        snapshot
    }

    /// How many bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.pages.values().map(|page| page.bytes() + 64).sum::<usize>() + self.directory.bytes()
    }
}
