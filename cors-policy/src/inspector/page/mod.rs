//! The page. It works without its script, which searches while one types and shows what is new.

mod entry;
mod policies;
mod story;

use std::fmt::Write;

use crate::inspector::html::Html;
use crate::inspector::report::Report;

pub(super) const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("script.js");

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>CORS inspector</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="?file=style.css">
<script src="?file=script.js" defer></script>
</head>
<body>
<header class="masthead">
<h1>CORS inspector</h1>
<nav aria-label="On this page"><a href="#requests">Refused</a><a href="#ask">Ask</a><a href="#policies">Policies</a><a href="?format=json">JSON</a></nav>
</header>
<div class="columns">
<main>
<form class="search" role="search" method="get">
<label for="search">Search, or paste the line of the browser’s console</label>
<div><input id="search" name="search" type="search" autocomplete="off" spellcheck="false" value=""#;

const WELCOME: &str = r#"<div class="welcome">
<h2>Nothing was refused yet.</h2>
<p>What a page is refused shows up here by itself: who asked for what, what the browser’s console says, and the smallest change that makes it work, with what that change means for security.</p>
</div>
"#;

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let mut html = Html::default();
    html.raw(HEAD).text(&report.search).raw("\"><button>Search</button></div>\n</form>\n");
    if report.form_is_answered() {
        policies::answer(&mut html, report);
    }
    requests(&mut html, report);
    html.raw("</main>\n<aside>\n");
    policies::form(&mut html, report);
    policies::policies(&mut html, &report.policies);
    html.raw("</aside>\n</div>\n</body>\n</html>\n");
    html.finish()
}

/// The list, which the script replaces by a newer one.
fn requests(html: &mut Html, report: &Report) {
    html.raw("<section id=\"requests\" aria-labelledby=\"requests-title\" data-revision=\"").text(report.revision);
    html.raw("\">\n<h2 class=\"over\" id=\"requests-title\">Refused requests</h2>\n");
    html.element("<p class=\"count\" role=\"status\">", count(report), "</p>\n");
    match (report.total, report.entries.is_empty()) {
        (0, _) => {
            html.raw(WELCOME);
        }
        (_, true) => {
            html.raw("<div class=\"welcome\"><h2>No refused request is about that.</h2>\n<p>If the console names this server, the response may come from something in front of it: a proxy, or a layer outside of the policy.</p>\n<p><a href=\"?\">Show all</a></p></div>\n");
        }
        (_, false) => {
            for (place, found) in report.entries.iter().enumerate() {
                entry::entry(html, found, place == 0);
            }
        }
    }
    html.raw("</section>\n");
}

fn count(report: &Report) -> String {
    let mut text = String::new();
    let (shown, total) = (report.entries.len(), report.total);
    let kinds = if total == 1 { "kind" } else { "kinds" };
    // Writing into a string cannot fail.
    let _ = match (total, shown == total) {
        (0, _) => Ok(()),
        (_, true) => write!(text, "{total} {kinds}, the last one first"),
        (_, false) => write!(text, "{shown} of {total} {kinds}"),
    };
    text
}
