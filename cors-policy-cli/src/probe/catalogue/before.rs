//! Causes that keep a request from being sent, or change it before it is.

use super::{Cause, Layer};

pub(in crate::probe) static TARGET_NOT_HTTP: Cause = Cause {
    code: "target-not-http",
    layer: Layer::NotCors,
    title: "The URL is neither http nor https.",
    chrome: "`Cross-origin requests are only supported for protocol schemes`, and a list.",
    firefox: "`CORS request not http`.",
    why: "A page or an API that is opened as a file, a scheme of its own, or a URL without `http://`: `localhost:3000/api` has \
          the scheme `localhost`.",
    fix: "Write the whole URL, and serve the API over https. No policy applies to other schemes.",
};

pub(in crate::probe) static MIXED_CONTENT: Cause = Cause {
    code: "mixed-content",
    layer: Layer::NotCors,
    title: "A page that was loaded over https asks a URL of http.",
    chrome: "`Mixed Content`: an insecure resource was requested.",
    firefox: "`Blocked loading mixed active content`.",
    why: "The page is configured with the API's http URL.",
    fix: "Serve the API over https and use that URL.",
};

pub(in crate::probe) static BLOCKED_PORT: Cause = Cause {
    code: "blocked-port",
    layer: Layer::NotCors,
    title: "Browsers do not connect to this port.",
    chrome: "`net::ERR_UNSAFE_PORT`.",
    firefox: "`This address is restricted`.",
    why: "A server, often one for development, on a port of another protocol: 6000, 6666, 10080 and others.",
    fix: "Serve the API on another port.",
};

pub(in crate::probe) static FORBIDDEN_METHOD: Cause = Cause {
    code: "forbidden-method",
    layer: Layer::Page,
    title: "Browsers do not send this method for script.",
    chrome: "`TypeError`: the HTTP method is unsupported.",
    firefox: "`TypeError`: the method is forbidden.",
    why: "Script asks for CONNECT, TRACE or TRACK.",
    fix: "Use another method.",
};

pub(in crate::probe) static FORBIDDEN_REQUEST_HEADER: Cause = Cause {
    code: "forbidden-request-header",
    layer: Layer::Page,
    title: "Browsers drop a header that script sets, without a word.",
    chrome: "Nothing; `XMLHttpRequest`: `Refused to set unsafe header`.",
    firefox: "Nothing; `XMLHttpRequest`: `Attempt to set a forbidden header was denied`.",
    why: "Names such as `host`, `origin`, `cookie`, `proxy-*` and `sec-*` are the browser's own.",
    fix: "Remove the header from the page, and from the server's list of allowed headers, where it can never \
            match.",
};

pub(in crate::probe) static USER_INFO_IN_URL: Cause = Cause {
    code: "user-info-in-url",
    layer: Layer::Page,
    title: "The URL has a user name or a password.",
    chrome: "`TypeError`: the URL includes credentials.",
    firefox: "`TypeError`: the URL includes credentials.",
    why: "A URL of the form `https://user:password@host`.",
    fix: "Send an `Authorization` header, and list `authorization` among the request headers.",
};

pub(in crate::probe) static LOCAL_NETWORK_ACCESS: Cause = Cause {
    code: "local-network-access",
    layer: Layer::NotCors,
    title: "The page is public and the server is in a local network or on this machine.",
    chrome: "Permission was denied to access the loopback or local address space; since 142 a question to the \
            user comes first.",
    firefox: "A question to the user, or a note about Local Network Access.",
    why: "A page calls `localhost`, a private address, or a name that a VPN resolves to one.",
    fix: "The user has to agree, on an https page. No response header grants it.",
};

pub(super) static ALL: &[&Cause] = &[
    &TARGET_NOT_HTTP,
    &MIXED_CONTENT,
    &BLOCKED_PORT,
    &FORBIDDEN_METHOD,
    &FORBIDDEN_REQUEST_HEADER,
    &USER_INFO_IN_URL,
    &LOCAL_NETWORK_ACCESS,
];
