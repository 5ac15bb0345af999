//! Many policies side by side in one piece of memory: a policy per tenant, say, of a million tenants.

mod stored;

use std::any::Any;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Weak};

use cors_policy_program::Matcher;
use cors_policy_program::packed::{Packed, pack};
use http::HeaderValue;

pub use stored::PACK_FORMAT;

use crate::policy::Policy;
use crate::tables::{RuleTables, Tables};

/// Policies that stand side by side in one piece of memory. A clone is a reference counted.
///
/// A policy in a pack takes the text of its patterns, a few bytes for each of them, and 16 bytes: no allocation of its
/// own, and header values only once for all policies that send the same. It is a [`Policy`] like any other, and always
/// [`varying`](Policy::varying): it echoes the origin also where it admits only one.
///
/// ```
/// use cors_policy::{Packer, Policy, cors_policy};
///
/// static ACME: Policy = cors_policy! { origins: ["https://app.acme.example"], credentials: true };
///
/// let mut packer = Packer::default();
/// let mut builder = packer.builder();
/// let place = builder.push("acme", &ACME)?;
/// let pack = builder.build(());
/// let policy = pack.policy(place).unwrap();
/// assert_eq!(policy.name(), "acme");
/// assert!(policy.admits(b"https://app.acme.example"));
/// # Ok::<(), cors_policy::PackFull>(())
/// ```
#[derive(Clone)]
pub struct Pack(Arc<Contents>);

struct Contents {
    entries: Box<[Entry]>,
    /// What the policies answer, each different one once.
    answers: Box<[Arc<Tables>]>,
    /// Names, patterns and matchers.
    bytes: Box<[u8]>,
    owner: Box<dyn Any + Send + Sync>,
}

#[derive(Clone, Copy)]
struct Entry {
    /// Where its bytes begin; they end where those of the next begin.
    start: u32,
    /// The place of its answers, or [`VACANT`].
    answers: u32,
    fingerprint: u64,
}

const VACANT: u32 = u32::MAX;

/// A place in a pack.
#[derive(Clone)]
pub(crate) struct PackedPolicy {
    pack: Pack,
    place: u32,
}

/// The pack would be larger than 4 GiB, or have as many policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackFull;

/// Makes packs, and lets policies of all of them that send the same header values share these.
#[derive(Debug, Default)]
pub struct Packer {
    known: HashMap<Answers, Weak<Tables>>,
    /// How many are known before those that nobody uses any more are forgotten.
    crowded: usize,
}

/// What policies answer, whomever they answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Answers {
    preflight_status: u16,
    rules: Vec<RuleTables>,
}

/// A pack in the making.
#[derive(Debug)]
pub struct PackBuilder<'p> {
    packer: &'p mut Packer,
    entries: Vec<Entry>,
    answers: Vec<Arc<Tables>>,
    bytes: Vec<u8>,
}

static NOBODY: Tables = Tables::of_nobody("nobody");

impl Pack {
    /// How many places it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.entries.len()
    }

    /// Whether it has no places.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.entries.is_empty()
    }

    /// At how many places there is a policy.
    #[must_use]
    pub fn policies(&self) -> usize {
        self.0.entries.iter().filter(|entry| entry.answers != VACANT).count()
    }

    /// The policy at a place; `None` where that is vacant.
    #[must_use]
    #[inline]
    pub fn policy(&self, place: usize) -> Option<Policy> {
        let entry = self.0.entries.get(place)?;
        self.0.answers.get(entry.answers as usize)?;
        let place = u32::try_from(place).ok()?;
        Some(Policy::from_packed(PackedPolicy { pack: self.clone(), place }))
    }

    /// Whether it is the very same pack: a clone.
    #[must_use]
    pub fn is_same(&self, other: &Pack) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// What the pack was built for, if it is of that type.
    #[must_use]
    #[inline]
    pub fn owner<T: 'static>(&self) -> Option<&T> {
        self.0.owner.downcast_ref()
    }

    /// How many bytes it takes in memory, without what other packs share and without its owner.
    #[must_use]
    pub fn bytes(&self) -> usize {
        size_of::<Contents>()
            + size_of_val(&*self.0.entries)
            + size_of_val(&*self.0.answers)
            + self.0.bytes.len()
    }
}

impl Policy {
    /// The pack that the policy stands in, and its place there; `None` for all other policies.
    #[must_use]
    #[inline]
    pub fn place_in_pack(&self) -> Option<(&Pack, usize)> {
        self.packed().map(|policy| (&policy.pack, policy.place as usize))
    }
}

impl PackedPolicy {
    #[inline]
    fn entry(&self) -> Option<&Entry> {
        self.pack.0.entries.get(self.place as usize)
    }

    #[inline(never)]
    pub(crate) fn answers(&self) -> &Tables {
        let answers = self.entry().and_then(|entry| self.pack.0.answers.get(entry.answers as usize));
        answers.map_or(&NOBODY, |answers| answers)
    }

    // Not inlined, as all of this: what most policies are, which stand in no pack, must not make room for it.
    #[inline(never)]
    pub(crate) fn identified(&self) -> (&Tables, u64) {
        (self.answers(), self.entry().map_or(0, |entry| entry.fingerprint))
    }

