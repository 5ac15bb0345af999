//! Structure: fields, values and rules.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "structure",
    title: "Structure",
    explanations: &[
        Explanation {
            mistake: Mistake::Syntax,
            meaning: "The text between the braces is not in the form of the language: fields as `name: \
                      value`, lists in brackets, commas in between, origins in quotes. The compiler points \
                      at the spot and goes on reading, so that everything else is checked too.",
            consequence: "A guess could change who is admitted, and nobody would notice. Outside quotes, \
                          for example, the `//` of an origin begins a Rust comment, and the host is gone \
                          before the macro sees it; and `env!(\"ORIGIN\")` has no value yet, because the \
                          outer macro runs first. A `#[cfg(…)]` read by half could put an origin for \
                          development into the release build.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnknownField,
            meaning: "There is no such field in this place. It is a typing error, the name that another \
                      CORS library uses (`allowedHeaders`, `supports_credentials`), or a field of the whole \
                      policy, such as `preflight_status`, inside one rule.",
            consequence: "Where unknown names are ignored, the server runs with a default that nobody \
                          chose. If it was to be `request_headers`, preflights (the requests by which \
                          browsers ask first) are answered without `Access-Control-Allow-Headers`, and \
                          Chromium says that the request header field `content-type` is not allowed. If it \
                          was to be `origins`, it is worse: in some libraries no list of origins means \
                          everybody.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::DuplicateField,
            meaning: "A field, or the name of a rule, stands twice in one place. Each has one value, so one \
                      of the two would have to lose, and nothing in the text says which.",
            consequence: "After a merge two `origins` lists stand in the policy. A colleague deletes an \
                          origin from the one on the screen and believes that page locked out, while the \
                          other list still has it. In JSON many parsers keep the last value without a word \
                          (RFC 8259 leaves it open), so a second `credentials` far down in a file can turn \
                          cookies on.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::WrongType,
            meaning: "The value is of another type than the field takes: a string where `true` or `false` \
                      belongs, one string where a list belongs. Nothing is converted, because that would be \
                      a guess: in JavaScript the string `\"false\"` counts as true.",
            consequence: "A library that compares `credentials` with the boolean `true` ignores the string \
                          `\"true\"` and sends no `Access-Control-Allow-Credentials`. Requests with cookies \
                          then fail in every browser: `fetch` rejects with `TypeError`, and Chromium says \
                          that the value of this header is `''`, which must be `true`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::QuotedAny,
            meaning: "`\"any\"` stands in quotes. What stands in quotes is a name, so this would be an \
                      origin, a method or a header called `any`. The word for all of them is `any` without \
                      quotes; in data, which has no words but strings, it is `\"*\"`.",
            consequence: "A policy with a request header called `any` answers preflights (the requests by \
                          which browsers ask first) with `Access-Control-Allow-Headers: any`. Browsers look \
                          for `content-type` in it and do not find it, so the script's `fetch` rejects with \
                          `TypeError`, and Chromium says that the request header field `content-type` is \
                          not allowed. As an origin, `any` has no scheme and equals nothing that a browser \
                          sends.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::MixedRules,
            meaning: "A field of a rule (`origins`, `credentials`, `methods`, `max_age` and so on) stands \
                      beside named rules. Such a field belongs in one of them; only `name`, \
                      `preflight_status`, `admits` and `refuses` speak of the whole policy.",
            consequence: "One reader takes the field for a default of all the rules, another for a further \
                          rule without a name. With `max_age` little is lost. With `credentials: true`, the \
                          first reading opens the user's session to the pages of every rule, and the second \
                          to none of them.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::TooManyRules,
            meaning: "The policy has more than 255 rules. The compiled matcher answers with the number of \
                      the rule that decides, and keeps that number in one byte.",
            consequence: "A further rule would have to share a number, and its origins would get the \
                          methods and credentials of another. So many rules mostly come from one rule for \
                          each customer. Origins with the same permissions fit into one rule, which may \
                          list thousands; customers with permissions of their own can have a policy each.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::InvalidName,
            meaning: "A name is missing or has the wrong form. The name of a policy is one line of text; \
                      the name of a rule has letters, digits and `_`, and is not the name of a field.",
            consequence: "Names appear in logs and where a refused request is explained. A line break in \
                          one starts a new line in the log, which reads like the record of an event that \
                          never happened, and an empty one leaves open which policy has refused. A rule \
                          called `methods` reads like the field.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PolicyTooLarge,
            meaning: "The patterns compile to a matcher beyond the limits of this library. For a `*` inside \
                      a label, as in `https://pr-*-*.example.com`, the matcher has to keep track of each \
                      place where the `*` may end, and several such patterns with the same end multiply.",
            consequence: "The size can double with each further `*`. Without a limit a few short lines \
                          could exhaust the memory of the compiler, or of a server that compiles its \
                          customers' policies at run time. Exact origins are cheap: ten thousand of them \
                          compile in a fraction of a second.",
            silence: None,
        },
    ],
};
