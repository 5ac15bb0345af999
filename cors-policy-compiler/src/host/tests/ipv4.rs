use std::net::Ipv4Addr;

use super::Xorshift;
use crate::host::ipv4::{ends_in_a_number, parse};

#[test]
fn ends_in_a_number_as_the_standard_says() {
    for host in [
        "0",
        "09",
        "255",
        "1.2.3.4",
        "1.2.3.4.",
        "1.2.3.4.5",
        "foo.0",
        "foo.09",
        "foo.0x",
        "foo.0x4",
        "foo.0X4",
        "foo.0x4.",
        "foo.123456789012345678901234567890",
        "0x.",
        "0xffffffff",
        "0xfffffffffffffffffffffff",
        "*.1",
        "..1",
    ] {
        assert!(ends_in_a_number(host), "{host}");
    }
    for host in [
        "",
        ".",
        "..",
        "1..",
        "a",
        "1a",
        "0xg",
        "foo.0x4g",
        "foo.2.3_",
        "1.2.3.4.example",
        "foo.0b1",
        "foo.-1",
        "foo.+1",
        "0x4.a",
        "127.0.0.1..",
        "foo.0x-1",
        "é.é",
    ] {
        assert!(!ends_in_a_number(host), "{host}");
    }
}

#[test]
fn addresses_in_every_spelling() {
    for (host, address) in [
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("0x.0x.0", "0.0.0.0"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("0x7f.0.0.1", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("00000000000000000000000000000000177.1", "127.0.0.1"),
        ("0x00000000000000000000000000000000007f.1", "127.0.0.1"),
        ("192.0x00A80001", "192.168.0.1"),
        ("192.168.257", "192.168.1.1"),
        ("256", "0.0.1.0"),
        ("4294967295", "255.255.255.255"),
        ("0xffffffff", "255.255.255.255"),
        ("255.16777215", "255.255.255.255"),
        ("255.255.65535", "255.255.255.255"),
        ("255.255.255.255", "255.255.255.255"),
    ] {
        assert_eq!(parse(host), address.parse().ok(), "{host}");
        assert!(ends_in_a_number(host), "{host}");
    }
}

#[test]
fn addresses_that_browsers_refuse() {
    for host in [
        "",
        ".",
        "..",
        "1..2",
        ".1",
        "1.2.3.4.5",
        "1.2.3.4..",
        "256.0.0.1",
        "1.2.3.256",
        "1.256.1",
        "1.2.65536",
        "1.16777216",
        "4294967296",
        "0x100000000",
        "040000000000",
        "09",
        "08.1",
        "1.2.3.08",
        "0x7g",
        "1.2.3.x",
        "1e2",
        "-1",
        "+1",
        "1 ",
        "١",
        "340282366920938463463374607431768211456",
        "0xffffffffffffffffffffffffffffffffff",
        "18446744073709551616",
        "18446744073709551616.1",
        "example.1",
    ] {
        assert_eq!(parse(host), None, "{host}");
    }
}

#[test]
fn generated_hosts_agree_with_a_transcription_of_the_standard() {
    let mut random = Xorshift(0x9e37_79b9_7f4a_7c15);
    let mut addresses = 0;
    for _ in 0..100_000 {
        let parts = 1 + random.below(5);
        let host = (0..parts).map(|_| part(&mut random)).collect::<Vec<_>>().join(".")
            + random.one_of(&["", "", "."]);
        let expected = by_the_standard(&host);
        assert_eq!(parse(&host), expected, "{host}");
        addresses += u32::from(expected.is_some());
    }
    assert!(addresses > 10_000, "{addresses}");
}

fn part(random: &mut Xorshift) -> String {
    let bound = random.one_of(&[1, 2, 255, 256, 257, 65_535, 65_536, 0xff_ffff, 0x100_0000, u32::MAX]);
    let number = random.next() % (u64::from(bound) + 2);
    match random.below(10) {
        0 => format!("0x{number:x}"),
        1 => format!("0X{number:08X}"),
        2 => format!("0{number:o}"),
        3 => format!("0{number}"),
        4 => random
            .one_of(&["", "0x", "0", "00", "a", "0xg", "4294967296", "99999999999999999999999"])
            .to_owned(),
        _ => number.to_string(),
    }
}

/// The steps of the [IPv4 parser](https://url.spec.whatwg.org/#concept-ipv4-parser), one by one.
fn by_the_standard(input: &str) -> Option<Ipv4Addr> {
    let mut parts: Vec<&str> = input.split('.').collect();
    if parts.len() > 1 && parts.last() == Some(&"") {
        parts.pop();
    }
    if parts.len() > 4 {
        return None;
    }
    let mut numbers = parts.into_iter().map(number_by_the_standard).collect::<Option<Vec<u128>>>()?;
    let size = u32::try_from(numbers.len()).unwrap();
    let mut ipv4 = numbers.pop()?;
    if numbers.iter().any(|&number| number > 255) || ipv4 >= 256_u128.pow(5 - size) {
        return None;
    }
    for (counter, number) in (0..).zip(numbers) {
        ipv4 += number * 256_u128.pow(3 - counter);
    }
    Some(Ipv4Addr::from_bits(u32::try_from(ipv4).unwrap()))
}

fn number_by_the_standard(input: &str) -> Option<u128> {
    let (digits, radix) = if let Some(digits) = input.strip_prefix("0x").or(input.strip_prefix("0X")) {
        (digits, 16)
    } else if let Some(digits) = input.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        (digits, 8)
    } else if input.is_empty() {
        return None;
    } else {
        (input, 10)
    };
    if digits.is_empty() {
        return Some(0);
    }
    digits.chars().all(|digit| digit.is_digit(radix)).then(|| u128::from_str_radix(digits, radix).unwrap())
}
