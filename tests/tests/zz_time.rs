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
    let c = |n| v(n, |i| format!("https://*{}*.x.example", l(i)));
    for n in [9, 10, 11, 12, 15, 20, 40] {
        show(&format!("{n} separate"), &c(n).into_iter().map(|p| vec![p]).collect::<Vec<_>>());
    }
    show("3 rules", &[vec!["https://*.x.example".to_owned()], c(20), c(40)]);
    show("*.*aa*", &[v(40, |index| format!("https://*.*{}*.x.example", l(index)))]);
}
