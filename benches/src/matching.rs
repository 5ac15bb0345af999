//! Is this origin admitted? By the number and kind of patterns.

use std::cell::Cell;
use std::hint::black_box;

use cors_policy::Policy;
use http::header;

use crate::comparison::Comparison;
use crate::measure::{Call, Costs, Failure, Operation, REPEATS, repeated};
use crate::request::request;
use crate::{Kind, document, patterns, table};

/// The unit of times: one look-up in the header map of a request with ten headers.
pub const GET: &str = "`HeaderMap::get(ORIGIN)`";

/// The unit, measured in every comparison that speaks of it.
#[must_use]
pub fn header_get() -> Operation {
    Operation::new(GET, || {
        let request = request("https://app.example.com", &[])?;
        Ok(repeated(move |_| {
            black_box(black_box(&request).get(header::ORIGIN));
        }))
    })
}

/// The name of [`admits`].
#[must_use]
pub fn admits_name(kind: Kind, count: usize) -> String {
    format!("`admits`, {count} {}", kind.name())
}

/// Origins that a policy of so many patterns admits, spread over the patterns. Beyond 10,000 patterns without
/// instruction counts.
#[must_use]
pub fn admits(kind: Kind, count: usize) -> Operation {
    let operation = Operation::new(admits_name(kind, count), move || admitted(kind, count));
    if count > 10_000 { operation.uncounted() } else { operation }
}

fn admitted(kind: Kind, count: usize) -> Result<Call, Failure> {
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

/// The same, for origins far from each other. The other operations of a round empty the caches in between, so that most of
/// what is looked up comes from memory. Beside it, what reading those origins costs by itself.
fn scattered(kind: Kind, count: usize) -> [Operation; 2] {
    let visit = move |visit: fn(&Policy, &[u8])| -> Result<Call, Failure> {
        let policy = Policy::compile(&document(&patterns(kind, count))?)?.policy;
        let origins: Vec<String> = (0..count).map(|number| kind.admitted(number)).collect();
        let at = Cell::new(0);
        Ok(repeated(move |_| {
            // No divisor of the counts divides it: every origin comes once before any comes twice.
            at.set((at.get() + 40_503) % count);
            if let Some(origin) = origins.get(at.get()) {
                visit(&policy, origin.as_bytes());
            }
        }))
    };
    let asked = move || {
        visit(|policy, origin| {
            black_box(policy.admits(black_box(origin)));
        })
    };
    let read = move || {
        visit(|_, origin| {
            black_box((origin.first(), origin.last()));
        })
    };
    let [asked_name, read_name] = scattered_names(kind, count);
    [Operation::new(asked_name, asked).uncounted(), Operation::new(read_name, read).uncounted()]
}

fn scattered_names(kind: Kind, count: usize) -> [String; 2] {
    ["asked for", "read"].map(|what| format!("{count} {}, scattered, {what}", kind.name()))
}

/// The numbers of patterns that are compared.
const COUNTS: [usize; 6] = [1, 10, 100, 1_000, 10_000, 100_000];
const SCATTERED: [(Kind, usize); 4] =
    [(Kind::Exact, 10_000), (Kind::Exact, 100_000), (Kind::Subdomains, 10_000), (Kind::Subdomains, 100_000)];
const KINDS: [Kind; 5] = [Kind::Exact, Kind::Subdomains, Kind::InLabel, Kind::AnyPort, Kind::Mixed];

/// Times by the number and kind of patterns.
#[derive(Debug)]
pub struct Growth;

impl Comparison for Growth {
    fn name(&self) -> &'static str {
        "matching by the number of patterns"
    }

    fn operations(&self) -> Vec<Operation> {
        let grid = KINDS.into_iter().flat_map(|kind| COUNTS.map(|count| admits(kind, count)));
        let scattered = SCATTERED.into_iter().flat_map(|(kind, count)| scattered(kind, count));
        std::iter::once(header_get()).chain(grid).chain(scattered).collect()
    }

    fn print(&self, costs: &Costs) -> Result<(), Failure> {
        let get = costs.of(GET)?;
        println!("Nanoseconds of `admits` (instructions), × `HeaderMap::get`, which takes {}:\n", {
            table::nanoseconds(get)
        });
        let counts = COUNTS.map(|count| count.to_string());
        table::head(
            &std::iter::once("patterns").chain(counts.iter().map(String::as_str)).collect::<Vec<_>>(),
        );
        for kind in KINDS {
            let cells = COUNTS.map(|count| match costs.of(&admits_name(kind, count)) {
                Ok(cost) => {
                    let (time, count) = (table::nanoseconds(cost), table::instructions(cost));
                    format!("{time} ({count}), {:.1} ×", cost.ratio(get))
                }
                Err(refused) => format!("refused: {}", first_line(&refused)),
            });
            table::row(&[&[kind.name().to_owned()], &cells[..]].concat());
        }
        println!(
            "\nThe same from memory: all origins in turn, in no order, with caches emptied in between, less what reading\nthe origins costs by itself:\n"
        );
        table::head(&["patterns", "ns", "reading, ns"]);
        for (kind, count) in SCATTERED {
            let [asked, read] = scattered_names(kind, count);
            let (asked, read) = (costs.of(&asked)?, costs.of(&read)?);
            let name = format!("{count} {}", kind.name());
            table::row(&[name, table::nanoseconds(&asked.above(read)), table::nanoseconds(read)]);
        }
        Ok(())
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
