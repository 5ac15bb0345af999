//! What a rule grants, read back: for listings, and for comparing one policy with another.

use http::HeaderValue;

use crate::policy::{Policy, Rule};
use crate::tables::List;

/// The methods or header names that a rule grants, beside those that need no permission.
///
/// ```
/// use cors_policy::{Policy, cors_policy};
///
/// static POLICY: Policy = cors_policy! {
///     origins: ["https://app.example.com"],
///     methods: [PUT, DELETE],
///     request_headers: [any, "authorization"],
///     max_age: "10m",
/// };
///
/// let rule = POLICY.rules().next().unwrap();
/// assert!(rule.methods().names().eq(["PUT", "DELETE"]) && !rule.methods().is_any());
/// assert!(rule.request_headers().names().eq(["authorization"]) && rule.request_headers().is_any());
/// assert_eq!(rule.expose_headers().names().count(), 0);
/// assert_eq!(rule.max_age(), Some(600));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted<'p> {
    any: bool,
    names: &'p str,
}

impl<'p> Granted<'p> {
    /// Whether every name is granted; of request headers, all but `authorization`, unless it is among the names.
    #[must_use]
    pub fn is_any(self) -> bool {
        self.any
    }

    /// The names, in the order and the case in which they are sent; beside `any`, those that it does not cover.
    pub fn names(self) -> impl Iterator<Item = &'p str> {
        self.names.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "*")
    }

    fn of_value(value: Option<&'p HeaderValue>) -> Self {
        // The compiler lets nothing but visible ASCII into values.
        let granted =
            Granted { any: false, names: value.and_then(|value| value.to_str().ok()).unwrap_or_default() };
        let any = granted.names.split(',').any(|name| name.trim() == "*");
        Granted { any, ..granted }
    }

    fn of_list(list: &'p List) -> Self {
        match list {
            List::Absent => Granted::of_value(None),
            List::Static(value) => Granted::of_value(Some(value)),
            List::Echo { authorization: true } => Granted { any: true, names: "authorization" },
            List::Echo { authorization: false } => Granted { any: true, names: "" },
        }
    }
}

impl<'p> Rule<'p> {
    /// The methods beside GET, HEAD and POST.
    #[must_use]
    pub fn methods(self) -> Granted<'p> {
        Granted::of_list(&self.tables.allow_methods)
    }

    /// The request headers beside the safelisted ones.
    #[must_use]
    pub fn request_headers(self) -> Granted<'p> {
        Granted::of_list(&self.tables.allow_headers)
    }

    /// The response headers that a page can read beside the safelisted ones.
    #[must_use]
    pub fn expose_headers(self) -> Granted<'p> {
        Granted::of_value(self.tables.expose_headers.as_ref())
    }

    /// For how many seconds browsers may keep the answer to a preflight; `None` leaves it to them, which is 5 seconds
    /// ([Fetch, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0)).
    #[must_use]
    pub fn max_age(self) -> Option<u32> {
        self.tables.max_age.as_ref().and_then(|value| value.to_str().ok()?.parse().ok())
    }
}

impl Policy {
    /// The status of answers to preflights that pass.
    #[must_use]
    pub fn preflight_status(&self) -> u16 {
        self.answers().preflight_status
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_kind() {
        static BOTH: List = List::Static(HeaderValue::from_static("*, authorization"));
        static ALL: List = List::Static(HeaderValue::from_static("*"));
        static SOME: List = List::Static(HeaderValue::from_static("x-a, x-b"));
        let read = |granted: Granted<'static>| (granted.is_any(), granted.names().collect::<Vec<_>>());
        let echo = |authorization| List::Echo { authorization };
        assert_eq!(read(Granted::of_list(&BOTH)), (true, vec!["authorization"]));
        assert_eq!(read(Granted::of_list(&ALL)), (true, vec![]));
        assert_eq!(read(Granted::of_list(&SOME)), (false, vec!["x-a", "x-b"]));
        assert_eq!(read(Granted::of_list(&List::Absent)), (false, vec![]));
        assert!(Granted::of_list(&echo(true)).names().eq(["authorization"]));
        assert!(
            Granted::of_list(&echo(false)).is_any() && Granted::of_list(&echo(false)).names().count() == 0
        );
    }
}
