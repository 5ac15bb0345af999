//! What our layer costs above the bare inserts of the headers that it sets.

use http::{HeaderMap, Method};

use super::{Origins, tower};
use crate::comparison::Comparison;
use crate::matching::{GET, header_get};
use crate::measure::{Costs, Failure, Operation};
use crate::{Kind, request, table};

/// A request through the layer.
struct Scene {
    name: &'static str,
    method: Method,
    count: usize,
    live: bool,
}

static SCENES: [Scene; 5] = [
    Scene { name: "actual, one origin", method: Method::GET, count: 1, live: false },
    Scene { name: "preflight, one origin", method: Method::OPTIONS, count: 1, live: false },
    Scene { name: "actual, 1,000 origins", method: Method::GET, count: 1_000, live: false },
    Scene { name: "preflight, 1,000 origins", method: Method::OPTIONS, count: 1_000, live: false },
    Scene { name: "actual, 1,000 origins, `LivePolicy`", method: Method::GET, count: 1_000, live: true },
];

impl Scene {
    fn origins(&self) -> Origins {
        Origins { kind: Kind::Exact, count: self.count }
    }

    fn headers(&self) -> Result<HeaderMap, Failure> {
        let origin = self.origins().admitted();
        let preflight = self.method == Method::OPTIONS;
        Ok(if preflight { request::preflight(&origin)? } else { request::request(&origin, &[])? })
    }

    fn bare(&self) -> String {
        format!("{}: bare inserts", self.name)
    }
}

/// Our layer around a tower service, beside a service that sets the same headers itself.
#[derive(Debug)]
pub struct AboveInserts;

impl Comparison for AboveInserts {
    fn name(&self) -> &'static str {
        "the layer above its inserts"
    }

    fn operations(&self) -> Vec<Operation> {
        let mut operations = vec![header_get()];
        for scene in &SCENES {
            operations.push(Operation::new(scene.bare(), || {
                let headers = scene.headers()?;
                let decision = scene.origins().policy()?.evaluate(&scene.method, &headers);
                tower::inserting(decision.headers().collect()).calls(&scene.method, &headers)
            }));
            operations.push(Operation::new(scene.name, || {
                let policy = scene.origins().policy()?;
                let service = if scene.live { tower::live(policy) } else { (tower::FRAMEWORK.ours)(policy)? };
                service.calls(&scene.method, &scene.headers()?)
            }));
        }
        operations
    }

    fn print(&self, costs: &Costs) -> Result<(), Failure> {
        let get = costs.of(GET)?;
        table::head(&[
            "request",
            "bare inserts, ns",
            "layer, ns",
            "above, × `HeaderMap::get`",
            "instructions above",
        ]);
        for scene in &SCENES {
            let (bare, layered) = (costs.of(&scene.bare())?, costs.of(scene.name)?);
            let above = layered.above(bare);
            table::row(&[
                scene.name.to_owned(),
                table::nanoseconds(bare),
                table::nanoseconds(layered),
                format!("{:.1}", above.ratio(get)),
                table::instructions(&above),
            ]);
        }
        Ok(())
    }
}
