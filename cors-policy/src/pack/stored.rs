//! Packs as bytes that outlive the process.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderValue;

use super::{Answers, Block, Contents, Pack, Packer};
use crate::tables::{List, RuleTables};

/// The form of what [`Pack::store`] writes, the tables of the matchers included. Another one cannot be read.
pub const PACK_FORMAT: u32 = 2;

impl Pack {
    /// Writes the pack, without its owner, so that [`Packer::restore`] has it again in the next process: without compiling
    /// anything. What is written is whole numbers, little-endian, texts and tables, in the form [`PACK_FORMAT`].
    pub fn store(&self, out: &mut Vec<u8>) {
        let Contents { starts, answers, bytes, .. } = &*self.0;
        put_number(out, answers.len());
        for tables in answers {
            out.extend_from_slice(&tables.preflight_status.to_le_bytes());
            put_number(out, tables.rules.len());
            tables.rules.iter().for_each(|rule| put_rule(out, rule));
        }
        put_number(out, starts.len());
        starts.iter().for_each(|start| out.extend_from_slice(&start.to_le_bytes()));
        put_text(out, bytes);
    }
}

impl Packer {
    /// Reads a pack that [`Pack::store`] wrote, and takes what it read off the front of `bytes`; `None` where something
    /// else stands there. The tables of its matchers are taken as they are: whoever can write them can admit anybody, as
    /// whoever can write the binary.
    pub fn restore(&mut self, bytes: &mut &[u8], owner: impl Any + Send + Sync) -> Option<Pack> {
        self.read(bytes, Box::new(owner)).ok()
    }

    fn read(&mut self, bytes: &mut &[u8], owner: Box<dyn Any + Send + Sync>) -> Result<Pack, Malformed> {
        let mut answers = Vec::new();
        for _ in 0..take_number(bytes)? {
            let preflight_status = u16::from_le_bytes(take(bytes)?);
            let rules = (0..take_number(bytes)?).map(|_| take_rule(bytes)).collect::<Result<_, _>>()?;
            answers.push(self.shared(Answers { preflight_status, rules }));
        }
        let starts = (0..take_number(bytes)?).map(|_| take(bytes).map(u32::from_le_bytes));
        let starts = starts.collect::<Result<Box<[u32]>, _>>()?;
        let text = take_text(bytes)?;
        for ends in starts.windows(2) {
            let [start, end] = ends.first_chunk().ok_or(Malformed)?;
            let block = text.get(*start as usize..*end as usize).ok_or(Malformed)?;
            let is_whole =
                || Block::read(block).is_some_and(|block| (block.answers as usize) < answers.len());
            if !block.is_empty() && !is_whole() {
                return Err(Malformed);
            }
        }
        Ok(Pack(Arc::new(Contents { starts, answers: answers.into(), bytes: text.into(), owner })))
    }
}

/// What is read was not written by [`Pack::store`].
struct Malformed;

fn put_number(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&(number as u64).to_le_bytes());
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put_number(out, text.len());
    out.extend_from_slice(text);
}

fn put_optional(out: &mut Vec<u8>, text: Option<&[u8]>) {
    out.push(text.is_some().into());
    if let Some(text) = text {
        put_text(out, text);
    }
}

fn put_rule(out: &mut Vec<u8>, rule: &RuleTables) {
    let RuleTables { name, patterns, credentials, allow_methods, allow_headers, expose_headers, max_age } =
        rule;
    put_optional(out, name.as_deref().map(str::as_bytes));
    out.extend([u8::from(patterns.is_some()), u8::from(*credentials)]);
    for list in [allow_methods, allow_headers] {
        match list {
            List::Absent => out.push(0),
            List::Static(value) => {
                out.push(1);
                put_text(out, value.as_bytes());
            }
            List::Echo { authorization } => out.push(2 + u8::from(*authorization)),
        }
    }
    put_optional(out, expose_headers.as_ref().map(HeaderValue::as_bytes));
    put_optional(out, max_age.as_ref().map(HeaderValue::as_bytes));
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Malformed> {
    let (first, rest) = bytes.split_first_chunk().ok_or(Malformed)?;
    *bytes = rest;
    Ok(*first)
}

fn take_number(bytes: &mut &[u8]) -> Result<usize, Malformed> {
    let number = usize::try_from(u64::from_le_bytes(take(bytes)?)).map_err(|_| Malformed)?;
    // Of whatever is counted, each takes a byte at least: no room is made for what cannot be there.
    if number <= bytes.len() { Ok(number) } else { Err(Malformed) }
}

fn take_text<'b>(bytes: &mut &'b [u8]) -> Result<&'b [u8], Malformed> {
    let length = take_number(bytes)?;
    let (text, rest) = bytes.split_at_checked(length).ok_or(Malformed)?;
    *bytes = rest;
    Ok(text)
}

fn take_flag(bytes: &mut &[u8]) -> Result<bool, Malformed> {
    match take(bytes)? {
        [0] => Ok(false),
        [1] => Ok(true),
        _ => Err(Malformed),
    }
}

fn take_value(bytes: &mut &[u8]) -> Result<HeaderValue, Malformed> {
    let value = HeaderValue::from_bytes(take_text(bytes)?).map_err(|_| Malformed)?;
    // The first clone of an owned value allocates its reference count. Requests shall not.
    drop(value.clone());
    Ok(value)
}

fn take_optional<T>(
    bytes: &mut &[u8],
    read: impl FnOnce(&mut &[u8]) -> Result<T, Malformed>,
) -> Result<Option<T>, Malformed> {
    take_flag(bytes)?.then(|| read(bytes)).transpose()
}

fn take_list(bytes: &mut &[u8]) -> Result<List, Malformed> {
    match take(bytes)? {
        [0] => Ok(List::Absent),
        [1] => take_value(bytes).map(List::Static),
        [2] => Ok(List::Echo { authorization: false }),
        [3] => Ok(List::Echo { authorization: true }),
        _ => Err(Malformed),
    }
}

fn take_rule(bytes: &mut &[u8]) -> Result<RuleTables, Malformed> {
    let name = |bytes: &mut &[u8]| String::from_utf8(take_text(bytes)?.to_vec()).map_err(|_| Malformed);
    Ok(RuleTables {
        name: take_optional(bytes, name)?.map(Cow::Owned),
        patterns: take_flag(bytes)?.then_some(Cow::Borrowed("")),
        credentials: take_flag(bytes)?,
        allow_methods: take_list(bytes)?,
        allow_headers: take_list(bytes)?,
        expose_headers: take_optional(bytes, take_value)?,
        max_age: take_optional(bytes, take_value)?,
    })
}
