//! Every animal of the zoo: its cause is named, first, and no other; the verdict is the model's; and a policy that is
//! proposed works.

use std::fmt::Write;

use cors_policy::{Document, Policy};
use cors_policy_probe_tests::apps::App;
use cors_policy_probe_tests::zoo::Case;
use cors_policy_probe_tests::{Probed, model, zoo};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

fn each(judge: impl Fn(&Case, &Probed) -> Result<(), String>) {
    let judged = zoo::probed(BINARY).iter().map(|(case, probed)| judge(case, probed));
    let wrong: Vec<String> = judged.filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn each_cause_is_named_and_no_other() {
    each(|case, probed| {
        let mut wrong = String::new();
        let codes = probed.codes();
        if codes != case.expected {
            writeln!(wrong, "{codes:?} and not {:?}\n{}", case.expected, probed.report).unwrap();
        }
        let has = |severity: &str| probed.findings().any(|finding| finding["severity"] == severity);
        let status = match probed.verdict() {
            "unreachable" => 3,
            "blocked" => 1,
            _ => i32::from(has("error") || has("danger")),
        };
        if probed.ran.status != status || (probed.verdict() == "blocked" && !has("error")) {
            writeln!(wrong, "ended with {}, {}", probed.ran.status, probed.verdict()).unwrap();
        }
        if wrong.is_empty() { Ok(()) } else { Err(format!("{} at {}: {wrong}", case.name, case.url)) }
    });
}

#[test]
fn the_verdict_is_the_models() {
    each(|case, probed| {
        let exchange = model::replayed(&case.url, &case.arguments(), &probed.report);
        let first = exchange.failures().next().map(|failure| failure.reason.code());
        let agrees = match probed.verdict() {
            "allowed" => exchange.verdict.is_allowed(),
            // The model is told that there was no response to what was not sent.
            "not-sent" => first == Some("network"),
            _ => first == probed.report["reason"]["code"].as_str(),
        };
        if agrees { Ok(()) } else { Err(format!("{}: {first:?}\n{}", case.name, probed.report)) }
    });
}

#[test]
fn a_policy_that_is_proposed_works() {
    each(|case, probed| {
        let proposed = &probed.report["policy"];
        if proposed.is_null() {
            return Ok(());
        }
        let document: Document = serde_json::from_value(proposed.clone()).unwrap();
        let compiled = Policy::compile(&document).map_err(|why| format!("{}: {why:?}", case.name))?;
        // The page is on this machine, and that is all there is to remark.
        let remarks: Vec<&str> = compiled.warnings.iter().map(|warning| warning.rule).collect();
        assert!(
            remarks.iter().all(|rule| *rule == "loopback_with_credentials"),
            "{}: {remarks:?}",
            case.name
        );
        assert_eq!(remarks.len(), probed.report["policy_warnings"].as_array().unwrap().len());
        let app = App::ours(compiled.policy);
        let again = Probed::run(BINARY, &app.url, &case.arguments());
        if again.codes().is_empty() && again.ran.status == 0 {
            return Ok(());
        }
        Err(format!("{} with {proposed}: {:?}\n{}", case.name, again.codes(), again.report))
    });
}

/// Where the finding is about the policy, there is one to write, or the page has no origin that a policy should admit.
#[test]
fn findings_about_the_policy_say_what_to_write() {
    each(|case, probed| {
        for finding in probed.findings().filter(|finding| finding["severity"] == "error") {
            let is_policy = finding["layer"] == "policy";
            let elsewhere = ["redirect-taints-origin", "redirect-target-refuses-preflight"];
            let is_elsewhere = elsewhere.contains(&finding["code"].as_str().unwrap());
            if is_policy && finding["policy"].is_null() && !is_elsewhere {
                return Err(format!("{}: {finding}", case.name));
            }
        }
        Ok(())
    });
}
