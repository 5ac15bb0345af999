//! Judges the judge: the model of a browser in `cors-policy-browser` against every case of `cases/browser.json`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::collections::BTreeMap;
use std::time::Duration;

use cors_policy_browser::cors_check::cors_check;
use cors_policy_browser::filter::{ResponseType, filter};
use cors_policy_browser::origin::Context;
use cors_policy_browser::preflight::{self, Asked};
use cors_policy_browser::tainting::{origin_header, serialised_origin, tainting};
use cors_policy_browser::{
    Browser, CredentialsMode, Headers, HttpRequest, HttpResponse, Initiator, Mode, Origin, Page, Preflight,
    Profile, Purpose, Reason, RedirectMode, ReferrerPolicy, Request, Tainting, Url, method, safelist,
};
use serde_json::{Value, json};

/// How many cases there are of each kind. A new kind, or one that vanishes, fails.
const COUNTS: [(&str, usize); 8] = [
    ("cache", 13),
    ("cors-check", 44),
    ("expose", 16),
    ("method-normalise", 14),
    ("needs-preflight", 17),
    ("origin-serialise", 35),
    ("preflight-check", 34),
    ("safelist-header", 46),
];

#[test]
fn every_case_is_judged_as_expected() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../cases/browser.json")).unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let kind = case["kind"].as_str().unwrap();
        *counts.entry(kind).or_default() += 1;
        let input = &case["input"];
        let got = match kind {
            "cache" => cache(input),
            "cors-check" => cors(input),
            "expose" => expose(input, &case["expect"]),
            "method-normalise" => normalise(input),
            "needs-preflight" => needs_preflight(input, &case["expect"]),
            "origin-serialise" => origin(input),
            "preflight-check" => preflight_check(input),
            "safelist-header" => safelisted(input),
            other => panic!("nothing judges cases of kind {other}"),
        };
        if got != case["expect"] {
            wrong.push(format!("{}\n    expected {}\n    got      {got}", case["id"], case["expect"]));
        }
    }
    assert_eq!(counts, BTreeMap::from(COUNTS));
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// One code point for each byte.
fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().unwrap().chars().map(|c| u8::try_from(c).unwrap()).collect()
}

fn headers(lines: &Value) -> Headers {
    let lines = lines.as_array().unwrap().iter();
    lines.map(|line| (line[0].as_str().unwrap(), bytes(&line[1]))).collect()
}

fn url(text: &Value) -> Url {
    Url::parse(text.as_str().unwrap()).unwrap()
}

fn credentials(input: &Value) -> CredentialsMode {
    match input["credentials"].as_str().unwrap() {
        "include" => CredentialsMode::Include,
        "same-origin" => CredentialsMode::SameOrigin,
        "omit" => CredentialsMode::Omit,
        other => panic!("no credentials mode {other}"),
    }
}

fn response(value: &Value) -> HttpResponse {
    let status = u16::try_from(value["status"].as_u64().unwrap()).unwrap();
    HttpResponse::new(status, headers(&value["headers"]))
}

fn safelisted(input: &Value) -> Value {
    json!({ "safelisted": safelist::is_safelisted(input["name"].as_str().unwrap(), &bytes(&input["value"])) })
}

fn normalise(input: &Value) -> Value {
    match method::from_script(input["method"].as_str().unwrap()) {
        Ok(method) => json!({ "method": method }),
        Err(reason) => json!({ "error": reason.code().strip_prefix("method-").unwrap() }),
    }
}

/// A request of the case, by a page at another origin.
fn request(input: &Value, url: &Url) -> Request {
    let initiator = match input["initiator"].as_str() {
        None => Initiator::Xhr,
        Some("font") => Initiator::Font,
        Some("module-script") => Initiator::ModuleScript,
        Some("eventsource" | "event-source") => Initiator::EventSource,
        Some(other) => panic!("no initiator {other}"),
    };
    let mut request = Request::by(initiator, url).method(input["method"].as_str().unwrap());
    request.headers = headers(&input["headers"]);
    if let Some(flag) = input["unsafe_request_flag"].as_bool() {
        assert_eq!(request.unsafe_request, flag, "{input}");
    }
    request.upload_listeners = input["upload_listeners"].as_bool().unwrap_or_default();
    request
}

