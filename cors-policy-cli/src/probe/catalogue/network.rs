//! Causes for which there is no response.

use super::{Cause, Layer};

pub(in crate::probe) static NAME_NOT_FOUND: Cause = Cause {
    code: "name-not-found",
    layer: Layer::NotCors,
    title: "The host's name does not resolve.",
    chrome: "A network error, `net::ERR_NAME_NOT_RESOLVED`, without a word about CORS.",
    firefox: "`CORS request did not succeed`, status code `(null)`, which misleads.",
    why: "A misspelt host, or a name that only another network knows.",
    fix: "Open the URL directly, from the same machine, before anything about CORS.",
};

pub(in crate::probe) static CONNECTION_FAILED: Cause = Cause {
    code: "connection-failed",
    layer: Layer::NotCors,
    title: "No connection could be made, or it ended before a response.",
    chrome: "A network error, `net::ERR_CONNECTION_REFUSED`, `_RESET` or `_CLOSED`, without a word about CORS.",
    firefox: "`CORS request did not succeed`, status code `(null)`, which misleads.",
    why: "The server is down, listens somewhere else, or a firewall or crash ends the connection.",
    fix: "Make a direct visit work first; look into the server's own log.",
};

pub(in crate::probe) static TLS_FAILED: Cause = Cause {
    code: "tls-failed",
    layer: Layer::NotCors,
    title: "TLS failed, or the certificate is not trusted.",
    chrome: "A network error, `net::ERR_CERT_…` or `ERR_SSL_PROTOCOL_ERROR`, without a word about CORS.",
    firefox: "`CORS request did not succeed`, status code `(null)`, which misleads.",
    why: "A self-signed or expired certificate, one for another name, or a port that does not speak TLS.",
    fix: "Serve a certificate that browsers trust. For requests of script there is no page on which to accept \
            another one.",
};

pub(in crate::probe) static CLIENT_CERTIFICATE_REQUIRED: Cause = Cause {
    code: "client-certificate-required",
    layer: Layer::Layering,
    title: "The server demands a client certificate.",
    chrome: "A network error, `net::ERR_…`, without a word about CORS.",
    firefox: "`CORS request did not succeed`, status code `(null)`, which misleads.",
    why: "Mutual TLS. Preflights carry no credentials, and certificates of clients are credentials.",
    fix: "Request client certificates and do not require them, or have preflights answered by a listener \
            without them.",
};

pub(in crate::probe) static TIMED_OUT: Cause = Cause {
    code: "timed-out",
    layer: Layer::NotCors,
    title: "There was no response in time.",
    chrome: "A network error, `net::ERR_TIMED_OUT`, without a word about CORS.",
    firefox: "`CORS request did not succeed`, status code `(null)`, which misleads.",
    why: "A firewall that drops packets, or a server that answers slowly or never ends its headers.",
    fix: "Look at the server, and at what is between.",
};

pub(in crate::probe) static NOT_HTTP: Cause = Cause {
    code: "not-http",
    layer: Layer::NotCors,
    title: "What came back is no HTTP response.",
    chrome: "A network error, `net::ERR_INVALID_HTTP_RESPONSE`, without a word about CORS.",
    firefox: "`CORS request did not succeed`, status code `(null)`, which misleads.",
    why: "Another protocol on this port, TLS on a port that is asked without, or more headers than clients \
            take.",
    fix: "Check scheme and port of the URL.",
};

pub(super) static ALL: &[&Cause] =
    &[&NAME_NOT_FOUND, &CONNECTION_FAILED, &TLS_FAILED, &CLIENT_CERTIFICATE_REQUIRED, &TIMED_OUT, &NOT_HTTP];
