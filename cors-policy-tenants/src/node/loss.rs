//! Which tenants would be gone, and which of them somebody took away on purpose.
//!
//! Whoever deletes or suspends a tenant does that in a write of its own, which the audit has: a loss that the history of the
//! store explains like that is taken over, however many there are and however long the node was away. All others count: two
//! tenants or more that are gone by one write, those that the store does not name any more, those that are gone without a
//! write that the node has not seen, and all that are gone by another history. That is what a truncated table, the wrong
//! database, a restored one and a migration that went wrong look like.

use std::collections::HashMap;

use crate::page::PLACES;
use crate::snapshot::{Change, Snapshot};
use crate::store::{Head, Row};
use crate::tenant::TenantId;

/// The served tenants that rows take away, and by which write.
#[derive(Debug, Default)]
pub(crate) struct Removals(HashMap<TenantId, u64>);

impl Removals {
    /// Takes in what becomes of a tenant.
    pub(crate) fn take_in(&mut self, served: &Snapshot, row: &Row, change: &Change) {
        let was_served = served.get(change.id).is_some_and(|policy| policy.name() == row.slug);
        let is_reached = change.tenant.as_ref().is_some_and(|tenant| !tenant.keys.is_empty());
        if was_served && !is_reached {
            self.0.insert(change.id, row.changed_revision);
        } else {
            self.0.remove(&change.id);
        }
    }

    /// How many tenants are served that would no longer be, without that being explained or confirmed.
    pub(crate) fn unexplained(&self, served: &Snapshot, next: &Snapshot, head: &Head) -> usize {
        let is_same_history = head.epoch == served.epoch;
        let is_for_us = head.confirmed_epoch == served.epoch;
        let since = if is_same_history { served.revision } else { 0 };
        // Of those that the store does not even name, deletions may be purged.
        let unnamed =
            is_for_us && head.confirmed_revision > since && head.confirmed_revision >= head.purged_revision;
        let mut together: HashMap<u64, usize> = HashMap::new();
        let mut count = 0;
        for id in lost(served, next) {
            match self.0.get(&id) {
                Some(revision) if is_for_us && *revision <= head.confirmed_revision => {}
                Some(revision) if is_same_history && *revision > since => {
                    *together.entry(*revision).or_default() += 1;
                }
                None if unnamed => {}
                _ => count += 1,
            }
        }
        count + together.into_values().filter(|by_one_write| *by_one_write > 1).sum::<usize>()
    }
}

/// The tenants that one snapshot serves and another does not.
fn lost(served: &Snapshot, next: &Snapshot) -> impl Iterator<Item = TenantId> {
    let is_lost = |id: &TenantId| {
        let Some(policy) = served.get(*id) else { return false };
        // In another database, the number is somebody else's.
        let stays = next.get(*id).is_some_and(|next| next.name() == policy.name());
        !stays || (served.has_keys(*id) && !next.has_keys(*id))
    };
    // Pages that are shared have lost nobody.
    let is_shared =
        |number, page: &crate::page::Page| next.page(number).is_some_and(|next| page.is_same(next));
    let pages = served.pages().filter(move |(number, page)| !is_shared(*number, page));
    let places =
        |(number, _): (u64, _)| (0..PLACES as u64).map(move |place| TenantId(number * PLACES as u64 + place));
    pages.flat_map(places).filter(is_lost)
}
