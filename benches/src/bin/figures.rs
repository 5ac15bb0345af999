//! The figures of the README: sizes of automata, and times as multiples of one `HeaderMap::get`.
//!
//! `cargo run --release -p cors-policy-benches --bin figures`. All times come from one interleaved run: each
//! round measures everything once, and the medians over the rounds are compared.

use std::cell::RefCell;
use std::error::Error;
use std::hint::black_box;

use cors_policy::{Policy, cors_policy};
use cors_policy_benches::measure::{Call, Cost, Operation, REPEATS, costs, operation, repeated};
use cors_policy_benches::request::{preflight, request};
use cors_policy_benches::{Kind, document, patterns, program};
use http::{HeaderMap, HeaderValue, Method, header};

const GET: &str = "`HeaderMap::get(ORIGIN)`";

static CONSTANT_ANY: Policy = cors_policy! { origins: any };
static CONSTANT_ONE: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true };
static ECHOED: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

fn main() -> Result<(), Box<dyn Error>> {
    // Asked first: it may be this program that callgrind runs again.
    let Some(costs) = costs(&operations())? else { return Ok(()) };
    sizes()?;
    println!();
    times(&costs);
    Ok(())
}

fn sizes() -> Result<(), Box<dyn Error>> {
    println!("| patterns | kind | bytes of patterns | bytes of automaton | limit |");
    println!("| ---: | --- | ---: | ---: | ---: |");
    for kind in Kind::ALL {
        for count in [1, 10, 100, 1_000, 10_000] {
            let patterns = patterns(kind, count);
            let total: usize = patterns.iter().map(String::len).sum();
            let program = program(&document(&patterns)?).ok_or("a policy was refused")?;
            println!(
                "| {count} | {} | {total} | {} | {} |",
                kind.name(),
                program.automaton.len(),
                total + 512
            );
        }
    }
    Ok(())
}

fn times(costs: &[Cost]) {
    let get = costs.first().map(|cost| cost.nanoseconds).unwrap_or_default();
    println!("| operation | ns | × `HeaderMap::get` | instructions |");
    println!("| --- | ---: | ---: | ---: |");
    for Cost { name, nanoseconds, instructions } in costs {
        let instructions = instructions.map_or("–".to_owned(), |count| count.to_string());
        println!("| {name} | {nanoseconds:.1} | {:.1} | {instructions} |", nanoseconds / get);
    }
}

fn operations() -> Vec<Operation> {
    let mut operations = vec![operation("nothing", || Ok(repeated(|_| ()))), operation(GET, header_get)];
    for kind in Kind::ALL {
        for count in [1, 10, 100, 1_000, 10_000] {
            let name = format!("`admits`, {count} {}", kind.name());
            operations.push(operation(&name, move || admits(kind, count)));
        }
    }
    operations.push(operation("`admits`, refused by 1000 exact", || refused(1_000)));
    let mut evaluated = |what: &str, policy: &'static Policy, origin: &'static str| {
        let name = format!("`evaluate`, {what}");
        operations.push(operation(&name, move || Ok(evaluate(policy, Method::GET, request(origin, &[])?))));
    };
    evaluated("any", &CONSTANT_ANY, "https://app.example.com");
    evaluated("one origin", &CONSTANT_ONE, "https://app.example.com");
    evaluated("echoed, exact", &ECHOED, "https://app.example.com");
    evaluated("echoed, `*.`", &ECHOED, "https://eu.app.example.com");
    evaluated("refused", &ECHOED, "https://evil.example");
    operations.push(operation("`evaluate`, preflight", || {
        Ok(evaluate(&ECHOED, Method::OPTIONS, preflight("https://app.example.com")?))
    }));
    operations.push(operation("`apply`, echoed", || {
        Ok(applied(&ECHOED, &request("https://app.example.com", &[])?))
    }));
    operations.push(operation("the inserts of that `apply`, bare", || Ok(bare_inserts())));
    operations
}

fn header_get() -> Result<Call, Box<dyn Error>> {
    let request = request("https://app.example.com", &[])?;
    Ok(repeated(move |_| {
        black_box(black_box(&request).get(header::ORIGIN));
    }))
}

fn admits(kind: Kind, count: usize) -> Result<Call, Box<dyn Error>> {
    let policy = Policy::compile(&document(&patterns(kind, count))?)?.policy;
    let repeats = REPEATS as usize;
    let spread = (0..repeats).map(|index| index * count.div_ceil(repeats) % count);
    let origins: Vec<String> = spread.map(|number| kind.admitted(number)).collect();
    if !origins.iter().all(|origin| policy.admits(origin.as_bytes())) {
        return Err("an origin should be admitted".into());
    }
    Ok(repeated(move |index| {
        if let Some(origin) = origins.get(index) {
            black_box(policy.admits(black_box(origin.as_bytes())));
        }
    }))
}

fn refused(count: usize) -> Result<Call, Box<dyn Error>> {
    let policy = Policy::compile(&document(&patterns(Kind::Exact, count))?)?.policy;
    Ok(repeated(move |_| {
        black_box(policy.admits(black_box(b"https://app.somewhere-else.test")));
    }))
}

fn evaluate(policy: &'static Policy, method: Method, request: HeaderMap) -> Call {
    repeated(move |_| drop(black_box(policy.evaluate(black_box(&method), black_box(&request)))))
}

fn applied(policy: &'static Policy, request: &HeaderMap) -> Call {
    let decision = policy.evaluate(&Method::GET, request);
    let response = RefCell::new(HeaderMap::with_capacity(16));
    repeated(move |_| {
        let mut response = response.borrow_mut();
        response.clear();
        decision.apply(black_box(&mut response));
    })
}

fn bare_inserts() -> Call {
    let response = RefCell::new(HeaderMap::with_capacity(16));
    let origin = HeaderValue::from_static("https://app.example.com");
    repeated(move |_| {
        let mut response = response.borrow_mut();
        response.clear();
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag"));
        response.insert(header::VARY, HeaderValue::from_static("origin"));
        black_box(&mut *response);
    })
}
