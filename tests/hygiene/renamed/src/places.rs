//! Every place at which an expression can stand.

use ::gate::{Policy, cors_policy};
use ::std::prelude::v1::*;

/// In a static.
pub static STATIC: Policy = cors_policy! { origins: ["https://static.example.com"], credentials: true };

/// In a constant.
pub const CONST: Policy = cors_policy! { origins: ["https://const.example.com"], methods: [PUT] };

/// In an array in a static.
pub static ARRAY: [Policy; 2] = [
    cors_policy! { origins: ["https://one.example.com"] },
    cors_policy! { origins: any, expose_headers: any, max_age: "2h" },
];

::std::thread_local! {
    /// In a thread local, made when it is first used.
    pub static LAZY_LOCAL: Policy = cors_policy! { origins: ["https://lazy-local.example.com"] };
    /// In a thread local, made while compiling.
    pub static LOCAL: Policy = const { cors_policy! { origins: ["https://local.example.com"] } };
}

/// In a constant function.
#[must_use]
pub const fn constant_function() -> Policy {
    cors_policy! { origins: ["https://const-fn.example.com", "https://*.const-fn.example.com"] }
}

/// In a constant that calls one.
pub const CALLED: Policy = constant_function();

/// Several in one function, one of them in a block, one in a closure and one in a loop.
#[must_use]
pub fn several() -> Vec<Policy> {
    static INSIDE: Policy = cors_policy! { origins: ["https://inside.example.com"] };
    const ALSO: Policy = cors_policy! { origins: ["https://also.example.com"] };
    let bound = cors_policy! { origins: ["https://let.example.com"], request_headers: ["x-a"] };
    let block = {
        cors_policy! { origins: ["https://block.example.com"] }
    };
    let closure = || cors_policy! { origins: ["https://closure.example.com"] };
    let mut policies = ::std::vec![INSIDE.clone(), ALSO, bound, block, closure()];
    while policies.len() < 7 {
        policies.push(cors_policy! { origins: ["https://loop.example.com"] });
    }
    policies
}

/// In a generic function.
#[must_use]
pub fn generic<T>(_value: &T, other: bool) -> Policy {
    if other {
        cors_policy! { origins: ["https://other.example.com"] }
    } else {
        cors_policy! { origins: ["https://generic.example.com"] }
    }
}

/// In an asynchronous function.
pub async fn asynchronous() -> Policy {
    let policy = cors_policy! { origins: ["https://async.example.com"] };
    ::core::future::ready(()).await;
    policy
}

/// A type with policies.
#[derive(Clone, Copy, Debug)]
pub struct Server<T>(pub T);

impl<T> Server<T> {
    /// In an associated constant.
    pub const POLICY: Policy = cors_policy! { origins: ["https://associated.example.com"] };

    /// In a method.
    #[must_use]
    pub fn policy(&self) -> Policy {
        cors_policy! { origins: ["https://method.example.com"] }
    }
}

/// What has a policy.
pub trait Guarded {
    /// In a default.
    const POLICY: Policy = cors_policy! { origins: ["https://default.example.com"] };
    /// The policy.
    fn guard(&self) -> Policy;
}

impl<T> Guarded for Server<T> {
    fn guard(&self) -> Policy {
        match self {
            Self(_) => cors_policy! { origins: ["https://trait.example.com"] },
        }
    }
}

/// With something in it that is surprising, and known to be.
#[expect(deprecated, reason = "two lists were merged")]
pub static SURPRISING: Policy = cors_policy! { origins: ["https://*.example.com", "https://a.example.com"] };

/// With named rules, and every field.
pub static RULES: Policy = cors_policy! {
    name: "rules",
    preflight_status: 200,
    apps: {
        origins: [
            "https://apps.example.com",
            #[allow(insecure_origin, reason = "a kiosk without TLS")]
            "http://kiosk.example.com:8080",
        ],
        credentials: true, methods: [PUT, "PURGE"], request_headers: [any, "authorization"],
        expose_headers: ["etag"], max_age: "1h 30m", admits: ["https://apps.example.com"],
    },
    rest: { origins: any, methods: any, request_headers: any },
    refuses: [],
};

/// In a lazy cell, and in a boxed value.
#[must_use]
pub fn boxed() -> Box<Policy> {
    static LAZY: ::std::sync::LazyLock<Policy> =
        ::std::sync::LazyLock::new(|| cors_policy! { origins: ["https://lazy.example.com"] });
    Box::new(LAZY.clone())
}

/// All of them can be sent to other threads, shared and cloned.
#[must_use]
pub fn handles() -> Vec<Policy> {
    use crate::is_handle;
    let mut policies = several();
    policies.extend([
        is_handle(STATIC.clone()),
        is_handle(CONST),
        is_handle(CALLED),
        is_handle(RULES.clone()),
    ]);
    policies.extend(ARRAY.iter().cloned().map(is_handle));
    policies.extend([
        generic(&7_u8, true),
        generic(&"a", false),
        Server(7_u8).policy(),
        Server(7_u8).guard(),
    ]);
    policies.extend([Server::<u8>::POLICY, <Server<u8> as Guarded>::POLICY, SURPRISING.clone(), *boxed()]);
    policies.extend([LOCAL.with(Clone::clone), LAZY_LOCAL.with(Clone::clone)]);
    policies
}
