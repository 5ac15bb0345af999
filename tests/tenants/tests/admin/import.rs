//! Many tenants at once.

use cors_policy_tenants::admin::Exit;
use serde_json::json;

use crate::Line;

fn tenant(slug: &str, origin: &str) -> String {
    format!(
        r#"{{"slug":"{slug}","tier":"free","keys":["host:{slug}.test"],"document":{{"origins":["{origin}"]}}}}"#
    )
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_and_nothing_written() {
    let line = Line::with_versions(&[]).await;
    let lines = [
        tenant("globex", "https://globex.test"),
        tenant("initech", "http://initech.test/"),
        String::new(),
        tenant("Hooli", "https://hooli.test"),
        r#"{"slug":"umbrella"}"#.to_owned(),
        tenant("globex", "https://globex.test"),
        tenant("acme", "https://acme.test"),
    ];
    let refused = line.writes_with("import -", &lines.join("\n")).await;
    assert_eq!(
        refused.failed(Exit::Refused),
        "error: nothing is imported\n\
         line 2: origins[0]: an origin has no slash at its end\n  \
           | http://initech.test/\n  \
           |                    ^\n  \
           = help: write `http://initech.test`\n  \
           = note: browsers send origins without a path, and compare them byte for byte: this entry would never match \
         (Fetch, CORS check)\n  \
           = note: see docs/diagnostics.md#trailing_slash\n\
         line 4: `Hooli` is no slug: write it in lower case\n\
         line 4: `Hooli.test` is no host: browsers send hosts in lower case: write it like that\n\
         line 5: missing field `tier` at column 19\n\
         line 6: line 1 has the slug `globex` too\n\
         line 6: line 1 has the key host:globex.test too\n\
         line 7: there is a tenant `acme` already\n\
         line 7: host:acme.test leads to the tenant `acme` already: remove it there first\n"
    );
    assert_eq!(line.reads("list --json").await.json()["tenants"].as_array().unwrap().len(), 1);
    assert_eq!(line.reads("status --json").await.json()["revision"], 2);
}

#[tokio::test]
async fn a_platform_moves_in() {
    let line = Line::new().await;
    let tenants: Vec<String> =
        (0..2500).map(|number| tenant(&format!("t{number:04}"), &format!("https://{number}.test"))).collect();
    let imported = line.writes_with("import - --note moving", &tenants.join("\n")).await;
    assert_eq!(imported.done(), "2500 tenants are there (revision 3)\n");
    assert_eq!(line.reads("status --json").await.json()["tenants"]["active"], 2500);
    assert_eq!(line.reads("document t2499").await.done(), "{\"origins\":[\"https://2499.test\"]}\n");
    assert_eq!(line.reads("show t1234 --json").await.json()["keys"], json!(["host:t1234.test"]));
    let nothing = line.writes_with("import - --json", "\n").await;
    assert_eq!(nothing.json(), json!({"tenants": 0, "revision": null}));
}
