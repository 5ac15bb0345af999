//! Why there is no response.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use rustls::{AlertDescription, CertificateError, Error as TlsError};
use serde::Serialize;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::probe) enum Kind {
    NameNotFound,
    ConnectionFailed,
    TlsFailed,
    ClientCertificateRequired,
    TimedOut,
    NotHttp,
}

/// There is no response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(in crate::probe) struct Unreached {
    pub(in crate::probe) kind: Kind,
    pub(in crate::probe) message: String,
}

impl Unreached {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Unreached { kind, message: message.into() }
    }

    /// A request that this client cannot send.
    pub(super) fn unsendable(why: &dyn Display) -> Self {
        Unreached::new(Kind::NotHttp, format!("the request cannot be sent: {why}"))
    }

    /// All requests together took too long.
    pub(super) fn late() -> Self {
        Unreached::new(Kind::TimedOut, "not sent: four times the time for one request is over")
    }

    pub(super) fn of(error: &ureq::Error, after: Duration) -> Self {
        use ureq::{Error, Timeout};
        match error {
            Error::HostNotFound => Unreached::new(Kind::NameNotFound, "the host's name does not resolve"),
            Error::Timeout(Timeout::Resolve) => {
                Unreached::new(Kind::NameNotFound, "the host's name was not resolved in time")
            }
            Error::Timeout(_) => {
                Unreached::new(Kind::TimedOut, format!("no response in {:.1} s", after.as_secs_f32()))
            }
            Error::Io(error) => of_io(error),
            Error::Rustls(error) => of_tls(error),
            Error::Tls(what) => Unreached::new(Kind::TlsFailed, *what),
            Error::Protocol(error) => Unreached::new(Kind::NotHttp, format!("no HTTP response: {error}")),
            Error::LargeResponseHeader(..) => {
                Unreached::new(Kind::NotHttp, "the response's headers have more than 64 KiB")
            }
            other => Unreached::new(Kind::ConnectionFailed, other.to_string()),
        }
    }
}

fn of_io(error: &io::Error) -> Unreached {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
    if let Some(error) = tls {
        return of_tls(error);
    }
    let message = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the connection was closed before a response".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => {
            return Unreached::new(Kind::TimedOut, "the connection timed out");
        }
        _ => error.to_string(),
    };
    // What resolvers say comes without a kind of its own.
    if message.contains("lookup address") || message.contains("not known") {
        return Unreached::new(Kind::NameNotFound, "the host's name does not resolve");
    }
    Unreached::new(Kind::ConnectionFailed, message)
}

fn of_tls(error: &TlsError) -> Unreached {
    let message = match error {
        TlsError::InvalidCertificate(why) => return Unreached::new(Kind::TlsFailed, certificate(why)),
        TlsError::AlertReceived(AlertDescription::CertificateRequired) => {
            let message = "the server demands a client certificate";
            return Unreached::new(Kind::ClientCertificateRequired, message);
        }
        TlsError::InvalidMessage(_) => "what answers does not speak TLS".to_owned(),
        other => other.to_string(),
    };
    Unreached::new(Kind::TlsFailed, message)
}

fn certificate(why: &CertificateError) -> String {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "the certificate is for another name".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "nobody that this system trusts has issued the certificate".to_owned()
        }
        other => format!("the certificate is not valid: {other}"),
    }
}
