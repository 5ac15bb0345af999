//! What is wrong with responses.

use std::sync::Mutex;

use super::{CUSTOM, Case, INCLUDE, JSON};
use crate::server::{Asked, Reply, Server, right};
use crate::{APP, raw};

const ORIGIN: &str = "access-control-allow-origin";
const CREDENTIALS: &str = "access-control-allow-credentials";

/// Right but for the origin that it names, on everything, whoever asks: a value that nobody takes.
fn names(name: &'static str, expected: &'static str, value: &'static str) -> Case {
    Case::new(name, &[], &[expected], move |asked| {
        let reply = right(asked);
        if asked.origin() == Some(APP) { reply.set(ORIGIN, value) } else { reply }
    })
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::new("no CORS at all", &[], &["no-cors-headers"], |asked| right(asked).bare()),
        Case::new("no CORS at all behind a cache", &[], &["no-cors-headers"], |asked| {
            right(asked).bare().with("age", "12")
        }),
        Case::new("a fixed origin behind a cache", &[], &["other-origin"], |asked| {
            right(asked).set(ORIGIN, "https://other.example").with("x-cache", "Hit from cloudfront")
        }),
        Case::new("a proxy that wants a log-in", &[], &["proxy-authentication"], |asked| {
            right(asked).status(407)
        }),
        Case::new("another origin is listed", &[], &["origin-not-allowed"], |asked| {
            right(asked).without(ORIGIN).without(CREDENTIALS)
        }),
        Case::new("headers on preflights only", CUSTOM, &["only-preflight-has-headers"], |asked| {
            if asked.is_preflight() { right(asked) } else { right(asked).bare() }
        }),
        Case::new("errors without headers", CUSTOM, &["no-cors-headers-on-errors"], |asked| {
            if asked.is_preflight() { right(asked) } else { Reply::new(500) }
        }),
        Case::new("an error without headers, and a policy", &[], &["no-cors-headers-on-errors"], |asked| {
            if asked.is_preflight() { right(asked) } else { Reply::new(502) }
        }),
        Case::new("404 without headers", &[], &["no-cors-headers-on-errors"], |asked| {
            let reply = right(asked);
            if reply.status == 404 { reply.bare() } else { reply }
        }),
        Case::new("a web page", &[], &["wrong-url"], |asked| {
            if asked.method == "OPTIONS" {
                Reply::new(405)
            } else {
                Reply::new(200).with("content-type", "text/html")
            }
        }),
        Case::new("two layers", &[], &["several-origin-headers"], |asked| right(asked).with(ORIGIN, APP)),
        Case::new("two layers joined", &[], &["several-origin-headers"], |asked| {
            right(asked).set(ORIGIN, format!("*, {APP}"))
        }),
        Case::new("its own origin", &[], &["own-origin"], |asked| {
            let own = format!("http://{}", asked.header("host").unwrap());
            right(asked).set(ORIGIN, own)
        }),
        Case::new("a sandboxed page", &["--origin", "null"], &["null-origin"], right),
        Case::new("any origin and cookies", INCLUDE, &["wildcard-origin-with-credentials"], |asked| {
            right(asked).set(ORIGIN, "*")
        }),
        Case::new("any origin and a useless header", &[], &["wildcard-origin-with-credentials"], |asked| {
            right(asked).set(ORIGIN, "*")
        }),
        Case::new("True", INCLUDE, &["credentials-not-true"], |asked| right(asked).set(CREDENTIALS, "True")),
        Case::new("no credentials", INCLUDE, &["credentials-not-true"], |asked| {
            right(asked).without(CREDENTIALS)
        }),
        Case::new("no Vary", &[], &["vary-missing"], |asked| right(asked).without("vary")),
        Case::new("no Vary, and nothing is stored", &[], &[], |asked| {
            right(asked).without("vary").with("cache-control", "private, no-store")
        }),
        Case::new("a slash is redirected before CORS", &[], &["redirect-no-cors-headers"], |asked| {
            if asked.path.ends_with('/') {
                Reply::new(301).with("location", "/api/orders")
            } else {
                right(asked)
            }
        }),
        Case::new("Vary where it is allowed only", &[], &["vary-missing"], |asked| {
            let reply = right(asked);
            if asked.origin() == Some(APP) { reply } else { reply.without("vary") }
        }),
        Case::new("HEAD takes another path", &[], &["head-differs"], |asked| {
            if asked.method == "HEAD" { Reply::new(200) } else { right(asked) }
        }),
        Case::new("304 with another origin", &[], &["revalidation-differs"], |asked| {
            if asked.headers.contains_key("if-none-match") {
                return Reply::new(304).with(ORIGIN, "https://other.example").with("vary", "Origin");
            }
            right(asked).with("etag", "\"1\"")
        }),
        Case::new("403 that can be read", &[], &["refused-by-application"], |asked| {
            let reply = right(asked);
            if reply.status == 200 { reply.status(403) } else { reply }
        }),
        Case::new(
            "an event stream of another type",
            &["--initiator", "event-source"],
            &["response-not-taken"],
            right,
        ),
    ];
    cases.extend(values());
    cases.push(cached());
    cases.push(caches_nothing());
    cases
}

