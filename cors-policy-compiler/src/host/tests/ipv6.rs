use std::net::Ipv6Addr;

use super::Xorshift;
use crate::host::ipv6::{parse, serialise};

#[test]
fn canonical_spellings() {
    for (text, canonical) in [
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("0:0::1", "::1"),
        ("2001:DB8::0001", "2001:db8::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6::", "1:2:3:4:5:6::"),
        ("0:0:3:4:5:6:0:0", "::3:4:5:6:0:0"),
        ("0:1:0:1:0:1:0:1", "0:1:0:1:0:1:0:1"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("::127.0.0.1", "::7f00:1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
        ("1:2:3:4:5:6:255.255.255.255", "1:2:3:4:5:6:ffff:ffff"),
    ] {
        assert_eq!(parse(text).map(serialise).as_deref(), Some(canonical), "{text}");
    }
}

#[test]
fn texts_that_are_no_address() {
    for text in [
        "",
        ":",
        ":::",
        "1",
        "1:",
        ":1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
        "1:2:3:4:5:6:7:8:9",
        "1::2::3",
        "::1:2:3:4:5:6:7:8",
        "1:2:3:4::5:6:7:8",
        "12345::",
        "::g",
        "fe80::1%eth0",
        "fe80::1%25eth0",
        "fe80::1%",
        "[::1]",
        "::1/64",
        " ::1",
        "::1.2.3",
        "::1.2.3.4.5",
        "::01.2.3.4",
        "::1.2.3.256",
        "::1.2.3.",
        "::.1.2.3",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "1.2.3.4",
        "1.2.3.4::",
        "::1.2.3.0x4",
        "::é",
    ] {
        assert_eq!(parse(text), None, "{text}");
        assert_eq!(by_the_standard(text), None, "{text}");
    }
}

#[test]
fn every_pattern_of_zeros_is_written_like_the_standard_library_does() {
    for zeros in 0..=u8::MAX {
        let address = [0, 1, 2, 3, 4, 5, 6, 7].map(|piece| u16::from(zeros >> piece & 1) * 0xab);
        assert_eq!(serialise(address), Ipv6Addr::from(address).to_string());
    }
}

#[test]
fn generated_addresses_round_trip() {
    let mut random = Xorshift(0x2545_f491_4f6c_dd1d);
    for _ in 0..50_000 {
        let mut address = [0_u16; 8];
        for piece in &mut address {
            *piece =
                u16::try_from(random.next() & random.one_of(&[0, 0, 1, 0xf, 0xff, 0xfff, 0xffff])).unwrap();
        }
        let text = serialise(address);
        assert_eq!(parse(&text), Some(address), "{text}");
        let standard_library = Ipv6Addr::from(address);
        if standard_library.to_ipv4_mapped().is_none() {
            assert_eq!(text, standard_library.to_string());
        }
    }
}

#[test]
fn ipv4_mapped_addresses_are_hexadecimal() {
    assert_eq!(serialise(Ipv6Addr::from_bits(0xffff_7f00_0001).segments()), "::ffff:7f00:1");
    assert_eq!(serialise(Ipv6Addr::from_bits(0xffff_0000_0000).segments()), "::ffff:0:0");
}

#[test]
fn generated_texts_agree_with_a_transcription_of_the_standard() {
    let mut random = Xorshift(0xda94_2042_e4dd_58b5);
    let mut addresses = 0;
    for _ in 0..200_000 {
        let mut text = String::new();
        for _ in 0..=random.below(9) {
            text += random.one_of(&[":", ":", ":", ":", "::", ".", ""]);
            let odd =
                random.one_of(&["12345", "1.2.3.4", "1.2.3.4", "01.2.3.4", "1.2.3", "255.0.0.256", "", "g"]);
            text += random.one_of(&["0", "1", "1", "ff", "ff", "00a", "FFFF", odd]);
        }
        let text = text.get(random.below(2)..).unwrap_or_default();
        let expected = by_the_standard(text);
        assert_eq!(parse(text), expected, "{text}");
        addresses += u32::from(expected.is_some());
    }
    assert!(addresses > 5_000, "{addresses}");
}

/// The steps of the [IPv6 parser](https://url.spec.whatwg.org/#concept-ipv6-parser), one by one.
fn by_the_standard(input: &str) -> Option<[u16; 8]> {
    let input = input.as_bytes();
    let c = |pointer: usize| input.get(pointer).copied();
    let mut address = [0_u16; 8];
    let (mut piece_index, mut compress, mut pointer) = (0, None, 0);
    if c(pointer) == Some(b':') {
        if c(pointer + 1) != Some(b':') {
            return None;
        }
        pointer += 2;
        piece_index += 1;
        compress = Some(piece_index);
    }
    while let Some(start) = c(pointer) {
        if piece_index == 8 {
            return None;
        }
        if start == b':' {
            if compress.is_some() {
                return None;
            }
            pointer += 1;
            piece_index += 1;
            compress = Some(piece_index);
            continue;
        }
        let (mut value, mut length) = (0, 0);
        while let Some(digit) =
            c(pointer).and_then(|byte| char::from(byte).to_digit(16)).filter(|_| length < 4)
        {
            value = value * 0x10 + u16::try_from(digit).unwrap();
            pointer += 1;
            length += 1;
        }
        match c(pointer) {
            Some(b'.') => {
                if length == 0 || piece_index > 6 {
                    return None;
                }
                let quad = quad_by_the_standard(&input[pointer - length..])?;
                address[piece_index] = quad[0] * 0x100 + quad[1];
                address[piece_index + 1] = quad[2] * 0x100 + quad[3];
                piece_index += 2;
                break;
            }
            Some(b':') => {
                pointer += 1;
                c(pointer)?;
            }
            Some(_) => return None,
            None => {}
        }
        address[piece_index] = value;
        piece_index += 1;
    }
    match compress {
        Some(compress) => {
            let mut swaps = piece_index - compress;
            piece_index = 7;
            while piece_index != 0 && swaps > 0 {
                address.swap(piece_index, compress + swaps - 1);
                piece_index -= 1;
                swaps -= 1;
            }
        }
        None if piece_index != 8 => return None,
        None => {}
    }
    Some(address)
}

fn quad_by_the_standard(input: &[u8]) -> Option<[u16; 4]> {
    let mut quad = Vec::new();
    for part in input.split(|&byte| byte == b'.') {
        let mut piece: Option<u16> = None;
        for &byte in part {
            let number = u16::try_from(char::from(byte).to_digit(10)?).unwrap();
            piece = match piece {
                None => Some(number),
                Some(0) => return None,
                Some(piece) => Some(piece * 10 + number).filter(|&piece| piece <= 255),
            };
            piece?;
        }
        quad.push(piece?);
    }
    quad.try_into().ok()
}
