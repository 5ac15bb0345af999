//! The policies, and a form that asks one of them.

use cors_policy_browser::CredentialsMode;

use crate::inspector::html::Html;
use crate::inspector::page::story;
use crate::inspector::question::Form;
use crate::inspector::report::{Report, mark};
use crate::inspector::words;
use crate::policy::{Policy, Rule};

pub(super) fn answer(html: &mut Html, report: &Report) {
    html.raw("<section id=\"answer\" class=\"answer\" aria-labelledby=\"answer-title\">\n");
    match &report.answer {
        Some(Ok(told)) => {
            html.raw(match told.verdict {
                "works" => "<h2 id=\"answer-title\" class=\"good\">It works.</h2>\n",
                "incomplete" => {
                    "<h2 id=\"answer-title\" class=\"fair\">It goes through, but not whole.</h2>\n"
                }
                _ => "<h2 id=\"answer-title\" class=\"poor\">The browser blocks it.</h2>\n",
            });
            let Form { method, url, origin, .. } = &report.form;
            html.element("<p class=\"from\"><b>", method, "</b> ")
                .text(url)
                .raw(" from ")
                .text(origin)
                .raw("</p>\n");
            if !told.readable.is_empty() {
                html.element("<p class=\"aside\">Script can read ", told.readable.join(", "), "</p>\n");
            }
            if !told.hidden.is_empty() {
                html.element("<p class=\"aside\">Script cannot read ", told.hidden.join(", "), "</p>\n");
            }
            story::story(html, told);
        }
        Some(Err(wrong)) => {
            html.raw("<h2 id=\"answer-title\" class=\"fair\">That is no question yet.</h2>\n<ul>\n");
            for sentence in wrong {
                html.raw("<li>").sentence(sentence).raw("</li>\n");
            }
            html.raw("</ul>\n");
        }
        None => {}
    }
    html.raw("</section>\n");
}

pub(super) fn form(html: &mut Html, report: &Report) {
    let form = &report.form;
    html.raw("<section id=\"ask\" aria-labelledby=\"ask-title\">\n<h2 id=\"ask-title\">Ask a policy</h2>\n");
    html.raw("<p class=\"caption\">What would become of a request. Nothing is sent.</p>\n");
    html.raw("<form class=\"ask\" method=\"get\" action=\"#answer\">\n");
    html.raw("<label for=\"policy\">Policy</label><select id=\"policy\" name=\"policy\">\n");
    for policy in &report.policies {
        let mark = mark(policy);
        html.element("<option value=\"", &mark, "\"");
        html.raw(if mark == form.policy { " selected>" } else { ">" }).text(policy.name()).raw("</option>\n");
    }
    html.raw("</select>\n");
    let inputs = [
        (
            "<label for=\"origin\">Page</label><input id=\"origin\" name=\"origin\" required placeholder=\"https://app.example.com\" value=\"",
            &form.origin,
        ),
        ("<label for=\"method\">Method</label><input id=\"method\" name=\"method\" value=\"", &form.method),
        ("<label for=\"url\">URL</label><input id=\"url\" name=\"url\" required value=\"", &form.url),
    ];
    for (start, value) in inputs {
        html.element(start, value, "\" autocomplete=\"off\" spellcheck=\"false\">\n");
    }
    html.raw("<label for=\"headers\">Headers</label><textarea id=\"headers\" name=\"headers\" rows=\"2\" spellcheck=\"false\" placeholder=\"content-type: application/json\">\n");
    html.text(&form.headers).raw("</textarea>\n");
    html.raw(
        "<label for=\"credentials\">Credentials</label><select id=\"credentials\" name=\"credentials\">\n",
    );
    for mode in CredentialsMode::ALL.map(CredentialsMode::name) {
        html.raw(if form.credentials == mode { "<option selected>" } else { "<option>" })
            .raw(mode)
            .raw("</option>\n");
    }
    html.raw("</select>\n<label for=\"reads\">Reads</label>");
    html.element(
        "<input id=\"reads\" name=\"reads\" placeholder=\"etag\" value=\"",
        &form.reads,
        "\" autocomplete=\"off\" spellcheck=\"false\">\n",
    );
    html.raw("<button>Ask</button>\n</form>\n</section>\n");
}

pub(super) fn policies(html: &mut Html, policies: &[Policy]) {
    html.raw("<section id=\"policies\" aria-labelledby=\"policies-title\">\n<h2 id=\"policies-title\">Policies</h2>\n");
    if policies.is_empty() {
        html.raw("<p class=\"caption\">None is known yet: name them with <code>Inspector::policy</code>, or wait for the first refused request.</p>\n");
    }
    for policy in policies {
        html.element("<article class=\"policy\" id=\"p", mark(policy), "\">\n");
        html.element("<h3>", policy.name(), "</h3>\n");
        for rule in policy.rules() {
            in_words(html, rule);
        }
        html.raw("<details><summary>As it is written</summary>\n");
        html.element(
            "<pre class=\"code\" tabindex=\"0\">",
            words::text(policy),
            "</pre></details>\n</article>\n",
        );
    }
    html.raw("</section>\n");
}

fn in_words(html: &mut Html, rule: Rule<'_>) {
    if let Some(name) = rule.name() {
        html.element("<h4>", name, "</h4>\n");
    }
    let (patterns, left_out) = words::admits(rule);
    html.raw("<ul class=\"origins\">\n");
    if rule.origins().is_none() {
        html.raw("<li>any page</li>\n");
    }
    for (pattern, meaning) in patterns {
        html.element("<li><code>", pattern, "</code> <span class=\"aside\">")
            .prose(&meaning)
            .raw("</span></li>\n");
    }
    if left_out > 0 {
        html.element("<li class=\"aside\">and ", left_out, " more</li>\n");
    }
    html.raw("</ul>\n<p class=\"grants\">");
    for sentence in words::grants(rule) {
        html.prose(&sentence).raw(" ");
    }
    html.raw("</p>\n");
}
