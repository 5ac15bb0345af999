//! Prints which of some origins each policy admits.

use renamed::{conditions, names, places, wrapped};

fn main() {
    let origins = [
        "https://app.example.com",
        "http://localhost:5173",
        "http://127.0.0.1:5173",
        "https://staging.example.com",
        "https://www.example.com",
        "https://names.example.com",
        "https://dev.names.example.com",
    ];
    let [first, second] = conditions::conditional();
    for (name, policy) in [
        ("conditional", conditions::CONDITIONAL.clone()),
        ("first", first),
        ("second", second),
        ("named", names::GATE.clone()),
    ] {
        let admitted = origins.into_iter().filter(|origin| policy.admits(origin.as_bytes()));
        println!("{name}: {}", admitted.collect::<Vec<_>>().join(" "));
    }
    let (gate, _, _) = names::gate(names::Cow, names::Tables);
    let mut policies = places::handles();
    policies.extend(wrapped::repeated());
    policies.extend([wrapped::DEFINED.clone(), wrapped::NEIGHBOUR.clone(), wrapped::NESTED.clone(), gate]);
    println!("handles: {}", policies.len());
    println!("untouched: {}", names::untouched().join(" "));
}
