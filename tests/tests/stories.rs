//! Stories by example: what is in the way, what helps, and what must not be done.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::explain::browser::{
    Body, CredentialsMode, Engine, Initiator, Mode, Origin, Profile, Request, Url,
};
use cors_policy::explain::{Kind, Spelling, Story, Verdict, Widening};
use cors_policy::{Policy, cors_policy};
use cors_policy_tests::told::{draft, fetch, intent, story};

const INCLUDE: CredentialsMode = CredentialsMode::Include;

fn by(initiator: Initiator) -> Request {
    Request::by(initiator, &Url::parse("https://api.example.com/orders").unwrap())
}

/// The texts to write of each remedy, as data.
fn texts(story: &Story) -> Vec<Vec<String>> {
    let steps = |spelling| move |remedy: &cors_policy::explain::Remedy| remedy.steps(spelling);
    let steps = story.remedies().iter().map(steps(Spelling::Data));
    steps.map(|steps| steps.into_iter().map(|step| step.text).collect()).collect()
}

const SHOP: &str = r#"{"origins": ["https://shop.example.com", "https://*.shop.example.com"], "credentials": true,
    "methods": ["PUT"]}"#;
const RULES: &str = r#"{"rules": [
    {"name": "apps", "origins": ["https://app.example.com"], "credentials": true, "methods": ["PUT"], "request_headers": "*"},
    {"name": "partners", "origins": ["https://partner.example"], "methods": ["PUT"], "request_headers": ["x-a"]},
    {"name": "public", "origins": "*", "expose_headers": "*"}]}"#;
const ONE: &str = r#"{"origins": ["https://app.example.com"]}"#;
const PUBLIC: &str = r#"{"origins": "*", "request_headers": "*"}"#;