fn text(request: &HttpRequest, name: &str) -> Value {
    request.headers.get(name).map(|value| String::from_utf8(value).unwrap()).into()
}

/// The headers of these cases are a header list: `fetch()` keeps lines apart, so it is asked where no upload listens.
fn needs_preflight(input: &Value, expect: &Value) -> Value {
    let url = Url::parse("https://api.example/r").unwrap();
    let page = Page::of(Origin::parse("https://app.example"));
    let mut request = request(input, &url);
    if request.initiator == Initiator::Xhr && !request.upload_listeners {
        request.initiator = Initiator::Fetch;
    }
    let mut server = |_: &HttpRequest| HttpResponse::new(500, Headers::new());
    let exchange = Browser::new(Profile::STANDARD).run(&page, &request, Duration::ZERO, &mut server);
    let (purpose, _, first) = exchange.sent().next().unwrap();
    if purpose == Purpose::Actual {
        return json!({ "preflight": false });
    }
    assert!(!exchange.hops.first().unwrap().causes.is_empty());
    let got = json!({
        "preflight": true,
        "access_control_request_method": text(&first.request, "access-control-request-method"),
        "access_control_request_headers": text(&first.request, "access-control-request-headers"),
    });
    // What a case does not say is not asked.
    let wanted = got.as_object().unwrap().iter().filter(|(name, _)| expect.get(name).is_some());
    wanted.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>().into()
}

/// The origin that a response is checked against, and the tainting, after the URLs of a request.
fn through(page: &Origin, urls: &[Url], mode: Mode) -> (String, Tainting) {
    let follow = |before, url| tainting(page, url, mode, RedirectMode::Follow, before).unwrap();
    (serialised_origin(page, urls), urls.iter().fold(Tainting::Basic, follow))
}

fn cors(input: &Value) -> Value {
    let origin = if let Some(page) = input.get("page_origin") {
        let urls: Vec<Url> = input["url_list"].as_array().unwrap().iter().map(url).collect();
        let (origin, tainting) = through(&Origin::parse(page.as_str().unwrap()), &urls, Mode::Cors);
        assert_eq!(tainting, Tainting::Cors);
        origin.into_bytes()
    } else {
        bytes(&input["origin"])
    };
    let checked = cors_check(&origin, credentials(input), &headers(&input["headers"]));
    json!({ "ok": checked.is_ok(), "reason": checked.err().map(|reason| reason.code()) })
}

fn asked(input: &Value, profile: &Profile) -> Asked {
    Asked {
        origin: bytes(&input["origin"]),
        credentials: credentials(input),
        method: method::normalize(input["method"].as_str().unwrap()),
        headers: safelist::unsafe_names(&headers(&input["headers"]), profile),
        forced: input["forced_preflight"].as_bool().unwrap_or_default(),
    }
}

fn preflight_check(input: &Value) -> Value {
    let asked = asked(input, &Profile::STANDARD);
    let checked = preflight::check(&asked, &response(&input["response"]), &Profile::STANDARD);
    let code = |reason: &Reason| match reason {
        Reason::HeaderNotAllowed { name, .. } => format!("{}:{name}", reason.code()),
        _ => reason.code().to_owned(),
    };
    let all: Vec<String> = checked.as_ref().err().into_iter().flatten().map(code).collect();
    json!({ "ok": checked.is_ok(), "first": all.first(), "all": all })
}

