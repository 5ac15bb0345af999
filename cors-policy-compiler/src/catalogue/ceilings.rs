//! Ceilings, and the documents below them.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "ceilings",
    title: "Ceilings",
    explanations: &[
        Explanation {
            mistake: Mistake::LimitOutOfRange,
            meaning: "A number in a ceiling is negative or larger than any document could need (a policy has \
                      at most 255 rules), or the ceiling leaves no room for a rule or for an origin.",
            consequence: "The service would start, and refuse the first document of each customer. Whoever \
                          wrote the document would look for the mistake in it, where there is none.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::DuplicateLimit,
            meaning: "A scheme or a lint stands twice in a list of a ceiling, mostly after a merge. The ceiling \
                      means the same with one of them.",
            consequence: "One day documents are no longer to have it. Somebody removes the entry that they find \
                          first, and because of the second it is still allowed.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OriginAboveCeiling,
            meaning: "A document admits origins that its ceiling leaves out: of another scheme, on any port \
                      (`:*`), or any origin at all (`\"*\"`). Loopback is no exception: `http://localhost:3000` \
                      needs the scheme `http` in the ceiling.",
            consequence: "Who writes the document answers for one customer, and who runs the service for all \
                          of them. A page over http lets whoever controls the network of a visitor read what \
                          the service shows that visitor, whatever the customer thinks of that risk.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::NumberAboveCeiling,
            meaning: "A document has more rules, more exact origins or more patterns with a `*` in their host \
                      than its ceiling lets it have. Origins are counted over all rules, and one that is listed \
                      twice in a rule counts once.",
            consequence: "Patterns with wildcards take far longer to compile than exact origins, and each policy \
                          is kept in memory. Without a limit one customer's list could slow down \
                          the start of every server.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::GrantAboveCeiling,
            meaning: "A document gives pages more than its ceiling lets it give: credentials, a method, a \
                      header, or a longer time for which browsers remember preflights. In a ceiling, a profile \
                      is above the ceiling's own fields.",
            consequence: "With credentials a page acts as the user who has it open. That a service answers \
                          requests with cookies from other sites is a decision about the service, and not one \
                          that each customer takes for themselves.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::LintAboveCeiling,
            meaning: "A document silences a lint, and its ceiling does not list that lint. The entry that it \
                      fires on has to change.",
            consequence: "A lint fires where something is handed to strangers. In a program, whoever reviews \
                          the `allow` sees its reason; in a document that a customer sends, nobody does.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnknownProfile,
            meaning: "A document names a profile that its ceiling does not have. Profiles are named sets of \
                      methods, headers and a max age, which the service keeps for its customers.",
            consequence: "Without the profile there is nothing to say which requests are allowed. An empty set \
                          in its place would fail preflights (the requests by which browsers ask first) without \
                          a word about the name that was misspelt.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::ProfileBesideFields,
            meaning: "A rule names a profile and has `methods`, `request_headers` or `expose_headers` of its \
                      own. The profile stands for all three. Only `max_age` may stand beside it, and is then \
                      used in place of the profile's.",
            consequence: "One reader takes the list for an addition to the profile, another for its \
                          replacement. When the service adds a method to the profile later, the first expects \
                          the rule to follow, and the second expects it to stay.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::DocumentVersion,
            meaning: "The document says that it is of a version of the form that this program does not know, \
                      because it is newer. Nothing else in it is looked at.",
            consequence: "While a new release is rolled out, old and new servers read the same documents. An \
                          old one that guessed would leave out what it does not know, and serve a policy that \
                          nobody wrote. It goes on with the last one that it could read.",
            silence: None,
        },
    ],
};
