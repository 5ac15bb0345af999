//! Punycode (RFC 3492) and the ASCII form of names.

use super::is_host_byte;

/// The longest host name; it keeps the quadratic work below bounded.
const MAX_LEN: usize = 253;

// RFC 3492, section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_CODE: u32 = 0x80;

/// The Unicode label whose ASCII form is `xn--` and `label`.
///
/// RFC 3492, section 6.2. `None` when `label` does not decode, or is not what [`encode`] makes of the
/// result (digits in capitals, for one), or stands for nothing but ASCII, which never needs `xn--`.
#[must_use]
pub fn decode(label: &str) -> Option<String> {
    if label.len() > MAX_LEN || !label.is_ascii() {
        return None;
    }
    let (basic, deltas) = label.rsplit_once('-').unwrap_or(("", label));
    if deltas.is_empty() {
        return None;
    }
    let mut decoded: Vec<char> = basic.chars().collect();
    let mut digits = deltas.bytes();
    let (mut code, mut at, mut bias) = (INITIAL_CODE, 0_u32, INITIAL_BIAS);
    while digits.len() > 0 {
        let places = u32::try_from(decoded.len() + 1).ok()?;
        let delta = read_delta(&mut digits, bias)?;
        bias = adapt(delta, places, at == 0);
        at = at.checked_add(delta)?;
        code = code.checked_add(at / places)?;
        at %= places;
        decoded.insert(usize::try_from(at).ok()?, char::from_u32(code)?);
        at += 1;
    }
    let decoded = String::from_iter(decoded);
    (encode(&decoded)? == label).then_some(decoded)
}

/// What follows `xn--` in the ASCII form of the Unicode `label`.
///
/// RFC 3492, section 6.3, which also encodes labels that need it not: an ASCII one gains a `-`. `None`
/// when `label` is longer than any host.
#[must_use]
pub fn encode(label: &str) -> Option<String> {
    let codes: Vec<u32> = label.chars().take(MAX_LEN + 1).map(u32::from).collect();
    if codes.len() > MAX_LEN {
        return None;
    }
    let mut encoded: String = label.chars().filter(char::is_ascii).collect();
    let basic = encoded.len();
    if basic > 0 {
        encoded.push('-');
    }
    let mut done = u32::try_from(basic).ok()?;
    let (mut code, mut delta, mut bias, mut first) = (INITIAL_CODE, 0_u32, INITIAL_BIAS, true);
    while let Some(next) = codes.iter().copied().filter(|&other| other >= code).min() {
        delta = delta.checked_add((next - code).checked_mul(done + 1)?)?;
        code = next;
        for &other in &codes {
            if other < code {
                delta = delta.checked_add(1)?;
            } else if other == code {
                write_delta(&mut encoded, delta, bias)?;
                done += 1;
                bias = adapt(delta, done, first);
                (delta, first) = (0, false);
            }
        }
        delta = delta.checked_add(1)?;
        code += 1;
    }
    Some(encoded)
}

/// One generalised variable-length integer (RFC 3492, section 3.3).
fn read_delta(digits: &mut impl Iterator<Item = u8>, bias: u32) -> Option<u32> {
    let (mut delta, mut weight, mut position) = (0_u32, 1_u32, BASE);
    loop {
        let digit = match digits.next()? {
            letter @ b'a'..=b'z' => letter - b'a',
            number @ b'0'..=b'9' => number - b'0' + 26,
            _ => return None,
        };
        let digit = u32::from(digit);
        delta = delta.checked_add(digit.checked_mul(weight)?)?;
        let threshold = threshold(position, bias);
        if digit < threshold {
            return Some(delta);
        }
        weight = weight.checked_mul(BASE - threshold)?;
        position += BASE;
    }
}

fn write_delta(encoded: &mut String, mut delta: u32, bias: u32) -> Option<()> {
    let mut position = BASE;
    loop {
        let threshold = threshold(position, bias);
        if delta < threshold {
            encoded.push(digit(delta)?);
            return Some(());
        }
        let above = delta - threshold;
        encoded.push(digit(threshold + above % (BASE - threshold))?);
        delta = above / (BASE - threshold);
        position += BASE;
    }
}

