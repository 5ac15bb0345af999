//! What an application is served with.

use std::fmt;
use std::sync::Arc;

use cors_policy::{Event, Handshake, LivePolicy, Policy, Resolve, Target, Writes};

/// Whom to tell of events.
pub type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// Picks the policy of a request.
pub type Pick = dyn Fn(&dyn Target) -> Option<Policy> + Send + Sync;

/// Where the policy of a request comes from.
#[derive(Clone)]
pub enum Policies {
    /// The same for all.
    One(Policy),
    /// One that is replaced.
    Live(LivePolicy),
    /// One that is picked.
    By(Arc<Pick>),
}

impl Resolve for Policies {
    fn resolve(&self, target: &dyn Target) -> Option<Policy> {
        match self {
            Policies::One(policy) => policy.resolve(target),
            Policies::Live(policy) => policy.resolve(target),
            Policies::By(pick) => pick(target),
        }
    }

    fn fixed(&self) -> Option<&Policy> {
        match self {
            Policies::One(policy) => Some(policy),
            _ => None,
        }
    }
}

/// Everything that adapters can be set to.
#[derive(Clone)]
pub struct Setup {
    /// The policies.
    pub policies: Policies,
    /// Whether handshakes are checked, and how.
    pub handshake: Option<Handshake>,
    /// What becomes of writes.
    pub writes: Writes,
    /// A policy in the shadow.
    pub candidate: Option<Policy>,
    /// Whom to tell.
    pub observer: Option<Observer>,
}

impl Setup {
    /// Nothing but policies.
    #[must_use]
    pub fn new(policies: Policies) -> Self {
        Setup { policies, handshake: None, writes: Writes::Ignore, candidate: None, observer: None }
    }

    /// The policy, for adapters that serve one: that of now, if it is live.
    ///
    /// # Panics
    ///
    /// If policies are picked.
    #[must_use]
    #[expect(clippy::panic, reason = "a suite that asks an adapter for what it does not have")]
    pub fn policy(&self) -> Policy {
        match &self.policies {
            Policies::One(policy) => policy.clone(),
            Policies::Live(policy) => policy.current(),
            Policies::By(_) => panic!("this adapter serves one policy"),
        }
    }
}

impl From<Policy> for Setup {
    fn from(policy: Policy) -> Self {
        Setup::new(Policies::One(policy))
    }
}

impl From<LivePolicy> for Setup {
    fn from(policy: LivePolicy) -> Self {
        Setup::new(Policies::Live(policy))
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup").field("writes", &self.writes).finish_non_exhaustive()
    }
}

impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Policies::One(_) => "One",
            Policies::Live(_) => "Live",
            Policies::By(_) => "By",
        })
    }
}
