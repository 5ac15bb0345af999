//! Policies as data: from any self-describing format that serde knows to a [`Source`].

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::render::printable;
use crate::source::{Entry, Field, Shape, Source, Span, Spelling, Text, Value};

/// A policy as data: the data spelling of the language, not checked yet.
///
/// It has the fields of the macro. `"*"` stands for `any`, and `{"pattern": …, "allow": […], "reason": …}` in
/// place of an origin silences a lint.
///
/// Rules stand in order, and the first that admits an origin decides. As fields that hold fields they have the
/// order in which the deserializer gives them, and many forget that of the text (`toml` without its feature
/// `preserve_order`, `serde_json::Value`, every sorted map). Where that may be so, give them as a list:
/// `{"rules": [{"name": "apps", "origins": …}, {"name": "public", "origins": "*"}]}`.
///
/// Any map with strings as keys deserialises; what is wrong with it is found when it is compiled, all of it at once.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
}

impl Document {
    /// A policy that a program put together. Its spans are numbers of their own.
    #[doc(hidden)]
    #[must_use]
    pub fn of(source: Source) -> Self {
        Document { source }
    }

    /// The policy as written.
    #[doc(hidden)]
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Where these spans stand.
    #[doc(hidden)]
    #[must_use]
    pub fn places(&self, wanted: &HashSet<Span>) -> HashMap<Span, Place> {
        let mut places = Places { wanted, found: HashMap::new() };
        places.fields(&self.source.fields, None);
        places.found
    }
}

/// A place in a document.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// As `apps.origins[2]`; empty for the whole document. What is not printable is escaped.
    pub path: String,
    /// Whether the key there is meant, and not its value.
    pub at_key: bool,
}

/// The way to a place, from its end.
#[derive(Clone, Copy)]
struct Way<'w> {
    outer: Option<&'w Way<'w>>,
    step: Step<'w>,
}

#[derive(Clone, Copy)]
enum Step<'w> {
    Key(&'w str),
    Entry(usize),
}

/// The most characters of a key that a path repeats.
const LONGEST_KEY: usize = 100;

impl Way<'_> {
    fn path(&self) -> String {
        let outer = self.outer.map(Way::path).unwrap_or_default();
        match self.step {
            Step::Entry(index) => format!("{outer}[{index}]"),
            Step::Key(key) => {
                let short: String = key.chars().take(LONGEST_KEY).collect();
                let more = if short.len() < key.len() { "…" } else { "" };
                let dot = if outer.is_empty() { "" } else { "." };
                format!("{outer}{dot}{}{more}", printable(&short))
            }
        }
    }
}

/// Finds places. Only the paths that are wanted are put together: there can be as many as the document has values.
struct Places<'p> {
    wanted: &'p HashSet<Span>,
    found: HashMap<Span, Place>,
}

impl Places<'_> {
    fn fields(&mut self, fields: &[Field], outer: Option<&Way<'_>>) {
        for Field { key, value, .. } in fields {
            let way = Way { outer, step: Step::Key(&key.text) };
            self.meet(key.span, &way, true);
            self.value(value, &way);
        }
    }

    fn value(&mut self, value: &Value, way: &Way<'_>) {
        self.meet(value.span, way, false);
        match &value.shape {
            Shape::List(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    self.value(&entry.value, &Way { outer: Some(way), step: Step::Entry(index) });
                }
            }
            Shape::Map(fields) => self.fields(fields, Some(way)),
            _ => {}
        }
    }

    fn meet(&mut self, span: Span, way: &Way<'_>, at_key: bool) {
        if self.wanted.contains(&span) {
            self.found.insert(span, Place { path: way.path(), at_key });
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spans = Spans { next: Cell::new(0), depth: Cell::new(0) };
        let value = ValueSeed(&spans).deserialize(deserializer)?;
        match value.shape {
            Shape::Map(fields) => {
                Ok(Document { source: Source { spelling: Spelling::Data, fields, span: value.span } })
            }
            _ => Err(D::Error::custom("a policy is a map of fields, such as `origins`")),
        }
    }
}

/// Numbers spans in the order of the document.
struct Spans {
    next: Cell<u32>,
    depth: Cell<usize>,
}

/// The most values that stand in each other: the language needs five, and formats have other limits or none.
const DEEPEST: usize = 16;

impl Spans {
    fn next(&self) -> Span {
        let span = self.next.get();
        self.next.set(span.saturating_add(1));
        Span(span)
    }
}

struct ValueSeed<'s>(&'s Spans);

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        let span = self.0.next();
        let depth = self.0.depth.get();
        if depth == DEEPEST {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
            return Ok(Value { shape: Shape::Other("something nested too deeply"), span });
        }
        self.0.depth.set(depth + 1);
        let shape = deserializer.deserialize_any(ShapeVisitor(self.0));
        self.0.depth.set(depth);
        Ok(Value { shape: shape?, span })
    }
}

struct ShapeVisitor<'s>(&'s Spans);

impl<'de> Visitor<'de> for ShapeVisitor<'_> {
    type Value = Shape;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a part of a CORS policy")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Shape, E> {
        Ok(Shape::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Shape, E> {
        Ok(Shape::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Shape, E> {
        Ok(i64::try_from(value).map_or(Shape::Other("a number that is too large"), Shape::Integer))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Shape, E> {
        Ok(Shape::Other("a number with a fraction"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Shape, E> {
        Ok(Shape::Text(value.to_owned()))
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Shape, E> {
        Ok(Shape::Other("bytes"))
    }

    fn visit_unit<E>(self) -> Result<Shape, E> {
        Ok(Shape::Other("null"))
    }

    fn visit_none<E>(self) -> Result<Shape, E> {
        Ok(Shape::Other("null"))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Shape, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Shape, A::Error> {
        let mut entries = Vec::new();
        while let Some(value) = sequence.next_element_seed(ValueSeed(self.0))? {
            entries.push(Entry { value, attributes: Vec::new(), conditional: false });
        }
        Ok(Shape::List(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shape, A::Error> {
        let mut fields = Vec::new();
        while let Some(text) = map.next_key::<String>()? {
            let key = Text { text, span: self.0.next() };
            let value = map.next_value_seed(ValueSeed(self.0))?;
            fields.push(Field { key, value, attributes: Vec::new(), conditional: false });
        }
        Ok(Shape::Map(fields))
    }
}
