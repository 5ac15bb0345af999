//! Origins, and what is found in them.

use super::read;

/// The names of what is found in a text, `!` in front of those that refuse it.
fn found(text: &str) -> Vec<String> {
    let (pattern, findings) = read(text);
    assert_eq!(pattern.is_none(), findings.iter().any(super::Finding::is_error), "{text}");
    let name = |finding: &super::Finding| {
        let mark = if finding.is_error() { "!" } else { "" };
        format!("{mark}{}", finding.mistake.name())
    };
    findings.iter().map(name).collect()
}

#[track_caller]
fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(found(text), *expected, "{text}");
    }
}

#[test]
fn origins_as_browsers_send_them_are_valid() {
    check(&[
        ("https://shop.example", &[]),
        ("http://shop.example:8080", &[]),
        ("https://shop.example:80", &[]),
        ("https://intranet", &[]),
        ("https://a_b.example", &[]),
        ("https://-shop-.example", &[]),
        ("https://qa--site.example", &[]),
        ("https://xn--bcher-kva.example", &[]),
        ("https://1.example", &[]),
        ("https://1x", &[]),
        ("http://192.0.2.7:8080", &[]),
        ("http://[::1]:5173", &[]),
        ("http://[::ffff:c000:207]", &[]),
        ("http://[1::]", &[]),
        ("chrome-extension://abcdefghijklmnopabcdefghijklmnop", &[]),
        ("moz-extension://9fb2a3d4-5e6f-4a1b-9c2d-3e4f5a6b7c8d", &[]),
        ("safari-web-extension://E6AF6C47-5E2F-4A1B-9C2D-3E4F5A6B7C8D", &[]),
        ("capacitor://localhost", &[]),
        ("com.acme.app-2://host", &[]),
        ("https://shop.example.", &["trailing_dot"]),
        ("https://xn--a-.example", &["invalid_punycode"]),
    ]);
}

#[test]
fn what_is_no_origin_is_named() {
    check(&[
        ("", &["!empty_origin"]),
        ("null", &["!null_origin"]),
        ("NULL", &["!missing_scheme"]),
        ("true", &["!missing_scheme"]),
        ("//shop.example", &["!missing_scheme"]),
        ("localhost:3000", &["!missing_scheme"]),
        ("*.shop.example", &["!missing_scheme"]),
        ("https:shop.example", &["!scheme_separator"]),
        ("https:/shop.example", &["!scheme_separator"]),
        ("https//shop.example", &["!scheme_separator"]),
        ("https:\\\\shop.example", &["!scheme_separator"]),
        ("https;//shop.example", &["!scheme_separator"]),
        ("chrome-extension:abcdefgh", &["!scheme_separator"]),
        ("a.example:8443/x", &["!missing_scheme"]),
        ("https://a.example,https://b.example", &["!several_origins_in_one"]),
        ("https://a.example https://b.example", &["!several_origins_in_one"]),
        ("https://a.example|https://b.example", &["!several_origins_in_one"]),
        (" https://a.example", &["!origin_whitespace"]),
        ("https://a.example\n", &["!origin_whitespace"]),
        ("https://a.example: 80", &["!origin_whitespace"]),
        ("/^https:.*example$/", &["!regex_origin"]),
        ("^https://a.example$", &["!regex_origin"]),
        ("https://a\\.example", &["!regex_origin"]),
        ("https://.*.example", &["!regex_origin"]),
        ("file:///home/me", &["!file_origin"]),
        ("FILE://x", &["!file_origin"]),
        ("about:blank", &["!opaque_origin"]),
        ("data:text/html,x", &["!opaque_origin"]),
        ("blob:https://a.example/1", &["!opaque_origin"]),
        ("mailto:me@a.example", &["!never_an_origin"]),
        ("ws://a.example", &["!never_an_origin"]),
        ("wss://a.example:443", &["!never_an_origin", "!default_port"]),
    ]);
}

#[test]
fn schemes() {
    check(&[
        ("HTTPS://a.example", &["!uppercase_scheme"]),
        ("*://a.example", &["!wildcard_scheme"]),
        ("http*://a.example", &["!wildcard_scheme"]),
        ("http(s)://a.example", &["!wildcard_scheme"]),
        ("https?://a.example", &["!wildcard_scheme"]),
        ("my_app://a", &["!invalid_scheme"]),
        ("-http://a.example", &["!invalid_scheme"]),
        ("ht~tp://a.example", &["!invalid_scheme"]),
        ("1a://a.example", &["!invalid_scheme"]),
        ("://a.example", &["!missing_scheme"]),
        ("app://*.a", &["!wildcard_needs_http"]),
        ("app://a:*", &["!wildcard_needs_http"]),
    ]);
    assert_eq!(found(&format!("{}://a", "x".repeat(64))), [""; 0]);
    assert_eq!(found(&format!("{}://a", "x".repeat(65))), ["!scheme_too_long"]);
}

