//! A description as text.

use std::fmt;

use super::describe::{Condition, Described, Description, Names, Pattern};
use super::examples::Neighbour;

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.policy)?;
        for Condition { condition, holds } in &self.conditions {
            writeln!(f, "  in builds {} `{condition}`", if *holds { "with" } else { "without" })?;
        }
        for (place, rule) in self.rules.iter().enumerate() {
            writeln!(f)?;
            if let Some(name) = &rule.name {
                let order = if place == 0 { "decides first" } else { "decides where none above does" };
                writeln!(f, "rule `{name}`, which {order}")?;
            }
            self.rule(f, rule)?;
        }
        if self.preflight_status != 204 {
            writeln!(f, "\nAnswers to preflights have the status {}.", self.preflight_status)?;
        }
        Ok(())
    }
}

impl Description {
    fn rule(&self, f: &mut fmt::Formatter<'_>, rule: &Described) -> fmt::Result {
        if rule.any_origin {
            writeln!(f, "  any origin")?;
        }
        rule.patterns.iter().try_for_each(|pattern| self.pattern(f, pattern))?;
        let credentials = if rule.credentials {
            "cookies, HTTP authentication and client certificates travel"
        } else {
            "none: what is asked with cookies cannot be read"
        };
        writeln!(f, "  credentials      {credentials}")?;
        writeln!(f, "  methods          {}", beside("GET, HEAD, POST", &rule.methods))?;
        writeln!(f, "  request headers  {}", beside("the safelisted ones", &rule.request_headers))?;
        writeln!(f, "  exposed headers  {}", beside("the safelisted ones", &rule.expose_headers))?;
        match rule.max_age {
            Some(0) => writeln!(f, "  preflights       are sent every time")?,
            Some(seconds) => writeln!(f, "  preflights       are good for {}", duration(seconds))?,
            None => {}
        }
        rule.remarks.iter().try_for_each(|remark| writeln!(f, "  - {remark}"))
    }

    fn pattern(&self, f: &mut fmt::Formatter<'_>, pattern: &Pattern) -> fmt::Result {
        let Pattern { text, meaning, admitted, neighbours } = pattern;
        writeln!(f, "  {text}\n      {meaning}")?;
        for origin in admitted.iter().filter(|origin| *origin != text) {
            writeln!(f, "      admitted  {origin}")?;
        }
        for Neighbour { origin, rule, reason } in neighbours {
            match rule {
                None => writeln!(f, "      refused   {origin} ({reason})")?,
                Some(place) => {
                    let name = self.rules.get(*place).and_then(|rule| rule.name.as_deref());
                    writeln!(f, "      not here  {origin} ({reason}): rule `{}`", name.unwrap_or_default())?;
                }
            }
        }
        Ok(())
    }
}

fn beside(always: &str, Names { any, names }: &Names) -> String {
    let names = names.join(", ");
    match (*any, names.as_str()) {
        (false, "") => always.to_owned(),
        (false, names) => format!("{always}, and {names}"),
        (true, "") => "any".to_owned(),
        (true, names) => format!("any, and {names}"),
    }
}

fn duration(seconds: u32) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        _ if seconds.is_multiple_of(3600) => format!("{} h", seconds / 3600),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}
