//! Policies as data that have nothing wrong with them, as drafts that are easy to break.

pub mod mend;
pub mod table;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use serde_json::{Map, Value, json};

type Fields = Map<String, Value>;

/// How a document holds its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// One rule: its fields are those of the document.
    Alone,
    /// A field for each.
    Fields,
    /// A list of them.
    List,
}

/// What the rule that is to be broken has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Whatever it is.
    Anything,
    /// Without anything that strangers should not have, so that http is fine in it.
    Plain,
    /// The same, but pages may send `authorization`.
    Token,
    /// With credentials.
    Guarded,
}

/// A policy that has nothing wrong with it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The fields of the policy as a whole.
    pub fields: Fields,
    /// The names of its rules, and their fields.
    pub rules: Vec<(String, Fields)>,
    /// How it holds them.
    pub spelling: Spelling,
    /// The rule that is to be broken.
    pub target: usize,
}

/// Fields that are not of a rule.
const OF_POLICY: [&str; 2] = ["name", "preflight_status"];

impl Draft {
    /// The document.
    #[must_use]
    pub fn document(&self) -> Value {
        let mut document = self.fields.clone();
        let rules = self.rules.iter().cloned();
        match self.spelling {
            Spelling::Alone => document.extend(rules.flat_map(|(_, fields)| fields)),
            Spelling::Fields => document.extend(rules.map(|(name, rule)| (name, rule.into()))),
            Spelling::List => {
                let named = |(name, mut rule): (String, Fields)| {
                    rule.insert("name".to_owned(), name.into());
                    Value::from(rule)
                };
                document.insert("rules".to_owned(), rules.map(named).collect());
            }
        }
        document.into()
    }

    /// Where the rule that is to be broken stands.
    #[must_use]
    pub fn place(&self) -> String {
        match (self.spelling, self.rules.get(self.target)) {
            (Spelling::Fields, Some((name, _))) => name.clone(),
            (Spelling::List, _) => format!("rules[{}]", self.target),
            _ => String::new(),
        }
    }

    /// Where a field of it stands, or of the policy.
    #[must_use]
    pub fn at(&self, field: &str) -> String {
        let place = self.place();
        if place.is_empty() || OF_POLICY.contains(&field) {
            field.to_owned()
        } else {
            format!("{place}.{field}")
        }
    }

    fn owner(&mut self, field: &str) -> &mut Fields {
        match self.rules.get_mut(self.target) {
            Some((_, rule)) if !OF_POLICY.contains(&field) => rule,
            _ => &mut self.fields,
        }
    }

    /// Gives it a field, or the policy, or takes it away.
    pub fn set(&mut self, field: &str, value: Option<Value>) {
        match value {
            Some(value) => self.owner(field).insert(field.to_owned(), value),
            None => self.owner(field).remove(field),
        };
    }

    /// Gives it a field where it has none.
    pub fn set_default(&mut self, field: &str, value: &Value) {
        self.owner(field).entry(field).or_insert_with(|| value.clone());
    }

    /// Calls a field of it something else; gives where that stands.
    pub fn rename(&mut self, field: &str, other: &str) -> String {
        let owner = self.owner(field);
        if let Some(value) = owner.remove(field) {
            owner.insert(other.to_owned(), value);
        }
        let path = self.at(field);
        path.strip_suffix(field).unwrap_or_default().to_owned() + other
    }

    /// Puts entries into a list of it, at a place that is up to chance, which is given back. Where everything is
    /// allowed instead of a list, it becomes one.
    pub fn insert(&mut self, field: &str, chance: Index, entries: Vec<Value>) -> usize {
        let rule = self.rules.get(self.target).map(|(_, rule)| rule);
        let list = rule.and_then(|rule| rule.get(field)?.as_array().cloned());
        let mut list = list.filter(|list| !list.contains(&json!("*"))).unwrap_or_default();
        let place = chance.index(list.len() + 1);
        list.splice(place..place, entries);
        self.set(field, Some(list.into()));
        place
    }

    /// Puts a further rule behind it, which is to be broken then.
    pub fn push_rule(&mut self, fields: &Value) {
        self.spelling = if self.spelling == Spelling::Alone { Spelling::List } else { self.spelling };
        let name = self.rules.get(self.target).map_or_else(String::new, |(name, _)| format!("{name}_next"));
        self.target += 1;
        self.rules.insert(self.target, (name, fields.as_object().cloned().unwrap_or_default()));
    }
}

