//! All tenants, as they were at a revision: immutable, and replaced as a whole.

use std::collections::BTreeMap;

use cors_policy::{PackFull, Packer, Policy};

use crate::directory::{Directory, Edit};
use crate::limit::Tier;
use crate::page::{Page, Places, place_of, tenant_at};
use crate::tenant::{Tenant, TenantId};

/// All tenants. A change copies the pages and the shards of keys that it touches, and shares all others.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// Where it comes from: another epoch is another history.
    pub(crate) epoch: String,
    pub(crate) revision: u64,
    /// From which revision on the store is asked for changes: before its own, where it does not have all of what came
    /// with that; 0 is from the start.
    pub(crate) resume_after: u64,
    directory: Directory,
    /// By their numbers, which follow from those of the tenants.
    pages: Pages,
    tenants: usize,
}

/// The pages in the order of their numbers.
#[derive(Clone, Debug, Default)]
struct Pages(Vec<(u64, Page)>);

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
            resume_after: 0,
            directory: Directory::new(),
            pages: Pages::default(),
            tenants: 0,
        }
    }

    /// The policy of the tenant with this key: one look-up. Allocates nothing.
    #[inline]
    pub(crate) fn find(&self, key: &str) -> Option<Policy> {
        let (number, place) = place_of(self.directory.get(self.directory.hash(key.as_bytes()))?);
        let page = self.pages.get(number)?;
        // Another key may have the same hash.
        page.keys(place).any(|own| own == key.as_bytes()).then(|| page.policy(place))?
    }

    /// The policy of a tenant.
    #[inline]
    pub(crate) fn get(&self, id: TenantId) -> Option<Policy> {
        let (number, place) = place_of(id);
        self.pages.get(number)?.policy(place)
    }

    /// Whether something leads to the tenant.
    pub(crate) fn has_keys(&self, id: TenantId) -> bool {
        let (number, place) = place_of(id);
        self.pages.get(number).is_some_and(|page| page.keys(place).next().is_some())
    }

    /// How many tenants it holds.
    pub(crate) fn tenants(&self) -> usize {
        self.tenants
    }

    pub(crate) fn pages(&self) -> impl Iterator<Item = (u64, &Page)> {
        self.pages.0.iter().map(|(number, page)| (*number, page))
    }

    pub(crate) fn page(&self, number: u64) -> Option<&Page> {
        self.pages.get(number)
    }

    /// Whether a key of a tenant leads to it.
    pub(crate) fn leads_to(&self, key: &[u8], page: u64, place: usize) -> bool {
        self.directory.get(self.directory.hash(key)) == Some(tenant_at(page, place))
    }

    /// The snapshot after changes, of each tenant the last. What tenants have used up of their limits in `served` stays
    /// used up, also where this snapshot is read from the start.
    pub(crate) fn changed(
        &self,
        changes: &[Change],
        served: &Snapshot,
        tiers: &[Tier],
        packer: &mut Packer,
    ) -> Result<Snapshot, PackFull> {
        let last: BTreeMap<TenantId, Option<&Tenant>> =
            changes.iter().map(|change| (change.id, change.tenant.as_ref())).collect();
        let mut edit = Edit::default();
        let mut by_page: BTreeMap<u64, Places<'_>> = BTreeMap::new();
        for (id, tenant) in last {
            let (number, place) = place_of(id);
            let hashed = |key: &[u8]| (self.directory.hash(key), id);
            let old_keys = self.pages.get(number).into_iter().flat_map(|page| page.keys(place));
            edit.removed.extend(old_keys.map(hashed));
            edit.added
                .extend(tenant.iter().flat_map(|tenant| &tenant.keys).map(|key| hashed(key.as_bytes())));
            by_page.entry(number).or_default().insert(place, tenant);
        }
        let mut next = Snapshot {
            epoch: self.epoch.clone(),
            revision: self.revision,
            resume_after: self.resume_after,
            directory: self.directory.edited(&edit),
            pages: self.pages.clone(),
            tenants: self.tenants,
        };
        for (number, changes) in &by_page {
            let used_up = served.pages.get(*number);
            let page = Page::edited(self.pages.get(*number), used_up, *number, changes, tiers, packer)?;
            next.replace(*number, page);
        }
        Ok(next)
    }

    /// Puts a page in the place of another.
    fn replace(&mut self, number: u64, page: Page) {
        let tenants = page.tenants();
        let old = self.pages.replace(number, Some(page).filter(|_| tenants > 0));
        self.tenants = self.tenants + tenants - old.map_or(0, |page| page.tenants());
    }

    /// A snapshot from its parts. Which revision it is of is for the caller to say.
    pub(crate) fn assembled(directory: Directory, pages: Vec<(u64, Page)>) -> Self {
        let mut snapshot = Snapshot { directory, ..Snapshot::empty() };
        for (number, page) in pages {
            snapshot.replace(number, page);
        }
        snapshot
    }

    /// How many bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.pages().map(|(_, page)| page.bytes() + 64).sum::<usize>() + self.directory.bytes()
    }
}

impl Pages {
    /// The numbers of tenants are given one after the other: mostly no page is missing, and its number says where it is.
    #[inline]
    fn get(&self, number: u64) -> Option<&Page> {
        let (first, _) = self.0.first()?;
        let guess = usize::try_from(number.checked_sub(*first)?).ok()?;
        match self.0.get(guess) {
            Some((found, page)) if *found == number => Some(page),
            _ => self.0.get(self.search(number).ok()?).map(|(_, page)| page),
        }
    }

    #[cold]
    fn search(&self, number: u64) -> Result<usize, usize> {
        self.0.binary_search_by_key(&number, |(number, _)| *number)
    }

    /// Puts a page, or none, in the place of another, and gives that.
    fn replace(&mut self, number: u64, page: Option<Page>) -> Option<Page> {
        match (self.search(number), page) {
            (Ok(place), Some(page)) => self.0.get_mut(place).map(|(_, old)| std::mem::replace(old, page)),
            (Ok(place), None) => Some(self.0.remove(place).1),
            (Err(place), Some(page)) => {
                self.0.insert(place, (number, page));
                None
            }
            (Err(_), None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use cors_policy::Packer;

    use super::Pages;
    use crate::page::{Page, Places};

    #[test]
    fn pages_with_and_without_gaps() {
        let page =
            |number| Page::edited(None, None, number, &Places::new(), &[], &mut Packer::default()).unwrap();
        let mut pages = Pages::default();
        for number in [7, 5, 6, 9, 1_000_000_000_000] {
            assert!(pages.replace(number, Some(page(number))).is_none());
        }
        let found =
            |pages: &Pages| -> Vec<u64> { (0..20).filter(|number| pages.get(*number).is_some()).collect() };
        assert_eq!(found(&pages), [5, 6, 7, 9]);
        assert!(pages.get(1_000_000_000_000).is_some() && pages.get(u64::MAX).is_none());
        assert!(pages.replace(5, None).is_some() && pages.replace(5, None).is_none());
        assert!(pages.replace(6, Some(page(6))).is_some());
        assert_eq!(found(&pages), [6, 7, 9]);
    }
}
