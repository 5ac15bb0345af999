//! `Debug`: the policy, back in the language.

use std::fmt;

use crate::list::members;
use crate::policy::{Policy, Rule};
use crate::tables::List;

/// Prints the policy as it could be written. `#[allow(…)]`, `#[cfg(…)]`, `admits` and `refuses` are checked while
/// compiling and not kept.
impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cors_policy! {{")?;
        writeln!(f, "    name: {:?},", self.name())?;
        match self.answers().preflight_status {
            204 => {}
            status => writeln!(f, "    preflight_status: {status},")?,
        }
        for rule in self.rules() {
            match rule.name() {
                Some(name) => {
                    writeln!(f, "    {name}: {{")?;
                    write_rule(f, rule, "        ")?;
                    writeln!(f, "    }},")?;
                }
                None => write_rule(f, rule, "    ")?,
            }
        }
        write!(f, "}}")
    }
}

fn write_rule(f: &mut fmt::Formatter<'_>, rule: Rule<'_>, indent: &str) -> fmt::Result {
    if let Some(mut patterns) = rule.origins() {
        writeln!(f, "{indent}origins: [")?;
        patterns.try_for_each(|pattern| writeln!(f, "{indent}    {pattern:?},"))?;
        writeln!(f, "{indent}],")?;
    } else {
        writeln!(f, "{indent}origins: any,")?;
    }
    if rule.credentials() {
        writeln!(f, "{indent}credentials: true,")?;
    }
    let rule = rule.tables;
    write_list(f, indent, "methods", &rule.allow_methods)?;
    write_list(f, indent, "request_headers", &rule.allow_headers)?;
    if let Some(names) = &rule.expose_headers {
        write_names(f, indent, "expose_headers", names.as_bytes())?;
    }
    match &rule.max_age {
        Some(seconds) => writeln!(f, "{indent}max_age: {},", seconds.as_bytes().escape_ascii()),
        None => Ok(()),
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, indent: &str, field: &str, list: &List) -> fmt::Result {
    match list {
        List::Absent => Ok(()),
        List::Static(names) => write_names(f, indent, field, names.as_bytes()),
        List::Echo { authorization: true } => write_names(f, indent, field, b"*, authorization"),
        List::Echo { authorization: false } => write_names(f, indent, field, b"*"),
    }
}

fn write_names(f: &mut fmt::Formatter<'_>, indent: &str, field: &str, names: &[u8]) -> fmt::Result {
    if names == b"*" {
        return writeln!(f, "{indent}{field}: any,");
    }
    let names: Vec<String> = members(names).map(|name| format!("\"{}\"", name.escape_ascii())).collect();
    writeln!(f, "{indent}{field}: [{}],", names.join(", "))
}