/// What stands in texts for a text that is up to chance.
#[derive(Clone, Debug)]
pub struct Words {
    /// `HOST`: a name that somebody registered. `CAPS` is the same in capitals, some of it, and `ESC` with its dots
    /// escaped.
    host: String,
    capitals: u64,
    /// `PORT`: the default port of nothing.
    port: u16,
    /// `BYTE`: a part of an address.
    byte: u8,
}

/// Words with a host, and an address, that those of other numbers do not have; there are five numbers.
pub fn words(number: usize) -> impl Strategy<Value = Words> {
    let label = select(&["shop", "my-app", "bank", "x-y-z", "a1"][..]);
    let suffix = select(&["com", "org", "example", "dev", "co.uk", "de"][..]);
    (label, suffix, any::<u64>(), 1024_u16.., 0_u8..40).prop_map(
        move |(label, suffix, capitals, port, byte)| Words {
            host: format!("{label}-acme{number}.{suffix}"),
            capitals,
            port,
            byte: 8 + byte + 40 * u8::try_from(number).unwrap_or_default(),
        },
    )
}

impl Words {
    /// The value with the words filled in.
    #[must_use]
    pub fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(entries) => entries.iter().map(|entry| self.fill(entry)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(key, value)| (key.clone(), self.fill(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// Each of the values with the words filled in.
    #[must_use]
    pub fn fill_all(&self, values: &[Value]) -> Vec<Value> {
        values.iter().map(|value| self.fill(value)).collect()
    }

    fn text(&self, text: &str) -> String {
        let is_capital = |place: usize| place == 0 || self.capitals >> (place % 64) & 1 == 1;
        let places = self.host.chars().enumerate();
        let capitals = places.map(|(place, c)| if is_capital(place) { c.to_ascii_uppercase() } else { c });
        text.replace("CAPS", &capitals.collect::<String>())
            .replace("ESC", &self.host.replace('.', r"\."))
            .replace("PORT", &self.port.to_string())
            .replace("BYTE", &self.byte.to_string())
            .replace("HOST", &self.host)
            .replace("BLANK", " ")
            .replace("BREAK", "\r\n")
            .replace("EMPTY", "")
            .replace("LONG", &"x".repeat(64))
            .replace("FULL", &"x".repeat(63))
    }
}

const SAFE: [&str; 9] = [
    "https://RULE",
    "https://app.RULE",
    "https://*.cdn.RULE",
    "https://pr-*.preview.RULE",
    "https://a-*-b.*.eu.RULE:8443",
    "https://RULE:8443",
    "https://198.51.100.1N",
    "https://[2001:db8::aN]:8443",
    "app://RULE",
];
const INSECURE: [&str; 3] = ["http://kiosk.RULE:8080", "http://*.lan.RULE", "http://198.51.100.1N:8080"];
const LOOPBACK: [&str; 3] = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:3000"];
const METHODS: [&str; 5] = ["PROPFIND", "MKCOL", "SEARCH", "QUERY", "lock!"];
const REQUEST: [&str; 4] = ["x-csrf-token", "Content-Language", "authorization", "x_trace"];
const EXPOSED: [&str; 3] = ["x-request-id", "Server-Timing", "x_total"];

/// What a rule is made of.
#[derive(Clone, Debug)]
struct Parts {
    safe: Vec<&'static str>,
    insecure: Option<&'static str>,
    loopback: bool,
    credentials: Option<bool>,
    expects: bool,
    /// The other fields.
    fields: Fields,
}

fn parts() -> impl Strategy<Value = Parts> {
    let ages = vec![json!(0), json!(600), json!(7200), json!("2h"), json!("1h 30m"), json!("600s")];
    let fields = [
        ("methods", names(&METHODS)),
        ("request_headers", names(&REQUEST)),
        ("expose_headers", names(&EXPOSED)),
        ("max_age", select(ages).boxed()),
    ];
    let fields =
        fields.map(|(name, value)| prop::option::of(value.prop_map(move |value| (name.to_owned(), value))));
    let origins = (subsequence(SAFE.to_vec(), 1..=3), prop::option::of(select(&INSECURE[..])));
    (origins, any::<Option<bool>>(), any::<(bool, bool)>(), fields).prop_map(
        |((safe, insecure), credentials, (loopback, expects), fields)| {
            let fields = fields.into_iter().flatten().collect();
            Parts { safe, insecure, loopback, credentials, expects, fields }
        },
    )
}

fn names(from: &'static [&'static str]) -> BoxedStrategy<Value> {
    let some = subsequence(from.to_vec(), 1..=from.len()).prop_map(|names| json!(names));
    prop_oneof![4 => some, 1 => Just(json!("*"))].boxed()
}

impl Parts {
    fn meet(&mut self, need: Need) {
        if need != Need::Anything {
            self.credentials = Some(need == Need::Guarded);
        }
        let headers = match need {
            Need::Plain => json!(["x-csrf-token"]),
            Need::Token => json!(["x-csrf-token", "Authorization"]),
            Need::Guarded | Need::Anything => return,
        };
        self.fields.insert("request_headers".to_owned(), headers);
    }

    /// The fields of the rule at a place. Rules have no origin in common.
    fn rule(self, place: usize, trusts: bool) -> Fields {
        let Parts { safe, insecure, loopback, credentials, expects, mut fields } = self;
        let of_rule = |text: &&str| {
            text.replace("RULE", &format!("rule{place}.example")).replace('N', &place.to_string())
        };
        let mut origins: Vec<Value> = safe.iter().map(of_rule).map(Value::from).collect();
        let with_credentials = credentials == Some(true);
        let has = |field: &str, name: &str| {
            fields.get(field).is_some_and(|names: &Value| names.to_string().contains(name))
        };
        let tokens = ["authorization", "Authorization"].iter().any(|name| has("request_headers", name));
        match insecure.as_ref().map(of_rule) {
            Some(text) if trusts || with_credentials => {
                origins
                    .push(json!({ "pattern": text, "allow": ["insecure_origin"], "reason": "no TLS there" }));
            }
            Some(text) if !tokens => origins.push(text.into()),
            _ => {}
        }
        if loopback && !with_credentials {
            origins.extend(LOOPBACK.get(place).map(|text| json!(text)));
        }
        if with_credentials && has("expose_headers", "*") {
            fields.remove("expose_headers");
        }
        if let Some(exact) = safe.iter().find(|text| expects && !text.contains('*')) {
            fields.insert("admits".to_owned(), json!([of_rule(exact)]));
            fields.insert("refuses".to_owned(), json!(["https://evil.test", "null"]));
        }
        fields.extend(credentials.map(|credentials| ("credentials".to_owned(), credentials.into())));
        fields.extend(trusts.then(|| ("trusts_network".to_owned(), true.into())));
        fields.extend([("origins".to_owned(), origins.into())]);
        fields
    }
}

/// Policies without errors, lints and warnings, a rule of which is what is needed.
pub fn drafts(need: Need) -> impl Strategy<Value = Draft> {
    let spelling = select(&[Spelling::Alone, Spelling::Fields, Spelling::List][..]);
    let status = prop::option::of(200..300);
    (vec(parts(), 1..=3), any::<Index>(), spelling, any::<[bool; 3]>(), status).prop_map(
        move |(mut parts, target, spelling, [trusts, public, named], status)| {
            parts.truncate(if spelling == Spelling::Alone { 1 } else { 3 });
            let target = target.index(parts.len());
            parts.iter_mut().skip(target).take(1).for_each(|parts| parts.meet(need));
            let trusts = trusts && matches!(need, Need::Anything | Need::Guarded);
            let rules = parts.into_iter().enumerate();
            let mut rules: Vec<(String, Fields)> =
                rules.map(|(place, parts)| (format!("r{place}"), parts.rule(place, trusts))).collect();
            if public && !trusts && spelling != Spelling::Alone {
                rules.push(("zz_public".to_owned(), Fields::from_iter([("origins".to_owned(), json!("*"))])));
            }
            let name = named.then(|| ("name".to_owned(), json!("shop-api")));
            let status = status.map(|status| ("preflight_status".to_owned(), json!(status)));
            Draft { fields: name.into_iter().chain(status).collect(), rules, spelling, target }
        },
    )
}
