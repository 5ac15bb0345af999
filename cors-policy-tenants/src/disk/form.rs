//! The form of a snapshot on disk. All numbers are little-endian.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use cors_policy::{Ceiling, PACK_FORMAT, Packer};
use cors_policy_compiler::suffix;

use crate::directory::{Directory, Edit};
use crate::limit::{Tier, Tiers};
use crate::node::Rejected;
use crate::page::{Page, Stored, tenant_at};
use crate::snapshot::{Change, Snapshot};
use crate::store::KeyKind;
use crate::tenant::TenantId;
use crate::tenants::owner_of;

const MAGIC: &[u8; 8] = b"corstnts";
/// The form of the file around the packs.
const FORMAT: u32 = 2;

/// What a snapshot on disk must fit.
#[derive(Debug)]
pub(crate) struct Context<'c> {
    /// The fingerprint of the ceiling: what was compiled below another one may lie above this one.
    pub(crate) ceiling: u64,
    pub(crate) kind: KeyKind,
    pub(crate) tiers: &'c Tiers,
}

/// A snapshot that was read.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) snapshot: Snapshot,
    /// Whether it was compiled below the same ceiling.
    pub(crate) is_below_ceiling: bool,
    pub(crate) packer: Packer,
}

impl Read {
    /// Removes the tenants that ask for more than the ceiling allows now, where it was another one: until the database
    /// answers they are served nothing.
    pub(crate) fn remove_above(&mut self, ceiling: &Ceiling, tiers: &[Tier]) -> BTreeMap<TenantId, Rejected> {
        if self.is_below_ceiling {
            return BTreeMap::new();
        }
        let mut above = BTreeMap::new();
        for page in self.snapshot.pages().map(|(_, page)| page) {
            let policies = (0..page.pack().len()).filter_map(|place| page.policy(place));
            for policy in policies.filter(|policy| !ceiling.covers(policy)) {
                if let Some((owner, place)) = owner_of(&policy) {
                    above.insert(owner.tenant(place), Rejected::above_ceiling(&policy, owner.version(place)));
                }
            }
        }
        let changes: Vec<Change> = above.keys().map(|id| Change { id: *id, tenant: None }).collect();
        // Without tenants, no page can be too large.
        if let Ok(rest) = self.snapshot.changed(&changes, &self.snapshot, tiers, &mut self.packer) {
            self.snapshot = rest;
        }
        // The profiles of the ceiling may be others, too: every document is compiled again when the database answers.
        self.snapshot.resume_after = 0;
        above
    }
}

/// Writes a snapshot: the head, the pages, and a checksum of all.
pub(crate) fn write(
    snapshot: &Snapshot,
    resume_after: u64,
    context: &Context<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut out = Summed { out, sum: crc32fast::Hasher::new() };
    out.write_all(MAGIC)?;
    out.write_all(&FORMAT.to_le_bytes())?;
    out.write_all(&PACK_FORMAT.to_le_bytes())?;
    number(&mut out, context.ceiling)?;
    text(&mut out, compiler().as_bytes())?;
    text(&mut out, context.kind.name().as_bytes())?;
    text(&mut out, snapshot.epoch.as_bytes())?;
    number(&mut out, snapshot.revision)?;
    number(&mut out, resume_after)?;
    text(&mut out, context.tiers.names().as_bytes())?;
    number(&mut out, snapshot.pages().count() as u64)?;
    for (page_number, page) in snapshot.pages() {
        write_page(page_number, page, snapshot, context.tiers, &mut out)?;
    }
    let sum = out.sum.clone().finalize();
    out.write_all(&sum.to_le_bytes())
}

/// What the policies of a file follow from beside their documents and the ceiling.
fn compiler() -> String {
    format!("{} {}", env!("CARGO_PKG_VERSION"), suffix::DATE)
}

fn write_page(
    page_number: u64,
    page: &Page,
    snapshot: &Snapshot,
    tiers: &Tiers,
    out: &mut impl Write,
) -> io::Result<()> {
    number(out, page_number)?;
    let stored: Vec<Stored> = page.stored().collect();
    number(out, stored.len() as u64)?;
    for (place, Stored { version, tier, patterns }) in stored.into_iter().enumerate() {
        out.write_all(&version.to_le_bytes())?;
        out.write_all(&patterns.to_le_bytes())?;
        // By name: the tiers of the next process may stand in other places.
        text(out, tiers.name(tier).as_bytes())?;
        // A key may lead to another tenant by now, while a tenant of which nothing newer can be read still has it.
        let leads_here = page.keys(place).map(|key| snapshot.leads_to(key, page_number, place).into());
        text(out, &leads_here.collect::<Vec<u8>>())?;
    }
    let mut pack = Vec::new();
    page.pack().store(&mut pack);
    out.write_all(&pack)
}

/// Reads what [`write`] wrote, or says in words why it cannot.
pub(crate) fn read(bytes: &[u8], context: &Context<'_>) -> Result<Read, String> {
    let (body, sum) = bytes.split_last_chunk().ok_or("it is empty")?;
    let mut rest = body;
    let head = || "it is no snapshot".to_owned();
    if take::<8>(&mut rest).ok_or_else(head)? != *MAGIC {
        return Err(head());
    }
    let formats = (take(&mut rest).map(u32::from_le_bytes), take(&mut rest).map(u32::from_le_bytes));
    if formats != (Some(FORMAT), Some(PACK_FORMAT)) {
        return Err("it is of a form that another version of this program writes".to_owned());
    }
    if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
        return Err("its checksum does not fit: it was cut short or damaged".to_owned());
    }
    let ceiling = take(&mut rest).map(u64::from_le_bytes);
    let is_compiled_alike = take_text(&mut rest) == Some(compiler().as_bytes());
    if take_text(&mut rest) != Some(context.kind.name().as_bytes()) {
        return Err(format!("its tenants are not found by {}", context.kind.name()));
    }
    let mut packer = Packer::default();
    let mut snapshot = read_tenants(rest, context.tiers, &mut packer).ok_or("it ends too early")?;
    if !is_compiled_alike {
        // What this compiler says of the same documents may differ: they are compiled again when the database answers.
        snapshot.resume_after = 0;
    }
    Ok(Read { snapshot, is_below_ceiling: ceiling == Some(context.ceiling), packer })
}

