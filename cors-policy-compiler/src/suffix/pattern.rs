//! Host patterns, as far as suffixes ask about them.

use super::rules::labels_below;

/// A host, of whose labels some may have wildcards.
#[derive(Clone, Copy, Debug)]
pub(super) struct HostPattern<'p> {
    /// The labels up to the last one with a wildcard.
    head: &'p str,
    /// The literal labels after those.
    pub(super) base: &'p str,
    /// Whether the first label stands for one or more.
    leading: bool,
}

impl<'p> HostPattern<'p> {
    pub(super) fn parse(host: &'p str) -> Self {
        let host = host.strip_suffix('.').unwrap_or(host);
        let base = match host.rsplit_once('*') {
            None => host,
            Some((_, after)) => after.split_once('.').map_or("", |(_, base)| base),
        };
        let head = host.strip_suffix(base).unwrap_or_default();
        let head = head.strip_suffix('.').unwrap_or(head);
        Self { head, base, leading: host.starts_with("*.") }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.head.is_empty()
    }

    /// Whether a name is the base or lies below it, and one of the hosts is that name or lies below it.
    ///
    /// The labels of the name come from the top-level domain down; a `*` among them stands for any label.
    pub(super) fn reaches<'n>(&self, name: impl Iterator<Item = &'n str>) -> bool {
        labels_below(name, self.base).is_some_and(|labels| self.reaches_below(labels))
    }

    /// The same for a name of which the base is already taken off.
    pub(super) fn reaches_below<'n>(&self, mut labels: impl Iterator<Item = &'n str>) -> bool {
        let mut own = self.head.rsplit_terminator('.');
        labels.all(|label| own.next().map_or(self.leading, |own| label == "*" || label_matches(own, label)))
    }
}

/// Whether a label is one of those that a label with wildcards stands for. Each `*` takes a character.
fn label_matches(pattern: &str, label: &str) -> bool {
    let Some((first, others)) = pattern.split_once('*') else { return pattern == label };
    let (middle, last) = match others.rsplit_once('*') {
        None => (None, others),
        Some((middle, last)) => (Some(middle), last),
    };
    let Some(free) = label.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    // The earliest place for each literal leaves the most to those that follow.
    let free = middle
        .into_iter()
        .flat_map(|middle| middle.split('*'))
        .try_fold(free, |free, literal| Some(free.get(1..)?.split_once(literal)?.1));
    free.is_some_and(|free| !free.is_empty())
}
