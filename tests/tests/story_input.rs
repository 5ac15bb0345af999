//! Stories of what strangers write: tokens, terminals, sizes.

use cors_policy::explain::browser::CredentialsMode;
use cors_policy_tests::told::{draft, fetch, intent, story};

const INCLUDE: CredentialsMode = CredentialsMode::Include;
const ONE: &str = r#"{"origins": ["https://app.example.com"]}"#;
const PUBLIC: &str = r#"{"origins": "*", "request_headers": "*"}"#;
const RULES: &str = r#"{"rules": [
    {"name": "apps", "origins": ["https://app.example.com"], "credentials": true, "request_headers": "*"},
    {"name": "partners", "origins": ["https://partner.example"], "request_headers": ["x-a"]},
    {"name": "public", "origins": "*"}]}"#;

/// Stories are pasted into reports.
#[test]
fn tokens_are_left_out() {
    let request = fetch()
        .header("Authorization", "Bearer secret")
        .header("Proxy-Authorization", "Basic secret")
        .header("Cookie", "session=secret; b=secret");
    let asks = intent("https://app.example.com", request);
    for json in [PUBLIC, ONE, RULES] {
        let story = draft(json).story(&asks).unwrap();
        let told = format!("{story} {}", serde_json::to_string(&story).unwrap());
        assert!(!told.contains("secret"), "{told}");
    }
}

/// What is not printable is escaped, whoever wrote it.
#[test]
fn terminals_are_not_commanded() {
    for request in [
        fetch().method("P\u{1b}[31m"),
        fetch().header("x\u{1b}[31m", "1"),
        fetch().header("x-a", "1\u{1b}[31m"),
        fetch().header("x-a", b"\xff\x1b".to_vec()),
        // Marks of direction change what is read, and command nothing.
        fetch().method("PUT\u{202e}"),
        fetch().header("x\u{202e}", "1"),
        fetch().header("x-a", "1\u{202e}"),
    ] {
        for json in [ONE, RULES] {
            let story = story(json, "https://app.example.com", request.clone().credentials(INCLUDE));
            assert!(!story.to_string().contains(['\u{1b}', '\u{202e}']), "{story:?}");
        }
    }
}

/// Policies and requests of any size have stories: of a large policy fewer changes are tried.
#[test]
fn size_has_a_bound() {
    let origins: Vec<String> = (0..20_000).map(|n| format!("https://a{n}.example.com")).collect();
    let large = serde_json::json!({ "origins": origins, "credentials": true }).to_string();
    let story =
        story(&large, "https://new.example", fetch().method("PUT").header("x-a", "1").credentials(INCLUDE));
    assert_eq!(story.remedies()[0].edits().len(), 3);
    let many = (0..100).fold(fetch(), |request, n| request.header(format!("x-header-{n}"), "1"));
    let asks = draft(RULES).story(&intent("https://partner.example", many)).unwrap();
    assert_eq!(asks.remedies()[0].edits().len(), 100);
    assert!(asks.to_string().contains("[…, \"x-header-99\"]"), "{asks}");
}
