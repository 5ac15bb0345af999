//! Where an engine differs from the Fetch standard, and what this makes of cases.

use crate::compare::Disagreement;
use crate::engine::Engine;

/// A difference that is known.
#[derive(Debug)]
pub(crate) struct Known {
    engines: &'static [Engine],
    pub(crate) what: &'static str,
    /// What comes of the cases that show it.
    shown: &'static [(&'static str, &'static str)],
}

/// Every difference that is known. One that does not show any more fails the test: then it goes from here.
const KNOWN: &[Known] = &[
    Known {
        engines: &[Engine::Chromium, Engine::Firefox],
        what: "`Access-Control-Allow-Headers: *` covers `authorization`",
        shown: &[
            (
                "open, App: authorization",
                "read 200 cors \"data\" [cache-control content-length content-type etag x-request-id]",
            ),
            (
                "open, App: authorization",
                "preflight of GET data asking for authorization from App allowing *, 204; \
                 GET data +authorization from App allowing *",
            ),
            (
                "open, Far: authorization",
                "read 200 cors \"data\" [cache-control content-length content-type etag x-request-id]",
            ),
            (
                "open, Far: authorization",
                "preflight of GET data asking for authorization from Far allowing *, 204; \
                 GET data +authorization from Far allowing *",
            ),
            (
                "open, Stranger: authorization",
                "read 200 cors \"data\" [cache-control content-length content-type etag x-request-id]",
            ),
            (
                "open, Stranger: authorization",
                "preflight of GET data asking for authorization from Stranger allowing *, 204; \
                 GET data +authorization from Stranger allowing *",
            ),
        ],
    },
    Known {
        engines: &[Engine::Chromium],
        what: "a refused response does not make it forget the preflight",
        shown: &[("preflights: forgotten after a refusal", "preflight of PUT data; PUT data; PUT data")],
    },
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
        what: "what had a preflight has one after a redirect too, when it is a simple GET by then",
        shown: &[
            (
                "redirect 303, PUT",
                "preflight of PUT moved from App allowing App, 204; PUT moved +cookie from App allowing App; \
                 preflight of GET data from App allowing App, 204; GET data +cookie from App allowing App",
            ),
            (
                "redirect 307, tokens to open, authorization",
                "preflight of GET moved asking for authorization from App allowing *, 204; \
                 GET moved +authorization from App allowing *; \
                 preflight of GET data from App allowing *, 204; GET data from null allowing *",
            ),
            (
                "redirect 307, tokens to tokens, authorization",
                "preflight of GET moved asking for authorization from App allowing *, 204; \
                 GET moved +authorization from App allowing *; \
                 preflight of GET data from App allowing *, 204; GET data from null allowing *",
            ),
        ],
    },
    Known {
        engines: &[Engine::Firefox],
        what: "a preflight says the page's origin where the request after it says `null`, so that a request that \
               the server means to refuse is sent",
        shown: &[
            (
                "redirect 307, list to list, PUT",
                "preflight of PUT moved from App allowing App, 204; PUT moved from App allowing App; \
                 preflight of PUT data from App allowing App, 204; PUT data from null",
            ),
            (
                "redirect 307, list to public, PUT",
                "preflight of PUT moved from App allowing App, 204; PUT moved from App allowing App; \
                 preflight of PUT data from App allowing *, 204",
            ),
            (
                "redirect 307, list to open, PUT",
                "preflight of PUT moved from App allowing App, 204; PUT moved from App allowing App; \
                 preflight of PUT data from App allowing *, 204; PUT data from null allowing *",
            ),
            (
                "redirect 307, list to open, with a token",
                "preflight of GET moved asking for x-token from App allowing App, 204; \
                 GET moved from App allowing App; \
                 preflight of GET data asking for x-token from App allowing *, 204; \
                 GET data from null allowing *",
            ),
        ],
    },
    Known {
        engines: &[Engine::Firefox],
        what: "preflights that were answered with `*` are not remembered",
        shown: &[(
            "preflights: wildcards remembered",
            "preflight of PUT data asking for x-token from App allowing *, 204; PUT data from App allowing *; \
             preflight of PUT data asking for x-token from App allowing *, 204; PUT data from App allowing *",
        )],
    },
    Known {
        engines: &[Engine::Firefox],
        what: "a preflight with credentials is not remembered for requests without",
        shown: &[(
            "preflights: with credentials, then without",
            "preflight of PUT data from App allowing App, 204; PUT data +cookie from App allowing App; \
             preflight of PUT data from App allowing App, 204; PUT data from App allowing App",
        )],
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
    /// The differences that this engine is known for.
    pub(crate) known: Vec<&'static Known>,
    /// Those that did not show, with the case in which they did, and what came of it. They are told, and fail nothing: a
    /// newer engine may have come closer to the standard.
    pub(crate) gone: Vec<(&'static Known, &'static str, &'static str)>,
    /// Cases whose servers do something wrong that nobody notices.
    pub(crate) unnoticed: Vec<String>,
}

impl Judged {
    pub(crate) fn holds(&self) -> bool {
        self.disagreements.is_empty() && self.unnoticed.is_empty()
    }
}

/// Tells known disagreements from others.
pub(crate) fn tell_apart(engine: Engine, found: Vec<Disagreement>, unnoticed: Vec<String>) -> Judged {
    let known: Vec<&Known> = KNOWN.iter().filter(|known| known.engines.contains(&engine)).collect();
    let shown =
        known.iter().flat_map(|&known| known.shown.iter().map(move |&(case, got)| (known, case, got)));
    let (mut gone, mut explained) = (Vec::new(), Vec::new());
    for (known, case, got) in shown {
        match found.iter().position(|found| found.case == case && found.got == got) {
            Some(place) => explained.push(place),
            None => gone.push((known, case, got)),
        }
    }
    // Where an engine differs, it may make up for the fault.
    let differs =
        |case: &String| known.iter().any(|known| known.shown.iter().any(|(shown, _)| shown == case));
    let unnoticed = unnoticed.into_iter().filter(|case| !differs(case)).collect();
    let unexplained = found.into_iter().enumerate().filter(|(place, _)| !explained.contains(place));
    let disagreements = unexplained.map(|(_, found)| found).collect();
    Judged { disagreements, known, gone, unnoticed }
}
