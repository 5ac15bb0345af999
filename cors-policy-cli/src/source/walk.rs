//! Files in directories.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::printable;
use crate::failure::Failure;

/// The files below a directory that can hold policies, in the order of their names: Rust sources, and data files that say
/// that they are policies by their names, `cors.json` or `shop.cors.toml`. What `.gitignore` names, hidden files and what
/// cargo builds are left out.
pub(crate) fn files(directory: &Path) -> Vec<Result<PathBuf, Failure>> {
    let walk = WalkBuilder::new(directory)
        .require_git(false)
        .sort_by_file_name(Ord::cmp)
        .filter_entry(|entry| !is_built(entry))
        .build();
    let found = walk.filter_map(|entry| match entry {
        Ok(entry) => is_candidate(&entry).then(|| Ok(entry.into_path())),
        Err(error) => Some(Err(Failure::failed(printable(&error.to_string())))),
    });
    found.collect()
}

/// Cargo marks what it builds. A module can be called `target`, too.
fn is_built(entry: &DirEntry) -> bool {
    let path = entry.path();
    let is_target = || path.file_name().is_some_and(|name| name == "target");
    let is_beside_manifest = || path.parent().is_some_and(|parent| parent.join("Cargo.toml").is_file());
    entry.depth() > 0
        && entry.file_type().is_some_and(|kind| kind.is_dir())
        && (path.join("CACHEDIR.TAG").is_file() || (is_target() && is_beside_manifest()))
}

fn is_candidate(entry: &DirEntry) -> bool {
    let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
    let name = entry.file_name().to_str().unwrap_or_default();
    let is_policy = |name: &str| name.rsplit('.').next() == Some("cors");
    is_file
        && match name.rsplit_once('.') {
            Some((_, "rs")) => true,
            Some((name, "json" | "toml")) => is_policy(name),
            _ => false,
        }
}