/// Values of `Access-Control-Allow-Origin`.
fn values() -> Vec<Case> {
    vec![
        names("a list in the header", "origin-list-in-header", "https://app.localhost, https://b.localhost"),
        names("a pattern", "pattern-in-header", "https://*.localhost"),
        names("a slash", "origin-near-miss", "https://app.localhost/"),
        names("a path", "origin-near-miss", "https://app.localhost/cart"),
        names("upper case", "origin-near-miss", "https://App.localhost"),
        names("the default port", "origin-near-miss", "https://app.localhost:443"),
        names("another scheme", "origin-near-miss", "http://app.localhost"),
        names("another port", "origin-near-miss", "https://app.localhost:8443"),
        names("no scheme", "origin-near-miss", "app.localhost"),
        names("a fixed origin", "other-origin", "https://other.example"),
        names("null in the header", "null-in-header", "null"),
        names("an empty header", "empty-origin-header", ""),
    ]
}

/// A cache without `Origin` in its key, that another site has filled.
fn cached() -> Case {
    Case::new("a cache without Origin in its key", &[], &["cached-answer"], |asked| {
        if asked.is_preflight() || asked.path.contains('?') {
            return right(asked);
        }
        right(asked).set(ORIGIN, "https://first.example").with("x-cache", "HIT").with("age", "12")
    })
}

/// A cache that was filled by a request without `Origin`.
fn caches_nothing() -> Case {
    let kept = Mutex::new(None);
    Case::new("a cache that an image has filled", &[], &["cached-answer"], move |asked| {
        if asked.is_preflight() || asked.path.contains('?') {
            return right(asked);
        }
        let mut kept = kept.lock().unwrap();
        let reply = kept.get_or_insert_with(|| right(asked).bare());
        reply.clone().with("x-cache-status", "HIT")
    })
}

pub(super) fn redirects() -> Vec<Case> {
    let to = |location: String| {
        move |asked: &Asked| {
            if asked.is_preflight() {
                right(asked)
            } else {
                right(asked).status(302).with("location", &location)
            }
        }
    };
    let bare = |location: &'static str| {
        move |asked: &Asked| {
            if asked.is_preflight() { right(asked) } else { Reply::new(302).with("location", location) }
        }
    };
    let target = Server::new(|asked: &Asked| right(asked));
    let taints = Case::new("to another origin", &[], &["redirect-taints-origin"], to(target.url("/file")))
        .with(target);
    let sso = Server::new(|_: &Asked| Reply::new(200).with("content-type", "text/html"));
    let log_in =
        Case::new("to a log-in elsewhere", &[], &["login-redirect"], to(sso.url("/oauth2/authorize")))
            .with(sso);
    let open = Server::new(|asked: &Asked| {
        let reply = right(asked).set(ORIGIN, "*").without(CREDENTIALS);
        if asked.is_preflight() {
            reply.with("access-control-allow-headers", "authorization")
        } else {
            reply.status(401)
        }
    });
    let token = ["--header", "authorization: Bearer x"];
    let expected = ["redirect-drops-authorization"];
    let drops = Case::new("authorization is lost", &token, &expected, to(open.url("/file"))).with(open);
    let closed = Server::new(|_: &Asked| Reply::new(204));
    let expected = ["redirect-target-refuses-preflight"];
    let refuses =
        Case::new("the target has no policy", CUSTOM, &expected, to(closed.url("/file"))).with(closed);
    let post = ["--method", "POST", "--body", "a", "--send"];
    vec![
        taints,
        log_in,
        drops,
        refuses,
        Case::new("without CORS headers", &[], &["redirect-no-cors-headers"], bare("/api/orders/")),
        Case::new("to https", &[], &["redirect-to-https"], bare("https://127.0.0.1/api/orders")),
        Case::new("to a log-in", &[], &["login-redirect"], bare("https://id.example/login?next=1")),
        Case::new(
            "with user info",
            &[],
            &["redirect-with-user-info"],
            to("https://user:secret@127.0.0.1/".to_owned()),
        ),
        Case::new("forever", &[], &["too-many-redirects"], to("/api/orders".to_owned())),
        Case::new("into an app", &[], &["bad-redirect-location"], to("app://orders".to_owned())),
        Case::new("to no URL", &[], &["bad-redirect-location"], to("http://[".to_owned())),
        Case::new("a POST becomes a GET", &post, &["redirect-changes-method"], |asked| {
            if asked.method == "POST" {
                right(asked).status(302).with("location", "/api/done")
            } else {
                right(asked)
            }
        }),
        Case::new("to nobody", &[], &["connection-failed"], to(format!("http://{}/", raw::nobody()))),
    ]
}

pub(super) fn reading() -> Vec<Case> {
    let reads = |name| ["--reads", name];
    let both = ["--reads", "etag", "--credentials", "include"];
    vec![
        Case::new("not exposed", &reads("x-total-count"), &["header-not-exposed"], |asked| {
            right(asked).with("x-total-count", "7")
        }),
        Case::new("not sent", &reads("x-total-count"), &["header-not-sent"], right),
        Case::new("a wildcard and cookies", &both, &["wildcard-expose-with-credentials"], |asked| {
            right(asked).with("etag", "\"1\"").with("access-control-expose-headers", "*")
        }),
        Case::new("a list with spaces", &reads("etag"), &["malformed-expose-list"], |asked| {
            right(asked).with("etag", "\"1\"").with("access-control-expose-headers", "etag x-total-count")
        }),
        Case::new("Set-Cookie", &reads("set-cookie"), &["set-cookie-unreadable"], |asked| {
            right(asked).with("set-cookie", "a=1; SameSite=None; Secure")
        }),
        Case::new("a cookie that stays at home", INCLUDE, &["cookie-not-cross-site"], |asked| {
            right(asked).with("set-cookie", "a=1; SameSite=Lax")
        }),
        Case::new("a request that is fine", JSON, &[], right),
    ]
}
