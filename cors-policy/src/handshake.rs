//! WebSocket and WebTransport handshakes. Browsers let every page make them, the first with cookies, and check nothing of
//! the answer: the server alone can refuse
//! ([RFC 6455, section 10.2](https://www.rfc-editor.org/rfc/rfc6455#section-10.2)).

use std::fmt;
use std::ops::ControlFlow;

use crate::fields::{Field, RequestFields};
use crate::policy::Policy;

const WEBSOCKET: &[u8] = b"websocket";

/// What becomes of a handshake without `Origin`. Browsers always send it, so whoever does not is another client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MissingOrigin {
    /// It is refused: only browsers connect.
    Deny,
    /// Other clients connect too, and say who they are by other means than cookies, HTTP authentication or
    /// client certificates.
    AllowAnonymous,
    /// Other clients connect too, with cookies or the like.
    Allow,
}

/// How handshakes are judged.
///
/// ```
/// use cors_policy::{Handshake, MissingOrigin};
///
/// let handshake = Handshake::new(MissingOrigin::Deny).with_client_certificate();
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handshake {
    missing_origin: MissingOrigin,
    client_certificate: bool,
}

impl Handshake {
    /// Judges handshakes without `Origin` as `missing_origin` says.
    #[must_use]
    pub const fn new(missing_origin: MissingOrigin) -> Self {
        Handshake { missing_origin, client_certificate: false }
    }

    /// The connection carries a TLS client certificate, which no header shows: like a cookie, it needs a rule with
    /// credentials.
    #[must_use]
    pub const fn with_client_certificate(mut self) -> Self {
        self.client_certificate = true;
        self
    }

    /// Whether a request asks for a WebSocket by HTTP/1.1
    /// ([RFC 6455, section 4.2.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1)).
    ///
    /// By HTTP/2 and HTTP/3 the handshakes of WebSocket and WebTransport are extended CONNECTs
    /// ([RFC 8441, section 4](https://www.rfc-editor.org/rfc/rfc8441#section-4)): `CONNECT` with a `:protocol`.
    #[must_use]
    pub fn is_asked_for(request: &(impl RequestFields + ?Sized)) -> bool {
        let found = request.each_line(Field::Upgrade, &mut |line| {
            // Servers look for the word in different ways: whatever one of them takes for a handshake must be one here.
            let asks = line.windows(WEBSOCKET.len()).any(|word| word.eq_ignore_ascii_case(WEBSOCKET));
            if asks { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        found.is_break()
    }
}

impl From<MissingOrigin> for Handshake {
    fn from(missing_origin: MissingOrigin) -> Self {
        Handshake::new(missing_origin)
    }
}

/// Why a handshake is refused. `Display` says it in one sentence, lower case, without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UpgradeRefusal {
    /// There is no `Origin`, and such handshakes are not allowed.
    OriginMissing,
    /// There is no `Origin`, but there are cookies or the like.
    OriginMissingWithCredentials,
    /// There is more than one `Origin` line.
    SeveralOrigins,
    /// The origin is `null`, which any page can send; not even `any` admits it to a handshake.
    NullOrigin,
    /// The value of `Origin` is no origin.
    NotAnOrigin,
    /// No rule admits the origin.
    OriginNotAdmitted,
    /// The rule that admits the origin is without credentials, and the handshake has them.
    CredentialsNotAllowed,
}

impl Policy {
    /// Whether a WebSocket or WebTransport handshake may go on; if not, answer 403.
    ///
    /// The origin must be admitted, by a rule with credentials where the handshake has `Cookie` or `Authorization`:
    /// scripts can set neither, so browsers sent them by themselves. The server's own origin is what the policy
    /// names: whatever claims to be it (`Host`, `Forwarded`, `X-Forwarded-Host`) is not looked at.
    ///
    /// The same call serves HTTP/1.1 upgrades and the extended CONNECT of HTTP/2 and HTTP/3. Allocates nothing. With the
    /// feature `axum` or `actix-web` the refusal is a response, 403 with the reason in words, so that handlers can say
    /// `API.check_upgrade(&headers, MissingOrigin::Deny)?`.
    ///
    /// ```
    /// use cors_policy::{MissingOrigin, Policy, UpgradeRefusal, cors_policy};
    ///
    /// static CHAT: Policy = cors_policy! { origins: ["https://chat.example.com"], credentials: true };
    ///
    /// let handshake = [("origin", "https://chat.example.com"), ("cookie", "session=1")];
    /// assert_eq!(CHAT.check_upgrade(&handshake[..], MissingOrigin::Deny), Ok(()));
    ///
    /// let hijack = [("origin", "https://evil.test"), ("cookie", "session=1")];
    /// let refusal = CHAT.check_upgrade(&hijack[..], MissingOrigin::Deny);
    /// assert_eq!(refusal, Err(UpgradeRefusal::OriginNotAdmitted));
    /// ```
    ///
    /// # Errors
    ///
    /// Why the handshake must be refused.
    pub fn check_upgrade(
        &self,
        request: &(impl RequestFields + ?Sized),
        handshake: impl Into<Handshake>,
    ) -> Result<(), UpgradeRefusal> {
        let Handshake { missing_origin, client_certificate } = handshake.into();
        let has_credentials =
            || client_certificate || request.has(Field::Cookie) || request.has(Field::Authorization);
        let mut admission = None;
        let _ = request.each_line(Field::Origin, &mut |line| {
            if admission.is_some() {
                admission = Some(Err(UpgradeRefusal::SeveralOrigins));
                return ControlFlow::Break(());
            }
            admission = Some(self.admission(line));
            ControlFlow::Continue(())
        });
        match (admission, missing_origin) {
            (Some(Err(refusal)), _) => Err(refusal),
            (Some(Ok(false)), _) if has_credentials() => Err(UpgradeRefusal::CredentialsNotAllowed),
            (None, MissingOrigin::Deny) => Err(UpgradeRefusal::OriginMissing),
            (None, MissingOrigin::AllowAnonymous) if has_credentials() => {
                Err(UpgradeRefusal::OriginMissingWithCredentials)
            }
            _ => Ok(()),
        }
    }

    /// Whether the rule that admits the origin is with credentials.
    fn admission(&self, origin: &[u8]) -> Result<bool, UpgradeRefusal> {
        match self.answers().rule(self.rule_for(origin)) {
            _ if origin == b"null" => Err(UpgradeRefusal::NullOrigin),
            // `any` admits whatever stands there; of patterns, the automaton knows that it is an origin.
            None if is_origin(origin) => Err(UpgradeRefusal::OriginNotAdmitted),
            Some(rule) if rule.patterns.is_some() || is_origin(origin) => Ok(rule.credentials),
            _ => Err(UpgradeRefusal::NotAnOrigin),
        }
    }
}

/// Whether these bytes are a serialised tuple origin, scheme, host and port
/// ([HTML, section 7.1.1](https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin)).
fn is_origin(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(3).position(|window| window == b"://") else { return false };
    let (scheme, rest) = bytes.split_at(end);
    let authority = rest.get(3..).unwrap_or_default();
    let colon = authority.iter().rposition(|byte| *byte == b':').filter(|_| !authority.ends_with(b"]"));
    let (host, port) = authority.split_at(colon.unwrap_or(authority.len()));
    is_scheme(scheme) && is_host(host) && (port.is_empty() || is_port(port))
}

fn is_scheme(scheme: &[u8]) -> bool {
    scheme.first().is_some_and(u8::is_ascii_lowercase)
        && scheme.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'+' | b'-' | b'.'))
}

