//! Requests as nobody sends them who means well.

use std::hint::black_box;

use cors_policy::{Policy, cors_policy};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use crate::comparison::Comparison;
use crate::matching::{GET, header_get};
use crate::measure::{Costs, Failure, Operation, repeated};
use crate::request::{preflight, request};
use crate::table;

/// With patterns of every kind, so that no kind of input leaves early.
static POLICY: Policy = cors_policy! {
    origins: [
        "https://app.example.com",
        "https://*.app.example.com",
        "https://pr-*.preview.example.com",
        #[allow(any_port, reason = "a policy that serves nobody")]
        "https://admin.example.com:*",
    ],
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

/// A request, and what is peculiar about it.
struct Case {
    name: &'static str,
    method: Method,
    headers: fn() -> Result<HeaderMap, Failure>,
}

static CASES: [Case; 7] = [
    Case {
        name: "`Origin` of 8 KB",
        method: Method::GET,
        headers: || Ok(request(&format!("https://{}.app.example.com", "a".repeat(8 << 10)), &[])?),
    },
    Case {
        name: "`Origin` of 8 KB that ends as one that is admitted",
        method: Method::GET,
        headers: || Ok(request(&format!("https://{}app.example.com", "a.".repeat(4 << 10)), &[])?),
    },
    Case {
        name: "`Origin` of 1,000 labels",
        method: Method::GET,
        headers: || Ok(request(&format!("https://{}example.net", "a.".repeat(1_000)), &[])?),
    },
    Case {
        name: "a label of 63 bytes that nearly matches",
        method: Method::GET,
        headers: || Ok(request(&format!("https://qr-{}.preview.example.com", "a".repeat(60)), &[])?),
    },
    Case {
        name: "10,000 commas in `Access-Control-Request-Headers`",
        method: Method::OPTIONS,
        headers: || {
            let mut headers = preflight("https://app.example.com")?;
            headers.insert(header::ACCESS_CONTROL_REQUEST_HEADERS, ",".repeat(10_000).parse()?);
            Ok(headers)
        },
    },
    Case {
        name: "100 lines of `Origin`",
        method: Method::GET,
        headers: || {
            let mut headers = request("https://app.example.com", &[])?;
            for _ in 1..100 {
                headers.append(header::ORIGIN, HeaderValue::from_static("https://app.example.com"));
            }
            Ok(headers)
        },
    },
    Case {
        name: "a hundred headers",
        method: Method::GET,
        headers: || {
            let mut headers = request("https://app.example.com", &[])?;
            for number in headers.len()..100 {
                let name: HeaderName = format!("x-header-{number}").parse()?;
                headers.insert(name, HeaderValue::from_static("value"));
            }
            Ok(headers)
        },
    },
];

/// `evaluate`, by how a request is odd.
#[derive(Debug)]
pub struct Hostile;

impl Comparison for Hostile {
    fn name(&self) -> &'static str {
        "hostile requests"
    }

    fn operations(&self) -> Vec<Operation> {
        let cases = CASES.iter().map(|Case { name, method, headers }| {
            Operation::new(*name, move || {
                let headers = headers()?;
                Ok(repeated(move |_| {
                    drop(black_box(POLICY.evaluate(black_box(method), black_box(&headers))));
                }))
            })
        });
        std::iter::once(header_get()).chain(cases).collect()
    }

    fn print(&self, costs: &Costs) -> Result<(), Failure> {
        let get = costs.of(GET)?;
        table::head(&["`evaluate`", "ns", "× `HeaderMap::get`", "instructions", "may read"]);
        for Case { name, method, headers } in &CASES {
            let cost = costs.of(name)?;
            let multiple = format!("{:.2}", cost.ratio(get));
            let decision = POLICY.evaluate(method, &headers()?);
            let admitted = decision.headers().any(|(name, _)| name == header::ACCESS_CONTROL_ALLOW_ORIGIN);
            let admitted = if admitted { "yes" } else { "no" };
            let time = table::nanoseconds(cost);
            table::row(&[(*name).to_owned(), time, multiple, table::instructions(cost), admitted.to_owned()]);
        }
        Ok(())
    }
}
