//! Conditional compilation: the variants of a policy that its `#[cfg(…)]` attributes select.

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::source::{Attribute, AttributeKind, Entry, Field, Shape, Source, Span, Value};

/// The most atoms that one policy may have: it is compiled for each combination of them.
pub const MOST_ATOMS: usize = 4;

/// Keys that have one value in any one build: two atoms of the same key exclude each other.
const SINGLE_VALUED: [&str; 7] = [
    "panic",
    "target_abi",
    "target_arch",
    "target_endian",
    "target_env",
    "target_os",
    "target_pointer_width",
];

/// The predicate of a `#[cfg(…)]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cfg {
    /// `true` or `false`.
    Constant(bool),
    /// `debug_assertions`, `feature = "dev"`.
    Atom(Atom),
    /// `all(…)`.
    All(Vec<Cfg>),
    /// `any(…)`.
    Any(Vec<Cfg>),
    /// `not(…)`.
    Not(Box<Cfg>),
}

/// A predicate that is not made of others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Atom {
    /// The name of the option.
    pub key: String,
    /// What stands behind `=`.
    pub value: Option<String>,
}

/// One combination of the atoms of a policy, and what of the policy is there under it.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The atoms, each with whether it holds. Empty for a policy without `cfg`.
    pub conditions: Vec<(Atom, bool)>,
    /// The policy without its `cfg` attributes.
    pub source: Source,
}

/// Every satisfiable variant of the policy.
pub fn variants(source: Source, report: &mut Report) -> Vec<Variant> {
    let mut atoms = Vec::new();
    let mut has_cfg = false;
    for_each_cfg(&source.fields, &mut |cfg, span| {
        has_cfg = true;
        cfg.collect_atoms(&mut |atom| {
            if !atoms.iter().any(|(known, _)| known == atom) {
                atoms.push((atom.clone(), span));
            }
        });
    });
    if let Some((atom, span)) = atoms.get(MOST_ATOMS) {
        report.push(
            Diagnostic::new(
                Mistake::TooManyConditions,
                *span,
                format!("`{atom}` is the fifth condition in this policy; at most {MOST_ATOMS} are supported"),
            )
            .help("put policies for different builds into statics of their own, each behind its `#[cfg]`"),
        );
        return Vec::new();
    }
    if atoms.is_empty() {
        let source = if has_cfg { select(&source, &[]) } else { source };
        return vec![Variant { conditions: Vec::new(), source }];
    }
    (0..1_u32 << atoms.len())
        .map(|bits| {
            atoms
                .iter()
                .enumerate()
                .map(|(index, (atom, _))| (atom.clone(), bits & (1 << index) != 0))
                .collect::<Vec<_>>()
        })
        .filter(|conditions| satisfiable(conditions))
        .map(|conditions| Variant { source: select(&source, &conditions), conditions })
        .collect()
}

fn satisfiable(conditions: &[(Atom, bool)]) -> bool {
    let held: Vec<&Atom> = conditions.iter().filter(|(_, holds)| *holds).map(|(atom, _)| atom).collect();
    !held.iter().enumerate().any(|(index, atom)| {
        SINGLE_VALUED.contains(&atom.key.as_str())
            && held.iter().skip(index + 1).any(|other| other.key == atom.key)
    })
}

fn select(source: &Source, conditions: &[(Atom, bool)]) -> Source {
    Source { fields: select_fields(&source.fields, conditions, false), ..*source }
}

fn select_fields(fields: &[Field], conditions: &[(Atom, bool)], conditional: bool) -> Vec<Field> {
    fields
        .iter()
        .filter_map(|field| {
            let (attributes, gated) = select_attributes(&field.attributes, conditions)?;
            let conditional = conditional || gated;
            let value = select_value(&field.value, conditions, conditional);
            Some(Field { key: field.key.clone(), value, attributes, conditional })
        })
        .collect()
}

fn select_value(value: &Value, conditions: &[(Atom, bool)], conditional: bool) -> Value {
    let shape = match &value.shape {
        Shape::List(entries) => Shape::List(
            entries
                .iter()
                .filter_map(|entry| {
                    let (attributes, gated) = select_attributes(&entry.attributes, conditions)?;
                    let conditional = conditional || gated;
                    let value = select_value(&entry.value, conditions, conditional);
                    Some(Entry { value, attributes, conditional })
                })
                .collect(),
        ),
        Shape::Map(fields) => Shape::Map(select_fields(fields, conditions, conditional)),
        other => other.clone(),
    };
    Value { shape, span: value.span }
}

