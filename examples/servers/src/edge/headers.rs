//! Header fields that a proxy removes and adds.

use std::net::IpAddr;

use http::header::{CONNECTION, EXPECT, FORWARDED, HOST, TE, TRANSFER_ENCODING, UPGRADE, VIA};
use http::{HeaderMap, HeaderName, HeaderValue, Version};

/// Fields of the connection, not of the message, beside those that `Connection` names
/// ([RFC 9110, section 7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1)).
const HOP_BY_HOP: [HeaderName; 6] = [
    CONNECTION,
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("keep-alive"),
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// What an upstream would believe. Behind another proxy these would have to be extended, not replaced.
const CLAIMS: [HeaderName; 4] = [
    FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
];

pub(crate) fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let lines = headers.get_all(CONNECTION).iter().filter_map(|line| line.to_str().ok());
    let named: Vec<HeaderName> =
        lines.flat_map(|line| line.split(',')).filter_map(|name| name.trim().parse().ok()).collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

/// Says who asks, and for which host: the upstream gets a `Host` of its own.
pub(crate) fn tell_upstream(headers: &mut HeaderMap, version: Version, peer: Option<IpAddr>) {
    for name in CLAIMS {
        headers.remove(name);
    }
    // The server has sent `100 Continue` when the body is read.
    headers.remove(EXPECT);
    let host = headers.remove(HOST);
    if let Some(forwarded) = forwarded(peer, host.as_ref()) {
        headers.insert(FORWARDED, forwarded);
    }
    add_via(headers, version);
}

/// [RFC 7239, section 4](https://www.rfc-editor.org/rfc/rfc7239#section-4).
fn forwarded(peer: Option<IpAddr>, host: Option<&HeaderValue>) -> Option<HeaderValue> {
    let peer = match peer {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => format!("\"[{address}]\""),
        None => "unknown".to_owned(),
    };
    let host = host.and_then(|host| host.to_str().ok()).filter(|host| !host.contains(['"', '\\']));
    let host = host.map(|host| format!(";host=\"{host}\"")).unwrap_or_default();
    HeaderValue::try_from(format!("for={peer}{host};proto=http")).ok()
}

/// [RFC 9110, section 7.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3): the protocol in which the message
/// came.
pub(crate) fn add_via(headers: &mut HeaderMap, version: Version) {
    headers.append(
        VIA,
        HeaderValue::from_static(match version {
            Version::HTTP_10 => "1.0 edge",
            Version::HTTP_2 => "2 edge",
            _ => "1.1 edge",
        }),
    );
}

pub(crate) fn ask_for_websocket(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
}
