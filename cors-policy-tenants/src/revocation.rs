//! Open sockets that hear when their permission is revoked.
//!
//! A handshake is checked once, and a socket can stay open for days: without this, an origin that a tenant has taken out
//! of its policy goes on reading.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use cors_policy::{Field, Handshake, Policy, RequestFields, Resolve, Target, UpgradeRefusal};
use tokio::sync::watch;

use crate::tenant::TenantId;
use crate::tenants::{Tenants, owner_of};

/// Whom to wake when a tenant changes.
#[derive(Debug, Default)]
pub(crate) struct Watchers(Mutex<HashMap<TenantId, watch::Sender<()>>>);

/// The permission of an open socket. It holds what the handshake said of its origin, and nothing else of the request.
#[derive(Debug)]
pub struct Permit {
    tenants: Tenants,
    tenant: TenantId,
    /// After a backup was restored, the number can belong to somebody else.
    slug: String,
    /// What led to it, which can move to another tenant.
    key: String,
    /// The lines of the handshake that decide: those of `Origin`, and whether there were credentials.
    lines: Vec<(&'static str, Vec<u8>)>,
    handshake: Handshake,
    changes: watch::Receiver<()>,
}

/// Why a permission was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Revoked {
    /// The tenant is gone, or suspended, or what led to it leads to it no more.
    Tenant,
    /// The tenant's policy refuses the handshake now.
    Refused(UpgradeRefusal),
}

impl Tenants {
    /// Checks a WebSocket or WebTransport handshake by the policy of its tenant, as
    /// [`Policy::check_upgrade`] does, and gives a permit that tells when that is no longer so.
    ///
    /// ```
    /// # use cors_policy_tenants::Tenants;
    /// # use cors_policy::MissingOrigin;
    /// # async fn handle(tenants: &Tenants, request: http::Request<()>) -> Result<(), Box<dyn std::error::Error>> {
    /// let permit = tenants.check_upgrade(&request, request.headers(), MissingOrigin::Deny)?;
    /// // … accept the socket, and in its task:
    /// tokio::select! {
    ///     revoked = permit.revoked() => { /* close with 1008: policy violation */ }
    ///     // message = socket.recv() => { … }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Why the handshake must be refused. Where there is no tenant, its origin is not admitted.
    pub fn check_upgrade(
        &self,
        target: &dyn Target,
        request: &(impl RequestFields + ?Sized),
        handshake: impl Into<Handshake>,
    ) -> Result<Permit, UpgradeRefusal> {
        let handshake = handshake.into();
        let policy = self.resolve(target).unwrap_or(Policy::nobody());
        policy.check_upgrade(request, handshake)?;
        let key =
            self.0.by.find(target, |key| Some(key.to_owned())).ok_or(UpgradeRefusal::OriginNotAdmitted)?;
        let (owner, place) = owner_of(&policy).ok_or(UpgradeRefusal::OriginNotAdmitted)?;
        let tenant = owner.tenant(place);
        let changes = self.0.watchers.of(tenant);
        let slug = policy.name().to_owned();
        let lines = deciding_lines(request);
        let permit = Permit { tenants: self.clone(), tenant, slug, key, lines, handshake, changes };
        // It may have changed since it was looked up, before anybody listened.
        match permit.check() {
            Ok(()) => Ok(permit),
            Err(Revoked::Refused(refusal)) => Err(refusal),
            Err(Revoked::Tenant) => Err(UpgradeRefusal::OriginNotAdmitted),
        }
    }
}

fn deciding_lines(request: &(impl RequestFields + ?Sized)) -> Vec<(&'static str, Vec<u8>)> {
    let mut lines = Vec::new();
    let _ = request.each_line(Field::Origin, &mut |line| {
        lines.push((Field::Origin.name(), line.to_vec()));
        std::ops::ControlFlow::Continue(())
    });
    for field in [Field::Cookie, Field::Authorization] {
        if request.has(field) {
            lines.push((field.name(), Vec::new()));
        }
    }
    lines
}

impl Permit {
    /// The tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Whether the handshake would be admitted now.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn check(&self) -> Result<(), Revoked> {
        let is_its_own = |policy: &Policy| {
            let tenant = owner_of(policy).map(|(owner, place)| owner.tenant(place));
            tenant == Some(self.tenant) && policy.name() == self.slug
        };
        let policy = self.tenants.policy(&self.key).filter(is_its_own).ok_or(Revoked::Tenant)?;
        policy.check_upgrade(&self.lines[..], self.handshake).map_err(Revoked::Refused)
    }

    /// Waits until the permission is revoked. Changes that leave it as it is are not told. Can be dropped and called
    /// again: nothing is missed.
    pub async fn revoked(&self) -> Revoked {
        let mut changes = self.changes.clone();
        loop {
            changes.mark_unchanged();
            if let Err(revoked) = self.check() {
                return revoked;
            }
            if changes.changed().await.is_err() {
                // Nobody is left who could revoke it.
                std::future::pending::<()>().await;
            }
        }
    }
}

impl Watchers {
    fn of(&self, tenant: TenantId) -> watch::Receiver<()> {
        let mut watchers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.entry(tenant).or_insert_with(|| watch::Sender::new(())).subscribe()
    }

    /// Wakes those who wait for these tenants, and forgets whom nobody waits for.
    pub(crate) fn wake(&self, tenants: impl Iterator<Item = TenantId>) {
        let mut watchers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if watchers.is_empty() {
            return;
        }
        for tenant in tenants {
            if let Some(sender) = watchers.get(&tenant)
                && sender.send(()).is_err()
            {
                watchers.remove(&tenant);
            }
        }
        watchers.retain(|_, sender| sender.receiver_count() > 0);
    }

    /// Wakes everybody who waits.
    pub(crate) fn wake_all(&self) {
        let mut watchers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        watchers.retain(|_, sender| sender.send(()).is_ok());
    }
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Revoked::Tenant => f.write_str("the tenant is no longer served there"),
            Revoked::Refused(refusal) => refusal.fmt(f),
        }
    }
}
