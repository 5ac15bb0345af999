//! What becomes of a request in a browser, and what would help.

use cors_policy_browser::Engine;

use crate::inspector::html::{Html, capitalised};
use crate::inspector::told::{Message, Remedy, Told, Withheld};

pub(super) fn story(html: &mut Html, told: &Told) {
    console(html, told);
    remedies(html, told);
    withheld(html, &told.withheld);
    reasons(html, told);
    wire(html, &told.messages);
}

fn console(html: &mut Html, told: &Told) {
    if told.console.is_empty() {
        return;
    }
    html.raw("<section class=\"part\"><h4>In the browser’s console</h4>\n<dl class=\"console\">\n");
    for (engine, line) in &told.console {
        html.element("<div><dt>", browser(*engine), "</dt><dd>").text(line).raw("</dd></div>\n");
    }
    html.raw("</dl></section>\n");
}

/// The browser that developers look for.
fn browser(engine: Engine) -> &'static str {
    match engine {
        Engine::Chromium => "Chrome",
        Engine::Firefox => "Firefox",
        Engine::WebKit => "Safari",
    }
}

fn remedies(html: &mut Html, told: &Told) {
    if told.remedies.is_empty() && told.advice.is_empty() {
        return;
    }
    html.raw("<section class=\"part\"><h4>What makes it work</h4>\n");
    for remedy in &told.remedies {
        remedied(html, remedy, told.is_from_data);
    }
    for advice in &told.advice {
        html.raw("<p class=\"advice\">").sentence(advice).raw("</p>\n");
    }
    html.raw("</section>\n");
}

fn remedied(html: &mut Html, remedy: &Remedy, is_from_data: bool) {
    html.raw("<div class=\"remedy\">\n<p class=\"tags\">");
    html.raw(match remedy.kind {
        "policy" => "<span class=\"tag\">in the policy</span> ",
        "page" => "<span class=\"tag\">in the page</span> ",
        _ => "<span class=\"tag\">in the policy and the page</span> ",
    });
    html.raw(match remedy.widening {
        "more_sites" => "<span class=\"tag poor\">",
        "same_sites" => "<span class=\"tag fair\">",
        _ => "<span class=\"tag good\">",
    });
    html.text(remedy.widening_in_words).raw("</span></p>\n<ol class=\"steps\">\n");
    for step in &remedy.steps {
        html.raw("<li><p>").prose(&capitalised(&step.summary)).raw("</p>");
        html.element(
            "<pre class=\"code\" tabindex=\"0\">",
            if is_from_data { &step.data } else { &step.rust },
            "</pre></li>\n",
        );
    }
    html.raw("</ol>\n");
    sentences(html, "<ul class=\"security\">\n", &remedy.security);
    sentences(html, "<ul class=\"cautions\">\n", &remedy.cautions);
    html.raw("</div>\n");
}

fn sentences(html: &mut Html, start: &'static str, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    html.raw(start);
    for sentence in sentences {
        html.raw("<li>").sentence(sentence).raw("</li>\n");
    }
    html.raw("</ul>\n");
}

fn withheld(html: &mut Html, withheld: &[Withheld]) {
    if withheld.is_empty() {
        return;
    }
    html.raw("<section class=\"part\"><h4>What not to do</h4>\n<ul class=\"withheld\">\n");
    for withheld in withheld {
        html.raw("<li>").sentence(&withheld.why);
        if let Some(instead) = &withheld.instead {
            html.raw(" Instead: ").prose(instead).raw(".");
        }
        html.raw("</li>\n");
    }
    html.raw("</ul></section>\n");
}

fn reasons(html: &mut Html, told: &Told) {
    if told.problems.is_empty() {
        return;
    }
    html.raw("<section class=\"part\"><h4>Why the browser refuses</h4>\n<ol class=\"reasons\">\n");
    for reason in &told.problems {
        html.raw("<li>").sentence(&reason.text).raw(" <a rel=\"noreferrer\" href=\"").text(&reason.url);
        html.element("\">", &reason.section, "</a></li>\n");
    }
    html.raw("</ol></section>\n");
}

fn wire(html: &mut Html, messages: &[Message]) {
    html.raw("<details class=\"wire\"><summary>On the wire</summary>\n");
    if messages.is_empty() {
        html.raw("<p class=\"aside\">The browser sends nothing.</p>\n");
    }
    for message in messages {
        html.raw("<div class=\"message\">\n<p class=\"line\"><b>")
            .text(&message.method)
            .raw("</b> ")
            .text(&message.url);
        if message.is_preflight {
            html.raw(" <span class=\"tag\">preflight</span>");
        }
        html.raw("</p>\n");
        if !message.causes.is_empty() {
            html.raw("<p class=\"aside\">Asked first because of ")
                .text(message.causes.join(", "))
                .raw("</p>\n");
        }
        fields(html, &message.headers);
        html.element("<p class=\"line\">← <b>", message.status, "</b> <span class=\"tag\">");
        html.raw(if message.calls_application { "the application" } else { "the policy" });
        html.raw(" answers</span></p>\n");
        fields(html, &message.response_headers);
        html.raw("</div>\n");
    }
    html.raw("</details>\n");
}

fn fields(html: &mut Html, fields: &[(String, String)]) {
    if fields.is_empty() {
        return;
    }
    html.raw("<dl class=\"fields\">\n");
    for (name, value) in fields {
        html.element("<div><dt>", name, "</dt>").element("<dd>", value, "</dd></div>\n");
    }
    html.raw("</dl>\n");
}
