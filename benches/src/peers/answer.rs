//! What an answer means, so that only what means the same is compared.

use std::collections::BTreeSet;

use http::{HeaderMap, HeaderName, header};

/// A response, whatever its framework.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
}

/// What a browser reads in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) admitted: bool,
    credentials: bool,
    /// For preflights: methods, names of headers, seconds.
    lists: Option<[BTreeSet<String>; 3]>,
    /// For other requests.
    exposed: Option<BTreeSet<String>>,
}

impl Answer {
    /// The headers, as pairs of whatever type.
    pub(super) fn new<'h>(status: u16, headers: impl Iterator<Item = (&'h str, &'h [u8])>) -> Answer {
        let headers = headers.filter_map(|(name, value)| Some((name.parse().ok()?, value.try_into().ok()?)));
        Answer { status, headers: headers.collect() }
    }

    /// What a page of this origin may do; a page that may do nothing learns nothing else either.
    pub(super) fn meaning(&self, origin: &str, preflight: bool) -> Meaning {
        let list = |name: &HeaderName| {
            let lines = self.headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
            lines.flat_map(|line| line.split(',')).map(|item| item.trim().to_ascii_lowercase()).collect()
        };
        let is = |name: &HeaderName, value: &str| list(name) == BTreeSet::from([value.to_owned()]);
        let admitted = is(&header::ACCESS_CONTROL_ALLOW_ORIGIN, origin)
            && (!preflight || (200..300).contains(&self.status));
        let lists = [
            header::ACCESS_CONTROL_ALLOW_METHODS,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            header::ACCESS_CONTROL_MAX_AGE,
        ];
        Meaning {
            admitted,
            credentials: admitted && is(&header::ACCESS_CONTROL_ALLOW_CREDENTIALS, "true"),
            lists: (admitted && preflight).then(|| lists.each_ref().map(list)),
            exposed: (admitted && !preflight).then(|| list(&header::ACCESS_CONTROL_EXPOSE_HEADERS)),
        }
    }

    /// What this answer leaves out, or does otherwise, without being read otherwise by the page.
    pub(super) fn remarks(&self, ours: &Answer) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.is_untouched() && !ours.is_untouched() {
            remarks.push("left alone".to_owned());
        } else if !self.has_all_of(ours) {
            remarks.push("without CORS headers".to_owned());
        } else if ours.varies() && !self.varies() {
            remarks.push("no `Vary`".to_owned());
        }
        if self.status / 100 != ours.status / 100 {
            remarks.push(format!("{} instead of {}", self.status, ours.status));
        }
        remarks
    }

    /// Whether this does what our answer does, so that times can be judged: that somebody refuses a request that ours
    /// serves, or leaves out headers that ours sends to everybody so that caches may keep the response, is no merit in
    /// speed.
    pub(super) fn serves_as(&self, ours: &Answer) -> bool {
        let is_left_alone = self.is_untouched() && !ours.is_untouched();
        self.status / 100 == ours.status / 100 && !is_left_alone && self.has_all_of(ours)
    }

    /// Whether each CORS header of our answer is there.
    fn has_all_of(&self, ours: &Answer) -> bool {
        let mut names = ours.headers.keys().filter(|name| name.as_str().starts_with("access-control-"));
        names.all(|name| self.headers.contains_key(name))
    }

    /// Whether nothing is there that a CORS layer sets.
    fn is_untouched(&self) -> bool {
        let mut names = self.headers.keys();
        !names.any(|name| name == header::VARY || name.as_str().starts_with("access-control-"))
    }

    fn varies(&self) -> bool {
        let lines = self.headers.get_all(header::VARY).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(',')).any(|name| name.trim().eq_ignore_ascii_case("origin"))
    }
}
