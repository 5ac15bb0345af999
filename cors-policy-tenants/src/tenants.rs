//! The tenants that requests are answered for.

use std::sync::Arc;

use arc_swap::ArcSwap;
use cors_policy::{Change, Event, Kind, Limited, Outcome, Policy, Resolve, Seen, Target};

use crate::counters::{Counted, Counters};
use crate::key::TenantBy;
use crate::limit::{Tier, Tiers};
use crate::page::Owner;
use crate::revocation::Watchers;
use crate::snapshot::{self, Snapshot};
use crate::tenant::TenantId;

/// All tenants of a node, for the adapters: `CorsLayer::new(node.tenants())`, `Cors::new(node.tenants())`. A clone is a
/// reference counted.
///
/// A request does one look-up and one match, without I/O and without a lock; nothing of it allocates. A request without a
/// tenant gets no CORS header, and `Vary: Origin`; its preflight is answered 403.
#[derive(Clone, Debug)]
pub struct Tenants(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) snapshot: ArcSwap<Snapshot>,
    pub(crate) by: TenantBy,
    without_tenant: Option<Policy>,
    pub(crate) tiers: Tiers,
    pub(crate) limits: Box<[Tier]>,
    pub(crate) counters: Counters,
    pub(crate) watchers: Watchers,
}

/// A tenant, as a request found it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Its number.
    pub id: TenantId,
    /// Its name.
    pub slug: String,
    /// The number of the version that answers.
    pub version: u32,
    /// The name of its tier.
    pub tier: String,
}

impl Tenants {
    /// No tenants yet.
    pub(crate) fn new(by: TenantBy, tiers: Tiers, without_tenant: Option<Policy>) -> Self {
        let limits = tiers.in_order();
        Tenants(Arc::new(Shared {
            snapshot: ArcSwap::from_pointee(Snapshot::empty()),
            by,
            without_tenant,
            tiers,
            limits,
            counters: Counters::default(),
            watchers: Watchers::default(),
        }))
    }

    /// The policy of the tenant with this key, in the form in which it is compared: lower case for hosts.
    #[must_use]
    pub fn policy(&self, key: &str) -> Option<Policy> {
        self.0.snapshot.load().find(key)
    }

    /// The policy of a tenant.
    #[must_use]
    pub fn policy_of(&self, id: TenantId) -> Option<Policy> {
        self.0.snapshot.load().get(id)
    }

    /// The tenant that a policy belongs to, such as an [`Event`] shows; `None` for policies that belong to none.
    #[must_use]
    pub fn tenant_of(&self, policy: &Policy) -> Option<Found> {
        let (owner, place) = owner_of(policy)?;
        Some(Found {
            id: owner.tenant(place),
            slug: policy.name().to_owned(),
            version: owner.version(place),
            tier: self.0.tiers.name(owner.tier(place)).to_owned(),
        })
    }

    /// How many tenants are served.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.snapshot.load().tenants()
    }

    /// The revision of the store that is served, and its epoch.
    #[must_use]
    pub fn revision(&self) -> (String, u64) {
        let snapshot = self.0.snapshot.load();
        (snapshot.epoch.clone(), snapshot.revision)
    }

    /// How many bytes the tenants take in memory.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.snapshot.load().bytes()
    }

    /// Serves another snapshot from now on. `changed` may have lost a permission; without it, everybody may.
    pub(crate) fn publish(&self, next: Snapshot, changed: Option<&[snapshot::Change]>) {
        self.0.snapshot.store(Arc::new(next));
        match changed {
            Some(changed) => self.0.watchers.wake(changed.iter().map(|change| change.id)),
            None => self.0.watchers.wake_all(),
        }
    }
}

/// The page that a policy stands in, and its place there.
#[inline]
pub(crate) fn owner_of(policy: &Policy) -> Option<(&Owner, usize)> {
    let (pack, place) = policy.place_in_pack()?;
    Some((pack.owner()?, place))
}

impl Resolve for Tenants {
    #[inline]
    fn resolve(&self, target: &dyn Target) -> Option<Policy> {
        let snapshot = self.0.snapshot.load();
        let found = self.0.by.find(target, |key| snapshot.find(key));
        found.or_else(|| {
            self.0.counters.count(Counted::UnknownTenant);
            self.0.without_tenant.clone()
        })
    }

    fn candidate(&self, policy: &Policy) -> Option<Policy> {
        let (owner, place) = owner_of(policy)?;
        let shadow = owner.shadow(place)?;
        shadow.seen();
        Some(shadow.policy.clone())
    }

    #[inline]
    fn limit(&self, seen: &Seen<'_>) -> Option<Limited> {
        if self.0.limits.is_empty() {
            return None;
        }
        let (owner, place) = owner_of(seen.policy())?;
        self.0.limits.get(usize::from(owner.tier(place)))?.check(seen, owner.cells(place))
    }

    fn notice(&self, event: &Event<'_>) {
        let counted = match event {
            Event::Decided(seen) => match (seen.verdict().kind(), seen.verdict().outcome()) {
                (_, Outcome::NotCors) => Counted::NotCors,
                (_, Outcome::SameOrigin) => Counted::SameOrigin,
                (Kind::Preflight, Outcome::Admitted) => Counted::PreflightAdmitted,
                (Kind::Preflight, Outcome::Refused) => Counted::PreflightRefused,
                (Kind::Actual, Outcome::Admitted) => Counted::ActualAdmitted,
                (Kind::Actual, Outcome::Refused) => Counted::ActualRefused,
                _ => return,
            },
            Event::UpgradeRefused(..) => Counted::UpgradeRefused,
            Event::WriteRefused { .. } => Counted::WriteRefused,
            Event::LimitReached(..) => Counted::Limited,
            Event::CandidateDiffers { seen, change, .. } => {
                if let Some(shadow) = owner_of(seen.policy()).and_then(|(owner, place)| owner.shadow(place)) {
                    shadow.differs(seen, *change);
                }
                match change {
                    Change::NewlyRefused => Counted::ShadowRefuses,
                    Change::NewlyAdmitted => Counted::ShadowAdmits,
                    Change::Headers => Counted::ShadowHeaders,
                }
            }
            _ => return,
        };
        self.0.counters.count(counted);
    }
}
