//! A page: the tenants whose numbers share all but the last nine bits.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use cors_policy::{Pack, PackFull, Packer, Policy};

use crate::limit::{CHARGES, SHARED, Tier, patterns_of};
use crate::shadow::Shadow;
use crate::tenant::{Tenant, TenantId};

/// How many tenants stand in a page. A change copies a page: some 150 KB.
pub(crate) const PLACES: usize = 512;

/// Tenants side by side. Their policies stand in a pack, which the page owns.
#[derive(Clone, Debug)]
pub(crate) struct Page(Pack);

/// What a page knows of its tenants beside their policies.
#[derive(Debug)]
pub(crate) struct Owner {
    number: u64,
    slots: Box<[Slot]>,
    /// In the order of the places.
    shadows: Box<[(u16, Arc<Shadow>)]>,
    /// What limits count, in the order of the places.
    cells: Box<[AtomicU32]>,
}

/// A place of a page.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    version: u32,
    /// Where its cells begin; they end where those of the next place begin.
    cells: u32,
    tier: u16,
}

/// What outlives the process of a place, beside its policy.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) version: u32,
    pub(crate) tier: u16,
    pub(crate) patterns: u16,
}

/// What becomes of places: the tenant that stands there now; nothing where none does.
pub(crate) type Places<'t> = BTreeMap<usize, Option<&'t Tenant>>;

/// The page of a tenant, and its place there.
pub(crate) fn place_of(TenantId(id): TenantId) -> (u64, usize) {
    let places = PLACES as u64;
    (id / places, usize::try_from(id % places).unwrap_or_default())
}

/// The tenant at a place of a page.
pub(crate) fn tenant_at(number: u64, place: usize) -> TenantId {
    TenantId(number.saturating_mul(PLACES as u64).saturating_add(place as u64))
}

impl Page {
    /// The policy of the tenant at a place.
    #[inline]
    pub(crate) fn policy(&self, place: usize) -> Option<Policy> {
        self.0.policy(place)
    }

    fn tenant(&self, place: usize) -> Option<(&Owner, Policy)> {
        Some((self.owner()?, self.policy(place)?))
    }

    /// The keys of the tenant at a place: the note beside its policy has them one behind the other, each behind its length.
    #[inline]
    pub(crate) fn keys(&self, place: usize) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.0.note(place);
        std::iter::from_fn(move || {
            let (length, behind) = rest.split_first()?;
            let key;
            (key, rest) = behind.split_at_checked((*length).into())?;
            Some(key)
        })
    }

    /// Whether it is the very same.
    pub(crate) fn is_same(&self, other: &Page) -> bool {
        self.0.is_same(&other.0)
    }

    pub(crate) fn pack(&self) -> &Pack {
        &self.0
    }

    /// How many tenants stand in it.
    pub(crate) fn tenants(&self) -> usize {
        self.0.policies()
    }

    pub(crate) fn owner(&self) -> Option<&Owner> {
        self.0.owner()
    }

    /// The page after a change: of each place that is named, the tenant that stands there now, if any. What it has used up
    /// of its limits is taken from the page, or from the one that is served.
    pub(crate) fn edited(
        page: Option<&Page>,
        served: Option<&Page>,
        number: u64,
        changes: &Places<'_>,
        tiers: &[Tier],
        packer: &mut Packer,
    ) -> Result<Page, PackFull> {
        let mut next = Draft { number, tiers, ..Draft::default() };
        let mut builder = packer.builder();
        let old_places = page.map_or(0, |page| page.0.len());
        let places = changes.keys().next_back().map_or(0, |last| last + 1).max(old_places);
        for place in 0..places {
            let old = page.and_then(|page| page.tenant(place));
            match (changes.get(&place), &old) {
                (Some(Some(tenant)), _) => {
                    builder.push(&tenant.slug, &note(&tenant.keys), &tenant.policy)?;
                    let old = old.or_else(|| served?.tenant(place));
                    // In another history the number can be somebody else's.
                    next.put(place, tenant, old.filter(|(_, policy)| policy.name() == tenant.slug).as_ref());
                }
                (None, Some((owner, policy))) => {
                    let note = page.map_or(&[][..], |page| page.0.note(place));
                    builder.push(policy.name(), note, policy)?;
                    next.keep(place, owner);
                }
                (Some(None), _) | (None, None) => {
                    builder.leave_vacant()?;
                    next.leave_vacant();
                }
            }
        }
        Ok(Page(builder.build(next.owner())))
    }

    /// A page from what was stored of it: everything but shadows, which only the store has. The front of `bytes` is its
    /// pack.
    pub(crate) fn restored(
        number: u64,
        tenants: &[Stored],
        tiers: &[Tier],
        packer: &mut Packer,
        bytes: &mut &[u8],
    ) -> Option<Page> {
        let mut draft = Draft { number, tiers, ..Draft::default() };
        for Stored { version, tier, patterns } in tenants {
            draft.begin(*version, *tier);
            let cells = draft.cells_of(*tier, (*patterns).into());
            draft.cells.extend((0..cells).map(|_| AtomicU32::new(0)));
        }
        let pack = packer.restore(bytes, draft.owner())?;
        (pack.len() == tenants.len()).then_some(Page(pack))
    }

    /// What is stored of the tenants beside their pack, place by place.
    pub(crate) fn stored(&self) -> impl Iterator<Item = Stored> {
        let owner = self.owner();
        (0..self.0.len()).map(move |place| {
            let patterns: usize = self.0.policy(place).iter().flat_map(Policy::rules).map(patterns_of).sum();
            Stored {
                version: owner.map_or(0, |owner| owner.version(place)),
                tier: owner.map_or(u16::MAX, |owner| owner.tier(place)),
                patterns: u16::try_from(patterns).unwrap_or(u16::MAX),
            }
        })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.0.bytes() + self.owner().map_or(0, Owner::bytes)
    }
}

