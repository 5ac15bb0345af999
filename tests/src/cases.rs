//! The cases in the folder `cases`, as they stand there.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::judge::{Credentials, Kind};
use crate::message::Request;

/// Whether a setting is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// Perhaps with warnings.
    Accept,
    /// For an error, or a lint that denies.
    Reject,
}

/// One setting, and whether it is accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigCase {
    /// Names the case.
    pub id: String,
    /// The setting that `input` is for.
    pub field: String,
    /// A list is the whole list; anything else is one entry, or the scalar.
    pub input: Value,
    /// The other settings.
    pub context: Context,
    /// The verdict.
    pub expect: Expect,
    /// The rule behind the verdict.
    pub rule: String,
    /// A remark.
    pub note: Option<String>,
}

/// The settings that a case is not about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Whether credentials are allowed.
    pub credentials: Option<bool>,
    /// Whether being able to connect is a permission.
    pub trusts_network: Option<bool>,
    /// Request headers.
    pub request_headers: Option<Value>,
    /// Origins, where the case is not about them.
    pub origins: Option<Value>,
    /// Lints that the entry silences.
    pub allow: Option<Vec<String>>,
}

/// A request to a policy, and what becomes of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestCase {
    /// Names the case.
    pub id: String,
    /// Says what it is about.
    pub desc: String,
    /// The policy.
    pub policy: CasePolicy,
    /// The request.
    pub request: CaseRequest,
    /// What becomes of it.
    pub expect: RequestExpect,
}

/// A policy of one rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CasePolicy {
    /// Its name.
    pub name: String,
    /// Patterns, or `*`.
    pub origins: Vec<String>,
    /// Methods, or `*`.
    pub methods: Vec<String>,
    /// Names, or `*`.
    pub request_headers: Vec<String>,
    /// Names, or `*`.
    pub expose: Vec<String>,
    /// Whether credentials are allowed.
    pub credentials: bool,
    /// Seconds; `None` for "not set".
    pub max_age: Option<u64>,
}

/// A request as a case spells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRequest {
    /// The method.
    pub method: String,
    /// The header lines.
    pub headers: Vec<(String, String)>,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestExpect {
    /// What a browser makes of the response.
    pub kind: Kind,
    /// Whether the application sees the request.
    pub handler_called: bool,
}

/// Every case about settings.
///
/// # Errors
///
/// A file that is not of the form.
pub fn config() -> serde_json::Result<Vec<ConfigCase>> {
    let mut cases: Vec<ConfigCase> = serde_json::from_str(include_str!("../cases/config.json"))?;
    cases.extend(serde_json::from_str::<Vec<_>>(include_str!("../cases/more_config.json"))?);
    Ok(cases)
}

/// Every case about requests.
///
/// # Errors
///
/// A file that is not of the form.
pub fn requests() -> serde_json::Result<Vec<RequestCase>> {
    let mut cases: Vec<RequestCase> = serde_json::from_str(include_str!("../cases/requests.json"))?;
    cases.extend(serde_json::from_str::<Vec<_>>(include_str!("../cases/more_requests.json"))?);
    Ok(cases)
}

/// The reason that cases give where they silence a lint.
pub const REASON: &str = "a test case";

impl ConfigCase {
    /// The fields of the policy that the case describes, by the names that the language has for them.
    #[must_use]
    pub fn fields(&self) -> Map<String, Value> {
        let Context { credentials, trusts_network, request_headers, origins, .. } = &self.context;
        let mut fields = Map::new();
        fields.insert("name".to_owned(), json!(self.id));
        let origins = origins.clone().unwrap_or_else(|| json!(["https://app.example"]));
        fields.insert("origins".to_owned(), origins);
        for (field, value) in [("credentials", credentials), ("trusts_network", trusts_network)] {
            if let Some(value) = value {
                fields.insert(field.to_owned(), json!(value));
            }
        }
        if let Some(names) = request_headers {
            fields.insert("request_headers".to_owned(), names.clone());
        }
        fields.insert(self.language_field().to_owned(), self.value());
        fields
    }

    /// The name that the language has for the field.
    #[must_use]
    pub fn language_field(&self) -> &str {
        if self.field == "expose" { "expose_headers" } else { &self.field }
    }

    fn value(&self) -> Value {
        if matches!(self.field.as_str(), "max_age" | "preflight_status") || self.input.is_array() {
            return self.input.clone();
        }
        json!([match &self.context.allow {
            Some(lints) => json!({"pattern": self.input, "allow": lints, "reason": REASON}),
            None => self.input.clone(),
        }])
    }
}

impl CasePolicy {
    /// The policy as a document.
    #[must_use]
    pub fn document(&self) -> Value {
        let CasePolicy { name, origins, methods, request_headers, expose, credentials, max_age } = self;
        let mut document = json!({
            "name": name,
            "origins": origins,
            "credentials": credentials,
            "methods": methods,
            "request_headers": request_headers,
            "expose_headers": expose,
        });
        if let (Some(seconds), Some(fields)) = (max_age, document.as_object_mut()) {
            fields.insert("max_age".to_owned(), json!(seconds));
        }
        document
    }

    /// The credentials mode in which the cases are judged.
    #[must_use]
    pub fn mode(&self) -> Credentials {
        if self.credentials { Credentials::Include } else { Credentials::Omit }
    }
}

impl From<&CaseRequest> for Request {
    fn from(request: &CaseRequest) -> Self {
        let headers = request.headers.iter().map(|(name, value)| (name, value)).collect();
        Request { method: request.method.clone(), headers }
    }
}
