//! The twins of the refused UI cases: the same policies without the mistake. That they compile, and without a
//! warning, is the test.

#![deny(warnings)]
#![expect(dead_code, unreachable_pub, reason = "every case is a program of its own")]

use std::collections::BTreeSet;

use cors_policy_compiler::catalogue::GROUPS;
use cors_policy_tests::reference;

macro_rules! accepted {
    ($($group:ident: $($name:ident)*;)*) => {
        $(mod $group {
            $(mod $name {
                include!(concat!("../ui/", stringify!($group), "/accepted/", stringify!($name), ".rs"));
            })*
        })*

        const NAMES: &[&str] = &[$($(stringify!($name),)*)*];
    };
}

accepted! {
    structure: syntax unknown_field duplicate_field wrong_type quoted_any mixed_rules too_many_rules
        invalid_name policy_too_large;
    attributes: unknown_attribute misplaced_attribute too_many_conditions allow_without_reason unknown_lint
        not_a_lint unused_allow outdated_allow;
    origins: missing_origins empty_origin any_origin_with_others wildcard_with_credentials
        any_origin_on_trusted_network unreachable_rule unreachable_origin duplicate_origin covered_origin
        overlapping_origin;
    shape: null_origin origin_whitespace several_origins_in_one placeholder_in_origin missing_scheme
        scheme_separator uppercase_scheme invalid_scheme wildcard_scheme scheme_too_long never_an_origin
        file_origin opaque_origin userinfo trailing_slash origin_path origin_query origin_fragment
        missing_host regex_origin origin_too_long;
    host: uppercase_host unicode_host percent_in_host invalid_host_character empty_label label_too_long
        host_too_long trailing_dot invalid_punycode lookalike_host ipv4_not_canonical ipv4_in_brackets
        ipv6_not_canonical ipv6_zone ipv6_without_brackets ipv6_bracket invalid_ipv6;
    port: default_port empty_port port_out_of_range port_leading_zero invalid_port partial_port_wildcard;
    wildcards: wildcard_position several_wildcards wildcard_needs_http wildcard_in_address;
    credentials: insecure_origin open_pattern shared_host any_port loopback_with_credentials
        insecure_authorization;
    methods: invalid_method forbidden_method lowercase_method any_method_with_others normalised_method
        safelisted_method options_method duplicate_method;
    request_headers: invalid_request_header forbidden_request_header response_header_as_request_header
        partial_header_wildcard any_request_header_with_others duplicate_request_header;
    expose_headers: invalid_exposed_header unreadable_header request_header_exposed preflight_header_exposed
        any_exposed_with_others any_exposed_with_credentials safelisted_exposed_header
        duplicate_exposed_header;
    preflight: invalid_max_age max_age_out_of_range capped_max_age preflight_status_out_of_range;
    expectations: wildcard_expectation unmet_admits unmet_refuses;
    ceilings: limit_out_of_range duplicate_limit;
}

#[test]
fn every_mistake_has_an_accepted_twin() {
    // Twins that are documents are compiled by the tests of the catalogue.
    let explained =
        GROUPS.iter().flat_map(|group| group.explanations.iter().map(move |it| (group, it.mistake)));
    let all: BTreeSet<&str> = explained
        .filter(|(group, mistake)| !reference::is_document(group, *mistake))
        .map(|(_, mistake)| mistake.name())
        .collect();
    assert_eq!(NAMES.iter().copied().collect::<BTreeSet<&str>>(), all);
    assert_eq!(NAMES.len(), all.len());
}
