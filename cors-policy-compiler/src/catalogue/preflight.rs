//! Preflights: how long they are remembered, and their status.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "preflight",
    title: "Preflights",
    explanations: &[
        Explanation {
            mistake: Mistake::InvalidMaxAge,
            meaning: "The text is not a duration: whole numbers with a unit, the larger units first. It \
                      says for how long a browser may remember the answer to a preflight, the `OPTIONS` \
                      request by which it asks before the real one; the header for it, \
                      `Access-Control-Max-Age`, holds seconds only.",
            consequence: "With other text in that header Chromium and Safari remember the answer for 5 \
                          seconds, and Firefox does not remember it. Most calls then take two requests in \
                          place of one, which shows in the network panel and nowhere else.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::MaxAgeOutOfRange,
            meaning: "The time for which browsers may remember the answer to a preflight (the `OPTIONS` \
                      request by which they ask before the real one) is negative, or longer than a day. No \
                      browser remembers it longer than that, and the header for it has no negative numbers.",
            consequence: "A negative number is often meant to switch remembering off. By the standard it \
                          counts as unreadable, which means 5 seconds; Chromium takes it for 0, and Firefox \
                          remembers nothing. A number above a day is cut: Chromium asks again after 2 hours \
                          and Safari after 10 minutes, whatever was written.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::CappedMaxAge,
            meaning: "The time is longer than Chromium remembers the answer to a preflight, which is 2 \
                      hours. It is sent as it is written, and only Firefox makes use of the rest.",
            consequence: "Chromium asks again after 2 hours, and Safari after 10 minutes. In Firefox the \
                          rest has a price: when a method or header is taken out of the policy, a browser \
                          that remembers the old answer goes on sending it without asking, for up to the \
                          time written here.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PreflightStatusOutOfRange,
            meaning: "A preflight is the `OPTIONS` request by which a browser asks before the real one. It \
                      accepts the answer only with a status from 200 to 299, whatever the headers say.",
            consequence: "Every preflight fails, so no request that needs one is ever sent: `fetch` rejects \
                          with `TypeError`, and Chromium says that the response does not have HTTP ok \
                          status. A redirect helps nobody either, because browsers do not follow it for a \
                          preflight.",
            silence: None,
        },
    ],
};
