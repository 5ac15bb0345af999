//! `cors-policy origins`.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::fs;
use std::path::Path;

use cors_policy_cli_tests::{Place, assert_golden};
use serde_json::{Value, json};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

const RUST: &str = r#"
pub static API: Policy = cors_policy! {
    apps: {
        origins: [
            "https://app.example.com",
            "https://*.app.example.com",
            "https://pr-*.preview.example.com",
            #[allow(insecure_origin, any_port, reason = "no TLS there")]
            "http://kiosk.example.com:*",
            #[cfg(debug_assertions)]
            "http://[::1]:*",
        ],
        credentials: true,
        methods: [PUT, DELETE],
        request_headers: any,
        expose_headers: ["etag"],
        max_age: "90m",
    },
    partners: { origins: ["https://*.partner.example", "http://192.0.2.7:8080"], methods: any, request_headers: ["authorization"] },
    public: { origins: any, expose_headers: any },
};

fn private() -> Policy {
    cors_policy! { origins: ["https://only.example.com:8443"], preflight_status: 200, max_age: 0 }
}
"#;

#[test]
fn a_policy_is_put_into_words() {
    let place = Place::new(BINARY, &[("cors.rs", RUST)]);
    for (arguments, golden) in [
        (&["cors.rs#API"][..], "origins/api.txt"),
        (&["cors.rs#API", "--cfg", "debug_assertions", "--examples", "1"], "origins/api_debug.txt"),
        (&["cors.rs#private"], "origins/private.txt"),
        (&["cors.rs#API", "--format", "json"], "origins/api.json"),
    ] {
        assert_golden(golden, &place.run(&[&["origins"], arguments].concat()).shown());
    }
}

/// The policies of all accepted cases, and some more, as they stand in files.
fn policies() -> Vec<String> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui");
    let groups = fs::read_dir(ui).unwrap().map(|group| group.unwrap().path().join("accepted"));
    let files = groups.filter(|group| group.is_dir()).flat_map(|group| fs::read_dir(group).unwrap());
    let files = files.map(|file| file.unwrap().path()).filter(|file| file.extension().unwrap() == "rs");
    let texts =
        files.map(|file| fs::read_to_string(file).unwrap()).filter(|text| text.contains("cors_policy! {"));
    texts.chain([RUST.split("\n\n").next().unwrap().to_owned()]).collect()
}

fn request(origin: &Value) -> String {
    json!({ "method": "GET", "headers": [["Origin", origin]] }).to_string() + "\n"
}

/// Every example that is printed was given to the matcher: `decide` says the same of it.
#[test]
fn examples_are_true() {
    let place = Place::new(BINARY, &[]);
    let (mut admitted, mut elsewhere, mut refused) = (0, 0, 0);
    for text in policies() {
        place.put("cors.rs", text.as_bytes());
        let ran = place.run(&["origins", "cors.rs", "--format", "json", "--examples", "100"]);
        let [described] = ran.json().try_into().unwrap_or_else(|_| panic!("{ran:?}\n{text}"));
        let mut expected = Vec::new();
        for (index, rule) in described["rules"].as_array().unwrap().iter().enumerate() {
            for pattern in rule["patterns"].as_array().unwrap() {
                let examples = pattern["admitted"].as_array().unwrap();
                let neighbours = pattern["neighbours"].as_array().unwrap();
                expected.extend(examples.iter().map(|origin| (origin.clone(), json!(index))));
                for neighbour in neighbours {
                    assert_ne!(neighbour["rule"], index);
                    expected.push((neighbour["origin"].clone(), neighbour["rule"].clone()));
                }
                assert!(!neighbours.is_empty(), "{pattern}");
            }
        }
        let requests: String = expected.iter().map(|(origin, _)| request(origin)).collect();
        let answers = place.feed(&["decide", "cors.rs"], requests.as_bytes()).json();
        assert_eq!(answers.len(), expected.len());
        for (answer, (origin, rule)) in answers.iter().zip(&expected) {
            assert_eq!(answer["rule"], *rule, "{origin}: {answer}\n{text}");
            match rule.as_u64() {
                None => {
                    assert_eq!(answer["outcome"], "refused");
                    refused += 1;
                }
                Some(_) if described["rules"].as_array().unwrap().len() > 1 => elsewhere += 1,
                Some(_) => admitted += 1,
            }
        }
    }
    assert!(admitted > 100 && elsewhere > 10 && refused > 300, "{admitted} {elsewhere} {refused}");
}
