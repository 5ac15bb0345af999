//! What every adapter does with a request, whatever its framework.

use std::fmt;
use std::sync::Arc;

use crate::candidate::Change;
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

/// What every adapter can be set to, as methods that give it back.
macro_rules! settings {
    () => {
        /// Refuses WebSocket and WebTransport handshakes that the policy does not admit, as
        /// [`Policy::check_upgrade`](crate::Policy::check_upgrade) says: HTTP/1.1 upgrades, and every `CONNECT` that has a
        /// path, as extended ones do. Without this, they reach the application. The server's own origin needs an entry in
        /// the policy, too.
        ///
        /// They are answered 403, with an empty body, `Cache-Control: no-store`, and the reason in the header
        /// `cors-policy-refusal`; in tower also, as a [`Refusal`](crate::Refusal), in the extensions of the response.
        pub fn check_upgrades(mut self, handshake: impl Into<crate::Handshake>) -> Self {
            self.gate.handshake = Some(handshake.into());
            self
        }

        /// What becomes of writes from pages that the policy does not admit, as
        /// [`Policy::check_write`](crate::Policy::check_write) says. Without this, they reach the application: CORS keeps
        /// no request from arriving. GET, HEAD, OPTIONS and TRACE are no writes.
        ///
        /// Those that are refused are answered as refused handshakes are.
        pub fn check_writes(mut self, writes: crate::Writes) -> Self {
            self.gate.writes = writes;
            self
        }

        /// A second policy in the shadow of the first: where the two would answer a request differently, that is told
        /// ([`Event::CandidateDiffers`](crate::Event::CandidateDiffers)), and the first answers.
        ///
        /// The second must not panic: it is asked in the request's task.
        pub fn candidate(mut self, policies: impl crate::Resolve + Send + Sync + 'static) -> Self {
            self.gate.candidate = Some(std::sync::Arc::new(policies));
            self
        }

        /// Calls a function with everything that is noticed, in the task of the request: for counters.
        ///
        /// Each request is decided once. One that is refused as a handshake or a write is told a second time, as that. A
        /// preflight that asks for a method or a header that is not allowed is admitted as far as the policy goes, and the
        /// browser refuses it: [`Seen::explain`](crate::Seen::explain) finds that, too, but reads the policy's entries.
        ///
        /// ```
        /// use std::sync::atomic::{AtomicU64, Ordering};
        /// use cors_policy::{Event, Outcome};
        ///
        /// static REFUSED: AtomicU64 = AtomicU64::new(0);
        ///
        /// fn count(event: &Event<'_>) {
        ///     match event {
        ///         Event::Decided(seen) if seen.verdict().outcome() == Outcome::Refused => {
        ///             REFUSED.fetch_add(1, Ordering::Relaxed);
        ///         }
        ///         _ => {}
        ///     }
        /// }
        /// // … .observe(count)
        /// ```
        pub fn observe(mut self, observer: impl Fn(&crate::Event<'_>) + Send + Sync + 'static) -> Self {
            self.gate.watch.0 = Some(std::sync::Arc::new(observer));
            self
        }
    };
}

pub(crate) use settings;

/// Whom to tell.
#[derive(Clone, Default)]
pub(crate) struct Watch(pub(crate) Option<Observer>);

impl<P: Resolve> Gate<P> {
    pub(crate) fn new(policies: P) -> Self {
        Gate { policies, candidate: None, handshake: None, writes: Writes::Ignore, watch: Watch(None) }
    }

    /// The policy, where it is the same for all requests.
    #[cfg(feature = "actix-web")]
    pub(crate) fn fixed(&self) -> Option<&Policy> {
        self.policies.fixed()
    }

    #[inline]
    pub(crate) fn policy(&self, target: &dyn Target) -> Policy {
        resolve(&self.policies, target)
    }

    /// Tells of a request that was decided, and says whether it must be refused beyond what CORS is about.
    #[inline]
    pub(crate) fn refusal(&self, seen: Seen<'_>) -> Option<Refusal> {
        let refused = self.refused(&seen, seen.policy);
        let limited = self.policies.limit(&seen);
        self.policies.notice(&Event::Decided(seen));
        self.watch.decided(seen, refused.is_some() || limited.is_some());
        if let Some(candidate) = &self.candidate {
            self.compare(seen, &resolve(&**candidate, seen.target), refused);
        }
        if let Some(candidate) = self.policies.candidate(seen.policy) {
            self.compare(seen, &candidate, refused);
        }
        let refused = refused.and_then(|refused| self.tell_refused(seen, refused));
        refused.or_else(|| {
            let limited = limited?;
            self.tell(&Event::LimitReached(seen, limited));
            Some(Refusal::Limit(limited))
        })
    }

    /// Tells of what a check refuses, and gives it back if the check is enforced.
    #[cold]
    fn tell_refused(&self, seen: Seen<'_>, refused: Refusal) -> Option<Refusal> {
        let enforced = self.enforces(refused);
        match refused {
            Refusal::Upgrade(refusal) => self.tell(&Event::UpgradeRefused(seen, refusal)),
            Refusal::Write(refusal) => self.tell(&Event::WriteRefused { seen, refusal, enforced }),
            Refusal::Limit(limited) => self.tell(&Event::LimitReached(seen, limited)),
        }
        enforced.then_some(refused)
    }

    fn tell(&self, event: &Event<'_>) {
        self.policies.notice(event);
        self.watch.tell(event);
    }

    /// What a policy refuses beyond what CORS is about, by the checks that are on.
    #[inline]
    fn refused(&self, seen: &Seen<'_>, policy: &Policy) -> Option<Refusal> {
        if let Some(handshake) = self.handshake.filter(|_| seen.is_handshake())
            && let Err(refusal) = policy.check_upgrade(seen.request, handshake)
        {
            return Some(Refusal::Upgrade(refusal));
        }
        // By HTTP/1.1 a handshake is a GET, which writes nothing.
        if self.writes == Writes::Ignore || seen.is_extended_connect() {
            return None;
        }
        policy.check_write(seen.method, seen.request).err().map(Refusal::Write)
    }

    fn enforces(&self, refusal: Refusal) -> bool {
        !matches!(refusal, Refusal::Write(_)) || self.writes == Writes::Refuse
    }

    #[cold]
    fn compare(&self, seen: Seen<'_>, candidate: &Policy, refused: Option<Refusal>) {
        let Seen { policy, verdict, method, request, .. } = seen;
        let is_enforced = |refusal: &Refusal| self.enforces(*refusal);
        let refused_now = refused.filter(is_enforced);
        let refused_then = self.refused(&seen, candidate).filter(is_enforced);
        let change = match (refused_now.is_some(), refused_then.is_some()) {
            (false, true) => Some(Change::NewlyRefused),
            (true, false) => Some(Change::NewlyAdmitted),
            (true, true) => None,
            (false, false) => policy.change_from(verdict, candidate, method, request),
        };
        if let Some(change) = change {
            self.tell(&Event::CandidateDiffers { seen, candidate, change });
        }
    }
}

/// The policy of a request. Unless it is the same for all, responses must not be reused for other origins.
#[inline]
fn resolve(policies: &(impl Resolve + ?Sized), target: &dyn Target) -> Policy {
    match policies.fixed() {
        Some(policy) => policy.clone(),
        None => policies.resolve(target).unwrap_or(Policy::nobody()).varying(),
    }
}

/// The header that has `name` among what scripts may read, beside what is there; `None` where it is already.
pub(crate) fn exposing(name: &str, exposed: Option<&[u8]>) -> Option<String> {
    let Some(exposed) = exposed.and_then(|exposed| str::from_utf8(exposed).ok()) else {
        return Some(name.to_owned());
    };
    let is_there = exposed.split(',').map(str::trim).any(|member| member == "*" || member == name);
    (!is_there).then(|| format!("{exposed}, {name}"))
}

impl Watch {
    #[inline]
    #[cfg_attr(not(feature = "tracing"), expect(unused_variables, reason = "a question of `tracing`"))]
    fn decided(&self, seen: Seen<'_>, is_refused_otherwise: bool) {
        // A refused request is one event: that of the check that refuses it.
        #[cfg(feature = "tracing")]
        if !is_refused_otherwise {
            crate::trace::trace(&Event::Decided(seen));
        }
        if let Some(observer) = &self.0 {
            observer(&Event::Decided(seen));
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

#[cfg(all(test, feature = "tower"))]
mod tests {
    use http::{Method, Request};

    use super::exposing;
    use crate::{Policy, Seen};

    #[test]
    fn names_are_exposed_once() {
        let of = |exposed: Option<&str>| exposing("retry-after", exposed.map(str::as_bytes));
        assert_eq!(of(None).as_deref(), Some("retry-after"));
        assert_eq!(of(Some("etag")).as_deref(), Some("etag, retry-after"));
        assert_eq!(of(Some("etag, retry-after")), None);
        assert_eq!(of(Some("*")), None);
    }

    #[test]
    fn extended_connects() {
        let is_extended = |method: Method, target: &str| {
            let request = Request::builder().method(method).uri(target).body(()).unwrap();
            let policy = Policy::nobody();
            let verdict = policy.decide(request.method().as_str().as_bytes(), request.headers());
            let method = request.method().as_str().as_bytes();
            Seen { policy: &policy, verdict, method, request: request.headers(), target: &request }
                .is_extended_connect()
        };
        assert!(is_extended(Method::CONNECT, "https://api.example.com/socket"));
        assert!(is_extended(Method::CONNECT, "/socket"));
        assert!(!is_extended(Method::CONNECT, "api.example.com:443"));
        assert!(!is_extended(Method::GET, "/"));
    }
}
