//! Everything that must hold of one request to one policy, whichever they are.
//!
//! The judge is the model of a browser in [`judge`](crate::judge), beside the slow reading of the policy in
//! [`meaning`](crate::meaning).

use std::collections::BTreeSet;

use cors_policy::Policy;

use crate::judge::{Credentials, Kind, is_preflight, judge, max_age, readable};
use crate::layers::{
    APPLICATION_STATUS, CORS_HEADERS, HttpRequest, continues, from_map, leftovers, through_bytes, to_map,
};
use crate::meaning::{Meaning, Rule};
use crate::message::{Headers, Request, Response, members};

/// Headers of a response that a page asks for.
const WANTED: [&str; 8] =
    ["x-request-id", "etag", "x-total", "x-unlisted", "content-type", "set-cookie", "authorization", "*"];

/// A policy, what it means, and a request to it.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'e> {
    /// The policy.
    pub policy: &'e Policy,
    /// What it means.
    pub meaning: &'e Meaning,
    /// The request.
    pub request: &'e Request,
}

impl Exchange<'_> {
    /// Everything that does not hold, in words.
    ///
    /// # Errors
    ///
    /// A request that HTTP cannot carry.
    pub fn problems(&self) -> Result<Vec<String>, http::Error> {
        let response = through_bytes(self.policy, self.request, Headers::default());
        let mut problems = Vec::new();
        problems.extend(self.handler());
        problems.extend(self.verdict());
        problems.extend(self.vary(&response));
        problems.extend(self.lines(&response));
        problems.extend(self.leftovers(&response));
        problems.extend(self.varying(&response));
        problems.extend(self.http_layer(&response)?);
        problems.extend(self.rejection(&response)?);
        for mode in [Credentials::Include, Credentials::Omit] {
            problems.extend(self.grants(&response, mode));
        }
        Ok(problems)
    }

    /// What a browser makes of the response, in a credentials mode.
    #[must_use]
    pub fn kind(&self, mode: Credentials) -> Kind {
        judge(self.request, mode, &through_bytes(self.policy, self.request, Headers::default()))
    }

    fn handler(&self) -> Option<String> {
        let called = continues(self.policy, self.request);
        (called == is_preflight(self.request)).then(|| format!("application called: {called}"))
    }

    fn verdict(&self) -> Option<String> {
        let lines: Vec<(&str, &[u8])> = self.request.headers.iter().collect();
        let verdict = self.policy.decide(self.request.method.as_bytes(), &lines[..]);
        let place = self.meaning.place(self.request);
        (verdict.rule() != place).then(|| format!("decided by rule {:?}, not {place:?}", verdict.rule()))
    }

    fn vary(&self, response: &Response) -> Option<String> {
        let expected = self.meaning.vary(self.request);
        let actual = varied(&response.headers);
        (actual != expected).then(|| format!("`Vary` lists {actual:?}, not {expected:?}"))
    }

    /// Which CORS headers may be there at all, each once.
    fn lines(&self, response: &Response) -> Vec<String> {
        let allowed = self.allowed_headers();
        let lines = CORS_HEADERS.map(|name| (name, response.headers.lines(name).count()));
        lines
            .into_iter()
            .filter(|(name, count)| *count > usize::from(allowed.contains(name)))
            .map(|(name, count)| format!("{count} lines of {name}"))
            .collect()
    }

    fn allowed_headers(&self) -> &'static [&'static str] {
        const ACTUAL: [&str; 3] = [
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-expose-headers",
        ];
        const PREFLIGHT: [&str; 5] = [
            "access-control-allow-origin",
            "access-control-allow-credentials",
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-max-age",
        ];
        let admitted = self.meaning.rule(self.request).is_some();
        match is_preflight(self.request) {
            true if admitted => &PREFLIGHT,
            false if admitted || self.meaning.constant().is_some() => &ACTUAL,
            _ => &[],
        }
    }

    /// Nothing that an inner layer left survives, but what is not ours; applying twice is as good as once.
    fn leftovers(&self, response: &Response) -> Vec<String> {
        let once = through_bytes(self.policy, self.request, leftovers());
        let twice = through_bytes(self.policy, self.request, once.headers.clone());
        let mut problems = Vec::new();
        if once.headers.clone().sorted() != twice.headers.sorted() {
            problems.push(format!("twice is not as good as once: {:?}", once.headers));
        }
        if cors_lines(&once.headers) != cors_lines(&response.headers) {
            problems.push(format!("leftovers survive: {:?}", once.headers));
        }
        let mut expected = self.meaning.vary(self.request);
        expected.push("accept-encoding");
        expected.sort_unstable();
        if varied(&once.headers) != expected || once.headers.lines("content-type").count() != 1 {
            problems.push(format!("what is not ours has changed: {:?}", once.headers));
        }
        problems
    }

    /// A policy that can be swapped always varies, and is the same otherwise.
    fn varying(&self, response: &Response) -> Option<String> {
        let varying = through_bytes(&self.policy.clone().varying(), self.request, Headers::default());
        let same = cors_lines(&varying.headers) == cors_lines(&response.headers)
            && varying.status == response.status;
        let varies = varied(&varying.headers).contains(&"origin".to_owned());
        (!same || !varies).then(|| format!("varying: {varying:?}"))
    }

    /// The layer for the crate `http` does what the core does.
    fn http_layer(&self, response: &Response) -> Result<Vec<String>, http::Error> {
        let HttpRequest { method, headers } = self.request.try_into()?;
        let decision = self.policy.evaluate(&method, &headers);
        let mut problems = Vec::new();
        let status = decision.status().map_or(APPLICATION_STATUS, |status| status.as_u16());
        if status != response.status || decision.status().is_none() != continues(self.policy, self.request) {
            problems.push(format!("http: status {:?}", decision.status()));
        }
        let mut empty = http::HeaderMap::new();
        decision.apply(&mut empty);
        let listed: http::HeaderMap = decision.headers().collect();
        if listed != empty {
            problems.push(format!("http: `headers` gives {listed:?}, `apply` {empty:?}"));
        }
        if !same(&from_map(&empty), &response.headers) {
            problems.push(format!("http: {empty:?} on an empty response"));
        }
        let mut once = to_map(&leftovers())?;
        decision.apply(&mut once);
        let mut twice = once.clone();
        decision.apply(&mut twice);
        if once != twice {
            problems.push(format!("http: {once:?} once, {twice:?} twice"));
        }
        if !same(&from_map(&once), &through_bytes(self.policy, self.request, leftovers()).headers) {
            problems.push(format!("http: {once:?} on leftovers"));
        }
        Ok(problems)
    }

    /// There is a rejection exactly where a browser refuses something.
    fn rejection(&self, response: &Response) -> Result<Option<String>, http::Error> {
        let HttpRequest { method, headers } = self.request.try_into()?;
        let rejection = self.policy.evaluate(&method, &headers).rejection(&method, &headers);
        let kind = judge(self.request, self.usual_mode(), response);
        let refused = matches!(kind, Kind::ActualDenied | Kind::PreflightRejected);
        let rejected = format!("{rejection:?}");
        Ok((rejection.is_some() != refused)
            .then(|| format!("{kind:?}, but the rejection is {rejected:.200}")))
    }

    /// The mode for which the policy is made: with credentials where it allows them.
    fn usual_mode(&self) -> Credentials {
        let decided = self.meaning.rule(self.request).or_else(|| self.meaning.rules.first());
        if decided.is_some_and(|rule| rule.credentials) { Credentials::Include } else { Credentials::Omit }
    }

    /// What the page has is what the policy means it to have.
    fn grants(&self, response: &Response, mode: Credentials) -> Vec<String> {
        let kind = judge(self.request, mode, response);
        let granted = self.meaning.grants(self.request, mode);
        if kind != granted {
            return vec![format!("{mode:?}: the browser says {kind:?}, the policy {granted:?}")];
        }
        let Some(rule) = self.meaning.rule(self.request) else { return Vec::new() };
        match kind {
            Kind::ActualAllowed => exposed(response, rule, mode),
            Kind::PreflightOk => preflight(response, rule, self.meaning.preflight_status),
            _ => Vec::new(),
        }
    }
}

