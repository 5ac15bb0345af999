//! A refused request.

use crate::inspector::facts::Asked;
use crate::inspector::finding::Finding;
use crate::inspector::html::Html;
use crate::inspector::intended::form;
use crate::inspector::log::Entry;
use crate::inspector::page::story;
use crate::inspector::report::mark;
use crate::inspector::time::rfc3339;

pub(super) fn entry(html: &mut Html, entry: &Entry, is_open: bool) {
    html.raw(if entry.is_only_noted() {
        "<details class=\"entry noted\""
    } else {
        "<details class=\"entry\""
    });
    html.element(" id=\"r", entry.id, "\"");
    html.raw(if is_open { " open>\n<summary>\n" } else { ">\n<summary>\n" });
    title(html, entry.facts.asked.as_ref());
    times(html, entry);
    if let Some(finding) = entry.findings.first() {
        html.raw("<p class=\"reason\">").sentence(&sentence(finding)).raw("</p>\n");
    }
    html.raw("</summary>\n<div class=\"body\">\n");
    findings(html, &entry.findings);
    if let Some(told) = entry.told() {
        story::story(html, told);
    } else if !entry.is_told() {
        html.raw("<p class=\"aside\">Its story is told when the page is loaded again.</p>\n");
    }
    facts(html, entry);
    html.raw("</div>\n</details>\n");
}

fn title(html: &mut Html, asked: Option<&Asked>) {
    let Some(asked) = asked else {
        html.raw("<h3>Out of place</h3>\n");
        return;
    };
    html.element("<h3><b>", asked.intended_method(), "</b> ").element(
        "<span class=\"path\">",
        &asked.path,
        "</span>",
    );
    if asked.is_preflight || asked.is_handshake {
        html.element(" <span class=\"tag\">", asked.kind(), "</span>");
    }
    html.raw("</h3>\n<p class=\"from\">");
    match &asked.origin {
        Some(origin) => html.element("<span class=\"origin\">", origin, "</span>"),
        None => html.raw("<span class=\"origin\">no origin</span>"),
    };
    html.element(
        " <span class=\"arrow\" aria-label=\"to\">→</span> <span class=\"host\">",
        asked.host.as_deref().unwrap_or("?"),
        "</span></p>\n",
    );
}

fn times(html: &mut Html, entry: &Entry) {
    html.raw("<p class=\"when\">");
    if entry.count() > 1 {
        html.element("<span class=\"times\">", entry.count(), " times</span> ");
    }
    let last = rfc3339(entry.last);
    let clock = last.get(11..19).unwrap_or(&last);
    html.element("<time datetime=\"", &last, "\">").text(clock).raw(" UTC</time></p>\n");
}

/// All but the first, which stands in the summary.
fn findings(html: &mut Html, findings: &[Finding]) {
    let mut others = findings.iter().skip(1).peekable();
    if others.peek().is_none() {
        return;
    }
    html.raw("<section class=\"part\"><h4>And</h4>\n<ul class=\"findings\">\n");
    for finding in others {
        html.raw("<li>").sentence(&sentence(finding)).raw("</li>\n");
    }
    html.raw("</ul></section>\n");
}

/// With who does what about it in front.
fn sentence(finding: &Finding) -> String {
    let text = finding.text.as_ref();
    match finding.kind {
        "handshake-refused" => format!("the handshake is answered 403: {text}"),
        "write-refused" => format!("the write is answered 403: {text}"),
        "write-reported" => format!("the write goes on, and would be refused: {text}"),
        "limit-reached" => format!("it is answered 429: {text}"),
        "candidate-differs" => format!("in the shadow, {text}"),
        _ => text.to_owned(),
    }
}

fn facts(html: &mut Html, entry: &Entry) {
    let policy = &entry.facts.policy;
    html.raw("<p class=\"facts\">Policy <a href=\"#p").text(mark(policy)).element(
        "\">",
        policy.name(),
        "</a>",
    );
    if entry.count() > 1 {
        html.element(" · first at <time datetime=\"", rfc3339(entry.first), "\">");
        html.text(rfc3339(entry.first)).raw("</time>");
    }
    if let Some(form) = entry.facts.asked.as_ref().and_then(|asked| form(policy, asked)) {
        html.element(" · <a href=\"?", form.query(), "#answer\">Change it and ask again</a>");
        html.raw("</p>\n<p class=\"caption\">A server does not see the scheme of the address, the mode of credentials and the values behind a preflight: they are assumed.");
    }
    html.raw("</p>\n");
}
