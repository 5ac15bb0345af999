//! A policy that is replaced while requests are served.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::policy::Policy;
use crate::resolve::{Resolve, Target};

/// A policy that can be replaced while requests are served, without a lock: what a request began with, it ends with.
///
/// Clones share the policy. Every response says `Vary: Origin`, because the next policy may tell origins apart.
///
/// ```
/// use cors_policy::{LivePolicy, Policy, cors_policy};
///
/// static BEFORE: Policy = cors_policy! { origins: ["https://old.example.com"] };
/// static AFTER: Policy = cors_policy! { origins: ["https://new.example.com"] };
///
/// let live = LivePolicy::new(BEFORE.clone());
/// let layers = live.clone();
/// live.replace(AFTER.clone());
/// assert!(layers.current().admits(b"https://new.example.com"));
/// ```
#[derive(Clone, Debug)]
pub struct LivePolicy(Arc<ArcSwap<Policy>>);

impl LivePolicy {
    /// Begins with a policy.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        LivePolicy(Arc::new(ArcSwap::from_pointee(policy.varying())))
    }

    /// Replaces the policy for all requests that come from now on.
    pub fn replace(&self, policy: Policy) {
        self.0.store(Arc::new(policy.varying()));
    }

    /// The policy of a request that comes now.
    #[must_use]
    pub fn current(&self) -> Policy {
        Policy::clone(&self.0.load())
    }
}

impl Resolve for LivePolicy {
    #[inline]
    fn resolve(&self, _: &dyn Target) -> Option<Policy> {
        Some(self.current())
    }
}
