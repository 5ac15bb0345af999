//! What consoles say where CORS is not what blocks a request, as Chromium 156 and Firefox say it.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::explain::Intent;
use cors_policy::explain::browser::{Body, Engine, Initiator, Mode, Origin, Page, Request, Url};
use cors_policy::{Policy, cors_policy};

static POLICY: Policy = cors_policy! { origins: ["https://app.example.com"] };

const URL: &str = "https://api.example.com/x";

fn line(page: &str, request: &Request, engine: Engine) -> Option<String> {
    let story = POLICY.story(&Intent::new(Page::of(Origin::parse(page)), request.clone()));
    story.console().iter().find(|(known, _)| *known == engine).map(|(_, line)| line.clone())
}

fn said(page: &str, request: &Request) -> [String; 2] {
    [Engine::Chromium, Engine::Firefox].map(|engine| line(page, request, engine).unwrap())
}

#[test]
fn consoles_say_what_the_browsers_said() {
    let url = Url::parse(URL).unwrap();
    let fetch = || Request::fetch(&url);
    for (request, chromium, firefox) in [
        (
            fetch().mode(Mode::SameOrigin),
            "Fetch API cannot load https://api.example.com/x. Request mode is \"same-origin\" but the URL's origin is not \
             same as the request origin https://app.example.com.",
            "TypeError: NetworkError when attempting to fetch resource.",
        ),
        (
            fetch().method("TRACE"),
            "TypeError: Failed to execute 'fetch' on 'Window': 'TRACE' HTTP method is unsupported.",
            "TypeError: Window.fetch: Invalid request method TRACE.",
        ),
        (
            fetch().mode(Mode::NoCors).method("PUT"),
            "TypeError: Failed to execute 'fetch' on 'Window': 'PUT' is unsupported in no-cors mode.",
            "TypeError: Window.fetch: Invalid request method PUT.",
        ),
        (
            fetch().body(Body::text("x")),
            "TypeError: Failed to execute 'fetch' on 'Window': Request with GET/HEAD method cannot have body.",
            "TypeError: Window.fetch: HEAD or GET Request cannot have a body.",
        ),
        (
            Request::fetch(&Url::parse("ftp://api.example.com/").unwrap()),
            "Fetch API cannot load ftp://api.example.com/. URL scheme \"ftp\" is not supported.",
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at \
             ftp://api.example.com/. (Reason: CORS request not http).",
        ),
    ] {
        assert_eq!(said("https://app.example.com", &request), [chromium, firefox]);
    }
    let xhr = |method: &str| Request::by(Initiator::Xhr, &url).method(method);
    for (request, chromium, firefox) in [
        (
            xhr("TRACE"),
            "SecurityError: Failed to execute 'open' on 'XMLHttpRequest': 'TRACE' HTTP method is unsupported.",
            "SecurityError: The operation is insecure.",
        ),
        (
            xhr(""),
            "SyntaxError: Failed to execute 'open' on 'XMLHttpRequest': '' is not a valid HTTP method.",
            "SyntaxError: An invalid or illegal string was specified",
        ),
    ] {
        assert_eq!(said("https://app.example.com", &request), [chromium, firefox]);
    }
    let worker = Request::by(Initiator::Worker, &url);
    assert_eq!(
        line("https://app.example.com", &worker, Engine::Chromium).unwrap(),
        "SecurityError: Failed to construct 'Worker': Script at 'https://api.example.com/x' cannot be accessed from \
         origin 'https://app.example.com'."
    );
    assert_eq!(line("https://app.example.com", &worker, Engine::Firefox), None);
}

/// `WebSocket` takes `https` for `wss`, and consoles have the latter.
#[test]
fn connections_are_called_by_their_own_schemes() {
    let socket = Request::by(Initiator::WebSocket, &Url::parse(URL).unwrap());
    for line in said("https://evil.test", &socket) {
        assert!(line.contains("wss://api.example.com/x"), "{line}");
    }
}

#[test]
fn headers_that_a_mode_keeps_out_are_not_the_browsers_own() {
    let request = |name: &str| Request::fetch(&Url::parse(URL).unwrap()).mode(Mode::NoCors).header(name, "x");
    for (name, end) in
        [("authorization", "cannot set so in the mode `no-cors`"), ("cookie", "scripts cannot set")]
    {
        let page = Page::of(Origin::parse("https://app.example.com"));
        let story = POLICY.story(&Intent::new(page, request(name)));
        assert!(story.problems().iter().any(|problem| problem.to_string().ends_with(end)), "{story}");
    }
}
