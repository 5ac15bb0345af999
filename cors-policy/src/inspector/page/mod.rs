//! The page. It works without its script, which searches while one types and shows what is new.

mod entry;
mod policies;
mod story;

use std::fmt::Write;

use crate::inspector::html::Html;
use crate::inspector::report::Report;

pub(super) const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("script.js");

const HEAD: &str = include_str!("head.html");

const WELCOME: &str = include_str!("welcome.html");

/// The whole page.
pub(super) fn page(report: &Report) -> String {
    let mut html = Html::default();
    html.raw(HEAD).text(&report.search).raw("\"><button>Search</button></div>\n</form>\n");
    if report.answer.is_some() {
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
    html.raw("<section id=\"requests\" aria-labelledby=\"requests-title\" data-revision=\"");
    // None: the script then asks again.
    if report.is_complete {
        html.text(report.revision);
    }
    html.raw("\">\n<h2 class=\"over\" id=\"requests-title\">Refused requests</h2>\n");
    html.element("<p class=\"count\">", count(report), "</p>\n");
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
