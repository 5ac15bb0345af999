mod ipv4;
mod ipv6;
mod lookalike;
mod punycode;

use super::{is_host_byte, is_loopback};

#[test]
fn host_bytes_are_those_of_lower_case_names() {
    let bytes: String = (0..=u8::MAX).filter(|&byte| is_host_byte(byte)).map(char::from).collect();
    assert_eq!(bytes, "-.0123456789_abcdefghijklmnopqrstuvwxyz");
}

#[test]
fn loopback() {
    for host in [
        "127.0.0.1",
        "127.0.0.0",
        "127.255.255.255",
        "[::1]",
        "localhost",
        "localhost.",
        "app.localhost",
        "a.b.localhost",
        "app.localhost.",
        "*.localhost",
        "*.app.localhost",
        "*.localhost.",
        "pr-*.localhost",
    ] {
        assert!(is_loopback(host), "{host}");
    }
}

#[test]
fn not_loopback() {
    for host in [
        "",
        ".",
        "0.0.0.0",
        "[::]",
        "[::2]",
        "::1",
        "[::1].",
        "[::ffff:7f00:1]",
        "128.0.0.1",
        "126.255.255.255",
        "127.0.0.1.",
        "127.0.0.01",
        "127.1",
        "127.0.0.256",
        "127.0.0.1.example",
        "0x7f.0.0.1",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.0.1",
        "notlocalhost",
        "*localhost",
        ".localhost",
        "localhost..",
        "localhost.example",
        "Localhost",
        "localhost.localdomain",
        "ip6-localhost",
    ] {
        assert!(!is_loopback(host), "{host}");
    }
}

#[test]
fn no_text_panics() {
    let alphabet =
        ['\0', '.', '-', ':', '0', '1', '8', 'x', 'a', 'z', 'A', '*', 'é', 'а', '\u{300}', '\u{3002}', '𝟎'];
    let mut texts = vec![String::new()];
    let mut shortest = 0;
    for _ in 0..4 {
        let longest = texts.len();
        for index in shortest..longest {
            texts.extend(alphabet.map(|c| format!("{}{c}", texts[index])));
        }
        shortest = longest;
    }
    let bytes = (0..=u16::MAX).map(|pair| String::from_utf8_lossy(&pair.to_be_bytes()).into_owned());
    for text in texts.into_iter().chain(bytes) {
        every_function(&text);
    }
    for text in ["a", "9", "-", "é", "x-", "0x", "1.", ":", "::", "1:", "𐀀"] {
        every_function(&text.repeat(10_000));
    }
}

fn every_function(text: &str) {
    let _ = super::is_loopback(text);
    let _ = super::ipv4::ends_in_a_number(text);
    let _ = super::ipv4::parse(text);
    let _ = super::ipv6::parse(text);
    let _ = super::punycode::decode(text);
    let _ = super::punycode::encode(text);
    let _ = super::punycode::to_ascii(text);
    let _ = super::lookalike::lookalike(text).map(|reason| reason.to_string());
}

/// Marsaglia's xorshift64: the same sequence in every run.
struct Xorshift(u64);

impl Xorshift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}
