//! What our layer costs beside those of others, in one framework.

use std::collections::BTreeSet;
use std::fmt;

use http::{HeaderMap, Method};

use super::answer::Answer;
use super::{Framework, Origins, Peer};
use crate::comparison::Comparison;
use crate::measure::{Cost, Costs, Failure, Operation};
use crate::targets::Target;
use crate::{Kind, request, table};

/// A kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Actual,
    Preflight,
    Refused,
    NoOrigin,
    /// An origin of 8 KB.
    LongOrigin,
    /// A preflight that asks for 10,001 headers, which have no names.
    Commas,
}

const USUAL: [Asked; 4] = [Asked::Actual, Asked::Preflight, Asked::Refused, Asked::NoOrigin];
const HOSTILE: [Asked; 2] = [Asked::LongOrigin, Asked::Commas];
const ONE: Origins = Origins { kind: Kind::Exact, count: 1 };
const ORIGINS: [Origins; 4] = [
    ONE,
    Origins { kind: Kind::Exact, count: 1_000 },
    Origins { kind: Kind::Subdomains, count: 1 },
    Origins { kind: Kind::Subdomains, count: 100 },
];

impl Asked {
    fn method(self) -> Method {
        if matches!(self, Asked::Preflight | Asked::Commas) { Method::OPTIONS } else { Method::GET }
    }

    fn origin(self, origins: Origins) -> String {
        match self {
            Asked::Refused => "https://app.somewhere-else.test".to_owned(),
            Asked::LongOrigin => format!("https://{}.example.com", "a".repeat(8 << 10)),
            _ => origins.admitted(),
        }
    }

    fn headers(self, origins: Origins) -> Result<HeaderMap, Failure> {
        let origin = self.origin(origins);
        let mut headers = match self.method() {
            Method::OPTIONS => request::preflight(&origin)?,
            _ => request::request(&origin, &[])?,
        };
        if self == Asked::NoOrigin {
            headers.remove("origin");
        }
        if self == Asked::Commas {
            headers.insert("access-control-request-headers", ",".repeat(10_000).parse()?);
        }
        Ok(headers)
    }

    /// Whether a page may read the response. Without `Origin` there is none, and whether 10,000 commas are a list of
    /// headers, libraries see differently.
    fn is_admitted(self) -> Option<bool> {
        match self {
            Asked::Actual | Asked::Preflight => Some(true),
            Asked::Refused | Asked::LongOrigin => Some(false),
            Asked::NoOrigin | Asked::Commas => None,
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Asked::Actual => "actual",
            Asked::Preflight => "preflight",
            Asked::Refused => "refused",
            Asked::NoOrigin => "no `Origin`",
            Asked::LongOrigin => "`Origin` of 8 KB",
            Asked::Commas => "10,000 commas",
        })
    }
}

/// Every request that is measured, with the origins of the policy.
fn scenes() -> impl Iterator<Item = (Origins, Asked)> {
    let usual = ORIGINS.into_iter().flat_map(|origins| USUAL.map(|asked| (origins, asked)));
    usual.chain(HOSTILE.map(|asked| (ONE, asked)))
}