/// The owner of a page in the making.
#[derive(Debug, Default)]
struct Draft<'t> {
    number: u64,
    tiers: &'t [Tier],
    slots: Vec<Slot>,
    shadows: Vec<(u16, Arc<Shadow>)>,
    cells: Vec<AtomicU32>,
}

impl Draft<'_> {
    fn put(&mut self, place: usize, tenant: &Tenant, old: Option<&(&Owner, Policy)>) {
        self.begin(tenant.version, tenant.tier);
        self.shadows.extend(tenant.shadow.iter().map(|shadow| (short(place), shadow.clone())));
        let patterns = tenant.policy.rules().map(patterns_of).sum();
        let cells = self.cells_of(tenant.tier, patterns);
        let old_cells = old.map_or(&[][..], |(owner, _)| owner.cells(place));
        let old_places = match old {
            Some((_, policy)) if cells > SHARED => old_places(&tenant.policy, policy),
            _ => Vec::new(),
        };
        let cell = |number: usize| {
            let old_cell = match number.checked_sub(SHARED) {
                None => Some(number),
                // A pattern that was there before keeps what it has used up, wherever it stands now. It has as many cells
                // as there are charges.
                Some(cell) => {
                    let place = old_places.get(cell / CHARGES).copied().flatten();
                    place.map(|place| SHARED + place * CHARGES + cell % CHARGES)
                }
            };
            let value =
                old_cell.and_then(|number| old_cells.get(number)).map(|cell| cell.load(Ordering::Relaxed));
            AtomicU32::new(value.unwrap_or_default())
        };
        self.cells.extend((0..cells).map(cell));
    }

    fn keep(&mut self, place: usize, owner: &Owner) {
        let slot = owner.slots.get(place).copied().unwrap_or_default();
        self.begin(slot.version, slot.tier);
        self.shadows.extend(owner.shadow(place).map(|shadow| (short(place), shadow.clone())));
        let values = owner.cells(place).iter().map(|cell| AtomicU32::new(cell.load(Ordering::Relaxed)));
        self.cells.extend(values);
    }

    fn cells_of(&self, tier: u16, patterns: usize) -> usize {
        self.tiers.get(usize::from(tier)).map_or(0, |tier| tier.cells(patterns))
    }

    fn leave_vacant(&mut self) {
        self.begin(0, 0);
    }

    fn begin(&mut self, version: u32, tier: u16) {
        let cells = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        self.slots.push(Slot { version, cells, tier });
    }

    fn owner(self) -> Owner {
        let Draft { number, slots, shadows, cells, .. } = self;
        Owner { number, slots: slots.into(), shadows: shadows.into(), cells: cells.into() }
    }
}

/// Where each pattern of the new policy stood in the old one: the patterns of all rules one behind the other.
fn old_places(new: &Policy, old: &Policy) -> Vec<Option<usize>> {
    let mut places = HashMap::new();
    for (place, text) in texts(old).into_iter().enumerate() {
        places.entry(text).or_insert(place);
    }
    texts(new).iter().map(|text| places.get(text).copied()).collect()
}

fn texts(policy: &Policy) -> Vec<String> {
    let of_rule = |rule: cors_policy::Rule<'_>| match rule.origins() {
        Some(origins) => origins.map(str::to_owned).collect(),
        None => vec!["*".to_owned()],
    };
    policy.rules().flat_map(of_rule).collect()
}

/// Keys as a note has them. None is longer than 255 bytes, or stores would refuse it.
fn note(keys: &[String]) -> Vec<u8> {
    let mut note = Vec::new();
    for key in keys {
        if let Ok(length) = u8::try_from(key.len()) {
            note.push(length);
            note.extend_from_slice(key.as_bytes());
        }
    }
    note
}

fn short(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

impl Owner {
    /// The tenant at a place.
    pub(crate) fn tenant(&self, place: usize) -> TenantId {
        tenant_at(self.number, place)
    }

    pub(crate) fn version(&self, place: usize) -> u32 {
        self.slots.get(place).map_or(0, |slot| slot.version)
    }

    pub(crate) fn tier(&self, place: usize) -> u16 {
        self.slots.get(place).map_or(u16::MAX, |slot| slot.tier)
    }

    #[inline]
    pub(crate) fn shadow(&self, place: usize) -> Option<&Arc<Shadow>> {
        if self.shadows.is_empty() {
            return None;
        }
        let found = self.shadows.binary_search_by_key(&short(place), |(place, _)| *place).ok()?;
        self.shadows.get(found).map(|(_, shadow)| shadow)
    }

    pub(crate) fn shadows(&self) -> impl Iterator<Item = (TenantId, &Arc<Shadow>)> {
        self.shadows.iter().map(|(place, shadow)| (self.tenant(usize::from(*place)), shadow))
    }

    /// The cells of a tenant.
    #[inline]
    pub(crate) fn cells(&self, place: usize) -> &[AtomicU32] {
        let start_at =
            |place: usize| self.slots.get(place).map_or(self.cells.len(), |slot| slot.cells as usize);
        self.cells.get(start_at(place)..start_at(place + 1)).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val(&*self.slots)
            + size_of_val(&*self.shadows)
            + size_of_val(&*self.cells)
    }
}
