//! `Debug`: the ceiling, back in the language.

use std::fmt;

use super::{Grants, Limits, Names};

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cors_ceiling! {{")?;
        writeln!(f, "    schemes: [{}],", quoted(self.schemes.lines()))?;
        let switches =
            [("credentials", self.credentials), ("any_origin", self.any_origin), ("any_port", self.any_port)];
        for (field, _) in switches.into_iter().filter(|(_, on)| *on) {
            writeln!(f, "    {field}: true,")?;
        }
        writeln!(f, "    exact_origins: {},", self.exact_origins)?;
        writeln!(f, "    wildcard_origins: {},", self.wildcard_origins)?;
        writeln!(f, "    rules: {},", self.rules)?;
        write_grants(f, &self.grants, "    ")?;
        if !self.lints.is_empty() {
            writeln!(f, "    lints: [{}],", self.lints.lines().collect::<Vec<_>>().join(", "))?;
        }
        if !self.profiles.is_empty() {
            writeln!(f, "    profiles: {{")?;
            for profile in self.profiles.iter() {
                writeln!(f, "        {}: {{", profile.name)?;
                write_grants(f, &profile.grants, "            ")?;
                writeln!(f, "        }},")?;
            }
            writeln!(f, "    }},")?;
        }
        write!(f, "}}")
    }
}

fn write_grants(f: &mut fmt::Formatter<'_>, grants: &Grants, indent: &str) -> fmt::Result {
    let Grants { methods, request_headers, expose_headers, max_age } = grants;
    let lists =
        [("methods", methods), ("request_headers", request_headers), ("expose_headers", expose_headers)];
    for (field, names) in lists {
        match names {
            Names { any: true, listed } if listed.is_empty() => writeln!(f, "{indent}{field}: any,")?,
            Names { any: true, .. } => writeln!(f, "{indent}{field}: [any, {}],", quoted(names.iter()))?,
            Names { listed, .. } if listed.is_empty() => {}
            Names { .. } => writeln!(f, "{indent}{field}: [{}],", quoted(names.iter()))?,
        }
    }
    match max_age {
        Some(seconds) => writeln!(f, "{indent}max_age: {seconds},"),
        None => Ok(()),
    }
}

fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ")
}
