//! What a policy adds to a clean build.

use std::time::Duration;

use super::Outcome;
use super::package::{Build, NOT_INCREMENTAL, Package, Profile};
use super::verdict::Verdicts;

/// Processor time that a policy may add to a build with `http` alone.
const TARGET: Duration = Duration::from_secs(9);
const ROUNDS: usize = 2;

const HTTP: &str = r#"
fn main() {
    println!("{:?}", http::HeaderValue::from_static("https://app.example.com"));
}
"#;
const POLICY: &str = r#"
static POLICY: cors_policy::Policy = cors_policy::cors_policy! { origins: ["https://app.example.com"] };

fn main() {
    println!("{:?}", http::HeaderValue::from_static("https://app.example.com"));
    println!("{}", POLICY.admits(b"https://app.example.com"));
}
"#;
const TOWER_HTTP: &str = r#"
fn main() {
    let origin = http::HeaderValue::from_static("https://app.example.com");
    println!("{origin:?}");
    println!("{:?}", tower_http::cors::CorsLayer::new().allow_origin(origin));
}
"#;

/// A package, built from nothing.
struct Subject {
    name: &'static str,
    package: Package,
    main: &'static str,
    /// Processor time that it may take over the first.
    target: Option<Duration>,
}

/// Prints the table.
///
/// # Errors
///
/// If a package cannot be built.
pub fn measure(verdicts: &mut Verdicts) -> Outcome<()> {
    println!("## Clean build\n");
    println!(
        "Of a crate with one policy, against one that has `http` alone and one that has tower-http's `cors`."
    );
    println!("Dependencies are downloaded. The best of {ROUNDS} interleaved rounds.\n");
    println!(
        "| build | crate | packages | wall, s | processor, s | over `http` alone, s | target, s | verdict |"
    );
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |");
    let http = "http.workspace = true";
    let subject = |name, dependencies: &[&str], main, target| -> Outcome<Subject> {
        Ok(Subject { name, package: Package::new(dependencies)?, main, target })
    };
    let tower_http = "tower-http = { workspace = true, features = [\"cors\"] }";
    let subjects = [
        subject("`http`", &[http], HTTP, None)?,
        subject("`cors-policy`", &[http, "cors-policy.workspace = true"], POLICY, Some(TARGET))?,
        subject("`tower-http`", &[http, tower_http], TOWER_HTTP, None)?,
    ];
    for profile in Profile::ALL {
        let builds = best(&subjects, profile)?;
        let alone = builds.first().map(|build| build.cpu).unwrap_or_default();
        for (subject, Build { cpu, wall, crates }) in subjects.iter().zip(builds) {
            let (wall, over) = (wall.as_secs_f64(), cpu.saturating_sub(alone));
            let what = format!("clean {} build over `http` alone", profile.name());
            let verdict = subject.target.map_or("–", |target| verdicts.time(&what, over, target));
            let target = subject.target.map_or("–".to_owned(), |target| target.as_secs().to_string());
            println!(
                "| {} | {} | {crates} | {wall:.1} | {:.1} | {:.1} | {target} | {verdict} |",
                profile.name(),
                subject.name,
                cpu.as_secs_f64(),
                over.as_secs_f64(),
            );
        }
    }
    Ok(())
}

/// The build of each subject that took the least processor time.
fn best(subjects: &[Subject], profile: Profile) -> Outcome<Vec<Build>> {
    let mut best: Vec<Build> = Vec::new();
    for _ in 0..ROUNDS {
        let mut builds = Vec::new();
        for subject in subjects {
            subject.package.clean()?;
            builds.push(subject.package.build(profile, subject.main, &[NOT_INCREMENTAL])?);
        }
        best = if best.is_empty() {
            builds
        } else {
            best.into_iter().zip(builds).map(|(a, b)| if a.cpu <= b.cpu { a } else { b }).collect()
        };
    }
    Ok(best)
}
