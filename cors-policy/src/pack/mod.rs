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
/// A policy in a pack takes the text of its patterns, a few bytes for each of them, and some 60 bytes: no allocation of its
/// own, and header values only once for all policies that send the same. It is a [`Policy`] like any other, and always
/// [`varying`](Policy::varying): it echoes the origin also where it admits only one.
///
/// Beside each policy stands a note, any bytes: the key that it was found by, say, which then is read together with the
/// policy, and needs no memory elsewhere.
///
/// ```
/// use cors_policy::{Packer, Policy, cors_policy};
///
/// static ACME: Policy = cors_policy! { origins: ["https://app.acme.example"], credentials: true };
///
/// let mut packer = Packer::default();
/// let mut builder = packer.builder();
/// let place = builder.push("acme", b"acme.example", &ACME)?;
/// let pack = builder.build(());
/// let policy = pack.policy(place).unwrap();
/// assert_eq!((policy.name(), pack.note(place)), ("acme", &b"acme.example"[..]));
/// assert!(policy.admits(b"https://app.acme.example"));
/// # Ok::<(), cors_policy::PackFull>(())
/// ```
#[derive(Clone)]
pub struct Pack(Arc<Contents>);

struct Contents {
    /// Where the bytes of each place begin, and at last where they end: four bytes for each, so that they stay in a cache
    /// where the bytes do not. A place without bytes is vacant.
    starts: Box<[u32]>,
    /// What the policies answer, each different one once.
    answers: Box<[Arc<Tables>]>,
    /// Each policy with what stands in front of it.
    bytes: Box<[u8]>,
    owner: Box<dyn Any + Send + Sync>,
}

/// A policy with what stands in front of it: the place of its answers, its fingerprint, the length of its note, and that.
#[derive(Clone, Copy)]
struct Block<'a> {
    answers: u32,
    fingerprint: u64,
    note: &'a [u8],
    packed: &'a [u8],
}

/// A place in a pack.
#[derive(Clone)]
pub(crate) struct PackedPolicy {
    pack: Pack,
    place: u32,
}

/// The pack would be larger than 4 GiB, or a note longer than 64 KiB.
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
    starts: Vec<u32>,
    answers: Vec<Arc<Tables>>,
    bytes: Vec<u8>,
}

static NOBODY: Tables = Tables::of_nobody("nobody");

impl Pack {
    /// How many places it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.starts.len().saturating_sub(1)
    }

    /// Whether it has no places.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// At how many places there is a policy.
    #[must_use]
    pub fn policies(&self) -> usize {
        self.0.starts.windows(2).filter(|ends| ends.first() < ends.last()).count()
    }

    /// The policy at a place; `None` where that is vacant.
    #[must_use]
    #[inline]
    pub fn policy(&self, place: usize) -> Option<Policy> {
        self.block(place)?;
        let place = u32::try_from(place).ok()?;
        Some(Policy::from_packed(PackedPolicy { pack: self.clone(), place }))
    }

    /// What was put beside the policy at a place; nothing where that is vacant.
    #[must_use]
    #[inline]
    pub fn note(&self, place: usize) -> &[u8] {
        self.block(place).map_or(&[], |block| block.note)
    }

    #[inline]
    fn block(&self, place: usize) -> Option<Block<'_>> {
        let [start, end] = self.0.starts.get(place..)?.first_chunk()?;
        Block::read(self.0.bytes.get(*start as usize..*end as usize)?)
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
            + size_of_val(&*self.0.starts)
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

impl<'a> Block<'a> {
    #[inline]
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (answers, rest) = bytes.split_first_chunk()?;
        let (fingerprint, rest) = rest.split_first_chunk()?;
        let (note, rest) = rest.split_first_chunk()?;
        let (note, packed) = rest.split_at_checked(u16::from_le_bytes(*note).into())?;
        let (answers, fingerprint) = (u32::from_le_bytes(*answers), u64::from_le_bytes(*fingerprint));
        Some(Block { answers, fingerprint, note, packed })
    }

    /// Writes what stands in front of the policy.
    fn put_head(&self, note_length: u16, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.answers.to_le_bytes());
        out.extend_from_slice(&self.fingerprint.to_le_bytes());
        out.extend_from_slice(&note_length.to_le_bytes());
        out.extend_from_slice(self.note);
    }
}