/// A policy, a page, a request, the code of what is in the way, and what to write for the first remedy.
type Row = (&'static str, &'static str, Request, &'static str, &'static [&'static str]);

/// What the policy is at fault for, mostly.
fn policies() -> Vec<Row> {
    let app = "https://app.example.com";
    vec![
        (
            SHOP,
            "https://shop.example.com",
            fetch().method("PATCH"),
            "method-not-allowed",
            &[r#""methods": ["PUT", "PATCH"]"#],
        ),
        (
            SHOP,
            "https://shop.example.com",
            fetch().method("patch"),
            "method-not-allowed",
            &[r#"method: "PATCH""#, r#""methods": ["PUT", "PATCH"]"#],
        ),
        (
            SHOP,
            "https://new.example",
            fetch().credentials(INCLUDE),
            "acao-missing",
            &[
                r#""origins": ["https://shop.example.com", "https://*.shop.example.com", "https://new.example"]"#,
            ],
        ),
        (ONE, app, fetch().credentials(INCLUDE), "acac-not-true", &[r#""credentials": true"#]),
        (
            ONE,
            "https://new.example",
            fetch(),
            "acao-mismatch",
            &[r#""origins": ["https://app.example.com", "https://new.example"]"#],
        ),
        (
            ONE,
            app,
            fetch().method("PUT").header("X-B", "1").header("Authorization", "Bearer 1"),
            "method-not-allowed",
            &[
                r#""methods": ["PUT"]"#,
                r#""request_headers": ["authorization"]"#,
                r#""request_headers": ["authorization", "x-b"]"#,
            ],
        ),
        (
            PUBLIC,
            app,
            fetch().header("Authorization", "Bearer 1"),
            "authorization-not-listed",
            &[r#""request_headers": ["*", "authorization"]"#],
        ),
        (
            PUBLIC,
            app,
            fetch().credentials(INCLUDE),
            "acao-wildcard-with-credentials",
            &[r#"credentials: "omit""#],
        ),
        (
            RULES,
            "https://new.example",
            fetch().credentials(INCLUDE),
            "acao-wildcard-with-credentials",
            &[r#""origins": ["https://app.example.com", "https://new.example"]"#],
        ),
    ]
}

/// What the page is at fault for, and what is no fetch.
fn pages() -> Vec<Row> {
    let http = |url: &str| Request::fetch(&Url::parse(url).unwrap());
    let app = "https://app.example.com";
    vec![
        (
            RULES,
            "https://new.example",
            fetch().header("x-a", "1"),
            "header-not-allowed",
            &[r#""request_headers": ["x-a"]"#],
        ),
        (ONE, app, fetch().mode(Mode::NoCors), "response-opaque", &[r#"mode: "cors""#]),
        (ONE, app, fetch().mode(Mode::SameOrigin), "same-origin-mode", &[r#"mode: "cors""#]),
        (ONE, app, fetch().header("Cookie", "a=b"), "header-dropped", &["without `cookie`"]),
        (
            ONE,
            app,
            fetch().header("Access-Control-Allow-Origin", "*"),
            "header-not-allowed",
            &["without `access-control-allow-origin`"],
        ),
        (ONE, app, fetch().body(Body::text("x")), "body-not-allowed", &[r#"method: "POST""#]),
        (ONE, app, http("http://api.example.com/"), "mixed-content", &["https://api.example.com/"]),
        (
            ONE,
            app,
            http("https://me:secret@api.example.com/"),
            "url-credentials",
            &["https://api.example.com/"],
        ),
        (
            SHOP,
            "http://shop.example.com",
            fetch().credentials(INCLUDE),
            "acao-missing",
            &["https://shop.example.com/"],
        ),
        (
            ONE,
            app,
            by(Initiator::WebSocket),
            "handshake-credentials-not-allowed",
            &[r#""credentials": true"#],
        ),
        (
            SHOP,
            "https://new.example",
            by(Initiator::WebSocket),
            "handshake-origin-not-admitted",
            &[
                r#""origins": ["https://shop.example.com", "https://*.shop.example.com", "https://new.example"]"#,
            ],
        ),
        (
            ONE,
            "https://new.example",
            by(Initiator::Font),
            "acao-mismatch",
            &[r#""origins": ["https://app.example.com", "https://new.example"]"#],
        ),
        (
            ONE,
            app,
            by(Initiator::ModuleScript).credentials(INCLUDE),
            "acac-not-true",
            &[r#""credentials": true"#],
        ),
    ]
}

#[test]
fn each_reason_has_its_remedy() {
    for (json, page, request, code, expected) in policies().into_iter().chain(pages()) {
        let story = story(json, page, request);
        assert_eq!(story.reason().unwrap().code(), code, "{story}");
        assert_eq!(texts(&story).first().map(Vec::as_slice).unwrap_or_default(), expected, "{story}");
        let first = &story.remedies()[0];
        assert!(first.draft().story(first.intent()).unwrap().works());
    }
}

/// What no edit can be written for.
#[test]
fn what_cannot_be_mended_is_said() {
    let at = |url: &str| Request::fetch(&Url::parse(url).unwrap());
    let app = "https://app.example.com";
    for (json, page, request, code, said) in [
        (ONE, "null", fetch(), "acao-mismatch", "give the page an origin of its own"),
        (ONE, app, at("https://api.example.com:25/"), "blocked-port", "another port"),
        (ONE, app, fetch().method("TRACE"), "method-forbidden", "use another method than TRACE"),
        (ONE, app, fetch().method("a b"), "method-not-a-token", "a method is one word"),
        (ONE, app, at("ftp://api.example.com/"), "scheme-not-http", "ask for an http or https URL"),
        (
            ONE,
            app,
            by(Initiator::Worker),
            "same-origin-mode",
            "serve the script of the worker from the page's own origin",
        ),
        (
            PUBLIC,
            "null",
            by(Initiator::WebSocket),
            "handshake-null-origin",
            "give the page an origin of its own",
        ),
    ] {
        let story = story(json, page, request);
        assert_eq!(story.reason().unwrap().code(), code, "{story}");
        assert!(story.remedies().is_empty(), "{story}");
        assert!(story.advice().iter().any(|advice| advice.contains(said)), "{story}");
    }
}

#[test]
fn what_works_needs_nothing() {
    for (json, page, request) in [
        (SHOP, "https://eu.shop.example.com", fetch().method("put").credentials(INCLUDE)),
        (ONE, "https://api.example.com", fetch().method("DELETE").header("x-a", "1")),
        (ONE, "https://other.example", by(Initiator::Image)),
        (ONE, "https://other.example", by(Initiator::Navigation)),
        (ONE, "https://other.example", by(Initiator::Form)),
        (SHOP, "https://shop.example.com", by(Initiator::WebSocket)),
        (PUBLIC, "https://other.example", by(Initiator::WebTransport)),
        (PUBLIC, "null", fetch()),
        (ONE, "https://app.example.com", by(Initiator::EventSource)),
        (PUBLIC, "https://any.example", by(Initiator::Font)),
    ] {
        let story = story(json, page, request);
        assert!(story.works() && story.verdict() == Verdict::Works && story.console().is_empty(), "{story}");
        assert!(story.remedies().is_empty() && story.advice().is_empty() && story.withheld().is_empty());
    }
}

/// Never `null`, never a name of everybody, never what a lint is about.
#[test]
fn what_must_not_be_done_is_withheld() {
    for (json, page, request, why) in [
        (ONE, "null", fetch(), "any page can send the origin `null`"),
        (ONE, "https://github.io", fetch(), "`github.io` is a public suffix"),
        (SHOP, "http://github.io", fetch().credentials(INCLUDE), "`github.io` is a public suffix"),
        (ONE, "https://ngrok.io", fetch(), "ngrok.io"),
        (SHOP, "http://new.example", fetch().credentials(INCLUDE), ""),
        (
            r#"{"origins": ["https://app.example.com"], "refuses": ["https://evil.test"]}"#,
            "https://evil.test",
            fetch(),
            "`refuses` lists origins",
        ),
    ] {
        let story = story(json, page, request);
        let is_withheld = story.withheld().iter().any(|withheld| withheld.why.contains(why));
        assert!(is_withheld || (why.is_empty() && story.remedies()[0].kind() == Kind::Both), "{story}");
        for remedy in story.remedies() {
            assert!(!remedy.policy().admits(Origin::parse(page).to_string().as_bytes()), "{story}");
        }
    }
    // With credentials for any origin, in whatever words, there is nothing.
    let story = story(PUBLIC, "https://app.example.com", by(Initiator::Beacon).mode(Mode::Cors));
    for remedy in story.remedies() {
        assert!(!remedy.policy().admits(b"https://anybody.test") || remedy.kind() == Kind::Policy);
        assert!(remedy.policy().rules().all(|rule| rule.origins().is_some() || !rule.credentials()));
    }
}

#[test]
fn impostors_are_named_as_such() {
    for page in ["https://shop.example.com.evil.test", "https://evilshop.example.com"] {
        let story = story(SHOP, page, fetch().credentials(INCLUDE));
        for remedy in story.remedies() {
            let said = remedy.cautions().iter().any(|caution| caution.contains("what attackers register"));
            assert!(said, "{story}");
        }
    }
    let slip = story(SHOP, "https://shp.example.com", fetch().credentials(INCLUDE));
    assert!(slip.remedies()[0].cautions()[0].contains("spelt nearly like"), "{slip}");
    let shared = story(SHOP, "https://you.github.io", fetch().credentials(INCLUDE));
    assert!(
        shared.remedies()[0].cautions()[0].contains("strangers have names below `github.io`"),
        "{shared}"
    );
    let http = story(ONE, "http://kiosk.example", fetch());
    assert!(http.remedies()[0].cautions()[0].contains("is not https"), "{http}");
    let local = story(SHOP, "http://localhost:3000", fetch().credentials(INCLUDE));
    assert!(local.remedies()[0].cautions()[0].contains("gets credentials in every build"), "{local}");
    assert!(
        local.remedies()[0].steps(Spelling::Rust)[0]
            .text
            .contains("#[cfg(debug_assertions)] \"http://localhost:3000\"")
    );
}

#[test]
fn security_says_who_gets_what() {
    let said = |json: &str, page: &str, request: Request| {
        let story = story(json, page, request);
        let first = &story.remedies()[0];
        (first.widening(), first.security().join("; "))
    };
    let (widening, text) = said(SHOP, "https://new.example", fetch().credentials(INCLUDE));
    assert_eq!(widening, Widening::MoreSites);
    assert!(text.contains("as the user who is logged in") && text.contains("send PUT beside GET"), "{text}");
    let (widening, text) = said(SHOP, "https://shop.example.com", fetch().method("DELETE"));
    assert_eq!(widening, Widening::SameSites);
    assert!(
        text.contains(
            "`https://*.shop.example.com`, names that are made later included, may then send DELETE"
        ),
        "{text}"
    );
    let (widening, text) = said(PUBLIC, "https://app.example.com", fetch().method("PUT"));
    assert_eq!(widening, Widening::SameSites);
    assert!(text.contains("pages of every site may then send PUT, without the user's cookies"), "{text}");
    let reads = draft(ONE).story(&intent("https://app.example.com", fetch()).reading("ETag")).unwrap();
    assert_eq!(reads.verdict(), Verdict::Incomplete);
    assert_eq!(reads.remedies()[0].widening(), Widening::Nothing);
    let cookies =
        draft(ONE).story(&intent("https://app.example.com", fetch()).reading("set-cookie")).unwrap();
    assert_eq!(cookies.remedies()[0].kind(), Kind::Page, "{cookies}");
}

/// A page that alone needs more gets a rule of its own, beside what everybody of its rule would get.
#[test]
fn a_narrower_remedy_stands_beside() {
    let story = story(PUBLIC, "https://app.example.com", fetch().method("DELETE"));
    assert_eq!(
        texts(&story),
        [
            vec![r#""methods": ["DELETE"]"#.to_owned()],
            vec![r#"{ "name": "page_app_example_com", "origins": ["https://app.example.com"], "methods": ["DELETE"], "request_headers": "*" }"#.to_owned()],
        ],
        "{story}"
    );
}

/// The lists of a rule that is in a macro, in the spelling of the macro.
#[test]
fn policies_of_the_macro_have_stories() {
    static API: Policy = cors_policy! {
        apps: {
            origins: [#[allow(insecure_origin, reason = "no TLS there")] "http://kiosk.example.com:8080", "https://app.example.com"],
            credentials: true,
            methods: [PUT, "M-SEARCH"],
        },
        public: { origins: any },
    };
    let story =
        API.story(&intent("http://kiosk.example.com:8080", fetch().method("DELETE").credentials(INCLUDE)));
    let step = &story.remedies()[0].steps(Spelling::Rust)[0];
    assert_eq!(step.text, r#"methods: [PUT, "M-SEARCH", DELETE]"#);
    assert_eq!(step.summary, "in rule `apps`, allow the method DELETE");
    let nobody = Policy::nobody().story(&intent("https://app.example.com", fetch().credentials(INCLUDE)));
    assert_eq!(
        texts(&nobody),
        [vec![r#""origins": ["https://app.example.com"], "credentials": true"#]],
        "{nobody}"
    );
    let varying = API.clone().varying().story(&intent("https://app.example.com", fetch()));
    assert!(varying.works());
}

/// Engines differ from the standard in what `any` covers.
#[test]
fn browsers_are_told_apart() {
    let asks = intent("https://app.example.com", fetch().header("Authorization", "Bearer 1"));
    let policy = draft(PUBLIC);
    assert!(!policy.story(&asks).unwrap().works());
    for profile in [Profile::CHROMIUM, Profile::FIREFOX, Profile::WEBKIT] {
        assert!(policy.story(&asks.clone().in_browser(profile)).unwrap().works());
    }
    let blocked = policy.story(&asks).unwrap();
    let engines: Vec<Engine> = blocked.console().iter().map(|(engine, _)| *engine).collect();
    assert_eq!(engines, [Engine::Chromium, Engine::Firefox, Engine::WebKit]);
}
