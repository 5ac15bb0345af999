//! Servers that admit more than they should.

use super::{Case, INCLUDE, JSON};
use crate::server::{Asked, Reply, right_for};

/// Admits whom a function does.
fn admits(
    name: &'static str,
    arguments: &[&str],
    expected: &'static str,
    is_admitted: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> Case {
    Case::new(name, arguments, &[expected], move |asked: &Asked| {
        let origin = asked.origin().filter(|origin| is_admitted(origin));
        right_for(origin.as_slice(), asked)
    })
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        admits("everybody", &[], "reflects-any-origin", |_| true),
        admits("everybody, for a PUT", JSON, "reflects-any-origin", |_| true),
        admits("everybody, with cookies", INCLUDE, "reflects-any-origin", |_| true),
        Case::new(
            "everybody, without credentials",
            &[],
            &["reflects-any-origin"],
            |asked: &Asked| -> Reply {
                right_for(asked.origin().as_slice(), asked).without("access-control-allow-credentials")
            },
        ),
        admits("null", &[], "admits-null", |origin| matches!(origin, "null" | "https://app.localhost")),
        admits("null, for a sandboxed page", &["--origin", "null"], "admits-null", |origin| origin == "null"),
        admits("what ends alike", &[], "admits-lookalike", |origin| {
            origin.starts_with("https://") && origin.ends_with("app.localhost")
        }),
        admits("what begins alike", &[], "admits-lookalike", |origin| {
            origin.starts_with("https://app.localhost") && !origin.contains(":4")
        }),
        admits("http", &[], "admits-http", |origin| {
            matches!(origin, "http://app.localhost" | "https://app.localhost")
        }),
        admits("every port", &[], "admits-other-ports", |origin| {
            origin == "https://app.localhost" || origin.starts_with("https://app.localhost:")
        }),
    ]
}