fn read_tenants(mut rest: &[u8], tiers: &Tiers, packer: &mut Packer) -> Option<Snapshot> {
    let rest = &mut rest;
    let epoch = String::from_utf8(take_text(rest)?.to_vec()).ok()?;
    let revision = take(rest).map(u64::from_le_bytes)?;
    let resume_after = take(rest).map(u64::from_le_bytes)?;
    // Of a tier that had no name, it is not known which one it was.
    let resume_after = if take_text(rest)? == tiers.names().as_bytes() { resume_after } else { 0 };
    let directory = Directory::new();
    let mut keys = Edit::default();
    let limits = tiers.in_order();
    let mut places: HashMap<&[u8], u16> = HashMap::new();
    let mut pages = Vec::new();
    for _ in 0..take_count(rest)? {
        let page_number = take(rest).map(u64::from_le_bytes)?;
        let (mut stored, mut leading) = (Vec::new(), Vec::new());
        for _ in 0..take_count(rest)? {
            let version = take(rest).map(u32::from_le_bytes)?;
            let patterns = take(rest).map(u16::from_le_bytes)?;
            let name = take_text(rest)?;
            let tier = *places.entry(name).or_insert_with(|| tiers.place(&String::from_utf8_lossy(name)));
            stored.push(Stored { version, tier, patterns });
            leading.push(take_text(rest)?);
        }
        let page = Page::restored(page_number, &stored, &limits, packer, rest)?;
        for (place, leading) in leading.into_iter().enumerate() {
            let of_tenant = page.keys(place).zip(leading).filter(|(_, leads_here)| **leads_here != 0);
            let id = tenant_at(page_number, place);
            keys.added.extend(of_tenant.map(|(key, _)| (directory.hash(key), id)));
        }
        pages.push((page_number, page));
    }
    let mut snapshot = Snapshot::assembled(directory.edited(&keys), pages);
    (snapshot.epoch, snapshot.revision, snapshot.resume_after) = (epoch, revision, resume_after);
    rest.is_empty().then_some(snapshot)
}

/// A writer that sums what it writes.
struct Summed<W> {
    out: W,
    sum: crc32fast::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn number(out: &mut impl Write, number: u64) -> io::Result<()> {
    out.write_all(&number.to_le_bytes())
}

fn text(out: &mut impl Write, text: &[u8]) -> io::Result<()> {
    number(out, text.len() as u64)?;
    out.write_all(text)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*first)
}

/// How many of something follow: each takes a byte at least.
fn take_count(rest: &mut &[u8]) -> Option<usize> {
    let count = usize::try_from(u64::from_le_bytes(take(rest)?)).ok()?;
    (count <= rest.len()).then_some(count)
}

fn take_text<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = take_count(rest)?;
    let (text, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(text)
}

#[cfg(test)]
mod tests {
    use cors_policy::{Packer, Policy, cors_policy};

    use super::*;
    use crate::tenant::Tenant;

    static ACME: Policy = cors_policy! { origins: ["https://acme.example"] };
    static GLOBEX: Policy = cors_policy! { origins: ["https://globex.example"] };

    fn tenant(slug: &str, keys: &[&str], policy: &Policy) -> Tenant {
        let keys = keys.iter().copied().map(str::to_owned).collect();
        Tenant {
            slug: slug.to_owned(),
            version: 1,
            tier: u16::MAX,
            keys,
            policy: policy.clone(),
            shadow: None,
        }
    }

    /// A key that moved while nothing newer of its former tenant can be read stays where it is, over a restart.
    #[test]
    fn keys_lead_where_they_led() {
        let (acme, globex) = (TenantId(1), TenantId(513));
        let change = |id, tenant| Change { id, tenant: Some(tenant) };
        let mut packer = Packer::default();
        let mut after =
            |snapshot: &Snapshot, change| snapshot.changed(&[change], snapshot, &[], &mut packer).unwrap();
        let both = change(globex, tenant("globex", &["own.test", "moved.test"], &GLOBEX));
        let moved = change(acme, tenant("acme", &["moved.test"], &ACME));
        let first = after(&Snapshot::empty(), both);
        let snapshot = after(&first, moved);

        let context = Context { ceiling: 7, kind: KeyKind::Host, tiers: &Tiers::none() };
        let mut bytes = Vec::new();
        write(&snapshot, 0, &context, &mut bytes).unwrap();
        let mut read = read(&bytes, &context).unwrap();
        for snapshot in [&snapshot, &read.snapshot] {
            let name = |key| snapshot.find(key).map(|policy| policy.name().to_owned());
            assert_eq!(name("moved.test").as_deref(), Some("acme"));
            assert_eq!(name("own.test").as_deref(), Some("globex"));
            assert_eq!((snapshot.has_keys(globex), snapshot.tenants()), (true, 2));
        }
        // Nor does it go with its former tenant.
        let gone = Change { id: globex, tenant: None };
        let snapshot = read.snapshot.changed(&[gone], &read.snapshot, &[], &mut read.packer).unwrap();
        assert!(snapshot.find("moved.test").is_some() && snapshot.find("own.test").is_none());
    }
}
