//! FNV-1a, in 64 bits.

pub(crate) struct Fnv(u64);

impl Fnv {
    pub(crate) fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// No text contains a zero byte, so that one ends it.
    pub(crate) fn text(&mut self, text: Option<&str>) {
        self.write(&[u8::from(text.is_some())]);
        self.write(text.unwrap_or_default().as_bytes());
        self.write(&[0]);
    }

    pub(crate) fn finish(self) -> u64 {
        self.0
    }
}