/// The attributes that are no `cfg`, and whether there was one; `None` where one does not hold.
fn select_attributes(
    attributes: &[Attribute],
    conditions: &[(Atom, bool)],
) -> Option<(Vec<Attribute>, bool)> {
    let mut others = Vec::new();
    let mut gated = false;
    for attribute in attributes {
        match &attribute.kind {
            AttributeKind::Cfg(cfg) if !cfg.holds(conditions) => return None,
            AttributeKind::Cfg(_) => gated = true,
            AttributeKind::Allow(_) => others.push(attribute.clone()),
        }
    }
    Some((others, gated))
}

fn for_each_cfg(fields: &[Field], visit: &mut dyn FnMut(&Cfg, Span)) {
    for field in fields {
        visit_attributes(&field.attributes, visit);
        visit_value(&field.value, visit);
    }
}

/// Wherever attributes can stand: fields hold lists, and entries of lists hold fields.
fn visit_value(value: &Value, visit: &mut dyn FnMut(&Cfg, Span)) {
    match &value.shape {
        Shape::Map(fields) => for_each_cfg(fields, visit),
        Shape::List(entries) => {
            for entry in entries {
                visit_attributes(&entry.attributes, visit);
                visit_value(&entry.value, visit);
            }
        }
        _ => {}
    }
}

fn visit_attributes(attributes: &[Attribute], visit: &mut dyn FnMut(&Cfg, Span)) {
    for attribute in attributes {
        if let AttributeKind::Cfg(cfg) = &attribute.kind {
            visit(cfg, attribute.span);
        }
    }
}

/// In which builds some of the variants are, in words; `None` for all of them. Conditions that make no difference
/// are left out.
pub(crate) fn in_words(all: &[Vec<(Atom, bool)>], some: &[usize]) -> Option<String> {
    if some.len() == all.len() {
        return None;
    }
    let chosen: Vec<&Vec<(Atom, bool)>> = some.iter().filter_map(|index| all.get(*index)).collect();
    let matters = |atom: &Atom| {
        let flipped = |conditions: &[(Atom, bool)]| -> Vec<(Atom, bool)> {
            conditions.iter().map(|(known, holds)| (known.clone(), *holds != (known == atom))).collect()
        };
        let differs = |conditions: &&Vec<(Atom, bool)>| {
            let other = flipped(conditions);
            all.contains(&other) && !chosen.contains(&&other)
        };
        chosen.iter().any(differs)
    };
    let mut alternatives: Vec<String> = Vec::new();
    for conditions in &chosen {
        let relevant = conditions.iter().filter(|(atom, _)| matters(atom));
        let words = relevant
            .map(|(atom, holds)| format!("{} `{atom}`", if *holds { "with" } else { "without" }))
            .collect::<Vec<_>>()
            .join(" and ");
        if !alternatives.contains(&words) {
            alternatives.push(words);
        }
    }
    let words = alternatives.join(", or ");
    (!words.is_empty()).then_some(words)
}

impl Cfg {
    fn holds(&self, conditions: &[(Atom, bool)]) -> bool {
        match self {
            Cfg::Constant(value) => *value,
            Cfg::Atom(atom) => conditions.iter().any(|(known, holds)| known == atom && *holds),
            Cfg::All(parts) => parts.iter().all(|part| part.holds(conditions)),
            Cfg::Any(parts) => parts.iter().any(|part| part.holds(conditions)),
            Cfg::Not(part) => !part.holds(conditions),
        }
    }

    fn collect_atoms(&self, visit: &mut dyn FnMut(&Atom)) {
        match self {
            Cfg::Constant(_) => {}
            Cfg::Atom(atom) => visit(atom),
            Cfg::All(parts) | Cfg::Any(parts) => parts.iter().for_each(|part| part.collect_atoms(visit)),
            Cfg::Not(part) => part.collect_atoms(visit),
        }
    }
}

impl std::fmt::Display for Atom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} = {value:?}", self.key),
            None => f.write_str(&self.key),
        }
    }
}
