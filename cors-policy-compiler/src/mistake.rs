//! The catalogue: every mistake that a policy can contain, by its stable name.

/// What follows from a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It can never work, or contradicts itself. Nothing silences it.
    Error,
    /// It works, and hands something to strangers. It refuses the policy unless the entry silences it with
    /// `#[allow(name, reason = "…")]`.
    Lint,
    /// It is redundant, without effect or surprising.
    Warning,
}

macro_rules! catalogue {
    ($($severity:ident { $($(#[$doc:meta])* $mistake:ident $name:literal $($note:literal)?,)* })*) => {
        /// A mistake that a policy can contain.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Mistake {
            $($($(#[$doc])* $mistake,)*)*
        }

        impl Mistake {
            /// Every mistake, in the order of the catalogue.
            pub const ALL: &[Mistake] = &[$($(Mistake::$mistake,)*)*];

            /// The stable name, in `snake_case`; for a lint, what `#[allow(…)]` takes.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Mistake::$mistake => $name,)*)*
                }
            }

            /// What follows from it.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $($(Mistake::$mistake)|* => Severity::$severity,)*
                }
            }

            /// Why it is one, where that is the same for everybody who makes it.
            #[must_use]
            pub const fn note(self) -> Option<&'static str> {
                match self {
                    $($($(Mistake::$mistake => Some($note),)?)*)*
                    _ => None,
                }
            }
        }
    };
}

catalogue! {
    Error {
        // Structure.
        /// Tokens that are not of the language's form.
        Syntax "syntax",
        /// A field that does not exist.
        UnknownField "unknown_field",
        /// A field, or a rule's name, given twice.
        DuplicateField "duplicate_field",
        /// A value of the wrong type.
        WrongType "wrong_type",
        /// Fields of a rule beside named rules.
        MixedRules "mixed_rules"
            "a policy is either one rule, or several named ones that stand in order",
        /// More rules than an automaton can tell apart.
        TooManyRules "too_many_rules",
        /// A name that logs could not show.
        InvalidName "invalid_name",
        /// An attribute other than `allow` and `cfg`.
        UnknownAttribute "unknown_attribute",
        /// An attribute where it means nothing.
        MisplacedAttribute "misplaced_attribute",
        /// More `cfg` atoms than can be compiled in every combination.
        TooManyConditions "too_many_conditions"
            "the policy is compiled and checked once for every combination of its conditions",
        /// An `allow` without a reason.
        AllowWithoutReason "allow_without_reason"
            "whoever reads the policy next must be able to tell whether the reason still holds",
        /// An `allow` of something that does not exist.
        UnknownLint "unknown_lint",
        /// An `allow` of an error or a warning.
        NotALint "not_a_lint",
        /// An `allow` that silences nothing.
        UnusedAllow "unused_allow"
            "a forgotten `allow` waits for the next careless edit",
        /// An automaton beyond the limits.
        PolicyTooLarge "policy_too_large",

        // Origins: the list.
        /// No origin at all.
        MissingOrigins "missing_origins",
        /// An empty string.
        EmptyOrigin "empty_origin",
        /// `any` beside origins.
        AnyOriginWithOthers "any_origin_with_others"
            "the list reads as if it restricted something",
        /// An origin that earlier rules cover wholly.
        UnreachableOrigin "unreachable_origin"
            "rules stand in order, and the first that admits an origin decides",
        /// A rule that earlier rules cover wholly.
        UnreachableRule "unreachable_rule"
            "rules stand in order, and the first that admits an origin decides",
        /// `any` under `credentials: true`.
        WildcardWithCredentials "wildcard_with_credentials"
            "browsers refuse `Access-Control-Allow-Origin: *` for requests with credentials, and echoing every \
             origin instead would hand each visitor's session to every site (Fetch, CORS check)",
        /// `any` under `trusts_network: true`.
        AnyOriginOnTrustedNetwork "any_origin_on_trusted_network"
            "any page that someone on that network opens could read what only the network may see",

        // Origins: the shape.
        /// The literal `null`.
        NullOrigin "null_origin"
            "sandboxed frames, `data:` documents and local files all send `Origin: null`, so any page can",
        /// White space or a control character.
        OriginWhitespace "origin_whitespace",
        /// Several origins in one string.
        SeveralOriginsInOne "several_origins_in_one"
            "`Access-Control-Allow-Origin` holds one origin; it never worked as a list",
        /// No scheme.
        MissingScheme "missing_scheme"
            "browsers send an origin as `scheme://host[:port]`",
        /// Something other than `://` behind the scheme.
        SchemeSeparator "scheme_separator"
            "browsers send an origin as `scheme://host[:port]`",
        /// A scheme with capitals.
        UppercaseScheme "uppercase_scheme"
            "browsers send schemes in lower case, and origins are compared byte for byte",
        /// No URL scheme.
        InvalidScheme "invalid_scheme"
            "a scheme is a letter, then letters, digits, `+`, `-` and `.` (RFC 3986, section 3.1)",
        /// A wildcard in a scheme.
        WildcardScheme "wildcard_scheme"
            "`http` would silently join, and with it everyone on the network path",
        /// A scheme over 64 characters.
        SchemeTooLong "scheme_too_long",
        /// A scheme that no page has.
        NeverAnOrigin "never_an_origin",
        /// A `file` origin.
        FileOrigin "file_origin"
            "pages opened from disk send `Origin: null`, which any page can send",
        /// A URL whose document has an opaque origin.
        OpaqueOrigin "opaque_origin"
            "such documents have no origin of their own (HTML, origin)",
        /// User name or password.
        Userinfo "userinfo"
            "an origin is scheme, host and port; what stands before `@` hides the real host from a reader",
        /// A path that is one slash.
        TrailingSlash "trailing_slash"
            "browsers send origins without a path, and compare them byte for byte: this entry would never match",
        /// A path.
        OriginPath "origin_path"
            "browsers send origins without a path, and compare them byte for byte: this entry would never match",
        /// A query.
        OriginQuery "origin_query" "an origin is scheme, host and port only",
        /// A fragment.
        OriginFragment "origin_fragment" "an origin is scheme, host and port only",
        /// No host.
        MissingHost "missing_host",
        /// A regular expression.
        RegexOrigin "regex_origin"
            "an expression that is not anchored, or whose dots are not escaped, admits names that strangers can \
             register",
        /// Longer than any origin can be.
        OriginTooLong "origin_too_long",

        // Origins: the host.
        /// A host with capitals.
        UppercaseHost "uppercase_host"
            "browsers send hosts in lower case, and origins are compared byte for byte",
        /// A host that is not ASCII.
        UnicodeHost "unicode_host"
            "browsers send international names in their ASCII form, and origins are compared byte for byte",
        /// A percent-encoded host.
        PercentInHost "percent_in_host" "browsers decode percent-encoding before they send an origin",
        /// A character that host names do not have.
        InvalidHostCharacter "invalid_host_character",
        /// Two dots in a row, or a leading dot.
        EmptyLabel "empty_label",
        /// A label over 63 bytes.
        LabelTooLong "label_too_long" "a label has at most 63 bytes (RFC 1035, section 2.3.4)",
        /// A name over 253 bytes.
        HostTooLong "host_too_long" "a host name has at most 253 bytes (RFC 1035, section 2.3.4)",
        /// An IPv4 address in another form than browsers send.
        Ipv4NotCanonical "ipv4_not_canonical"
            "browsers take a host that ends in a number for an IPv4 address, and send four decimal numbers (URL, \
             IPv4 parser)",
        /// An IPv4 address in brackets.
        Ipv4InBrackets "ipv4_in_brackets" "brackets are for IPv6",
        /// An IPv6 address in another form than browsers send.
        Ipv6NotCanonical "ipv6_not_canonical"
            "browsers send IPv6 addresses in one form only (URL, IPv6 serializer)",
        /// An IPv6 zone.
        Ipv6Zone "ipv6_zone" "a zone has a meaning on one machine only; URLs have none",
        /// An IPv6 address without brackets.
        Ipv6WithoutBrackets "ipv6_without_brackets",
        /// Brackets that do not stand around the whole host.
        Ipv6Bracket "ipv6_bracket",
        /// No IPv6 address between the brackets.
        InvalidIpv6 "invalid_ipv6",

        // Origins: the port.
        /// The default port of the scheme.
        DefaultPort "default_port"
            "browsers leave the default port out of an origin: this entry would never match",
        /// A colon without a port.
        EmptyPort "empty_port",
        /// Port 0, or above 65535.
        PortOutOfRange "port_out_of_range",
        /// A port with leading zeros.
        PortLeadingZero "port_leading_zero",
        /// No port.
        InvalidPort "invalid_port",
        /// A wildcard for a part of a port.
        PartialPortWildcard "partial_port_wildcard",

        // Origins: wildcards.
        /// A wildcard that lets strangers register matching names.
        WildcardPosition "wildcard_position",
        /// Wildcards that run into each other.
        SeveralWildcards "several_wildcards",
        /// A wildcard outside http and https.
        WildcardNeedsHttp "wildcard_needs_http",
        /// A wildcard in an address.
        WildcardInAddress "wildcard_in_address" "an IP address has no subdomains",

        // Methods.
        /// No method name.
        InvalidMethod "invalid_method"
            "one bad token in `Access-Control-Allow-Methods` makes browsers fail every preflight",
        /// A method that browsers never let scripts send.
        ForbiddenMethod "forbidden_method"
            "fetch() throws for CONNECT, TRACE and TRACK (Fetch, forbidden method)",
        /// A method that browsers do not rewrite to upper case.
        LowercaseMethod "lowercase_method"
            "methods are compared with case, and browsers rewrite only DELETE, GET, HEAD, OPTIONS, POST and PUT to \
             upper case (Fetch, normalize)",
        /// `any` beside methods.
        AnyMethodWithOthers "any_method_with_others",

        // Request headers.
        /// No header name.
        InvalidRequestHeader "invalid_request_header"
            "one bad token in `Access-Control-Allow-Headers` makes browsers fail every preflight",
        /// A header that scripts cannot set.
        ForbiddenRequestHeader "forbidden_request_header"
            "browsers drop it when a script sets it, so no preflight ever asks for it (Fetch, forbidden \
             request-header)",
        /// A response header.
        ResponseHeaderAsRequestHeader "response_header_as_request_header",
        /// A wildcard inside a name.
        PartialHeaderWildcard "partial_header_wildcard"
            "`*` stands for all headers or for itself, never for a part of a name",
        /// `any` beside names that it covers.
        AnyRequestHeaderWithOthers "any_request_header_with_others",

        // Exposed headers.
        /// No header name.
        InvalidExposedHeader "invalid_exposed_header"
            "one bad token in `Access-Control-Expose-Headers` hides all of them",
        /// `set-cookie`.
        UnreadableHeader "unreadable_header"
            "browsers hide it from scripts whatever the server says (Fetch, forbidden response-header name)",
        /// A request header.
        RequestHeaderExposed "request_header_exposed",
        /// A header of preflight responses.
        PreflightHeaderExposed "preflight_header_exposed" "scripts never see a preflight response",
        /// `any` beside names.
        AnyExposedWithOthers "any_exposed_with_others",
        /// `any` under `credentials: true`.
        AnyExposedWithCredentials "any_exposed_with_credentials"
            "for requests with credentials `*` is an ordinary name, so nothing would be readable (Fetch, CORS \
             filtered response)",

        // Max age and status.
        /// No duration.
        InvalidMaxAge "invalid_max_age",
        /// Negative, or above a day.
        MaxAgeOutOfRange "max_age_out_of_range"
            "Firefox keeps a preflight for at most 86,400 seconds, Chromium for 7,200, Safari for 600",
        /// Outside 200 to 299.
        PreflightStatusOutOfRange "preflight_status_out_of_range"
            "browsers fail a preflight whose status is not an ok status (Fetch, CORS-preflight fetch)",

        // Expectations.
        /// A pattern in `admits` or `refuses`.
        WildcardExpectation "wildcard_expectation",
        /// An origin in `admits` that is refused.
        UnmetAdmits "unmet_admits",
        /// An origin in `refuses` that is admitted.
        UnmetRefuses "unmet_refuses",
    }
    Lint {
        /// Scheme `http`, host not loopback.
        InsecureOrigin "insecure_origin"
            "anyone on the network path can serve a script from an http origin",
        /// Somebody else can register a name that the pattern admits.
        OpenPattern "open_pattern",
        /// A host that strangers share.
        SharedHost "shared_host",
        /// `:*` on a host that is not loopback.
        AnyPort "any_port"
            "another port of a host can be another team's program, or another user's",
    }
    Warning {
        /// An entry that stands twice.
        DuplicateOrigin "duplicate_origin",
        /// An entry that another one of its rule covers.
        CoveredOrigin "covered_origin",
        /// A pattern that shares origins with a pattern of an earlier rule.
        OverlappingOrigin "overlapping_origin"
            "rules stand in order, and the first that admits an origin decides",
        /// A host with a trailing dot.
        TrailingDot "trailing_dot" "with and without the dot are two origins",
        /// An `xn--` label that does not decode.
        InvalidPunycode "invalid_punycode",
        /// A name that reads like another.
        LookalikeHost "lookalike_host",
        /// A loopback origin with credentials in every build.
        LoopbackWithCredentials "loopback_with_credentials"
            "in production, any program on a visitor's own machine could use the visitor's session",
        /// An http origin beside `authorization`.
        InsecureAuthorization "insecure_authorization"
            "anyone on the network path can serve a script from an http origin and read what the token opens",
        /// A method written in another case.
        NormalisedMethod "normalised_method"
            "browsers rewrite this method to upper case before they send it (Fetch, normalize)",
        /// GET, HEAD or POST.
        SafelistedMethod "safelisted_method"
            "GET, HEAD and POST are always allowed; leaving one out does not forbid it",
        /// OPTIONS.
        OptionsMethod "options_method" "preflights need no entry; this is for scripts that send OPTIONS themselves",
        /// A method that stands twice.
        DuplicateMethod "duplicate_method",
        /// A request header that stands twice.
        DuplicateRequestHeader "duplicate_request_header",
        /// An exposed header that is always readable.
        SafelistedExposedHeader "safelisted_exposed_header"
            "scripts can always read it (Fetch, CORS-safelisted response-header name)",
        /// An exposed header that stands twice.
        DuplicateExposedHeader "duplicate_exposed_header",
        /// More than Chromium keeps.
        CappedMaxAge "capped_max_age" "Chromium keeps a preflight for at most 7,200 seconds",
        /// An `allow` that a newer suffix list may have made unused.
        OutdatedAllow "outdated_allow",
    }
}

impl Mistake {
    /// The mistake with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Mistake> {
        Mistake::ALL.iter().copied().find(|mistake| mistake.name() == name)
    }
}
