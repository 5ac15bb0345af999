//! Where an engine differs from the Fetch standard: the fields of its profile, and its HTTP cache, which the model has not.

use cors_policy_browser::Profile;

use crate::case::Case;
use crate::compare::Disagreement;
use crate::engine::Engine;
use crate::model;
use crate::site::Site;

/// A difference that profiles have and cases show.
struct Difference {
    what: &'static str,
    /// Takes the difference alone over from an engine's profile.
    adopt: fn(&mut Profile, Profile),
}

const DIFFERENCES: [Difference; 7] = [
    Difference {
        what: "`Access-Control-Allow-Headers: *` covers `authorization`",
        adopt: |one, other| one.wildcard_covers_authorization = other.wildcard_covers_authorization,
    },
    Difference {
        what: "a refused response does not make it forget the preflight",
        adopt: |one, other| one.refusal_clears_cache = other.refusal_clears_cache,
    },
    Difference {
        what: "what had a preflight has one after a redirect too, when it is a simple GET by then",
        adopt: |one, other| one.redirect_repeats_preflight = other.redirect_repeats_preflight,
    },
    Difference {
        what: "a preflight says the page's origin where the request after it says `null`, so that a request that the \
               server means to refuse is sent",
        adopt: |one, other| one.preflight_keeps_origin = other.preflight_keeps_origin,
    },
    Difference {
        what: "preflights that were answered with `*` are not remembered",
        adopt: |one, other| one.reuses_wildcards = other.reuses_wildcards,
    },
    Difference {
        what: "a preflight with credentials is not remembered for requests without",
        adopt: |one, other| one.shares_credentialed_preflights = other.shares_credentialed_preflights,
    },
    Difference {
        what: "frames without storage access say `Origin` with credentials, CORS or not",
        adopt: |one, other| one.sends_storage_access = other.sends_storage_access,
    },
];

/// How many cases show each difference that the engine's profile has, by the model.
pub(crate) fn shown(site: Site, engine: Engine, cases: &[Case]) -> Vec<(&'static str, usize)> {
    let differs = |difference: &Difference| {
        let mut alone = Profile::STANDARD;
        (difference.adopt)(&mut alone, engine.profile());
        alone.engine = None;
        let shows =
            |case: &&Case| model::expect(site, case, alone) != model::expect(site, case, Profile::STANDARD);
        (alone != Profile::STANDARD).then(|| (difference.what, cases.iter().filter(shows).count()))
    };
    DIFFERENCES.iter().filter_map(differs).collect()
}

/// A difference of an HTTP cache.
#[derive(Debug)]
pub(crate) struct Known {
    engines: &'static [Engine],
    pub(crate) what: &'static str,
    /// What comes of the cases that show it.
    shown: &'static [(&'static str, &'static str)],
}

/// Every difference that is known of an HTTP cache.
const KNOWN: &[Known] = &[
    Known {
        engines: &[Engine::Chromium],
        what: "a refused response is not kept in the HTTP cache",
        shown: &[
            (
                "cache: refused, then read, no Vary",
                "read 200 cors \"data\" [cache-control content-length content-type etag]",
            ),
            ("cache: refused, then read, no Vary", "GET data; GET data"),
        ],
    },
    Known {
        engines: &[Engine::Firefox],
        what: "the HTTP cache keeps responses with and without credentials apart",
        shown: &[
            (
                "cache: a user's data embedded, then read by another page, no Vary",
                "read 200 cors \"data\" [cache-control content-length content-type]",
            ),
            (
                "cache: a user's data embedded, then read by another page, no Vary",
                "GET data +cookie; GET data",
            ),
        ],
    },
];

/// What a run found.
pub(crate) struct Judged {
    /// Disagreements that nothing explains.
    pub(crate) disagreements: Vec<Disagreement>,
    /// The differences that this engine is known for, with how many cases show them.
    pub(crate) known: Vec<(&'static str, usize)>,
    /// Cases in which the engine did as the standard says, and not as its profile. They are told, and fail nothing: a
    /// newer engine may have come closer to the standard.
    pub(crate) gone: Vec<String>,
    /// Cases whose servers do something wrong that nobody notices.
    pub(crate) unnoticed: Vec<String>,
}

impl Judged {
    pub(crate) fn holds(&self) -> bool {
        self.disagreements.is_empty() && self.unnoticed.is_empty()
    }
}

/// Tells what is known of HTTP caches from other disagreements.
pub(crate) fn tell_apart(engine: Engine, found: Vec<Disagreement>, unnoticed: Vec<String>) -> Judged {
    let known: Vec<&Known> = KNOWN.iter().filter(|known| known.engines.contains(&engine)).collect();
    let shown =
        known.iter().flat_map(|&known| known.shown.iter().map(move |&(case, got)| (known, case, got)));
    let (mut gone, mut explained) = (Vec::new(), Vec::new());
    for (known, case, got) in shown {
        match found.iter().position(|found| found.case == case && found.got == got) {
            Some(place) => explained.push(place),
            None => gone.push(format!("`{case}`, where it gave {got}: {}", known.what)),
        }
    }
    // Where an engine differs, it may make up for the fault.
    let differs =
        |case: &String| known.iter().any(|known| known.shown.iter().any(|(shown, _)| shown == case));
    let unnoticed = unnoticed.into_iter().filter(|case| !differs(case)).collect();
    let unexplained = found.into_iter().enumerate().filter(|(place, _)| !explained.contains(place));
    let disagreements = unexplained.map(|(_, found)| found).collect();
    let known = known.iter().map(|known| (known.what, known.shown.len())).collect();
    Judged { disagreements, known, gone, unnoticed }
}
