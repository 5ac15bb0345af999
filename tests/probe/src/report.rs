//! What the command says of a server.

use serde_json::Value;

use cors_policy_cli_tests::{Place, Ran};

/// A run with its object.
#[derive(Debug)]
pub struct Probed {
    /// The run.
    pub ran: Ran,
    /// What it printed.
    pub report: Value,
}

impl Probed {
    /// Runs the command on a URL.
    #[must_use]
    pub fn run(binary: &str, url: &str, arguments: &[&str]) -> Self {
        Probed::run_in(&Place::new(binary, &[]), url, arguments)
    }

    /// Runs the command on a URL in a place with files.
    #[must_use]
    pub fn run_in(place: &Place, url: &str, arguments: &[&str]) -> Self {
        let has_origin = arguments.contains(&"--origin");
        let mut all = vec!["probe", url, "--format", "json"];
        if !has_origin {
            all.extend(["--origin", crate::APP]);
        }
        all.extend(arguments);
        let ran = place.run(&all);
        assert_eq!(ran.json().len(), 1, "{url} {arguments:?}: {ran:?}");
        let report = ran.json().remove(0);
        Probed { ran, report }
    }

    /// The codes of its findings, in order.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        self.findings().map(|finding| finding["code"].as_str().unwrap()).collect()
    }

    /// Its findings.
    pub fn findings(&self) -> impl Iterator<Item = &Value> {
        self.report["findings"].as_array().unwrap().iter()
    }

    /// `allowed`, `blocked`, `not-sent` or `unreachable`.
    #[must_use]
    pub fn verdict(&self) -> &str {
        self.report["verdict"].as_str().unwrap()
    }
}
