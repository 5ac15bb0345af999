//! What a policy consists of at run time. `cors_policy!` writes these as statics; the feature `compile` builds
//! the same in memory.

use std::borrow::Cow;

use cors_policy_program::Matcher;
use http::HeaderValue;

/// The tables of a policy.
#[derive(Debug)]
pub struct Tables {
    /// What logs call the policy.
    pub name: Cow<'static, str>,
    /// The matcher of its patterns.
    pub matcher: Matcher<'static>,
    /// Its rules, in order.
    pub rules: Cow<'static, [RuleTables]>,
    /// `Access-Control-Allow-Origin`, where it is the same on every response.
    pub constant: Option<HeaderValue>,
    /// The status of a successful preflight.
    pub preflight_status: u16,
    /// A number that belongs to what the policy means.
    pub fingerprint: u64,
}

/// The answers of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuleTables {
    /// Its name, where there are several.
    pub name: Option<Cow<'static, str>>,
    /// Its patterns, a line each; `None` for any origin.
    pub patterns: Option<Cow<'static, str>>,
    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub credentials: bool,
    /// `Access-Control-Allow-Methods`.
    pub allow_methods: List,
    /// `Access-Control-Allow-Headers`.
    pub allow_headers: List,
    /// `Access-Control-Expose-Headers`, if sent.
    pub expose_headers: Option<HeaderValue>,
    /// `Access-Control-Max-Age`, if sent.
    pub max_age: Option<HeaderValue>,
}

/// The value of a list in a preflight's answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum List {
    /// The header is not sent.
    Absent,
    /// Always the same.
    Static(HeaderValue),
    /// What the preflight asks for.
    Echo {
        /// Whether `authorization` may be among it.
        authorization: bool,
    },
}

impl Tables {
    /// A policy that admits nobody.
    pub(crate) const fn of_nobody(name: &'static str) -> Self {
        Tables {
            name: Cow::Borrowed(name),
            matcher: Matcher::EMPTY,
            rules: Cow::Borrowed(&[]),
            constant: None,
            preflight_status: 204,
            fingerprint: 0,
        }
    }

    /// The place of the first rule that admits the origin.
    #[inline]
    pub(crate) fn rule_for(&self, origin: &[u8]) -> Option<u8> {
        // The policy has one rule: for any origin, or for this one.
        if let Some(constant) = &self.constant {
            return if constant == "*" || constant == origin { Some(0) } else { None };
        }
        self.matcher.rule(origin, |rule| self.text(rule)).or_else(|| self.rule_for_any())
    }

    /// The patterns of a rule, a line each.
    #[inline]
    fn text(&self, rule: u8) -> &[u8] {
        // Where there is one rule, nothing waits for its number.
        let rule = match &*self.rules {
            [only] => Some(only),
            rules => rules.get(usize::from(rule)),
        };
        rule.and_then(|rule| rule.patterns.as_deref()).unwrap_or_default().as_bytes()
    }

    /// The place of the rule that admits every origin: the last, if any.
    #[inline]
    pub(crate) fn rule_for_any(&self) -> Option<u8> {
        let last = self.rules.last().filter(|rule| rule.patterns.is_none());
        last.and_then(|_| u8::try_from(self.rules.len() - 1).ok())
    }

    /// Whether responses to an origin that a rule admits repeat it.
    #[inline]
    pub(crate) fn echoes_origin(&self, place: Option<u8>) -> bool {
        self.constant.is_none() && self.rule(place).is_some_and(|rule| rule.patterns.is_some())
    }

    #[inline]
    pub(crate) fn rule(&self, place: Option<u8>) -> Option<&RuleTables> {
        self.rules.get(usize::from(place?))
    }
}

impl RuleTables {
    /// Whether answers to preflights repeat what is asked for.
    #[cfg(feature = "tower")]
    pub(crate) fn echoes_lists(&self) -> bool {
        let echoes = |list: &List| matches!(list, List::Echo { .. });
        echoes(&self.allow_methods) || echoes(&self.allow_headers)
    }
}
