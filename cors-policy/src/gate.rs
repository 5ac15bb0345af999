//! What every adapter does with a request, whatever its framework.

use std::fmt;
use std::sync::Arc;

use crate::event::{Event, Misplacement, Refusal, Seen, Writes};
use crate::fields::Field;
use crate::handshake::Handshake;
use crate::operation::Header;
use crate::policy::Policy;
use crate::resolve::{Resolve, Target};
use crate::verdict::Outcome;

/// The response header of a 403 to an actual request that says why, so that it can be seen where there is no body.
pub(crate) const REFUSAL: &str = "cors-policy-refusal";

type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// The settings of an adapter.
#[derive(Clone)]
pub(crate) struct Gate<P> {
    policies: P,
    pub(crate) candidate: Option<Arc<dyn Resolve + Send + Sync>>,
    pub(crate) handshake: Option<Handshake>,
    pub(crate) writes: Writes,
    pub(crate) watch: Watch,
}

/// Whom to tell.
#[derive(Clone, Default)]
pub(crate) struct Watch(pub(crate) Option<Observer>);

impl<P: Resolve> Gate<P> {
    pub(crate) fn new(policies: P) -> Self {
        Gate { policies, candidate: None, handshake: None, writes: Writes::Ignore, watch: Watch(None) }
    }

    #[inline]
    pub(crate) fn policy(&self, target: &dyn Target) -> Policy {
        self.policies.resolve(target).unwrap_or(Policy::nobody())
    }

    /// Tells of a request that was decided, and says whether it must be refused beyond what CORS is about.
    #[inline]
    pub(crate) fn refusal(&self, seen: Seen<'_>, is_extended_connect: bool) -> Option<Refusal> {
        self.watch.decided(seen);
        if let Some(candidate) = &self.candidate {
            self.compare(seen, &candidate.resolve(seen.target).unwrap_or(Policy::nobody()));
        }
        self.refused_upgrade(seen, is_extended_connect).or_else(|| self.refused_write(seen))
    }

    #[inline]
    fn refused_upgrade(&self, seen: Seen<'_>, is_extended_connect: bool) -> Option<Refusal> {
        let handshake = self.handshake?;
        if !is_extended_connect && !Handshake::is_asked_for(seen.request) {
            return None;
        }
        let refusal = seen.policy.check_upgrade(seen.request, handshake).err()?;
        self.watch.tell(&Event::UpgradeRefused(seen, refusal));
        Some(Refusal::Upgrade(refusal))
    }

    #[inline]
    fn refused_write(&self, seen: Seen<'_>) -> Option<Refusal> {
        if self.writes == Writes::Ignore {
            return None;
        }
        let refusal = seen.policy.check_write(seen.method, seen.request).err()?;
        let enforced = self.writes == Writes::Refuse;
        self.watch.tell(&Event::WriteRefused { seen, refusal, enforced });
        enforced.then_some(Refusal::Write(refusal))
    }

    fn compare(&self, seen: Seen<'_>, candidate: &Policy) {
        let Seen { policy, verdict, method, request, .. } = seen;
        if let Some(change) = policy.change_from(verdict, candidate, method, request) {
            self.watch.tell(&Event::CandidateDiffers { seen, candidate, change });
        }
    }
}

impl Watch {
    #[inline]
    fn decided(&self, seen: Seen<'_>) {
        if self.0.is_some() || cfg!(feature = "tracing") {
            self.tell(&Event::Decided(seen));
        }
        if cfg!(debug_assertions)
            && seen.verdict.outcome() == Outcome::NotCors
            && seen.method == b"OPTIONS"
            && seen.request.has(Field::AccessControlRequestMethod)
        {
            self.tell(&Event::Misplaced(seen.policy, Misplacement::PreflightWithoutOrigin));
        }
    }

    /// Tells of CORS headers that something inside has set.
    #[inline]
    pub(crate) fn headers_inside(&self, policy: &Policy, has: impl Fn(&str) -> bool) {
        if !cfg!(debug_assertions) {
            return;
        }
        if let Some(header) = Header::ALL.into_iter().find(|header| has(header.name())) {
            self.tell(&Event::Misplaced(policy, Misplacement::CorsInside(header)));
        }
    }

    #[inline]
    pub(crate) fn tell(&self, event: &Event<'_>) {
        #[cfg(feature = "tracing")]
        crate::trace::trace(event);
        if let Some(observer) = &self.0 {
            observer(event);
        }
    }
}

impl<P: fmt::Debug> fmt::Debug for Gate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("policies", &self.policies)
            .field("handshake", &self.handshake)
            .field("writes", &self.writes)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Watch").field(&self.0.is_some()).finish()
    }
}
