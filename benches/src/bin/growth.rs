//! What a CORS layer costs on an actual request, by the number of origins, here and in peers: tables, and drawings in
//! `docs/growth-time.svg` and `docs/growth-wildcards.svg`.
//!
//! `cargo run --release -p cors-policy-benches --bin growth`

use cors_policy_benches::measure::Failure;
use cors_policy_benches::peers::growth::{COUNTS, Grown, Growth};
use cors_policy_benches::peers::{FRAMEWORKS, Framework};
use cors_policy_benches::plot::{Panel, Plot, SeriesLabelPosition, time};
use cors_policy_benches::{Kind, table};

fn main() -> Result<(), Failure> {
    let plot = Plot {
        title: "What the CORS layer costs a request, by the number of exact origins",
        binary: "growth",
        across: ("exact origins", 1.0..1e5),
        up: ("time", 30.0..1e6),
        unit: time,
        legend: SeriesLabelPosition::UpperLeft,
        columns: 2,
    };
    let panels = panels(Kind::Exact, 100_000);
    plot.draw("growth-time.svg", &panels, (480, 300))?;
    let plot = Plot {
        title: "What the CORS layer costs a request, by the number of patterns like https://*.example.com",
        across: ("patterns with a wildcard", 1.0..1e5),
        up: ("time", 30.0..1e8),
        ..plot
    };
    // Beyond, those that ask one pattern after another take seconds for a sample.
    let panels = self::panels(Kind::Subdomains, 10_000);
    plot.draw("growth-wildcards.svg", &panels, (480, 300))
}

/// A panel for each framework in which somebody else serves such patterns; prints the numbers.
fn panels(kind: Kind, most: usize) -> Vec<Panel> {
    println!("Nanoseconds of the layer on an actual request, by the number of patterns ({}):\n", kind.name());
    let counts = COUNTS.map(|count| count.to_string());
    table::head(
        &["framework", "library"].into_iter().chain(counts.iter().map(String::as_str)).collect::<Vec<_>>(),
    );
    let panels = FRAMEWORKS.map(|framework| panel(framework, kind, most));
    println!();
    panels.into_iter().filter(|panel| panel.series.len() > 1).collect()
}

fn panel(framework: &'static Framework, kind: Kind, most: usize) -> Panel {
    let grown = Growth { framework, kind, most }.measure();
    for Grown { name, costs } in &grown {
        let costs = costs.iter().map(|cost| match cost {
            Ok(cost) => format!("{cost:.0}"),
            Err(refused) => refused.lines().next().unwrap_or_default().to_owned(),
        });
        let names = [framework.name, name].map(str::to_owned);
        table::row(&names.into_iter().chain(costs).collect::<Vec<_>>());
    }
    Panel { title: framework.name.to_owned(), series: grown.iter().map(Grown::series).collect() }
}
