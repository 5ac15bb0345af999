//! WebSocket and WebTransport handshakes: every combination of origin, credentials and choice, against the rules in
//! words.

use cors_policy::{Document, Handshake, MissingOrigin, Policy, UpgradeRefusal, cors_policy};

static RULES: Policy = cors_policy! {
    apps: { origins: ["https://app.example", "https://*.app.example", "https://[2001:db8::1]:8443"], credentials: true },
    partners: { origins: ["https://partner.example", "https://pr-*.partner.example"] },
    public: { origins: any },
};
static LISTED: Policy = cors_policy! {
    apps: { origins: ["https://app.example", "https://*.app.example", "https://[2001:db8::1]:8443"], credentials: true },
    partners: { origins: ["https://partner.example", "https://pr-*.partner.example"] },
};

/// `Origin` lines, and what the policies say of them: who admits them, if they are origins at all.
const ORIGINS: [(&[&str], Origin); 22] = [
    (&[], Origin::Missing),
    (&["https://app.example"], Origin::App),
    (&["https://a.b.app.example"], Origin::App),
    (&["https://[2001:db8::1]:8443"], Origin::App),
    (&["https://partner.example"], Origin::Partner),
    (&["https://pr-1.partner.example"], Origin::Partner),
    (&["https://evil.example"], Origin::Stranger),
    (&["https://app.example.evil.example"], Origin::Stranger),
    (&["https://app.example:8443"], Origin::Stranger),
    (&["chrome-extension://abcdef"], Origin::Stranger),
    (&["null"], Origin::Null),
    (&[""], Origin::Garbage),
    (&["https://app.example/"], Origin::Garbage),
    (&["https://APP.example"], Origin::Garbage),
    (&["https://app.example, https://app.example"], Origin::Garbage),
    (&["https://user@app.example"], Origin::Garbage),
    (&["file://"], Origin::Garbage),
    (&["*"], Origin::Garbage),
    (&["https://app.example:0443"], Origin::Garbage),
    (&["https://ä.example"], Origin::Garbage),
    (&["https://app.example", "https://app.example"], Origin::Several),
    (&["null", "https://app.example"], Origin::Several),
];

const CHOICES: [MissingOrigin; 3] =
    [MissingOrigin::Deny, MissingOrigin::AllowAnonymous, MissingOrigin::Allow];

#[derive(Clone, Copy, PartialEq, Debug)]
enum Origin {
    Missing,
    App,
    Partner,
    Stranger,
    Null,
    Garbage,
    Several,
}

/// The rules in words.
fn expected(
    origin: Origin,
    has_any: bool,
    credentials: bool,
    choice: MissingOrigin,
) -> Result<(), UpgradeRefusal> {
    let needs_anonymous = if credentials { Err(UpgradeRefusal::CredentialsNotAllowed) } else { Ok(()) };
    match origin {
        Origin::Missing => match choice {
            MissingOrigin::Deny => Err(UpgradeRefusal::OriginMissing),
            MissingOrigin::AllowAnonymous if credentials => Err(UpgradeRefusal::OriginMissingWithCredentials),
            _ => Ok(()),
        },
        Origin::App => Ok(()),
        Origin::Partner => needs_anonymous,
        Origin::Stranger if has_any => needs_anonymous,
        Origin::Stranger => Err(UpgradeRefusal::OriginNotAdmitted),
        Origin::Null => Err(UpgradeRefusal::NullOrigin),
        Origin::Garbage => Err(UpgradeRefusal::NotAnOrigin),
        Origin::Several => Err(UpgradeRefusal::SeveralOrigins),
    }
}

#[test]
fn every_combination() {
    let mut count = 0;
    for (lines, origin) in ORIGINS {
        for (cookie, authorization, certificate) in
            (0..8).map(|bits| (bits & 1 > 0, bits & 2 > 0, bits & 4 > 0))
        {
            for choice in CHOICES {
                for (policy, has_any) in [(&RULES, true), (&LISTED, false)] {
                    let mut request: Vec<(&str, &str)> = lines.iter().map(|line| ("Origin", *line)).collect();
                    request.extend(cookie.then_some(("cookie", "session=1")));
                    request.extend(authorization.then_some(("authorization", "Basic eDp5")));
                    // What claims to be the server's own origin is not looked at.
                    request.extend([("host", "evil.example"), ("x-forwarded-host", "evil.example")]);
                    let mut handshake = Handshake::new(choice);
                    if certificate {
                        handshake = handshake.with_client_certificate();
                    }
                    let credentials = cookie || authorization || certificate;
                    assert_eq!(
                        policy.check_upgrade(&request[..], handshake),
                        expected(origin, has_any, credentials, choice),
                        "{lines:?} {choice:?} credentials: {credentials} any: {has_any}"
                    );
                    count += 1;
                }
            }
        }
    }
    assert_eq!(count, 22 * 8 * 3 * 2);
}

/// What `any` admits without being an origin is refused; what patterns admit is one by construction, whatever its
/// scheme.
#[test]
fn origins_of_patterns_are_origins() {
    for pattern in [
        "app://localhost",
        "tauri://localhost",
        "http://[::1]",
        "https://xn--bcher-kva.example",
        "https://a.example:1",
    ] {
        let any = cors_policy! { origins: any };
        let document: Document = serde_json::from_value(serde_json::json!({ "origins": [pattern] })).unwrap();
        let listed = Policy::compile(&document).unwrap_or_else(|refusal| panic!("{refusal}")).policy;
        for policy in [any, listed] {
            assert_eq!(
                policy.check_upgrade(&[("origin", pattern)][..], MissingOrigin::Deny),
                Ok(()),
                "{pattern}"
            );
        }
    }
}

#[test]
fn what_asks_for_a_websocket() {
    for (value, asks) in [
        ("websocket", true),
        ("WebSocket", true),
        ("h2c, websocket", true),
        ("h2c", false),
        ("websocket/13", true),
        ("xwebsocket", true),
        ("web socket", false),
        ("", false),
    ] {
        assert_eq!(Handshake::is_asked_for(&[("upgrade", value)][..]), asks, "{value}");
    }
    assert!(Handshake::is_asked_for(&[("Upgrade", "h2c"), ("Upgrade", "websocket")][..]));
}

/// Every refusal has a word and a sentence of its own.
#[test]
fn refusals_say_why() {
    let all = [
        UpgradeRefusal::OriginMissing,
        UpgradeRefusal::OriginMissingWithCredentials,
        UpgradeRefusal::SeveralOrigins,
        UpgradeRefusal::NullOrigin,
        UpgradeRefusal::NotAnOrigin,
        UpgradeRefusal::OriginNotAdmitted,
        UpgradeRefusal::CredentialsNotAllowed,
    ];
    let words: std::collections::BTreeSet<&str> = all.iter().map(|refusal| refusal.word()).collect();
    let sentences: std::collections::BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!((words.len(), sentences.len()), (all.len(), all.len()));
}