/// A framework, with everybody's layer in it.
#[derive(Clone, Copy, Debug)]
pub struct Beside(pub &'static Framework);

impl Beside {
    fn rows(self) -> impl Iterator<Item = (Origins, Asked, &'static Peer)> {
        scenes().flat_map(move |(origins, asked)| {
            let peers = self.0.peers.iter().filter(move |peer| (peer.serves)(origins));
            peers.map(move |peer| (origins, asked, peer))
        })
    }

    /// The same request to each policy, so that there is one for each kind of request.
    fn bare(asked: Asked) -> String {
        format!("{asked}: bare")
    }

    fn layered(origins: Origins, asked: Asked, whose: &str) -> String {
        format!("{asked}, {}: {whose}", origins.name())
    }

    fn ours(self, origins: Origins, asked: Asked) -> Result<Answer, Failure> {
        (self.0.ours)(origins.policy()?)?.answer(&asked.method(), &asked.headers(origins)?)
    }
}

const OURS: &str = "ours";

fn theirs(origins: Origins, asked: Asked, peer: &Peer) -> Result<Answer, Failure> {
    (peer.layered)(origins)?.answer(&asked.method(), &asked.headers(origins)?)
}

/// What ours costs and what a peer's costs.
fn layer_costs(costs: &Costs, (origins, asked, peer): (Origins, Asked, &Peer)) -> Result<[Cost; 2], Failure> {
    let bare = costs.of(&Beside::bare(asked))?;
    let layered = |whose| costs.of(&Beside::layered(origins, asked, whose));
    Ok([layered(OURS)?.above(bare), layered(peer.name)?.above(bare)])
}

impl Comparison for Beside {
    fn name(&self) -> &'static str {
        self.0.name
    }

    /// Everybody's answers mean the same to the page, and what is expected here.
    fn check(&self) -> Result<(), Failure> {
        for (origins, asked, peer) in self.rows() {
            let Some(admitted) = asked.is_admitted() else { continue };
            let origin = asked.origin(origins);
            let preflight = asked.method() == Method::OPTIONS;
            let ours = self.ours(origins, asked)?.meaning(&origin, preflight);
            let theirs = theirs(origins, asked, peer)?.meaning(&origin, preflight);
            if ours != theirs || ours.admitted != admitted {
                let row = format!("{asked}, {}, {}", origins.name(), peer.name);
                return Err(format!("{row}: answers differ: {ours:?}, {theirs:?}").into());
            }
        }
        Ok(())
    }

    fn operations(&self) -> Vec<Operation> {
        let framework = self.0;
        let mut operations = Vec::new();
        let mut names = BTreeSet::new();
        for (origins, asked) in scenes() {
            let bare = Self::bare(asked);
            if names.insert(bare.clone()) {
                let call = move || {
                    (framework.bare)(&asked.method())?.calls(&asked.method(), &asked.headers(origins)?)
                };
                operations.push(Operation::new(bare, call));
            }
            operations.push(Operation::new(Self::layered(origins, asked, OURS), move || {
                (framework.ours)(origins.policy()?)?.calls(&asked.method(), &asked.headers(origins)?)
            }));
            for peer in framework.peers.iter().filter(|peer| (peer.serves)(origins)) {
                operations.push(Operation::new(Self::layered(origins, asked, peer.name), move || {
                    (peer.layered)(origins)?.calls(&asked.method(), &asked.headers(origins)?)
                }));
            }
        }
        operations
    }

    fn print(&self, costs: &Costs) -> Result<(), Failure> {
        println!(
            "The layer on {}: nanoseconds (instructions) above the application without it. Rows in which the peer leaves \
             the response alone, or answers with another class of status, are not judged.\n",
            self.0.name
        );
        table::head(&[
            "request",
            "policy",
            "peer",
            "without",
            "ours",
            "peer's",
            "ratio",
            "of instructions",
            "remarks",
        ]);
        for row in self.rows() {
            let (origins, asked, peer) = row;
            let remarks = theirs(origins, asked, peer)?.remarks(&self.ours(origins, asked)?);
            let [ours, theirs] = layer_costs(costs, row)?;
            let cell = |cost: &Cost| format!("{} ({})", table::nanoseconds(cost), table::instructions(cost));
            let instructions = ours.instruction_ratio(&theirs).map(|ratio| format!("{ratio:.3}"));
            table::row(&[
                asked.to_string(),
                origins.name(),
                peer.name.to_owned(),
                cell(costs.of(&Self::bare(asked))?),
                cell(&ours),
                cell(&theirs),
                format!("{:.3}", ours.ratio(&theirs)),
                table::or_dash(instructions),
                remarks.join("; "),
            ]);
        }
        Ok(())
    }

    /// Ours costs less than each peer: for each kind of request, the peer and policy where it is nearest.
    fn targets(&self, costs: &Costs) -> Result<Vec<Target>, Failure> {
        let mut targets: Vec<(Asked, Target)> = Vec::new();
        for row in self.rows() {
            let (origins, asked, peer) = row;
            if !theirs(origins, asked, peer)?.serves_as(&self.ours(origins, asked)?) {
                continue;
            }
            let [ours, theirs] = layer_costs(costs, row)?;
            // A layer that costs nothing cannot be beaten.
            let ratio = if theirs.nanoseconds() > 0.0 { ours.ratio(&theirs) } else { f64::INFINITY };
            let name = format!("{}, {asked}: ours / {}, {}", self.0.name, peer.name, origins.name());
            let target = Target { name, most: 1.0, measured: ratio };
            match targets.iter_mut().find(|(other, _)| *other == asked) {
                Some((_, worst)) if worst.measured >= target.measured => {}
                Some((_, worst)) => *worst = target,
                None => targets.push((asked, target)),
            }
        }
        Ok(targets.into_iter().map(|(_, target)| target).collect())
    }
}
