//! Writes from elsewhere: every combination of method, origin, `Sec-Fetch-Site` and credentials, against the rules in
//! words.

use cors_policy::{Policy, WriteRefusal, cors_policy};

static POLICY: Policy = cors_policy! {
    apps: { origins: ["https://app.example", "https://*.app.example"], credentials: true },
    tokens: { origins: ["https://token.example"], request_headers: ["authorization"] },
    partners: { origins: ["https://partner.example"] },
};

const METHODS: [(&str, bool); 12] = [
    ("GET", false),
    ("HEAD", false),
    ("OPTIONS", false),
    ("TRACE", false),
    ("POST", true),
    ("PUT", true),
    ("PATCH", true),
    ("DELETE", true),
    ("CONNECT", true),
    ("PROPPATCH", true),
    ("get", true),
    ("", true),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Origin {
    None,
    App,
    Token,
    Partner,
    Foreign,
    Several,
}

const ORIGINS: [(&[&str], Origin); 8] = [
    (&[], Origin::None),
    (&["https://app.example"], Origin::App),
    (&["https://eu.app.example"], Origin::App),
    (&["https://token.example"], Origin::Token),
    (&["https://partner.example"], Origin::Partner),
    (&["https://evil.example"], Origin::Foreign),
    (&["null"], Origin::Foreign),
    (&["https://app.example", "https://app.example"], Origin::Several),
];

const SITES: [&[&str]; 7] = [
    &[],
    &["same-origin"],
    &["none"],
    &["same-site"],
    &["cross-site"],
    &["future"],
    &["same-origin", "same-origin"],
];

/// The rules in words.
fn expected(
    writes: bool,
    origin: Origin,
    site: &[&str],
    (cookie, authorization): (bool, bool),
) -> Result<(), WriteRefusal> {
    let anonymous = |credentials| if credentials { Err(WriteRefusal::CredentialsNotAllowed) } else { Ok(()) };
    let site = match site {
        [one] => Some(*one),
        [] => None,
        _ => Some("several"),
    };
    match (origin, site) {
        _ if !writes => Ok(()),
        (Origin::Several, _) => Err(WriteRefusal::SeveralOrigins),
        (_, Some("same-origin" | "none")) | (Origin::App, _) | (Origin::None, None) => Ok(()),
        (Origin::Token, _) => anonymous(cookie),
        (Origin::Partner, _) => anonymous(cookie || authorization),
        (_, Some("same-site")) => Err(WriteRefusal::SameSite),
        (_, Some("cross-site")) => Err(WriteRefusal::CrossSite),
        (Origin::Foreign | Origin::None, _) => Err(WriteRefusal::ForeignOrigin),
    }
}

#[test]
fn every_combination() {
    let mut count = 0;
    for (method, writes) in METHODS {
        for (lines, origin) in ORIGINS {
            for site in SITES {
                for credentials in [(false, false), (true, false), (false, true), (true, true)] {
                    let mut request: Vec<(&str, &str)> = lines.iter().map(|line| ("origin", *line)).collect();
                    request.extend(site.iter().map(|line| ("sec-fetch-site", *line)));
                    request.extend(credentials.0.then_some(("cookie", "session=1")));
                    request.extend(credentials.1.then_some(("authorization", "Bearer x")));
                    assert_eq!(
                        POLICY.check_write(method.as_bytes(), &request[..]),
                        expected(writes, origin, site, credentials),
                        "{method} {request:?}"
                    );
                    count += 1;
                }
            }
        }
    }
    assert_eq!(count, 12 * 8 * 7 * 4);
}

/// A form on a foreign page, which needs no preflight: the attack that CORS does nothing against.
#[test]
fn a_foreign_form_is_refused() {
    let form = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", "session=1"),
    ];
    assert_eq!(POLICY.check_write(b"POST", &form[..]), Err(WriteRefusal::CrossSite));
    assert!(
        POLICY.decide(b"POST", &form[..]).action() == cors_policy::Action::Continue,
        "CORS lets it through"
    );
}

/// Every refusal has a word and a sentence of its own.
#[test]
fn refusals_say_why() {
    let all = [
        WriteRefusal::SeveralOrigins,
        WriteRefusal::CrossSite,
        WriteRefusal::SameSite,
        WriteRefusal::ForeignOrigin,
        WriteRefusal::CredentialsNotAllowed,
    ];
    let words: std::collections::BTreeSet<&str> = all.iter().map(|refusal| refusal.word()).collect();
    let sentences: std::collections::BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!((words.len(), sentences.len()), (all.len(), all.len()));
}

/// What a browser adds by itself, once its user has signed in, is no permission; what scripts set may be.
#[test]
fn schemes_of_authorization() {
    let write = |lines: &[&str]| {
        let mut request = vec![("origin", "https://token.example"), ("sec-fetch-site", "cross-site")];
        request.extend(lines.iter().map(|line| ("authorization", *line)));
        POLICY.check_write(b"POST", &request[..])
    };
    for scripted in ["Bearer x", "bearer x", "DPoP x", "AWS4-HMAC-SHA256 Credential=x", "token"] {
        assert_eq!(write(&[scripted]), Ok(()), "{scripted}");
    }
    for ambient in
        ["Basic eDp5", "BASIC eDp5", "Digest username=x", "Negotiate YII", "NTLM TlRM", "", " ", "Basic"]
    {
        assert_eq!(write(&[ambient]), Err(WriteRefusal::CredentialsNotAllowed), "{ambient}");
    }
    assert_eq!(write(&["Bearer x", "Basic eDp5"]), Err(WriteRefusal::CredentialsNotAllowed));
}