fn digit(value: u32) -> Option<char> {
    char::from_u32(if value < 26 { value + u32::from('a') } else { value - 26 + u32::from('0') })
}

/// Bias adaptation (RFC 3492, section 6.1).
fn adapt(delta: u32, places: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / places;
    let mut bias = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        bias += BASE;
    }
    bias + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

fn threshold(position: u32, bias: u32) -> u32 {
    position.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

/// The form in which browsers send the name `host`, as far as a help text needs it.
///
/// What the URL standard's [domain to ASCII](https://url.spec.whatwg.org/#concept-domain-to-ascii) does to
/// the characters that people type: small letters, half width, plain dots, `xn--`. `None` where that is not
/// enough: something left cannot stand in a host, or only the full mapping of UTS 46 could tell what becomes
/// of it. A `*` is kept in an ASCII label, so that patterns have a form too.
#[must_use]
pub fn to_ascii(host: &str) -> Option<String> {
    let mapped: String =
        host.chars().filter(|&c| !is_ignored(c)).flat_map(|c| halved(c).to_lowercase()).collect();
    let (name, root) = mapped.strip_suffix('.').map_or((&*mapped, ""), |name| (name, "."));
    let labels: Vec<String> = name.split('.').map(label_to_ascii).collect::<Option<_>>()?;
    Some(labels.join(".") + root)
}

fn label_to_ascii(label: &str) -> Option<String> {
    let ascii = if label.is_ascii() {
        label.bytes().all(|byte| is_host_byte(byte) || byte == b'*').then(|| label.to_owned())?
    } else {
        let sendable = |c: char| u8::try_from(c).is_ok_and(is_host_byte) || is_own_mapping(c);
        let plain = !label.starts_with("xn--") && label.chars().all(sendable);
        format!("xn--{}", plain.then(|| encode(label))??)
    };
    (1..=63).contains(&ascii.len()).then_some(ascii)
}

fn halved(c: char) -> char {
    match c {
        '\u{3002}' | '\u{ff61}' => '.',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// UTS 46, status *ignored*.
fn is_ignored(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Whether UTS 46 leaves `c` alone, judged by blocks: scripts in daily use and pictographs, without their
/// compatibility characters. Combining letters of Europe are out, since they compose with what they follow.
fn is_own_mapping(c: char) -> bool {
    let in_use = matches!(
        c,
        '\u{df}'..='\u{2af}' | '\u{370}'..='\u{52f}' | '\u{560}'..='\u{586}' | '\u{5d0}'..='\u{5ea}'
            | '\u{620}'..='\u{63f}' | '\u{641}'..='\u{6d3}' | '\u{6f0}'..='\u{6ff}' | '\u{900}'..='\u{e4e}'
            | '\u{1000}'..='\u{109f}' | '\u{10d0}'..='\u{10fa}' | '\u{1200}'..='\u{135a}'
            | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17d3}' | '\u{1e00}'..='\u{1eff}'
            | '\u{2190}'..='\u{21ff}' | '\u{2600}'..='\u{27bf}' | '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fe}' | '\u{3105}'..='\u{312f}'
            | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{2ee5d}'
    );
    let compatibility = matches!(
        c,
        '\u{132}'..='\u{133}' | '\u{13f}'..='\u{140}' | '\u{149}' | '\u{17f}' | '\u{1c4}'..='\u{1cc}'
            | '\u{1f1}'..='\u{1f3}' | '\u{374}'..='\u{37a}' | '\u{37e}'..='\u{387}' | '\u{3d0}'..='\u{3d6}'
            | '\u{3f0}'..='\u{3f9}' | '\u{675}'..='\u{678}' | '\u{958}'..='\u{95f}' | '\u{9dc}'..='\u{9df}'
            | '\u{a33}'..='\u{a5e}' | '\u{b5c}'..='\u{b5d}' | '\u{e33}' | '\u{1e9a}'..='\u{1e9b}'
    );
    in_use && !compatibility
}
