//! What the measurements share: policies of a given size and kind, and origins to ask them for.

pub mod footprint;
pub mod measure;
pub mod request;

use cors_policy_compiler::document::Document;
use cors_policy_compiler::program::Program;

/// A kind of pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Origins in full.
    Exact,
    /// `https://*.…`.
    Subdomains,
    /// `https://pr-*.…`.
    InLabel,
    /// `http://…:*`.
    AnyPort,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [Kind::Exact, Kind::Subdomains, Kind::InLabel, Kind::AnyPort];

    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Exact => "exact",
            Kind::Subdomains => "`*.`",
            Kind::InLabel => "in-label",
            Kind::AnyPort => "`:*`",
        }
    }

    /// The pattern with a number, such as `https://app-1a2b3c.tenant7.example.com`.
    #[must_use]
    pub fn pattern(self, number: usize) -> String {
        let host = host(number);
        match self {
            Kind::Exact => format!("https://{host}"),
            Kind::Subdomains => format!("https://*.{host}"),
            Kind::InLabel => format!("https://pr-*.{host}"),
            Kind::AnyPort => format!("http://{host}:*"),
        }
    }

    /// An origin that the pattern with a number admits; what stands for `*.` has 20 bytes.
    #[must_use]
    pub fn admitted(self, number: usize) -> String {
        let host = host(number);
        match self {
            Kind::Exact => format!("https://{host}"),
            Kind::Subdomains => format!("https://feature-branch-12345.{host}"),
            Kind::InLabel => format!("https://pr-12345.{host}"),
            Kind::AnyPort => format!("http://{host}:8080"),
        }
    }
}

/// Hosts that share suffixes as those of a real service do: ten tenants, a name of six hexadecimal digits each.
fn host(number: usize) -> String {
    let scrambled = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    format!("app-{scrambled:06x}.tenant{}.example.com", number % 10)
}

/// The patterns of a policy.
#[must_use]
pub fn patterns(kind: Kind, count: usize) -> Vec<String> {
    (0..count).map(|number| kind.pattern(number)).collect()
}

/// The policy that admits the patterns, as a document.
///
/// # Errors
///
/// None for the patterns of this crate: they are plain text.
pub fn document(patterns: &[String]) -> Result<Document, serde_json::Error> {
    serde_json::from_value(serde_json::json!({ "origins": patterns }))
}

/// The program of a document; `None` if it was refused.
#[must_use]
pub fn program(document: &Document) -> Option<Program> {
    let mut compilation = cors_policy_compiler::compile(document.source().clone());
    compilation.programs.pop().map(|(_, program)| program)
}
