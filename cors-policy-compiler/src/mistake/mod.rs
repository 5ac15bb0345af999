//! The catalogue: every mistake that a policy can contain, by its stable name.

mod list;

pub use list::Mistake;

/// What follows from a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It can never work, or contradicts itself. Nothing silences it.
    Error,
    /// It works, and hands something to strangers. It refuses the policy unless the entry silences it with
    /// `#[allow(name, reason = "…")]`.
    Lint,
    /// It is redundant, without effect or surprising.
    Warning,
}

impl Severity {
    /// `error`, `lint` or `warning`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Lint => "lint",
            Severity::Warning => "warning",
        }
    }

    /// Whether a policy is refused for it.
    #[must_use]
    pub const fn denies(self) -> bool {
        !matches!(self, Severity::Warning)
    }
}

/// As its [name](Severity::name).
impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Mistake {
    /// The mistake with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Mistake> {
        Mistake::ALL.iter().copied().find(|mistake| mistake.name() == name)
    }
}

/// Each entry: what it is, its stable name, the section of a standard that it goes against or that makes it
/// pointless, and why it is a mistake, where that is the same for everybody who makes it.
macro_rules! catalogue {
    ($($severity:ident {
        $($(#[$doc:meta])* $mistake:ident $name:literal $($standard:ident)? $(, $note:literal)?;)*
    })*) => {
        /// A mistake that a policy can contain.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Mistake {
            $($($(#[$doc])* $mistake,)*)*
        }

        impl Mistake {
            /// Every mistake, in the order of the catalogue.
            pub const ALL: &[Mistake] = &[$($(Mistake::$mistake,)*)*];

            /// The stable name, in `snake_case`; for a lint, what `#[allow(…)]` takes.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $($(Mistake::$mistake => $name,)*)*
                }
            }

            /// What follows from it.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $($(Mistake::$mistake)|* => Severity::$severity,)*
                }
            }

            /// Why it is one, where that is the same for everybody who makes it.
            #[must_use]
            pub const fn note(self) -> Option<&'static str> {
                match self {
                    $($($(Mistake::$mistake => Some($note),)?)*)*
                    _ => None,
                }
            }

            /// The section of a standard that it goes against, or that makes it pointless.
            #[must_use]
            pub const fn standard(self) -> Option<Section> {
                match self {
                    $($($(Mistake::$mistake => Some(standard::$standard),)?)*)*
                    _ => None,
                }
            }
        }
    };
}

use catalogue;
