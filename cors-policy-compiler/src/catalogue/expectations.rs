//! Expectations: what `admits` and `refuses` ask of a policy.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "expectations",
    title: "Expectations",
    explanations: &[
        Explanation {
            mistake: Mistake::WildcardExpectation,
            meaning: "`admits` and `refuses` are tests, which run while the policy compiles. Each of their \
                      entries is one origin as a browser sends it, and no browser sends a `*`.",
            consequence: "For a pattern the test would have to know whether all of its origins are meant or \
                          any one. A policy that admits `https://shop.example.com` alone would pass \
                          `admits: [\"https://*.example.com\"]` by the second reading and fail it by the \
                          first, so such a test would assure nobody of anything.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnmetAdmits,
            meaning: "The policy does not do what this test asks of it: the origin is refused or, in a \
                      rule, an earlier rule decides about it. A pattern is narrower than was thought, or \
                      the test is out of date.",
            consequence: "Without the test it would show in production: the page gets no \
                          `Access-Control-Allow-Origin`, and its `fetch` rejects with `TypeError`. A usual \
                          case is `https://*.example.com`, which does not admit `https://example.com` \
                          itself. Where an earlier rule decides, the page is admitted, with the methods, \
                          headers and credentials of that rule.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnmetRefuses,
            meaning: "The policy admits an origin that this test says it must not, or a rule decides about \
                      one that it must leave alone. `refuses` takes nothing away by itself: it is a test, \
                      and the patterns have to be narrow enough.",
            consequence: "Without the test nobody would notice, and a page at that origin reads your \
                          responses, with credentials as each user who opens it. A usual case is a host \
                          under your domain that others run: with `https://*.example.com` admitted, a hole \
                          in the rented help desk at `https://help.example.com` is a way into your API.",
            silence: None,
        },
    ],
};
