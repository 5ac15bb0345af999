//! The mistakes themselves.

use super::{Severity, catalogue};
use crate::standard::{self, Section};

catalogue! {
    Error {
        // Structure.
        /// Tokens that are not of the language's form.
        Syntax "syntax";
        /// A field that does not exist.
        UnknownField "unknown_field";
        /// A field, or a rule's name, given twice.
        DuplicateField "duplicate_field",
            "only one of the two could count, and a reader cannot tell which";
        /// A value of the wrong type.
        WrongType "wrong_type";
        /// `"any"` in quotes.
        QuotedAny "quoted_any",
            "in quotes it would be the name of one origin, method or header";
        /// Fields of a rule beside named rules.
        MixedRules "mixed_rules",
            "a policy is either one rule, or several named ones that are tried in order";
        /// More rules than an automaton can tell apart.
        TooManyRules "too_many_rules",
            "the matcher names the rule that decides in one byte";
        /// A name that logs could not show.
        InvalidName "invalid_name",
            "names appear in logs and explanations";
        /// An attribute other than `allow` and `cfg`.
        UnknownAttribute "unknown_attribute",
            "an attribute that is ignored would promise something that does not happen";
        /// An attribute where it means nothing.
        MisplacedAttribute "misplaced_attribute",
            "a lint is about one origin, and is silenced on that origin only";
        /// More `cfg` atoms than can be compiled in every combination.
        TooManyConditions "too_many_conditions",
            "the policy is compiled and checked once for every combination of its conditions";
        /// An `allow` without a reason.
        AllowWithoutReason "allow_without_reason",
            "whoever reads the policy next must be able to tell whether the reason still holds";
        /// An `allow` of something that does not exist.
        UnknownLint "unknown_lint";
        /// An `allow` of an error or a warning.
        NotALint "not_a_lint",
            "the lints are `insecure_origin`, `open_pattern`, `shared_host` and `any_port`";
        /// An `allow` that silences nothing.
        UnusedAllow "unused_allow",
            "left here, it would silence the lint after a later edit, and nobody would notice";
        /// An automaton beyond the limits.
        PolicyTooLarge "policy_too_large",
            "wildcards in labels multiply: each further one can double the matcher";

        // Origins: the list.
        /// No origin at all.
        MissingOrigins "missing_origins" CORS_PROTOCOL,
            "an origin is a page's scheme, host and port; browsers let only pages of admitted origins read a response";
        /// An empty string.
        EmptyOrigin "empty_origin",
            "an empty string is typical of a variable that is not set";
        /// `any` beside origins.
        AnyOriginWithOthers "any_origin_with_others",
            "the list reads as if it restricted something, and any page on the web is admitted";
        /// An origin that earlier rules cover wholly.
        UnreachableOrigin "unreachable_origin",
            "rules are tried in order, and the first that admits the origin decides";
        /// A rule that earlier rules cover wholly.
        UnreachableRule "unreachable_rule",
            "rules are tried in order, and the first that admits the origin decides";
        /// `any` under `credentials: true`.
        WildcardWithCredentials "wildcard_with_credentials" CREDENTIALS,
            "browsers refuse `Access-Control-Allow-Origin: *` for requests with cookies, and echoing every origin \
             instead would let any website act as each of your users";
        /// `any` under `trusts_network: true`.
        AnyOriginOnTrustedNetwork "any_origin_on_trusted_network" CORS_PROTOCOL,
            "any website that somebody on that network opens could read what only the network may see";

        // Origins: the shape.
        /// The literal `null`.
        NullOrigin "null_origin" OPAQUE_ORIGIN,
            "sandboxed frames and `data:` documents send `Origin: null`, and any website can open one";
        /// White space or a control character.
        OriginWhitespace "origin_whitespace" SERIALISED_ORIGIN,
            "browsers never send white space in an origin: this entry would never match";
        /// Several origins in one string.
        SeveralOriginsInOne "several_origins_in_one" HTTP_RESPONSES,
            "`Access-Control-Allow-Origin` holds one origin; it never worked as a list";
        /// `${HOST}`, `{tenant}` and the like.
        PlaceholderInOrigin "placeholder_in_origin",
            "a policy is compiled as it stands: nothing replaces variables in it";
        /// No scheme.
        MissingScheme "missing_scheme" SERIALISED_ORIGIN,
            "browsers send an origin as `scheme://host[:port]`, and compare it byte for byte";
        /// Something other than `://` behind the scheme.
        SchemeSeparator "scheme_separator" SERIALISED_ORIGIN,
            "browsers send an origin as `scheme://host[:port]`, and compare it byte for byte";
        /// A scheme with capitals.
        UppercaseScheme "uppercase_scheme" SERIALISED_ORIGIN,
            "browsers send schemes in lower case, and compare origins byte for byte: this entry would never match";
        /// No URL scheme.
        InvalidScheme "invalid_scheme" SCHEME,
            "a scheme is a letter, then letters, digits, `+`, `-` and `.`";
        /// A wildcard in a scheme.
        WildcardScheme "wildcard_scheme" TRUSTWORTHY,
            "it would also admit the http page, which anyone on the visitor's network can impersonate";
        /// A scheme over 64 characters.
        SchemeTooLong "scheme_too_long",
            "the limit bounds the work on hostile requests; schemes in use are far shorter";
        /// A scheme that no page has.
        NeverAnOrigin "never_an_origin" SERIALISED_ORIGIN,
            "an origin belongs to a document, and no document is loaded like that";
        /// A `file` origin.
        FileOrigin "file_origin" OPAQUE_ORIGIN,
            "pages opened from disk send `Origin: null`, which any website can send";
        /// A URL whose document has an opaque origin.
        OpaqueOrigin "opaque_origin" URL_ORIGIN;
        /// User name or password.
        Userinfo "userinfo" SERIALISED_ORIGIN,
            "an origin is scheme, host and port; what stands before `@` hides the real host from a reader";
        /// A path that is one slash.
        TrailingSlash "trailing_slash" CORS_CHECK,
            "browsers send origins without a path, and compare them byte for byte: this entry would never match";
        /// A path.
        OriginPath "origin_path" CORS_CHECK,
            "browsers send origins without a path, so a policy cannot tell the pages of one host apart";
        /// A query.
        OriginQuery "origin_query" SERIALISED_ORIGIN,
            "an origin is scheme, host and port only: this entry would never match";
        /// A fragment.
        OriginFragment "origin_fragment" SERIALISED_ORIGIN,
            "an origin is scheme, host and port only: this entry would never match";
        /// No host.
        MissingHost "missing_host" SERIALISED_ORIGIN,
            "browsers send an origin as `scheme://host[:port]`";
        /// A regular expression.
        RegexOrigin "regex_origin",
            "entries are compared as text, in which only `*` has a meaning: this entry would never match";
        /// Longer than any origin can be.
        OriginTooLong "origin_too_long" SERIALISED_ORIGIN,
            "an origin is scheme, host and port only: this entry would never match";

        // Origins: the host.
        /// A host with capitals.
        UppercaseHost "uppercase_host" HOST,
            "browsers send hosts in lower case, and compare origins byte for byte: this entry would never match";
        /// A host that is not ASCII.
        UnicodeHost "unicode_host" DOMAIN_TO_ASCII,
            "browsers send international names in their ASCII form (punycode): this entry would never match";
        /// A percent-encoded host.
        PercentInHost "percent_in_host" HOST,
            "browsers decode percent-encoding before they send an origin: this entry would never match";
        /// A character that host names do not have.
        InvalidHostCharacter "invalid_host_character",
            "host names are made of letters, digits, `-` and `_`; anything else is a slip, or a pattern of another tool";
        /// Two dots in a row, or a leading dot.
        EmptyLabel "empty_label" NAME_SIZES,
            "a host name is made of labels with single dots between them, and no label is empty";
        /// A label over 63 bytes.
        LabelTooLong "label_too_long" NAME_SIZES,
            "a label, the text between two dots, has at most 63 bytes in DNS";
        /// A name over 253 bytes.
        HostTooLong "host_too_long" NAME_SIZES,
            "a host name has at most 253 bytes in DNS";
        /// An IPv4 address in another form than browsers send.
        Ipv4NotCanonical "ipv4_not_canonical" IPV4,
            "browsers send an IPv4 address as four decimal numbers without leading zeros: this entry would never match";
        /// An IPv4 address in brackets.
        Ipv4InBrackets "ipv4_in_brackets" HOST,
            "brackets are for IPv6: no URL has an IPv4 address in them";
        /// An IPv6 address in another form than browsers send.
        Ipv6NotCanonical "ipv6_not_canonical" IPV6_FORM,
            "an IPv6 address has many spellings, and browsers send one of them: this entry would never match";
        /// An IPv6 zone.
        Ipv6Zone "ipv6_zone" IPV6,
            "a zone names a network card of one machine; URLs have none";
        /// An IPv6 address without brackets.
        Ipv6WithoutBrackets "ipv6_without_brackets" HOST,
            "without them the colons of the address would begin a port";
        /// Brackets that do not stand around the whole host.
        Ipv6Bracket "ipv6_bracket" HOST,
            "brackets stand around an IPv6 address, and nowhere else";
        /// No IPv6 address between the brackets.
        InvalidIpv6 "invalid_ipv6" IPV6,
            "an IPv6 address has eight groups of hexadecimal digits, and `::` stands for one run of zeros";

        // Origins: the port.
        /// The default port of the scheme.
        DefaultPort "default_port" SPECIAL_SCHEME,
            "browsers leave the default port out of an origin: this entry would never match";
        /// A colon without a port.
        EmptyPort "empty_port" PORT,
            "browsers send no colon without a port: this entry would never match";
        /// Port 0, or above 65535.
        PortOutOfRange "port_out_of_range" PORT,
            "no page can be loaded from such a port";
        /// A port with leading zeros.
        PortLeadingZero "port_leading_zero" PORT,
            "browsers send ports without leading zeros: this entry would never match";
        /// No port.
        InvalidPort "invalid_port" PORT,
            "browsers send a port as one decimal number: this entry would never match";
        /// A wildcard for a part of a port.
        PartialPortWildcard "partial_port_wildcard",
            "ports that begin alike can belong to different programs, and to different people";

        // Origins: wildcards.
        /// A wildcard that lets strangers register matching names.
        WildcardPosition "wildcard_position" SUFFIX_LIST;
        /// Wildcards that run into each other.
        SeveralWildcards "several_wildcards",
            "one leading `*.` already stands for every depth of subdomain";
        /// A wildcard outside http and https.
        WildcardNeedsHttp "wildcard_needs_http",
            "origins of other schemes are names that an application chose, without subdomains and usually without ports";
        /// A wildcard in an address.
        WildcardInAddress "wildcard_in_address" HOST,
            "an IP address has no subdomains, and addresses that look alike can belong to different owners";

        // Methods.
        /// No method name.
        InvalidMethod "invalid_method" METHOD,
            "if one name in `Access-Control-Allow-Methods` is malformed, browsers fail every preflight";
        /// A method that browsers never let scripts send.
        ForbiddenMethod "forbidden_method" FORBIDDEN_METHOD,
            "`fetch` throws for CONNECT, TRACE and TRACK, so no preflight ever asks for them";
        /// A method that browsers do not rewrite to upper case.
        LowercaseMethod "lowercase_method" NORMALISED_METHOD,
            "case counts in methods, and browsers rewrite only DELETE, GET, HEAD, OPTIONS, POST and PUT to upper case";
        /// `any` beside methods.
        AnyMethodWithOthers "any_method_with_others",
            "the list reads as if it restricted something";

        // Request headers.
        /// No header name.
        InvalidRequestHeader "invalid_request_header" TOKEN,
            "if one name in `Access-Control-Allow-Headers` is malformed, browsers fail every preflight";
        /// A header that scripts cannot set.
        ForbiddenRequestHeader "forbidden_request_header" FORBIDDEN_REQUEST_HEADER,
            "browsers drop it when a script sets it, so no preflight ever asks for it";
        /// A response header.
        ResponseHeaderAsRequestHeader "response_header_as_request_header" HTTP_RESPONSES,
            "this list has what scripts may send; browsers look for this header in responses only";
        /// A wildcard inside a name.
        PartialHeaderWildcard "partial_header_wildcard" HTTP_RESPONSES,
            "`*` stands for all headers or for itself, never for a part of a name";
        /// `any` beside names that it covers.
        AnyRequestHeaderWithOthers "any_request_header_with_others",
            "the list reads as if it restricted something";

        // Exposed headers.
        /// No header name.
        InvalidExposedHeader "invalid_exposed_header" TOKEN,
            "if one name in `Access-Control-Expose-Headers` is malformed, browsers hide all headers of the list";
        /// `set-cookie`.
        UnreadableHeader "unreadable_header" FORBIDDEN_RESPONSE_HEADER,
            "browsers hide it from scripts whatever the server says";
        /// A request header.
        RequestHeaderExposed "request_header_exposed",
            "responses do not have it, so there is nothing to read";
        /// A header of preflight responses.
        PreflightHeaderExposed "preflight_header_exposed" PREFLIGHT,
            "a preflight is the browser's own question before a request; scripts never see the answer";
        /// `any` beside names.
        AnyExposedWithOthers "any_exposed_with_others",
            "the list reads as if it restricted something";
        /// `any` under `credentials: true`.
        AnyExposedWithCredentials "any_exposed_with_credentials" FILTERED_RESPONSE,
            "for requests with cookies browsers take `*` for the name of a header, so scripts could read no more than \
             without the list";

        // Max age and status.
        /// No duration.
        InvalidMaxAge "invalid_max_age",
            "a duration is whole numbers with `d`, `h`, `m` or `s`, the larger units first, or a number of seconds";
        /// Negative, or above a day.
        MaxAgeOutOfRange "max_age_out_of_range" HTTP_RESPONSES,
            "Firefox keeps the answer to a preflight for at most 86,400 seconds, Chromium for 7,200, Safari for 600";
        /// Outside 200 to 299.
        PreflightStatusOutOfRange "preflight_status_out_of_range" PREFLIGHT,
            "browsers ask before unusual requests (the preflight), and take only a status from 200 to 299 for a yes";

        // Expectations.
        /// A pattern in `admits` or `refuses`.
        WildcardExpectation "wildcard_expectation",
            "`admits` and `refuses` ask the policy about origins that a browser could send";
        /// An origin in `admits` that is refused.
        UnmetAdmits "unmet_admits",
            "`admits` lists origins that the policy must let in";
        /// An origin in `refuses` that is admitted.
        UnmetRefuses "unmet_refuses",
            "`refuses` lists origins that the policy must not let in";

        // Ceilings.
        /// A number that no document can have, or below which there is room for none.
        LimitOutOfRange "limit_out_of_range";
        /// A scheme, any port or any origin.
        OriginAboveCeiling "origin_above_ceiling",
            "a ceiling fixes the most that a document may ask for, and belongs to whoever runs the service";
        /// More rules or origins than there may be.
        NumberAboveCeiling "number_above_ceiling",
            "a ceiling fixes the most that a document may ask for, and belongs to whoever runs the service";
        /// Credentials, a method, a header or a max age.
        GrantAboveCeiling "grant_above_ceiling",
            "a ceiling fixes the most that a document may ask for, and belongs to whoever runs the service";
        /// An `allow` of a lint that documents cannot silence.
        LintAboveCeiling "lint_above_ceiling",
            "a reason in a document is that of its author, and what the lint is about concerns the service";
        /// A profile that does not exist.
        UnknownProfile "unknown_profile";
        /// A profile, and lists of its own.
        ProfileBesideFields "profile_beside_fields",
            "a profile stands for all three lists, and a reader cannot tell whether the one beside it adds or replaces";
        /// A document of a newer version.
        DocumentVersion "document_version",
            "what a newer version says may mean something else than an older program reads in it";
    }
    Lint {
        /// Scheme `http`, host not loopback.
        InsecureOrigin "insecure_origin" TRUSTWORTHY,
            "whoever controls the network (a café's Wi-Fi, a router) can put a script into an http page, and that \
             script reads whatever your API shows the visitor";
        /// Somebody else can register a name that the pattern admits.
        OpenPattern "open_pattern" SUFFIX_LIST,
            "a page at such a name reads whatever your API shows the visitor who opens it";
        /// A host that strangers share.
        SharedHost "shared_host",
            "browsers do not tell customers of one host apart: every page there gets the rights of yours";
        /// `:*` on a host that is not loopback.
        AnyPort "any_port",
            "another port of a host can be another team's program, and its pages would read whatever your API shows the \
             visitor";
    }
    Warning {
        /// An entry that stands twice.
        DuplicateOrigin "duplicate_origin",
            "it changes nothing, and one day somebody removes only one of them";
        /// An entry that another one of its rule covers.
        CoveredOrigin "covered_origin",
            "the narrow entry reads like a restriction that does not exist";
        /// A pattern that shares origins with a pattern of an earlier rule.
        OverlappingOrigin "overlapping_origin",
            "rules are tried in order, and the first that admits the origin decides";
        /// A host with a trailing dot.
        TrailingDot "trailing_dot" HOST,
            "browsers take the name with the dot and the one without for two origins";
        /// An `xn--` label that does not decode.
        InvalidPunycode "invalid_punycode" PUNYCODE,
            "punycode is the ASCII form of international names, and no registry gives out this one";
        /// A name that reads like another.
        LookalikeHost "lookalike_host" LOOKALIKES;
        /// A loopback origin with credentials in every build.
        LoopbackWithCredentials "loopback_with_credentials",
            "in production `localhost` is the visitor's own machine: whatever program serves a page on that port there \
             reads with the visitor's cookies";
        /// An http origin beside `authorization`.
        InsecureAuthorization "insecure_authorization" TRUSTWORTHY,
            "whoever controls the network can put a script into an http page, and read what the token opens";
        /// A method written in another case.
        NormalisedMethod "normalised_method" NORMALISED_METHOD,
            "browsers rewrite this method to upper case before they send it";
        /// GET, HEAD or POST.
        SafelistedMethod "safelisted_method" SAFELISTED_METHOD,
            "GET, HEAD and POST are always allowed; leaving one out does not forbid it";
        /// OPTIONS.
        OptionsMethod "options_method" PREFLIGHT,
            "a preflight is the OPTIONS request by which a browser asks first; it needs no entry";
        /// A method that stands twice.
        DuplicateMethod "duplicate_method", "it changes nothing";
        /// A request header that stands twice.
        DuplicateRequestHeader "duplicate_request_header",
            "case does not count in names of headers, so it changes nothing";
        /// An exposed header that is always readable.
        SafelistedExposedHeader "safelisted_exposed_header" SAFELISTED_RESPONSE_HEADER,
            "scripts can always read it";
        /// An exposed header that stands twice.
        DuplicateExposedHeader "duplicate_exposed_header",
            "case does not count in names of headers, so it changes nothing";
        /// More than Chromium keeps.
        CappedMaxAge "capped_max_age" HTTP_RESPONSES,
            "Chromium asks again (with a preflight, an OPTIONS request) after 7,200 seconds at the latest";
        /// A scheme or a lint that stands twice in a ceiling.
        DuplicateLimit "duplicate_limit", "it changes nothing";
        /// An `allow` that a newer suffix list may have made unused.
        OutdatedAllow "outdated_allow" SUFFIX_LIST;
    }
}