    fn bytes(&self) -> &[u8] {
        let Contents { entries, bytes, .. } = &*self.pack.0;
        let start_at = |place: usize| entries.get(place).map_or(bytes.len(), |entry| entry.start as usize);
        let place = self.place as usize;
        bytes.get(start_at(place)..start_at(place + 1)).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn packed(&self) -> Packed<'_> {
        Packed::new(self.bytes())
    }

    #[inline(never)]
    pub(crate) fn rule_for(&self, origin: &[u8]) -> Option<u8> {
        self.packed().rule(origin).or_else(|| self.answers().rule_for_any())
    }
}

impl Packer {
    /// Begins a pack.
    pub fn builder(&mut self) -> PackBuilder<'_> {
        PackBuilder { packer: self, entries: Vec::new(), answers: Vec::new(), bytes: Vec::new() }
    }

    /// The answers of a policy, shared with all that answer the same.
    fn share(&mut self, policy: &Policy) -> Arc<Tables> {
        let tables = policy.answers();
        let without_patterns = |rule: &RuleTables| RuleTables {
            patterns: rule.patterns.as_ref().map(|_| Cow::Borrowed("")),
            ..rule.clone()
        };
        let rules = tables.rules.iter().map(without_patterns).collect();
        self.shared(Answers { preflight_status: tables.preflight_status, rules })
    }

    fn shared(&mut self, answers: Answers) -> Arc<Tables> {
        if let Some(known) = self.known.get(&answers).and_then(Weak::upgrade) {
            return known;
        }
        if self.known.len() >= self.crowded {
            self.known.retain(|_, tables| tables.strong_count() > 0);
            self.crowded = 2 * self.known.len() + 16;
        }
        let shared = Arc::new(Tables {
            name: Cow::Borrowed(""),
            matcher: Matcher::EMPTY,
            rules: Cow::Owned(answers.rules.clone()),
            constant: answers.is_for_all().then(|| HeaderValue::from_static("*")),
            preflight_status: answers.preflight_status,
            fingerprint: 0,
        });
        self.known.insert(answers, Arc::downgrade(&shared));
        shared
    }
}

impl Answers {
    /// Whether everybody is answered alike: one rule, for any origin. What else is constant is echoed in a pack.
    fn is_for_all(&self) -> bool {
        matches!(self.rules.as_slice(), [RuleTables { patterns: None, .. }])
    }
}

impl PackBuilder<'_> {
    /// Puts a policy at the next place, under this name, and gives the place. It may stand in another pack already: then
    /// its bytes are copied.
    ///
    /// # Errors
    ///
    /// Where the pack is full.
    pub fn push(&mut self, name: &str, policy: &Policy) -> Result<usize, PackFull> {
        let start = u32::try_from(self.bytes.len()).map_err(|_| PackFull)?;
        let answers = match policy.packed() {
            Some(packed) if packed.packed().name() == name => {
                self.bytes.extend_from_slice(packed.bytes());
                packed.shared_answers().cloned()
            }
            Some(packed) => {
                let (texts, matcher) = (texts(policy), packed.packed().matcher());
                pack(name, texts, &matcher, &mut self.bytes);
                packed.shared_answers().cloned()
            }
            None => {
                pack(name, texts(policy), &policy.answers().matcher, &mut self.bytes);
                Some(self.packer.share(policy))
            }
        };
        let answers = answers.ok_or(PackFull).and_then(|answers| self.place_of(answers))?;
        self.put(Entry { start, answers, fingerprint: policy.identified().1 })
    }

    /// Leaves the next place vacant, and gives it.
    ///
    /// # Errors
    ///
    /// Where the pack is full.
    pub fn leave_vacant(&mut self) -> Result<usize, PackFull> {
        let start = u32::try_from(self.bytes.len()).map_err(|_| PackFull)?;
        self.put(Entry { start, answers: VACANT, fingerprint: 0 })
    }

    /// The pack, which belongs to `owner`: whatever shall be at hand where there is a policy of the pack.
    #[must_use]
    pub fn build(self, owner: impl Any + Send + Sync) -> Pack {
        Pack(Arc::new(Contents {
            entries: self.entries.into(),
            answers: self.answers.into(),
            bytes: self.bytes.into(),
            owner: Box::new(owner),
        }))
    }

    fn put(&mut self, entry: Entry) -> Result<usize, PackFull> {
        let place = self.entries.len();
        u32::try_from(place).map_err(|_| PackFull)?;
        self.entries.push(entry);
        Ok(place)
    }

    fn place_of(&mut self, answers: Arc<Tables>) -> Result<u32, PackFull> {
        let known = self.answers.iter().position(|known| Arc::ptr_eq(known, &answers));
        let place = known.unwrap_or_else(|| {
            self.answers.push(answers);
            self.answers.len() - 1
        });
        u32::try_from(place).map_err(|_| PackFull)
    }
}

impl PackedPolicy {
    fn shared_answers(&self) -> Option<&Arc<Tables>> {
        self.pack.0.answers.get(self.entry()?.answers as usize)
    }
}

/// The patterns of every rule, none for a rule that admits any origin.
fn texts(policy: &Policy) -> impl Iterator<Item = &str> + Clone {
    (0..policy.rule_tables().len()).map(|place| policy.patterns(place).unwrap_or_default())
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pack").field("len", &self.len()).field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("start", &self.start)
            .field("answers", &self.answers)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for PackFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pack takes at most 4 GiB, and as many policies")
    }
}

impl std::error::Error for PackFull {}
