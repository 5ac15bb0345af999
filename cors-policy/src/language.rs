//! The words of [`cors_policy!`](crate::cors_policy) and of `cors_ceiling!`, one by one.
//!
//! Nothing here is for use in programs: the macros refer to these items from the words of a policy, so that editors
//! show their documentation, find it, and complete words. The types are like those of the values, and the values
//! are the defaults.

/// The fields of a policy and of its rules.
#[expect(non_upper_case_globals, reason = "they are spelt as in a policy")]
pub mod fields {
    /// Who may read responses: a list of origins and patterns, or `any`. Required.
    ///
    /// An origin is `scheme://host[:port]`, as browsers send it: lower case, no default port, no slash at the end. A
    /// leading `*.` stands for one or more labels and never for none; any other `*` in a host for a part of its
    /// label; `:*` for any port, or none. `#[allow(lint, reason = "…")]` and `#[cfg(…)]` may stand in front.
    ///
    /// `Access-Control-Allow-Origin` ([Fetch](https://fetch.spec.whatwg.org/#http-access-control-allow-origin)).
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy};
    /// static API: Policy = cors_policy! {
    ///     origins: ["https://app.example.com", "https://*.app.example.com", "https://pr-*.preview.example.com"],
    /// };
    /// # assert!(API.admits(b"https://pr-1.preview.example.com"));
    /// ```
    pub const origins: &[&str] = &[];

    /// Whether cookies, HTTP authentication and client certificates travel: `true` or `false`.
    ///
    /// Not needed for tokens that scripts send themselves: those need `"authorization"` in
    /// [`request_headers`]. With `true`, `origins` cannot be `any`, and whatever lets strangers in is a lint.
    ///
    /// `Access-Control-Allow-Credentials`
    /// ([Fetch](https://fetch.spec.whatwg.org/#http-access-control-allow-credentials)).
    pub const credentials: bool = false;

    /// The methods that scripts may use beside GET, HEAD and POST, which are always allowed: a list of identifiers or
    /// strings, or `any`.
    ///
    /// Browsers rewrite `delete`, `get`, `head`, `options`, `post` and `put` to upper case, and no others: `PATCH` must
    /// be written so, here and in scripts.
    ///
    /// `Access-Control-Allow-Methods` ([Fetch](https://fetch.spec.whatwg.org/#http-access-control-allow-methods)).
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy};
    /// static API: Policy = cors_policy! { origins: any, methods: [PUT, PATCH, DELETE, "M-SEARCH"] };
    /// # let _ = &API;
    /// ```
    pub const methods: &[&str] = &[];

    /// The request headers that scripts may set beside the safelisted ones: a list of names, or `any`. `any` does not
    /// cover `"authorization"`, which may stand beside it.
    ///
    /// JSON bodies need `"content-type"`.
    ///
    /// `Access-Control-Allow-Headers` ([Fetch](https://fetch.spec.whatwg.org/#http-access-control-allow-headers)).
    pub const request_headers: &[&str] = &[];

    /// The response headers that scripts may read beside the safelisted ones: a list of names, or, without
    /// [`credentials`], `any`.
    ///
    /// `Access-Control-Expose-Headers` ([Fetch](https://fetch.spec.whatwg.org/#http-access-control-expose-headers)).
    pub const expose_headers: &[&str] = &[];

    /// For how long browsers may keep the answer to a preflight: `"2h"`, `"10m"`, `"600s"`, `"1h 30m"`, or a number
    /// of seconds; 0 for "do not keep it". Without it browsers take 5 seconds.
    ///
    /// Firefox keeps it for at most a day, Chromium for two hours, Safari for ten minutes.
    ///
    /// `Access-Control-Max-Age` ([Fetch](https://fetch.spec.whatwg.org/#http-access-control-max-age)).
    pub const max_age: Option<&str> = None;

    /// Whether being able to connect is itself a permission, as in an intranet, on loopback or behind a list of
    /// addresses: `true` or `false`. `origins: any` is then an error, and every lint fires as with [`credentials`].
    pub const trusts_network: bool = false;

    /// The status of answers to preflights that pass: 200 to 299.
    ///
    /// ([Fetch, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0)).
    pub const preflight_status: u16 = 204;

    /// What logs and explanations call the policy: a string. Without it, the file and line of the call.
    pub const name: Option<&str> = None;

    /// Origins that the policy, or the rule, must admit: a list of strings, checked while compiling.
    pub const admits: &[&str] = &[];

    /// Origins that the policy, or the rule, must not admit: a list of strings, checked while compiling.
    ///
    /// ```compile_fail
    /// # use cors_policy::{Policy, cors_policy};
    /// // error: `https://blog.example.com` is admitted by `https://*.example.com`
    /// static API: Policy = cors_policy! {
    ///     origins: ["https://*.example.com"],
    ///     refuses: ["https://blog.example.com"],
    /// };
    /// ```
    pub const refuses: &[&str] = &[];

    /// Rules as a list, where the order of fields may be lost: `[{ name: "apps", origins: […] }, …]`. In Rust, named
    /// rules stand as fields of their own: `apps: { origins: […] }`.
    pub const rules: &[&str] = &[];
}