#[test]
fn what_does_not_belong_to_an_origin_is_named() {
    check(&[
        ("https://a.example/", &["!trailing_slash"]),
        ("https://*.a.example/", &["!trailing_slash"]),
        ("https://a.example//", &["!origin_path"]),
        ("https://a.example/app", &["!origin_path"]),
        ("https://a.example\\app", &["!origin_path"]),
        ("https://a.example?", &["!origin_query"]),
        ("https://a.example#", &["!origin_fragment"]),
        ("https://@a.example", &["!userinfo"]),
        ("https://u:p@a.example", &["!userinfo"]),
        ("https://", &["!missing_host"]),
        ("https:///", &["!missing_host"]),
        ("https://.", &["!missing_host"]),
        ("https://:80", &["!missing_host"]),
        ("http://192.0.2.7/24", &["!origin_path"]),
        ("https://Shop.example:443/", &["!trailing_slash", "!uppercase_host", "!default_port"]),
    ]);
}

#[test]
fn hosts() {
    check(&[
        ("https://bücher.example", &["!unicode_host"]),
        ("https://shop。example", &["!unicode_host"]),
        ("https://sh%6fp.example", &["!percent_in_host"]),
        ("https://sh%zz.example", &["!percent_in_host"]),
        ("https://shop!.example", &["!invalid_host_character"]),
        ("https://a,b.example", &["!invalid_host_character"]),
        ("https://.a.example", &["!empty_label"]),
        ("https://a..example", &["!empty_label"]),
        ("https://a.example..", &["!empty_label"]),
        ("http://0x7f.0.0.1", &["!ipv4_not_canonical"]),
        ("http://0177.0.0.1", &["!ipv4_not_canonical"]),
        ("http://192.0.2", &["!ipv4_not_canonical"]),
        ("http://192.0.2.7.", &["!ipv4_not_canonical"]),
        ("http://2130706433", &["!ipv4_not_canonical"]),
        ("http://192.0.2.256", &["!ipv4_not_canonical"]),
        ("http://a.1", &["!ipv4_not_canonical"]),
        ("http://[192.0.2.7]", &["!ipv4_in_brackets"]),
        ("http://[2001:DB8::7]", &["!ipv6_not_canonical"]),
        ("http://[0:0:0:0:0:0:0:1]", &["!ipv6_not_canonical"]),
        ("http://[::ffff:192.0.2.7]", &["!ipv6_not_canonical"]),
        ("http://[fe80::1%en0]", &["!ipv6_zone"]),
        ("http://::1", &["!ipv6_without_brackets"]),
        ("http://::1:8080", &["!ipv6_without_brackets"]),
        ("http://::ffff:192.0.2.7:8080", &["!ipv6_without_brackets"]),
        ("http://[2001:db8::7]x", &["!ipv6_bracket"]),
        ("http://x[2001:db8::7]", &["!ipv6_bracket"]),
        ("http://[::1", &["!ipv6_bracket"]),
        ("http://[]", &["!invalid_ipv6"]),
        ("http://[1:2:3]", &["!invalid_ipv6"]),
        ("https://xn--80ak6aa92e.com", &["lookalike_host"]),
    ]);
    let label = |length: usize| "l".repeat(length);
    assert_eq!(found(&format!("https://{}.example", label(63))), [""; 0]);
    assert_eq!(found(&format!("https://{}.example", label(64))), ["!label_too_long"]);
    let name = |last: usize| [&label(63), ".", &label(63), ".", &label(63), ".", &label(last)].concat();
    assert_eq!(found(&format!("https://{}", name(61))), [""; 0]);
    assert_eq!(found(&format!("https://{}.", name(61))), ["trailing_dot"]);
    assert_eq!(found(&format!("https://{}", name(62))), ["!host_too_long"]);
    assert_eq!(found(&format!("https://*.{}", name(59))), [""; 0]);
    assert_eq!(found(&format!("https://*.{}", name(60))), ["!host_too_long"]);
}

