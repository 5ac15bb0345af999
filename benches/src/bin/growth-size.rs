//! The bytes of memory that a configured policy keeps, by the number of origins, here and in peers: a table, and a drawing
//! in `docs/growth-size.svg`.
//!
//! `cargo run --release -p cors-policy-benches --bin growth-size`. A program of its own, because an allocator that counts
//! takes time, and that of whoever allocates most.

use std::any::Any;

use allocation_counter::measure;
use cors_policy_benches::measure::Failure;
use cors_policy_benches::peers::growth::{COUNTS, OURS};
use cors_policy_benches::peers::{FRAMEWORKS, Origins};
use cors_policy_benches::plot::{Panel, Plot, Series, SeriesLabelPosition, thousands};
use cors_policy_benches::{Kind, table};

fn main() -> Result<(), Failure> {
    // What the compiler keeps for good, whatever the policy, is no part of it.
    retained(3, ours)?;
    let mut series = vec![series(OURS, ours)?, texts()?];
    for peer in FRAMEWORKS.iter().flat_map(|framework| framework.peers) {
        if (peer.serves)(exact(1)) {
            series.push(self::series(peer.name, peer.configured)?);
        }
    }
    print(&series);
    let plot = Plot {
        title: "Memory that a configured policy keeps, by the number of exact origins",
        binary: "growth-size",
        across: ("exact origins", 1.0..1e5),
        up: ("bytes for each origin", 20.0..5e3),
        unit: thousands,
        legend: SeriesLabelPosition::UpperRight,
        columns: 1,
    };
    for (count, bytes) in series.iter_mut().flat_map(|series| &mut series.points) {
        *bytes /= *count;
    }
    let title = "bytes on the heap, divided by the number of origins".to_owned();
    plot.draw("growth-size.svg", &[Panel { title, series }], (960, 480))
}

type Configure = fn(Origins) -> Result<Box<dyn Any>, Failure>;

fn exact(count: usize) -> Origins {
    Origins { kind: Kind::Exact, count }
}

fn ours(origins: Origins) -> Result<Box<dyn Any>, Failure> {
    Ok(Box::new(origins.compiled()?))
}

/// The bytes of the origins themselves.
fn texts() -> Result<Series, Failure> {
    let mut points = Vec::new();
    for count in COUNTS {
        let bytes = exact(count).patterns().concat().len();
        points.push((f64::from(u32::try_from(count)?), f64::from(u32::try_from(bytes)?)));
    }
    Ok(Series { name: "the texts of the origins".to_owned(), points, ours: false })
}

fn series(name: &str, configure: Configure) -> Result<Series, Failure> {
    let mut points = Vec::new();
    for count in COUNTS {
        points.push((f64::from(u32::try_from(count)?), retained(count, configure)?));
    }
    Ok(Series { name: name.replace('`', ""), points, ours: name == OURS })
}

/// The bytes on the heap that are still allocated when the configuration is done.
fn retained(count: usize, configure: Configure) -> Result<f64, Failure> {
    let mut kept = None;
    let counted = measure(|| kept = Some(configure(exact(count))));
    kept.ok_or("nothing was configured")??;
    Ok(f64::from(u32::try_from(counted.bytes_current)?))
}

fn print(series: &[Series]) {
    println!("Bytes kept on the heap, by the number of exact origins:\n");
    let counts = COUNTS.map(|count| count.to_string());
    table::head(&std::iter::once("library").chain(counts.iter().map(String::as_str)).collect::<Vec<_>>());
    for Series { name, points, .. } in series {
        let bytes = points.iter().map(|(_, bytes)| format!("{bytes:.0}"));
        table::row(&std::iter::once(name.clone()).chain(bytes).collect::<Vec<_>>());
    }
}
