//! x
use cors_policy::*;
use std::time::*;
fn rules(rules: &[Vec<String>]) -> Document {
    let mut m = String::from("{");
    for (i, r) in rules.iter().enumerate() {
        if i > 0 {
            m.push(',');
        }
        m += &format!("\"r{i}\":{{\"origins\":{}}}", serde_json::to_string(r).unwrap());
    }
    m.push('}');
    serde_json::from_str(&m).unwrap()
}
fn v(n: usize, f: impl Fn(usize) -> String) -> Vec<String> {
    (0..n).map(f).collect()
}
fn show(name: &str, r: &[Vec<String>]) {
    let d = rules(r);
    let t = Instant::now();
    let c = Policy::compile(&d);
    let e = t.elapsed();
    match c {
        Ok(c) => println!(
            "{name:40} ok warnings {} {e:?} {}",
            c.warnings.len(),
            c.warnings.iter().next().map(|d| d.message.clone()).unwrap_or_default()
        ),
        Err(ds) => {
            let d = ds.iter().find(|d| d.severity != Severity::Warning).unwrap();
            println!("{name:40} {} at {:?}: {} ({} diags) {e:?}", d.rule, d.path, d.message, ds.len())
        }
    }
}
#[test]
fn t() {
    let l = |i: usize| format!("{}{}", (b'a' + (i / 26) as u8) as char, (b'a' + (i % 26) as u8) as char);

    let c = |i: usize| (b'a' + (i % 26) as u8) as char;
    show("5 *l*", &[v(5, |i| format!("https://*{}*.x.example", l(i)))]);
    show("5 x 5 bases", &[v(25, |i| format!("https://*{}{}*.x{}.example", c(i / 5), c(i % 5), i / 5))]);
    show("5 x 20 bases", &[v(100, |i| format!("https://*{}{}*.x{}.example", c(i / 5), c(i % 5), i / 5))]);
    show(
        "4 x 20 nested *.",
        &[v(80, |i| format!("https://*.{}{}*.{}x.example", c(i / 4), c(i % 4), "*.".repeat(i / 4)))],
    );
    show(
        "2 x 8 nested *l*",
        &[v(16, |i| format!("https://*.*{}{}*.{}x.example", c(i / 2), c(i % 2), "c.".repeat(i / 2)))],
    );
    show(
        "nested under *. star",
        &[v(12, |i| format!("https://*.*{}{}*.{}x.example", c(i / 4), c(i % 4), "*.".repeat(i / 4)))],
    );
    show(
        "10 long stars",
        &[v(4, |i| format!("https://{}.x.example", v(5, |j| format!("*{}{}", c(i), c(j))).concat()))],
    );
}
