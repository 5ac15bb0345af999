//! What was tried beside the request.

use cors_policy_browser::cors_check::cors_check;
use cors_policy_browser::redirect::is_redirect;
use cors_policy_browser::{CredentialsMode, HttpResponse, Purpose};

use super::origin::value_of;
use super::{Judge, varies_on_origin};
use crate::probe::catalogue::{
    HEAD_DIFFERS, NO_CORS_HEADERS_ON_ERRORS, REDIRECT_NO_CORS_HEADERS, REVALIDATION_DIFFERS, VARY_MISSING,
};
use crate::probe::finding::{Evidence, Finding, Severity};
use crate::probe::run::Heard;
use crate::probe::stranger::Kind;

const NAMES: &[&str] = &["access-control-allow-origin", "access-control-allow-credentials", "vary"];

impl Judge<'_> {
    pub(super) fn experiments(&mut self) {
        self.strangers();
        self.vary();
        self.errors();
        self.redirects_beside();
        self.other_paths();
    }

    fn strangers(&mut self) {
        let mut admitted = Vec::new();
        for (stranger, heard) in &self.experiments.strangers {
            if !stranger.is_admitted(&heard.response) {
                continue;
            }
            let with_credentials = stranger.is_admitted_with_credentials(&heard.response);
            // Who reads without credentials reads what a program could ask for by itself.
            let is_danger = with_credentials || matches!(stranger.kind, Kind::Prefix | Kind::Suffix);
            let severity = if is_danger { Severity::Danger } else { Severity::Warning };
            let how = if with_credentials { ", with credentials" } else { ", without credentials" };
            let seen = format!("`{}` is admitted{how}", stranger.origin);
            admitted.push((stranger.kind.cause(), severity, seen, heard.request));
        }
        for (cause, severity, seen, request) in admitted {
            let evidence = self.evidence(request, NAMES).into_iter().collect();
            let policy = self.origins();
            self.found.push(Finding { cause, severity, seen, evidence, policy });
        }
    }

    /// Responses that could be kept, and that differ by origin.
    fn vary(&mut self) {
        let Some(without) = &self.experiments.without_origin else { return };
        let stranger = self.experiments.strangers.first().map(|(_, heard)| heard);
        let Some((place, own)) = self.place(Purpose::Actual, 0).zip(self.actual_at(0)) else { return };
        let heard = |heard: &Heard| (heard.request, heard.response.clone());
        let mut responses = vec![(place, own.clone()), heard(without)];
        responses.extend(stranger.map(heard));
        let named: Vec<String> = responses.iter().map(|(_, response)| value_of(response)).collect();
        let differs = named.iter().any(|value| Some(value) != named.first());
        let bare: Vec<usize> = responses
            .iter()
            .filter(|(_, response)| !varies_on_origin(&response.headers))
            .map(|(place, _)| *place)
            .collect();
        let is_stored = responses.iter().any(|(_, response)| !is_never_stored(response));
        if !differs || bare.is_empty() || !is_stored {
            return;
        }
        let seen = format!(
            "`Access-Control-Allow-Origin` is {} for the page, and {} without `Origin`; {} of {} responses lack `Vary: Origin`",
            value_of(own),
            value_of(&without.response),
            bare.len(),
            responses.len()
        );
        let evidence: Vec<Evidence> =
            responses.iter().filter_map(|(place, _)| self.evidence(*place, NAMES)).collect();
        let policy = self.origins();
        self.warning(&VARY_MISSING, seen, evidence, policy);
    }

    fn errors(&mut self) {
        let Some(heard) = &self.experiments.unknown_path else { return };
        let Heard { request, response } = heard;
        if response.status < 400 || response.headers.has("access-control-allow-origin") {
            return;
        }
        let seen =
            format!("a path that does not exist is answered {}, without CORS headers", response.status);
        let evidence = self.evidence(*request, NAMES).into_iter().collect();
        self.warning(&NO_CORS_HEADERS_ON_ERRORS, seen, evidence, None);
    }

    fn redirects_beside(&mut self) {
        let Some(Heard { request, response }) = &self.experiments.slash else { return };
        if !is_redirect(response.status) || response.headers.has("access-control-allow-origin") {
            return;
        }
        let seen = format!(
            "with a slash more or less the path is redirected ({}), without CORS headers",
            response.status
        );
        let evidence = self.evidence(*request, &[NAMES, &["location"]].concat()).into_iter().collect();
        self.warning(&REDIRECT_NO_CORS_HEADERS, seen, evidence, None);
    }

    fn other_paths(&mut self) {
        let origin = self.intent.origin();
        let credentials = CredentialsMode::SameOrigin;
        let passes =
            |response: &HttpResponse| cors_check(origin.as_bytes(), credentials, &response.headers).is_ok();
        if let Some(Heard { request, response }) = &self.experiments.head
            && response.status < 400
            && !passes(response)
        {
            let seen = format!("HEAD is answered with `Access-Control-Allow-Origin` {}", value_of(response));
            let evidence = self.evidence(*request, NAMES).into_iter().collect();
            self.warning(&HEAD_DIFFERS, seen, evidence, None);
        }
        if let Some(Heard { request, response }) = &self.experiments.revalidated
            && response.status == 304
            && response.headers.has("access-control-allow-origin")
            && !passes(response)
        {
            let seen = format!("304 brings `Access-Control-Allow-Origin` {}", value_of(response));
            let evidence = self.evidence(*request, NAMES).into_iter().collect();
            self.warning(&REVALIDATION_DIFFERS, seen, evidence, None);
        }
    }
}

/// Whether no cache keeps a response.
fn is_never_stored(response: &HttpResponse) -> bool {
    let members = response.headers.lines("cache-control").flat_map(|line| line.split(|byte| *byte == b','));
    members.map(<[u8]>::trim_ascii).any(|member| member.eq_ignore_ascii_case(b"no-store"))
}
