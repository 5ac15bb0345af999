//! What a CORS layer costs around a tower service that does nothing: ours beside that of tower-http, with the same
//! meaning.
//!
//! `cargo run --release -p cors-policy-benches --bin layers`. The cost of a layer is the time of a request through it less
//! the time of the same request without it; making the request is in both.

use std::cell::RefCell;
use std::convert::Infallible;
use std::error::Error;
use std::future::{Future, Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cors_policy::tower::CorsLayer;
use cors_policy::{LivePolicy, Policy, cors_policy};
use cors_policy_benches::measure::{Call, Cost, Operation, costs, operation, repeated};
use cors_policy_benches::request::{preflight, request};
use cors_policy_benches::{Kind, patterns};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use serde_json::json;
use tower_http::cors::AllowOrigin;
use tower_layer::Layer;
use tower_service::Service;

const ORIGIN: &str = "https://app.example.com";
const GET: &str = "`HeaderMap::get(ORIGIN)`";

static ONE: Policy = cors_policy! {
    origins: ["https://app.example.com"],
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(costs) = costs(&operations())? else { return Ok(()) };
    let of = |name: &str| costs.iter().find(|cost| cost.name == name).ok_or("an operation is missing");
    let get = of(GET)?.nanoseconds;
    println!("One `HeaderMap::get` on ten headers: {get:.1} ns.\n");
    println!(
        "| request | ours, ns | tower-http, ns | ratio | ratio of instructions | above the bare inserts, × `HeaderMap::get` |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for scene in &SCENES {
        let [bare, inserts, ours, theirs] = scene.names();
        let (bare, inserts, ours, theirs) = (of(&bare)?, of(&inserts)?, of(&ours)?, of(&theirs)?);
        let own = ours.nanoseconds - bare.nanoseconds;
        let peer = theirs.nanoseconds - bare.nanoseconds;
        let above = (ours.nanoseconds - inserts.nanoseconds) / get;
        println!(
            "| {} | {own:.0} | {peer:.0} | {:.3} | {} | {above:.1} |",
            scene.name,
            own / peer,
            instructions(bare, ours, theirs)
        );
    }
    Ok(())
}

fn instructions(bare: &Cost, ours: &Cost, theirs: &Cost) -> String {
    let less_bare = |cost: &Cost| u32::try_from(cost.instructions?.saturating_sub(bare.instructions?)).ok();
    match (less_bare(ours), less_bare(theirs)) {
        (Some(ours), Some(theirs)) => format!("{:.3}", f64::from(ours) / f64::from(theirs)),
        _ => "–".to_owned(),
    }
}

/// A kind of request to a kind of policy.
struct Scene {
    name: &'static str,
    method: Method,
    origins: usize,
    live: bool,
}

static SCENES: [Scene; 5] = [
    Scene { name: "actual, one origin", method: Method::GET, origins: 1, live: false },
    Scene { name: "preflight, one origin", method: Method::OPTIONS, origins: 1, live: false },
    Scene { name: "actual, 1,000 origins", method: Method::GET, origins: 1_000, live: false },
    Scene { name: "preflight, 1,000 origins", method: Method::OPTIONS, origins: 1_000, live: false },
    Scene { name: "actual, 1,000 origins, `LivePolicy`", method: Method::GET, origins: 1_000, live: true },
];

impl Scene {
    fn names(&self) -> [String; 4] {
        ["bare", "bare inserts", "ours", "tower-http"].map(|what| format!("{}: {what}", self.name))
    }

    fn origin(&self) -> String {
        if self.origins == 1 { ORIGIN.to_owned() } else { Kind::Exact.admitted(self.origins / 2) }
    }

    fn request(&self) -> Result<HeaderMap, Box<dyn Error>> {
        let origin = self.origin();
        let headers = if self.method == Method::OPTIONS { preflight(&origin) } else { request(&origin, &[]) };
        Ok(headers?)
    }

    fn policy(&self) -> Result<Policy, Box<dyn Error>> {
        if self.origins == 1 {
            return Ok(ONE.clone());
        }
        let document = json!({
            "origins": patterns(Kind::Exact, self.origins), "credentials": true, "methods": ["PUT", "PATCH", "DELETE"],
            "request_headers": ["content-type", "x-csrf-token"], "expose_headers": ["etag"], "max_age": "2h",
        });
        Ok(Policy::compile(&serde_json::from_value(document)?)?.policy)
    }

    fn peer(&self) -> Result<tower_http::cors::CorsLayer, Box<dyn Error>> {
        let origins = if self.origins == 1 {
            AllowOrigin::exact(HeaderValue::from_static(ORIGIN))
        } else {
            let values = patterns(Kind::Exact, self.origins);
            AllowOrigin::list(
                values.iter().map(|origin| origin.parse()).collect::<Result<Vec<HeaderValue>, _>>()?,
            )
        };
        Ok(tower_http::cors::CorsLayer::new()
            .allow_origin(origins)
            .allow_credentials(true)
            .allow_methods([Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers([header::CONTENT_TYPE, HeaderName::from_static("x-csrf-token")])
            .expose_headers([header::ETAG])
            .max_age(Duration::from_secs(7200)))
    }

    fn through<L: Layer<Application>>(
        &'static self,
        layer: &L,
        application: Application,
    ) -> Result<Call, Box<dyn Error>>
    where
        L::Service: Service<Request<()>, Response = Response<()>, Error = Infallible> + 'static,
    {
        let service = RefCell::new(layer.layer(application));
        let request = self.request()?;
        Ok(repeated(move |_| {
            let mut asked = Request::new(());
            *asked.method_mut() = self.method.clone();
            asked.headers_mut().clone_from(&request);
            let response = pin!(service.borrow_mut().call(black_box(asked)));
            let response = response.poll(&mut Context::from_waker(Waker::noop()));
            drop(black_box(response));
        }))
    }
}

fn operations() -> Vec<Operation> {
    let mut operations = vec![
        operation("nothing", || Ok(repeated(|_| ()))),
        operation(GET, || {
            let request = request(ORIGIN, &[])?;
            Ok(repeated(move |_| {
                black_box(black_box(&request).get(header::ORIGIN));
            }))
        }),
    ];
    for scene in &SCENES {
        let [bare, inserts, ours, theirs] = scene.names();
        operations.push(operation(&bare, || scene.through(&Bare, Application::default())));
        operations.push(operation(&inserts, || {
            let decision = scene.policy()?.evaluate(&scene.method, &scene.request()?);
            scene.through(&Bare, Application { inserts: decision.headers().collect() })
        }));
        operations.push(operation(&ours, || {
            if scene.live {
                return scene
                    .through(&CorsLayer::new(LivePolicy::new(scene.policy()?)), Application::default());
            }
            if scene.origins == 1 {
                return scene.through(&CorsLayer::new(&ONE), Application::default());
            }
            scene.through(&CorsLayer::new(scene.policy()?), Application::default())
        }));
        operations.push(operation(&theirs, || scene.through(&scene.peer()?, Application::default())));
    }
    operations
}

/// No layer.
struct Bare;

impl Layer<Application> for Bare {
    type Service = Application;

    fn layer(&self, application: Application) -> Application {
        application
    }
}

/// A service that does nothing but put headers on its response.
#[derive(Clone, Default)]
struct Application {
    inserts: Vec<(HeaderName, HeaderValue)>,
}

impl Service<Request<()>> for Application {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        drop(request);
        let mut response = Response::new(());
        for (name, value) in &self.inserts {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        ready(Ok(response))
    }
}
