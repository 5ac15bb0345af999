//! Documents: checked, published, read, and taken back.

use cors_policy_tenants::admin::Exit;
use serde_json::json;

use crate::{Line, run};

const DOCUMENT: &str = r#"{"origins":["https://app.acme.test"]}"#;
const BAD: &str = r#"{"origins": ["https://app.acme.test/"], "methods": ["PATCH"]}"#;
const MISTAKES: &str = "origins[0]: an origin has no slash at its end\n  \
      | https://app.acme.test/\n  \
      |                      ^\n  \
      = help: write `https://app.acme.test`\n  \
      = note: browsers send origins without a path, and compare them byte for byte: this entry would never match \
    (Fetch, CORS check)\n  \
      = note: see docs/diagnostics.md#trailing_slash\n\
    methods[0]: method `PATCH` is above the ceiling\n  \
      = help: remove it; documents may list `PUT` and `DELETE`\n  \
      = note: a ceiling fixes the most that a document may ask for, and belongs to whoever runs the service\n  \
      = note: see docs/diagnostics.md#grant_above_ceiling\n";

#[tokio::test]
async fn checking_needs_no_database() {
    assert_eq!(run("check -", DOCUMENT).await.done(), "the document is valid\n");
    let bad = run("check -", BAD).await;
    assert_eq!((bad.exit, bad.out.as_str()), (Exit::Refused, MISTAKES));
    assert_eq!(bad.err, "error: the document is refused\n");
    let json = run("check - --json", BAD).await;
    let said: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.exit, &said["valid"]), (Exit::Refused, &json!(false)));
    assert_eq!(said["diagnostics"][0]["path"], "origins[0]");
    assert_eq!(said["diagnostics"][1]["rule"], "grant_above_ceiling");
    assert_eq!(run("check - --json", DOCUMENT).await.json(), json!({"valid": true, "diagnostics": []}));
    let text = run("check -", "{").await;
    assert!(text.out.starts_with("the document cannot be read: "), "{text:?}");
    assert_eq!(text.exit, Exit::Refused);
}

#[tokio::test]
async fn documents_from_files() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("acme.json");
    std::fs::write(&file, DOCUMENT).unwrap();
    assert_eq!(run(&format!("check '{}'", file.display()), "").await.done(), "the document is valid\n");
    let missing = run("check /nowhere/acme.json", "").await;
    assert!(missing.failed(Exit::Usage).starts_with("error: `/nowhere/acme.json` cannot be read: "));
    let large = run("check -", &" ".repeat(65_537)).await;
    assert_eq!(
        large.failed(Exit::Refused),
        "error: the document has 65537 bytes, more than 65536: list fewer origins\n"
    );
}

#[tokio::test]
async fn versions_are_published_read_and_taken_back() {
    let line = Line::with_versions(&[]).await;
    let first = line.writes_with("publish acme -", DOCUMENT).await;
    assert_eq!(first.done(), "acme: version 1 is active (revision 3, row version 3)\n");
    let bad = line.writes_with("publish acme -", BAD).await;
    assert_eq!(bad.failed(Exit::Refused), format!("error: {MISTAKES}"));
    let second = r#"{"origins": ["https://new.acme.test"]}"#;
    let published = line.writes_with("publish acme - --inactive", second).await;
    assert_eq!(
        published.done(),
        "acme: version 2 is published, and not active (revision 4, row version 4)\n"
    );
    let third = line.writes_with("publish acme - --json", second).await;
    assert_eq!(
        third.json(),
        json!({
            "slug": "acme", "version": 3, "active": true, "diagnostics": [], "revision": 5, "row_version": 5,
        })
    );
    assert_eq!(line.reads("document acme").await.done(), format!("{second}\n"));
    let back = line.writes("rollback acme 1").await;
    assert_eq!(back.done(), "acme: version 1 is active (revision 6, row version 6)\n");
    assert_eq!(line.reads("document acme").await.done(), format!("{DOCUMENT}\n"));
    let json = line.reads("document acme 2 --json").await.json();
    assert_eq!(json["document"], json!({"origins": ["https://new.acme.test"]}));
    let unknown = line.writes("rollback acme 9").await;
    assert_eq!(unknown.failed(Exit::Refused), "error: the tenant `acme` has no version 9\n");
    let unknown = line.writes_with("publish globex -", DOCUMENT).await;
    assert_eq!(unknown.failed(Exit::Refused), "error: there is no tenant `globex`\n");
}

#[tokio::test]
async fn warnings_come_with_what_is_published() {
    let line = Line::with_versions(&[]).await;
    let open = r#"{"origins": ["https://app.acme.test", "https://app.acme.test"]}"#;
    let checked = run("check -", open).await;
    let published = line.writes_with("publish acme -", open).await;
    let warning = "origins[1]: `https://app.acme.test` is listed twice\n  \
           = help: remove one of them\n  \
           = note: also listed here: origins[0]\n  \
           = note: it changes nothing, and one day somebody removes only one of them\n  \
           = note: see docs/diagnostics.md#duplicate_origin\n";
    assert_eq!(checked.done(), format!("{warning}the document is valid\n"));
    assert_eq!(published.done(), format!("{warning}acme: version 1 is active (revision 3, row version 3)\n"));
}