#[test]
fn ports() {
    check(&[
        ("https://a.example:443", &["!default_port"]),
        ("http://[::1]:80", &["!default_port"]),
        ("https://*.a.example:443", &["!default_port"]),
        ("https://a.example:", &["!empty_port"]),
        ("https://a.example:0", &["!port_out_of_range"]),
        ("https://a.example:65535", &[]),
        ("https://a.example:65536", &["!port_out_of_range"]),
        ("https://a.example:4294967739", &["!port_out_of_range"]),
        ("https://a.example:0443", &["!port_leading_zero", "!default_port"]),
        ("https://a.example:08443", &["!port_leading_zero"]),
        ("https://a.example:+80", &["!invalid_port"]),
        ("https://a.example:80-90", &["!invalid_port"]),
        ("https://a.example:8443,8444", &["!invalid_port"]),
        ("https://a.example:80:90", &["!invalid_port"]),
        ("https://a.example:[80]", &["!invalid_port"]),
        ("https://a.example:8*", &["!partial_port_wildcard"]),
        ("https://a.example:**", &["!partial_port_wildcard"]),
        ("https://a.example:*", &[]),
    ]);
}

#[test]
fn wildcards() {
    check(&[
        ("https://*.shop.example", &[]),
        ("https://*.com", &[]),
        ("https://*x.shop.example", &[]),
        ("https://pr-*.a.*.shop.example", &[]),
        ("https://*.pr-*.shop.example", &[]),
        ("https://a.*.shop.example", &[]),
        ("https://*.a.localhost:*", &[]),
        ("https://*", &["!wildcard_position"]),
        ("https://*.", &["trailing_dot", "!wildcard_position"]),
        ("https://*:8443", &["!wildcard_position"]),
        ("https://*example.com", &["!wildcard_position"]),
        ("https://example.*", &["!wildcard_position"]),
        ("https://shop.example*", &["!wildcard_position"]),
        ("https://shop.*.example", &["!wildcard_position"]),
        ("https://*.*.example", &["!several_wildcards"]),
        ("https://**.shop.example", &["!several_wildcards"]),
        ("https://a**b.shop.example", &["!several_wildcards"]),
        ("https://*.*.shop.example", &["!several_wildcards"]),
        ("http://192.0.2.*", &["!wildcard_in_address"]),
        ("http://*.192.0.2.7", &["!wildcard_in_address"]),
        ("http://*.[::1]", &["!wildcard_in_address"]),
    ]);
}

#[test]
fn help_is_the_whole_origin_where_it_can_be_told() {
    for (text, canonical) in [
        ("HTTPS://Shop.Example:443/", "https://shop.example"),
        ("https://bücher.example:0444/x?y", "https://xn--bcher-kva.example:444"),
        ("http://user@0x7f.1:3000", "http://127.0.0.1:3000"),
        ("http://[2001:0DB8:0:0::7]/", "http://[2001:db8::7]"),
        ("http://::1", "http://[::1]"),
        ("http://::1:8080", "http://[::1]:8080"),
        ("a.example:8443/x", "https://a.example:8443"),
        ("https;//a.example/", "https://a.example"),
        ("chrome-extension:abcdefgh", "chrome-extension://abcdefgh"),
        ("https://*.*.a.example:8443", "https://*.a.example:8443"),
        ("https://sh%6Fp.example", "https://shop.example"),
    ] {
        let (pattern, findings) = read(text);
        assert_eq!(pattern, None);
        let help = format!("write `{canonical}`");
        assert!(findings.iter().all(|finding| finding.help == help), "{text}: {findings:?}");
        assert_eq!(read(canonical).0.map(|pattern| pattern.text().to_owned()).as_deref(), Some(canonical));
    }
}

#[test]
fn a_pattern_knows_its_parts() {
    for (text, scheme, host, port) in [
        ("https://*.a.example:*", "https", "*.a.example", Some("*")),
        ("http://[::1]:80443", "http", "[::1]", None),
        ("http://[::1]:8044", "http", "[::1]", Some("8044")),
        ("app+x://Host", "app+x", "Host", None),
    ] {
        let Some(pattern) = read(text).0 else { continue };
        assert_eq!((pattern.scheme(), pattern.host(), pattern.port()), (scheme, host, port), "{text}");
    }
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = [
        "https", "://", ":", "/", "*", ".", "a", "xn--", "[", "]", "%", "%4", "1", "0x", "ü", "@", "null",
        "\\",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..100_000 {
        let mut text = String::new();
        for _ in 0..8 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(pieces[usize::try_from(state % 18).unwrap()]);
        }
        found(&text);
    }
}
