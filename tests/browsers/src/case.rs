//! A case: resources behind policies, and what pages do with them in order.

use cors_policy_tests::judge::Credentials as Travelling;
use cors_policy_tests::meaning::Meaning;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::reply::Reply;
use crate::site::{Host, Page};

/// What a page uses to send a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Initiator {
    Fetch,
    Xhr,
    Events,
    Module,
    Script,
    Font,
    Image,
    Style,
    Socket,
}

/// Whether the page asks to read the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    Cors,
    NoCors,
}

/// The credentials mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Credentials {
    Omit,
    SameOrigin,
    Include,
}

impl Credentials {
    /// The mode as the CORS check sees it.
    pub(crate) fn for_check(self) -> Travelling {
        if self == Credentials::Include { Travelling::Include } else { Travelling::Omit }
    }
}

/// What a page does.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Call {
    pub(crate) initiator: Initiator,
    pub(crate) mode: Mode,
    pub(crate) method: &'static str,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Option<&'static str>,
    pub(crate) credentials: Credentials,
    /// A listener to an upload's progress, which asks for a preflight.
    pub(crate) listens: bool,
}

impl Call {
    pub(crate) fn new(initiator: Initiator) -> Self {
        Call {
            initiator,
            mode: Mode::Cors,
            method: "GET",
            headers: Vec::new(),
            body: None,
            credentials: Credentials::SameOrigin,
            listens: false,
        }
    }

    pub(crate) fn fetch(method: &'static str) -> Self {
        Call { method, ..Call::new(Initiator::Fetch) }
    }

    pub(crate) fn xhr(method: &'static str) -> Self {
        Call { method, ..Call::new(Initiator::Xhr) }
    }

    pub(crate) fn no_cors(mut self) -> Self {
        self.mode = Mode::NoCors;
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn sending(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    pub(crate) fn listening(mut self) -> Self {
        self.listens = true;
        self
    }

    pub(crate) fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    pub(crate) fn include(self) -> Self {
        self.credentials(Credentials::Include)
    }

    pub(crate) fn omit(self) -> Self {
        self.credentials(Credentials::Omit)
    }
}

/// A call of a page to a resource.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) page: Page,
    pub(crate) call: Call,
    pub(crate) resource: &'static str,
    /// How long the page waits before it, in milliseconds.
    pub(crate) after: u32,
}

/// Something that the API has.
#[derive(Clone, Debug)]
pub(crate) struct Resource {
    pub(crate) name: &'static str,
    pub(crate) host: Host,
    pub(crate) policy: Meaning,
    /// What the server does wrong, on purpose.
    pub(crate) fault: Option<Fault>,
    pub(crate) reply: Reply,
}

/// A case.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) resources: Vec<Resource>,
    pub(crate) steps: Vec<Step>,
    /// What is expected by hand: of HTTP caches, which the model has not, and of servers that are wrong.
    pub(crate) expected: Option<Expected>,
}

/// The name of the resource in cases that have only one.
pub(crate) const DATA: &str = "data";

impl Case {
    /// One resource, and no step yet.
    pub(crate) fn new(name: impl Into<String>, policy: &Meaning, reply: Reply) -> Self {
        let case = Case { name: name.into(), resources: Vec::new(), steps: Vec::new(), expected: None };
        case.having(DATA, Host::Api, policy, reply)
    }

    pub(crate) fn having(mut self, name: &'static str, host: Host, policy: &Meaning, reply: Reply) -> Self {
        self.resources.push(Resource { name, host, policy: policy.clone(), fault: None, reply });
        self
    }

    pub(crate) fn faulty(mut self, fault: Fault) -> Self {
        for resource in &mut self.resources {
            resource.fault = Some(fault);
        }
        self
    }

    pub(crate) fn step(self, page: Page, call: Call) -> Self {
        self.step_to(page, call, DATA)
    }

    pub(crate) fn step_to(mut self, page: Page, call: Call, resource: &'static str) -> Self {
        self.steps.push(Step { page, call, resource, after: 0 });
        self
    }

    /// Has the last step wait.
    pub(crate) fn after(mut self, milliseconds: u32) -> Self {
        self.steps.last_mut().unwrap().after = milliseconds;
        self
    }

    pub(crate) fn expecting(mut self, outcomes: Vec<Outcome>, requests: &[&str]) -> Self {
        let requests = requests.iter().map(|&request| request.to_owned()).collect();
        self.expected = Some(Expected { outcomes, requests });
        self
    }

    pub(crate) fn resource(&self, name: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.name == name)
    }

    /// Whether its server does something wrong.
    pub(crate) fn is_faulty(&self) -> bool {
        self.resources.iter().any(|resource| resource.fault.is_some())
    }

    /// Whether responses come from the HTTP cache, which the model has not.
    pub(crate) fn is_cached(&self) -> bool {
        self.resources.iter().any(|resource| resource.reply.cached)
    }

    /// The page in whose tab it runs.
    pub(crate) fn tab(&self) -> Page {
        self.steps.last().unwrap().page.top()
    }

    /// The initiator of the last step, which the case is about.
    pub(crate) fn initiator(&self) -> Initiator {
        self.steps.last().unwrap().call.initiator
    }
}

/// What comes of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Of each step.
    pub(crate) outcomes: Vec<Outcome>,
    /// What the server sees, in order.
    pub(crate) requests: Vec<String>,
}

/// What script could see of a step. Of what is expected, `None` is what nobody asks about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Outcome {
    /// `read`, `opaque`, `failed` or `no answer`.
    pub(crate) result: String,
    pub(crate) status: Option<u16>,
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) headers: Option<Vec<String>>,
}

impl Outcome {
    fn new(result: &str) -> Self {
        Outcome { result: result.to_owned(), status: None, kind: None, body: None, headers: None }
    }

    pub(crate) fn failed() -> Self {
        Outcome::new("failed")
    }

    pub(crate) fn opaque() -> Self {
        Outcome::new("opaque")
    }

    pub(crate) fn read(body: &str) -> Self {
        Outcome { body: Some(body.to_owned()), ..Outcome::new("read") }
    }
}
