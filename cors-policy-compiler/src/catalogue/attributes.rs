//! Attributes: conditions, and lints that are silenced.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "attributes",
    title: "Attributes",
    explanations: &[
        Explanation {
            mistake: Mistake::UnknownAttribute,
            meaning: "The language has two attributes: `#[allow(…)]` silences a lint on one origin, and \
                      `#[cfg(…)]` keeps something to certain builds. This is neither of them.",
            consequence: "An attribute without effect reads as if it had one. `#[debug_assertions]` in \
                          front of `http://localhost:3000` looks like `#[cfg(debug_assertions)]` to a \
                          reviewer, and the origin for development would be in the release build.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::MisplacedAttribute,
            meaning: "An `allow` stands where it cannot mean anything, such as on a method or in `admits`, \
                      or where it would mean too much, in front of a whole field or rule. Lints are about \
                      single origins, and an `allow` speaks of the entry of `origins` that it stands in \
                      front of.",
            consequence: "In front of `origins` it would cover every entry, those of next year included. A \
                          colleague adds `http://pay.example.com` to a list in which one http origin once \
                          had a good reason, and the build says nothing. Whoever controls the network of a \
                          visitor can then answer in the name of that page, and read with the visitor's \
                          session.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::TooManyConditions,
            meaning: "The policy depends on more than four different conditions in `#[cfg(…)]`. Each can be \
                      on or off, and the policy is compiled and checked for all combinations, so that no \
                      build has a policy that was never checked.",
            consequence: "Four conditions make up to 16 policies, a fifth makes up to 32, and every build \
                          pays for all of them. A reader who wants to know whom one build admits has to \
                          take the same number of cases apart.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::AllowWithoutReason,
            meaning: "An `allow` silences a lint and does not say why; a reason of blanks counts as none. A \
                      lint has found something that works and that strangers can use, so only the reason \
                      tells a decision from an accident.",
            consequence: "A year later nobody knows whether the kiosks still lack TLS, or whether the \
                          customer who needed the entry is still one. Nobody dares to remove the entry, and \
                          an http origin is as easy to forge on its last day as on its first.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnknownLint,
            meaning: "The `allow` names something that is not a lint of this language: it is a typing \
                      error, or a lint of the Rust compiler such as `dead_code`. There are four: \
                      `insecure_origin`, `open_pattern`, `shared_host` and `any_port`.",
            consequence: "It silences nothing. Yet it tells a reader that somebody has looked at this \
                          origin and found a risk acceptable, and which risk that was remains a riddle.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::NotALint,
            meaning: "The `allow` names an error or a warning. An error is about what cannot work, \
                      contradicts itself or admits everybody, and no reason changes that; a warning does \
                      not stop the build, so there is nothing to allow.",
            consequence: "A silenced error would stay what it is: `https://shop.example.com/` equals no \
                          origin that a browser sends, and `null` lets every website in. The page fails in \
                          production, and the policy says that somebody meant it to.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnusedAllow,
            meaning: "The `allow` silences nothing in any build. The entry has been mended since, or its \
                      rule has neither `credentials: true` nor `trusts_network: true`, without which no \
                      lint fires, or the `allow` names no lint at all.",
            consequence: "It becomes dangerous with a later edit. Somebody changes `https` to `http` for a \
                          test, or turns credentials on, and the lint that should stop the build is \
                          silenced already, for a reason that was written about something else.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OutdatedAllow,
            meaning: "The `allow` silences nothing by the public suffix list in this version of the \
                      library. That list has the names under which anybody can register, such as `com` and \
                      `github.io`, and it changes: an older one may have made the lint fire, and a newer \
                      one may do so again. Therefore this does not stop the build.",
            consequence: "A reader takes the entry for more dangerous than it is. If the `allow` stays and \
                          somebody widens the pattern one day, the lint that should speak up is silenced in \
                          advance.",
            silence: None,
        },
    ],
};
