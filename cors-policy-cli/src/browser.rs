//! Choices of a request that `explain` and `probe` have in common.

use clap::ValueEnum;
use cors_policy_browser::{CredentialsMode, Profile};

/// Whether cookies and the like go with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Credentials {
    Omit,
    SameOrigin,
    Include,
}

/// Whose rules are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Browser {
    Standard,
    Chromium,
    Firefox,
    Webkit,
}

impl Credentials {
    pub(crate) fn mode(self) -> CredentialsMode {
        match self {
            Credentials::Omit => CredentialsMode::Omit,
            Credentials::SameOrigin => CredentialsMode::SameOrigin,
            Credentials::Include => CredentialsMode::Include,
        }
    }
}

impl Browser {
    pub(crate) fn profile(self) -> Profile {
        match self {
            Browser::Standard => Profile::STANDARD,
            Browser::Chromium => Profile::CHROMIUM,
            Browser::Firefox => Profile::FIREFOX,
            Browser::Webkit => Profile::WEBKIT,
        }
    }
}