impl PackedPolicy {
    #[inline]
    fn block(&self) -> Option<Block<'_>> {
        self.pack.block(self.place as usize)
    }

    #[inline(never)]
    pub(crate) fn answers(&self) -> &Tables {
        self.shared_answers().map_or(&NOBODY, |answers| answers)
    }

    // Not inlined, as all of this: what most policies are, which stand in no pack, must not make room for it.
    #[inline(never)]
    pub(crate) fn identified(&self) -> (&Tables, u64) {
        (self.answers(), self.block().map_or(0, |block| block.fingerprint))
    }

    #[inline]
    pub(crate) fn packed(&self) -> Packed<'_> {
        Packed::new(self.block().map_or(&[], |block| block.packed))
    }

    #[inline(never)]
    pub(crate) fn rule_for(&self, origin: &[u8]) -> Option<u8> {
        self.packed().rule(origin).or_else(|| self.answers().rule_for_any())
    }

    fn shared_answers(&self) -> Option<&Arc<Tables>> {
        self.pack.0.answers.get(self.block()?.answers as usize)
    }
}

impl Packer {
    /// Begins a pack.
    pub fn builder(&mut self) -> PackBuilder<'_> {
        PackBuilder { packer: self, starts: Vec::new(), answers: Vec::new(), bytes: Vec::new() }
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
    /// Puts a policy at the next place, under this name and with this note, and gives the place. It may stand in another
    /// pack already: then its bytes are copied.
    ///
    /// # Errors
    ///
    /// Where the pack is full, or the note too long.
    pub fn push(&mut self, name: &str, note: &[u8], policy: &Policy) -> Result<usize, PackFull> {
        let note_length = u16::try_from(note.len()).map_err(|_| PackFull)?;
        let answers = match policy.packed() {
            Some(packed) => packed.shared_answers().cloned().ok_or(PackFull)?,
            None => self.packer.share(policy),
        };
        let answers = self.place_of(answers)?;
        let place = self.begin()?;
        let (_, fingerprint) = policy.identified();
        Block { answers, fingerprint, note, packed: &[] }.put_head(note_length, &mut self.bytes);
        match policy.packed().map(PackedPolicy::packed) {
            Some(packed) if packed.name() == name => self.bytes.extend_from_slice(packed.bytes()),
            Some(packed) => pack(name, texts(policy), &packed.matcher(), &mut self.bytes),
            None => pack(name, texts(policy), &policy.answers().matcher, &mut self.bytes),
        }
        Ok(place)
    }

    /// Leaves the next place vacant, and gives it.
    ///
    /// # Errors
    ///
    /// Where the pack is full.
    pub fn leave_vacant(&mut self) -> Result<usize, PackFull> {
        self.begin()
    }

    /// The pack, which belongs to `owner`: whatever shall be at hand where there is a policy of the pack.
    #[must_use]
    pub fn build(mut self, owner: impl Any + Send + Sync) -> Pack {
        let end = u32::try_from(self.bytes.len()).ok();
        // The place of a policy that goes beyond is vacant.
        self.starts.extend(end.or(self.starts.last().copied()));
        Pack(Arc::new(Contents {
            starts: self.starts.into(),
            answers: self.answers.into(),
            bytes: self.bytes.into(),
            owner: Box::new(owner),
        }))
    }

    /// Begins the next place.
    fn begin(&mut self) -> Result<usize, PackFull> {
        self.starts.push(u32::try_from(self.bytes.len()).map_err(|_| PackFull)?);
        Ok(self.starts.len() - 1)
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

/// The patterns of every rule, none for a rule that admits any origin.
fn texts(policy: &Policy) -> impl Iterator<Item = &str> + Clone {
    (0..policy.rule_tables().len()).map(|place| policy.patterns(place).unwrap_or_default())
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pack").field("len", &self.len()).field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}

impl fmt::Display for PackFull {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pack takes at most 4 GiB, and the note beside a policy 64 KiB")
    }
}

impl std::error::Error for PackFull {}
