//! What commands read and print: aligned text, or JSON.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use cors_policy::Ceiling;
use serde_json::Value;

use super::failure::Failure;
use crate::store::{MAX_DOCUMENT, Written};

/// Where a command reads and prints, and the ceiling of its documents.
pub(super) struct Console<'c> {
    pub(super) input: &'c mut dyn Read,
    pub(super) out: &'c mut dyn Write,
    pub(super) ceiling: &'c Ceiling,
}

impl Console<'_> {
    /// A line.
    pub(super) fn line(&mut self, text: &str) -> Result<(), Failure> {
        Ok(writeln!(self.out, "{text}")?)
    }

    pub(super) fn json(&mut self, value: &Value) -> Result<(), Failure> {
        serde_json::to_writer_pretty(&mut self.out, value).map_err(io::Error::from)?;
        Ok(writeln!(self.out)?)
    }

    /// What a write to a tenant came to: a sentence, or JSON with its numbers.
    pub(super) fn written(
        &mut self,
        is_json: bool,
        did: &str,
        more: Value,
        written: Written,
    ) -> Result<(), Failure> {
        let Written { revision, row_version } = written;
        if !is_json {
            return self.line(&format!("{did} (revision {revision}, row version {row_version})"));
        }
        let mut value = more;
        if let Value::Object(fields) = &mut value {
            fields.insert("revision".to_owned(), revision.into());
            fields.insert("row_version".to_owned(), row_version.0.into());
        }
        self.json(&value)
    }

    /// Names and what they stand for, a line each.
    pub(super) fn fields(&mut self, indent: &str, fields: &[(&str, String)]) -> Result<(), Failure> {
        let width = fields.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        for (name, value) in fields {
            let line = format!("{indent}{name:width$}  {}", printable(value));
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Rows below a head, in columns.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: &[[String; N]],
    ) -> Result<(), Failure> {
        Ok(write!(self.out, "{}", table(head, rows))?)
    }

    /// The text of a file, or of the standard input if it is called `-`.
    pub(super) fn read(&mut self, path: &Path) -> Result<String, Failure> {
        let mut text = String::new();
        let read = if path.as_os_str() == "-" {
            self.input.read_to_string(&mut text).map(|_| text)
        } else {
            fs::read_to_string(path)
        };
        read.map_err(|error| Failure::usage(format!("`{}` cannot be read: {error}", path.display())))
    }

    /// The document in a file.
    pub(super) fn read_document(&mut self, path: &Path) -> Result<String, Failure> {
        let text = self.read(path)?;
        match text.len() {
            0..=MAX_DOCUMENT => Ok(text),
            bytes => Err(crate::store::StoreError::DocumentTooLarge { bytes }.into()),
        }
    }
}

/// Rows below a head, in columns, each line with its end.
pub(super) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| printable(cell))).collect();
    let width = |place: usize, name: &str| {
        let cells = rows.iter().filter_map(|row| row.get(place));
        cells.map(|cell| cell.chars().count()).chain([name.chars().count()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = head.iter().enumerate().map(|(place, name)| width(place, name)).collect();
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
    line(head.to_vec()) + &rows.collect::<String>()
}

/// What others wrote, fit for a terminal: on one line, and without what moves its cursor.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// A number that may be missing.
pub(super) fn or_none(number: Option<u32>) -> String {
    number.map_or_else(|| "none".to_owned(), |number| number.to_string())
}