fn is_host(host: &[u8]) -> bool {
    let address = host.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    match address {
        Some(address) => {
            !address.is_empty()
                && address.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b':' | b'.'))
        }
        None => {
            !host.is_empty()
                && host.iter().all(|byte| {
                    byte.is_ascii_graphic()
                        && !byte.is_ascii_uppercase()
                        && !b"/\\?#@:[]%<>^|\"`{},".contains(byte)
                })
        }
    }
}

/// With the colon in front.
fn is_port(port: &[u8]) -> bool {
    let digits = port.get(1..).unwrap_or_default();
    let number = std::str::from_utf8(digits).ok().and_then(|text| text.parse::<u16>().ok());
    !digits.starts_with(b"0") && !digits.starts_with(b"+") && number.is_some()
}

impl UpgradeRefusal {
    /// The reason in one word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            UpgradeRefusal::OriginMissing => "origin-missing",
            UpgradeRefusal::OriginMissingWithCredentials => "origin-missing-with-credentials",
            UpgradeRefusal::SeveralOrigins => "several-origins",
            UpgradeRefusal::NullOrigin => "null-origin",
            UpgradeRefusal::NotAnOrigin => "not-an-origin",
            UpgradeRefusal::OriginNotAdmitted => "origin-not-admitted",
            UpgradeRefusal::CredentialsNotAllowed => "credentials-not-allowed",
        }
    }
}

impl fmt::Display for UpgradeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UpgradeRefusal::OriginMissing => {
                "the handshake has no `Origin`, which browsers always send, and only browsers may connect"
            }
            UpgradeRefusal::OriginMissingWithCredentials => {
                "the handshake has no `Origin`, but cookies or the like; without an origin it must be anonymous"
            }
            UpgradeRefusal::SeveralOrigins => "the handshake has more than one `Origin` line",
            UpgradeRefusal::NullOrigin => {
                "the origin is `null`: any page can send it, from a sandboxed frame or a `data:` URL"
            }
            UpgradeRefusal::NotAnOrigin => "the value of `Origin` is no origin",
            UpgradeRefusal::OriginNotAdmitted => {
                "the policy does not admit the origin; the server's own origin needs an entry, too"
            }
            UpgradeRefusal::CredentialsNotAllowed => {
                "the policy admits the origin without credentials, but the handshake has cookies or the like"
            }
        })
    }
}

impl std::error::Error for UpgradeRefusal {}

#[cfg(test)]
mod tests {
    use super::is_origin;

    #[test]
    fn origins() {
        for origin in
            ["https://a.test", "http://[::1]:8080", "https://a.test:1", "app://localhost", "x-y+z.1://h"]
        {
            assert!(is_origin(origin.as_bytes()), "{origin}");
        }
        for other in [
            "",
            "null",
            "https://",
            "://a",
            "file://",
            "https://a/",
            "https://A.test",
            "HTTPS://a",
            "https://a:0",
            "https://a:01",
            "https://a:65536",
            "https://a:+1",
            "https://a:",
            "https://u@a",
            "https://a b",
            "https://[::1",
            "https://[]",
            "https://[::1]8080",
            "https://a,https://b",
            "https://ä",
            "1http://a",
            "a",
        ] {
            assert!(!is_origin(other.as_bytes()), "{other}");
        }
    }
}
