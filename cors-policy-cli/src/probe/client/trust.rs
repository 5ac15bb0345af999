//! Which certificates are trusted: those of the system, as its browsers do, company roots included, and a file's.

use std::path::Path;

use rustls::crypto::{CryptoProvider, ring};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use crate::failure::Failure;
use crate::source::printable;

/// The most bytes of a file of certificates.
const LONGEST: u64 = 1024 * 1024;

pub(super) fn roots(file: Option<&Path>) -> Result<RootCerts, Failure> {
    if CryptoProvider::get_default().is_none() {
        // Where another thread was faster, there is one now.
        let _ = ring::default_provider().install_default();
    }
    let of_system = rustls_native_certs::load_native_certs().certs;
    let mut trusted: Vec<Certificate<'static>> =
        of_system.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    if let Some(file) = file {
        trusted.extend(read(file)?);
    }
    Ok(RootCerts::from(trusted))
}

fn read(file: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let name = printable(&file.display().to_string());
    let unreadable =
        |why: &dyn std::fmt::Display| Failure::usage(format!("`{name}` has no certificates: {why}"));
    let length = std::fs::metadata(file).map_err(|error| unreadable(&error))?.len();
    if length > LONGEST {
        return Err(unreadable(&format_args!("it has more than {LONGEST} bytes")));
    }
    let text = std::fs::read(file).map_err(|error| unreadable(&error))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&text) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| unreadable(&error))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(unreadable(&"no part of it begins with `-----BEGIN CERTIFICATE-----`"));
    }
    Ok(certificates)
}
