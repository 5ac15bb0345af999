//! What a layer costs on an actual request, by the number of origins.

use http::Method;

use super::{Framework, Origins, Peer};
use crate::measure::{Costs, Failure, Operation, Section, costs};
use crate::plot::Series;
use crate::{Kind, request};

/// The numbers of origins that are measured.
pub const COUNTS: [usize; 11] = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];

/// The name of our line.
pub const OURS: &str = "cors-policy";
const BARE: &str = "bare";

/// A framework and a kind of pattern.
#[derive(Clone, Copy, Debug)]
pub struct Growth {
    /// The framework.
    pub framework: &'static Framework,
    /// The kind of pattern.
    pub kind: Kind,
    /// The most patterns that peers are given.
    pub most: usize,
}

/// What was measured of one library.
#[derive(Debug)]
pub struct Grown {
    /// The library.
    pub name: &'static str,
    /// Nanoseconds for each of the [`COUNTS`], or why there are none.
    pub costs: Vec<Result<f64, String>>,
}

impl Growth {
    /// The libraries that serve such patterns in this framework; ours first.
    #[must_use]
    pub fn measure(self) -> Vec<Grown> {
        let measured = costs(&Section { name: self.framework.name, operations: self.operations() });
        let names = std::iter::once(OURS).chain(self.peers().map(|peer| peer.name));
        names.map(|name| Grown { name, costs: layer_costs(&measured, name) }).collect()
    }

    fn peers(self) -> impl Iterator<Item = &'static Peer> {
        let serves = move |peer: &&Peer| (peer.serves)(Origins { kind: self.kind, count: 1 });
        self.framework.peers.iter().filter(serves)
    }

    fn operations(self) -> Vec<Operation> {
        let Growth { framework, kind, most } = self;
        let one = Origins { kind, count: 1 };
        let bare = move || (framework.bare)(&Method::GET)?.calls(&Method::GET, &actual(one)?);
        let mut operations = vec![Operation::new(BARE, bare).uncounted()];
        for count in COUNTS {
            let origins = Origins { kind, count };
            let ours = move || (framework.ours)(origins.policy()?)?.calls(&Method::GET, &actual(origins)?);
            operations.push(Operation::new(named(OURS, count), ours).uncounted());
            for peer in self.peers() {
                let theirs = move || {
                    if count > most {
                        return Err("not measured".into());
                    }
                    (peer.layered)(origins)?.calls(&Method::GET, &actual(origins)?)
                };
                operations.push(Operation::new(named(peer.name, count), theirs).uncounted());
            }
        }
        operations
    }
}

impl Grown {
    /// The line of a drawing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "up to 100,000")]
    pub fn series(&self) -> Series {
        let measured = COUNTS.iter().zip(&self.costs);
        let points = measured.filter_map(|(count, cost)| Some((*count as f64, *cost.as_ref().ok()?)));
        // A logarithmic axis has no place for what costs nothing.
        let points = points.map(|(count, cost)| (count, cost.max(1.0))).collect();
        Series { name: self.name.replace('`', ""), points, ours: self.name == OURS }
    }
}

fn layer_costs(measured: &Costs, name: &str) -> Vec<Result<f64, String>> {
    let cost = |count| {
        let layered = measured.of(&named(name, count))?;
        Ok(layered.above(measured.of(BARE)?).nanoseconds())
    };
    COUNTS.map(cost).into()
}

fn named(name: &str, count: usize) -> String {
    format!("{name}, {count}")
}

fn actual(origins: Origins) -> Result<http::HeaderMap, Failure> {
    Ok(request::request(&origins.admitted(), &[])?)
}