/// The fields of a ceiling (`cors_ceiling!`, with the feature `compile`) and of its profiles.
#[expect(non_upper_case_globals, reason = "they are spelt as in a ceiling")]
pub mod ceiling {
    /// The schemes of origins that documents may admit. Loopback is no exception.
    pub const schemes: &[&str] = &["https"];
    /// Whether documents may say `credentials: true`.
    pub const credentials: bool = false;
    /// Whether documents may admit any origin: `"origins": "*"`.
    pub const any_origin: bool = false;
    /// Whether patterns of documents may end with `:*`.
    pub const any_port: bool = false;
    /// How many origins without `*` in their host a document may have, over all its rules.
    pub const exact_origins: u32 = 100;
    /// How many patterns with `*` in their host a document may have, over all its rules.
    pub const wildcard_origins: u32 = 10;
    /// How many rules a document may have.
    pub const rules: u32 = 4;
    /// The methods that documents may list beside GET, HEAD and POST: a list, or `any`.
    pub const methods: &[&str] = &[];
    /// The request headers that documents may list: a list, or `any`, which does not cover `"authorization"`.
    pub const request_headers: &[&str] = &[];
    /// The response headers that documents may expose: a list, or `any`.
    pub const expose_headers: &[&str] = &[];
    /// The longest `max_age` of documents. Without it they cannot set one.
    pub const max_age: Option<&str> = None;
    /// The lints that documents may silence with `allow`.
    pub const lints: &[&str] = &[];
    /// Methods, headers and a max age under names, which documents can give in place of them.
    pub const profiles: &[&str] = &[];
}

/// What can stand in place of a list.
#[expect(non_upper_case_globals, reason = "they are spelt as in a policy")]
pub mod lists {
    /// Everything. `"*"` means the same.
    pub const any: &str = "*";
}

/// Methods that are often allowed.
#[expect(non_upper_case_globals, reason = "they are spelt as in a policy")]
pub mod methods {
    /// Replaces a resource ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.4)).
    pub const PUT: &str = "PUT";
    /// Changes a part of a resource ([RFC 5789](https://www.rfc-editor.org/rfc/rfc5789)).
    pub const PATCH: &str = "PATCH";
    /// Removes a resource ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-9.3.5)).
    pub const DELETE: &str = "DELETE";
    /// Every method. `"*"` means the same.
    pub const any: &str = "*";
}

/// Lints, for `#[allow(lint, reason = "…")]` in front of an origin. They fire with
/// [`credentials`](fields::credentials) or [`trusts_network`](fields::trusts_network).
#[expect(non_upper_case_globals, reason = "they are spelt as in a policy")]
pub mod lints {
    /// The origin is http, and not loopback: whoever controls the network can put a script into its pages.
    pub const insecure_origin: &str = "insecure_origin";
    /// Somebody else can register a name that the pattern admits, by the public suffix list.
    pub const open_pattern: &str = "open_pattern";
    /// Strangers share the host.
    pub const shared_host: &str = "shared_host";
    /// `:*`, and the host is not loopback: another port can be another team's program.
    pub const any_port: &str = "any_port";
}

/// Attributes in front of origins, and, for `cfg`, of fields and rules.
#[expect(non_upper_case_globals, reason = "they are spelt as in a policy")]
pub mod attributes {
    /// `#[allow(lint, reason = "…")]`: silences a lint on one origin, for a reason.
    pub const allow: &str = "allow";
    /// `#[cfg(…)]`: there in some builds only. The policy is compiled for each combination of its conditions.
    pub const cfg: &str = "cfg";
}