/// The headers that the page can read are those that the rule exposes.
fn exposed(response: &Response, rule: &Rule, mode: Credentials) -> Vec<String> {
    let expected = |name: &str| match name {
        "content-type" => true,
        "set-cookie" => false,
        _ => rule.exposes(name),
    };
    let differing = |name: &&str| readable(&response.headers, mode, name) != expected(name);
    WANTED
        .into_iter()
        .filter(differing)
        .map(|name| format!("{mode:?}: `{name}` is readable, or not"))
        .collect()
}

/// The answer to a preflight that passes.
fn preflight(response: &Response, rule: &Rule, status: u16) -> Vec<String> {
    let mut problems = Vec::new();
    if max_age(&response.headers) != rule.max_age.unwrap_or(5) {
        problems.push(format!("cached for {} seconds", max_age(&response.headers)));
    }
    if response.status != status {
        problems.push(format!("a good preflight answered with {}", response.status));
    }
    problems
}

/// The members of `Vary` in lower case, sorted; one that stands twice is there twice.
fn varied(headers: &Headers) -> Vec<String> {
    let names = members(headers, "vary").into_iter();
    let mut names: Vec<String> =
        names.map(|name| String::from_utf8_lossy(&name).to_ascii_lowercase()).collect();
    names.sort_unstable();
    names
}

fn cors_lines(headers: &Headers) -> BTreeSet<(&str, &[u8])> {
    headers.iter().filter(|(name, _)| CORS_HEADERS.contains(name)).collect()
}

/// Whether two responses are the same but for how `Vary` is split into lines.
fn same(one: &Headers, other: &Headers) -> bool {
    let others = |headers: &Headers| {
        let mut headers = headers.clone();
        headers.remove("vary");
        headers.sorted()
    };
    varied(one) == varied(other) && others(one) == others(other)
}
