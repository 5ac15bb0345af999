//! A policy as it was written, before any rule of the language is applied to it.
//!
//! Both spellings end up here: the macro reads tokens into a [`Source`], the `serde` feature reads documents.

use crate::cfg::Cfg;

/// Where something stands: a number into a table that the front end keeps, so that tokens, paths in a document
/// and positions in a file all serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub u32);

/// Text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// The two spellings of the language, which differ in a few words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `cors_policy! { … }`.
    Rust,
    /// A document: JSON, TOML, YAML and the like.
    Data,
}

impl Spelling {
    /// What stands for everything.
    #[must_use]
    pub fn any(self) -> &'static str {
        self.either("any", "\"*\"")
    }

    /// The text in the spelling of the policy.
    #[must_use]
    pub fn either<T>(self, rust: T, data: T) -> T {
        match self {
            Spelling::Rust => rust,
            Spelling::Data => data,
        }
    }
}

/// A whole policy: `cors_policy! { … }`, or a document.
#[derive(Clone, Debug)]
pub struct Source {
    /// How it is spelt.
    pub spelling: Spelling,
    /// The fields and named rules, in order.
    pub fields: Vec<Field>,
    /// The whole policy.
    pub span: Span,
}

/// `key: value`.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name of the field or rule.
    pub key: Text,
    /// What stands behind the colon.
    pub value: Value,
    /// Attributes in front of it.
    pub attributes: Vec<Attribute>,
    /// Whether it, or something that it stands in, is there under some `cfg` only.
    pub conditional: bool,
}

/// One member of a list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The member.
    pub value: Value,
    /// Attributes in front of it.
    pub attributes: Vec<Attribute>,
    /// Whether it, or something that it stands in, is there under some `cfg` only.
    pub conditional: bool,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub shape: Shape,
    /// Where it stands.
    pub span: Span,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Shape {
    /// An identifier, such as `any` or `PUT`. Data has none.
    Word(String),
    /// A string.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// `true` or `false`.
    Boolean(bool),
    /// `[…]`.
    List(Vec<Entry>),
    /// `{…}`.
    Map(Vec<Field>),
    /// Something that the language has no use for, in words: `a float`, `null`.
    Other(&'static str),
    /// Something malformed that the front end has already reported.
    Malformed,
}

/// `#[…]` in front of a field or an entry.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// What it says.
    pub kind: AttributeKind,
    /// The whole attribute.
    pub span: Span,
}

/// What an attribute says.
#[derive(Clone, Debug)]
pub enum AttributeKind {
    /// `#[allow(lint, …, reason = "…")]`.
    Allow(Allow),
    /// `#[cfg(…)]`.
    Cfg(Cfg),
}

/// Lints that an entry silences.
#[derive(Clone, Debug, Default)]
pub struct Allow {
    /// The names of the lints.
    pub lints: Vec<Text>,
    /// Why they do not matter here.
    pub reason: Option<Text>,
}
