//! One grammar: a policy of a tenant admits what the same policy in the binary admits, and what its patterns mean.

use cors_policy::{Policy, cors_policy};
use cors_policy_program::pattern;
use cors_policy_tenants::Node;
use cors_policy_tenants::store::{Checked, Key};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{NEVER, host, me};

use crate::WIDE;

/// Defines policies by the macro, and the same patterns as data.
macro_rules! policies {
    ($($name:literal: [$($pattern:literal),+])*) => {
        fn policies() -> Vec<(&'static str, Policy, Vec<&'static str>)> {
            vec![$({
                static POLICY: Policy = cors_policy! { origins: [$($pattern),+] };
                ($name, POLICY.clone(), vec![$($pattern),+])
            }),*]
        }
    };
}

policies! {
    "one": ["https://app.example.com"]
    "few": ["https://app.example.com", "https://example.com", "https://admin.example.com:8443"]
    "below": ["https://*.example.com"]
    "deep": ["https://*.shop.example.com", "https://app.example.com"]
    "within": ["https://pr-*.example.com", "https://*-preview.example.com"]
    "ports": ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"]
    "many": [
        "https://a.example.com", "https://aa.example.com", "https://ab.example.com", "https://b.example.com",
        "https://*.a.example.com", "https://x*y.example.com", "https://xn--mnchen-3ya.example"
    ]
}

const FILLS: [&str; 7] = ["a", "a.b", "pr-1", "x", "0", "-", "xn--4ca"];
const BYTES: &[u8] = b"axX0-.:/*@%,_ \0\xc3";

/// Origins that the pattern admits, and all that lie one change away.
fn near(pattern: &str) -> Vec<Vec<u8>> {
    let filled = FILLS.iter().map(|fill| match pattern.strip_suffix(":*") {
        Some(front) => format!("{front}:{}", 8000 + fill.len()),
        None => pattern.replace('*', fill),
    });
    let mut origins: Vec<Vec<u8>> = filled.map(String::into_bytes).collect();
    origins.dedup();
    let mut all = Vec::new();
    for origin in origins {
        for place in 0..=origin.len() {
            for byte in BYTES {
                let mut inserted = origin.clone();
                inserted.insert(place, *byte);
                all.push(inserted);
                if place < origin.len() {
                    let mut replaced = origin.clone();
                    replaced[place] = *byte;
                    all.push(replaced);
                }
            }
            if place < origin.len() {
                let mut removed = origin.clone();
                removed.remove(place);
                all.push(removed);
                all.push(origin[..place].to_vec());
                all.push(origin[place..].to_vec());
                all.push(origin.to_ascii_uppercase());
            }
        }
        all.push([&origin[..], b".evil.test"].concat());
        all.push([b"https://evil.test/", &origin[..]].concat());
        all.push([&origin[..], b"a".repeat(300).as_slice()].concat());
        all.push(origin);
    }
    all
}

#[tokio::test]
async fn a_tenant_the_macro_and_the_meaning_agree() {
    let place = Place::sqlite();
    let store = place.store().await;
    for (name, _, patterns) in policies() {
        store.create_tenant(me(), name, "standard").await.unwrap();
        store.add_key(me(), name, &Key::host(&host(name)).unwrap()).await.unwrap();
        let text = serde_json::json!({ "origins": patterns }).to_string();
        store.publish(me(), name, &Checked::new(&text, &WIDE).unwrap(), true).await.unwrap();
    }
    let node = Node::builder(&place.url, &WIDE).poll(NEVER).start().await.unwrap();
    let all: Vec<Vec<u8>> =
        policies().iter().flat_map(|(.., patterns)| patterns.clone()).flat_map(near).collect();
    let (mut admitted, mut refused) = (0, 0);
    for (name, in_binary, patterns) in policies() {
        let policy = node.tenants().policy(&host(name)).unwrap();
        let longest = patterns.iter().map(|text| pattern::longest(text)).max().unwrap();
        for origin in &all {
            let naive = origin.len() <= longest && patterns.iter().any(|text| pattern::admits(text, origin));
            assert_eq!(policy.admits(origin), naive, "{name}: {}", origin.escape_ascii());
            assert_eq!(in_binary.admits(origin), naive, "{name}: {}", origin.escape_ascii());
            *(if naive { &mut admitted } else { &mut refused }) += 1;
        }
    }
    assert!(admitted > 1_000 && refused > 10_000, "{admitted} {refused}");
}
