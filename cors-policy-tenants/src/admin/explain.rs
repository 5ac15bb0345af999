//! Why a request is admitted or refused.

use clap::{Args, Subcommand};
use cors_policy::{Outcome, Policy};
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Serialize;
use serde_json::json;

use super::arguments::{Reading, compiled};
use super::console::Console;
use super::failure::Failure;
use crate::store::State;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// What the active version decides on a request, and the one in the shadow: the rule and the entry that admit it, or
    /// what a browser refuses, and the headers that go out. Changes nothing
    Explain {
        /// The tenant
        slug: String,
        #[command(flatten)]
        request: Request,
        #[command(flatten)]
        reading: Reading,
    },
}

/// A request as a browser sends it.
#[derive(Debug, Args)]
pub(super) struct Request {
    /// The origin of the page
    #[arg(long, value_parser = value)]
    origin: HeaderValue,
    /// The method; of a preflight, the one that it asks for
    #[arg(long, default_value = "GET")]
    method: Method,
    /// The preflight of the request, and not the request itself
    #[arg(long)]
    preflight: bool,
    /// Another header: 'cookie: session=1', or of a preflight 'access-control-request-headers: content-type'. Can be
    /// given several times
    #[arg(long = "header", value_parser = header, value_name = "NAME: VALUE")]
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What a version makes of a request.
#[derive(Debug, Serialize)]
struct Explained {
    version: u32,
    role: &'static str,
    outcome: &'static str,
    rule: Option<String>,
    entry: Option<String>,
    /// In a sentence.
    why: String,
    /// What a browser refuses, though the origin is admitted or not: origin, method, headers.
    rejections: Vec<String>,
    /// The status of the answer, where the application is not called.
    answer: Option<u16>,
    headers: Vec<(String, String)>,
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        let Command::Explain { slug, request, reading } = self;
        let (method, headers) = request.parts()?;
        let store = reading.open().await?;
        let tenant = store.tenant(&slug).await?;
        let mut policies = Vec::new();
        for (role, version) in [("active", tenant.active), ("shadow", tenant.shadow)] {
            if let Some(version) = version {
                // Nodes serve many policies, and say `Vary: Origin` on every response.
                let policy = compiled(&store, &slug, version, console.ceiling).await?.varying();
                policies.push((role, version, policy));
            }
        }
        store.close().await;
        if policies.is_empty() {
            let none = "has neither an active version nor one in the shadow: browsers refuse every page";
            return Err(Failure::refused(format!("the tenant `{slug}` {none}")));
        }
        let explain = |(role, version, policy): &(&'static str, u32, Policy)| {
            Explained::new(role, *version, policy, &method, &headers)
        };
        let explained: Vec<Explained> = policies.iter().map(explain).collect();
        let change = match policies.as_slice() {
            [(.., active), (.., shadow)] => active.change(shadow, method.as_str().as_bytes(), &headers),
            _ => None,
        };
        let change = change.map(|change| change.to_string());
        if reading.form.json {
            let state = tenant.state.name();
            return console
                .json(&json!({ "slug": slug, "state": state, "versions": explained, "change": change }));
        }
        if tenant.state != State::Active {
            console
                .line(&format!("{slug} is {}: nodes answer as if it were not there", tenant.state.name()))?;
        }
        explained.iter().try_for_each(|explained| explained.print(console))?;
        change
            .iter()
            .try_for_each(|change| console.line(&format!("in place of the active version, {change}")))
    }
}

impl Request {
    /// The method and the headers of what is sent.
    fn parts(self) -> Result<(Method, HeaderMap), Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, self.origin);
        let mut method = self.method;
        if self.preflight {
            let asked = HeaderValue::from_str(method.as_str());
            let asked = asked.map_err(|error| Failure::usage(error.to_string()))?;
            headers.insert(ACCESS_CONTROL_REQUEST_METHOD, asked);
            method = Method::OPTIONS;
        }
        for (name, value) in self.headers {
            // Two lines of `Origin` are two lines.
            headers.append(name, value);
        }
        Ok((method, headers))
    }
}

impl Explained {
    fn new(role: &'static str, version: u32, policy: &Policy, method: &Method, headers: &HeaderMap) -> Self {
        let explanation = policy.explain(method.as_str().as_bytes(), headers);
        let decision = policy.evaluate(method, headers);
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Explained {
            version,
            role,
            outcome: outcome(explanation.verdict().outcome()),
            rule: explanation.rule().map(str::to_owned),
            entry: explanation.entry().map(str::to_owned),
            why: explanation.to_string(),
            rejections: explanation.rejections().iter().map(ToString::to_string).collect(),
            answer: decision.status().map(|status| status.as_u16()),
            headers: decision.headers().map(|(name, value)| (name.to_string(), text(&value))).collect(),
        }
    }

    fn print(&self, console: &mut Console<'_>) -> Result<(), Failure> {
        let Explained { version, role, outcome, rule, entry, why, rejections, answer, headers } = self;
        console.line(&format!("version {version}, {role}"))?;
        let mut fields = vec![("outcome", (*outcome).to_owned())];
        fields.extend(rule.iter().map(|rule| ("rule", rule.clone())));
        fields.extend(entry.iter().map(|entry| ("entry", entry.clone())));
        if rejections.is_empty() {
            fields.push(("why", why.clone()));
        }
        fields.extend(rejections.iter().map(|rejection| ("browser refuses", rejection.clone())));
        fields.extend(answer.map(|status| ("answer", status.to_string())));
        fields.extend(headers.iter().map(|(name, value)| ("header", format!("{name}: {value}"))));
        console.fields("  ", &fields)
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotCors => "not CORS",
        Outcome::Admitted => "admitted",
        Outcome::SameOrigin => "same origin",
        _ => "refused",
    }
}

fn value(text: &str) -> Result<HeaderValue, String> {
    text.parse().map_err(|_| "it cannot be the value of a header".to_owned())
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, text) = text.split_once(':').ok_or("write `name: value`")?;
    let name = name.trim().parse().map_err(|_| "it has no name of a header".to_owned())?;
    Ok((name, value(text.trim())?))
}
