//! Ceilings: the most that a policy from data may ask for.

mod debug;

use std::borrow::Cow;

use crate::fingerprint::Fnv;

/// A ceiling. Lists are texts of a line each, so that a macro can put them into a static.
#[derive(Clone, PartialEq, Eq)]
pub struct Limits {
    /// Schemes that patterns may have.
    pub schemes: Cow<'static, str>,
    /// Whether rules may have credentials.
    pub credentials: bool,
    /// Whether a rule may admit any origin.
    pub any_origin: bool,
    /// Whether patterns may stand for any port.
    pub any_port: bool,
    /// How many patterns without a wildcard in their host a document may have.
    pub exact_origins: u32,
    /// How many patterns with one.
    pub wildcard_origins: u32,
    /// How many rules.
    pub rules: u32,
    /// Lints that documents may silence.
    pub lints: Cow<'static, str>,
    /// The most that a rule may grant.
    pub grants: Grants,
    /// What rules can name in place of their grants.
    pub profiles: Cow<'static, [Profile]>,
}

/// Grants under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name.
    pub name: Cow<'static, str>,
    /// The grants.
    pub grants: Grants,
}

/// What a rule lets pages do beyond what is safelisted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    /// Methods, as browsers send them.
    pub methods: Names,
    /// Request headers, in lower case. `authorization` is not among all of them, and can be listed beside.
    pub request_headers: Names,
    /// Response headers that scripts may read, in lower case.
    pub expose_headers: Names,
    /// For how many seconds a preflight may be cached; in a ceiling, at the most.
    pub max_age: Option<u32>,
}

/// Names, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// Whether all names are among them.
    pub any: bool,
    /// The names, a line each.
    pub listed: Cow<'static, str>,
}

impl Limits {
    /// A ceiling below which no document compiles.
    pub const NOTHING: Limits = Limits {
        schemes: Cow::Borrowed(""),
        credentials: false,
        any_origin: false,
        any_port: false,
        exact_origins: 0,
        wildcard_origins: 0,
        rules: 0,
        lints: Cow::Borrowed(""),
        grants: Grants {
            methods: Names::NONE,
            request_headers: Names::NONE,
            expose_headers: Names::NONE,
            max_age: None,
        },
        profiles: Cow::Borrowed(&[]),
    };

    /// Whether documents may silence the lint.
    #[must_use]
    pub fn lets_silence(&self, lint: &str) -> bool {
        self.lints.lines().any(|allowed| allowed == lint)
    }

    /// The profile with this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// A number that belongs to what the ceiling allows: equal ceilings have equal ones. It is no defence against
    /// somebody who looks for two with the same.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let Limits {
            schemes,
            credentials,
            any_origin,
            any_port,
            exact_origins,
            wildcard_origins,
            rules,
            lints,
            grants,
            profiles,
        } = self;
        let mut hash = Fnv::new();
        hash.write(&[u8::from(*credentials), u8::from(*any_origin), u8::from(*any_port)]);
        for number in [exact_origins, wildcard_origins, rules] {
            hash.write(&number.to_le_bytes());
        }
        hash.text(Some(schemes));
        hash.text(Some(lints));
        grants.write_to(&mut hash);
        for Profile { name, grants } in profiles.iter() {
            hash.text(Some(name));
            grants.write_to(&mut hash);
        }
        hash.finish()
    }
}

impl Grants {
    fn write_to(&self, hash: &mut Fnv) {
        let Grants { methods, request_headers, expose_headers, max_age } = self;
        for Names { any, listed } in [methods, request_headers, expose_headers] {
            hash.write(&[u8::from(*any)]);
            hash.text(Some(listed));
        }
        hash.write(&[u8::from(max_age.is_some())]);
        hash.write(&max_age.unwrap_or_default().to_le_bytes());
    }
}

impl Names {
    /// No name.
    pub const NONE: Names = Names { any: false, listed: Cow::Borrowed("") };

    /// These names.
    #[must_use]
    pub fn these(names: &[String]) -> Self {
        Names { any: false, listed: Cow::Owned(names.join("\n")) }
    }

    /// The names that are listed.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.listed.lines()
    }

    /// Whether the name is listed.
    #[must_use]
    pub fn lists(&self, name: &str) -> bool {
        self.iter().any(|listed| listed == name)
    }
}
