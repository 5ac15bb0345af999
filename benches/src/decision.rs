//! The decision about a request, and what it costs to bring a response in line with it.

use std::cell::RefCell;
use std::hint::black_box;

use cors_policy::{Policy, cors_policy};
use http::{HeaderMap, HeaderValue, Method, header};

use crate::comparison::Comparison;
use crate::matching::{GET, admits, admits_name, header_get};
use crate::measure::{Call, Costs, Failure, Operation, repeated};
use crate::request::{preflight, request};
use crate::targets::Target;
use crate::{Kind, document, patterns, table};

static ANY: Policy = cors_policy! { origins: any };
static CONSTANT: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true };
static ECHOED: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

const REFUSED: &str = "`admits`, refused by 1000 exact";
const APPLY: &str = "`apply`, echoed";
const INSERTS: &str = "the inserts of that `apply`, bare";

/// What is asked for with each number of patterns, and how many `HeaderMap::get` it may take.
const ADMITS: [(Kind, usize, Option<f64>); 5] = [
    (Kind::Exact, 1, Some(1.0)),
    (Kind::Exact, 1_000, Some(2.0)),
    (Kind::Exact, 100_000, Some(3.0)),
    (Kind::Subdomains, 1, Some(2.0)),
    (Kind::Subdomains, 1_000, None),
];

/// A decision, and how many `HeaderMap::get` it may take.
struct Evaluated {
    name: &'static str,
    policy: &'static Policy,
    method: Method,
    origin: &'static str,
    most: Option<f64>,
}

static EVALUATED: [Evaluated; 6] = [
    // Beside `Origin` it looks for `Cookie`: without credentials, what is meant for one user must not be cached for all.
    evaluated("`evaluate`, any", &ANY, "https://app.example.com", Some(2.5)),
    evaluated("`evaluate`, one origin", &CONSTANT, "https://app.example.com", Some(2.0)),
    evaluated("`evaluate`, echoed, exact", &ECHOED, "https://app.example.com", Some(4.0)),
    evaluated("`evaluate`, echoed, `*.`", &ECHOED, "https://eu.app.example.com", None),
    evaluated("`evaluate`, refused", &ECHOED, "https://evil.example", None),
    Evaluated {
        name: "`evaluate`, preflight",
        policy: &ECHOED,
        method: Method::OPTIONS,
        origin: "https://app.example.com",
        most: Some(5.0),
    },
];

const fn evaluated(
    name: &'static str,
    policy: &'static Policy,
    origin: &'static str,
    most: Option<f64>,
) -> Evaluated {
    Evaluated { name, policy, method: Method::GET, origin, most }
}

/// Matching, decisions and headers, as multiples of one `HeaderMap::get`.
#[derive(Debug)]
pub struct Decisions;

impl Comparison for Decisions {
    fn name(&self) -> &'static str {
        "decisions"
    }

    fn operations(&self) -> Vec<Operation> {
        let mut operations = vec![header_get()];
        operations.extend(ADMITS.map(|(kind, count, _)| admits(kind, count)));
        operations.push(Operation::new(REFUSED, || refused(1_000)));
        operations.extend(EVALUATED.iter().map(|case| Operation::new(case.name, || case.call())));
        operations.push(Operation::new(APPLY, applied));
        operations.push(Operation::new(INSERTS, || Ok(inserts())));
        operations
    }

    fn print(&self, costs: &Costs) -> Result<(), Failure> {
        let get = costs.of(GET)?;
        table::head(&["operation", "ns", "× `HeaderMap::get`", "instructions"]);
        for operation in self.operations() {
            let cost = costs.of(operation.name())?;
            let multiple = format!("{:.2}", cost.ratio(get));
            let name = operation.name().to_owned();
            table::row(&[name, table::nanoseconds(cost), multiple, table::instructions(cost)]);
        }
        Ok(())
    }

    fn targets(&self, costs: &Costs) -> Result<Vec<Target>, Failure> {
        let get = costs.of(GET)?;
        let admits = ADMITS.map(|(kind, count, most)| (admits_name(kind, count), most));
        let evaluated = EVALUATED.iter().map(|case| (case.name.to_owned(), case.most));
        let all = admits.into_iter().chain([(REFUSED.to_owned(), Some(1.0))]).chain(evaluated);
        let mut targets = Vec::new();
        for (name, most) in all {
            let measured = costs.of(&name)?.ratio(get);
            let name = format!("{name}, × `HeaderMap::get`");
            targets.extend(most.map(|most| Target { name, most, measured }));
        }
        let measured = costs.of(APPLY)?.ratio(costs.of(INSERTS)?);
        targets.push(Target { name: format!("{APPLY}, × its inserts, bare"), most: 1.2, measured });
        Ok(targets)
    }
}

impl Evaluated {
    fn call(&'static self) -> Result<Call, Failure> {
        let Evaluated { policy, method, origin, .. } = self;
        let request = if *method == Method::OPTIONS { preflight(origin)? } else { request(origin, &[])? };
        Ok(repeated(move |_| drop(black_box(policy.evaluate(black_box(method), black_box(&request))))))
    }
}

fn refused(count: usize) -> Result<Call, Failure> {
    let policy = Policy::compile(&document(&patterns(Kind::Exact, count))?)?.policy;
    Ok(repeated(move |_| {
        black_box(policy.admits(black_box(b"https://app.somewhere-else.test")));
    }))
}

fn applied() -> Result<Call, Failure> {
    let decision = ECHOED.evaluate(&Method::GET, &request("https://app.example.com", &[])?);
    let response = RefCell::new(HeaderMap::with_capacity(16));
    Ok(repeated(move |_| {
        let mut response = response.borrow_mut();
        response.clear();
        decision.apply(black_box(&mut response));
    }))
}

fn inserts() -> Call {
    let response = RefCell::new(HeaderMap::with_capacity(16));
    let origin = HeaderValue::from_static("https://app.example.com");
    repeated(move |_| {
        let mut response = response.borrow_mut();
        response.clear();
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, const { HeaderValue::from_static("true") });
        response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, const { HeaderValue::from_static("etag") });
        response.insert(header::VARY, const { HeaderValue::from_static("origin") });
        black_box(&mut *response);
    })
}