/// Cases list some of the headers: what they list is compared.
fn expose(input: &Value, expect: &Value) -> Value {
    let (readable, hidden) = filter(&headers(&input["headers"]), ResponseType::Cors, credentials(input));
    let listed = |member: &str, names: &[String]| -> Value {
        let expected = expect[member].as_array().unwrap().iter();
        expected.filter(|name| names.iter().any(|got| **name == got.as_str())).cloned().collect()
    };
    let extra = |member: &str, names: &[String]| {
        let expected = expect[member].as_array().unwrap();
        names.iter().any(|got| expected.iter().any(|name| *name == got.as_str()))
    };
    assert!(!extra("hidden", &readable) && !extra("readable", &hidden), "{input}");
    json!({ "readable": listed("readable", &readable), "hidden": listed("hidden", &hidden) })
}

fn origin(input: &Value) -> Value {
    if let Some(request) = input.get("request") {
        return json!({ "origin_header": header_of(request) });
    }
    let inherited = input["inherits"].as_str().map(Origin::parse);
    let url = input.get("url").map(url);
    let context = match (input["context"].as_str(), &url, &inherited) {
        (None, Some(url), _) => Context::Loaded(url),
        (Some(_), Some(url), _) => Context::RegisteredScheme(url),
        (Some(_), _, Some(origin)) => Context::Inherited(origin),
        (Some(context), ..) if context.starts_with("sandboxed") => Context::SandboxedFrame,
        (Some(context), ..) if context.contains("Content-Security-Policy") => Context::SandboxedByPolicy,
        (Some(context), ..) if context.starts_with("data:") => Context::Data,
        (Some(context), ..) if context.starts_with("file:") => Context::File,
        (context, ..) => panic!("no context {context:?}"),
    };
    json!({ "serialised": context.origin().to_string() })
}

fn header_of(request: &Value) -> Option<String> {
    let page = Page::of(Origin::parse(request["page_origin"].as_str().unwrap()));
    let urls: Vec<Url> = request["url_list"].as_array().unwrap().iter().map(url).collect();
    let mode = match request["mode"].as_str().unwrap() {
        "same-origin" => Mode::SameOrigin,
        "no-cors" => Mode::NoCors,
        "cors" => Mode::Cors,
        "navigate" => Mode::Navigate,
        "websocket" => Mode::WebSocket,
        "webtransport" => Mode::WebTransport,
        other => panic!("no mode {other}"),
    };
    let policy = request["referrer_policy"].as_str().map(|name| ReferrerPolicy::named(name).unwrap());
    let (_, tainting) = through(&page.origin, &urls, mode);
    let method = request["method"].as_str().unwrap();
    origin_header(&page, &urls, tainting, mode, method, policy.unwrap_or_default())
}

/// Each step is a whole fetch of one browser, whose server answers as the step says.
fn cache(input: &Value) -> Value {
    let profile = Profile { max_age_cap: input["max_age_cap"].as_u64(), ..Profile::STANDARD };
    let mut browser = Browser::new(profile);
    let preflights = input["steps"].as_array().unwrap().iter().map(|step| {
        let mut page = Page::of(Origin::parse(step["origin"].as_str().unwrap()));
        page.partition = step["partition"].as_str().map(str::to_owned);
        let request = request(step, &url(&step["url"])).credentials(credentials(step));
        let mut server = |request: &HttpRequest| match step["response_passes"].as_bool() {
            _ if request.is_preflight => response(&step["preflight_response"]),
            Some(false) => HttpResponse::new(200, Headers::new()),
            _ => {
                let origin = request.headers.get("origin").unwrap();
                let mut headers = Headers::new();
                headers.append("Access-Control-Allow-Origin", origin);
                headers.append("Access-Control-Allow-Credentials", "true");
                HttpResponse::new(200, headers)
            }
        };
        let now = Duration::from_secs_f64(step["t"].as_f64().unwrap());
        let exchange = browser.run(&page, &request, now, &mut server);
        matches!(exchange.hops.first().unwrap().preflight, Preflight::Sent(_))
    });
    json!({ "preflights": preflights.collect::<Vec<bool>>() })
}
