//! The last value on each side of a limit, and what the preflight cache forgets.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::time::Duration;

use cors_policy_browser::safelist::unsafe_names;
use cors_policy_browser::{
    Browser, Headers, HttpRequest, HttpResponse, Origin, Page, Preflight, Profile, Request, Url,
};

const STAR: (&str, &str) = ("Access-Control-Allow-Origin", "*");

fn answer(status: u16, lines: &[(&str, &str)]) -> HttpResponse {
    HttpResponse::new(status, lines.iter().copied().collect())
}

fn page() -> Page {
    Page::of(Origin::parse("https://app.example"))
}

/// A request of a method, and whether the cache spared its preflight, against a server that allows some methods for
/// some seconds.
fn is_spared(browser: &mut Browser, at: u64, method: &str, allowed: &str, seconds: &str) -> bool {
    let lines = [STAR, ("Access-Control-Allow-Methods", allowed), ("Access-Control-Max-Age", seconds)];
    let request = Request::fetch(&Url::parse("https://api.example/").unwrap()).method(method);
    let exchange = browser.run(&page(), &request, Duration::from_secs(at), &mut |_| answer(200, &lines));
    exchange.hops.iter().all(|hop| hop.preflight == Preflight::Cached)
}

#[test]
fn safelisted_headers_have_1024_bytes_together() {
    let lines = |last: usize| {
        let lengths = [128; 7].into_iter().chain([last]);
        lengths.map(|length| ("Accept-Language", "a".repeat(length))).collect::<Headers>()
    };
    assert!(unsafe_names(&lines(128), &Profile::STANDARD).is_empty());
    let mut longer = lines(128);
    longer.append("Accept", "*");
    assert_eq!(unsafe_names(&longer, &Profile::STANDARD), ["accept", "accept-language"]);
}

#[test]
fn twenty_redirects_are_followed() {
    let follow = |redirects: usize| {
        let mut count = 0;
        let mut server = |_: &HttpRequest| {
            count += 1;
            answer(if count <= redirects { 302 } else { 200 }, &[STAR, ("Location", "/next")])
        };
        let request = Request::fetch(&Url::parse("https://api.example/").unwrap());
        let exchange = Browser::new(Profile::STANDARD).run(&page(), &request, Duration::ZERO, &mut server);
        (exchange.verdict.is_allowed(), count)
    };
    assert_eq!(follow(20), (true, 21));
    assert_eq!(follow(21), (false, 21));
}

#[test]
fn each_method_is_kept_for_its_own_time() {
    let mut browser = Browser::new(Profile::STANDARD);
    assert!(!is_spared(&mut browser, 0, "PUT", "PUT", "10"));
    assert!(!is_spared(&mut browser, 5, "DELETE", "DELETE", "10"));
    assert!(is_spared(&mut browser, 9, "PUT", "PUT", "10"));
    assert!(!is_spared(&mut browser, 10, "PUT", "PUT", "0"));
    assert!(is_spared(&mut browser, 14, "DELETE", "DELETE", "10"));
    assert!(!is_spared(&mut browser, 15, "DELETE", "DELETE", "10"));
}

#[test]
fn engines_with_whole_answers_keep_the_last_only() {
    let mut browser = Browser::new(Profile::CHROMIUM);
    assert!(!is_spared(&mut browser, 0, "PUT", "PUT", "60"));
    assert!(!is_spared(&mut browser, 1, "DELETE", "DELETE", "60"));
    assert!(!is_spared(&mut browser, 2, "PUT", "PUT", "60"));
}

#[test]
fn a_preflight_that_fails_is_forgotten_with_those_before_it() {
    for profile in [Profile::STANDARD, Profile::CHROMIUM, Profile::FIREFOX, Profile::WEBKIT] {
        let mut browser = Browser::new(profile);
        assert!(!is_spared(&mut browser, 0, "PUT", "PUT", "60"));
        assert!(is_spared(&mut browser, 1, "PUT", "PUT", "60"));
        assert!(!is_spared(&mut browser, 2, "DELETE", "GET", "60"));
        assert!(!is_spared(&mut browser, 3, "PUT", "PUT", "60"), "{profile:?}");
    }
}

#[test]
fn max_ages_that_are_no_numbers_are_what_engines_make_of_them() {
    let kept = |profile, max_age| {
        let mut browser = Browser::new(profile);
        is_spared(&mut browser, 0, "PUT", "PUT", max_age);
        (is_spared(&mut browser, 4, "PUT", "PUT", max_age), is_spared(&mut browser, 5, "PUT", "PUT", max_age))
    };
    for (profile, negative, garbage) in [
        (Profile::STANDARD, true, true),
        (Profile::CHROMIUM, false, true),
        (Profile::FIREFOX, false, false),
        (Profile::WEBKIT, false, true),
    ] {
        assert_eq!(kept(profile, "-1"), (negative, false), "{profile:?}");
        assert_eq!(kept(profile, "1h"), (garbage, false), "{profile:?}");
    }
}

/// After a failure nothing is kept of what follows, not even where it passes.
#[test]
fn looking_ahead_fills_no_cache() {
    let mut browser = Browser::new(Profile::STANDARD).looking_ahead();
    let mut server = |request: &HttpRequest| match request.url.path() {
        "/" => answer(307, &[("Location", "/next"), ("Access-Control-Allow-Methods", "PUT")]),
        _ => answer(200, &[STAR, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Max-Age", "60")]),
    };
    let ask = |browser: &mut Browser, path: &str, server: &mut dyn FnMut(&HttpRequest) -> HttpResponse| {
        let url = Url::parse("https://api.example").unwrap().join(path).unwrap();
        browser.run(&page(), &Request::fetch(&url).method("PUT"), Duration::ZERO, server)
    };
    let ahead = ask(&mut browser, "/", &mut server);
    assert_eq!((ahead.verdict.is_allowed(), ahead.hops.len()), (false, 2));
    let next = ask(&mut browser, "/next", &mut server);
    assert!(next.hops.iter().all(|hop| matches!(hop.preflight, Preflight::Sent(_))));
    assert!(next.verdict.is_allowed());
}
