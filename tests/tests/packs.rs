//! Policies in packs answer as those that they were made of.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use cors_policy::{Document, Header, Operation, Packer, Policy, Value, Verdict, cors_policy};
use cors_policy_tests::cases::{self, RequestCase};
use cors_policy_tests::message::Request;

fn policy(case: &RequestCase) -> Policy {
    let document: Document = serde_json::from_str(&case.policy.document().to_string()).unwrap();
    Policy::compile(&document).unwrap_or_else(|diagnostics| panic!("{}: {diagnostics}", case.id)).policy
}

/// What becomes of the response to a request that is refused, where the policy answers everybody alike, is not sent by
/// one in a pack: it echoes.
fn operations(policy: &Policy, verdict: Verdict, origin: Option<&str>) -> Vec<String> {
    let echoed = |operation: Operation<'_>| match operation {
        Operation::Set(Header::AllowOrigin, Value::Static(text)) if text != "*" && Some(text) != origin => {
            None
        }
        Operation::Set(header, Value::Echo(cors_policy::Field::Origin)) => {
            Some(format!("{header:?}: {}", origin.unwrap_or_default()))
        }
        Operation::Set(header, Value::Static(text)) => Some(format!("{header:?}: {text}")),
        other => Some(format!("{other:?}")),
    };
    policy.operations(verdict).filter_map(echoed).collect()
}

#[test]
fn every_case_is_decided_the_same() {
    let cases = cases::requests().unwrap();
    let policies: Vec<Policy> = cases.iter().map(policy).collect();
    let mut packer = Packer::default();
    let mut builder = packer.builder();
    for (case, policy) in cases.iter().zip(&policies) {
        builder.push(&case.id, case.id.as_bytes(), policy).unwrap();
    }
    let first = builder.build(());
    // And once more from the first pack, in another order, with vacant places between them, and other names.
    let mut builder = packer.builder();
    for place in (0..first.len()).rev() {
        let policy = first.policy(place).unwrap();
        let name = if place % 2 == 0 { policy.name() } else { "renamed" };
        builder.push(name, first.note(place), &policy).unwrap();
        builder.leave_vacant().unwrap();
    }
    // And back from bytes.
    let mut bytes = Vec::new();
    builder.build(()).store(&mut bytes);
    bytes.extend_from_slice(b"behind");
    let mut rest = bytes.as_slice();
    let second = Packer::default().restore(&mut rest, "owner").unwrap();
    assert_eq!(rest, b"behind");
    assert_eq!(second.owner::<&str>(), Some(&"owner"));
    assert_eq!(second.owner::<String>(), None);
    assert_eq!((first.len(), second.len()), (cases.len(), 2 * cases.len()));
    assert_eq!((first.policies(), second.policies()), (cases.len(), cases.len()));

    for (place, (case, policy)) in cases.iter().zip(policies).enumerate() {
        let other_place = 2 * (cases.len() - 1 - place);
        let both = [first.policy(place).unwrap(), second.policy(other_place).unwrap()];
        assert_eq!((first.note(place), second.note(other_place)), (case.id.as_bytes(), case.id.as_bytes()));
        assert!(second.policy(other_place + 1).is_none() && second.note(other_place + 1).is_empty());
        let policy = policy.varying();
        let Request { method, headers } = Request::from(&case.request);
        let lines: Vec<(&str, &[u8])> = headers.iter().collect();
        let origin = lines
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("origin"))
            .map(|(_, value)| str::from_utf8(value).unwrap());
        let verdict = policy.decide(method.as_bytes(), &lines[..]);
        for packed in both {
            let own = packed.decide(method.as_bytes(), &lines[..]);
            assert_eq!(own, verdict, "{}", case.id);
            assert_eq!(packed.change(&policy, method.as_bytes(), &lines[..]), None, "{}", case.id);
            if own.rule().is_some() {
                let (ours, theirs) = (operations(&packed, own, origin), operations(&policy, verdict, origin));
                assert_eq!(ours, theirs, "{}", case.id);
            }
            let explained = packed.explain(method.as_bytes(), &lines[..]);
            assert_eq!(explained, policy.explain(method.as_bytes(), &lines[..]), "{}", case.id);
            let without_name = |policy: &Policy| format!("{policy:?}").lines().skip(2).collect::<String>();
            assert_eq!(without_name(&packed), without_name(&policy), "{}", case.id);
        }
    }
}

#[test]
fn what_stands_in_no_pack_has_no_place() {
    static POLICY: Policy = cors_policy! { origins: ["https://app.example.com"] };
    assert!(POLICY.place_in_pack().is_none());
    let mut packer = Packer::default();
    let mut builder = packer.builder();
    builder.leave_vacant().unwrap();
    let place = builder.push("app", b"", &POLICY).unwrap();
    let pack = builder.build(7_u8);
    let policy = pack.policy(place).unwrap();
    let (found, at) = policy.place_in_pack().unwrap();
    assert_eq!((found.owner::<u8>(), at), (Some(&7), 1));
    assert!(pack.policy(2).is_none());
    assert_eq!((pack.note(0), pack.note(2), pack.note(usize::MAX)), (&b""[..], &b""[..], &b""[..]));
    // No other page hears of the origin that is admitted.
    let verdict = policy.decide(b"GET", &[("origin", "https://other.example.com")][..]);
    assert!(policy.operations(verdict).all(|operation| !matches!(operation, Operation::Set(..))));
}

#[test]
fn notes_have_a_longest() {
    let (policy, mut packer) = (Policy::nobody(), Packer::default());
    let mut builder = packer.builder();
    let longest = vec![b'k'; 0xffff];
    let place = builder.push("longest", &longest, &policy).unwrap();
    assert!(builder.push("too long", &vec![b'k'; 0x1_0000], &policy).is_err());
    let pack = builder.build(());
    assert_eq!((pack.note(place), pack.policies(), pack.len()), (longest.as_slice(), 1, 1));
}

#[test]
fn no_bytes_make_reading_a_pack_panic() {
    let mut packer = Packer::default();
    let mut builder = packer.builder();
    for case in &cases::requests().unwrap() {
        builder.push(&case.id, b"note", &policy(case)).unwrap();
    }
    let mut whole = Vec::new();
    builder.build(()).store(&mut whole);
    assert!((0..whole.len()).all(|end| packer.restore(&mut whole.get(..end).unwrap(), ()).is_none()));

    let (mut state, mut restored) = (7_u64, 0);
    for _ in 0..5_000 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = usize::try_from(state >> 33).unwrap() % bytes.len();
            *bytes.get_mut(place).unwrap() = state.to_be_bytes()[0];
        }
        let Some(pack) = packer.restore(&mut bytes.as_slice(), ()) else { continue };
        restored += 1;
        for policy in (0..pack.len()).filter_map(|place| pack.policy(place)) {
            let _ = (policy.name().len(), policy.admits(b"https://app.example.com"), policy.rules().count());
        }
    }
    assert!(restored > 100, "{restored}");
}
