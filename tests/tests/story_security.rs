//! What stories say before somebody is admitted, and of whom else a change is.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::Document;
use cors_policy::explain::browser::{CredentialsMode, Origin, Page, Request, Url};
use cors_policy::explain::{Draft, Intent, Kind, Story};

fn story(json: &str, page: &str, request: Request) -> Story {
    let draft = Draft::read(&serde_json::from_str::<Document>(json).unwrap()).unwrap();
    draft.story(&Intent::new(Page::of(Origin::parse(page)), request).reading("etag")).unwrap()
}

fn fetch() -> Request {
    Request::fetch(&Url::parse("https://api.example.com/orders").unwrap())
}

fn with_cookies() -> Request {
    fetch().credentials(CredentialsMode::Include)
}

const SHOP: &str = r#"{"origins": ["https://shop.example.com", "https://*.shop.example.com"], "credentials": true,
    "expose_headers": ["etag"]}"#;
const RULES: &str = r#"{"rules": [
    {"name": "apps", "origins": ["https://app.example.com"], "credentials": true, "expose_headers": ["etag"]},
    {"name": "public", "origins": "*", "expose_headers": ["etag"]}]}"#;

fn cautions(json: &str, page: &str, request: Request) -> Vec<String> {
    let story = story(json, page, request);
    let first = story.remedies().iter().find(|remedy| remedy.kind() == Kind::Policy);
    first.unwrap().cautions().to_vec()
}

/// A rule for any origin admits impostors, and knows none of them.
#[test]
fn impostors_that_a_public_rule_admits_are_named_as_such() {
    let said = cautions(RULES, "https://app.example.com.evil.test", with_cookies());
    assert!(said.iter().any(|caution| caution.contains("what attackers register")), "{said:?}");
}

#[test]
fn strangers_are_named_before_they_get_a_session() {
    for (json, page) in [
        (SHOP, "https://evil.test"),
        (SHOP, "https://shop-example.com"),
        (SHOP, "https://192.168.1.5"),
        (SHOP, "chrome-extension://abcdefghijklmnopabcdefghijklmnop"),
        (RULES, "https://evil.test:8443"),
    ] {
        let said = cautions(json, page, with_cookies());
        assert!(
            said.iter().any(|caution| caution.contains("no site that the policy lists")),
            "{page}: {said:?}"
        );
    }
    for (json, page, request) in [
        (SHOP, "https://www.example.com", with_cookies()),
        (SHOP, "https://shop.example.com:8443", with_cookies()),
        (r#"{"origins": ["https://app.example.com"]}"#, "https://evil.test", fetch()),
    ] {
        assert_eq!(cautions(json, page, request), [] as [&str; 0], "{page}");
    }
}

#[test]
fn what_others_get_with_a_site_is_said() {
    let json = r#"{"origins": ["https://app.example.com"], "expose_headers": ["etag"]}"#;
    let alone = story(json, "https://new.example.com", fetch());
    let first = &alone.remedies()[0];
    assert_eq!(first.for_whom(), "one more site");
    assert!(first.security().iter().any(|said| said == "nothing changes for other sites"), "{alone}");
    let more = story(json, "https://new.example.com", fetch().method("PUT"));
    let first = &more.remedies()[0];
    assert_eq!(first.edits().len(), 2, "{more}");
    assert_eq!(first.for_whom(), "one more site, and the other sites of its rule, with more than before");
    assert!(!first.security().iter().any(|said| said.contains("nothing changes")), "{more}");
    assert!(first.security().iter().any(|said| said.contains("may then send PUT")), "{more}");
}

#[test]
fn what_is_said_of_rules_is_true() {
    let ports = r#"{"origins": ["http://localhost:*"], "expose_headers": ["etag"]}"#;
    let more = story(ports, "http://localhost:3000", fetch().method("PUT"));
    assert!(!more.to_string().contains("names that are made later"), "{more}");
    let any = r#"{"rules": [
        {"name": "apps", "origins": ["https://app.example.com"], "credentials": true, "expose_headers": ["etag"]},
        {"name": "public", "origins": "*", "methods": "*", "request_headers": "*", "expose_headers": ["etag"]}]}"#;
    let less = story(any, "https://new.example.com", with_cookies());
    let said = &less.remedies()[0].security();
    let lost = "they lose the methods that `any` covered, the request headers that `any` covered";
    assert!(said.iter().any(|said| said.contains(lost)), "{less}");
}

/// What was weighed without credentials has to be weighed again.
#[test]
fn entries_that_were_silenced_without_credentials_are_named() {
    let trusts = r#"{"origins": ["https://app.example.com",
        {"pattern": "http://kiosk.example.com", "allow": ["insecure_origin"], "reason": "no TLS"}],
        "trusts_network": true, "expose_headers": ["etag"]}"#;
    let said = cautions(trusts, "https://app.example.com", with_cookies());
    assert!(
        said.iter().any(|caution| caution.contains("`http://kiosk.example.com` stands there by")),
        "{said:?}"
    );
    let said = cautions(trusts, "https://evil.test", fetch());
    assert!(said.iter().any(|caution| caution.contains("what only the network may see")), "{said:?}");
    let inside = story(trusts, "https://new.example.com", fetch());
    assert!(inside.to_string().contains("from within the network, which the policy trusts"), "{inside}");
}
