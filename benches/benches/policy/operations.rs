//! What a server does for each request.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use http::{HeaderMap, Method};

use crate::subject::{ASKED, Subject, requests};

type Operation = (&'static str, fn(&mut Criterion, BenchmarkId, &Subject));

pub(crate) fn measure(criterion: &mut Criterion, subjects: &[Subject]) {
    let operations: [Operation; 6] = [
        ("admits", |criterion, id, subject| admits(criterion, id, subject, &subject.admitted())),
        ("admits, refused", |criterion, id, subject| admits(criterion, id, subject, &subject.refused())),
        ("evaluate", |criterion, id, subject| {
            evaluate(criterion, id, subject, &Method::GET, &requests(&subject.admitted(), &[]));
        }),
        ("evaluate, refused", |criterion, id, subject| {
            evaluate(criterion, id, subject, &Method::GET, &requests(&subject.refused(), &[]));
        }),
        ("evaluate, preflight", |criterion, id, subject| {
            evaluate(criterion, id, subject, &Method::OPTIONS, &requests(&subject.admitted(), &ASKED));
        }),
        ("apply", apply),
    ];
    for (operation, measure) in operations {
        for subject in subjects {
            let id = BenchmarkId::new(format!("{operation}/{}", subject.name), subject.count);
            measure(criterion, id, subject);
        }
    }
}

fn admits(criterion: &mut Criterion, id: BenchmarkId, subject: &Subject, origins: &[String]) {
    criterion.bench_with_input(id, &subject.policy, |bencher, policy| {
        let mut turns = origins.iter().cycle();
        bencher.iter(|| turns.next().map(|origin| policy.admits(black_box(origin.as_bytes()))));
    });
}

fn evaluate(
    criterion: &mut Criterion,
    id: BenchmarkId,
    subject: &Subject,
    method: &Method,
    requests: &[HeaderMap],
) {
    criterion.bench_with_input(id, &subject.policy, |bencher, policy| {
        let mut turns = requests.iter().cycle();
        bencher.iter(|| turns.next().map(|headers| policy.evaluate(black_box(method), black_box(headers))));
    });
}

/// The headers of an answer, into a response that has room for them.
fn apply(criterion: &mut Criterion, id: BenchmarkId, subject: &Subject) {
    let requests = requests(&subject.admitted(), &[]);
    let decisions: Vec<_> =
        requests.iter().map(|headers| subject.policy.evaluate(&Method::GET, headers)).collect();
    criterion.bench_with_input(id, &decisions, |bencher, decisions| {
        let mut response = HeaderMap::with_capacity(16);
        let mut turns = decisions.iter().cycle();
        bencher.iter(|| {
            response.clear();
            if let Some(decision) = turns.next() {
                decision.apply(black_box(&mut response));
            }
        });
    });
}
